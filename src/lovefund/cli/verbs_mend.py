"""Verbs that mend what was booked, and that close the books."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lovefund.cli import fields as f
from lovefund.cli.common import DONOR, NO, ON, PAPERS, REASON, donor_of, papers
from lovefund.cli.fields import Field
from lovefund.cli.forms import Verb, commands
from lovefund.language import N_

if TYPE_CHECKING:
    from lovefund.actions.workspace import Workspace
    from lovefund.store.book import Posted

Answers = Mapping[str, Any]


def _correct(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.mend import Changes, correct

    changes = Changes(a["amount"], a["place"], a["source"], a["programme"], a["restriction"])
    return correct(ws, a["no"], a["on"], changes, a["reason"], papers(ws, a), request)


def _void(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.mend import void

    return void(ws, a["no"], a["on"], a["reason"], papers(ws, a), request)


def _mend_name(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.mend import mend_name

    return mend_name(ws, a["no"], a["on"], donor_of(a), a["reason"], request)


def _hide_name(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.mend import hide_name

    return hide_name(ws, a["no"], a["on"], a["memo"] or "", request)


def _copy_receipt(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.mend import copy_receipt

    return copy_receipt(ws, a["no"], a["on"], a["reason"], request)


def _add_evidence(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.mend import add_evidence

    return add_evidence(ws, a["no"], a["on"], papers(ws, a), request)


def _close(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.close import close_period, close_year

    through = a["through"]
    if isinstance(through, int):
        return close_year(ws, through, request)
    return close_period(ws, through, request)


def _unless(list_name: str, key: str, option: str, question: str) -> Field:
    return Field(key, option, question, f.optional_choice(list_name), list_name, "")


_MEMO = Field("memo", "--memo", N_("A note for the school's own file"), f.memo, default="")

COMMANDS = commands(
    Verb(
        "correct",
        (
            NO,
            Field(
                "amount",
                "--amount",
                N_("The right amount (empty: it is right)"),
                f.optional_amount,
                default="",
            ),
            _unless("places", "place", "--by", N_("The right place (empty: it is right)")),
            _unless(
                "sources", "source", "--source", N_("The right kind of donor (empty: it is right)")
            ),
            _unless(
                "programmes",
                "programme",
                "--programme",
                N_("The right programme (empty: it is right)"),
            ),
            _unless(
                "restrictions", "restriction", "--for", N_("The right purpose (empty: it is right)")
            ),
            REASON,
            ON,
            *PAPERS,
        ),
        _correct,
    ),
    Verb("void", (NO, REASON, ON, *PAPERS), _void),
    Verb("mend-name", (NO, *DONOR, REASON, ON), _mend_name),
    Verb("hide-name", (NO, _MEMO, ON), _hide_name),
    Verb("copy-receipt", (NO, REASON, ON), _copy_receipt),
    Verb(
        "add-evidence",
        (
            NO,
            Field(
                "evidence",
                "--evidence",
                N_("A photo, invoice or minutes to keep with it"),
                f.paths,
                many=True,
                lines=True,
            ),
            _MEMO,
            ON,
        ),
        _add_evidence,
    ),
    Verb(
        "close",
        (
            Field(
                "through",
                "",
                N_("Through which day, month or year? As 2026-08-31, 2026-08, 2026"),
                f.closing,
            ),
        ),
        _close,
    ),
)
