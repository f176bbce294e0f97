"""What the rules may know of a fund: balances, what a year moved, and what each pupil was given.

What the books held before comes from a :class:`Base`, asked once for each question; what was
drafted since is added from the effects that the gate gathers anyway.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from lovefund.core.accounts import AccountClass, Chart
from lovefund.core.days import AUTUMN_MONTH, SPRING_MONTH
from lovefund.core.effects import Effects, Pot
from lovefund.core.entries import Draft

#: The kinds that give money to pupils, with a dossier that says to whom.
GIVING = ("grant-paid", "grant-promised", "agency-paid")


class Window(NamedTuple):
    """First and last day of a term or school year."""

    first: date
    last: date


class Base(Protocol):
    """The books as they were before the drafts being judged; amounts in fen."""

    def held(self, account: str) -> int:
        """Debit minus credit of an account."""
        ...

    def free(self, restriction: str) -> int:
        """A restriction's money without what is owed or reserved (law 4)."""
        ...

    def moved(self, account: str, year: int) -> int:
        """Debit minus credit of an account over one year, by the day of effect."""
        ...

    def money_before(self, restriction: str, year: int) -> int:
        """A restriction's money at the end of the year before."""
        ...

    def given(self, window: Window) -> Mapping[str, int]:
        """What each pupil was given in a window, by :func:`pupil_key`."""
        ...

    def kind_of(self, no: int) -> str:
        """The kind of an entry, or empty."""
        ...


class Course:
    """The books of a fund that are gone through from entry 0 on: nothing was before them."""

    def __init__(self) -> None:
        self._given: list[tuple[date, str, int]] = []
        self._kinds: dict[int, str] = {}

    def held(self, account: str) -> int:
        return 0

    def free(self, restriction: str) -> int:
        return 0

    def moved(self, account: str, year: int) -> int:
        return 0

    def money_before(self, restriction: str, year: int) -> int:
        return 0

    def given(self, window: Window) -> Mapping[str, int]:
        sums: dict[str, int] = {}
        for on, key, fen in self._given:
            if window.first <= on <= window.last:
                sums[key] = sums.get(key, 0) + fen
        return sums

    def kind_of(self, no: int) -> str:
        return self._kinds.get(no, "")

    def note(self, draft: Draft, no: int) -> None:
        """An entry is behind us."""
        self._kinds[no] = draft.kind
        if draft.kind in GIVING:
            self._given += [
                (draft.on, key, fen) for key, fen in recipients(draft.file, draft.total_fen)
            ]


@dataclass
class Known:
    """The books with the drafts since; ``effects`` is shared with whoever adds them up."""

    chart: Chart
    at: date
    effects: Effects
    base: Base
    #: For drafts of one shape, which articles are asked about them (core/rules.py).
    asked: dict[Any, Any] = field(default_factory=dict)
    _held: dict[str, int] = field(default_factory=dict)
    _free: dict[str, int] = field(default_factory=dict)
    _before: dict[tuple[str, int], int] = field(default_factory=dict)
    _given: dict[Window, dict[str, int]] = field(default_factory=dict)

    def held(self, account: str) -> int:
        """Debit minus credit of an account, in fen."""
        if account not in self._held:
            self._held[account] = self.base.held(account)
        debit, credit = self.effects.account.get(account, (0, 0))
        return self._held[account] + debit - credit

    def free(self, restriction: str) -> int:
        """A restriction's money without what is owed or reserved, in fen."""
        if restriction not in self._free:
            self._free[restriction] = self.base.free(restriction)
        pot = self.effects.pot.get(restriction, Pot())
        return self._free[restriction] + pot.money_fen - pot.payable_fen - pot.reserved_fen

    def moved(self, accounts: list[str], year: int) -> int:
        """Debit minus credit of accounts over one year, in fen."""
        wanted, prefix = frozenset(accounts), f"{year}-"
        since = sum(
            debit - credit
            for (account, _restriction, month), (debit, credit) in self.effects.balance.items()
            if account in wanted and month.startswith(prefix)
        )
        return since + sum(self.base.moved(account, year) for account in accounts)

    def money_before(self, restriction: str, year: int) -> int:
        """A restriction's money at the end of the year before, as first asked, in fen."""
        key = restriction, year
        if key not in self._before:
            money = {a.code for a in self.chart.of_class(AccountClass.MONEY)}
            self._before[key] = self.base.money_before(restriction, year) + sum(
                debit - credit
                for (account, pot, month), (debit, credit) in self.effects.balance.items()
                if account in money and pot == restriction and month < f"{year}-"
            )
        return self._before[key]

    def given(self, window: Window) -> Mapping[str, int]:
        """What each pupil was given in a term or school year, in fen."""
        if window not in self._given:
            self._given[window] = defaultdict(int, self.base.given(window))
        return self._given[window]

    def settled(self, effects: Effects) -> None:
        """The effects so far went into the books, which are asked again; a new sum begins."""
        self.effects = effects
        self._held.clear()
        self._free.clear()
        self._before.clear()

    def note(self, draft: Draft) -> None:
        """A draft was taken: what it gives to pupils counts from now on."""
        if draft.kind == "void":
            self._given.clear()
        if draft.kind not in GIVING:
            return
        for (first, last), sums in self._given.items():
            if first <= draft.on <= last:
                for key, fen in recipients(draft.file, draft.total_fen):
                    sums[key] += fen

    def kind_of(self, draft: Draft) -> str:
        """The kind by which rules judge: of a correction, that of what it corrects."""
        of = draft.facts.get("of")
        if draft.kind != "correction" or not isinstance(of, int):
            return draft.kind
        return self.base.kind_of(of) or draft.kind


def recipients(file: Mapping[str, object] | None, total_fen: int) -> Iterator[tuple[str, int]]:
    """(pupil, fen) of each case in a dossier; the whole sum where it names one pupil only."""
    content = file or {}
    cases = content.get("cases")
    for row in cases if isinstance(cases, list) else ():
        case, pupil, _guardian, fen = row[:4]
        yield pupil_key(str(case), str(pupil)), int(fen)
    pupil = content.get("pupil")
    if isinstance(pupil, str) and pupil:
        yield pupil_key("", pupil), total_fen


def pupil_key(case: str, pupil: str) -> str:
    """Who is meant: the pupil where the school's file names one, else the case."""
    return f"pupil {pupil}" if pupil else f"case {case}"


@lru_cache(maxsize=4096)
def window_of(day: date, period: str) -> Window:
    """The term, or the school year, that a day lies in."""
    autumn = date(day.year, AUTUMN_MONTH, 1)
    spring = date(day.year, SPRING_MONTH, 1)
    if period == "term":
        if day >= autumn:
            return Window(autumn, _before(date(day.year + 1, SPRING_MONTH, 1)))
        if day < spring:
            return Window(date(day.year - 1, AUTUMN_MONTH, 1), _before(spring))
        return Window(spring, _before(autumn))
    year = day.year if day >= autumn else day.year - 1
    return Window(date(year, AUTUMN_MONTH, 1), _before(date(year + 1, AUTUMN_MONTH, 1)))


def _before(day: date) -> date:
    return day - timedelta(days=1)
