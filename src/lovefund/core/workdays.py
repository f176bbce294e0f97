"""Working days as the State Council sets them each year, and terms counted in them.

A term does not count the day it begins on (民法典 201); one of calendar days that would end on a
day of rest ends on the next working day (民法典 203). A year whose list is not known is an error,
never a guess: weekends can be working days.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from lovefund.errors import Exit, LovefundError
from lovefund.language import _

DAYS_MAX = 366
_DAY = timedelta(days=1)
_SATURDAY = 5


class Counted(StrEnum):
    """What the days of a term are."""

    WORKING = "working"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Year:
    """The days of one year that are not what their weekday says, and the school's breaks."""

    year: int
    source: str
    confirmed: bool
    holidays: frozenset[date]
    workdays: frozenset[date]
    breaks: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Workdays:
    """The years that are known; ``place`` says where a file for another one goes."""

    years: Mapping[int, Year] = field(default_factory=dict)
    place: str = ""

    def works(self, day: date) -> bool:
        """Whether it is a working day; UnknownYear where nobody said so yet."""
        year = self._year(day)
        if day in year.workdays:
            return True
        return day.weekday() < _SATURDAY and day not in year.holidays

    def last_day(self, posted: date, days: int, counted: Counted = Counted.WORKING) -> date:
        """The last day of a term that is posted on a day; UnknownYear where it cannot be told.

        >>> shipped_workdays().last_day(date(2026, 4, 29), 5)
        datetime.date(2026, 5, 9)
        """
        day = posted
        if counted is Counted.CALENDAR:
            day += days * _DAY
            while not self.works(day):
                day += _DAY
            return day
        left = days
        while left:
            day += _DAY
            left -= self.works(day)
        return day

    def reaches_nobody(self, day_from: date, day_to: date) -> bool:
        """Whether all of these days lie in a school's break, so that nobody reads what hangs."""
        days = (day_from + n * _DAY for n in range((day_to - day_from).days + 1))
        return all(day in self._year(day).breaks for day in days)

    def knows(self, *days: date) -> bool:
        """Whether the years of these days are all known."""
        return all(day.year in self.years for day in days)

    def and_own(self, own: Iterable[Year], place: str) -> Workdays:
        """These years and a school's own: it adds years, and to a known one only its breaks."""
        years = dict(self.years)
        for year in own:
            known = years.get(year.year)
            years[year.year] = year if known is None else _with_breaks(known, year.breaks)
        return Workdays(years, place)

    def _year(self, day: date) -> Year:
        found = self.years.get(day.year)
        if found is None:
            raise UnknownYear(day.year, sorted(self.years), self.place)
        return found


class UnknownYear(LovefundError):
    """The working days of a year are not known here: the State Council's list is to be added."""

    code = "unknown-year"
    exit_code = Exit.MACHINE

    def __init__(self, year: int, known: list[int], place: str) -> None:
        super().__init__(year)
        self.year, self.known, self.place = year, known, place

    def where(self) -> str:
        return str(self.year)

    def what(self) -> str:
        return _("the working days of {year} are not known here, only those of {known}").format(
            year=self.year, known=", ".join(map(str, self.known))
        )

    def rule(self) -> str:
        return _("Working days are those of the State Council's list; weekends can be among them.")

    def remedy(self) -> str:
        return _(
            "write the year's list into {place}, in the form that docs/grants.md shows; it comes "
            "out each November"
        ).format(place=f"{self.place or 'workdays'}/{self.year}.toml")


def _with_breaks(year: Year, breaks: frozenset[date]) -> Year:
    return Year(
        year.year, year.source, year.confirmed, year.holidays, year.workdays, breaks or year.breaks
    )


def year_from(text: str) -> Year:
    """The year that a file tells; ValueError for what is no such file."""
    table: dict[str, Any] = tomllib.loads(text)
    try:
        year = Year(
            int(table["year"]),
            str(table["source"]),
            bool(table["confirmed"]),
            _days(table["holidays"]),
            _days(table["workdays"]),
            _days(table.get("breaks", ())),
        )
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"it lacks {error}") from error
    outside = [d for d in (*year.holidays, *year.workdays, *year.breaks) if d.year != year.year]
    if outside:
        raise ValueError(f"{min(outside)} is not in {year.year}")
    return year


def _days(runs: Iterable[str]) -> frozenset[date]:
    found: set[date] = set()
    for run in runs:
        first, _dots, last = run.partition("..")
        day, end = date.fromisoformat(first), date.fromisoformat(last or first)
        if not day <= end <= day + DAYS_MAX * _DAY:
            raise ValueError(f"{run} is no run of days")
        while day <= end:
            found.add(day)
            day += _DAY
    return frozenset(found)


@cache
def shipped_workdays() -> Workdays:
    """The years that this release knows."""
    folder = files("lovefund") / "data" / "workdays"
    years = (year_from(f.read_text("utf-8")) for f in folder.iterdir() if f.name.endswith(".toml"))
    return Workdays({year.year: year for year in years})


def last_day(
    posted: date, days: int, counted: Counted = Counted.WORKING, known: Workdays | None = None
) -> date:
    """The last day of a term; in a year that is not known by calendar days, which end earlier."""
    try:
        return (known or shipped_workdays()).last_day(posted, days, counted)
    except UnknownYear:
        return posted + days * _DAY
