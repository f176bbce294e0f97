"""A school adopts its rules, is judged by them, and anyone can see by which ones."""

from __future__ import annotations

import shlex
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from commands import Run, Said
from commands import run as run
from lovefund.core.rulebook import Article, Severity, model_text
from lovefund.core.rules import model

TODAY = "2026-03-02"
#: A school with a restriction, some cash, a closed year, and the model's rules (entry 6).
PAST = (
    "open shiqiao --name 石桥爱心基金（虚构） --school 石桥小学（虚构） --treasurer 王老师 "
    "--on 2025-09-01 --practice",
    "opening --balance 'bank general 9,000' --balance 'cash general 1,200'",
    "restrict home --title 留守之家 --programmes home --agreement A-1 --on 2025-09-02",
    "close 2025",
    "donate 2,000 --source alumni --from 林校友 --show real --by bank --for home --on 2026-01-10",
    "interest 20 --by bank --on 2026-01-12",
    "rules new rules.toml",
    "rules adopt rules.toml",
)


@pytest.fixture
def school(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Run]:
    monkeypatch.setenv("LOVEFUND_TODAY", TODAY)
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0 a photo, fictional")
    for line in PAST:
        done = run(line)
        assert done.code == 0, (line, done.err)
    return run


def judged(school: Run, command: str) -> Said:
    return school(f"{command} --dry-run")


def shown(kind: str) -> list[Article]:
    found = [a for a in model().articles if a.severity is not Severity.OFF and getattr(a, kind)]
    assert len(found) >= 15
    return found


@pytest.mark.parametrize("article", [a.id for a in shown("passes")])
def test_the_example_that_passes(school: Run, article: str) -> None:
    done = judged(school, model()[article].passes)
    assert done.code == 0, done.err
    assert f"{article}, article" not in done.err


@pytest.mark.parametrize("article", [a.id for a in shown("fails")])
def test_the_example_that_does_not(school: Run, article: str) -> None:
    """It is remarked on, or refused, by the article; a form may ask for what is missing before."""
    done = judged(school, model()[article].fails)
    if model()[article].severity is Severity.WARN:
        assert done.code == 0, done.err
        assert "Remark: " in done.err
        assert f"{article}, article" in done.err
    elif done.code == 4:
        assert f"rule: {article}, article" in done.err
    else:
        assert model()[article].rule == "requires"
        assert done.code == 2
        assert "it is missing" in done.err or "needs" in done.err


def test_an_article_without_an_example_is_one_for_people_or_cannot_be_broken() -> None:
    for article in model().articles:
        # What passes a step of a grant is a whole life of one: tests/cli/test_cases.py.
        if article.rule not in ("duty", "law") and article.id not in ("R13", "R14"):
            assert article.passes, article.id
            assert article.fails, article.id


def test_the_line_names_the_book_and_the_dossier_the_remarks(school: Run) -> None:
    done = school("grant 450 --case C-1 --pupil 学生甲 --guardian 家长甲 --by bank")
    assert done.code == 0
    told = school("--lang en show 7 --private").out
    assert "judged by the rules of entry: 6" in told
    assert "R17; R20; R31" in told
    assert "R17" not in school("export json").out, "what is remarked on a child is not public"


def test_check_finds_a_line_that_hides_its_book_and_a_changed_book(
    school: Run, tmp_path: Path
) -> None:
    assert school("check").code == 0
    for table, change in (
        ("rulebook", "UPDATE rulebook SET content = replace(content, '1000', '9000')"),
        ("rulebook", "DELETE FROM rulebook"),
    ):
        copy = tmp_path / f"{table}{len(change)}.db"
        assert school("backup").code == 0
        with closing(sqlite3.connect(tmp_path / "fund.db")) as books:
            books.execute(f"VACUUM INTO '{copy}'")
        with closing(sqlite3.connect(copy)) as books:
            names = [
                n for (n,) in books.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
            ]
            for name in names:
                books.execute(f"DROP TRIGGER {name}")
            books.execute(change)
            books.commit()
        found = school(f"--db {copy} check")
        assert found.code == 9
        assert "rulebook" in found.out + found.err


def test_a_later_book_holds_from_its_day_and_both_judge_what_is_dated_back(
    school: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stricter = model_text().replace('id = "model-2026"', 'id = "shiqiao-2026"', 1)
    stricter = stricter.replace("since = 2026-01-01", "since = 2026-03-10")
    start = stricter.index('id = "R27"')
    block = stricter[start:].replace('severity = "warn"', 'severity = "block"', 1)
    (tmp_path / "later.toml").write_text(stricter[:start] + block, "utf-8")
    assert school("rules adopt later.toml").code == 0
    paid = "spend 1,100 --programme visits --by cash --for general --dry-run"
    assert school(paid).code == 0, "the new book does not hold yet"
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-03-12")
    refused = school(paid)
    assert refused.code == 4
    assert "R27" in refused.err
    assert school(f"{paid} --on 2026-03-05").code == 4, "the stricter of both days"
    assert school("fee 1 --by bank --on 2026-03-05").code == 0
    assert "judged by the rules of entry: 6; 7" in school("show 8").out
    assert school("check").code == 0


def test_rules_do_not_reach_back(school: Run, tmp_path: Path) -> None:
    text = model_text().replace('id = "model-2026"', 'id = "other"', 1)
    (tmp_path / "back.toml").write_text(text, "utf-8")
    refused = school("rules adopt back.toml")
    assert refused.code == 4
    assert "rules-reach-back" in refused.err
    (tmp_path / "same.toml").write_text(model_text(), "utf-8")


def test_all_refusals_come_back_together(school: Run, tmp_path: Path) -> None:
    text = model_text().replace('id = "model-2026"', 'id = "strict"', 1)
    text = text.replace("since = 2026-01-01", f"since = {TODAY}")
    (tmp_path / "strict.toml").write_text(text.replace('"warn"', '"block"'), "utf-8")
    assert school("rules adopt strict.toml").code == 0
    refused = school("grant 1,150 --case C-1 --pupil 学生甲 --guardian 家长甲 --by cash")
    assert refused.code == 4
    for article in ("R16", "R17", "R20", "R27", "R31"):
        assert f"rule: {article}, article" in refused.err


def test_explain_show_print_and_diff(school: Run, tmp_path: Path) -> None:
    explained = school("rules explain r27").out
    assert "1,000 yuan" in explained
    assert "lovefund spend 1,100" in explained
    assert school("rules explain R99").code == 2
    assert len(school("rules show --json").json()) == 47
    assert school("rules print --out wall.pdf").code == 0
    assert (tmp_path / "wall.pdf").read_bytes().startswith(b"%PDF")
    text = model_text().replace("limit_yuan = 1000", "limit_yuan = 800")
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    changed = school("rules diff mine.toml").out
    assert "- remarked on One payment in cash is at most 1,000 yuan" in " ".join(changed.split())
    assert "+ remarked on One payment in cash is at most 800 yuan" in " ".join(changed.split())
    assert [c["id"] for c in school("rules diff mine.toml --json").json()] == ["R19", "R27"]


def test_what_if_tells_what_would_have_been_decided_otherwise(school: Run, tmp_path: Path) -> None:
    for amount in ("300", "700", "900"):
        done = school(
            f"grant {amount} --case C-{amount} --pupil 学生甲 --guardian 家长甲 --by bank "
            "--reference M-1 --evidence photo.jpg"
        )
        assert done.code == 0, done.err
    text = model_text().replace("term_yuan = 1000", "term_yuan = 1900")
    text = text.replace("[1000, 600, 300]", "[300, 700, 900]")
    (tmp_path / "softer.toml").write_text(text, "utf-8")
    found = school("rules what-if softer.toml 2026-03 --json").json()
    assert [(f["no"], f["article"], f["was"], f["would_be"]) for f in found] == [
        (8, "R17", "warn", "pass"),
        (9, "R16", "warn", "pass"),
        (9, "R17", "warn", "pass"),
    ]
    same = school("rules what-if rules.toml 2026-03 --json").json()
    assert same == [], "the book in force decides as it decided"


def test_without_a_rulebook_only_the_laws_apply(run: Run, tmp_path: Path) -> None:
    for line in PAST[:2]:
        assert run(line).code == 0
    assert run("spend 1,100 --programme visits --by cash --for general").err == ""
    assert run("rules show").code == 2
    assert "judged by" not in run("show 2").out


def test_a_file_of_another_kind_is_refused_in_words(school: Run, tmp_path: Path) -> None:
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "large.toml").write_text("#" * 500_000, "utf-8")
    for name in ("bytes.toml", "large.toml", "nothing.toml", "."):
        refused = school(f"rules check {shlex.quote(name)}")
        assert refused.code in (2, 5), name
        assert "Traceback" not in refused.err
        assert "to mend it" in refused.err


def test_in_a_second_fund_nothing_is_adopted(school: Run) -> None:
    other = (
        "open banqiao --name 板桥爱心基金（虚构） --school 板桥小学（虚构） --treasurer 李老师 "
        "--on 2026-01-01 --practice"
    )
    assert school(other).code == 0
    done = school("--fund banqiao donate 50 --source alumni --from 林校友 --show real --by wechat")
    assert done.code == 0
    assert "Remark" not in done.err


def test_a_list_in_pieces_counts_what_its_first_piece_gave(
    school: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch is settled in pieces; what a pupil was given in one counts in the next."""
    from lovefund.actions.workspace import Workspace
    from lovefund.core.entries import Draft
    from lovefund.core.grants import Recipient, grant_paid
    from lovefund.store.engine import Database

    ws = Workspace(Database("fund.db"))
    day = date.fromisoformat(TODAY)
    with ws.writing() as (gate, _books):
        said = []
        for number in range(3):
            family = (Recipient(f"C-{number}", "家长甲", 400_00, "学生甲"),)
            draft: Draft = replace(
                grant_paid(gate.chart, day, family, "bank"), request=f"r{number}"
            )
            posted = gate.post_one(draft)
            said.append(any(w.rule.startswith("R16") for w in posted.warnings))
    assert said == [False, False, True]


def test_the_statement_says_by_which_rules(school: Run, tmp_path: Path) -> None:
    for period, told in (
        ("2025-12", "未采用管理办法"),
        ("2026-02", "执行《留守学生爱心基金管理办法》"),
    ):
        assert school(f"publish {period}").code == 0
        pdf = sorted((tmp_path / "published").rglob("statement-zh.pdf"))[-1]
        text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True)
        assert told in "".join(text.stdout.split()), period


def test_a_notice_hangs_as_long_as_the_rules_say(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-04-20")
    text = model_text().replace("\ndays = 5\n", "\ndays = 7\n")
    assert text != model_text()
    (tmp_path / "seven.toml").write_text(text, "utf-8")
    (tmp_path / "list.csv").write_text("案号,监护人,金额,学生\nL1,家长甲,300,学生甲\n", "utf-8")
    for line in (
        *PAST[:2],
        "rules adopt seven.toml",
        "applications list.csv --reference SQ-1",
        "confirm 3",
        "visit 3 --visitors 赵老师、钱老师",
        "review 3 --minutes HY-1 --present 7 --yes 6 --no 1",
    ):
        done = run(line)
        assert done.code == 0, (line, done.err)
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-04-29")
    for short in ("--days 6", "--days 9 --counted calendar"):
        refused = run(f"notice 3 --contact 监督小组 {short}")
        assert refused.code == 4, refused.out
        assert "rule: R14, article 14" in refused.err
    posted = run("notice 3 --contact 监督小组")
    assert posted.code == 0, posted.err
    # Five working days would end on 2026-05-09, a Saturday that is worked.
    assert "through 2026-05-12" in posted.out
    early = run("approve 3")
    assert early.code == 0, early.err


GRANT = (
    "--case C-{n} --pupil 学生甲 --guardian 家长甲 --by bank --reference M-1 --evidence photo.jpg"
)


def over_the_cap(school: Run, fen: str) -> bool:
    said = school(f"grant {fen} {GRANT.format(n=9)} --dry-run")
    assert said.code == 0, said.err
    return "R16, article" in said.err


def test_the_model_lets_mend_and_undo(school: Run) -> None:
    for line in ("void 5 --reason 记错", "correct 4 --amount 1,900 --reason 记错"):
        done = school(line)
        assert done.code == 0, done.err


def test_what_came_back_does_not_count_against_the_cap(school: Run) -> None:
    assert school(f"grant 1,000 {GRANT.format(n=1)}").code == 0
    assert over_the_cap(school, "300")
    assert school("return-grant 7 700 --by bank").code == 0
    assert not over_the_cap(school, "700")
    assert over_the_cap(school, "700.01")
    assert school("void 8 --reason 记错").code == 0
    assert over_the_cap(school, "300"), "a return that was voided did not happen"


def test_of_several_the_one_who_gave_back_is_named(school: Run, tmp_path: Path) -> None:
    rows = "案号,监护人,金额,学生\nC-1,家长甲,600,学生甲\nC-2,家长乙,600,学生乙\n"
    (tmp_path / "list.csv").write_text(rows, "utf-8")
    assert school("grants list.csv --by bank --reference M-1").code == 0
    assert school("return-grant 7 500 --by bank --only C-9").code == 4
    assert school("return-grant 7 700 --by bank --only C-1").code == 4
    assert school("return-grant 7 600 --by bank --only C-1").code == 0
    assert not over_the_cap(school, "1,000")
    assert school("check").code == 0


def test_a_promise_that_is_withdrawn_does_not_count(
    school: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day, line in (
        ("02", "apply 300 --case C-1 --pupil 学生甲 --guardian 家长甲 --path small"),
        ("02", "confirm 7"),
        ("02", "review 7 --minutes M-1 --present 7 --yes 6 --no 1"),
        ("02", "notice 7 --contact 监督小组"),
        ("10", "approve 7"),
        ("10", "tell 7"),
    ):
        monkeypatch.setenv("LOVEFUND_TODAY", f"2026-03-{day}")
        done = school(line)
        assert done.code == 0, done.err
    assert over_the_cap(school, "1,000")
    assert school("withdraw 7").code == 0
    assert not over_the_cap(school, "1,000")


def test_other_aid_and_what_was_passed_on_are_told_apart(school: Run) -> None:
    for line in (
        "agency-in 400 --from 校友乙 --show real --pupil 学生甲 --by bank",
        "agency-out 400 --pupil 学生甲 --guardian 家长甲 --by bank",
        "apply 300 --case C-1 --pupil 学生甲 --guardian 家长甲 --other-aid 900",
    ):
        done = school(line)
        assert done.code == 0, done.err
    said = school(f"grant 700 {GRANT.format(n=2)} --dry-run").err
    assert "学生甲 had 400.00 yuan this term and would have 1,100.00" in said
    assert "400.00 yuan of it were passed on" in said
    assert "900.00 yuan of aid from elsewhere are declared" in said
