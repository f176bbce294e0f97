"""What a treasurer opens in the morning: what is due in a fund, and by when."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from lovefund.actions.calendar import known_workdays
from lovefund.actions.cases import listed
from lovefund.actions.workspace import Workspace, year_is_closed
from lovefund.core.cases import APPROVED, LAPSED, PAID, VERBS
from lovefund.core.days import term_before
from lovefund.core.kinds import kind_name
from lovefund.core.overrides import AGREED, OVERRIDE
from lovefund.core.workdays import UnknownYear
from lovefund.language import _, language
from lovefund.money import yuan
from lovefund.store.book import CHINA
from lovefund.store.reading import Books

#: What is due later than this is not told yet.
DAYS_AHEAD = 7
#: Defaults of our own, in days: cash to the bank (working), open items, statements after a term.
CASH_DAYS = 1
ITEM_DAYS = {"unidentified": 30, "advance": 30, "refund-due": 15, "grant-due": 60}
STATEMENT_DAYS = 30
COUNT_DAYS = 365


@dataclass(frozen=True, slots=True)
class Task:
    """Something that is due by a day; ``how`` is the verb that does it."""

    due: date
    what: str
    how: str
    entry: int | None = None


def due_today(ws: Workspace) -> list[Task]:
    """What is due until a week from today, the oldest first; nothing where all is well."""
    with ws.reading() as books:
        today = ws.now(books.practice).astimezone(CHINA).date()
        found = tasks(books, today)
    until = today + timedelta(days=DAYS_AHEAD)
    return [task for task in found if task.due <= until]


def tasks(books: Books, today: date) -> list[Task]:
    """Everything that waits in a fund, by the day on which it is due."""
    found = [task for gather in _GATHERED for task in gather(books, today)]
    return sorted(found, key=lambda t: (t.due, t.entry or 0, t.what))


def _cash(books: Books, today: date) -> Iterator[Task]:
    """Cash that was not banked: the latest takings make up what lies in the box."""
    code = books.chart.code("cash")
    held = books.totals().get(code, 0)
    if held <= 0:
        return
    since, left = today, held
    with contextlib.closing(books.takings(code)) as takings:
        for on, came in takings:
            since, left = on, left - came
            if left <= 0:
                break
    try:
        due = known_workdays().last_day(since, CASH_DAYS)
    except UnknownYear:
        due = since + timedelta(days=CASH_DAYS)
    yield Task(
        due,
        _("{amount} yuan of cash lie in the box since {day}").format(amount=yuan(held), day=since),
        "lovefund move --from cash --to bank",
    )


def _items(books: Books, today: date) -> Iterator[Task]:
    """What is owed, advanced or unidentified; a promise of a case is told with its case."""
    for no, account, _restriction, opened, settled in books.open_items():
        role = books.chart[account].role if account in books.chart else ""
        entry = books.entry(no)
        if role not in ITEM_DAYS or entry is None or "case" in entry.facts:
            continue
        yield Task(
            entry.on + timedelta(days=ITEM_DAYS[role]),
            _("{kind}: {amount} yuan are open").format(
                kind=kind_name(entry.kind), amount=yuan(opened - settled)
            ),
            f"lovefund {_SETTLES[role]} {no}",
            no,
        )


_SETTLES = {
    "unidentified": "identify",
    "advance": "settle-advance",
    "refund-due": "pay-refund",
    "grant-due": "pay-promised",
}


def _cases(books: Books, today: date) -> Iterator[Task]:
    """What waits for somebody in the life of a grant, and what is due in it."""
    for row in listed(books, every=False):
        no, ends = row.case.no, row.case.notice_ends()
        dated = {d.kind for d in row.deadlines}
        for kind in row.coming:
            if kind in dated:
                continue
            noticed = kind in (APPROVED, PAID) and ends is not None
            yield Task(
                ends + timedelta(days=1) if noticed and ends else today,
                _("application {no}: “{kind}” is next").format(no=no, kind=kind_name(kind)),
                f"lovefund {VERBS[kind]} {no}",
                no,
            )
        if ends is not None and ends >= today:
            yield Task(
                ends,
                _("application {no}: its notice ends, and is taken down after").format(no=no),
                "lovefund notice --take-down",
                no,
            )
        for deadline in row.deadlines:
            if deadline.kind == LAPSED and deadline.day > today:
                continue
            yield Task(
                deadline.day,
                _("application {no}: “{kind}” is due").format(no=no, kind=kind_name(deadline.kind)),
                f"lovefund {VERBS.get(deadline.kind, '')} {no}",
                no,
            )


def _statement(books: Books, today: date) -> Iterator[Task]:
    """The statement of the last term that is over, where the fund was open in it (R39)."""
    period = term_before(today)
    opened = books.first_day()
    if opened is None or opened > period.day_to:
        return
    if any(s["period_to"] >= period.day_to.isoformat() for s in books.statements()):
        return
    label = period.label_zh if language() == "zh" else period.label_en
    yield Task(
        period.day_to + timedelta(days=STATEMENT_DAYS),
        _("the statement of {period} is not published").format(period=label),
        f"lovefund publish {period.code}",
    )


def _year(books: Books, today: date) -> Iterator[Task]:
    """Last year's books are closed within four months (the accounting system for non-profits)."""
    year, opened = today.year - 1, books.first_day()
    if opened is not None and opened.year <= year and not year_is_closed(books, year):
        yield Task(
            date(today.year, 4, 30),
            _("the year {year} is not closed").format(year=year),
            f"lovefund close {year}",
        )


def _stock(books: Books, today: date) -> Iterator[Task]:
    """Stock is counted once a year (R30)."""
    if not books.stock():
        return
    counts = [e.on for e in books.entries(kinds=("stock-counted",))]
    since = max(counts, default=books.first_day() or today)
    yield Task(
        since + timedelta(days=COUNT_DAYS),
        _("stock was not counted since {day}").format(day=since),
        "lovefund count-stock",
    )


def _overrides(books: Books, today: date) -> Iterator[Task]:
    """Overrides that wait for a second officer."""
    for entry in books.entries(kinds=(OVERRIDE,)):
        if not any(later.kind == AGREED for later in books.naming(entry.no)):
            yield Task(
                entry.on,
                _("an override waits for a second officer"),
                f"lovefund agree {entry.no}",
                entry.no,
            )


_GATHERED: tuple[Callable[[Books, date], Iterator[Task]], ...] = (
    _cash,
    _items,
    _cases,
    _statement,
    _year,
    _stock,
    _overrides,
)
