"""The self-test finds planted bugs, tells them shortly, and touches nothing of the user's."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from commands import Run, run  # noqa: F401
from lovefund.errors import BadInput
from lovefund.selftest import draw
from lovefund.selftest.run import replay, simulate
from lovefund.selftest.script import read_script
from lovefund.selftest.shrink import shrunk
from planted import PLANTED


def test_a_seed_says_the_same_again() -> None:
    first, second = simulate(7, operations=60), simulate(7, operations=60)
    assert first.disagreement is None
    assert (first.booked, first.refused, first.broken_off) == (
        second.booked,
        second.refused,
        second.broken_off,
    )
    assert first.booked > 10
    assert first.refused > 10


@pytest.mark.parametrize("name", ["books what has not happened yet", "corrects by half"])
def test_a_planted_bug_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    PLANTED[name](monkeypatch.setattr)
    assert any(simulate(seed, operations=400, shrink=False).disagreement for seed in range(1, 5)), (
        name
    )


def test_a_failing_script_is_made_short_and_plays_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as planted:
        PLANTED["forgets that money is owed"](planted.setattr)
        result = simulate(1, operations=400)
        assert result.disagreement is not None
        assert result.script is not None
        assert len(result.script.ops) <= 4
        path = tmp_path / "script.jsonl"
        path.write_text(result.script.text(), "utf-8")
        again = replay(read_script(path)).disagreement
        assert again is not None
        assert again.kind == result.disagreement.kind
    assert replay(read_script(path)).disagreement is None


def test_another_file_is_no_script(tmp_path: Path) -> None:
    path = tmp_path / "script.jsonl"
    for text in ("", "{}", "[1]", '{"selftest": 2, "seed": 1, "funds": {}}', "\x00"):
        path.write_text(text, "utf-8")
        with pytest.raises(BadInput):
            read_script(path)


def test_shrinking_leaves_what_is_needed() -> None:
    chance = Random(5)
    for _ in range(20):
        wanted = set(chance.sample(range(60), 3))
        found = shrunk(tuple(range(60)), lambda part, w=wanted: w <= set(part))  # type: ignore[misc]
        assert set(found) == wanted
    assert shrunk((1, 2), lambda _part: False) == (1, 2)


def test_the_command_agrees_and_leaves_nothing(
    run: Run,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOVEFUND_KEYS", str(tmp_path / "my-keys"))
    monkeypatch.setattr(draw, "OPS_A_YEAR", 90)  # a quiet school
    said = run("selftest --seed 3 --json")
    assert said.code == 0, said.out
    assert said.json()["agree"] is True
    assert said.json()["operations"] > 60
    assert list(tmp_path.iterdir()) == []


def test_the_command_tells_a_disagreement(
    run: Run,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    PLANTED["forgets that money is owed"](monkeypatch.setattr)
    said = run("selftest --seed 1")
    assert said.code == 6
    assert "disagree" in said.out
    script = tmp_path / "lovefund-selftest-1.jsonl"
    assert json.loads(script.read_text("utf-8").splitlines()[0])["seed"] == 1
    assert run(f"selftest --script {script.name}").code == 6
    monkeypatch.undo()
