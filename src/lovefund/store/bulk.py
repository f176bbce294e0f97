"""Writes many rows quickly on either engine: through the driver, never through an ORM."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Select, Table, Update, bindparam, insert, select, update

#: From this many rows on, PostgreSQL is fed by COPY instead of INSERT.
COPY_ROWS_MIN = 50
#: How many rows one INSERT of a batch carries on SQLite.
ROWS_A_STATEMENT = 50
#: Up to this many second keys are asked for by name; beyond it, all rows of the fund.
ASKED_MAX = 500

Row = tuple[Any, ...]


@cache
def _insert_sql(table: Table, rows: int) -> str:
    names = ", ".join(column.name for column in table.columns)
    marks = "(" + ", ".join("?" for _column in table.columns) + ")"
    return f"INSERT INTO {table.name} ({names}) VALUES {', '.join([marks] * rows)}"


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, each a value for every column in the table's order."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        # Many rows a statement: half the time of one row a statement, triggers and all.
        whole = len(rows) // ROWS_A_STATEMENT * ROWS_A_STATEMENT
        blocks = [
            tuple(chain.from_iterable(rows[i : i + ROWS_A_STATEMENT]))
            for i in range(0, whole, ROWS_A_STATEMENT)
        ]
        for size, values in ((ROWS_A_STATEMENT, blocks), (1, rows[whole:])):
            if values:
                connection.exec_driver_sql(_insert_sql(table, size), list(values))
        return
    names = [column.name for column in table.columns]
    if len(rows) < COPY_ROWS_MIN:
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor().copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


@cache
def _keys_held(table: Table, *, named: bool) -> Select[Any]:
    key = list(table.primary_key.columns)
    query = select(*key).where(key[0] == bindparam("of_fund"))
    return query.where(key[1].in_(bindparam("second", expanding=True))) if named else query


@cache
def _add_sums(table: Table) -> Update:
    sums = [column.name for column in table.columns if not column.primary_key]
    return (
        update(table)
        .where(*[column == bindparam(f"key_{column.name}") for column in table.primary_key.columns])
        .values({name: table.c[name] + bindparam(f"add_{name}") for name in sums})
    )


def upsert_sums(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, or add their sums (the columns outside the key) to those that are there.

    Update first, then insert what no row had: a CHECK looks at a row proposed by an upsert
    before its conflict is found, so a lowering sum would be refused. All rows are of one fund,
    and the key comes first in these tables.
    """
    if not rows:
        return
    key = [column.name for column in table.primary_key.columns]
    sums = [column.name for column in table.columns if not column.primary_key]
    second = {row[1] for row in rows}
    asked: dict[str, Any] = {"of_fund": rows[0][0]}
    if len(second) <= ASKED_MAX:
        asked["second"] = list(second)
    query = _keys_held(table, named="second" in asked)
    held = {tuple(row) for row in connection.execute(query, asked)}
    insert_rows(connection, table, [row for row in rows if row[: len(key)] not in held])
    old = [row for row in rows if row[: len(key)] in held]
    if old:
        names = [f"key_{name}" for name in key] + [f"add_{name}" for name in sums]
        connection.execute(
            _add_sums(table),
            [dict(zip(names, row, strict=True)) for row in old],
        )
