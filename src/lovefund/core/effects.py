"""What an entry does to the kept balances: the one projection of lines into tables.

The gate adds effects up as it records; ``check`` adds them up again from the lines alone
and compares (law 10). Amounts are fen; a red posting lowers turnover on its own side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from lovefund.core.accounts import AccountClass, Chart
from lovefund.core.entries import Fact, Posting

Key3 = tuple[str, str, str]


@dataclass(slots=True)
class Pot:
    """A restriction's money, stock, payables and reserved money, all in fen."""

    money_fen: int = 0
    stock_fen: int = 0
    payable_fen: int = 0
    reserved_fen: int = 0


@dataclass(slots=True)
class GoodsTotal:
    """Goods of one kind in one restriction: whole units and their value in fen."""

    quantity: int = 0
    value_fen: int = 0


@dataclass(slots=True)
class OpenItem:
    """What one entry left open on a payable, receivable or reservation, and what settled it."""

    opened_fen: int = 0
    settled_fen: int = 0


@dataclass(slots=True)
class Effects:
    """Sums over any number of entries of one fund."""

    chart: Chart
    balance: dict[Key3, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    account: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    pot: dict[str, Pot] = field(default_factory=lambda: defaultdict(Pot))
    goods: dict[tuple[str, str], GoodsTotal] = field(
        default_factory=lambda: defaultdict(GoodsTotal)
    )
    item: dict[tuple[int, str, str], OpenItem] = field(
        default_factory=lambda: defaultdict(OpenItem)
    )
    #: Day of the earliest posting that lowers a guarded account or a restriction's money.
    lowered_from: date | None = None
    #: Day of the latest posting.
    last_on: date = date.min

    def add(
        self, no: int, kind: str, on: date, postings: tuple[Posting, ...], facts: Mapping[str, Fact]
    ) -> None:
        """Add one entry; ``facts`` may carry ``goods``, ``item`` and ``reserve_fen``."""
        month = on.isoformat()[:7]
        if postings and on > self.last_on:
            self.last_on = on
        accounts = self.chart.accounts
        for debit, credit, restriction, amount in postings:
            self.balance[debit, restriction, month][0] += amount
            self.balance[credit, restriction, month][1] += amount
            self.account[debit][0] += amount
            self.account[credit][1] += amount
            self._side(no, on, accounts[debit].kind, debit, restriction, amount, facts)
            self._side(no, on, accounts[credit].kind, credit, restriction, -amount, facts)
        if facts:
            self._goods(facts)
            self._reserve(no, kind, facts)

    def _side(
        self,
        no: int,
        on: date,
        kind: AccountClass,
        code: str,
        restriction: str,
        amount: int,
        facts: Mapping[str, Fact],
    ) -> None:
        if kind is AccountClass.MONEY:
            self.pot[restriction].money_fen += amount
        elif kind is AccountClass.STOCK:
            self.pot[restriction].stock_fen += amount
        elif kind is AccountClass.PAYABLE:
            self.pot[restriction].payable_fen -= amount
            self._open(no, code, restriction, -amount, facts)
            return
        elif kind is AccountClass.RECEIVABLE:
            self._open(no, code, restriction, amount, facts)
            return
        else:
            return
        if amount < 0 and (self.lowered_from is None or on < self.lowered_from):
            self.lowered_from = on

    def _open(
        self, no: int, code: str, restriction: str, amount: int, facts: Mapping[str, Fact]
    ) -> None:
        item = facts.get("item")
        if not isinstance(item, int):
            self.item[no, code, restriction].opened_fen += amount
        elif amount > 0 and facts.get("of") == item:
            # A correction says that more was opened; paying back a settlement names that one.
            self.item[item, code, restriction].opened_fen += amount
        else:
            self.item[item, code, restriction].settled_fen -= amount

    def _goods(self, facts: Mapping[str, Fact]) -> None:
        rows = facts.get("goods")
        if isinstance(rows, list):
            for slug, restriction, quantity, value_fen in rows:
                total = self.goods[slug, restriction]
                total.quantity += quantity
                total.value_fen += value_fen

    def _reserve(self, no: int, kind: str, facts: Mapping[str, Fact]) -> None:
        reserve = facts.get("reserve_fen")
        restriction = facts.get("restriction")
        if not isinstance(reserve, int) or not isinstance(restriction, str):
            return
        self.pot[restriction].reserved_fen += reserve
        # What a decision or a contract reserved, a payment of it takes out of the reserve.
        grant = facts.get("grant", facts.get("contract"))
        if isinstance(grant, int):
            self.item[grant, "reserved", restriction].settled_fen -= reserve
        else:
            self.item[no, "reserved", restriction].opened_fen += reserve
