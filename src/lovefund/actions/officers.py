"""Appoints officers, ends offices, changes keys; declares relations and recuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lovefund.actions.spend import file_of
from lovefund.actions.workspace import Workspace, existing, record, refuse
from lovefund.core import appointments
from lovefund.core.entries import Draft
from lovefund.core.officers import Term
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.language import _
from lovefund.store.book import Book, Posted
from lovefund.store.reading import Books


@dataclass(frozen=True, slots=True)
class Appointment:
    """Who takes which offices for how long; ``name`` is sealed unless ``shown``."""

    officer: str
    roles: Sequence[str]
    name: str
    since: date | None = None
    until: date | None = None
    key: str = ""
    contact: str = ""
    shown: bool = False


def appoint(
    ws: Workspace, on: date, who: Appointment, papers: Papers = NO_PAPERS, request: str = ""
) -> Posted:
    """An officer takes office, from today where no other day is given."""

    def build(book: Book, books: Books) -> Draft:
        _one_code_each(books, who, book.at)
        return appointments.appointed(
            on,
            who.officer,
            who.roles,
            who.since or on,
            who.until,
            who.key,
            who.name,
            who.contact,
            shown=who.shown,
            papers=papers,
        )

    return record(ws, build, request)


def end(
    ws: Workspace,
    on: date,
    officer: str,
    last: date,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """An office ends with the day ``last``; the key signs nothing after it."""
    return record(
        ws,
        lambda book, books: appointments.ended(on, _term(books, officer, book.at), last, papers),
        request,
    )


def rekey(
    ws: Workspace, on: date, officer: str, key: str, papers: Papers = NO_PAPERS, request: str = ""
) -> Posted:
    """An officer gets a new key; the old one stops at once."""
    return record(
        ws,
        lambda book, books: appointments.rekeyed(on, _term(books, officer, book.at), key, papers),
        request,
    )


def declare(
    ws: Workspace, on: date, officer: str, tie: str, papers: Papers = NO_PAPERS, request: str = ""
) -> Posted:
    """An officer declares a tie to a family, donor or payee."""
    return record(
        ws,
        lambda book, books: appointments.relation_declared(
            on, _term(books, officer, book.at), tie, papers
        ),
        request,
    )


def recuse(
    ws: Workspace, on: date, officer: str, no: int, papers: Papers = NO_PAPERS, request: str = ""
) -> Posted:
    """An officer takes no part in the decision of the case that entry ``no`` belongs to."""

    def build(book: Book, books: Books) -> Draft:
        _term(books, officer, book.at)
        return appointments.recused(on, existing(books, no), officer, papers)

    return record(ws, build, request)


def _term(books: Books, officer: str, day: date) -> Term:
    """The term of an officer on a day; Refused where there is none."""
    term = books.officers.term(officer, day)
    if term is None:
        known = sorted({t.officer for t in books.officers.in_office(day)})
        raise refuse(
            "not-in-office",
            _("{officer} holds no office on {day}").format(officer=officer, day=day),
            _("in office are {known}; `lovefund officer list` tells more").format(
                known=_(", ").join(known) or "-"
            ),
        )
    return term


def _one_code_each(books: Books, who: Appointment, day: date) -> None:
    """One person has one code, as far as the names kept here can tell."""
    for term in books.officers.in_office(day):
        if term.officer != who.officer and file_of(books, term.no).get("name") == who.name:
            raise refuse(
                "second-code",
                _("{name} is in office already as {officer}").format(
                    name=who.name, officer=term.officer
                ),
                _("one person has one code; of two people of one name tell the second apart"),
                _("A code is one person for ever, so that law 12 knows who did what."),
            )


def listed(ws: Workspace, *, private: bool = False) -> list[dict[str, Any]]:
    """The terms of all officers in order of appointment; ``private`` with names and contacts."""
    with ws.reading() as books:
        rows = []
        for term in books.officers.terms.values():
            file = file_of(books, term.no) if private else {}
            rows.append(
                {
                    "officer": term.officer,
                    "roles": sorted(term.roles),
                    "from": term.since.isoformat(),
                    "until": "" if term.last == date.max else term.last.isoformat(),
                    "key": term.key,
                    "entry": term.no,
                    **({"name": file.get("name", "")} if private else {}),
                    **({"contact": file.get("contact", "")} if private else {}),
                }
            )
    return rows
