"""Any history of verbs, beside the independent model: both agree after every step."""

from __future__ import annotations

import os
import tempfile
import uuid
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from lovefund.selftest.draw import MAIN, OTHER, Draw
from lovefund.selftest.run import Pair
from lovefund.store.engine import Database
from lovefund.store.scratch import ScratchDatabase
from world import new_books

START = date(2026, 11, 1)


class Funds(RuleBasedStateMachine):
    """The real books and the model, fed with the same verbs; Hypothesis is the chance."""

    def new_books(self, folder: Path) -> Database:
        return ScratchDatabase(folder)

    @initialize()
    def open(self) -> None:
        folder = Path(tempfile.mkdtemp())
        self.pair = Pair(self.new_books(folder), folder, {MAIN: START, OTHER: START})
        self.draw = Draw(Random(0), START)

    @rule(chance=st.randoms(use_true_random=False))
    def something_happens(self, chance: Random) -> None:
        self.draw.chance = chance
        op = self.draw.next(self.pair.world)
        assert self.pair.step(op) == [], op

    def teardown(self) -> None:
        if hasattr(self, "pair"):
            assert self.pair.whole() == []


def steps(count: int, examples: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=count,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOVEFUND_KEYS", str(tmp_path / "keys"))


def test_any_history_of_verbs_agrees_with_the_model() -> None:
    examples = int(os.environ.get("LOVEFUND_EXAMPLES", "25"))
    run_state_machine_as_test(Funds, settings=steps(30, examples))


@pytest.mark.postgres
def test_any_history_of_verbs_agrees_with_the_model_on_postgresql(postgres_url: str) -> None:
    from server import execute_on

    class OnPostgres(Funds):
        def new_books(self, folder: Path) -> Database:
            name = f"machine_{uuid.uuid4().hex}"
            execute_on(postgres_url, f"CREATE DATABASE {name}")
            return new_books(postgres_url.removesuffix("postgres") + name)

    examples = int(os.environ.get("LOVEFUND_EXAMPLES", "3"))
    run_state_machine_as_test(OnPostgres, settings=steps(20, examples))
