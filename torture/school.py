"""A school's practice books to be harmed, and what is looked at afterwards."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from bills.makers import Paid, as_utf8, wechat
from lovefund.actions.check import check
from lovefund.actions.publish import publish_again
from lovefund.actions.workspace import Workspace
from lovefund.cli.main import run as run_program
from lovefund.errors import LovefundError
from lovefund.log import tree
from lovefund.store.engine import Database
from lovefund.store.reading import Head
from world import Clock

FUND = "shiqiao"
TODAY = date(2026, 12, 20)
OPEN = (
    *("open", FUND, "--name", "石桥爱心基金（虚构）", "--school", "石桥小学（虚构）"),
    *("--treasurer", "王老师", "--on", "2026-01-01", "--practice", "--json"),
)


class Said(NamedTuple):
    """What the program answered."""

    code: int
    out: str
    err: str


class Read(NamedTuple):
    """What the program reads in the books: entries by request, leaves in order, the head."""

    entries: dict[str, int]
    leaves: list[bytes]
    head: Head
    statements: list[dict[str, Any]]


@dataclass(frozen=True)
class School:
    """A folder with books, keys, kept answers and published statements of fictional people."""

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "fund.db"

    @property
    def published(self) -> Path:
        return self.folder / "published"

    @property
    def kept(self) -> Path:
        return self.folder / "fund.db.drafts"

    def environment(self) -> dict[str, str]:
        """What the program is told by its environment: where, in which language, on what day."""
        return {
            "LOVEFUND_DB": str(self.database),
            "LOVEFUND_HOME": str(self.folder / "home"),
            "LOVEFUND_LANG": "en",
            "LOVEFUND_TODAY": TODAY.isoformat(),
            "LOVEFUND_NEVER_ASK": "1",
        }

    @contextlib.contextmanager
    def at_work(self) -> Iterator[Workspace]:
        """This process works for this school: its keys, its day."""
        before = dict(os.environ)
        os.environ.update(self.environment())
        try:
            yield Workspace(_database(self.database), FUND, clock=Clock(TODAY), date_is_right=True)
        finally:
            os.environ.clear()
            os.environ.update(before)

    def run(self, *args: str) -> Said:
        """The program in this process."""
        out, err = _console(), _console()
        with self.at_work(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run_program(args)
        return Said(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))

    def copied(self, folder: Path) -> School:
        """The same books in another folder."""
        shutil.copytree(self.folder, folder)
        return School(folder)

    def read(self) -> Read:
        """What the program reads in the books; LovefundError where they do not open."""
        with self.at_work() as ws, ws.reading() as books:
            rows = list(books.entry_rows())
            entries = {row.request: row.no for row in rows}
            leaves = [bytes.fromhex(row.leaf) for row in rows]
            return Read(entries, leaves, books.head(), books.statements())

    def size(self) -> int:
        """How many entries there are; 0 before there are books with a fund in them."""
        try:
            return len(self.read().leaves)
        except LovefundError:
            return 0

    def wrong(self, read: Read, *, thoroughly: bool = True) -> list[str]:
        """What is wrong with the books or the published files; empty when all is well."""
        found = []
        if (len(read.leaves), tree.root_of(read.leaves)) != (read.head.size, read.head.root):
            found.append(f"the head says {read.head.size} entries, the log has {len(read.leaves)}")
        if thoroughly:
            with self.at_work() as ws:
                found += [f"check: {f.code} {f.where} {f.what}" for f in check(ws)]
        return found + list(broken_files(self.published)) + self._unpublished(read.statements)

    def _unpublished(self, statements: list[dict[str, Any]]) -> list[str]:
        """Files without their statement, and statements whose files do not come when asked for."""
        wanted = {f"{s['number']:04d}": s["content"] for s in statements}
        found = [
            f"{path.parent.name} is published and not booked"
            for path in self._contents()
            if path.parent.name[:4] not in wanted
        ]
        there = {path.parent.name[:4]: path.read_text("utf-8") for path in self._contents()}
        if there != wanted:
            try:
                with self.at_work() as ws:
                    list(publish_again(ws, self.published, languages=()))
            except LovefundError as error:
                return [*found, f"publishing again: {error}"]
            there = {path.parent.name[:4]: path.read_text("utf-8") for path in self._contents()}
        return found + [
            f"statement {int(number)} is booked, its file missing or another"
            for number, content in wanted.items()
            if there.get(number) != content
        ]

    def _contents(self) -> list[Path]:
        return list(self.published.glob(f"{FUND}/*/statement.json"))


class _Console(io.TextIOWrapper):
    """What is written to it, as text or as bytes."""

    buffer: io.BytesIO


def _console() -> _Console:
    return _Console(io.BytesIO(), encoding="utf-8", write_through=True, newline="")


@cache
def _database(path: Path) -> Database:
    """One for each place, since it remembers the statements it has compiled."""
    return Database(str(path))


def broken_files(folder: Path) -> Iterator[str]:
    """The files under a final name that are not whole."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.startswith(".") and not whole(path):
            yield f"{path.name} is not whole ({path.stat().st_size} bytes)"


def whole(path: Path) -> bool:
    """Whether a published file has its end."""
    content = path.read_bytes()
    if path.suffix == ".pdf":
        return content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")
    if path.suffix == ".json":
        with contextlib.suppress(ValueError):
            json.loads(content)
            return True
        return False
    if path.suffix == ".xlsx":
        return zipfile.is_zipfile(path)
    return content.endswith(b"\n")


def gifts_file(path: Path, rows: int, mark: str) -> Path:
    """A sheet of gifts; ``mark`` makes it unlike any other."""
    lines = ["日期,金额,来源,捐赠人,公示方式,化名,收款方式,用途,联系方式,备注"]
    lines += [f"2026-12-03,{n}.50,教职工,{mark}{n},隐名,,微信,,," for n in range(1, rows + 1)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def bill_file(path: Path, rows: int) -> Path:
    """A bill of the fund's wallet with so many gifts in it."""
    at = datetime(2026, 12, 3, 9, 0, 0)  # noqa: DTZ001
    gifts = [
        Paid(
            at.replace(minute=n), n * 100, f"爱心家长{n}（虚构）", "爱心捐款", f"1002612030{n:08d}"
        )
        for n in range(1, rows + 1)
    ]
    path.write_bytes(as_utf8(wechat(gifts)))
    return path


def sha256(path: Path) -> str:
    """The hash of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def new_school(folder: Path) -> School:
    """Fresh books with some gifts in them and one statement published without faces."""
    folder.mkdir(parents=True)
    school = School(folder)
    steps = (
        OPEN,
        gift("1000", "张三丰", "2026-01-05"),
        ("donations", str(gifts_file(folder / "first.csv", 6, "甲")), "--json"),
    )
    for step in steps:
        said = school.run(*step)
        assert said.code == 0, said.err
    return school


def gift(yuan: str, donor: str, on: str = "2026-12-01") -> tuple[str, ...]:
    """The command that books a gift."""
    options = ("--source", "staff", "--from", donor, "--show", "masked", "--by", "bank")
    return ("donate", yuan, *options, "--on", on)
