"""Closes a period by hand, and a year with its closing entry."""

from __future__ import annotations

from datetime import date

from lovefund.actions.workspace import Workspace, record, refuse, year_is_closed
from lovefund.core import closing
from lovefund.core.entries import Draft
from lovefund.language import _
from lovefund.store.book import Book, Posted
from lovefund.store.reading import Books


def close_period(ws: Workspace, through: date, request: str = "") -> Posted:
    """Shut the books through a day for ever; a year only by its closing entry."""

    def build(book: Book, books: Books) -> Draft:
        if through >= book.at:
            raise refuse(
                "not-over",
                _("{through} is not over yet").format(through=through),
                _("close it from {day} on").format(day=through.isoformat()),
            )
        open_years = unclosed_years(books, through)
        if open_years:
            raise must_close_first(open_years[0])
        return closing.period_closed(book.at, through)

    return record(ws, build, request)


def close_year(ws: Workspace, year: int, request: str = "") -> Posted:
    """Close income and outlay of a year into net assets, and the books through 12-31."""

    def build(book: Book, books: Books) -> Draft:
        end = date(year, 12, 31)
        if end >= book.at:
            raise refuse(
                "not-over",
                _("the year {year} is not over yet").format(year=year),
                _("close it from {day} on").format(day=date(year + 1, 1, 1)),
            )
        if year_is_closed(books, year):
            raise refuse(
                "year-closed",
                _("{year} is closed already").format(year=year),
                _("nothing needs doing"),
            )
        earlier = [y for y in unclosed_years(books, end) if y < year]
        if earlier:
            raise must_close_first(earlier[0])
        balances = [
            (m.account, m.restriction, m.debit_fen - m.credit_fen) for m in books.balances(end)
        ]
        return closing.year_closed(book.chart, year, balances, book.restrictions)

    return record(ws, build, request)


def unclosed_years(books: Books, through: date) -> list[int]:
    """The years whose 12-31 lies in the books up to ``through`` and that are not closed."""
    first = books.entry(0)
    if first is None:
        return []
    closed = {e.facts.get("year") for e in books.entries(kinds=("year-closed",))}
    # Balances brought forward may bear an earlier day; they have no income or outlay to close.
    years = range(first.on.year, through.year + 1)
    return [y for y in years if date(y, 12, 31) <= through and y not in closed]


def must_close_first(year: int) -> Exception:
    """The refusal that names the year to be closed first."""
    return refuse(
        "year-open",
        _("{year} is not closed yet").format(year=year),
        _("close it with `lovefund close {year}`, then do this again").format(year=year),
        _("A year is closed before anything that reaches its 12-31 (log format, section 6)."),
    )
