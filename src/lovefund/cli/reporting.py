"""The commands for auditors: the three statutory statements, and the kit of a period."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import fields as f
from lovefund.cli import output
from lovefund.cli.asking import argument, of_one_fund
from lovefund.cli.boundary import say
from lovefund.cli.common import PERIOD
from lovefund.cli.context import Context
from lovefund.cli.fields import Field
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command, Option
from lovefund.errors import BadInput
from lovefund.language import N_, _, language

if TYPE_CHECKING:
    from lovefund.core.days import Period
    from lovefund.publishing.statutory import Form, Reports

_WRITERS = (".pdf", ".xlsx")


@click.pass_context
def _reports(
    ctx: click.Context, period: Period, out: str, force: bool, every: bool, as_json: bool
) -> None:
    from lovefund.actions import statutory
    from lovefund.actions.outputs import refuse_place
    from lovefund.publishing.statutory import reports_pdf, reports_xlsx
    from lovefund.system import write_whole

    context: Context = ctx.obj
    path = Path(out) if out else None
    if path is not None:
        if path.suffix not in _WRITERS:
            raise BadInput(
                "--out",
                out,
                _("the statements are written as PDF or as a workbook"),
                _("give the file a name that ends in .pdf or .xlsx"),
            )
        refuse_place(path, over=force)
    with of_one_fund(context).reading() as books:
        if as_json and path is None:
            told = statutory.statutory(books, period)
            output.emit_json([{"cell": c.id, "fen": c.fen} for c in told.cells.values()])
            return
        made = statutory.reports(books, period)
    if path is None:
        _tell(made, every=every)
        return
    write_whole(
        path, reports_pdf(made, language()) if path.suffix == ".pdf" else reports_xlsx(made)
    )
    if as_json:
        output.emit_json({"file": str(path)})
    else:
        output.echo(_("The statements were written to {path}").format(path=path))


def _tell(made: Reports, *, every: bool) -> None:
    from lovefund.publishing.resources import texts

    words: dict[str, Any] = texts(language())["statutory"]
    zh = language() == "zh"
    for form, title in (
        (made.assets, words["assets"]),
        (made.claims, words["claims"]),
        (made.activity, made.activity.zh if zh else made.activity.en),
        (made.cash, made.cash.zh if zh else made.cash.en),
    ):
        output.echo(f"{title}")
        _tell_form(form, words, zh=zh, every=every)
        output.echo("")
    output.echo(
        _("Behind a cell: {example}").format(
            example=f"`lovefund why activity/donations/year {made.period.code}`"
        )
    )


def _tell_form(form: Form, words: dict[str, Any], *, zh: bool, every: bool) -> None:
    """A form's columns; of one that has parts, the parts of the year and the totals of the rest."""
    shown = [
        (at * len(form.parts) + i, words[head if part in ("", "total") else part])
        for at, head in enumerate(form.heads)
        for i, part in enumerate(form.parts)
        if part in ("", "total") or head.startswith("year")
    ]
    rows: list[tuple[str | int, ...]] = [
        (line.zh if zh else line.en, *(line.values[at] for at, _head in shown))
        for line in form.lines
        if line.values and (any(line.values) or every)
    ]
    output.table([words["row"], *(head for _at, head in shown)], rows)


_FOLDER = Field("folder", "", N_("Which new folder is it written to?"), f.as_typed)


@click.pass_context
def _audit(ctx: click.Context, period: Period, folder: str, private: bool, as_json: bool) -> None:
    from lovefund.actions.audit import write_kit

    def progress(step: str) -> None:
        if sys.stderr.isatty():
            say("… " + step)

    context: Context = ctx.obj
    made = write_kit(
        of_one_fund(context), period, Path(folder), language(), private=private, progress=progress
    )
    if as_json:
        output.emit_json({"files": [str(p) for p in made.files], "rows": made.rows})
        return
    output.table([_("sheet"), _("rows")], [(name, f"{n:,}") for name, n in made.rows.items()])
    for path in made.files:
        output.echo(f"  {path}")
    if made.vouchers_left_out:
        output.echo(
            _("{count} entries are too many to print at once: `lovefund vouchers 2026-01`.").format(
                count=f"{made.vouchers_left_out:,}"
            )
        )


COMMANDS = {
    "audit": Command(
        "audit",
        params=[
            argument(PERIOD),
            argument(_FOLDER),
            Option(
                ["--private"], is_flag=True, help="Also the names of the papers behind entries."
            ),
            JSON,
        ],
        callback=_audit,
        help=NAMES["audit"].help,
    ),
    "reports": Command(
        "reports",
        params=[
            argument(PERIOD),
            Option(["--out"], default="", help="The file to write: .pdf or .xlsx."),
            Option(["--force"], is_flag=True, help="Replace a file that is there already."),
            Option(["--every"], is_flag=True, help="Also the rows that are zero."),
            JSON,
        ],
        callback=_reports,
        help=NAMES["reports"].help,
    ),
}
