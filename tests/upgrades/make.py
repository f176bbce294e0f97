"""Writes the books of a fictional school as this version of the schema holds them.

``PYTHONPATH=src:tests python tests/upgrades/make.py`` writes ``tests/upgrades/<version>/``:
the schema's text, the rows of every table and the funds' keys. Run it before the schema
gets its next number; from then on the folder stays as it is, and ``test_upgrades.py``
brings it to every later version. The same program writes the same bytes.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import sqlite3
import sys
import tempfile
from datetime import date
from pathlib import Path
from unittest import mock

from histories import random_history
from lovefund.actions import close, receive, spend
from lovefund.actions.publish import publish
from lovefund.actions.workspace import Workspace
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.core.grants import Recipient
from lovefund.store import schema, tables
from world import at, new_fund

SEED = 7


def write(folder: Path) -> None:
    """Write ``schema.sql``, ``rows.sql`` and ``keys.json`` to ``folder``."""
    chance = random.Random(SEED)
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        mock.patch.dict(os.environ, {"LOVEFUND_HOME": scratch}),
        mock.patch.object(os, "urandom", chance.randbytes),
        mock.patch.object(secrets, "token_hex", lambda size: chance.randbytes(size).hex()),
    ):
        ws = school(Path(scratch))
        assert ws.database.path is not None
        keys = sorted((Path(scratch) / "keys").glob("*.json"))
        content = {path.stem: json.loads(path.read_text("utf-8")) for path in keys}
        (folder / "keys.json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")
        (folder / "rows.sql").write_text(rows_of(ws.database.path), "utf-8")
    (folder / "schema.sql").write_text(schema.schema_text(), "utf-8")


def school(folder: Path) -> Workspace:
    """Two funds; one with a year that is closed and published, and a grant still promised."""
    ws = random_history(str(folder / "books.db"), SEED, steps=60)
    other = new_fund(ws.database, "other", on=date(2026, 1, 1))
    receive.donate(other, date(2026, 1, 1), 100, "cash", "staff", Donor())
    close.close_year(ws, 2026)
    publish(ws, parse_period("2026"), folder / "published", languages=())
    later = at(ws, date(2027, 1, 6))
    receive.donate(later, date(2027, 1, 6), 80_000, "bank", "alumni", Donor())
    spend.promise_grants(later, date(2027, 1, 6), (Recipient("L9", "监护人", 30_000),))
    return later


def rows_of(books: Path) -> str:
    """Every row as an INSERT that both engines take, a table before those that lean on it."""
    lines = []
    connection = sqlite3.connect(books)
    try:
        for table in tables.metadata.sorted_tables:
            names = ", ".join(column.name for column in table.columns)
            order = ", ".join(column.name for column in table.primary_key)
            for row in connection.execute(f"SELECT {names} FROM {table.name} ORDER BY {order}"):
                values = ", ".join(literal(value) for value in row)
                lines.append(f"INSERT INTO {table.name} ({names}) VALUES ({values});\n")
    finally:
        connection.close()
    return "".join(lines)


def literal(value: object) -> str:
    """A value as SQL writes it."""
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


if __name__ == "__main__":
    target = Path(__file__).parent / str(schema.SCHEMA_VERSION)
    write(target)
    sys.stdout.write(f"{target}\n")
