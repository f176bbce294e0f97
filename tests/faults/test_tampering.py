"""Somebody edits the books who owns them: a sample of ``./run torture --only tampering``."""

from __future__ import annotations

import random
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from torture import tampering
from torture.attacks import Attack, by_hand, edits, on_a_file, on_a_server, programs
from torture.tampering import on_file, on_server, programmed
from torture.year import BESIDE, FOUND, FUND, OTHER, UNSEEN, Year, full_year

from lovefund.actions.check import check
from lovefund.log import checkpoints
from lovefund.store import checking, tables, walls
from server import execute_on

#: No line holds them and no answer shows them: what repeats go by, and the hour of recording.
UNPROVED = ("request becomes", "recorded_at becomes '2026-01-01T07")


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    return full_year(tmp_path_factory.mktemp("tampering") / "year", random.Random(7))


#: What stands in no line is unproved: how often a receipt was printed, and the inbox.
PROVED = sorted(tables.metadata.tables.keys() - {"receipt_print", "bill", "bill_row"})


@pytest.mark.slow
@pytest.mark.parametrize("table", PROVED)
def test_every_column_is_proved(year: Year, tmp_path: Path, table: str) -> None:
    """Whatever is changed, taken out or doubled while the walls are down, ``check`` finds."""
    copy = year.copied(tmp_path / "copy")
    missed, tried = [], 0
    for attack in edits(year, 1):
        if not attack.name.startswith(f"{table} "):
            continue
        shutil.copy(year.place, copy.place)
        if tampering._file_takes(copy.path, attack, walls_down=True):
            tried += 1
            missed += [] if copy.findings() else [attack.name]
    assert tried >= len(tables.metadata.tables[table].columns)
    assert [name for name in missed if not any(u in name for u in UNPROVED)] == []


COLUMNS = (
    "posting: posting_no", "restriction: opened_no", "fund: keys_id", "fund: practice",
    "chart: name", "log_head: closed_through", "sealed: vault", "balance: month",
)  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_is_proved(year: Year, tmp_path: Path, column: str) -> None:
    table, _colon, name = column.partition(": ")
    of_it = [
        on_file(year, attack, tmp_path / "copy")
        for attack in edits(year, 1)
        if attack.name.startswith(f"{table} ") and f": {name} becomes" in attack.name
    ]
    assert {seen for seen, _refused, _wrong in of_it} <= {FOUND, tampering.REFUSED}
    assert FOUND in {seen for seen, _refused, _wrong in of_it}
    assert [wrong for _seen, _refused, wrong in of_it if wrong] == []


@pytest.mark.parametrize("attack", [*by_hand(), *on_a_file()], ids=lambda a: a.name)
def test_an_attack_by_hand_is_refused_or_found(year: Year, tmp_path: Path, attack: Attack) -> None:
    seen, _refused, wrong = on_file(year, attack, tmp_path / "copy")
    assert not wrong
    assert seen != UNSEEN


def test_a_program_that_hides_everything_shows_beside_a_checkpoint(
    year: Year, tmp_path: Path
) -> None:
    for n, name in enumerate([*list(programs(year))[:4], "an older copy put back"]):
        seen, _refused, wrong = programmed(year, name, tmp_path / f"{n}")
        assert (seen in (FOUND, BESIDE), wrong) == (True, []), name
    with patch.object(Year, "checkpoints", lambda _year: []):
        assert programmed(year, "the last 1 entries cut off", tmp_path / "alone")[0] == UNSEEN


def test_without_comparing_tables_a_kept_balance_would_pass(year: Year, tmp_path: Path) -> None:
    (attack,) = [a for a in edits(year, 1) if "debit_fen becomes" in a.name and
                 a.name.startswith("balance")][:1]  # fmt: skip
    assert on_file(year, attack, tmp_path / "one")[0] == FOUND
    with patch.object(checking, "_tables", lambda _books, _replay: iter(())):
        assert on_file(year, attack, tmp_path / "two")[0] == UNSEEN


def test_without_comparing_walls_a_trigger_that_sleeps_would_pass(
    year: Year, tmp_path: Path
) -> None:
    (attack,) = [a for a in on_a_file() if a.name == "a trigger that sleeps"]
    assert on_file(year, attack, tmp_path / "one")[0] == FOUND
    with patch.object(walls, "_compared", lambda _found, _shipped: iter(())):
        assert on_file(year, attack, tmp_path / "two")[0] == UNSEEN


def test_a_checkpoint_of_another_fund_is_no_proof(year: Year) -> None:
    of_this, of_other = year.checkpoints()
    with year.at_work(FUND) as ws:
        assert check(ws, of_this) == []
        assert [f.code for f in check(ws, of_other)] == ["fund-missing"]
    with year.at_work(OTHER) as ws:
        assert check(ws, of_other) == []


def test_a_fingerprint_belongs_to_one_of_the_funds(year: Year) -> None:
    kept = checkpoints.parse_body(Path(year.checkpoints()[1]).read_text("utf-8"))
    digits = checkpoints.fingerprint(checkpoints.body(*kept))
    assert year.findings(digits) == []
    assert [f.code for f in year.findings("0" * 30)] == ["another-history"]


@pytest.fixture(scope="module")
def served(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    name = f"books_{uuid.uuid4().hex}"
    execute_on(postgres_url, f"CREATE DATABASE {name}")
    folder = tmp_path_factory.mktemp("served") / "year"
    yield full_year(folder, random.Random(7), postgres_url.removesuffix("postgres") + name)
    execute_on(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.postgres
@pytest.mark.parametrize("attack", list(on_a_server()), ids=lambda a: a.name)
def test_the_owner_of_a_server_takes_a_wall_down(served: Year, attack: Attack) -> None:
    seen, _refused, wrong = on_server(served, attack, f"copy_{uuid.uuid4().hex}")
    assert (seen, wrong) == (FOUND, [])


@pytest.mark.postgres
def test_a_server_that_lost_its_version_is_refused(served: Year) -> None:
    attack = Attack("the version taken out", (("DELETE FROM schema_version", ()),))
    assert on_server(served, attack, f"copy_{uuid.uuid4().hex}") == (FOUND, True, [])


@pytest.mark.postgres
def test_without_comparing_walls_a_server_would_pass(served: Year) -> None:
    (attack,) = [a for a in on_a_server() if a.name == "a trigger that sleeps"]
    with patch.object(walls, "_compared", lambda _found, _shipped: iter(())):
        assert on_server(served, attack, f"copy_{uuid.uuid4().hex}")[0] == UNSEEN


@pytest.mark.postgres
@pytest.mark.slow
def test_rows_edited_on_a_server(served: Year, year: Year) -> None:
    for attack in [*edits(year, 1)][::12] + list(by_hand()):
        seen, _refused, wrong = on_server(served, attack, f"copy_{uuid.uuid4().hex}")
        assert seen != UNSEEN, attack.name
        assert not wrong
