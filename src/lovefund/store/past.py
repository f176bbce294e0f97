"""A fund's books as they were: nothing recorded after one day, or in effect after another.

Entries stand in the order of their recording, so what was known on a day is every entry below a
number. Balances that are kept of all of them are taken back by what came later, or added up from
what was there already, whichever is less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select

from lovefund.core.accounts import AccountClass
from lovefund.core.clocks import Clocks, earlier
from lovefund.core.effects import Effects
from lovefund.core.entries import Entry, Restriction
from lovefund.errors import BadInput
from lovefund.language import _
from lovefund.store import tables as t
from lovefund.store.reading import Books, Head, Moved, funds

_RECORDED = select(t.entry.c.recorded_on).where(
    t.entry.c.fund == bindparam("of_fund"), t.entry.c.no == bindparam("of_no")
)


def books_at(connection: Connection, fund: str, clocks: Clocks) -> Books:
    """The books of a fund as these clocks see them; BadInput where there were none yet."""
    return Books(connection, fund) if clocks.running else Past(connection, fund, clocks)


def known(connection: Connection, clocks: Clocks) -> list[str]:
    """The funds that had an entry by then, by short name."""
    found = []
    for fund in funds(connection):
        opened = Books(connection, fund).entry(0)
        if opened is None or clocks.known_at is None or opened.at <= clocks.known_at:
            found.append(fund)
    return found


class Past(Books):
    """The books as two days saw them, for the questions that reading asks; no verb works on it."""

    def __init__(self, connection: Connection, fund: str, clocks: Clocks) -> None:
        super().__init__(connection, fund)
        #: The books as they are, which know what was withdrawn since.
        self.whole = Books(connection, fund)
        self.as_of = clocks.as_of
        self._clocks = clocks
        if self.size == 0:
            raise BadInput(
                "--known-at",
                str(clocks.known_at),
                _("the fund had no entries on that day"),
                _("`lovefund journal --all` shows when it was opened"),
            )

    @cached_property
    def size(self) -> int:
        """How many entries were recorded by then, found by halving: a row for each doubling."""
        low, high, day = 0, self.whole.size, self._clocks.known_at
        if self._clocks.entries is not None:
            high = min(high, self._clocks.entries)
        if day is None:
            return high
        while low < high:
            middle = (low + high) // 2
            asked = {"of_fund": self.fund, "of_no": middle}
            if str(self.connection.execute(_RECORDED, asked).scalar_one()) <= day.isoformat():
                low = middle + 1
            else:
                high = middle
        return low

    @cached_property
    def restrictions(self) -> dict[str, Restriction]:
        """The restrictions that were open already."""
        opened = {row["code"] for row in self._opened()}
        return {code: r for code, r in self.whole.restrictions.items() if code in opened}

    def _opened(self) -> Iterator[dict[str, Any]]:
        """The rows of the restrictions that were open already, as they are kept today."""
        for row in self.whole.pots():
            entry = self.whole.entry(row["opened_no"])
            if entry is not None and self.sees(entry):
                yield row

    def head(self) -> Head:
        """Size, root and last day as they were; closed is what is closed today."""
        last = self.whole.entry(self.size - 1)
        root = self.whole.frontiers([self.size])[self.size].root()
        last_at = last.at.isoformat() if last else ""
        return Head(self.fund, self.size, root, last_at, self.whole.head().closed_through)

    def sees(self, entry: Entry) -> bool:
        """Whether an entry was known, and in effect."""
        return entry.no < self.size and (self.as_of is None or entry.on <= self.as_of)

    def balances(self, through: date | None = None) -> list[Moved]:
        """Debit and credit totals as they were known, through a day."""
        day = earlier(through, self.as_of)
        later = self.whole.size - self.size
        sums: dict[tuple[str, str], list[int]] = {}
        if later <= self.size:
            sums = {(m.account, m.restriction): [m.debit_fen, m.credit_fen]
                    for m in self.whole.balances(day)}  # fmt: skip
            self._move(sums, -1, self.size, self.whole.size, day)
        else:
            self._move(sums, 1, 0, self.size, day)
        return [Moved(*key, *pair) for key, pair in sorted(sums.items()) if any(pair)]

    def _move(
        self,
        sums: dict[tuple[str, str], list[int]],
        sign: int,
        no_from: int,
        no_to: int,
        day: date | None,
    ) -> None:
        """Add to ``sums`` what entries ``no_from`` up to before ``no_to`` moved through a day."""
        e, p = t.entry.c, t.posting.c
        if no_from >= no_to:
            return
        query = select(p.debit, p.credit, p.restriction, func.sum(p.amount_fen)).where(
            p.fund == self.fund, p.entry_no >= no_from, p.entry_no < no_to
        )
        if day is not None:
            joined = t.posting.join(t.entry, and_(e.fund == p.fund, e.no == p.entry_no))
            query = query.select_from(joined).where(e.effective_on <= day.isoformat())
        rows = self.connection.execute(query.group_by(p.debit, p.credit, p.restriction))
        for debit, credit, restriction, amount in rows:
            sums.setdefault((debit, restriction), [0, 0])[0] += sign * int(amount)
            sums.setdefault((credit, restriction), [0, 0])[1] += sign * int(amount)

    def pairs(
        self, day_from: date, day_to: date, size: int | None = None
    ) -> list[tuple[str, str, str, str, int]]:
        """What moved in a period, as it was known."""
        return super().pairs(day_from, earlier(day_to, self.as_of) or day_to, size or self.size)

    def entries(
        self,
        day_from: date | None = None,
        day_to: date | None = None,
        *,
        kinds: Sequence[str] = (),
        no_from: int = 0,
        no_to: int | None = None,
    ) -> Iterator[Entry]:
        """The entries that were known, streamed."""
        last = self.size - 1 if no_to is None else min(no_to, self.size - 1)
        day = earlier(day_to, self.as_of)
        if day_from is None:
            yield from super().entries(None, day, kinds=kinds, no_from=no_from, no_to=last)
            return
        # A number besides would lead the database past its index of days.
        for entry in super().entries(day_from, day, kinds=kinds, no_from=no_from):
            if entry.no <= last:
                yield entry

    def entry(self, no: int) -> Entry | None:
        """One entry, or None where it was not known."""
        found = super().entry(no)
        return found if found is not None and self.sees(found) else None

    def naming(self, no: int) -> list[Entry]:
        """The later entries that named it by then."""
        return [entry for entry in super().naming(no) if self.sees(entry)]

    def using(self, override: int) -> list[Entry]:
        """The later entries that named an override by then."""
        return [entry for entry in super().using(override) if self.sees(entry)]

    def statements(self) -> list[dict[str, Any]]:
        """The statements that were published by then."""
        return [row for row in super().statements() if row["entry_no"] < self.size]

    def rulebooks(self) -> dict[int, str]:
        """The rulebooks that were adopted by then."""
        return {no: text for no, text in super().rulebooks().items() if no < self.size}

    def receipts(self, no_from: int = 0) -> list[tuple[int, int, int]]:
        """The receipts that were handed out by then."""
        return [row for row in super().receipts(no_from) if row[2] < self.size]

    @cached_property
    def _effects(self) -> Effects:
        """What was reserved, in stock and open, of the entries that tell of it."""
        open_kinds = (AccountClass.PAYABLE, AccountClass.RECEIVABLE)
        codes = [account.code for account in self.chart.of_class(*open_kinds)]
        effects = Effects(self.chart)
        for entry in self.whole.telling(codes, ("goods", "reserve_fen")):
            if self.sees(entry):
                effects.add(entry.no, entry.kind, entry.on, entry.postings, entry.facts)
        return effects

    def pots(self) -> list[dict[str, Any]]:
        """The restrictions that were open, with their totals as they were."""
        held: dict[tuple[str, AccountClass], int] = defaultdict(int)
        for m in self.balances():
            held[m.restriction, self.chart[m.account].kind] += m.debit_fen - m.credit_fen
        found = []
        for row in self._opened():
            code = row["code"]
            sums = {
                "money_fen": held[code, AccountClass.MONEY],
                "stock_fen": held[code, AccountClass.STOCK],
                "payable_fen": -held[code, AccountClass.PAYABLE],
                "reserved_fen": self._effects.pot[code].reserved_fen,
            }
            found.append(row | sums)
        return found

    def stock(self) -> list[tuple[str, str, int, int]]:
        """(goods, restriction, quantity, value in fen) of what was in stock."""
        return [
            (*key, total.quantity, total.value_fen)
            for key, total in sorted(self._effects.goods.items())
            if total.quantity
        ]

    def open_items(self) -> list[tuple[int, str, str, int, int]]:
        """(entry, account, restriction, opened, settled) of what was not settled by then."""
        return [
            (*key, item.opened_fen, item.settled_fen)
            for key, item in sorted(self._effects.item.items())
            if item.opened_fen > item.settled_fen
        ]

    def item(self, no: int) -> list[tuple[str, str, int, int]]:
        """(account, restriction, opened, settled) of what entry ``no`` had opened."""
        return [
            (account, restriction, item.opened_fen, item.settled_fen)
            for (entry, account, restriction), item in sorted(self._effects.item.items())
            if entry == no
        ]
