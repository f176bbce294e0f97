"""Moves money between places of a fund, and between funds of the same books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from lovefund.actions.workspace import Workspace, held_at, new_request, record, refuse
from lovefund.core import places
from lovefund.core.entries import GENERAL, Draft
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.errors import BadInput
from lovefund.language import _, language
from lovefund.money import yuan
from lovefund.store.book import Book, Posted
from lovefund.store.reading import Books


def propose_split(ws: Workspace, amount_fen: int, place: str) -> dict[str, int]:
    """How an amount taken from a place would divide over the restrictions."""
    with ws.reading() as books:
        return split_now(books, amount_fen, place)


def split_now(books: Books, amount_fen: int, place: str) -> dict[str, int]:
    """The same in books that are open; Refused where the place holds less."""
    held = held_at(books, place)
    try:
        return places.proposed_split(amount_fen, held)
    except ValueError as error:
        total = sum(held.values())
        raise refuse(
            "overdrawn",
            _("{name} holds {left} yuan; this needs {need}").format(
                name=books.chart.role(place).label(language()),
                left=yuan(total),
                need=yuan(amount_fen),
            ),
            _("take {left} yuan or less, or book what came in first").format(left=yuan(total))
            if total > 0
            else _("book what came in first"),
            _("On no date is money or stock below zero (law 2)."),
        ) from error


def move_money(
    ws: Workspace,
    on: date,
    amount_fen: int,
    place_from: str,
    place_to: str,
    fee_fen: int = 0,
    split: Mapping[str, int] | None = None,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Bank cash or empty a wallet; ``amount_fen`` leaves the place, the fee included."""
    if place_from == place_to:
        raise BadInput("to", place_to, _("it is the same place"), _("choose another place"))
    if fee_fen >= amount_fen:
        raise BadInput(
            "fee", yuan(fee_fen), _("the fee takes all of it"), _("look at the amounts again")
        )
    if split is not None and sum(split.values()) != amount_fen:
        raise BadInput(
            "split",
            yuan(sum(split.values())),
            _("the parts do not add up to {amount}").format(amount=yuan(amount_fen)),
            _("let the parts add up, or leave the split away"),
        )

    def build(book: Book, books: Books) -> Draft:
        parts = split if split is not None else split_now(books, amount_fen, place_from)
        return places.money_moved(book.chart, on, place_from, place_to, parts, fee_fen, papers)

    return record(ws, build, request)


def transfer(
    ws: Workspace,
    to_fund: str,
    on: date,
    amount_fen: int,
    place: str,
    place_to: str,
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> tuple[Posted, Posted]:
    """Send money to another fund of the same books: two entries that name each other.

    Both funds are locked in the order of their names before anything is read, so two
    transfers that cross cannot wait for each other.
    """
    request = request or new_request()
    with ws.database.reading() as connection:
        from lovefund.store.reading import funds

        known = funds(connection)
    fund = ws.fund or (known[0] if len(known) == 1 else "")
    if to_fund == fund:
        raise BadInput("to", to_fund, _("it is the same fund"), _("choose another fund"))
    answer: list[Posted] = []
    with ws.gates(fund, to_fund) as gates:
        giver, taker = gates[fund], gates[to_fund]
        restricted = (
            giver.restrictions[restriction].restricted
            if restriction in giver.restrictions
            else False
        )
        out = places.transfer_out(
            giver.chart, on, amount_fen, place, to_fund, taker.size, restriction, restricted, papers
        )
        into = places.transfer_in(
            taker.chart, on, amount_fen, place_to, fund, giver.size, restriction, restricted, papers
        )
        answer.append(giver.post_one(replace(out, request=request)))
        answer.append(taker.post_one(replace(into, request=request)))
    return answer[0], answer[1]
