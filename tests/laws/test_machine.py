"""Any history of verbs, beside the independent model: both agree after every step."""

from __future__ import annotations

import os
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from laws.model import PURPOSE, School
from lovefund.actions import close, mend, move, receive, restrictions, spend
from lovefund.actions.check import check
from lovefund.actions.open_fund import bring_forward
from lovefund.actions.workspace import Workspace
from lovefund.core import goods
from lovefund.core.donations import Donor
from lovefund.core.entries import Holder
from lovefund.core.goods import GoodsLine
from lovefund.core.grants import Recipient
from lovefund.core.names import PublicName
from lovefund.core.opening import OpeningBalance
from lovefund.errors import Refused
from world import at, new_books, new_fund

PLACES = ("cash", "bank", "wechat", "alipay")
amounts = st.integers(1, 200_000)
places = st.sampled_from(PLACES)
purses = st.sampled_from(["general", "home", "named"])
programmes = st.sampled_from(["aid", "home", "visits"])
pupils = st.sampled_from(["学生甲", "学生乙"])
units = st.integers(1, 30)
worth = st.integers(3_000, 90_000)
START = date(2026, 1, 1)


class Fund(RuleBasedStateMachine):
    """The real books and the model, fed with the same verbs."""

    place_of_books = ""

    def new_place(self) -> str:
        return str(Path(tempfile.mkdtemp()) / "fund.db")

    @initialize()
    def open(self) -> None:
        self.ws: Workspace = new_fund(new_books(self.new_place()), on=START)
        self.day = START
        self.school = School()
        self.closed: date | None = None
        restrictions.open_restriction(self.ws, START, "home", "留守学生之家", ("home",), "XY-1")
        self.other = new_fund(self.ws.database, "qinghe", on=START)

    @rule(days=st.integers(0, 40))
    def time_passes(self, days: int) -> None:
        self.day = min(self.day + timedelta(days=days), date(2026, 12, 30))
        self.ws = at(self.ws, self.day)
        self.other = at(self.other, self.day)

    def attempt(self, allowed: bool, verb: Any) -> int | None:
        """Run a verb; it is booked exactly when the model says that it may be."""
        try:
            posted = verb()
        except Refused as refused:
            assert not allowed, f"the books refuse what the model allows: {refused.refusals}"
            return None
        assert allowed, "the books allow what the model refuses"
        return int(posted.no)

    @rule(amount=amounts, place=places, purse=purses)
    def donate(self, amount: int, place: str, purse: str) -> None:
        donor = Donor("张三丰", PublicName.MASKED)
        no = self.attempt(
            True,
            lambda: receive.donate(self.ws, self.day, amount, place, "society", donor, purse),
        )
        assert no is not None
        self.school.put(purse, place, amount)
        self.school.purses[purse].income += amount
        self.school.gifts[no] = (purse, place, amount)

    @rule(amount=amounts, place=places, purse=purses)
    def pay_grant(self, amount: int, place: str, purse: str) -> None:
        wanted = PURPOSE[purse]
        allowed = self.school.can_take(purse, place, amount) and (wanted is None or "aid" in wanted)
        family = (Recipient("A1", "监护人", amount),)
        no = self.attempt(
            allowed,
            lambda: spend.pay_grants(self.ws, self.day, family, place, "aid", purse),
        )
        if no is not None:
            self.school.put(purse, place, -amount)
            self.school.purses[purse].outlay += amount
            self.school.grants[no] = (purse, place, amount, 0)

    @rule(amount=amounts, place=places, purse=purses, programme=programmes)
    def spend_on_programme(self, amount: int, place: str, purse: str, programme: str) -> None:
        wanted = PURPOSE[purse]
        allowed = self.school.can_take(purse, place, amount) and (
            wanted is None or programme in wanted
        )
        no = self.attempt(
            allowed,
            lambda: spend.pay_outlay(self.ws, self.day, amount, place, programme, purse),
        )
        if no is not None:
            self.school.put(purse, place, -amount)
            self.school.purses[purse].outlay += amount

    @rule(amount=amounts, source=places, into=places)
    def move_money(self, amount: int, source: str, into: str) -> None:
        if source == into:
            return
        split = {
            code: purse.at.get(source, 0)
            for code, purse in self.school.purses.items()
            if purse.at.get(source, 0) > 0
        }
        enough = sum(split.values()) >= amount
        before = {code: dict(p.at) for code, p in self.school.purses.items()}
        no = self.attempt(
            enough and self.school.place(source) >= amount,
            lambda: move.move_money(self.ws, self.day, amount, source, into),
        )
        if no is None:
            return
        with self.ws.reading() as books:
            entry = books.entry(no)
        assert entry is not None
        for posting in entry.postings:
            # The split is a proposal; what matters is that no purse gains or loses.
            self.school.put(posting.restriction, source, -posting.amount_fen)
            self.school.put(posting.restriction, into, posting.amount_fen)
        assert {c: sum(b.values()) for c, b in before.items()} == {
            c: p.money for c, p in self.school.purses.items()
        }

    @rule(amount=amounts, place=places)
    def unidentified(self, amount: int, place: str) -> None:
        no = self.attempt(
            True, lambda: receive.receive_unidentified(self.ws, self.day, amount, place)
        )
        assert no is not None
        self.school.put("general", place, amount)
        self.school.purses["general"].owed += amount
        self.school.unidentified[no] = amount

    @precondition(lambda self: self.school.unidentified)
    @rule(data=st.data(), amount=amounts, purse=st.sampled_from(["general", "home"]))
    def identified(self, data: st.DataObject, amount: int, purse: str) -> None:
        no = data.draw(st.sampled_from(sorted(self.school.unidentified)))
        left = self.school.unidentified[no]
        with self.ws.reading() as books:
            entry = books.entry(no)
        assert entry is not None
        place = books.chart[entry.postings[0].debit].role
        allowed = amount <= left
        if purse != "general":
            general = self.school.purses["general"]
            allowed = allowed and general.money >= amount
        done = self.attempt(
            allowed,
            lambda: receive.identify_donation(
                self.ws, no, self.day, amount, "society", Donor(), purse
            ),
        )
        if done is not None:
            self.school.unidentified[no] = left - amount
            self.school.purses["general"].owed -= amount
            if purse != "general":
                self.school.put("general", place, -amount)
                self.school.put(purse, place, amount)
            self.school.purses[purse].income += amount

    @rule(amount=amounts, purse=purses)
    def reserve(self, amount: int, purse: str) -> None:
        p = self.school.purses[purse]
        no = self.attempt(
            p.available >= amount,
            lambda: spend.reserve_grant(self.ws, self.day, amount, purse),
        )
        if no is not None:
            p.reserved += amount
            self.school.reserves[no] = (purse, amount)

    @precondition(lambda self: self.school.reserves)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        no = data.draw(st.sampled_from(sorted(self.school.reserves)))
        purse, amount = self.school.reserves.pop(no)
        self.attempt(True, lambda: spend.withdraw_grant(self.ws, no, self.day))
        self.school.purses[purse].reserved -= amount

    @precondition(lambda self: self.school.gifts)
    @rule(data=st.data(), amount=amounts)
    def correct_gift(self, data: st.DataObject, amount: int) -> None:
        no = data.draw(st.sampled_from(sorted(self.school.gifts)))
        purse, place, old = self.school.gifts[no]
        less = old - amount
        allowed = less != 0 and (less < 0 or self.school.can_take(purse, place, less))
        done = self.attempt(
            allowed,
            lambda: mend.correct(
                self.ws, no, self.day, mend.Changes(amount_fen=amount), "金额记错"
            ),
        )
        if done is not None:
            self.school.put(purse, place, -less)
            self.school.purses[purse].income -= less
            self.school.gifts[no] = (purse, place, amount)

    @precondition(lambda self: self.school.gifts)
    @rule(data=st.data())
    def void_gift(self, data: st.DataObject) -> None:
        no = data.draw(st.sampled_from(sorted(self.school.gifts)))
        purse, place, amount = self.school.gifts[no]
        done = self.attempt(
            self.school.can_take(purse, place, amount),
            lambda: mend.void(self.ws, no, self.day, "重复入账"),
        )
        if done is not None:
            self.school.put(purse, place, -amount)
            self.school.purses[purse].income -= amount
            del self.school.gifts[no]

    @precondition(lambda self: self.school.grants)
    @rule(data=st.data(), amount=amounts, place=places)
    def grant_comes_back(self, data: st.DataObject, amount: int, place: str) -> None:
        no = data.draw(st.sampled_from(sorted(self.school.grants)))
        purse, paid_from, paid, back = self.school.grants[no]
        done = self.attempt(
            back + amount <= paid,
            lambda: spend.return_grant(self.ws, no, self.day, amount, place),
        )
        if done is not None:
            self.school.put(purse, place, amount)
            self.school.purses[purse].outlay -= amount
            self.school.grants[no] = (purse, paid_from, paid, back + amount)

    @rule(amount=amounts, source=purses, into=purses)
    def change_restriction(self, amount: int, source: str, into: str) -> None:
        if source == into:
            return
        p = self.school.purses[source]
        held = sum(v for v in p.at.values() if v > 0)
        allowed = held >= amount and p.money >= amount and p.available >= amount
        no = self.attempt(
            allowed,
            lambda: restrictions.change_restriction(
                self.ws, self.day, source, into, amount, "TY-1"
            ),
        )
        if no is None:
            return
        with self.ws.reading() as books:
            entry = books.entry(no)
            assert entry is not None
            for posting in entry.postings:
                if books.chart[posting.credit].kind.value == "money":
                    place = books.chart[posting.credit].role
                    self.school.put(source, place, -posting.amount_fen)
                    self.school.put(into, place, posting.amount_fen)
        p.moved -= amount
        self.school.purses[into].moved += amount

    @precondition(lambda self: self.day == START)
    @rule(amount=amounts, purse=purses)
    def bring_forward(self, amount: int, purse: str) -> None:
        forward = (OpeningBalance("bank", purse, amount),)
        self.attempt(True, lambda: bring_forward(self.ws, None, forward))
        self.school.put(purse, "bank", amount)
        self.school.purses[purse].moved += amount

    @rule(amount=amounts, place=places, purse=purses)
    def interest(self, amount: int, place: str, purse: str) -> None:
        self.attempt(
            True, lambda: receive.receive_interest(self.ws, self.day, amount, place, purse)
        )
        self.school.put(purse, place, amount)
        self.school.purses[purse].income += amount

    @rule(amount=amounts, place=places)
    def fee(self, amount: int, place: str) -> None:
        no = self.attempt(
            self.school.can_take("general", place, amount),
            lambda: spend.pay_fee(self.ws, self.day, amount, place),
        )
        if no is not None:
            self.school.put("general", place, -amount)
            self.school.purses["general"].outlay += amount

    @rule(amount=amounts, place=places, pupil=pupils)
    def agency_in(self, amount: int, place: str, pupil: str) -> None:
        self.attempt(
            True,
            lambda: receive.receive_agency(self.ws, self.day, amount, place, Donor(), pupil),
        )
        self.school.put("agency", place, amount)
        self.school.pupils[pupil] = self.school.pupils.get(pupil, 0) + amount

    @rule(amount=amounts, place=places, pupil=pupils)
    def agency_out(self, amount: int, place: str, pupil: str) -> None:
        held = self.school.pupils.get(pupil, 0)
        no = self.attempt(
            held >= amount and self.school.can_take("agency", place, amount),
            lambda: spend.pay_agency(self.ws, self.day, amount, place, Holder("监护人"), pupil),
        )
        if no is not None:
            self.school.put("agency", place, -amount)
            self.school.pupils[pupil] = held - amount

    @rule(amount=amounts, purse=purses)
    def promise(self, amount: int, purse: str) -> None:
        p = self.school.purses[purse]
        family = (Recipient("A1", "监护人", amount),)
        no = self.attempt(
            p.available >= amount and self.school.may_spend_on(purse, "aid"),
            lambda: spend.promise_grants(self.ws, self.day, family, "aid", purse),
        )
        if no is not None:
            p.owed += amount
            p.outlay += amount
            self.school.promised[no] = (purse, amount)

    @precondition(lambda self: self.school.promised)
    @rule(data=st.data(), amount=amounts, place=places)
    def pay_promised(self, data: st.DataObject, amount: int, place: str) -> None:
        no = data.draw(st.sampled_from(sorted(self.school.promised)))
        self._pay_debt(
            self.school.promised,
            no,
            amount,
            place,
            lambda: spend.pay_promised(self.ws, no, self.day, amount, place),
        )

    @precondition(lambda self: self.school.gifts)
    @rule(data=st.data(), amount=amounts, own_fault=st.booleans())
    def owe_refund(self, data: st.DataObject, amount: int, own_fault: bool) -> None:
        gift = data.draw(st.sampled_from(sorted(self.school.gifts)))
        purse, _place, given = self.school.gifts[gift]
        p = self.school.purses[purse]
        no = self.attempt(
            amount <= given and p.available >= amount,
            lambda: spend.owe_refund(self.ws, gift, self.day, amount, own_fault=own_fault),
        )
        if no is not None:
            p.owed += amount
            if own_fault:
                p.outlay += amount
            else:
                p.income -= amount
            del self.school.gifts[gift]  # what a refund builds on is not mended any more
            self.school.refunded[no] = (purse, amount)

    @precondition(lambda self: self.school.refunded)
    @rule(data=st.data(), amount=amounts, place=places)
    def pay_refund(self, data: st.DataObject, amount: int, place: str) -> None:
        no = data.draw(st.sampled_from(sorted(self.school.refunded)))
        self._pay_debt(
            self.school.refunded,
            no,
            amount,
            place,
            lambda: spend.pay_refund(self.ws, no, self.day, amount, place),
        )

    def _pay_debt(
        self, debts: dict[int, tuple[str, int]], no: int, amount: int, place: str, verb: Any
    ) -> None:
        purse, left = debts[no]
        p = self.school.purses[purse]
        done = self.attempt(
            amount <= left and self.school.place(place) >= amount and p.money >= amount, verb
        )
        if done is not None:
            debts[no] = (purse, left - amount)
            p.owed -= amount
            self.school.put(purse, place, -amount)

    @rule(amount=amounts, place=places, purse=purses)
    def advance(self, amount: int, place: str, purse: str) -> None:
        no = self.attempt(
            self.school.can_take(purse, place, amount),
            lambda: spend.pay_advance(self.ws, self.day, amount, place, "李老师", purse),
        )
        if no is not None:
            self.school.put(purse, place, -amount)
            self.school.advances[no] = (purse, amount)

    @precondition(lambda self: self.school.advances)
    @rule(data=st.data(), spent=amounts, returned=amounts, place=places, programme=programmes)
    def settle_advance(
        self, data: st.DataObject, spent: int, returned: int, place: str, programme: str
    ) -> None:
        no = data.draw(st.sampled_from(sorted(self.school.advances)))
        purse, left = self.school.advances[no]
        done = self.attempt(
            spent + returned <= left and self.school.may_spend_on(purse, programme),
            lambda: spend.settle_advance(
                self.ws, no, self.day, spent_fen=spent, programme=programme,
                returned_fen=returned, place=place,
            ),
        )  # fmt: skip
        if done is not None:
            self.school.advances[no] = (purse, left - spent - returned)
            self.school.purses[purse].outlay += spent
            self.school.put(purse, place, returned)

    @rule(units=units, value=worth, purse=purses)
    def goods_donated(self, units: int, value: int, purse: str) -> None:
        books = (GoodsLine("books", units, value),)
        self.attempt(
            True,
            lambda: receive.donate_goods(self.ws, self.day, books, "alumni", Donor(), purse),
        )
        self.school.purses[purse].income += value
        self._stored(purse, units, value)

    @rule(units=units, value=worth, purse=purses, place=places)
    def goods_bought(self, units: int, value: int, purse: str, place: str) -> None:
        books = (GoodsLine("books", units, value),)
        no = self.attempt(
            self.school.can_take(purse, place, value),
            lambda: spend.buy_goods(self.ws, self.day, books, place, purse),
        )
        if no is not None:
            self.school.put(purse, place, -value)
            self._stored(purse, units, value)

    def _stored(self, purse: str, units: int, value: int) -> None:
        self.school.goods(purse).units += units
        self.school.goods(purse).value += value

    @rule(units=units, purse=purses, programme=programmes)
    def goods_given(self, units: int, purse: str, programme: str) -> None:
        held = self.school.goods(purse)
        no = self.attempt(
            units <= held.units and self.school.may_spend_on(purse, programme),
            lambda: spend.give_goods(self.ws, self.day, (("books", units),), programme, purse),
        )
        if no is not None:
            self.school.purses[purse].outlay += held.take(units)

    @rule(units=units, purse=purses, takings=amounts, place=places)
    def goods_sold(self, units: int, purse: str, takings: int, place: str) -> None:
        held = self.school.goods(purse)
        wanted = (("books", units),)
        no = self.attempt(
            units <= held.units and self.school.may_spend_on(purse, "goods"),
            lambda: spend.sell_goods(self.ws, self.day, wanted, takings, place, purse),
        )
        if no is not None:
            self.school.put(purse, place, takings)
            self.school.purses[purse].income += takings
            self.school.purses[purse].outlay += held.take(units)

    @rule(counted=st.integers(0, 60), purse=purses)
    def stock_counted(self, counted: int, purse: str) -> None:
        held = self.school.goods(purse)
        no = self.attempt(
            counted != held.units and held.units > 0,
            lambda: spend.count_stock(self.ws, self.day, "books", counted, purse),
        )
        if no is None:
            return
        if counted < held.units:
            self.school.purses[purse].outlay += held.take(held.units - counted)
        else:
            found = held.cost(counted - held.units)
            self.school.purses[purse].income += found
            self._stored(purse, counted - held.units, found)

    @rule(amount=amounts, purse=purses)
    def service_donated(self, amount: int, purse: str) -> None:
        no = self.attempt(
            self.school.may_spend_on(purse, "lectures"),
            lambda: receive.donate_service(
                self.ws, self.day, amount, "lectures", "society", Donor(), purse
            ),
        )
        if no is not None:
            self.school.purses[purse].income += amount
            self.school.purses[purse].outlay += amount

    @rule(amount=amounts, place=places, into=places)
    def transfer(self, amount: int, place: str, into: str) -> None:
        no = self.attempt(
            self.school.can_take("general", place, amount),
            lambda: move.transfer(self.ws, "qinghe", self.day, amount, place, into)[0],
        )
        if no is not None:
            self.school.put("general", place, -amount)
            self.school.purses["general"].moved -= amount
            self.school.elsewhere += amount

    @rule()
    def close_the_month_before(self) -> None:
        through = self.day.replace(day=1) - timedelta(days=1)
        if through < START:
            return
        fresh = self.closed is None or through > self.closed
        no = self.attempt(fresh, lambda: close.close_period(self.ws, through))
        if no is not None:
            self.closed = through

    @precondition(lambda self: self.closed is not None)
    @rule(amount=amounts)
    def a_closed_day_stays_closed(self, amount: int) -> None:
        assert self.closed is not None
        on = self.closed
        self.attempt(False, lambda: receive.receive_interest(self.ws, on, amount, "bank"))

    @invariant()
    def books_and_model_agree(self) -> None:
        if not hasattr(self, "school"):
            return
        with self.ws.reading() as books:
            rows = {row["code"]: row for row in books.pots()}
            for code, purse in self.school.purses.items():
                kept = rows[code]
                assert kept["money_fen"] == purse.money, code
                assert kept["payable_fen"] == purse.owed, code
                assert kept["reserved_fen"] == purse.reserved, code
                assert kept["stock_fen"] == self.school.goods(code).value, code
            stored = {restriction: units for _item, restriction, units, _v in books.stock()}
            for code in self.school.purses:
                assert stored.get(code, 0) == self.school.goods(code).units, code
            held = {pupil: fen for pupil, fen in spend.agency_held(books).items() if fen}
            assert held == {pupil: fen for pupil, fen in self.school.pupils.items() if fen}
            advanced = 0
            by_place: dict[str, int] = {}
            net = 0
            for m in books.balances():
                role, kind = books.chart[m.account].role, books.chart[m.account].kind.value
                if kind == "money":
                    by_place[role] = by_place.get(role, 0) + m.debit_fen - m.credit_fen
                elif role == "advance":
                    advanced += m.debit_fen - m.credit_fen
                elif kind in ("net", "income", "outlay"):
                    net += m.credit_fen - m.debit_fen
            for place in PLACES:
                assert by_place.get(place, 0) == self.school.place(place), place
                assert by_place.get(place, 0) >= 0, place
            assert net == self.school.net_assets
            assert advanced == sum(left for _purse, left in self.school.advances.values())
        with self.other.reading() as books:
            there = sum(pot["money_fen"] for pot in books.pots())
        assert there == self.school.elsewhere

    def teardown(self) -> None:
        if hasattr(self, "ws"):
            assert check(self.ws) == []


def steps(count: int, examples: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=count,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOVEFUND_KEYS", str(tmp_path / "keys"))


def test_any_history_of_verbs_agrees_with_the_model() -> None:
    examples = int(os.environ.get("LOVEFUND_EXAMPLES", "25"))
    run_state_machine_as_test(Fund, settings=steps(30, examples))


def test_the_machine_finds_goods_that_cost_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its teeth: stock that goes out one fen dearer than the model's average cost."""
    whole = goods.cost_out
    monkeypatch.setattr(
        goods, "cost_out", lambda n, held, value: min(whole(n, held, value) + 1, value)
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            Fund, settings=settings(steps(30, 60), phases=[Phase.generate], derandomize=True)
        )


@pytest.mark.postgres
def test_any_history_of_verbs_agrees_with_the_model_on_postgresql(postgres_url: str) -> None:
    import uuid

    from server import execute_on

    class OnServer(Fund):
        def new_place(self) -> str:
            name = f"fund_{uuid.uuid4().hex}"
            execute_on(postgres_url, f"CREATE DATABASE {name}")
            return postgres_url.removesuffix("postgres") + name

    run_state_machine_as_test(OnServer, settings=steps(30, 6))
