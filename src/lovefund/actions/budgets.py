"""Sets a year's budget, and holds it beside what the programmes cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lovefund.actions.figures import fund_names
from lovefund.actions.workspace import Workspace, record
from lovefund.core import budgets as core
from lovefund.core.budgets import Row
from lovefund.core.days import Period, parse_period
from lovefund.core.entries import Draft
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.errors import BadInput
from lovefund.language import _, language, said
from lovefund.store.book import Book, Posted
from lovefund.store.reading import Books, funds


def set_budget(
    ws: Workspace,
    on: date,
    year: str,
    wanted: Mapping[str, int],
    restriction: str = "",
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Set what programmes may cost in a year, in fen; a later one replaces what it names."""

    def build(book: Book, books: Books) -> Draft:
        if restriction and restriction not in book.restrictions:
            raise BadInput(
                "restriction",
                restriction,
                _("there is no such restriction"),
                _("one of {known}").format(known=", ".join(book.restrictions)),
            )
        now = books.undertakings.budgets.of(year, restriction)
        before, of = (now.sums, now.last) if now else ({}, None)
        return core.budget_set(on, year, before, wanted, of, restriction, papers)

    return record(ws, build, request)


@dataclass(frozen=True, slots=True)
class Against:
    """The budget of a year beside what was spent from its first day through ``through``."""

    year: str
    restriction: str
    through: date
    rows: tuple[Row, ...]


def budget_year(text: str, field: str) -> str:
    """A year that a budget can be of, as it is typed; else BadInput."""
    period = parse_period(text, field)
    if not core.is_year(period.code):
        raise BadInput(
            field,
            text,
            _("a budget is of a calendar year or of a school year"),
            _("type 2026 or 2025-2026"),
        )
    return period.code


def against(books: Books, year: str, through: date, restriction: str = "") -> Against:
    """Budget against actual of every programme that has one or the other.

    Of a restriction its own budget is told; of the fund all budgets of the year together.
    """
    period = parse_period(year)
    known = books.undertakings.budgets
    own = known.of(year, restriction)
    planned = (own.sums if own else {}) if restriction else known.total(year)
    last = min(through, period.day_to)
    spent: dict[str, int] = {}
    for flow in books.flows(period.day_from, last) if period.day_from <= last else ():
        if flow.kind != "year-closed" and restriction in ("", flow.restriction):
            spent[flow.account] = spent.get(flow.account, 0) + flow.debit_fen - flow.credit_fen
    rows = [
        Row(slug, planned.get(slug, 0), spent.get(account.code, 0))
        for slug, account in books.chart.choices("programme:").items()
    ]
    return Against(year, restriction, last, tuple(r for r in rows if r.budget_fen or r.actual_fen))


def year_of(period: Period) -> str:
    """The year whose budget a period is held to: itself, or the calendar year it ends in."""
    return period.code if core.is_year(period.code) else str(period.day_to.year)


def over_all(ws: Workspace, period: Period) -> list[tuple[str, str, Against]]:
    """(fund, its name, budget against actual) of every fund of the books, to a period's end."""
    with ws.database.reading() as connection:
        found = []
        for fund in funds(connection):
            books = Books(connection, fund)
            name = said(fund_names(books)[0], language())
            found.append((fund, name, against(books, year_of(period), period.day_to)))
        return found
