"""What became of each gift: the rule on small books, and its law on years of random ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from laws import laws
from lovefund.actions import cases, mend, receive, restrictions, spend
from lovefund.actions.agency import agency_held
from lovefund.actions.workspace import Workspace
from lovefund.core import cases as machine
from lovefund.core import tracing
from lovefund.core.donations import Donor
from lovefund.core.entries import Holder
from lovefund.core.goods import GoodsLine
from lovefund.core.grants import Recipient
from lovefund.core.steps import Applicant
from lovefund.errors import Refused
from lovefund.selftest.draw import MAIN, OTHER, Draw
from lovefund.selftest.run import Pair, scratch
from lovefund.store.reading import Books
from world import new_books, new_fund

START = date(2026, 1, 1)


def played(seed: int, operations: int) -> Iterator[tuple[str, Books]]:
    """Two funds after so many random operations."""
    draw = Draw(random.Random(f"tracing/{seed}"), START)
    with scratch({MAIN: START, OTHER: START}) as pair:
        for _n in range(operations):
            assert pair.step(draw.next(pair.world)) == []
        yield from funds(pair)


def funds(pair: Pair) -> Iterator[tuple[str, Books]]:
    for name in (MAIN, OTHER):
        with pair.database.reading() as connection:
            yield name, Books(connection, name)


@pytest.mark.parametrize("seed", range(41, 47))
def test_what_is_left_of_all_gifts_is_what_the_books_hold(seed: int) -> None:
    for name, books in played(seed, 500):
        assert laws.law_gifts(books) == [], (seed, name)


def breaches(seed: int) -> list[str]:
    return [breach for _name, books in played(seed, 500) for breach in laws.law_gifts(books)]


def test_a_twin_that_forgets_what_came_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing._Tracer, "_return", lambda *_args: None)
    assert any("is left of its lots" in breach for breach in breaches(41))


def test_a_twin_that_lets_a_corrected_gift_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "postings_now", lambda entry, _naming: entry.postings)
    assert any("is left of its lots" in breach for breach in breaches(41))


def test_a_twin_that_pays_a_refund_from_the_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sums of a restriction still hold; the donor would be told what he got back as spent."""

    def pooled(self: Any, entry: Any, net: Any) -> None:
        for code, fen in net.items():
            self.lots[entry.of].refunded_fen -= fen
            self._draw((entry.no, code), -fen)

    monkeypatch.setattr(tracing._Tracer, "_refund", pooled)
    assert any(breach.startswith("lot ") for breach in breaches(41))


# -- the rule, on small books ---------------------------------------------------------------------

DAY = date(2026, 3, 1)


@pytest.fixture
def school(tmp_path: Path) -> Workspace:
    ws = new_fund(new_books(str(tmp_path / "a.db")), on=START, today=DAY)
    restrictions.open_restriction(ws, START, "home", "之家", ("home", "aid"), "XY-1")
    return ws


def gift(ws: Workspace, yuan: int, day: int = 3, purpose: str = "general") -> int:
    on = date(2026, 1, day)
    return receive.donate(
        ws, on, yuan * 100, "bank", "staff", Donor("张三", pupil="学生甲"), purpose
    ).no


def grant(ws: Workspace, yuan: int, purpose: str = "general", pupils: int = 1) -> int:
    families = tuple(Recipient(f"L{n}", f"监护人{n}", yuan * 100 // pupils) for n in range(pupils))
    return spend.pay_grants(ws, DAY, families, "bank", "aid", purpose).no


def told(ws: Workspace, *gifts: int) -> list[tuple[int, dict[int, int], int]]:
    """Of each gift, in yuan: its amount, what each entry used of it, and what waits."""
    with ws.reading() as books:
        assert laws.law_gifts(books) == []
        lots = tracing.trace(books.chart, books.entries()).lots
    return [
        (
            lots[no].amount_fen // 100,
            {entry: fen // 100 for (entry, _code), fen in lots[no].used.items()},
            lots[no].waiting_fen // 100,
        )
        for no in gifts
    ]


def test_the_oldest_day_is_used_first(school: Workspace) -> None:
    late, early = gift(school, 500, 20), gift(school, 300, 5)
    first, second = grant(school, 200), grant(school, 200)
    assert told(school, early, late) == [(300, {first: 200, second: 100}, 0),
                                         (500, {second: 100}, 400)]  # fmt: skip


def test_what_was_told_stays_when_an_older_gift_is_booked_late(school: Workspace) -> None:
    one = gift(school, 500, 20)
    first = grant(school, 200)
    other = gift(school, 300, 5)
    second = grant(school, 100)
    assert told(school, one, other) == [(500, {first: 200}, 300), (300, {second: 100}, 200)]


def test_each_restriction_pays_its_own(school: Workspace) -> None:
    pool, purpose = gift(school, 500), gift(school, 300, 5, "home")
    spent = grant(school, 200, "home")
    assert told(school, pool, purpose) == [(500, {}, 500), (300, {spent: 200}, 100)]


def test_directed_money_pays_directed_grants_and_no_others(school: Workspace) -> None:
    """The pool is the oldest and is not touched; nor does directed money pay for the pool."""
    pool, purpose = gift(school, 500, 2), gift(school, 500, 3, "home")
    first, second = gift(school, 300, 5, "named"), gift(school, 300, 9, "named")
    directed = grant(school, 400, "named")
    assert told(school, pool, purpose) == [(500, {}, 500), (500, {}, 500)]
    assert told(school, first, second) == [(300, {directed: 300}, 0), (300, {directed: 100}, 200)]
    others = grant(school, 400)
    assert told(school, pool) == [(500, {others: 400}, 100)]
    assert told(school, first, second) == [(300, {directed: 300}, 0), (300, {directed: 100}, 200)]


def test_a_twin_that_pays_directed_grants_from_the_pool(
    school: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, directed = gift(school, 500, 2), gift(school, 300, 5, "named")
    spent = grant(school, 200, "named")
    whole = tracing._Tracer._oldest

    def pooled(self: Any, code: str, fen: int) -> Any:
        return whole(self, "general" if code == "named" else code, fen)

    monkeypatch.setattr(tracing._Tracer, "_oldest", pooled)
    with school.reading() as books:
        assert any("is left of its lots" in breach for breach in laws.law_gifts(books))
        lots = tracing.trace(books.chart, books.entries()).lots
    assert lots[pool].used == {(spent, "named"): 20_000}
    assert not lots[directed].used


def test_the_order_says_nothing_of_a_child(school: Workspace) -> None:
    """What was held for each child is sealed and guarded; the public order goes by age alone."""
    older, newer = (
        receive.receive_agency(school, date(2026, 1, day), 30_000, "bank", Donor("李四"), pupil).no
        for day, pupil in ((3, "甲"), (4, "乙"))
    )
    passed = spend.pay_agency(school, DAY, 20_000, "bank", Holder("乙的监护人"), "乙").no
    assert told(school, older, newer) == [(300, {passed: 200}, 100), (300, {}, 300)]
    with school.reading() as books:
        assert agency_held(books) == {"甲": 30_000, "乙": 10_000}
    with pytest.raises(Refused, match="are held for 乙"):
        spend.pay_agency(school, DAY, 10_001, "bank", Holder("乙的监护人"), "乙")


def test_a_corrected_gift_lets_others_pay_for_what_it_never_had(school: Workspace) -> None:
    one, other = gift(school, 500), gift(school, 400, 9)
    spent = grant(school, 450)
    mend.correct(school, one, DAY, mend.Changes(amount_fen=30_000), "多记")
    assert told(school, one, other) == [(300, {spent: 300}, 0), (400, {spent: 150}, 250)]
    mend.correct(school, one, DAY, mend.Changes(amount_fen=35_000), "少记")
    assert told(school, one, other)[0] == (350, {spent: 300}, 50)


def test_a_void_gift_and_a_void_grant_leave_nothing_behind(school: Workspace) -> None:
    one, other = gift(school, 500), gift(school, 600, 9)
    spent, again = grant(school, 450), grant(school, 100)
    mend.void(school, spent, DAY, "重复")
    assert told(school, one, other) == [(500, {again: 50}, 450), (600, {again: 50}, 550)]
    mend.void(school, one, DAY, "重复")
    assert told(school, one, other) == [(0, {}, 0), (600, {again: 100}, 500)]


def test_a_gift_moved_to_its_right_restriction_takes_its_spending_with_nobody(
    school: Workspace,
) -> None:
    wrong, other = gift(school, 500), gift(school, 600, 9)
    spent = grant(school, 200)
    mend.correct(school, wrong, DAY, mend.Changes(restriction="home"), "用途写错")
    assert told(school, wrong, other) == [(500, {}, 500), (600, {spent: 200}, 400)]


def test_a_returned_grant_goes_back_to_who_paid_last(school: Workspace) -> None:
    one, other = gift(school, 100), gift(school, 600, 9)
    spent = grant(school, 300)
    back = spend.return_grant(school, spent, DAY, 25_000, "bank").no
    assert told(school, one, other) == [(100, {spent: 50}, 50), (600, {}, 600)]
    mend.void(school, back, DAY, "重复")
    assert told(school, one, other) == [(100, {spent: 100}, 0), (600, {spent: 200}, 400)]


@pytest.mark.parametrize("own_fault", [True, False])
def test_a_refund_is_the_donors_own_money(school: Workspace, own_fault: bool) -> None:
    one, other = gift(school, 500), gift(school, 600, 9)
    spent = grant(school, 400)
    owed = spend.owe_refund(school, one, DAY, 30_000, own_fault=own_fault).no
    assert told(school, one, other) == [(500, {spent: 200}, 0), (600, {spent: 200}, 400)]
    spend.pay_refund(school, owed, DAY, 30_000, "bank")
    assert told(school, one, other) == [(500, {spent: 200}, 0), (600, {spent: 200}, 400)]


def test_a_promise_is_spent_when_it_is_given_and_comes_back_to_its_lots(school: Workspace) -> None:
    one = gift(school, 500)
    promised = spend.promise_grants(school, DAY, (Recipient("L1", "监护人", 20_000),)).no
    assert told(school, one) == [(500, {promised: 200}, 300)]
    paid = spend.pay_promised(school, promised, DAY, 20_000, "bank").no
    assert told(school, one) == [(500, {promised: 200}, 300)]
    spend.return_grant(school, paid, DAY, 5_000, "bank")
    assert told(school, one) == [(500, {promised: 150}, 350)]


@pytest.mark.parametrize("give_up", [cases.withdraw, cases.lapse])
def test_a_promise_that_is_given_up_comes_back_to_its_lots(
    school: Workspace, monkeypatch: pytest.MonkeyPatch, give_up: Callable[..., object]
) -> None:
    monkeypatch.setattr(machine, "UNCLAIMED_DAYS", 0)
    monkeypatch.setattr(machine.Case, "notice_ends", lambda _case: None)
    day = DAY
    receive.donate(school, day, 500, "bank", "staff", Donor())
    no = cases.apply(school, day, [Applicant("L1", "甲", 300)], path="small").no
    cases.confirm(school, no, day)
    cases.review(school, no, day, 3, 3, 0)
    cases.notice(school, no, "监督小组")
    cases.approve(school, no, day)
    with school.reading() as books:
        before = laws.law_gifts(books), sums(books)
    cases.tell(school, no, day)
    with school.reading() as books:
        assert sums(books) != before[1]
    give_up(school, no, day)
    with school.reading() as books:
        assert (laws.law_gifts(books), sums(books)) == before == ([], sums(books))


def sums(books: Books) -> list[tuple[int, int]]:
    """What of each lot is used, and what waits."""
    lots = tracing.trace(books.chart, books.entries()).lots.values()
    return [(lot.used_fen, lot.waiting_fen) for lot in lots]


def test_a_changed_restriction_stays_its_donors(school: Workspace) -> None:
    one, other = gift(school, 500, 3, "home"), gift(school, 600, 2)
    restrictions.change_restriction(school, DAY, "home", "general", 20_000, "TY-1")
    spent = grant(school, 700)
    assert told(school, one, other) == [(500, {spent: 100}, 400), (600, {spent: 600}, 0)]
    mend.correct(school, one, DAY, mend.Changes(amount_fen=45_000), "多记")
    assert told(school, one, other)[0] == (450, {spent: 100}, 350)


@pytest.mark.parametrize("spent_fen", [0, 20_000])
def test_a_gift_that_moved_on_is_corrected_where_it_lay(school: Workspace, spent_fen: int) -> None:
    """Its restriction keeps its sum: others' money was moved in the place of what never was."""
    one, other = gift(school, 200, 3, "home"), gift(school, 600, 5, "home")
    restrictions.change_restriction(school, DAY, "home", "general", 20_000, "TY-1")
    spent = {grant(school, spent_fen // 100): 150} if spent_fen else {}
    mend.correct(school, one, DAY, mend.Changes(amount_fen=15_000), "多记")
    left = 0 if spent else 150
    assert told(school, one, other) == [
        (150, spent, left), (600, dict.fromkeys(spent, 50), 550 if spent else 600)
    ]  # fmt: skip


def test_a_change_of_restriction_that_is_void_brings_everyones_money_back(
    school: Workspace,
) -> None:
    one, other = gift(school, 200, 3, "home"), gift(school, 600, 5)
    moved = restrictions.change_restriction(school, DAY, "home", "general", 20_000, "TY-1").no
    spent = grant(school, 300)
    assert told(school, one, other) == [(200, {spent: 200}, 0), (600, {spent: 100}, 500)]
    mend.void(school, moved, DAY, "没有征得同意")
    assert told(school, one, other) == [(200, {}, 200), (600, {spent: 300}, 300)]


def test_goods_are_used_when_they_are_given_out(school: Workspace) -> None:
    lines = (GoodsLine("books", 10, 50_000),)
    goods = receive.donate_goods(school, date(2026, 1, 3), lines, "alumni", Donor()).no
    assert told(school, goods) == [(500, {}, 500)]
    given = spend.give_goods(school, DAY, (("books", 4),), "goods").no
    assert told(school, goods) == [(500, {given: 200}, 300)]


def test_a_service_pays_for_itself_and_a_fee_is_paid_by_the_pool(school: Workspace) -> None:
    pool, purpose = gift(school, 500, 3), gift(school, 500, 2, "home")
    served = receive.donate_service(school, DAY, 30_000, "visits", "alumni", Donor()).no
    fee = spend.pay_fee(school, DAY, 10_000, "bank").no
    assert told(school, served, pool, purpose) == [
        (300, {served: 300}, 0), (500, {fee: 100}, 400), (500, {}, 500)
    ]  # fmt: skip


def test_money_of_no_donor_waits_its_turn(school: Workspace) -> None:
    interest = receive.receive_interest(school, date(2026, 1, 2), 10_000, "bank").no
    one = gift(school, 500)
    spent = grant(school, 150)
    assert told(school, interest, one) == [(100, {spent: 100}, 0), (500, {spent: 50}, 450)]
    with school.reading() as books:
        followed = tracing.trace(books.chart, books.entries())
        assert followed.left("general", gifts=True) == 45_000
        assert followed.left("general", gifts=False) == 0


def test_groups_under_five_are_told_together(school: Workspace) -> None:
    one = gift(school, 900)
    many = grant(school, 500, pupils=5)
    for _n in range(4):
        grant(school, 50)
    visit = spend.pay_outlay(school, DAY, 10_000, "bank", "visits").no
    with school.reading() as books:
        followed = tracing.trace(books.chart, books.entries())
        groups = followed.groups(followed.lots[one])
        aid, visits = (books.chart.code(f"programme:{name}") for name in ("aid", "visits"))
    assert [(g.what, g.amount_fen, g.entries, g.pupils, g.numbers) for g in groups] == [
        (aid, 50_000, 1, 5, (many,)),
        (tracing.FEW, 20_000, 0, 0, ()),
        (visits, 10_000, 1, 0, (visit,)),
    ]
