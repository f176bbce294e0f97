"""Brings back what was typed and is not known to be booked."""

from __future__ import annotations

import re

import click

from lovefund.cli import kept, output
from lovefund.cli.boundary import say
from lovefund.cli.context import Context
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command, Option
from lovefund.errors import BadInput
from lovefund.language import _


@click.pass_context
def _resume(ctx: click.Context, which: str, forget: bool, as_json: bool) -> None:
    context: Context = ctx.obj
    ws = context.workspace()
    waiting, unreadable = kept.waiting(ws)
    if not which:
        if as_json:
            output.emit_json(
                [{"verb": k.verb, "fund": k.fund, "answers": k.answers} for k in waiting]
            )
            return
        if not waiting:
            output.echo(_("Nothing waits: all that was typed is booked."))
        for number, k in enumerate(waiting, 1):
            answers = ", ".join(f"{key}={value}" for key, value in k.answers.items())
            output.echo(f"{number:>3}  {k.verb}  {answers}")
        if waiting:
            output.echo(_("`lovefund resume 1` books the first, `--forget` drops it."))
        if unreadable:
            say(
                _("{count} files in {folder} cannot be read; they are left alone.").format(
                    count=unreadable, folder=kept.folder(ws)
                )
            )
        return
    if not (re.fullmatch(r"[0-9]{1,6}", which) and 0 < int(which) <= len(waiting)):
        raise BadInput(
            "which",
            which,
            _("nothing waits under that number"),
            _("`lovefund resume` lists what waits"),
        )
    chosen = waiting[int(which) - 1]
    if forget:
        kept.drop(ws, chosen.request)
        say(_("Forgotten."))
        return
    import importlib

    from lovefund.cli.forms import VerbCommand, execute

    name = NAMES.get(chosen.verb)
    command = (
        importlib.import_module(f"lovefund.cli.{name.module}").COMMANDS[chosen.verb]
        if name
        else None
    )
    if not isinstance(command, VerbCommand):
        raise BadInput(
            "which",
            chosen.verb,
            _("what waits there is for a command that this lovefund does not have"),
            _("drop it with --forget"),
        )
    context.fund = chosen.fund or context.fund
    execute(
        context,
        command.verb,
        dict(chosen.answers),
        as_json=as_json,
        request=chosen.request,
        review=True,
    )


COMMANDS = {
    "resume": Command(
        "resume",
        params=[
            click.Argument(["which"], required=False, default=""),
            Option(["--forget"], is_flag=True, help="Drop it instead of booking it."),
            JSON,
        ],
        callback=_resume,
        help=NAMES["resume"].help,
    )
}
