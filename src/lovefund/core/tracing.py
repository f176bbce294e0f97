"""What became of each gift: gifts are lots, and what leaves a restriction uses its oldest lots.

The rule (docs/tracing.md): entries in the order of recording; within an entry directed money
first, then money for a purpose, then the pool; within a restriction the lot of the oldest day.
It reads public entries alone and keeps two laws, to the fen: what is left of all lots of a
restriction is its net assets (of agency money, what is held), and what came in by a lot is
what was given back, used and is left of it.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from lovefund.core.accounts import AccountClass, Chart
from lovefund.core.corrections import postings_now
from lovefund.core.entries import AGENCY, GENERAL, NAMED, Entry, Posting
from lovefund.core.grants import is_of_few
from lovefund.core.judge import PUPILS_MIN

#: Kinds that bring in a gift; what came in by any other is a lot without a donor.
GIFTS = ("donation", "donation-in-kind", "service-donated", "identified", "agency-received")
#: Kinds by which outlay comes back: what was paid, and what was promised and is not paid any more.
_UNSPENT = ("grant-returned", "grant-withdrawn", "grant-lapsed")
#: Stands for a lot where more left a restriction than its lots hold.
NOBODY = -1
#: How the grants of entries for fewer than five pupils are told: together.
FEW = "few"

K = TypeVar("K")
#: An entry, and the restriction that it took from.
Use = tuple[int, str]
Sums = Mapping[str, int]


@dataclass(slots=True)
class Lot:
    """Money or goods that came in by one entry, in fen.

    ``amount_fen`` is what came in, as corrected; ``refunded_fen`` of it was given back;
    ``left`` waits, by restriction, and ``used`` is what each entry took.
    """

    no: int
    on: date
    gift: bool
    amount_fen: int = 0
    refunded_fen: int = 0
    left: dict[str, int] = field(default_factory=dict)
    used: dict[Use, int] = field(default_factory=dict)

    @property
    def waiting_fen(self) -> int:
        """What is left of it, in all restrictions."""
        return sum(self.left.values())

    @property
    def used_fen(self) -> int:
        """What all entries took of it."""
        return sum(self.used.values())


@dataclass(frozen=True, slots=True)
class Group:
    """What a lot paid for under one name: an account of outlay, a kind of entry, or :data:`FEW`.

    ``numbers`` are the entries, and none where they are told together; ``entries`` and
    ``pupils`` are 0 where fewer than five are not counted.
    """

    what: str
    amount_fen: int
    entries: int
    pupils: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tracing:
    """The lots of a fund by entry; ``standing`` are the entries' postings as corrected."""

    chart: Chart
    lots: Mapping[int, Lot]
    entries: Mapping[int, Entry]
    standing: Mapping[int, tuple[Posting, ...]]

    def left(self, restriction: str, *, gifts: bool | None = None) -> int:
        """What is left in a restriction: of gifts, of other money, or of both."""
        return sum(
            lot.left.get(restriction, 0)
            - sum(fen for use, fen in lot.used.items() if use[1] == restriction) * (no == NOBODY)
            for no, lot in self.lots.items()
            if gifts is None or lot.gift is gifts
        )

    def groups(self, lot: Lot) -> list[Group]:
        """What a lot paid for, the largest first; entries for under five pupils are one group."""
        parts: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for (no, code), fen in lot.used.items():
            parts[self._name(no, code)][no] += fen
        found = [
            Group(
                what,
                sum(by_entry.values()),
                0 if what == FEW and len(by_entry) < PUPILS_MIN else len(by_entry),
                sum(_pupils(self.entries[no]) for no in by_entry),
                () if what == FEW else tuple(sorted(by_entry)),
            )
            for what, by_entry in parts.items()
        ]
        return sorted(found, key=lambda group: (-group.amount_fen, group.what))

    def _name(self, no: int, restriction: str) -> str:
        entry = self.entries[no]
        if is_of_few(entry):
            return FEW
        for debit, _credit, code, _fen in self.standing[no]:
            if code == restriction and self.chart[debit].kind is AccountClass.OUTLAY:
                return debit
        return entry.kind


def _pupils(entry: Entry) -> int:
    pupils = entry.facts.get("pupils")
    return pupils if isinstance(pupils, int) else 0


def trace(chart: Chart, entries: Iterable[Entry]) -> Tracing:
    """Follow every entry of a fund, in the order of recording."""
    tracer = _Tracer(chart)
    for entry in entries:
        tracer.add(entry)
    return Tracing(chart, tracer.lots, tracer.entries, tracer.standing)


def _ordered(sums: Sums) -> list[tuple[str, int]]:
    """Directed money first, then money for a purpose, then the pool."""
    ranks = {NAMED: 0, GENERAL: 2, AGENCY: 3}
    return sorted(sums.items(), key=lambda item: (ranks.get(item[0], 1), item[0]))


class _Tracer:
    """Lots while entries are followed; ``queues`` hold those with something left, oldest first."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.entries: dict[int, Entry] = {}
        self.standing: dict[int, tuple[Posting, ...]] = {}
        self.nobody = Lot(NOBODY, date.min, False)
        self.lots: dict[int, Lot] = {NOBODY: self.nobody}
        self.queues: dict[str, list[tuple[date, int]]] = defaultdict(list)
        #: Which lots were drawn on for a use, in the order of drawing.
        self.drawn: dict[Use, dict[int, int]] = defaultdict(dict)
        #: By the entry that changed a restriction: lot, from where, to where, how much.
        self.moves: dict[int, list[tuple[Lot, str, str, int]]] = defaultdict(list)

    def add(self, entry: Entry) -> None:
        self.entries[entry.no] = entry
        if entry.kind in ("correction", "void") and entry.of is not None:
            mended = self.entries[entry.of]
            self._change(mended, self.standing[mended.no], postings_now(mended, [entry]))
        elif entry.kind != "year-closed":  # it moves nothing out of a restriction
            self._change(entry, (), entry.postings)

    def _change(
        self, entry: Entry, before: tuple[Posting, ...], after: tuple[Posting, ...]
    ) -> None:
        """Let an entry that stood for ``before`` stand for ``after``."""
        self.standing[entry.no] = after
        came, went = self._flows(before, after)
        net = {code: came[code] - went[code] for code in {*came, *went}}
        if entry.kind == "restriction-changed":
            self._undo_moves(entry)
            self._move(entry, self._flows((), after)[0])
        elif entry.kind == "refund-owed":
            self._refund(entry, net)
        elif entry.kind in _UNSPENT:
            self._return(entry, net)
        else:
            self._come_and_go(entry, came, went)

    def _flows(
        self, before: tuple[Posting, ...], after: tuple[Posting, ...]
    ) -> tuple[dict[str, int], dict[str, int]]:
        """How much more came into each restriction, and how much more left it."""
        came: dict[str, int] = defaultdict(int)
        went: dict[str, int] = defaultdict(int)
        for sign, postings in ((-1, before), (1, after)):
            for debit, credit, code, fen in postings:
                for side, account in ((1, debit), (-1, credit)):
                    kind = self.chart[account].kind
                    if kind is AccountClass.INCOME:
                        came[code] -= side * sign * fen
                    elif kind is AccountClass.OUTLAY:
                        went[code] += side * sign * fen
                    elif kind in (AccountClass.NET, AccountClass.AGENCY):
                        (went if side == 1 else came)[code] += sign * fen
        return came, went

    def _come_and_go(self, entry: Entry, came: Sums, went: Sums) -> None:
        """What is less is given up first, so that what is more may draw on it."""
        for code, fen in _ordered(went):
            if fen < 0:
                self._give_back((entry.no, code), -fen)
        for code, fen in _ordered(came):
            if fen < 0:
                lot = self._lot(entry)
                self._release(lot, code, -fen)
                lot.amount_fen += fen
        for code, fen in _ordered(came):
            if fen > 0:
                self._grow(entry, code, fen)
        own = entry.no if entry.kind == "service-donated" else NOBODY
        for code, fen in _ordered(went):
            if fen > 0:
                self._draw((entry.no, code), fen, own)

    def _refund(self, entry: Entry, net: Sums) -> None:
        """A refund takes of its own gift; what that paid for meanwhile, older lots pay instead."""
        assert entry.of is not None
        gift = self.lots[entry.of]
        for code, fen in _ordered(net):
            gift.refunded_fen -= fen
            if fen < 0:
                self._release(gift, code, -fen)
            else:
                self._hold(gift, code, fen)

    def _return(self, entry: Entry, net: Sums) -> None:
        """What comes back goes to the lots that paid for it, the last one first."""
        for code, fen in _ordered(net):
            use = (self._spent_by(entry), code)
            if fen > 0:
                left = self._give_back(use, fen)
                if left:  # it was paid before the books began
                    self._grow(entry, code, left)
            elif fen < 0:
                lot = self._lot(entry)
                own = min(lot.amount_fen, -fen)
                self._release(lot, code, own)
                lot.amount_fen -= own
                self._draw(use, -fen - own)

    def _spent_by(self, returned: Entry) -> int:
        """The entry whose outlay came back: of a promise it is the promise, not its payment."""
        paid = self.entries[returned.of or 0]
        if self.chart[paid.postings[0].debit].kind is AccountClass.PAYABLE:
            return paid.of or 0
        return paid.no

    def _move(self, entry: Entry, came: Sums) -> None:
        """A restriction is changed for the oldest money in it; each lot stays its donor's."""
        source, target = str(entry.facts["from"]), str(entry.facts["to"])
        fen = came.get(target, 0)
        for lot, part in self._oldest(source, fen):
            fen -= part
            self.moves[entry.no].append((lot, source, target, part))
            self._hold(lot, target, part)
        if fen:
            self._book(self.nobody, (entry.no, source), fen)
            self._grow(entry, target, fen)

    def _undo_moves(self, entry: Entry) -> None:
        for lot, source, target, part in reversed(self.moves.pop(entry.no, [])):
            self._release(lot, target, part)
            self._hold(lot, source, part)

    # -- what all of these are made of ------------------------------------------------------------

    def _lot(self, entry: Entry) -> Lot:
        gift = entry.kind in GIFTS
        return self.lots.setdefault(entry.no, Lot(entry.no, entry.on, gift))

    def _grow(self, entry: Entry, code: str, fen: int) -> None:
        lot = self._lot(entry)
        lot.amount_fen += fen
        self._hold(lot, code, fen)

    def _hold(self, lot: Lot, code: str, fen: int) -> None:
        """Put money of a lot into a restriction; what nobody paid for yet it pays first."""
        for use, open_fen in list(self.nobody.used.items()):
            part = min(open_fen, fen) if use[1] == code else 0
            if part:
                self._book(self.nobody, use, -part)
                self._book(lot, use, part)
                fen -= part
        if fen:
            lot.left[code] = lot.left.get(code, 0) + fen
            heapq.heappush(self.queues[code], (lot.on, lot.no))

    def _oldest(self, code: str, fen: int) -> list[tuple[Lot, int]]:
        """Take up to ``fen`` out of the oldest lots of a restriction: each, with its part."""
        queue, found = self.queues[code], []
        while fen and queue:
            lot = self.lots[queue[0][1]]
            part = self._take(lot, code, fen)
            if part:
                found.append((lot, part))
                fen -= part
            else:
                heapq.heappop(queue)
        return found

    def _take(self, lot: Lot, code: str, fen: int) -> int:
        part = min(lot.left.get(code, 0), fen)
        if part:
            lot.left[code] -= part
        return part

    def _draw(self, use: Use, fen: int, own: int = NOBODY) -> None:
        """Pay for a use: out of one's own lot where it has one, then out of the oldest."""
        first = self._take(self.lots[own], use[1], fen)
        if first:
            self._book(self.lots[own], use, first)
            fen -= first
        for lot, part in self._oldest(use[1], fen):
            self._book(lot, use, part)
            fen -= part
        if fen:
            self._book(self.nobody, use, fen)

    def _give_back(self, use: Use, fen: int) -> int:
        """Undo what was drawn for a use, the last first; returns what was never drawn."""
        for no in reversed(list(self.drawn[use])):
            part = min(self.drawn[use][no], fen)
            if part:
                self._book(self.lots[no], use, -part)
                fen -= part
                if no != NOBODY:
                    self._hold(self.lots[no], use[1], part)
        return fen

    def _release(self, lot: Lot, code: str, fen: int) -> None:
        """Take money of this lot out of a restriction, whatever became of it meanwhile."""
        fen -= self._take(lot, code, fen)
        for use in reversed(list(lot.used)):
            part = min(lot.used[use], fen) if use[1] == code else 0
            if part:  # others pay for what it paid for
                self._book(lot, use, -part)
                self._draw(use, part)
                fen -= part
        for other, part in self._oldest(code, fen):
            self._exchange(lot, other, code, part)
            fen -= part
        if fen:
            self._book(self.nobody, (lot.no, code), fen)

    def _exchange(self, lot: Lot, other: Lot, code: str, fen: int) -> None:
        """The money of ``other`` stays in the place of that of ``lot``, which was moved away."""
        for there in list(lot.left):
            part = self._take(lot, there, fen) if there != code else 0
            if part:
                self._hold(other, there, part)
                fen -= part
        for use in list(lot.used):
            part = min(lot.used[use], fen)
            if part:
                self._book(lot, use, -part)
                self._book(other, use, part)
                fen -= part
        if fen:
            self._book(other, (lot.no, code), fen)

    def _book(self, lot: Lot, use: Use, fen: int) -> None:
        """Let a lot pay more for a use, or less."""
        _add(lot.used, use, fen)
        _add(self.drawn[use], lot.no, fen)


def _add(sums: dict[K, int], key: K, fen: int) -> None:
    sums[key] = sums.get(key, 0) + fen
    if not sums[key]:
        del sums[key]
