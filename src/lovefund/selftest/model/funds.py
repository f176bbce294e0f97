"""What a fund has and what happened in it: its purses, its days and its events."""

from __future__ import annotations

from bisect import insort
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lovefund.selftest.model.changes import (
    AGENCY,
    GENERAL,
    HARMLESS,
    NAMED,
    Change,
    Key,
    net,
    total_of,
)


@dataclass
class Event:
    """Something booked: what it does today, after its corrections, and what builds on it."""

    id: str
    verb: str
    on: date
    args: dict[str, Any]
    change: Change
    of: Event | None = None
    followers: list[Event] = field(default_factory=list)
    dead: bool = False

    @property
    def fen(self) -> int:
        """What it stands for today."""
        return 0 if self.dead else int(self.args.get("fen", 0))

    @property
    def left(self) -> int:
        """What of it is still open: not settled, not given back."""
        return self.fen - sum(f.fen for f in self.followers if f.verb not in HARMLESS)


@dataclass
class Numbers:
    """What a booked verb is called: entry, voucher of the year, receipt of the year."""

    entry: int
    voucher: str = ""
    receipt: str = ""


@dataclass
class Days:
    """How a thing that may never be below zero went, day by day."""

    total: int = 0
    order: list[date] = field(default_factory=list)
    changes: dict[date, int] = field(default_factory=dict)

    def add(self, on: date, n: int) -> None:
        """Let it change on a day."""
        if on not in self.changes:
            insort(self.order, on)
        self.changes[on] = self.changes.get(on, 0) + n
        self.total += n

    def low_since(self, on: date) -> int:
        """The lowest that it was at the end of any day from ``on`` on."""
        low = balance = self.total
        for day in reversed(self.order):
            if day <= on:
                break
            balance -= self.changes[day]
            low = min(low, balance)
        return low


@dataclass
class Fund:
    """One fund: its purses, its sums by key, and its days."""

    opened_on: date
    last_at: date
    #: Purse -> the programmes it is for; None means any, and that nobody outside limits it.
    purses: dict[str, frozenset[str] | None] = field(
        default_factory=lambda: {GENERAL: None, AGENCY: None, NAMED: frozenset({"aid"})}
    )
    sums: Counter[Key] = field(default_factory=Counter)
    events: dict[str, Event] = field(default_factory=dict)
    journal: list[tuple[date, str, Change]] = field(default_factory=list)
    closed: date | None = None
    years_closed: set[int] = field(default_factory=set)
    size: int = 1
    vouchers: Counter[int] = field(default_factory=Counter)
    receipts: Counter[int] = field(default_factory=Counter)
    #: The periods that were published, each once.
    published: set[tuple[str, str]] = field(default_factory=set)
    #: By guarded thing, how it went day by day.
    days: defaultdict[tuple[str, str], Days] = field(default_factory=lambda: defaultdict(Days))
    closed_out: Counter[Key] = field(default_factory=Counter)

    def restricted(self, purse: str) -> bool:
        """Whether an outside limit lies on the purse."""
        return self.purses[purse] is not None

    def money(self, purse: str) -> int:
        """What a purse holds, wherever it lies."""
        return self.sums["money", purse, ""]

    def available(self, purse: str) -> int:
        """What a purse may spend: its money, less what is owed and reserved (law 4)."""
        return self.money(purse) - self.sums["owed", purse, ""] - self.sums["reserved", purse, ""]

    def place(self, place: str) -> int:
        """What lies at a place, of whichever purse."""
        return self.sums["place", "", place]

    def total(self, what: str, purse: str = "", detail: str = "") -> int:
        """The sum of a thing over all purses and details, or over those named."""
        return total_of(self.sums, what, purse, detail)

    @property
    def net_assets(self) -> int:
        """What is the fund's own."""
        return net(self.sums)

    def stock(self) -> dict[tuple[str, str], tuple[int, int]]:
        """(item, purse) -> units and worth of what is in stock."""
        return {
            (item, purse): (n, self.sums["stock", purse, item])
            for (what, purse, item), n in self.sums.items()
            if what == "units" and (n or self.sums["stock", purse, item])
        }

    def open_results(self, end: date) -> Change:
        """Income, outlay and earlier years' results that no closing took up yet."""
        found: Counter[Key] = Counter()
        for on, _label, change in self.journal:
            if on <= end:
                for key, n in change.items():
                    if key[0] in ("income", "outlay", "earlier"):
                        found[key] += n
        found.subtract(self.closed_out)
        return dict(found)

    def close_out(self, year: int) -> None:
        """Take the results of a year into net assets."""
        self.closed_out.update(self.open_results(date(year, 12, 31)))
        self.years_closed.add(year)


def self_contradicts(fund: Fund, change: Change) -> bool:
    """Whether the model itself is out of balance in a purse that a change touched."""
    sums = fund.sums
    for purse in {purse for what, purse, _detail in change if what != "place"}:
        there = sum(
            n if what in ("money", "stock", "lent") else -n
            for (what, p, _d), n in sums.items()
            if p == purse and what in ("money", "stock", "lent", "owed", "held")
        )
        if there != net(sums, purse):
            return True
    return False
