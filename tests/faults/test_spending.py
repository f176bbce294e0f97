"""Eight processes spend from one pot: a sample of ``./run torture --only spending``."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from torture import spending

# Forked on purpose: the processes inherit the guards, or that they were taken away.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path / "home"))


def test_a_pot_is_never_overdrawn(database_url: str) -> None:
    done = spending.gate("", spending._fresh(database_url), 120, random.Random(3))
    assert done.harmed == 0, done.note


def test_the_transaction_alone_holds(database_url: str) -> None:
    done = spending.alone("", spending._fresh(database_url), 120, random.Random(3))
    assert done.harmed == 0, done.note


def test_sqlalchemys_default_would_overdraw(tmp_path: Path) -> None:
    with spending.default_begin():
        books = spending._fresh(str(tmp_path / "fund.db"))
        assert spending.alone("", books, 400, random.Random(3)).harmed


@pytest.mark.postgres
def test_a_head_that_is_not_locked_would_overdraw(database_url: str) -> None:
    if not database_url.startswith("postgresql"):
        pytest.skip("a file has one lock for all")
    with spending.head_not_locked():
        books = spending._fresh(database_url)
        assert spending.alone("", books, 400, random.Random(3)).harmed
