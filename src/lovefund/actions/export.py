"""Writes a fund's books for other programs, so that others' tools rebuild every balance.

Only what the public lines hold is written: no name ever. Each posting becomes two lines of one
transaction, on accounts that end in the restriction.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator

from lovefund.core.accounts import Account, AccountClass
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


def export(books: Books, form: str) -> Iterator[str]:
    """The books as text in pieces; ``form`` is hledger, beancount, csv or json."""
    return FORMS[form](books)


FORMS: dict[str, Callable[[Books], Iterator[str]]] = {}


def account_name(account: Account, restriction: str) -> str:
    """The name of an account in a restriction, as Beancount and hledger both read it.

    The last part begins with ``R-``, since a component of Beancount may not begin with a small
    letter; the one before it with the code.
    """
    slug = re.sub("[^A-Za-z0-9]+", "-", account.name_en + " " + account.detail_en).strip("-")
    return f"{_ROOTS[account.kind]}:{account.code}-{slug}:R-{restriction}"


def decimal(fen: int) -> str:
    """Fen as a decimal number without commas."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _sides(books: Books, entry: Entry) -> Iterator[tuple[str, int]]:
    for debit, credit, restriction, fen in entry.postings:
        yield account_name(books.chart[debit], restriction), fen
        yield account_name(books.chart[credit], restriction), -fen


def _heading(books: Books, sign: str) -> str:
    head = books.head()
    return (
        f"{sign} lovefund, fund {books.fund}: {head.size} entries\n{sign} root {head.root.hex()}\n"
    )


def _hledger(books: Books) -> Iterator[str]:
    yield _heading(books, ";")
    yield "commodity 1,000.00 CNY\n"
    for entry in books.entries():
        if entry.postings:
            yield f"\n{entry.on} * ({entry.voucher or entry.no}) {entry.kind}  ; no:{entry.no}\n"
            for name, fen in _sides(books, entry):
                yield f"    {name}  {decimal(fen)} CNY\n"


def _beancount(books: Books) -> Iterator[str]:
    yield _heading(books, ";")
    yield f'option "title" "lovefund {books.fund}"\noption "operating_currency" "CNY"\n'
    first = books.first_day()
    used = {(code, p.restriction) for p in books.posting_rows() for code in (p.debit, p.credit)}
    for code, restriction in sorted(used):
        yield f"{first} open {account_name(books.chart[code], restriction)} CNY\n"
    for entry in books.entries():
        if entry.postings:
            yield f'\n{entry.on} * "{entry.kind}" "{entry.voucher or entry.no}"\n  no: {entry.no}\n'
            for name, fen in _sides(books, entry):
                yield f"  {name}  {decimal(fen)} CNY\n"


_CSV_HEADS = (
    "no", "at", "on", "by", "kind", "voucher", "posting", "debit", "credit", "restriction",
    "amount_fen", "leaf",
)  # fmt: skip


def _plain(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula: a text that could be one is quoted."""
    if isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r＝＋－＠"):
        return "'" + cell
    return cell


def _csv(books: Books) -> Iterator[str]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)

    def row(*cells: object) -> str:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([_plain(cell) for cell in cells])
        return buffer.getvalue()

    yield row(*_CSV_HEADS)
    for e in books.entries():
        shared = (e.no, e.at, e.on, e.by, e.kind, e.voucher)
        for number, posting in enumerate(e.postings, 1):
            yield row(*shared, number, *posting, e.leaf.hex())
        if not e.postings:
            yield row(*shared, "", "", "", "", "", e.leaf.hex())


def _json(books: Books) -> Iterator[str]:
    head = books.head()
    balances = [list(m) for m in books.balances()]
    yield "{" + f'"fund": {json.dumps(books.fund)}, "size": {head.size}, '
    yield f'"root": "{head.root.hex()}", "balances": {json.dumps(balances)}, "entries": ['
    for index, entry in enumerate(books.entries()):
        yield (",\n" if index else "\n") + entry.line.decode("ascii").rstrip("\n")
    yield "\n]}\n"


FORMS |= {"hledger": _hledger, "beancount": _beancount, "csv": _csv, "json": _json}
