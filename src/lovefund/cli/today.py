"""The command ``today``: what is due, silent where all is well."""

from __future__ import annotations

import click

from lovefund.cli import output
from lovefund.cli.asking import of_one_fund
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command
from lovefund.errors import Exit
from lovefund.language import _


@click.pass_context
def _today(ctx: click.Context, as_json: bool) -> int:
    from lovefund.actions.today import due_today

    ws = of_one_fund(ctx.obj)
    found = due_today(ws)
    if as_json:
        output.emit_json(
            [
                {"due": t.due.isoformat(), "what": t.what, "how": t.how, "entry": t.entry}
                for t in found
            ]
        )
    for task in () if as_json else found:
        output.echo(f"{task.due}  {task.what}")
        output.echo("            " + _("do it with: {how}").format(how=task.how))
    return int(Exit.DUE if found else Exit.DONE)


COMMANDS = {"today": Command("today", params=[JSON], callback=_today, help=NAMES["today"].help)}
