"""What a pupil was given, beside a model that starts over from the entries that still stand."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lovefund.core.given import Deed, Given, Window, pupil_key

TERM = Window(date(2026, 9, 1), date(2027, 1, 31))
PUPILS = ("甲", "乙", "丙")


def row(pupil: str, fen: int) -> list[Any]:
    return [f"C-{pupil}", pupil, f"{pupil}家长", fen]


def deed(no: int, kind: str, fen: int, of: int | None = None, **more: Any) -> Deed:
    on = more.pop("on", TERM.first)
    return Deed(no, kind, on, {} if of is None else {"of": of}, fen, more or None)


def sums(*deeds: Deed) -> dict[str, int]:
    told = Given(TERM)
    for each in deeds:
        told.note(each)
    return {p: told.of(pupil_key("", p)).given_fen for p in PUPILS}


PAID = deed(1, "grant-paid", 900, cases=[row("甲", 500), row("乙", 400)])
ONE = deed(1, "grant-promised", 500, cases=[row("甲", 500)])


def test_a_promise_that_is_withdrawn_or_lapses_was_not_given() -> None:
    for kind in ("grant-withdrawn", "grant-lapsed"):
        assert sums(ONE, deed(2, kind, 500, 1, cases=[row("甲", 500)]))["甲"] == 0


def test_a_promise_and_its_payment_are_one_gift_and_a_return_comes_off_it() -> None:
    paid = deed(2, "grant-paid", 500, 1, settles=[row("甲", 500)])
    assert sums(ONE, paid)["甲"] == 500
    assert sums(ONE, paid, deed(3, "grant-returned", 200, 2))["甲"] == 300


def test_what_comes_back_in_a_later_term_comes_off_the_term_of_the_grant() -> None:
    late = deed(2, "grant-returned", 500, 1, on=date(2027, 3, 1), cases=[row("甲", 500)])
    assert sums(PAID, late) == {"甲": 0, "乙": 400, "丙": 0}


def test_of_several_what_came_back_in_part_is_nobodys_and_the_whole_is_everybodys() -> None:
    assert sums(PAID, deed(2, "grant-returned", 100, 1)) == {"甲": 500, "乙": 400, "丙": 0}
    assert sums(PAID, deed(2, "grant-returned", 900, 1)) == {"甲": 0, "乙": 0, "丙": 0}


def test_agency_money_counts_and_is_told_apart_and_other_aid_does_not() -> None:
    told = Given(TERM)
    told.note(deed(1, "agency-paid", 300, pupil="甲"))
    told.note(ONE._replace(no=2))
    more = {"C-甲": {"other_aid_fen": 150_000}}
    told.note(deed(3, "grant-applied", 0, cases=[row("甲", 1)], more=more))
    assert told.of(pupil_key("", "甲")) == (800, 300, 150_000)


KINDS = ("grant", "promise", "agency", "take", "correct", "void")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.integers(0, 20),
        st.integers(1, 500),
        st.sampled_from(PUPILS),
        st.integers(-40, 200),
    ),
    max_size=14,
)


def modelled(history: list[tuple[Any, ...]]) -> dict[str, int]:
    """The sums by starting over: every grant of the term, less what stands against it."""
    voided = {of for kind, _no, of, *_ in history if kind == "void"}
    standing = [h for h in history if h[1] not in voided and h[0] != "void"]
    had: dict[str, int] = defaultdict(int)
    for kind, no, _of, fen, pupil, on in standing:
        if kind in ("grant", "promise", "agency") and TERM.first <= on <= TERM.last:
            had[pupil] += fen
            for k, _n, of, amount, _p, _o in standing:
                if of == no:
                    had[pupil] += {"take": -amount, "correct": amount}.get(k, 0)
    return {p: had[p] for p in PUPILS}


@given(STEPS)
def test_any_course_of_entries_agrees_with_starting_over(steps: list[tuple[Any, ...]]) -> None:
    kinds = {"grant": "grant-paid", "promise": "grant-promised", "agency": "agency-paid"}
    history: list[tuple[Any, ...]] = []
    told = Given(TERM)
    for no, (what, pick, fen, pupil, days) in enumerate(steps):
        on = TERM.first + timedelta(days=days)
        standing = {h[2] for h in history if h[0] == "void"}
        grants = [h[1] for h in history if h[0] in kinds and h[1] not in standing]
        undone = [h for h in history if h[0] in ("take", "correct")]
        if what in kinds:
            history.append((what, no, None, fen, pupil, on))
            more = {"pupil": pupil} if what == "agency" else {"cases": [row(pupil, fen)]}
            told.note(deed(no, kinds[what], fen, on=on, **more))
            continue
        if what == "void":
            # What others build on is not voided before them.
            free = [g for g in grants if not any(u[2] == g for u in undone)]
            choices = free + [u[1] for u in undone if u[1] not in standing]
        else:
            choices = grants
        if not choices:
            continue
        of = choices[pick % len(choices)]
        history.append((what, no, of, fen, pupil, on))
        name = {"take": "grant-returned", "correct": "correction", "void": "void"}[what]
        told.note(deed(no, name, fen, of, on=on))
    assert {p: told.of(pupil_key("", p)).given_fen for p in PUPILS} == modelled(history)
