"""Rows of a CSV or XLSX file, every cell as the text that a person would have typed."""

from __future__ import annotations

import csv
import hashlib
import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lovefund.errors import BadInput, LovefundError
from lovefund.language import _

ROWS_MAX = 1_000_000
_BYTES_MAX = 200 * 1024 * 1024
#: What Excel takes as a list to choose from, in characters.
_LIST_LENGTH_MAX = 256


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its key, and the headings that name it."""

    key: str
    headings: tuple[str, ...]
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as the sheet counts it, and its cells by column key."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's rows, its name, and the hash of its bytes."""

    name: str
    sha256: str
    rows: tuple[Row, ...]


def read_sheet(path: Path, columns: Sequence[Column]) -> Sheet:
    """The rows under the headings of a file; BadInput says what is wrong with the file."""
    try:
        if path.stat().st_size > _BYTES_MAX:
            raise _bad(path, _("it is larger than 200 MB"), _("split it into several files"))
        content = path.read_bytes()
    except OSError as error:
        raise _bad(path, _("it cannot be read"), _("look whether the file is there")) from error
    if content[:4] == b"PK\x03\x04":
        raw = _xlsx_rows(path, content)
    elif content[:4] == b"\xd0\xcf\x11\xe0":
        raise _bad(path, _("it is an old .xls file"), _("save it as .xlsx in Excel or WPS"))
    else:
        raw = _csv_rows(path, content)
    rows = _named(path, raw, columns)
    return Sheet(path.name, hashlib.sha256(content).hexdigest(), tuple(rows))


def _named(
    path: Path, raw: Iterator[tuple[int, list[str]]], columns: Sequence[Column]
) -> Iterator[Row]:
    places: dict[int, str] = {}
    for number, cells in raw:
        if not any(c.strip() for c in cells):
            continue
        if not places:
            places = _places(path, number, cells, columns)
            continue
        if number > ROWS_MAX:
            raise _bad(path, _("it has too many rows"), _("split it into several files"))
        found = {key: cells[i].strip() for i, key in places.items() if i < len(cells)}
        yield Row(number, found)
    if not places:
        raise _bad(path, _("it is empty"), _("begin with the template: --template FILE"))


def _places(path: Path, number: int, cells: list[str], columns: Sequence[Column]) -> dict[int, str]:
    """Where each column stands, by its heading."""
    places: dict[int, str] = {}
    for index, cell in enumerate(cells):
        heading = cell.strip().rstrip("*").strip().lower()
        for column in columns:
            if heading in (h.lower() for h in column.headings):
                if column.key in places.values():
                    raise _bad(
                        path,
                        _("row {row}: the heading {heading} occurs twice").format(
                            row=number, heading=cell
                        ),
                        _("leave one of them away"),
                    )
                places[index] = column.key
    missing = [c.headings[0] for c in columns if c.needed and c.key not in places.values()]
    if missing:
        raise _bad(
            path,
            _("row {row}: the heading {missing} is missing").format(
                row=number, missing="、".join(missing)
            ),
            _("begin with the template: --template FILE"),
        )
    return places


def _csv_rows(path: Path, content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _text(path, content)
    first = text.split("\n", 1)[0]
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from enumerate(reader, 1)
    except csv.Error as error:
        raise _bad(path, str(error), _("save it again as CSV or XLSX")) from error


def _text(path: Path, content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise _bad(path, _("it is neither UTF-8 nor GBK text"), _("save it as .xlsx, or CSV in UTF-8"))


def _xlsx_rows(path: Path, content: bytes) -> Iterator[tuple[int, list[str]]]:
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            # Some programs write a wrong size of the sheet, which would cut rows off.
            sheet.reset_dimensions()
            for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
                yield number, [_typed(path, number, value) for value in row]
            book.close()
    except LovefundError:
        raise
    except Exception as error:
        # The reader raises whatever a damaged archive or its XML makes it raise.
        raise _bad(
            path, _("this workbook cannot be read"), _("save it again as .xlsx in Excel or WPS")
        ) from error


def _typed(path: Path, number: int, value: Any) -> str:
    """A cell's value as a person would type it; amounts never pass through binary fractions."""
    if value is None:
        return ""
    if isinstance(value, bool):
        raise _bad(
            path,
            _("row {row} has the value {value}").format(row=number, value=value),
            _("type text or a number there"),
        )
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        exact = Decimal(repr(value))
        return f"{exact:f}".removesuffix(".0")
    return str(value)


def _bad(path: Path, reason: str, mend: str) -> BadInput:
    return BadInput("file", path.name, reason, mend)


def write_template(
    path: Path,
    columns: Sequence[Column],
    examples: Sequence[Sequence[str]],
    lists: dict[str, Sequence[str]],
) -> None:
    """Write an empty file with headings; an XLSX has examples and lists to choose from besides.

    BadInput where a file of that name is there already: it may have been filled in.
    """
    if path.exists():
        raise _bad(path, _("there is a file of that name"), _("choose another name"))
    if path.suffix.lower() == ".csv":
        # Excel and WPS read UTF-8 only behind a byte order mark.
        heads = ",".join(c.headings[0] for c in columns)
        path.write_text(heads + "\n", encoding="utf-8-sig")
        return
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("填写")
        for index, column in enumerate(columns):
            heading = column.headings[0] + ("*" if column.needed else "")
            sheet.write_string(0, index, heading, bold)
            sheet.set_column(index, index, 16, text)
            if len(",".join(lists.get(column.key, ()))) in range(1, _LIST_LENGTH_MAX):
                sheet.data_validation(
                    1,
                    index,
                    5000,
                    index,
                    {"validate": "list", "source": list(lists[column.key])},
                )
        sheet.freeze_panes(1, 0)
        shown = book.add_worksheet("示例")
        for index, column in enumerate(columns):
            shown.write_string(0, index, column.headings[0], bold)
            shown.set_column(index, index, 16)
        for number, example in enumerate(examples, 1):
            for index, cell in enumerate(example):
                shown.write_string(number, index, cell)
