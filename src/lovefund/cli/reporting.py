"""The command ``reports``: the three statutory statements, on screen, as PDF or as a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import output
from lovefund.cli.asking import argument, of_one_fund
from lovefund.cli.common import PERIOD
from lovefund.cli.context import Context
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command, Option
from lovefund.errors import BadInput
from lovefund.language import _, language
from lovefund.money import yuan

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
    heads = [words["row"], *(words[head] for head in form.heads)]
    step = len(form.parts)
    rows = []
    for line in form.lines:
        values = line.values[step - 1 :: step]
        if any(line.values) or every or line.total:
            rows.append((line.zh if zh else line.en, *(yuan(fen) for fen in values)))
    output.table(heads, rows)


COMMANDS = {
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
