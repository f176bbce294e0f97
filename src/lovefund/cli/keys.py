"""The command ``keys``: the recovery sheet, printed and typed in again, and the public key."""

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
from lovefund.cli.texts import JSON, Command, Option
from lovefund.errors import BadInput
from lovefund.language import N_, _

#: A sheet has four lines; what is longer is another file, or a device without an end.
_BYTES_MAX = 64 * 1024


@click.pass_context
def _keys(ctx: click.Context, what: str, file: str, as_json: bool) -> None:
    from lovefund.actions.keys import public, restore, sheet

    context: Context = ctx.obj
    if what == "public":
        key = public(of_one_fund(context))
        if as_json:
            output.emit_json({"public": key})
            return
        output.echo(
            _("The fund's public key, for the notice board; signatures are checked with it.")
        )
        output.echo("  " + key)
        return
    if what == "sheet" and as_json:
        output.emit_json({"sheet": list(sheet(of_one_fund(context)))})
        return
    if what == "sheet":
        output.echo(_("Recovery sheet. Print it, lock it away, and keep no copy in this computer."))
        output.echo(_("Without these keys nobody can open the names again, nor print a receipt."))
        workspace = of_one_fund(context)
        with workspace.reading() as books:
            fund = books.fund
        for line in sheet(workspace):
            output.echo("  " + line)
        told = _(
            "Keys of the fund {fund}. To bring them back: lovefund keys restore, then these lines."
        )
        output.echo(told.format(fund=fund))
        return
    restored = restore(_typed(context, file))
    if as_json:
        output.emit_json({"keys": str(restored.path())})
        return
    output.echo(_("The keys are restored to {path}.").format(path=restored.path()))


def _typed(context: Context, file: str) -> list[str]:
    """The lines of the sheet: from a file, asked for, or from a pipe."""
    if file:
        with Path(file).open("rb") as opened:
            return [line for line in _lines(opened.read(_BYTES_MAX + 1), file) if line[:2] == "  "]
    if interactive():
        return ask(_SHEET, Setting(context.today(), {}, {}))[0].splitlines()
    return _lines(sys.stdin.buffer.read(_BYTES_MAX + 1), file)


def _lines(raw: bytes, file: str) -> list[str]:
    if len(raw) > _BYTES_MAX:
        raise BadInput(
            "sheet",
            file,
            _("this is no recovery sheet: it is too long"),
            _("type the lines of the sheet, or name the file they were typed into"),
        )
    return raw.decode("utf-8", "replace").splitlines()


_SHEET = Field(
    "sheet",
    "",
    N_("The lines of the sheet, one after another; an empty line ends them"),
    f.lines,
    lines=True,
)
_WHAT = Field("what", "", N_("What shall be done with the keys?"), f.choice("deeds"), "deeds")
_DEEDS = {
    "sheet": N_("print their recovery sheet"),
    "restore": N_("type the sheet in again"),
    "public": N_("show the public key"),
}

COMMANDS = {
    "keys": Command(
        "keys",
        params=[
            argument(_WHAT, _DEEDS),
            Option(["--file"], default="", help="A file with the lines of the sheet."),
            JSON,
        ],
        callback=_keys,
        help=NAMES["keys"].help,
    )
}
