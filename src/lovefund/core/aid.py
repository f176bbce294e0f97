"""What a pupil was given, read from dossiers: by term and school year, agency money apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lovefund.core.known import window_of
from lovefund.core.pupils import Pupil, term_of

GRANTED, BACK, PASSED_ON = "grant-paid", "grant-returned", "agency-paid"
#: The kinds by which money reaches a pupil, or comes back.
KINDS_OF_AID = (GRANTED, BACK, PASSED_ON)


@dataclass(frozen=True, slots=True)
class Aid:
    """Money that reached a pupil by entry ``no``, in fen; below 0 what came back.

    ``agency`` money was a sponsor's and only passed on; the rest is the fund's own.
    """

    no: int
    on: date
    code: str
    amount_fen: int
    agency: bool

    @property
    def term(self) -> str:
        """The term that it falls in, as ``2026-autumn``."""
        return term_of(self.on)

    @property
    def year(self) -> str:
        """The school year that it falls in, as ``2026-2027``."""
        first = window_of(self.on, "year").first.year
        return f"{first}-{first + 1}"


@dataclass(frozen=True, slots=True)
class Sum:
    """What a pupil was given in a term or school year, in fen: by the fund, and passed on."""

    period: str
    own_fen: int
    agency_fen: int


def rows_of(file: Mapping[str, Any]) -> list[list[Any]]:
    """The rows of a dossier that give money: case code, pupil, guardian, fen."""
    return list(file.get("cases") or file.get("settles", ()))


def aid_of(
    pupil: Pupil, no: int, kind: str, on: date, total_fen: int, file: Mapping[str, Any]
) -> Iterator[Aid]:
    """What one entry gave to a pupil; ``total_fen`` is what it moved, as corrected.

    An entry for one pupil alone gave all of it; of several each got what the dossier says.
    """
    rows = rows_of(file)
    if kind == PASSED_ON:
        if pupil.answers_to(str(file.get("pupil", ""))):
            yield Aid(no, on, "", total_fen, True)
        return
    for code, name, _guardian, fen in (row[:4] for row in rows):
        # A code may be typed without a name; where a name stands, it decides.
        if pupil.answers_to(str(name) or str(code)):
            amount = total_fen if len(rows) == 1 else int(fen)
            yield Aid(no, on, str(code), -amount if kind == BACK else amount, False)


def by_term(aid: Iterable[Aid]) -> list[Sum]:
    """The sums of each term, in order."""
    return _summed((one.term, one) for one in aid)


def by_year(aid: Iterable[Aid]) -> list[Sum]:
    """The sums of each school year, in order."""
    return _summed((one.year, one) for one in aid)


def _summed(told: Iterable[tuple[str, Aid]]) -> list[Sum]:
    sums: dict[str, list[int]] = {}
    for period, one in told:
        sums.setdefault(period, [0, 0])[one.agency] += one.amount_fen
    # "2027-spring" is before "2027-autumn", though its letters are not.
    order = sorted(sums, key=lambda period: (period[:4], period[5:] != "spring"))
    return [Sum(period, *sums[period]) for period in order]
