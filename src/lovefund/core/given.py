"""What each pupil was given in a term or year, grant by grant, and what of it came off again.

A grant counts on its own day. What is withdrawn, lapses, comes back or is corrected later comes
off the grant that it names, whenever that happens: the pupil does not have it. A promise counts
when it is told to the family, and its payment not once more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from lovefund.core.entries import Fact

#: The kinds that give money to pupils, with a dossier that says to whom.
GIVING = ("grant-paid", "grant-promised", "agency-paid")
#: The kinds that take it back, and those that mend what was booked.
TAKING_BACK = ("grant-withdrawn", "grant-lapsed", "grant-returned")
MENDING = ("correction", "void")
AGENCY_PAID, APPLIED = "agency-paid", "grant-applied"
#: Everything that a sum over pupils is made of.
TOLD = (*GIVING, *TAKING_BACK, *MENDING, APPLIED)


class Window(NamedTuple):
    """First and last day of a term or school year."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day <= self.last


class Deed(NamedTuple):
    """An entry as these sums need it; ``file`` is its dossier, where the keys are here."""

    no: int
    kind: str
    on: date
    facts: Mapping[str, Fact]
    total_fen: int
    file: Mapping[str, Any] | None


class Sums(NamedTuple):
    """What a pupil was given, in fen; ``agency_fen`` is the part of it that was only passed on.

    ``aid_fen`` is aid from elsewhere that the application declares; it is no part of the sum.
    """

    given_fen: int = 0
    agency_fen: int = 0
    aid_fen: int = 0


class Given:
    """The grants of a window, gone through entry by entry in order."""

    def __init__(self, window: Window) -> None:
        self._window = window
        #: By entry, what each pupil has of it; and the sums of these rows.
        self._rows: dict[int, dict[str, int]] = {}
        self._sums: dict[str, int] = defaultdict(int)
        self._agency: dict[str, int] = defaultdict(int)
        self._passed_on: set[int] = set()
        self._aid: dict[str, int] = {}
        #: By payment, the promise that it settles.
        self._settles: dict[int, int] = {}
        #: By later entry, the grant that it changes, and by how much for whom.
        self._changes: dict[int, tuple[int, dict[str, int]]] = {}

    def of(self, pupil: str) -> Sums:
        """The sums of one pupil, by :func:`pupil_key`."""
        return Sums(self._sums.get(pupil, 0), self._agency.get(pupil, 0), self._aid.get(pupil, 0))

    def note(self, deed: Deed) -> None:
        """Go on from an entry."""
        of = deed.facts.get("of")
        target = of if isinstance(of, int) else -1
        if deed.kind == "void":
            self._void(target)
        elif deed.kind == "correction":
            self._correct(deed, target)
        elif deed.kind in TAKING_BACK:
            target = self._settles.get(target, target)
            if target in self._rows:
                self._change(deed.no, target, self._taken(deed, self._rows[target]))
        elif deed.kind == APPLIED and self._window.holds(deed.on):
            for key, _case, fen in aid_declared(deed.file):
                self._aid[key] = max(fen, self._aid.get(key, 0))
        elif deed.kind in GIVING:
            self._give(deed, target)

    def _give(self, deed: Deed, promise: int) -> None:
        if not self._window.first <= deed.on <= self._window.last and promise < 0:
            return
        own = list(recipients(deed.file, deed.total_fen))
        if not own and promise in self._rows:
            self._settles[deed.no] = promise
        elif own and self._window.holds(deed.on):
            self._rows[deed.no] = {}
            if deed.kind == AGENCY_PAID:
                self._passed_on.add(deed.no)
            for key, fen in own:
                self._add(deed.no, key, fen)

    def _add(self, no: int, key: str, fen: int) -> None:
        row = self._rows[no]
        row[key] = row.get(key, 0) + fen
        self._sums[key] += fen
        if no in self._passed_on:
            self._agency[key] += fen

    def _taken(self, deed: Deed, row: Mapping[str, int]) -> dict[str, int]:
        """Whose part is taken back: as its dossier says, else of the one who has any, or of all."""
        named = {key: -fen for key, fen in recipients(deed.file, 0) if key in row}
        if named:
            return named
        if len(row) == 1:
            return dict.fromkeys(row, -deed.total_fen)
        whole = deed.total_fen == sum(row.values())
        return {key: -fen for key, fen in row.items()} if whole else {}

    def _change(self, no: int, target: int, change: dict[str, int]) -> None:
        self._changes[no] = (target, change)
        for key, fen in change.items():
            self._add(target, key, fen)

    def _correct(self, deed: Deed, target: int) -> None:
        """A correction moves the difference; of several pupils nobody can tell whose it is."""
        sign = 1
        if target in self._changes:
            target, sign = self._changes[target][0], -1
        target = self._settles.get(target, target)
        row = self._rows.get(target, {})
        if len(row) == 1:
            self._change(deed.no, target, dict.fromkeys(row, sign * deed.total_fen))

    def _void(self, no: int) -> None:
        for key, fen in self._rows.get(no, {}).copy().items():
            self._add(no, key, -fen)
        self._rows.pop(no, None)
        target, change = self._changes.pop(no, (-1, {}))
        for key, fen in change.items() if target in self._rows else ():
            self._add(target, key, -fen)


def recipients(file: Mapping[str, Any] | None, total_fen: int) -> Iterator[tuple[str, int]]:
    """(pupil, fen) of each case in a dossier; the whole sum where it names one pupil only."""
    content = file or {}
    cases = content.get("cases")
    for row in cases if isinstance(cases, list) else ():
        case, pupil, _guardian, fen = row[:4]
        yield pupil_key(str(case), str(pupil)), int(fen)
    pupil = content.get("pupil")
    if isinstance(pupil, str) and pupil:
        yield pupil_key("", pupil), total_fen


def aid_declared(file: Mapping[str, Any] | None) -> Iterator[tuple[str, str, int]]:
    """(pupil, case, fen) of the aid from elsewhere that the dossier of an application declares."""
    content = file or {}
    more = content.get("more", {})
    for case, pupil, _guardian, _fen in content.get("cases", ()):
        fen = more.get(case, {}).get("other_aid_fen", 0)
        if fen:
            yield pupil_key(str(case), str(pupil)), str(case), int(fen)


def pupil_key(case: str, pupil: str) -> str:
    """Who is meant: the pupil where the school's file names one, else the case."""
    return f"pupil {pupil}" if pupil else f"case {case}"
