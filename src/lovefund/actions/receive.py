"""Takes in money, goods and services: gifts, interest, agency money and the unidentified."""

from __future__ import annotations

from datetime import date

from lovefund.actions.items import left_open
from lovefund.actions.pledges import may_fulfil
from lovefund.actions.workspace import Workspace, held_by, record
from lovefund.core import donations, grants, places
from lovefund.core.campaigns import Campaign, opened
from lovefund.core.donations import Donor, told_apart
from lovefund.core.entries import GENERAL, NAMED, Draft, Holder
from lovefund.core.goods import GoodsLine
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.errors import Refused
from lovefund.store.book import Book, Posted
from lovefund.store.reading import Books


def open_campaign(
    ws: Workspace, on: date, campaign: Campaign, papers: Papers = NO_PAPERS, request: str = ""
) -> Posted:
    """Open a drive for gifts, or a bazaar."""
    return record(ws, lambda _book, _books: opened(on, campaign, papers), request)


def donate(
    ws: Workspace,
    on: date,
    amount_fen: int,
    place: str,
    source: str,
    donor: Donor,
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Book a gift of money and hand out its receipt."""
    _refuse_passed_on(donor, restriction)

    def build(book: Book, books: Books) -> Draft:
        may_fulfil(books, papers.pledge, donor.name)
        return donations.donation(
            book.chart, on, amount_fen, place, source, donor, restriction, papers
        )

    return record(ws, build, request)


def _refuse_passed_on(donor: Donor, restriction: str) -> None:
    """Refused where the three questions say that the money is only passed on."""
    refusals = tuple(told_apart(donor.answers, agency=False)) if restriction == NAMED else ()
    if refusals:
        raise Refused(refusals)


def donate_goods(
    ws: Workspace,
    on: date,
    goods: tuple[GoodsLine, ...],
    source: str,
    donor: Donor,
    restriction: str = GENERAL,
    basis: str = "document",
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Book a gift of goods into stock and hand out its receipt."""
    return record(
        ws,
        lambda book, books: donations.donation_in_kind(
            book.chart, on, goods, source, donor, restriction, basis, papers
        ),
        request,
    )


def donate_service(
    ws: Workspace,
    on: date,
    amount_fen: int,
    programme: str,
    source: str,
    donor: Donor,
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Book a donated service that has a document of its value."""
    return record(
        ws,
        lambda book, books: donations.service_donated(
            book.chart, on, amount_fen, programme, source, donor, restriction, papers
        ),
        request,
    )


def receive_interest(
    ws: Workspace,
    on: date,
    amount_fen: int,
    place: str,
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Book interest."""
    return record(
        ws,
        lambda book, books: places.interest(book.chart, on, amount_fen, place, restriction, papers),
        request,
    )


def receive_unidentified(
    ws: Workspace,
    on: date,
    amount_fen: int,
    place: str,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Book money that nobody can place yet."""
    return record(
        ws,
        lambda book, books: donations.unidentified(book.chart, on, amount_fen, place, papers),
        request,
    )


def identify_donation(
    ws: Workspace,
    no: int,
    on: date,
    amount_fen: int,
    source: str,
    donor: Donor,
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """An unidentified receipt turns out to be a gift."""

    def build(book: Book, books: Books) -> Draft:
        entry, lies_in = left_open(books, no, "unidentified", "unidentified", amount_fen)
        account = entry.postings[0].debit
        if entry.kind != "unidentified":
            # Of a debt brought forward nobody said where its money lies.
            held = held_by(books, lies_in)
            account = max(held, key=lambda code: held[code], default=book.chart.code("bank"))
        return donations.identified_donation(
            book.chart, on, entry, lies_in, amount_fen, account, source, donor, restriction, papers
        )

    return record(ws, build, request)


def identify_returned(
    ws: Workspace,
    no: int,
    on: date,
    amount_fen: int,
    place: str,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """An unidentified receipt was a wrong transfer and is sent back."""
    return record(
        ws,
        lambda book, books: donations.identified_returned(
            book.chart,
            on,
            *left_open(books, no, "unidentified", "unidentified", amount_fen),
            amount_fen,
            place,
            papers,
        ),
        request,
    )


def receive_agency(
    ws: Workspace,
    on: date,
    amount_fen: int,
    place: str,
    donor: Donor,
    pupil: str,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Book money that is only passed on to the pupil whom the sponsor named."""
    refusals = tuple(told_apart(donor.answers, agency=True))
    if refusals:
        raise Refused(refusals)

    def build(book: Book, books: Books) -> Draft:
        may_fulfil(books, papers.pledge, donor.name, pupil)
        holder = Holder(donor.name, donor.phrase)
        return grants.agency_received(
            book.chart,
            on,
            amount_fen,
            place,
            holder,
            pupil,
            donor.shown,
            papers,
            donor.answers,
        )

    return record(ws, build, request)
