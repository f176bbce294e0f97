"""A fund that ends hands over everything: each account at zero, each pot whole in the successor.

Random funds are wound up; what each restriction held is found again, to the fen, under the same
title, programmes and agreement. Twins that lose a pot or receive less are stopped or found.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from laws import laws
from lovefund.actions import cases, mend, move, pledges, projects, receive, restrictions, spend
from lovefund.actions.budgets import set_budget
from lovefund.actions.check import check
from lovefund.actions.figures import titles
from lovefund.actions.publish import publish
from lovefund.actions.spend import file_of
from lovefund.actions.wind_up import wind_up
from lovefund.actions.workspace import Workspace
from lovefund.core import succession
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.core.goods import GoodsLine
from lovefund.core.grants import Recipient
from lovefund.core.names import PublicName
from lovefund.core.pledges import Terms
from lovefund.core.steps import Applicant
from lovefund.errors import Refused
from lovefund.store.book import Book
from server import fresh_database
from world import at, new_books, new_fund

LAST = date(2026, 6, 20)
SEEDS = range(3)
LAWS = (laws.law_1_balanced, laws.law_2_never_below_zero, laws.law_8_statement, laws.law_10_replay)


def old_school(ws: Workspace, seed: int) -> Workspace:
    """A fund with some months behind it, and nothing open."""
    chance = random.Random(seed)
    codes = ["general"]
    for n, code in enumerate(("home", "books", "letters")[: chance.randint(1, 3)]):
        day = date(2026, 1, 5 + n)
        restrictions.open_restriction(
            at(ws, day), day, code, f"{code}之款", ("home", "places"), f"XY-{n}"
        )
        codes.append(code)
    for n in range(12):
        day = date(2026, 2, 1 + n)
        fen, code = chance.randint(1, 90_000), chance.choice(codes)
        place = chance.choice(("bank", "cash", "wechat"))
        donor = Donor(f"捐赠人{n}", PublicName.MASKED)
        receive.donate(at(ws, day), day, fen, place, "alumni", donor, code)
        if chance.random() < 0.5:
            part = chance.randint(1, fen)
            spend.pay_outlay(at(ws, day), day, part, place, "home", code)
    day = date(2026, 3, 1)
    receive.donate(at(ws, day), day, 50_000, "bank", "staff", Donor())
    spend.pay_grants(at(ws, day), day, (Recipient("L1", "监护人甲", 300_00, "学生甲"),), "bank")
    return at(ws, LAST)


@pytest.fixture
def schools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[Workspace]]:
    """The fund that ends, and its successor, which has a restriction of the same code."""
    monkeypatch.setenv("LOVEFUND_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path / "home"))

    def make(seed: int) -> list[Workspace]:
        database = new_books(str(tmp_path / f"books{seed}.db"))
        old = old_school(new_fund(database, "zhuxi"), seed)
        new = at(new_fund(database, "dawan"), LAST)
        restrictions.open_restriction(new, LAST, "home", "大湾之家", ("home",), "DY-1")
        receive.donate(new, LAST, 1_000_00, "bank", "staff", Donor(), "home")
        return [old, new]

    return make


def money(ws: Workspace) -> dict[str, int]:
    """What each restriction holds, by its agreement (general and others have none)."""
    with ws.reading() as books:
        rows = [p for p in books.pots() if p["money_fen"]]
        return {f"{p['code'][:2]} {p['agreement']}": p["money_fen"] for p in rows}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_pot_is_found_again_and_nothing_is_left(
    schools: Callable[[int], list[Workspace]], seed: int, tmp_path: Path
) -> None:
    sys.stdout.write(f"seed {seed}\n")
    old, new = schools(seed)
    before, had = money(old), money(new)
    with old.reading() as books:
        called = {books.restrictions[c].agreement: t for c, t in titles(books).items()}
    wind_up(old, "dawan")
    assert money(old) == {}
    with old.reading() as books:
        assert not any(books.totals().values()), "every account stands at zero"
    assert money(new) == {k: before.get(k, 0) + had.get(k, 0) for k in before | had}
    with new.reading() as books:
        for code, title in titles(books).items():
            agreement = books.restrictions[code].agreement
            if agreement in called:
                assert title == called[agreement]
                assert books.restrictions[code].programmes == ("home", "places")
    assert check(replace(old, fund="")) == []
    for ws in (old, new):
        with ws.reading() as books:
            for law in LAWS:
                assert law(books) == [], law.__name__
    done = publish(
        at(old, date(2026, 6, 21)), parse_period("2026-01-01..2026-06-20"), tmp_path / "p", ()
    )
    assert done.statement.closing_fen == 0
    assert done.statement.transfer_fen == -sum(before.values())


@pytest.mark.postgres
def test_on_a_server_as_well(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOVEFUND_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path / "home"))
    with fresh_database(postgres_url) as url:
        database = new_books(url)
        old = old_school(new_fund(database, "zhuxi"), 0)
        new = at(new_fund(database, "dawan"), LAST)
        set_budget(new, LAST, "2026", {"visits": 100_00})
        before = sum(money(old).values())
        wind_up(old, "dawan")
        assert money(old) == {}
        assert sum(money(new).values()) == before
        assert check(replace(old, fund="")) == []
        with pytest.raises(Refused):
            wind_up(old, "dawan")


def test_files_and_agreements_open_under_the_keys_of_the_successor(
    schools: Callable[[int], list[Workspace]],
) -> None:
    old, new = schools(0)
    wind_up(old, "dawan")
    with new.reading() as books:
        (pupils,) = books.entries(kinds=("files-received",))
        (agreed,) = books.entries(kinds=("agreements-received",))
        files = file_of(books, pupils.no)["files"]
        assert [row[1] for row in files] == ["grant-paid"]
        assert files[0][3]["cases"] == [["L1", "学生甲", "监护人甲", 300_00]]
        kept = file_of(books, agreed.no)["files"]
        assert {row[1] for row in kept} <= {"restriction-opened", "donation"}
        assert set(pupils.facts) == {"peer", "peer_no"}, "no line tells how many files there are"
    with old.reading() as books:
        grant = next(iter(books.entries(kinds=("grant-paid",))))
        assert file_of(books, grant.no)["cases"], "the old ones stay"


def test_a_fund_that_ended_takes_no_more(schools: Callable[[int], list[Workspace]]) -> None:
    old, new = schools(0)
    wind_up(old, "dawan")
    later = at(old, date(2026, 7, 1))
    for deed in (
        lambda: receive.donate(later, date(2026, 7, 1), 100, "bank", "staff", Donor()),
        lambda: mend.void(later, 5, date(2026, 7, 1), "记错"),
        lambda: restrictions.open_restriction(
            later, date(2026, 7, 1), "more", "多", ("home",), "X"
        ),
        lambda: wind_up(later, "dawan"),
        lambda: move.transfer(
            at(new, date(2026, 7, 1)), "zhuxi", date(2026, 7, 1), 100, "bank", "bank"
        ),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert "wound-up" in [r.code for r in refused.value.refusals]


def test_everything_that_is_open_is_named(schools: Callable[[int], list[Workspace]]) -> None:
    old, _new = schools(0)
    day = LAST
    family = (Recipient("L2", "监护人乙", 30_00),)
    reserved = spend.reserve_grant(old, day, 20_00).no
    spend.promise_grants(old, day, family)
    spend.pay_advance(old, day, 10_00, "bank", "赵老师")
    receive.receive_unidentified(old, day, 66_00, "wechat")
    receive.receive_agency(old, day, 5_00, "bank", Donor("乙"), "学生甲")
    books_of = GoodsLine("books", 10, 150_00)
    receive.donate_goods(old, day, (books_of,), "alumni", Donor())
    cases.apply(old, day, [Applicant("L3", "监护人丙", 100_00)])
    projects.open_project(old, day, "之家", "general", "home", 100_00)
    pledges.pledge(old, day, Donor("周女士"), Terms("周女士", "", 300_00, 1, 1, day))
    with pytest.raises(Refused) as refused:
        wind_up(old, "dawan")
    assert {r.code for r in refused.value.refusals} == {"still-open"}
    told = "\n".join(r.what for r in refused.value.refusals)
    for what in (f"entry {reserved}: reserved, 20.00", "30.00 yuan", "10.00 yuan", "66.00 yuan",
                 "5.00 yuan are held for pupils", "150.00 yuan", "application", "project",
                 "pledge"):  # fmt: skip
        assert what in told
    assert len(refused.value.refusals) == 9
    with old.reading() as books:
        assert books.by_request("wound-up") is None


def test_a_twin_that_forgets_a_pot_is_stopped_and_else_found(
    schools: Callable[[int], list[Workspace]], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, _new = schools(0)
    sound = (succession.handed_over, succession.taken_over)

    def less(draft: object) -> object:
        return replace(draft, postings=draft.postings[1:])  # type: ignore[type-var, attr-defined]

    monkeypatch.setattr(succession, "handed_over", lambda *a: less(sound[0](*a)))
    monkeypatch.setattr(succession, "taken_over", lambda *a: less(sound[1](*a)))
    with pytest.raises(Refused) as refused:
        wind_up(old, "dawan")
    assert {r.code for r in refused.value.refusals} == {"still-open"}
    monkeypatch.setattr(Book, "_judge_end", lambda *_args: ())
    wind_up(old, "dawan")
    assert [f.code for f in check(replace(old, fund=""))] == ["wound-up"]


def test_a_twin_whose_halves_differ_is_found(
    schools: Callable[[int], list[Workspace]], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, _new = schools(0)
    sound = succession.taken_over

    def less(*args: object) -> object:
        draft = sound(*args)  # type: ignore[arg-type]
        first = draft.postings[0]
        return replace(
            draft, postings=(first._replace(amount_fen=first.amount_fen - 1), *draft.postings[1:])
        )

    monkeypatch.setattr(succession, "taken_over", less)
    wind_up(old, "dawan")
    assert [f.code for f in check(replace(old, fund=""))] == ["transfer", "transfer"]
