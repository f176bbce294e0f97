"""A server dies under its writers: a sample of ``./run torture --only server``."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from torture.server import HASTY, rounds

from server import SERVER_MISSING, server_folder

pytestmark = [
    pytest.mark.slow,
    pytest.mark.postgres,
    pytest.mark.skipif(server_folder() is None, reason=SERVER_MISSING),
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path))


def test_no_acknowledged_entry_is_lost(tmp_path: Path) -> None:
    acknowledged, harm, _pages = rounds(tmp_path, random.Random(3), 1, ())
    assert acknowledged > 0
    assert harm == []


def test_a_server_that_acknowledges_early_would_lose_some(tmp_path: Path) -> None:
    _acknowledged, harm, _pages = rounds(tmp_path, random.Random(3), 3, HASTY)
    assert harm
