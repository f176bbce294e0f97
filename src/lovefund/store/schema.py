"""Reads ``schema.sql``, the one text from which both engines' databases are made."""

from __future__ import annotations

import re
import sqlite3
from functools import cache
from pathlib import Path

#: ``PRAGMA application_id`` of a lovefund file: "LvFd".
APPLICATION_ID = 0x4C764664
#: The version of ``schema.sql``; a change of it is a new number and a step in ``upgrade.py``.
SCHEMA_VERSION = 5


@cache
def schema_text() -> str:
    """The text of ``schema.sql``, from the wheel or from the source tree."""
    inside = Path(__file__).parents[1] / "_schema.sql"
    path = inside if inside.exists() else Path(__file__).parents[3] / "schema.sql"
    return path.read_text(encoding="utf-8")


def sqlite_script(text: str = "") -> str:
    """The statements for SQLite: the text (``schema.sql``) without its block comment."""
    return re.sub(r"/\* @postgresql\n.*?@end \*/", "", text or schema_text(), flags=re.DOTALL)


def postgresql_script(text: str = "") -> str:
    """The statements for PostgreSQL: common DDL and the block marked for it."""
    text = text or schema_text()
    common = re.sub(r"-- @sqlite\n.*?-- @end\n", "", text, flags=re.DOTALL)
    return re.sub(r"/\* @postgresql\n(.*?)@end \*/", r"\1", common, flags=re.DOTALL)


def statements(script: str) -> list[str]:
    """A script cut into statements at semicolons outside of bodies and comments."""
    found: list[str] = []
    current: list[str] = []
    inside = 0
    for raw in script.splitlines():
        line = raw if "$$" in raw else re.sub(r"--.*$", "", raw)
        if not line.strip():
            continue
        current.append(line)
        inside ^= line.count("$$") % 2
        text = "\n".join(current)
        trigger = text.lstrip().upper().startswith("CREATE TRIGGER") and "BEGIN" in text
        complete = line.rstrip().endswith("END;") if trigger else line.rstrip().endswith(";")
        if complete and not inside:
            found.append(text.strip().rstrip(";") if not trigger else text.strip())
            current = []
    return found


@cache
def shipped_objects() -> dict[str, str]:
    """The tables, indexes and triggers that SQLite makes of the file: name -> SQL."""
    connection = sqlite3.connect(":memory:")
    try:
        for statement in statements(sqlite_script()):
            connection.execute(statement)
        return objects(connection)
    finally:
        connection.close()


def objects(connection: sqlite3.Connection) -> dict[str, str]:
    """The tables, indexes and triggers of a database: name -> SQL, white space evened out."""
    rows = connection.execute("SELECT name, sql FROM sqlite_master")
    return {name: one_line(sql) for name, sql in rows}


def one_line(sql: object) -> str:
    """SQL with single spaces; empty for an index that SQLite made for a key."""
    return " ".join(str(sql or "").split())
