"""The tables of the code are the tables of ``schema.sql``, on both engines."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, Text, create_engine, inspect
from sqlalchemy.pool import NullPool
from sqlalchemy.types import String, TypeEngine

from lovefund.store import tables
from world import new_books


def _class(kind: TypeEngine[object]) -> str:
    if isinstance(kind, (Integer, BigInteger)):
        return "whole number"
    return "text" if isinstance(kind, (Text, String)) else type(kind).__name__


def test_code_and_schema_describe_the_same_tables(database_url: str) -> None:
    new_books(database_url)
    there = inspect(create_engine(database_url, poolclass=NullPool))
    described = {table.name: table for table in tables.metadata.tables.values()}
    assert set(there.get_table_names()) == set(described)
    for name, table in described.items():
        columns = there.get_columns(name)
        assert [c["name"] for c in columns] == [c.name for c in table.columns], name
        assert [_class(c["type"]) for c in columns] == [_class(c.type) for c in table.columns], name
        assert [c["nullable"] for c in columns] == [bool(c.nullable) for c in table.columns], name
        keys = there.get_pk_constraint(name)["constrained_columns"]
        assert keys == [c.name for c in table.primary_key], name
