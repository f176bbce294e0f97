"""Takes a building project through its life: contracts, stages, payments, completion."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from lovefund.actions.shown import shown_texts
from lovefund.actions.spend import file_of
from lovefund.actions.workspace import Workspace, existing, record, refuse
from lovefund.core import projects as core
from lovefund.core.entries import AGENCY, Draft, Entry
from lovefund.core.grants import outlay_paid
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.core.projects import Contract, Project, Terms
from lovefund.errors import BadInput
from lovefund.language import _, language, said
from lovefund.store.book import Book, Posted
from lovefund.store.reading import Books


def open_project(
    ws: Workspace,
    on: date,
    title: str,
    restriction: str,
    programme: str,
    budget_fen: int,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Open a project of one purpose's money, with what it may cost."""

    def build(book: Book, books: Books) -> Draft:
        if restriction not in book.restrictions or restriction == AGENCY:
            raise BadInput(
                "restriction",
                restriction,
                _("there is no such restriction"),
                _("one of {known}").format(
                    known=", ".join(c for c in book.restrictions if c != AGENCY)
                ),
            )
        return core.project_opened(on, title, restriction, programme, budget_fen, papers)

    return record(ws, build, request)


def sign_contract(
    ws: Workspace,
    no: int,
    on: date,
    terms: Terms,
    contractor: str,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Sign a contract of project ``no``: its whole sum is reserved."""
    return record(
        ws,
        lambda _book, books: core.contract_signed(
            on, project_of(books, no), terms, contractor, papers
        ),
        request,
    )


def accept_stage(
    ws: Workspace,
    no: int,
    on: date,
    stage: int,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """A stage of contract ``no`` was accepted."""
    return record(
        ws,
        lambda _book, books: core.stage_accepted(on, contract_of(books, no), stage, papers),
        request,
    )


def pay_contract(
    ws: Workspace,
    no: int,
    on: date,
    amount_fen: int,
    place: str,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Pay on contract ``no``, out of what it reserved; to whom its own file says."""

    def build(book: Book, books: Books) -> Draft:
        contract = contract_of(books, no)
        project = books.undertakings.projects.of_contract(no)
        payee = str(file_of(books, no).get("name", ""))
        draft = outlay_paid(
            book.chart,
            on,
            amount_fen,
            place,
            project.programme,
            project.restriction,
            payee,
            papers,
        )
        return replace(draft, facts=core.paid_for(draft, contract, project.restriction))

    return record(ws, build, request)


def end_contract(
    ws: Workspace, no: int, on: date, papers: Papers = NO_PAPERS, request: str = ""
) -> Posted:
    """End contract ``no``: what is left of its reserve is free again."""
    return record(
        ws,
        lambda _book, books: core.contract_ended(
            on,
            contract_of(books, no),
            books.undertakings.projects.of_contract(no).restriction,
            papers,
        ),
        request,
    )


def complete_project(
    ws: Workspace, no: int, on: date, papers: Papers = NO_PAPERS, request: str = ""
) -> Posted:
    """Project ``no`` is done; what it cost is added up from its contracts."""
    return record(
        ws,
        lambda _book, books: core.project_completed(on, project_of(books, no), papers),
        request,
    )


def project_of(books: Books, no: int) -> Project:
    """Project ``no``; Refused where that entry is none."""
    existing(books, no, core.OPENED)
    return books.undertakings.projects.known[no]


def contract_of(books: Books, no: int) -> Contract:
    """Contract ``no``; Refused where that entry is none, or was voided."""
    existing(books, no, core.SIGNED)
    found = books.undertakings.projects.contracts.get(no)
    if found is None:
        raise refuse(
            "no-such-project",
            _("contract {no} was voided").format(no=no),
            _("`lovefund projects` lists them and their numbers"),
        )
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """A project with its title and what its purpose has free, in fen."""

    project: Project
    title: str
    free_fen: int

    @property
    def leftover_fen(self) -> int:
        """What is free in its purpose once nothing more of it is to be paid."""
        return self.free_fen if self.project.is_over else 0


def listed(books: Books) -> list[Told]:
    """The projects of a fund, in order of opening."""
    free = {p["code"]: p["money_fen"] - p["payable_fen"] - p["reserved_fen"] for p in books.pots()}
    found = []
    for project in books.undertakings.projects.known.values():
        entry = existing(books, project.no)
        title = said(shown_texts(books, (entry,)).get(project.no, ""), language())
        found.append(Told(project, title or str(project.no), free[project.restriction]))
    return found


def steps_of(books: Books, project: Project) -> list[Entry]:
    """Every entry of a project, in order of recording."""
    numbers = {project.no, *project.contracts}
    found: dict[int, Entry] = {}
    todo = sorted(numbers)
    while todo:
        no = todo.pop()
        entry = books.entry(no)
        if entry is not None and no not in found:
            found[no] = entry
            todo += [later.no for later in books.naming(no)]
    return [found[no] for no in sorted(found)]
