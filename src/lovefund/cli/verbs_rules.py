"""Verbs by which two officers sign one thing: an override, and the second word on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lovefund.cli import fields as f
from lovefund.cli.common import NO, ON, PAPERS, REASON, papers
from lovefund.cli.fields import Field
from lovefund.cli.forms import Verb, commands
from lovefund.language import N_

if TYPE_CHECKING:
    from lovefund.actions.workspace import Workspace
    from lovefund.store.book import Posted

Answers = Mapping[str, Any]


def _override(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.rules import override

    articles = tuple(word.upper() for word in a["articles"].replace("，", ",").split(",") if word)
    return override(ws, a["on"], articles, a["reason"], papers(ws, a), request)


def _agree(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions import reconcile, rules

    agree = reconcile.agree if reconcile.is_one(ws, a["no"]) else rules.agree
    return agree(ws, a["no"], a["on"], papers(ws, a), request)


#: Without the entry that an override would itself be made under.
_PAPERS = tuple(
    replace(field, asked=True) if field.key == "reference" else field
    for field in PAPERS
    if field.key != "override"
)

COMMANDS = commands(
    Verb(
        "override",
        (
            Field("articles", "", N_("Which articles? (as R27, several with commas)"), f.as_typed),
            REASON,
            ON,
            *_PAPERS,
        ),
        _override,
    ),
    Verb("agree", (NO, ON, *_PAPERS), _agree),
)
