"""What stands behind a figure: every figure of any books, to the fen, and where it is shown."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from histories import closed_history, random_history
from lovefund.actions import mend, publish, receive
from lovefund.actions.figures import numbers
from lovefund.actions.why import Told, figures_of, shares
from lovefund.actions.workspace import Workspace
from lovefund.core import why
from lovefund.core.accounts import AccountClass
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.errors import BadInput
from lovefund.publishing.view import Statement
from world import at, new_books, new_fund

PERIODS = ("2026-02", "2026-Q1", "2026", "2026-03-05..2026-09-11")


def unlike(ws: Workspace, told: Told) -> list[str]:
    """The figures that are not the sum of what is listed behind them."""
    found = []
    with ws.reading() as books:
        for figure in told.figures.values():
            rows = list(shares(books, told, figure))
            sums = [sum(row.share for row in rows[: n + 1]) for n in range(len(rows))]
            if [row.running for row in rows] != sums or (sums or [0])[-1] != figure.value:
                found.append(figure.id)
    return found


def told_of(ws: Workspace, period: str) -> Told:
    with ws.reading() as books:
        return figures_of(books, parse_period(period))


@pytest.mark.parametrize("seed", [31, 32, 33])
def test_every_figure_is_the_sum_of_what_is_listed(tmp_path: Path, seed: int) -> None:
    ws = closed_history(tmp_path, seed)
    for period in PERIODS:
        told = told_of(ws, period)
        assert len(told.figures) > 60
        assert unlike(ws, told) == [], (seed, period)
    for period in PERIODS[:3]:
        publish.publish(ws, parse_period(period), tmp_path / "out", languages=())
        told = told_of(ws, period)
        assert told.number
        assert unlike(ws, told) == [], (seed, period)


def test_a_twin_that_leaves_a_kind_out_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = closed_history(tmp_path, 31)
    whole = why._sides

    def forgetful(term: Any, earlier: bool, kind: str) -> tuple[int, int]:
        return (0, 0) if kind == "correction" else whole(term, earlier, kind)

    monkeypatch.setattr(why, "_sides", forgetful)
    assert unlike(ws, told_of(ws, "2026"))


def test_what_cancels_in_one_posting_is_not_listed(tmp_path: Path) -> None:
    ws = closed_history(tmp_path, 32)
    told = told_of(ws, "2026")
    with ws.reading() as books:
        rows = list(shares(books, told, told.figure("income")))
        assert rows
        assert {"year-closed"}.isdisjoint(row.entry.kind for row in rows)
        money = {a.code for a in books.chart.of_class(AccountClass.MONEY)}
        moves = [r for r in shares(books, told, told.figure("bank")) if r.entry.kind == "interest"]
    assert all(row.moved and row.moved.debit in money for row in moves)


def test_a_published_figure_is_told_as_published(tmp_path: Path) -> None:
    """What is corrected later stands behind the figures of its own period."""
    ws = new_fund(new_books(str(tmp_path / "a.db")), on=date(2026, 1, 1), today=date(2026, 2, 5))
    receive.donate(ws, date(2026, 1, 3), 50_000, "bank", "staff", Donor())
    publish.publish(ws, parse_period("2026-01"), tmp_path / "out", languages=())
    march = at(ws, date(2026, 3, 1))
    mend.correct(march, 1, date(2026, 2, 8), mend.Changes(amount_fen=45_000), "多记")
    with march.reading() as books:
        january = figures_of(books)
        assert (january.number, january.figure("income").value) == (1, 50_000)
        february = figures_of(books, parse_period("2026-02"))
        assert february.number == 0
        (row,) = shares(books, february, february.figure("income"))
        assert (row.entry.kind, row.share, row.running) == ("correction", -5_000, -5_000)
        opening = [r.share for r in shares(books, february, february.figure("opening"))]
        assert opening == [50_000]


@pytest.mark.parametrize(
    ("typed", "near"), [("incone", "income"), ("pot-in/generl", "pot-in/general")]
)
def test_a_mistyped_figure_names_the_nearest(tmp_path: Path, typed: str, near: str) -> None:
    ws = random_history(str(tmp_path / "b.db"), 33, steps=5)
    with pytest.raises(BadInput) as bad:
        told_of(ws, "2026").figure(typed)
    assert near in bad.value.remedy()


# -- where figures are shown ----------------------------------------------------------------


def shown(view: Statement) -> set[str]:
    """The ids of the figures that a statement's first page shows."""
    found = {"opening", "income", "outlay", "closing", "bank", "cash", "wallets", "stock"}
    if view.brought_forward_fen:
        found.add("brought-forward")
    for name, fen in (
        ("transfers", view.transfer_fen),
        ("prior-year", view.prior_year_fen),
        ("payable", view.payable_fen),
        ("agency", view.agency_fen),
        ("receivable", view.receivable_fen),
        ("income-goods", view.income_goods_fen),
        ("outlay-goods", view.outlay_goods_fen),
    ):
        found |= {name} if fen else set()
    for kind, rows in (("income", view.sources), ("outlay", view.programmes)):
        found |= {f"{kind}{what}/{row.code}" for row in rows for what in ("", "-count")}
    for pot in (*view.pots, *((view.agency,) if view.agency else ())):
        found |= {f"pot-{what}/{pot.code}" for what in ("opening", "in", "out", "closing")}
    return found | {f"place/{place.code}" for place in view.places}


def destinations(path: Path) -> list[str]:
    with pikepdf.open(path) as pdf:
        names = list(pdf.Root.Names.Dests.Names)
    return [str(name) for name in names[::2]]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("seed", [34, 35])
def test_every_figure_that_is_shown_is_a_target_of_links(
    tmp_path: Path, seed: int, language: str
) -> None:
    ws = closed_history(tmp_path, seed)
    done = publish.publish(ws, parse_period("2026"), tmp_path, languages=(language,))
    pdf = next(p for p in done.files if p.suffix == ".pdf")
    targets = destinations(pdf)
    assert len(targets) == len(set(targets))
    assert shown(done.statement) - set(targets) == set()
    with ws.reading() as books:
        found = numbers(books, date(2026, 1, 1), date(2026, 12, 31))
    assert shown(done.statement) <= found.figures.keys(), "every one of them is a figure"
