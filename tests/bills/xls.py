"""Writes a small old workbook (.xls): BIFF8 in a compound file, enough to be read.

No library that we use writes one. ``tests/bills/test_containers.py`` reads a file of another
program as well, so that the two are not alone with each other.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import datetime

Cell = str | int | float | bool | datetime | None
_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def xls(*sheets: Sequence[Sequence[Cell]]) -> bytes:
    """A workbook with these sheets."""
    return _compound(_workbook(sheets))


def _record(code: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", code, len(data)) + data


def _workbook(sheets: Sequence[Sequence[Sequence[Cell]]]) -> bytes:
    bodies = [_sheet(rows) for rows in sheets]
    # 0: general; 1: a date with its time.
    formats = b"".join(
        _record(0x00E0, struct.pack("<HHHBBBBIiH", 0, code, 0, 0, 0, 0, 0, 0, 0, 0))
        for code in (0, 22)
    )
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 1997, 0, 0x600))
    head += _record(0x0042, struct.pack("<H", 1200)) + formats
    names = [f"表{number}".encode("utf-16-le") for number in range(1, len(sheets) + 1)]
    length = len(head) + sum(4 + 8 + len(name) for name in names) + 4
    for name, body in zip(names, bodies, strict=True):
        bound = struct.pack("<IBBBB", length, 0, 0, len(name) // 2, 1) + name
        head += _record(0x0085, bound)
        length += len(body)
    return head + _record(0x000A) + b"".join(bodies)


def _sheet(rows: Sequence[Sequence[Cell]]) -> bytes:
    width = max((len(row) for row in rows), default=0)
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 1997, 0, 0x600))
    head += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    cells = (_cell(y, x, cell) for y, row in enumerate(rows) for x, cell in enumerate(row))
    return head + b"".join(cells) + _record(0x000A)


def _cell(y: int, x: int, cell: Cell) -> bytes:
    if cell is None or cell == "":
        return b""
    if isinstance(cell, str):
        text = cell.encode("utf-16-le")
        return _record(0x0204, struct.pack("<HHHHB", y, x, 0, len(text) // 2, 1) + text)
    if isinstance(cell, bool):
        return _record(0x0205, struct.pack("<HHHBB", y, x, 0, cell, 0))
    if isinstance(cell, datetime):
        since = cell - datetime(1899, 12, 30)  # noqa: DTZ001
        days = since.days + since.seconds / 86400
        return _record(0x0203, struct.pack("<HHHd", y, x, 1, days))
    return _record(0x0203, struct.pack("<HHHd", y, x, 0, float(cell)))


def _compound(stream: bytes) -> bytes:
    # Streams below 4096 bytes would stand in a file within the file.
    stream += b"\x00" * max(4096 - len(stream), -len(stream) % _SECTOR)
    count = len(stream) // _SECTOR
    tables = 1
    while tables * 128 < count + 1 + tables:
        tables += 1
    links = [_FAT] * tables + [_END] + [tables + 2 + i for i in range(count - 1)] + [_END]
    links += [_FREE] * (tables * 128 - len(links))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\x00" * 6
    header += struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4096, _END, 0, _END, 0)
    header += b"".join(struct.pack("<I", i if i < tables else _FREE) for i in range(109))
    fat = b"".join(struct.pack("<I", link) for link in links)
    directory = _entry("Root Entry", 5, 1, _END, 0)
    directory += _entry("Workbook", 2, _FREE, tables + 1, len(stream))
    directory += b"\x00" * (_SECTOR - len(directory))
    return header + fat + directory + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\x00\x00"
    entry = text.ljust(64, b"\x00") + struct.pack("<HBB", len(text), kind, 1)
    entry += struct.pack("<III", _FREE, _FREE, child) + b"\x00" * 36
    return entry + struct.pack("<III", start, size, 0)
