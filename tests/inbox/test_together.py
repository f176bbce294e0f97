"""Two people at once, two windows, and a pair of which one half was accepted before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Barrier

import pytest

from inbox.bill import bill, later, row
from lovefund.actions import inbox, receive
from lovefund.actions.accept import Accepted, accept
from lovefund.actions.bills import Imported, import_bill
from lovefund.actions.check import check
from lovefund.actions.inbox import Candidate
from lovefund.actions.workspace import Workspace
from lovefund.core.donations import Donor
from lovefund.imports.bills import Happening
from lovefund.store.engine import Database
from lovefund.store.inbox import Inbox
from world import at, new_books, new_fund

ROWS = 30


@pytest.fixture
def ws(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path / "home"))
    fund = at(new_fund(new_books(database_url)), date(2026, 7, 1))
    receive.donate(fund, date(2026, 1, 5), 100_000, "wechat", "staff", Donor())
    return fund


def waiting(ws: Workspace) -> list[Candidate]:
    with ws.reading() as books:
        return inbox.waiting(books)


def another(ws: Workspace) -> Workspace:
    return replace(ws, database=Database(ws.database.place))


def test_two_who_accept_at_once_book_once(ws: Workspace) -> None:
    import_bill(ws, bill(*(row(100 + n, "甲", note="捐款") for n in range(ROWS)), channel="wechat"))
    start = Barrier(2)

    def one(at_work: Workspace) -> Accepted:
        chosen = waiting(at_work)
        start.wait(30)
        return accept(at_work, chosen)

    with ThreadPoolExecutor(2) as both:
        done = list(both.map(one, (another(ws), another(ws))))
    assert sorted(a.entries for a in done) == [0, ROWS]
    assert sorted(a.known for a in done) == [0, ROWS]
    assert waiting(ws) == []
    assert check(ws) == []


def test_two_who_import_at_once_keep_each_row_once(ws: Workspace) -> None:
    file = bill(*(row(100 + n, "甲") for n in range(ROWS)), channel="wechat")
    start = Barrier(2)

    def one(at_work: Workspace) -> Imported:
        start.wait(30)
        return import_bill(at_work, file)

    with ThreadPoolExecutor(2) as both:
        done = list(both.map(one, (another(ws), another(ws))))
    assert sorted(i.fresh for i in done) == [0, ROWS]
    assert len(waiting(ws)) == ROWS


def half_and_pair(ws: Workspace) -> tuple[Candidate, Candidate]:
    """A withdrawal as one person decided it alone, and the pair that another one sees later."""
    import_bill(ws, bill(row(-500, happening=Happening.WITHDRAWAL), channel="wechat"))
    half = inbox.edit(ws, waiting(ws)[0].id, {"kind": "moved", "other": "bank"})
    import_bill(ws, bill(row(500, "财付通支付科技有限公司", on=later(1))))
    (pair,) = waiting(ws)
    assert (len(half.kept), len(pair.kept)) == (1, 2)
    return half, pair


def test_a_pair_is_not_booked_after_one_half_of_it(ws: Workspace) -> None:
    half, pair = half_and_pair(ws)
    assert accept(ws, [half]).entries == 1
    done = accept(ws, [pair])
    assert (done.entries, done.known) == (0, 1)
    (left,) = waiting(ws)
    assert (left.suggestion.kind, left.suggestion.of) == ("same", 2)
    accept(ws, [left])
    assert waiting(ws) == []
    assert check(ws) == []


def test_without_asking_the_books_a_pair_is_booked_twice(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    half, pair = half_and_pair(ws)
    accept(ws, [half])
    monkeypatch.setattr(Inbox, "entries_of", lambda _self, _identities: {})
    assert accept(ws, [pair]).entries == 1
