"""Prints the adjustment table of a reconciliation, and the working table that it is made from."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from lovefund.actions.outputs import refuse_place
from lovefund.actions.prints import issuer
from lovefund.actions.reconcile import kept_sheet
from lovefund.actions.workspace import Workspace
from lovefund.core.adjusting import Item, Sheet
from lovefund.core.reconciliations import Reconciliation
from lovefund.imports.sheets import Column, read_sheet
from lovefund.language import language as spoken
from lovefund.publishing import workbook
from lovefund.publishing.adjustment import Adjustment, adjustment_pdf, adjustment_xlsx
from lovefund.publishing.resources import texts
from lovefund.publishing.tables import plain
from lovefund.publishing.workbook import decimal
from lovefund.store.reading import Books
from lovefund.store.reconciliations import read_reconciliations
from lovefund.system import write_whole

_COLUMNS = (
    Column("id", ("编号", "line")),
    Column("class", ("类别", "class"), needed=False),
    Column("on", ("日期", "date"), needed=False),
    Column("amount", ("金额", "amount"), needed=False),
    Column("age", ("天数", "days"), needed=False),
    Column("note", ("摘要", "summary"), needed=False),
    Column("why", ("说明", "explanation")),
)
_AMOUNT = [column.key for column in _COLUMNS].index("amount")


def print_adjustment(
    ws: Workspace, no: int, path: Path, language: str, *, over: bool = False
) -> int:
    """Write the table of reconciliation ``no`` as PDF or XLSX; returns how many items it has."""
    refuse_place(path, over=over)
    with ws.reading() as books:
        sheet = kept_sheet(ws, books, no)
        said = read_reconciliations(books.connection, books.fund).get(no)
        view = _view(books, sheet, said)
    _write(view, path, language)
    return len(sheet.items)


def print_draft(
    ws: Workspace, sheet: Sheet, path: Path, language: str, *, over: bool = False
) -> None:
    """Write the table of a sheet that is not booked yet."""
    refuse_place(path, over=over)
    with ws.reading() as books:
        view = _view(books, sheet, None)
    _write(view, path, language)


def _write(view: Adjustment, path: Path, language: str) -> None:
    made = adjustment_xlsx if path.suffix.lower() == ".xlsx" else adjustment_pdf
    write_whole(path, made(view, language))


def _view(books: Books, sheet: Sheet, said: Reconciliation | None) -> Adjustment:
    account = books.chart[sheet.account]
    names = account.short("zh"), account.short("en")
    if said is None:
        return Adjustment(issuer(books), *names, sheet)
    agreed = said.agreed_no or 0
    return Adjustment(issuer(books), *names, sheet, said.no, said.by, agreed, said.agreed_by)


# The working table


def write_table(path: Path, items: Sequence[Item], sheet: Sheet) -> None:
    """Write the open lines, one a row, for a person to fill in why each is open."""
    refuse_place(path)
    words = texts(spoken())["adjustment"]
    heads = tuple(column.headings[0] for column in _COLUMNS)
    rows = [
        (
            item.line.id,
            words[item.kind.value],
            item.line.on.isoformat(),
            decimal(item.line.fen),
            str(item.age(sheet.last)),
            item.told(spoken()),
            item.why,
        )
        for item in items
    ]
    if path.suffix.lower() == ".xlsx":
        page = workbook.Sheet("对账", heads, (10, 26, 12, 14, 8, 44, 44), rows)
        write_whole(path, workbook.workbook("对账", sheet.last, (page,)))
        return
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(heads)
    for row in rows:
        writer.writerow([c if at == _AMOUNT else plain(c) for at, c in enumerate(row)])
    write_whole(path, text.getvalue().encode("utf-8-sig"))


def read_table(path: Path) -> dict[str, str]:
    """The reasons that people filled in, by line; rows without one are left away."""
    rows = read_sheet(path, _COLUMNS).rows
    # The quotation mark is ours: it keeps a spreadsheet from taking a reason for a formula.
    return {row.cells["id"]: row.cells["why"].lstrip("'") for row in rows if row.cells["why"]}
