"""Gathers the three statutory statements and their notes, and tells what stands behind a cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lovefund.actions.figures import numbers, titles
from lovefund.actions.prints import issuer
from lovefund.core.days import Period
from lovefund.core.entries import AGENCY, Entry
from lovefund.core.overrides import AGREED
from lovefund.core.rulebook import in_force
from lovefund.core.statutory import (
    ACTIVITY,
    BALANCE,
    CASH,
    CLOSING,
    FORMS,
    OPENING,
    OPENING_KIND,
    PARTS,
    Basis,
    Cell,
    Column,
    Flow,
    Row,
    cells,
    columns,
    counts_in,
    factor,
    layout,
    parts_of,
    share,
)
from lovefund.core.why import Share
from lovefund.errors import BadInput
from lovefund.language import _
from lovefund.publishing import statutory as view
from lovefund.store.reading import Books
from lovefund.store.rules import read_adopted

#: Kinds that mend an earlier entry: they count as what they mend.
_MENDS = ("correction", "void")


@dataclass(frozen=True, slots=True)
class Statutory:
    """The three statements of a period: their columns and every cell."""

    period: Period
    basis: Basis
    columns: dict[str, tuple[Column, ...]]
    cells: dict[str, Cell]

    def fen(self, form: str, row: str, column: str, part: str = "") -> int:
        """The value of a cell in fen."""
        return self.cells[Cell(form, row, column, part, 0).id].fen


def basis_of(books: Books) -> Basis:
    """What cells of these books are computed under."""
    return Basis(books.chart, books.restrictions, layout(books.chart.name))


def statutory(books: Books, period: Period) -> Statutory:
    """The statements of a month, quarter or year; BadInput where it is of two calendar years."""
    wanted, basis = columns(period), basis_of(books)
    moved = {c.id: _flows(books, c) for form in FORMS if form != BALANCE for c in wanted[form]}
    opening, closing = wanted[BALANCE]
    balances = {
        OPENING: _opening(books, opening),
        CLOSING: {
            (m.account, m.restriction): m.debit_fen - m.credit_fen
            for m in books.balances(closing.last)
        },
    }
    return Statutory(period, basis, wanted, cells(basis, wanted, balances, moved))


def _opening(books: Books, column: Column) -> dict[tuple[str, str], int]:
    """The balances of New Year's Eve, and what was brought forward since."""
    assert column.first is not None
    found = {
        (m.account, m.restriction): m.debit_fen - m.credit_fen
        for m in books.balances(column.first - timedelta(days=1))
    }
    for flow in _flows(books, Column(OPENING, column.first, column.last)):
        if flow.kind == OPENING_KIND:
            for account, fen in ((flow.debit, flow.fen), (flow.credit, -flow.fen)):
                key = (account, flow.restriction)
                found[key] = found.get(key, 0) + fen
    return found


def _flows(books: Books, column: Column) -> tuple[Flow, ...]:
    """What moved in a column's days; what mends an entry moves as that entry does."""
    assert column.first is not None
    found = [Flow(*row) for row in books.pairs(column.first, column.last) if row[3] not in _MENDS]
    for entry in books.entries(column.first, column.last, kinds=_MENDS):
        kind = root_kind(books, entry)
        found += [
            Flow(p.debit, p.credit, p.restriction, kind, p.amount_fen) for p in entry.postings
        ]
    return tuple(found)


def root_kind(books: Books, entry: Entry) -> str:
    """The kind of the entry that a correction or void goes back to; its own for any other."""
    while entry.kind in _MENDS and entry.of is not None:
        mended = books.entry(entry.of)
        if mended is None:
            break
        entry = mended
    return entry.kind


@dataclass(frozen=True, slots=True)
class Asked:
    """A cell that was asked for: its row, its column, and its part where it has several."""

    form: str
    row: Row
    column: Column
    part: str


def asked(books: Books, period: Period, id: str) -> Asked:
    """The cell of an id; BadInput where there is none. A part that is left out is the total."""
    form, *rest = id.split("/")
    named = dict(enumerate(rest))
    wanted = columns(period).get(form, ())
    row = layout(books.chart.name).forms[form].row(named.get(0, "")) if wanted else None
    column = next((c for c in wanted if c.id == named.get(1, "")), None)
    part = named.get(2, PARTS[-1] if form not in ("",) and "" not in parts_of(form) else "")
    if row is None or column is None or part not in parts_of(form) or len(rest) > 3:
        raise BadInput(
            "figure",
            id,
            _("the statutory statements have no such cell"),
            _("`lovefund reports {period} --json` lists the cells").format(period=period.code),
        )
    return Asked(form, row, column, part)


def behind_cell(books: Books, cell: Asked) -> Iterator[Share]:
    """Every posting behind a cell, in order of recording; the last running sum is its value."""
    of = factor(basis_of(books), cell.form, cell.row, cell.part or "total")
    first = None if cell.form == BALANCE else cell.column.first
    running = 0
    for entry in books.entries(first, cell.column.last):
        kind = root_kind(books, entry)
        if not counts_in(cell.column, entry.on, kind):
            continue
        for place, posting in enumerate(entry.postings, 1):
            if fen := share(of, posting, kind):
                running += fen
                yield Share(entry, place, fen, running)


# As a report


def reports(books: Books, period: Period) -> view.Reports:
    """The statements and notes of a period, as they are printed."""
    told = statutory(books, period)
    sheet = told.basis.layout.forms[BALANCE]
    return view.Reports(
        issuer(books),
        period,
        _form(told, BALANCE, sheet.rows[: sheet.claims]),
        _form(told, BALANCE, sheet.rows[sheet.claims :]),
        _form(told, ACTIVITY, told.basis.layout.forms[ACTIVITY].rows),
        _form(told, CASH, told.basis.layout.forms[CASH].rows),
        _notes(books, told),
    )


def _form(told: Statutory, name: str, rows: Sequence[Row]) -> view.Form:
    form, shown = told.basis.layout.forms[name], told.columns[name]
    lines = []
    for row in rows:
        values = tuple(
            told.fen(name, row.id, column.id, part)
            for column in shown
            for part in parts_of(name)
            if row.id
        )
        if any(values) or not row.extra:
            lines.append(view.Line(row.zh, row.en, row.line, bool(row.sums), values))
    whole = len(shown) == 2 and name != BALANCE
    heads = tuple(f"{column.id}-whole" if whole else column.id for column in shown)
    return view.Form(form.code, form.zh, form.en, heads, parts_of(name), tuple(lines))


def _notes(books: Books, told: Statutory) -> view.Notes:
    last = told.period.day_to
    first = date(last.year, 1, 1)
    found, called = numbers(books, first, last), titles(books)
    figure = found.__getitem__

    def pot(code: str) -> view.Pot:
        sums = (
            figure(f"pot-{part}/{code}") for part in ("opening", "in", "out", "other", "closing")
        )
        return view.Pot(code, called.get(code, code), *sums)

    kinds = dict(books.counts(first, last))
    rules = in_force(read_adopted(books.connection, books.fund), last)
    services = (
        f for f in _flows(books, Column("year", first, last)) if f.kind == "service-donated"
    )
    return view.Notes(
        books.chart.title("zh"),
        books.chart.title("en"),
        tuple(
            made
            for code, restriction in books.restrictions.items()
            if restriction.restricted and any((made := pot(code))[2:])
        ),
        pot(AGENCY),
        figure("income-goods"),
        figure("outlay-goods"),
        sum(flow.fen for flow in services),
        kinds.get("relation-declared", 0),
        kinds.get("recused", 0),
        tuple(e.of for e in books.entries(first, last, kinds=(AGREED,)) if e.of is not None),
        rules.book.sha256() if rules else "",
    )
