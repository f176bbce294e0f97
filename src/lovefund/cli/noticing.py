"""The command ``notice``: posts the notice of an application, prints it and takes it down."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import fields as f
from lovefund.cli import output
from lovefund.cli.asking import of_one_fund
from lovefund.cli.boundary import say
from lovefund.cli.casework import number_of
from lovefund.cli.common import PAPERS, papers
from lovefund.cli.context import Context
from lovefund.cli.fields import Field
from lovefund.cli.forms import Verb, command, execute, typed
from lovefund.cli.texts import Command, Option
from lovefund.cli.verbs_case import CASE
from lovefund.errors import MachineLacks
from lovefund.language import N_, _

if TYPE_CHECKING:
    from lovefund.actions.workspace import Workspace
    from lovefund.store.book import Posted


def _post(ws: Workspace, a: Mapping[str, Any], request: str) -> Posted:
    from lovefund.actions.cases import notice
    from lovefund.core.workdays import Counted

    counted = Counted(a["counted"]) if a["counted"] else None
    return notice(ws, a["no"], a["contact"], a["days"], counted, papers(ws, a), request)


_VERB = Verb(
    "notice",
    (
        CASE,
        Field(
            "contact",
            "--contact",
            N_("Where does an objection go? (empty: as the last notice said)"),
            f.private_text,
            default="",
        ),
        Field(
            "days",
            "--days",
            N_("For how many days? (empty: as the rules say)"),
            f.optional_number,
            default="",
            asked=False,
        ),
        Field(
            "counted",
            "--counted",
            N_("In which days: working or calendar? (empty: as the rules say)"),
            f.optional_choice("counted"),
            "counted",
            default="",
            asked=False,
        ),
        *PAPERS,
    ),
    _post,
)


@click.pass_context
def _notice(
    ctx: click.Context,
    /,
    out: str,
    again: bool,
    down: bool,
    dry_run: bool,
    as_json: bool,
    **given: Any,
) -> None:
    context: Context = ctx.obj
    folder = Path(out)
    if down:
        _take_down(context, folder, as_json=as_json)
        return
    if not again:
        raw = typed(given)
        execute(context, _VERB, raw, dry_run=dry_run, as_json=as_json)
        given["no"] = raw.get("no", given["no"])
    if dry_run:
        return
    number = number_of(context, given["no"] or "")
    files = _written(context, number, folder)
    if again and as_json:
        output.emit_json([str(path) for path in files])
    if as_json:
        return
    _tell_term(context, number)
    for path in files:
        output.echo(f"  {path}")


def _written(context: Context, number: int, folder: Path) -> list[Path]:
    """The files of the notice; where they cannot be made, it hangs in the books all the same."""
    from lovefund.actions.notices import write_notice

    try:
        return write_notice(of_one_fund(context), number, folder)
    except (OSError, MachineLacks):
        say(
            _("Its files were not written: `lovefund notice {no} --again` makes them.").format(
                no=number
            )
        )
        raise


def _tell_term(context: Context, number: int) -> None:
    from lovefund.actions.calendar import known_workdays
    from lovefund.actions.cases import term_on
    from lovefund.actions.notices import notice_view, today

    ws = of_one_fund(context)
    with ws.reading() as books:
        view = notice_view(books, number, today(ws, books))
        usual = term_on(books, view.begins)
    output.echo(
        _("It hangs through {ends}; money may go out on the day after.").format(ends=view.ends)
    )
    if view.ends < usual.ends:
        say(
            _("Note: that is shorter than the usual term, which would end on {ends}.").format(
                ends=usual.ends
            )
        )
    if known_workdays().reaches_nobody(view.begins, view.ends):
        say(
            _(
                "Note: the whole notice lies in a school holiday, when nobody reads it. "
                "Think of posting it again in the term."
            )
        )


def _take_down(context: Context, folder: Path, *, as_json: bool) -> None:
    from lovefund.actions.notices import take_down

    removed = take_down(of_one_fund(context), folder)
    if as_json:
        output.emit_json(removed)
        return
    if not removed:
        output.echo(_("No notice that has ended lies in {folder}.").format(folder=folder))
    for no in removed:
        output.echo(_("Taken down: notice {no}").format(no=no))


def _command() -> Command:
    made = command(_VERB)
    made.params[1:1] = [
        Option(["--out"], default="published", help="The folder to write to [published]."),
        Option(["--again"], is_flag=True, help="Print the notice that hangs once more."),
        Option(["--take-down", "down"], is_flag=True, help="Remove the notices that have ended."),
    ]
    made.callback = _notice
    return made


COMMANDS = {"notice": _command()}
