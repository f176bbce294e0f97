"""Verbs for what comes in: gifts, interest, agency money and the unidentified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lovefund.cli import fields as f
from lovefund.cli.common import (
    AMOUNT,
    DONOR,
    NAMED_PUPIL,
    NO,
    ON,
    PAPERS,
    PLACE_IN,
    PROGRAMME,
    RESTRICTION,
    SOURCE,
    donor_of,
    papers,
)
from lovefund.cli.fields import Field
from lovefund.cli.forms import Verb, commands
from lovefund.language import N_

if TYPE_CHECKING:
    from lovefund.actions.workspace import Workspace
    from lovefund.store.book import Posted

Answers = Mapping[str, Any]


def _donate(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.receive import donate

    return donate(
        ws,
        a["on"],
        a["amount"],
        a["place"],
        a["source"],
        donor_of(a),
        a["restriction"],
        papers(ws, a),
        request,
    )


def _donate_goods(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.receive import donate_goods

    basis = "fair-value" if a["fair_value"] else "document"
    return donate_goods(
        ws,
        a["on"],
        a["goods"],
        a["source"],
        donor_of(a),
        a["restriction"],
        basis,
        papers(ws, a),
        request,
    )


def _donate_service(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.receive import donate_service

    return donate_service(
        ws,
        a["on"],
        a["amount"],
        a["programme"],
        a["source"],
        donor_of(a),
        a["restriction"],
        papers(ws, a),
        request,
    )


def _interest(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.receive import receive_interest

    return receive_interest(
        ws, a["on"], a["amount"], a["place"], a["restriction"], papers(ws, a), request
    )


def _unidentified(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.receive import receive_unidentified

    return receive_unidentified(ws, a["on"], a["amount"], a["place"], papers(ws, a), request)


def _identify(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.receive import identify_donation, identify_returned

    if a["returned"]:
        return identify_returned(
            ws, a["no"], a["on"], a["amount"], a["place"], papers(ws, a), request
        )
    return identify_donation(
        ws,
        a["no"],
        a["on"],
        a["amount"],
        a["source"],
        donor_of(a),
        a["restriction"],
        papers(ws, a),
        request,
    )


def _agency_in(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.receive import receive_agency

    return receive_agency(
        ws, a["on"], a["amount"], a["place"], donor_of(a), a["pupil"], papers(ws, a), request
    )


def _kept(a: Answers) -> bool:
    return not a.get("returned")


def _if_kept(field: Field) -> Field:
    return replace(field, when=lambda a: _kept(a) and field.when(a))


GOODS = Field(
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
        "donate",
        (AMOUNT, SOURCE, *DONOR, PLACE_IN, RESTRICTION, *NAMED_PUPIL, ON, *PAPERS),
        _donate,
    ),
    Verb(
        "donate-goods",
        (
            GOODS,
            SOURCE,
            *DONOR,
            Field(
                "fair_value",
                "--fair-value",
                N_("Is the value an estimate, without an invoice? (y/n)"),
                f.yes,
                default="n",
                flag=True,
            ),
            RESTRICTION,
            *NAMED_PUPIL,
            ON,
            *PAPERS,
        ),
        _donate_goods,
    ),
    Verb(
        "donate-service",
        (AMOUNT, PROGRAMME, SOURCE, *DONOR, RESTRICTION, *NAMED_PUPIL, ON, *PAPERS),
        _donate_service,
    ),
    Verb("interest", (AMOUNT, PLACE_IN, RESTRICTION, ON, *PAPERS), _interest),
    Verb("unidentified", (AMOUNT, PLACE_IN, ON, *PAPERS), _unidentified),
    Verb(
        "identify",
        (
            NO,
            AMOUNT,
            Field(
                "returned",
                "--returned",
                N_("Was it a wrong transfer that goes back? (y/n)"),
                f.yes,
                default="n",
                flag=True,
            ),
            replace(SOURCE, when=_kept),
            *(_if_kept(field) for field in DONOR),
            replace(RESTRICTION, when=_kept),
            *(_if_kept(field) for field in NAMED_PUPIL),
            replace(PLACE_IN, question=N_("From where is it paid?"), when=lambda a: not _kept(a)),
            ON,
            *PAPERS,
        ),
        _identify,
    ),
    Verb(
        "agency-in",
        (
            AMOUNT,
            *DONOR,
            Field(
                "pupil", "--pupil", N_("For which pupil? (kept sealed, never published)"), f.name
            ),
            NAMED_PUPIL[1],
            PLACE_IN,
            ON,
            *PAPERS,
        ),
        _agency_in,
    ),
)
