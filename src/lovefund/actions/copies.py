"""What a backup is: its name, the sum beside it, and whether a copy of the books is sound."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import partial
from pathlib import Path

from lovefund.actions.check import check_papers
from lovefund.core.findings import Finding
from lovefund.errors import BadInput, Refusal, Refused, StorageError, Unsound
from lovefund.language import _
from lovefund.log import checkpoints
from lovefund.store.checking import check_fund, check_strays, read_through
from lovefund.store.copies import BACKUP_SUFFIX, blank, cut_off
from lovefund.store.engine import Database
from lovefund.store.reading import Books, Head, funds
from lovefund.store.replay import Paper
from lovefund.store.vault import Vault
from lovefund.store.walls import check_storage
from lovefund.system import free_bytes, sync_file

#: Room that is left on a disk beside a copy, so that the books can still be written to.
_SPARE_BYTES = 20 * 1024 * 1024
_NAME = re.compile(
    rf".+-(\d{{4}}-\d\d-\d\d-\d{{4}})-(\d{{7,}}){re.escape(BACKUP_SUFFIX)}", re.DOTALL
)
_ENTRIES_OPENED = 50


class KeysHere(Enum):
    """Whether this machine's keys open the sealed texts of a fund."""

    YES = "yes"
    MISSING = "missing"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Examined:
    """What reading a copy from end to end found; sound when ``findings`` is empty."""

    heads: tuple[Head, ...]
    findings: tuple[Finding, ...]
    papers_missing: tuple[Finding, ...]
    keys: dict[str, KeysHere]

    @property
    def size(self) -> int:
        """Entries of all funds together."""
        return sum(head.size for head in self.heads)


def examine(database: Database, *papers: Path) -> Examined:
    """Read a copy from end to end: pages, keys between tables, every line and balance.

    Sealed texts are opened where the right keys are here; other keys are told, and say
    nothing about the copy.
    """
    heads: list[Head] = []
    missing: list[Finding] = []
    keys: dict[str, KeysHere] = {}

    def read(books_of: Callable[[str], Books], fund: str) -> Iterator[Finding]:
        books = books_of(fund)
        heads.append(books.head())
        keys[fund] = keys_here(books)
        if keys[fund] is KeysHere.WRONG:
            books.vault = Vault(fund, None)
        named: list[Paper] = []
        yield from check_fund(books, named)
        missing.extend(check_papers(named, *papers))

    with database.reading() as connection:
        findings = [*check_storage(connection), *check_strays(connection)]
        for fund in funds(connection):
            findings += read_through(fund, read(partial(Books, connection), fund))
    return Examined(tuple(heads), tuple(findings), tuple(missing), keys)


def keys_here(books: Books) -> KeysHere:
    """Whether the keys open the fund's first sealed texts."""
    if not books.vault.readable:
        return KeysHere.MISSING
    broken: list[int] = []
    opened = books.sealed_between(0, _ENTRIES_OPENED, broken)
    return KeysHere.WRONG if broken and not opened else KeysHere.YES


def require_sound(place: Path, found: Examined) -> None:
    """Unsound, with the first finding, where there is any."""
    if found.findings:
        first = found.findings[0]
        raise Unsound(
            str(place),
            _("{count} findings, the first: {code} {where}: {what}").format(
                count=len(found.findings), code=first.code, where=first.where, what=first.what
            ),
            _("do not rely on it; `lovefund --db {place} check` lists all that is wrong").format(
                place=place
            ),
        )


def require_file(database: Database, instead: str) -> Path:
    """The file of these books; BadInput that says what to do instead where a server has them."""
    if database.path is None:
        raise BadInput(
            "--db",
            "",
            _("these books are on a PostgreSQL server; only files are copied here"),
            instead.format(place=_without_password(database.place)),
        )
    return database.path


def _without_password(place: str) -> str:
    return re.sub(r"(//[^:@/]*):[^@/]*@", r"\1@", place).replace("+psycopg", "")


def require_room(folder: Path, size: int) -> None:
    """StorageError where a disk has no room for a copy of ``size`` bytes."""
    free = free_bytes(folder)
    if free < size + _SPARE_BYTES:
        raise StorageError(
            str(folder),
            _("the disk has only {free} MB left, the copy needs {need} MB").format(
                free=free >> 20, need=(size + _SPARE_BYTES) >> 20
            ),
            _("make room, or take another disk"),
        )


def name_of(books: Path, heads: tuple[Head, ...], at: datetime) -> str:
    """The name of a backup: whose books, when, how many entries; names sort by time."""
    whose = heads[0].fund if len(heads) == 1 else books.stem
    size = sum(head.size for head in heads)
    return f"{whose}-{at:%Y-%m-%d-%H%M}-{size:07d}{BACKUP_SUFFIX}"


def backups(folder: Path) -> list[Path]:
    """The backups in a folder, oldest first."""
    found = [(m[1], m[2], p) for p in folder.iterdir() if (m := _NAME.fullmatch(p.name))]
    return [path for _at, _size, path in sorted(found)]


def sum_path(backup: Path) -> Path:
    """Where the sum of a backup stands."""
    return backup.with_name(backup.name + ".sha256")


def sum_line(backup: Path, sha256: str) -> bytes:
    """The line that ``sha256sum --check`` reads."""
    return f"{sha256}  {backup.name}\n".encode()


def sum_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sum_told(backup: Path) -> str | None:
    """The SHA-256 that was written down for a backup, or None where there is none."""
    try:
        found = re.match(rb"([0-9a-f]{64})\s", sum_path(backup).read_bytes())
    except OSError:
        return None
    return found[1].decode() if found else None


def require_sum(backup: Path, sha256: str) -> None:
    """Refused where the sum was not written down, Unsound where the bytes are others."""
    told = sum_told(backup)
    if told is None:
        raise Refused(
            (
                Refusal(
                    "sum-missing",
                    _("{name}.sha256 is not beside the backup").format(name=backup.name),
                    _("A backup is only taken if its bytes are known to be those written."),
                    _("fetch that file from where the backup was made, or add --without-sum"),
                ),
            ),
            str(backup),
        )
    if told != sha256:
        raise Unsound(
            str(backup),
            _("its bytes are not those that were written: SHA-256 {now}…, not {told}…").format(
                now=sha256[:12], told=told[:12]
            )
            + _short(backup),
            _("use another backup; this one was damaged or changed"),
        )


def require_whole(backup: Path) -> None:
    """Unsound where the end of the file is missing."""
    if cut_off(backup):
        raise Unsound(
            str(backup),
            _("the copy was cut off") + _short(backup),
            _("use another backup; this one was damaged or changed"),
        )


def _short(backup: Path) -> str:
    found = cut_off(backup)
    return (
        _("; {there} of {told} bytes are left").format(there=found[0], told=found[1])
        if found
        else ""
    )


def copy_bytes(source: Path, target: Path) -> str:
    """Copy a file to ``target`` (0600), on the disk when done; returns its SHA-256."""
    blank(target)
    with source.open("rb") as read, target.open("wb") as write:
        shutil.copyfileobj(read, write, 1 << 20)
    sync_file(target)
    return sum_of(target)


def fingerprint(head: Head) -> str:
    """Thirty digits that stand for a fund's whole log."""
    return checkpoints.fingerprint(checkpoints.body(head.fund, head.size, head.root))


def heads_told(heads: tuple[Head, ...]) -> Iterator[dict[str, object]]:
    """Heads as JSON has them."""
    for head in heads:
        yield {
            "fund": head.fund,
            "entries": head.size,
            "root": head.root.hex(),
            "fingerprint": fingerprint(head),
        }
