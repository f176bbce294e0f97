"""What the rules may know of a fund: balances, what a year moved, and what each pupil was given.

What the books held before comes from a :class:`Base`, asked once for each question; what was
drafted since is added from the effects that the gate gathers anyway.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Protocol

from lovefund.core.accounts import AccountClass, Chart
from lovefund.core.agreements import AGREED
from lovefund.core.campaigns import OPENED as CAMPAIGN
from lovefund.core.campaigns import Bazaar
from lovefund.core.cases import APPLIED, EMERGENCY, Case, applied_case
from lovefund.core.days import AUTUMN_MONTH, SPRING_MONTH
from lovefund.core.effects import Effects, Pot
from lovefund.core.entries import Draft, Fact
from lovefund.core.given import TOLD, Deed, Given, Window
from lovefund.core.judge import CLASS

#: Gifts of classes are looked at together: by the entry of their drive, or by their day.
Group = int | date


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

    def given(self, window: Window) -> Given:
        """What each pupil was given in a window; a new one at each call."""
        ...

    def kind_of(self, no: int) -> str:
        """The kind of an entry, or empty."""
        ...

    def campaign(self, no: int) -> Mapping[str, Fact] | None:
        """The facts of the drive that entry ``no`` opened and that stands, or None."""
        ...

    def bazaars(self) -> list[Bazaar]:
        """The bazaars that stand, in order."""
        ...

    def class_gifts(self, group: Group) -> Counter[int]:
        """How many gifts of classes there are of each amount, in a drive or on a day."""
        ...

    def emergencies(self) -> list[Case]:
        """The applications on the path of emergencies that stand, in order."""
        ...

    def alone(self, no: int) -> bool:
        """Whether entry ``no`` approves an emergency and no second officer agreed to it."""
        ...


class Course:
    """The books of a fund that are gone through from entry 0 on: nothing was before them."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self._deeds: list[Deed] = []
        self._kinds: dict[int, str] = {}
        self._drives: dict[int, Mapping[str, Fact]] = {}
        self._published: list[tuple[str, str]] = []
        self._classes: dict[int, tuple[Group, int]] = {}
        self._cases: dict[int, Case] = {}
        self._agreed: set[int] = set()

    def held(self, account: str) -> int:
        return 0

    def free(self, restriction: str) -> int:
        return 0

    def moved(self, account: str, year: int) -> int:
        return 0

    def money_before(self, restriction: str, year: int) -> int:
        return 0

    def given(self, window: Window) -> Given:
        given = Given(window)
        for deed in self._deeds:
            given.note(deed)
        return given

    def kind_of(self, no: int) -> str:
        return self._kinds.get(no, "")

    def campaign(self, no: int) -> Mapping[str, Fact] | None:
        return self._drives.get(no)

    def bazaars(self) -> list[Bazaar]:
        return [
            Bazaar(
                no,
                date.fromisoformat(str(facts["event"])),
                any(first <= str(facts["event"]) <= last for first, last in self._published),
            )
            for no, facts in self._drives.items()
            if "event" in facts
        ]

    def class_gifts(self, group: Group) -> Counter[int]:
        return Counter(fen for of, fen in self._classes.values() if of == group)

    def emergencies(self) -> list[Case]:
        return [c for c in self._cases.values() if c.path == EMERGENCY and not c.voided]

    def alone(self, no: int) -> bool:
        return no not in self._agreed and any(
            case.path == EMERGENCY and no in case.steps for case in self._cases.values()
        )

    def note(self, draft: Draft, no: int) -> None:
        """An entry is behind us."""
        self._kinds[no] = draft.kind
        of, case = draft.facts.get("of"), draft.facts.get("case")
        if draft.kind == CAMPAIGN:
            self._drives[no] = draft.facts
        elif draft.kind == "statement":
            self._published.append((str(draft.facts["from"]), str(draft.facts["to"])))
        elif draft.kind == APPLIED:
            self._cases[no] = applied_case(no, draft)
        elif draft.kind == AGREED and isinstance(of, int):
            self._agreed.add(of)
        elif draft.kind == "void" and isinstance(of, int):
            self._drives.pop(of, None)
            self._classes.pop(of, None)
            for known in self._cases.values():
                known.take(no, draft)
        elif isinstance(case, int) and case in self._cases:
            self._cases[case].take(no, draft)
        if (group := class_group(draft, self._chart)) is not None:
            self._classes[no] = (group, draft.total_fen)
        if draft.kind in TOLD:
            self._deeds.append(deed_of(draft, no))


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
    _given: dict[Window, Given] = field(default_factory=dict)
    _classes: dict[Group, Counter[int]] = field(default_factory=dict)

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

    def given(self, window: Window) -> Given:
        """What each pupil was given in a term or school year."""
        if window not in self._given:
            self._given[window] = self.base.given(window)
        return self._given[window]

    def class_gifts(self, group: Group) -> Counter[int]:
        """How many gifts of classes there are of each amount, in a drive or on a day."""
        if group not in self._classes:
            self._classes[group] = Counter(self.base.class_gifts(group))
        return self._classes[group]

    def settled(self, effects: Effects) -> None:
        """The effects so far went into the books, which are asked again; a new sum begins."""
        self.effects = effects
        self._held.clear()
        self._free.clear()
        self._before.clear()

    def note(self, draft: Draft, no: int) -> None:
        """A draft was taken as entry ``no``: what it gives counts from now on."""
        if self._classes and (group := class_group(draft, self.chart)) in self._classes:
            self._classes[group][draft.total_fen] += 1
        if draft.kind in TOLD:
            for given in self._given.values():
                given.note(deed_of(draft, no))

    def kind_of(self, draft: Draft) -> str:
        """The kind by which rules judge: of a correction, that of what it corrects."""
        of = draft.facts.get("of")
        if draft.kind != "correction" or not isinstance(of, int):
            return draft.kind
        return self.base.kind_of(of) or draft.kind


def class_group(draft: Draft, chart: Chart) -> Group | None:
    """What the gift of a class is compared with: those of its drive, else those of its day."""
    if draft.kind != "donation" or chart.code(CLASS) not in [p.credit for p in draft.postings[:1]]:
        return None
    campaign = draft.facts.get("campaign")
    return campaign if isinstance(campaign, int) else draft.on


def deed_of(draft: Draft, no: int) -> Deed:
    """A draft as the sums over pupils need it."""
    return Deed(no, draft.kind, draft.on, draft.facts, draft.total_fen, draft.file)


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
