"""Workbooks (XLSX): text is never a formula, money is exact, the same rows give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from lovefund.money import yuan

#: Beyond this a spreadsheet rounds: it keeps fifteen digits.
EXACT_FEN_MAX = 10**15 - 1
_MONEY = "#,##0.00;[Red]-#,##0.00"
#: A sheet holds no more rows than this; the rest goes on in a further sheet.
ROWS_MAX = 1_000_000
#: A spreadsheet follows no more links than this in a sheet; the rest stand as text.
LINKS_MAX = 65_000


class Fen(NamedTuple):
    """A cell of money, in fen."""

    fen: int


class Link(NamedTuple):
    """A cell of text that leads to a cell of another sheet."""

    text: str
    sheet: str
    row: int


#: Whole numbers are counts; money says so; None leaves a cell empty.
Cell = str | int | Fen | Link | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, its heads with their widths in characters, and its rows.

    ``strong`` are the numbers of rows, from 0, that are sums.
    """

    name: str
    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: Sequence[tuple[Cell, ...]]
    strong: frozenset[int] = frozenset()


def decimal(fen: int) -> str:
    """Fen as yuan without separators."""
    return yuan(fen).replace(",", "")


def workbook(title: str, made_on: date, sheets: Iterable[Sheet], *, large: bool = False) -> bytes:
    """The sheets as one file; every text is written as text, whatever it begins with.

    ``large`` keeps one row in memory at a time, and texts that repeat are written each time.
    """
    import xlsxwriter

    stream = io.BytesIO()
    how = {"constant_memory": True} if large else {"in_memory": True}
    book = xlsxwriter.Workbook(stream, how)
    at = datetime.combine(made_on, time(0), UTC).replace(tzinfo=None)
    book.set_properties({"title": title, "created": at, "comments": ""})
    formats = {
        (strong, kind): book.add_format({"bold": strong, **({"num_format": form} if form else {})})
        for strong in (False, True)
        for kind, form in (("text", ""), ("money", _MONEY), ("whole", "#,##0"))
    }
    for sheet in sheets:
        for part in _parts(sheet):
            _write(book.add_worksheet(part.name), part, formats)
    book.close()
    return stream.getvalue()


def _parts(sheet: Sheet) -> Iterator[Sheet]:
    yield replace(sheet, rows=sheet.rows[:ROWS_MAX])
    for start in range(ROWS_MAX, len(sheet.rows), ROWS_MAX):
        name = f"{sheet.name} {start // ROWS_MAX + 1}"
        yield replace(sheet, name=name, rows=sheet.rows[start : start + ROWS_MAX])


def _write(to: Any, sheet: Sheet, formats: dict[tuple[bool, str], Any]) -> None:
    links = 0
    to.freeze_panes(1, 0)
    # On paper: A4 across, as wide as the page, the heads on every page.
    to.set_paper(9)
    to.set_landscape()
    to.fit_to_pages(1, 0)
    to.repeat_rows(0)
    for column, (head, width) in enumerate(zip(sheet.heads, sheet.widths, strict=True)):
        to.write_string(0, column, head, formats[True, "text"])
        to.set_column(column, column, width)
    for number, row in enumerate(sheet.rows):
        strong = number in sheet.strong
        for column, given in enumerate(row):
            cell = given
            if isinstance(cell, Link):
                links += 1
                cell = cell if links <= LINKS_MAX else cell.text
            _cell(to, number + 1, column, cell, strong, formats)


def _cell(
    to: Any, row: int, column: int, cell: Cell, strong: bool, formats: dict[tuple[bool, str], Any]
) -> None:
    if isinstance(cell, Fen):
        if abs(cell.fen) <= EXACT_FEN_MAX:
            to.write_number(row, column, cell.fen / 100, formats[strong, "money"])
        else:
            to.write_string(row, column, decimal(cell.fen), formats[strong, "text"])
    elif isinstance(cell, Link):
        where = cell.sheet.replace("'", "''")
        to.write_url(row, column, f"internal:'{where}'!A{cell.row + 2}", None, cell.text)
    elif isinstance(cell, int):
        to.write_number(row, column, cell, formats[strong, "whole"])
    elif cell:
        to.write_string(row, column, cell, formats[strong, "text"])
