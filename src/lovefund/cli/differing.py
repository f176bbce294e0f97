"""The command ``diff``: what the books say otherwise than once, and which entries did it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import output
from lovefund.cli.asking import of_one_fund
from lovefund.cli.context import Context
from lovefund.cli.explaining import figure_name
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command, Option
from lovefund.errors import BadInput, Unsound
from lovefund.language import _

if TYPE_CHECKING:
    from lovefund.actions.difference import Changed, Difference
    from lovefund.store.reading import Books


@click.pass_context
def _diff(
    ctx: click.Context,
    statement: str,
    period: str,
    day_from: str,
    day_to: str,
    every: bool,
    as_json: bool,
) -> None:
    from lovefund.actions.difference import of_period, of_statement
    from lovefund.core.days import parse_day, parse_period

    context: Context = ctx.obj
    if bool(statement) == bool(period):
        raise BadInput(
            "statement",
            statement,
            _("say which statement, or which period from which day"),
            _("`lovefund diff 1`, or `lovefund diff --period 2026-Q1 --from 2026-04-10`"),
        )
    today = context.today()
    until = parse_day(day_to, "--to", today) if day_to else None
    with of_one_fund(context).reading() as books:
        if statement:
            if day_from:
                raise BadInput(
                    "--from",
                    day_from,
                    _("a statement tells by itself from when on"),
                    _("leave --from away, or name the period with --period"),
                )
            found = of_statement(books, _number(statement), until)
        else:
            span = parse_period(period, "--period")
            found = of_period(books, span, _since(day_from, today), until)
        if as_json:
            output.emit_json(_document(found))
        else:
            _tell(books, found, every=every)
    unexplained = [one for one in found.changed if one.rest]
    if unexplained:
        one = unexplained[0]
        raise Unsound(
            one.figure,
            _("{rest} of it is explained by no entry").format(rest=one.rest),
            _("look with `lovefund check`"),
        )


def _number(text: str) -> int:
    if text.isdecimal() and len(text) < 9:
        return int(text)
    raise BadInput(
        "statement",
        text,
        _("it is no number of a statement"),
        _("`lovefund statements` lists them"),
    )


def _since(text: str, today: date) -> date:
    from lovefund.core.days import parse_day

    if text:
        return parse_day(text, "--from", today)
    raise BadInput(
        "--from",
        "",
        _("say which day's books are compared"),
        _("`lovefund diff --period 2026-Q1 --from 2026-04-10`"),
    )


def _tell(books: Books, found: Difference, *, every: bool) -> None:
    output.echo(_whose(found))
    if not found.changed:
        output.echo(_("Nothing of it is said otherwise."))
        return
    shown = [one for one in found.changed if every or "/" not in one.figure]
    heads = [_("figure"), _("what it is"), _("then"), _("now"), _("as corrected"), _("difference")]
    output.table(
        heads,
        [
            (
                one.figure,
                figure_name(books, one.figure),
                *(_amount(one, fen) for fen in (one.then, one.now, one.corrected, one.difference)),
            )
            for one in shown
        ],
    )
    heads = [_("figure"), _("entry"), _("recorded"), _("day"), _("kind"), _("of entry"), _("how"),
             _("share")]  # fmt: skip
    output.table(heads, [row for one in shown for row in _rows(one)])
    output.echo(_("The entries make every difference to the fen; unexplained: 0."))


def _rows(one: Changed) -> list[tuple[str | int, ...]]:
    from lovefund.core.difference import LATE
    from lovefund.core.kinds import kind_name

    ways = {True: _("in the period, recorded since"), False: _("corrects an entry of the period")}
    return [
        (
            one.figure,
            str(cause.entry.no),
            str(cause.entry.at),
            str(cause.entry.on),
            kind_name(cause.entry.kind),
            "" if cause.entry.of is None else str(cause.entry.of),
            ways[cause.how == LATE],
            _amount(one, cause.share),
        )
        for cause in one.causes
    ]


def _whose(found: Difference) -> str:
    days = {"first": found.period.day_from, "last": found.period.day_to}
    sizes = {"then": found.then, "now": found.now}
    if found.number:
        return _(
            "Statement {number}, {first} to {last}: as published after {then} entries, and with "
            "{now} entries"
        ).format(number=found.number, **days, **sizes)
    return _("{first} to {last}: by the first {then} entries, and by the first {now}").format(
        **days, **sizes
    )


def _amount(one: Changed, value: int) -> str | int:
    from lovefund.core.why import counts

    return f"{value:,}" if counts(one.terms) else value


def _document(found: Difference) -> dict[str, Any]:
    from lovefund.core.why import counts

    return {
        "statement": found.number or None,
        "from": found.period.day_from,
        "to": found.period.day_to,
        "entries_then": found.then,
        "entries_now": found.now,
        "figures": [
            {
                "figure": one.figure,
                "unit": "count" if counts(one.terms) else "fen",
                "then": one.then,
                "now": one.now,
                "corrected": one.corrected,
                "difference": one.difference,
                "unexplained": one.rest,
                "entries": [
                    {
                        "no": cause.entry.no,
                        "kind": cause.entry.kind,
                        "of": cause.entry.of,
                        "at": cause.entry.at,
                        "on": cause.entry.on,
                        "how": cause.how,
                        "share": cause.share,
                    }
                    for cause in one.causes
                ],
            }
            for one in found.changed
        ],
    }


COMMANDS: dict[str, click.Command] = {
    "diff": Command(
        "diff",
        params=[
            click.Argument(["statement"], required=False, default="", metavar="STATEMENT"),
            Option(["--period"], default="", help="Which period, where no statement is named."),
            Option(["--from", "day_from"], default="", help="The day whose books are compared."),
            Option(["--to", "day_to"], default="", help="With the books of which day? [today]"),
            Option(["--all", "every"], is_flag=True, help="Also every account and restriction."),
            JSON,
        ],
        callback=_diff,
        help=NAMES["diff"].help,
    ),
}
