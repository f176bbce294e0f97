"""Verbs for the life of a grant: one for each step, on the application that is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lovefund.cli import fields as f
from lovefund.cli.common import AMOUNT, ON, PAPERS, PLACE_OUT, PROGRAMME, RESTRICTION, papers
from lovefund.cli.fields import Field
from lovefund.cli.forms import Verb, commands
from lovefund.cli.verbs_spend import ONLY, RECIPIENT
from lovefund.language import N_

if TYPE_CHECKING:
    from lovefund.actions.workspace import Workspace
    from lovefund.core.papers import Papers
    from lovefund.store.book import Posted

Answers = Mapping[str, Any]


CASE = Field("no", "", N_("Which application? Its entry number"), f.entry_number)
PATH = Field(
    "path",
    "--path",
    N_("On which path: usual, small (decided by the group) or emergency (paid first)?"),
    f.choice("paths"),
    "paths",
    "usual",
    asked=False,
)
#: Of a pupil whose file is kept the code is enough.
_APPLICANT = (
    RECIPIENT[0],
    Field(
        "guardian",
        "--guardian",
        N_("Who signs for the money? (kept sealed; empty: as the pupil's file says)"),
        f.optional_name,
        default="",
    ),
    *RECIPIENT[2:],
)
_MORE = (
    Field("tier", "--tier", N_("Its tier (kept sealed)"), f.optional_name, default="", asked=False),
    Field("need", "--need", N_("Its need (kept sealed)"), f.memo, default="", asked=False),
    Field(
        "other_aid",
        "--other-aid",
        N_("Aid from elsewhere this year, in yuan (kept sealed)"),
        f.fee_amount,
        default="0",
        asked=False,
    ),
    Field(
        "account",
        "--account",
        N_("The guardian's bank account (kept sealed)"),
        f.private_text,
        default="",
        asked=False,
    ),
)


def _apply(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.cases import apply
    from lovefund.core.steps import Applicant

    applicant = Applicant(
        a["case"],
        a["guardian"],
        a["amount"],
        a["pupil"] or "",
        a["phrase"] or "",
        a["tier"],
        a["need"],
        a["other_aid"],
        a["account"],
    )
    return apply(
        ws,
        a["on"],
        (applicant,),
        a["restriction"],
        a["programme"],
        a["path"],
        papers(ws, a),
        request,
    )


def _plain(name: str) -> Callable[[Workspace, Answers, str], Posted]:
    """A step that needs nothing but its day and papers."""

    def run(ws: Workspace, a: Answers, request: str) -> Posted:
        from lovefund.actions import cases

        action: Callable[..., Posted] = getattr(cases, name)
        return action(ws, a["no"], a["on"], papers(ws, a), request)

    return run


def _of_some(name: str) -> Callable[[Workspace, Answers, str], Posted]:
    """A step that may be for some cases only."""

    def run(ws: Workspace, a: Answers, request: str) -> Posted:
        from lovefund.actions import cases

        action: Callable[..., Posted] = getattr(cases, name)
        return action(ws, a["no"], a["on"], a["only"], papers(ws, a), request)

    return run


def _confirm(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.cases import confirm

    return confirm(ws, a["no"], a["on"], papers(ws, a), request, a["teacher"])


def _visit(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.cases import visit

    return visit(ws, a["no"], a["on"], a["visitors"], papers(ws, a), request)


def _review(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.cases import review

    kept: Papers = papers(ws, {**a, "reference": a["minutes"]})
    return review(ws, a["no"], a["on"], a["present"], a["yes"], a["against"], kept, request)


def _object(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.cases import object_to

    return object_to(ws, a["no"], a["on"], a["text"], papers(ws, a), request)


def _answer(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.cases import answer

    return answer(
        ws,
        a["no"],
        a["on"],
        a["text"],
        upheld=a["upheld"],
        papers=papers(ws, a),
        request=request,
    )


def _pay(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.cases import pay

    return pay(ws, a["no"], a["on"], a["place"], a["only"], papers(ws, a), request)


_SOME = (CASE, ONLY, ON, *PAPERS)
COMMANDS = commands(
    Verb(
        "apply",
        (AMOUNT, *_APPLICANT, RESTRICTION, PROGRAMME, PATH, *_MORE, ON, *PAPERS),
        _apply,
    ),
    Verb(
        "confirm",
        (
            CASE,
            Field(
                "teacher",
                "--teacher",
                N_("Which class teacher confirmed it? (kept sealed)"),
                f.optional_name,
                default="",
            ),
            ON,
            *PAPERS,
        ),
        _confirm,
    ),
    Verb(
        "visit",
        (
            CASE,
            Field("visitors", "--visitors", N_("Who visited? (kept sealed)"), f.name),
            ON,
            *PAPERS,
        ),
        _visit,
    ),
    Verb(
        "review",
        (
            CASE,
            Field("minutes", "--minutes", N_("The number of the minutes (public)"), f.code),
            Field("present", "--present", N_("How many were present?"), f.number),
            Field("yes", "--yes", N_("How many voted for it?"), f.number),
            Field("against", "--no", N_("How many voted against it?"), f.number, default="0"),
            ON,
            *(field for field in PAPERS if field.key != "reference"),
        ),
        _review,
    ),
    Verb(
        "object",
        (
            CASE,
            Field("text", "--text", N_("What is objected? (kept sealed)"), f.memo),
            ON,
            *PAPERS,
        ),
        _object,
    ),
    Verb(
        "answer",
        (
            Field("no", "", N_("Which objection, or whose? Its entry number"), f.entry_number),
            Field("text", "--text", N_("What is the answer? (kept sealed)"), f.memo),
            Field(
                "upheld",
                "--upheld",
                N_("Is the objection right? (y/n)"),
                f.yes,
                default="n",
                flag=True,
            ),
            ON,
            *PAPERS,
        ),
        _answer,
    ),
    Verb("approve", _SOME, _of_some("approve")),
    Verb("tell", _SOME, _of_some("tell")),
    Verb("pay", (CASE, PLACE_OUT, ONLY, ON, *PAPERS), _pay),
    Verb("signed", _SOME, _of_some("signed")),
    Verb("follow-up", (CASE, ON, *PAPERS), _plain("follow_up")),
    Verb("refuse", _SOME, _of_some("refuse_grant")),
    Verb("lapse", _SOME, _of_some("lapse")),
)
