"""Where a verb works: which books, which fund, who records, and what day it is."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from lovefund.core.clocks import NOW, Clocks
from lovefund.core.corrections import postings_now
from lovefund.core.days import typed_day
from lovefund.core.entries import Draft, Entry, Posting
from lovefund.core.kinds import kind_name
from lovefund.errors import BadInput, Refusal, Refused
from lovefund.language import _
from lovefund.log.signatures import Signer
from lovefund.store.book import CHINA, Book, Posted
from lovefund.store.engine import Database
from lovefund.store.past import books_at
from lovefund.store.reading import Books, funds

#: A clock this far ahead of the last entry is asked about before anything is booked.
DAYS_AHEAD_MAX = 30


class Undone(Exception):
    """Ends a dry run: the transaction is rolled back and nothing was booked."""


@dataclass(frozen=True)
class Workspace:
    """The books, a fund in them and the officer who records.

    ``date_is_right`` answers the question that a clock far ahead raises; ``dry_run`` rolls
    every verb back after showing what it would book, and asks for no signature; ``signer`` is
    the officer's own key, opened.
    """

    database: Database
    fund: str = ""
    officer: str = "O1"
    date_is_right: bool = False
    dry_run: bool = False
    clock: Callable[[], datetime] = lambda: datetime.now(CHINA)
    signer: Signer | None = None

    @contextlib.contextmanager
    def reading(self, clocks: Clocks = NOW) -> Iterator[Books]:
        """The fund's books, for reading, as these clocks see them."""
        with self.database.reading() as connection:
            yield books_at(connection, self.fund or only_fund(funds(connection)), clocks)

    @contextlib.contextmanager
    def writing(self) -> Iterator[tuple[Book, Books]]:
        """The gate and the books in one transaction; a dry run rolls it back at its end."""
        with contextlib.suppress(Undone), self.database.writing() as connection:
            fund = self.fund or only_fund(funds(connection))
            books = Books(connection, fund)
            now = self.now(books.practice)
            book = self._gate(books, now)
            self._question_clock(book, now)
            yield book, books
            if self.dry_run:
                raise Undone

    @contextlib.contextmanager
    def gates(self, *names: str) -> Iterator[dict[str, Book]]:
        """The gates of several funds in one transaction, locked in the order of their names."""
        with contextlib.suppress(Undone), self.database.writing() as connection:
            found: dict[str, Book] = {}
            for fund in sorted(names):
                books = Books(connection, fund)
                now = self.now(books.practice)
                found[fund] = self._gate(books, now)
                self._question_clock(found[fund], now)
            yield found
            if self.dry_run:
                raise Undone

    def _gate(self, books: Books, now: datetime) -> Book:
        return Book(
            books.connection,
            books.fund,
            books.vault,
            self.officer,
            now,
            books.chart,
            self.signer,
            trial=self.dry_run,
        )

    def now(self, practice: bool | None) -> datetime:
        """The time; in a practice fund ``LOVEFUND_TODAY`` may say what day to play."""
        pretended = pretended_day() if practice else None
        return datetime.combine(pretended, time(9), CHINA) if pretended else self.clock()

    def _question_clock(self, book: Book, now: datetime) -> None:
        today = now.astimezone(CHINA).date()
        if self.date_is_right or book.size == 0:
            return
        if today > book.last_at + timedelta(days=DAYS_AHEAD_MAX):
            raise ClockAhead(today, book.last_at)


def pretended_day() -> date | None:
    """The day that ``LOVEFUND_TODAY`` plays, for practice funds; None where it is not set."""
    text = os.environ.get("LOVEFUND_TODAY")
    if not text:
        return None
    return typed_day(text, "LOVEFUND_TODAY")


class ClockAhead(Refused):
    """The computer's clock stands more than 30 days after the last entry: ask first."""

    code = "clock-ahead"

    def __init__(self, today: date, last_at: date) -> None:
        self.today = today
        super().__init__(
            (
                Refusal(
                    "clock-ahead",
                    _("the computer says {today}; the last entry was recorded on {last}").format(
                        today=today, last=last_at
                    ),
                    _("A day of recording never falls again; a wrong clock would stay in the log."),
                    _("if today is really {today}, add --date-is-right; else set the clock").format(
                        today=today
                    ),
                ),
            )
        )


def only_fund(known: list[str]) -> str:
    """The one fund of the books; BadInput when there is none or a choice."""
    if len(known) == 1:
        return known[0]
    if not known:
        raise BadInput("fund", "", _("no fund is open yet"), _("open one with `lovefund open`"))
    raise BadInput(
        "fund",
        "",
        _("these books hold {count} funds").format(count=len(known)),
        _("say which with --fund: {known}").format(known=", ".join(known)),
    )


def new_request() -> str:
    """A fresh request id: the same one again books nothing twice."""
    return secrets.token_hex(12)


def record(ws: Workspace, build: Callable[[Book, Books], Draft], request: str = "") -> Posted:
    """Book the one entry that ``build`` drafts; what every simple verb does."""
    posted: list[Posted] = []
    with ws.writing() as (book, books):
        known = books.by_request(request) if request else None
        draft = Draft(known.kind, known.on) if known is not None else build(book, books)
        posted.append(book.post_one(replace(draft, request=request or new_request())))
    return posted[0]


def existing(books: Books, no: int, *kinds: str) -> Entry:
    """Entry ``no``, if it is there and of one of these kinds; else Refused with what to do."""
    entry = books.entry(no)
    if entry is None:
        raise refuse(
            "no-such-entry",
            _("there is no entry {no}").format(no=no),
            _("`lovefund journal` lists the entries and their numbers"),
        )
    if kinds and entry.kind not in kinds:
        raise refuse(
            "wrong-kind",
            _("entry {no} is of the kind “{kind}”, not “{wanted}”").format(
                no=no, kind=kind_name(entry.kind), wanted=" / ".join(map(kind_name, kinds))
            ),
            _("look at it with `lovefund show {no}`").format(no=no),
        )
    return entry


def standing(books: Books, no: int, *kinds: str) -> Entry:
    """Entry ``no`` with the postings that it stands for today; Refused where it was voided."""
    entry = existing(books, no, *kinds)
    later = books.naming(no)
    for void in later:
        if void.kind == "void":
            raise refuse(
                "void-already",
                _("entry {no} was voided by entry {void}").format(no=no, void=void.no),
                _("record what is right as a new entry"),
            )
    return replace(entry, postings=postings_now(entry, later))


def following(books: Books, no: int, kind: str) -> list[tuple[Posting, ...]]:
    """What the later entries of a kind that name entry ``no`` stand for today."""
    return [
        postings_now(later, books.naming(later.no))
        for later in books.naming(no)
        if later.kind == kind
    ]


def refuse(code: str, what: str, mend: str, rule: str = "") -> Refused:
    """A refusal of one reason, for verbs that judge more than the gate can."""
    return Refused((Refusal(code, what, rule, mend),))


def year_is_closed(books: Books, year: int) -> bool:
    """Whether the year's closing entry is booked."""
    return any(entry.facts.get("year") == year for entry in books.entries(kinds=("year-closed",)))


def held_at(books: Books, place: str) -> dict[str, int]:
    """What each restriction holds at a place, in fen."""
    code = books.chart.code(place)
    return {
        m.restriction: m.debit_fen - m.credit_fen for m in books.balances() if m.account == code
    }


def held_by(books: Books, restriction: str) -> dict[str, int]:
    """What a restriction holds at each money account, in fen."""
    money = {a.code for a in books.chart.accounts.values() if a.kind.value == "money"}
    return {
        m.account: m.debit_fen - m.credit_fen
        for m in books.balances()
        if m.restriction == restriction and m.account in money
    }
