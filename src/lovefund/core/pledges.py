"""Pledges of sponsors (一助一): kept as a memo, never booked as money before it comes (R46).

The line of a ``pledged`` entry says nothing but that somebody pledged: who, to which pupil, how
much and when is sealed, and so is the pledge that a gift or agency money fulfils. What is due by
a day, and what of it came, follows from the sealed terms and the entries that name the pledge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from lovefund.core.days import last_day_of_month
from lovefund.core.donations import Donor
from lovefund.core.entries import Draft, Fact
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.errors import Refusal
from lovefund.language import _

PLEDGED, ENDED, REPORTED = "pledged", "pledge-ended", "sponsor-reported"
KINDS_OF_PLEDGES = (PLEDGED, ENDED, REPORTED)
#: A pledge is overdue when it did not come within so many days (R46).
OVERDUE_DAYS = 90
#: A sponsor is told what became of a year's money within so many days after the year.
REPORT_DAYS = 60


class Proposal(Protocol):
    """A draft, or the line that it became."""

    @property
    def kind(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, Fact]: ...


@dataclass(frozen=True, slots=True)
class Terms:
    """What was pledged: ``times`` payments of ``amount_fen``, the first on ``since``.

    ``months`` lie between two of them; ``pupil`` is empty where the fund chooses whom to help.
    """

    donor: str
    pupil: str
    amount_fen: int
    times: int
    months: int
    since: date
    contact: str = ""

    def due_days(self) -> list[date]:
        """The days on which payments are due."""
        return [_months_after(self.since, self.months * n) for n in range(self.times)]

    def due_fen(self, day: date) -> int:
        """What should have come by the end of a day."""
        return self.amount_fen * sum(1 for due in self.due_days() if due <= day)

    @property
    def total_fen(self) -> int:
        """Everything that was pledged."""
        return self.amount_fen * self.times

    def first_missing(self, came_fen: int) -> date | None:
        """The due day of the first payment that did not come whole; None when all came."""
        whole = max(came_fen, 0) // self.amount_fen
        days = self.due_days()
        return days[whole] if whole < len(days) else None


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last.

    >>> _months_after(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return min(
        last_day_of_month(year, month + 1), date(year, month + 1, 1) + timedelta(day.day - 1)
    )


def pledged(on: date, donor: Donor, terms: Terms, papers: Papers = NO_PAPERS) -> Draft:
    """A sponsor's word, in the school's own file; nothing is posted."""
    return Draft(
        PLEDGED,
        on,
        (),
        papers.facts(),
        file=papers.file(
            name=donor.name,
            contact=donor.contact,
            pupil=terms.pupil,
            pledged_fen=terms.amount_fen,
            times=terms.times,
            months=terms.months,
            since=terms.since.isoformat(),
        ),
    )


def terms_of(file: Mapping[str, Any]) -> Terms:
    """The terms that stand in the file of a pledge."""
    return Terms(
        str(file.get("name", "")),
        str(file.get("pupil", "")),
        int(file["pledged_fen"]),
        int(file["times"]),
        int(file.get("months", 0)),  # a pledge of one payment has none
        date.fromisoformat(file["since"]),
        str(file.get("contact", "")),
    )


def pledge_ended(on: date, of: int, papers: Papers = NO_PAPERS) -> Draft:
    """Nothing more is expected of a pledge; why stays in the file."""
    return Draft(ENDED, on, (), {"of": of, **papers.facts()}, file=papers.file())


def sponsor_reported(on: date, of: int, year: int, papers: Papers = NO_PAPERS) -> Draft:
    """A sponsor was told what became of a year's money; the report is among the papers."""
    return Draft(REPORTED, on, (), {"of": of, "year": year, **papers.facts()}, file=papers.file())


class Pledges:
    """The pledges of a fund by what their lines tell, gone through entry by entry."""

    def __init__(self) -> None:
        self.known: set[int] = set()
        self.ended: set[int] = set()
        self.reported: set[tuple[int, int]] = set()

    def add(self, no: int, entry: Proposal) -> None:
        """Go on from an entry."""
        of, year = entry.facts.get("of"), entry.facts.get("year")
        if entry.kind == PLEDGED:
            self.known.add(no)
        elif entry.kind == ENDED and isinstance(of, int):
            self.ended.add(of)
        elif entry.kind == REPORTED and isinstance(of, int) and isinstance(year, int):
            self.reported.add((of, year))

    def judge(self, entry: Proposal) -> Iterator[Refusal]:
        """Why an entry about a pledge may not be."""
        of = entry.facts.get("of")
        gone = self.ended if entry.kind == ENDED else frozenset()
        if entry.kind != PLEDGED and (of not in self.known or of in gone):
            yield no_pledge(of)


def no_pledge(of: Fact | None) -> Refusal:
    """The refusal of what names no pledge that is still open."""
    return Refusal(
        "no-such-pledge",
        _("entry {no} is no pledge that is still open").format(no="-" if of is None else of),
        _("A pledge is kept as a memo until it is ended (民法典 art. 660)."),
        _("`lovefund pledges` lists them"),
    )
