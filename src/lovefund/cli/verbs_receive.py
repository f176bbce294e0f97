"""Verbs for what comes in: gifts, interest, agency money and the unidentified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lovefund.cli import fields as f
from lovefund.cli.common import (
    AMOUNT,
    CAMPAIGN,
    DONOR,
    KIN,
    NAMED_PUPIL,
    NO,
    ON,
    PAPERS,
    PLACE_IN,
    PLEDGE,
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


def _campaign(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.receive import open_campaign
    from lovefund.core.campaigns import Campaign

    drive = Campaign(
        a["code"],
        a["title"],
        a["scope"],
        a["partner"] or "",
        a["filing"] or "",
        a["event"],
        a["agreement"] or "",
        a["agreed"],
    )
    return open_campaign(ws, a["on"], drive, papers(ws, a), request)


def _is_public(a: Answers) -> bool:
    return a.get("scope") == "public"


_PARTNER = (
    Field(
        "partner",
        "--partner",
        N_("The code of the charity that runs it (its unified social credit code)"),
        f.optional_code,
        default="",
    ),
    Field("filing", "--filing", N_("The filing number of its plan"), f.optional_code, default=""),
)
_AGREEMENT = (
    Field(
        "agreement",
        "--agreement",
        N_("The number of its donation agreement"),
        f.optional_code,
        default="",
    ),
    Field("agreed", "--agreed", N_("The day of that agreement"), f.optional_day, default=""),
)
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
        "campaign",
        (
            Field("code", "", N_("Under which short code? (as spring-2026)"), f.code),
            Field("title", "--title", N_("What is the drive called? (shown)"), f.title),
            Field("scope", "--scope", N_("Whom does it ask?"), f.choice("scopes"), "scopes"),
            *(replace(field, when=_is_public) for field in _PARTNER),
            Field(
                "event",
                "--event",
                N_("The day of a bazaar (empty: it is none)"),
                f.optional_day,
                default="",
            ),
            *(replace(field, when=lambda a: bool(a.get("event"))) for field in _AGREEMENT),
            ON,
            *PAPERS,
        ),
        _campaign,
    ),
    Verb(
        "donate",
        (
            AMOUNT,
            SOURCE,
            *DONOR,
            PLACE_IN,
            RESTRICTION,
            *NAMED_PUPIL,
            KIN,
            CAMPAIGN,
            PLEDGE,
            ON,
            *PAPERS,
        ),
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
            CAMPAIGN,
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
            KIN,
            NAMED_PUPIL[1],
            PLACE_IN,
            PLEDGE,
            ON,
            *PAPERS,
        ),
        _agency_in,
    ),
)
