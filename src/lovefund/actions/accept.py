"""Accepts candidates of the inbox: ordinary entries through the one gate, each row once.

The request of an entry names the rows that it accepts, and the fund's head is locked before
the books are asked which rows those are: twice, by two people or after the inbox was lost, a
row is booked once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lovefund.actions.bills import inbox_of
from lovefund.actions.inbox import Candidate
from lovefund.actions.items import left_open
from lovefund.actions.move import split_now
from lovefund.actions.spend import owed_draft, returned_draft
from lovefund.actions.workspace import Workspace, refuse
from lovefund.core import candidates as c
from lovefund.core import donations, grants, places
from lovefund.core.donations import Donor
from lovefund.core.entries import Draft
from lovefund.core.papers import Papers
from lovefund.core.text import MEMO_LENGTH_MAX
from lovefund.language import _
from lovefund.store.book import Book, Posted
from lovefund.store.inbox import request_of
from lovefund.store.reading import Books


@dataclass(frozen=True, slots=True)
class Accepted:
    """How many candidates became entries, how many were in the books, and the new entries."""

    booked: int
    known: int
    entries: int


#: What can be drafted without looking at what was booked a moment before.
_SIMPLE = frozenset({c.GIFT, c.FEE, c.INTEREST, c.UNIDENTIFIED, c.OUTLAY})


def accept(
    ws: Workspace,
    chosen: Sequence[Candidate],
    report: Callable[[Posted], None] = lambda _posted: None,
) -> Accepted:
    """Book these candidates in one transaction, in order of their days: all or none.

    A candidate that is in the books already (``same``) is set aside as that entry. What was
    accepted meanwhile is passed over.
    """
    answer: list[Accepted] = []
    with ws.writing() as (book, books):
        inbox = inbox_of(books)
        known = inbox.entries_of([i for one in chosen for i in one.identities])
        fresh = [one for one in chosen if not any(i in known for i in one.identities)]
        shas = {bill.no: bill.sha256 for bill in inbox.bills()}
        lying: list[Draft] = []
        entries = 0

        def book_lying() -> None:
            nonlocal entries
            entries += book.post(lying, report) if lying else 0
            lying.clear()

        for one in sorted(fresh, key=lambda candidate: candidate.on):
            _require_decided(one)
            if one.suggestion.kind == c.SAME:
                because = _("it is entry {no}").format(no=one.suggestion.of)
                for row in one.kept:
                    inbox.set_aside(row, because, one.suggestion.of)
            elif one.suggestion.kind in _SIMPLE:
                lying += _simple(book, one, shas)
            else:
                book_lying()
                for draft in _steps(book, books, one):
                    lying.append(_of_bill(draft, one, shas))
                    book_lying()
        book_lying()
        answer.append(Accepted(len(fresh), len(chosen) - len(fresh), entries))
    return answer[0]


def _require_decided(one: Candidate) -> None:
    wants = c.lacks(one.suggestion)
    if wants:
        raise refuse(
            "undecided",
            _("row {id}: {wants}").format(id=one.id, wants=wants),
            _("decide it with `lovefund inbox edit {id}`, or set it aside").format(id=one.id),
        )


def _papers(one: Candidate) -> Papers:
    return Papers(memo=one.row.note[:MEMO_LENGTH_MAX])


def _of_bill(draft: Draft, one: Candidate, shas: Mapping[int, str]) -> Draft:
    """The draft with its place in the bill, sealed: which file, which row, which number."""
    lead = one.kept[0]
    told = [shas[lead.bill_no], lead.row_no, one.row.order]
    request = draft.request or request_of(*one.identities)
    return replace(draft, request=request, file={**(draft.file or {}), "bill": told})


def _simple(book: Book, one: Candidate, shas: Mapping[int, str]) -> list[Draft]:
    """What a candidate becomes by itself: one entry, and another for a fee that a gift bore."""
    s, chart, papers, fen = one.suggestion, book.chart, _papers(one), abs(one.row.fen)
    if s.kind == c.GIFT:
        donor = Donor(s.donor, s.public, s.alias)
        place = one.row.place
        drafts = [
            donations.donation(chart, one.on, fen, place, s.source, donor, s.restriction, papers)
        ]
        if one.row.fee_fen:
            fee = places.fee(chart, one.on, one.row.fee_fen, place, papers)
            drafts.append(replace(fee, request=request_of(*one.identities, step="fee")))
    elif s.kind == c.FEE:
        drafts = [places.fee(chart, one.on, fen, one.row.place, papers)]
    elif s.kind == c.INTEREST:
        drafts = [places.interest(chart, one.on, fen, one.row.place, s.restriction, papers)]
    elif s.kind == c.UNIDENTIFIED:
        drafts = [donations.unidentified(chart, one.on, fen, one.row.place, papers)]
    else:
        drafts = [
            grants.outlay_paid(
                chart,
                one.on,
                fen,
                one.row.place,
                s.programme,
                s.restriction,
                one.row.party,
                papers,
            )
        ]
    return [_of_bill(draft, one, shas) for draft in drafts]


def _steps(book: Book, books: Books, one: Candidate) -> Iterator[Draft]:
    """What leans on the books as they are: each draft is booked before the next is made."""
    s, fen, place, papers = one.suggestion, abs(one.row.fen), one.row.place, _papers(one)
    of = s.of or 0
    if s.kind == c.MOVED:
        source, target = (place, s.other) if one.row.fen < 0 else (s.other, place)
        split = split_now(books, fen, source)
        fee = one.row.fee_fen
        yield places.money_moved(book.chart, one.on, source, target, split, fee, papers)
    elif s.kind == c.RETURNED:
        yield returned_draft(book, books, of, one.on, fen, place, papers)
    else:
        debt = _debt(book, books, of, fen)
        if debt is None:
            owed = owed_draft(book, books, of, one.on, fen, own_fault=False, papers=papers)
            yield replace(owed, request=request_of(*one.identities, step="owed"))
            debt = _debt(book, books, of, fen) or of
        entry, lies_in = left_open(books, debt, "refund-due", "refund-owed", fen)
        yield donations.refund_paid(book.chart, one.on, entry, lies_in, fen, place, papers)


def _debt(book: Book, books: Books, of: int, fen: int) -> int | None:
    """The entry by which a gift is owed back already and of which as much is open, or None."""
    account = book.chart.code("refund-due")
    for later in books.naming(of):
        if later.kind == "refund-owed":
            items = books.item(later.no)
            if any(a == account and opened - paid >= fen for a, _r, opened, paid in items):
                return later.no
    return None
