"""Holds a bill to what it says of itself: counts, totals, its period, and its running balance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise

from lovefund.imports.bills import Bill, BillRow
from lovefund.language import N_, _
from lovefund.money import yuan

#: Counts and totals that stand above or below the rows, by the names of ``forms.FACTS``.
Said = Mapping[str, int]
_SIDES = (("in", N_("income")), ("out", N_("outlay")), ("none", N_("neutral")))


@dataclass
class Tally:
    """What the rows come to: how many and how much of each side, and sums of columns."""

    counts: dict[str, int] = field(default_factory=lambda: {"in": 0, "out": 0, "none": 0})
    fen: dict[str, int] = field(default_factory=lambda: {"in": 0, "out": 0, "none": 0})
    sums: dict[str, int] = field(default_factory=dict)
    #: By the heading of a total: the column it is the sum of ("" for the count), and what it says.
    sums_said: dict[str, tuple[str, int]] = field(default_factory=dict)

    #: The last number in a column that counts the rows, how it goes on, and where it did not.
    last_index: int = 0
    step: int = 0
    gap: tuple[int, int] | None = None

    def index(self, number: int, index: int) -> None:
        """Hold the number that the bank gives a row to the one before: next up, or next down."""
        step = index - self.last_index
        if self.last_index and self.gap is None and (abs(step) != 1 or step == -self.step):
            self.gap = (number, index)
        self.step = step if self.last_index else 0
        self.last_index = index

    def add(self, side: str, fen: int) -> None:
        """Count a row as it is printed."""
        self.counts[side] += 1
        self.fen[side] += fen

    def sum(self, column: str, fen: int) -> None:
        """Add to the sum of a column."""
        self.sums[column] = self.sums.get(column, 0) + fen

    def rows(self) -> int:
        """How many rows there are."""
        return sum(self.counts.values())


def oldest_first(rows: Sequence[BillRow]) -> list[BillRow]:
    """The rows in the order in which they happened; equal moments stay as the file has them.

    A file may be newest first. Where it prints a balance that alone tells the order within a day,
    whatever clocks it prints.
    """
    if not rows:
        return []
    backwards = list(reversed(rows))
    if any(row.balance_fen is not None for row in rows):
        for order in (rows, backwards):
            if _by_day(order) and broken(order) is None:
                return list(order)
        newest_first = rows[0].on > rows[-1].on
        return sorted(backwards if newest_first else rows, key=lambda row: row.on)
    newest_first = (rows[0].on, rows[0].time) > (rows[-1].on, rows[-1].time)
    return sorted(backwards if newest_first else rows, key=lambda row: (row.on, row.time))


def _by_day(rows: Sequence[BillRow]) -> bool:
    return all(one.on <= after.on for one, after in pairwise(rows))


def broken(rows: Iterable[BillRow]) -> tuple[BillRow, int] | None:
    """The first row whose balance does not follow from the one before, and what it should be."""
    balance: int | None = None
    for row in rows:
        if balance is not None:
            balance += row.fen
            if row.balance_fen is not None and row.balance_fen != balance:
                return row, balance
        elif row.balance_fen is not None:
            balance = row.balance_fen
    return None


def with_balances(bill: Bill) -> Bill:
    """The bill with the balances before and after it, where its rows tell them."""
    opening, closing = _ends(bill.rows)
    return replace(
        bill,
        opening_fen=opening if bill.opening_fen is None else bill.opening_fen,
        closing_fen=closing if bill.closing_fen is None else bill.closing_fen,
    )


def _ends(rows: Sequence[BillRow]) -> tuple[int | None, int | None]:
    """The balance before the first row and after the last."""
    moved, opening, closing = 0, None, None
    for row in rows:
        moved += row.fen
        if row.balance_fen is not None:
            closing = row.balance_fen
            if opening is None:
                opening = closing - moved
        elif closing is not None:
            closing += row.fen
    return opening, closing


def differences(bill: Bill, said: Said, tally: Tally) -> list[str]:
    """Sentences on all that the file says of itself and that its rows do not bear out."""
    wrong: list[str] = []

    def compare(what: str, told: int | None, found: int, *, money: bool) -> None:
        if told is not None and told != found:
            show = yuan if money else str
            wrong.append(
                _("{what}: the file says {told}, its rows come to {found}").format(
                    what=what, told=show(told), found=show(found)
                )
            )

    compare(_("rows"), said.get("count"), tally.rows(), money=False)
    for side, name in _SIDES:
        key = "neutral" if side == "none" else side
        compare(
            _("rows of {side}").format(side=_(name)),
            said.get(f"{key}_count"),
            tally.counts[side],
            money=False,
        )
        compare(_(name), said.get(f"{key}_fen"), tally.fen[side], money=True)
    for title, (column, told) in tally.sums_said.items():
        if column == "?":
            continue
        found = tally.sums.get(column, 0) if column else tally.rows()
        compare(title, told, found, money=bool(column))
    if tally.gap is not None:
        wrong.append(
            _("row {row}: it is numbered {index}, which does not follow").format(
                row=tally.gap[0], index=tally.gap[1]
            )
        )
    wrong += _balances(bill, said)
    outside = next((r for r in bill.rows if not bill.first <= r.on <= bill.last), None)
    if outside is not None:
        wrong.append(
            _("row {row} is of {day}, outside the period {first} to {last} of the file").format(
                row=outside.number, day=outside.on, first=bill.first, last=bill.last
            )
        )
    return wrong


def _balances(bill: Bill, said: Said) -> list[str]:
    wrong = []
    gap = broken(bill.rows)
    if gap is not None:
        row, balance = gap
        wrong.append(
            _("row {row}: the balance is {told}, but should be {found}").format(
                row=row.number, told=yuan(row.balance_fen or 0), found=yuan(balance)
            )
        )
    opening, closing = _ends(bill.rows)
    if closing is None and {"opening_fen", "closing_fen"} <= said.keys():
        # Without balances row by row, the two ends are held to the sum of all rows.
        opening = said["opening_fen"]
        closing = opening + sum(row.fen for row in bill.rows)
    for name, told, found in (
        (_("opening balance"), said.get("opening_fen"), opening),
        (_("closing balance"), said.get("closing_fen"), closing),
    ):
        if gap is None and told is not None and found is not None and told != found:
            wrong.append(
                _("{what}: the file says {told}, its rows come to {found}").format(
                    what=name, told=yuan(told), found=yuan(found)
                )
            )
    return wrong


def continues(previous: Bill, bill: Bill) -> list[str]:
    """Why a bill does not follow the one before of the same account; nothing where it does.

    A later bill begins on the day after the earlier ends, or overlaps it; and where both print
    balances, it opens with the balance that the earlier closed with.
    """
    one, other = previous.account or previous.holder, bill.account or bill.holder
    if (previous.channel, one) != (bill.channel, other):
        return [
            _("it is of the account {other}, the one before of {one}").format(other=other, one=one)
        ]
    gap = (bill.first - previous.last).days - 1
    if gap > 0:
        return [
            _("the days from {first} to {last} are in no file: {days} days").format(
                first=_day_after(previous), last=_day_before(bill), days=gap
            )
        ]
    closed = _balance_before(previous, bill)
    if closed is not None and bill.opening_fen is not None and closed != bill.opening_fen:
        return [
            _("it opens with {opening}, but the one before closes with {closing}").format(
                opening=yuan(bill.opening_fen), closing=yuan(closed)
            )
        ]
    return []


def _balance_before(previous: Bill, bill: Bill) -> int | None:
    """What the earlier bill says of the balance at the beginning of the later one."""
    if previous.closing_fen is None:
        return None
    return previous.closing_fen - sum(row.fen for row in previous.rows if row.on >= bill.first)


def _day_after(bill: Bill) -> str:
    return (bill.last + timedelta(days=1)).isoformat()


def _day_before(bill: Bill) -> str:
    return (bill.first - timedelta(days=1)).isoformat()
