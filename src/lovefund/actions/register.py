"""The register of pupils: kept in sealed entries, and read only after the reading is logged."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from lovefund.actions.agency import dossiers
from lovefund.actions.keys import require_keys
from lovefund.actions.workspace import Workspace, record, refuse
from lovefund.core.entries import Draft
from lovefund.core.officers import Role
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.core.pupils import (
    KEPT,
    REGISTERED,
    Chance,
    Change,
    Pupil,
    codes_for,
    draw_code,
    register_from,
    registered,
    term_of,
)
from lovefund.core.steps import Applicant
from lovefund.core.unsealing import REGISTER, unsealed
from lovefund.language import _
from lovefund.store.book import Book, Posted
from lovefund.store.offices import read_officers
from lovefund.store.reading import Books


@dataclass(frozen=True, slots=True)
class Register:
    """The pupils' files by inner identity, as of a term."""

    pupils: Mapping[str, Pupil]
    term: str

    def called(self, text: str) -> Pupil:
        """The pupil with that name, or with that code of any term; Refused where nobody is."""
        for pupil in self.pupils.values():
            if pupil.answers_to(text):
                return pupil
        raise refuse(
            "no-such-pupil",
            _("no pupil's file has the name or code {text}").format(text=text),
            _("`lovefund pupils` lists the files and their codes of this term"),
        )

    def named(self, name: str) -> Pupil | None:
        """The pupil of exactly that name, or None."""
        return next((p for p in self.pupils.values() if p.name == name), None)

    def listed(self) -> list[Pupil]:
        """The files in the order of their codes of this term, those without one last."""
        return sorted(
            self.pupils.values(), key=lambda p: (self.term not in p.codes, self.code(p), p.name)
        )

    def code(self, pupil: Pupil) -> str:
        """A pupil's case code of this term; empty where none was drawn yet."""
        return pupil.codes.get(self.term, "")


def read_register(books: Books, day: date) -> Register:
    """The register as of the term of a day; MachineLacks without the keys."""
    require_keys(books)
    return _register(books, day)


def _register(books: Books, day: date) -> Register:
    files = dossiers(books, (REGISTERED,))
    return Register(register_from(file for _entry, file in files), term_of(day))


def keep(
    ws: Workspace,
    on: date,
    rows: Sequence[Mapping[str, str]],
    papers: Papers = NO_PAPERS,
    request: str = "",
    chance: Chance = secrets.randbelow,
) -> Posted:
    """Keep files of pupils, or what is new in them, as one entry; who is new gets a code.

    A row is the file of the pupil of its name, or of its ``id``; what is empty stays as it was.
    """

    def build(book: Book, books: Books) -> Draft:
        changes = _changes(read_register(books, book.at), rows, chance)
        if not changes:
            raise refuse(
                "nothing-new",
                _("all of it stands in the pupils' files already"),
                _("nothing needs doing"),
            )
        return registered(on, changes, papers)

    return record(ws, build, request)


def _changes(register: Register, rows: Sequence[Mapping[str, str]], chance: Chance) -> list[Change]:
    known = dict(register.pupils)
    taken = {code for pupil in known.values() for code in pupil.codes.values()}
    changes: list[Change] = []
    for row in rows:
        before = known.get(row.get("id", "")) or Register(known, register.term).named(row["name"])
        told = {key: row[key] for key in KEPT if row.get(key)}
        if before is None:
            identity, code = secrets.token_hex(8), draw_code(taken, chance)
            taken.add(code)
            change: dict[str, Any] = {**told, "codes": {register.term: code}}
        else:
            _refuse_frozen(before)
            identity = before.id
            change = {k: v for k, v in told.items() if getattr(before, k) != v}
        if change:
            known[identity] = known.get(identity, Pupil(identity)).changed(change)
            changes.append((identity, change))
    return changes


def draw_codes(
    ws: Workspace, on: date, request: str = "", chance: Chance = secrets.randbelow
) -> Posted:
    """Draw the case codes of this term for all who have none yet."""

    def build(book: Book, books: Books) -> Draft:
        register = read_register(books, book.at)
        changes = codes_for(register.pupils, register.term, chance)
        if not changes:
            raise refuse(
                "nothing-new",
                _("every pupil has a code of {term} already").format(term=register.term),
                _("nothing needs doing"),
            )
        return registered(on, changes)

    return record(ws, build, request)


def freeze(
    ws: Workspace, on: date, who: str, papers: Papers = NO_PAPERS, request: str = ""
) -> Posted:
    """Freeze a pupil's file at the family's wish: nothing of it is used any more."""

    def build(book: Book, books: Books) -> Draft:
        pupil = read_register(books, book.at).called(who)
        _refuse_frozen(pupil)
        return registered(on, [(pupil.id, {"frozen": 1})], papers)

    return record(ws, build, request)


def _refuse_frozen(pupil: Pupil) -> None:
    if pupil.frozen:
        raise refuse(
            "file-frozen",
            _("the file of this pupil is frozen"),
            _("nothing of it is used any more; ask the keeper of archives what is in it"),
            _("A file is frozen at the family's wish, and kept as long as the law asks (PIPL 47)."),
        )


def log_reading(ws: Workspace, reason: str, who: str = "", request: str = "") -> Posted:
    """Log that the register is read, or one file of it; which one stays sealed.

    Refused, and nothing is logged, where no file is called so or the officer may not read it.
    """

    def build(book: Book, books: Books) -> Draft:
        register = read_register(books, book.at)
        draft = unsealed(book.at, 0, reason, REGISTER)
        if not who:
            return draft
        pupil = register.called(who)
        if pupil.frozen and not _is_archivist(books, ws.officer, book.at):
            _refuse_frozen(pupil)
        return replace(draft, file={**(draft.file or {}), "pupil": pupil.id})

    return record(ws, build, request)


def _is_archivist(books: Books, officer: str, day: date) -> bool:
    term = read_officers(books.connection, books.fund, books.head().size).term(officer, day)
    return term is not None and Role.ARCHIVIST in term.roles


def filled(books: Books, applicants: Sequence[Applicant], day: date) -> list[Applicant]:
    """Applicants with what the register knows of them, by their case code of this term.

    Refused for a code of another term, for a frozen file, and where nobody would sign.
    """
    register = _register(books, day)  # without the keys nothing can be applied for anyway
    return [_filled(register, one) for one in applicants]


def _filled(register: Register, one: Applicant) -> Applicant:
    known = _of_code(register, one.case)
    if known is not None:
        one = replace(
            one,
            pupil=one.pupil or known.name,
            guardian=one.guardian or known.guardian,
            account=one.account or known.account,
            need=one.need or known.need,
        )
    if not one.guardian:
        raise refuse(
            "no-guardian",
            _("nobody is named who signs for the money of case {code}").format(code=one.case),
            _("add --guardian, or keep it in the pupil's file with `lovefund register`"),
        )
    return one


def _of_code(register: Register, code: str) -> Pupil | None:
    for pupil in register.pupils.values():
        if code not in pupil.codes.values():
            continue
        _refuse_frozen(pupil)
        if register.code(pupil) != code:
            raise refuse(
                "code-of-another-term",
                _("{code} is a case code of another term than {term}").format(
                    code=code, term=register.term
                ),
                _("take the code of this term: `lovefund pupils --codes` draws those missing"),
                _("A code lasts one term, so that nobody joins two notices (docs/pupils.md)."),
            )
        return pupil
    return None
