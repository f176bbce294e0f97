"""Finds the entries of budgets, projects and pledges in the log, in one query."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, or_, select

from lovefund.core.projects import CONTRACT_FACT, PAID
from lovefund.core.undertakings import KINDS_OF_UNDERTAKINGS, Proposal, concerns
from lovefund.log import lines
from lovefund.store import tables as t


def undertaken(connection: Connection, fund: str) -> Iterator[tuple[int, Proposal]]:
    """Every entry that budgets, projects and pledges follow from, in order of recording."""
    e = t.entry.c
    paid = e.line.like(f'%"{CONTRACT_FACT}":%')
    rows = connection.execute(
        select(e.no, e.line)
        .where(
            e.fund == fund,
            or_(
                e.kind.in_((*KINDS_OF_UNDERTAKINGS, "void")),
                (e.kind == PAID) & paid,
            ),
        )
        .order_by(e.no)
    )
    for row in rows:
        yield row.no, lines.read_line(row.line.encode("ascii"))


def is_undertaking(connection: Connection, fund: str, no: int) -> bool:
    """Whether entry ``no`` is of a budget, a project or a pledge."""
    e = t.entry.c
    text = connection.execute(select(e.line).where(e.fund == fund, e.no == no)).scalar()
    if text is None:
        return False
    line = lines.read_line(text.encode("ascii"))
    return concerns(line) and line.kind not in ("void", "correction")
