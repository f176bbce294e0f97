"""The life of a grant at the command line: a hundred pupils in one meeting, and what is refused."""

from __future__ import annotations

import csv
import os
import subprocess
from pathlib import Path

import pytest

from cli.test_officers import chaired
from commands import Run
from gate import faults
from lovefund.core.rulebook import model_text
from lovefund.errors import Exit

PUPILS = 100
__all__ = ["chaired"]


def pdf_text(path: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode()


@pytest.fixture
def school(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A fund with 50,000 yuan and a list of a hundred pupils at 400; people are fictional."""
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-04-20")
    assert (
        run(
            "open shiqiao --name 石桥爱心基金 --school 石桥小学 --treasurer 王老师 --on 2026-01-01 "
            "--practice"
        ).code
        == 0
    )
    assert run("donate 50000 --source business --from 青禾公司 --show org --by bank").code == 0
    rows = ["案号,监护人,金额,学生,账号"]
    rows += [f"L{n:03},监护人{n}号,400,学生{n}号,62220000{n:04}" for n in range(1, PUPILS + 1)]
    (tmp_path / "list.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return run


def pot(run: Run) -> tuple[int, int, int, int]:
    """Money, payable, reserved and available of the pool, in fen."""
    (general,) = [p for p in run("restrictions --json").json() if p["code"] == "general"]
    return (general["money_fen"], general["payable_fen"], general["reserved_fen"],
            general["available_fen"])  # fmt: skip


@pytest.fixture
def reviewed(school: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The hundred as application 2, reviewed, on the day it will be noticed."""
    for line in (
        "applications list.csv --reference SQ-2026-7",
        "confirm 2",
        "visit 2 --visitors 赵老师、钱老师",
        "review 2 --minutes HY-2026-3 --present 7 --yes 6 --no 1",
    ):
        done = school(line)
        assert done.code == 0, done.err
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-04-29")
    return school


def noticed(run: Run) -> None:
    assert run("notice 2 --contact 监督小组").code == 0


def test_a_hundred_pupils_go_from_application_to_follow_up(
    reviewed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = reviewed
    posted = run("notice 2 --contact 监督小组，电话0712-1234567")
    assert posted.code == 0, posted.err
    assert "through 2026-05-09" in posted.out
    folder = tmp_path / "published" / "shiqiao" / "notices"
    text = pdf_text(folder / "notice-6-zh.pdf")
    assert "L001" in text
    assert "L100" in text
    assert "40,000.00" in text
    assert "0712-1234567" in text
    assert "学生" not in text.replace("只有学校和受助家庭知道对应的学生", "").replace(
        "留守学生", ""
    )

    page = (folder / "notice-6-zh.html").read_text("utf-8")
    assert all(word in page for word in ("L100", "40,000.00", "noindex", "0712-1234567"))
    assert "监护人" not in page
    assert run("approve 2").code == 0
    assert pot(run) == (50_000_00, 0, 40_000_00, 10_000_00)
    early = run("pay 2 --by bank")
    assert early.code == Exit.REFUSED
    assert "notice-running" in early.err
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-05-09")
    assert "notice-running" in run("pay 2 --by bank").err
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-05-10")

    listed = run("cases --json").json()
    assert [(row["stage"], row["next"]) for row in listed] == [("grant-approved", ["grant-paid"])]
    assert run("bank-list 2").code == 0
    with (tmp_path / "bank-list-2.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    assert table[1] == ["1", "监护人1号", "622200000001", "400.00", "L001"]
    assert len(table) == 1 + PUPILS
    assert run("signing-sheet 2 --out sheet.pdf").code == 0
    sheet = pdf_text(tmp_path / "sheet.pdf")
    assert sheet.count("监护人") >= PUPILS
    assert "400.00" in sheet

    paid = run("pay 2 --by bank --json")
    assert paid.code == 0, paid.err
    assert len(set(paid.json()[0]["codes"])) == PUPILS
    assert pot(run) == (10_000_00, 0, 0, 10_000_00)
    assert run("signed 2 --evidence sheet.pdf").code == 0
    assert run("follow-up 2 --memo 到校情况良好").code == 0
    assert run("cases --json").json() == []
    (done,) = run("cases --all --json").json()
    assert done["stage"] == "grant-followed"
    checked = run("check")
    assert checked.code == 0, checked.out

    taken = run("notice --take-down")
    assert "Taken down: notice 6" in taken.out
    assert [path.name for path in folder.iterdir()] == ["notices.json"]


def test_a_list_is_applied_for_once(reviewed: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run = reviewed
    again = run("applications list.csv")
    assert again.code == Exit.INPUT
    assert "as entry 2" in again.err
    same = run("applications list.csv --on 2026-04-20")
    assert (same.code, "booked before, as entry 2" in same.out) == (0, True)
    for no in (5, 4, 3, 2):
        assert run(f"void {no} --reason 名单写错").code == 0
    assert run("applications list.csv --on 2026-04-20").code == Exit.INPUT
    assert run("applications list.csv --again").code == 0
    assert [row["no"] for row in run("cases --json").json()] == [10]


def test_single_cases_leave_a_batch(reviewed: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run = reviewed
    assert run("refuse 2 --only L001").code == 0
    assert run("withdraw 2 --only L002,L003").code == 0
    again = run("refuse 2 --only L001")
    assert "not-in-case" in again.err
    noticed(run)
    assert run("approve 2").code == 0
    assert pot(run)[2] == 97 * 400_00
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-05-10")
    assert run("withdraw 2 --only L004").code == 0
    assert pot(run)[2] == 96 * 400_00
    assert run("tell 2 --only L005,L006").code == 0
    assert pot(run)[1:3] == (800_00, 94 * 400_00)
    assert run("pay 2 --by bank --only L005").code == 0
    assert pot(run)[1:3] == (400_00, 94 * 400_00)
    assert run("pay 2 --by bank").code == 0
    assert run("pay 2 --by bank").code == 0
    assert pot(run) == (50_000_00 - 96 * 400_00, 0, 0, 50_000_00 - 96 * 400_00)
    assert "nobody-left" in run("pay 2 --by bank").err
    returned = run("return-grant 12 400 --by bank --recovered")
    assert returned.code == 0, returned.err
    assert run("check").code == 0


def test_money_that_nobody_fetches_lapses_to_its_pot(
    reviewed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = reviewed
    noticed(run)
    assert run("approve 2").code == 0
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-05-10")
    assert run("tell 2 --only L001").code == 0
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-07-08")
    assert "not-unclaimed" in run("--date-is-right lapse 2").err
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-07-09")
    for _each in range(2):
        done = run("--date-is-right lapse 2")
        assert done.code == 0, done.err
    assert pot(run) == (50_000_00, 0, 0, 50_000_00)
    assert run("check").code == 0
    assert run("trace 2026-000001").code == 0


def test_a_promise_of_a_closed_year_lapses_into_net_assets(
    reviewed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = reviewed
    noticed(run)
    assert run("approve 2").code == 0
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-12-20")
    assert run("--date-is-right tell 2").code == 0
    monkeypatch.setenv("LOVEFUND_TODAY", "2027-03-01")
    assert run("--date-is-right close 2026").code == 0
    for line in ("withdraw 2 --only L001", "lapse 2"):
        done = run(f"--date-is-right {line}")
        assert done.code == 0, done.err
    assert pot(run) == (50_000_00, 0, 0, 50_000_00)
    assert run("--date-is-right publish 2027-02").code == 0
    checked = run("check")
    assert checked.code == 0, checked.out


def test_an_objection_stops_payment(reviewed: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run = reviewed
    noticed(run)
    assert run("object 2 --text 其家庭并不困难").code == 0
    assert run("approve 2").code == 0
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-05-10")
    assert "objection-open" in run("pay 2 --by bank").err
    assert run("answer 2 --text 已复核，情况属实").code == 0
    assert run("pay 2 --by bank").code == 0


def test_an_emergency_is_paid_first(school: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run = school
    assert run("apply 800 --case L900 --guardian 李 --path emergency").code == 0
    for line in ("confirm 2", "approve 2", "pay 2 --by bank"):
        done = run(line)
        assert done.code == 0, done.err
    (row,) = run("cases --json").json()
    assert row["due"] == [["grant-noticed", "2026-04-27"], ["grant-reviewed", "2026-05-05"],
                          ["grant-signed", "2026-05-20"]]  # fmt: skip
    assert run("notice 2 --contact 监督小组").code == 0
    assert run("review 2 --minutes HY-2026-4 --present 5 --yes 5").code == 0
    assert run("signed 2").code == 0
    assert run("follow-up 2").code == 0


def test_with_officers_the_chair_approves_and_another_pays(chaired: Run) -> None:
    run = chaired
    for line in ("apply 100 --case L9 --guardian 李 --path emergency", "confirm 5"):
        done = run(f"--officer O1 {line}")
        assert done.code == 0, done.err
    for officer, code in (("O1", "not-entitled"), ("O3", "")):
        done = run(f"--officer {officer} approve 5")
        assert (done.code == 0, code in done.err) == (not code, True), done.err
    assert "same-person" in run("--officer O3 pay 5 --by bank").err
    assert run("--officer O1 pay 5 --by bank").code == 0
    assert run("--officer O1 signed 5").code == 0
    assert run("check").code == 0


def test_no_other_verb_touches_what_a_case_reserved(
    reviewed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = reviewed
    noticed(run)
    assert run("approve 2").code == 0
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-05-10")
    for line in ("grant 400 --case L001 --guardian 李 --by bank --reserved 7",):
        assert "outside-case" in run(line).err
    assert run("tell 2 --only L001").code == 0
    assert "outside-case" in run("pay-promised 8 400 --by bank").err


def test_a_step_is_voided_from_the_last_one_back(reviewed: Run) -> None:
    run = reviewed
    assert "settled-already" in run("void 3 --reason 记错").err
    assert run("void 5 --reason 记错").code == 0
    assert "step-missing" in run("notice 2 --contact 监督小组").err
    assert run("void 4 --reason 记错").code == 0
    assert run("void 3 --reason 记错").code == 0
    assert run("void 2 --reason 记错").code == 0
    assert "no-such-case" in run("confirm 2").err
    assert run("check").code == 0


def test_a_payment_that_is_voided_is_reserved_again(
    reviewed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = reviewed
    noticed(run)
    assert run("approve 2").code == 0
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-05-10")
    before = pot(run)
    assert run("pay 2 --by bank").code == 0
    assert run("void 8 --reason 账号写错").code == 0
    assert pot(run) == before
    assert run("pay 2 --by bank").code == 0
    assert run("case 2 --json").json()["stage"] == "grant-paid"
    assert run("check").code == 0


def test_who_has_no_account_is_not_on_the_banks_list(school: Run, tmp_path: Path) -> None:
    """A bank refuses a list with a gap."""
    rows = ("案号,监护人,金额,账号", "L1,李奶奶,300,622200000001", "L2,王爷爷,300,")
    (tmp_path / "two.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    for line in ("applications two.csv --path emergency", "confirm 2", "approve 2", "bank-list 2"):
        done = school(line)
        assert done.code == 0, done.err
    listed = (tmp_path / "bank-list-2.csv").read_text("utf-8-sig")
    assert "李奶奶" in listed
    assert "王爷爷" not in listed


def test_the_papers_of_the_office_never_lie_in_a_published_folder(
    reviewed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = reviewed
    noticed(run)
    assert run("approve 2").code == 0
    assert run("publish 2026-03").code == 0
    for paper in ("signing-sheet", "bank-list"):
        done = run(f"{paper} 2 --out published/shiqiao/x.pdf")
        assert done.code == Exit.INPUT
        assert "names pupils" in done.err


def test_publishing_takes_down_what_has_ended(
    reviewed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = reviewed
    noticed(run)
    folder = tmp_path / "published" / "shiqiao" / "notices"
    assert run("publish 2026-03").code == 0
    assert len(list(folder.glob("notice-6-*.*"))) == 4
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-05-09")
    assert run("publish --all").code == 0
    assert len(list(folder.glob("notice-6-*.*"))) == 4
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-05-10")
    assert run("publish --all").code == 0
    assert [path.name for path in folder.iterdir()] == ["notices.json"]
    assert "no-notice" in run("notice 2 --again").err


def test_every_paper_of_a_case_is_one_to_keep_and_to_listen_to(
    reviewed: Run, tmp_path: Path
) -> None:
    run = reviewed
    noticed(run)
    assert run("approve 2").code == 0
    for language in ("zh", "en"):
        done = run(f"--lang {language} signing-sheet 2 --out sheet-{language}.pdf")
        assert done.code == 0, done.err
        assert faults(tmp_path / f"sheet-{language}.pdf") == []
        notice = tmp_path / "published" / "shiqiao" / "notices" / f"notice-6-{language}.pdf"
        assert faults(notice) == []
    if os.name == "posix":
        modes = {p.name: p.stat().st_mode & 0o077 for p in tmp_path.glob("sheet-*.pdf")}
        assert set(modes.values()) == {0}


def test_no_line_and_no_statement_tells_who_or_how_few(
    school: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = school
    (tmp_path / "few.csv").write_text(
        "案号,监护人,金额,学生\n" + "".join(f"ZQX{n},监护甲{n},100,学生甲{n}\n" for n in range(4)),
        encoding="utf-8",
    )
    for line in ("applications few.csv", "confirm 2", "visit 2 --visitors 赵",
                 "review 2 --minutes H-1 --present 5 --yes 5", "refuse 2 --only ZQX0",
                 "notice 2 --contact 监督小组", "approve 2"):  # fmt: skip
        assert run(line).code == 0
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-05-10")
    assert run("pay 2 --by bank").code == 0
    assert run("publish 2026-04").code == 0
    for path in (tmp_path / "published").rglob("*.*"):
        if path.is_file():
            data = path.read_bytes() if path.suffix != ".pdf" else pdf_text(path).encode()
            assert b"ZQX" not in data, path
            assert "学生甲".encode() not in data, path
    (lines,) = (tmp_path / "published").rglob("entries.jsonl")
    assert b'"pupils"' not in lines.read_bytes()
    programme = run("applications few.csv --again --programme visits --on 2026-05-09")
    assert "small-group" in programme.err


def test_a_notice_in_the_holidays_is_remarked_on(
    school: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = school
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-07-20")
    for line in ("apply 300 --case L1 --guardian 李 --path small", "confirm 2",
                 "review 2 --minutes Z-1 --present 3 --yes 3"):  # fmt: skip
        assert run(f"--date-is-right {line}").code == 0
    assert "school holiday" in run("notice 2 --contact 监督小组").err


def test_a_short_notice_is_remarked_on_and_files_can_be_made_later(
    reviewed: Run, tmp_path: Path
) -> None:
    run = reviewed
    (tmp_path / "published").write_text("no folder", encoding="utf-8")
    unwritten = run("notice 2 --contact 监督小组 --days 3 --counted calendar")
    assert unwritten.code != 0
    assert "`lovefund notice 2 --again`" in unwritten.err
    (tmp_path / "published").unlink()
    made = run("notice 2 --again")
    assert made.code == 0, made.err
    assert "through 2026-05-06" in made.out
    assert "shorter than the usual term, which would end on 2026-05-09" in made.err


def test_the_rules_on_the_wall_say_how_long_a_notice_hangs(reviewed: Run, tmp_path: Path) -> None:
    run = reviewed
    text = model_text().replace("since = 2026-01-01", "since = 2026-04-29")
    seven = text.replace('days = 5\nunit = "working"', 'days = 7\nunit = "working"')
    assert seven != text
    (tmp_path / "seven.toml").write_text(seven, encoding="utf-8")
    adopted = run("rules adopt seven.toml")
    assert adopted.code == 0, adopted.err
    assert run("notice 2 --contact 监督小组 --days 5").code == Exit.REFUSED
    posted = run("notice 2 --contact 监督小组")
    assert posted.code == 0, posted.err
    assert "through 2026-05-12" in posted.out
    assert "shorter" not in posted.err


def test_an_unknown_year_says_where_its_list_goes_and_then_counts(
    school: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = school
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-12-28")
    for line in ("apply 300 --case L1 --guardian 李 --path small", "confirm 2",
                 "review 2 --minutes Z-1 --present 3 --yes 3"):  # fmt: skip
        assert run(f"--date-is-right {line}").code == 0
    unknown = run("notice 2 --contact 监督小组")
    assert unknown.code == Exit.MACHINE
    assert "2027.toml" in unknown.err
    own = tmp_path / "home" / "workdays" / "2027.toml"
    own.parent.mkdir()
    own.write_text(
        'year = 2027\nsource = "虚构"\nconfirmed = false\nholidays = ["2027-01-01..2027-01-03"]\n'
        "workdays = []\n",
        encoding="utf-8",
    )
    posted = run("notice 2 --contact 监督小组")
    assert posted.code == 0, posted.err
    assert "through 2027-01-05" in posted.out
    assert run("check").code == 0
    own.write_text("year = 2027\n", encoding="utf-8")
    assert run("notice 2").code == Exit.INPUT
