"""Verbs for what a fund has undertaken: projects with their contracts, pledges, its own end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lovefund.cli import fields as f
from lovefund.cli.common import AMOUNT, NO, ON, PAPERS, PROGRAMME, RESTRICTION, papers
from lovefund.cli.fields import Field, Setting
from lovefund.cli.forms import Verb, commands
from lovefund.errors import BadInput
from lovefund.language import N_, _
from lovefund.money import parse_yuan

if TYPE_CHECKING:
    from lovefund.actions.workspace import Workspace
    from lovefund.store.book import Posted

Answers = Mapping[str, Any]


def _amounts(text: str, field: str, _setting: Setting) -> tuple[int, ...]:
    """Amounts in yuan, parted by semicolons or spaces; none of nothing."""
    parts = text.replace("；", " ").replace(";", " ").split()
    return tuple(parse_yuan(part, field) for part in parts)


def _project_open(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.projects import open_project

    return open_project(
        ws,
        a["on"],
        a["title"],
        a["restriction"],
        a["programme"],
        a["budget"],
        papers(ws, a),
        request,
    )


def _contract(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.projects import sign_contract
    from lovefund.core.projects import Terms

    terms = Terms(a["amount"], a["stages"], a["retention"], a["retention_on"])
    return sign_contract(ws, a["no"], a["on"], terms, a["contractor"], papers(ws, a), request)


def _accept_stage(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.projects import accept_stage

    return accept_stage(ws, a["no"], a["on"], a["stage"], papers(ws, a), request)


def _end_contract(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.projects import end_contract

    return end_contract(ws, a["no"], a["on"], papers(ws, a), request)


def _complete(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.projects import complete_project

    return complete_project(ws, a["no"], a["on"], papers(ws, a), request)


def _pledge(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.pledges import pledge
    from lovefund.core.donations import Donor
    from lovefund.core.pledges import Terms

    terms = Terms(
        a["donor"],
        a["pupil"],
        a["amount"],
        a["times"],
        a["months"] or 0,
        a["first"] or a["on"],
        a["contact"],
    )
    donor = Donor(a["donor"], contact=a["contact"])
    return pledge(ws, a["on"], donor, terms, papers(ws, a), request)


def _pledge_end(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.pledges import end_pledge

    return end_pledge(ws, a["no"], a["on"], papers(ws, a), request)


def _sponsor(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.pledges import report

    path = Path("".join(a["out"]) or f"sponsor-{a['no']}-{a['year']}.pdf")
    return report(ws, a["no"], a["year"], a["on"], path, papers(ws, a), request)


def _wind_up(ws: Workspace, a: Answers, request: str) -> list[Posted]:
    from lovefund.actions.wind_up import wind_up

    return wind_up(ws, a["successor"], papers(ws, a))


def _times(text: str, field: str, setting: Setting) -> int:
    """How often, at least once."""
    found = f.number(text, field, setting)
    if not 1 <= found <= _TIMES_MAX:
        raise BadInput(
            field,
            text,
            _("it is not between 1 and {most}").format(most=_TIMES_MAX),
            _("type digits, as 12"),
        )
    return found


#: More than anybody pledges: monthly for twenty years.
_TIMES_MAX = 240


_CONTRACT = replace(NO, question=N_("Which contract? The number of its entry"))
_PROJECT = replace(NO, question=N_("Which project? The number of its entry"))
_PLEDGE = replace(NO, question=N_("Which pledge? The number of its entry"))
#: A signed paper belongs to these; it is asked for.
_PROVED = tuple(replace(x, asked=True) if x.key == "evidence" else x for x in PAPERS)

COMMANDS = commands(
    Verb(
        "project-open",
        (
            Field(
                "title",
                "",
                N_("What is the project called? (Chinese | English, or one of them)"),
                f.title,
            ),
            RESTRICTION,
            replace(PROGRAMME, default="home"),
            Field("budget", "--budget", N_("What may it cost, in yuan?"), f.amount),
            ON,
            *PAPERS,
        ),
        _project_open,
    ),
    Verb(
        "contract",
        (
            _PROJECT,
            AMOUNT,
            Field("contractor", "--with", N_("With whom? (kept sealed)"), f.name),
            Field(
                "stages",
                "--stages",
                N_("What is paid for each stage? As 4000;3000 (empty: as it comes)"),
                _amounts,
                default="",
            ),
            Field(
                "retention",
                "--retention",
                N_("How much is kept back at first, as retention? (0: none)"),
                f.fee_amount,
                default="0",
            ),
            Field(
                "retention_on",
                "--retention-from",
                N_("From which day may that be paid?"),
                f.optional_day,
                default="",
                when=lambda a: bool(a.get("retention")),
            ),
            ON,
            *_PROVED,
        ),
        _contract,
    ),
    Verb(
        "accept-stage",
        (
            _CONTRACT,
            Field("stage", "--stage", N_("Which stage? 1, 2 …"), f.number),
            ON,
            *_PROVED,
        ),
        _accept_stage,
    ),
    Verb("end-contract", (_CONTRACT, ON, *PAPERS), _end_contract),
    Verb("project-complete", (_PROJECT, ON, *_PROVED), _complete),
    Verb(
        "pledge",
        (
            replace(AMOUNT, question=N_("How much each time, in yuan?")),
            Field("donor", "--from", N_("Who pledges? (kept sealed)"), f.name),
            Field(
                "pupil",
                "--pupil",
                N_("For which pupil? (kept sealed; empty: the fund chooses)"),
                f.optional_name,
                default="",
            ),
            Field("times", "--times", N_("How many times?"), _times, default="1"),
            Field(
                "months",
                "--months",
                N_("How many months lie between two times?"),
                _times,
                default="1",
                when=lambda a: a.get("times") != 1,
            ),
            Field(
                "first",
                "--first",
                N_("On which day is the first due? (empty: on the day of the pledge)"),
                f.optional_day,
                default="",
            ),
            Field(
                "contact",
                "--contact",
                N_("How can the donor be reached? (kept sealed)"),
                f.private_text,
                default="",
                asked=False,
            ),
            ON,
            *PAPERS,
        ),
        _pledge,
    ),
    Verb("pledge-end", (_PLEDGE, ON, *PAPERS), _pledge_end),
    Verb(
        "sponsor",
        (
            _PLEDGE,
            Field("year", "--year", N_("Of which year? As 2026"), f.number),
            Field(
                "out",
                "--out",
                N_("The file to write (empty: a name is made)"),
                f.lines,
                default="",
                asked=False,
            ),
            ON,
            *PAPERS,
        ),
        _sponsor,
    ),
    Verb(
        "wind-up",
        (
            Field(
                "successor",
                "--successor",
                N_("Which fund takes everything over?"),
                f.choice("funds"),
                "funds",
            ),
            *(replace(x, asked=True) if x.key == "reference" else x for x in _PROVED),
        ),
        _wind_up,
    ),
)
