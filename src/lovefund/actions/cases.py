"""Takes a grant through its life: one function a step, from the application to the follow-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lovefund.actions.calendar import known_workdays
from lovefund.actions.register import filled
from lovefund.actions.roll import Member, chosen, find, of_one_entry, roll
from lovefund.actions.spend import file_of
from lovefund.actions.workspace import Workspace, existing, record, refuse, year_is_closed
from lovefund.core import cases as c
from lovefund.core import steps
from lovefund.core.cases import Case, Deadline
from lovefund.core.corrections import prior_year_account
from lovefund.core.entries import GENERAL, Draft, Fact
from lovefund.core.grants import grant_settled
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.core.rulebook import Adopted, judging
from lovefund.core.rules import notice_term
from lovefund.core.steps import Applicant
from lovefund.core.workdays import Counted
from lovefund.errors import BadInput, Refused
from lovefund.language import _
from lovefund.money import yuan
from lovefund.store.book import Book, Posted
from lovefund.store.reading import Books
from lovefund.store.rules import read_adopted

#: Where a pupil stands whose money waits.
_WAITING = (c.PROMISED, c.APPROVED)


def apply(
    ws: Workspace,
    on: date,
    applicants: Sequence[Applicant],
    restriction: str = GENERAL,
    programme: str = "aid",
    path: str = c.USUAL,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Record an application, of one pupil or of many."""
    for applicant in applicants:
        if path == c.SMALL and applicant.amount_fen > c.SMALL_FEN_MAX:
            raise refuse(
                "not-small",
                _("{ask} yuan are more than the group may decide, {each} yuan for a pupil").format(
                    ask=yuan(applicant.amount_fen), each=yuan(c.SMALL_FEN_MAX)
                ),
                _("apply for it on the usual path"),
                _("Larger grants go to the committee (docs/grants.md)."),
            )

    def build(book: Book, books: Books) -> Draft:
        known = filled(books, applicants, book.at)
        return steps.applied(on, known, restriction, programme, path, papers)

    return record(ws, build, request)


def _step(
    ws: Workspace,
    no: int,
    build: Callable[[Book, Books, Case], Draft],
    request: str,
) -> Posted:
    return record(ws, lambda book, books: build(book, books, find(books, no)), request)


def confirm(
    ws: Workspace,
    no: int,
    on: date,
    papers: Papers = NO_PAPERS,
    request: str = "",
    teacher: str = "",
) -> Posted:
    """The class teacher confirms what was applied for; who that is stays sealed."""
    return _step(
        ws,
        no,
        lambda _k, _b, case: steps.step(case, c.VERIFIED, on, papers, {}, teacher=teacher),
        request,
    )


def visit(
    ws: Workspace,
    no: int,
    on: date,
    visitors: str,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """A family was visited; who went stays sealed."""
    return _step(
        ws,
        no,
        lambda _k, _b, case: steps.step(case, c.VISITED, on, papers, {}, visitors=visitors),
        request,
    )


def review(
    ws: Workspace,
    no: int,
    on: date,
    present: int,
    yes: int,
    against: int,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """The committee, or the group, reviewed it; ``papers.reference`` is the minutes' number."""
    if yes + against > present:
        raise refuse(
            "votes",
            _("{votes} votes of {present} who were present cannot be").format(
                votes=yes + against, present=present
            ),
            _("look at the minutes again"),
        )
    votes: dict[str, Fact] = {"present": present, "votes_for": yes, "votes_against": against}
    return _step(
        ws, no, lambda _k, _b, case: steps.step(case, c.REVIEWED, on, papers, votes), request
    )


@dataclass(frozen=True, slots=True)
class Term:
    """A notice's term; ``reaches_nobody`` where it lies wholly in a school's break."""

    begins: date
    days: int
    counted: Counted
    ends: date
    reaches_nobody: bool


def usual_term(adopted: Iterable[Adopted]) -> tuple[int, Counted]:
    """How long a notice hangs: as the fund's own rules in force say, else as is usual."""
    return notice_term(adopted) or c.notice_term()


def term_on(books: Books, day: date) -> Term:
    """The term of a notice that is posted on a day, where nobody says another."""
    adopted = read_adopted(books.connection, books.fund)
    return term(day, *usual_term(judging(adopted, day, day)))


def term(on: date, days: int, counted: Counted) -> Term:
    """The term of a notice that is posted on a day; UnknownYear where it cannot be told."""
    known = known_workdays()
    ends = known.last_day(on, days, counted)
    return Term(on, days, counted, ends, known.reaches_nobody(on, ends))


def last_contact(books: Books) -> str:
    """Where the last notice of this fund said that objections go; empty where there was none."""
    found = [
        str(file_of(books, e.no).get("contact", "")) for e in books.entries(kinds=(c.NOTICED,))
    ]
    return found[-1] if found else ""


def notice(
    ws: Workspace,
    no: int,
    contact: str = "",
    days: int | None = None,
    counted: Counted | None = None,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Post the notice of an application today; its days are counted from here."""

    def build(book: Book, books: Books, case: Case) -> Draft:
        usual = usual_term(book.rules.judging(book.at))
        found = term(book.at, days or usual[0], counted or usual[1])
        told = contact or last_contact(books)
        if not told:
            raise BadInput(
                "--contact",
                "",
                _("the notice does not say where an objection goes"),
                _("add --contact, as: 监督小组 0712-1234567; the next notice remembers it"),
            )
        return steps.noticed(case, book.at, found.days, found.counted, found.ends, told, papers)

    return _step(ws, no, build, request)


def object_to(
    ws: Workspace, no: int, on: date, text: str, papers: Papers = NO_PAPERS, request: str = ""
) -> Posted:
    """Somebody objects to what the notice says; what was said stays sealed."""
    return _step(
        ws,
        no,
        lambda _k, _b, case: steps.step(case, c.OBJECTED, on, papers, {}, objection=text),
        request,
    )


def answer(
    ws: Workspace,
    no: int,
    on: date,
    text: str,
    *,
    upheld: bool,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Answer the objection of entry ``no``, or the first open one of that application."""

    def build(_book: Book, _books: Books, case: Case) -> Draft:
        open_ones = [step.no for step in case.objections()]
        of = no if no in open_ones or not open_ones else open_ones[0]
        facts: dict[str, Fact] = {"of": of, "upheld": int(upheld)}
        return steps.step(case, c.ANSWERED, on, papers, facts, answer=text)

    return _step(ws, no, build, request)


def approve(
    ws: Workspace,
    no: int,
    on: date,
    codes: Sequence[str] = (),
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Approve an application, or some of its cases: their money is reserved."""

    def build(_book: Book, books: Books, case: Case) -> Draft:
        found = chosen(books, case, codes, (c.APPLIED,))
        return steps.approved(case, on, [m.applicant for m in found], papers)

    return _step(ws, no, build, request)


def tell(
    ws: Workspace,
    no: int,
    on: date,
    codes: Sequence[str] = (),
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Tell the families: what was reserved for them is owed to them from now on."""

    def build(book: Book, books: Books, case: Case) -> Draft:
        found = of_one_entry(chosen(books, case, codes, (c.APPROVED,)), codes)
        return steps.promised(
            book.chart, case, case.steps[found[0].no], on, [m.applicant for m in found], papers
        )

    return _step(ws, no, build, request)


def pay(
    ws: Workspace,
    no: int,
    on: date,
    place: str,
    codes: Sequence[str] = (),
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Pay an application, or some of its cases, out of what is reserved or promised."""

    def build(book: Book, books: Books, case: Case) -> Draft:
        _may_be_paid(case)
        found = of_one_entry(chosen(books, case, codes, _WAITING), codes)
        paid = [m.applicant for m in found]
        step = case.steps[found[0].no]
        if step.kind == c.APPROVED:
            return steps.paid(book.chart, case, step, on, paid, place, papers)
        promise = existing(books, step.no, c.PROMISED)
        total = sum(a.amount_fen for a in paid)
        restriction = str(case.facts["restriction"])
        kept = steps.decided(case, papers)
        draft = grant_settled(book.chart, on, promise, restriction, total, place, kept)
        return steps.settled(draft, case, paid, kept)

    return _step(ws, no, build, request)


def _may_be_paid(case: Case) -> None:
    """Refused with the step that is missing, before anybody asks whose money waits."""
    if not case.taken(c.APPROVED):
        missing = next((kind for kind in case.coming() if kind != c.PAID), c.APPROVED)
        raise Refused((case.step_missing(c.PAID, missing),))


def signed(
    ws: Workspace,
    no: int,
    on: date,
    codes: Sequence[str] = (),
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """The guardians signed for the money; the sheet is kept as evidence."""

    def build(_book: Book, books: Books, case: Case) -> Draft:
        found = chosen(books, case, codes, (c.PAID,))
        rows = [m.applicant.row() for m in found]
        return steps.step(case, c.SIGNED, on, papers, {}, cases=rows)

    return _step(ws, no, build, request)


def follow_up(
    ws: Workspace, no: int, on: date, papers: Papers = NO_PAPERS, request: str = ""
) -> Posted:
    """What the grant did was looked at."""
    return _step(ws, no, lambda _k, _b, case: steps.step(case, c.FOLLOWED, on, papers, {}), request)


def refuse_grant(
    ws: Workspace,
    no: int,
    on: date,
    codes: Sequence[str] = (),
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Refuse an application, or some of its cases; the reason stays sealed."""

    def build(_book: Book, books: Books, case: Case) -> Draft:
        found = [m.applicant for m in chosen(books, case, codes, (c.APPLIED,))]
        return steps.left_out(case, c.REFUSED, on, found, papers)

    return _step(ws, no, build, request)


def withdraw(
    ws: Workspace,
    no: int,
    on: date,
    codes: Sequence[str] = (),
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """A family, or the fund, withdraws: before the decision, or what was approved or promised."""
    return _leave(ws, no, c.WITHDRAWN, (c.APPLIED, *_WAITING), on, codes, papers, request)


def lapse(
    ws: Workspace,
    no: int,
    on: date,
    codes: Sequence[str] = (),
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Money that nobody fetched goes back to its pot."""
    return _leave(ws, no, c.LAPSED, _WAITING, on, codes, papers, request)


def _leave(
    ws: Workspace,
    no: int,
    kind: str,
    standing: Sequence[str],
    on: date,
    codes: Sequence[str],
    papers: Papers,
    request: str,
) -> Posted:
    """Cases leave an application; without codes those whose money waits, if there are any."""

    def build(book: Book, books: Books, case: Case) -> Draft:
        members = chosen(books, case, codes, standing)
        waiting = [] if codes else [m for m in members if m.at in _WAITING]
        found = of_one_entry(waiting or members, codes)
        if found[0].at == c.APPLIED:
            return steps.left_out(case, kind, on, [m.applicant for m in found], papers)
        return _given_up(book, books, case, kind, on, found, papers)

    return _step(ws, no, build, request)


def _given_up(
    book: Book,
    books: Books,
    case: Case,
    kind: str,
    on: date,
    found: Sequence[Member],
    papers: Papers,
) -> Draft:
    of = existing(books, found[0].no)
    account = None
    if of.postings and year_is_closed(books, of.on.year):
        restricted = book.restrictions[of.postings[0].restriction].restricted
        account = prior_year_account(book.chart, restricted)
    chosen_ = [m.applicant for m in found]
    return steps.given_up(book.chart, case, kind, of, on, chosen_, papers, account)


@dataclass(frozen=True, slots=True)
class Row:
    """An application in the list: where it stands, what comes next, and what is due."""

    case: Case
    coming: tuple[str, ...]
    deadlines: tuple[Deadline, ...]


def listed(books: Books, *, every: bool) -> list[Row]:
    """The applications in order; those at their end only where ``every`` is asked for."""
    known = known_workdays()
    found = []
    for entry in books.entries(kinds=(c.APPLIED,)):
        case = books.case(entry.no)
        if case is None:
            continue  # it was voided
        row = Row(case, tuple(case.coming()), tuple(case.deadlines(known)))
        if every or row.coming or row.deadlines:
            found.append(row)
    return found


def members(books: Books, case: Case) -> list[Member]:
    """The pupils of an application (private)."""
    return list(roll(books, case).values())
