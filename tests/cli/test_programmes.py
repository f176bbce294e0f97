"""Budgets, building projects and sponsors' pledges as a treasurer meets them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import openpyxl
import pytest

from commands import Run
from leaks import search
from lovefund import verify

PAPER = "--evidence paper.txt"


@pytest.fixture
def planned(fund: Run, tmp_path: Path) -> Run:
    """A fund with a budget (entry 2) and money for the Home (4)."""
    (tmp_path / "paper.txt").write_text("签字的文件（虚构）", "utf-8")
    for line in (
        "budget set 2026 --line 'visits 300' --line '专用信箱 20.50' --on 2026-09-04",
        "restrict home --title 之家 --programmes home --agreement XY-1 --on 2026-09-05",
        "donate 900 --source staff --from 李四 --show masked --by bank --for home --on 2026-09-06",
    ):
        assert fund(line).code == 0
    return fund


def test_a_budget_is_added_up_changed_and_held_to_what_was_spent(planned: Run) -> None:
    assert planned("spend 100.10 --programme visits --by bank --to 车队").code == 0
    assert planned("budget set 2026 --line 'visits 100' --line 'mailbox 0'").code == 0
    rows = planned("budget show --json").json()
    assert [(r["programme"], r["budget_fen"], r["actual_fen"]) for r in rows] == [
        ("visits", 100_00, 100_10)
    ]
    assert (rows[0]["left_fen"], rows[0]["percent"]) == (-10, "100.1%")
    said = planned("--lang zh budget show")
    assert "家访慰问：超出预算 0.10 元。" in said.out
    due = planned("today")
    assert due.code == 8
    assert "beyond the budget" in due.out
    assert planned("check").code == 0


def test_a_change_carries_the_difference_and_names_the_one_before(planned: Run) -> None:
    assert planned("budget set 2026 --line 'visits 250'").code == 0
    line = json.loads(planned("show 5 --json").json()["line"])
    assert line["facts"] == {"budget_2026_visits_fen": -50_00, "of": 2, "year": "2026"}
    assert "budget of Home visits: -50.00" in planned("show 5").out


def test_a_budget_of_a_restriction_is_a_part_of_the_fund_s(planned: Run) -> None:
    assert planned("budget set 2026 --for home --line 'home 800'").code == 0
    assert planned("spend 40 --programme home --for home --by bank --to 工匠").code == 0
    assert planned("spend 7 --programme home --by bank --to 工匠").code == 0
    (own,) = planned("budget show --for home --json").json()
    assert (own["budget_fen"], own["actual_fen"]) == (800_00, 40_00)
    everything = {r["programme"]: r for r in planned("budget show --json").json()}
    assert (everything["home"]["budget_fen"], everything["home"]["actual_fen"]) == (800_00, 47_00)
    assert everything["visits"]["budget_fen"] == 300_00


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_a_budget_comes_from_a_list(planned: Run, tmp_path: Path, name: str) -> None:
    assert planned(f"budget set 2026 --template {name}").code == 0
    if name.endswith(".csv"):
        text = (tmp_path / name).read_text("utf-8-sig")
        (tmp_path / name).write_text(text + "讲座,0\n专题讲座,1200\nawards,30\n", "utf-8-sig")
        wrong = planned(f"budget set 2026 --file {name}")
        assert wrong.code == 2
        assert "row 2" in wrong.err
        (tmp_path / name).write_text(text + "专题讲座,1200\nawards,30\n", "utf-8-sig")
    else:
        book = openpyxl.load_workbook(tmp_path / name)
        for row in (("专题讲座", "1,200"), ("awards", 30)):
            book["填写"].append(row)
        book.save(tmp_path / name)
    assert planned(f"budget set 2026 --file {name}").code == 0
    found = {r["programme"]: r["budget_fen"] for r in planned("budget show --json").json()}
    assert found == {"visits": 300_00, "mailbox": 20_50, "lectures": 1200_00, "awards": 30_00}


def test_the_overview_holds_all_funds_to_their_budgets(planned: Run) -> None:
    opened = planned(
        "open dawan --name 大湾 --school 大湾小学 --treasurer 李 --on 2026-09-01 --practice"
    )
    assert opened.code == 0
    assert planned("--fund dawan budget set 2026 --line 'visits 50'").code == 0
    rows = planned("overview 2026 --programmes --json").json()
    assert {(r["fund"], r["programme"], r["budget_fen"]) for r in rows} == {
        ("shiqiao", "visits", 300_00),
        ("shiqiao", "mailbox", 20_50),
        ("dawan", "visits", 50_00),
        ("", "visits", 350_00),
        ("", "mailbox", 20_50),
    }


def test_a_statement_of_the_year_shows_it_and_anyone_adds_it_up(
    planned: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert planned("spend 100.10 --programme visits --by bank --to 车队").code == 0
    monkeypatch.setenv("LOVEFUND_TODAY", "2027-01-05")
    assert planned("--date-is-right close 2026").code == 0
    for period in ("2026", "2026-autumn"):
        monkeypatch.setenv("LOVEFUND_TODAY", "2027-02-05")
        assert planned(f"--date-is-right publish {period}").code == 0
    year, term = sorted((tmp_path / "published" / "shiqiao").glob("0*"))
    statement = json.loads((year / "statement.json").read_bytes())
    figures = {name: value for name, value, _terms in statement["figures"]}
    shown = {k: v for k, v in figures.items() if k.startswith("budget")}
    assert shown == {
        "budget/510116": 20_50,
        "budget/510117": 300_00,
        "budget-left/510116": 20_50,
        "budget-left/510117": 199_90,
    }
    assert verify.main([str(year), "--lang", "en"]) == 0
    assert "199.90" in planned("why budget-left/510117 2026").out
    for language, words in (("zh", ("预算执行情况", "33.4%")), ("en", ("Budget against actual",))):
        pdf = year / f"statement-{language}.pdf"
        text = subprocess.run(
            ["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True
        ).stdout
        assert all(word in text for word in (*words, "199.90"))
    assert b"budget" not in (term / "statement.json").read_bytes(), "a term has no year's budget"
    sheet = openpyxl.load_workbook(year / "statement.xlsx")["预算 budget"]
    assert [cell.value for cell in sheet[3]] == [
        "家访慰问",
        "Home visits",
        300,
        100.1,
        199.9,
        "33.4%",
    ]


def test_a_project_from_its_budget_to_its_end(
    planned: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for line in (
        "project-open '之家 | The Home' --for home --budget 800 --on 2026-09-10",
        f"contract 5 700 --with 某建筑公司 --stages '400;250' --retention 50 "
        f"--retention-from 2026-10-10 {PAPER} --on 2026-09-11",
        f"accept-stage 6 --stage 1 {PAPER} --on 2026-09-12",
    ):
        done = planned(line)
        assert done.code == 0, done.err
    (home,) = [r for r in planned("restrictions --json").json() if r["code"] == "home"]
    assert (home["reserved_fen"], home["available_fen"]) == (700_00, 200_00)
    assert "contract 6: 400.00 yuan may be paid" in planned("today").out
    assert planned("spend 201 --programme home --for home --by bank --to 工匠").code == 4
    for line in (
        "spend 400 --contract 6 --by bank --on 2026-09-13",
        f"accept-stage 6 --stage 2 {PAPER} --on 2026-09-20",
        "spend 250 --contract 6 --by bank --on 2026-09-21",
        f"project-complete 5 {PAPER} --on 2026-09-30",
    ):
        done = planned(line)
        assert done.code == 0, done.err
    assert planned("spend 50 --contract 6 --by bank --on 2026-10-09").code == 4
    assert planned("spend 50 --contract 6 --by bank --on 2026-10-10").code == 0
    (row,) = planned("projects --json").json()
    assert (row["step"], row["paid_fen"], row["leftover_fen"]) == (
        "project-completed",
        700_00,
        200_00,
    )
    told = planned("--lang zh project 5")
    assert "征得捐赠人同意" in told.out
    assert "某建筑公司" not in told.out + planned("journal --all").out
    assert planned("check").code == 0
    payee = planned("show 8 --private")
    assert "某建筑公司" in payee.out


def test_a_pledge_is_no_money_until_it_comes_and_names_nobody(
    planned: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sponsor, pupil = "周女士甲乙", "学生丙丁"
    before = planned("balance --json").json()
    assert planned(
        f"pledge 300 --from {sponsor} --pupil {pupil} --times 4 --months 1 --first 2026-09-10"
    ).code == 0  # fmt: skip
    assert planned("balance --json").json() == before
    (row,) = planned("pledges --json").json()
    assert (row["pledged_fen"], row["due_fen"], row["came_fen"]) == (1200_00, 600_00, 0)
    gift = f"agency-in 600 --from {sponsor} --show anonymous --by bank --pledge 5"
    assert planned(f"{gift} --pupil 学生戊").code == 4
    assert planned(f"{gift} --pupil {pupil}").code == 0
    assert planned(f"agency-out 500 --guardian 监护人己 --pupil {pupil} --by bank").code == 0
    (row,) = planned("pledges --json").json()
    assert (row["came_fen"], row["missing_fen"]) == (600_00, 0)
    monkeypatch.setenv("LOVEFUND_TODAY", "2027-02-20")
    due = planned("today --json").json()
    assert [t["due"] for t in due if "pledge 5" in t["what"]] == ["2027-02-08"]
    monkeypatch.setenv("LOVEFUND_TODAY", "2027-02-23")
    due = planned("today --json").json()
    assert [t["due"] for t in due if "pledge 5" in t["what"]] == ["2027-02-08", "2027-03-01"]
    for language, words in (
        ("zh", ("2026年度一对一资助反馈", "已转交您资助的学生", sponsor)),
        ("en", ("Report to a Sponsor, 2026", "Passed on to the pupil you support", sponsor)),
    ):
        name = f"report-{language}.pdf"
        done = planned(f"--date-is-right --lang {language} sponsor 5 --year 2026 --out {name}")
        assert done.code == 0, done.err
        text = subprocess.run(
            ["pdftotext", "-layout", name, "-"], capture_output=True, text=True, check=True
        ).stdout
        assert all(word in text for word in (*words, "600.00", "500.00", "100.00"))
        assert not any(private in text for private in (pupil, "监护人己"))
    assert [t for t in planned("today --json").json() if "report" in t["what"]] == []
    assert planned("--date-is-right close 2026").code == 0
    assert planned("--date-is-right publish 2026").code == 0
    private = {name: name for name in (sponsor, pupil, "监护人己", "某建筑公司")}
    assert search(tmp_path / "published", private) == []
    lines = (next((tmp_path / "published").rglob("entries.jsonl"))).read_bytes().splitlines()
    told = {json.loads(line)["kind"]: json.loads(line)["facts"] for line in lines}
    assert told["pledged"] == {}
    assert "pledge" not in told["agency-received"]
    assert planned("--date-is-right pledge-end 5").code == 0
    assert planned("pledges --json").json()[0]["ended"] is True
    assert planned("check").code == 0


def test_a_school_that_closes_hands_over_and_says_so_last(
    planned: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = planned(
        "open dawan --name 大湾 --school 大湾小学 --treasurer 李 --on 2026-09-01 --practice"
    )
    assert opened.code == 0
    over = f"--fund shiqiao wind-up --successor dawan --reference HY-9 {PAPER}"
    tried = planned(f"{over} --dry-run")
    assert tried.code == 0
    assert "Nothing was booked." in tried.out
    assert planned(over).code == 0
    again = planned(f"--lang zh {over}")
    assert again.code == 4
    assert "本基金已由第" in again.err
    rows = {r["fund"]: r for r in planned("overview 2026 --json").json()}
    assert (rows["shiqiao"]["closing_fen"], rows["dawan"]["closing_fen"]) == (0, 1400_00)
    assert (rows["shiqiao"]["transfers_fen"], rows["dawan"]["transfers_fen"]) == (-1400_00, 1400_00)
    pots = planned("--fund dawan restrictions --json").json()
    assert [(p["code"], p["agreement"], p["money_fen"]) for p in pots if p["agreement"]] == [
        ("home", "XY-1", 900_00)
    ]
    assert planned("check").code == 0
    monkeypatch.setenv("LOVEFUND_TODAY", "2027-01-15")
    (due,) = planned("--fund shiqiao today --json").json()
    assert (due["due"], due["how"]) == ("2027-01-18", "lovefund publish 2026-01-01..2026-10-20")
    for deed in ("interest 1 --by bank", "budget set 2026 --line 'visits 1'"):
        assert planned(f"--date-is-right --fund shiqiao {deed}").code == 4
    assert (
        planned(f"--date-is-right --fund shiqiao {due['how'].removeprefix('lovefund ')}").code == 0
    )
    assert planned("--fund shiqiao today").code == 0
