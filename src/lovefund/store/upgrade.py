"""Brings an older database to the tables of this version, one numbered step after another.

A step is a text in the form of ``schema.sql``: common DDL, and what differs between the
marks of the engines. On a server it runs in one transaction together with the number that it
leads to; a file takes all its steps in one. So a database is of one version, never between.
A step that is out in the world is never edited; ``tests/upgrades`` keeps books of every
version to try them on.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, text

from lovefund.errors import Damaged, StorageError
from lovefund.language import _
from lovefund.store import copies, schema
from lovefund.system import sync_folder

#: version -> the step that leads to it from the version before.
STEPS: dict[int, str] = {
    2: """
CREATE TABLE schema_version (
    version BIGINT NOT NULL PRIMARY KEY CHECK (version >= 1 AND version = CAST(version AS BIGINT))
);
INSERT INTO schema_version (version) VALUES (1);
-- @sqlite
CREATE TRIGGER schema_version_no_update BEFORE UPDATE ON schema_version
BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER schema_version_no_delete BEFORE DELETE ON schema_version
BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
-- @end
/* @postgresql
CREATE TRIGGER schema_version_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON schema_version
    EXECUTE FUNCTION lovefund_refuse();
@end */
""",
    3: """
CREATE TABLE receipt_print (
    fund TEXT NOT NULL,
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    copy BIGINT NOT NULL CHECK (copy >= 0 AND copy = CAST(copy AS BIGINT)),
    printed_at TEXT NOT NULL,
    officer TEXT NOT NULL,
    PRIMARY KEY (fund, year, number, copy),
    FOREIGN KEY (fund, year, number) REFERENCES receipt (fund, year, number)
);
-- @sqlite
CREATE TRIGGER receipt_print_no_update BEFORE UPDATE ON receipt_print
BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER receipt_print_no_delete BEFORE DELETE ON receipt_print
BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
-- @end
/* @postgresql
CREATE TRIGGER receipt_print_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON receipt_print
    EXECUTE FUNCTION lovefund_refuse();
@end */
""",
    4: """
CREATE TABLE rulebook (
    fund TEXT NOT NULL,
    entry_no BIGINT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (fund, entry_no),
    FOREIGN KEY (fund, entry_no) REFERENCES entry (fund, no)
);
-- @sqlite
CREATE TRIGGER rulebook_no_update BEFORE UPDATE ON rulebook
BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER rulebook_no_delete BEFORE DELETE ON rulebook
BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
-- @end
/* @postgresql
CREATE TRIGGER rulebook_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON rulebook
    EXECUTE FUNCTION lovefund_refuse();
@end */
""",
    5: """
CREATE TABLE bill (
    fund TEXT NOT NULL REFERENCES fund (fund),
    no BIGINT NOT NULL CHECK (no >= 1 AND no = CAST(no AS BIGINT)),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    form TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('bank', 'wechat', 'alipay')),
    place TEXT NOT NULL CHECK (place IN ('bank', 'wechat', 'alipay')),
    account TEXT NOT NULL,
    first_on TEXT NOT NULL CHECK (length(first_on) = 10),
    last_on TEXT NOT NULL CHECK (length(last_on) = 10),
    opening_fen BIGINT CHECK (opening_fen = CAST(opening_fen AS BIGINT)),
    closing_fen BIGINT CHECK (closing_fen = CAST(closing_fen AS BIGINT)),
    personal BIGINT NOT NULL CHECK (personal IN (0, 1)),
    imported_at TEXT NOT NULL,
    officer TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (fund, no),
    CONSTRAINT bill_once UNIQUE (fund, sha256),
    CHECK (first_on <= last_on)
);
CREATE TABLE bill_row (
    fund TEXT NOT NULL,
    bill_no BIGINT NOT NULL,
    row_no BIGINT NOT NULL CHECK (row_no >= 1 AND row_no = CAST(row_no AS BIGINT)),
    identity TEXT NOT NULL,
    party TEXT NOT NULL,
    effective_on TEXT NOT NULL CHECK (length(effective_on) = 10),
    happening TEXT NOT NULL,
    amount_fen BIGINT NOT NULL CHECK (amount_fen = CAST(amount_fen AS BIGINT)),
    aside BIGINT NOT NULL CHECK (aside IN (0, 1)),
    same_no BIGINT,
    decided TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (fund, bill_no, row_no),
    CONSTRAINT bill_row_identity UNIQUE (fund, identity),
    FOREIGN KEY (fund, bill_no) REFERENCES bill (fund, no),
    CONSTRAINT bill_row_same FOREIGN KEY (fund, same_no) REFERENCES entry (fund, no),
    CHECK (amount_fen <> 0 AND abs(amount_fen) <= 100000000000)
);
CREATE INDEX bill_row_by_day ON bill_row (fund, effective_on);
CREATE INDEX bill_row_by_party ON bill_row (fund, party);
""",
}


def upgrade_file(connection: sqlite3.Connection, version: int, place: str) -> None:
    """Bring a SQLite database of that version to ours; StorageError leaves it as it was."""
    _execute(connection, "BEGIN IMMEDIATE")
    try:
        for number in range(version + 1, schema.SCHEMA_VERSION + 1):
            for statement in schema.statements(schema.sqlite_script(STEPS[number])):
                _execute(connection, statement)
            _execute(connection, _reached(number))
        _execute(connection, f"PRAGMA user_version={schema.SCHEMA_VERSION}")
        _require_sound(connection, place)
        _execute(connection, "COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def in_memory(older: sqlite3.Connection, version: int, place: str) -> sqlite3.Connection:
    """An upgraded copy in memory, for reading older books that stay as they are."""
    memory = sqlite3.connect(":memory:", isolation_level=None)
    try:
        older.backup(memory)
        upgrade_file(memory, version, place)
    except BaseException:
        memory.close()
        raise
    older.close()
    return memory


def copy_before(connection: sqlite3.Connection, version: int, path: Path) -> Path:
    """A copy of older books beside them, whole before its name is there."""
    number = 1
    while (copy := _name_before(path, version, number)).exists():
        number += 1
    unfinished = copy.with_name(f".{copy.name}.writing")
    copies.blank(unfinished)
    copies.copy_snapshot(connection, unfinished)
    unfinished.rename(copy)
    sync_folder(copy.parent)
    return copy


def _name_before(path: Path, version: int, number: int) -> Path:
    again = "" if number == 1 else f"-{number}"
    return path.with_name(f"{path.stem}-before-upgrade-{version}{again}{copies.BACKUP_SUFFIX}")


def server_version(connection: Connection, place: str) -> int:
    """The version of a server's tables; StorageError where there are none, or newer ones."""
    fund, versions = connection.execute(
        text("SELECT to_regclass('fund'), to_regclass('schema_version')")
    ).one()
    if fund is None:
        raise StorageError(
            place,
            _("there are no books here yet"),
            _("open a fund with `lovefund open --new-books`"),
        )
    if versions is None:
        return 1
    version = connection.execute(text("SELECT max(version) FROM schema_version")).scalar_one()
    if version is None:
        raise Damaged(
            place,
            _("the table of versions is empty"),
            _("somebody changed the database by hand; compare with a backup"),
        )
    if version > schema.SCHEMA_VERSION:
        raise newer(place, version)
    return int(version)


def require_current(connection: Connection, place: str) -> None:
    """StorageError where a server's tables are not those of this version."""
    version = server_version(connection, place)
    if version < schema.SCHEMA_VERSION:
        raise StorageError(
            place,
            _(
                "these books were written by an older lovefund (schema {theirs}, this is {ours})"
            ).format(theirs=version, ours=schema.SCHEMA_VERSION),
            _("make a copy with pg_dump, then run `lovefund upgrade`"),
        )


def newer(place: str, version: int) -> StorageError:
    """The books are of a version that this program does not know."""
    return StorageError(
        place,
        _("these books were written by a newer lovefund (schema {theirs}, this is {ours})").format(
            theirs=version, ours=schema.SCHEMA_VERSION
        ),
        _("install the newer lovefund on this machine"),
    )


def upgrade_server(connection: Connection, number: int) -> None:
    """Take a PostgreSQL database to version ``number`` inside the transaction it is given."""
    for statement in [
        *schema.statements(schema.postgresql_script(STEPS[number])),
        _reached(number),
    ]:
        connection.exec_driver_sql(statement.replace("%", "%%"))


def _reached(number: int) -> str:
    return f"INSERT INTO schema_version (version) VALUES ({number})"


def _execute(connection: sqlite3.Connection, statement: str) -> None:
    connection.execute(statement)


def _require_sound(connection: sqlite3.Connection, place: str) -> None:
    """Nothing may hang loose after the steps, and they lead to our very tables."""
    changed = {row[0] for row in connection.execute("PRAGMA foreign_key_check")}
    kept, ours = schema.objects(connection), schema.shipped_objects()
    changed |= {name for name in kept.keys() | ours.keys() if kept.get(name) != ours.get(name)}
    if changed:
        raise StorageError(
            place,
            _("these tables or triggers are not those that lovefund made: {names}").format(
                names=", ".join(sorted(changed))
            ),
            _("somebody changed the database by hand; compare with a backup"),
        )
