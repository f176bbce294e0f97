"""What a file is, its bytes say: text in any encoding, old and new workbooks, alone or in a zip."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from bills.makers import as_csv, as_xlsx, as_zip, rural
from bills.xls import Cell, xls
from lovefund.errors import BadInput
from lovefund.imports import containers
from lovefund.imports.containers import open_file, typed

ROW: list[Cell] = ["户名", 400, 0.1, 228.01, -5.0, datetime(2026, 4, 1, 9, 5, 7), True, None]  # noqa: DTZ001
SHOWN = ["户名", "400", "0.1", "228.01", "-5", "2026-04-01 09:05:07", "True"]


def rows(path: Path, content: bytes) -> list[list[str]]:
    path.write_bytes(content)
    table = open_file(path).tables[0]
    return [cells for _number, cells in table.rows()]


@pytest.mark.parametrize("make", [xls, as_xlsx], ids=["xls", "xlsx"])
def test_cells_of_workbooks_are_as_a_person_would_type_them(tmp_path: Path, make: object) -> None:
    (row,) = rows(tmp_path / "x.csv", make([ROW]))  # type: ignore[operator]
    assert row[: len(SHOWN)] == SHOWN
    assert not any(row[len(SHOWN) :])


def test_a_large_old_workbook(tmp_path: Path) -> None:
    found = rows(tmp_path / "x", xls([[str(n), n / 100] for n in range(9_000)]))
    assert len(found) == 9_000
    assert found[8_999] == ["8999", "89.99"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.1 + 0.2, "0.30000000000000004"), (1e14, "100000000000000"), (1e15, "1E+15"),
     (207260412000000003, "207260412000000003"), (2.07260412000000003e17, "2.07260412E+17"),
     (float("nan"), "NaN"), (1e300, "1E+300"), (0.000001, "0.000001")],
)  # fmt: skip
def test_numbers_are_exact_or_show_that_they_are_not(value: object, shown: str) -> None:
    assert typed(value) == shown


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_commas_and_tabs(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(as_csv(rural([]), delimiter=delimiter))
    tables = [[c for _n, c in t.rows()] for t in open_file(path).tables]
    assert max(max(map(len, t)) for t in tables) == 11


def _bad(path: Path, content: bytes, says: str) -> None:
    path.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        [list(table.rows()) for table in open_file(path).tables]
    assert says in refused.value.what()


def _locked_zip() -> bytes:
    content = bytearray(as_zip({"a.csv": b"1,2,3"}))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(sign) + place] |= 1
    return bytes(content)


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    bomb = as_zip({"a.csv": b"0" * 30_000_000})
    assert len(bomb) < 100_000
    for content, says in (
        (_locked_zip(), "locked with a password"),
        (bomb, "larger than 20 MB"),
        (as_zip({f"{n}.csv": b"1" for n in range(60)}), "60 parts"),
        (as_zip({"a.pdf": b"%PDF-1.7"}), "type PDF"),
        (as_zip({}), "neither UTF-8"),
        (as_zip({"a/": b""}), "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, "cannot be read"),
        (xls([["1"]])[:700], "cannot be read"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
        ("微信\ufffd,1,2".encode(), "wrong encoding"),
        (b"1,2\x00,3", "neither UTF-8 nor GBK"),
    ):
        _bad(path, content, says)


def test_a_zip_inside_a_zip_is_not_opened(tmp_path: Path) -> None:
    _bad(tmp_path / "x", as_zip({"a.zip": as_zip({"b.csv": b"1,2"})}), "cannot be read")


def test_more_rows_than_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "ROWS_MAX", 10)
    many = [[str(n)] for n in range(11)]
    for content in (as_csv(many), as_xlsx(many)):
        _bad(tmp_path / "x", content, "more than")


def test_the_archive_of_a_workbook_is_looked_into_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers.workbooks, "UNPACKED_BYTES_MAX", 100)
    _bad(tmp_path / "x", as_xlsx([["1"]]), "unpack to")


def test_the_hash_is_that_of_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("b.csv", "1,2,3")
    import hashlib

    assert open_file(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
