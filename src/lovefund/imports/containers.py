"""Any file that a bill comes in, as tables of text: CSV, XLS and XLSX, alone or in a zip.

What a file is, its first bytes say and never its name: a bank's ``.csv`` may be an old workbook.
A file can hold several tables (sheets, members of a zip, a text parted by commas or tabs); which
one is the bill is told by its headings, in ``recognise.py``.
"""

from __future__ import annotations

import csv
import hashlib
import io
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from lovefund.errors import BadInput, LovefundError
from lovefund.imports import workbooks
from lovefund.imports.sheets import (
    BYTES_MAX,
    CELLS_MAX,
    ROWS_MAX,
    bad_file,
    bytes_of,
    text_of,
    too_many,
)
from lovefund.language import _

#: A row's number as the sheet counts it, and its cells as text.
Line = tuple[int, list[str]]
#: The digits that a binary fraction carries; a longer number has lost its end.
DIGITS_MAX = 15
_MEMBERS_MAX = 50
_OLE = b"\xd0\xcf\x11\xe0"
_LOST = ("\ufffd", "锟斤拷")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a file. ``rows`` begins anew with every call; ``ragged`` where short rows are
    whole, since a workbook leaves empty cells away."""

    name: str
    rows: Callable[[], Iterator[Line]]
    ragged: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file's name, the hash of its bytes, and the tables in it."""

    name: str
    sha256: str
    tables: tuple[Table, ...]


def open_file(path: Path) -> File:
    """The tables of a file; BadInput says what is wrong with it."""
    content = bytes_of(path, _("ask for bills of a shorter period"))
    tables = tuple(_tables(path, content))
    return File(path.name, hashlib.sha256(content).hexdigest(), tables)


def _tables(path: Path, content: bytes) -> list[Table]:
    if content[:4] == b"PK\x03\x04" and not _is_workbook(path, content):
        return _members(path, content)
    return _single(path, content)


def _single(path: Path, content: bytes) -> list[Table]:
    if content[:4] == _OLE:
        return _xls(path, content)
    if content[:4] == b"PK\x03\x04":
        return _xlsx(path, content)
    return _texts(path, content)


def _is_workbook(path: Path, content: bytes) -> bool:
    unsafe = workbooks.why_unsafe(content)
    if unsafe is not None:
        raise bad_file(path, unsafe, _("download it again, or save it again as .xlsx"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "[Content_Types].xml" in archive.namelist()


def _members(path: Path, content: bytes) -> list[Table]:
    """The tables of a zip's members; those that hold none are passed over."""
    tables: list[Table] = []
    wrong: BadInput | None = None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [p for p in archive.infolist() if not p.is_dir()]
        if len(parts) > _MEMBERS_MAX:
            raise bad_file(
                path,
                _("its archive has {count} parts").format(count=len(parts)),
                _("unpack it, and import the bill in it"),
            )
        for part in parts:
            try:
                tables += _single(path, _unpacked(path, archive, part))
            except BadInput as error:
                wrong = wrong or error
    if tables:
        return tables
    raise wrong or bad_file(
        path, _("its archive is empty"), _("unpack it, and import the bill in it")
    )


def _unpacked(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    if part.flag_bits & 0x1:
        raise bad_file(
            path,
            _("its archive is locked with a password"),
            _("unpack it with the password that was sent to you, and import the bill in it"),
        )
    try:
        with archive.open(part) as member:
            content = member.read(BYTES_MAX + 1)
    except workbooks.DAMAGED as error:
        raise bad_file(path, _("its archive is damaged"), _("download it again")) from error
    if len(content) > BYTES_MAX:
        raise bad_file(path, _("it is larger than 20 MB"), _("ask for bills of a shorter period"))
    return content


def _texts(path: Path, content: bytes) -> list[Table]:
    text = text_of(path, content)
    if any(sign in text for sign in _LOST):
        raise bad_file(
            path,
            _("letters were lost when it was saved in a wrong encoding"),
            _("download the file again, and import it as it came"),
        )
    parted_by = ",\t" if "\t" in text else ","
    return [Table("", partial(_csv, path, text, delimiter)) for delimiter in parted_by]


def _csv(path: Path, text: str, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if number > ROWS_MAX:
                raise too_many(path)
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


def _xlsx(path: Path, content: bytes) -> list[Table]:
    import openpyxl

    unsafe = workbooks.why_unsafe(content)
    if unsafe is not None:
        raise bad_file(path, unsafe, _("save it again as .xlsx in Excel or WPS"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheets = list(book.worksheets)
    except Exception as error:
        # The reader raises whatever a damaged archive or its XML makes it raise.
        raise _unreadable(path) from error
    return [Table(sheet.title, partial(_xlsx_rows, path, sheet), True) for sheet in sheets]


def _xlsx_rows(path: Path, sheet: Any) -> Iterator[Line]:
    count = 0
    try:
        # Some programs write a wrong size of the sheet, which would cut rows off.
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            count += len(row)
            if number > ROWS_MAX or count > CELLS_MAX:
                raise too_many(path)
            yield number, [typed(value) for value in row]
    except LovefundError:
        raise
    except Exception as error:
        raise _unreadable(path) from error


def _xls(path: Path, content: bytes) -> list[Table]:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise bad_file(
            path,
            _("this workbook is locked with a password"),
            _("open it with its password, and save it without one"),
        )
    import xlrd

    try:
        book = xlrd.open_workbook(
            file_contents=content, logfile=io.StringIO(), on_demand=True, ragged_rows=True
        )
        sheets = book.sheets()
    except Exception as error:
        # The reader raises whatever a damaged workbook makes it raise.
        if "encrypted" in str(error):
            raise bad_file(
                path,
                _("this workbook is locked with a password"),
                _("open it with its password, and save it without one"),
            ) from error
        raise _unreadable(path) from error
    return [
        Table(sheet.name, partial(_xls_rows, path, sheet, book.datemode), True) for sheet in sheets
    ]


def _xls_rows(path: Path, sheet: Any, datemode: int) -> Iterator[Line]:
    import xlrd

    def shown(cell: Any) -> str:
        if cell.ctype == xlrd.XL_CELL_DATE:
            return _moment(xlrd.xldate_as_tuple(cell.value, datemode))
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, "#?"))
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return typed(bool(cell.value))
        return typed(cell.value)

    count = 0
    try:
        for index in range(sheet.nrows):
            row = sheet.row(index)
            count += len(row)
            if count > CELLS_MAX:
                raise too_many(path)
            yield index + 1, [shown(cell) for cell in row]
    except LovefundError:
        raise
    except Exception as error:
        raise _unreadable(path) from error


def _moment(parts: tuple[int, int, int, int, int, int]) -> str:
    """A workbook's moment as typed; a time of no day has a year of 0."""
    day = f"{parts[0]:04d}-{parts[1]:02d}-{parts[2]:02d}" if parts[0] else ""
    clock = "{:02d}:{:02d}:{:02d}".format(*parts[3:])
    if day and clock == "00:00:00":
        return day
    return f"{day} {clock}".strip()


def typed(value: Any) -> str:
    """A workbook's value as a person would type it; amounts never pass through rounding.

    A number of more digits than a workbook keeps is written as ``2.0726E+17``, as the workbook
    shows it: whoever needs it whole can see that it is not.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        # A workbook keeps moments as fractions of a day, which miss the second by a hair.
        value += timedelta(microseconds=500_000)
        return _moment((value.year, value.month, value.day, value.hour, value.minute, value.second))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("seconds")
    if isinstance(value, float):
        exact = Decimal(repr(value))
        if not exact.is_finite() or abs(exact) >= 10**DIGITS_MAX:
            return f"{exact.normalize():E}"
        return f"{exact:f}".removesuffix(".0")
    return str(value)


def _unreadable(path: Path) -> BadInput:
    return bad_file(
        path, _("this workbook cannot be read"), _("save it again as .xlsx in Excel or WPS")
    )
