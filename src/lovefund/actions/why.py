"""Tells what stands behind a figure of a statement, entry by entry."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from lovefund.actions.figures import numbers
from lovefund.actions.keys import require_keys
from lovefund.actions.spend import file_of
from lovefund.actions.statements import content_of, days_of, number_of, statement_of, statements
from lovefund.core.days import Period
from lovefund.core.entries import Entry
from lovefund.core.figures import Figure, Term
from lovefund.core.papers import Evidence
from lovefund.core.why import Share, behind
from lovefund.errors import BadInput
from lovefund.language import _
from lovefund.store.reading import Books


@dataclass(frozen=True, slots=True)
class Told:
    """The figures of a statement, or of a period that is not published (number 0)."""

    number: int
    period: Period
    figures: dict[str, Figure]
    through: int | None

    def figure(self, name: str) -> Figure:
        """The figure of that id; BadInput naming the nearest ids where there is none."""
        if name in self.figures:
            return self.figures[name]
        near = difflib.get_close_matches(name, self.figures, 5, 0.5)
        raise BadInput(
            "figure",
            name,
            _("no figure is called so"),
            _("did you mean {near}?").format(near=_(", ").join(near))
            if near
            else _("`lovefund why` lists the figures"),
        )


def figures_of(books: Books, period: Period | None = None, number: str = "") -> Told:
    """The figures of the statement typed as ``number``, of a period, or of the last statement.

    A published period is told as it was published; another as it stands in the books today.
    """
    published = {str(number_of(e)): e for e in statements(books)}
    entry = None
    if number:
        entry = published.get(number)
    elif period is not None:
        entry = statement_of(books, period)
        if entry is None:
            found = numbers(books, period.day_from, period.day_to)
            return Told(0, period, found.figures, None)
    elif published:
        entry = list(published.values())[-1]
    else:
        raise BadInput(
            "period",
            "",
            _("nothing is published yet"),
            _("say which period: `lovefund why income 2026-09`"),
        )
    if entry is None:
        raise BadInput(
            "--statement",
            number,
            _("there is no statement of this number"),
            _("`lovefund statements` lists them"),
        )
    said = json.loads(content_of(books, entry))
    figures = {
        name: Figure(name, value, tuple(Term(*term) for term in terms))
        for name, value, terms in said["figures"]
    }
    return Told(number_of(entry), days_of(entry), figures, entry.no)


def shares(books: Books, told: Told, figure: Figure) -> Iterator[Share]:
    """Everything behind a figure; the last running sum is its value, or it is not sound."""
    eve = told.period.day_from - timedelta(days=1)
    before: Iterator[Entry] = iter(())
    if any(term.column in ("opening", "closing") for term in figure.terms):
        before = books.entries(day_to=eve, no_to=told.through)
    inside = books.entries(told.period.day_from, told.period.day_to, no_to=told.through)
    return behind(figure.terms, before, inside)


def evidence_of(books: Books, entries: Sequence[Entry]) -> dict[int, tuple[Evidence, ...]]:
    """The papers kept for entries, those added later too; needs the keys."""
    require_keys(books)
    found: dict[int, tuple[Evidence, ...]] = {}
    for no in {entry.no for entry in entries}:
        added = [later.no for later in books.naming(no) if later.kind == "evidence-added"]
        kept = [row for n in (no, *added) for row in file_of(books, n).get("evidence", ())]
        if kept:
            found[no] = tuple(Evidence(*row) for row in kept)
    return found
