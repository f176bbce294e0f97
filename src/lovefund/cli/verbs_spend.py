"""Verbs for what goes out: grants, outlay, goods, advances, fees and refunds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lovefund.cli import fields as f
from lovefund.cli.common import (
    AMOUNT,
    NO,
    ON,
    PAPERS,
    PLACE_IN,
    PLACE_OUT,
    PROGRAMME,
    RESTRICTION,
    papers,
)
from lovefund.cli.fields import Field
from lovefund.cli.forms import Verb, commands
from lovefund.language import N_

if TYPE_CHECKING:
    from lovefund.actions.workspace import Workspace
    from lovefund.core.grants import Recipient
    from lovefund.store.book import Posted

Answers = Mapping[str, Any]


def _recipient(a: Answers) -> Recipient:
    from lovefund.core.grants import Recipient

    return Recipient(a["case"], a["guardian"], a["amount"], a["pupil"] or "", a["phrase"] or "")


def _grant(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.spend import pay_grants

    return pay_grants(
        ws,
        a["on"],
        (_recipient(a),),
        a["place"],
        a["programme"],
        a["restriction"],
        papers(ws, a),
        a["approved"],
        request,
    )


def _promise(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.spend import promise_grants

    return promise_grants(
        ws, a["on"], (_recipient(a),), a["programme"], a["restriction"], papers(ws, a), request
    )


def _pay_promised(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.spend import pay_promised

    return pay_promised(ws, a["no"], a["on"], a["amount"], a["place"], papers(ws, a), request)


def _reserve(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.spend import reserve_grant

    return reserve_grant(ws, a["on"], a["amount"], a["restriction"], papers(ws, a), request)


def _withdraw(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.cases import withdraw
    from lovefund.actions.spend import withdraw_grant

    with ws.reading() as books:
        of_case = books.case(a["no"]) is not None
    if of_case:
        return withdraw(ws, a["no"], a["on"], a["only"], papers(ws, a), request)
    return withdraw_grant(ws, a["no"], a["on"], papers(ws, a), request)


def _return_grant(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.spend import return_grant

    return return_grant(
        ws,
        a["no"],
        a["on"],
        a["amount"],
        a["place"],
        papers(ws, a),
        request,
        recovered=a["recovered"],
        codes=a["only"],
    )


def _spend(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.spend import pay_outlay

    return pay_outlay(
        ws,
        a["on"],
        a["amount"],
        a["place"],
        a["programme"],
        a["restriction"],
        a["payee"],
        papers(ws, a),
        request,
    )


def _fee(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.spend import pay_fee

    return pay_fee(ws, a["on"], a["amount"], a["place"], papers(ws, a), request)


def _owe_refund(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.spend import owe_refund

    return owe_refund(
        ws,
        a["no"],
        a["on"],
        a["amount"],
        own_fault=a["own_fault"],
        papers=papers(ws, a),
        request=request,
    )


def _pay_refund(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.spend import pay_refund

    return pay_refund(ws, a["no"], a["on"], a["amount"], a["place"], papers(ws, a), request)


def _agency_out(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.spend import pay_agency
    from lovefund.core.entries import Holder

    return pay_agency(
        ws,
        a["on"],
        a["amount"],
        a["place"],
        Holder(a["guardian"], a["phrase"] or ""),
        a["pupil"],
        papers(ws, a),
        request,
    )


def _buy_goods(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.spend import buy_goods

    return buy_goods(ws, a["on"], a["goods"], a["place"], a["restriction"], papers(ws, a), request)


def _give_goods(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.spend import give_goods

    return give_goods(
        ws,
        a["on"],
        a["wanted"],
        a["programme"],
        a["restriction"],
        a["pupils"],
        papers(ws, a),
        request,
    )


def _sell_goods(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.spend import sell_goods

    return sell_goods(
        ws,
        a["on"],
        a["wanted"],
        a["amount"],
        a["place"],
        a["restriction"],
        papers=papers(ws, a),
        request=request,
    )


def _count_stock(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.spend import count_stock

    return count_stock(
        ws, a["on"], a["item"], a["counted"], a["restriction"], papers(ws, a), request
    )


def _advance(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.spend import pay_advance

    return pay_advance(
        ws, a["on"], a["amount"], a["place"], a["staff"], a["restriction"], papers(ws, a), request
    )


def _settle_advance(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.spend import settle_advance

    return settle_advance(
        ws,
        a["no"],
        a["on"],
        goods=a["goods"],
        spent_fen=a["spent"],
        programme=a["programme"],
        returned_fen=a["returned"],
        place=a["place"],
        papers=papers(ws, a),
        request=request,
    )


RECIPIENT = (
    Field("case", "--case", N_("The pupil's case code in the school's file (kept sealed)"), f.code),
    Field("guardian", "--guardian", N_("Who signs for the money? (kept sealed)"), f.name),
    Field(
        "pupil",
        "--pupil",
        N_("The pupil's name (kept sealed, never published)"),
        f.optional_name,
        default="",
        asked=False,
    ),
    Field(
        "phrase",
        "--phrase",
        N_("A word of the family's own, which then belongs to the receipt"),
        f.optional_name,
        default="",
        asked=False,
    ),
)
APPROVED = Field(
    "approved",
    "--reserved",
    N_("The entry that reserved this money"),
    f.optional_entry_number,
    default="",
    asked=False,
)
ONLY = Field(
    "only",
    "--only",
    N_("Only these cases, by their codes (empty: all that can be)"),
    f.codes,
    default="",
    asked=False,
)
RECOVERED = Field(
    "recovered",
    "--recovered",
    N_("Did the fund have to ask for it back? (y/n)"),
    f.yes,
    default="n",
    flag=True,
    asked=False,
)
WANTED = Field(
    "wanted",
    "--goods",
    N_("Which goods? One a line: ITEM QUANTITY, as: books 30"),
    f.wanted_lines,
    "goods",
    many=True,
    lines=True,
)
BOUGHT = Field(
    "goods",
    "--goods",
    N_("Which goods? One a line: ITEM QUANTITY VALUE, as: books 120 1,800 (or @15 each)"),
    f.goods_lines,
    "goods",
    many=True,
    lines=True,
)

COMMANDS = commands(
    Verb(
        "grant",
        (AMOUNT, *RECIPIENT, PLACE_OUT, PROGRAMME, RESTRICTION, APPROVED, ON, *PAPERS),
        _grant,
    ),
    Verb("promise", (AMOUNT, *RECIPIENT, PROGRAMME, RESTRICTION, ON, *PAPERS), _promise),
    Verb("pay-promised", (NO, AMOUNT, PLACE_OUT, ON, *PAPERS), _pay_promised),
    Verb("reserve", (AMOUNT, RESTRICTION, ON, *PAPERS), _reserve),
    Verb("withdraw", (NO, ONLY, ON, *PAPERS), _withdraw),
    Verb("return-grant", (NO, AMOUNT, PLACE_IN, ONLY, RECOVERED, ON, *PAPERS), _return_grant),
    Verb(
        "spend",
        (
            AMOUNT,
            Field("payee", "--to", N_("Who is paid? (kept sealed)"), f.optional_name, default=""),
            replace(PROGRAMME, read=f.choice("outlays"), choices="outlays"),
            PLACE_OUT,
            RESTRICTION,
            ON,
            *PAPERS,
        ),
        _spend,
    ),
    Verb("fee", (AMOUNT, PLACE_OUT, ON, *PAPERS), _fee),
    Verb(
        "owe-refund",
        (
            NO,
            AMOUNT,
            Field(
                "own_fault",
                "--own-fault",
                N_("Is the mistake our own? (y/n)"),
                f.yes,
                default="n",
                flag=True,
            ),
            ON,
            *PAPERS,
        ),
        _owe_refund,
    ),
    Verb("pay-refund", (NO, AMOUNT, PLACE_OUT, ON, *PAPERS), _pay_refund),
    Verb(
        "agency-out",
        (
            AMOUNT,
            Field("pupil", "--pupil", N_("For which pupil? (as typed when it came in)"), f.name),
            Field("guardian", "--guardian", N_("Who signs for the money? (kept sealed)"), f.name),
            Field(
                "phrase",
                "--phrase",
                N_("A word of the family's own, which then belongs to the receipt"),
                f.optional_name,
                default="",
                asked=False,
            ),
            PLACE_OUT,
            ON,
            *PAPERS,
        ),
        _agency_out,
    ),
    Verb("buy-goods", (BOUGHT, PLACE_OUT, RESTRICTION, ON, *PAPERS), _buy_goods),
    Verb(
        "give-goods",
        (
            WANTED,
            PROGRAMME,
            RESTRICTION,
            Field("pupils", "--pupils", N_("To how many pupils?"), f.number, default="0"),
            ON,
            *PAPERS,
        ),
        _give_goods,
    ),
    Verb(
        "sell-goods",
        (
            WANTED,
            Field("amount", "--takings", N_("How much was taken, in yuan?"), f.amount),
            PLACE_IN,
            RESTRICTION,
            ON,
            *PAPERS,
        ),
        _sell_goods,
    ),
    Verb(
        "count-stock",
        (
            Field("item", "", N_("Which goods were counted?"), f.choice("goods"), "goods"),
            Field("counted", "", N_("How many are there?"), f.number),
            RESTRICTION,
            ON,
            *PAPERS,
        ),
        _count_stock,
    ),
    Verb(
        "advance",
        (
            AMOUNT,
            Field("staff", "--to", N_("Who gets the advance? (kept sealed)"), f.name),
            PLACE_OUT,
            RESTRICTION,
            ON,
            *PAPERS,
        ),
        _advance,
    ),
    Verb(
        "settle-advance",
        (
            NO,
            Field(
                "goods",
                "--goods",
                N_("Goods bought with it, one a line: ITEM QUANTITY VALUE (empty: none)"),
                f.optional_goods_lines,
                "goods",
                default="",
                many=True,
                lines=True,
            ),
            Field(
                "spent",
                "--spent",
                N_("How much was spent on a programme? (0: nothing)"),
                f.fee_amount,
                default="0",
            ),
            PROGRAMME,
            Field(
                "returned",
                "--returned",
                N_("How much was brought back? (0: nothing)"),
                f.fee_amount,
                default="0",
            ),
            Field(
                "place", "--by", N_("How did the money come?"), f.choice("places"), "places", "cash"
            ),
            ON,
            *PAPERS,
        ),
        _settle_advance,
    ),
)
