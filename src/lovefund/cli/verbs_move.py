"""Verbs that move money between places and between funds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lovefund.cli import fields as f
from lovefund.cli.common import AMOUNT, ON, PAPERS, RESTRICTION, papers
from lovefund.cli.fields import Field
from lovefund.cli.forms import Verb, commands
from lovefund.language import N_

if TYPE_CHECKING:
    from lovefund.actions.workspace import Workspace
    from lovefund.store.book import Posted

Answers = Mapping[str, Any]


def _move(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.move import move_money

    return move_money(
        ws,
        a["on"],
        a["amount"],
        a["place"],
        a["place_to"],
        a["fee"],
        a["split"] or None,
        papers(ws, a),
        request,
    )


def _transfer(ws: Workspace, a: Answers, request: str) -> list[Posted]:
    from lovefund.actions.move import transfer

    return list(
        transfer(
            ws,
            a["to_fund"],
            a["on"],
            a["amount"],
            a["place"],
            a["place_to"],
            a["restriction"],
            papers(ws, a),
            request,
        )
    )


COMMANDS = commands(
    Verb(
        "move",
        (
            AMOUNT,
            Field("place", "--from", N_("From where?"), f.choice("places"), "places"),
            Field("place_to", "--to", N_("To where?"), f.choice("places"), "places"),
            Field(
                "fee",
                "--fee",
                N_("What fee was taken out of it? (0: none)"),
                f.fee_amount,
                default="0",
            ),
            Field(
                "split",
                "--split",
                N_("Parts by restriction, as general=300,home=200 (empty: by what lies there)"),
                f.split,
                default="",
            ),
            ON,
            *PAPERS,
        ),
        _move,
    ),
    Verb(
        "transfer",
        (
            AMOUNT,
            Field("to_fund", "--to", N_("To which fund?"), f.choice("funds"), "funds"),
            Field("place", "--by", N_("From where is it paid?"), f.choice("places"), "places"),
            Field(
                "place_to",
                "--into",
                N_("Where does it arrive?"),
                f.choice("places"),
                "places",
                "bank",
            ),
            RESTRICTION,
            ON,
            *PAPERS,
        ),
        _transfer,
    ),
)
