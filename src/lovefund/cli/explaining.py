"""The commands that explain: what stands behind a figure, and what became of a gift."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import fields as f
from lovefund.cli import output
from lovefund.cli.asking import argument, of_one_fund
from lovefund.cli.clocks import CLOCKS, clocks_of
from lovefund.cli.clocks import told as seen
from lovefund.cli.context import Context
from lovefund.cli.fields import Field
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command, Option
from lovefund.errors import BadInput, Unsound
from lovefund.language import N_, _, language
from lovefund.money import yuan

if TYPE_CHECKING:
    from lovefund.actions.tracing import Traced
    from lovefund.actions.why import Told
    from lovefund.core.clocks import Clocks
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
    ctx: click.Context,
    figure: str,
    period: str,
    statement: str,
    as_of: str,
    known_at: str,
    private: bool,
    as_json: bool,
) -> None:
    from lovefund.actions.why import evidence_of, figures_of, shares
    from lovefund.core.days import parse_period

    context: Context = ctx.obj
    clocks = clocks_of(context, as_of, known_at)
    if period and statement:
        raise BadInput(
            "--statement", statement, _("a period is named too"), _("leave out one of the two")
        )
    with of_one_fund(context).reading(clocks) as books:
        if figure.split("/")[0] in _STATUTORY:
            _why_cell(books, figure, period, as_json=as_json)
            return
        told = figures_of(books, parse_period(period) if period else None, statement)
        if not figure:
            _tell_figures(books, told, clocks, as_json=as_json)
            return
        found = told.figure(figure)
        rows = list(shares(books, told, found))
        if (rows[-1].running if rows else 0) != found.value:
            raise _unsound(figure, found.value, rows)
        papers = evidence_of(books, [row.entry for row in rows]) if private else {}
        if as_json:
            output.emit_json(_document(told, found, rows, papers))
        else:
            _tell(books, told, found, rows, papers)
            _tell_clocks(clocks)


def _tell_clocks(clocks: Clocks) -> None:
    for note in seen(clocks):
        output.echo(note)


#: The forms of the statutory statements, whose cells have ids of their own.
_STATUTORY = ("balance", "activity", "cash")


def _why_cell(books: Books, id: str, period: str, *, as_json: bool) -> None:
    """What stands behind a cell of a statutory statement."""
    from lovefund.actions.statutory import asked, behind_cell, statutory
    from lovefund.actions.why import Told
    from lovefund.core.days import parse_period
    from lovefund.core.figures import Figure

    days = parse_period(period)
    cell = asked(books, days, id)
    value = statutory(books, days).fen(cell.form, cell.row.id, cell.column.id, cell.part)
    rows = list(behind_cell(books, cell))
    if (rows[-1].running if rows else 0) != value:
        raise _unsound(id, value, rows)
    told = Told(0, days, {}, None)
    figure = Figure(id, value, ())
    if as_json:
        output.emit_json(_document(told, figure, rows, {}))
    else:
        name = cell.row.zh if language() == "zh" else cell.row.en
        output.echo(
            _("{figure} ({name}): {value}").format(
                figure=id, name=name, value=_("{amount} yuan").format(amount=yuan(value))
            )
        )
        _tell_rows(figure, rows, {})


def _unsound(figure: str, value: int, rows: Sequence[Share]) -> Unsound:
    return Unsound(
        figure,
        _("the books say {value}, and its entries add up to {sum}").format(
            value=value, sum=rows[-1].running if rows else 0
        ),
        _("look with `lovefund check`"),
    )


def _tell_figures(books: Books, told: Told, clocks: Clocks, *, as_json: bool) -> None:
    shown = [x for x in told.figures.values() if x.value]
    if as_json:
        output.emit_json([{"figure": x.id, "value": x.value, "unit": _unit(x)} for x in shown])
        return
    output.echo(_whose(told))
    heads = [_("figure"), _("what it is"), _("value")]
    output.table(heads, [(x.id, figure_name(books, x.id), _amount(x, x.value)) for x in shown])
    _tell_clocks(clocks)


def _tell(
    books: Books,
    told: Told,
    figure: Figure,
    rows: Sequence[Share],
    papers: dict[int, tuple[Evidence, ...]],
) -> None:
    output.echo(_whose(told))
    output.echo(
        _("{figure} ({name}): {value}").format(
            figure=figure.id,
            name=figure_name(books, figure.id),
            value=_written(figure, figure.value),
        )
    )
    output.echo(_("It is the sum of: {terms}").format(terms=_(", ").join(map(_term, figure.terms))))
    _tell_rows(figure, rows, papers)


def _tell_rows(
    figure: Figure, rows: Sequence[Share], papers: dict[int, tuple[Evidence, ...]]
) -> None:
    from lovefund.core.kinds import kind_name

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


def figure_name(books: Books, figure: str) -> str:
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


@click.pass_context
def _trace(
    ctx: click.Context,
    receipt: str,
    as_of: str,
    known_at: str,
    pdf: str,
    force: bool,
    as_json: bool,
) -> None:
    from lovefund.actions.outputs import refuse_place
    from lovefund.actions.tracing import gift_called, print_account, traced

    context: Context = ctx.obj
    if pdf:
        refuse_place(Path(pdf), over=force)
    with of_one_fund(context).reading(clocks_of(context, as_of, known_at)) as books:
        found = traced(books, gift_called(books, receipt))
        if pdf:
            print_account(books, found, Path(pdf), language())
    if as_json:
        output.emit_json(_traced_document(found))
    else:
        _tell_traced(found)


def _tell_traced(t: Traced) -> None:
    output.echo(
        _("Entry {no} of {on}: {amount} yuan").format(no=t.no, on=t.on, amount=yuan(t.given_fen))
    )
    if t.amount_fen != t.given_fen:
        output.echo(_("  as corrected since: {amount}").format(amount=yuan(t.amount_fen)))
    output.echo(answer(t))
    rows = [(_("given back"), "", "", t.refunded_fen)] if t.refunded_fen else []
    rows += [(p.what, str(p.entries or ""), str(p.pupils or ""), p.amount_fen) for p in t.paid]
    rows += [(_("waiting: {title}").format(title=title), "", "", fen) for title, fen in t.waiting]
    heads = [_("what became of it"), _("entries"), _("pupils"), _("yuan")]
    output.table(heads, [*rows, (_("total"), "", "", t.amount_fen)])
    output.echo(_("By the rule of tracing, through {day}.").format(day=t.through))


def answer(t: Traced) -> str:
    """The answer to a donor in one sentence: in grants, otherwise, given back and waiting."""
    other = sum(p.amount_fen for p in t.paid) - t.granted_fen
    parts = [
        _granted(t),
        _("{amount} for other things").format(amount=yuan(other)) if other else "",
        _("{amount} given back").format(amount=yuan(t.refunded_fen)) if t.refunded_fen else "",
        _("{amount} waiting").format(amount=yuan(t.waiting_fen)),
    ]
    told = _(", ").join(part for part in parts if part)
    return _("Your {amount}: {told}").format(amount=yuan(t.amount_fen), told=told)


def _granted(t: Traced) -> str:
    amount = yuan(t.granted_fen)
    if t.grants == 1:
        return _("{amount} in one grant").format(amount=amount)
    if t.grants:
        return _("{amount} in {count} grants").format(amount=amount, count=t.grants)
    return ""


def _traced_document(t: Traced) -> dict[str, Any]:
    return {
        "no": t.no,
        "on": t.on,
        "through": t.through,
        "receipt": t.receipt,
        "given_fen": t.given_fen,
        "amount_fen": t.amount_fen,
        "refunded_fen": t.refunded_fen,
        "grants": t.grants,
        "granted_fen": t.granted_fen,
        "waiting_fen": t.waiting_fen,
        "paid": [
            {
                "what": p.what,
                "amount_fen": p.amount_fen,
                "entries": p.entries or None,
                "pupils": p.pupils or None,
                "numbers": list(p.numbers),
            }
            for p in t.paid
        ],
        "waiting": [{"restriction": title, "amount_fen": fen} for title, fen in t.waiting],
    }


_RECEIPT = Field("receipt", "", N_("Which gift? Its receipt code, receipt or entry"), f.as_typed)

COMMANDS: dict[str, click.Command] = {
    "trace": Command(
        "trace",
        params=[
            argument(_RECEIPT),
            *CLOCKS,
            Option(["--pdf"], default="", help="Also write it as a page for the donor."),
            Option(["--force"], is_flag=True, help="Replace a file that is there already."),
            JSON,
        ],
        callback=_trace,
        help=NAMES["trace"].help,
    ),
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
            *CLOCKS,
            Option(["--private"], is_flag=True, help="Also the papers kept for each entry."),
            JSON,
        ],
        callback=_why,
        help=NAMES["why"].help,
    ),
}
