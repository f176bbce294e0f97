"""Keeps what sponsors pledged, what came of it, and tells each what became of a year's money."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from lovefund.actions.evidence import keep_content
from lovefund.actions.figures import fund_names
from lovefund.actions.items import amount_now
from lovefund.actions.keys import require_keys
from lovefund.actions.outputs import refuse_place
from lovefund.actions.spend import file_of
from lovefund.actions.tracing import traced
from lovefund.actions.workspace import Workspace, existing, record, refuse
from lovefund.core import pledges as core
from lovefund.core.donations import Donor
from lovefund.core.entries import Draft, Entry
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.core.pledges import PLEDGED, Terms
from lovefund.errors import BadInput, Refused
from lovefund.language import _, language
from lovefund.publishing.paper import Issuer
from lovefund.publishing.sponsor import Came, SponsorReport, sponsor_pdf
from lovefund.store.book import Book, Posted
from lovefund.store.reading import Books
from lovefund.system import write_whole

#: By what a pledge is fulfilled.
_COMING = ("donation", "agency-received")


def pledge(
    ws: Workspace,
    on: date,
    donor: Donor,
    terms: Terms,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Keep a sponsor's word as a memo; nothing is posted."""
    return record(ws, lambda _book, _books: core.pledged(on, donor, terms, papers), request)


def end_pledge(
    ws: Workspace, no: int, on: date, papers: Papers = NO_PAPERS, request: str = ""
) -> Posted:
    """Nothing more is expected of pledge ``no``."""

    def build(_book: Book, books: Books) -> Draft:
        existing(books, no, PLEDGED)
        return core.pledge_ended(on, no, papers)

    return record(ws, build, request)


@dataclass(frozen=True, slots=True)
class Standing:
    """A pledge, and what came of it: (entry, fen), voided ones left out."""

    no: int
    on: date
    terms: Terms
    came: tuple[tuple[Entry, int], ...]
    ended: bool

    @property
    def came_fen(self) -> int:
        """What came in all."""
        return sum(fen for _entry, fen in self.came)

    def late(self, today: date) -> tuple[date, int] | None:
        """The first day missed, and what is missing today in fen; None where nothing is."""
        missing, since = self.terms.due_fen(today) - self.came_fen, None
        if not self.ended and missing > 0:
            since = self.terms.first_missing(self.came_fen)
        return None if since is None else (since, missing)


def standing(books: Books) -> list[Standing]:
    """Every pledge of the fund, private: it needs the keys."""
    known = books.undertakings.pledges
    if not known.known:
        return []
    require_keys(books)
    came: dict[int, list[tuple[Entry, int]]] = {}
    for entry, file in _with_files(books, _COMING, min(known.known)):
        of = file.get("pledge")
        if isinstance(of, int) and (fen := amount_now(books, entry)):
            came.setdefault(of, []).append((entry, fen))
    return [
        Standing(
            no,
            existing(books, no).on,
            core.terms_of(file_of(books, no)),
            tuple(came.get(no, ())),
            no in known.ended,
        )
        for no in sorted(known.known)
    ]


def may_fulfil(books: Books, no: int | None, donor: str, pupil: str = "") -> None:
    """Refused where what comes is not of the sponsor who pledged, or for another pupil."""
    if no is None:
        return
    known = books.undertakings.pledges
    if no not in known.known or no in known.ended:
        raise Refused((core.no_pledge(no),))
    require_keys(books)
    terms = core.terms_of(file_of(books, no))
    if donor != terms.donor or (pupil and pupil != terms.pupil):
        raise refuse(
            "pledge-of-other",
            _("pledge {no} is of {donor}, for {pupil}").format(
                no=no, donor=terms.donor, pupil=terms.pupil or _("no pupil of their own choice")
            ),
            _("give the sponsor and the pupil as the pledge has them, or leave --pledge away"),
            _("A pledge is fulfilled by who pledged, for the pupil it was made for."),
        )


def reports_due(books: Books, today: date) -> Iterator[tuple[Standing, int]]:
    """(pledge, year) of which the sponsor was not told what became of that year's money."""
    told = books.undertakings.pledges.reported
    for one in standing(books):
        years = {entry.on.year for entry, _fen in one.came if entry.on.year < today.year}
        yield from ((one, year) for year in sorted(years) if (one.no, year) not in told)


def report(
    ws: Workspace,
    no: int,
    year: int,
    on: date,
    path: Path,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Write the report of a year to a sponsor, and keep that it was made.

    It tells the sponsor's own money and what was passed on of it, and no name of a child.
    """
    refuse_place(path)
    drawn: list[bytes] = []

    def build(_book: Book, books: Books) -> Draft:
        existing(books, no, PLEDGED)
        content = sponsor_pdf(report_of(books, no, year, on), language())
        drawn[:] = [content]
        kept = (*papers.evidence, keep_content(ws, content, path.name))
        return core.sponsor_reported(on, no, year, replace(papers, evidence=kept))

    posted = record(ws, build, request)
    if drawn and not ws.dry_run:
        write_whole(path, drawn[0])
    return posted


def report_of(books: Books, no: int, year: int, day: date) -> SponsorReport:
    """What a sponsor is told of a year's money; BadInput where nothing came in it."""
    (one,) = (s for s in standing(books) if s.no == no)
    came = [(entry, fen) for entry, fen in one.came if entry.on.year == year]
    if not came:
        raise BadInput(
            "--year",
            str(year),
            _("nothing came of pledge {no} in that year").format(no=no),
            _("`lovefund pledges` tells what came, and when"),
        )
    became: dict[str, int] = {}
    refunded = 0
    agency = {entry.no for entry, _fen in came if entry.kind == "agency-received"}
    if agency:
        passed = _passed_on(books, one.terms.pupil)
        became[_("Passed on to the pupil you support")] = sum(passed.get(no, 0) for no in agency)
    for entry, _fen in came:
        if entry.no in agency:
            continue
        found = traced(books, entry.no)
        refunded += found.refunded_fen
        for paid in found.paid:
            became[paid.what] = became.get(paid.what, 0) + paid.amount_fen
    name, school = fund_names(books)
    due = one.terms.due_fen(date(year, 12, 31)) - one.terms.due_fen(date(year - 1, 12, 31))
    return SponsorReport(
        Issuer(books.fund, name, school, books.practice),
        one.terms.donor,
        no,
        one.on,
        year,
        day,
        due,
        tuple(Came(entry.on, str(entry.facts.get("receipt", "")), fen) for entry, fen in came),
        tuple((what, fen) for what, fen in became.items() if fen),
        refunded,
    )


def _passed_on(books: Books, pupil: str) -> dict[int, int]:
    """Of each entry that brought money for a pupil, what was passed on: the oldest goes first."""
    lots: dict[int, int] = {}
    paid = 0
    for entry, file in _with_files(books, ("agency-received", "agency-paid")):
        if file.get("pupil") != pupil:
            continue
        fen = amount_now(books, entry)
        if entry.kind == "agency-paid":
            paid += fen
        else:
            lots[entry.no] = fen
    found = {}
    for no, fen in lots.items():
        found[no] = min(fen, paid)
        paid -= found[no]
    return found


def _with_files(
    books: Books, kinds: tuple[str, ...], no_from: int = 0
) -> Iterator[tuple[Entry, dict[str, Any]]]:
    """Entries of these kinds with their dossiers, opened in one go."""
    entries = list(books.entries(kinds=kinds, no_from=no_from))
    if entries:
        sealed = books.sealed_between(entries[0].no, entries[-1].no, kinds=kinds)
        for entry in entries:
            slot = sealed.get(entry.no, {}).get("file")
            yield entry, dict(json.loads(slot[1])) if slot else {}
