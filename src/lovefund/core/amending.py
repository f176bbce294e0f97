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


def differences(figures: Mapping[str, Sequence[Term]], changed: Sequence[Change]) -> dict[str, int]:
    """By how much each figure of a statement would be another, in fen or in number.

    Those that stay are left out.
    """
    numbers = {name: list(terms) for name, terms in figures.items() if counts(terms)}
    money = {name: list(terms) for name, terms in figures.items() if name not in numbers}
    found = _in_fen(money, changed) | _in_number(numbers, changed)
    return {name: value for name, value in found.items() if value}


def _in_fen(money: Mapping[str, list[Term]], changed: Iterable[Change]) -> dict[str, int]:
    """Every change is counted as if it stood in the period: red what was, and blue what is."""
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
    return {f.id: f.value for f in evaluate(money, Totals({}, entries))}


def _in_number(numbers: Mapping[str, list[Term]], changed: Iterable[Change]) -> dict[str, int]:
    """Each entry once: as its line says, so was it counted, and as it stands after all changes.

    A statement counts lines and leaves corrections out; of one that is void nothing stands.
    """
    last = {change.of.no: change for change in changed}

    def counted(entries: Iterable[Entry]) -> dict[str, int]:
        return {f.id: f.value for f in evaluate(numbers, Totals({}, tuple(entries)))}

    was = counted(change.of for change in last.values())
    now = counted(replace(c.of, postings=c.after) for c in last.values() if c.after)
    return {name: now[name] - was[name] for name in numbers}
