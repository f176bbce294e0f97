"""Counts before two witnesses: cash and boxes piece by piece, and the difference that is booked.

Who counted with whom is sealed; the pieces are public, so that anyone adds them up again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Protocol

from lovefund.core.accounts import Chart
from lovefund.core.donations import Donor, donation
from lovefund.core.entries import GENERAL, Draft, Fact, Posting
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.errors import Refusal
from lovefund.language import _
from lovefund.money import yuan

COUNTED = "cash-counted"
#: Notes and coins in use, in fen.
FACES = (10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1)
WITNESSES_MIN = 2
#: (value of a piece in fen, how many), each value once.
Pieces = Sequence[tuple[int, int]]


class Proposal(Protocol):
    """A draft, or the line that it became."""

    @property
    def kind(self) -> str: ...
    @property
    def on(self) -> date: ...
    @property
    def postings(self) -> tuple[Posting, ...]: ...
    @property
    def facts(self) -> Mapping[str, Fact]: ...


def total(pieces: Pieces) -> int:
    """What pieces are worth, in fen."""
    return sum(face * number for face, number in pieces)


def witnessed(names: Sequence[str]) -> dict[str, Fact]:
    """The public fact of a count: how many looked on; their names are sealed."""
    return {"witnesses": len(set(names))}


def cash_counted(
    chart: Chart,
    on: date,
    pieces: Pieces,
    book_fen: int,
    witnesses: Sequence[str],
    papers: Papers = NO_PAPERS,
) -> Draft:
    """The cash of a day was counted; what is missing or too much is booked in general money."""
    counted = total(pieces)
    cash = chart.code("cash")
    postings: tuple[Posting, ...] = ()
    if counted < book_fen:
        postings = (Posting(chart.code("shortage"), cash, GENERAL, book_fen - counted),)
    elif counted > book_fen:
        postings = (Posting(cash, chart.code("surplus"), GENERAL, counted - book_fen),)
    facts: dict[str, Fact] = {
        "channel": "cash",
        "book_fen": book_fen,
        "counted_fen": counted,
        "pieces": [list(piece) for piece in pieces],
        **witnessed(witnesses),
        **papers.facts(),
    }
    return Draft(COUNTED, on, postings, facts, file=papers.file(witnesses=list(witnesses)))


def box_opened(
    chart: Chart,
    on: date,
    box: str,
    pieces: Pieces,
    witnesses: Sequence[str],
    source: str,
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """A donation box was opened and counted: one gift of nobody by name, with its receipt."""
    gift = donation(chart, on, total(pieces), "cash", source, Donor(), restriction, papers)
    facts: dict[str, Fact] = {
        **gift.facts,
        "box": box,
        "pieces": [list(piece) for piece in pieces],
        **witnessed(witnesses),
    }
    return replace(gift, facts=facts, file={**(gift.file or {}), "witnesses": list(witnesses)})


def is_counted(facts: Mapping[str, Fact], kind: str) -> bool:
    """Whether an entry says that something was counted."""
    return kind == COUNTED or "pieces" in facts or "witnesses" in facts


def judge_count(
    entry: Proposal, chart: Chart, held: Callable[[str, date], int]
) -> Iterator[Refusal]:
    """Why a count cannot be as an entry says; ``held`` is what an account held on a day."""
    facts = entry.facts
    witnesses = facts.get("witnesses")
    if not isinstance(witnesses, int) or witnesses < WITNESSES_MIN:
        yield Refusal(
            "witnesses",
            _("a count needs two people who look on; {count} are named").format(
                count=witnesses if isinstance(witnesses, int) else 0
            ),
            _("Money and goods are counted by two together (现金管理暂行条例 art. 12)."),
            _("name both with --witness, each once"),
        )
    if entry.kind == "stock-counted":
        return
    pieces = _pieces(facts.get("pieces"))
    if pieces is None:
        yield _wrong(_("its pieces are no notes and coins"))
        return
    cash = chart.code("cash")
    moved = sum(p.amount_fen * ((p.debit == cash) - (p.credit == cash)) for p in entry.postings)
    if entry.kind != COUNTED:
        if total(pieces) != moved:
            yield _wrong(
                _("the pieces are worth {pieces} yuan, and {moved} were booked").format(
                    pieces=yuan(total(pieces)), moved=yuan(moved)
                )
            )
        return
    said, now = facts.get("book_fen"), held(cash, entry.on)
    if said != now or facts.get("counted_fen") != total(pieces) or now + moved != total(pieces):
        yield _wrong(
            _("the pieces are worth {pieces} yuan, the books held {held}").format(
                pieces=yuan(total(pieces)), held=yuan(now)
            )
        )


def _pieces(fact: Any) -> list[tuple[int, int]] | None:
    """The pieces that a fact tells, or None where it tells none."""
    try:
        found = [(face, number) for face, number in fact]
    except (TypeError, ValueError):
        return None
    faces = [face for face, _number in found]
    whole = all(type(number) is int and number > 0 for _face, number in found)
    return found if whole and set(faces) <= set(FACES) and len(set(faces)) == len(faces) else None


def _wrong(what: str) -> Refusal:
    return Refusal(
        "count-facts",
        _("the count does not add up: {what}").format(what=what),
        _("What was counted is what the books hold from then on (law 9)."),
        _("count again with `lovefund count-cash`"),
    )
