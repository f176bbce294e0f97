"""The command ``keys``: the recovery sheet, printed and typed in again."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lovefund.cli import output
from lovefund.cli.context import Context
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import Command, Option
from lovefund.language import _


@click.pass_context
def _keys(ctx: click.Context, what: str, file: str) -> None:
    from lovefund.actions.keys import restore, sheet

    context: Context = ctx.obj
    if what == "sheet":
        output.echo(_("Recovery sheet. Print it, lock it away, and keep no copy in this computer."))
        output.echo(_("Without these keys nobody can open the names again, nor print a receipt."))
        workspace = context.workspace()
        with workspace.reading() as books:
            fund = books.fund
        for line in sheet(workspace):
            output.echo("  " + line)
        told = _(
            "Keys of the fund {fund}. To bring them back: lovefund keys restore, then these lines."
        )
        output.echo(told.format(fund=fund))
        return
    if file:
        typed = Path(file).read_bytes().decode("utf-8", "replace").splitlines()
    else:
        typed = sys.stdin.read().splitlines()
    typed = [line for line in typed if line.startswith("  ") or not file]
    restored = restore(typed)
    output.echo(_("The keys are restored to {path}.").format(path=restored.path()))


COMMANDS = {
    "keys": Command(
        "keys",
        params=[
            click.Argument(["what"], type=click.Choice(["sheet", "restore"])),
            Option(["--file"], default="", help="A file with the lines of the sheet."),
        ],
        callback=_keys,
        help=NAMES["keys"].help,
    )
}
