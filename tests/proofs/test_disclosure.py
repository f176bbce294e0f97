"""Who holds all lines, statements, faces and notices learns no stage, class, kind or need.

Two worlds that differ in one protected fact publish the same bytes (tests/disclosure.py), so
nothing that can be computed from them, across overlapping statements and terms, tells the worlds
apart. Each twin takes one guard out of the program and is told apart.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest

from disclosure import OTHER, STATEMENTS, Published, worlds
from lovefund.actions import notices
from lovefund.core import entitlement, grants, judge, pupils, steps
from lovefund.core.days import parse_period
from lovefund.core.pupils import Pupil, codes_for, draw_code
from lovefund.log import lines as log
from lovefund.store import book

SEEDS = (20260901, 20260902)
CODES = "who has which code of the second term"
FEW = "how many of a small group"


def told_apart(monkeypatch: pytest.MonkeyPatch, folder: Path, seed: int, protected: str) -> str:
    """What tells the two worlds apart; empty where nothing does."""
    one, other = (year.held for year in worlds(monkeypatch, folder, seed, protected))
    return difference(one, other)


def difference(one: Published, other: Published) -> str:
    if len(one.lines) != len(other.lines):
        return "the number of entries"
    for a, b in zip(one.lines, other.lines, strict=True):
        if a != b:
            return f"line {log.read_line(a).no}, {log.read_line(a).kind}"
    for a, b in zip(one.notices, other.notices, strict=True):  # type: ignore[assignment]
        if a != b:
            return "a notice"
    for name in STATEMENTS:
        if one.statements[name] != other.statements[name]:
            return f"statement.json of {name}"
        if one.views[name] != other.views[name]:
            return f"what the faces of {name} show"
    return ""


@pytest.mark.parametrize("protected", OTHER)
@pytest.mark.parametrize("seed", SEEDS)
def test_two_worlds_that_differ_in_a_protected_fact_publish_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, protected: str
) -> None:
    """Faces are drawn from what is compared here alone: publishing/ knows no books."""
    assert told_apart(monkeypatch, tmp_path, seed, protected) == "", seed


def test_every_byte_of_every_face_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JSON, CSV, XLSX, page, messages and PDF of statements and notices, in one language."""
    one, other = (
        {p.relative_to(y.folder): p.read_bytes() for p in y.folder.glob("out/**/*.*")}
        for y in worlds(monkeypatch, tmp_path, SEEDS[0], "need", ("zh",))
    )
    assert {path.suffix for path in one} >= {".pdf", ".json", ".csv", ".xlsx", ".html", ".txt"}
    assert [path for path in one.keys() | other.keys() if one.get(path) != other.get(path)] == []


# -- twins: what the test sees when a guard is taken out -------------------------------------------


def _need_in_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    applied = steps.applied

    def telling(on: Any, applicants: Any, *more: Any) -> Any:
        draft = applied(on, applicants, *more)
        facts = {**draft.facts, "need": "-".join(sorted({a.need for a in applicants}))}
        return draft.__class__(draft.kind, draft.on, facts=facts, file=draft.file)

    monkeypatch.setattr(steps, "applied", telling)


def _tier_in_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    applied = steps.applied
    tiers = {"孤儿": 1, "单亲": 2, "病残": 3, "": 4}

    def telling(on: Any, applicants: Any, *more: Any) -> Any:
        draft = applied(on, applicants, *more)
        facts = {**draft.facts, "tiers": sum(tiers[a.tier] for a in applicants)}
        return draft.__class__(draft.kind, draft.on, facts=facts, file=draft.file)

    monkeypatch.setattr(steps, "applied", telling)


def _stages_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A count of each stage, of however few."""
    registered = pupils.registered

    def telling(on: Any, changes: Any, *more: Any) -> Any:
        draft = registered(on, changes, *more)
        told = [change.get("stage", "") for _identity, change in changes]
        facts = {f"stage_{s}": told.count(s) for s in pupils.STAGES if s in told}
        return draft.__class__(draft.kind, draft.on, facts=facts, file=draft.file)

    monkeypatch.setattr("lovefund.actions.register.registered", telling)


def _teachers_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entitlement, "_told_a_class", lambda *_term: iter(()))


def _no_decoys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "HOLDERS_MIN", 0)


def _few_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grants, "PUPILS_MIN", 1)
    monkeypatch.setattr(judge, "PUPILS_MIN", 1)


def _in_the_order_of_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "sorted", list, raising=False)


TWINS: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], str, str]] = {
    "the need stands in the line": (_need_in_the_line, "need", "grant-applied"),
    "a sum of the kinds stands in the line": (_tier_in_the_line, "kind", "grant-applied"),
    "stages of under five are counted": (_stages_counted, "stage", "pupils-registered"),
    "class teachers record under their own code": (_teachers_record, "class", "grant-verified"),
    "a small group has as many receipts as families": (_no_decoys, FEW, "grant-paid"),
    "a small group is counted": (_few_counted, FEW, "grant-paid"),
    "a notice keeps the order of the list": (_in_the_order_of_the_list, CODES, "a notice"),
}


@pytest.mark.parametrize("twin", TWINS)
def test_a_twin_that_tells_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, twin: str
) -> None:
    take_out, protected, where = TWINS[twin]
    take_out(monkeypatch)
    found = (told_apart(monkeypatch, tmp_path, seed, protected) for seed in range(7, 12))
    assert any(where in each for each in found)


# -- overlapping statements --------------------------------------------------------------------


def counts(held: Published) -> Iterator[tuple[str, str, int]]:
    """(statements, a wider one, pupils in the wider one and in none of them), where they nest."""
    periods = {name: parse_period(name) for name in held.views}
    for wide, outer in periods.items():
        inside = [
            name
            for name, inner in periods.items()
            if name != wide and outer.day_from <= inner.day_from and inner.day_to <= outer.day_to
        ]
        for some in chain.from_iterable(combinations(inside, n) for n in (1, 2)):
            apart = len(some) == 1 or periods[some[0]].day_to < periods[some[1]].day_from
            if apart:
                left = _counted(held, wide) - sum(_counted(held, name) for name in some)
                yield "+".join(some), wide, left


def _counted(held: Published, name: str) -> int:
    rows = held.views[name].entries  # type: ignore[attr-defined]
    return sum(row.pupils for row in rows)


def test_no_difference_of_overlapping_statements_counts_a_group_under_five(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Months from quarter and from term: what is left is nobody, or five and more."""
    for year in worlds(monkeypatch, tmp_path, SEEDS[0], FEW):
        found = list(counts(year.held))
        assert len(found) >= 3
        assert [row for row in found if 0 < row[2] < 5] == []


def test_a_twin_that_counts_small_groups_is_found_by_subtracting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _few_counted(monkeypatch)
    found = [
        row
        for seed in SEEDS
        for year in worlds(monkeypatch, tmp_path, seed, FEW)
        for row in counts(year.held)
    ]
    assert [row for row in found if 0 < row[2] < 5]


# -- codes of two terms ------------------------------------------------------------------------


def linked(seed: int, children: int = 8) -> float:
    """How many of the codes an attacker joins who takes both terms' codes in their order."""
    chance = random.Random(seed)
    register = {f"{n}": Pupil(f"{n}", f"学生{n}") for n in range(children)}
    for term in ("2026-spring", "2026-autumn"):
        for identity, change in codes_for(register, term, chance.randrange):
            register[identity] = register[identity].changed(change)
    first, second = (
        sorted(p.codes[term] for p in register.values()) for term in ("2026-spring", "2026-autumn")
    )
    pairs = {p.codes["2026-spring"]: p.codes["2026-autumn"] for p in register.values()}
    return sum(pairs[a] == b for a, b in zip(first, second, strict=True)) / children


def test_codes_of_two_terms_are_joined_by_luck_alone() -> None:
    """Of 8 pupils one in 8 is guessed by who guesses blindly; 400 schools, one seed each."""
    hits = [linked(seed) for seed in range(400)]
    assert 0.09 < sum(hits) / len(hits) < 0.16


def test_codes_in_a_row_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pupils, "draw_code", lambda taken, _chance: f"L{len(taken):03}")
    assert linked(1) == 1.0


def test_nobody_has_a_code_twice() -> None:
    """Of 33 million codes a draw may hit one that is taken: it is drawn again."""
    rolls = iter([0] * 5 + [0] * 5 + [0, 0, 0, 0, 1])
    taken: set[str] = set()
    for _draw in range(2):
        taken.add(draw_code(taken, lambda _below: next(rolls)))
    assert taken == {"L00000", "L00001"}
