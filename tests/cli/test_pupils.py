"""The pupils' register as it is typed: kept, listed, shown, printed, and used by applications."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from commands import Run
from lovefund.errors import Exit

LIST = """姓名,学段,困难等级,监护人,联系方式,账号
学生甲,小学,困难,监护人甲,,
学生乙,junior,,监护人乙,13800002222,6217
"""


@pytest.fixture
def kept(fund: Run, tmp_path: Path) -> Run:
    """A fund with the files of two pupils, entry 2; people are fictional."""
    path = tmp_path / "list.csv"
    path.write_text(LIST, "utf-8")
    done = fund(f"pupils --import {path}")
    assert done.code == 0, done.err
    return fund


def listed(run: Run) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in run("pupils --reason 核对 --json").json()}


def line_of(run: Run, no: int) -> dict[str, Any]:
    return dict(json.loads(run(f"show {no} --json").json()["line"]))


def test_a_list_is_kept_as_one_entry_that_tells_neither_who_nor_how_many(kept: Run) -> None:
    line = line_of(kept, 2)
    assert (line["kind"], line["facts"], line["postings"]) == ("pupils-registered", {}, [])
    assert list(line["sealed"]) == ["file"]
    rows = listed(kept)
    assert rows["学生乙"]["stage"] == "junior"
    assert rows["学生甲"]["need"] == "hard"
    assert rows["学生甲"]["code"] != rows["学生乙"]["code"]


def test_a_list_once_more_books_only_what_is_new(kept: Run, tmp_path: Path) -> None:
    path = tmp_path / "again.csv"
    path.write_text(LIST, "utf-8")
    assert "nothing-new" in kept(f"pupils --import {path}").err
    path.write_text(LIST.replace("13800002222", "13900002222"), "utf-8")
    codes = {name: row["code"] for name, row in listed(kept).items()}
    assert kept(f"pupils --import {path}").code == 0
    after = listed(kept)
    assert after["学生乙"]["contact"] == "13900002222"
    assert {name: row["code"] for name, row in after.items()} == codes


def test_two_of_one_name_are_told_apart(fund: Run, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(LIST + "学生甲,小学,,监护人丙,,\n", "utf-8")
    refused = fund(f"pupils --import {path}")
    assert refused.code == Exit.INPUT
    assert "row 2" in refused.err


def test_every_reading_is_logged_with_its_reason_and_without_whose_file(kept: Run) -> None:
    code = listed(kept)["学生甲"]["code"]
    assert kept(f"pupil {code} --reason 家长查询").code == 0
    log = kept("access --json").json()
    assert [row["reason"] for row in log] == ["核对", "家长查询"]
    line = line_of(kept, log[-1]["no"])
    assert line["facts"] == {"of": 0, "scope": "register"}
    for asked in ("pupils", f"pupil {code}", "pupil 学生甲 --print paper.pdf"):
        assert kept(asked).code == Exit.INPUT, asked
    assert len(kept("access --json").json()) == 2


def test_whoever_is_not_kept_is_refused_and_nothing_is_logged(kept: Run) -> None:
    refused = kept("pupil 学生丙 --reason 家长查询")
    assert (refused.code, "no-such-pupil" in refused.err) == (Exit.REFUSED, True)
    assert kept("access --json").json() == []


def test_a_file_tells_applications_visits_and_all_aid_with_agency_apart(kept: Run) -> None:
    code = listed(kept)["学生甲"]["code"]
    for line in (
        f"apply 200 --case {code} --tier 二档 --other-aid 90",
        "confirm 4 --teacher 班主任某",
        "visit 4 --visitors 赵老师、钱老师",
        f"grant 60 --case {code} --guardian 监护人甲 --by bank",
        "grant 40 --case L9 --guardian 别人 --by bank",
        "agency-in 80 --from 乙 --show real --pupil 学生甲 --by bank",
        "agency-out 50 --pupil 学生甲 --guardian 监护人甲 --by bank",
        "return-grant 7 10 --by bank",
    ):
        done = kept(line)
        assert done.code == 0, (line, done.err)
    told = kept(f"pupil {code} --reason 家长查询 --json").json()
    (asked,) = told["applications"]
    assert [asked[key] for key in ("no", "at", "tier", "need", "other_aid_fen")] == [
        4, "grant-visited", "二档", "hard", 9_000
    ]  # fmt: skip
    assert [(v["kind"], v["visitors"]) for v in told["visits"]] == [
        ("grant-visited", "赵老师、钱老师")
    ]
    assert [(x["amount_fen"], x["agency"]) for x in told["aid"]] == [
        (6_000, False), (5_000, True), (-1_000, False)
    ]  # fmt: skip
    assert [row[1:] for row in told["years"]] == [[5_000, 5_000]]
    text = kept(f"pupil {code} --reason 家长查询").out
    assert "50.00 yuan of the fund's, 50.00 of sponsors'" in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_paper_for_the_guardian_says_what_the_books_keep(
    kept: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    code = listed(kept)["学生乙"]["code"]
    assert kept(f"register --who {code} --need some").code == 0
    assert kept(f"apply 70 --case {code}").code == 0
    kept(f"grant 60 --case {code} --guardian 监护人乙 --by bank")
    path = tmp_path / "paper.pdf"
    monkeypatch.setenv("LOVEFUND_LANG", language)
    done = kept(f"pupil {code} --reason 家长查询 --print paper.pdf")
    assert done.code == 0, done.err
    assert path.stat().st_mode & 0o077 == 0
    from leaks import layers

    drawn = "".join(text for layer, text in layers(path.read_bytes()) if "drawn" in layer)
    need = {"zh": "一般困难", "en": "some hardship"}[language]
    told = ("学生乙", "监护人乙", "13800002222", code, "60.00", "70.00", need)
    assert [word for word in told if word not in drawn] == []
    assert drawn.count(need) >= 2


def test_an_application_takes_guardian_and_account_from_the_file(kept: Run) -> None:
    code = listed(kept)["学生乙"]["code"]
    assert kept(f"apply 100 --case {code}").code == 0
    (row,) = kept("case 4 --private --json").json()["cases"]
    assert row[:4] == [code, "学生乙", "监护人乙", 10_000]
    assert "no-guardian" in kept("apply 100 --case L9").err


def test_a_code_lasts_one_term(kept: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    code = listed(kept)["学生乙"]["code"]
    monkeypatch.setenv("LOVEFUND_TODAY", "2027-09-07")
    refused = kept(f"--date-is-right apply 100 --case {code}")
    assert "code-of-another-term" in refused.err
    assert kept("--date-is-right pupils --codes").code == 0
    rows = kept("pupils --reason 核对 --json").json()
    fresh = next(row["code"] for row in rows if row["name"] == "学生乙")
    assert fresh != code
    assert kept(f"apply 100 --case {fresh}").code == 0
    assert kept(f"pupil {code} --reason 核对").code == 0


def test_a_frozen_file_is_used_no_more_and_read_by_the_keeper_of_archives_alone(kept: Run) -> None:
    code = listed(kept)["学生乙"]["code"]
    assert kept(f"register --who {code} --freeze --memo 家庭要求").code == 0
    assert "guardian" not in listed(kept)["学生乙"]
    for line in (
        f"pupil {code} --reason 核对", f"apply 100 --case {code} --guardian 某",
        f"register --who {code} --contact 13000000000", f"register --who {code} --freeze",
    ):  # fmt: skip
        assert "file-frozen" in kept(line).err, line
    assert kept("officer appoint O8 --roles archivist --name 档案员").code == 0
    assert kept(f"--officer O8 pupil {code} --reason 依法查阅").code == 0


def test_a_changed_name_keeps_what_was_given_before(kept: Run) -> None:
    assert kept("agency-in 80 --from 乙 --show real --pupil 学生甲 --by bank").code == 0
    assert kept("agency-out 50 --pupil 学生甲 --guardian 监护人甲 --by bank").code == 0
    assert kept("register --who 学生甲 --name 学生佳").code == 0
    told = kept("pupil 学生佳 --reason 核对 --json").json()
    assert [x["amount_fen"] for x in told["aid"]] == [5_000]


# -- gifts for one pupil, and grants that come back ------------------------------------------------


def test_for_whom_a_gift_is_stands_sealed(fund: Run) -> None:
    gift = "donate 30 --source society --from 乙 --show real --by bank --for named"
    assert fund(gift).code == Exit.INPUT
    assert fund(f"{gift} --pupil 学生甲 --three yny").code == 0
    told = fund("show 2 --private --json").json()
    assert (told["file"]["pupil"], told["file"]["answers"]) == ("学生甲", "yny")
    assert "pupil" not in json.loads(told["line"])["facts"]


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("agency-in 5 --from 乙 --show real --pupil 学生甲 --by bank --three yyn", True),
        ("agency-in 5 --from 乙 --show real --pupil 学生甲 --by bank --three yyy", False),
        ("donate 5 --source society --by bank --from 乙 --show real --for named --pupil 学生甲 "
         "--three yyy", True),
        ("donate 5 --source society --by bank --from 乙 --show real --for named --pupil 学生甲 "
         "--three 是,否,是", False),
    ],
)  # fmt: skip
def test_the_three_questions_tell_a_gift_from_what_is_passed_on(
    fund: Run, line: str, refused: bool
) -> None:
    assert ("three-questions" in fund(line).err) is refused


def test_whose_money_of_a_batch_came_back_stands_sealed(fund: Run, tmp_path: Path) -> None:
    path = tmp_path / "grants.csv"
    path.write_text("案号,监护人,金额\nL5,李,40\nL6,王,40\n", "utf-8")
    assert fund(f"grants {path} --by bank").code == 0
    assert "which-case" in fund("return-grant 2 40 --by bank").err
    assert "not-in-case" in fund("return-grant 2 40 --by bank --only L7").err
    assert "more-than-paid" in fund("return-grant 2 41 --by bank --only L6").err
    assert fund("return-grant 2 40 --by bank --only L6").code == 0
    told = fund("show 3 --private --json").json()
    assert told["file"]["cases"] == [["L6", "", "王", 4_000]]
    assert set(json.loads(told["line"])["facts"]) == {"of", "channel"}
