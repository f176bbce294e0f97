"""The worked school: some 300 gifts and 45 grants of the year 2026, all fictional."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from lovefund.actions import close, mend, move, read, receive, restrictions, spend
from lovefund.actions.check import check
from lovefund.actions.open_fund import NewFund, open_fund
from lovefund.actions.prints import print_journal, print_receipts, print_vouchers
from lovefund.actions.publish import publish
from lovefund.actions.workspace import Workspace
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.core.entries import Holder
from lovefund.core.goods import GoodsLine
from lovefund.core.grants import Recipient
from lovefund.core.names import PublicName
from lovefund.core.papers import Papers
from lovefund.money import yuan
from lovefund.store.book import CHINA
from lovefund.store.engine import Database

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章"
_GIVEN = (
    "伟",
    "芳",
    "秀英",
    "娜",
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "洋",
    "艳",
    "勇",
    "军",
    "杰",
    "娟",
    "涛",
    "超",
    "明",
    "霞",
    "平",
    "志刚",
    "桂兰",
    "建国",
    "玉珍",
    "文博",
    "雨桐",
    "思远",
    "嘉怡",
)

# source, how many gifts, yuan in all, how they come, how they may be shown
_GIFTS = (
    ("staff", 92, 5600, ("wechat", "cash"), (PublicName.REAL, PublicName.MASKED)),
    ("class", 36, 6100, ("cash",), (PublicName.ORG,)),
    ("alumni", 58, 4900, ("wechat", "alipay", "bank"), (PublicName.REAL, PublicName.ALIAS)),
    ("parents", 44, 2100, ("wechat",), (PublicName.MASKED, PublicName.ANONYMOUS)),
    (
        "society",
        63,
        3300,
        ("wechat", "alipay", "cash"),
        (PublicName.REAL, PublicName.MASKED, PublicName.ANONYMOUS),
    ),
    ("business", 6, 3400, ("bank",), (PublicName.ORG,)),
)
_FIRMS = ("青禾农资店", "石桥超市", "平安运输队", "春晖文具店", "长岭茶厂", "南河建材")
_ALIASES = ("一位老校友", "八七届三班", "远方的朋友", "石桥学子", "感恩的人")


class _Clock:
    def __init__(self, day: date) -> None:
        self.day = day

    def __call__(self) -> datetime:
        return datetime.combine(self.day, time(9), CHINA)


def _amounts(chance: random.Random, count: int, total: int) -> list[int]:
    """So many round amounts that add up to the total, in yuan."""
    base = total // count
    steps = [chance.choice((0.4, 0.6, 1, 1, 1.2, 1.6)) for _n in range(count)]
    found = [max(10, round(base * s / 10) * 10) for s in steps]
    found[-1] += total - sum(found)
    while found[-1] < 10:
        largest = found.index(max(found))
        found[largest] -= 10
        found[-1] += 10
    return found


def _gifts(chance: random.Random) -> list[tuple[date, int, str, str, Donor]]:
    """(day, yuan, place, source, donor) of the gifts of money, by day."""
    rows = []
    for source, count, total, places, modes in _GIFTS:
        for index, amount in enumerate(_amounts(chance, count, total)):
            day = date(2026, 2, 16) + timedelta(days=chance.randrange(300))
            mode = chance.choice(modes)
            name = chance.choice(_SURNAMES) + chance.choice(_GIVEN)
            if source == "class":
                name = f"{'一二三四五六'[index % 6]}年级（{index // 6 % 3 + 1}）班"
                day = date(2026, 3, 5) if index < 18 else date(2026, 9, 10)
            elif source == "business":
                name = _FIRMS[index]
            alias = chance.choice(_ALIASES) if mode is PublicName.ALIAS else ""
            rows.append((day, amount, chance.choice(places), source, Donor(name, mode, alias)))
    return sorted(rows, key=lambda row: row[0])


def _families(chance: random.Random, first: int, count: int) -> tuple[Recipient, ...]:
    return tuple(
        Recipient(f"L{first + n:03d}", chance.choice(_SURNAMES) + chance.choice(_GIVEN), 40_000)
        for n in range(count)
    )


def run(folder: Path) -> Iterator[str]:
    """Work the year through; yields what happened, line by line."""
    chance = random.Random(27_000)
    database = Database(str(folder / "school.db"))
    database.create()
    base = Workspace(database, "shiqiao", date_is_right=True, clock=_Clock(date(2026, 2, 1)))

    def on(day: date) -> Workspace:
        return replace(base, clock=_Clock(day))

    open_fund(
        base,
        NewFund(
            "shiqiao",
            "石桥中心小学留守学生爱心基金（虚构） | Shiqiao School Love Fund (fictional)",
            "石桥中心小学（虚构） | Shiqiao Central Primary School (fictional)",
            "王老师（虚构）",
            on=date(2026, 2, 1),
            practice=True,
        ),
    )
    restrictions.open_restriction(
        on(date(2026, 2, 1)),
        date(2026, 2, 1),
        "home",
        "留守学生之家 | Home for left-behind pupils",
        ("home", "places"),
        "XY-2026-01",
    )
    yield "open  石桥中心小学留守学生爱心基金（虚构）"
    pending = sorted(_events(chance), key=lambda row: row[0])
    for period, published_on in (
        ("2026-spring", date(2026, 9, 1)),
        ("2026", date(2027, 1, 5)),
        ("2026-autumn", date(2027, 2, 1)),
    ):
        while pending and pending[0][0] < published_on:
            day, event = pending.pop(0)
            event(on(day), day)
        s = publish(on(published_on), parse_period(period), folder).statement
        yield (
            f"publish {period}: {yuan(s.opening_fen)} + {yuan(s.income_fen)} − "
            f"{yuan(s.outlay_fen)} = {yuan(s.closing_fen)}"
        )
        if period == "2026":
            money = s.income_fen - s.income_goods_fen, s.outlay_fen - s.outlay_goods_fen
            yield (
                f"  in money: {yuan(money[0])} raised, {yuan(money[1])} paid, "
                f"{yuan(money[0] - money[1])} left"
            )
            assert money == (2_700_000, 1_800_000)
    with base.reading() as books:
        rows = read.journal(books)
    gifts = sum(1 for r in rows if r.kind.startswith("donation"))
    grants = sum(1 for r in rows if r.kind in ("grant-paid", "outlay-paid"))
    yield f"{len(rows)} entries: {gifts} gifts, {grants} vouchers of grants and outlay"
    # A receipt printed once more, in whatever language, is a duplicate.
    for language, month in (("zh", "2026-02"), ("en", "2026-03")):
        term = parse_period("2026-06")
        slips = print_vouchers(base, term, folder / f"vouchers-2026-06-{language}.pdf", language)
        lines = print_journal(base, term, folder / f"journals-2026-06-{language}.pdf", language)
        gifts = print_receipts(
            base, parse_period(month), folder / f"receipts-{month}-{language}.pdf", language
        ).printed
    yield f"print: {slips} slips, {lines} lines of journals, {gifts} receipts"
    findings = check(base)
    yield f"check: {len(findings)} findings"


def _events(chance: random.Random) -> list[tuple[date, object]]:
    found: list[tuple[date, object]] = []

    def add(day: date, event: object) -> None:
        found.append((day, event))

    for day, amount, place, source, donor in _gifts(chance):
        add(
            day,
            lambda ws, d, a=amount, p=place, s=source, who=donor: receive.donate(
                ws, d, a * 100, p, s, who
            ),
        )
    add(
        date(2026, 5, 30),
        lambda ws, d: receive.donate(
            ws, d, 160_000, "cash", "bazaar", Donor("六一爱心义卖", PublicName.ORG), "home"
        ),
    )
    add(
        date(2026, 4, 2),
        lambda ws, d: receive.donate_goods(
            ws,
            d,
            (GoodsLine("books", 120, 180_000),),
            "alumni",
            Donor("沈文博", PublicName.REAL),
            papers=Papers(memo="发票一张"),
        ),
    )
    add(
        date(2026, 9, 3),
        lambda ws, d: receive.donate_goods(
            ws,
            d,
            (GoodsLine("stationery", 60, 72_000),),
            "business",
            Donor("春晖文具店", PublicName.ORG),
            basis="fair-value",
        ),
    )
    add(
        date(2026, 6, 1), lambda ws, d: spend.give_goods(ws, d, (("books", 80),), "home", pupils=40)
    )
    add(
        date(2026, 9, 4),
        lambda ws, d: spend.give_goods(ws, d, (("stationery", 60),), "aid", pupils=60),
    )

    def bank(ws: Workspace, day: date) -> None:
        """Bring what lies in the box and the wallets to the bank."""
        for place in ("cash", "wechat", "alipay"):
            with ws.reading() as books:
                code = books.chart.code(place)
                held = sum(
                    m.debit_fen - m.credit_fen for m in books.balances() if m.account == code
                )
            if held:
                move.move_money(ws, day, held, place, "bank")

    for month in range(3, 13):
        add(date(2026, month, 20), bank)
    add(
        date(2026, 6, 25),
        lambda ws, d: spend.pay_grants(
            ws, d, _families(random.Random(1), 1, 12), "bank", papers=Papers(reference="HY-2026-02")
        ),
    )
    add(
        date(2026, 12, 21),
        lambda ws, d: spend.pay_grants(
            ws, d, _families(random.Random(2), 1, 12), "bank", papers=Papers(reference="HY-2026-05")
        ),
    )
    for n in range(14):
        add(
            date(2026, 3 + n * 9 // 14, 26),
            lambda ws, d, n=n: spend.pay_grants(
                ws,
                d,
                _families(random.Random(n), 20 + n, 1),
                "bank",
                papers=Papers(reference=f"HY-2026-{n + 6:02d}"),
            ),
        )
    for month in (4, 9, 11):
        add(date(2026, month, 28), lambda ws, d: spend.pay_outlay(ws, d, 30_000, "bank", "visits"))
    add(date(2026, 6, 28), lambda ws, d: spend.pay_outlay(ws, d, 70_000, "bank", "home", "home"))
    add(date(2026, 10, 12), lambda ws, d: spend.pay_outlay(ws, d, 80_000, "bank", "home", "home"))
    add(date(2026, 5, 11), lambda ws, d: spend.pay_outlay(ws, d, 20_000, "bank", "hotline"))
    add(date(2026, 10, 30), lambda ws, d: spend.pay_outlay(ws, d, 20_000, "bank", "lectures"))
    add(
        date(2026, 10, 8),
        lambda ws, d: receive.receive_agency(
            ws,
            d,
            50_000,
            "bank",
            Donor("远方资助人", PublicName.ALIAS, "远方资助人"),
            "学生甲（虚构）",
        ),
    )
    add(
        date(2026, 11, 2),
        lambda ws, d: spend.pay_agency(
            ws, d, 30_000, "bank", Holder("监护人甲（虚构）"), "学生甲（虚构）"
        ),
    )

    def mistype(ws: Workspace, day: date) -> None:
        """A gift of 50 is typed as 500, seen the same evening and mended in red."""
        wrong = receive.donate(ws, day, 50_000, "cash", "society", Donor("", PublicName.ANONYMOUS))
        mend.correct(ws, wrong.no, day, mend.Changes(amount_fen=5_000), "金额多打一个零")
        mend.void(ws, wrong.no, day, "捐赠人当日改为捐物")

    add(date(2026, 10, 15), mistype)
    add(date(2027, 1, 2), lambda ws, d: close.close_year(ws, 2026))
    return found
