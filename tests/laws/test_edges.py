"""The edges of the laws, where a slip of one day or one pupil would be seen nowhere else."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from lovefund.actions import mend, receive, spend
from lovefund.actions.check import check
from lovefund.actions.close import close_period, close_year
from lovefund.actions.figures import numbers
from lovefund.actions.publish import publish
from lovefund.actions.workspace import Workspace
from lovefund.core.accounts import shipped_chart
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.core.entries import BUILT_IN, GENERAL, Draft, Posting
from lovefund.core.goods import cost_out
from lovefund.core.grants import Recipient, grant_paid
from lovefund.core.judge import View, judge
from lovefund.core.places import fee
from lovefund.errors import Refused
from world import at, entry_of, new_books, new_fund

DAY = date(2026, 3, 10)
CHART = shipped_chart("npo-2026")
VIEW = View(CHART, {r.code: r for r in BUILT_IN}, date(2026, 1, 1), None, DAY)
GIFT = Draft(
    "donation", DAY, (Posting(CHART.code("bank"), CHART.code("source:staff"), GENERAL, 100),)
)


def codes(draft: Draft, view: View = VIEW) -> set[str]:
    return {refusal.code for refusal in judge(draft, view)}


def families(count: int) -> tuple[Recipient, ...]:
    return tuple(Recipient(f"L{i}", f"监护人{i}", 100) for i in range(count))


@pytest.fixture
def school(tmp_path: Path) -> Workspace:
    ws = new_fund(new_books(str(tmp_path / "a.db")), on=date(2026, 1, 1), today=DAY)
    receive.donate(ws, date(2026, 3, 7), 10_000, "bank", "staff", Donor())
    return ws


def test_only_corrections_are_red() -> None:
    assert codes(GIFT) == set()
    assert "red" in codes(replace(GIFT, postings=(GIFT.postings[0]._replace(amount_fen=-100),)))


def test_a_day_is_future_from_tomorrow_and_closed_to_its_end() -> None:
    tomorrow = date(2026, 3, 11)
    assert "future-day" in codes(replace(GIFT, on=tomorrow))
    assert "closed-period" in codes(GIFT, replace(VIEW, closed_through=DAY))
    assert codes(GIFT, replace(VIEW, closed_through=date(2026, 3, 9))) == set()


def test_groups_are_counted_from_five_pupils_up() -> None:
    for count in (1, 4):
        few = grant_paid(CHART, DAY, families(count), "bank", "aid")
        assert "pupils" not in few.facts
        assert codes(few) == set()
        assert "small-group" in codes(replace(few, facts={**few.facts, "pupils": count}))
        assert "small-group" in codes(grant_paid(CHART, DAY, families(count), "bank", "visits"))
    five = grant_paid(CHART, DAY, families(5), "bank", "visits")
    assert five.facts["pupils"] == 5
    assert codes(five) == set()


def test_few_families_hide_among_five_commitments_under_the_key_for_pupils(
    school: Workspace,
) -> None:
    no = spend.pay_grants(school, DAY, families(2), "bank").no
    assert len(set(json.loads(entry_of(school, no).line)["sealed"]["holder"])) == 5
    with school.reading() as books:
        rows = books.connection.execute(text(f"SELECT vault FROM sealed WHERE entry_no = {no}"))
        assert list(rows.scalars()) == ["pupils"]


def test_a_batch_is_judged_from_its_earliest_day(school: Workspace) -> None:
    receive.donate(school, date(2026, 3, 9), 10_000, "bank", "staff", Donor())
    drafts = [
        replace(fee(CHART, on, 5_000, "bank"), request=f"fee-{on}")
        for on in (date(2026, 3, 8), date(2026, 3, 5))
    ]
    with pytest.raises(Refused, match="2026-03-05"), school.writing() as (book, _books):
        book.post(drafts)


def test_closing_an_earlier_day_opens_nothing(school: Workspace) -> None:
    close_period(school, date(2026, 3, 8))
    for earlier in (date(2026, 2, 28), date(2026, 3, 8)):
        with pytest.raises(Refused, match="2026-03-08 already"):
            close_period(school, earlier)
    with school.reading() as books:
        assert books.head().closed_through == "2026-03-08"


def test_the_gate_itself_never_opens_what_is_closed(school: Workspace) -> None:
    close_period(school, date(2026, 3, 8))
    earlier = Draft("period-closed", DAY, facts={"through": "2026-02-28"}, request="earlier")
    with school.writing() as (book, _books):
        book.post_one(earlier)
    with school.reading() as books:
        assert books.head().closed_through == "2026-03-08"


def test_a_period_counts_its_first_day_once(school: Workspace) -> None:
    day = date(2026, 3, 7)
    with school.reading() as books:
        rows = {row[0]: row[2:] for row in numbers(books, day, day).balances}
    assert rows[CHART.code("bank")] == (0, 10_000, 0, 10_000)


def test_a_period_is_over_the_day_after(school: Workspace, tmp_path: Path) -> None:
    last = at(school, date(2026, 3, 31))
    with pytest.raises(Refused, match="2026-03-31"):
        publish(last, parse_period("2026-03"), tmp_path, ())
    assert publish(at(last, date(2026, 4, 1)), parse_period("2026-03"), tmp_path, ()).number == 1


def test_a_further_correction_starts_from_the_last(school: Workspace) -> None:
    for amount in (8_000, 9_500, 9_000):
        mend.correct(school, 1, DAY, mend.Changes(amount_fen=amount), "写错")
    with school.reading() as books:
        found = numbers(books, date(2026, 3, 1), DAY)
        assert found["income"] == 9_000
        source = CHART.code("source:staff")
        assert found[f"income-count/{source}"] == 1, "corrections are no further gifts"


def test_another_text_under_the_right_key_is_found(school: Workspace) -> None:
    """The owner of the keys can write a new sealed text, but not one that fits the line."""
    assert check(school) == []
    with school.reading() as books:
        nonce, _dossier = books.sealed(1)["file"]
        forged = books.vault.seal(1, "donors", {**books.sealed(1), "file": [nonce, "{}"]})
    path = school.database.path
    assert path is not None
    with sqlite3.connect(path) as other:
        other.execute("DROP TRIGGER sealed_no_update")
        other.execute("UPDATE sealed SET content = ? WHERE entry_no = 1", (forged,))
    other.close()
    assert "sealed" in [finding.code for finding in check(school)]


def test_what_is_reserved_is_not_spent(school: Workspace) -> None:
    spend.reserve_grant(school, DAY, 6_000)
    with pytest.raises(Refused, match="available"):
        spend.pay_outlay(school, DAY, 4_001, "bank", "visits")
    spend.pay_outlay(school, DAY, 4_000, "bank", "visits")


def test_results_of_earlier_years_close_into_net_assets(school: Workspace) -> None:
    close_year(at(school, date(2027, 1, 5)), 2026)
    mend.correct(
        at(school, date(2027, 1, 5)), 1, date(2027, 1, 5), mend.Changes(amount_fen=9_000), "写错"
    )
    close_year(at(school, date(2028, 1, 5)), 2027)
    with school.reading() as books:
        open_results = [
            m.account
            for m in books.balances()
            if books.chart[m.account].role == "prior-year" and m.debit_fen != m.credit_fen
        ]
    assert open_results == []


def test_years_are_closed_in_order(school: Workspace) -> None:
    with pytest.raises(Refused, match="2026"):
        close_year(at(school, date(2028, 1, 5)), 2027)


def test_goods_leave_at_average_cost_rounded_down() -> None:
    assert [cost_out(units, 3, 1_000) for units in (1, 2, 3)] == [333, 666, 1_000]


def test_connections_are_opened_by_the_recipe(school: Workspace) -> None:
    """What loses nothing in a power cut, and lets no fund be overdrawn by two at once."""
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0,
              "cell_size_check": 1, "secure_delete": 1}  # fmt: skip
    path = school.database.path
    assert path is not None
    with school.database.writing() as connection:
        for name, value in wanted.items():
            assert connection.execute(text(f"PRAGMA {name}")).scalar() == value, name
        other = sqlite3.connect(path, timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
    with school.database.reading() as connection, pytest.raises(Exception, match="readonly"):
        connection.execute(text("UPDATE log_head SET last_at = last_at"))
