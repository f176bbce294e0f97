"""The walls of the database, its tables, keys, checks and triggers, beside those lovefund made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, func, select, text

from lovefund.core.findings import Finding
from lovefund.language import _
from lovefund.store import schema
from lovefund.store import tables as t

_SERVER_WALLS = """
SELECT 'column ' || c.relname || ' ' || a.attname,
    format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = :space AND c.relname = ANY (:tables) AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT 'constraint ' || c.relname || ' ' || n.conname, pg_get_constraintdef(n.oid)
FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid
WHERE c.relnamespace = :space AND c.relname = ANY (:tables) AND n.contype <> 'n'
UNION ALL SELECT 'trigger ' || c.relname || ' ' || g.tgname,
    pg_get_triggerdef(g.oid) || CASE g.tgenabled WHEN 'O' THEN '' ELSE ' disabled' END
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
WHERE c.relnamespace = :space AND c.relname = ANY (:tables) AND NOT g.tgisinternal
UNION ALL SELECT 'keys of ' || c.relname, g.tgenabled::text
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
WHERE c.relnamespace = :space AND c.relname = ANY (:tables) AND g.tgisinternal
    AND g.tgenabled <> 'O'
UNION ALL SELECT 'index ' || i.relname, pg_get_indexdef(i.oid)
FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE c.relnamespace = :space AND c.relname = ANY (:tables)
UNION ALL SELECT 'rule ' || c.relname || ' ' || r.rulename, pg_get_ruledef(r.oid)
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
WHERE c.relnamespace = :space AND c.relname = ANY (:tables)
UNION ALL SELECT 'function ' || p.proname, p.prosrc || coalesce(p.proconfig::text, '')
FROM pg_proc p WHERE p.pronamespace = :space AND p.proname LIKE 'lovefund%'
"""


def check_storage(connection: Connection) -> Iterator[Finding]:
    """The database itself: its pages, its foreign keys, its tables, checks and triggers.

    On a server the transaction must be one that may write and is rolled back: our script is
    run beside the books, so that the server itself says what it makes of it.
    """
    if connection.dialect.name == "sqlite":
        yield from _pages(connection)
        yield from _compared(_sqlite_walls(connection), schema.shipped_objects())
    else:
        yield from _compared(*_server_walls(connection))


def _pages(connection: Connection) -> Iterator[Finding]:
    mend = _("stop writing to these books; use the latest backup")
    for row in connection.execute(text("PRAGMA integrity_check")):
        if row[0] != "ok":
            yield Finding("damaged", "database", " ".join(str(row[0]).split()), mend)
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        yield Finding(
            "loose-row", str(row[0]), _("row {row} belongs to nothing").format(row=row[1]), mend
        )

    version = connection.execute(text("PRAGMA user_version")).scalar_one()
    v = t.schema_version.c.version
    first, kept = connection.execute(select(func.min(v), func.max(v))).one()
    if version != kept or first < 1:
        yield Finding(
            "schema-changed",
            "schema_version",
            _("the file says version {version}, its table {kept}").format(
                version=version, kept=kept
            ),
            _("somebody changed the database by hand; compare with a backup"),
        )


def _sqlite_walls(connection: Connection) -> dict[str, str]:
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master"))
    return {str(name): schema.one_line(sql) for name, sql in rows}


def _server_walls(connection: Connection) -> tuple[dict[str, str], dict[str, str]]:
    where = text("SELECT relnamespace FROM pg_class WHERE oid = 'entry'::regclass")
    found = _standing(connection, connection.execute(where).scalar_one())
    connection.execute(text("CREATE SCHEMA lovefund_shipped"))
    connection.execute(text("SET LOCAL search_path = lovefund_shipped"))
    for statement in schema.statements(schema.postgresql_script()):
        connection.exec_driver_sql(statement.replace("%", "%%"))
    here = text("SELECT oid FROM pg_namespace WHERE nspname = 'lovefund_shipped'")
    return found, _standing(connection, connection.execute(here).scalar_one())


def _standing(connection: Connection, space: int) -> dict[str, str]:
    """The walls around our tables in one schema of a server, without the schema's name."""
    name = connection.execute(
        text("SELECT nspname FROM pg_namespace WHERE oid = :space"), {"space": space}
    ).scalar_one()
    ours = {"space": space, "tables": list(t.metadata.tables)}
    rows = connection.execute(text(_SERVER_WALLS), ours)
    return {str(wall): re.sub(rf"\b{re.escape(name)}\.", "", body) for wall, body in rows}


def _compared(found: Mapping[str, str], shipped: Mapping[str, str]) -> Iterator[Finding]:
    mend = _("somebody changed the database by hand; compare with a backup")
    for name, body in shipped.items():
        if found.get(name) != body:
            what = _("the table, index or trigger is not the one lovefund made")
            yield Finding("schema-changed", name, what, mend)
    for name in found.keys() - shipped.keys():
        what = _("lovefund made no such table, index or trigger")
        yield Finding("schema-changed", name, what, mend)
