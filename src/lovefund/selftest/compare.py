"""Holds the books to the model: after every operation cheaply, now and then in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from lovefund.actions.figures import numbers
from lovefund.core.accounts import AccountClass, Chart
from lovefund.language import _
from lovefund.publishing.view import Statement
from lovefund.selftest.model.changes import PLACES, Key, net
from lovefund.selftest.model.funds import Fund
from lovefund.selftest.model.statements import statement
from lovefund.store.checking import check_fund
from lovefund.store.reading import Books
from lovefund.store.walls import check_storage

_NET = (AccountClass.NET, AccountClass.INCOME, AccountClass.OUTLAY)
#: What a published statement calls the figures of the model.
_SHOWN = {
    "opening_fen": "opening",
    "brought_forward_fen": "brought-forward",
    "income_fen": "income",
    "outlay_fen": "outlay",
    "transfer_fen": "transfers",
    "prior_year_fen": "prior-year",
    "closing_fen": "closing",
    "income_goods_fen": "income-goods",
    "outlay_goods_fen": "outlay-goods",
    "donation_count": "donations",
    "payable_fen": "payable",
    "agency_fen": "agency",
    "receivable_fen": "receivable",
    "bank_fen": "bank",
    "cash_fen": "cash",
    "wallet_fen": "wallets",
    "stock_fen": "stock",
    "entry_count": "entries",
}


def _differ(what: str, books: Any, model: Any) -> Iterator[str]:
    if books != model:
        yield _("{what}: the books say {books}, the model {model}").format(
            what=what, books=books, model=model
        )


def head(books: Books, fund: Fund) -> Iterator[str]:
    """Where the count of entries, the last day of recording or the closed days differ."""
    kept = books.head()
    yield from _differ("entries", kept.size, fund.size)
    yield from _differ("last day", kept.last_at, fund.last_at.isoformat())
    closed = fund.closed.isoformat() if fund.closed else "0000-00-00"
    yield from _differ("closed through", kept.closed_through, closed)


def state(books: Books, fund: Fund) -> Iterator[str]:
    """Where the kept totals differ from the model: places, purses, stock and net assets."""
    yield from head(books, fund)
    kept: dict[str, int] = {}
    for code, fen in books.totals().items():
        account = books.chart[code]
        what = account.role if account.kind is AccountClass.MONEY else account.kind.value
        what = "net" if account.kind in _NET else what
        kept[what] = kept.get(what, 0) + fen
    sums = fund.sums
    for place in PLACES:
        yield from _differ(place, kept[place], fund.place(place))
    yield from _differ("net assets", -kept["net"], net(sums))
    yield from _differ("stock", kept["stock"], fund.total("stock"))
    yield from _differ("owed", -kept["payable"], fund.total("owed"))
    yield from _differ("advances", kept["receivable"], fund.total("lent"))
    yield from _differ("held for others", -kept["agency"], fund.total("held"))
    rows = {row["code"]: row for row in books.pots()}
    yield from _differ("purses", set(rows), set(fund.purses))
    for purse in fund.purses.keys() & rows.keys():
        row = rows[purse]
        yield from _differ(f"{purse} money", row["money_fen"], fund.money(purse))
        yield from _differ(f"{purse} owed", row["payable_fen"], sums["owed", purse, ""])
        yield from _differ(f"{purse} reserved", row["reserved_fen"], sums["reserved", purse, ""])
    there = {(item, purse): (n, fen) for item, purse, n, fen in books.stock()}
    yield from _differ("goods", there, fund.stock())


def figures(books: Books, fund: Fund, day_from: date, day_to: date) -> Iterator[str]:
    """Where a statement of that period would differ from the model."""
    found = numbers(books, day_from, day_to)
    for name, value in statement(fund, day_from, day_to).items():
        own = _figure_of(books.chart, name)
        yield from _differ(f"{name}, {day_from} to {day_to}", found[own], value)


def results(books: Books, fund: Fund) -> Iterator[str]:
    """Where income, outlay or earlier years' results that wait for a closing differ."""
    kept: dict[Key, int] = {}
    for moved in books.balances():
        account = books.chart[moved.account]
        fen = moved.debit_fen - moved.credit_fen
        detail = account.role.removeprefix("source:").removeprefix("programme:")
        if account.kind in (AccountClass.INCOME, AccountClass.OUTLAY):
            sign = 1 if account.kind is AccountClass.OUTLAY else -1
            kept[account.kind.value, moved.restriction, detail] = sign * fen
        elif account.role == "prior-year":
            kept["earlier", moved.restriction, ""] = -fen
    waiting = {key: fund.sums[key] - fund.closed_out[key] for key in {*fund.sums, *kept}
               if key[0] in ("income", "outlay", "earlier")}  # fmt: skip
    yield from _differ(
        "not closed yet",
        {key: fen for key, fen in kept.items() if fen},
        {key: fen for key, fen in waiting.items() if fen},
    )


def _figure_of(chart: Chart, name: str) -> str:
    """The figure by its account code: the model knows sources and programmes by name only."""
    what, _slash, detail = name.partition("/")
    if what not in ("income", "outlay") or not detail:
        return name
    prefix = "source:" if what == "income" else "programme:"
    role = prefix + detail if chart.has_role(prefix + detail) else detail
    return f"{what}/{chart.code(role)}"


def published(shown: Statement, fund: Fund) -> Iterator[str]:
    """Where the statement that was published differs from the model."""
    model = statement(fund, shown.period_from, shown.period_to)
    for field, name in _SHOWN.items():
        yield from _differ(f"statement, {name}", getattr(shown, field), model[name])
    pots: Mapping[str, int] = {pot.code: pot.closing_fen for pot in shown.pots}
    wanted = {
        name.partition("/")[2]: value
        for name, value in model.items()
        if name.startswith("pot-closing/") and value
    }
    yield from _differ("statement, purses", {k: v for k, v in pots.items() if v}, wanted)


def whole(books: Books, fund: Fund, periods: list[tuple[date, date]]) -> Iterator[str]:
    """Everything: the program's own check, the open items, and the figures of some periods."""
    # On a server the walls are compared in a transaction that may write; here it may not.
    embedded = books.connection.dialect.name == "sqlite"
    walls = check_storage(books.connection) if embedded else ()
    for finding in (*walls, *check_fund(books)):
        yield f"check: {finding.code} {finding.where}: {finding.what}"
    yield from results(books, fund)
    opened: dict[str, int] = {}
    for _no, account, _restriction, was, settled in books.open_items():
        role = "reserved" if account == "reserved" else books.chart[account].kind.value
        opened[role] = opened.get(role, 0) + was - settled
    yield from _differ("open debts", opened.get("payable", 0), fund.total("owed"))
    yield from _differ("open advances", opened.get("receivable", 0), fund.total("lent"))
    yield from _differ("open reservations", opened.get("reserved", 0), fund.total("reserved"))
    for day_from, day_to in periods:
        yield from figures(books, fund, day_from, day_to)
