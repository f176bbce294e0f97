"""What a treasurer opens in the morning: what is due in a fund, and by when."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from lovefund.actions.budgets import against
from lovefund.actions.calendar import known_workdays
from lovefund.actions.cases import listed
from lovefund.actions.clearing import cleared
from lovefund.actions.pledges import reports_due, standing
from lovefund.actions.projects import listed as projects
from lovefund.actions.workspace import Workspace, year_is_closed
from lovefund.core.campaigns import OPENED as CAMPAIGN
from lovefund.core.cases import APPROVED, LAPSED, PAID, VERBS
from lovefund.core.days import parse_period, term_before
from lovefund.core.kinds import kind_name
from lovefund.core.overrides import AGREED, OVERRIDE
from lovefund.core.pledges import OVERDUE_DAYS, REPORT_DAYS
from lovefund.core.succession import WOUND_UP
from lovefund.core.workdays import UnknownYear, last_day
from lovefund.language import _, language
from lovefund.money import yuan
from lovefund.store.book import CHINA
from lovefund.store.inbox import Inbox
from lovefund.store.reading import Books
from lovefund.store.reconciliations import days_of, held_through, read_reconciliations

#: What is due later than this is not told yet.
DAYS_AHEAD = 7
#: Defaults of our own, in days: cash to the bank (working), open items, statements after a term.
CASH_DAYS = 1
ITEM_DAYS = {"unidentified": 30, "advance": 30, "refund-due": 15, "grant-due": 60}
STATEMENT_DAYS = 30
FINAL_DAYS = 90
COUNT_DAYS = 365
WALLET_DAYS = 30
#: By this day of the next month a place is reconciled (R37), and which places have a bill.
RECONCILE_DAY = 10
WALLETS = ("wechat", "alipay")
BILLED = ("bank", *WALLETS)
#: Working days from a bazaar to its published result.
BAZAAR_DAYS = 15


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
    """The statement of the last term that is over, where the fund was open in it (R39).

    Of a fund that ended its final statement (R45), and nothing after it.
    """
    ended = books.by_request(WOUND_UP)
    if ended is not None:
        if not any(s["period_to"] >= ended.on.isoformat() for s in books.statements()):
            yield Task(
                ended.on + timedelta(days=FINAL_DAYS),
                _("the fund ended, and its final statement is not published"),
                f"lovefund publish {ended.on.year}-01-01..{ended.on}",
            )
        return
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


def _bazaars(books: Books, today: date) -> Iterator[Task]:
    """The result of a bazaar is published (R04)."""
    published = [(s["period_from"], s["period_to"]) for s in books.statements()]
    for entry in books.entries(kinds=(CAMPAIGN,)):
        event = str(entry.facts.get("event", ""))
        voided = any(later.kind == "void" for later in books.naming(entry.no))
        if event and not voided and not any(a <= event <= b for a, b in published):
            yield Task(
                last_day(date.fromisoformat(event), BAZAAR_DAYS, known=known_workdays()),
                _("the result of the bazaar of {day} is not published").format(day=event),
                f"lovefund publish {event[:7]}",
                entry.no,
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


def _inbox(books: Books, today: date) -> Iterator[Task]:
    """Rows of bills that nobody accepted or set aside yet."""
    count, since = Inbox(books.connection, books.fund, books.vault).waiting_since()
    if since is not None:
        what = _("{count} rows of bills wait in the inbox").format(count=count)
        yield Task(since, what, "lovefund inbox")


def _reconciliations(books: Books, today: date) -> Iterator[Task]:
    """Places with a bill: reconciled by the 10th of the next month, true, and agreed (R37)."""
    if books.by_request(WOUND_UP) is not None:
        return  # all went to the successor, which reconciles it
    known = read_reconciliations(books.connection, books.fund)
    ended = today.replace(day=1) - timedelta(days=1)
    for place in BILLED:
        account = books.chart.role(place)
        said = known.of_account(account.code)
        last = said[-1] if said else None
        name = account.short(language())
        if last and not last.agreed_by:
            yield Task(
                today,
                _("{place}: a reconciliation waits for a second officer").format(place=name),
                f"lovefund agree {last.no}",
                last.no,
            )
        if last and held_through(books.connection, books.fund, account.code, last.last) != (
            last.book_fen
        ):
            yield Task(
                today,
                _("{place}: an entry came after the reconciliation through {day}").format(
                    place=name, day=last.last
                ),
                f"lovefund reconcile {place}",
                last.no,
            )
        moved = [
            day
            for day, _fen in days_of(books.connection, books.fund, account.code)
            if day <= ended and (last is None or day > last.last)
        ]
        if moved:
            month = moved[0].replace(day=28) + timedelta(days=4)
            yield Task(
                month.replace(day=RECONCILE_DAY),
                _("{place}: not reconciled through {day}").format(
                    place=name, day=month.replace(day=1) - timedelta(days=1)
                ),
                f"lovefund reconcile {place}",
            )


def _wallets(books: Books, today: date) -> Iterator[Task]:
    """Wallets return to zero; what nobody identified and what was advanced stands in the items."""
    for place in WALLETS:
        found = cleared(books, place)
        if found.since:
            yield Task(
                found.since + timedelta(days=WALLET_DAYS),
                _("{place}: {amount} yuan, not empty since {day}").format(
                    place=books.chart.role(place).short(language()),
                    amount=yuan(found.fen),
                    day=found.since,
                ),
                f"lovefund move --from {place} --to bank",
            )


def _budgets(books: Books, today: date) -> Iterator[Task]:
    """Programmes that cost more than their budget of this year."""
    for year in sorted({year for year, _code in books.undertakings.budgets.known}):
        period = parse_period(year)
        if not period.day_from <= today <= period.day_to:
            continue
        for row in against(books, year, today).rows:
            if row.budget_fen and row.left_fen < 0:
                account = books.chart.role(f"programme:{row.programme}")
                yield Task(
                    today,
                    _("{programme}: {amount} yuan were spent beyond the budget of {year}").format(
                        programme=account.short(language()), amount=yuan(-row.left_fen), year=year
                    ),
                    f"lovefund budget set {year}",
                )


def _projects(books: Books, today: date) -> Iterator[Task]:
    """Accepted stages and retention money that may be paid."""
    for told in projects(books):
        project = told.project
        for contract in project.contracts.values():
            payable = contract.payable_fen(today, project.completed_on)
            if payable > 0 and (contract.terms.stages or project.completed_on):
                yield Task(
                    today,
                    _("contract {no}: {amount} yuan may be paid").format(
                        no=contract.no, amount=yuan(payable)
                    ),
                    f"lovefund spend --contract {contract.no}",
                    contract.no,
                )


def _pledges(books: Books, today: date) -> Iterator[Task]:
    """Pledges that did not come in time (R46), and reports that sponsors wait for."""
    if not books.undertakings.pledges.known or not books.vault.readable:
        return
    for one in standing(books):
        late = one.late(today)
        if late:
            since, missing = late
            yield Task(
                since + timedelta(days=OVERDUE_DAYS),
                _("pledge {no}: {amount} yuan did not come, since {day}").format(
                    no=one.no, amount=yuan(missing), day=since
                ),
                f"lovefund pledges · lovefund donate --pledge {one.no}",
                one.no,
            )
    for one, year in reports_due(books, today):
        yield Task(
            date(year, 12, 31) + timedelta(days=REPORT_DAYS),
            _("pledge {no}: its sponsor has no report of {year}").format(no=one.no, year=year),
            f"lovefund sponsor {one.no} --year {year}",
            one.no,
        )


_GATHERED: tuple[Callable[[Books, date], Iterator[Task]], ...] = (
    _cash,
    _items,
    _cases,
    _statement,
    _year,
    _stock,
    _overrides,
    _inbox,
    _reconciliations,
    _wallets,
    _bazaars,
    _budgets,
    _projects,
    _pledges,
)
