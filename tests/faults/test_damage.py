"""Bits, bytes, sectors and pages go bad: a small sample of ``./run torture --only damage``."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from pathlib import Path
from unittest.mock import patch

import pytest
from torture.damage import crashed, on_file, on_wal
from torture.year import BESIDE, SAME, UNSEEN, Year, faults, full_year

from lovefund.actions import check

SEEDS = [f"ci/{n}" for n in range(12)]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    return full_year(tmp_path_factory.mktemp("damage") / "year", random.Random(7))


def test_no_damage_changes_an_answer_unseen(year: Year, tmp_path: Path) -> None:
    seen = [on_file(year, seed, tmp_path / f"{n}") for n, seed in enumerate(SEEDS)]
    assert [wrong for _name, wrong in seen if wrong] == []
    assert any(name not in (SAME, UNSEEN) for name, _wrong in seen), "the sample does damage"


def test_integrity_check_alone_would_miss_some(year: Year, tmp_path: Path) -> None:
    with patch.object(check, "check_fund", lambda *_given: iter(())):
        seen = [on_file(year, seed, tmp_path / f"{n}")[0] for n, seed in enumerate(SEEDS)]
    assert UNSEEN in seen


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_wal_shows_beside_a_checkpoint(year: Year, tmp_path: Path, seed: int) -> None:
    after = crashed(year, tmp_path / "crashed")
    assert after.copied(tmp_path / "sound").verdict() == (SAME, []), "the crash itself lost nothing"
    assert on_wal(after, str(seed), tmp_path / "one") == (BESIDE, [])
    with patch.object(Year, "checkpoints", lambda _year: []):
        assert on_wal(after, str(seed), tmp_path / "two")[0] == UNSEEN


def test_a_fund_whose_row_is_gone_is_told_as_damage(year: Year, tmp_path: Path) -> None:
    """Even the opening of such books stumbles; once that was told as a mistake of our own."""
    copy = year.copied(tmp_path / "copy")
    with contextlib.closing(sqlite3.connect(copy.place)) as sql:
        sql.execute("PRAGMA writable_schema = ON")
        sql.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '') WHERE name = 'fund'"
        )
        sql.commit()
    with contextlib.closing(sqlite3.connect(copy.place)) as sql:
        sql.execute("DROP TRIGGER fund_no_update")
        sql.execute("UPDATE fund SET fund = NULL")
        sql.commit()
    assert copy.findings()
    assert faults(copy.answers()) == []
