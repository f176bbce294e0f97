"""The commands that reconcile a place with its bill, print the table, and show what only passes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import output
from lovefund.cli.asking import argument, of_one_fund, sure_of_the_day
from lovefund.cli.boundary import say
from lovefund.cli.casework import number_of
from lovefund.cli.context import Context, interactive
from lovefund.cli.fields import Field, as_typed, choice
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command, Option
from lovefund.errors import BadInput
from lovefund.language import N_, _, language
from lovefund.money import parse_yuan, yuan

if TYPE_CHECKING:
    from lovefund.actions.reconcile import Wanted
    from lovefund.actions.workspace import Workspace
    from lovefund.core.adjusting import Item, Sheet

#: Places that have a bill; the cash is counted.
PLACES = {"bank": N_("Bank"), "wechat": N_("WeChat"), "alipay": N_("Alipay")}
_PLACE = Field("place", "", N_("Which place? bank, wechat or alipay"), choice("places"), "places")
_FILE = Field("file", "", N_("Which bill? The file as it was downloaded"), as_typed)
_FORCE = Option(["--force"], is_flag=True, help="Replace a file that is there already.")


@click.pass_context
def _reconcile(
    ctx: click.Context,
    place: str,
    file: str,
    through: str,
    balance: str,
    explain: tuple[str, ...],
    match: tuple[str, ...],
    table: str,
    out: str,
    close: bool,
    on: str,
    dry_run: bool,
    as_json: bool,
    force: bool,
) -> None:
    from lovefund.actions import adjustment, reconcile

    context: Context = ctx.obj
    ws = of_one_fund(context)
    told = Path(table) if table else None
    why = adjustment.read_table(told) if told and told.exists() else {}
    why |= _explained(explain)
    wanted = _wanted(context, place, Path(file), through, balance, match, why)
    sheet = reconcile.prepare(ws, wanted)
    if close and interactive():
        wanted = _asked(wanted, sheet)
        sheet = reconcile.prepare(ws, wanted)
    if not as_json:
        _show(ws, sheet, wanted.bill.warnings)
    if told and not told.exists():
        adjustment.write_table(told, sheet.items, sheet)
        say(_("Fill in the column 说明 of {path}, then run this again.").format(path=told))
    if out:
        adjustment.print_draft(ws, sheet, Path(out), language(), over=force)
    if close:
        _book(context, ws, wanted, on, dry_run=dry_run, as_json=as_json)
    elif as_json:
        output.emit_json(_as_json(sheet))


def _book(
    context: Context, ws: Workspace, wanted: Wanted, on: str, *, dry_run: bool, as_json: bool
) -> None:
    from dataclasses import replace

    from lovefund.actions.reconcile import reconcile
    from lovefund.actions.workspace import new_request
    from lovefund.cli.forms import tell
    from lovefund.core.days import parse_day

    day, request = parse_day(on, "--on", context.today()), new_request()
    posted = sure_of_the_day(
        replace(ws, dry_run=dry_run), lambda sure: reconcile(sure, wanted, day, request=request)
    )
    tell(ws, [posted], as_json=as_json, dry_run=dry_run)
    if not as_json and not dry_run:
        say(
            _("A second officer agrees with: lovefund --officer CODE agree {no}").format(
                no=posted.no
            )
        )


def _wanted(
    context: Context,
    place: str,
    path: Path,
    through: str,
    balance: str,
    match: tuple[str, ...],
    why: dict[str, str],
) -> Wanted:
    """What was typed, with the bill that it is of."""
    from lovefund.actions.reconcile import Wanted
    from lovefund.cli.importing import forms_folder
    from lovefund.core.days import parse_day
    from lovefund.imports.forms import learned, shipped
    from lovefund.imports.read import read_bill

    bill = read_bill(path, (*shipped(), *learned(forms_folder(context))))
    return Wanted(
        place,
        bill,
        path.read_bytes(),
        parse_day(through, "--through", context.today()) if through else None,
        _held(balance) if balance else None,
        tuple(_together(text) for text in match),
        why,
    )


def _held(text: str) -> int:
    """What a place held, which may be nothing."""
    return 0 if text in ("0", "0.00") else parse_yuan(text, "--balance")


def _together(text: str) -> frozenset[str]:
    """Lines that belong together: ``e12+e13=r4``."""
    return frozenset(part.strip() for part in text.replace("=", "+").split("+") if part.strip())


def _explained(typed: tuple[str, ...]) -> dict[str, str]:
    """Reasons by line: ``r4=interest, comes in May``."""
    found = {}
    for text in typed:
        line, sign, why = text.partition("=")
        if not sign or not why.strip():
            raise BadInput(
                "--explain", text, _("it is no line with a reason"), _("type it as r4=REASON")
            )
        found[line.strip()] = why.strip()
    return found


def _asked(wanted: Wanted, sheet: Sheet) -> Wanted:
    """The reasons that are missing, asked for line by line; an empty answer leaves one open."""
    from dataclasses import replace

    words = dict(wanted.why or {})
    for item in sheet.unexplained():
        say(_line(item, sheet))
        answer = click.prompt(_("Why is it open?"), default="", show_default=False, err=True)
        if answer.strip():
            words[item.line.id] = answer.strip()
    return replace(wanted, why=words)


def _line(item: Item, sheet: Sheet) -> str:
    days = _("days: {count}").format(count=item.age(sheet.last))
    return (
        f"  {output.pad(item.line.id, 8)} {item.line.on} "
        f"{output.pad(yuan(item.line.fen), 14, right=True)}  {days}  {item.told(language())}"
    )


def _show(ws: Workspace, sheet: Sheet, warnings: tuple[str, ...]) -> None:
    from lovefund.core.reconciling import OpenClass

    with ws.reading() as books:
        name = books.chart[sheet.account].short(language())
    output.echo(
        _("{name} ({account}), {first} to {last}").format(
            name=name, account=sheet.account, first=sheet.first, last=sheet.last
        )
    )
    shapes = [(len(p.book), len(p.bank)) for p in sheet.pairs]
    output.echo(
        _("  matched: {one} one to one, {many} in sums, {none} cancelled on one side").format(
            one=shapes.count((1, 1)),
            many=sum(1 for a, b in shapes if a and b and a + b > 2),
            none=sum(1 for a, b in shapes if not a or not b),
        )
    )
    for title, fen, classes in (
        (_("by the books"), sheet.book_fen, (OpenClass.BANK_IN, OpenClass.BANK_OUT)),
        (_("at the bank"), sheet.bank_fen, (OpenClass.BOOK_IN, OpenClass.BOOK_OUT)),
    ):
        output.echo(f"{output.pad(title, 44)} {output.pad(yuan(fen), 16, right=True)}")
        for kind in classes:
            for item in sheet.of(kind):
                output.echo(_line(item, sheet))
                output.echo("           " + (item.why or _("not explained yet")))
    one, other = sheet.adjusted_fen
    for title, fen in ((_("books, adjusted"), one), (_("bank, adjusted"), other)):
        output.echo(f"{output.pad(title, 44)} {output.pad(yuan(fen), 16, right=True)}")
    for warning in warnings:
        say(warning)


def _as_json(sheet: Sheet) -> dict[str, Any]:
    return {
        "account": sheet.account,
        "from": sheet.first.isoformat(),
        "to": sheet.last.isoformat(),
        "book_fen": sheet.book_fen,
        "bank_fen": sheet.bank_fen,
        "adjusted_fen": list(sheet.adjusted_fen),
        "matched": [[list(p.book), list(p.bank), p.fen] for p in sheet.pairs],
        "open": [
            {
                "id": item.line.id,
                "class": item.kind.value,
                "on": item.line.on.isoformat(),
                "fen": item.line.fen,
                "days": item.age(sheet.last),
                "note": item.told(language()),
                "why": item.why,
            }
            for item in sheet.items
        ],
    }


@click.pass_context
def _adjustment(ctx: click.Context, no: str, out: str, force: bool, as_json: bool) -> None:
    from lovefund.actions.adjustment import print_adjustment

    context: Context = ctx.obj
    number = number_of(context, no)
    path = Path(out or f"adjustment-{number}.pdf")
    count = print_adjustment(of_one_fund(context), number, path, language(), over=force)
    if as_json:
        output.emit_json({"file": str(path), "items": count})
        return
    output.echo(_("The table was written to {path}; two officers sign it.").format(path=path))


@click.pass_context
def _clearing(ctx: click.Context, as_json: bool) -> None:
    from lovefund.actions.clearing import clearing

    ws = of_one_fund(ctx.obj)
    today, found = clearing(ws)
    if as_json:
        output.emit_json(
            [
                {
                    "role": c.role,
                    "account": c.account,
                    "fen": c.fen,
                    "since": c.since.isoformat() if c.since else None,
                    "days": c.age(today),
                    "parts": [list(part) for part in c.parts],
                }
                for c in found
            ]
        )
        return
    with ws.reading() as books:
        names = {c.role: books.chart.role(c.role).label(language()) for c in found}
    output.table(
        (_("account"), _("balance"), _("not empty since"), _("days")),
        [
            (names[c.role], c.fen, c.since.isoformat() if c.since else "-", str(c.age(today)))
            for c in found
        ],
    )
    for c in found:
        for no, restriction, fen in c.parts:
            what = _("entry {no}").format(no=no) if no else restriction
            output.echo(f"  {names[c.role]}: {what}  {yuan(fen)}")


_NO = Field("no", "", N_("Which reconciliation? Its entry number"), as_typed)

COMMANDS = {
    "reconcile": Command(
        "reconcile",
        params=[
            argument(_PLACE, PLACES),
            argument(_FILE),
            Option(["--through"], default="", help="The last day [that of the bill]."),
            Option(["--balance"], default="", help="What the place held, where no bill says it."),
            Option(["--explain"], multiple=True, help="Why a line is open, as r4=REASON."),
            Option(["--match"], multiple=True, help="Lines that are the same, as e12+e13=r4."),
            Option(["--table"], default="", help="A table of open lines: written, then read back."),
            Option(["--out"], default="", help="The adjustment table to write, PDF or XLSX."),
            Option(["--close"], is_flag=True, help="Book it: every open line is explained."),
            Option(["--on"], default="today", help="The day of the entry [today]."),
            Option(["--dry-run", "dry_run"], is_flag=True, help="Show it only; book nothing."),
            _FORCE,
            JSON,
        ],
        callback=_reconcile,
        help=NAMES["reconcile"].help,
    ),
    "adjustment": Command(
        "adjustment",
        params=[
            argument(_NO),
            Option(["--out"], default="", help="The file to write, PDF or XLSX."),
            _FORCE,
            JSON,
        ],
        callback=_adjustment,
        help=NAMES["adjustment"].help,
    ),
    "clearing": Command("clearing", params=[JSON], callback=_clearing, help=NAMES["clearing"].help),
}
