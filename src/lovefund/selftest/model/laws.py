"""The laws of the model: what may be booked on which day, and what booking does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lovefund.selftest.model.changes import (
    AGENCY,
    ANY_PURSE,
    DAYS_AHEAD_MAX,
    FEN_MAX,
    REASONS,
    RECEIPTED,
    Change,
    Op,
    guarded,
)
from lovefund.selftest.model.funds import Event, Fund, Numbers, self_contradicts


class No(Exception):
    """The accounting does not allow it; the reason is for whoever reads a disagreement."""


@dataclass
class Plan:
    """What one fund would book: on which day, what it changes, and what builds on it."""

    fund: Fund
    event: Event
    at: date
    voucher: bool
    #: Whether a statement, a closing or a new purse comes with it.
    closes: date | None = None
    closes_year: int = 0
    opens: tuple[str, frozenset[str] | None] | None = None
    statement: tuple[str, str] | None = None
    now: tuple[dict[str, Any], Change] | None = None


class Laws:
    """The funds of one set of books, and the model's answer to every verb."""

    def __init__(self, funds: Mapping[str, date]) -> None:
        self.funds = {name: Fund(on, on) for name, on in funds.items()}
        self.requests: set[tuple[str, str]] = set()

    def plans(self, op: Op) -> list[Plan]:
        """What the verb would book, fund by fund; none where it is booked already.

        Raises No where the accounting refuses it.
        """
        fund = self.funds[op["fund"]]
        if op["verb"] == "publish" and (op["from"], op["to"]) in fund.published:
            return []
        self._clock(fund, op)
        if op["verb"] == "transfer" and op["to"] in self.funds:
            self._clock(self.funds[op["to"]], op)
        if (op["fund"], op.get("request", op["id"])) in self.requests:
            return []
        planned = getattr(self, "_" + op["verb"])(fund, op)
        plans: list[Plan] = planned if isinstance(planned, list) else [planned]
        for plan in plans:
            self._lawful(plan)
        return plans

    def apply(self, op: Op, plans: list[Plan]) -> list[Numbers]:
        """Let it have happened; answers the numbers that the entries must have."""
        found = []
        for plan in plans:
            found.append(self._book(plan))
            self.requests.add((op["fund"], op.get("request", op["id"])))
        return found

    def _book(self, plan: Plan) -> Numbers:
        fund, event = plan.fund, plan.event
        for key, n in event.change.items():
            fund.sums[key] += n
            for thing in guarded(key):
                fund.days[thing].add(event.on, n)
        mended = event.of if event.verb in ("correct", "void") else None
        label = mended.verb if mended else event.verb
        fund.journal.append((event.on, label, event.change))
        fund.events[event.id] = event
        if event.of is not None:
            event.of.followers.append(event)
        if mended is not None and plan.now is not None:
            mended.args, mended.change = plan.now
        elif mended is not None:
            mended.dead, mended.change = True, {}
        if plan.opens:
            fund.purses[plan.opens[0]] = plan.opens[1]
        if plan.closes and (fund.closed is None or plan.closes > fund.closed):
            fund.closed = plan.closes
        if plan.closes_year:
            fund.close_out(plan.closes_year)
        if plan.statement:
            fund.published.add(plan.statement)
        fund.last_at = plan.at
        numbers = Numbers(fund.size)
        fund.size += 1
        if plan.voucher:
            fund.vouchers[event.on.year] += 1
            numbers.voucher = f"记-{event.on.year}-{fund.vouchers[event.on.year]:04d}"
        if event.verb in RECEIPTED:
            fund.receipts[plan.at.year] += 1
            numbers.receipt = f"{plan.at.year}-{fund.receipts[plan.at.year]:06d}"
        if self_contradicts(fund, event.change):
            raise AssertionError(f"the model does not balance: {event}")
        return numbers

    # -- the laws -------------------------------------------------------------------------

    def _clock(self, fund: Fund, op: Op) -> None:
        today = date.fromisoformat(op["today"])
        if not op.get("sure", True) and today > fund.last_at + timedelta(days=DAYS_AHEAD_MAX):
            raise No("the clock is far ahead")

    def _plan(
        self,
        fund: Fund,
        op: Op,
        change: Change,
        *,
        of: Event | None = None,
        on: date | None = None,
        args: Mapping[str, Any] | None = None,
    ) -> Plan:
        day = on or date.fromisoformat(op["on"])
        event = Event(op["id"], op["verb"], day, dict(args or op), change, of)
        voucher = any(key[0] != "reserved" for key in change)
        return Plan(fund, event, self._at(fund, op), voucher)

    def _at(self, fund: Fund, op: Op) -> date:
        """The day of recording: it never falls, whatever the clock says."""
        return max(date.fromisoformat(op["today"]), fund.last_at)

    def _lawful(self, plan: Plan) -> None:
        fund, event = plan.fund, plan.event
        if event.on > plan.at:
            raise No("it has not happened yet")
        if event.on < fund.opened_on and event.verb != "brought":
            raise No("it is before the fund opened")
        if fund.closed is not None and event.on <= fund.closed:
            raise No("the day is closed")
        self._may_stand(fund, event.verb, plan.now[1] if plan.now else event.change)
        self._enough(fund, event.on, event.change)

    def _may_stand(self, fund: Fund, verb: str, change: Change) -> None:
        """Whether the purses are there and what is spent of them is what they are for (law 3)."""
        for (what, purse, detail), n in change.items():
            if what == "place":
                continue
            if purse not in fund.purses:
                raise No(f"there is no purse {purse}")
            if purse == AGENCY:
                if verb not in ("agency_in", "agency_out", "brought", "correct", "void"):
                    raise No("agency money is only passed on")
                if what in REASONS:
                    raise No("agency money is not the fund's")
            programmes = fund.purses[purse]
            if (
                what == "outlay"
                and n > 0
                and programmes is not None
                and detail not in (*programmes, *ANY_PURSE)
            ):
                raise No(f"{purse} is not for {detail}")

    def _enough(self, fund: Fund, on: date, change: Change) -> None:
        """Laws 2 and 4: nothing below zero on any day, and nothing spent that is promised."""
        sums = fund.sums
        for key, n in change.items():
            what, purse, item = key
            if n < 0 and what in ("place", "money", "lent", "held", "reserved"):
                if sums[key] + n < 0:
                    raise No(f"{key} would be below zero")
            elif what in ("units", "stock"):
                units = sums["units", purse, item] + change.get(("units", purse, item), 0)
                worth = sums["stock", purse, item] + change.get(("stock", purse, item), 0)
                if units < 0 or worth < 0 or (units == 0) != (worth == 0):
                    raise No(f"{units} {item} worth {worth} cannot be")
        for purse in {purse for what, purse, _d in change if what in ("money", "owed", "reserved")}:
            less = (
                change.get(("money", purse, ""), 0)
                - change.get(("owed", purse, ""), 0)
                - change.get(("reserved", purse, ""), 0)
            )
            if less < 0 and fund.available(purse) + less < 0:
                raise No(f"{purse} has not so much available")
        lowered: Counter[tuple[str, str]] = Counter()
        for key, n in change.items():
            for thing in guarded(key):
                lowered[thing] += n
        for thing, n in lowered.items():
            if n < 0 and fund.days[thing].low_since(on) + n < 0:
                raise No(f"{thing} would be below zero on some day since {on}")

    def _fen(self, *amounts: int) -> None:
        for fen in amounts:
            if not 1 <= fen <= FEN_MAX:
                raise No(f"{fen} fen is no amount")

    def _named(self, fund: Fund, op: Op, *verbs: str) -> Event:
        """The earlier event that a verb builds on, still standing."""
        event = fund.events.get(op["of"])
        if event is None or event.verb not in verbs:
            raise No("there is no such entry to build on")
        if event.dead:
            raise No("what it builds on was voided")
        return event
