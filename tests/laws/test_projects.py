"""Paid <= contract <= what the project has, at every step of random building projects.

A model written from the rules on paper says before each step whether it may be taken; twins of the
program with one guard out are found by it, and ``check`` finds in the lines what a gate let pass.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from laws import laws
from laws.test_duties import DAY, Deed, officers_of
from lovefund.actions import mend, projects, receive
from lovefund.actions.check import check
from lovefund.actions.evidence import keep_content
from lovefund.actions.restrictions import open_restriction
from lovefund.actions.workspace import Workspace
from lovefund.core import projects as machine
from lovefund.core.donations import Donor
from lovefund.core.duties import Duties
from lovefund.core.entitlement import judge_officer
from lovefund.core.papers import Papers
from lovefund.core.projects import Terms
from lovefund.core.undertakings import Undertakings
from lovefund.errors import Refused
from world import at, new_books, new_fund

GIFT, BUDGET = 7_000_00, 5_000_00
FIRST = date(2026, 3, 2)
STEPS = 40
SEEDS = range(3)
LAWS = (laws.law_1_balanced, laws.law_2_never_below_zero, laws.law_3_purpose, laws.law_10_replay)


class Harm(AssertionError):
    """The books and the model disagree."""


@dataclass
class Deal:
    """A contract as the paper has it: its amount, stages, retention, and what became of them."""

    amount: int
    stages: tuple[int, ...]
    retention: int
    accepted: set[int] = field(default_factory=set)
    paid: dict[int, int] = field(default_factory=dict)
    released: int = 0

    @property
    def sum_paid(self) -> int:
        return sum(self.paid.values())

    @property
    def left(self) -> int:
        return self.amount - self.sum_paid - self.released

    @property
    def over(self) -> bool:
        return self.released > 0 and not self.left


class Site:
    """A project, the model beside it, and chance."""

    def __init__(self, ws: Workspace, seed: int) -> None:
        self.chance = random.Random(seed)
        self.day = FIRST
        self.ws = at(ws, FIRST)
        self.money = GIFT
        self.deals: dict[int, Deal] = {}
        self.done: date | None = None
        self.passed: Counter[str] = Counter()
        open_restriction(self.ws, FIRST, "home", "之家", ("home",), "XY-1")
        receive.donate(self.ws, FIRST, GIFT, "bank", "staff", Donor(), "home")
        self.paper = Papers(evidence=(keep_content(self.ws, b"signed", "signed.pdf"),))
        self.no = projects.open_project(self.ws, FIRST, "之家", "home", "home", BUDGET).no

    def go(self, wanted: int) -> None:
        for _step in range(wanted):
            if self.chance.random() < 0.2:
                self.day += timedelta(days=self.chance.choice((1, 20)))
                self.ws = at(self.ws, self.day)
            name, allowed, deed, then = self.chance.choice(self.deeds())()
            try:
                no = deed()
            except Refused:
                if allowed:
                    raise Harm(f"{name} was refused on {self.day}") from None
                self.passed[f"no {name}"] += 1
            else:
                if not allowed:
                    raise Harm(f"{name} was booked on {self.day}")
                self.passed[name] += 1
                then(no)
            self.law()

    def law(self) -> None:
        with self.ws.reading() as books:
            (pot,) = [p for p in books.pots() if p["code"] == "home"]
        reserved = sum(d.left for d in self.deals.values())
        held = (pot["money_fen"], pot["reserved_fen"])
        if held != (self.money, reserved):
            raise Harm(f"the pot holds {held}, not {(self.money, reserved)}")
        if not 0 <= reserved <= self.money:
            raise Harm("more is contracted than there is")
        for deal in self.deals.values():
            if deal.sum_paid > deal.amount:
                raise Harm("more was paid than the contract says")

    def deeds(
        self,
    ) -> list[Callable[[], tuple[str, bool, Callable[[], int], Callable[[int], None]]]]:
        found = [self.sign]
        if self.deals:
            found += [*[self.accept] * 3, *[self.pay] * 3, self.void, self.end]
            if self.chance.random() < 0.4:
                found.append(self.complete)
        return found

    def sign(self) -> tuple[str, bool, Callable[[], int], Callable[[int], None]]:
        stages = tuple(
            self.chance.choice((500_00, 1_000_00)) for _n in range(self.chance.choice((0, 2, 2, 2)))
        )
        retention = self.chance.choice((0, 100_00))
        amount = sum(stages) + retention if stages else self.chance.choice((700_00, 4_000_00))
        contracted = sum(d.sum_paid + d.left for d in self.deals.values())
        fits = amount <= min(
            BUDGET - contracted, self.money - sum(d.left for d in self.deals.values())
        )
        ws = self.ws
        terms = Terms(amount, stages, retention, FIRST + timedelta(30) if retention else None)
        return (
            "sign",
            fits and self.done is None,
            lambda: projects.sign_contract(ws, self.no, self.day, terms, "某公司", self.paper).no,
            lambda no: self.deals.update({no: Deal(amount, stages, retention)}),
        )  # fmt: skip

    def one(self) -> tuple[int, Deal]:
        return self.chance.choice(list(self.deals.items()))

    def accept(self) -> tuple[str, bool, Callable[[], int], Callable[[int], None]]:
        no, deal = self.one()
        stage = self.chance.choice((1, 2))
        return (
            "accept",
            stage <= len(deal.stages) and stage not in deal.accepted and not deal.over,
            lambda: projects.accept_stage(self.ws, no, self.day, stage, self.paper).no,
            lambda _no: deal.accepted.add(stage),
        )

    def pay(self) -> tuple[str, bool, Callable[[], int], Callable[[int], None]]:
        no, deal = self.one()
        due = (
            sum(deal.stages[n - 1] for n in deal.accepted)
            if deal.stages
            else deal.amount - deal.retention
        )
        if self.done and self.day >= max(self.done, FIRST + timedelta(30)):
            due += deal.retention
        left = min(due - deal.sum_paid, deal.left)
        fen = self.chance.choice([f for f in (left, left + 1, 300_00) if f > 0])

        def then(entry: int) -> None:
            deal.paid[entry] = fen
            self.money -= fen

        return (
            "pay",
            fen <= left,
            lambda: projects.pay_contract(self.ws, no, self.day, fen, "bank").no,
            then,
        )  # fmt: skip

    def void(self) -> tuple[str, bool, Callable[[], int], Callable[[int], None]]:
        no, deal = self.one()
        entry = self.chance.choice([no, *deal.paid])

        def then(_no: int) -> None:
            if entry == no:
                del self.deals[no]
            else:
                self.money += deal.paid.pop(entry)

        # A contract stands while anything was ever built on it that stands.
        free = entry in deal.paid or not (deal.accepted or deal.paid or deal.released)
        return (
            "void",
            free,
            lambda: mend.void(self.ws, entry, self.day, "记错").no,
            then,
        )

    def end(self) -> tuple[str, bool, Callable[[], int], Callable[[int], None]]:
        no, deal = self.one()
        return (
            "end",
            deal.left > 0,
            lambda: projects.end_contract(self.ws, no, self.day).no,
            lambda _no: setattr(deal, "released", deal.released + deal.left),
        )

    def complete(self) -> tuple[str, bool, Callable[[], int], Callable[[int], None]]:
        ready = all(d.left <= (0 if d.released else d.retention) for d in self.deals.values())
        return (
            "complete",
            ready and self.done is None,
            lambda: projects.complete_project(self.ws, self.no, self.day, self.paper).no,
            lambda _no: setattr(self, "done", self.day),
        )


@pytest.fixture
def sites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Site]:
    monkeypatch.setenv("LOVEFUND_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path / "home"))
    return lambda seed: Site(new_fund(new_books(str(tmp_path / f"books{seed}.db"))), seed)


def test_paid_is_never_above_the_contract_nor_that_above_the_money(
    sites: Callable[[int], Site],
) -> None:
    passed: Counter[str] = Counter()
    for seed in SEEDS:
        sys.stdout.write(f"seed {seed}\n")
        site = sites(seed)
        site.go(STEPS)
        assert check(site.ws) == []
        with site.ws.reading() as books:
            for law in LAWS:
                assert law(books) == [], law.__name__
        passed += site.passed
    sys.stdout.write(f"{dict(passed)}\n")
    wanted = {
        "sign",
        "accept",
        "pay",
        "void",
        "end",
        "complete",
        "no sign",
        "no pay",
        "no complete",
    }
    assert wanted <= passed.keys(), "every step was taken somewhere, and refused somewhere"


def _pays_what_it_likes(m: pytest.MonkeyPatch) -> None:
    m.setattr(
        machine.Contract,
        "payable_fen",
        lambda self, _day, _completed_on=None: self.terms.amount_fen - self.paid_fen,
    )


def _keeps_it_reserved(m: pytest.MonkeyPatch) -> None:
    sound = machine.paid_for

    def twin(*args: object) -> object:
        facts = sound(*args)  # type: ignore[arg-type]
        return {k: v for k, v in facts.items() if k != "reserve_fen"}

    m.setattr(machine, "paid_for", twin)
    m.setattr(machine.Projects, "_payment", lambda *_args: iter(()))


TWINS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "pays before a stage is accepted, and the retention at once": _pays_what_it_likes,
    "keeps reserved what it paid": _keeps_it_reserved,
    "signs beyond the budget": lambda m: m.setattr(
        machine, "_contract_refusals", lambda *_args: iter(())
    ),
    "completes what is not done": lambda m: m.setattr(
        machine, "_completion_refusals", lambda *_args: iter(())
    ),
}


@pytest.mark.parametrize("twin", TWINS)
def test_a_twin_that_breaks_it_is_found(
    sites: Callable[[int], Site], monkeypatch: pytest.MonkeyPatch, twin: str
) -> None:
    TWINS[twin](monkeypatch)
    with pytest.raises(Harm):
        campaign(sites)


def campaign(sites: Callable[[int], Site]) -> None:
    for seed in range(8):
        sys.stdout.write(f"seed {seed}\n")
        sites(seed).go(STEPS)


def test_check_finds_in_the_lines_what_the_gate_let_pass(
    sites: Callable[[int], Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = sites(0)
    terms = Terms(1_000_00, (600_00, 400_00))
    no = projects.sign_contract(site.ws, site.no, FIRST, terms, "建筑公司", site.paper).no
    with monkeypatch.context() as blind:
        blind.setattr(Undertakings, "judge", lambda *_args: [])
        projects.pay_contract(site.ws, no, FIRST, 600_00, "bank")
        projects.accept_stage(site.ws, no, FIRST, 3, replace(site.paper, evidence=()))
    assert [finding.code for finding in check(site.ws)] == [
        "contract-unpayable",
        "stage-unknown",
        "no-evidence",
    ]


def test_who_signs_a_contract_does_not_pay_on_it() -> None:
    """Law 12 holds in projects: a contract is a decision, its payments hang together with it."""
    people = officers_of({"P1": frozenset({"chair", "cashier"}), "P2": frozenset({"cashier"})})
    contract, payment = Deed("contract-signed", {"of": 1}), Deed("outlay-paid", {"of": 2})
    duties = Duties()
    told = [r.code for r in judge_officer(contract, "P2", DAY, people, duties)]
    assert told == ["not-entitled"]
    assert list(judge_officer(contract, "P1", DAY, people, duties)) == []
    duties.add(2, "P1", contract)
    told = [r.code for r in judge_officer(payment, "P1", DAY, people, duties)]
    assert "same-person" in told
    told = [r.code for r in judge_officer(payment, "P2", DAY, people, duties)]
    assert "same-person" not in told
