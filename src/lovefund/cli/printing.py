"""The commands that write documents: statements, vouchers, journals, receipts, exports."""

from __future__ import annotations

import contextlib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import fields as f
from lovefund.cli import output
from lovefund.cli.asking import argument, ask, of_one_fund, sure_of_the_day
from lovefund.cli.boundary import Unshown, say, showing
from lovefund.cli.clocks import CLOCKS, clocks_of
from lovefund.cli.common import PERIOD
from lovefund.cli.context import Context, interactive
from lovefund.cli.fields import Field, Setting
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command, Option
from lovefund.errors import BadInput
from lovefund.language import N_, _, language
from lovefund.money import yuan

if TYPE_CHECKING:
    from lovefund.actions.publish import Published
    from lovefund.core.days import Period

_FORCE = Option(["--force"], is_flag=True, help="Replace a file that is there already.")
_DRY = Option(
    ["--dry-run", "dry_run"], is_flag=True, help="Show what would be booked; book nothing."
)


@click.pass_context
def _publish(
    ctx: click.Context, period: Period | None, every: bool, out: str, dry_run: bool, as_json: bool
) -> None:
    from dataclasses import replace

    from lovefund.actions.publish import publish, publish_again

    context: Context = ctx.obj
    ws = replace(of_one_fund(context), dry_run=dry_run)
    if period is None:
        done = list(publish_again(ws, Path(out), progress=_progress))
        _tell_statements(done, as_json=as_json)
        return
    one = sure_of_the_day(ws, lambda sure: publish(sure, period, Path(out), progress=_progress))
    fresh = not dry_run and not one.again
    with showing(Unshown.entry(one.no)) if fresh else contextlib.nullcontext():
        _tell_statement(one, as_json=as_json, dry_run=dry_run)


def _or_all(period: click.Argument) -> click.Argument:
    """A period that is not asked for where all are wanted."""
    read: Any = period.callback

    def unless_all(ctx: click.Context, parameter: click.Parameter, text: str | None) -> Any:
        if not ctx.params.get("every"):
            return read(ctx, parameter, text)
        if text is not None:
            raise BadInput(
                "--all",
                text,
                _("with --all no period is named"),
                _("leave out one of the two"),
            )
        return None

    period.callback = unless_all
    return period


def _statement_row(done: Published) -> dict[str, Any]:
    s = done.statement
    return {
        "number": done.number,
        "no": done.no,
        "again": done.again,
        "opening_fen": s.opening_fen,
        "income_fen": s.income_fen,
        "outlay_fen": s.outlay_fen,
        "closing_fen": s.closing_fen,
        "files": [str(path) for path in done.files],
    }


def _tell_statements(every: list[Published], *, as_json: bool) -> None:
    if as_json:
        output.emit_json([_statement_row(done) for done in every])
        return
    for done in every:
        output.echo(f"  {done.files[0].parent}")
    output.echo(
        _("{count} statements were made again. Nothing was booked.").format(count=len(every))
    )


def _tell_statement(done: Published, *, as_json: bool, dry_run: bool) -> None:
    s = done.statement
    if as_json:
        booked = not dry_run and not done.again
        output.emit_json({**_statement_row(done), "booked": booked})
        return
    output.echo(
        _("Statement {number}: {opening} + {income} − {outlay} = {closing} yuan").format(
            number=done.number,
            opening=yuan(s.opening_fen),
            income=yuan(s.income_fen),
            outlay=yuan(s.outlay_fen),
            closing=yuan(s.closing_fen),
        )
    )
    if dry_run:
        output.echo(_("This is what would be published. Nothing was booked or written."))
        return
    if done.again:
        output.echo(
            _("It was published before: its files were made again, and nothing was booked.")
        )
    else:
        output.echo(_("The books are closed through {day}.").format(day=s.period_to))
    for path in done.files:
        if path.suffix in (".html", ".pdf"):
            output.echo(f"  {path}")
    output.echo(
        _("Anyone can check it: `lovefund verify {folder}`, or verify.py in that folder.").format(
            folder=done.files[0].parent
        )
    )


def _progress(step: str) -> None:
    if sys.stderr.isatty():
        say("… " + step)


def _printer(name: str) -> Any:
    @click.pass_context
    def callback(ctx: click.Context, period: Period, out: str, force: bool, as_json: bool) -> None:
        from lovefund.actions import prints
        from lovefund.actions.outputs import refuse_place

        context: Context = ctx.obj
        path = Path(out or f"{name}-{period.code}.pdf")
        refuse_place(path, over=force)
        make = prints.print_vouchers if name == "vouchers" else prints.print_journal
        _told(path, make(of_one_fund(context), period, path, language()), as_json)

    return callback


_WHICH = Field("numbers", "", N_("Which receipts, or of which period?"), f.as_typed)


@click.pass_context
def _receipts(
    ctx: click.Context,
    numbers: tuple[str, ...],
    period: str,
    out: str,
    force: bool,
    as_json: bool,
) -> None:
    from lovefund.actions import prints
    from lovefund.actions.outputs import refuse_place
    from lovefund.core.days import parse_period

    context: Context = ctx.obj
    if not numbers and not period and interactive():
        numbers = tuple(ask(_WHICH, Setting(context.today(), {}, {}))[1].split())
    if bool(numbers) == bool(period):
        raise BadInput(
            "numbers",
            " ".join(numbers),
            _("say which receipts, or of which period"),
            _("`lovefund receipt 2026-000003` or `lovefund receipt --period 2026-09`"),
        )
    single = len(numbers) == 1 and _RECEIPT(numbers[0])
    path = Path(out or (f"receipt-{numbers[0]}.pdf" if single else "receipts.pdf"))
    wanted = parse_period(period) if period else _wanted(numbers)
    refuse_place(path, over=force)
    made = prints.print_receipts(of_one_fund(context), wanted, path, language())
    if as_json and made.printed:
        output.emit_json({"file": str(path), "count": made.printed, "duplicates": made.duplicates})
        return
    _told(path, made.printed, as_json)
    if made.duplicates:
        output.echo(
            _("{count} of them were printed before, and are marked as duplicates.").format(
                count=made.duplicates
            )
        )


_RECEIPT = re.compile("(20[0-9]{2})-([0-9]{6,9})").fullmatch


def _wanted(numbers: tuple[str, ...]) -> Period | list[tuple[int, int]]:
    """Receipts by their numbers, or a period typed in the place of one."""
    from lovefund.core.days import parse_period

    if len(numbers) == 1 and not _RECEIPT(numbers[0]):
        with contextlib.suppress(BadInput):
            return parse_period(numbers[0])
    return [_number(text) for text in numbers]


def _number(text: str) -> tuple[int, int]:
    receipt = _RECEIPT(text)
    if receipt is None:
        raise BadInput(
            "numbers",
            text,
            _("it is no receipt number and no period"),
            _("type it as 2026-000003, or a month as 2026-09"),
        )
    return int(receipt[1]), int(receipt[2])


def _told(path: Path, count: int, as_json: bool) -> None:
    if as_json:
        output.emit_json({"file": str(path) if count else None, "count": count})
    elif not count:
        output.echo(_("There is nothing to print."))
    else:
        output.echo(_("{count} printed to {path}").format(count=count, path=path))


@click.pass_context
def _export(
    ctx: click.Context, form: str, period: str, as_of: str, known_at: str, out: str, force: bool
) -> None:
    from lovefund.actions.export import WORKBOOKS, export, export_workbook
    from lovefund.actions.outputs import refuse_place
    from lovefund.core.days import parse_period
    from lovefund.system import write_whole

    context: Context = ctx.obj
    span = parse_period(period) if period else None
    clocks = clocks_of(context, as_of, known_at)
    if form in WORKBOOKS and not out:
        raise BadInput(
            "--out", "", _("a workbook is no text"), _("name the file: --out books.xlsx")
        )
    # A reader that goes away (`| head`) must not leave rows open behind a closed database.
    with of_one_fund(context).reading(clocks) as books:
        if out:
            refuse_place(Path(out), over=force)
        if form in WORKBOOKS:
            write_whole(Path(out), export_workbook(books, form, span))
            return
        with contextlib.closing(export(books, form, span)) as chunks:
            if out:
                write_whole(Path(out), "".join(chunks).encode())
                return
            for chunk in chunks:
                # Other programs read it: UTF-8, whatever the console speaks.
                click.echo(chunk if sys.stdout.isatty() else chunk.encode(), nl=False)


_FORMS = {
    "hledger": "hledger",
    "ledger": "Ledger",
    "beancount": "Beancount",
    "csv": "CSV",
    "xlsx": N_("a workbook (XLSX)"),
    "json": "JSON",
    "jsonl": N_("the lines themselves (JSON)"),
    "grants": N_("grants as open data (360Giving)"),
    "school": N_("the school's own books (XLSX)"),
    "school-balances": N_("the school's own books: balances (CSV)"),
    "school-journal": N_("the school's own books: journal (CSV)"),
}
_FORM = Field("form", "", N_("For which program?"), f.choice("forms"), "forms")


def _period_printer(name: str) -> Command:
    return Command(
        name,
        params=[
            argument(PERIOD),
            Option(["--out"], default="", help="The PDF file to write."),
            _FORCE,
            JSON,
        ],
        callback=_printer(name),
        help=NAMES[name].help,
    )


COMMANDS = {
    "publish": Command(
        "publish",
        params=[
            _or_all(argument(PERIOD)),
            Option(
                ["--all", "every"],
                is_flag=True,
                is_eager=True,
                help="Make the files of every statement again, for a new stick or site.",
            ),
            Option(["--out"], default="published", help="The folder to write to [published]."),
            _DRY,
            JSON,
        ],
        callback=_publish,
        help=NAMES["publish"].help,
    ),
    "vouchers": _period_printer("vouchers"),
    "journals": _period_printer("journals"),
    "receipt": Command(
        "receipt",
        params=[
            click.Argument(["numbers"], nargs=-1, metavar="NUMBERS"),
            Option(["--period"], default="", help="All receipts handed out in this period."),
            Option(["--out"], default="", help="The PDF file to write."),
            _FORCE,
            JSON,
        ],
        callback=_receipts,
        help=NAMES["receipt"].help,
    ),
    "export": Command(
        "export",
        params=[
            argument(_FORM, _FORMS),
            click.Argument(["period"], required=False, default="", metavar="PERIOD"),
            *CLOCKS,
            Option(["--out"], default="", help="The file to write."),
            _FORCE,
        ],
        callback=_export,
        help=NAMES["export"].help,
    ),
}
