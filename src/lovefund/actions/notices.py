"""Notices as files: written where statements are published, and taken away when they have ended."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from lovefund.actions.figures import titles
from lovefund.actions.outputs import refuse_unwritable
from lovefund.actions.prints import issuer
from lovefund.actions.roll import find, roll
from lovefund.actions.site import LISTED, NOTICES, refresh
from lovefund.actions.spend import file_of
from lovefund.actions.workspace import Workspace, refuse
from lovefund.core import cases as c
from lovefund.core.entries import Entry
from lovefund.core.workdays import Counted
from lovefund.errors import BadInput
from lovefund.language import LANGUAGES, _
from lovefund.publishing.notice import Notice, notice_page, notice_pdf
from lovefund.store.book import CHINA
from lovefund.store.reading import Books
from lovefund.system import write_whole

_FORMS = (".pdf", ".html")
_OUT = (c.REFUSED, c.WITHDRAWN, c.LAPSED)


def folder_of(folder: Path, fund: str) -> Path:
    """Where a fund's notices lie within a published folder."""
    return folder / fund / NOTICES


def write_notice(
    ws: Workspace, no: int, folder: Path, languages: tuple[str, ...] = LANGUAGES
) -> list[Path]:
    """Write the last notice of an application, as PDF and for the phone.

    Raises Refused where none hangs today.
    """
    with ws.reading() as books:
        view = notice_view(books, no, today(ws, books))
        place = folder_of(folder, books.fund)
        drawn = {_name(view.no, lang, ".pdf"): notice_pdf(view, lang) for lang in languages}
        drawn |= {_name(view.no, lang, ".html"): notice_page(view, lang) for lang in languages}
        _refuse_links(place, folder)
        refuse_unwritable(place, sum(map(len, drawn.values())))
        for name, data in drawn.items():
            write_whole(place / name, data)
        _list(books, place, today(ws, books))
        refresh(books, folder, today(ws, books))
    return [place / name for name in drawn]


def take_down(ws: Workspace, folder: Path) -> list[int]:
    """Remove the files of notices that have ended or were voided; returns whose there were."""
    with ws.reading() as books:
        removed = take_down_of(books, folder, today(ws, books))
        refresh(books, folder, today(ws, books))
        return removed


def take_down_of(books: Books, folder: Path, day: date) -> list[int]:
    """:func:`take_down` on a day, of books that are open already."""
    place = folder_of(folder, books.fund)
    if not place.is_dir():
        return []
    _refuse_links(place, folder)
    removed = []
    for entry in books.entries(kinds=(c.NOTICED,)):
        if hangs(books, entry, day):
            continue
        names = (_name(entry.no, lang, form) for lang in LANGUAGES for form in _FORMS)
        there = [place / name for name in names]
        if any(path.exists() for path in there):
            removed.append(entry.no)
        for path in there:
            path.unlink(missing_ok=True)
    _list(books, place, day)
    return removed


def today(ws: Workspace, books: Books) -> date:
    """The day it is, as the notices count."""
    return ws.now(books.practice).astimezone(CHINA).date()


def hangs(books: Books, entry: Entry, day: date) -> bool:
    """Whether a notice hangs on a day: through its last day, unless it was voided."""
    voided = any(later.kind == "void" for later in books.naming(entry.no))
    return not voided and entry.on <= day <= date.fromisoformat(str(entry.facts["to"]))


def notice_view(books: Books, no: int, day: date) -> Notice:
    """What the last notice of an application shows on a day; Refused where none hangs."""
    case = find(books, no)
    notices = case.taken(c.NOTICED)
    entry = books.entry(notices[-1].no) if notices else None
    if entry is None or not hangs(books, entry, day):
        raise refuse(
            "no-notice",
            _("no notice of application {no} hangs on {day}").format(no=case.no, day=day),
            _("post one with `lovefund notice {no}`").format(no=case.no),
            _("A notice hangs for its term, and is taken down when it ends (docs/grants.md)."),
        )
    members = roll(books, case).values()
    restriction = str(case.facts["restriction"])
    return Notice(
        issuer(books),
        entry.no,
        case.no,
        entry.on,
        date.fromisoformat(str(entry.facts["to"])),
        c.number(entry.facts, "days"),
        entry.facts["counted"] == Counted.WORKING,
        case.minutes,
        restriction,
        titles(books).get(restriction, restriction),
        str(file_of(books, entry.no).get("contact", "")),
        bool(case.taken(c.PAID)),
        # By their codes, which are drawn at random: the order of the school's list would join
        # the notices of two terms (tests/proofs/test_disclosure.py).
        tuple(
            sorted((m.applicant.case, m.applicant.amount_fen) for m in members if m.at not in _OUT)
        ),
    )


def _name(no: int, language: str, form: str) -> str:
    return f"notice-{no}-{language}{form}"


def _list(books: Books, place: Path, day: date) -> None:
    rows = [
        {
            "notice": entry.no,
            "from": entry.on.isoformat(),
            "to": str(entry.facts["to"]),
            "hangs": hangs(books, entry, day),
        }
        for entry in books.entries(kinds=(c.NOTICED,))
    ]
    write_whole(place / LISTED, (json.dumps(rows, indent=1) + "\n").encode())


def _refuse_links(place: Path, within: Path) -> None:
    for path in (place, place.parent):
        if path.is_symlink() or (path.exists() and not path.is_dir()):
            raise BadInput(
                "--out",
                str(path),
                _("it is a link to another place, or no folder"),
                _("choose another folder with --out"),
            )
