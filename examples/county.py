"""The county: a dozen school funds in one file, and one table over them, all fictional."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

from lovefund.actions import move, read, receive, rules, spend
from lovefund.actions.check import check
from lovefund.actions.open_fund import NewFund, open_fund
from lovefund.actions.workspace import Workspace
from lovefund.cli.output import pad
from lovefund.core.days import parse_period
from lovefund.core.district import District
from lovefund.core.donations import Donor
from lovefund.core.grants import Recipient
from lovefund.core.names import PublicName
from lovefund.core.rulebook import model_text
from lovefund.core.rules import rulebook_of
from lovefund.errors import Refused
from lovefund.money import yuan
from lovefund.store.book import CHINA
from lovefund.store.engine import Database

_SCHOOLS = (
    ("xinling-county", "新岭县"),
    ("beiyuan-school", "北源小学"),
    ("changlin-school", "长林小学"),
    ("dongtan-school", "东滩小学"),
    ("fengkou-school", "枫口小学"),
    ("gaotun-school", "高屯小学"),
    ("hebei-school", "河北村小学"),
    ("jinxi-school", "金溪小学"),
    ("lianhu-school", "莲湖小学"),
    ("nanping-school", "南坪小学"),
    ("qingshan-school", "青山小学"),
    ("xiaqiao-school", "下桥小学"),
)


def run(folder: Path) -> Iterator[str]:
    """Twelve funds of one county; yields what happened, line by line."""
    database = Database(str(folder / "county.db"))
    database.create()
    day = date(2026, 3, 2)
    base = Workspace(
        database, date_is_right=True, clock=lambda: datetime.combine(day, time(9), CHINA)
    )
    for fund, name in _SCHOOLS:
        open_fund(
            replace(base, fund=fund),
            NewFund(
                fund,
                f"{name}留守学生爱心基金（虚构）",
                f"{name}（虚构）",
                "会计（虚构）",
                on=date(2026, 1, 1),
                practice=True,
            ),
        )
    yield from _rules(base)
    county = replace(base, fund="xinling-county")
    for n in range(41):
        receive.donate(
            county,
            day,
            1_000_000,
            "bank",
            "society",
            Donor(f"社会捐赠人{n + 1}（虚构）", PublicName.ANONYMOUS),
        )
    pupils = tuple(Recipient(f"L{n:03d}", f"监护人{n}（虚构）", 40_000) for n in range(1, 101))
    spend.pay_grants(county, day, pupils, "bank")
    for n, (fund, _name) in enumerate(_SCHOOLS[1:], 1):
        move.transfer(county, fund, day, 2_000_000 + n * 10_000, "bank", "bank")
    visitor = replace(base, fund="beiyuan-school")
    receive.donate(
        visitor, day, 140_000, "cash", "organisation", Donor("县妇联慰问组（虚构）", PublicName.ORG)
    )
    spend.pay_outlay(visitor, day, 140_000, "cash", "visits")
    rows = read.overview(base, parse_period("2026-Q1"))
    names = dict(_SCHOOLS)
    yield _columns("基金 · fund", "收入 income", "支出 outlay", "划转 transfers", "期末 closing")
    for r in rows:
        yield _line(names[r.fund], r.income_fen, r.outlay_fen, r.transfers_fen, r.closing_fen)
    sums = [
        sum(getattr(r, f"{key}_fen") for r in rows)
        for key in ("income", "outlay", "transfers", "closing")
    ]
    yield _line("合计 · all funds", *sums)
    assert sums[0] == 41_000_000 + 140_000
    assert sums[1] == 100 * 40_000 + 140_000
    assert sums[2] == 0
    yield f"check: {len(check(base))} findings"


def _rules(base: Workspace) -> Iterator[str]:
    """Every school binds itself to the district's book, and adopts rules within it."""
    bounds = rules.read_either(Path(__file__).with_name("district.toml"))
    assert isinstance(bounds, District)
    for fund, _name in _SCHOOLS[1:]:
        school = replace(base, fund=fund)
        rules.adopt_district(school, bounds)
        rules.adopt(school, rulebook_of(model_text()))
    text = model_text().replace("since = 2026-01-01", "since = 2026-03-02")
    short = rulebook_of(text.replace("\ndays = 5\n", "\ndays = 3\n"))
    try:
        rules.adopt(replace(base, fund="beiyuan-school"), short)
    except Refused as refused:
        yield f"{_SCHOOLS[1][1]}: {refused.refusals[0].what}"


def _line(name: str, *amounts: int) -> str:
    return _columns(name, *(yuan(fen) for fen in amounts))


def _columns(name: str, *cells: str) -> str:
    return pad(name, 18) + "".join(pad(cell, 16, right=True) for cell in cells)
