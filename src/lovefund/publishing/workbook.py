"""Rows as a workbook: text is never a formula, money has two decimals, the same bytes again."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from lovefund.money import yuan

#: Beyond this a spreadsheet rounds: it keeps fifteen digits.
EXACT_FEN_MAX = 10**15 - 1
_MONEY = "#,##0.00;[Red]-#,##0.00"
_WIDTH_MIN, _WIDTH_MAX = 10, 40

Cell = str | int | date


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with its heads and rows; a head that ends in ``_fen`` is of money, shown in yuan."""

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def workbook(title: str, on: date, sheets: Sequence[Sheet]) -> bytes:
    """The workbook; ``on`` is the day it says it was made, so that it can be made again."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    at = datetime.combine(on, time(0), UTC).replace(tzinfo=None)
    book.set_properties({"title": title, "created": at, "comments": ""})
    formats = {
        "bold": book.add_format({"bold": True}),
        "money": book.add_format({"num_format": _MONEY}),
    }
    for sheet in sheets:
        _write(book.add_worksheet(sheet.name), sheet, formats)
    book.close()
    return stream.getvalue()


def _write(to: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    to.freeze_panes(1, 0)
    money = [head.endswith("_fen") for head in sheet.heads]
    for column, head in enumerate(sheet.heads):
        shown = head.removesuffix("_fen") + ("_yuan" if money[column] else "")
        to.write_string(0, column, shown, formats["bold"])
        to.set_column(column, column, min(max(2 * len(shown), _WIDTH_MIN), _WIDTH_MAX))
    for number, row in enumerate(sheet.rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, int) and money[column]:
                if abs(cell) <= EXACT_FEN_MAX:
                    to.write_number(number, column, cell / 100, formats["money"])
                else:
                    to.write_string(number, column, yuan(cell).replace(",", ""))
            elif isinstance(cell, int):
                to.write_number(number, column, cell)
            elif cell != "":
                to.write_string(number, column, str(cell))
