"""Publishes a statement: closes the books through its last day and makes its faces."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lovefund.actions.bundle import bundle
from lovefund.actions.close import must_close_first, unclosed_years
from lovefund.actions.figures import Numbers, numbers, statement_view
from lovefund.actions.manifest import manifest
from lovefund.actions.outputs import refuse_folder
from lovefund.actions.page import with_page
from lovefund.actions.site import refuse_site, site
from lovefund.actions.workspace import Workspace, existing, new_request, refuse
from lovefund.core.days import Period
from lovefund.core.entries import Draft, Fact
from lovefund.language import _
from lovefund.log import checkpoints, lines
from lovefund.publishing.tables import tables
from lovefund.publishing.view import Statement
from lovefund.store.book import Book
from lovefund.store.reading import Books
from lovefund.system import write_whole


@dataclass(frozen=True, slots=True)
class Published:
    """A statement's number, its entry, its files and what they show."""

    number: int
    no: int
    files: tuple[Path, ...]
    statement: Statement


def publish(
    ws: Workspace,
    period: Period,
    folder: Path,
    languages: tuple[str, ...] = ("zh", "en"),
    progress: Callable[[str], None] = lambda _step: None,
) -> Published:
    """Book the statement entry and write its bundle and PDFs to ``folder``.

    The faces are drawn before the entry is committed, so a missing glyph or library stops
    the publication with nothing booked. Files are written whole or not at all.
    """
    files: dict[str, bytes] = {}
    answer: list[Published] = []
    with ws.writing() as (book, books):
        _may_publish(book, books, period)
        progress(_("adding up"))
        found = numbers(books, period.day_from, period.day_to)
        earlier = books.statements()
        number = len(earlier) + 1
        base = _base(earlier, period.day_from)
        no = book.size
        open_no = books.first_after(period.day_to)
        first = _open_of(books, base)
        content = statement_json(book.fund, number, base, first, period, found)
        target = folder / book.fund / f"{number:04d}-{period.code}"
        refuse_folder(target, folder, content)
        refuse_site(folder, book.fund)
        facts: dict[str, Fact] = {
            "number": number,
            "from": period.day_from.isoformat(),
            "to": period.day_to.isoformat(),
            "base": base,
            "open": no if open_no is None else open_no,
            "closing": [[a, r, closing] for a, r, _o, _d, _c, closing in found.balances if closing],
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        draft = Draft("statement", book.at, facts=facts, request=new_request())
        posted = book.post_one(draft)
        book.keep_statement(
            number, posted.no, period.day_from, period.day_to, content.decode("ascii")
        )
        head = books.head()
        body = checkpoints.body(book.fund, head.size, head.root)
        view = statement_view(
            books,
            period,
            found,
            number,
            book.at,
            checkpoints.fingerprint(body),
            head.size,
            head.root,
        )
        files |= (proofs := bundle(books, existing(books, posted.no, "statement"), content))
        if languages:
            view, page = with_page(books, view, files)
            files |= page | tables(view, proofs, books.chart)
        for language in languages:
            progress(_("drawing the statement ({language})").format(language=language))
            files |= _faces(view, language, proofs)
        files |= manifest(books, number, files)
        written = tuple(target / name for name in files)
        answer.append(Published(number, posted.no, written, view))
        if not ws.dry_run:
            progress(_("writing the files"))
            for name, data in files.items():
                write_whole(target / name, data)
            for name, data in site(books, folder).items():
                write_whole(folder / name, data)
    return answer[0]


def _faces(view: Statement, language: str, proofs: dict[str, bytes]) -> dict[str, bytes]:
    from lovefund.publishing.statement import statement_pdf, statement_volumes

    volumes = statement_volumes(view, language, proofs)
    if not volumes:
        return {f"statement-{language}.pdf": statement_pdf(view, language, proofs)}
    return dict(volumes)


def _may_publish(book: Book, books: Books, period: Period) -> None:
    if period.day_to >= book.at:
        raise refuse(
            "not-over",
            _("the period ends on {to}, and today is {at}").format(to=period.day_to, at=book.at),
            _("publish it when it is over"),
            _("A statement is recorded after its last day (log format, section 6)."),
        )
    open_years = unclosed_years(books, period.day_to)
    if open_years:
        raise must_close_first(open_years[0])


def _base(earlier: list[dict[str, object]], day_from: date) -> int:
    """The last earlier statement that ends on the day before, or 0."""
    before = date.fromordinal(day_from.toordinal() - 1).isoformat()
    found = [int(str(s["number"])) for s in earlier if s["period_to"] == before]
    return max(found, default=0)


def _open_of(books: Books, base: int) -> int:
    """The number that the base's bundle ends at: its ``open``, or 0 without a base."""
    for entry in books.entries(kinds=("statement",)) if base else ():
        if entry.facts["number"] == base:
            return int(str(entry.facts["open"]))
    return 0


def statement_json(
    fund: str, number: int, base: int, first: int, period: Period, found: Numbers
) -> bytes:
    """The bytes of statement.json (spec-log section 7), canonical."""
    figures = [[f.id, f.value, [list(term) for term in f.terms]] for f in found.figures.values()]
    return lines.canonical(
        {
            "v": 1,
            "fund": fund,
            "number": number,
            "base": base,
            "first": first,
            "from": period.day_from.isoformat(),
            "to": period.day_to.isoformat(),
            "balances": [list(row) for row in found.balances],
            "figures": figures,
        }
    )
