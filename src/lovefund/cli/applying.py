"""The command ``applications``: the applications of one decision, from a CSV or XLSX file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import fields as f
from lovefund.cli.common import ON, PAPERS, PROGRAMME, RESTRICTION, papers
from lovefund.cli.context import Context
from lovefund.cli.fields import Field, Setting
from lovefund.cli.forms import Verb, command, execute, typed
from lovefund.cli.rows import Reader, file_to_read, filled_in
from lovefund.cli.texts import Command, Option
from lovefund.cli.verbs_case import PATH
from lovefund.errors import BadInput
from lovefund.imports.sheets import Column, Sheet, read_sheet, write_template
from lovefund.language import N_, _

if TYPE_CHECKING:
    from lovefund.actions.workspace import Workspace
    from lovefund.core.steps import Applicant
    from lovefund.store.book import Posted

COLUMNS = (
    Column("case", ("案号", "case")),
    Column("guardian", ("监护人", "guardian"), needed=False),
    Column("amount", ("金额", "amount")),
    Column("pupil", ("学生", "pupil"), needed=False),
    Column("tier", ("档次", "tier"), needed=False),
    Column("need", ("困难情况", "need"), needed=False),
    Column("other_aid", ("其他资助", "other aid"), needed=False),
    Column("account", ("账号", "account"), needed=False),
)
_READERS: dict[str, Reader] = {
    "case": f.code,
    "guardian": f.optional_name,
    "amount": f.amount,
    "pupil": f.optional_name,
    "tier": f.optional_name,
    "need": f.memo,
    "other_aid": f.fee_amount,
    "account": f.private_text,
}


def _apply(ws: Workspace, a: Mapping[str, Any], request: str) -> Posted:
    """Record the applications of a file; the file and the day are the request, unless again."""
    from lovefund.actions.cases import apply

    sheet = read_sheet(Path(a["file"]), COLUMNS)
    return apply(
        ws,
        a["on"],
        applicants(sheet),
        a["restriction"],
        a["programme"],
        a["path"],
        papers(ws, a),
        request if a["again"] else _request(ws, sheet, a["on"]),
    )


def _request(ws: Workspace, sheet: Sheet, day: date) -> str:
    """The request of this list on this day; BadInput where it stands from another day or void."""
    prefix = f"applications.{sheet.sha256[:24]}."
    request = f"{prefix}{day}"
    with ws.reading() as books:
        before = books.known_requests(prefix)
        same = before.get(request)
        if not before or (same is not None and books.case(same) is not None):
            return request
    raise BadInput(
        "file",
        sheet.name,
        _("this list was applied for before, as entry {no}").format(
            no=", ".join(str(no) for no in sorted(before.values()))
        ),
        _("add --again if it is applied for once more"),
    )


def applicants(sheet: Sheet) -> list[Applicant]:
    """The pupils of a list; BadInput for a case that stands in it twice."""
    from lovefund.core.steps import Applicant

    seen: dict[str, int] = {}
    found = []
    for number, v in filled_in(sheet, COLUMNS, _READERS, Setting(date.min, {}, {})):
        if v["case"] in seen:
            raise BadInput(
                _("{file}, row {row}, column {column}").format(
                    file=sheet.name, row=number, column="案号"
                ),
                v["case"],
                _("row {row} is of the same case").format(row=seen[v["case"]]),
                _("one application has a case once; apply for a second grant on its own"),
            )
        seen[v["case"]] = number
        found.append(
            Applicant(
                v["case"],
                v["guardian"],
                v["amount"],
                v["pupil"],
                tier=v["tier"],
                need=v["need"],
                other_aid_fen=v["other_aid"],
                account=v["account"],
            )
        )
    return found


_VERB = Verb(
    "applications",
    (
        Field("file", "", N_("Which CSV or XLSX file?"), f.path),
        RESTRICTION,
        PROGRAMME,
        PATH,
        Field(
            "again",
            "--again",
            N_("Apply for a list once more that was applied for before?"),
            f.yes,
            default="n",
            flag=True,
            asked=False,
        ),
        ON,
        *PAPERS,
    ),
    _apply,
)


@click.pass_context
def _applications(
    ctx: click.Context, /, template: str, force: bool, dry_run: bool, as_json: bool, **given: Any
) -> None:
    context: Context = ctx.obj
    path = file_to_read(context, given["file"] or "", template, _write_template, over=force)
    if path is None:
        return
    raw = typed(given) | {"file": str(path)}
    execute(context, _VERB, raw, dry_run=dry_run, as_json=as_json, review=not given["file"])


def _write_template(path: Path) -> None:
    row = ("L001", "监护人甲（虚构）", "400", "学生甲（虚构）", "", "", "", "")
    write_template(path, COLUMNS, (row,), {})


def _command() -> Command:
    made = command(_VERB)
    made.params[1:1] = [
        Option(["--template"], default="", help="Write an empty file to fill in, and stop."),
        Option(["--force"], is_flag=True, help="Replace a file that is there already."),
    ]
    made.callback = _applications
    return made


COMMANDS = {"applications": _command()}
