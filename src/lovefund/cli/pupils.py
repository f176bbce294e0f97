"""The commands of the pupils' register: files kept, listed and shown, each reading logged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import fields as f
from lovefund.cli import output
from lovefund.cli.asking import ask, missing, of_one_fund, sure_of_the_day
from lovefund.cli.common import ON, PAPERS, papers
from lovefund.cli.context import Context, interactive
from lovefund.cli.fields import Field, Setting
from lovefund.cli.forms import Verb, choices_of, command, execute, tell, typed
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.rows import Reader, file_to_read, filled_in
from lovefund.cli.texts import JSON, Command, Option
from lovefund.core.kinds import kind_name
from lovefund.errors import BadInput
from lovefund.imports.sheets import Column, Sheet, read_sheet, write_template
from lovefund.language import N_, _, language
from lovefund.money import yuan

if TYPE_CHECKING:
    from lovefund.actions.pupil import Told
    from lovefund.actions.register import Register
    from lovefund.actions.workspace import Workspace
    from lovefund.core.pupils import Pupil
    from lovefund.store.book import Posted

COLUMNS = (
    Column("name", ("姓名", "name")),
    Column("stage", ("学段", "stage")),
    Column("need", ("困难等级", "need"), needed=False),
    Column("guardian", ("监护人", "guardian")),
    Column("contact", ("联系方式", "contact"), needed=False),
    Column("account", ("账号", "account"), needed=False),
)
_READERS: dict[str, Reader] = {
    "name": f.name,
    "stage": f.choice("stages"),
    "need": f.optional_choice("needs"),
    "guardian": f.optional_name,
    "contact": f.private_text,
    "account": f.private_text,
}
_NAME = Field("name", "--name", N_("The pupil's name (kept sealed, never published)"), f.name)
_OF_ONE = (
    Field(
        "who", "--who", N_("Whose file is it? A code or name, where it is kept already"),
        f.optional_name, default="", asked=False,
    ),
    Field(
        "freeze", "--freeze", N_("Freeze the file at the family's wish? (y/n)"),
        f.yes, default="n", flag=True, asked=False,
    ),
    Field(
        "name", "--name", N_("The pupil's name (kept sealed, never published)"), f.optional_name,
        default="", when=lambda a: not a["freeze"],
    ),
    Field(
        "stage", "--stage", N_("Which stage of school? (kept sealed)"),
        f.optional_choice("stages"), "stages", default="", when=lambda a: not a["freeze"],
    ),
    Field(
        "need", "--need", N_("How great is the need? (kept sealed)"),
        f.optional_choice("needs"), "needs", default="", when=lambda a: not a["freeze"],
    ),
    Field(
        "guardian", "--guardian", N_("Who signs for the money? (kept sealed)"), f.optional_name,
        default="", when=lambda a: not a["freeze"],
    ),
    Field(
        "contact", "--contact", N_("How can the family be reached? (kept sealed)"),
        f.private_text, default="", asked=False, when=lambda a: not a["freeze"],
    ),
    Field(
        "account", "--account", N_("The guardian's bank account (kept sealed)"),
        f.private_text, default="", asked=False, when=lambda a: not a["freeze"],
    ),
)  # fmt: skip
_REASON = Field("reason", "--reason", N_("Why are pupils' files read? (kept sealed)"), f.memo)


def _register(ws: Workspace, a: Mapping[str, Any], request: str) -> Posted:
    from lovefund.actions.register import freeze, keep, read_register

    if a["freeze"]:
        return freeze(ws, a["on"], a["who"], papers(ws, a), request)
    row = {key: a[key] or "" for key in ("name", "stage", "need", "guardian", "contact", "account")}
    if a["who"]:
        with ws.reading() as books:
            row["id"] = read_register(books, a["on"]).called(a["who"]).id
    elif not row["name"]:
        raise missing(_NAME)
    return keep(ws, a["on"], [row], papers(ws, a), request)


_ONE = Verb("register", (*_OF_ONE, ON, *PAPERS), _register)


def _import(ws: Workspace, a: Mapping[str, Any], request: str) -> Posted:
    from lovefund.actions.register import keep

    sheet = read_sheet(Path(a["file"]), COLUMNS)
    return keep(ws, a["on"], _rows(ws, sheet), papers(ws, a), request)


def _rows(ws: Workspace, sheet: Sheet) -> Sequence[Mapping[str, str]]:
    """The files of a list; BadInput for a name that stands in it twice."""
    setting = Setting(date.min, choices_of(ws, {"stages", "needs"}), {})
    seen: dict[str, int] = {}
    found = []
    for number, v in filled_in(sheet, COLUMNS, _READERS, setting):
        if v["name"] in seen:
            raise BadInput(
                _("{file}, row {row}, column {column}").format(
                    file=sheet.name, row=number, column="姓名"
                ),
                v["name"],
                _("row {row} is of a pupil of the same name").format(row=seen[v["name"]]),
                _("if they are two, tell them apart by what follows the name: 李明（2）"),
            )
        seen[v["name"]] = number
        found.append({key: value or "" for key, value in v.items()})
    return found


_MANY = Verb(
    "pupils", (Field("file", "", N_("Which CSV or XLSX file?"), f.path), ON, *PAPERS), _import
)


@click.pass_context
def _pupils(
    ctx: click.Context,
    /,
    file: str,
    template: str,
    force: bool,
    codes: bool,
    reason: str,
    dry_run: bool,
    as_json: bool,
    **given: Any,
) -> None:
    context: Context = ctx.obj
    if file or template:
        path = file_to_read(context, file, template, _write_template, over=force)
        if path is not None:
            raw = typed(given) | {"file": str(path)}
            execute(context, _MANY, raw, dry_run=dry_run, as_json=as_json)
        return
    from lovefund.actions.register import draw_codes, read_register

    if codes:
        ws = replace(of_one_fund(context), dry_run=dry_run)
        posted = sure_of_the_day(ws, lambda sure: draw_codes(sure, context.today()))
        tell(ws, [posted], as_json=as_json, dry_run=dry_run)
        return
    ws = _logged(context, reason)
    with ws.reading() as books:
        register = read_register(books, context.today())
    _list(register, as_json=as_json)


def _logged(context: Context, reason: str, who: str = "") -> Workspace:
    """The workspace, once it is logged that files are read and why."""
    from lovefund.actions.register import log_reading

    ws = of_one_fund(context)
    if not reason:
        if not interactive():
            raise missing(_REASON)
        reason = ask(_REASON, Setting(context.today(), {}, {}))[1]
    else:
        reason = f.memo(reason, "--reason", Setting(context.today(), {}, {}))
    sure_of_the_day(ws, lambda sure: log_reading(sure, reason, who))
    return ws


def _list(register: Register, *, as_json: bool) -> None:
    pupils = register.listed()
    if not pupils and not as_json:
        output.echo(_("No pupil's file is kept yet."))
        return
    if as_json:
        output.emit_json([_as_json(p, register.code(p), register.term) for p in pupils])
        return
    output.table(
        (_("code"), _("pupil"), _("stage"), _("need"), _("guardian"), _("contact")),
        [
            (register.code(p), p.name, _word("stages", p.stage), _word("needs", p.need),
             p.guardian, p.contact)
            if not p.frozen
            else (register.code(p), p.name, _("frozen"), "", "", "")
            for p in pupils
        ],
    )  # fmt: skip
    output.echo(_("Codes are those of {term}. This list is private.").format(term=register.term))


def _word(which: str, slug: str) -> str:
    from lovefund.core.pupils import NEEDS, STAGES

    zh, en = (STAGES if which == "stages" else NEEDS).get(slug, ("", ""))
    return zh if language() == "zh" else _(en) if en else ""


def _as_json(pupil: Pupil, code: str, term: str) -> dict[str, Any]:
    told: dict[str, Any] = {"code": code, "term": term, "name": pupil.name, "frozen": pupil.frozen}
    if not pupil.frozen:
        told |= {key: getattr(pupil, key) for key in
                 ("stage", "need", "guardian", "contact", "account")}  # fmt: skip
    return told


@click.pass_context
def _pupil(ctx: click.Context, who: str, reason: str, out: str, force: bool, as_json: bool) -> None:
    from lovefund.actions.outputs import refuse_place
    from lovefund.actions.pupil import print_paper, told_of

    context: Context = ctx.obj
    if out:
        refuse_place(Path(out), over=force)
    ws = _logged(context, reason, who)
    day = context.today()
    with ws.reading() as books:
        told = told_of(books, who, day)
        if out:
            print_paper(books, told, day, Path(out), language())
    if as_json:
        output.emit_json(_told_json(told) | ({"file": out} if out else {}))
        return
    if out:
        output.echo(
            _("{path} is for the guardian alone: hand it over, or keep it in the office.").format(
                path=out
            )
        )
        return
    for line in _lines(told):
        output.echo(line)


def _lines(told: Told) -> list[str]:
    from lovefund.core.aid import by_term, by_year

    p = told.pupil
    lines = [
        _("{code} ({term}): {name}").format(code=told.code or "-", term=told.term, name=p.name)
    ]
    rows = (
        (_("stage"), _word("stages", p.stage)),
        (_("need"), _word("needs", p.need)),
        (_("guardian"), p.guardian),
        (_("contact"), p.contact),
        (_("account"), p.account),
    )
    lines += ["  " + _("{label}: {value}").format(label=k, value=v) for k, v in rows if v]
    lines += [
        _("  {on}  application {no}, {code}: {amount} yuan, {at}").format(
            on=x.on,
            no=x.no,
            code=x.applicant.case,
            amount=yuan(x.applicant.amount_fen),
            at=kind_name(x.at),
        )
        for x in told.asked
    ]
    lines += [
        _("  {on}  {kind}, entry {no}").format(on=v.on, kind=kind_name(v.kind), no=v.no)
        + (f"  {v.visitors}" if v.visitors else "")
        for v in told.visits
    ]
    lines += [
        _("  {on}  {amount} yuan {whose}, entry {no}").format(
            on=x.on, amount=yuan(x.amount_fen), no=x.no,
            whose=_("of a sponsor's") if x.agency else _("of the fund's"),
        )
        for x in told.aid
    ]  # fmt: skip
    lines += [
        _("{period}: {own} yuan of the fund's, {agency} of sponsors'").format(
            period=s.period, own=yuan(s.own_fen), agency=yuan(s.agency_fen)
        )
        for s in (*by_term(told.aid), *by_year(told.aid))
    ]
    return [*lines, _("This is private.")]


def _told_json(told: Told) -> dict[str, Any]:
    from lovefund.core.aid import by_term, by_year

    return {
        **_as_json(told.pupil, told.code, told.term),
        "applications": [
            {"no": x.no, "on": x.on.isoformat(), "code": x.applicant.case,
             "amount_fen": x.applicant.amount_fen, "at": x.at, **x.applicant.more()}
            for x in told.asked
        ],
        "visits": [
            {"no": v.no, "on": v.on.isoformat(), "kind": v.kind, "visitors": v.visitors}
            for v in told.visits
        ],
        "aid": [
            {"no": x.no, "on": x.on.isoformat(), "amount_fen": x.amount_fen, "agency": x.agency}
            for x in told.aid
        ],
        "terms": [[s.period, s.own_fen, s.agency_fen] for s in by_term(told.aid)],
        "years": [[s.period, s.own_fen, s.agency_fen] for s in by_year(told.aid)],
    }  # fmt: skip


def _write_template(path: Path) -> None:
    rows = (
        ("学生甲（虚构）", "小学", "困难", "监护人甲（虚构）", "", ""),
        ("学生乙（虚构）", "初中", "特别困难", "监护人乙（虚构）", "", ""),
    )
    from lovefund.core.pupils import NEEDS, STAGES

    choices: dict[str, Sequence[str]] = {
        "stage": [zh for zh, _en in STAGES.values()],
        "need": [zh for zh, _en in NEEDS.values()],
    }
    write_template(path, COLUMNS, rows, choices)


_REASON_OPTION = Option(["--reason"], default="", help="Why the files are read (kept sealed).")
_FORCE = Option(["--force"], is_flag=True, help="Replace a file that is there already.")


def _pupils_command() -> Command:
    made = command(_MANY)
    made.params = [
        Option(["--import", "file"], default="", help="Keep the files of a CSV or XLSX list."),
        Option(["--template"], default="", help="Write an empty file to fill in, and stop."),
        _FORCE,
        Option(["--codes"], is_flag=True, help="Draw this term's case codes for who has none."),
        _REASON_OPTION,
        *made.params[1:],
    ]
    made.callback = _pupils
    return made


COMMANDS: dict[str, click.Command] = {
    "register": command(_ONE),
    "pupils": _pupils_command(),
    "pupil": Command(
        "pupil",
        params=[
            click.Argument(["who"], metavar="WHO"),
            _REASON_OPTION,
            Option(["--print", "out"], default="", help="Write it as a paper for the guardian."),
            _FORCE,
            JSON,
        ],
        callback=_pupil,
        help=NAMES["pupil"].help,
    ),
}
