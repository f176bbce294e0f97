"""The commands ``check`` and ``tests``: everything that is wrong, or has to be explained."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from lovefund.cli import output
from lovefund.cli.asking import argument, of_one_fund
from lovefund.cli.boundary import say
from lovefund.cli.common import PERIOD
from lovefund.cli.context import Context
from lovefund.cli.listing import Listing, listing, show
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command, Option
from lovefund.errors import BadInput, Exit
from lovefund.language import N_, _

if TYPE_CHECKING:
    from lovefund.core.days import Period
    from lovefund.core.findings import Finding, Tier

#: The exit code of each tier; the gravest finding decides.
EXITS = {1: Exit.UNSOUND, 2: Exit.UNLIKE, 3: Exit.CONDUCT}
_TIERS = {
    1: N_("the lines"),
    2: N_("what lies beside the lines"),
    3: N_("the conduct of the books"),
}
_COLUMNS = (
    ("tier", N_("tier")),
    ("code", N_("finding")),
    ("where", N_("where")),
    ("what", N_("what")),
    ("mend", N_("what to do")),
)


@click.pass_context
def _check(ctx: click.Context, against: str, tier: str, quiet: bool, as_json: bool) -> int:
    from lovefund.actions.check import check
    from lovefund.store.reading import funds

    context: Context = ctx.obj
    asked = _tier(tier)
    ws = context.workspace()
    findings = check(ws, against or None, asked)
    if findings:
        notes = [_counted(findings)]
        code = EXITS[min(finding.tier for finding in findings)]
        return show(Listing(_COLUMNS, _rows(findings), notes, exit_code=code), as_json=as_json)
    if as_json:
        output.emit_json([])
    elif not quiet and watched():
        with ws.database.reading() as connection:
            count = len([ws.fund] if ws.fund else funds(connection))
        _say_well(count, asked, against=bool(against))
    return int(Exit.DONE)


def watched() -> bool:
    """Whether somebody sits at a terminal: in a pipe a good check says nothing at all."""
    return sys.stderr.isatty()


def _say_well(count: int, tier: Tier, *, against: bool) -> None:
    say(
        _(
            "All is well: every line, posting, balance and paper of {count} funds was checked."
        ).format(count=count)
    )
    if not against:
        say(_("Whether the end is missing shows only beside a published checkpoint: --against."))
    if tier < 3:
        say(_("How the books were kept is looked at with --tier 3."))


def _tier(text: str) -> Tier:
    from lovefund.core.findings import Tier

    if text not in ("1", "2", "3"):
        tiers = "; ".join(f"{number}: {_(name)}" for number, name in _TIERS.items())
        raise BadInput("--tier", text, _("there is no such tier"), tiers)
    return Tier(int(text))


def _counted(findings: Sequence[Finding]) -> str:
    if min(finding.tier for finding in findings) == 3:
        text = _("{count} findings. The books are sound; somebody has to explain these.")
    else:
        text = _("{count} findings. Do not go on with these books before they are explained.")
    return text.format(count=len(findings))


def _rows(findings: Sequence[Finding]) -> list[tuple[object, ...]]:
    return [(int(x.tier), x.code, x.where, x.what, x.mend) for x in findings]


def _tests(context: Context, period: Period) -> Listing:
    from lovefund.actions.conduct import audit_tests
    from lovefund.core.findings import INFO

    with of_one_fund(context).reading() as books:
        findings = audit_tests(books, period)
    rows = [
        (x.code, _("worth a look") if x.code in INFO else _("to be explained"), x.where, x.what)
        for x in findings
    ]
    note = _("{count} things to look at, of them {grave} to be explained.").format(
        count=len(rows), grave=sum(x.code not in INFO for x in findings)
    )
    return Listing(
        (("code", N_("test")), ("weight", N_("weight")), ("where", N_("where")),
         ("what", N_("what"))),
        rows,
        (note,),
    )  # fmt: skip


COMMANDS: dict[str, click.Command] = {
    "check": Command(
        "check",
        params=[
            Option(
                ["--against"],
                default="",
                help="A checkpoint.txt, or the thirty digits of a published statement.",
            ),
            Option(
                ["--tier"],
                default="2",
                help="How far: 1 the lines, 2 what lies beside them, 3 the conduct too [2].",
            ),
            Option(["--quiet"], is_flag=True, help="Say nothing where all is well."),
            JSON,
        ],
        callback=_check,
        help=NAMES["check"].help,
    ),
    "tests": listing("tests", _tests, argument(PERIOD)),
}
