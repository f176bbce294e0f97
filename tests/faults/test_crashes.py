"""A few crashes of every kind, the same in each run; ``./run torture`` does thousands."""

from __future__ import annotations

from pathlib import Path

import pytest
from torture import calls, io_errors, kills, power, strace
from torture.commands import ACCEPTING, FILE, GIFT, Command
from torture.school import School, new_school
from torture.strace import CHANGES, Call

# A child of this process is killed; the threads that a parallel run adds stay outside it.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> School:
    return new_school(tmp_path_factory.mktemp("crashes") / "template")


def test_what_was_acknowledged_outlives_kill_9(template: School, tmp_path: Path) -> None:
    done = kills.lives(template, tmp_path / "book", "seed 1", 24)
    assert done.harm == []
    assert done.points == 24
    assert done.acknowledged > 0


@pytest.mark.parametrize("guard", ["one transaction", "told after"])
def test_kill_9_does_harm_without(guard: str, template: School, tmp_path: Path) -> None:
    assert kills.lives(template, tmp_path / "book", "seed 1", 80, guard).harm


def calls_of(template: School, folder: Path, command: Command) -> list[Call]:
    school = template.copied(folder)
    command.prepare(school)
    return strace.calls(school, command.words(school), CHANGES)


def first(made: list[Call], name: str, text: str) -> tuple[Call, int]:
    """The first such call on such a file, and where it stands among all."""
    return next((c, n) for n, c in enumerate(made) if c.name == name and text in c.text)


@pytest.fixture(scope="module")
def gift_calls(
    tracing: None, template: School, tmp_path_factory: pytest.TempPathFactory
) -> list[Call]:
    return calls_of(template, tmp_path_factory.mktemp("calls") / "calls", GIFT)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "text"), [("rename", ".drafts/"), ("fdatasync", "-wal>"), ("pwrite64", "fund.db>")]
)
def test_a_gift_killed_at_a_call_is_kept_or_booked(
    name: str, text: str, gift_calls: list[Call], template: School, tmp_path: Path
) -> None:
    call, at = first(gift_calls, name, text)
    kept = at > first(gift_calls, "rename", ".drafts/")[1]
    done = calls.killed(template, tmp_path / "struck", calls.Point(GIFT, call, kept))
    assert (done.points, done.harm) == (1, [])


def test_a_gift_killed_at_its_commit_is_lost_without_kept_answers(
    gift_calls: list[Call], template: School, tmp_path: Path
) -> None:
    call, _at = first(gift_calls, "fdatasync", "-wal>")
    point = calls.Point(GIFT, call, kept=True)
    assert calls.killed(template, tmp_path / "struck", point, "kept answers").harm


@pytest.mark.slow
@pytest.mark.usefixtures("tracing")
def test_a_file_of_gifts_killed_at_its_commit_is_whole_or_absent(
    template: School, tmp_path: Path
) -> None:
    made = calls_of(template, tmp_path / "calls", FILE)
    syncs = [c for c in made if c.name == "fdatasync" and "-wal>" in c.text]
    for n, call in enumerate(syncs):
        done = calls.killed(template, tmp_path / f"{n}", calls.Point(FILE, call, False))
        assert (done.points, done.harm) == (1, [])


@pytest.mark.slow
@pytest.mark.usefixtures("tracing")
def test_accepting_a_bill_killed_at_its_commit_is_whole_or_absent(
    template: School, tmp_path: Path
) -> None:
    made = calls_of(template, tmp_path / "calls", ACCEPTING)
    syncs = [c for c in made if c.name == "fdatasync" and "-wal>" in c.text]
    assert syncs
    for n, call in enumerate(syncs):
        done = calls.killed(template, tmp_path / f"{n}", calls.Point(ACCEPTING, call, False))
        assert (done.points, done.harm) == (1, [])


@pytest.mark.slow
@pytest.mark.usefixtures("tracing")
def test_a_power_cut_leaves_what_was_acknowledged(tmp_path: Path) -> None:
    done = power.images(tmp_path / "whole", "seed 1", "", 120, steps="gggfg")
    assert (done.images, done.examples) == (120, [])


@pytest.mark.slow
@pytest.mark.parametrize("guard", ["synchronous", "folder sync"])
@pytest.mark.usefixtures("tracing")
def test_a_power_cut_does_harm_without(guard: str, tmp_path: Path) -> None:
    assert power.images(tmp_path / "harmed", "seed 1", guard, 60, steps="ggfg").harmed


@pytest.mark.parametrize(
    ("name", "text", "answer"),
    [
        ("fdatasync", "-wal>", "EIO"),
        ("pwrite64", "-wal>", "ENOSPC"),
        ("flock", "", "ENOLCK"),
        ("rename", ".drafts/", "EACCES"),
        ("unlink", ".drafts/", "EACCES"),
    ],
)
def test_an_error_of_the_system_is_told_and_harms_nothing(
    name: str,
    text: str,
    answer: str,
    gift_calls: list[Call],
    template: School,
    tmp_path: Path,
) -> None:
    call, at = first(gift_calls, name, text)
    kept = at > first(gift_calls, "rename", ".drafts/")[1]
    fault = io_errors.Fault(GIFT, call, answer, kept)
    assert io_errors.failed(template, tmp_path / "struck", fault) == (1, [])


def test_an_error_is_not_told_without_sentences(
    gift_calls: list[Call], template: School, tmp_path: Path
) -> None:
    call, _at = first(gift_calls, "flock", "")
    fault = io_errors.Fault(GIFT, call, "ENOLCK", kept=False)
    struck, harm = io_errors.failed(template, tmp_path / "struck", fault, "sentences")
    assert struck
    assert harm
