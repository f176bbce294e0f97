"""The three statutory statements agree with each other, with the books and with every posting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from histories import random_history
from lovefund.actions import close, mend, move, receive, restrictions, spend
from lovefund.actions import statutory as act
from lovefund.actions.open_fund import bring_forward
from lovefund.actions.statutory import Statutory, asked, behind_cell, statutory
from lovefund.actions.workspace import Workspace
from lovefund.core import statutory as core
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.core.entries import Entry
from lovefund.core.grants import Recipient
from lovefund.core.names import PublicName
from lovefund.core.opening import OpeningBalance
from lovefund.errors import BadInput
from lovefund.store.reading import Books
from world import at, new_books, new_fund

MONTHS = tuple(f"2026-{month:02}" for month in range(1, 13))
COMPANY = Donor("青禾公司（虚构）", PublicName.ORG)


@pytest.fixture(params=["npo-2026", "npo-2004"])
def ws(request: pytest.FixtureRequest, tmp_path: Path) -> Workspace:
    ws = new_fund(new_books(str(tmp_path / "books.db")), chart=str(request.param))
    ws = at(ws, date(2026, 12, 1))
    restrictions.open_restriction(ws, date(2026, 1, 2), "home", "之家", ("home",), "XY-1")
    return ws


def of(ws: Workspace, period: str) -> Statutory:
    with ws.reading() as books:
        return statutory(books, parse_period(period))


def breaches(ws: Workspace) -> list[str]:
    """What the statements of a year and its months get wrong, as sentences."""
    found = []
    year = of(ws, "2026")
    months = [of(ws, month) for month in MONTHS]
    for told in (year, *months):
        for column in ("opening", "closing"):
            assets = told.fen("balance", "assets", column)
            claims = told.fen("balance", "claims", column)
            if assets != claims:
                found.append(f"{told.period.code}: {assets} of assets, {claims} of claims")
        money = told.fen("balance", "money", "closing") - told.fen("balance", "money", "opening")
        if money != told.fen("cash", "cash-change", "year"):
            found.append(f"{told.period.code}: the money moved by {money}")
        for part, row in (("unrestricted",) * 2, ("restricted",) * 2, ("total", "net-assets")):
            change = told.fen("balance", row, "closing") - told.fen("balance", row, "opening")
            if change != told.fen("activity", "net-change", "year", part):
                found.append(f"{told.period.code}: net assets ({part}) changed by {change}")
    for part in core.PARTS:
        # In a fund's first year nothing of an earlier one can be mended.
        if adjusted := year.fen("activity", "prior-year", "year", part):
            found.append(f"{adjusted} of earlier years ({part})")
    for cell in year.cells.values():
        if cell.form != "balance" and cell.column == "year":
            key = (cell.form, cell.row, "period", cell.part)
            if sum(m.fen(*key) for m in months) != cell.fen:
                found.append(f"{cell.id}: the months do not add up")
    with ws.reading() as books:
        for cell in year.cells.values():
            if cell.fen and cell.column != "last-year":
                rows = list(behind_cell(books, asked(books, year.period, cell.id)))
                if (rows[-1].running if rows else 0) != cell.fen:
                    found.append(f"{cell.id}: its postings do not add up")
    return found


def changed(ws: Workspace) -> None:
    """A year with limits lifted and added, mended and voided, and money of another fund."""
    on = date(2026, 2, 1)
    receive.donate(ws, on, 900_000, "bank", "business", COMPANY)
    receive.donate(ws, on, 500_000, "bank", "business", COMPANY, "home")
    lifted = restrictions.change_restriction(ws, on, "home", "general", 65_000, "TY-1")
    restrictions.change_restriction(ws, on, "general", "home", 50_000, "TY-2")
    spend.pay_outlay(ws, on, 30_000, "bank", "home", "home")
    mend.void(ws, lifted.no, on, "记重了")
    restrictions.change_restriction(ws, on, "home", "general", 7_000, "TY-3")
    other = at(new_fund(ws.database, "qinghe"), date(2026, 12, 1))
    move.transfer(ws, other.fund, on, 100_000, "bank", "bank")
    receive.receive_agency(ws, on, 80_000, "wechat", COMPANY, "学生甲（虚构）")


def test_the_statements_hold_together_in_a_year_of_every_change(ws: Workspace) -> None:
    changed(ws)
    assert breaches(ws) == []
    year = of(ws, "2026")
    assert year.fen("balance", "agency-assets", "closing") == 80_000
    assert year.fen("activity", "between-funds", "year", "total") == -100_000
    restricted = year.fen("balance", "restricted", "closing")
    assert restricted == 500_000 - 30_000 + 50_000 - 7_000
    if year.basis.layout.released:
        # Two changes and what was spent: 7,000 − 50,000 + 30,000.
        assert year.fen("activity", "released", "year", "unrestricted") == -13_000
        assert year.fen("activity", "programmes", "year", "restricted") == 0
    else:
        assert year.fen("activity", "to-unrestricted", "year", "unrestricted") == 7_000
        assert year.fen("activity", "to-restricted", "year", "restricted") == 50_000
        assert year.fen("activity", "programmes", "year", "restricted") == 30_000


def test_closing_the_year_changes_no_cell(ws: Workspace) -> None:
    changed(ws)
    before = of(ws, "2026").cells
    later = at(ws, date(2027, 1, 5))
    close.close_year(later, 2026)
    assert of(later, "2026").cells == before
    assert breaches(later) == []


def test_a_grant_that_comes_back_in_a_later_year_adjusts_the_earlier_one(ws: Workspace) -> None:
    on = date(2026, 3, 1)
    receive.donate(ws, on, 900_000, "bank", "business", COMPANY)
    paid = spend.pay_grants(ws, on, (Recipient("A01", "监护人（虚构）", 40_000),), "bank")
    later = at(ws, date(2027, 2, 1))
    close.close_year(later, 2026)
    spend.return_grant(later, paid.no, date(2027, 2, 1), 40_000, "bank")
    told = of(later, "2027-02")
    assert told.fen("activity", "prior-year", "period", "unrestricted") == 40_000
    assert told.fen("activity", "programmes", "period", "total") == 0
    assert told.fen("activity", "programmes", "last-year", "total") == 0  # by 28 February 2026
    assert of(later, "2027").fen("activity", "programmes", "last-year", "total") == 40_000
    assert told.fen("balance", "money", "closing") == 900_000


@pytest.mark.parametrize("seed", range(3))
def test_the_statements_hold_together_on_random_histories(seed: int, tmp_path: Path) -> None:
    assert breaches(random_history(str(tmp_path / "books.db"), seed, 60)) == []


def test_a_period_of_two_years_is_refused(ws: Workspace) -> None:
    with pytest.raises(BadInput), ws.reading() as books:
        statutory(books, parse_period("2026-autumn"))


# Twins: each breaks one rule, and the laws above must see it.


def _own_kind(_books: Books, entry: Entry) -> str:
    return entry.kind


TWINS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "what mends an entry is a kind of its own": lambda m: m.setattr(act, "root_kind", _own_kind),
    "the year-end entry is a movement": lambda m: m.setattr(core, "_CLOSED", "never"),
    "a lifted limit is an adjustment": lambda m: m.setattr(core, "_CHANGED", "never"),
    "transfers between funds are forgotten": lambda m: m.setattr(
        core, "_CHANGES", {**core._CHANGES, "between-funds": lambda *_: 0}
    ),
    "agency money is the fund's": lambda m: m.setattr(core, "_in_pots", lambda *_: True),
    "brought forward is a movement": lambda m: m.setattr(act, "OPENING_KIND", "never"),
}


@pytest.mark.parametrize("twin", TWINS)
def test_the_laws_see_a_twin_that(
    twin: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = new_fund(new_books(str(tmp_path / "books.db")))
    ws = at(ws, date(2026, 12, 1))
    bring_forward(ws, date(2026, 1, 1), (OpeningBalance("bank", "general", 123_456),))
    restrictions.open_restriction(ws, date(2026, 1, 2), "home", "之家", ("home",), "XY-1")
    changed(ws)
    later = at(ws, date(2027, 1, 5))
    close.close_year(later, 2026)
    assert breaches(later) == []
    TWINS[twin](monkeypatch)
    assert breaches(later) != []
