"""The command ``sample``: entries for an auditor to look at, drawn so that nobody can steer it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import fields as f
from lovefund.cli import output
from lovefund.cli.asking import argument, ask, called, missing, of_one_fund
from lovefund.cli.common import PERIOD
from lovefund.cli.context import Context, interactive
from lovefund.cli.fields import Field, Setting
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command, Option
from lovefund.errors import BadInput
from lovefund.language import N_, _

if TYPE_CHECKING:
    from lovefund.actions.sample import Sample
    from lovefund.core.days import Period
    from lovefund.store.reading import Books

_SIZE = Field("size", "--size", N_("How many entries?"), f.number)
_AFTER = Field(
    "after", "--after", N_("Which later checkpoint? Its file, or a statement's number"), f.as_typed
)


@click.pass_context
def _sample(ctx: click.Context, period: Period, size: str, after: str, as_json: bool) -> None:
    from lovefund.actions.sample import sample

    context: Context = ctx.obj
    setting = Setting(context.today(), {}, {})
    wanted, checkpoint = (_answer(q, text, setting) for q, text in ((_SIZE, size), (_AFTER, after)))
    if not wanted:
        raise BadInput("--size", size, _("it is not a whole number"), _("type digits, as 12"))
    with of_one_fund(context).reading() as books:
        found = sample(books, period, wanted, checkpoint)
        if as_json:
            output.emit_json(_document(found))
        else:
            _tell(books, found)


def _answer(asked: Field, text: str, setting: Setting) -> Any:
    if text:
        return asked.read(text, called(asked), setting)
    if not interactive():
        raise missing(asked)
    return ask(asked, setting)[1]


def _tell(books: Books, found: Sample) -> None:
    from lovefund.core.kinds import kind_name
    from lovefund.log.tree import check_digits

    ways = {"money": _("by money"), "number": _("by number")}
    heads = [_("draw"), _("entry"), _("day"), _("voucher"), _("kind"), _("yuan"), _("drawn"),
             _("check digits")]  # fmt: skip
    output.table(
        heads,
        [
            (
                str(drawn.place),
                str(drawn.entry.no),
                str(drawn.entry.on),
                drawn.entry.voucher,
                kind_name(drawn.entry.kind),
                sum(p.amount_fen for p in drawn.entry.postings),
                ways[drawn.by],
                check_digits(drawn.entry.leaf),
            )
            for drawn in found.drawn
        ],
    )
    output.echo(
        _("{count} of {population} entries; seed {seed}").format(
            count=len(found.drawn), population=found.population, seed=found.seed_hex
        )
    )
    output.echo(_("Anyone can draw it again: docs/auditors.md tells the rule."))


def _document(found: Sample) -> dict[str, Any]:
    return {
        "population": found.population,
        "root": found.root_hex,
        "checkpoint": found.body,
        "seed": found.seed_hex,
        "drawn": [{"place": d.place, "no": d.entry.no, "by": d.by} for d in found.drawn],
    }


COMMANDS: dict[str, click.Command] = {
    "sample": Command(
        "sample",
        params=[
            argument(PERIOD),
            Option(["--size"], default="", help=_SIZE.question),
            Option(["--after"], default="", help=_AFTER.question),
            JSON,
        ],
        callback=_sample,
        help=NAMES["sample"].help,
    ),
}
