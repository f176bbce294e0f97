"""Answers a treasurer's questions with plain rows: what is there, what was booked, by whom."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from lovefund.actions.figures import fund_names, numbers, titles
from lovefund.actions.items import as_mended
from lovefund.actions.keys import require_keys
from lovefund.actions.shown import shown_texts
from lovefund.actions.spend import file_of
from lovefund.actions.workspace import Workspace, existing
from lovefund.core.clocks import NOW, Clocks
from lovefund.core.days import Period
from lovefund.core.entries import Entry
from lovefund.core.restrictions import BUILT_IN_TITLES
from lovefund.core.vouchers import slips
from lovefund.language import language, said
from lovefund.log import receipts, tree
from lovefund.store.past import books_at, known
from lovefund.store.reading import Books, funds


@dataclass(frozen=True, slots=True)
class Pot:
    """A restriction's kept totals in fen; ``available`` is what may be spent."""

    code: str
    title: str
    programmes: tuple[str, ...]
    agreement: str
    money_fen: int
    stock_fen: int
    payable_fen: int
    reserved_fen: int

    @property
    def available_fen(self) -> int:
        """Money less what is owed and what is reserved."""
        return self.money_fen - self.payable_fen - self.reserved_fen


@dataclass(frozen=True, slots=True)
class Balance:
    """An account in a restriction of a fund; ``sums_fen`` are debit, credit and difference."""

    fund: str
    account: str
    label: str
    restriction: str
    sums_fen: tuple[int, int, int]


def balances(ws: Workspace, clocks: Clocks, *, every: bool) -> list[Balance]:
    """The balances as these clocks see them, of one fund, or of every fund of the books."""
    with contextlib.ExitStack() as stack:
        if every:
            connection = stack.enter_context(ws.database.reading())
            found = [books_at(connection, fund, clocks) for fund in known(connection, clocks)]
        else:
            found = [stack.enter_context(ws.reading(clocks))]
        return [
            Balance(
                books.fund,
                m.account,
                books.chart[m.account].label(language()),
                m.restriction,
                (m.debit_fen, m.credit_fen, m.debit_fen - m.credit_fen),
            )
            for books in found
            for m in books.balances()
        ]


def restriction_titles(books: Books) -> dict[str, str]:
    """What each restriction is called in the reader's language, by its code."""
    known = BUILT_IN_TITLES | titles(books)
    return {code: said(known.get(code, code), language()) for code in books.restrictions}


def pots(books: Books) -> list[Pot]:
    """The restrictions of a fund."""
    known = restriction_titles(books)
    return [
        Pot(
            p["code"],
            known[p["code"]],
            books.restrictions[p["code"]].programmes,
            p["agreement"],
            p["money_fen"],
            p["stock_fen"],
            p["payable_fen"],
            p["reserved_fen"],
        )
        for p in books.pots()
    ]


@dataclass(frozen=True, slots=True)
class JournalRow:
    """An entry as the journal lists it; ``shown`` is its public text."""

    no: int
    on: date
    voucher: str
    kind: str
    shown: str
    amount_fen: int
    check_digits: str


#: How many entries a journal lists that nobody asked a period for.
RECENT = 30


def journal(
    books: Books, day_from: date | None = None, day_to: date | None = None, no_from: int = 0
) -> list[JournalRow]:
    """The entries that take effect in a run of days, in order of recording."""
    entries = tuple(books.entries(day_from, day_to, no_from=no_from))
    texts = shown_texts(books, entries, books.size - 1)
    return [
        JournalRow(
            e.no,
            e.on,
            e.voucher,
            e.kind,
            texts.get(e.no, ""),
            _printed_fen(books, e),
            tree.check_digits(e.leaf),
        )
        for e in entries
    ]


def _printed_fen(books: Books, entry: Entry) -> int:
    """What an entry's voucher adds up to, after set-off across restrictions."""
    return sum(s.total_fen for s in slips(books.chart, entry.postings, books.restrictions))


@dataclass(frozen=True, slots=True)
class Dossier:
    """One entry with all that belongs to it; the private part only where it was asked for."""

    entry: Entry
    shown: str
    later: tuple[Entry, ...]
    items: tuple[tuple[str, str, int, int], ...]
    codes: tuple[tuple[str, str], ...]
    file: dict[str, Any]


def dossier(books: Books, no: int, *, private: bool) -> Dossier:
    """Entry ``no``, its corrections and settlements and, if asked for, its sealed texts."""
    entry = existing(books, no)
    if private:
        require_keys(books)
    sealed = books.sealed(no) if private else {}
    shown = shown_texts(books, (entry,)).get(no, "")
    codes = tuple(
        (holder[1], receipts.encode(books.fund, no, bytes.fromhex(holder[0])))
        for holder in sealed.get("holder", ())
    )
    file = file_of(books, no) if private else {}
    return Dossier(entry, shown, tuple(books.naming(no)), tuple(books.item(no)), codes, file)


_GIFTS = ("donation", "donation-in-kind", "service-donated", "identified", "agency-received")


def gifts_of(books: Books, name: str) -> list[JournalRow]:
    """The gifts of a donor, by the sealed name as it was last mended; needs the keys.

    Their amounts are what they stand for today: as corrected, and nothing once voided.
    """
    require_keys(books)
    mended = {
        entry.of: file_of(books, entry.no).get("name", "")
        for entry in books.entries(kinds=("name-mended",))
    }
    rows = []
    for entry in books.entries(kinds=_GIFTS):
        if (mended.get(entry.no) or file_of(books, entry.no).get("name", "")) == name:
            text = shown_texts(books, (entry,)).get(entry.no, "")
            total = _printed_fen(books, as_mended(books, entry))
            digits = tree.check_digits(entry.leaf)
            rows.append(
                JournalRow(entry.no, entry.on, entry.voucher, entry.kind, text, total, digits)
            )
    return rows


@dataclass(frozen=True, slots=True)
class FundRow:
    """A fund's figures of a period, in fen."""

    fund: str
    name: str
    opening_fen: int
    income_fen: int
    outlay_fen: int
    transfers_fen: int
    prior_year_fen: int
    closing_fen: int


def overview(ws: Workspace, period: Period, clocks: Clocks = NOW) -> list[FundRow]:
    """Every fund of the books over a period; transfers between them add up to nothing."""
    rows = []
    with ws.database.reading() as connection:
        for fund in known(connection, clocks):
            books = books_at(connection, fund, clocks)
            n = numbers(books, period.day_from, period.day_to)
            rows.append(
                FundRow(
                    fund,
                    said(fund_names(books)[0], language()),
                    n["opening"],
                    n["income"],
                    n["outlay"],
                    n["transfers"],
                    n["prior-year"],
                    n["closing"],
                )
            )
    return rows


def names_of_funds(ws: Workspace) -> dict[str, str]:
    """The funds in the books by short name, each with its name in the reader's language."""
    with ws.database.reading() as connection:
        return {
            fund: said(fund_names(Books(connection, fund))[0], language())
            for fund in funds(connection)
        }


def funds_of(ws: Workspace) -> Iterator[tuple[str, str, int, int, int]]:
    """(fund, name, money, of it restricted, entries) of each fund in the books."""
    with ws.database.reading() as connection:
        for fund in funds(connection):
            books = Books(connection, fund)
            rows = [p for p in books.pots() if p["code"] != "agency"]
            money = sum(p["money_fen"] for p in rows)
            restricted = sum(p["money_fen"] for p in rows if p["class"] == "restricted")
            yield fund, said(fund_names(books)[0], language()), money, restricted, books.head().size
