"""Opens restrictions, and lifts, adds or changes them with the donor's consent."""

from __future__ import annotations

from datetime import date

from lovefund.actions.workspace import Workspace, held_by, record, refuse
from lovefund.core import restrictions as core
from lovefund.core.entries import AGENCY, Draft
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.errors import BadInput
from lovefund.language import _
from lovefund.money import yuan
from lovefund.store.book import Book, Posted
from lovefund.store.reading import Books


def open_restriction(
    ws: Workspace,
    on: date,
    code: str,
    title: str,
    programmes: tuple[str, ...],
    agreement: str,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Give a donor's limit a restriction of its own, with the agreement that sets it."""
    if not agreement:
        raise BadInput(
            "agreement",
            "",
            _("a restriction needs the reference of the donor's agreement"),
            _("give its number; what a committee sets aside is not a restriction"),
        )
    return record(
        ws,
        lambda book, books: core.restriction_opened(on, code, title, programmes, agreement, papers),
        request,
    )


def change_restriction(
    ws: Workspace,
    on: date,
    source: str,
    target: str,
    amount_fen: int,
    consent: str,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Move money to another purpose, with the reference of the donor's written consent."""
    if not consent:
        raise BadInput(
            "consent",
            "",
            _(
                "a purpose changes only with the donor's written consent "
                "(捐赠法 art. 18, 慈善法 art. 56)"
            ),
            _("give the reference of the consent"),
        )

    if source == target:
        raise BadInput(
            "to",
            target,
            _("it is the same restriction"),
            _("choose another restriction"),
        )

    def build(book: Book, books: Books) -> Draft:
        for code in (source, target):
            if code not in book.restrictions or code == AGENCY:
                raise BadInput(
                    "restriction",
                    code,
                    _("there is no such restriction to change"),
                    _("one of {known}").format(
                        known=", ".join(c for c in book.restrictions if c != AGENCY)
                    ),
                )
        held = held_by(books, source)
        try:
            return core.restriction_changed(
                book.chart,
                on,
                book.restrictions[source],
                book.restrictions[target],
                held,
                amount_fen,
                consent,
                papers,
            )
        except ValueError as error:
            left = yuan(sum(held.values()))
            raise refuse(
                "overdrawn",
                _("{name} holds {left} yuan; this needs {need}").format(
                    name=core.called(source), left=left, need=yuan(amount_fen)
                ),
                _("take {left} yuan or less, or book what came in first").format(left=left),
                _("On no date is money or stock below zero (law 2)."),
            ) from error

    return record(ws, build, request)
