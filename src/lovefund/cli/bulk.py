"""The commands that take whole files: many gifts, and the grants of one decision."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import fields as f
from lovefund.cli import output
from lovefund.cli.boundary import Unshown, showing
from lovefund.cli.common import donor_of
from lovefund.cli.context import Context
from lovefund.cli.fields import Setting
from lovefund.cli.forms import choices_of, warn_private
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import Command, Option
from lovefund.core.papers import Papers
from lovefund.errors import BadInput, Several
from lovefund.imports.sheets import Column, Row, Sheet, read_sheet, write_template
from lovefund.language import _
from lovefund.money import yuan

if TYPE_CHECKING:
    from lovefund.actions.bulk import Booked, Gift
    from lovefund.core.grants import Recipient

Reader = Callable[[str, str, Setting], Any]

GIFTS = (
    Column("on", ("日期", "date", "on")),
    Column("amount", ("金额", "amount")),
    Column("source", ("来源", "source")),
    Column("donor", ("捐赠人", "donor", "from")),
    Column("mode", ("公示方式", "show")),
    Column("alias", ("化名", "alias"), needed=False),
    Column("place", ("收款方式", "by")),
    Column("restriction", ("用途", "for"), needed=False),
    Column("contact", ("联系方式", "contact"), needed=False),
    Column("memo", ("备注", "memo"), needed=False),
)
_GIFT_READERS: dict[str, Reader] = {
    "on": f.day,
    "amount": f.amount,
    "source": f.choice("sources"),
    "donor": f.optional_name,
    "mode": f.choice("modes"),
    "alias": f.optional_name,
    "place": f.choice("places"),
    "restriction": f.choice("restrictions"),
    "contact": f.private_text,
    "memo": f.memo,
}
GRANTS = (
    Column("case", ("案号", "case")),
    Column("guardian", ("监护人", "guardian")),
    Column("amount", ("金额", "amount")),
    Column("pupil", ("学生", "pupil"), needed=False),
)
_GRANT_READERS: dict[str, Reader] = {
    "case": f.code,
    "guardian": f.name,
    "amount": f.amount,
    "pupil": f.optional_name,
}
_ROWS_TOLD_MAX = 20


def _read(
    sheet: Sheet, columns: tuple[Column, ...], readers: Mapping[str, Reader], setting: Setting
) -> list[tuple[int, dict[str, Any]]]:
    """Every row's values; Several with every bad cell, each by file, row and column."""
    rows: list[tuple[int, dict[str, Any]]] = []
    mistakes: list[BadInput] = []
    headings = {c.key: c.headings[0] for c in columns}
    for row in sheet.rows:
        values: dict[str, Any] = {}
        for key, reader in readers.items():
            where = _("{file}, row {row}, column {column}").format(
                file=sheet.name, row=row.number, column=headings[key]
            )
            try:
                values[key] = reader(_cell(row, key, values), where, setting)
            except BadInput as mistake:
                mistakes.append(mistake)
        rows.append((row.number, values))
    if mistakes:
        more = len(mistakes) - _ROWS_TOLD_MAX
        if more > 0:
            last = BadInput(
                sheet.name,
                "",
                _("{count} more cells are wrong").format(count=more),
                _("mend these first"),
            )
            mistakes = [*mistakes[:_ROWS_TOLD_MAX], last]
        raise Several(mistakes)
    if not rows:
        raise BadInput(
            "file",
            sheet.name,
            _("it has headings and no rows"),
            _("fill in the sheet 填写, one row a gift"),
        )
    return rows


def _cell(row: Row, key: str, values: Mapping[str, Any]) -> str:
    """A cell as typed; what may be left empty means what it means when a gift is typed."""
    text = row.cells.get(key, "")
    if not text and key == "restriction":
        return "general"
    if not text and key == "mode":
        if not values.get("donor"):
            return "anonymous"
        if values.get("source") == "class":
            return "org"
    return text


def _gifts(context: Context, sheet: Sheet) -> list[Gift]:
    from lovefund.actions.bulk import Gift

    lists = {"modes", "places", "sources", "restrictions"}
    setting = Setting(context.today(), choices_of(context.workspace(), lists), {})
    gifts = []
    for number, v in _read(sheet, GIFTS, _GIFT_READERS, setting):
        if v["mode"] == "alias" and not v["alias"]:
            raise BadInput(
                _("{file}, row {row}, column {column}").format(
                    file=sheet.name, row=number, column="化名"
                ),
                "",
                _("the alias is missing"),
                _("type the alias, or another way of showing"),
            )
        donor = donor_of({**v, "phrase": ""})
        papers = Papers(memo=v["memo"])
        gifts.append(
            Gift(
                number,
                v["on"],
                v["amount"],
                v["place"],
                v["source"],
                donor,
                v["restriction"],
                papers,
            )
        )
    return gifts


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[Any], None]]:
    """A progress bar on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _posted: None
        return
    with click.progressbar(length=total, file=sys.stderr, show_eta=False) as bar:
        yield lambda _posted: bar.update(1)


@click.pass_context
def _donations(
    ctx: click.Context,
    file: str,
    template: str,
    force: bool,
    known: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    from lovefund.actions.bulk import donate_many
    from lovefund.actions.outputs import refuse_place

    context: Context = ctx.obj
    if template:
        refuse_place(Path(template), over=force)
        _write_gift_template(context, Path(template))
        return
    sheet = read_sheet(_named(file), GIFTS)
    gifts = _gifts(context, sheet)
    ws = replace(context.workspace(), dry_run=dry_run)
    warn_private(*(g.papers.memo for g in gifts))
    with _progress(len(gifts)) as report:
        done = donate_many(ws, sheet.sha256, gifts, known, report)
    with showing(_unshown(sheet)) if not dry_run else contextlib.nullcontext():
        _tell_gifts(done, as_json=as_json, dry_run=dry_run)


def _unshown(sheet: Sheet) -> Unshown:
    return Unshown(
        sheet.name,
        _("look at it with `lovefund journal`; the same file again books nothing twice"),
    )


def _tell_gifts(done: Booked, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        output.emit_json(
            {
                "fresh": done.fresh,
                "known": done.known,
                "fresh_fen": done.fresh_fen,
                "booked": not dry_run,
            }
        )
        return
    output.echo(
        _("{fresh} gifts, {amount} yuan; {known} rows were booked before.").format(
            fresh=done.fresh, amount=yuan(done.fresh_fen), known=done.known
        )
    )
    if dry_run:
        output.echo(_("This is what would be booked. Nothing was booked."))


def _named(file: str) -> Path:
    if not file:
        raise BadInput(
            "file",
            "",
            _("the file is missing"),
            _("name a CSV or XLSX file, or write one with --template FILE"),
        )
    return Path(file)


def _write_gift_template(context: Context, path: Path) -> None:
    lists = choices_of(context.workspace(), {"modes", "places", "sources", "restrictions"})
    write_template(
        path,
        GIFTS,
        (
            ("2026-09-03", "50", "教职工", "张三丰（虚构）", "隐名", "", "微信", "", "", ""),
            ("2026-09-03", "1200", "企业", "青禾公司（虚构）", "单位", "", "银行存款", "", "", ""),
            ("2026-09-04", "86.50", "班级合计", "三年级（1）班", "", "", "现金", "", "", ""),
            ("2026-09-05", "20", "社会个人", "", "", "", "支付宝", "", "", ""),
        ),
        {
            "source": _labels(lists["sources"], 1),
            "mode": _labels(lists["modes"], -1),
            "place": _labels(lists["places"], 1),
            "restriction": list(lists["restrictions"]),
        },
    )
    output.echo(_("Template written to {path}").format(path=path))


def _labels(choices: Mapping[str, str], part: int) -> list[str]:
    return [label.split(" / ")[part] for label in choices.values()]


@click.pass_context
def _grants(
    ctx: click.Context,
    file: str,
    template: str,
    force: bool,
    place: str,
    programme: str,
    restriction: str,
    reference: str,
    on: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    from lovefund.actions.outputs import refuse_place
    from lovefund.actions.spend import pay_grants
    from lovefund.cli.forms import tell

    context: Context = ctx.obj
    if template:
        refuse_place(Path(template), over=force)
        write_template(Path(template), GRANTS, (("L001", "监护人甲（虚构）", "400", ""),), {})
        output.echo(_("Template written to {path}").format(path=template))
        return
    ws = replace(context.workspace(), dry_run=dry_run)
    lists = choices_of(ws, {"places", "programmes", "restrictions"})
    setting = Setting(context.today(), lists, {})
    sheet = read_sheet(_named(file), GRANTS)
    recipients = _recipients(sheet, setting)
    request = _request(sheet, on, place)
    posted = pay_grants(
        ws,
        f.day(on, "--on", setting),
        recipients,
        f.choice("places")(place, "--by", setting),
        f.choice("programmes")(programme, "--programme", setting),
        f.choice("restrictions")(restriction, "--for", setting),
        Papers(reference=f.optional_code(reference, "--reference", setting)),
        request=request,
    )
    with showing(Unshown.entry(posted.no)) if not dry_run else contextlib.nullcontext():
        if not as_json:
            output.echo(
                _("{count} grants, {amount} yuan").format(
                    count=len(recipients), amount=yuan(sum(r.amount_fen for r in recipients))
                )
            )
        tell(ws, [posted], as_json=as_json, dry_run=dry_run)


def _recipients(sheet: Sheet, setting: Setting) -> tuple[Recipient, ...]:
    from lovefund.core.grants import Recipient

    rows = _read(sheet, GRANTS, _GRANT_READERS, setting)
    seen: dict[str, int] = {}
    for number, v in rows:
        if v["case"] in seen:
            raise BadInput(
                _("{file}, row {row}, column {column}").format(
                    file=sheet.name, row=number, column="案号"
                ),
                v["case"],
                _("row {row} pays the same case").format(row=seen[v["case"]]),
                _("one decision pays a case once; book a second grant on its own"),
            )
        seen[v["case"]] = number
    return tuple(Recipient(v["case"], v["guardian"], v["amount"], v["pupil"]) for _n, v in rows)


def _request(sheet: Sheet, on: str, place: str) -> str:
    import hashlib

    text = f"{sheet.sha256}/{on}/{place}"
    return "grants." + hashlib.sha256(text.encode()).hexdigest()[:24]


_SHARED = (
    click.Argument(["file"], required=False, default="", metavar="FILE"),
    Option(["--template"], default="", help="Write an empty file to fill in, and stop."),
    Option(["--force"], is_flag=True, help="Replace a file that is there already."),
    Option(["--dry-run", "dry_run"], is_flag=True, help="Show what would be booked; book nothing."),
    Option(["--json", "as_json"], is_flag=True, help="Print one JSON document."),
)
COMMANDS = {
    "donations": Command(
        "donations",
        params=[
            *_SHARED,
            Option(
                ["--known"], default="", help="Rows that an earlier file brought too: skip or book."
            ),
        ],
        callback=_donations,
        help=NAMES["donations"].help,
    ),
    "grants": Command(
        "grants",
        params=[
            *_SHARED,
            Option(["--by", "place"], default="bank", help="From where is it paid?"),
            Option(["--programme"], default="aid", help="For which programme?"),
            Option(["--for", "restriction"], default="general", help="For which purpose?"),
            Option(["--reference"], default="", help="A public number of minutes or agreement"),
            Option(["--on"], default="today", help="On which day did it happen?"),
        ],
        callback=_grants,
        help=NAMES["grants"].help,
    ),
}
