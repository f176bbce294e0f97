"""Whole files of gifts and grants: all or none, never twice, every bad cell named."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import openpyxl
import pytest

from commands import Run
from lovefund.errors import Exit

HEADS = "日期,金额,来源,捐赠人,公示方式,收款方式\n"
ROWS = (
    "2026-09-03,50,教职工,张三丰,隐名,微信\n"
    "2026-09-03,50,教职工,张三丰,隐名,微信\n"
    "2026-09-04,¥1200.5,企业,青禾公司,单位,银行存款\n"
    "2026-09-05,20,社会个人,,,支付宝\n"
    "2026-09-05,20,班级合计,三年级（1）班,,现金\n"
)


def write(name: str, text: str, encoding: str = "utf-8") -> str:
    Path(name).write_bytes(text.encode(encoding))
    return name


def entries(run: Run) -> int:
    return len(run("journal --all --json").json())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_same_file_twice_books_once(fund: Run, encoding: str) -> None:
    name = write("g.csv", HEADS + ROWS, encoding)
    first = fund(f"donations {name} --json").json()
    assert (first["fresh"], first["fresh_fen"]) == (5, 134_050)
    again = fund(f"donations {name} --json").json()
    assert (again["fresh"], again["known"]) == (0, 5)
    assert entries(fund) == 7


def test_a_longer_list_asks_about_rows_it_has_seen(fund: Run) -> None:
    fund("donations", write("g.csv", HEADS + ROWS))
    longer = write("g2.csv", HEADS + ROWS + "2026-09-06,7,家长,李四,实名,微信\n")
    asked = fund("donations", longer)
    assert asked.code == Exit.INPUT
    assert "--known skip" in asked.err
    assert entries(fund) == 7
    assert fund("donations", longer, "--known", "skip", "--json").json()["fresh"] == 1
    other = write("g3.csv", HEADS + ROWS.splitlines()[0] + "\n")
    assert fund("donations", other, "--known", "book", "--json").json()["fresh"] == 1
    assert fund("donations", other, "--known", "book", "--json").json()["fresh"] == 0


def test_a_file_whose_known_rows_were_skipped_is_known_as_a_whole(fund: Run) -> None:
    fund("donations", write("g.csv", HEADS + ROWS))
    longer = write("g2.csv", HEADS + ROWS + "2026-09-06,7,家长,李四,实名,微信\n")
    assert fund("donations", longer, "--known", "skip", "--json").json()["fresh"] == 1
    again = fund("donations", longer, "--json")
    assert again.code == 0, again.err
    assert (again.json()["fresh"], again.json()["known"]) == (0, 6)
    assert entries(fund) == 8


def test_a_row_is_known_by_nothing_that_helps_to_guess_its_name(fund: Run, tmp_path: Path) -> None:
    """Two funds book the same row; without their keys nobody can tell that they do."""
    fund("donations", write("g.csv", HEADS + ROWS))
    opened = fund(
        "open other-fund --name 别处 --school 别校 --treasurer 李 --on 2026-09-01 --practice"
    )
    assert opened.code == 0, opened.err
    fund("--fund other-fund donations g.csv")
    with sqlite3.connect(tmp_path / "fund.db") as connection:
        rows = connection.execute("SELECT request FROM entry WHERE request LIKE 'bulk.%'")
        marks = [request.split(".")[1] for (request,) in rows]
    connection.close()
    assert len(marks) == 10
    assert len(set(marks)) == 8, "five rows a fund, two of them equal, none alike between funds"


def test_a_dry_run_shows_the_voucher_of_all_rows_together(fund: Run) -> None:
    tried = fund("donations", write("g.csv", HEADS + ROWS), "--dry-run")
    assert tried.code == 0, tried.err
    assert "1,200.50" in tried.out
    assert "Nothing was booked." in tried.out
    assert entries(fund) == 2


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        ("2026-13-01,5,教职工,甲,实名,微信", "日期", "no such day"),
        ("2026-09-03,-5,教职工,甲,实名,微信", "金额", "negative"),
        ("2026-09-03,5,路人,甲,实名,微信", "来源", "choices"),
        ("2026-09-03,5,教职工,甲,,微信", "公示方式", "choices"),
        ("2026-09-03,5,教职工,甲,实名,比特币", "收款方式", "choices"),
        ("2026-09-03,5,教职工,甲\u202e,实名,微信", "捐赠人", "invisible"),
        ("2026-09-03,5,教职工,13812345678,实名,微信", "捐赠人", "telephone"),
        ("2026-09-03,5,教职工,甲,化名,微信", "化名", "alias"),
    ],
)
def test_one_bad_cell_books_nothing_and_is_named(
    fund: Run, row: str, column: str, why: str
) -> None:
    refused = fund("donations", write("g.csv", HEADS + ROWS + row + "\n"))
    assert refused.code == Exit.INPUT
    assert f"g.csv, row 7, column {column}" in refused.err
    assert why in refused.err
    assert entries(fund) == 2


def test_a_row_that_the_books_refuse_refuses_all(fund: Run) -> None:
    late = write("g.csv", HEADS + ROWS + "2026-08-31,5,教职工,甲,实名,微信\n")
    refused = fund("donations", late)
    assert refused.code == Exit.REFUSED
    assert entries(fund) == 2


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"), (b"\xd0\xcf\x11\xe0 old", ".xls"), (b"PK\x03\x04 broken", "workbook"),
        ("日期,金额\n2026-09-03,5\n".encode(), "来源"), (b"\x00\x01\x02", "neither"),
        ((HEADS.replace("金额", "日期") + ROWS).encode(), "twice"), (HEADS.encode(), "no rows"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused(fund: Run, content: bytes, why: str) -> None:
    Path("g.csv").write_bytes(content)
    refused = fund("donations g.csv")
    assert refused.code == Exit.INPUT, refused.err
    assert why in refused.err
    assert entries(fund) == 2


def test_the_template_is_filled_in_and_booked(fund: Run) -> None:
    assert fund("donations --template t.xlsx").code == 0
    book = openpyxl.load_workbook("t.xlsx")
    sheet = book.worksheets[0]
    heads = [str(c.value).rstrip("*") for c in sheet[1]]
    assert heads[:3] == ["日期", "金额", "来源"]
    for row in book.worksheets[1].iter_rows(min_row=2, values_only=True):
        sheet.append(list(row))
    sheet.cell(row=2, column=2).value = 50.5
    book.save("t.xlsx")
    book.close()
    booked = fund("donations t.xlsx --json")
    assert booked.code == 0, booked.err
    assert booked.json()["fresh_fen"] == 5_050 + 120_000 + 8_650 + 2_000


@pytest.mark.parametrize("verb", ["donations", "grants"])
def test_a_template_is_what_its_name_says_and_never_written_over(fund: Run, verb: str) -> None:
    for name in ("t.csv", "t.xlsx"):
        assert fund(f"{verb} --template {name}").code == 0
        content = Path(name).read_bytes()
        assert content.startswith(b"PK") is name.endswith(".xlsx")
        assert "no rows" in fund(f"{verb} {name}").err
        refused = fund(f"{verb} --template {name}")
        assert refused.code == Exit.INPUT
        assert Path(name).read_bytes() == content


@pytest.mark.parametrize("name", ["/dev/zero", ".", "nowhere.csv"])
def test_what_is_no_file_is_not_waited_for(fund: Run, name: str) -> None:
    for line in (f"donations {name}", f"interest 1 --by bank --evidence {name}"):
        refused = fund(line)
        assert refused.code == Exit.INPUT
        assert "cannot be read" in refused.err
    assert entries(fund) == 2


@pytest.mark.parametrize("day", ["2026/9/3", "2026/09/03", "2026-9-3", "2026.9.3", "2026年9月3日"])
def test_days_as_spreadsheets_write_them(fund: Run, day: str) -> None:
    booked = fund("donations", write("g.csv", HEADS + f"{day},5,教职工,甲,实名,微信\n"))
    assert booked.code == 0, booked.err
    assert fund("journal --all --json").json()[2]["on"] == "2026-09-03"


def test_a_list_is_not_paid_twice_by_mistake(fund: Run) -> None:
    name = write("b.csv", "案号,监护人,金额\nL1,李,10\n")
    assert fund(f"grants {name} --on 2026-09-10").code == 0
    other_day = fund(f"grants {name} --on 2026-10-10")
    assert other_day.code == Exit.INPUT
    assert "paid before, as entry 2" in other_day.err
    assert fund(f"grants {name} --on 2026-10-10 --again").code == 0
    assert entries(fund) == 4


def test_grants_of_one_decision_are_one_entry(fund: Run) -> None:
    name = write("b.csv", "案号,监护人,金额\nL1,李,10\nL2,王,15\nL3,赵,20\n")
    line = f"grants {name} --on 2026-09-10 --reference HY-1 --json"
    booked = fund(line)
    assert booked.code == 0, booked.err
    (entry,) = booked.json()
    assert len(entry["codes"]) == 3
    assert entry["postings"][0][3] == 4_500
    assert fund(line).json()[0]["repeated"] is True
    line_text = fund(f"show {entry['no']}").out
    assert "pupils:" not in line_text
    assert "L1" not in line_text


@pytest.mark.parametrize("text", ["L1,李,1e5", "L1,,10", ",李,10", "L9,李,10\nL9,王,5"])
def test_a_bad_grant_row_pays_nobody(fund: Run, text: str) -> None:
    refused = fund("grants", write("b.csv", f"案号,监护人,金额\nL0,李,10\n{text}\n"))
    assert refused.code == Exit.INPUT
    assert "b.csv, row" in refused.err
    assert entries(fund) == 2
