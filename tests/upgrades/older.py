"""Books of an older version, made from what ``make.py`` kept of it."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

from lovefund.store import schema
from lovefund.system import write_private
from server import execute_on

FOLDER = Path(__file__).parent
VERSIONS = sorted(int(path.name) for path in FOLDER.iterdir() if path.name.isdigit())


def kept(version: int, name: str) -> str:
    return (FOLDER / str(version) / name).read_text(encoding="utf-8")


def restore_keys(version: int) -> None:
    """The key files of these funds, where this test keeps keys."""
    folder = Path(os.environ["LOVEFUND_HOME"]) / "keys"
    folder.mkdir(parents=True, exist_ok=True)
    for keys_id, content in json.loads(kept(version, "keys.json")).items():
        write_private(folder / f"{keys_id}.json", json.dumps(content).encode())


def older_file(path: Path, version: int) -> None:
    """A SQLite file as that version left it: rows before triggers, as a copy would have them."""
    statements = schema.statements(schema.sqlite_script(kept(version, "schema.sql")))
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("BEGIN")
    for statement in statements:
        if statement.startswith("CREATE TABLE"):
            connection.execute(statement)
    for line in kept(version, "rows.sql").splitlines():
        connection.execute(line)
    for statement in statements:
        if statement.startswith(("CREATE INDEX", "CREATE TRIGGER")):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={version}")
    connection.execute("COMMIT")
    connection.close()


def older_server(url: str, version: int) -> None:
    """A PostgreSQL database as that version left it; as in a restore, no trigger judges rows."""
    script = schema.statements(schema.postgresql_script(kept(version, "schema.sql")))
    tables = [s for s in script if not s.startswith("INSERT")]
    execute_on(url, ";\n".join(tables))
    execute_on(url, "SET session_replication_role = replica;\n" + kept(version, "rows.sql"))
