"""Writes many rows quickly on either engine: through the driver, never through an ORM."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update

#: From this many rows on, PostgreSQL is fed by COPY instead of INSERT.
COPY_ROWS_MIN = 50


@cache
def _insert_sql(table: Table) -> str:
    names = ", ".join(column.name for column in table.columns)
    marks = ", ".join("?" for _column in table.columns)
    return f"INSERT INTO {table.name} ({names}) VALUES ({marks})"


def insert_rows(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows that carry every column of the table."""
    if not rows:
        return
    names = [column.name for column in table.columns]
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            _insert_sql(table), [tuple(row[name] for name in names) for row in rows]
        )
    elif len(rows) < COPY_ROWS_MIN:
        connection.execute(insert(table), rows)
    else:
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.cursor().copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([row[name] for name in names])


def upsert_sums(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows, or add their sums (the columns outside the key) to those that are there.

    Update first, then insert what no row had: a CHECK looks at a row proposed by an upsert
    before its conflict is found, so a lowering sum would be refused.
    """
    if not rows:
        return
    key = [column.name for column in table.primary_key.columns]
    sums = [column.name for column in table.columns if not column.primary_key]
    held = {
        tuple(row)
        for row in connection.execute(
            select(*[table.c[name] for name in key]).where(table.c.fund == rows[0]["fund"])
        )
    }
    old = [row for row in rows if tuple(row[name] for name in key) in held]
    insert_rows(
        connection, table, [row for row in rows if tuple(row[name] for name in key) not in held]
    )
    if old:
        connection.execute(
            update(table)
            .where(*[table.c[name] == bindparam(f"key_{name}") for name in key])
            .values({name: table.c[name] + bindparam(f"add_{name}") for name in sums}),
            [
                {f"key_{name}": row[name] for name in key}
                | {f"add_{name}": row[name] for name in sums}
                for row in old
            ],
        )
