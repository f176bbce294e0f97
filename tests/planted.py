"""Bugs planted into the running program, which the self-test must find."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lovefund.actions import spend
from lovefund.core import closing, corrections, donations, effects, figures, goods, judge
from lovefund.store import book

#: Puts something in the place of an attribute, as ``setattr`` does; undone by whoever calls.
Plant = Callable[[Any, str, Any], None]


def _owed(plant: Plant) -> None:
    whole = effects.Effects.add

    def add(self: Any, *args: Any) -> None:
        whole(self, *args)
        for pot in self.pot.values():
            pot.payable_fen = 0

    plant(effects.Effects, "add", add)


def _deaf(code: str) -> Callable[[Plant], None]:
    def plant_it(plant: Plant) -> None:
        whole = judge.judge
        plant(book, "judge", lambda draft, view: [r for r in whole(draft, view) if r.code != code])

    return plant_it


def _days(plant: Plant) -> None:
    plant(book.Book, "_judge_days", lambda _self, _effects: [])


def _half(plant: Plant) -> None:
    whole = corrections.correcting_postings

    def half(*args: Any, **options: Any) -> Any:
        return tuple(p._replace(amount_fen=p.amount_fen // 2) for p in whole(*args, **options))

    plant(corrections, "correcting_postings", half)


def _rounds_up(plant: Plant) -> None:
    plant(goods, "cost_out", lambda quantity, held, value: -(-value * quantity // held))


def _wrong_purse(plant: Plant) -> None:
    whole = donations.refund_owed

    def refund(*args: Any, **options: Any) -> Any:
        draft = whole(*args, **options)
        moved = tuple(p._replace(restriction="general") for p in draft.postings)
        return type(draft)(draft.kind, draft.on, moved, draft.facts, file=draft.file)

    plant(donations, "refund_owed", refund)


def _refunds_ever(plant: Plant) -> None:
    plant(spend, "following", lambda *_args: [])


def _year_never_closed(plant: Plant) -> None:
    plant(spend, "year_is_closed", lambda *_args: False)


def _forgets_earlier(plant: Plant) -> None:
    whole = closing.year_closed

    def closed(chart: Any, year: int, balances: Any, restrictions: Any) -> Any:
        some = [b for b in balances if not b[0].startswith("49")]
        return whole(chart, year, some, restrictions)

    plant(closing, "year_closed", closed)


def _sign(plant: Plant) -> None:
    from lovefund.actions import figures as gathered

    whole = figures.definitions

    def turned(*args: Any) -> Any:
        found = whole(*args)
        found["outlay"][0] = found["outlay"][0]._replace(kind="outlay-paid")
        return found

    plant(gathered, "definitions", turned)


def _counts_on(plant: Plant) -> None:
    """The head moves though nothing new was booked."""
    whole = book.Book.post

    def post(self: Any, drafts: Any, report: Any = None) -> int:
        fresh = whole(self, drafts, report)
        if not fresh:
            self._settle()
        return fresh

    plant(book.Book, "post", post)


PLANTED: dict[str, Callable[[Plant], None]] = {
    "forgets that money is owed": _owed,
    "does not look at the days between": _days,
    "lends from a purpose": _deaf("purpose"),
    "books on closed days": _deaf("closed-period"),
    "books what has not happened yet": _deaf("future-day"),
    "takes any amount": _deaf("amount"),
    "corrects by half": _half,
    "lets goods go at rounded-up cost": _rounds_up,
    "owes a refund from another purse": _wrong_purse,
    "gives a gift back twice": _refunds_ever,
    "takes back into a closed year": _year_never_closed,
    "leaves interest out of the closing": _forgets_earlier,
    "shows half of the outlay": _sign,
    "moves the head for nothing": _counts_on,
}
