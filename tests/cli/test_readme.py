"""The minute in each README is true: every command runs and answers what stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from commands import Run
from lovefund.cli import checking

ROOT = Path(__file__).parent.parent.parent


def blocks(text: str) -> list[tuple[str, list[str]]]:
    """(command, answer lines) of the block after the mark ``<!-- run -->``."""
    block = text.split("<!-- run -->")[1].split("```")[1]
    found: list[tuple[str, list[str]]] = []
    for line in block.strip("\n").splitlines():
        if line.startswith("$ "):
            found.append((line.removeprefix("$ lovefund "), []))
        else:
            found[-1][1].append(line)
    return found


def agrees(shown: str, said: str) -> bool:
    """Whether a line is as shown; ``…`` stands for anything."""
    pattern = ".*".join(re.escape(part) for part in shown.rstrip().split("…"))
    return re.fullmatch(pattern, said.rstrip()) is not None


@pytest.mark.parametrize(("name", "language"), [("README.md", "en"), ("README.zh.md", "zh")])
def test_the_minute_is_true(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, language: str
) -> None:
    monkeypatch.setenv("LOVEFUND_LANG", language)
    monkeypatch.delenv("LOVEFUND_TODAY")
    monkeypatch.setattr(checking, "watched", lambda: True)  # as at a terminal
    told = blocks((ROOT / name).read_text(encoding="utf-8"))
    assert len(told) >= 6
    for line, answer in told:
        done = run(line)
        assert done.code == 0, (line, done.err)
        said = [x for x in (done.out + done.err).splitlines() if x.strip()]
        assert answer, f"the README shows no answer to {line}"
        for shown in answer:
            assert any(agrees(shown, x) for x in said), (line, shown, said)


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_a_readme_is_short(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= 150


def test_the_comparison_can_fail() -> None:
    assert agrees("Booked: entry 1, …", "Booked: entry 1, voucher 3")
    assert not agrees("Booked: entry 1, …", "Booked: entry 2, voucher 3")
