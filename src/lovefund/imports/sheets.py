"""Rows of a CSV or XLSX file, every cell as the text that a person would have typed.

What a file may hold is settled before it is read: its size, its true type whatever it is
called, its encoding. Then every row has as many cells as there are headings, and every
heading is known, since a heading that is passed over could be a purpose that is lost.
"""

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

from lovefund.errors import BadInput, LovefundError, visible
from lovefund.imports import workbooks
from lovefund.language import _
from lovefund.system import write_whole

ROWS_MAX = 200_000
#: A cell far to the right or below makes the reader fill in all that lie before it.
CELLS_MAX = 5_000_000
BYTES_MAX = 20 * 1024 * 1024
#: What a file is, by its first bytes, where it is neither a workbook nor text.
_OTHER_TYPES = (
    (b"%PDF", "PDF"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG", "PNG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"{\\rtf", "RTF"),
    (b"SQLite format 3", "SQLite"),
    (b"<!DOCTYPE", "HTML"),
    (b"<html", "HTML"),
    (b"<?xml", "XML"),
)
#: Spaces that people leave around a cell; anything else in it is theirs to mend.
_SPACES = " \u00a0\u3000"


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
    content = bytes_of(path)
    raw = _xlsx_rows(path, content) if content[:4] == b"PK\x03\x04" else _csv_rows(path, content)
    rows = _named(path, raw, columns)
    return Sheet(path.name, hashlib.sha256(content).hexdigest(), tuple(rows))


def bytes_of(path: Path, smaller: str = "") -> bytes:
    """The bytes of a file that is there and is not too large; BadInput says what is wrong.

    ``smaller`` says how to get a smaller one.
    """
    try:
        if not path.is_file():
            # A device or a pipe has no end that could be waited for.
            raise FileNotFoundError(path)
        with path.open("rb") as file:
            content = file.read(BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        raise bad_file(path, _("it cannot be read"), _("look whether the file is there")) from error
    if len(content) > BYTES_MAX:
        smaller = smaller or _("split it into several files")
        raise bad_file(path, _("it is larger than 20 MB"), smaller)
    return content


def _named(
    path: Path, raw: Iterator[tuple[int, list[str]]], columns: Sequence[Column]
) -> Iterator[Row]:
    places: dict[int, str] = {}
    for number, raw_cells in raw:
        if number > ROWS_MAX:
            raise too_many(path)
        cells = [c.strip(_SPACES) for c in raw_cells]
        if not any(cells):
            continue
        if not places:
            places = _places(path, number, cells, columns)
            continue
        if len(cells) < len(places) or any(cells[len(places) :]):
            raise bad_file(
                path,
                _("row {row} has {count} cells under {headings} headings").format(
                    row=number, count=len(cells), headings=len(places)
                ),
                _("give every row one cell for each heading, an empty one where there is nothing"),
            )
        yield Row(number, {key: cells[i] for i, key in places.items()})
    if not places:
        raise bad_file(path, _("it is empty"), _("begin with the template: --template FILE"))


def _places(path: Path, number: int, cells: list[str], columns: Sequence[Column]) -> dict[int, str]:
    """Where each column stands, by its heading; the headings stand side by side."""
    places: dict[int, str] = {}
    while cells and not cells[-1]:
        cells = cells[:-1]
    for index, cell in enumerate(cells):
        heading = cell.rstrip("*").rstrip(_SPACES).lower()
        for column in columns:
            if heading in (h.lower() for h in column.headings):
                if column.key in places.values():
                    raise bad_file(
                        path,
                        _("row {row}: the heading {heading} occurs twice").format(
                            row=number, heading=cell
                        ),
                        _("leave one of them away"),
                    )
                places[index] = column.key
    missing = [c.headings[0] for c in columns if c.needed and c.key not in places.values()]
    if missing:
        raise bad_file(
            path,
            _("row {row}: the heading {missing} is missing").format(
                row=number, missing="、".join(missing)
            ),
            _("begin with the template: --template FILE"),
        )
    unknown = [cell for index, cell in enumerate(cells) if index not in places]
    if unknown:
        raise bad_file(
            path,
            _("row {row}: there is no heading “{heading}”").format(
                row=number, heading=visible(unknown[0][:40])
            ),
            _("leave that column away; the headings are {known}").format(
                known="、".join(c.headings[0] for c in columns)
            ),
        )
    return places


def _csv_rows(path: Path, content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = text_of(path, content)
    first = text.split("\n", 1)[0]
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            yield number, cells
    except csv.Error as error:
        raise bad_file(
            path,
            _(
                "row {row}: a quotation mark stands inside a cell or is never closed, "
                "or the cell is longer than 128 KB"
            ).format(row=number + 1),
            _("mend that row, or save the file again as .xlsx"),
        ) from error


def text_of(path: Path, content: bytes) -> str:
    """The text of a file that is one, whatever Excel, WPS or a bank saved it as."""
    save = _("save it as .xlsx, or CSV in UTF-8")
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise bad_file(
            path,
            _("it is an old .xls file, or one locked with a password"),
            _("save it as .xlsx in Excel or WPS"),
        )
    for beginning, kind in _OTHER_TYPES:
        if content.lstrip()[:16].lower().startswith(beginning.lower()):
            raise bad_file(path, _("it is a file of type {kind}").format(kind=kind), save)
    utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            if encoding != "gb18030" and error.start >= len(content) - 4:
                raise bad_file(
                    path,
                    _("it ends in the middle of a character: its end was cut off"),
                    _("copy or save the whole file again"),
                ) from error
            continue
        if "\x00" not in text:
            return text
    raise bad_file(path, _("it is neither UTF-8 nor GBK text"), save)


def _xlsx_rows(path: Path, content: bytes) -> Iterator[tuple[int, list[str]]]:
    unsafe = workbooks.why_unsafe(content)
    if unsafe is not None:
        raise bad_file(path, unsafe, _("save it again as .xlsx in Excel or WPS"))
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            # Some programs write a wrong size of the sheet, which would cut rows off.
            sheet.reset_dimensions()
            width = count = 0
            for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
                count += len(row)
                if number > ROWS_MAX or count > CELLS_MAX:
                    raise too_many(path)
                width = width or len(row)
                cells = [_typed(path, number, value) for value in row]
                yield number, cells + [""] * (width - len(cells))
            book.close()
    except LovefundError:
        raise
    except Exception as error:
        # The reader raises whatever a damaged archive or its XML makes it raise.
        raise bad_file(
            path, _("this workbook cannot be read"), _("save it again as .xlsx in Excel or WPS")
        ) from error


def _typed(path: Path, number: int, value: Any) -> str:
    """A cell's value as a person would type it; amounts never pass through binary fractions."""
    if value is None:
        return ""
    if isinstance(value, bool):
        raise bad_file(
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


def bad_file(path: Path, reason: str, mend: str) -> BadInput:
    """What is said of a file that cannot be taken."""
    return BadInput("file", path.name, reason, mend)


def too_many(path: Path) -> BadInput:
    """What is said of a file with more rows or cells than are read."""
    return bad_file(
        path,
        _("it has more than {rows} rows or {cells} cells").format(rows=ROWS_MAX, cells=CELLS_MAX),
        _("split it into several files, and remove formats from empty cells"),
    )


def write_template(
    path: Path,
    columns: Sequence[Column],
    examples: Sequence[Sequence[str]],
    lists: dict[str, Sequence[str]],
) -> None:
    """Write an empty file with headings; an XLSX has examples and lists to choose from besides."""
    if path.suffix.lower() == ".csv":
        # Excel and WPS read UTF-8 only behind a byte order mark.
        heads = ",".join(c.headings[0] for c in columns)
        write_whole(path, (heads + "\n").encode("utf-8-sig"))
        return
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("填写")
        for index, column in enumerate(columns):
            heading = column.headings[0] + ("*" if column.needed else "")
            sheet.write_string(0, index, heading, bold)
            sheet.set_column(index, index, 16, text)
        sheet.freeze_panes(1, 0)
        shown = book.add_worksheet("示例")
        for index, column in enumerate(columns):
            shown.write_string(0, index, column.headings[0], bold)
            shown.set_column(index, index, 16)
        for number, example in enumerate(examples, 1):
            for index, cell in enumerate(example):
                shown.write_string(number, index, cell)
        choices = book.add_worksheet("选项")
        for index, (key, found) in enumerate(lists.items()):
            # A list that stands in the rule itself may have 255 characters at most.
            for number, choice in enumerate(found):
                choices.write_string(number, index, choice)
            place = [c.key for c in columns].index(key)
            letter = chr(ord("A") + index)
            source = f"=选项!${letter}$1:${letter}${max(len(found), 1)}"
            rule = {"validate": "list", "source": source}
            sheet.data_validation(1, place, 5000, place, rule)
    write_whole(path, buffer.getvalue())
