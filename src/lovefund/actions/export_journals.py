"""The books as journals of hledger, Ledger and Beancount, which rebuild every balance.

Each posting becomes two lines of one transaction, on accounts that end in the restriction.
Where a period is wanted, what was there before opens it in one transaction.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from datetime import date, timedelta

from lovefund.core.accounts import Account, AccountClass
from lovefund.core.days import Period
from lovefund.core.entries import Entry
from lovefund.store.reading import Books

_ROOTS = {
    AccountClass.MONEY: "Assets",
    AccountClass.STOCK: "Assets",
    AccountClass.RECEIVABLE: "Assets",
    AccountClass.AGENCY_GOODS: "Assets",
    AccountClass.PAYABLE: "Liabilities",
    AccountClass.AGENCY: "Liabilities",
    AccountClass.NET: "Equity",
    AccountClass.INCOME: "Income",
    AccountClass.OUTLAY: "Expenses",
}


def account_name(account: Account, restriction: str) -> str:
    """The name of an account in a restriction, as all three programs read it.

    The last part begins with ``R-``, since a component of Beancount may not begin with a small
    letter; the one before it with the code.
    """
    slug = re.sub("[^A-Za-z0-9]+", "-", account.name_en + " " + account.detail_en).strip("-")
    return f"{_ROOTS[account.kind]}:{account.code}-{slug}:R-{restriction}"


def decimal(fen: int) -> str:
    """Fen as a decimal number without commas."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def hledger(books: Books, period: Period | None) -> Generator[str]:
    """A journal of hledger."""
    yield _heading(books, ";") + "commodity 1,000.00 CNY\n"
    yield from _plain_text(books, period)


def ledger(books: Books, period: Period | None) -> Generator[str]:
    """A journal of Ledger."""
    yield _heading(books, ";") + "commodity CNY\n    format 1,000.00 CNY\n"
    yield from _plain_text(books, period)


def _plain_text(books: Books, period: Period | None) -> Generator[str]:
    opening = list(_opening(books, period))
    if period is not None and opening:
        yield f"\n{period.day_from} * opening balances\n"
        yield from (f"    {name}  {decimal(fen)} CNY\n" for name, fen in opening)
    for entry in entries_of(books, period):
        if entry.postings:
            yield f"\n{entry.on} * ({entry.voucher or entry.no}) {entry.kind}  ; no:{entry.no}\n"
            for name, fen in _sides(books, entry):
                yield f"    {name}  {decimal(fen)} CNY\n"


def beancount(books: Books, period: Period | None) -> Generator[str]:
    """A ledger of Beancount."""
    yield _heading(books, ";")
    yield f'option "title" "lovefund {books.fund}"\noption "operating_currency" "CNY"\n'
    opening = list(_opening(books, period))
    used = {(code, p.restriction) for p in books.posting_rows() for code in (p.debit, p.credit)}
    for code, restriction in sorted(used):
        name = account_name(books.chart[code], restriction)
        yield f"{books.first_day()} open {name} CNY\n"
    if period is not None and opening:
        yield f'\n{period.day_from} * "opening balances"\n'
        yield from (f"  {name}  {decimal(fen)} CNY\n" for name, fen in opening)
    for entry in entries_of(books, period):
        if entry.postings:
            yield f'\n{entry.on} * "{entry.kind}" "{entry.voucher or entry.no}"\n  no: {entry.no}\n'
            for name, fen in _sides(books, entry):
                yield f"  {name}  {decimal(fen)} CNY\n"


def entries_of(books: Books, period: Period | None) -> Iterator[Entry]:
    """The entries of a period, or all."""
    if period is None:
        return books.entries()
    return books.entries(period.day_from, period.day_to)


def _opening(books: Books, period: Period | None) -> Iterator[tuple[str, int]]:
    """(account, debit minus credit) of what was there before a period."""
    for m in books.balances(eve(period)) if period is not None else ():
        if m.debit_fen != m.credit_fen:
            yield account_name(books.chart[m.account], m.restriction), m.debit_fen - m.credit_fen


def eve(period: Period) -> date:
    """The day before a period."""
    return period.day_from - timedelta(days=1)


def _sides(books: Books, entry: Entry) -> Iterator[tuple[str, int]]:
    for debit, credit, restriction, fen in entry.postings:
        yield account_name(books.chart[debit], restriction), fen
        yield account_name(books.chart[credit], restriction), -fen


def _heading(books: Books, sign: str) -> str:
    head = books.head()
    return (
        f"{sign} lovefund, fund {books.fund}: {head.size} entries\n{sign} root {head.root.hex()}\n"
    )
