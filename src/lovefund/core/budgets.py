"""Budgets: what a year's programmes may cost, in public facts that anyone can add up.

An entry ``budget-set`` carries ``budget_<year>_<programme>_fen`` for each programme: the whole sum
in the first budget of a year, the change in each later one, which names in ``of`` the one before.
So a programme's budget is the sum of these facts, whatever was changed and when. A budget is of a
calendar year (``2026``) or a school year (``2025-2026``), of the fund or of one restriction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from lovefund.core.accounts import Chart
from lovefund.core.days import Period, parse_period
from lovefund.core.entries import Draft, Fact
from lovefund.core.figures import Term
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.errors import Refusal
from lovefund.language import _
from lovefund.money import AMOUNT_FEN_MAX, yuan

BUDGET_SET = "budget-set"
_YEAR = re.compile(r"20[0-9]{2}(-20[0-9]{2})?").fullmatch


class Proposal(Protocol):
    """A draft, or the line that it became."""

    @property
    def kind(self) -> str: ...
    @property
    def on(self) -> date: ...
    @property
    def facts(self) -> Mapping[str, Fact]: ...


class Row(NamedTuple):
    """A programme's budget beside what it cost, in fen."""

    programme: str
    budget_fen: int
    actual_fen: int

    @property
    def left_fen(self) -> int:
        """What may still be spent; below zero what was spent beyond the budget."""
        return self.budget_fen - self.actual_fen

    @property
    def percent(self) -> str:
        """The share that is spent, to a tenth of a per cent; empty without a budget."""
        return percent(self.actual_fen, self.budget_fen)


def percent(part_fen: int, whole_fen: int) -> str:
    """A share in per cent to one place, half a tenth away from zero; empty of nothing.

    >>> percent(1_234, 10_000), percent(-5, 1_000), percent(1, 0)
    ('12.3%', '-0.5%', '')
    """
    if whole_fen <= 0:
        return ""
    tenths = (2000 * abs(part_fen) + whole_fen) // (2 * whole_fen)
    sign = "-" if part_fen < 0 and tenths else ""
    return f"{sign}{tenths // 10}.{tenths % 10}%"


def is_year(code: str) -> bool:
    """Whether a budget can be of the period of that code."""
    first, _dash, last = code.partition("-")
    return bool(_YEAR(code)) and (not last or int(last) == int(first) + 1)


def fact_of(year: str, programme: str) -> str:
    """The name of the fact by which a programme's budget of a year is added up."""
    return f"budget_{year.replace('-', '_')}_{programme}_fen"


def budget_set(
    on: date,
    year: str,
    before: Mapping[str, int],
    wanted: Mapping[str, int],
    of: int | None = None,
    restriction: str = "",
    papers: Papers = NO_PAPERS,
) -> Draft:
    """Set the budget of a year to ``wanted``, in fen by programme, where it was ``before``.

    ``of`` is the entry that set it last; what ``wanted`` leaves out stays as it was.
    """
    facts: dict[str, Fact] = {"year": year}
    if of is not None:
        facts["of"] = of
    if restriction:
        facts["restriction"] = restriction
    for programme, fen in sorted(wanted.items()):
        if fen != before.get(programme, 0):
            facts[fact_of(year, programme)] = fen - before.get(programme, 0)
    return Draft(BUDGET_SET, on, (), {**facts, **papers.facts()}, file=papers.file())


def terms(period: Period, chart: Chart, entries: Iterable[Proposal]) -> dict[str, list[Term]]:
    """The figures of a statement of a budget's own year: each budget, and what is left of it.

    A statement of another period has none: a year's budget is no measure of a month.
    """
    if not is_year(period.code):
        return {}
    facts = {name for e in entries if e.kind == BUDGET_SET for name in e.facts}
    found = {}
    for programme, account in chart.choices("programme:").items():
        name = fact_of(period.code, programme)
        if name in facts:
            budget = Term(1, f"fact/{name}", "", "", BUDGET_SET)
            spent = [
                Term(sign * factor, column, account.code, "", kind)
                for sign, kind in ((1, ""), (-1, "year-closed"))
                for factor, column in ((-1, "debit"), (1, "credit"))
            ]
            found[f"budget/{account.code}"] = [budget]
            found[f"budget-left/{account.code}"] = [budget, *spent]
    return found


@dataclass(slots=True)
class Budget:
    """One budget as it stands: the entry that set it last, and its sums by programme."""

    last: int
    sums: dict[str, int]


class Budgets:
    """The budgets of a fund, gone through entry by entry; by year and restriction."""

    def __init__(self, programmes: Iterable[str]) -> None:
        self._programmes = frozenset(programmes)
        self.known: dict[tuple[str, str], Budget] = {}

    def of(self, year: str, restriction: str = "") -> Budget | None:
        """The budget of a year, of the fund or of one restriction."""
        return self.known.get((year, restriction))

    def total(self, year: str) -> dict[str, int]:
        """The budget of a year by programme: the fund's and those of its restrictions."""
        found: dict[str, int] = {}
        for (one, _restriction), budget in self.known.items():
            for programme, fen in budget.sums.items() if one == year else ():
                found[programme] = found.get(programme, 0) + fen
        return found

    def add(self, no: int, entry: Proposal) -> None:
        """Go on from an entry."""
        if entry.kind == BUDGET_SET:
            budget = self.known.setdefault(_key(entry), Budget(no, {}))
            budget.last = no
            for programme, fen in self._changes(entry).items():
                budget.sums[programme] = budget.sums.get(programme, 0) + fen

    def judge(self, entry: Proposal) -> Iterator[Refusal]:
        """Why a budget may not be set so."""
        year, restriction = _key(entry)
        if not is_year(year):
            yield _refusal(
                "budget-year",
                _("{year} is no year of a budget").format(year=year or "-"),
                _("give a calendar year as 2026 or a school year as 2025-2026"),
            )
            return
        period = parse_period(year)
        if not period.day_from <= entry.on <= period.day_to:
            yield _refusal(
                "budget-year",
                _("{on} is not in {year}, the year of this budget").format(on=entry.on, year=year),
                _(
                    "record it in that year, and name the minutes that decided on it with "
                    "--reference; a budget may be changed until {day}"
                ).format(day=period.day_to),
            )
        now, of = self.of(year, restriction), entry.facts.get("of")
        if of != (now.last if now else None):
            yield _refusal(
                "budget-changed",
                _("the budget of {year} was set last by entry {last}, not by entry {of}").format(
                    year=year, last=now.last if now else "-", of="-" if of is None else of
                ),
                _("look at it with `lovefund budget show {year}`, then set it again").format(
                    year=year
                ),
            )
        yield from self._sums(entry, year, now.sums if now else {})

    def _sums(self, entry: Proposal, year: str, before: Mapping[str, int]) -> Iterator[Refusal]:
        changes = self._changes(entry)
        strange = sorted(
            name
            for name in entry.facts
            if name.startswith("budget_")
            and name not in {fact_of(year, programme) for programme in changes}
        )
        for name in strange:
            yield _refusal(
                "budget-amount",
                _("{name} is no budget of a programme").format(name=name),
                _("`lovefund accounts` lists the programmes"),
            )
        if not changes and not strange:
            yield _refusal(
                "budget-same",
                _("the budget of {year} stays as it is").format(year=year),
                _("look at it with `lovefund budget show {year}`").format(year=year),
            )
        for programme, change in changes.items():
            fen = before.get(programme, 0) + change
            if not 0 <= fen <= AMOUNT_FEN_MAX:
                yield _refusal(
                    "budget-amount",
                    _("a budget of {amount} yuan cannot be").format(amount=yuan(fen)),
                    _("type the whole budget of the programme in yuan, 0 for none"),
                )

    def _changes(self, entry: Proposal) -> dict[str, int]:
        year = str(entry.facts.get("year", ""))
        found = {}
        for programme in sorted(self._programmes):
            fen = entry.facts.get(fact_of(year, programme))
            if isinstance(fen, int):
                found[programme] = fen
        return found


def _key(entry: Proposal) -> tuple[str, str]:
    return str(entry.facts.get("year", "")), str(entry.facts.get("restriction", ""))


def _refusal(code: str, what: str, mend: str) -> Refusal:
    rule = _("A budget is set in its own year, and each change names the one before.")
    return Refusal(code, what, rule, mend)
