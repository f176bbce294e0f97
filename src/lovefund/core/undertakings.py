"""What a fund has undertaken: budgets, projects and pledges, gone through entry by entry.

The gate asks of a draft what ``lovefund check`` asks of every line again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Protocol

from lovefund.core.accounts import Chart
from lovefund.core.budgets import BUDGET_SET, Budgets
from lovefund.core.entries import Fact, Posting
from lovefund.core.pledges import KINDS_OF_PLEDGES, Pledges
from lovefund.core.projects import CONTRACT_FACT, KINDS_OF_PROJECTS, Projects
from lovefund.errors import Refusal

KINDS_OF_UNDERTAKINGS = (BUDGET_SET, *KINDS_OF_PROJECTS, *KINDS_OF_PLEDGES)
_MENDING = ("void", "correction")
_KINDS = frozenset((*KINDS_OF_UNDERTAKINGS, *_MENDING))


class Proposal(Protocol):
    """A draft, or the line that it became."""

    @property
    def kind(self) -> str: ...
    @property
    def on(self) -> date: ...
    @property
    def postings(self) -> tuple[Posting, ...]: ...
    @property
    def facts(self) -> Mapping[str, Fact]: ...


def concerns(entry: Proposal) -> bool:
    """Whether an entry is of a budget, a project or a pledge, or may mend one that is."""
    return entry.kind in _KINDS or CONTRACT_FACT in entry.facts


class Undertakings:
    """The undertakings of a fund; ``load`` reads the entries before, once they are asked for.

    ``belongs`` says whether an earlier entry is of one of them, where nothing was loaded.
    """

    def __init__(
        self,
        chart: Chart,
        load: Callable[[], Iterable[tuple[int, Proposal]]] = lambda: (),
        belongs: Callable[[int], bool] = lambda _no: True,
    ) -> None:
        self._load, self._belongs, self._loaded = load, belongs, False
        self.budgets = Budgets(chart.choices("programme:"))
        self.projects = Projects(chart)
        self.pledges = Pledges()

    def judge(self, no: int, entry: Proposal) -> list[Refusal]:
        """Why the entry ``no`` may not be; it counts for what comes after it all the same."""
        if not concerns(entry):
            return []
        of = entry.facts.get("of")
        if entry.kind in _MENDING and not (isinstance(of, int) and self._belongs(of)):
            return []
        self.open()
        found: list[Refusal] = []
        if entry.kind == BUDGET_SET:
            found += self.budgets.judge(entry)
        elif entry.kind in KINDS_OF_PLEDGES:
            found += self.pledges.judge(entry)
        else:
            found += self.projects.judge(entry)
        self.add(no, entry)
        return found

    def open(self) -> None:
        """Read what was before, if that was not done yet."""
        if not self._loaded:
            self._loaded = True
            for no, entry in self._load():
                self.add(no, entry)

    def add(self, no: int, entry: Proposal) -> None:
        """Go on from an entry."""
        self.budgets.add(no, entry)
        self.projects.add(no, entry)
        self.pledges.add(no, entry)
