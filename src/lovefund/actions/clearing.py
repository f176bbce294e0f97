"""Accounts that money only passes through: what lies in each, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lovefund.actions.workspace import Workspace
from lovefund.store.book import CHINA
from lovefund.store.reading import Books
from lovefund.store.reconciliations import days_of

#: Wallets, what nobody has identified yet, and what staff were advanced.
CLEARING = ("wechat", "alipay", "unidentified", "advance")


@dataclass(frozen=True, slots=True)
class Cleared:
    """One account: since when it holds anything (None: it is empty), and what that is.

    ``parts`` are (entry, restriction, fen): open items by entry, a wallet's money by restriction
    with entry 0.
    """

    role: str
    account: str
    fen: int
    since: date | None
    parts: tuple[tuple[int, str, int], ...]

    def age(self, day: date) -> int:
        """Days since it was last empty."""
        return (day - self.since).days if self.since else 0


def clearing(ws: Workspace) -> tuple[date, list[Cleared]]:
    """Every clearing account of a fund as it is today, and the day."""
    with ws.reading() as books:
        today = ws.now(books.practice).astimezone(CHINA).date()
        return today, [cleared(books, role) for role in CLEARING]


def cleared(books: Books, role: str) -> Cleared:
    """One clearing account."""
    account = books.chart.code(role)
    fen, since = 0, None
    for day, moved in days_of(books.connection, books.fund, account):
        since = day if fen == 0 else since
        fen += moved
    if fen == 0:
        return Cleared(role, account, 0, None, ())
    items = [
        (no, code, opened - settled)
        for no, held, code, opened, settled in books.open_items()
        if held == account
    ]
    parts = items or [
        (0, m.restriction, m.debit_fen - m.credit_fen)
        for m in books.balances()
        if m.account == account and m.debit_fen != m.credit_fen
    ]
    return Cleared(role, account, fen, since, tuple(parts))
