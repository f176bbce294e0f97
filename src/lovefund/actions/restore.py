"""Brings a backup back: checked before it replaces anything, and what was there is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from lovefund.actions.copies import (
    Examined,
    copy_bytes,
    examine,
    fingerprint,
    require_file,
    require_room,
    require_sound,
    require_sum,
    require_whole,
)
from lovefund.actions.evidence import copy_papers, evidence_folder
from lovefund.actions.workspace import Workspace
from lovefund.errors import BadInput, Damaged, Refusal, Refused
from lovefund.language import _
from lovefund.log.tree import root_of
from lovefund.store.copies import discard
from lovefund.store.engine import Database
from lovefund.store.reading import Head, funds, head, leaves


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back; ``kept`` is the file that was replaced, None where none was there.

    ``given_up`` counts entries that only the replaced books have; None where these could not
    be read.
    """

    path: Path
    kept: Path | None
    found: Examined
    given_up: int | None
    papers_copied: int


def restore(
    ws: Workspace,
    backup: Path,
    *,
    over_newer: bool = False,
    over_other: bool = False,
    without_sum: bool = False,
) -> Restored:
    """Let ``backup`` take the place of the workspace's books, which are kept beside it.

    Nothing is replaced unless the copy is what was written and sound. Books with more entries,
    or with another history, are replaced only when that is asked for.
    """
    books = require_file(
        ws.database, _("bring a dump back with: pg_restore --dbname='{place}' fund.dump")
    )
    _require_backup(backup, books)
    copy = books.with_name(f".{books.name}.restoring")
    with ws.database.locked():
        require_room(books.parent, backup.stat().st_size)
        try:
            sha256 = copy_bytes(backup, copy)
            if not without_sum:
                require_sum(backup, sha256)
            require_whole(copy)
            source = evidence_folder(replace(ws, database=Database(str(backup))))
            target = evidence_folder(ws)
            found = examine(Database(str(copy)), target, source)
            require_sound(backup, found)
            given_up = _compare(ws.database, copy, over_newer=over_newer, over_other=over_other)
            kept = _kept_name(ws, books) if books.exists() else None
            copied = 0
            if not ws.dry_run:
                copied = copy_papers(source, target)
                ws.database.put_in_place(copy, kept or books)
        finally:
            discard(copy)
    return Restored(books, kept, found, given_up, copied)


def _require_backup(backup: Path, books: Path) -> None:
    if not backup.is_file():
        raise BadInput(
            "backup",
            str(backup),
            _("there is no such backup"),
            _("name a file that ends in .lovefund-backup; `lovefund backup` makes them"),
        )
    if not books.absolute().parent.is_dir():
        raise BadInput(
            "--to",
            str(books),
            _("there is no such folder"),
            _("make the folder first, or name another file"),
        )
    wal = backup.with_name(backup.name + "-wal")
    if (books.exists() and backup.samefile(books)) or (wal.exists() and wal.stat().st_size):
        raise BadInput(
            "backup",
            str(backup),
            _("these are books in use, not a backup"),
            _("name a file that ends in .lovefund-backup; `lovefund backup` makes them"),
        )


def _kept_name(ws: Workspace, books: Path) -> Path:
    """A dated name beside the books that nothing has yet."""
    stem = f"{books.stem}-replaced-{ws.clock():%Y-%m-%d-%H%M}"
    kept, number = books.with_name(stem + books.suffix), 1
    while kept.exists():
        number += 1
        kept = books.with_name(f"{stem}-{number}{books.suffix}")
    return kept


def _compare(database: Database, copy: Path, *, over_newer: bool, over_other: bool) -> int | None:
    """How many entries are given up; Refused where that was not asked for.

    None where the present file is too damaged to be read: that is what backups are for.
    """
    assert database.path is not None
    if not database.path.exists():
        return 0
    try:
        with database.reading() as here, Database(str(copy)).reading() as there:
            known = set(funds(there))
            given_up, newer, other = 0, [], []
            for fund in funds(here):
                present = head(here, fund)
                if fund not in known:
                    given_up += present.size
                    newer.append(_newer(present, 0))
                    continue
                restored = head(there, fund)
                shared = min(present.size, restored.size)
                if root_of(leaves(here, fund, shared)) != root_of(leaves(there, fund, shared)):
                    other.append(_other_history(present, restored))
                elif present.size > shared:
                    given_up += present.size - shared
                    newer.append(_newer(present, shared))
    except (Damaged, ValueError):
        return None
    refusals = (() if over_newer else tuple(newer)) + (() if over_other else tuple(other))
    if refusals:
        raise Refused(refusals, str(database.path))
    return given_up


def _newer(here: Head, there: int) -> Refusal:
    return Refusal(
        "newer-books",
        _("fund {fund}: these books have {here} entries, the backup has {there}").format(
            fund=here.fund, here=here.size, there=there
        ),
        _("What was booked is given up only when that is said."),
        _("to give up {lost} entries, add --over-newer; the file is kept beside").format(
            lost=here.size - there
        ),
    )


def _other_history(here: Head, there: Head) -> Refusal:
    return Refusal(
        "another-history",
        _(
            "fund {fund}: these books ({here} entries, fingerprint {here_print}) and the backup "
            "({there} entries, fingerprint {there_print}) have different histories"
        ).format(
            fund=here.fund,
            here=here.size,
            here_print=fingerprint(here),
            there=there.size,
            there_print=fingerprint(there),
        ),
        _("What was booked is given up only when that is said."),
        _("compare both with a published statement; to go on, add --over-other"),
    )
