"""The commands that show applications and print what the office needs of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import output
from lovefund.cli.asking import argument, of_one_fund
from lovefund.cli.context import Context
from lovefund.cli.fields import Field, Setting, entry_number
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command, Option
from lovefund.core.kinds import kind_name
from lovefund.language import N_, _, language
from lovefund.money import yuan

if TYPE_CHECKING:
    from lovefund.actions.cases import Row

WHICH = Field(
    "no", "", N_("Which application? Its entry number"), lambda text, _field, _setting: text
)
_FORCE = Option(["--force"], is_flag=True, help="Replace a file that is there already.")
_OUT = Option(["--out"], default="", help="The file to write.")


def number_of(context: Context, text: str) -> int:
    """The entry that was typed; BadInput where nothing is called so."""
    from lovefund.cli.forms import find_entry

    ws = of_one_fund(context)
    return entry_number(text, "no", Setting(context.today(), {}, {}, lambda t: find_entry(ws, t)))


@click.pass_context
def _cases(ctx: click.Context, every: bool, as_json: bool) -> None:
    from lovefund.actions.cases import listed

    with of_one_fund(ctx.obj).reading() as books:
        rows = listed(books, every=every)
    if as_json:
        output.emit_json([_as_json(row) for row in rows])
        return
    if not rows:
        output.echo(_("No application waits for anything."))
        return
    output.table(
        (_("entry"), _("applied on"), _("path"), _("asked for"), _("stands at")),
        [
            (
                str(row.case.no),
                row.case.on.isoformat(),
                _path(row),
                row.case.ask_fen,
                kind_name(row.case.stage()),
            )
            for row in rows
        ],
        [list(_next(row, ctx.obj.today())) for row in rows],
    )


def _path(row: Row) -> str:
    from lovefund.core.cases import PATH_NAMES

    return _(PATH_NAMES[row.case.path])


def _next(row: Row, today: date) -> Iterator[str]:
    """What comes next and how it is done, and what is due by when."""
    from lovefund.core.cases import APPROVED, LAPSED, PAID, VERBS

    no, ends = row.case.no, row.case.notice_ends()
    by = {due.kind: due.day for due in row.deadlines}
    for kind in row.coming:
        step, how, last = kind_name(kind), f"lovefund {VERBS[kind]} {no}", by.pop(kind, None)
        if last is not None:
            yield _("next: {step}, by {day}: {how}").format(step=step, day=last, how=how)
        elif kind in (APPROVED, PAID) and ends is not None and ends >= today:
            yield _("next: {step}, after {day}: {how}").format(step=step, day=ends, how=how)
        else:
            yield _("next: {step}: {how}").format(step=step, how=how)
    for kind, day in by.items():
        yield (
            _("may lapse from {day} on").format(day=day)
            if kind == LAPSED
            else _("due by {day}: {step}").format(day=day, step=kind_name(kind))
        )


def _as_json(row: Row) -> dict[str, Any]:
    case = row.case
    return {
        "no": case.no,
        "on": case.on.isoformat(),
        "path": case.path,
        "ask_fen": case.ask_fen,
        "approved_fen": case.approved_fen,
        "undecided_fen": case.undecided_fen,
        "waiting_fen": case.waiting_fen,
        "stage": case.stage(),
        "next": list(row.coming),
        "due": [[d.kind, d.day.isoformat()] for d in row.deadlines],
    }


@click.pass_context
def _case(ctx: click.Context, no: str, private: bool, as_json: bool) -> None:
    from lovefund.actions.calendar import known_workdays
    from lovefund.actions.cases import Row, members
    from lovefund.actions.roll import find

    context: Context = ctx.obj
    number = number_of(context, no)
    with of_one_fund(context).reading() as books:
        case = find(books, number)
        row = Row(case, tuple(case.coming()), tuple(case.deadlines(known_workdays())))
        people = members(books, case) if private else []
    steps = [(step.on.isoformat(), step.kind, step.no) for step in case.steps.values()]
    steps.insert(0, (case.on.isoformat(), "grant-applied", case.no))
    if as_json:
        told: dict[str, Any] = {**_as_json(row), "steps": steps}
        if private:
            told["cases"] = [[*m.applicant.row(), m.at, m.no] for m in people]
        output.emit_json(told)
        return
    output.echo(
        _("application {no}: {ask} yuan asked for, {approved} approved, {waiting} wait").format(
            no=case.no,
            ask=yuan(case.ask_fen),
            approved=yuan(case.approved_fen),
            waiting=yuan(case.waiting_fen),
        )
    )
    for on, kind, entry in steps:
        output.echo(_("  {on}  {step}, entry {no}").format(on=on, step=kind_name(kind), no=entry))
    for line in _next(row, context.today()):
        output.echo(line)
    for m in people:
        a = m.applicant
        words = (a.case, a.pupil, a.guardian, yuan(a.amount_fen), kind_name(m.at))
        output.echo("  " + _(", ").join(filter(None, words)))
    if private:
        output.echo(_("This list is private."))


@click.pass_context
def _signing_sheet(ctx: click.Context, no: str, out: str, force: bool, as_json: bool) -> None:
    from lovefund.actions.case_papers import signing_sheet
    from lovefund.actions.outputs import refuse_place

    context: Context = ctx.obj
    number = number_of(context, no)
    path = Path(out or f"signing-sheet-{number}.pdf")
    refuse_place(path, over=force)
    _written(path, signing_sheet(of_one_fund(context), number, path, language()), as_json)


@click.pass_context
def _bank_list(ctx: click.Context, no: str, out: str, force: bool, as_json: bool) -> None:
    from lovefund.actions.case_papers import bank_list
    from lovefund.actions.outputs import refuse_place

    context: Context = ctx.obj
    number = number_of(context, no)
    path = Path(out or f"bank-list-{number}.csv")
    refuse_place(path, over=force)
    _written(path, bank_list(of_one_fund(context), number, path), as_json)


def _written(path: Path, count: int, as_json: bool) -> None:
    if as_json:
        output.emit_json({"file": str(path), "count": count})
        return
    output.echo(
        _("{count} cases written to {path}. It names pupils: keep it in the office.").format(
            count=count, path=path
        )
    )


COMMANDS = {
    "cases": Command(
        "cases",
        params=[
            Option(["--all", "every"], is_flag=True, help="Those at their end, too."),
            JSON,
        ],
        callback=_cases,
        help=NAMES["cases"].help,
    ),
    "case": Command(
        "case",
        params=[
            argument(WHICH),
            Option(["--private"], is_flag=True, help="Its pupils, too (private)."),
            JSON,
        ],
        callback=_case,
        help=NAMES["case"].help,
    ),
    "signing-sheet": Command(
        "signing-sheet",
        params=[argument(WHICH), _OUT, _FORCE, JSON],
        callback=_signing_sheet,
        help=NAMES["signing-sheet"].help,
    ),
    "bank-list": Command(
        "bank-list",
        params=[argument(WHICH), _OUT, _FORCE, JSON],
        callback=_bank_list,
        help=NAMES["bank-list"].help,
    ),
}
