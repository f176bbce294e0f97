"""The commands that show what a fund has undertaken: projects, pledges and what is due of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import fields as f
from lovefund.cli import output
from lovefund.cli.asking import argument, of_one_fund
from lovefund.cli.casework import number_of
from lovefund.cli.context import Context
from lovefund.cli.fields import Field
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command
from lovefund.language import N_, _, language
from lovefund.money import yuan

if TYPE_CHECKING:
    from lovefund.actions.pledges import Standing
    from lovefund.actions.projects import Told


@click.pass_context
def _projects(ctx: click.Context, as_json: bool) -> None:
    from lovefund.actions.projects import listed
    from lovefund.actions.read import restriction_titles
    from lovefund.core.kinds import kind_name

    with of_one_fund(ctx.obj).reading() as books:
        found, titles = listed(books), restriction_titles(books)
    if as_json:
        output.emit_json([_project_row(told) for told in found])
        return
    if not found:
        output.echo(_("There is nothing to show."))
        return
    output.table(
        [
            _("entry"),
            _("project"),
            _("purpose"),
            _("budget"),
            _("contracted"),
            _("paid"),
            _("step"),
        ],
        [
            (
                str(t.project.no),
                t.title,
                titles[t.project.restriction],
                t.project.budget_fen,
                t.project.contracted_fen,
                t.project.paid_fen,
                kind_name(t.project.stage),
            )
            for t in found
        ],
    )


def _project_row(told: Told) -> dict[str, Any]:
    p = told.project
    return {
        "no": p.no,
        "title": told.title,
        "restriction": p.restriction,
        "programme": p.programme,
        "budget_fen": p.budget_fen,
        "contracted_fen": p.contracted_fen,
        "paid_fen": p.paid_fen,
        "step": p.stage,
        "leftover_fen": told.leftover_fen,
        "contracts": [
            {
                "no": c.no,
                "amount_fen": c.terms.amount_fen,
                "stages_fen": list(c.terms.stages),
                "accepted": sorted(c.accepted),
                "retention_fen": c.terms.retention_fen,
                "retention_on": c.terms.retention_on,
                "paid_fen": c.paid_fen,
                "left_fen": c.left_fen,
                "ended": c.ended,
            }
            for c in p.contracts.values()
        ],
    }


@click.pass_context
def _project(ctx: click.Context, no: str, as_json: bool) -> None:
    from lovefund.actions.projects import listed, project_of, steps_of
    from lovefund.actions.read import restriction_titles
    from lovefund.core.kinds import kind_name

    number = number_of(ctx.obj, no)
    with of_one_fund(ctx.obj).reading() as books:
        project = project_of(books, number)
        (told,) = (t for t in listed(books) if t.project.no == number)
        steps = steps_of(books, project)
        purpose = restriction_titles(books)[project.restriction]
        programme = books.chart.role(f"programme:{project.programme}").short(language())
    if as_json:
        output.emit_json(_project_row(told))
        return
    output.echo(
        _("project {no}: {title}, {programme}, out of {purpose}").format(
            no=number, title=told.title, programme=programme, purpose=purpose
        )
    )
    output.echo(
        _("budget {budget} yuan, contracted {contracted}, paid {paid}").format(
            budget=yuan(project.budget_fen),
            contracted=yuan(project.contracted_fen),
            paid=yuan(project.paid_fen),
        )
    )
    rows = []
    for step in steps:
        stage = step.facts.get("stage")
        fen = step.facts.get("amount_fen", step.facts.get("budget_fen"))
        moved = sum(p.amount_fen for p in step.postings)
        rows.append(
            (
                str(step.no),
                str(step.on),
                kind_name(step.kind) + (f" {stage}" if stage is not None else ""),
                moved or (fen if isinstance(fen, int) else ""),
            )
        )
    output.table([_("entry"), _("day"), _("step"), _("yuan")], rows)
    for c in project.contracts.values():
        waiting = [n for n in range(1, len(c.terms.stages) + 1) if n not in c.accepted]
        output.echo(
            _("contract {no}: {paid} of {amount} yuan paid; stages not accepted: {stages}").format(
                no=c.no,
                paid=yuan(c.paid_fen),
                amount=yuan(c.terms.amount_fen),
                stages=", ".join(map(str, waiting)) or "-",
            )
        )
        if c.terms.retention_fen and c.left_fen:
            output.echo(
                _(
                    "  retention {amount} yuan, to be paid from {day} once the project is completed"
                ).format(amount=yuan(c.terms.retention_fen), day=c.terms.retention_on)
            )
    if told.leftover_fen:
        output.echo(
            _(
                "{amount} yuan are left over in {purpose}: ask its donors, then "
                "`lovefund change-restriction` with their consent (慈善法 art. 58)."
            ).format(amount=yuan(told.leftover_fen), purpose=purpose)
        )


@click.pass_context
def _pledges(ctx: click.Context, as_json: bool) -> None:
    from lovefund.actions.pledges import standing

    context: Context = ctx.obj
    today = context.today()
    with of_one_fund(context).reading() as books:
        found = standing(books)
    if as_json:
        output.emit_json([_pledge_row(one, today) for one in found])
        return
    if not found:
        output.echo(_("There is nothing to show."))
        return
    rows = []
    for one in found:
        late = one.late(today)
        rows.append(
            (
                str(one.no),
                one.terms.donor,
                one.terms.pupil,
                one.terms.total_fen,
                one.terms.due_fen(today),
                one.came_fen,
                late[1] if late else 0,
                _("ended") if one.ended else str(late[0]) if late else "",
            )
        )
    output.table(
        [_("entry"), _("sponsor"), _("pupil"), _("pledged"), _("due so far"), _("came"),
         _("missing"), _("since")],
        rows,
    )  # fmt: skip
    output.echo(_("This list is private."))


def _pledge_row(one: Standing, today: date) -> dict[str, Any]:
    late = one.late(today)
    return {
        "no": one.no,
        "sponsor": one.terms.donor,
        "pupil": one.terms.pupil,
        "pledged_fen": one.terms.total_fen,
        "due_fen": one.terms.due_fen(today),
        "came_fen": one.came_fen,
        "missing_fen": late[1] if late else 0,
        "since": late[0] if late else None,
        "ended": one.ended,
    }


_NO = Field("no", "", N_("Which project? The number of its entry"), f.as_typed)

COMMANDS: dict[str, click.Command] = {
    "projects": Command("projects", params=[JSON], callback=_projects, help=NAMES["projects"].help),
    "pledges": Command("pledges", params=[JSON], callback=_pledges, help=NAMES["pledges"].help),
    "project": Command(
        "project",
        params=[argument(_NO), JSON],
        callback=_project,
        help=NAMES["project"].help,
    ),
}
