"""The yearly report to a sponsor (一助一): what came of a pledge, and what became of the money.

It is handed to the sponsor alone. No child is named in it: whom the money reached the sponsor
knows, and a report that goes astray tells nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from lovefund.publishing.paper import Issuer, refuse_issuer
from lovefund.publishing.render import html_to_pdf, refuse_missing
from lovefund.publishing.templates import fill


class Came(NamedTuple):
    """Money that came of a pledge, with the number of its receipt, in fen."""

    on: date
    receipt: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class SponsorReport:
    """A year of one pledge through a day, in fen.

    ``due_fen`` is what was pledged for the year; what came = ``became`` + refunded + waiting.
    """

    issuer: Issuer
    donor: str
    pledge: int
    pledged_on: date
    year: int
    through: date
    due_fen: int
    came: Sequence[Came]
    became: Sequence[tuple[str, int]]
    refunded_fen: int

    @property
    def came_fen(self) -> int:
        """What came in the year."""
        return sum(row.amount_fen for row in self.came)

    @property
    def used_fen(self) -> int:
        """What was passed on or spent of it."""
        return sum(fen for _what, fen in self.became)

    @property
    def waiting_fen(self) -> int:
        """What waits."""
        return self.came_fen - self.used_fen - self.refunded_fen


def sponsor_pdf(report: SponsorReport, language: str) -> bytes:
    """The report as PDF; MachineLacks for a character that no font of ours has."""
    refuse_issuer(report.issuer)
    refuse_missing(report.donor, str(report.pledge))
    html = fill("sponsor.html", language, issuer=report.issuer, v=report)
    return html_to_pdf(html, report.through)
