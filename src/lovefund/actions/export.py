"""Writes a fund's books for other programs, so that others' tools rebuild every balance.

Only what the public lines hold is written: no name ever.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

from lovefund.actions import export_journals, export_school
from lovefund.actions.export_grants import grants
from lovefund.actions.export_journals import decimal, entries_of
from lovefund.core.days import Period
from lovefund.publishing.tables import plain
from lovefund.publishing.workbook import Cell, Fen, Sheet, workbook
from lovefund.store.reading import Books


def export(books: Books, form: str, period: Period | None = None) -> Generator[str]:
    """The books, or a period of them, as text in pieces; ``form`` is one of :data:`FORMS`."""
    return FORMS[form](books, period)


def export_workbook(books: Books, form: str, period: Period | None = None) -> bytes:
    """The books, or a period of them, as a workbook; ``form`` is one of :data:`WORKBOOKS`."""
    last = books.entry(books.size - 1)
    assert last is not None  # a fund is opened by its entry 0
    title = f"lovefund {books.fund} {period.code if period else ''}".strip()
    return workbook(title, last.at, WORKBOOKS[form](books, period))


_HEADS = (
    "no", "at", "on", "by", "kind", "voucher", "posting", "debit", "credit", "restriction",
    "amount_fen", "leaf",
)  # fmt: skip


_AMOUNT = _HEADS.index("amount_fen")
_YUAN_HEADS = tuple(head.replace("_fen", "_yuan") for head in _HEADS)
_WIDTHS = (8, 12, 12, 8, 20, 16, 8, 12, 12, 16, 16, 68)


def _with_money(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    amount = row[_AMOUNT]
    money = Fen(amount) if isinstance(amount, int) else amount
    return (*row[:_AMOUNT], money, *row[_AMOUNT + 1 :])


def _rows(books: Books, period: Period | None) -> Iterator[tuple[Cell, ...]]:
    for e in entries_of(books, period):
        shared = (e.no, str(e.at), str(e.on), e.by, e.kind, e.voucher)
        for number, posting in enumerate(e.postings, 1):
            yield (*shared, number, *posting, e.leaf.hex())
        if not e.postings:
            yield (*shared, "", "", "", "", "", e.leaf.hex())


def _csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Generator[str]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)

    def row(cells: Iterable[object]) -> str:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([plain(cell) for cell in cells])
        return buffer.getvalue()

    yield row(heads)
    for cells in rows:
        yield row(cells)


def _for_people(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Generator[str]:
    """A CSV that people open: amounts in yuan, and the mark by which Excel knows UTF-8."""
    yield "\ufeff"
    yield from _csv(
        heads,
        ([decimal(cell.fen) if isinstance(cell, Fen) else cell for cell in row] for row in rows),
    )


def _json(books: Books, period: Period | None) -> Generator[str]:
    head = books.head()
    balances = [list(m) for m in books.balances(period.day_to if period else None)]
    yield "{" + f'"fund": {json.dumps(books.fund)}, "size": {head.size}, '
    yield f'"root": "{head.root.hex()}", "balances": {json.dumps(balances)}, "entries": ['
    for index, entry in enumerate(entries_of(books, period)):
        yield (",\n" if index else "\n") + entry.line.decode("ascii").rstrip("\n")
    yield "\n]}\n"


def _jsonl(books: Books, period: Period | None) -> Generator[str]:
    """The lines themselves, as a bundle has them."""
    for entry in entries_of(books, period):
        yield entry.line.decode("ascii").rstrip("\n") + "\n"


FORMS: dict[str, Callable[[Books, Period | None], Generator[str]]] = {
    "hledger": export_journals.hledger,
    "ledger": export_journals.ledger,
    "beancount": export_journals.beancount,
    "csv": lambda books, period: _csv(_HEADS, _rows(books, period)),
    "json": _json,
    "jsonl": _jsonl,
    "grants": grants,
    "school-balances": lambda books, period: _for_people(
        export_school.BALANCES, export_school.balance_rows(books, period)
    ),
    "school-journal": lambda books, period: _for_people(
        export_school.JOURNAL, export_school.journal_rows(books, period)
    ),
}
WORKBOOKS: dict[str, Callable[[Books, Period | None], list[Sheet]]] = {
    "xlsx": lambda books, period: [
        Sheet("entries", _YUAN_HEADS, _WIDTHS, [_with_money(row) for row in _rows(books, period)])
    ],
    "school": export_school.sheets,
}
