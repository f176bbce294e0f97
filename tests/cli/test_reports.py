"""The statutory statements at the command line: screen, paper, workbook, cell by cell."""

from __future__ import annotations

import subprocess
from pathlib import Path

import openpyxl
import pytest

from commands import Run

OPEN = (
    "open shiqiao --name 石桥爱心基金（虚构） --school 石桥小学（虚构） --treasurer 王老师 "
    "--on 2026-01-01 --practice"
)


@pytest.fixture
def school(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A gift, one for a purpose, an outlay for it and a fee, in two months."""
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-03-10")
    for line in (
        OPEN,
        "restrict 2home-x --title =之家 --programmes home --agreement XY-1 --on 2026-01-02",
        "donate 500 --source staff --from 张三丰 --show masked --by bank --on 2026-01-03",
        "donate 300 --source staff --from 李四 --show masked --by bank --for 2home-x --on 2026-02-04",
        "spend 120 --programme home --by bank --for 2home-x --on 2026-02-09",
        "fee 5 --by bank --on 2026-03-01",
    ):
        assert run(line).code == 0, run(line).err
    return run


def test_the_cells_of_a_month_and_what_stands_behind_them(school: Run) -> None:
    cells = {c["cell"]: c["fen"] for c in school("reports 2026-02 --json").json()}
    assert cells["balance/money/closing"] == 68_000
    assert cells["activity/donations/period/restricted"] == 30_000
    assert cells["activity/donations/year/total"] == 80_000
    assert cells["cash/cash-purchases/period"] == 12_000
    said = school("why activity/donations/year 2026-02 --json").json()
    assert (said["value"], [r["share"] for r in said["rows"]]) == (80_000, [50_000, 30_000])
    opening = school("why balance/money/opening 2026-02")
    assert opening.code == 0
    assert "No entry stands behind it." in opening.out


def test_the_screen_shows_the_three_statements_in_both_languages(school: Run) -> None:
    english = school("reports 2026")
    assert english.code == 0
    for words in ("Cash and bank", "Change in net assets", "Net increase in cash", "675.00"):
        assert words in english.out
    assert "Short-term loans" not in english.out
    assert "Short-term loans" in school("reports 2026 --every").out
    chinese = school("--lang zh reports 2026")
    for words in ("货币资金", "净资产变动额", "现金及现金等价物净增加额", "675.00"):
        assert words in chinese.out


def test_a_cell_that_is_not_there_and_a_period_of_two_years_are_refused(school: Run) -> None:
    for command in (
        "why activity/nothing/year 2026",
        "reports 2026-autumn",
        "reports 2026 --out a.doc",
    ):
        said = school(command)
        assert said.code == 2, command
        assert "Traceback" not in said.err


@pytest.mark.parametrize(("language", "title"), [("zh", "资产负债表"), ("en", "Balance sheet")])
def test_on_paper(school: Run, tmp_path: Path, language: str, title: str) -> None:
    assert school(f"--lang {language} reports 2026-03 --out r.pdf").code == 0
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "r.pdf"), "-"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert title in text
    assert "675.00" in text
    assert "张三丰" not in text
    assert school("reports 2026-03 --out r.pdf").code != 0  # nothing is written over


def test_the_workbook_holds_the_same_cells_and_is_the_same_each_time(
    school: Run, tmp_path: Path
) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        assert school(f"reports 2026-03 --out {name}").code == 0
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    sheets = openpyxl.load_workbook(tmp_path / "a.xlsx")
    first = sheets.worksheets[0]
    rows = {row[1]: row for row in first.iter_rows(values_only=True)}
    assert rows["Cash and bank"][-1] == 675
    assert all(
        cell.data_type != "f" for sheet in sheets.worksheets for row in sheet.rows for cell in row
    )


def test_the_kit_holds_every_ledger_and_leads_to_the_journal(school: Run, tmp_path: Path) -> None:
    before = (tmp_path / "fund.db").read_bytes()
    said = school("audit 2026-02 kit --json")
    assert said.code == 0, said.err
    assert school("audit 2026-02 again").code == 0
    for name in ("kit.xlsx", "reports.pdf", "vouchers.pdf", "journals.pdf"):
        assert (tmp_path / "kit" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    assert (tmp_path / "fund.db").read_bytes() == before
    assert subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path / "kit", check=False
    ).returncode == 0  # fmt: skip
    book = openpyxl.load_workbook(tmp_path / "kit" / "kit.xlsx")
    trial = list(book["科目余额表 trial balance"].iter_rows(values_only=True))
    bank = [row for row in trial if row[0] == "1002"]
    assert [row[-4:] for row in bank] == [(0, 300, 120, 180), (500, 0, 0, 500)]
    total = trial[-1]
    assert total[5] == total[6]
    assert total[4] == total[7] == 0
    ledger = book["明细账 sub-ledgers"]
    for row in ledger.iter_rows(min_row=2):
        if row[3].hyperlink is not None:
            sheet, cell = row[3].hyperlink.location.replace("'", "").split("!")
            assert str(book[sheet][cell].value) == str(row[3].value)
    assert any(row[3].hyperlink for row in ledger.iter_rows(min_row=2))
    assert all(c.data_type != "f" for sheet in book.worksheets for r in sheet.rows for c in r)
    everything = " ".join(str(c.value) for s in book.worksheets for r in s.rows for c in r)
    assert "张三丰" not in everything
    assert "李四" not in everything


def test_the_kit_is_never_written_among_other_files(school: Run, tmp_path: Path) -> None:
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit" / "mine.txt").write_text("mine")
    said = school("audit 2026-02 kit")
    assert said.code == 2
    assert [p.name for p in (tmp_path / "kit").iterdir()] == ["mine.txt"]


def test_the_kit_lists_what_was_recorded_late_and_mended(school: Run, tmp_path: Path) -> None:
    assert school("void 5 --on 2026-03-10 --reason 记重了").code == 0
    assert school("audit 2026 kit").code == 0
    book = openpyxl.load_workbook(tmp_path / "kit" / "kit.xlsx")
    late = list(book["迟记 late entries"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in late[:2]] == ["0", "1"]
    mended = list(book["更正 corrections"].iter_rows(min_row=2, values_only=True))
    assert [(row[5], row[7]) for row in mended] == [("5", -5)]
    gaps = list(book["断号 gaps"].iter_rows(min_row=2, values_only=True))
    assert {row[0]: row[-1] for row in gaps} == {"凭证 vouchers": None, "收据 receipts": None}
