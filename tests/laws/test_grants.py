"""Law 4 over random lives of grants: reserved + payable + available = money, at every step.

A model of the school's own, written from the rules on paper, says before each step whether it
may be taken and what the pot then holds; twins of the program with one guard out are found.
"""

from __future__ import annotations

import random
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest

from laws import laws
from lovefund.actions import cases, mend, receive, spend
from lovefund.actions.check import check
from lovefund.actions.workspace import Workspace
from lovefund.core import cases as machine
from lovefund.core import steps
from lovefund.core.donations import Donor
from lovefund.core.grants import Recipient
from lovefund.core.steps import Applicant
from lovefund.errors import Refusal, Refused
from world import at, new_books, new_fund

APPLICATIONS = 6
LAST_DAY = date(2026, 12, 20)
SEEDS = range(4)
STEPS = 90
GIFT = 6_000_00
#: The days of 2026 on which nobody works though it is no weekend, and the other way round.
HOLIDAYS = {date(2026, 4, 6), *(date(2026, 5, d) for d in (1, 4, 5)), date(2026, 6, 19),
            date(2026, 9, 25), *(date(2026, 10, d) for d in (1, 2, 5, 6, 7)),
            *(date(2026, 2, d) for d in (16, 17, 18, 19, 20, 23))}  # fmt: skip
MADE_UP = {date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20),
           date(2026, 10, 10)}  # fmt: skip
#: What ends a life, or holds it up: drawn more rarely.
ENDS = ("refused", "withdrawn", "objected")
LAWS = (
    laws.law_1_balanced,
    laws.law_2_never_below_zero,
    laws.law_3_purpose,
    laws.law_5_corrections,
    laws.law_8_statement,
    laws.law_10_replay,
    laws.law_gifts,
)
ORDER = {
    "usual": ["verified", "visited", "reviewed", "noticed", "approved"],
    "small": ["verified", "reviewed", "noticed", "approved"],
    "emergency": ["verified", "approved"],
}


def fifth_working_day(day: date) -> date:
    left = 5
    while left:
        day += timedelta(days=1)
        works = day in MADE_UP or (day.weekday() < 5 and day not in HOLIDAYS)
        left -= works
    return day


@dataclass
class Pupil:
    fen: int
    state: str = "asked"
    entry: int = 0
    back: int = 0


@dataclass
class Application:
    path: str
    pupils: dict[str, Pupil]
    done: set[str] = field(default_factory=set)
    notice_ends: date | None = None
    told_on: dict[int, date] = field(default_factory=dict)
    objections: int = 0

    def waits_for_nothing(self, step: str) -> bool:
        order = ORDER[self.path]
        return set(order[: order.index(step)]) <= self.done

    def free_to_pay(self, day: date) -> bool:
        if self.path == "emergency":
            return True
        return self.notice_ends is not None and day > self.notice_ends and not self.objections

    def sum_of(self, state: str) -> int:
        return sum(p.fen for p in self.pupils.values() if p.state == state)


class Harm(AssertionError):
    """The books and the model disagree."""


class Lives:
    """A fund, the model beside it, and chance."""

    def __init__(self, ws: Workspace, seed: int) -> None:
        self.chance = random.Random(seed)
        self.day = date(2026, 3, 2)
        self.ws = at(ws, self.day)
        self.money = GIFT
        self.known: dict[int, Application] = {}
        self.codes = 0
        self.passed: Counter[str] = Counter()
        receive.donate(self.ws, self.day, GIFT, "bank", "staff", Donor())

    def go(self, steps_wanted: int) -> None:
        for _step in range(steps_wanted):
            if self.chance.random() < 0.2:
                days = timedelta(days=self.chance.choice((1, 2, 4, 9, 30)))
                self.day = min(self.day + days, LAST_DAY)
                self.ws = at(self.ws, self.day)
            self.step()
            self.law_4()

    def law_4(self) -> None:
        with self.ws.reading() as books:
            (pot,) = [p for p in books.pots() if p["code"] == "general"]
        reserved = sum(a.sum_of("approved") for a in self.known.values())
        payable = sum(a.sum_of("promised") for a in self.known.values())
        held = (pot["money_fen"], pot["reserved_fen"], pot["payable_fen"])
        if held != (self.money, reserved, payable):
            raise Harm(f"the pot holds {held}, not {(self.money, reserved, payable)}")
        if self.money - reserved - payable < 0:
            raise Harm("more is reserved and owed than there is")

    def step(self) -> None:
        if not self.known or (len(self.known) < APPLICATIONS and self.chance.random() < 0.1):
            self.apply()
            return
        no = self.chance.choice(list(self.known))
        drawn = {name: deed(no, self.known[no]) for name, deed in self.deeds().items()}
        names = [*drawn, "paid", "promised", "lapsed", "lapsed"]  # the guarded ones more often
        if self.chance.random() < 0.8:  # mostly what may be, so that lives go on
            rare = {*ENDS, *self.known[no].done}
            names = [n for n in names if drawn[n][0] for _each in range(1 if n in rare else 24)]
        if not names:
            return
        name = self.chance.choice(names)
        may, deed, then = drawn[name]
        try:
            posted = deed()
        except Refused as refused:
            if may:
                raise Harm(f"{name} of {no} is refused: {refused}") from refused
            return
        if not may:
            raise Harm(f"{name} of {no} passes, and may not")
        then(posted.no)
        self.passed[name] += 1

    def apply(self) -> None:
        path = self.chance.choice(list(ORDER))
        pupils = {}
        for _n in range(self.chance.randint(1, 7)):
            self.codes += 1
            pupils[f"L{self.codes}"] = Pupil(self.chance.randint(1, 30) * 10_00)
        applicants = [Applicant(code, "监护人", p.fen) for code, p in pupils.items()]
        posted = cases.apply(self.ws, self.day, applicants, path=path)
        self.known[posted.no] = Application(path, pupils)

    def some(self, a: Application, *states: str) -> list[str]:
        """Codes of pupils who stand there, all of one entry; mostly all, sometimes one."""
        there = [code for code, p in a.pupils.items() if p.state in states]
        if not there:
            return [self.chance.choice(list(a.pupils))]
        entry = a.pupils[self.chance.choice(there)].entry
        of_one = [code for code in there if a.pupils[code].entry == entry]
        return of_one if self.chance.random() < 0.6 else [self.chance.choice(of_one)]

    # Each deed says whether it may be, does it, and tells the model what it did.

    def deeds(self) -> dict[str, Callable[[int, Application], tuple]]:  # type: ignore[type-arg]
        plain = {
            "verified": lambda no: cases.confirm(self.ws, no, self.day),
            "visited": lambda no: cases.visit(self.ws, no, self.day, "赵老师"),
            "reviewed": lambda no: cases.review(self.ws, no, self.day, 5, 5, 0),
        }
        found = {name: self.plain(name, deed) for name, deed in plain.items()}
        return found | {
            "noticed": self.noticed, "objected": self.objected, "answered": self.answered,
            "approved": self.approved, "promised": self.promised, "paid": self.paid,
            "refused": self.refused, "withdrawn": self.withdrawn, "lapsed": self.lapsed,
            "returned": self.returned,
        }  # fmt: skip

    def plain(self, name, deed):  # type: ignore[no-untyped-def]
        def one(no, a):  # type: ignore[no-untyped-def]
            if a.path == "emergency" and name == "reviewed":
                may = "noticed" in a.done and name not in a.done
            else:
                may = name in ORDER[a.path] and a.waits_for_nothing(name)
                may = may and (name == "visited" or name not in a.done)
            return may, lambda: deed(no), lambda _no: a.done.add(name)

        return one

    def noticed(self, no, a):  # type: ignore[no-untyped-def]
        may = "paid" in a.done if a.path == "emergency" else a.waits_for_nothing("noticed")

        def then(_no: int) -> None:
            a.done.add("noticed")
            a.notice_ends = fifth_working_day(self.day)

        return may, lambda: cases.notice(self.ws, no, "监督小组"), then

    def objected(self, no, a):  # type: ignore[no-untyped-def]
        def then(_no: int) -> None:
            a.objections += 1

        deed = lambda: cases.object_to(self.ws, no, self.day, "异议")  # noqa: E731
        return "noticed" in a.done, deed, then

    def answered(self, no, a):  # type: ignore[no-untyped-def]
        def then(_no: int) -> None:
            a.objections -= 1

        deed = lambda: cases.answer(self.ws, no, self.day, "答复", upheld=False)  # noqa: E731
        return a.objections > 0, deed, then

    def moved(self, a, codes, state, add=0, before=()):  # type: ignore[no-untyped-def]
        def then(no: int) -> None:
            for code in codes:
                a.pupils[code].state, a.pupils[code].entry = state, no
            self.money += add
            a.done |= set(before)
            a.told_on[no] = self.day

        return then

    def all_in(self, a, codes, *states):  # type: ignore[no-untyped-def]
        return all(a.pupils[code].state in states for code in codes)

    def fen(self, a, codes):  # type: ignore[no-untyped-def]
        return sum(a.pupils[code].fen for code in codes)

    def approved(self, no, a):  # type: ignore[no-untyped-def]
        codes = self.some(a, "asked")
        may = self.all_in(a, codes, "asked") and a.waits_for_nothing("approved")
        reserved = sum(x.sum_of("approved") + x.sum_of("promised") for x in self.known.values())
        may = may and self.fen(a, codes) <= self.money - reserved
        then = self.moved(a, codes, "approved", before=("approved",))
        return may, lambda: cases.approve(self.ws, no, self.day, codes), then

    def promised(self, no, a):  # type: ignore[no-untyped-def]
        codes = self.some(a, "approved")
        may = self.all_in(a, codes, "approved") and a.path != "emergency"
        may = may and a.free_to_pay(self.day)
        return (
            may,
            lambda: cases.tell(self.ws, no, self.day, codes),
            self.moved(a, codes, "promised"),
        )

    def paid(self, no, a):  # type: ignore[no-untyped-def]
        codes = self.some(a, "approved", "promised")
        may = self.all_in(a, codes, "approved", "promised") and a.free_to_pay(self.day)
        then = self.moved(a, codes, "paid", -self.fen(a, codes), ("paid",))
        return may, lambda: cases.pay(self.ws, no, self.day, "bank", codes), then

    def refused(self, no, a):  # type: ignore[no-untyped-def]
        codes = self.some(a, "asked")
        may = self.all_in(a, codes, "asked")
        deed = lambda: cases.refuse_grant(self.ws, no, self.day, codes)  # noqa: E731
        return may, deed, self.moved(a, codes, "refused")

    def withdrawn(self, no, a):  # type: ignore[no-untyped-def]
        codes = self.some(a, "asked", "approved", "promised")
        may = self.all_in(a, codes, "asked", "approved", "promised")
        deed = lambda: cases.withdraw(self.ws, no, self.day, codes)  # noqa: E731
        return may, deed, self.moved(a, codes, "withdrawn")

    def lapsed(self, no, a):  # type: ignore[no-untyped-def]
        codes = self.some(a, "approved", "promised")
        may = self.all_in(a, codes, "approved", "promised")
        told = [a.told_on[p.entry] for p in a.pupils.values() if p.entry in a.told_on]
        may = may and all(
            self.day >= a.told_on[a.pupils[code].entry] + timedelta(days=60) for code in codes
        )
        assert told or not may
        deed = lambda: cases.lapse(self.ws, no, self.day, codes)  # noqa: E731
        return may, deed, self.moved(a, codes, "lapsed")

    def returned(self, no, a):  # type: ignore[no-untyped-def]
        paid = [p for p in a.pupils.values() if p.state == "paid"]
        pupil = self.chance.choice(paid or list(a.pupils.values()))
        left = sum(p.fen for p in paid if p.entry == pupil.entry)
        left -= sum(p.back for p in paid if p.entry == pupil.entry)
        fen = self.chance.randint(1, 120_00)

        def then(_no: int) -> None:
            self.money += fen
            pupil.back += fen

        of = [code for code, p in a.pupils.items() if p.state == "paid" and p.entry == pupil.entry]
        deed = lambda: spend.return_grant(  # noqa: E731
            self.ws, pupil.entry or no, self.day, fen, "bank", codes=of if paid else ()
        )
        return bool(paid) and fen <= left, deed, then


@pytest.fixture
def lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Lives]:
    monkeypatch.setenv("LOVEFUND_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path / "home"))
    return lambda seed: Lives(new_fund(new_books(str(tmp_path / f"books{seed}.db"))), seed)


def test_reserved_and_payable_and_available_are_the_money_at_every_step(
    lives: Callable[[int], Lives],
) -> None:
    passed: Counter[str] = Counter()
    for seed in SEEDS:
        sys.stdout.write(f"seed {seed}\n")
        life = lives(seed)
        life.go(STEPS)
        assert check(life.ws) == []
        with life.ws.reading() as books:
            for law in LAWS:
                assert law(books) == [], law.__name__
        passed += life.passed
        sys.stdout.write(f"{dict(life.passed)} {life.day}\n")
    assert passed.keys() == life.deeds().keys(), "every step was taken somewhere"


#: What a gate without its machine books: (what is done after an application, what check finds).
PASSED_BY: dict[str, tuple[Callable[[Workspace, int, date], object], ...]] = {
    "step-missing": (lambda ws, no, on: cases.visit(ws, no, on, "赵老师"),),
    "step-taken": (lambda ws, no, on: cases.confirm(ws, no, on),) * 2,
    "step-early": (lambda ws, no, on: cases.confirm(ws, no, on - timedelta(days=1)),),
    "settled-already": (
        lambda ws, no, on: cases.confirm(ws, no, on),
        lambda ws, no, on: cases.visit(ws, no, on, "赵老师"),
        lambda ws, no, on: mend.void(ws, no + 1, on, "记错"),
    ),
}


@pytest.mark.parametrize("code", PASSED_BY)
def test_check_finds_in_the_lines_what_the_gate_let_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setenv("LOVEFUND_KEYS", str(tmp_path / "keys"))
    day = date(2026, 3, 2)
    ws = at(new_fund(new_books(str(tmp_path / "a.db"))), day)
    no = cases.apply(ws, day, [Applicant("L1", "监护人", 100_00)]).no
    with monkeypatch.context() as blind:
        blind.setattr(machine.Cases, "judge", lambda *_args: [])
        blind.setattr(mend, "_mendable", lambda books, n: books.entry(n))
        for deed in PASSED_BY[code]:
            deed(ws, no, day)
    assert [finding.code for finding in check(ws)] == [code]


def test_check_finds_a_payment_of_a_case_that_names_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOVEFUND_KEYS", str(tmp_path / "keys"))
    day = date(2026, 3, 2)
    ws = at(new_fund(new_books(str(tmp_path / "a.db"))), day)
    receive.donate(ws, day, GIFT, "bank", "staff", Donor())
    no = cases.apply(ws, day, [Applicant("L1", "监护人", 100_00)], path="emergency").no
    cases.confirm(ws, no, day)
    approval = cases.approve(ws, no, day).no
    family = (Recipient("L1", "监护人", 100_00),)
    with monkeypatch.context() as blind:
        blind.setattr(machine.Cases, "judge", lambda *_args: [])
        spend.pay_grants(ws, day, family, "bank", approved=approval)
    assert [finding.code for finding in check(ws)] == ["outside-case"]


@pytest.mark.postgres
def test_the_same_lives_on_postgresql(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server import execute_on

    monkeypatch.setenv("LOVEFUND_KEYS", str(tmp_path / "keys"))
    name = f"grants_{uuid.uuid4().hex}"
    execute_on(postgres_url, f"CREATE DATABASE {name}")
    life = Lives(new_fund(new_books(postgres_url.removesuffix("postgres") + name)), 3)
    life.go(40)
    assert check(life.ws) == []


def _nothing(*_args: object) -> Iterator[Refusal]:
    return iter(())


TWINS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "skips a step": lambda m: m.setattr(machine.Case, "missing", lambda _self, _kind: []),
    "pays while the notice hangs": lambda m: m.setattr(
        machine.Case, "notice_ends", lambda _self: None
    ),
    "pays over an objection": lambda m: m.setattr(machine.Case, "objections", lambda _self: []),
    "lapses at once": lambda m: m.setattr(
        machine.Case, "unclaimed_from", lambda _self: date(2026, 1, 1)
    ),
    "promises and keeps it reserved": lambda m: _keeps_reserved(m),
}


def _keeps_reserved(m: pytest.MonkeyPatch) -> None:
    sound = steps.promised

    def twin(*args: object) -> object:
        draft = sound(*args)  # type: ignore[arg-type]
        facts = {k: v for k, v in draft.facts.items() if k not in ("grant", "reserve_fen")}
        return draft.__class__(draft.kind, draft.on, draft.postings, facts, None, draft.holders,
                               draft.file)  # fmt: skip

    m.setattr(steps, "promised", twin)
    m.setattr(machine.Case, "_paid_from", _nothing)


@pytest.mark.parametrize("twin", TWINS)
def test_a_twin_that_breaks_it_is_found(
    lives: Callable[[int], Lives], monkeypatch: pytest.MonkeyPatch, twin: str
) -> None:
    TWINS[twin](monkeypatch)
    with pytest.raises(Harm):
        campaign(lives)


def campaign(lives: Callable[[int], Lives]) -> None:
    for seed in range(12):
        sys.stdout.write(f"seed {seed}\n")
        lives(seed).go(STEPS)
