"""Verbs to begin with: open a fund, bring balances forward, open and change restrictions."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lovefund.cli import fields as f
from lovefund.cli.boundary import say
from lovefund.cli.common import ON, PAPERS, papers
from lovefund.cli.fields import Field
from lovefund.cli.forms import Verb, commands
from lovefund.language import N_, _
from lovefund.system import shared_by

if TYPE_CHECKING:
    from lovefund.actions.workspace import Workspace
    from lovefund.store.book import Posted

Answers = Mapping[str, Any]


def _open(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.open_fund import NewFund, open_fund
    from lovefund.store.engine import Database

    new = NewFund(
        a["short"], a["name"], a["school"], a["treasurer"], a["chart"], a["on"], a["practice"]
    )
    path = ws.database.path
    fresh = path is not None and not path.exists()
    if fresh and ws.dry_run:
        with tempfile.TemporaryDirectory() as folder:
            rehearsal = Database(str(Path(folder) / "books.db"))
            rehearsal.create()
            return open_fund(replace(ws, database=rehearsal), new).posted
    if fresh or a["new_books"]:
        ws.database.create()
    opened = open_fund(ws, new)
    if not ws.dry_run:
        _warn_shared(ws)
        say(_("The keys of this fund are in {path}.").format(path=opened.keys.path()))
        say(_("Print their recovery sheet now and lock it away: `lovefund keys sheet`"))
    return opened.posted


def _warn_shared(ws: Workspace) -> None:
    """Say where a folder is shared with other machines: file locks and syncing lose books."""
    path = ws.database.path
    shared = shared_by(path.absolute().parent) if path else ""
    if shared:
        say(
            _(
                "Note: this folder is shared with other computers ({shared}). Books that two "
                "machines copy over each other are lost: keep them on a disk of this computer, "
                "and share what is published."
            ).format(shared=shared)
        )


def _opening(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.open_fund import bring_forward

    return bring_forward(ws, a["on"], a["balances"], papers(ws, a), request)


def _restrict(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.restrictions import open_restriction

    return open_restriction(
        ws,
        a["on"],
        a["code"],
        a["title"],
        a["programmes"],
        a["agreement"],
        papers(ws, a),
        request,
    )


def _change(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.restrictions import change_restriction

    return change_restriction(
        ws, a["on"], a["source"], a["target"], a["amount"], a["consent"], papers(ws, a), request
    )


COMMANDS = commands(
    Verb(
        "open",
        (
            Field(
                "short", "", N_("A short name for the fund, in letters (as shiqiao-school)"), f.slug
            ),
            Field(
                "name",
                "--name",
                N_("What is the fund called? (Chinese | English, or one of them)"),
                f.title,
            ),
            Field(
                "school",
                "--school",
                N_("Which school is it of? (Chinese | English, or one of them)"),
                f.title,
            ),
            Field("treasurer", "--treasurer", N_("Who keeps the books? (kept sealed)"), f.name),
            Field(
                "chart",
                "--chart",
                N_("Which chart of accounts?"),
                f.choice("charts"),
                "charts",
                "npo-2026",
            ),
            replace(ON, question=N_("From which day does the fund keep its books here?")),
            Field(
                "practice",
                "--practice",
                N_("Is it a practice fund, to try things out?"),
                f.yes,
                default="n",
                flag=True,
                asked=False,
            ),
            Field(
                "new_books",
                "--new-books",
                N_("Make the tables in an empty PostgreSQL database."),
                f.yes,
                default="n",
                flag=True,
                asked=False,
            ),
        ),
        _open,
        keeps=False,
    ),
    Verb(
        "opening",
        (
            Field(
                "balances",
                "--balance",
                N_("Which balances? One a line: PLACE RESTRICTION AMOUNT, as: bank general 9,000"),
                f.opening_balances,
                many=True,
                lines=True,
                needs=("places", "restrictions", "goods"),
            ),
            ON,
            *PAPERS,
        ),
        _opening,
    ),
    Verb(
        "restrict",
        (
            Field("code", "", N_("A short code for the restriction, as home"), f.restriction_code),
            Field(
                "title",
                "--title",
                N_("What is it called on the statement? (Chinese | English, or one)"),
                f.title,
            ),
            Field(
                "programmes",
                "--programmes",
                N_("What may it be spent on? Several with commas"),
                f.several("programmes"),
                "programmes",
            ),
            Field(
                "agreement",
                "--agreement",
                N_("The number of the donor's agreement that sets it"),
                f.code,
            ),
            ON,
            *PAPERS,
        ),
        _restrict,
    ),
    Verb(
        "change-restriction",
        (
            Field(
                "source",
                "--from",
                N_("From which restriction?"),
                f.choice("restrictions"),
                "restrictions",
            ),
            Field(
                "target",
                "--to",
                N_("To which restriction?"),
                f.choice("restrictions"),
                "restrictions",
            ),
            Field("amount", "--amount", N_("How much, in yuan?"), f.amount),
            Field("consent", "--consent", N_("The number of the donor's written consent"), f.code),
            ON,
            *PAPERS,
        ),
        _change,
    ),
)
