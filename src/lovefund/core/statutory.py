"""The three statutory statements (资产负债表、业务活动表、现金流量表), cell by cell from postings.

What a cell takes of a posting is a factor of −1, 0 or 1, so the same rule gives a cell's value
and tells what stands behind it. Forms are data files; rows bind to roles (财会〔2004〕7号, part 3).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from lovefund.core.accounts import Account, AccountClass, Chart
from lovefund.core.days import Period
from lovefund.core.entries import Posting, Restriction, RestrictionClass
from lovefund.core.kinds import matches
from lovefund.errors import BadInput
from lovefund.language import _

BALANCE, ACTIVITY, CASH = "balance", "activity", "cash"
FORMS = (BALANCE, ACTIVITY, CASH)
OPENING, CLOSING = "opening", "closing"
#: The parts of a column of activities: whose limit the net assets are under.
PARTS = ("unrestricted", "restricted", "total")
_BETWEEN_FUNDS = frozenset({"transfer-in", "transfer-out"})
#: What was brought forward in a year belongs to its opening, whatever its day.
OPENING_KIND = "opening-balance"
_CHANGED, _CLOSED = "restriction-changed", "year-closed"
#: Kinds whose postings on net assets have a row of their own, or are no movement at all.
_NOT_PRIOR = _BETWEEN_FUNDS | {OPENING_KIND, _CHANGED, _CLOSED}


class Flow(NamedTuple):
    """What moved between two accounts in one restriction, in fen.

    ``kind`` is that of the entry, or of the first one that a correction or void goes back to.
    """

    debit: str
    credit: str
    restriction: str
    kind: str
    fen: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a form: words, and what it is the sum of; one without an id is a heading."""

    id: str
    line: int
    zh: str
    en: str
    of: tuple[str, ...]
    sums: tuple[str, ...]
    change: tuple[str, ...]
    pots: str
    side: str
    out: bool
    extra: bool


@dataclass(frozen=True, slots=True)
class Form:
    """One of the three statements; the balance sheet has its assets first, then its claims."""

    code: str
    zh: str
    en: str
    rows: tuple[Row, ...]
    claims: int = 0

    def row(self, id: str) -> Row | None:
        """The row of that id."""
        return next((row for row in self.rows if row.id == id), None)


@dataclass(frozen=True, slots=True)
class Layout:
    """The forms of a chart of accounts; ``released`` says that outlay is all unrestricted."""

    released: bool
    forms: Mapping[str, Form]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: opening or closing of the balance sheet, or the movements of some days."""

    id: str
    first: date | None
    last: date


@dataclass(frozen=True, slots=True)
class Basis:
    """What cells are computed under: the chart, the restrictions and the forms."""

    chart: Chart
    restrictions: Mapping[str, Restriction]
    layout: Layout


def columns(period: Period) -> dict[str, tuple[Column, ...]]:
    """The columns of each form; BadInput for a period of two calendar years (会计法 art. 11).

    A whole year stands beside the year before; a part of one beside the year so far, and that
    beside the same days a year ago.
    """
    first, last = period.day_from, period.day_to
    if first.year != last.year:
        raise BadInput(
            "period",
            period.code,
            _("the statutory statements are of a calendar year or of a part of one"),
            _("name a month, a quarter or a year: {example}").format(example=f"{last.year}"),
        )
    new_year = date(first.year, 1, 1)
    year, before = Column("year", new_year, last), _year_before(last)
    last_year = Column("last-year", date(before.year, 1, 1), before)
    whole = first == new_year and last == date(last.year, 12, 31)
    moves = (last_year, year) if whole else (Column("period", first, last), year, last_year)
    return {
        BALANCE: (Column(OPENING, new_year, last), Column(CLOSING, None, last)),
        ACTIVITY: moves,
        CASH: moves,
    }


def _year_before(day: date) -> date:
    leap = (day.month, day.day) == (2, 29)
    return date(day.year - 1, 2, 28) if leap else day.replace(year=day.year - 1)


@cache
def layout(chart: str) -> Layout:
    """The forms that belong to a chart of accounts."""
    text = (files("lovefund") / "data" / "forms" / f"{chart}.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    forms = {}
    for name in FORMS:
        given = raw[name]
        assets = [_row(r) for r in given.get("assets", given.get("rows", ()))]
        claims = [_row(r) for r in given.get("claims", ())]
        rows = (*assets, *claims)
        forms[name] = Form(
            given["code"], given["zh"], given["en"], rows, len(assets) if claims else 0
        )
    return Layout(bool(raw["released"]), forms)


def _row(raw: Mapping[str, Any]) -> Row:
    return Row(
        raw.get("id", ""),
        raw.get("line", 0),
        raw["zh"],
        raw["en"],
        tuple(raw.get("of", ())),
        tuple(raw.get("sum", ())),
        tuple(raw.get("change", ())),
        raw.get("pots", ""),
        raw.get("side", ""),
        raw.get("out", False),
        raw.get("extra", False),
    )


Factor = Callable[[str, str, str, str], int]


def factor(basis: Basis, form: str, row: Row, part: str = "total") -> Factor:
    """How often a row takes a posting: by debit, credit, restriction and kind, kept once asked.

    ``part`` is of activities alone. The factor is that of a sum where rows are added up.
    """
    one = {BALANCE: _of_balance, ACTIVITY: _of_activity, CASH: _of_cash}[form]

    @cache
    def found(debit: str, credit: str, restriction: str, kind: str) -> int:
        move = _Move(basis, debit, credit, basis.restrictions[restriction], kind)
        total = 0
        for sign, leaf in _leaves(basis.layout.forms[form], row):
            total += sign * one(basis, leaf, part, move)
        return total

    return found


def _leaves(form: Form, row: Row) -> Iterator[tuple[int, Row]]:
    """The rows that a row adds up in the end, each with its sign; itself, where it is no sum."""
    if not row.sums:
        yield 1, row
    for name in row.sums:
        sign, part = (-1 if name.startswith("-") else 1), form.row(name.removeprefix("-"))
        if part is None:
            raise ValueError(f"row {row.id} adds up {name}, which is no row of the form")
        for inner, leaf in _leaves(form, part):
            yield sign * inner, leaf


class _Move:
    """A posting as the rows look at it."""

    __slots__ = ("credit", "debit", "kind", "pot")

    def __init__(self, basis: Basis, debit: str, credit: str, pot: Restriction, kind: str) -> None:
        self.debit, self.credit = basis.chart[debit], basis.chart[credit]
        self.pot, self.kind = pot, kind

    def net(self, test: Callable[[Account], bool]) -> int:
        """1 where only the debited account passes, −1 where only the credited one does."""
        return test(self.debit) - test(self.credit)


def _any(row: Row) -> Callable[[Account], bool]:
    return lambda account: any(matches(account, pattern) for pattern in row.of)


def _in_pots(row: Row, pot: Restriction) -> bool:
    agency = pot.kind is RestrictionClass.AGENCY
    return {
        "": True,
        "own": not agency,
        "agency": agency,
        "restricted": pot.restricted,
        "unrestricted": not pot.restricted and not agency,
    }[row.pots]


#: Classes of the left side of the balance sheet.
_ASSETS = frozenset(
    {AccountClass.MONEY, AccountClass.STOCK, AccountClass.RECEIVABLE, AccountClass.AGENCY_GOODS}
)


def _weight(row: Row, account: Account, pot: Restriction) -> int:
    """How often a row of the balance sheet takes debit minus credit of an account."""
    if not (_in_pots(row, pot) and _any(row)(account)):
        return 0
    return 1 if account.kind in _ASSETS else -1


def _of_balance(_basis: Basis, row: Row, _part: str, move: _Move) -> int:
    return _weight(row, move.debit, move.pot) - _weight(row, move.credit, move.pot)


def _of_activity(basis: Basis, row: Row, part: str, move: _Move) -> int:
    if move.kind == _CLOSED:
        return 0
    if row.change:
        return sum(_CHANGES[name](basis, part, move) for name in row.change)
    mine = _any(row)
    income = -move.net(lambda a: a.kind is AccountClass.INCOME and mine(a))
    outlay = move.net(lambda a: a.kind is AccountClass.OUTLAY and mine(a))
    shown_restricted = move.pot.restricted and not (outlay and basis.layout.released)
    return (income + outlay) * _stands(part, restricted=shown_restricted)


def _stands(part: str, *, restricted: bool) -> bool:
    """Whether what is restricted, or is not, stands in a part of the columns."""
    return part == "total" or (part == "restricted") == restricted


def _swap(part: str) -> int:
    """What a move from restricted to unrestricted is in a part of the columns."""
    return {"unrestricted": 1, "restricted": -1, "total": 0}[part]


def _net_credit(move: _Move) -> int:
    return -move.net(lambda a: a.kind is AccountClass.NET)


def _released(basis: Basis, part: str, move: _Move) -> int:
    """What was spent of restricted money becomes unrestricted as it is spent (art. 58)."""
    if not (basis.layout.released and move.pot.restricted):
        return 0
    return move.net(lambda a: a.kind is AccountClass.OUTLAY) * _swap(part)


def _to_unrestricted(_basis: Basis, part: str, move: _Move) -> int:
    """A donor lifts a limit: seen where the unrestricted restriction gains."""
    if move.kind != _CHANGED or move.pot.restricted:
        return 0
    return max(_net_credit(move), 0) * _swap(part)


def _to_restricted(_basis: Basis, part: str, move: _Move) -> int:
    """A donor adds a limit: seen where the unrestricted restriction loses."""
    if move.kind != _CHANGED or move.pot.restricted:
        return 0
    return min(_net_credit(move), 0) * _swap(part)


def _prior_year(_basis: Basis, part: str, move: _Move) -> int:
    if move.kind in _NOT_PRIOR:
        return 0
    return _net_credit(move) * _stands(part, restricted=move.pot.restricted)


def _between_funds(_basis: Basis, part: str, move: _Move) -> int:
    if move.kind not in _BETWEEN_FUNDS:
        return 0
    return _net_credit(move) * _stands(part, restricted=move.pot.restricted)


_CHANGES: dict[str, Callable[[Basis, str, _Move], int]] = {
    "released": _released,
    "to-unrestricted": _to_unrestricted,
    "to-restricted": _to_restricted,
    "prior-year": _prior_year,
    "between-funds": _between_funds,
}


def _of_cash(basis: Basis, row: Row, _part: str, move: _Move) -> int:
    """Money by the other side of its posting: the direct method (art. 74).

    Agency money is no money of the fund's; between restrictions and places nothing flows.
    """
    money = move.net(lambda a: a.kind is AccountClass.MONEY)
    if not money or move.pot.kind is RestrictionClass.AGENCY:
        return 0
    if move.kind in (OPENING_KIND, _CLOSED, _CHANGED):
        return 0
    other = move.credit if money > 0 else move.debit
    if _cash_row(basis.layout.forms[CASH], other, money) is not row:
        return 0
    return -money if row.out else money


def _cash_row(form: Form, other: Account, money: int) -> Row:
    """The one row that a flow belongs to: the narrowest pattern that fits, then the rest."""
    side = "in" if money > 0 else "out"
    best: tuple[int, Row] | None = None
    for row in form.rows:
        for pattern in row.of:
            fits = matches(other, pattern) and row.side in ("", side)
            width = 0 if pattern == "*" else len(pattern)
            if fits and (best is None or width > best[0]):
                best = (width, row)
    if best is None:
        raise ValueError(f"no row of the cash flows takes {other.role}")
    return best[1]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a form in fen, by form, row, column and part."""

    form: str
    row: str
    column: str
    part: str
    fen: int

    @property
    def id(self) -> str:
        """What the cell is asked for by: form/row/column, and its part where it has several."""
        return "/".join((self.form, self.row, self.column) + ((self.part,) if self.part else ()))


def parts_of(form: str) -> tuple[str, ...]:
    """The parts that each column of a form has."""
    return PARTS if form == ACTIVITY else ("",)


#: Debit minus credit in fen, by (account, restriction).
Balances = Mapping[tuple[str, str], int]


def cells(
    basis: Basis,
    wanted: Mapping[str, tuple[Column, ...]],
    balances: Mapping[str, Balances],
    moved: Mapping[str, Iterable[Flow]],
) -> dict[str, Cell]:
    """Every cell by its id, from the balances or the flows of each column."""
    found: dict[str, Cell] = {}
    for form, form_columns in wanted.items():
        for column in form_columns:
            for row in basis.layout.forms[form].rows:
                for part in parts_of(form) if row.id else ():
                    if form == BALANCE:
                        fen = _balance(basis, row, balances[column.id])
                    else:
                        of = factor(basis, form, row, part or "total")
                        fen = sum(flow.fen * of(*flow[:4]) for flow in moved[column.id])
                    cell = Cell(form, row.id, column.id, part, fen)
                    found[cell.id] = cell
    return found


def _balance(basis: Basis, row: Row, balances: Balances) -> int:
    return sum(
        sign * fen * _weight(leaf, basis.chart[account], basis.restrictions[restriction])
        for sign, leaf in _leaves(basis.layout.forms[BALANCE], row)
        for (account, restriction), fen in balances.items()
    )


def counts_in(column: Column, on: date, kind: str) -> bool:
    """Whether an entry of a day and kind is one of those that a column adds up."""
    if column.id == OPENING:
        assert column.first is not None
        return on < column.first or (kind == OPENING_KIND and on <= column.last)
    return (column.first is None or column.first <= on) and on <= column.last


def share(of: Factor, posting: Posting, kind: str) -> int:
    """What a posting adds to a cell, in fen."""
    return posting.amount_fen * of(posting.debit, posting.credit, posting.restriction, kind)
