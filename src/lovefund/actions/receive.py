"""Takes in money, goods and services: gifts, interest, agency money and the unidentified."""

from __future__ import annotations

from datetime import date

from lovefund.actions.workspace import Workspace, record, standing
from lovefund.core import donations, grants, places
from lovefund.core.donations import Donor
from lovefund.core.entries import GENERAL, Holder
from lovefund.core.goods import GoodsLine
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.store.book import Posted


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
    return record(
        ws,
        lambda book, books: donations.donation(
            book.chart, on, amount_fen, place, source, donor, restriction, papers
        ),
        request,
    )


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
    return record(
        ws,
        lambda book, books: donations.identified_donation(
            book.chart,
            on,
            standing(books, no, "unidentified"),
            amount_fen,
            source,
            donor,
            restriction,
            papers,
        ),
        request,
    )


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
            book.chart, on, standing(books, no, "unidentified"), amount_fen, place, papers
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
    return record(
        ws,
        lambda book, books: grants.agency_received(
            book.chart,
            on,
            amount_fen,
            place,
            Holder(donor.name, donor.phrase),
            pupil,
            donor.shown,
            papers,
        ),
        request,
    )
