"""The command ``keys``: the recovery sheet, printed and typed in again."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lovefund.cli import fields as f
from lovefund.cli import output
from lovefund.cli.asking import argument, ask, of_one_fund
from lovefund.cli.context import Context, interactive
from lovefund.cli.fields import Field, Setting
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import Command, Option
from lovefund.language import N_, _


@click.pass_context
def _keys(ctx: click.Context, what: str, file: str, as_json: bool) -> None:
    from lovefund.actions.keys import restore, sheet

    context: Context = ctx.obj
    if what == "sheet" and as_json:
        output.emit_json({"sheet": list(sheet(of_one_fund(context)))})
        return
    if what == "sheet":
        output.echo(_("Recovery sheet. Print it, lock it away, and keep no copy in this computer."))
        output.echo(_("Without these keys nobody can open the names again, nor print a receipt."))
        for line in sheet(of_one_fund(context)):
            output.echo("  " + line)
        return
    restored = restore(_typed(context, file))
    if as_json:
        output.emit_json({"keys": str(restored.path())})
        return
    output.echo(_("The keys are restored to {path}.").format(path=restored.path()))


def _typed(context: Context, file: str) -> list[str]:
    """The lines of the sheet: from a file, asked for, or from a pipe."""
    if file:
        typed = Path(file).read_bytes().decode("utf-8", "replace").splitlines()
        return [line for line in typed if line.startswith("  ")]
    if interactive():
        return ask(_SHEET, Setting(context.today(), {}, {}))[0].splitlines()
    return sys.stdin.read().splitlines()


_SHEET = Field(
    "sheet",
    "",
    N_("The lines of the sheet, one after another; an empty line ends them"),
    f.lines,
    lines=True,
)
_WHAT = Field("what", "", N_("What shall be done with the keys?"), f.choice("deeds"), "deeds")
_DEEDS = {"sheet": N_("print their recovery sheet"), "restore": N_("type the sheet in again")}

COMMANDS = {
    "keys": Command(
        "keys",
        params=[
            argument(_WHAT, _DEEDS),
            Option(["--file"], default="", help="A file with the lines of the sheet."),
            Option(["--json", "as_json"], is_flag=True, help="Print one JSON document."),
        ],
        callback=_keys,
        help=NAMES["keys"].help,
    )
}
