"""Verbs that count: the cash box and the donation boxes, before two witnesses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lovefund.cli import fields as f
from lovefund.cli.common import ON, PAPERS, RESTRICTION, WITNESSES, papers
from lovefund.cli.fields import Field
from lovefund.cli.forms import Verb, commands
from lovefund.language import N_

if TYPE_CHECKING:
    from lovefund.actions.workspace import Workspace
    from lovefund.store.book import Posted

Answers = Mapping[str, Any]


def _count_cash(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.count import count_cash

    return count_cash(ws, a["on"], a["pieces"], a["witnesses"], papers(ws, a), request)


def _open_box(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.count import open_box

    return open_box(
        ws,
        a["on"],
        a["box"],
        a["pieces"],
        a["witnesses"],
        a["source"],
        a["restriction"],
        papers(ws, a),
        request,
    )


_PIECES = Field(
    "pieces", "--count", N_("What was counted? Notes and coins, as 100x3,50x2,0.5x4"), f.pieces
)
_SOURCE = Field(
    "source", "--source", N_("What kind of donor?"), f.choice("sources"), "sources", "society"
)

COMMANDS = commands(
    Verb("count-cash", (_PIECES, WITNESSES, ON, *PAPERS), _count_cash),
    Verb(
        "open-box",
        (
            Field("box", "", N_("Which box? Its public number, as BOX-1"), f.code),
            _PIECES,
            WITNESSES,
            _SOURCE,
            RESTRICTION,
            ON,
            *PAPERS,
        ),
        _open_box,
    ),
)
