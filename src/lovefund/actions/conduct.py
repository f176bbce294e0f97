"""Tests how sound books were kept: for ``check --tier 3``, and an auditor's tests of a period."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

from lovefund.actions.calendar import known_workdays
from lovefund.actions.today import tasks
from lovefund.core import conduct as c
from lovefund.core.days import Period
from lovefund.core.entries import Entry
from lovefund.core.findings import Finding
from lovefund.core.overrides import AGREED, OVERRIDE
from lovefund.core.rulebook import Adopted, Severity, in_force
from lovefund.core.workdays import UnknownYear
from lovefund.language import _
from lovefund.store.reading import Books
from lovefund.store.rules import read_adopted

_OPENED = 1000
_SATURDAY = 5


def conduct(books: Books, today: date) -> Iterator[Finding]:
    """Everything in the conduct of a fund's books that somebody has to explain."""
    entries = list(books.entries())
    alive = _alive(books, entries)
    parts = list(_parts(books, alive))
    yield from c.duplicates(parts)
    yield from c.splits(parts, _limits(books))
    yield from c.number_gaps(entries)
    yield from c.late(alive)
    yield from _overridden(books, entries)
    yield from _remarked(books, entries)
    yield from _overdue(books, today)


def audit_tests(books: Books, period: Period) -> list[Finding]:
    """An auditor's tests of a period, round sums and days of rest among them."""
    entries = list(books.entries())
    inside = [e for e in entries if period.day_from <= e.on <= period.day_to]
    alive = _alive(books, inside)
    parts = list(_parts(books, alive))
    gaps = c.number_gaps(entries)
    own = {_("entry {no}").format(no=entry.no) for entry in inside}
    return [
        *c.duplicates(parts),
        *c.splits(parts, _limits(books)),
        *(gap for gap in gaps if gap.where in own),
        *c.cut_off(alive, period.day_to),
        *c.late(alive),
        *c.round_sums(alive),
        *c.rest_days(alive, _works()),
    ]


def _alive(books: Books, entries: list[Entry]) -> list[Entry]:
    return c.standing(entries, (void.of for void in books.entries(kinds=("void",))))


def _parts(books: Books, entries: list[Entry]) -> Iterator[c.Part]:
    """What each entry gave to or took from whom, as far as the keys here tell."""
    files: dict[int, str] = {}
    block = -1
    for entry in entries:
        if not entry.postings:
            continue
        if entry.no // _OPENED != block:
            block = entry.no // _OPENED
            rows = books.sealed_between(block * _OPENED, (block + 1) * _OPENED - 1)
            files = {no: slots["file"][1] for no, slots in rows.items() if "file" in slots}
        file = json.loads(files.get(entry.no, "{}"))
        total = sum(p.amount_fen for p in entry.postings)
        cases = file.get("cases") if entry.kind.startswith("grant-") else None
        if cases:
            yield from (c.Part(entry, str(row[0]), int(row[-1])) for row in cases)
        else:
            yield c.Part(entry, str(file.get("name") or file.get("pupil") or ""), total)


def _limits(books: Books) -> c.Limits:
    """The amounts, by article, that the book in force on an entry's day sets for its kind."""
    adopted = read_adopted(books.connection, books.fund)
    known: dict[tuple[int, str], tuple[tuple[str, int], ...]] = {}

    def limits(entry: Entry) -> tuple[tuple[str, int], ...]:
        found = in_force(adopted, entry.on)
        if found is None:
            return ()
        asked = (found.no, entry.kind)
        if asked not in known:
            known[asked] = tuple(_of_book(found, entry.kind))
        return known[asked]

    return limits


def _of_book(adopted: Adopted, kind: str) -> Iterator[tuple[str, int]]:
    for article in adopted.book.articles:
        kinds = article.parameters.get("kinds", ())
        if article.severity is Severity.OFF or not isinstance(kinds, tuple) or kind not in kinds:
            continue
        for name in ("over_yuan", "limit_yuan"):
            fen = article.parameters.get(name)
            if isinstance(fen, int) and fen > 0:
                yield article.id, fen


def _works() -> c.Works:
    """Whether people work on a day; of a year whose list is not known, whether it is a weekday."""
    workdays = known_workdays()

    def works(day: date) -> bool:
        try:
            return workdays.works(day)
        except UnknownYear:
            return day.weekday() < _SATURDAY

    return works


def _overridden(books: Books, entries: list[Entry]) -> Iterator[Finding]:
    """Articles that two officers set aside."""
    agreed = {entry.of for entry in entries if entry.kind == AGREED}
    for entry in entries:
        if entry.kind != OVERRIDE or entry.no not in agreed:
            continue
        articles = entry.facts.get("articles")
        used = ", ".join(str(later.no) for later in books.using(entry.no)) or "-"
        yield Finding(
            "overridden",
            _("entry {no}, article {article}").format(
                no=entry.no,
                article=", ".join(map(str, articles)) if isinstance(articles, list) else "",
            ),
            _("the article was set aside for entry {used}").format(used=used),
            _("read the minutes {reference}").format(reference=entry.facts.get("reference", "-")),
        )


def _remarked(books: Books, entries: list[Entry]) -> Iterator[Finding]:
    """Entries that the fund's own rules remarked on as they were booked; needs the keys."""
    if not any("rules" in entry.facts for entry in entries):
        return
    for start in range(0, len(entries), _OPENED):
        rows = books.sealed_between(start, start + _OPENED - 1)
        for no, slots in sorted(rows.items()):
            if "file" not in slots or '"warned"' not in slots["file"][1]:
                continue
            for article in json.loads(slots["file"][1]).get("warned", ()):
                yield Finding(
                    "remarked",
                    _("entry {no}, article {article}").format(no=no, article=article),
                    _("it was booked against an article that only remarks"),
                    _("`lovefund rules explain {article}` says what it asks").format(
                        article=article
                    ),
                )


def _overdue(books: Books, today: date) -> Iterator[Finding]:
    """What was due before today: cash not banked, items not cleared, statements not published."""
    for task in tasks(books, today):
        if task.due < today:
            yield Finding(
                "overdue",
                _("entry {no}").format(no=task.entry) if task.entry is not None else books.fund,
                _("since {day}: {what}").format(day=task.due, what=task.what),
                f"`{task.how}`",
            )
