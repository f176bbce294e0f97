"""Remembers how often each receipt was printed: the first is the original, the rest duplicates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from lovefund.store import tables as t


def alone(connection: Connection, fund: str) -> None:
    """Let no other print of this fund, and no entry, come in between until the transaction ends."""
    head = t.log_head.c
    connection.execute(select(head.size).where(head.fund == fund).with_for_update())


def times_printed(connection: Connection, fund: str) -> dict[tuple[int, int], int]:
    """How often each receipt (year, number) was printed, of those that ever were."""
    p = t.receipt_print.c
    rows = connection.execute(
        select(p.year, p.number, func.count()).where(p.fund == fund).group_by(p.year, p.number)
    )
    return {(year, number): int(count) for year, number, count in rows}


def keep_printed(
    connection: Connection,
    fund: str,
    receipts: Iterable[tuple[int, int]],
    at: datetime,
    officer: str,
) -> None:
    """Remember that these receipts (year, number) are printed once more."""
    before = times_printed(connection, fund)
    for year, number in receipts:
        connection.execute(
            insert(t.receipt_print).values(
                fund=fund,
                year=year,
                number=number,
                copy=before.get((year, number), 0),
                printed_at=at.isoformat(timespec="seconds"),
                officer=officer,
            )
        )
