"""Counts before two witnesses, and the accounts that money only passes through."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lovefund.actions import move, receive, spend
from lovefund.actions.check import check
from lovefund.actions.clearing import clearing
from lovefund.actions.count import count_cash, open_box
from lovefund.actions.workspace import Workspace, record
from lovefund.core.counting import FACES, box_opened, cash_counted, judge_count
from lovefund.core.donations import Donor
from lovefund.core.entries import Draft, Posting
from lovefund.core.goods import GoodsLine
from lovefund.errors import Refused
from lovefund.store import reconciliations as kept
from world import balance, entry_of, new_books, new_fund

DAY = date(2026, 4, 30)
TWO = ("赵老师（虚构）", "钱老师（虚构）")


@pytest.fixture
def school(tmp_path: Path) -> Workspace:
    """Cash of 81.50 in the books."""
    ws = new_fund(new_books(str(tmp_path / "a.db")), on=date(2026, 1, 1), today=date(2026, 5, 6))
    receive.donate(ws, date(2026, 4, 3), 8_150, "cash", "staff", Donor())
    return ws


def counted(ws: Workspace, *pieces: tuple[int, int]) -> int:
    return count_cash(ws, DAY, pieces, TWO).no


@pytest.mark.parametrize(
    ("pieces", "postings"),
    [
        (((5_000, 1), (1_000, 3), (50, 3)), ()),
        (((5_000, 1), (1_000, 3)), (("530112", "1001", "general", 150),)),
        (((5_000, 1), (1_000, 3), (100, 2)), (("1001", "490112", "general", 50),)),
    ],
)
def test_the_books_hold_what_was_counted(
    school: Workspace, pieces: tuple[tuple[int, int], ...], postings: tuple[object, ...]
) -> None:
    no = counted(school, *pieces)
    entry = entry_of(school, no)
    assert tuple(map(tuple, entry.postings)) == postings
    assert balance(school, "1001") == sum(face * number for face, number in pieces)
    assert entry.facts["witnesses"] == 2
    assert b"\xe8" not in entry.line
    assert check(school) == []


def test_no_count_without_two_people(school: Workspace) -> None:
    for names in ((), ("赵老师",), ("赵老师", "赵老师")):
        with pytest.raises(Refused) as error:
            count_cash(school, DAY, ((5_000, 1),), names)
        assert [r.code for r in error.value.refusals] == ["witnesses"]


def test_a_box_is_one_gift_of_nobody(school: Workspace) -> None:
    posted = open_box(school, DAY, "BOX-1", ((1_000, 3), (50, 4)), TWO, "society")
    entry = entry_of(school, posted.no)
    assert (entry.kind, entry.facts["box"], entry.postings[0].amount_fen) == (
        "donation", "BOX-1", 3_200,
    )  # fmt: skip
    assert posted.receipt
    assert check(school) == []


def _forged(draft: Draft, **facts: object) -> Draft:
    return replace(draft, facts={**draft.facts, **facts})  # type: ignore[arg-type]


def test_a_count_that_does_not_add_up_is_refused(school: Workspace) -> None:
    with school.reading() as books:
        chart = books.chart
    right = cash_counted(chart, DAY, ((5_000, 1),), 8_150, TWO)
    box = box_opened(chart, DAY, "BOX-1", ((1_000, 3),), TWO, "society")
    wrong = [
        _forged(right, pieces=[[5_000, 2]]),
        _forged(right, pieces=[[3_000, 1]]),
        _forged(right, pieces=[[5_000, 1], [5_000, 1]]),
        _forged(right, pieces="x"),
        _forged(right, book_fen=8_151),
        _forged(right, counted_fen=5_001),
        replace(right, postings=()),
        _forged(box, pieces=[[1_000, 4]]),
        replace(box, postings=(Posting("1002", "410116", "general", 3_000),)),
    ]
    for draft in wrong:
        with pytest.raises(Refused) as error:
            record(school, lambda _book, _books, draft=draft: draft)  # type: ignore[misc]
        assert [r.code for r in error.value.refusals] == ["count-facts"], draft
    record(school, lambda _book, _books: right)


def test_twin_a_gate_that_does_not_count_is_found_by_check(
    school: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with school.reading() as books:
        draft = _forged(cash_counted(books.chart, DAY, ((5_000, 1),), 8_150, TWO), book_fen=1)
    with monkeypatch.context() as blind:
        blind.setattr(kept, "judge_count", lambda *_args: iter(()))
        record(school, lambda _book, _books: draft)
    assert {f.code for f in check(school)} == {"count-facts"}


def test_stock_is_counted_by_two(school: Workspace) -> None:
    spend.buy_goods(school, DAY, (GoodsLine("books", 10, 500),), "cash")
    with pytest.raises(Refused, match="two people"):
        spend.count_stock(school, DAY, "books", 9, witnesses=("赵老师",))
    no = spend.count_stock(school, DAY, "books", 9, witnesses=TWO).no
    assert entry_of(school, no).facts["witnesses"] == 2


def test_every_face_is_a_note_or_coin() -> None:
    assert sum(FACES) == 18_888
    assert judge_count.__doc__


def test_what_passes_through_and_since_when(school: Workspace) -> None:
    receive.donate(school, date(2026, 4, 4), 500, "wechat", "staff", Donor())
    move.move_money(school, date(2026, 4, 6), 500, "wechat", "bank")
    receive.donate(school, date(2026, 4, 20), 700, "wechat", "staff", Donor())
    receive.donate(school, date(2026, 4, 25), 100, "wechat", "staff", Donor())
    no = receive.receive_unidentified(school, date(2026, 4, 26), 900, "bank").no
    today, found = clearing(school)
    told = {c.role: (c.fen, c.since, c.age(today)) for c in found}
    assert told == {
        "wechat": (800, date(2026, 4, 20), 16),
        "alipay": (0, None, 0),
        "unidentified": (-900, date(2026, 4, 26), 10),
        "advance": (0, None, 0),
    }
    assert {c.role: c.parts for c in found}["unidentified"] == ((no, "general", 900),)
    assert {c.role: c.parts for c in found}["wechat"] == ((0, "general", 800),)
