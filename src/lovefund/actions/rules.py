"""The fund's own rules: adopts a rulebook, tells what changed, and tries another on the past."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from lovefund.actions.figures import fund_names
from lovefund.actions.outputs import refuse_place
from lovefund.actions.workspace import Workspace, existing, record, refuse
from lovefund.core import overrides
from lovefund.core.agreements import grant_agreed
from lovefund.core.cases import APPROVED
from lovefund.core.days import Period
from lovefund.core.district import AdoptedDistrict, District, adoption_of
from lovefund.core.effects import Effects
from lovefund.core.entries import Draft, Entry
from lovefund.core.known import Course, Known
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.core.reconciliations import RECONCILED
from lovefund.core.rulebook import (
    Adopted,
    Article,
    Rulebook,
    Severity,
    in_force,
    judging,
    model_text,
)
from lovefund.core.rules import book_of, judge_by_rules
from lovefund.core.written import BYTES_MAX
from lovefund.errors import BadInput, Several
from lovefund.language import _
from lovefund.publishing.paper import Issuer
from lovefund.publishing.regulation import Regulation, regulation_pdf
from lovefund.store.book import Book, Posted
from lovefund.store.reading import Books
from lovefund.store.rules import read_adopted, read_district
from lovefund.system import write_whole


def write_new(path: Path, *, over: bool = False) -> None:
    """Write a copy of the model rulebook for a school to make its own."""
    refuse_place(path, over=over)
    write_whole(path, model_text().encode())


def read_book(path: Path) -> Rulebook:
    """The rulebook of a file; BadInput or Several with everything that is wrong in it."""
    book = read_either(path)
    if isinstance(book, District):
        raise BadInput(
            str(path),
            "",
            _("it is a district's book, not a fund's own rulebook"),
            _("give the file that `lovefund rules new` wrote"),
        )
    return book


def read_either(path: Path) -> Rulebook | District:
    """The rulebook or the district's book of a file, likewise."""
    with path.open("rb") as file:
        content = file.read(BYTES_MAX + 1)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            str(path),
            "",
            _("it is not a text in UTF-8"),
            _("save it as UTF-8, as `lovefund rules new` wrote it"),
        ) from error
    try:
        return book_of(text.replace("\r\n", "\n"))
    except BadInput as error:
        raise replace(error, field=f"{path}: {error.field}") from error
    except Several as error:
        raise Several([replace(b, field=f"{path}: {b.field}") for b in error.found]) from error


def adopt(ws: Workspace, book: Rulebook, request: str = "") -> Posted:
    """Put a rulebook in force from its day on; later entries are judged by it.

    A book after the first may not reach back: what was decided stands as it was decided.
    """

    def build(gate: Book, books: Books) -> Draft:
        if gate.rules.adopted and book.since < gate.at:
            raise refuse(
                "rules-reach-back",
                _("the book is to hold from {since}, before today, {today}").format(
                    since=book.since, today=gate.at
                ),
                _("write {today} or a later day at `since`").format(today=gate.at),
                _("Rules that change hold for what comes; they do not reach back."),
            )
        if any(each.book.sha256() == book.sha256() for each in gate.rules.adopted[-1:]):
            raise refuse(
                "rules-known",
                _("this very book is adopted already"),
                _("change it first; `lovefund rules show` tells what is in force"),
            )
        kind, facts = adoption_of(book)
        if gate.rules.district is not None:
            facts["district"] = gate.rules.district.book.sha256()
        return Draft(kind, gate.at, (), facts, document=book.text)

    return record(ws, build, request)


def adopt_district(ws: Workspace, book: District, request: str = "") -> Posted:
    """Bind the fund to a district's book: no rulebook adopted from now on may leave it."""

    def build(gate: Book, books: Books) -> Draft:
        kept = gate.rules.district
        if kept is not None and kept.book.sha256() == book.sha256():
            raise refuse(
                "rules-known",
                _("this very book is adopted already"),
                _("`lovefund rules show` tells what is in force"),
            )
        kind, facts = adoption_of(book)
        return Draft(kind, gate.at, (), facts, document=book.text)

    return record(ws, build, request)


def district_in_force(ws: Workspace) -> AdoptedDistrict | None:
    """The district's book that binds the fund, or None."""
    with ws.reading() as books:
        return read_district(books.connection, books.fund)


def override(
    ws: Workspace,
    on: date,
    articles: tuple[str, ...],
    reason: str,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Set articles aside for one entry; a second officer has to agree."""
    return record(ws, lambda _g, _b: overrides.override(on, articles, reason, papers), request)


def agree(
    ws: Workspace, no: int, on: date, papers: Papers = NO_PAPERS, request: str = ""
) -> Posted:
    """Agree to an override, or to the approval of an emergency, as the second officer."""

    def build(gate: Book, books: Books) -> Draft:
        entry = existing(books, no, overrides.OVERRIDE, RECONCILED, APPROVED)
        if entry.kind == APPROVED:
            return grant_agreed(on, no, papers)
        return overrides.override_agreed(on, no, papers)

    return record(ws, build, request)


def current(ws: Workspace) -> Adopted | None:
    """The book in force today, or None where only the laws apply."""
    with ws.reading() as books:
        return in_force(read_adopted(books.connection, books.fund), ws.now(books.practice).date())


#: So many dossiers are opened at once.
_OPENED = 1000


class Change(NamedTuple):
    """An article that two books have differently; None where one of them has it not."""

    id: str
    before: Article | None
    after: Article | None


def changes(before: Rulebook, after: Rulebook) -> list[Change]:
    """What the second book changes, by article."""
    found = []
    for name in dict.fromkeys(a.id for a in (*before.articles, *after.articles)):
        old = before.get(name)
        new = after.get(name)
        if (
            old is None
            or new is None
            or replace(old, no=0, chapter=0) != replace(new, no=0, chapter=0)
        ):
            found.append(Change(name, old, new))
    return found


def print_rules(ws: Workspace, path: Path, language: str, book: Rulebook | None = None) -> int:
    """Write the regulation as PDF; returns how many articles. ``book`` is printed as a draft."""
    with ws.reading() as books:
        issuer = Issuer(books.fund, *fund_names(books), books.practice)
        kept = in_force(read_adopted(books.connection, books.fund), ws.now(books.practice).date())
    if book is None and kept is None:
        raise no_rules()
    shown = book or (kept.book if kept else None)
    assert shown is not None
    no = kept.no if kept is not None and book is None else None
    write_whole(path, regulation_pdf(Regulation(issuer, shown, no), language))
    return len(shown.articles)


def no_rules() -> BadInput:
    """The error for a fund that has adopted no rulebook."""
    return BadInput(
        "rules",
        "",
        _("this fund has adopted no rulebook; only the laws apply"),
        _("`lovefund rules new` writes one to begin with; `lovefund rules adopt` puts it in force"),
    )


@dataclass(frozen=True, slots=True)
class Otherwise:
    """An entry that another book would have judged otherwise, by one article."""

    entry: Entry
    article: Article
    was: Severity | None
    would_be: Severity | None
    what: str


def what_if(ws: Workspace, book: Rulebook, period: Period) -> list[Otherwise]:
    """What a book would have decided otherwise in a period, entry by entry.

    Every entry stays as it was booked: a refusal is told, and what came after it is judged as
    if it had happened all the same. Amounts that only the pupils' files tell need the keys.
    """
    found: list[Otherwise] = []
    with ws.reading() as books:
        course = Course(books.chart)
        known = Known(books.chart, date.min, Effects(books.chart), course)
        kept = read_adopted(books.connection, books.fund)
        for entry, draft in _drafts(books):
            known.at = entry.at
            if period.day_from <= entry.on <= period.day_to:
                then = tuple(b for b in judging(kept, entry.on, entry.at) if b.no < entry.no)
                found += _otherwise(entry, draft, known, then, book)
            course.note(draft, entry.no)
            known.note(draft, entry.no)
            known.effects.add(entry.no, entry.kind, entry.on, entry.postings, entry.facts)
    return found


def _drafts(books: Books) -> Iterator[tuple[Entry, Draft]]:
    """Every entry as the draft that it was, with its dossier where the keys are here."""
    sealed: dict[int, dict[str, Any]] = {}
    for entry in books.entries():
        if entry.no % _OPENED == 0:
            sealed = books.sealed_between(entry.no, entry.no + _OPENED - 1)
        slot = sealed.get(entry.no, {}).get("file")
        file = json.loads(slot[1]) if slot else None
        yield entry, Draft(entry.kind, entry.on, entry.postings, entry.facts, file=file)


def _otherwise(
    entry: Entry, draft: Draft, known: Known, then: tuple[Adopted, ...], book: Rulebook
) -> Iterator[Otherwise]:
    before = _decided(draft, known, then)
    after = _decided(draft, known, (Adopted(-1, book),))
    for name in sorted(before.keys() | after.keys()):
        was, would_be = before.get(name), after.get(name)
        if (was and was[0]) != (would_be and would_be[0]):
            article = book.get(name) or then[-1].book[name]
            yield Otherwise(
                entry,
                article,
                was[0] if was else None,
                would_be[0] if would_be else None,
                (would_be or was or (Severity.OFF, ""))[1],
            )


def _decided(
    draft: Draft, known: Known, books: tuple[Adopted, ...]
) -> dict[str, tuple[Severity, str]]:
    """What articles say of a draft, by id: how severely, and in which words."""
    verdict = judge_by_rules(draft, known, books)
    return {
        **{ruled.article: (Severity.WARN, ruled.refusal.what) for ruled in verdict.warned},
        **{ruled.article: (Severity.BLOCK, ruled.refusal.what) for ruled in verdict.blocked},
    }
