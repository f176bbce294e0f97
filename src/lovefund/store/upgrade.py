"""Brings an older database to the tables of this version, one numbered step after another.

A step is a text in the form of ``schema.sql``: common DDL, and what differs between the
marks of the engines. It runs in one transaction together with the number that it leads to,
so a database is of one version or of the next, never between. A step that is out in the
world is never edited; ``tests/upgrades`` keeps books of every version to try them on.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy import Connection

from lovefund.errors import StorageError
from lovefund.language import _
from lovefund.store import schema

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
}


def upgrade_file(connection: sqlite3.Connection, version: int, place: str) -> None:
    """Bring a SQLite database of that version to ours; StorageError leaves it as it was."""
    for number in range(version + 1, schema.SCHEMA_VERSION + 1):
        _execute(connection, "BEGIN IMMEDIATE")
        try:
            for statement in schema.statements(schema.sqlite_script(STEPS[number])):
                _execute(connection, statement)
            _execute(connection, _reached(number))
            _execute(connection, f"PRAGMA user_version={number}")
            _require_sound(connection, number, place)
            _execute(connection, "COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def upgrade_server(connection: Connection, number: int) -> None:
    """Take a PostgreSQL database to version ``number`` inside the transaction it is given."""
    for statement in [*schema.statements(schema.postgresql_script(STEPS[number])), _reached(number)]:
        connection.exec_driver_sql(statement.replace("%", "%%"))


def _reached(number: int) -> str:
    return f"INSERT INTO schema_version (version) VALUES ({number})"


def _execute(connection: sqlite3.Connection, statement: str) -> None:
    connection.execute(statement)


def _require_sound(connection: sqlite3.Connection, number: int, place: str) -> None:
    """Nothing may hang loose after a step, and the last one leads to our very tables."""
    changed = {row[0] for row in connection.execute("PRAGMA foreign_key_check")}
    if number == schema.SCHEMA_VERSION:
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
