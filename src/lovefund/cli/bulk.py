"""The commands that take whole files: many gifts, and the grants of one decision."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import fields as f
from lovefund.cli import output
from lovefund.cli.asking import ask, of_one_fund, sure_of_the_day
from lovefund.cli.boundary import Unshown, say, showing
from lovefund.cli.common import ON, PAPERS, PLACE_OUT, PROGRAMME, RESTRICTION, donor_of, papers
from lovefund.cli.context import Context, interactive
from lovefund.cli.fields import Field, Setting
from lovefund.cli.forms import Verb, choices_of, command, execute, tell, typed, warn_private
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.rows import Reader, file_to_read, filled_in, progress
from lovefund.cli.texts import JSON, Command, Option
from lovefund.core.papers import Papers
from lovefund.errors import BadInput
from lovefund.imports.sheets import Column, Sheet, read_sheet, write_template
from lovefund.language import N_, _
from lovefund.money import yuan

if TYPE_CHECKING:
    from datetime import date

    from lovefund.actions.bulk import Booked, Gift
    from lovefund.actions.workspace import Workspace
    from lovefund.core.grants import Recipient
    from lovefund.store.book import Posted

GIFTS = (
    Column("on", ("日期", "date", "on")),
    Column("amount", ("金额", "amount")),
    Column("source", ("来源", "source")),
    Column("donor", ("捐赠人", "donor", "from")),
    Column("mode", ("公示方式", "show")),
    Column("alias", ("化名", "alias"), needed=False),
    Column("place", ("收款方式", "by")),
    Column("restriction", ("用途", "for"), needed=False),
    Column("pupil", ("受助学生", "pupil"), needed=False),
    Column("contact", ("联系方式", "contact"), needed=False),
    Column("memo", ("备注", "memo"), needed=False),
    # Taken only so that the fund's rules can refuse it (慈善法 art. 32).
    Column("quota", ("指标", "任务", "应捐", "quota"), needed=False),
)
_GIFT_READERS: dict[str, Reader] = {
    "on": f.listed_day,
    "amount": f.amount,
    "source": f.choice("sources"),
    "donor": f.optional_name,
    "mode": f.choice("modes"),
    "alias": f.optional_name,
    "place": f.choice("places"),
    "restriction": f.choice("restrictions"),
    "pupil": f.optional_name,
    "contact": f.private_text,
    "memo": f.memo,
    "quota": f.optional_name,
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


def _gifts(context: Context, sheet: Sheet, campaign: int | None) -> list[Gift]:
    from lovefund.actions.bulk import Gift

    lists = {"modes", "places", "sources", "restrictions"}
    setting = Setting(context.today(), choices_of(of_one_fund(context), lists), {})
    gifts = []
    for number, v in filled_in(sheet, GIFTS, _GIFT_READERS, setting):
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
        gifts.append(
            Gift(
                number,
                v["on"],
                v["amount"],
                v["place"],
                v["source"],
                donor,
                v["restriction"],
                Papers(
                    memo=v["memo"],
                    campaign=campaign,
                    declared={"quota": v["quota"]} if v["quota"] else {},
                ),
            )
        )
    return gifts


def _agreed(text: str, *, asked: bool) -> None:
    """Where the file was asked for, what is in it is shown before it is booked."""
    if asked:
        say(text)
        answer = click.prompt(
            _("Enter books it; q leaves"), default="", show_default=False, err=True
        )
        if answer.strip():
            raise click.Abort


@click.pass_context
def _donations(
    ctx: click.Context,
    file: str,
    template: str,
    force: bool,
    known: str,
    campaign: int | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    context: Context = ctx.obj
    path = file_to_read(
        context, file, template, lambda to: _write_gift_template(context, to), over=force
    )
    if path is None:
        return
    sheet = read_sheet(path, GIFTS)
    gifts = _gifts(context, sheet, campaign)
    warn_private(*(g.papers.memo for g in gifts))
    ws = replace(of_one_fund(context), dry_run=dry_run)
    _agreed(
        _("{count} gifts, {amount} yuan").format(
            count=len(gifts), amount=yuan(sum(g.amount_fen for g in gifts))
        ),
        asked=not file,
    )
    seen: list[Posted] = []
    done = sure_of_the_day(ws, lambda sure: _booked(context, sure, sheet, gifts, known, seen))
    with showing(_unshown(sheet)) if not dry_run else contextlib.nullcontext():
        _tell_gifts(done, as_json=as_json, dry_run=dry_run)
    if dry_run and not as_json:
        tell(ws, seen, as_json=False, dry_run=True)


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


def _booked(
    context: Context,
    ws: Workspace,
    sheet: Sheet,
    gifts: list[Gift],
    known: str,
    seen: list[Posted],
) -> Booked:
    """Book the gifts; where rows were seen before, ask somebody whether they are the same.

    A dry run keeps what it would book in ``seen``.
    """
    from lovefund.actions.bulk import KnownRows, donate_many

    def book(known: str) -> Booked:
        with progress(_("booking"), len(gifts)) as report:

            def reported(posted: Posted) -> None:
                report(posted)
                if ws.dry_run and not posted.repeated:
                    seen.append(posted)

            return donate_many(ws, sheet.sha256, gifts, known, reported)

    try:
        return book(known)
    except KnownRows as rows:
        if not interactive():
            raise
        say(rows.what())
    answers = {"skip": _("the same gifts: skip them"), "book": _("further gifts: book them")}
    return book(ask(_KNOWN, Setting(context.today(), {"known": answers}, {}))[1])


_KNOWN = Field("known", "--known", N_("Are they the same gifts?"), f.choice("known"), "known")


def _write_gift_template(context: Context, path: Path) -> None:
    lists = choices_of(of_one_fund(context), {"modes", "places", "sources", "restrictions"})
    write_template(
        path,
        [column for column in GIFTS if column.key != "quota"],
        (
            ("2026-09-03", "50", "教职工", "张三丰（虚构）", "隐名", "", "微信", "", "", "", ""),
            (
                "2026-09-03",
                "1200",
                "企业",
                "青禾公司（虚构）",
                "单位",
                "",
                "银行存款",
                "",
                "",
                "",
                "",
            ),
            ("2026-09-04", "86.50", "班级合计", "三年级（1）班", "", "", "现金", "", "", "", ""),
            ("2026-09-05", "20", "社会个人", "", "", "", "支付宝", "", "", "", ""),
        ),
        {
            "source": _labels(lists["sources"], 1),
            "mode": _labels(lists["modes"], -1),
            "place": _labels(lists["places"], 1),
            "restriction": _labels(lists["restrictions"], 0),
        },
    )


def _labels(choices: Mapping[str, str], part: int) -> list[str]:
    """What a cell may say: the name, or the slug where several have one name."""
    names = {slug: label.split(" / ")[part] for slug, label in choices.items()}
    often = Counter(names.values())
    return [slug if often[name] > 1 else name for slug, name in names.items()]


def _pay(ws: Workspace, a: Mapping[str, Any], request: str) -> Posted:
    """Pay the grants of a file; the file and the day are the request, whatever was asked."""
    from lovefund.actions.spend import pay_grants

    sheet = read_sheet(Path(a["file"]), GRANTS)
    return pay_grants(
        ws,
        a["on"],
        _recipients(sheet),
        a["place"],
        a["programme"],
        a["restriction"],
        papers(ws, a),
        request=_request(ws, sheet, a["on"], a["place"], again=a["again"]),
    )


_GRANTS = Verb(
    "grants",
    (
        Field("file", "", N_("Which CSV or XLSX file?"), f.path),
        replace(PLACE_OUT, default="bank"),
        PROGRAMME,
        RESTRICTION,
        Field(
            "again",
            "--again",
            N_("Pay a list that was paid before once more?"),
            f.yes,
            default="n",
            flag=True,
        ),
        ON,
        *PAPERS,
    ),
    _pay,
)


@click.pass_context
def _grants(
    ctx: click.Context, /, template: str, force: bool, dry_run: bool, as_json: bool, **given: Any
) -> None:
    context: Context = ctx.obj
    path = file_to_read(context, given["file"] or "", template, _write_grant_template, over=force)
    if path is None:
        return
    raw = typed(given) | {"file": str(path)}
    review = not given["file"]
    execute(context, _GRANTS, raw, dry_run=dry_run, as_json=as_json, review=review)


def _write_grant_template(path: Path) -> None:
    write_template(path, GRANTS, (("L001", "监护人甲（虚构）", "400", ""),), {})


def _recipients(sheet: Sheet) -> tuple[Recipient, ...]:
    from datetime import date

    from lovefund.core.grants import Recipient

    rows = filled_in(sheet, GRANTS, _GRANT_READERS, Setting(date.min, {}, {}))
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


def _request(ws: Workspace, sheet: Sheet, day: date, place: str, *, again: bool) -> str:
    """The request of this file's payment; BadInput where the file was paid on another day."""
    prefix = f"grants.{sheet.sha256[:24]}."
    request = f"{prefix}{day}.{place}"
    with ws.reading() as books:
        before = books.known_requests(prefix)
        if before and request not in before and not again:
            raise BadInput(
                "file",
                sheet.name,
                _("these grants were paid before, as entry {no}").format(
                    no=", ".join(str(no) for no in sorted(before.values()))
                ),
                _("add --again if the same list is paid once more"),
            )
    return request


_TEMPLATE_OPTION = Option(
    ["--template"], default="", help="Write an empty file to fill in, and stop."
)
_FORCE_OPTION = Option(["--force"], is_flag=True, help="Replace a file that is there already.")


def _grants_command() -> Command:
    made = command(_GRANTS)
    made.params[1:1] = [_TEMPLATE_OPTION, _FORCE_OPTION]
    made.callback = _grants
    return made


COMMANDS = {
    "donations": Command(
        "donations",
        params=[
            click.Argument(["file"], required=False, default="", metavar="FILE"),
            _TEMPLATE_OPTION,
            _FORCE_OPTION,
            Option(
                ["--campaign"],
                type=int,
                default=None,
                help="The entry that opened the drive which brought them.",
            ),
            Option(
                ["--known"], default="", help="Rows that an earlier file brought too: skip or book."
            ),
            Option(
                ["--dry-run", "dry_run"],
                is_flag=True,
                help="Show what would be booked; book nothing.",
            ),
            JSON,
        ],
        callback=_donations,
        help=NAMES["donations"].help,
    ),
    "grants": _grants_command(),
}
