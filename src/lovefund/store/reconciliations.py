"""What was reconciled, read from the few lines that tell of it; and what an account held."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, case, func, or_, select

from lovefund.core.accounts import Chart
from lovefund.core.counting import is_counted, judge_count
from lovefund.core.entries import Draft
from lovefund.core.reconciliations import KINDS_OF_RECONCILIATIONS, Reconciliations
from lovefund.errors import Refusal
from lovefund.log import lines
from lovefund.store import tables as t

_OF_FUND: BindParameter[str] = bindparam("of_fund")
_ACCOUNT: BindParameter[str] = bindparam("of_account")
_e, _p, _b = t.entry.c, t.posting.c, t.balance.c
_LINES = (
    select(_e.line)
    .where(_e.fund == _OF_FUND, _e.kind.in_(KINDS_OF_RECONCILIATIONS))
    .order_by(_e.no)
)
_MONTHS = select(func.sum(_b.debit_fen - _b.credit_fen)).where(
    _b.fund == _OF_FUND, _b.account == _ACCOUNT, _b.month < bindparam("month")
)
_sign: Any = case((_p.debit == _ACCOUNT, _p.amount_fen), else_=-_p.amount_fen)
_DAYS = (
    select(func.sum(_sign))
    .select_from(t.posting.join(t.entry, and_(_e.fund == _p.fund, _e.no == _p.entry_no)))
    .where(
        _e.fund == _OF_FUND,
        _e.effective_on >= bindparam("first"),
        _e.effective_on <= bindparam("last"),
        or_(_p.debit == _ACCOUNT, _p.credit == _ACCOUNT),
    )
)
_MOVED_BY_DAY = (
    select(_e.effective_on, func.sum(_sign))
    .select_from(t.posting.join(t.entry, and_(_e.fund == _p.fund, _e.no == _p.entry_no)))
    .where(_e.fund == _OF_FUND, or_(_p.debit == _ACCOUNT, _p.credit == _ACCOUNT))
    .group_by(_e.effective_on)
    .order_by(_e.effective_on)
)


def read_reconciliations(
    connection: Connection, fund: str, size: int | None = None
) -> Reconciliations:
    """The reconciliations among a fund's first ``size`` entries (None: all)."""
    found = Reconciliations()
    for text in connection.execute(_LINES, {"of_fund": fund}).scalars():
        line = lines.read_line(text.encode("ascii"))
        if size is None or line.no < size:
            found.add(line.no, line.by, line)
    return found


def held_through(connection: Connection, fund: str, account: str, day: date) -> int:
    """What an account held at the end of a day, in fen: kept months, then days."""
    asked = {"of_fund": fund, "of_account": account}
    month = day.isoformat()[:7]
    before = connection.execute(_MONTHS, {**asked, "month": month}).scalar()
    days = {"first": f"{month}-01", "last": day.isoformat()}
    return int(before or 0) + int(connection.execute(_DAYS, asked | days).scalar() or 0)


def days_of(connection: Connection, fund: str, account: str) -> list[tuple[date, int]]:
    """(day, fen) of what moved on an account, day by day."""
    rows = connection.execute(_MOVED_BY_DAY, {"of_fund": fund, "of_account": account})
    return [(date.fromisoformat(day), int(fen)) for day, fen in rows]


class Reconciling:
    """The reconciliations of a fund while its gate is open; they are read when asked for."""

    def __init__(self, connection: Connection, fund: str, chart: Chart) -> None:
        self._connection = connection
        self._fund = fund
        self._chart = chart

    @cached_property
    def known(self) -> Reconciliations:
        """What was reconciled, counting the entries of this transaction."""
        return read_reconciliations(self._connection, self._fund)

    def judge(self, draft: Draft, by: str) -> Iterator[Refusal]:
        """Why this may not be reconciled, counted or agreed to."""
        if draft.kind in KINDS_OF_RECONCILIATIONS:
            yield from self.known.judge(draft, by, self._chart, self._held)
        elif is_counted(draft.facts, draft.kind):
            yield from judge_count(draft, self._chart, self._held)

    def took(self, no: int, by: str, draft: Draft) -> None:
        """Go on from an entry that is being recorded."""
        if draft.kind in KINDS_OF_RECONCILIATIONS:
            self.known.add(no, by, draft)

    def _held(self, account: str, day: date) -> int:
        return held_through(self._connection, self._fund, account, day)
