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
def _publish(ctx: click.Context, period: Period, out: str, dry_run: bool, as_json: bool) -> None:
    from dataclasses import replace

    from lovefund.actions.publish import publish

    context: Context = ctx.obj
    ws = replace(of_one_fund(context), dry_run=dry_run)
    done = sure_of_the_day(ws, lambda sure: publish(sure, period, Path(out), progress=_progress))
    with showing(Unshown.entry(done.no)) if not dry_run else contextlib.nullcontext():
        _tell_statement(done, as_json=as_json, dry_run=dry_run)


def _tell_statement(done: Published, *, as_json: bool, dry_run: bool) -> None:
    s = done.statement
    if as_json:
        output.emit_json(
            {
                "number": done.number,
                "no": done.no,
                "booked": not dry_run,
                "opening_fen": s.opening_fen,
                "income_fen": s.income_fen,
                "outlay_fen": s.outlay_fen,
                "closing_fen": s.closing_fen,
                "files": [str(path) for path in done.files],
            }
        )
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
            _("`lovefund receipts 2026-000003` or `lovefund receipts --period 2026-09`"),
        )
    path = Path(out or "receipts.pdf")
    refuse_place(path, over=force)
    wanted = parse_period(period) if period else _wanted(numbers)
    made = prints.print_receipts(of_one_fund(context), wanted, path, language())
    _told(path, made, as_json)


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
def _export(ctx: click.Context, form: str, out: str, force: bool) -> None:
    from lovefund.actions.export import export
    from lovefund.actions.outputs import refuse_place
    from lovefund.system import write_whole

    context: Context = ctx.obj
    # A reader that goes away (`| head`) must not leave rows open behind a closed database.
    with (
        of_one_fund(context).reading() as books,
        contextlib.closing(export(books, form)) as chunks,
    ):
        if out:
            refuse_place(Path(out), over=force)
            write_whole(Path(out), "".join(chunks).encode())
        else:
            for chunk in chunks:
                # Other programs read it: UTF-8, whatever the console speaks.
                click.echo(chunk if sys.stdout.isatty() else chunk.encode(), nl=False)


_FORMS = {"hledger": "hledger", "beancount": "Beancount", "csv": "CSV", "json": "JSON"}
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
            argument(PERIOD),
            Option(["--out"], default="published", help="The folder to write to [published]."),
            _DRY,
            JSON,
        ],
        callback=_publish,
        help=NAMES["publish"].help,
    ),
    "vouchers": _period_printer("vouchers"),
    "journals": _period_printer("journals"),
    "receipts": Command(
        "receipts",
        params=[
            click.Argument(["numbers"], nargs=-1, metavar="NUMBERS"),
            Option(["--period"], default="", help="All receipts handed out in this period."),
            Option(["--out"], default="", help="The PDF file to write."),
            _FORCE,
            JSON,
        ],
        callback=_receipts,
        help=NAMES["receipts"].help,
    ),
    "export": Command(
        "export",
        params=[
            argument(_FORM, _FORMS),
            Option(["--out"], default="", help="The file to write."),
            _FORCE,
        ],
        callback=_export,
        help=NAMES["export"].help,
    ),
}
