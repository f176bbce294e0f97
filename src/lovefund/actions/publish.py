"""Publishes a statement: closes the books through its last day and makes its files.

The files are drawn first, then the entry is committed, then they are written: no file without
its entry, and no entry whose files could not be made. They follow from the lines up to their
entry alone, so the same command makes them again whenever they are lost.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from lovefund.actions.bundle import bundle, cosigned
from lovefund.actions.close import must_close_first, unclosed_years
from lovefund.actions.corrections import POINTER, amended, corrected_by, note_of, pointer
from lovefund.actions.figures import Numbers, numbers, numbers_of, statement_view
from lovefund.actions.manifest import manifest
from lovefund.actions.notices import take_down_of, today
from lovefund.actions.outputs import refuse_folder, refuse_unwritable
from lovefund.actions.page import with_page
from lovefund.actions.published_rules import rules_file
from lovefund.actions.site import refuse_site, site
from lovefund.actions.statements import (
    content_of,
    days_of,
    folder_of,
    number_of,
    statement_of,
    statements,
)
from lovefund.actions.workspace import Workspace, existing, new_request, refuse
from lovefund.core.days import Period
from lovefund.core.entries import Draft, Entry, Fact
from lovefund.errors import FilesMissing
from lovefund.language import _
from lovefund.log import checkpoints, lines
from lovefund.publishing.corrections import Note
from lovefund.publishing.tables import tables
from lovefund.publishing.view import Statement
from lovefund.store.book import Book
from lovefund.store.reading import Books
from lovefund.system import write_whole

LANGUAGES = ("zh", "en")
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Published:
    """A statement's number, its entry, its files and what they show.

    ``again`` says that it was published before: nothing was booked, its files were made again.
    """

    number: int
    no: int
    files: tuple[Path, ...]
    statement: Statement
    again: bool = False


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A statement whose files are drawn and not yet written.

    ``pointers`` lead from the statements that it corrects to its note, where these lie beside it.
    """

    published: Published
    content: tuple[bytes, ...]
    pointers: dict[Path, bytes]

    def write(self) -> None:
        own = zip(self.published.files, self.content, strict=True)
        there = [(path, data) for path, data in self.pointers.items() if path.parent.is_dir()]
        for path, data in (*own, *there):
            for left in path.parent.glob(f".{path.name}.*"):
                left.unlink(missing_ok=True)  # by a run that was killed while it wrote
            write_whole(path, data)


def publish(
    ws: Workspace,
    period: Period,
    folder: Path,
    languages: tuple[str, ...] = LANGUAGES,
    progress: Progress = lambda _step: None,
) -> Published:
    """Book the statement entry and write its files to ``folder``.

    A period that is published already gets no second statement: its files are made again.
    Raises FilesMissing where the statement is booked and its files could not be written.
    """
    with ws.reading() as books:
        known = statement_of(books, period)
        if known is not None:
            drawn = _draw(books, known, folder, languages, progress)
            if not ws.dry_run:
                progress(_("writing the files"))
                drawn.write()
                _write_site(books, folder, today(ws, books))
            return drawn.published
    found: list[_Drawn] = []
    try:
        with ws.writing() as (book, books):
            known = statement_of(books, period)  # another window may have been faster
            entry = known or _book(book, books, period, folder, progress)
            found.append(_draw(books, entry, folder, languages, progress, again=bool(known)))
        (drawn,) = found
        if not ws.dry_run:
            progress(_("writing the files"))
            drawn.write()
            with ws.reading() as books:
                _write_site(books, folder, today(ws, books))
        return drawn.published
    except (OSError, KeyboardInterrupt) as error:
        if found and _is_booked(ws, found[0].published):  # a commit may fall just before a Ctrl-C
            raise FilesMissing(found[0].published.number, found[0].published.no, error) from error
        raise


def publish_again(
    ws: Workspace,
    folder: Path,
    languages: tuple[str, ...] = LANGUAGES,
    progress: Progress = lambda _step: None,
) -> Iterator[Published]:
    """Make the files of every statement of the fund again, in order; books nothing."""
    with ws.reading() as books:
        for entry in statements(books):
            drawn = _draw(books, entry, folder, languages, progress)
            if not ws.dry_run:
                drawn.write()
            yield drawn.published
        if not ws.dry_run:
            _write_site(books, folder, today(ws, books))


def statement_files(
    books: Books,
    entry: Entry,
    content: bytes,
    view: Statement,
    note: Note | None = None,
    languages: tuple[str, ...] = LANGUAGES,
    progress: Progress = lambda _step: None,
) -> tuple[Statement, dict[str, bytes]]:
    """Every file of a statement by name, and what they show; ``content`` is its statement.json."""
    proofs = bundle(books, entry, content)
    files = dict(proofs)
    if languages:
        view, page = with_page(books, view, proofs)
        files |= page | tables(view, proofs, books.chart)
    for language in languages:
        progress(_("drawing the statement ({language})").format(language=language))
        files |= _faces(view, language, proofs)
        if note is not None:
            files |= _note(note, language)
    files |= rules_file(books, view.rulebook_no)
    files |= manifest(books, number_of(entry), files)
    return view, files | cosigned(books, entry)


def view_of(books: Books, entry: Entry, content: bytes, note: Note | None = None) -> Statement:
    """What the faces of a published statement show; ``note`` is its own correction note."""
    found = numbers_of(books, entry, content)
    size = entry.no + 1
    root = books.frontiers({size})[size].root()
    body = checkpoints.body(books.fund, size, root)
    view = statement_view(
        books,
        days_of(entry),
        found,
        number_of(entry),
        entry.at,
        checkpoints.fingerprint(body),
        size,
        root,
    )
    return replace(view, amended=amended(note)) if note else view


def _draw(
    books: Books,
    entry: Entry,
    folder: Path,
    languages: tuple[str, ...],
    progress: Progress,
    *,
    again: bool = True,
) -> _Drawn:
    """Every file of a booked statement, drawn from the lines up to its entry."""
    content = content_of(books, entry)
    target = folder / folder_of(books, entry)
    refuse_folder(target, folder, content)
    refuse_site(folder, books.fund)
    note = note_of(books, entry)
    view = view_of(books, entry, content, note)
    view, files = statement_files(books, entry, content, view, note, languages, progress)
    if later := pointer(books, entry):
        files[POINTER] = later
    refuse_unwritable(target, sum(map(len, files.values())))
    paths = tuple(target / name for name in files)
    published = Published(number_of(entry), entry.no, paths, view, again)
    pointers = {
        folder / folder_of(books, earlier) / POINTER: pointer(books, earlier)
        for earlier in corrected_by(books, entry)
    }
    return _Drawn(published, tuple(files.values()), pointers)


def _write_site(books: Books, folder: Path, day: date) -> None:
    """The pages that lead to every statement, from the books and what lies in the folder now.

    What has ended goes: a notice bears case codes, and hangs for its term only.
    """
    take_down_of(books, folder, day)
    for name, data in site(books, folder, day).items():
        write_whole(folder / name, data)


def _is_booked(ws: Workspace, published: Published) -> bool:
    """Whether the books hold this statement, whatever happened since it was drawn."""
    wanted = (published.number, published.no)
    with ws.reading() as books:
        return any((s["number"], s["entry_no"]) == wanted for s in books.statements())


def _book(book: Book, books: Books, period: Period, folder: Path, progress: Progress) -> Entry:
    """Book the statement's entry, and keep the statement.json that it commits to."""
    _may_publish(book, books, period)
    progress(_("adding up"))
    found = numbers(books, period.day_from, period.day_to)
    earlier = books.statements()
    number = len(earlier) + 1
    base = _base(earlier, period.day_from)
    no = book.size
    open_no = books.first_after(period.day_to)
    content = statement_json(book.fund, number, base, _open_of(books, base), period, found)
    facts: dict[str, Fact] = {
        "number": number,
        "from": period.day_from.isoformat(),
        "to": period.day_to.isoformat(),
        "base": base,
        "open": no if open_no is None else open_no,
        "closing": [[a, r, closing] for a, r, _o, _d, _c, closing in found.balances if closing],
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    posted = book.post_one(Draft("statement", book.at, facts=facts, request=new_request()))
    book.keep_statement(number, posted.no, period.day_from, period.day_to, content.decode("ascii"))
    return existing(books, posted.no, "statement")


def _faces(view: Statement, language: str, proofs: dict[str, bytes]) -> dict[str, bytes]:
    from lovefund.publishing.statement import statement_pdf, statement_volumes

    volumes = statement_volumes(view, language, proofs)
    if not volumes:
        return {f"statement-{language}.pdf": statement_pdf(view, language, proofs)}
    return dict(volumes)


def _note(note: Note, language: str) -> dict[str, bytes]:
    from lovefund.publishing.corrections import corrections_pdf

    return {f"corrections-{language}.pdf": corrections_pdf(note, language)}


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
