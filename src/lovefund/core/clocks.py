"""The two clocks of the books: what was true on a day, and what the books said on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Clocks:
    """``as_of`` looks at the day of effect (``on``), ``known_at`` at that of recording (``at``).

    ``entries`` is known by the first so many of them instead of by a day. None is no limit; both
    days belong to what is seen.
    """

    as_of: date | None = None
    known_at: date | None = None
    entries: int | None = None

    @property
    def running(self) -> bool:
        """Whether neither was stopped: the books as they are."""
        return self == NOW


NOW = Clocks()


def earlier(one: date | None, other: date | None) -> date | None:
    """The earlier of two days, of which None is later than all."""
    if one is None or other is None:
        return one or other
    return min(one, other)
