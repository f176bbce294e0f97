"""A practice school for tests: fresh books, a clock that is handed in, fictional people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

from lovefund.actions.open_fund import NewFund, open_fund
from lovefund.actions.workspace import Workspace
from lovefund.core.entries import Entry
from lovefund.core.vouchers import Slip, slips
from lovefund.store.book import CHINA
from lovefund.store.engine import Database
from lovefund.store.reading import Books


class Clock:
    """A clock that stands where the test puts it."""

    def __init__(self, day: date) -> None:
        self.day = day

    def __call__(self) -> datetime:
        return datetime.combine(self.day, time(9), CHINA)


def new_books(place: str) -> Database:
    """Empty books at a place."""
    database = Database(place)
    database.create()
    return database


def new_fund(
    database: Database,
    fund: str = "shiqiao",
    chart: str = "npo-2026",
    on: date = date(2026, 1, 1),
    today: date = date(2026, 1, 1),
) -> Workspace:
    """A fund in these books, with a clock of its own."""
    ws = Workspace(database, fund, clock=Clock(today), date_is_right=True)
    open_fund(
        ws, NewFund(fund, f"{fund}爱心基金（虚构）", f"{fund}小学（虚构）", "王老师", chart, on)
    )
    return ws


def at(ws: Workspace, day: date) -> Workspace:
    """The same workspace on another day."""
    return replace(ws, clock=Clock(day))


def entry_of(ws: Workspace, no: int) -> Entry:
    with ws.reading() as books:
        entry = books.entry(no)
    assert entry is not None
    return entry


def printed(ws: Workspace, *numbers: int) -> list[tuple[str, str, int, int]]:
    """The voucher lines of entries, as they print: code, name, debit, credit."""
    lines = []
    with ws.reading() as books:
        for no in numbers:
            for slip in slips_of(books, no):
                lines += [(x.code, x.name, x.debit_fen, x.credit_fen) for x in slip.lines]
    return lines


def slips_of(books: Books, no: int) -> tuple[Slip, ...]:
    entry = books.entry(no)
    assert entry is not None
    return slips(books.chart, entry.postings, books.restrictions)


def balance(ws: Workspace, code: str, restriction: str = "", on: date | None = None) -> int:
    """Debit minus credit of an account prefix, in fen."""
    with ws.reading() as books:
        return sum(
            m.debit_fen - m.credit_fen
            for m in books.balances(on)
            if m.account.startswith(code) and restriction in ("", m.restriction)
        )


def keys_in(folder: Path) -> str:
    return str(folder / "keys")
