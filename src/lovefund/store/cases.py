"""Finds the case of a grant in the log: its application and all that builds on it, in one query."""

from __future__ import annotations

from sqlalchemy import BigInteger, BindParameter, Connection, Text, bindparam, select

from lovefund.core.cases import APPLIED, Case, case_from
from lovefund.log import lines
from lovefund.store import tables as t

_e = t.entry.c
_OF_FUND: BindParameter[str] = bindparam("of_fund", type_=Text)
_OF_NO: BindParameter[int] = bindparam("of_no", type_=BigInteger)
_first = select(_e.no).where(_e.fund == _OF_FUND, _e.no == _OF_NO).cte("family", recursive=True)
_family = _first.union(
    select(_e.no).join(_first, _e.of_no == _first.c.no).where(_e.fund == _OF_FUND)
)
_FAMILY = (
    select(_e.no, _e.line)
    .where(_e.fund == _OF_FUND, _e.no.in_(select(_family.c.no)))
    .order_by(_e.no)
)
_LINE = select(_e.line).where(_e.fund == _OF_FUND, _e.no == _OF_NO)


def find_case(connection: Connection, fund: str, no: int) -> Case | None:
    """The case of application ``no`` as it stands, or None where that is no application."""
    rows = connection.execute(_FAMILY, {"of_fund": fund, "of_no": no})
    found = [lines.read_line(row.line.encode("ascii")) for row in rows]
    return case_from(found, [line.no for line in found])


def application_of(connection: Connection, fund: str, no: int) -> int | None:
    """The application that entry ``no`` belongs to, or None."""
    text = connection.execute(_LINE, {"of_fund": fund, "of_no": no}).scalar()
    if text is None:
        return None
    line = lines.read_line(text.encode("ascii"))
    named = line.no if line.kind == APPLIED else line.facts.get("case")
    return named if isinstance(named, int) else None
