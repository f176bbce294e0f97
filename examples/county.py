"""The county: a dozen school funds in one file, under one rulebook, all fictional."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from school_office import Clock, own_rules, told

from lovefund.actions import case_papers, cases, move, read, receive, rules, spend
from lovefund.actions.check import check
from lovefund.actions.evidence import keep_evidence
from lovefund.actions.open_fund import NewFund, open_fund
from lovefund.actions.workspace import Workspace
from lovefund.cli.output import pad
from lovefund.core.days import parse_period
from lovefund.core.district import District
from lovefund.core.donations import Donor
from lovefund.core.names import PublicName
from lovefund.core.papers import Papers
from lovefund.core.rulebook import model_text
from lovefund.core.rules import rulebook_of
from lovefund.core.steps import Applicant
from lovefund.errors import Refused
from lovefund.money import yuan
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


def run(folder: Path, drawer: Path | None = None) -> Iterator[str]:
    """Twelve funds of one county; yields what happened, line by line."""
    with tempfile.TemporaryDirectory() as own:
        yield from _run(folder, drawer or Path(own))


def _run(folder: Path, drawer: Path) -> Iterator[str]:
    database = Database(str(folder / "county.db"))
    database.create()
    day = date(2026, 3, 2)
    base = Workspace(database, date_is_right=True, clock=Clock(day))
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
    rules.adopt(county, rulebook_of(own_rules()))
    for n in range(41):
        receive.donate(
            county,
            day,
            1_000_000,
            "bank",
            "society",
            Donor(f"社会捐赠人{n + 1}（虚构）", PublicName.ANONYMOUS),
        )
    for n, (fund, _name) in enumerate(_SCHOOLS[1:], 1):
        move.transfer(county, fund, day, 2_000_000 + n * 10_000, "bank", "bank")
    visitor = replace(base, fund="beiyuan-school")
    donor = Donor("县妇联慰问组（虚构）", PublicName.ORG)
    receive.donate(visitor, day, 140_000, "bank", "organisation", donor)
    spend.pay_outlay(visitor, day, 140_000, "bank", "visits")
    no = _hundred(county, drawer)
    yield told(
        f"一百名学生各 400 元：一次会议、一份公示、一份代发名单、一百个案号（第 {no} 笔申请）",
        f"a hundred pupils, 400 each: one meeting, one notice, one bank list (application {no})",
    )
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
    findings = len(check(base))
    yield told(f"检查：{findings} 个问题", f"check: {findings} findings")


def _hundred(county: Workspace, drawer: Path) -> int:
    """One application for a hundred pupils of the county, through all its steps."""
    pupils = [
        Applicant(
            f"L{n:03d}", f"监护人{n}（虚构）", 40_000, f"学生{n}（虚构）", account=f"6200 {n:04d}"
        )
        for n in range(1, 101)
    ]
    path = drawer / "county-bank-list.csv"

    def on(month: int, day: int) -> tuple[Workspace, date]:
        today = date(2026, month, day)
        return replace(county, clock=Clock(today)), today

    ws, day = on(3, 2)
    no = cases.apply(ws, day, pupils).no
    ws, day = on(3, 4)
    cases.confirm(ws, no, day)
    ws, day = on(3, 9)
    cases.visit(ws, no, day, "各校班主任（虚构）")
    ws, day = on(3, 11)
    cases.review(ws, no, day, 9, 9, 0, Papers(reference="XL-2026-01"))
    ws, day = on(3, 12)
    cases.notice(ws, no, "县教育局监督电话（虚构）")
    ws, day = on(3, 20)
    cases.approve(ws, no, day)
    ws, day = on(3, 23)
    case_papers.bank_list(ws, no, path)
    cases.pay(ws, no, day, "bank", papers=Papers(evidence=keep_evidence(ws, (path,))))
    ws, day = on(3, 27)
    cases.signed(ws, no, day)
    ws, day = on(3, 31)
    cases.follow_up(ws, no, day)
    return no


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
        said = refused.refusals[0].what
        yield told(f"{_SCHOOLS[1][1]}的办法超出县的底线，未采用：{said}", f"refused: {said}")


def _line(name: str, *amounts: int) -> str:
    return _columns(name, *(yuan(fen) for fen in amounts))


def _columns(name: str, *cells: str) -> str:
    return pad(name, 18) + "".join(pad(cell, 16, right=True) for cell in cells)
