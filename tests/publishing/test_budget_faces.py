"""Budget against actual on the phone page, in both languages, computed there from the entries."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

from browser import Browser, Page
from lovefund.actions import receive, spend
from lovefund.actions.budgets import set_budget
from lovefund.actions.close import close_year
from lovefund.actions.publish import publish
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from world import at, new_books, new_fund


def budgets(page: Page) -> str:
    """What the table of the period says, once the checks have run."""
    for _try in range(200):
        text: str = page.run("document.querySelector('#budgets').innerText")
        if text:
            return text
        time.sleep(0.05)
    raise AssertionError("nothing was computed")


def test_the_phone_page_tells_what_is_left_of_each_budget(tmp_path: Path, chrome: Browser) -> None:
    ws = new_fund(new_books(str(tmp_path / "a.db")))
    day = date(2026, 3, 1)
    receive.donate(at(ws, day), day, 9_000_00, "bank", "staff", Donor())
    set_budget(at(ws, day), day, "2026", {"visits": 300_00, "home": 5_000_00})
    spend.pay_outlay(at(ws, day), day, 400_10, "bank", "visits")
    set_budget(at(ws, date(2026, 4, 1)), date(2026, 4, 1), "2026", {"visits": 350_00})
    later = at(ws, date(2027, 1, 5))
    close_year(later, 2026)
    done = publish(later, parse_period("2026"), tmp_path / "p", ("en",))
    (face,) = [path for path in done.files if path.name == "statement.html"]
    page = chrome.page()
    page.open(face.as_uri())
    text = budgets(page)
    assert "家访慰问：预算 350.00，结余\t−50.10" in text
    assert "留守学生之家：预算 5,000.00，结余\t5,000.00" in text
    page.run("document.querySelector('#language').click()")
    text = budgets(page)
    assert "Home visits: left of a budget of 350.00\t−50.10" in text
