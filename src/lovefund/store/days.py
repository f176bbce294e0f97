"""Law 2 by date: the lowest balance that an account or restriction reaches from a day on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, select, union_all

from lovefund.store import tables as t


@cache
def _by_day(by: str) -> Select[Any]:
    """(key, day, change) of every day, composed once for accounts and once for restrictions."""
    e, p = t.entry.c, t.posting.c
    joined = t.posting.join(t.entry, and_(e.fund == p.fund, e.no == p.entry_no))

    def side(code: Any, sign: int) -> Select[Any]:
        key = code if by == "account" else p.restriction
        return (
            select(
                key.label("key"), e.effective_on.label("day"), (p.amount_fen * sign).label("delta")
            )
            .select_from(joined)
            .where(
                e.fund == bindparam("of_fund"),
                e.effective_on >= bindparam("since"),
                code.in_(bindparam("codes", expanding=True)),
            )
        )

    sides = union_all(side(p.debit, 1), side(p.credit, -1)).subquery()
    return (
        select(sides.c.key, sides.c.day, func.sum(sides.c.delta))
        .group_by(sides.c.key, sides.c.day)
        .order_by(sides.c.key, sides.c.day)
    )


def lowest_since(
    connection: Connection,
    fund: str,
    since: date,
    codes: Sequence[str],
    by: str,
    final: Mapping[str, int],
) -> Iterator[tuple[str, str, int]]:
    """(key, day, lowest balance) of each account or restriction from ``since`` on.

    ``codes`` are the accounts that count, ``final`` the balances after the last day. Days
    are summed in SQL; the balance before ``since`` follows from the final one.
    """
    asked = {"of_fund": fund, "since": since.isoformat(), "codes": list(codes)}
    rows = connection.execute(_by_day(by), asked).all()
    after = {key: 0 for key, _day, _delta in rows}
    for key, _day, delta in rows:
        after[key] += int(delta)
    running = {key: final.get(key, 0) - total for key, total in after.items()}
    lowest: dict[str, tuple[int, str]] = {}
    for key, day, delta in rows:
        running[key] += int(delta)
        if key not in lowest or running[key] < lowest[key][0]:
            lowest[key] = (running[key], day)
    for key, (low, day) in lowest.items():
        yield key, day, low
