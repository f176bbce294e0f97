"""The commands that only read: each gathers rows and shows them as a table or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import fields as f
from lovefund.cli import output
from lovefund.cli.asking import argument, of_one_fund
from lovefund.cli.clocks import CLOCKS, CLOCKS_ON, clocks_of, told
from lovefund.cli.common import PERIOD
from lovefund.cli.context import Context
from lovefund.cli.fields import Field
from lovefund.cli.listing import Listing
from lovefund.cli.listing import listing as _command
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command, Option
from lovefund.errors import BadInput
from lovefund.language import N_, _, language
from lovefund.money import yuan

if TYPE_CHECKING:
    from lovefund.core.days import Period


def _argument(name: str, **settings: Any) -> click.Argument:
    return click.Argument([name], required=False, default="", metavar=name.upper(), **settings)


def _balance(context: Context, as_of: str, known_at: str, every: bool) -> Listing:
    from lovefund.actions.read import balances

    clocks = clocks_of(context, as_of, known_at)
    ws = context.workspace() if every else of_one_fund(context)
    rows = [
        (*((b.fund,) if every else ()), b.account, b.label, b.restriction, *b.sums_fen)
        for b in balances(ws, clocks, every=every)
    ]
    return Listing(
        (
            *((("fund", N_("fund")),) if every else ()),
            ("account", N_("code")),
            ("name", N_("account")),
            ("restriction", N_("restriction")),
            ("debit_fen", N_("debit")),
            ("credit_fen", N_("credit")),
            ("balance_fen", N_("balance")),
        ),
        rows,
        (_("A balance above zero stands in debit, one below zero in credit."), *told(clocks))
        if rows
        else (),
    )


_JOURNAL = (
    ("no", N_("entry")),
    ("on", N_("day")),
    ("voucher", N_("voucher")),
    ("kind", N_("kind")),
    ("shown", N_("shown as")),
    ("amount_fen", N_("yuan")),
    ("check_digits", N_("check digits")),
)


def _journal_rows(rows: Sequence[Any]) -> list[tuple[Any, ...]]:
    from lovefund.core.kinds import kind_name

    return [
        (r.no, r.on, r.voucher, kind_name(r.kind), r.shown, r.amount_fen, r.check_digits)
        for r in rows
    ]


def _journal(context: Context, period: str, as_of: str, known_at: str, every: bool) -> Listing:
    from lovefund.actions import read
    from lovefund.core.days import parse_period

    clocks = clocks_of(context, as_of, known_at)
    with of_one_fund(context).reading(clocks) as books:
        if period:
            span = parse_period(period)
            rows = read.journal(books, span.day_from, span.day_to)
        else:
            first = 0 if every else max(books.size - read.RECENT, 0)
            rows = read.journal(books, no_from=first)
    return Listing(_JOURNAL, _journal_rows(rows), told(clocks) if rows else ())


def _donor(context: Context, name: str) -> Listing:
    from lovefund.actions import read

    with of_one_fund(context).reading() as books:
        rows = read.gifts_of(books, name)
    total = yuan(sum(r.amount_fen for r in rows))
    note = _("{count} gifts, {total} yuan in all. This list is private.").format(
        count=len(rows), total=total
    )
    return Listing(_JOURNAL, _journal_rows(rows), (note,))


def _restrictions(context: Context, as_of: str, known_at: str) -> Listing:
    from lovefund.actions import read

    clocks = clocks_of(context, as_of, known_at)
    with of_one_fund(context).reading(clocks) as books:
        pots = read.pots(books)
        programmes = books.chart.choices("programme:")
    words = {slug: account.short(language()) for slug, account in programmes.items()}
    return Listing(
        (
            ("code", N_("code")),
            ("title", N_("restriction")),
            ("programmes", N_("for")),
            ("agreement", N_("agreement")),
            ("money_fen", N_("money")),
            ("payable_fen", N_("owed")),
            ("reserved_fen", N_("reserved")),
            ("available_fen", N_("available")),
            ("stock_fen", N_("stock")),
        ),
        [
            (
                p.code,
                p.title,
                p.programmes,
                p.agreement,
                p.money_fen,
                p.payable_fen,
                p.reserved_fen,
                p.available_fen,
                p.stock_fen,
            )
            for p in pots
        ],
        told(clocks),
        words={"programmes": words},
    )


def _stock(context: Context) -> Listing:
    from lovefund.actions.read import restriction_titles

    with of_one_fund(context).reading() as books:
        titles = restriction_titles(books)
        rows = []
        for slug, restriction, quantity, value in books.stock():
            goods = books.chart.goods[slug]
            rows.append(
                (
                    slug,
                    goods.name(language()),
                    restriction,
                    quantity,
                    goods.unit(language()),
                    value,
                )
            )
    return Listing(
        (
            ("item", N_("goods")),
            ("name", N_("name")),
            ("restriction", N_("restriction")),
            ("quantity", N_("quantity")),
            ("unit", N_("unit")),
            ("value_fen", N_("yuan")),
        ),
        rows,
        words={"restriction": titles},
    )


def _open_items(context: Context, as_of: str, known_at: str) -> Listing:
    from lovefund.actions.read import restriction_titles

    clocks = clocks_of(context, as_of, known_at)
    with of_one_fund(context).reading(clocks) as books:
        titles = restriction_titles(books)
        rows = []
        for no, account, restriction, opened, settled in books.open_items():
            entry = books.entry(no)
            rows.append(
                (
                    no,
                    entry.on if entry else "",
                    # Money reserved by a decision stands on no account.
                    books.chart[account].label(language())
                    if account in books.chart
                    else _("reserved"),
                    restriction,
                    opened,
                    settled,
                    opened - settled,
                )
            )
    return Listing(
        (
            ("no", N_("entry")),
            ("on", N_("day")),
            ("account", N_("account")),
            ("restriction", N_("restriction")),
            ("opened_fen", N_("opened")),
            ("settled_fen", N_("settled")),
            ("left_fen", N_("left")),
        ),
        rows,
        told(clocks) if rows else (),
        words={"restriction": titles},
    )


def _agency(context: Context) -> Listing:
    from lovefund.actions.agency import agency_held

    with of_one_fund(context).reading() as books:
        rows = sorted((pupil, fen) for pupil, fen in agency_held(books).items() if fen)
    notes = (_("This list is private."),) if rows else ()
    return Listing((("pupil", N_("pupil")), ("held_fen", N_("held"))), rows, notes)


def _funds(context: Context) -> Listing:
    from lovefund.actions.read import funds_of

    found = list(funds_of(context.workspace()))
    most = max((money for _f, _n, money, _r, _s in found), default=0)
    return Listing(
        (
            ("fund", N_("fund")),
            ("name", N_("name")),
            ("money_fen", N_("money")),
            ("restricted_fen", N_("of it restricted")),
            ("entries", N_("entries")),
            ("bar", ""),
        ),
        [(*row, output.bar(row[2], most)) for row in found],
    )


def _overview(context: Context, period: Period, as_of: str, known_at: str) -> Listing:
    from lovefund.actions.read import overview

    clocks = clocks_of(context, as_of, known_at)

    rows = [
        (
            r.fund,
            r.name,
            r.opening_fen,
            r.income_fen,
            r.outlay_fen,
            r.transfers_fen,
            r.prior_year_fen,
            r.closing_fen,
        )
        for r in overview(context.workspace(), period, clocks)
    ]
    sums = [sum(int(r[i]) for r in rows) for i in range(2, 8)]
    total = ("", _("all funds"), *sums)
    return Listing(
        (
            ("fund", N_("fund")),
            ("name", N_("name")),
            ("opening_fen", N_("opening")),
            ("income_fen", N_("income")),
            ("outlay_fen", N_("outlay")),
            ("transfers_fen", N_("transfers")),
            ("prior_year_fen", N_("earlier years")),
            ("closing_fen", N_("closing")),
        ),
        [*rows, total],
        told(clocks),
    )


def _accounts(context: Context) -> Listing:
    with of_one_fund(context).reading() as books:
        rows = [(a.code, a.label(language()), a.role) for a in books.chart.accounts.values()]
    return Listing((("code", N_("code")), ("name", N_("account")), ("role", N_("role"))), rows)


def _statements(context: Context) -> Listing:
    with of_one_fund(context).reading() as books:
        rows = [
            (s["number"], s["period_from"], s["period_to"], s["entry_no"])
            for s in books.statements()
        ]
    return Listing(
        (("number", N_("number")), ("from", N_("from")), ("to", N_("to")), ("no", N_("entry"))),
        rows,
    )


def _lines_of(context: Context, no: str, private: bool) -> tuple[list[str], dict[str, Any]]:
    from lovefund.actions.read import dossier
    from lovefund.cli.facts import in_words
    from lovefund.cli.forms import find_entry, slip_lines
    from lovefund.core.kinds import kind_name
    from lovefund.core.vouchers import slips

    ws = of_one_fund(context)
    number = find_entry(ws, no.strip())
    if number is None:
        raise BadInput(
            "no",
            no,
            _("no entry, voucher or receipt is called so"),
            _("`lovefund journal` lists them: 12, 记-2026-0012 or receipt 2026-000003"),
        )
    with ws.reading() as books:
        d = dossier(books, number, private=private)
        made = slips(books.chart, d.entry.postings, books.restrictions)
    e = d.entry
    lines = [
        _("entry {no}: {kind} on {on}, recorded on {at} by {by}").format(
            no=e.no, kind=kind_name(e.kind), on=e.on, at=e.at, by=e.by
        )
    ]
    if e.voucher:
        lines.append(_("voucher {voucher}").format(voucher=e.voucher))
    if d.shown:
        lines.append(_("shown as: {text}").format(text=d.shown))
    lines += slip_lines(made)
    lines += in_words(e.facts, books.chart)
    for account, restriction, opened, settled in d.items:
        lines.append(
            _("open: {account} {restriction}, {left} yuan left").format(
                account=account, restriction=restriction, left=yuan(opened - settled)
            )
        )
    for later in d.later:
        lines.append(
            _("later: entry {no}, {kind} on {on}").format(
                no=later.no, kind=kind_name(later.kind), on=later.on
            )
        )
    if private:
        for holder, code in d.codes:
            lines.append(_("receipt code {code}  {holder}").format(code=code, holder=holder))
        lines += in_words(d.file, books.chart)
    document: dict[str, Any] = {
        "line": e.line.decode("ascii"),
        "voucher": e.voucher,
        "shown": d.shown,
        "later": [x.no for x in d.later],
        "leaf": e.leaf.hex(),
    }
    if private:
        document |= {"codes": [list(c) for c in d.codes], "file": d.file}
    return lines, document


@click.pass_context
def _show_entry(ctx: click.Context, no: str, private: bool, as_json: bool) -> None:
    lines, document = _lines_of(ctx.obj, no, private)
    if as_json:
        output.emit_json(document)
        return
    for line in lines:
        output.echo(line)


_SHOW = Command(
    "show",
    params=[
        argument(Field("no", "", N_("Which entry? Its number, voucher or receipt"), f.as_typed)),
        Option(["--private"], is_flag=True, help="Also the sealed texts and receipt codes."),
        JSON,
    ],
    callback=_show_entry,
    help=NAMES["show"].help,
)

COMMANDS: dict[str, click.Command] = {
    "balance": _command(
        "balance",
        _balance,
        *CLOCKS_ON,
        Option(["--all", "every"], is_flag=True, help="All funds of these books."),
    ),
    "journal": _command(
        "journal",
        _journal,
        _argument("period"),
        *CLOCKS,
        Option(["--all", "every"], is_flag=True, help="All entries, not only the last 30."),
    ),
    "show": _SHOW,
    "donor": _command("donor", _donor, argument(Field("name", "", N_("Which donor?"), f.name))),
    "restrictions": _command("restrictions", _restrictions, *CLOCKS),
    "stock": _command("stock", _stock),
    "open-items": _command("open-items", _open_items, *CLOCKS),
    "agency": _command("agency", _agency),
    "funds": _command("funds", _funds),
    "overview": _command("overview", _overview, argument(PERIOD), *CLOCKS),
    "accounts": _command("accounts", _accounts),
    "statements": _command("statements", _statements),
}
