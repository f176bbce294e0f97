"""What stands behind a figure: every posting and entry that it is the sum of, to the fen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from lovefund.core.entries import Entry, Posting
from lovefund.core.figures import Term, fits


@dataclass(frozen=True, slots=True)
class Share:
    """What one posting, or one entry's count or fact, adds to a figure.

    ``posting`` is its place in the entry, from 1, or 0 for the entry itself; ``running`` is the
    sum so far, and that of the last share is the figure. Fen, or a count where figures count.
    """

    entry: Entry
    posting: int
    share: int
    running: int

    @property
    def moved(self) -> Posting | None:
        """The posting, or None where the entry itself counts."""
        return self.entry.postings[self.posting - 1] if self.posting else None


def counts(terms: Sequence[Term]) -> bool:
    """Whether a figure is a number of things and not of fen."""
    columns = {term.column for term in terms}
    return bool(columns) and all(
        column == "count" or (column.startswith("fact/") and not column.endswith("_fen"))
        for column in columns
    )


def behind(
    terms: Sequence[Term], before: Iterable[Entry], inside: Iterable[Entry]
) -> Iterator[Share]:
    """The shares of a figure: those of entries before the period first, then those in it.

    What cancels within one posting or entry is left out.
    """
    running = 0
    for entry, posting, share in _shares(terms, before, inside):
        running += share
        yield Share(entry, posting, share, running)


def _shares(
    terms: Sequence[Term], before: Iterable[Entry], inside: Iterable[Entry]
) -> Iterator[tuple[Entry, int, int]]:
    @cache
    def factor(debit: str, credit: str, restriction: str, kind: str, earlier: bool) -> int:
        total = 0
        for term in terms:
            on_debit, on_credit = _sides(term, earlier, kind)
            total += term.factor * on_debit * fits(debit, restriction, term)
            total += term.factor * on_credit * fits(credit, restriction, term)
        return total

    for entries, earlier in ((before, True), (inside, False)):
        for entry in entries:
            for place, (debit, credit, restriction, fen) in enumerate(entry.postings, 1):
                share = fen * factor(debit, credit, restriction, entry.kind, earlier)
                if share:
                    yield entry, place, share
            own = 0 if earlier else sum(_of_entry(term, entry) for term in terms)
            if own:
                yield entry, 0, own


def _sides(term: Term, earlier: bool, kind: str) -> tuple[int, int]:
    """How a term counts the debit and the credit side of a posting that fits it."""
    if term.column == "closing" or (term.column == "opening" and earlier):
        return 1, -1
    if earlier or term.kind not in ("", kind):
        return 0, 0
    return {"debit": (1, 0), "credit": (0, 1)}.get(term.column, (0, 0))


def _of_entry(term: Term, entry: Entry) -> int:
    """What a term of entries adds for one of the period."""
    if term.kind not in ("", entry.kind):
        return 0
    if (term.prefix or term.restriction) and not any(
        fits(code, restriction, term)
        for debit, credit, restriction, _fen in entry.postings
        for code in (debit, credit)
    ):
        return 0
    if term.column == "count":
        return term.factor
    name = term.column.removeprefix("fact/")
    fact = entry.facts.get(name) if name != term.column else None
    return term.factor * fact if isinstance(fact, int) else 0
