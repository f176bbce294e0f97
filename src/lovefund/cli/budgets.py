"""The command ``budget``: what the programmes of a year may cost, set and held to what they did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import fields as f
from lovefund.cli import output
from lovefund.cli.asking import argument, of_one_fund
from lovefund.cli.common import ON, PAPERS, papers
from lovefund.cli.context import Context
from lovefund.cli.fields import Field, Setting
from lovefund.cli.forms import Verb, choices_of, command, execute, typed
from lovefund.cli.rows import Reader, file_to_read, filled_in
from lovefund.cli.texts import Option
from lovefund.errors import BadInput
from lovefund.imports.sheets import Column, read_sheet, write_template
from lovefund.language import N_, _, language
from lovefund.money import yuan

if TYPE_CHECKING:
    from lovefund.actions.budgets import Against
    from lovefund.actions.workspace import Workspace
    from lovefund.core.budgets import Row
    from lovefund.store.book import Posted

Answers = Mapping[str, Any]

_DEEDS = {
    "set": N_("set the budget of a year, or change it"),
    "show": N_("show budget against actual"),
}
_WHAT = Field(
    "what", "", N_("What is to be done about the budget?"), f.choice("budget-deeds"), "budget-deeds"
)
COLUMNS = (Column("programme", ("用途", "programme")), Column("amount", ("金额", "amount")))
_READERS: dict[str, Reader] = {"programme": f.choice("programmes"), "amount": f.fee_amount}


def _year(text: str, field: str, _setting: Setting) -> str:
    from lovefund.actions.budgets import budget_year

    return budget_year(text, field)


def _lines(text: str, field: str, setting: Setting) -> dict[str, int]:
    """Programmes with their budgets, one a line: ``visits 3,000``."""
    found: dict[str, int] = {}
    for line in text.splitlines():
        name, _space, amount = line.strip().replace("=", " ").rpartition(" ")
        if not name:
            raise BadInput(
                field,
                line,
                _("a budget has a programme and an amount"),
                _("type it as: visits 3,000"),
            )
        slug = f.pick(name, field, setting.choices["programmes"])
        if slug in found:
            raise BadInput(
                field, line, _("the programme stands in it twice"), _("give each programme once")
            )
        found[slug] = f.fee_amount(amount, field, setting)
    if not found:
        raise BadInput(field, text, _("it is empty"), _("type it as: visits 3,000"))
    return found


def _listed(ws: Workspace, path: Path) -> str:
    """The rows of a file, as the lines that one would type."""
    setting = Setting(date.min, choices_of(ws, {"programmes"}), {})
    rows = filled_in(read_sheet(path, COLUMNS), COLUMNS, _READERS, setting)
    return "\n".join(
        f"{v['programme']} {yuan(v['amount']) if v['amount'] else 0}" for _n, v in rows
    )


def _run(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions.budgets import set_budget

    kept = papers(ws, a)
    return set_budget(ws, a["on"], a["year"], a["lines"], a["restriction"] or "", kept, request)


_VERB = Verb(
    "budget",
    (
        Field("year", "", N_("The budget of which year? As 2026 or 2025-2026"), _year),
        Field(
            "lines",
            "--line",
            N_("What may each programme cost? One a line: visits 3,000"),
            _lines,
            many=True,
            lines=True,
            needs=("programmes",),
        ),
        Field(
            "restriction",
            "--for",
            N_("Of which restriction alone? (empty: of the whole fund)"),
            f.optional_choice("restrictions"),
            "restrictions",
            default="",
            asked=False,
        ),
        ON,
        *PAPERS,
    ),
    _run,
)
_made = command(_VERB)


@click.pass_context
def _budget(
    ctx: click.Context,
    /,
    what: str,
    file: str,
    template: str,
    force: bool,
    dry_run: bool,
    as_json: bool,
    **given: Any,
) -> None:
    context: Context = ctx.obj
    if what == "show":
        _show(context, given["year"], given["restriction"] or "", as_json)
        return
    raw = typed(given)
    if file or template:
        path = file_to_read(context, file, template, _write_template, over=force)
        if path is None:
            return
        if "lines" in raw:
            raise BadInput("--line", raw["lines"], _("a file is named too"), _("leave one away"))
        raw["lines"] = _listed(of_one_fund(context), path)
    execute(context, _VERB, raw, dry_run=dry_run, as_json=as_json)


def _write_template(path: Path) -> None:
    write_template(path, COLUMNS, (("visits", "3,000"), ("home", "20,000")), {})


def _show(context: Context, year: str | None, restriction: str, as_json: bool) -> None:
    from lovefund.actions.budgets import against, budget_year

    code = budget_year(year or str(context.today().year), "year")
    with of_one_fund(context).reading() as books:
        if restriction:
            restriction = f.pick(restriction, "--for", {c: c for c in books.restrictions})
        found = against(books, code, context.today(), restriction)
        names = {s: a.short(language()) for s, a in books.chart.choices("programme:").items()}
    if as_json:
        output.emit_json(rows_of(found))
        return
    output.echo(
        _("The budget of {year}, and what was spent through {day}").format(
            year=found.year, day=found.through
        )
    )
    tell(found.rows, names)


def rows_of(found: Against) -> list[dict[str, object]]:
    """Budget against actual for programs."""
    return [
        {
            "year": found.year,
            "through": found.through,
            "programme": row.programme,
            "budget_fen": row.budget_fen,
            "actual_fen": row.actual_fen,
            "left_fen": row.left_fen,
            "percent": row.percent,
        }
        for row in found.rows
    ]


def tell(rows: Sequence[Row], names: Mapping[str, str]) -> None:
    """Budget against actual as a table, with its sums and what went beyond a budget."""
    from lovefund.core.budgets import Row

    if not rows:
        output.echo(_("There is nothing to show."))
        return
    total = Row("", sum(r.budget_fen for r in rows), sum(r.actual_fen for r in rows))
    output.table(
        [_("programme"), _("budget"), _("spent"), _("still to spend"), _("share spent")],
        [
            (names.get(r.programme, _("all")), r.budget_fen, r.actual_fen, r.left_fen, r.percent)
            for r in (*rows, total)
        ],
    )
    for row in rows:
        if row.left_fen < 0:
            output.echo(
                _("{programme}: {amount} yuan were spent beyond the budget.").format(
                    programme=names[row.programme], amount=yuan(-row.left_fen)
                )
            )


_made.params[0:0] = [argument(_WHAT, _DEEDS)]
_made.params += [
    Option(["--file"], default="", help="set: a CSV or XLSX list of programmes and amounts."),
    Option(["--template"], default="", help="set: write an empty list to fill in, and stop."),
    Option(["--force"], is_flag=True, help="Replace a file that is there already."),
]
_made.callback = _budget
COMMANDS = {"budget": _made}
