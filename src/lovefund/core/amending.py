"""Correction notes (更正说明): what later entries change of what a statement said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lovefund.core.corrections import postings_now
from lovefund.core.entries import Entry, Posting
from lovefund.core.figures import Term, Totals, evaluate
from lovefund.core.why import counts

#: Kinds that change what an entry stands for; a mended name changes no number.
AMENDING = ("correction", "void")


@dataclass(frozen=True, slots=True)
class Change:
    """A correction or void of an entry that a statement counts, and what that stood for."""

    by: Entry
    of: Entry
    before: tuple[Posting, ...]
    after: tuple[Posting, ...]


def changes(entries: Mapping[int, Entry], amending: Sequence[Entry]) -> list[Change]:
    """Every change in order; ``entries`` are those that ``amending`` names, from the first on."""
    found = []
    for place, by in enumerate(amending):
        of = entries[by.of or 0]
        earlier = [e for e in amending[:place] if e.of == of.no]
        found.append(Change(by, of, postings_now(of, earlier), postings_now(of, [*earlier, by])))
    return found


def concerns(statement: Entry, change: Change) -> bool:
    """Whether a change came after a statement and names an entry that the statement counts."""
    first, last = (date.fromisoformat(str(statement.facts[key])) for key in ("from", "to"))
    return change.by.no > statement.no and first <= change.of.on <= last


def differences(figures: Mapping[str, Sequence[Term]], changed: Iterable[Change]) -> dict[str, int]:
    """By how many fen each figure of a statement would be another; those that stay are left out.

    Every change is counted as if it stood in the period: red what was, and blue what is.
    """
    entries = tuple(
        replace(
            change.by,
            postings=(
                *(p._replace(amount_fen=-p.amount_fen) for p in change.before),
                *change.after,
            ),
        )
        for change in changed
    )
    money = {name: list(terms) for name, terms in figures.items() if not counts(terms)}
    return {f.id: f.value for f in evaluate(money, Totals({}, entries)) if f.value}
