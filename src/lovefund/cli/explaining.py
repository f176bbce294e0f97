"""The commands that explain: what stands behind a figure, and what became of a gift."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import output
from lovefund.cli.asking import of_one_fund
from lovefund.cli.context import Context
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command, Option
from lovefund.errors import BadInput, Unsound
from lovefund.language import N_, _, language
from lovefund.money import yuan

if TYPE_CHECKING:
    from lovefund.actions.why import Told
    from lovefund.core.figures import Figure, Term
    from lovefund.core.papers import Evidence
    from lovefund.core.why import Share
    from lovefund.store.reading import Books

#: What a figure is called, by the first part of its id.
_FIGURES = {
    "opening": N_("opening"),
    "brought-forward": N_("brought forward"),
    "income": N_("income"),
    "outlay": N_("outlay"),
    "transfers": N_("transfers"),
    "prior-year": N_("earlier years"),
    "closing": N_("closing"),
    "income-goods": N_("income in goods and services"),
    "outlay-goods": N_("outlay in goods and services"),
    "donations": N_("number of gifts"),
    "pupils": N_("number of pupils"),
    "entries": N_("number of entries"),
    "receivable": N_("receivables"),
    "payable": N_("payables"),
    "agency": N_("held for others"),
    "stock": N_("stock"),
    "cash": N_("cash"),
    "bank": N_("bank"),
    "wallets": N_("wallets"),
    "income-count": N_("entries of income"),
    "outlay-count": N_("entries of outlay"),
    "place": N_("held at"),
    "pot-opening": N_("opening"),
    "pot-in": N_("came in"),
    "pot-out": N_("went out"),
    "pot-other": N_("changed otherwise"),
    "pot-closing": N_("closing"),
}


@click.pass_context
def _why(
    ctx: click.Context, figure: str, period: str, statement: str, private: bool, as_json: bool
) -> None:
    from lovefund.actions.why import evidence_of, figures_of, shares
    from lovefund.core.days import parse_period

    context: Context = ctx.obj
    if period and statement:
        raise BadInput(
            "--statement", statement, _("a period is named too"), _("leave out one of the two")
        )
    with of_one_fund(context).reading() as books:
        told = figures_of(books, parse_period(period) if period else None, statement)
        if not figure:
            _tell_figures(books, told, as_json=as_json)
            return
        found = told.figure(figure)
        rows = list(shares(books, told, found))
        if (rows[-1].running if rows else 0) != found.value:
            raise Unsound(
                figure,
                _("the books say {value}, and its entries add up to {sum}").format(
                    value=found.value, sum=rows[-1].running if rows else 0
                ),
                _("look with `lovefund check`"),
            )
        papers = evidence_of(books, [row.entry for row in rows]) if private else {}
        if as_json:
            output.emit_json(_document(told, found, rows, papers))
        else:
            _tell(books, told, found, rows, papers)


def _tell_figures(books: Books, told: Told, *, as_json: bool) -> None:
    shown = [f for f in told.figures.values() if f.value]
    if as_json:
        output.emit_json([{"figure": f.id, "value": f.value, "unit": _unit(f)} for f in shown])
        return
    output.echo(_whose(told))
    heads = [_("figure"), _("what it is"), _("value")]
    output.table(heads, [(f.id, _name(books, f.id), _amount(f, f.value)) for f in shown])


def _tell(
    books: Books,
    told: Told,
    figure: Figure,
    rows: Sequence[Share],
    papers: dict[int, tuple[Evidence, ...]],
) -> None:
    from lovefund.core.kinds import kind_name

    output.echo(_whose(told))
    output.echo(
        _("{figure} ({name}): {value}").format(
            figure=figure.id, name=_name(books, figure.id), value=_written(figure, figure.value)
        )
    )
    output.echo(_("It is the sum of: {terms}").format(terms=_(", ").join(map(_term, figure.terms))))
    if not rows:
        output.echo(_("No entry stands behind it."))
        return
    heads = [_("entry"), _("day"), _("voucher"), _("kind"), _("debit"), _("credit"),
             _("restriction"), _("share"), _("sum so far")]  # fmt: skip
    table = [
        (
            str(row.entry.no),
            str(row.entry.on),
            row.entry.voucher,
            kind_name(row.entry.kind),
            *(row.moved[:3] if row.moved else ("", "", "")),
            _amount(figure, row.share),
            _amount(figure, row.running),
        )
        for row in rows
    ]
    output.table(heads, table)
    output.echo(
        _("{count} entries add up to {value}.").format(
            count=len({row.entry.no for row in rows}), value=_written(figure, figure.value)
        )
    )
    for no, kept in sorted(papers.items()):
        for paper in kept:
            output.echo(
                _("entry {no}: {name}  {sha256}").format(
                    no=no, name=paper.name, sha256=paper.sha256
                )
            )


def _document(
    told: Told,
    figure: Figure,
    rows: Sequence[Share],
    papers: dict[int, tuple[Evidence, ...]],
) -> dict[str, Any]:
    evidence = {no: [[p.sha256, p.name] for p in kept] for no, kept in papers.items()}
    return {
        "figure": figure.id,
        "value": figure.value,
        "unit": _unit(figure),
        "statement": told.number or None,
        "from": told.period.day_from,
        "to": told.period.day_to,
        "terms": [list(term) for term in figure.terms],
        "rows": [
            {
                "no": row.entry.no,
                "on": row.entry.on,
                "voucher": row.entry.voucher,
                "kind": row.entry.kind,
                "posting": list(row.moved) if row.moved else None,
                "share": row.share,
                "running": row.running,
            }
            for row in rows
        ],
        "evidence": evidence,
    }


def _whose(told: Told) -> str:
    days = {"first": told.period.day_from, "last": told.period.day_to}
    if told.number:
        return _("statement {number}, {first} to {last}").format(number=told.number, **days)
    return _("{first} to {last}, not published yet").format(**days)


def _name(books: Books, figure: str) -> str:
    """What a figure is called in the reader's language."""
    from lovefund.actions.read import restriction_titles

    first, _slash, detail = figure.partition("/")
    if detail in books.chart:
        detail = books.chart[detail].short(language())
    elif detail:
        detail = restriction_titles(books).get(detail, detail)
    return " ".join(part for part in (_(_FIGURES.get(first, first)), detail) if part)


def _term(term: Term) -> str:
    """A term in short: its sign, column and what it is limited to."""
    limits = (f"{term.prefix}*" if term.prefix else "", term.restriction, term.kind)
    sign = {1: "+", -1: "−"}.get(term.factor, f"{term.factor:+} ")
    return sign + " ".join(part for part in (term.column, *limits) if part)


def _unit(figure: Figure) -> str:
    from lovefund.core.why import counts

    return "count" if counts(figure.terms) else "fen"


def _amount(figure: Figure, value: int) -> int | str:
    """A cell of a table: money is an int there, a count a text."""
    return f"{value:,}" if _unit(figure) == "count" else value


def _written(figure: Figure, value: int) -> str:
    return (
        f"{value:,}" if _unit(figure) == "count" else _("{amount} yuan").format(amount=yuan(value))
    )


def _optional(name: str) -> click.Argument:
    return click.Argument([name], required=False, default="", metavar=name.upper())


COMMANDS: dict[str, click.Command] = {
    "why": Command(
        "why",
        params=[
            _optional("figure"),
            _optional("period"),
            Option(
                ["--statement"],
                default="",
                help="Of which statement? [the last]",
            ),
            Option(["--private"], is_flag=True, help="Also the papers kept for each entry."),
            JSON,
        ],
        callback=_why,
        help=NAMES["why"].help,
    ),
}
