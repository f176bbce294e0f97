"""Law 12: no one decides on what he drafted, pays what he decided, or reconciles what he paid.

Every small school is tried: each way of a case, each person at each step, beside a statement of
the law that knows nothing of the code. The twins show that the judge is what holds it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations_with_replacement, product
from pathlib import Path
from typing import Any

import pytest

from laws.duties import WAYS, Roles, Step, may
from lovefund.actions import cases, mend, officers, receive, spend
from lovefund.actions.check import check
from lovefund.actions.workspace import Workspace, record
from lovefund.core import entitlement
from lovefund.core.donations import Donor
from lovefund.core.duties import Duties
from lovefund.core.entitlement import judge_officer
from lovefund.core.entries import Draft, Fact, Posting
from lovefund.core.goods import GoodsLine
from lovefund.core.grants import Recipient
from lovefund.core.officers import APPOINTED, Officers, key_text
from lovefund.core.reconciliations import reconciled, reconciliation_agreed
from lovefund.core.steps import Applicant
from lovefund.errors import Refused
from lovefund.log.signatures import Signer
from lovefund.store import offices, replay
from lovefund.store.engine import Database
from lovefund.store.reading import Books
from lovefund.store.reconciliations import held_through
from world import new_books, new_fund

DAY = date(2026, 6, 1)
OFFICES: tuple[tuple[str, ...], ...] = (
    (),
    ("chair",),
    ("member", "handler"),
    ("bookkeeper",),
    ("cashier",),
    ("handler",),
    ("chair", "cashier"),
    ("bookkeeper", "handler", "member"),
    ("checker",),
    ("auditor",),
)


@dataclass(frozen=True)
class Deed:
    """A bare entry: what the judge of duties looks at."""

    kind: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    on: date = DAY
    postings: tuple[Posting, ...] = (Posting("5101", "1002", "general", 100),)


_KINDS = {
    "apply": "grant-applied",
    "confirm": "grant-verified",
    "decide": "grant-approved",
    "pay-out": "grant-paid",
    "refuse": "grant-refused",
    "approve": "grant-approved",
    "withdraw": "grant-withdrawn",
    "promise": "grant-promised",
    "owe-refund": "refund-owed",
    "pay": "grant-paid",
    "pay-outright": "grant-paid",
    "settle": "grant-paid",
    "return": "grant-returned",
    "spend": "outlay-paid",
    "pay-refund": "refund-paid",
    "buy": "goods-bought",
    "reconcile": "reconciled",
    "agree": "reconciliation-agreed",
    "gift": "donation",
    "void": "void",
    "correct": "correction",
}


def officers_of(people: Mapping[str, Roles]) -> Officers:
    found = Officers()
    for number, (person, roles) in enumerate(people.items(), 1):
        if roles:
            facts: dict[str, Fact] = {
                "officer": person,
                "roles": sorted(roles),
                "from": "2026-01-01",
                "key": key_text(bytes([number]) * 32),
            }
            found.add(number, APPOINTED, facts)
    # The books ask from the first key on, whoever is in office.
    found.keys.setdefault("first", "O9")
    return found


def allowed(people: Officers, way: Sequence[Step], who: Sequence[str]) -> Iterator[bool]:
    """What the judge says to each step, up to the first that it refuses."""
    duties, first = Duties(), 100
    for place, step in enumerate(way):
        facts: dict[str, Fact] = {} if step.on is None else {"of": first + step.on}
        if step.verb == "reconcile":
            facts |= reconciled(DAY, "1002", DAY, DAY, 0, 0, 0, "0" * 64, "0" * 64).facts
        deed = Deed(_KINDS[step.verb], facts)
        fine = not list(judge_officer(deed, who[place], DAY, people, duties))
        yield fine
        if not fine:
            return
        duties.add(first + place, who[place], deed)


def disagreements(people: Mapping[str, Roles]) -> Iterator[str]:
    known = officers_of(people)
    for name, way in WAYS.items():
        for who in product(people, repeat=len(way)):
            for place, said in enumerate(allowed(known, way, who)):
                if said != may(people, way, who, place):
                    yield f"{name} by {who} at {place} with {dict(people)}: judge says {said}"


def small_schools() -> Iterator[dict[str, Roles]]:
    """Three people in every choice of offices; who does which step is tried anyway."""
    for offices_of in combinations_with_replacement(OFFICES, 3):
        yield {f"P{i}": frozenset(roles) for i, roles in enumerate(offices_of, 1)}


def schools_of_four() -> Iterator[dict[str, Roles]]:
    one = (("chair",), ("bookkeeper",), ("cashier",), ("handler",), ("member", "handler"))
    for offices_of in combinations_with_replacement(one, 4):
        yield {f"P{i}": frozenset(roles) for i, roles in enumerate(offices_of, 1)}


def test_every_small_school_is_judged_as_the_law_says() -> None:
    for people in small_schools():
        assert list(disagreements(people)) == []


def test_every_school_of_four_is_judged_as_the_law_says() -> None:
    for people in schools_of_four():
        assert list(disagreements(people)) == []


def test_twin_12_hears_no_duties(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Duties, "refusals", lambda *_args, **_options: iter(()))
    assert any(any(disagreements(people)) for people in small_schools())


def test_twin_12_lets_anybody_reconcile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Duties, "_of_what_he_paid", lambda *_args: iter(()))
    found = [said for people in small_schools() for said in disagreements(people)]
    assert found
    assert all("reconcile" in said for said in found)


def test_twin_12_takes_a_mending_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A judge that forgets what a correction or a void does is found out by their doors."""
    whole = Duties.duty
    monkeypatch.setattr(
        Duties,
        "duty",
        lambda self, deed: "" if deed.kind in ("void", "correction") else whole(self, deed),
    )
    found = [said for people in small_schools() for said in disagreements(people)]
    assert found
    assert all("void" in said or "correct" in said for said in found)


# --- the same through the real doors -----------------------------------------------------


PEOPLE = {"O1": ("chair",), "O2": ("member",), "O3": ("member", "handler"), "O9": ("checker",)}


def signer(officer: str) -> Signer:
    return Signer(officer.encode().ljust(32, b"."))


def as_(ws: Workspace, officer: str) -> Workspace:
    return replace(ws, officer=officer, signer=signer(officer))


def appoint_all(ws: Workspace, people: Mapping[str, Sequence[str]]) -> None:
    for officer, roles in people.items():
        who = officers.Appointment(
            officer, roles, f"某{officer}（虚构）", key=key_text(signer(officer).public)
        )
        officers.appoint(as_(ws, next(iter(people))), DAY, who)


@pytest.fixture
def school(tmp_path: Path) -> Workspace:
    ws = new_fund(new_books(str(tmp_path / "a.db")), on=date(2026, 1, 1), today=DAY)
    receive.donate(ws, date(2026, 3, 1), 5_000_000, "bank", "staff", Donor())
    appoint_all(ws, PEOPLE)
    return ws


APPLICANT = (Applicant("L1", "李监护（虚构）", 100),)
RECIPIENT = (Recipient("L1", "李监护（虚构）", 100),)


def _step(ws: Workspace, step: Step, done: Sequence[int]) -> int:
    on = None if step.on is None else done[step.on]
    no = on or 0
    match step.verb:
        case "apply":
            return cases.apply(ws, DAY, APPLICANT, path="emergency").no
        case "confirm":
            return cases.confirm(ws, no, DAY).no
        case "decide":
            return cases.approve(ws, no, DAY).no
        case "pay-out":
            return cases.pay(ws, no, DAY, "bank").no
        case "refuse":
            return cases.refuse_grant(ws, no, DAY).no
        case "approve":
            return spend.reserve_grant(ws, DAY, 200).no
        case "withdraw":
            return spend.withdraw_grant(ws, no, DAY).no
        case "promise":
            return spend.promise_grants(ws, DAY, RECIPIENT).no
        case "pay":
            return spend.pay_grants(ws, DAY, RECIPIENT, "bank", approved=no).no
        case "pay-outright":
            return spend.pay_grants(ws, DAY, RECIPIENT, "bank").no
        case "settle":
            return spend.pay_promised(ws, no, DAY, 100, "bank").no
        case "return":
            return spend.return_grant(ws, no, DAY, 100, "bank").no
        case "spend":
            return record(ws, lambda book, _books: _spent(book.chart, no)).no
        case "buy":
            goods = (GoodsLine("books", 1, 100),)
            return spend.buy_goods(ws, DAY, goods, "bank").no
        case "reconcile":
            return record(ws, lambda book, books: _reconciled(books)).no
        case "agree":
            return record(ws, lambda _book, _books: reconciliation_agreed(DAY, no)).no
        case "gift":
            return receive.donate(ws, DAY, 100, "bank", "staff", Donor()).no
        case "owe-refund":
            return spend.owe_refund(ws, no, DAY, 100, own_fault=False).no
        case "pay-refund":
            return spend.pay_refund(ws, no, DAY, 100, "bank").no
        case "void":
            return mend.void(ws, no, DAY, "重复").no
        case _:
            return mend.correct(ws, no, DAY, mend.Changes(amount_fen=99), "写错").no


def _spent(chart: Any, approved: int) -> Draft:
    from lovefund.core.grants import outlay_paid

    draft = outlay_paid(chart, DAY, 100, "bank", "aid")
    more: dict[str, Fact] = {
        "of": approved, "grant": approved, "reserve_fen": -100, "restriction": "general",
    }  # fmt: skip
    return replace(draft, facts={**draft.facts, **more})


def _reconciled(books: Books) -> Draft:
    held = held_through(books.connection, books.fund, "1002", DAY)
    return reconciled(DAY, "1002", DAY, DAY, held, held, 0, "0" * 64, "0" * 64)


def alone(way: Sequence[Step], who: Sequence[str]) -> bool:
    """Whether one person signs a reconciliation twice, which is another rule than law 12."""
    return any(s.verb == "agree" and who[p] == who[s.on or 0] for p, s in enumerate(way))


def play(ws: Workspace, way: Sequence[Step], who: Sequence[str]) -> list[str]:
    """The codes that the first refused step is refused with; none where all went through."""
    done: list[int] = []
    for place, step in enumerate(way):
        try:
            done.append(_step(as_(ws, who[place]), step, done))
        except Refused as error:
            return [r.code for r in error.refusals]
    return []


@pytest.mark.parametrize("name", WAYS)
def test_no_door_of_the_books_lets_one_person_do_both(
    school: Workspace, tmp_path: Path, name: str
) -> None:
    way = WAYS[name]
    people = {officer: frozenset(roles) for officer, roles in PEOPLE.items()}
    begun = school.database.path
    assert begun is not None
    for number, who in enumerate(product(("O1", "O2", "O3"), repeat=len(way))):
        if any(step.verb == "reconcile" for step in way):
            # What is reconciled is all that was paid on a day, so each choice has books of its own.
            books = shutil.copy(begun, tmp_path / f"{number}.db")
            school = replace(school, database=Database(str(books)))
        expected = all(may(people, way, who, place) for place in range(len(way)))
        expected &= not alone(way, who)
        codes = play(school, way, who)
        assert (codes == []) == expected, (who, codes)
        assert set(codes) <= {
            "same-person", "unapproved", "not-entitled", "reconciliation-alone"
        }  # fmt: skip
    assert check(school) == []


@pytest.mark.parametrize(
    "name", ["approve, pay", "approve, pay, void", "promise, settle", "buy, reconcile, buy"]
)
def test_twin_12_without_the_judge_check_finds_it(
    school: Workspace, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with monkeypatch.context() as deaf:
        deaf.setattr(offices, "judge_officer", lambda *_args: iter(()))
        assert play(school, WAYS[name], ("O1", "O1", "O1")) == []
    assert "same-person" in {finding.code for finding in check(school)}


def test_twin_12_a_deaf_check_finds_nothing(
    school: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What finds it is the replay of the judge, and nothing else."""
    monkeypatch.setattr(offices, "judge_officer", lambda *_args: iter(()))
    assert play(school, WAYS["approve, pay"], ("O1", "O1")) == []
    monkeypatch.setattr(replay, "judge_line", lambda *_args: [])
    assert check(school) == []


def test_who_signs_with_another_key_is_refused(school: Workspace) -> None:
    forged = replace(as_(school, "O1"), signer=signer("O2"))
    with pytest.raises(Refused) as refused:
        spend.reserve_grant(forged, DAY, 100)
    assert [r.code for r in refused.value.refusals] == ["unsigned"]
    with pytest.raises(Refused, match="not signed"):
        spend.reserve_grant(replace(forged, signer=None), DAY, 100)


def test_a_payment_in_the_name_of_an_officer_with_a_key_is_signed(school: Workspace) -> None:
    approved = spend.reserve_grant(as_(school, "O1"), DAY, 100).no
    forged = replace(as_(school, "O1"), officer="O2")
    with pytest.raises(Refused, match="not signed"):
        spend.pay_grants(forged, DAY, RECIPIENT, "bank", approved=approved)
    spend.pay_grants(as_(school, "O2"), DAY, RECIPIENT, "bank", approved=approved)


def test_twin_12_a_gate_that_signs_nothing_is_found_by_check(
    school: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes of a signature are checked again, whoever wrote the line."""
    monkeypatch.setattr(entitlement, "must_sign", lambda *_args: False)
    with monkeypatch.context() as careless:
        careless.setattr(offices, "must_sign", lambda *_args: False)
        no = spend.reserve_grant(replace(as_(school, "O1"), signer=None), DAY, 100).no
    assert [(f.code, f.where) for f in check(school)] == [("unsigned", f"entry {no}")]


def test_a_fund_without_keys_asks_for_nothing(tmp_path: Path) -> None:
    ws = new_fund(new_books(str(tmp_path / "b.db")), on=date(2026, 1, 1), today=DAY)
    receive.donate(ws, date(2026, 3, 1), 50_000, "bank", "staff", Donor())
    officers.appoint(ws, DAY, officers.Appointment("O7", ("cashier",), "某（虚构）"))
    assert play(replace(ws), WAYS["approve, pay"], ("O1", "O1")) == []
    assert check(ws) == []
