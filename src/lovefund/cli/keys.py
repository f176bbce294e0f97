"""The command ``keys``: the recovery sheet, printed and typed in again, and the public key."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lovefund.cli import output
from lovefund.cli.context import Context
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import Command, Option
from lovefund.errors import BadInput
from lovefund.language import _

#: A sheet has four lines; what is longer is another file, or a device without an end.
_BYTES_MAX = 64 * 1024


@click.pass_context
def _keys(ctx: click.Context, what: str, file: str) -> None:
    from lovefund.actions.keys import public, restore, sheet

    context: Context = ctx.obj
    if what == "public":
        output.echo(
            _("The fund's public key, for the notice board; signatures are checked with it.")
        )
        output.echo("  " + public(context.workspace()))
        return
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
        with Path(file).open("rb") as opened:
            raw = opened.read(_BYTES_MAX + 1)
    else:
        raw = sys.stdin.buffer.read(_BYTES_MAX + 1)
    if len(raw) > _BYTES_MAX:
        raise BadInput(
            "sheet",
            file,
            _("this is no recovery sheet: it is too long"),
            _("type the lines of the sheet, or name the file they were typed into"),
        )
    typed = raw.decode("utf-8", "replace").splitlines()
    typed = [line for line in typed if line.startswith("  ") or not file]
    restored = restore(typed)
    output.echo(_("The keys are restored to {path}.").format(path=restored.path()))


COMMANDS = {
    "keys": Command(
        "keys",
        params=[
            click.Argument(["what"], type=click.Choice(["sheet", "restore", "public"])),
            Option(["--file"], default="", help="A file with the lines of the sheet."),
        ],
        callback=_keys,
        help=NAMES["keys"].help,
    )
}
