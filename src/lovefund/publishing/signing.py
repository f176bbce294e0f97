"""The sheet on which guardians sign for money: it names pupils and never leaves the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lovefund.publishing.paper import Issuer, refuse_issuer
from lovefund.publishing.render import html_to_pdf, refuse_missing
from lovefund.publishing.templates import fill


@dataclass(frozen=True, slots=True)
class SigningRow:
    """One family, in fen."""

    case: str
    pupil: str
    guardian: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class SigningSheet:
    """The families of one application who are paid; ``on`` is the day it was printed."""

    issuer: Issuer
    application: int
    minutes: str
    on: date
    rows: tuple[SigningRow, ...]

    @property
    def total_fen(self) -> int:
        """The sum of all rows."""
        return sum(row.amount_fen for row in self.rows)


def signing_pdf(sheet: SigningSheet, language: str) -> bytes:
    """The sheet as PDF; MachineLacks for a character that no font of ours has."""
    refuse_issuer(sheet.issuer)
    for row in sheet.rows:
        refuse_missing(row.pupil + row.guardian, row.case)
    html = fill("signing.html", language, issuer=sheet.issuer, v=sheet)
    return html_to_pdf(html, sheet.on)
