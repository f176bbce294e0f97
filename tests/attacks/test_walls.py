"""Raw SQL against the books: what the database refuses, and what ``check`` finds.

The program's own gate is passed by: these tests speak SQL as someone does who has the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from lovefund.actions import receive, spend
from lovefund.actions.check import check
from lovefund.actions.close import close_period
from lovefund.actions.evidence import evidence_folder, evidence_path, keep_evidence
from lovefund.actions.publish import publish
from lovefund.actions.workspace import Workspace
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.core.grants import Recipient
from lovefund.core.names import PublicName
from lovefund.core.papers import Papers
from world import at, new_books, new_fund


@pytest.fixture
def books(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Two gifts, a grant, a closed January, a published February; the clock in March."""
    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path / "home"))
    ws = new_fund(new_books(database_url), on=date(2026, 1, 1))
    other = new_fund(ws.database, "other", on=date(2026, 1, 1))
    receive.donate(other, date(2026, 1, 1), 1, "cash", "staff", Donor())
    ws = at(ws, date(2026, 3, 1))
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"a photo")
    papers = Papers(evidence=keep_evidence(ws, (photo,)))
    donor = Donor("张三丰", PublicName.MASKED)
    receive.donate(ws, date(2026, 1, 2), 50_000, "bank", "staff", donor, papers=papers)
    receive.donate(ws, date(2026, 1, 3), 70_000, "bank", "alumni", donor)
    spend.pay_grants(ws, date(2026, 1, 4), (Recipient("L1", "李", 40_000),), "bank")
    close_period(ws, date(2026, 1, 31))
    publish(ws, parse_period("2026-02"), tmp_path / "out", languages=())
    return ws


@pytest.fixture
def sql(books: Workspace) -> Iterator[Connection]:
    """A connection of somebody who has the file, or the password of the server."""
    place = books.database.place
    with create_engine(place, poolclass=NullPool).connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        yield connection
        connection.rollback()


POSTING = "INSERT INTO posting VALUES ('shiqiao', 6, 1, '{}', '{}', '{}', {})"
REFUSED = {
    "change an entry": "UPDATE entry SET total_fen = 1 WHERE fund = 'shiqiao' AND no = 1",
    "delete an entry": "DELETE FROM entry WHERE no = 5",
    "change a posting": "UPDATE posting SET amount_fen = 1",
    "delete a posting": "DELETE FROM posting WHERE entry_no = 3",
    "add a posting to an entry": "INSERT INTO posting VALUES "
    "('shiqiao', 1, 2, '1001', '410111', 'general', 1)",
    "change a sealed text": "UPDATE sealed SET content = ''",
    "delete a sealed text": "DELETE FROM sealed",
    "change a statement": "UPDATE statement SET content = ''",
    "delete a receipt": "DELETE FROM receipt",
    "use a receipt number twice": "INSERT INTO receipt VALUES ('shiqiao', 2026, 2, 3)",
    "leave a receipt number out": "INSERT INTO receipt VALUES ('shiqiao', 2026, 9, 3)",
    "take the head back": "UPDATE log_head SET size = 1 WHERE fund = 'shiqiao'",
    "open a closed day": "UPDATE log_head SET closed_through = '0001-01-01' WHERE fund = 'shiqiao'",
    "overdraw an account": "UPDATE account SET credit_fen = debit_fen + 1 "
    "WHERE fund = 'shiqiao' AND code = '1002'",
    "overdraw a restriction": "UPDATE restriction SET money_fen = -1 "
    "WHERE fund = 'shiqiao' AND code = 'general'",
    "unguard an account": "UPDATE account SET guarded = 0 WHERE code = '1002'",
    "loosen a restriction": "UPDATE restriction SET programmes = '' WHERE code = 'named'",
    "turn the version back": "UPDATE schema_version SET version = 1",
    "forget the version": "DELETE FROM schema_version",
    "swap the chart": "UPDATE chart SET content = '{}'",
    "nothing moves": POSTING.format("1002", "410111", "general", 0),
    "too much moves": POSTING.format("1002", "410111", "general", 10**11 + 1),
    "half a fen": POSTING.format("1002", "410111", "general", "'0.5x'"),
    "an account to itself": POSTING.format("1002", "1002", "general", 1),
    "an unknown account": POSTING.format("9999", "410111", "general", 1),
    "an unknown restriction": POSTING.format("1002", "410111", "nothing", 1),
    "a posting without its entry": POSTING.format("1002", "410111", "general", 1),
}


@pytest.mark.parametrize("attack", REFUSED)
def test_the_database_refuses(sql: Connection, attack: str) -> None:
    def attempt() -> None:
        sql.exec_driver_sql(REFUSED[attack])
        sql.commit()

    with pytest.raises(DBAPIError):
        attempt()


def test_an_entry_in_line_is_taken(sql: Connection) -> None:
    """The control: what the next test changes is all that is wrong with its entries."""
    assert sql.exec_driver_sql(_entry()).rowcount == 1


def _entry(**changes: object) -> str:
    row: dict[str, object] = {
        "fund": "shiqiao", "no": 6, "recorded_on": "2026-03-01", "effective_on": "2026-03-01",
        "recorded_at": "2026-03-01T09:00:00+08:00", "officer": "O1", "kind": "evidence-added",
        "of_no": None, "voucher_year": None, "voucher_no": None, "postings": 0, "total_fen": 0,
        "request": "raw", "line": "{}", "leaf": "0" * 64,
    } | changes  # fmt: skip
    names = ", ".join(row)
    values = ", ".join("NULL" if v is None else repr(v) for v in row.values())
    return f"INSERT INTO entry ({names}) VALUES ({values})"


@pytest.mark.parametrize(
    "changes",
    [
        {"no": 7},
        {"no": 5},
        {"voucher_year": 2026, "voucher_no": 9, "postings": 1},
        {"recorded_on": "2026-02-27"},
        {"effective_on": "2026-02-28"},
        {"voucher_year": 2026, "voucher_no": 4, "postings": 1, "total_fen": 5},
    ],
    ids=["a gap", "twice", "a voucher gap", "a day that fell", "a closed day", "no such posting"],
)
def test_an_entry_out_of_line_is_refused(sql: Connection, changes: dict[str, object]) -> None:
    with pytest.raises(DBAPIError) as refused:
        sql.exec_driver_sql(_entry(**changes))
    assert "lovefund: " in str(refused.value)


def _without_walls(sql: Connection) -> None:
    """What somebody does who knows SQL: the triggers away."""
    if sql.dialect.name == "sqlite":
        rows = sql.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        for name, _text in rows.all():
            sql.exec_driver_sql(f"DROP TRIGGER {name}")
    else:
        for table in ("entry", "posting", "sealed", "statement", "receipt", "log_head", "account",
                      "restriction", "chart", "fund"):  # fmt: skip
            sql.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def _put_walls_back(sql: Connection, triggers: list[str]) -> None:
    if sql.dialect.name == "sqlite":
        for statement in triggers:
            sql.exec_driver_sql(statement)
    else:
        for table in ("entry", "posting", "sealed", "statement", "receipt", "log_head", "account",
                      "restriction", "chart", "fund"):  # fmt: skip
            sql.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")


CHANGED = {
    "an amount in a line": "UPDATE entry SET line = replace(line, '50000', '50001') WHERE no = 1",
    "a line that is none": "UPDATE entry SET line = '{}' WHERE no = 1 AND fund = 'shiqiao'",
    "a leaf": "UPDATE entry SET leaf = substr(leaf, 2) || substr(leaf, 1, 1) "
    "WHERE no = 1 AND fund = 'shiqiao'",
    "a posting": "UPDATE posting SET amount_fen = 50001 WHERE entry_no = 1 AND fund = 'shiqiao'",
    "an account of a posting": "UPDATE posting SET debit = '1001' "
    "WHERE entry_no = 1 AND fund = 'shiqiao'",
    "a deleted posting": "DELETE FROM posting WHERE entry_no = 2 AND fund = 'shiqiao'",
    "a kept balance": "UPDATE balance SET debit_fen = debit_fen + 1 WHERE account = '1002'",
    "an account total": "UPDATE account SET debit_fen = debit_fen + 1 WHERE code = '1002'",
    "a restriction total": "UPDATE restriction SET money_fen = money_fen + 1 "
    "WHERE code = 'general' AND fund = 'shiqiao'",
    "a day in a column": "UPDATE entry SET effective_on = '2026-02-02' "
    "WHERE no = 1 AND fund = 'shiqiao'",
    "a kind in a column": "UPDATE entry SET kind = 'interest' WHERE no = 1 AND fund = 'shiqiao'",
    "a voucher number": "UPDATE entry SET voucher_no = 99 WHERE no = 3 AND fund = 'shiqiao'",
    "a receipt": "DELETE FROM receipt WHERE number = 2 AND fund = 'shiqiao'",
    "a statement": "UPDATE statement SET content = replace(content, '80000', '90000')",
    "the head": "UPDATE log_head SET size = 99 WHERE fund = 'shiqiao'",
    "a root": "UPDATE log_head SET frontier = replace(replace(frontier, 'a', 'b'), '1', '2') "
    "WHERE fund = 'shiqiao'",
    "a sealed text taken away": "DELETE FROM sealed WHERE entry_no = 1 AND fund = 'shiqiao'",
    "sealed texts exchanged": "UPDATE sealed SET content = (SELECT content FROM sealed s WHERE "
    "s.fund = 'shiqiao' AND s.entry_no = 2 AND s.vault = 'donors') "
    "WHERE fund = 'shiqiao' AND entry_no = 1 AND vault = 'donors'",
}


@pytest.mark.parametrize("attack", CHANGED)
def test_check_finds_what_got_past_the_walls(
    books: Workspace, sql: Connection, attack: str
) -> None:
    assert check(books) == [], "untouched books have no findings"
    triggers = (
        [r[0] for r in sql.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
        if sql.dialect.name == "sqlite"
        else []
    )
    _without_walls(sql)
    assert sql.exec_driver_sql(CHANGED[attack]).rowcount > 0
    _put_walls_back(sql, triggers)
    sql.commit()
    findings = check(books)
    assert findings, attack
    for finding in findings:
        assert finding.what
        assert finding.mend


def test_check_finds_that_the_walls_are_gone(books: Workspace, sql: Connection) -> None:
    if sql.dialect.name != "sqlite":
        pytest.skip("a server's schema is its administrator's")
    sql.exec_driver_sql("DROP TRIGGER entry_no_update")
    sql.commit()
    assert "schema-changed" in [f.code for f in check(books)]


def test_a_cut_off_tail_shows_only_beside_a_checkpoint(books: Workspace, tmp_path: Path) -> None:
    if books.database.path is None:
        pytest.skip("a copy of a file is put back here")
    path = books.database.path
    before = path.read_bytes()
    receive.donate(books, date(2026, 3, 1), 5, "bank", "staff", Donor())
    done = publish(at(books, date(2026, 4, 1)), parse_period("2026-03"), tmp_path / "new", ())
    checkpoint = next(p for p in done.files if p.name == "checkpoint.txt")
    assert check(books, str(checkpoint)) == []
    assert check(books, done.statement.fingerprint) == []
    for name in (path.name + "-wal", path.name + "-shm"):
        path.with_name(name).unlink(missing_ok=True)
    path.write_bytes(before)
    assert check(books) == []
    assert [f.code for f in check(books, str(checkpoint))] == ["tail-missing"]
    assert [f.code for f in check(books, done.statement.fingerprint)] == ["another-history"]


def test_a_changed_paper_is_found(books: Workspace) -> None:
    path = evidence_path(evidence_folder(books), hashlib.sha256(b"a photo").hexdigest())
    assert check(books) == []
    path.write_bytes(b"another photo")
    assert [f.code for f in check(books)] == ["evidence"]
    path.unlink()
    assert [f.code for f in check(books)] == ["evidence"]
