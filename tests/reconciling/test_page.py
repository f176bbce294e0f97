"""The phone page says of each place what the lines say, and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from browser import Browser
from lovefund.actions import receive, reconcile
from lovefund.actions.count import count_cash
from lovefund.actions.page import PAGE
from lovefund.actions.workspace import Workspace
from lovefund.core.donations import Donor
from publishing.test_web import opened, put_out, told
from reconciling.bills import bill, wanted
from reconciling.test_reconcile import APART, WHOLE, on
from reconciling.test_reconcile import school as school


def agreed(ws: Workspace, no: int) -> None:
    reconcile.agree(replace(ws, officer="O2"), no, on(6, 10))


def shown(chrome: Browser, ws: Workspace, folder: Path) -> str:
    place = put_out(ws, "2026-04", folder)
    page = opened(chrome, (place / PAGE).as_uri(), "en-GB")
    assert "consistent" in told(page, "answer").lower()
    return " ".join(told(page, "places").split())


def test_it_agrees_and_it_was_counted(school: Workspace, chrome: Browser, tmp_path: Path) -> None:
    receive.donate(school, date(2026, 4, 2), 500, "cash", "staff", Donor())
    receive.donate(school, date(2026, 4, 2), 700, "alipay", "staff", Donor())
    no = reconcile.reconcile(school, wanted(WHOLE), on(6, 10)).no
    agreed(school, no)
    count = count_cash(school, on(4, 30), ((500, 1),), ("甲", "乙")).no
    text = shown(chrome, school, tmp_path / "out")
    assert f"570.00 agrees with the bank as of 2026-04-30 (entry {no})" in text
    assert f"5.00 agrees with the cash counted on 2026-04-30 (entry {count})" in text
    assert "7.00 not reconciled" in text


@pytest.mark.parametrize("second", [True, False])
def test_a_difference_is_told_and_nothing_where_one_signed_alone(
    school: Workspace, chrome: Browser, tmp_path: Path, second: bool
) -> None:
    why = {"e2": "在途", "e3": "未兑付", "r2": "利息"}
    no = reconcile.reconcile(school, wanted(APART, why=why), on(6, 10)).no
    if second:
        agreed(school, no)
    text = shown(chrome, school, tmp_path / "out")
    differs = f"differs from the bank by 69.64, explained in 3 lines (entry {no})"
    assert (differs in text) == second
    assert ("not reconciled" in text) != second


def test_what_is_true_no_more_is_not_said(
    school: Workspace, chrome: Browser, tmp_path: Path
) -> None:
    agreed(school, reconcile.reconcile(school, wanted(WHOLE), on(6, 10)).no)
    receive.donate(school, on(4, 29), 800, "bank", "staff", Donor())
    assert "578.00 not reconciled" in shown(chrome, school, tmp_path / "out")
    assert bill(on(4, 1), on(4, 2)).rows == ()
