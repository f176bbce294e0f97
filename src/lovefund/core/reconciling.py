"""Matches a place's lines in the books with those of its bank, and says what is left over.

Pure and deterministic, whatever the order of the lines. Three steps, each on what the one before
left: equal amounts one to one; a row's fee apart from the rest of it; one line of one side as the
sum of several of the other. A sum is taken only among lines of one party or of one day, and only
where the fewest lines that make it are the same amounts in every choice; people match the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import Enum
from typing import NamedTuple

#: So many days may lie between the same movement in the books and at the bank.
DAYS_APART_MAX = 7
#: A sum of more lines than these is taken only where it is all lines of a party or of a day.
SUM_LINES_MAX = 6
#: Of so many lines sums are looked for.
_AMONG_MAX = 20
#: So many steps in all are spent on sums, so that a hopeless file ends as soon as a good one.
_STEPS_MAX = 2_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """A movement of a place: ``fen`` > 0 came in, < 0 went out; ``fee_fen`` ≥ 0 is inside it.

    ``id`` is one of a kind on its side. ``party`` is whom it came from or went to, where known.
    """

    id: str
    on: date
    fen: int
    party: str = ""
    fee_fen: int = 0


class Match(NamedTuple):
    """Lines that are the same money: both sides have the same sum; one side may be empty at 0."""

    book: tuple[Line, ...]
    bank: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """What was matched, and what stands on one side only, each in order of days."""

    matches: tuple[Match, ...]
    book: tuple[Line, ...]
    bank: tuple[Line, ...]


class OpenClass(Enum):
    """The four classes of the adjustment table (银行存款余额调节表)."""

    BANK_IN = "bank-in"
    BANK_OUT = "bank-out"
    BOOK_IN = "book-in"
    BOOK_OUT = "book-out"


def class_of(line: Line, *, at_bank: bool) -> OpenClass:
    """The class of a line that stands on one side only."""
    if at_bank:
        return OpenClass.BANK_IN if line.fen > 0 else OpenClass.BANK_OUT
    return OpenClass.BOOK_IN if line.fen > 0 else OpenClass.BOOK_OUT


def adjusted(
    book_fen: int, bank_fen: int, book_only: Iterable[int], bank_only: Iterable[int]
) -> tuple[int, int]:
    """Both balances with what the other side has more; equal where all is accounted for (law 9).

    >>> adjusted(1000, 900, [300, -50], [150])
    (1150, 1150)
    """
    return book_fen + sum(bank_only), bank_fen + sum(book_only)


def match(book: Iterable[Line], bank: Iterable[Line], days: int = DAYS_APART_MAX) -> Matching:
    """Match the lines of both sides that lie at most ``days`` apart."""
    work = _Work(sorted(book, key=_order), sorted(bank, key=_order), days)
    for line in [line for line in work.book if line.fen == 0]:
        work.take((line,), ())
    for line in [line for line in work.bank if line.fen == 0]:
        work.take((), (line,))
    work.pair(work.book, work.bank)
    work.split_fees()
    work.add_up()
    work.join_fees()
    by_day = sorted(work.matches, key=lambda m: min(map(_order, (*m.book, *m.bank))))
    return Matching(
        tuple(by_day), tuple(sorted(work.book, key=_order)), tuple(sorted(work.bank, key=_order))
    )


def _order(line: Line) -> tuple[date, int, str]:
    """By day; on one day as the ids count, e9 before e12."""
    return line.on, len(line.id), line.id


#: What the part of a row is called that is its fee.
FEE = "f"


@dataclass(slots=True)
class _Work:
    """What is open on both sides, in order, and what was matched so far."""

    book: list[Line]
    bank: list[Line]
    days: int
    matches: list[Match] = field(default_factory=list)
    #: Rows that stand in two parts for the while, by the id of the row.
    parted: dict[str, Line] = field(default_factory=dict)

    def take(self, book: Sequence[Line], bank: Sequence[Line]) -> None:
        """These are the same money."""
        self.matches.append(Match(tuple(book), tuple(bank)))
        gone = {id(line) for line in (*book, *bank)}
        self.book = [line for line in self.book if id(line) not in gone]
        self.bank = [line for line in self.bank if id(line) not in gone]

    def pair(self, book: Sequence[Line], bank: Sequence[Line]) -> None:
        """Match equal amounts one to one."""
        pairs = list(_pairs(book, bank, self.days))
        self.matches += [Match((one,), (other,)) for one, other in pairs]
        gone = {id(line) for pair in pairs for line in pair}
        self.book = [line for line in self.book if id(line) not in gone]
        self.bank = [line for line in self.bank if id(line) not in gone]

    def split_fees(self) -> None:
        """A row that found nothing stands for two: what was paid, and the fee taken from it."""
        parts: list[Line] = []
        for line in self.bank:
            if not line.fee_fen:
                parts.append(line)
                continue
            self.parted[line.id] = line
            parts.append(replace(line, fen=line.fen + line.fee_fen, fee_fen=0))
            parts.append(Line(line.id + FEE, line.on, -line.fee_fen, line.party))
        self.bank = [part for part in parts if part.fen]
        if self.parted:
            self.pair(self.book, self.bank)

    def join_fees(self) -> None:
        """A row of which neither part found anything is one again."""
        left = {line.id: line for line in self.bank}
        for name, whole in self.parted.items():
            parts = [left.get(name), left.get(name + FEE)]
            if None not in parts or (parts[1] is not None and whole.fen == -whole.fee_fen):
                gone = {id(part) for part in parts if part is not None}
                self.bank = [line for line in self.bank if id(line) not in gone]
                self.bank.append(whole)

    def add_up(self) -> None:
        """Match lines of one side with sums of the other, the surest first.

        A line whose sum was taken by a surer one is looked at again.
        """
        steps = _Steps(_STEPS_MAX)
        bank, book = self.bank, self.book
        while bank or book:
            found = [
                (one, Match(many, (one,))) for one, many in _sums(bank, self.book, self.days, steps)
            ]
            found += [
                (one, Match((one,), many)) for one, many in _sums(book, self.bank, self.days, steps)
            ]
            used: set[int] = set()
            for _one, each in sorted(found, key=lambda pair: _surest(pair[1])):
                lines = (*each.book, *each.bank)
                if used.isdisjoint(map(id, lines)):
                    used.update(map(id, lines))
                    self.matches.append(each)
            self.book = [line for line in self.book if id(line) not in used]
            self.bank = [line for line in self.bank if id(line) not in used]
            again = {id(one) for one, _each in found} - used
            bank = [line for line in self.bank if id(line) in again]
            book = [line for line in self.book if id(line) in again]


def _surest(each: Match) -> tuple[int, int, list[tuple[date, int, str]]]:
    """Fewer lines before more, nearer before farther, earlier before later."""
    lines = (*each.book, *each.bank)
    days = [line.on for line in lines]
    return len(lines), (max(days) - min(days)).days, sorted(map(_order, lines))


# One to one


def _pairs(book: Sequence[Line], bank: Sequence[Line], days: int) -> Iterator[tuple[Line, Line]]:
    """Equal amounts, as many pairs as there can be.

    Equals are taken in order of days. Where some are left over, those of one party come first,
    then the nearest, unless that would cost a pair.
    """
    by_fen: dict[int, tuple[list[Line], list[Line]]] = defaultdict(lambda: ([], []))
    for side, lines in enumerate((book, bank)):
        for line in lines:
            by_fen[line.fen][side].append(line)
    for fen in sorted(by_fen):
        ours, theirs = by_fen[fen]
        for some, others in _clusters(ours, theirs, days):
            most = _in_order(some, others, days)
            wished = _by_party(some, others, days)
            yield from wished if len(wished) == len(most) else most


def _clusters(
    ours: list[Line], theirs: list[Line], days: int
) -> Iterator[tuple[list[Line], list[Line]]]:
    """Pieces of both sides that lie too far from each other to have a pair in common."""
    if not ours or not theirs:
        return
    marked = [(line.on, 0, line) for line in ours] + [(line.on, 1, line) for line in theirs]
    marked.sort(key=lambda m: (m[0], m[1], _order(m[2])))
    piece: tuple[list[Line], list[Line]] = ([], [])
    last = marked[0][0]
    for on, side, line in marked:
        if (on - last).days > days:
            if piece[0] and piece[1]:
                yield piece
            piece = ([], [])
        piece[side].append(line)
        last = on
    if piece[0] and piece[1]:
        yield piece


def _in_order(ours: Sequence[Line], theirs: Sequence[Line], days: int) -> list[tuple[Line, Line]]:
    """The earliest with the earliest that is near enough: the most pairs that there can be."""
    found = []
    i = j = 0
    while i < len(ours) and j < len(theirs):
        apart = (ours[i].on - theirs[j].on).days
        if abs(apart) <= days:
            found.append((ours[i], theirs[j]))
            i, j = i + 1, j + 1
        elif apart < 0:
            i += 1
        else:
            j += 1
    return found


def _nearest(ours: Sequence[Line], theirs: Sequence[Line], days: int) -> list[tuple[Line, Line]]:
    """In order where nothing is left over; else those of one day first, then a day apart …"""
    found = _in_order(ours, theirs, days)
    if len(found) == len(ours) == len(theirs):
        return found
    found = []
    for apart in range(days + 1):
        pairs = _in_order(ours, theirs, apart)
        found += pairs
        gone = {id(line) for pair in pairs for line in pair}
        ours = [line for line in ours if id(line) not in gone]
        theirs = [line for line in theirs if id(line) not in gone]
        if not ours or not theirs:
            break
    return found


def _by_party(ours: Sequence[Line], theirs: Sequence[Line], days: int) -> list[tuple[Line, Line]]:
    """Those of one party first, then the nearest."""
    found: list[tuple[Line, Line]] = []
    for party in sorted({line.party for line in ours} & {line.party for line in theirs} - {""}):
        found += _nearest(
            [line for line in ours if line.party == party],
            [line for line in theirs if line.party == party],
            days,
        )
    gone = {id(line) for pair in found for line in pair}
    return found + _nearest(
        [line for line in ours if id(line) not in gone],
        [line for line in theirs if id(line) not in gone],
        days,
    )


# One to many


@dataclass(slots=True)
class _Steps:
    """How much may still be spent on looking for sums."""

    left: int


def _sums(
    ones: Sequence[Line],
    many: Sequence[Line],
    days: int,
    steps: _Steps,
) -> Iterator[tuple[Line, tuple[Line, ...]]]:
    """For each line the sum of the other side that it surely is, where there is one."""
    if not ones:
        return
    by_party: dict[tuple[str, bool], list[Line]] = defaultdict(list)
    by_day: dict[tuple[date, bool], list[Line]] = defaultdict(list)
    for line in many:
        if line.party:
            by_party[line.party, line.fen > 0].append(line)
        by_day[line.on, line.fen > 0].append(line)
    totals = {key: sum(line.fen for line in lines) for key, lines in by_day.items()}
    aparts = sorted(range(-days, days + 1), key=lambda apart: (abs(apart), apart))
    for one in ones:
        came = one.fen > 0
        of_party = by_party.get((one.party, came), [])
        near = [[line for line in of_party if abs((line.on - one.on).days) <= days]]
        near += [
            by_day[key]
            for key in ((one.on + timedelta(apart), came) for apart in aparts)
            if abs(totals.get(key, 0)) >= abs(one.fen)
        ]
        for lines in near:
            found = _sum_of(one.fen, lines, steps)
            if found:
                yield one, found
                break


def _sum_of(fen: int, lines: Sequence[Line], steps: _Steps) -> tuple[Line, ...]:
    """The lines that make up an amount: all of them, or the fewest; none where that is not sure."""
    total = sum(line.fen for line in lines)
    if len(lines) > 1 and total == fen:
        return tuple(lines)
    if abs(total) < abs(fen) or len(lines) > _AMONG_MAX:
        return ()
    for count in range(2, min(SUM_LINES_MAX, len(lines) - 1) + 1):
        found = list(_choices(fen, lines, count, steps))
        if steps.left <= 0:
            return ()
        if found:
            amounts = {tuple(sorted(line.fen for line in choice)) for choice in found}
            return found[0] if len(amounts) == 1 else ()
    return ()


def _choices(
    fen: int, lines: Sequence[Line], count: int, steps: _Steps
) -> Iterator[tuple[Line, ...]]:
    """Every choice of ``count`` of the lines, all of one sign, that makes up an amount."""
    steps.left -= 1 + len(lines)
    if steps.left <= 0:
        return
    for at, line in enumerate(lines):
        rest = fen - line.fen
        if count == 1:
            if not rest:
                yield (line,)
        elif rest and (rest > 0) == (fen > 0):
            for choice in _choices(rest, lines[at + 1 :], count - 1, steps):
                yield (line, *choice)
