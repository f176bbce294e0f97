"""The books of any day are told again to the fen, and every change since has its entries."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from histories import late_history
from lovefund.actions import difference, mend, publish, receive
from lovefund.actions.corrections import note_of
from lovefund.actions.difference import Difference, of_period, of_statement
from lovefund.actions.figures import numbers
from lovefund.actions.statements import content_of, statements
from lovefund.actions.workspace import Workspace
from lovefund.core.amending import AMENDING, changes, concerns, differences
from lovefund.core.clocks import Clocks
from lovefund.core.days import parse_period, period_of
from lovefund.core.difference import MENDED
from lovefund.core.donations import Donor
from lovefund.core.figures import Term
from lovefund.errors import BadInput
from lovefund.store.past import Past
from lovefund.store.reading import Books
from world import at, new_books, new_fund

SEEDS = (11, 12)


def shown(books: Books) -> dict[str, Any]:
    """All that the reading commands say of balances, restrictions, goods and open items."""
    return {
        "balances": books.balances(),
        "pots": books.pots(),
        "stock": books.stock(),
        "open": books.open_items(),
        "entries": [entry.no for entry in books.entries()],
        "restrictions": books.restrictions,
        "size": books.size,
    }


@dataclass(frozen=True)
class Ledger:
    """A random ledger recorded late, with what its books said at the end of each day."""

    ws: Workspace
    said: dict[date, dict[str, Any]]

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """The lines, read by nothing of lovefund."""
        with self.ws.reading() as books:
            return [json.loads(entry.line) for entry in books.entries()]

    def held(self, as_of: str, known_at: str) -> dict[tuple[str, str], int]:
        """Debit minus credit by account and restriction, by the accounting alone."""
        sums: dict[tuple[str, str], int] = {}
        for line in self.lines:
            if line["on"] <= as_of and line["at"] <= known_at:
                for debit, credit, code, fen in line["postings"]:
                    sums[debit, code] = sums.get((debit, code), 0) + fen
                    sums[credit, code] = sums.get((credit, code), 0) - fen
        return {key: fen for key, fen in sums.items() if fen}

    def figure(self, prefix: str, first: str, last: str, known_at: str) -> int:
        """Credit minus debit of a prefix in a period."""
        return sum(
            fen * (credit.startswith(prefix) - debit.startswith(prefix))
            for line in self.lines
            if first <= line["on"] <= last and line["at"] <= known_at
            for debit, credit, _code, fen in line["postings"]
        )


@pytest.fixture(scope="module", params=SEEDS)
def ledger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    said: dict[date, dict[str, Any]] = {}

    def seen(ws: Workspace, day: date) -> None:
        with ws.reading() as books:
            said[day] = shown(books)

    place = tmp_path_factory.mktemp("clocks") / f"{request.param}.db"
    return Ledger(late_history(str(place), request.param, seen), said)


def test_the_ledger_has_what_the_clocks_are_for(ledger: Ledger) -> None:
    assert sum(line["on"][:7] < line["at"][:7] for line in ledger.lines) >= 5
    assert {"correction", "void"} & {line["kind"] for line in ledger.lines}
    assert len(ledger.said) == 12


def test_the_books_of_each_day_say_again_what_they_said(ledger: Ledger) -> None:
    assert not list(_forgotten(ledger))


def _forgotten(ledger: Ledger) -> Iterator[date]:
    """The days whose books are told otherwise than they were."""
    for day, said in ledger.said.items():
        with ledger.ws.reading(Clocks(known_at=day)) as books:
            if shown(books) != said:
                yield day


def test_a_clock_that_runs_late_is_noticed(ledger: Ledger) -> None:
    late = property(lambda self: min(self.whole.size, 3 + self.__dict__["_clocks"].known_at.day))
    with mock.patch.object(Past, "size", late):
        assert list(_forgotten(ledger))


def test_a_view_that_takes_nothing_back_is_noticed(ledger: Ledger) -> None:
    with mock.patch.object(Past, "_move", return_value=None):
        assert list(_forgotten(ledger))


days = st.dates(date(2026, 1, 2), date(2026, 12, 31))


@settings(max_examples=25, deadline=None)
@given(as_of=days, known_at=days)
def test_both_clocks_agree_with_the_lines(ledger: Ledger, as_of: date, known_at: date) -> None:
    with ledger.ws.reading(Clocks(as_of, known_at)) as books:
        ours = {
            (m.account, m.restriction): m.debit_fen - m.credit_fen
            for m in books.balances()
            if m.debit_fen != m.credit_fen
        }
        held = ledger.held(as_of.isoformat(), known_at.isoformat())
        assert ours == held
        money = {a.code for a in books.chart.accounts.values() if a.kind.value == "money"}
        for pot in books.pots():
            own = sum(fen for (code, p), fen in held.items() if p == pot["code"] and code in money)
            assert pot["money_fen"] == own


def _unsound(ledger: Ledger, first: date, last: date, known: tuple[date, date]) -> list[str]:
    """What is wrong with the differences of a period, looked at from the lines."""
    period = period_of(first, last)
    with ledger.ws.reading() as books:
        found = of_period(books, period, *known)
    changed = {one.figure: one for one in found.changed}
    wrong = [one.figure for one in found.changed if one.rest]
    for figure, prefix, sign in (("income", "4", 1), ("outlay", "5", -1)):
        then, now = (
            sign * ledger.figure(prefix, first.isoformat(), last.isoformat(), day.isoformat())
            for day in known
        )
        one = changed.get(figure)
        said = (then, now) if one is None else (one.then, one.now)
        if said != (then, now) and (one is not None or then != now):
            wrong.append(figure)
    return wrong


@settings(max_examples=25, deadline=None)
@given(ends=st.tuples(days, days), known=st.tuples(days, days))
def test_every_difference_is_made_by_entries_to_the_fen(
    ledger: Ledger, ends: tuple[date, date], known: tuple[date, date]
) -> None:
    assert _unsound(ledger, *sorted(ends), tuple(sorted(known))) == []  # type: ignore[arg-type]


def test_an_entry_left_out_of_the_causes_is_noticed(ledger: Ledger) -> None:
    def without_the_last(*given: Any) -> Any:
        return causes(*given)[:-1]

    causes = difference.causes
    with mock.patch.object(difference, "causes", without_the_last):
        found = _unsound(
            ledger, date(2026, 1, 1), date(2026, 12, 31), (date(2026, 2, 1), date(2026, 12, 31))
        )
    assert found


def test_from_and_to_are_in_order(ledger: Ledger) -> None:
    with ledger.ws.reading() as books, pytest.raises(BadInput, match="before --from"):
        of_period(books, parse_period("2026"), date(2026, 12, 31), date(2026, 1, 5))


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A statement of September, and two corrections and a void of its entries afterwards."""
    monkeypatch.setattr(publish, "_faces", lambda *_, **__: {})
    day = date(2026, 9, 10)
    ws = new_fund(new_books(str(tmp_path / "a.db")), on=date(2026, 9, 1), today=day)
    for fen in (50_000, 7_000, 900):
        receive.donate(at(ws, day), day, fen, "bank", "staff", Donor())
    october = at(ws, date(2026, 10, 5))
    publish.publish(october, parse_period("2026-09"), tmp_path / "published")
    mend.correct(october, 1, date(2026, 10, 5), mend.Changes(amount_fen=55_000), "写错了")
    mend.correct(october, 1, date(2026, 10, 5), mend.Changes(source="alumni"), "写错了")
    mend.void(october, 3, date(2026, 10, 5), "重复")
    receive.donate(october, date(2026, 10, 5), 100, "bank", "staff", Donor())
    return october


def _since(ws: Workspace) -> Difference:
    with ws.reading() as books:
        return of_statement(books, 1, None)


def test_a_statement_is_told_again_as_it_was_shown(published: Workspace) -> None:
    with published.reading() as books:
        statement = statements(books)[0]
        said = json.loads(content_of(books, statement))
    with published.reading(Clocks(entries=statement.no)) as books:
        again = numbers(books, date(2026, 9, 1), date(2026, 9, 30))
        assert books.statements() == []
    assert [list(row) for row in again.balances] == said["balances"]
    for name, value, _terms in said["figures"]:
        assert again.figures[name].value == value


def test_a_statement_stands_and_its_corrections_are_told(published: Workspace) -> None:
    changed = {one.figure: one for one in _since(published).changed}
    income = changed["income"]
    assert (income.then, income.now, income.corrected) == (57_900, 57_900, 62_000)
    assert [(c.entry.no, c.entry.of, c.share, c.how) for c in income.causes] == [
        (5, 1, 5_000, MENDED), (7, 3, -900, MENDED),
    ]  # fmt: skip
    assert changed["donations"].difference == -1
    assert "entries" not in changed or changed["entries"].rest == 0


def test_what_is_told_of_a_statement_is_what_its_correction_note_will_say(
    published: Workspace,
) -> None:
    with published.reading() as books:
        statement = statements(books)[0]
        amending = list(books.entries(kinds=AMENDING))
        named = {e.no: e for e in (books.entry(a.of or 0) for a in amending) if e}
        every = [c for c in changes(named, amending) if concerns(statement, c)]
        figures = json.loads(content_of(books, statement))["figures"]
        terms = {name: [Term(*term) for term in own] for name, _value, own in figures}
        assert note_of(books, statement) is None
    assert {c.figure: c.difference for c in _since(published).changed} == differences(terms, every)
