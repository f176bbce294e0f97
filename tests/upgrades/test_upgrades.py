"""Older books become today's: whole or not at all, with nothing changed in what they say."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lovefund.actions.backup import backup
from lovefund.actions.check import check
from lovefund.actions.receive import donate
from lovefund.actions.restore import restore
from lovefund.actions.workspace import Workspace
from lovefund.core.donations import Donor
from lovefund.errors import StorageError
from lovefund.store import copies, schema, upgrade
from lovefund.store.engine import Database, Upgraded
from lovefund.store.reading import Books, Head, funds
from server import execute_on, fresh_database
from upgrades.make import write
from upgrades.older import VERSIONS, older_file, older_server, restore_keys
from world import Clock

TODAY = date(2027, 2, 1)


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: Any) -> int:
    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path / "home"))
    found: int = request.param
    restore_keys(found)
    return found


@pytest.fixture
def books(tmp_path: Path, version: int) -> Path:
    path = tmp_path / "fund.db"
    older_file(path, version)
    return path


def heads(database: Database) -> list[Head]:
    with database.reading() as connection:
        return [Books(connection, fund).head() for fund in funds(connection)]


def gift(database: Database) -> None:
    ws = Workspace(database, "shiqiao", clock=Clock(TODAY), date_is_right=True)
    donate(ws, TODAY, 100, "bank", "staff", Donor())


def version_of(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    finally:
        connection.close()
    return found


def objects_of(path: Path) -> dict[str, str]:
    connection = sqlite3.connect(path)
    try:
        return schema.objects(connection)
    finally:
        connection.close()


def copies_beside(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"*{copies.BACKUP_SUFFIX}"))


def test_there_are_books_of_every_earlier_version() -> None:
    assert list(range(1, schema.SCHEMA_VERSION)) == VERSIONS
    assert sorted(upgrade.STEPS) == list(range(2, schema.SCHEMA_VERSION + 1))


def test_the_schema_tells_its_own_version() -> None:
    stated = f"INSERT INTO schema_version (version) VALUES ({schema.SCHEMA_VERSION});"
    assert stated in schema.schema_text()


def test_kept_books_are_made_alike_each_time(tmp_path: Path) -> None:
    write(tmp_path / "one")
    write(tmp_path / "two")
    for name in ("rows.sql", "keys.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_first_that_writes_upgrades_after_a_copy(books: Path, version: int) -> None:
    before = heads(Database(str(books)))
    assert [head.size for head in before] == [2, 61]
    told: list[Upgraded] = []
    database = Database(str(books), told.append)
    gift(database)
    assert version_of(books) == schema.SCHEMA_VERSION
    assert objects_of(books) == schema.shipped_objects()
    assert check(Workspace(database)) == []
    assert [head.size for head in heads(database)] == [2, 62]
    (copy,) = copies_beside(books)
    assert told == [Upgraded(version, schema.SCHEMA_VERSION, copy)]
    assert version_of(copy) == version
    assert copy.stat().st_mode & 0o777 == 0o600
    assert heads(Database(str(copy))) == before
    gift(database)
    assert copies_beside(books) == [copy], "only the first upgrades"


def test_reading_leaves_older_books_as_they_are(books: Path, version: int) -> None:
    before = hashlib.sha256(books.read_bytes()).hexdigest()
    assert check(Workspace(Database(str(books)))) == []
    assert hashlib.sha256(books.read_bytes()).hexdigest() == before
    assert copies_beside(books) == []


def test_a_backup_of_older_books_stays_one_and_comes_back(
    books: Path, version: int, tmp_path: Path
) -> None:
    ws = Workspace(Database(str(books)), clock=Clock(TODAY))
    made = backup(ws)
    assert version_of(made.path) == version
    again = Database(str(tmp_path / "again.db"))
    restore(replace(ws, database=again), made.path)
    assert version_of(tmp_path / "again.db") == version
    gift(again)
    assert version_of(tmp_path / "again.db") == schema.SCHEMA_VERSION
    assert check(Workspace(again)) == []


def test_a_second_copy_never_takes_the_place_of_the_first(
    books: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(upgrade, "_execute", _fail)
        with pytest.raises(StorageError):
            gift(Database(str(books)))
    first = copies_beside(books)
    gift(Database(str(books)))
    assert len(first) == 1
    assert len(copies_beside(books)) == 2


def _fail(connection: sqlite3.Connection, statement: str) -> None:
    raise sqlite3.OperationalError("disk I/O error")


def interrupted(books: Path, at: int, how: Callable[[], object]) -> bool:
    """Upgrade, and fail in ``how`` before statement number ``at``; False past the end."""
    done = 0
    execute = upgrade._execute

    def counted(connection: sqlite3.Connection, statement: str) -> None:
        nonlocal done
        if done == at:
            how()
        done += 1
        execute(connection, statement)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(upgrade, "_execute", counted)
        try:
            Database(str(books)).upgrade()
        except (StorageError, KeyboardInterrupt):
            return True
    return False


def old_or_new(books: Path, version: int) -> str:
    """Which of the two the books are; every table and trigger of it is there, and no other."""
    found, objects = version_of(books), objects_of(books)
    reference = books.with_name("reference.db")
    if not reference.exists():
        older_file(reference, version)
    if (found, objects) == (version, objects_of(reference)):
        return "old"
    assert (found, objects) == (schema.SCHEMA_VERSION, schema.shipped_objects())
    return "new"


def _raise_interrupt() -> None:
    raise KeyboardInterrupt


def _raise_full() -> None:
    raise sqlite3.OperationalError("database or disk is full")


@pytest.mark.parametrize("how", [_raise_interrupt, _raise_full])
def test_an_error_at_any_statement_leaves_old_or_new(
    books: Path, version: int, how: Callable[[], object]
) -> None:
    at = 0
    while interrupted(books, at, how):
        assert old_or_new(books, version) == "old"
        assert check(Workspace(Database(str(books)))) == []
        at += 1
    assert at >= 7
    assert old_or_new(books, version) == "new"
    assert check(Workspace(Database(str(books)))) == []


def killed(books: Path, at: int) -> int:
    """The same in a process of its own that kills itself; its return code."""
    program = (
        "import os, signal, sys; from pathlib import Path;"
        "from upgrades.test_upgrades import interrupted;"
        "interrupted(Path(sys.argv[1]), int(sys.argv[2]),"
        " lambda: os.kill(os.getpid(), signal.SIGKILL))"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run([sys.executable, "-c", program, str(books), str(at)], env=env).returncode


def test_a_kill_at_any_statement_leaves_old_or_new(books: Path, version: int) -> None:
    at = 0
    while (code := killed(books, at)) == -9:
        assert old_or_new(books, version) == "old"
        assert check(Workspace(Database(str(books)))) == []
        at += 1
    assert code == 0
    assert at >= 7
    assert old_or_new(books, version) == "new"
    gift(Database(str(books)))
    assert check(Workspace(Database(str(books)))) == []


def test_without_the_transaction_it_would_be_between(
    books: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The teeth of the two tests above: an upgrade without BEGIN is found between."""
    execute = upgrade._execute

    def bare(connection: sqlite3.Connection, statement: str) -> None:
        if not statement.startswith(("BEGIN", "COMMIT")):
            execute(connection, statement)

    monkeypatch.setattr(upgrade, "_execute", bare)
    assert interrupted(books, 2, _raise_full)
    with pytest.raises(AssertionError):
        old_or_new(books, version)


def test_tables_changed_by_hand_are_not_upgraded(books: Path, version: int) -> None:
    connection = sqlite3.connect(books)
    connection.execute("DROP TRIGGER entry_no_update")
    connection.commit()
    connection.close()
    with pytest.raises(StorageError, match="entry_no_update"):
        gift(Database(str(books)))
    assert version_of(books) == version


def test_newer_books_are_left_alone(books: Path) -> None:
    connection = sqlite3.connect(books)
    connection.execute(f"PRAGMA user_version={schema.SCHEMA_VERSION + 1}")
    connection.close()
    for use in (gift, heads):
        with pytest.raises(StorageError, match="newer lovefund"):
            use(Database(str(books)))


def test_a_number_that_is_not_the_tables_is_found(books: Path) -> None:
    gift(Database(str(books)))
    connection = sqlite3.connect(books)
    connection.execute("INSERT INTO schema_version VALUES (9)")
    connection.commit()
    connection.close()
    found = check(Workspace(Database(str(books))))
    assert [finding.where for finding in found] == ["schema_version"]


@pytest.mark.postgres
class TestOnAServer:
    """There nothing is upgraded unasked, and again it is all or nothing."""

    @pytest.fixture
    def empty(self, postgres_url: str) -> Iterator[str]:
        with fresh_database(postgres_url) as url:
            yield url

    @pytest.fixture
    def server(self, empty: str, version: int) -> str:
        older_server(empty, version)
        return empty

    def test_it_says_what_to_do_and_does_it_when_told(self, server: str, version: int) -> None:
        for use in (gift, heads):
            with pytest.raises(StorageError, match="older lovefund") as refused:
                use(Database(server))
            assert "lovefund upgrade" in refused.value.remedy()
        done = Database(server).upgrade()
        assert done == Upgraded(version, schema.SCHEMA_VERSION, None)
        assert Database(server).upgrade() is None
        gift(Database(server))
        assert check(Workspace(Database(server))) == []
        assert [head.size for head in heads(Database(server))] == [2, 62]

    def test_an_error_in_a_step_leaves_the_old(
        self, server: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        last = schema.SCHEMA_VERSION
        with monkeypatch.context() as broken:
            broken.setitem(upgrade.STEPS, last, upgrade.STEPS[last] + "SELECT 1 / 0;\n")
            with pytest.raises(StorageError, match="division by zero"):
                Database(server).upgrade()
        with pytest.raises(StorageError, match="older lovefund"):
            heads(Database(server))
        assert Database(server).upgrade() is not None

    def test_newer_books_are_left_alone(self, server: str) -> None:
        Database(server).upgrade()
        execute_on(server, "INSERT INTO schema_version VALUES (99)")
        with pytest.raises(StorageError, match="newer lovefund"):
            gift(Database(server))

    def test_a_server_without_books_says_so(self, empty: str) -> None:
        with pytest.raises(StorageError, match="no books here yet"):
            heads(Database(empty))
