"""Compares what the books said of a period on one day and on another, and says what made it so."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lovefund.actions.figures import totals
from lovefund.actions.statements import content_of, days_of, number_of, statements
from lovefund.core.amending import AMENDING, Change, changes
from lovefund.core.clocks import Clocks
from lovefund.core.days import Period
from lovefund.core.difference import LATE, Cause, causes
from lovefund.core.entries import Entry
from lovefund.core.figures import Term, definitions, evaluate
from lovefund.errors import BadInput
from lovefund.language import _
from lovefund.store.past import books_at
from lovefund.store.reading import Books

Terms = Mapping[str, Sequence[Term]]


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure that is another: as the books said then, say now, and as corrected since.

    ``rest`` is what no entry explains: 0, or the books are not sound.
    """

    figure: str
    terms: tuple[Term, ...]
    then: int
    now: int
    causes: tuple[Cause, ...]

    @property
    def difference(self) -> int:
        """What all causes together make."""
        return sum(cause.share for cause in self.causes)

    @property
    def corrected(self) -> int:
        """The figure as it is with the corrections that stand on later days."""
        return self.then + self.difference

    @property
    def rest(self) -> int:
        """What the books say now, less what they said then and what was recorded since."""
        late = sum(cause.share for cause in self.causes if cause.how == LATE)
        return self.now - self.then - late


@dataclass(frozen=True, slots=True)
class Difference:
    """A period as known by the first ``then`` entries and by the first ``now``.

    ``number`` is that of the statement compared, or 0.
    """

    period: Period
    number: int
    then: int
    now: int
    changed: tuple[Changed, ...]


def of_period(books: Books, period: Period, day_from: date, day_to: date | None) -> Difference:
    """What became another in a period from what was known on one day to another (None: now)."""
    if day_to is not None and day_to < day_from:
        raise BadInput(
            "--to", str(day_to), _("it is before --from"), _("give the earlier day with --from")
        )
    then = books_at(books.connection, books.fund, Clocks(known_at=day_from))
    now = books_at(books.connection, books.fund, Clocks(known_at=day_to))
    terms = definitions(now.chart, now.restrictions)
    return Difference(period, 0, then.size, now.size, _compare(then, now, period, terms))


def of_statement(books: Books, number: int, day_to: date | None) -> Difference:
    """What became another of a published statement since; BadInput where there is none."""
    entry = next((e for e in statements(books) if number_of(e) == number), None)
    if entry is None:
        raise BadInput(
            "statement",
            str(number),
            _("there is no statement of this number"),
            _("`lovefund statements` lists them"),
        )
    said = json.loads(content_of(books, entry))["figures"]
    terms = {name: [Term(*term) for term in terms] for name, _value, terms in said}
    then = books_at(books.connection, books.fund, Clocks(entries=entry.no))
    now = books_at(books.connection, books.fund, Clocks(known_at=day_to))
    published = {name: value for name, value, _terms in said}
    found = _compare(then, now, days_of(entry), terms, published)
    return Difference(days_of(entry), number, then.size, now.size, found)


def _compare(
    then: Books,
    now: Books,
    period: Period,
    terms: Terms,
    published: Mapping[str, int] | None = None,
) -> tuple[Changed, ...]:
    """Every figure that is another, by its id; ``published`` is what was said then, if it was."""
    was = published if published is not None else _values(then, period, terms)
    is_now = _values(now, period, terms)
    eve = period.day_from - timedelta(days=1)
    before = tuple(now.entries(day_to=eve, no_from=then.size))
    inside = tuple(now.entries(period.day_from, period.day_to, no_from=then.size))
    changed = _mended_later(now, period, then.size)
    found = []
    for name, own in terms.items():
        made = causes(own, before, inside, changed)
        one = Changed(name, tuple(own), was.get(name, 0), is_now[name], tuple(made))
        if made or one.rest:
            found.append(one)
    return tuple(found)


def _values(books: Books, period: Period, terms: Terms) -> dict[str, int]:
    found = evaluate(
        {name: list(own) for name, own in terms.items()},
        totals(books, period.day_from, period.day_to),
    )
    return {figure.id: figure.value for figure in found}


def _mended_later(books: Books, period: Period, size: int) -> list[Change]:
    """The corrections recorded since that stand after a period and name an entry in it."""
    amending = list(books.entries(kinds=AMENDING))
    named: dict[int, Entry] = {}
    for no in {by.of or 0 for by in amending if by.no >= size}:
        entry = books.entry(no)
        if entry is not None and period.day_from <= entry.on <= period.day_to:
            named[no] = entry
    every = changes(named, [by for by in amending if by.of in named])
    return [c for c in every if c.by.no >= size and c.by.on > period.day_to]
