"""The paper for a guardian: what the books keep of the child; it stays with office and family."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lovefund.publishing.paper import Issuer, refuse_issuer
from lovefund.publishing.render import html_to_pdf, refuse_missing
from lovefund.publishing.templates import fill


@dataclass(frozen=True, slots=True)
class AskedRow:
    """An application in which the pupil is named, in fen; ``at`` is where it stands, in words."""

    on: date
    code: str
    amount_fen: int
    at: str
    tier: str
    need: str
    other_aid_fen: int
    account: str


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A home visit, or a follow-up."""

    on: date
    home: bool
    visitors: str


@dataclass(frozen=True, slots=True)
class AidRow:
    """Money that reached the pupil, in fen; below 0 what came back. ``agency``: a sponsor's."""

    on: date
    no: int
    code: str
    amount_fen: int
    agency: bool


@dataclass(frozen=True, slots=True)
class PupilPaper:
    """A pupil's file as its guardian reads it; ``years`` are school year, own and agency fen."""

    issuer: Issuer
    on: date
    code: str
    term: str
    name: str
    stage: str
    need: str
    guardian: str
    contact: str
    account: str
    frozen: bool
    asked: tuple[AskedRow, ...]
    visits: tuple[VisitRow, ...]
    aid: tuple[AidRow, ...]
    years: tuple[tuple[str, int, int], ...]


def pupil_pdf(paper: PupilPaper, language: str) -> bytes:
    """The paper as PDF; MachineLacks for a character that no font of ours has."""
    refuse_issuer(paper.issuer)
    told = [paper.name, paper.guardian, paper.contact, paper.account]
    told += [x.tier + x.need + x.account for x in paper.asked]
    refuse_missing("".join(told + [v.visitors for v in paper.visits]), paper.code)
    html = fill("pupil.html", language, issuer=paper.issuer, v=paper)
    return html_to_pdf(html, paper.on)
