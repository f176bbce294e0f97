"""Pupils' files (档案) as one register: what is kept of each, and the case codes of each term.

An entry ``pupils-registered`` seals any number of files, or of changes to files; its line is the
same for one pupil and for a hundred, for a new file and for a mended one. A pupil has another
case code each term, drawn at random, so that nobody joins the notices of two terms.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from lovefund.core.days import AUTUMN_MONTH, SPRING_MONTH
from lovefund.core.entries import Draft
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.language import N_

REGISTERED = "pupils-registered"
#: Stages of school (学段), never a class; and how great the need is: Chinese, English.
STAGES: dict[str, tuple[str, str]] = {
    "preschool": ("学前", N_("preschool")),
    "primary": ("小学", N_("primary school")),
    "junior": ("初中", N_("junior middle school")),
    "senior": ("高中", N_("senior middle school")),
}
NEEDS: dict[str, tuple[str, str]] = {
    "special": ("特别困难", N_("great hardship")),
    "hard": ("困难", N_("hardship")),
    "some": ("一般困难", N_("some hardship")),
}
#: What a file may say, besides its case codes.
KEPT = ("name", "stage", "need", "guardian", "contact", "account")

#: Crockford's letters, which people do not mistake for each other; 5 of them make 33 million codes.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 5

#: A pupil's inner identity, and what is new of the file.
Change = tuple[str, Mapping[str, Any]]
#: A whole number below the one that it is asked for.
Chance = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Pupil:
    """A pupil's file; sealed, never published.

    ``id`` is never shown and never changes; ``codes`` has the case code of each term, ``former``
    the names that the file had before. Of a ``frozen`` file nothing is used any more.
    """

    id: str
    name: str = ""
    stage: str = ""
    need: str = ""
    guardian: str = ""
    contact: str = ""
    account: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    former: tuple[str, ...] = ()
    frozen: bool = False

    def answers_to(self, name: str) -> bool:
        """Whether the pupil is, or was, called so, by name or by a code of any term."""
        return name in (self.name, *self.former) or name in self.codes.values()

    def changed(self, change: Mapping[str, Any]) -> Pupil:
        """The file with what is new of it."""
        told = {key: str(change[key]) for key in KEPT if key in change}
        former = self.former
        if self.name and told.get("name", self.name) != self.name:
            former = (*former, self.name)
        return replace(
            self,
            **told,
            former=former,
            codes={**self.codes, **change.get("codes", {})},
            frozen=bool(change.get("frozen", self.frozen)),
        )


def registered(on: date, changes: Sequence[Change], papers: Papers = NO_PAPERS) -> Draft:
    """New files, or changes of files, as one entry whose line tells neither what nor how many."""
    rows = [[identity, dict(change)] for identity, change in changes]
    return Draft(REGISTERED, on, (), papers.facts(), file=papers.file(pupils=rows))


def register_from(files: Iterable[Mapping[str, Any]]) -> dict[str, Pupil]:
    """The files by inner identity, folded from the dossiers of the entries in their order."""
    found: dict[str, Pupil] = {}
    for file in files:
        for identity, change in file.get("pupils", ()):
            found[identity] = found.get(identity, Pupil(identity)).changed(change)
    return found


def term_of(day: date) -> str:
    """The term that a day lies in.

    >>> term_of(date(2026, 9, 1)), term_of(date(2027, 1, 31)), term_of(date(2027, 2, 1))
    ('2026-autumn', '2026-autumn', '2027-spring')
    """
    if day.month >= AUTUMN_MONTH:
        return f"{day.year}-autumn"
    return f"{day.year}-spring" if day.month >= SPRING_MONTH else f"{day.year - 1}-autumn"


def draw_code(taken: Collection[str], chance: Chance) -> str:
    """A case code that nobody ever had; it follows from chance alone."""
    while True:
        code = "L" + "".join(_LETTERS[chance(len(_LETTERS))] for _letter in range(_LENGTH))
        if code not in taken:
            return code


def codes_for(register: Mapping[str, Pupil], term: str, chance: Chance) -> list[Change]:
    """A case code of this term for every file that is in use and has none."""
    taken = {code for pupil in register.values() for code in pupil.codes.values()}
    changes: list[Change] = []
    for pupil in register.values():
        if pupil.frozen or term in pupil.codes:
            continue
        code = draw_code(taken, chance)
        taken.add(code)
        changes.append((pupil.id, {"codes": {term: code}}))
    return changes
