"""Why a figure is another than it was: the entries recorded since, each with its share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lovefund.core.amending import Change
from lovefund.core.entries import Entry
from lovefund.core.figures import Term
from lovefund.core.why import behind, counts

#: It takes effect in the period, or before it, and was recorded since.
LATE = "late"
#: It corrects, on a day after the period, an entry that the period counts.
MENDED = "mended"


@dataclass(frozen=True, slots=True)
class Cause:
    """What one entry changes of a figure, in fen or in number, and how."""

    entry: Entry
    share: int
    how: str


def causes(
    terms: Sequence[Term],
    before: Iterable[Entry],
    inside: Iterable[Entry],
    changed: Sequence[Change],
) -> list[Cause]:
    """Every entry that makes a figure another, in order; their shares are the difference.

    ``before`` and ``inside`` are the entries recorded since, by whether they take effect before
    the period or in it; ``changed`` the corrections recorded since, on days after the period.
    """
    late: dict[int, Cause] = {}
    for share in behind(terms, before, inside):
        so_far = late[share.entry.no].share if share.entry.no in late else 0
        late[share.entry.no] = Cause(share.entry, so_far + share.share, LATE)
    mended = (Cause(change.by, share, MENDED) for change, share in _mended(terms, changed))
    every = sorted((*late.values(), *mended), key=lambda cause: cause.entry.no)
    return [cause for cause in every if cause.share]


def _mended(terms: Sequence[Term], changed: Sequence[Change]) -> Iterator[tuple[Change, int]]:
    """What each correction would change if it stood in the period.

    Fen: red what was, and blue what is. Numbers: a figure counts lines, so the entry counts as
    its line says until its first correction, and as it stands after each.
    """
    counted = counts(terms)
    standing: dict[int, int] = {}
    for change in changed:
        if not counted:
            red = (p._replace(amount_fen=-p.amount_fen) for p in change.before)
            yield change, _worth(terms, replace(change.by, postings=(*red, *change.after)))
            continue
        was = standing.get(change.of.no, _worth(terms, change.of))
        now = _worth(terms, replace(change.of, postings=change.after)) if change.after else 0
        standing[change.of.no] = now
        yield change, now - was


def _worth(terms: Sequence[Term], entry: Entry) -> int:
    """What a figure would be of this entry alone."""
    return sum(share.share for share in behind(terms, (), (entry,)))
