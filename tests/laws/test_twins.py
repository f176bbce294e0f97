"""Every law holds on random histories, and catches a twin of the program that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from histories import DONOR, closed_history, random_history
from laws import laws
from lovefund.actions import mend, receive, spend
from lovefund.actions.check import check
from lovefund.actions.close import close_period
from lovefund.actions.open_fund import bring_forward
from lovefund.actions.workspace import Workspace
from lovefund.core import corrections, donations, effects, judge
from lovefund.core.donations import Donor
from lovefund.core.entries import Draft
from lovefund.core.figures import Term
from lovefund.core.opening import OpeningBalance
from lovefund.errors import LovefundError, Refused
from lovefund.store import book
from lovefund.store import tables as t
from world import at, new_books, new_fund

SECRETS = (DONOR, "监护人", "学生甲", "司徒试验")
LAWS: dict[str, laws.Law] = {
    "1": laws.law_1_balanced,
    "2": laws.law_2_never_below_zero,
    "3": laws.law_3_purpose,
    "5": laws.law_5_corrections,
    "6": laws.law_6_no_gaps,
    "7": laws.law_7_closed,
    "8": laws.law_8_statement,
    "10": laws.law_10_replay,
    "11": lambda books: laws.law_11_nothing_private(books, SECRETS),
}


def breaches(ws: Workspace, law: str) -> list[str]:
    with ws.reading() as books:
        return LAWS[law](books)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("seed", [11, 12])
def test_a_law_holds(tmp_path: Path, law: str, seed: int) -> None:
    assert breaches(closed_history(tmp_path, seed), law) == []


@pytest.fixture
def school(tmp_path: Path) -> Workspace:
    ws = new_fund(new_books(str(tmp_path / "a.db")), on=date(2026, 1, 1), today=date(2026, 6, 1))
    receive.donate(ws, date(2026, 3, 1), 50_000, "bank", "staff", Donor())
    return ws


def test_twin_1_forgets_one_side(monkeypatch: pytest.MonkeyPatch, school: Workspace) -> None:
    whole = effects.Effects.add

    def one_sided(self: effects.Effects, *args: Any) -> None:
        whole(self, *args)
        for key, pair in self.balance.items():
            if key[0].startswith("4"):
                pair[1] -= 1

    monkeypatch.setattr(effects.Effects, "add", one_sided)
    receive.donate(school, date(2026, 3, 2), 100, "bank", "staff", Donor())
    assert breaches(school, "1")


def test_twin_2_looks_at_today_only(monkeypatch: pytest.MonkeyPatch, school: Workspace) -> None:
    """Money spent before it came: the totals at the end are right, a day between is not."""
    monkeypatch.setattr(book.Book, "_judge_days", lambda _self, _effects: [])
    spend.pay_outlay(school, date(2026, 2, 1), 50_000, "bank", "aid")
    assert any("2026-02-01" in b for b in breaches(school, "2"))
    assert breaches(school, "10"), "check finds it too"


def test_twin_2_never_asks_what_is_there(
    monkeypatch: pytest.MonkeyPatch, school: Workspace
) -> None:
    """Without the gate's judgement the database itself refuses."""
    monkeypatch.setattr(book.Book, "_judge_totals", lambda _self, _effects: [])
    monkeypatch.setattr(book.Book, "_judge_days", lambda _self, _effects: [])
    with pytest.raises(Refused) as refused:
        spend.pay_outlay(school, date(2026, 3, 2), 50_001, "bank", "aid")
    assert refused.value.refusals[0].code == "database-refused"


def _deaf_to(code: str) -> Callable[..., list[Any]]:
    """A judge that does not say one of its refusals."""
    whole = judge.judge
    return lambda draft, view: [r for r in whole(draft, view) if r.code != code]


def test_twin_3_lends_from_a_purpose(monkeypatch: pytest.MonkeyPatch, school: Workspace) -> None:
    receive.donate(school, date(2026, 3, 2), 100, "bank", "staff", Donor(pupil="学生甲"), "named")
    monkeypatch.setattr(book, "judge", _deaf_to("purpose"))
    spend.pay_outlay(school, date(2026, 3, 3), 100, "bank", "home", "named")
    assert breaches(school, "3")


def test_twin_5_corrects_by_half(monkeypatch: pytest.MonkeyPatch, school: Workspace) -> None:
    whole = corrections.correcting_postings

    def half(*args: Any, **options: Any) -> Any:
        return tuple(p._replace(amount_fen=p.amount_fen // 2) for p in whole(*args, **options))

    monkeypatch.setattr(corrections, "correcting_postings", half)
    mend.correct(school, 1, date(2026, 4, 1), mend.Changes(amount_fen=10_000), "写错")
    assert breaches(school, "5")


def test_twin_6_leaves_a_number_out(monkeypatch: pytest.MonkeyPatch, school: Workspace) -> None:
    whole = book.Book._next_voucher

    def skipping(self: book.Book, draft: Draft) -> tuple[int | None, int | None]:
        year, number = whole(self, draft)
        return year, None if number is None else number + 1

    monkeypatch.setattr(book.Book, "_next_voucher", skipping)
    with pytest.raises(LovefundError, match="not the next voucher"):
        receive.donate(school, date(2026, 3, 2), 100, "bank", "staff", Donor())


def test_twin_6_leaves_a_receipt_out(monkeypatch: pytest.MonkeyPatch, school: Workspace) -> None:
    whole = book.Book._next_receipt

    def skipping(self: book.Book, no: int) -> str:
        whole(self, no)
        self._rows[t.receipt].pop()
        return whole(self, no)

    monkeypatch.setattr(book.Book, "_next_receipt", skipping)
    with pytest.raises(LovefundError, match="not the next receipt"):
        receive.donate(school, date(2026, 3, 2), 100, "bank", "staff", Donor())


def test_twin_6_writes_another_receipt_than_it_counts(
    monkeypatch: pytest.MonkeyPatch, school: Workspace
) -> None:
    """A line with the wrong serial passes the database; the law and ``check`` see it."""
    whole = book.Book._next_receipt
    monkeypatch.setattr(
        book.Book, "_next_receipt", lambda self, no: whole(self, no).replace("00000", "00001")
    )
    receive.donate(school, date(2026, 3, 2), 100, "bank", "staff", Donor())
    assert breaches(school, "6") == ["receipt 2026-000012 is out of line"]
    assert [finding.code for finding in check(school)] == ["receipt"]


def test_twin_6_books_a_gift_without_its_receipt(
    monkeypatch: pytest.MonkeyPatch, school: Workspace
) -> None:
    whole = donations.donation
    monkeypatch.setattr(donations, "donation", lambda *a: replace(whole(*a), receipt=False))
    receive.donate(school, date(2026, 3, 2), 100, "bank", "staff", Donor())
    assert breaches(school, "6") == ["gift 2 was booked without its receipt"]


def test_twin_7_opens_closed_days(monkeypatch: pytest.MonkeyPatch, school: Workspace) -> None:
    close_period(school, date(2026, 3, 31))
    monkeypatch.setattr(book, "judge", _deaf_to("closed-period"))
    with pytest.raises(LovefundError, match="the day is closed"):
        receive.donate(school, date(2026, 3, 2), 100, "bank", "staff", Donor())


def test_twin_7_forgets_what_was_closed(monkeypatch: pytest.MonkeyPatch, school: Workspace) -> None:
    """Where the gate forgets to keep the closing, the law sees it in the lines."""
    monkeypatch.setattr(book.Book, "_keep_state", lambda *_args: None)
    close_period(school, date(2026, 3, 31))
    receive.donate(school, date(2026, 3, 2), 100, "bank", "staff", Donor())
    assert breaches(school, "7")


def test_twin_8_turns_a_sign(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from lovefund.actions import figures

    ws = random_history(str(tmp_path / "b.db"), 13)
    assert breaches(ws, "8") == []
    whole = figures.definitions

    def turned(*args: Any) -> dict[str, list[Term]]:
        found = whole(*args)
        found["income"][0] = found["income"][0]._replace(
            factor=-found["income"][0].factor, column="credit"
        )
        return found

    monkeypatch.setattr(figures, "definitions", turned)
    assert breaches(ws, "8")


def test_twin_8_brings_forward_late(monkeypatch: pytest.MonkeyPatch, school: Workspace) -> None:
    """Balances brought forward in mid-life would open a statement higher than the last closed."""
    late = (OpeningBalance("bank", "general", 900),)
    with pytest.raises(Refused, match="after the fund opened"):
        bring_forward(school, date(2026, 5, 1), late)
    assert breaches(school, "8") == []
    monkeypatch.setattr(book, "judge", _deaf_to("late-opening"))
    bring_forward(school, date(2026, 5, 1), late)
    assert breaches(school, "8")


def test_twin_10_keeps_a_wrong_balance(monkeypatch: pytest.MonkeyPatch, school: Workspace) -> None:
    whole = book.Book._write_effects

    def wrong(self: book.Book, sums: effects.Effects) -> None:
        for pair in sums.balance.values():
            pair[0] += 5
            pair[1] += 5
        whole(self, sums)

    monkeypatch.setattr(book.Book, "_write_effects", wrong)
    receive.donate(school, date(2026, 3, 2), 100, "bank", "staff", Donor())
    monkeypatch.undo()
    assert breaches(school, "1") == []
    assert breaches(school, "10")


def test_twin_11_writes_a_name_into_the_line(
    monkeypatch: pytest.MonkeyPatch, school: Workspace
) -> None:
    whole = donations.donation

    def telling(*args: Any, **options: Any) -> Draft:
        draft = whole(*args, **options)
        return replace(draft, facts={**draft.facts, "note": draft.holders[0].name})

    monkeypatch.setattr(donations, "donation", telling)
    try:
        receive.donate(at(school, date(2026, 6, 2)), date(2026, 3, 2), 100, "bank", "staff",
                       Donor(DONOR))  # fmt: skip
    except (Refused, ValueError):
        return  # the line itself takes no such text
    assert breaches(school, "11")


def test_the_eleventh_law_sees_a_shown_secret(school: Workspace) -> None:
    with school.reading() as books:
        assert laws.law_11_nothing_private(books, ("410111",))
