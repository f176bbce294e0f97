"""Budgets at their edges: the year's first and last day, changes that add up, shares rounded."""

from __future__ import annotations

import random
from datetime import date

import pytest

from lovefund.core.accounts import shipped_chart
from lovefund.core.budgets import Budgets, Row, budget_set, fact_of, is_year, percent, terms
from lovefund.core.days import parse_period
from lovefund.core.entries import Draft, Fact
from lovefund.core.figures import Totals, evaluate
from lovefund.core.pledges import Terms

CHART = shipped_chart("npo-2026")
PROGRAMMES = tuple(CHART.choices("programme:"))
DAY = date(2026, 3, 1)


def codes(budgets: Budgets, draft: Draft) -> list[str]:
    return [refusal.code for refusal in budgets.judge(draft)]


@pytest.mark.parametrize(
    ("year", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2025-2026", date(2025, 9, 1), date(2026, 8, 31)),
    ],
)
def test_a_budget_is_set_from_the_first_to_the_last_day_of_its_year(
    year: str, first: date, last: date
) -> None:
    for on in (first, last):
        assert codes(Budgets(PROGRAMMES), budget_set(on, year, {}, {"aid": 1})) == []
    for on in (first.replace(day=1).fromordinal(first.toordinal() - 1),
               last.fromordinal(last.toordinal() + 1)):  # fmt: skip
        told = codes(Budgets(PROGRAMMES), budget_set(on, year, {}, {"aid": 1}))
        assert told == ["budget-year"]


def test_only_years_have_a_budget() -> None:
    assert [y for y in ("2026", "2025-2026", "2026-2025", "2026-01", "26", "") if is_year(y)] == [
        "2026",
        "2025-2026",
    ]
    draft = Draft("budget-set", DAY, (), {"year": "2026-03", "budget_2026_aid_fen": 5})
    assert codes(Budgets(PROGRAMMES), draft) == ["budget-year"]


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_changed_the_facts_add_up_to_the_budget(seed: int) -> None:
    """The sum of the public facts is what was wanted last, by the figures of a statement too."""
    chance = random.Random(seed)
    budgets, entries = Budgets(PROGRAMMES), []
    wanted: dict[str, int] = {}
    for no in range(20):
        changed = {chance.choice(PROGRAMMES): chance.randrange(10**6) for _n in range(3)}
        now = budgets.of("2026")
        before, of = (dict(now.sums), now.last) if now else ({}, None)
        draft = budget_set(DAY, "2026", before, changed, of)
        assert codes(budgets, draft) in ([], ["budget-same"])
        if any(fen != wanted.get(slug, 0) for slug, fen in changed.items()):
            budgets.add(no, draft)
            entries.append(draft)
            wanted |= changed
    assert budgets.total("2026") == {slug: wanted.get(slug, 0) for slug in budgets.total("2026")}
    defined = terms(parse_period("2026"), CHART, entries)
    figures = {f.id: f.value for f in evaluate(defined, Totals({}, tuple(entries)))}  # type: ignore[arg-type]
    for slug, account in CHART.choices("programme:").items():
        assert figures.get(f"budget/{account.code}", 0) == wanted.get(slug, 0)
        assert figures.get(f"budget-left/{account.code}", 0) == wanted.get(slug, 0)


def test_a_change_that_names_another_entry_or_nothing_is_refused() -> None:
    budgets = Budgets(PROGRAMMES)
    budgets.add(7, budget_set(DAY, "2026", {}, {"aid": 100}))
    for of in (None, 3):
        assert codes(budgets, budget_set(DAY, "2026", {}, {"aid": 5}, of)) == ["budget-changed"]
    own = budget_set(DAY, "2026", {}, {"aid": 5}, restriction="home")
    assert codes(budgets, own) == [], "a restriction has a budget of its own"
    facts: dict[str, Fact] = {"year": "2026", "of": 7, fact_of("2026", "aid"): -101}
    assert codes(budgets, Draft("budget-set", DAY, (), facts)) == ["budget-amount"]
    facts = {"year": "2026", "of": 7, "budget_2025_aid_fen": 5}
    assert codes(budgets, Draft("budget-set", DAY, (), facts)) == ["budget-amount"]


def test_shares_are_rounded_to_a_tenth_half_away_from_zero() -> None:
    assert [percent(n, 2000) for n in (0, 1, 2, 3, 2000, 3000, -1)] == [
        "0.0%", "0.1%", "0.1%", "0.2%", "100.0%", "150.0%", "-0.1%",
    ]  # fmt: skip
    assert Row("aid", 0, 5).percent == ""
    assert Row("aid", 100, 130).left_fen == -30


def test_a_pledge_is_due_on_its_days_and_missing_from_the_first_that_did_not_come() -> None:
    terms = Terms("周女士（虚构）", "", 300_00, 3, 1, date(2026, 1, 31))
    assert terms.due_days() == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
    assert [terms.due_fen(day) for day in (date(2026, 1, 30), date(2026, 2, 28))] == [0, 600_00]
    assert terms.first_missing(599_99) == date(2026, 2, 28)
    assert terms.first_missing(900_00) is None
