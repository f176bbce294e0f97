"""What is mended or undone under the model rulebook is judged as what it is, and no more."""

from __future__ import annotations

import pytest

from commands import Run
from commands import fund as fund
from commands import run as run
from lovefund.core import rule_kinds


@pytest.fixture
def ruled(fund: Run) -> Run:
    """A fund under the model rulebook, with a gift of 500 (entry 1)."""
    assert fund("rules new rules.toml").code == 0
    assert fund("rules adopt rules.toml").code == 0
    return fund


@pytest.mark.parametrize(
    "line",
    ["correct 1 --amount 50 --reason 多打一个零", "void 1 --reason 重复登记"],
)
def test_a_gift_is_mended_and_voided(ruled: Run, line: str) -> None:
    """No article about notices has anything against it."""
    done = ruled(line)
    assert done.code == 0, done.err


def test_it_would_be_noticed(ruled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_kinds, "NOTICED", "void")
    refused = ruled("void 1 --reason 重复登记")
    assert (refused.code, "R14" in refused.err) == (4, True)
