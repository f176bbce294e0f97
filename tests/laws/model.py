"""An independent model of a love fund, written from the accounting and not from our code.

It keeps plain dictionaries of yuan in fen per place and restriction, knows nothing of
entries, postings, SQL or the log, and predicts whether a verb may be booked and what the
fund then has. A restricted purse is spent on its purpose only; nothing is lent.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PURPOSE = {"general": None, "home": {"home"}, "named": {"aid"}}


@dataclass
class Purse:
    """What one restriction holds and owes, in fen."""

    at: dict[str, int] = field(default_factory=dict)
    owed: int = 0
    reserved: int = 0
    income: int = 0
    outlay: int = 0
    moved: int = 0

    @property
    def money(self) -> int:
        return sum(self.at.values())

    @property
    def available(self) -> int:
        return self.money - self.owed - self.reserved


@dataclass
class Stock:
    """Books in stock under one restriction, at average cost."""

    units: int = 0
    value: int = 0

    def cost(self, units: int) -> int:
        return self.value if units == self.units else self.value * units // self.units

    def take(self, units: int) -> int:
        cost = self.cost(units)
        self.units -= units
        self.value -= cost
        return cost


@dataclass
class School:
    """The whole fund: its purses, and what stands open."""

    purses: dict[str, Purse] = field(
        default_factory=lambda: {code: Purse() for code in ("general", "home", "named", "agency")}
    )
    unidentified: dict[int, int] = field(default_factory=dict)
    refunds: dict[int, tuple[str, int]] = field(default_factory=dict)
    gifts: dict[int, tuple[str, str, int]] = field(default_factory=dict)
    grants: dict[int, tuple[str, str, int, int]] = field(default_factory=dict)
    reserves: dict[int, tuple[str, int]] = field(default_factory=dict)
    promised: dict[int, tuple[str, int]] = field(default_factory=dict)
    refunded: dict[int, tuple[str, int]] = field(default_factory=dict)
    advances: dict[int, tuple[str, int]] = field(default_factory=dict)
    pupils: dict[str, int] = field(default_factory=dict)
    stock: dict[str, Stock] = field(default_factory=dict)
    elsewhere: int = 0

    def goods(self, purse: str) -> Stock:
        return self.stock.setdefault(purse, Stock())

    def may_spend_on(self, purse: str, programme: str) -> bool:
        wanted = PURPOSE[purse]
        return wanted is None or programme in wanted

    def place(self, place: str) -> int:
        return sum(purse.at.get(place, 0) for purse in self.purses.values())

    def can_take(self, purse: str, place: str, amount: int) -> bool:
        """Whether money may leave: the purse has it to spend, and the place holds it."""
        p = self.purses[purse]
        return self.place(place) >= amount and p.money >= amount and p.available >= amount

    def put(self, purse: str, place: str, amount: int) -> None:
        at = self.purses[purse].at
        at[place] = at.get(place, 0) + amount

    @property
    def net_assets(self) -> int:
        return sum(p.income - p.outlay + p.moved for c, p in self.purses.items() if c != "agency")
