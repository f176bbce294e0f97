"""The walk of docs/auditors.md is true, and ``diff`` refuses what cannot be compared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.test_readme import agrees
from commands import Run
from lovefund.cli import checking
from lovefund.errors import Exit

PAGE = Path(__file__).parents[2] / "docs" / "auditors.md"
_COMMAND = re.compile(r"\$ LOVEFUND_TODAY=(\S+) lovefund (.+)").fullmatch


def walk(text: str) -> list[tuple[str, str, list[str]]]:
    """(day, command, answer lines) of the block after the mark ``<!-- run -->``."""
    found: list[tuple[str, str, list[str]]] = []
    for line in text.split("<!-- run -->")[1].split("```")[1].strip("\n").splitlines():
        command = _COMMAND(line)
        if command:
            found.append((command[1], command[2], []))
        else:
            found[-1][2].append(line)
    return found


def test_the_walk_is_true(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "watched", lambda: True)  # as at a terminal
    steps = walk(PAGE.read_text("utf-8"))
    assert len(steps) >= 12
    for day, command, answer in steps:
        monkeypatch.setenv("LOVEFUND_TODAY", day)
        done = run(command)
        assert done.code == 0, (command, done.err)
        said = (done.out + done.err).splitlines()
        assert answer, command
        for shown in answer:
            assert any(agrees(shown, line) for line in said), (command, shown, said)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("diff", "say which statement"),
        ("diff 1 --period 2026-09", "say which statement"),
        ("diff --period 2026-09", "say which day's books"),
        ("diff --period 2026-09 --from 2026-10-21 --to 2026-10-20", "before --from"),
        ("diff --period 2026-09 --from 2026-08-01", "no entries on that day"),
        ("diff 1 --from 2026-09-01", "a statement tells by itself"),
        ("diff one", "no number of a statement"),
        ("diff 7", "no statement of this number"),
        ("balance --known-at 2026-02-30", "no such day"),
        ("export xlsx", "a workbook is no text"),
    ],
)
def test_what_cannot_be_compared_is_said(fund: Run, words: str, told: str) -> None:
    said = fund(words)
    assert said.code == Exit.INPUT
    assert told in said.err


def test_a_difference_that_no_entry_explains_is_unsound(
    fund: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lovefund.actions import difference

    monkeypatch.setenv("LOVEFUND_TODAY", "2026-10-25")
    assert fund("interest 5 --by bank --on 2026-09-20").code == 0
    monkeypatch.setattr(difference, "causes", lambda *_: [])
    said = fund("diff --period 2026-09 --from 2026-10-20")
    assert said.code == Exit.UNSOUND
    assert "explained by no entry" in said.err


def test_the_clocks_are_told_below_what_they_show(
    fund: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-10-25")
    assert fund("interest 5 --by bank --on 2026-09-20").code == 0
    for words in (
        "balance",
        "journal --all",
        "restrictions",
        "why income 2026-09",
        "why '' 2026-09",
    ):
        said = fund(f"{words} --known-at 2026-10-20 --as-of 2026-10-24").out
        assert "As the books said at the end of 2026-10-20." in said, words
        assert "As it was true at the end of 2026-10-24." in said, words
        assert "505.00" not in said, words
    assert "505.00" in fund("balance").out
    assert fund("trace 1 --known-at 2026-10-20 --json").json()["through"] == "2026-10-20"
