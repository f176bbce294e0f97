"""All that is known of one pupil: the file, applications, visits, and every aid received."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lovefund.actions.agency import dossiers
from lovefund.actions.case_papers import refuse_published
from lovefund.actions.prints import issuer
from lovefund.actions.register import read_register
from lovefund.actions.roll import roll
from lovefund.actions.spend import file_of
from lovefund.core import aid as a
from lovefund.core import cases as c
from lovefund.core.cases import Case
from lovefund.core.corrections import postings_now
from lovefund.core.entries import Entry
from lovefund.core.kinds import kind_name
from lovefund.core.pupils import NEEDS, STAGES, Pupil
from lovefund.core.steps import Applicant, applicants_of
from lovefund.publishing.pupil import AidRow, AskedRow, PupilPaper, VisitRow, pupil_pdf
from lovefund.store.reading import Books
from lovefund.system import write_private


@dataclass(frozen=True, slots=True)
class Asked:
    """An application that names the pupil: what it says, and where it stands."""

    no: int
    on: date
    applicant: Applicant
    at: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A home visit or follow-up of an application that names the pupil."""

    no: int
    on: date
    kind: str
    visitors: str


@dataclass(frozen=True, slots=True)
class Told:
    """A pupil's file and all that hangs on it; ``code`` is that of the term."""

    pupil: Pupil
    code: str
    term: str
    asked: tuple[Asked, ...]
    visits: tuple[Visit, ...]
    aid: tuple[a.Aid, ...]


def told_of(books: Books, who: str, day: date) -> Told:
    """What is known of the pupil called so; Refused where nobody is, or the file is frozen."""
    register = read_register(books, day)
    pupil = register.called(who)
    asked, visits = _applications(books, pupil)
    return Told(
        pupil, register.code(pupil), register.term, asked, visits, tuple(_aid(books, pupil))
    )


def _applications(books: Books, pupil: Pupil) -> tuple[tuple[Asked, ...], tuple[Visit, ...]]:
    asked: list[Asked] = []
    visits: list[Visit] = []
    for entry, file in dossiers(books, (c.APPLIED,)):
        mine = [x for x in applicants_of(file) if pupil.answers_to(x.pupil or x.case)]
        case = books.case(entry.no) if mine else None
        if case is None:
            continue
        members = roll(books, case)
        asked += [Asked(case.no, case.on, x, _reached(case, members[x.case].at)) for x in mine]
        visits += [
            Visit(step.no, step.on, step.kind, str(file_of(books, step.no).get("visitors", "")))
            for step in case.taken(c.VISITED, c.FOLLOWED)
        ]
    return tuple(asked), tuple(visits)


def _reached(case: Case, at: str) -> str:
    """Where a pupil stands; a step for the whole application names no pupil of it."""
    return case.stage() if at == c.APPLIED else at


def _aid(books: Books, pupil: Pupil) -> list[a.Aid]:
    mended: dict[int | None, list[Entry]] = {}
    for later in books.entries(kinds=("correction", "void")):
        mended.setdefault(later.of, []).append(later)
    found: list[a.Aid] = []
    for entry, file in dossiers(books, a.KINDS_OF_AID):
        total = sum(p.amount_fen for p in postings_now(entry, mended.get(entry.no, [])))
        if entry.kind != a.PASSED_ON and not a.rows_of(file) and entry.of is not None:
            # What is paid of a promise, or comes back of a grant, without a word to whom.
            before = a.rows_of(file_of(books, entry.of))
            file = {"cases": before} if len(before) == 1 else {}
        found += a.aid_of(pupil, entry.no, entry.kind, entry.on, total, file)
    return found


def print_paper(books: Books, told: Told, day: date, path: Path, language: str) -> None:
    """Write the paper for the guardian: what the fund's books keep of the child (PIPL art. 45)."""
    refuse_published(path)
    p = told.pupil
    index = 0 if language == "zh" else 1
    stage, need = (table.get(word, ("", ""))[index] for table, word in
                   ((STAGES, p.stage), (NEEDS, p.need)))  # fmt: skip
    asked = tuple(
        AskedRow(
            x.on, x.applicant.case, x.applicant.amount_fen, kind_name(x.at),
            x.applicant.tier, NEEDS.get(x.applicant.need, (x.applicant.need,) * 2)[index],
            x.applicant.other_aid_fen, x.applicant.account,
        )
        for x in told.asked
    )  # fmt: skip
    paper = PupilPaper(
        issuer(books), day, told.code, told.term, p.name, stage, need, p.guardian, p.contact,
        p.account, p.frozen, asked,
        tuple(VisitRow(v.on, v.kind == c.VISITED, v.visitors) for v in told.visits),
        tuple(AidRow(x.on, x.no, x.code, x.amount_fen, x.agency) for x in told.aid),
        tuple((s.period, s.own_fen, s.agency_fen) for s in a.by_year(told.aid)),
    )  # fmt: skip
    write_private(path, pupil_pdf(paper, language))
