"""What is due in the morning: each kind of task on its day, and silence when all is well."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bills.makers import Paid, as_csv, rural
from commands import Run

CASH = "donate --source staff --from 甲 --show real --by cash"


def due(run: Run, day: str, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    monkeypatch.setenv("LOVEFUND_TODAY", day)
    said = run("today --json")
    assert said.code == (8 if said.json() else 0)
    told = [(t["due"], t["how"]) for t in said.json()]
    return [(day, how) for day, how in told if not how.startswith(_OF_PLACES)]


#: Bills and wallets have tests of their own below.
_OF_PLACES = ("lovefund reconcile", "lovefund move --from wechat")


def bank_reconciled(run: Run, last: str = "2026-09-30") -> None:
    """The bank's file agrees with the books, and two officers have signed for it."""
    rows = [Paid(datetime(2026, 9, 3, 9, 0, 1), 50_000, party="张三丰")]  # noqa: DTZ001
    Path("bank.csv").write_bytes(as_csv(rural(rows, opening=0), "gb18030"))
    booked = run(f"reconcile bank bank.csv --through {last} --close --json")
    assert booked.code == 0, booked.err
    assert run(f"--officer O2 agree {booked.json()[0]['no']}").code == 0


def test_silent_when_all_is_well(fund: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    bank_reconciled(fund)
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-10-20")
    said = fund("today")
    assert said == (0, "", "")


def test_the_bank_is_reconciled_by_the_tenth(fund: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A month is told a week before it is due, and no more once two officers signed for it."""

    def told(day: str) -> list[tuple[str, str]]:
        monkeypatch.setenv("LOVEFUND_TODAY", day)
        return [(t["due"], t["how"]) for t in fund("today --json").json()]

    assert told("2026-09-30") == []
    assert told("2026-10-02") == []
    assert told("2026-10-03") == [("2026-10-10", "lovefund reconcile bank")]
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-10-20")
    rows = [Paid(datetime(2026, 9, 3, 9, 0, 1), 50_000, party="张三丰")]  # noqa: DTZ001
    Path("bank.csv").write_bytes(as_csv(rural(rows, opening=0), "gb18030"))
    no = fund("reconcile bank bank.csv --through 2026-09-30 --close --json").json()[0]["no"]
    assert told("2026-10-20") == [("2026-10-20", f"lovefund agree {no}")]
    assert fund(f"--officer O2 agree {no}").code == 0
    assert told("2026-10-20") == []
    # What comes later with an earlier day makes it untrue.
    late = "donate 5 --source staff --from 甲 --show real --by bank --on 2026-09-20"
    assert fund(late).code == 0
    assert ("2026-10-20", "lovefund reconcile bank") in told("2026-10-20")


def test_a_wallet_that_is_not_emptied(fund: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    gift = "donate 5 --source staff --from 甲 --show real --by wechat --on 2026-09-20"
    assert fund(gift).code == 0
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-10-15")
    told = [(t["due"], t["how"]) for t in fund("today --json").json()]
    assert ("2026-10-20", "lovefund move --from wechat --to bank") in told
    assert fund("move 5 --from wechat --to bank").code == 0
    hows = [t["how"] for t in fund("today --json").json()]
    assert "lovefund move --from wechat --to bank" not in hows


def test_cash_that_lies_in_the_box(fund: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Friday's takings are due on the next working day; what was banked is not told again."""
    for day, fen in (("2026-10-15", 30), ("2026-10-16", 20)):
        assert fund(f"{CASH} {fen} --on {day}").code == 0
    assert due(fund, "2026-10-20", monkeypatch) == [
        ("2026-10-16", "lovefund move --from cash --to bank")
    ]
    assert fund("move 30 --from cash --to bank").code == 0
    assert due(fund, "2026-10-20", monkeypatch) == [
        ("2026-10-19", "lovefund move --from cash --to bank")
    ]
    assert fund("move 20 --from cash --to bank").code == 0
    assert due(fund, "2026-10-20", monkeypatch) == []


@pytest.mark.parametrize(
    ("typed", "how", "day"),
    [
        ("unidentified 66 --by wechat", "identify", "2026-10-20"),
        ("advance 10 --to 赵老师 --by bank", "settle-advance", "2026-10-20"),
        ("owe-refund 1 100", "pay-refund", "2026-10-05"),
        ("promise 30 --case L2 --guardian 王", "pay-promised", "2026-11-19"),
    ],
)
def test_open_items_on_their_day(
    fund: Run, monkeypatch: pytest.MonkeyPatch, typed: str, how: str, day: str
) -> None:
    assert fund(f"{typed} --on 2026-09-20").code == 0
    seen = {"2026-10-05": "2026-09-27", "2026-10-20": "2026-10-12", "2026-11-19": "2026-11-11"}
    assert due(fund, seen[day], monkeypatch) == [], "eight days before it is not told"
    assert due(fund, day, monkeypatch) == [(day, f"lovefund {how} 2")]


def test_the_statement_of_a_term_and_the_year(fund: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert due(fund, "2027-01-31", monkeypatch) == []
    told = due(fund, "2027-02-25", monkeypatch)
    assert ("2027-03-02", "lovefund publish 2026-autumn") in told
    told = due(fund, "2027-04-28", monkeypatch)
    assert ("2027-04-30", "lovefund close 2026") in told
    assert fund("--date-is-right close 2026").code == 0
    assert fund("--date-is-right publish 2026-autumn").code == 0
    assert due(fund, "2027-04-28", monkeypatch) == []


def test_stock_that_nobody_counted(fund: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    goods = "donate-goods --goods 'books 10 @15' --source alumni --from 甲 --show real"
    assert fund(f"{goods} --on 2026-09-05").code == 0
    told = due(fund, "2027-08-31", monkeypatch)
    assert ("2027-09-01", "lovefund count-stock") in told


def test_it_speaks_both_languages(fund: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fund(f"{CASH} 30 --on 2026-10-15").code == 0
    assert "lie in the box since 2026-10-15" in fund("today").out
    assert "现金" in fund("--lang zh today").out
