"""The command ``check``: silent where all is well, everything where it is not, a code a tier."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import Run
from lovefund.cli import checking
from lovefund.core.rulebook import model_text
from lovefund.errors import Exit


@pytest.fixture
def change(tmp_path: Path) -> Callable[..., None]:
    """Changes the file of books behind the program's back."""

    def changed(*statements: str) -> None:
        connection = sqlite3.connect(tmp_path / "fund.db")
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        kept = [(name, _sql(connection, name)) for (name,) in triggers.fetchall()]
        for name, _text in kept:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _name, text in kept:
            connection.execute(text)
        connection.commit()
        connection.close()

    return changed


def _sql(connection: sqlite3.Connection, name: str) -> str:
    row = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    return str(row[0])


BESIDE = "UPDATE balance SET debit_fen = debit_fen + 1 WHERE account = '1002'"
LINE = """UPDATE entry SET line = replace(line, '"bank"', '"cash"') WHERE no = 1"""


def test_well_in_a_pipe_is_silence_and_nought(fund: Run) -> None:
    for words in ("check", "check --tier 1", "check --quiet"):
        done = fund(words)
        assert (done.code, done.out, done.err) == (0, "", ""), words
    assert fund("check --json").json() == []


def test_well_at_a_terminal_is_said_beside_the_output(
    fund: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "watched", lambda: True)
    done = fund("check")
    assert done.out == ""
    assert "All is well" in done.err
    assert "--tier 3" in done.err
    assert fund("check --quiet").err == ""


def test_what_lies_beside_the_lines_has_a_code_of_its_own(
    fund: Run, change: Callable[..., None]
) -> None:
    change(BESIDE)
    found = fund("check --json")
    assert found.code == Exit.UNLIKE
    assert {row["tier"] for row in found.json()} == {2}
    assert fund("check --tier 1").code == 0


def test_everything_is_told_and_the_gravest_decides(fund: Run, change: Callable[..., None]) -> None:
    change(BESIDE, LINE)
    found = fund("check --json")
    assert found.code == Exit.UNSOUND
    rows = found.json()
    assert {row["tier"] for row in rows} == {1, 2}
    assert [row["tier"] for row in rows] == sorted(row["tier"] for row in rows)
    assert {"leaf", "balance"} <= {row["code"] for row in rows}
    assert {row["tier"] for row in fund("check --tier 1 --json").json()} == {1}


def test_a_tier_that_is_none_is_named(fund: Run) -> None:
    said = fund("check --tier 4")
    assert said.code == Exit.INPUT
    assert "3: the conduct of the books" in said.err


@pytest.fixture
def kept_badly(fund: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Sound books, kept doubled, late, split and with what was never cleared."""
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-10-12")
    (tmp_path / "rules.toml").write_text(model_text(), "utf-8")
    lines = (
        "--date-is-right rules adopt rules.toml",
        "donate 500 --source staff --from 张三丰 --show masked --by bank --on 2026-09-03",
        "unidentified 66 --by bank --on 2026-09-02",
        "spend 290 --programme visits --by bank --memo 车费 --on 2026-10-10",
        "spend 20 --programme visits --by bank --memo 车费 --on 2026-10-10",
    )
    for line in lines:
        done = fund(line)
        assert done.code == 0, (line, done.err)
    return fund


def test_the_conduct_of_sound_books_is_told_with_where(kept_badly: Run) -> None:
    assert kept_badly("check").code == 0
    found = kept_badly("check --tier 3 --json")
    assert found.code == Exit.CONDUCT
    rows = {(row["code"], row["where"]) for row in found.json()}
    assert {("duplicate", "entry 3"), ("late", "entry 3"), ("overdue", "entry 4")} <= rows
    assert "张三丰" not in found.out
    assert "sound" in kept_badly("check --tier 3").out


def test_conduct_is_not_looked_at_in_books_that_are_not_sound(
    kept_badly: Run, change: Callable[..., None]
) -> None:
    change(BESIDE)
    found = kept_badly("check --tier 3 --json")
    assert found.code == Exit.UNLIKE
    assert {row["tier"] for row in found.json()} == {2}


def test_the_tests_of_a_period_weigh_what_they_find(kept_badly: Run) -> None:
    rows = kept_badly("tests 2026-09 --json").json()
    assert {"duplicate", "cut-off", "late"} <= {row["code"] for row in rows}
    weights = {row["code"]: row["weight"] for row in rows}
    assert weights["cut-off"] == "worth a look"
    assert weights["duplicate"] == "to be explained"
    assert kept_badly("tests 2026-08 --json").json() == []


def test_clean_books_pass_all_three_tiers(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-09-03")
    opened = "open shiqiao --name 石桥爱心基金 --school 石桥小学 --treasurer 王老师 --practice"
    assert run(opened).code == 0
    assert run("donate 500 --source staff --from 张三丰 --show masked --by bank").code == 0
    done = run("check --tier 3")
    assert (done.code, done.out, done.err) == (0, "", "")
