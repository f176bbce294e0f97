"""The worked school: 300 gifts and 40 grants of 2026 under its own rules; all fictional."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import school_grants
import school_plans
from school_gifts import BOX_DAYS, gifts
from school_grants import Event
from school_office import CASHIER, HANDLER, Clock, Office, told

from lovefund.actions import close, mend, move, receive, restrictions, spend
from lovefund.actions.cases import listed, members
from lovefund.actions.check import check
from lovefund.actions.open_fund import NewFund, open_fund
from lovefund.actions.prints import print_journal, print_receipts, print_vouchers
from lovefund.actions.publish import publish
from lovefund.actions.rules import print_rules
from lovefund.actions.today import due_today
from lovefund.actions.workspace import Workspace
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.core.entries import Holder
from lovefund.core.goods import GoodsLine
from lovefund.core.names import PublicName
from lovefund.core.papers import Papers
from lovefund.language import said
from lovefund.money import yuan
from lovefund.store.engine import Database

_OPENED = date(2026, 2, 1)
_LEAVES = date(2026, 7, 8)
#: A morning of the treasurer's, to see what `lovefund today` says.
_MORNING = date(2026, 12, 10)
_STATEMENTS = (
    ("2026-spring", date(2026, 9, 1)),
    ("2026", date(2027, 1, 5)),
    ("2026-autumn", date(2027, 2, 1)),
)
#: Cash in the box never passes this, in fen (R26).
_BOX_FEN_MAX = 500_00


def run(folder: Path, drawer: Path | None = None) -> Iterator[str]:
    """Work the year through, print its papers and check it; yields what happened.

    Statements and books go to ``folder``, the office's own papers to ``drawer``, which must not
    lie in it; without a drawer they are thrown away at the end.
    """
    with tempfile.TemporaryDirectory() as own:
        yield from _run(folder, drawer or Path(own))


def _run(folder: Path, drawer: Path) -> Iterator[str]:
    yield from play(folder, drawer)
    base = Workspace(Database(str(folder / "school.db")), "shiqiao", clock=Clock(date(2027, 2, 1)))
    yield _counted(base)
    # A receipt printed once more, in whatever language, is a duplicate.
    for language, month in (("zh", "2026-02"), ("en", "2026-03")):
        term = parse_period("2026-06")
        slips = print_vouchers(base, term, folder / f"vouchers-2026-06-{language}.pdf", language)
        lines = print_journal(base, term, folder / f"journals-2026-06-{language}.pdf", language)
        receipts = print_receipts(
            base, parse_period(month), folder / f"receipts-{month}-{language}.pdf", language
        ).printed
        print_rules(base, folder / f"rules-{language}.pdf", language)
    yield told(
        f"打印：凭证 {slips} 张，日记账 {lines} 行，收据 {receipts} 张，管理办法",
        f"print: {slips} slips, {lines} lines of journals, {receipts} receipts, the rules",
    )
    findings = len(check(base))
    yield told(f"检查：{findings} 个问题", f"check: {findings} findings")


def _counted(ws: Workspace) -> str:
    """How many entries, gifts and grants, and where the pupils of all applications stand."""
    with ws.reading() as books:
        size = books.head().size
        given = sum(1 for e in books.entries() if e.kind.startswith("donation"))
        pupils = [m for row in listed(books, every=True) for m in members(books, row.case)]
        applications = len(listed(books, every=True))
        back = sum(1 for _e in books.entries(kinds=("grant-returned",)))
    stands = Counter(member.at for member in pupils)
    signed, refused = stands["grant-signed"], stands["grant-refused"]
    gave_up, lapsed = stands["grant-withdrawn"], stands["grant-lapsed"]
    return told(
        f"共 {size} 笔：捐赠 {given} 笔；{applications} 项申请 {len(pupils)} 人次，{signed} 人次"
        f"领取并签收（{back} 人次退回），不批准 {refused}，撤回 {gave_up}，逾期收回 {lapsed}",
        f"{size} entries: {given} gifts; {applications} applications for {len(pupils)} grants, "
        f"{signed} paid and signed for ({back} returned), {refused} refused, {gave_up} given up, "
        f"{lapsed} lapsed",
    )


def play(folder: Path, drawer: Path, through: date = date.max) -> Iterator[str]:
    """The year as it happened, up to a day; yields what is worth telling."""
    database = Database(str(folder / "school.db"))
    database.create()
    office = Office(
        Workspace(database, "shiqiao", date_is_right=True, clock=Clock(_OPENED)), drawer
    )
    for day, event in sorted(_events(), key=lambda row: row[0]):
        if day > through:
            return
        happened = event(office, day)
        if isinstance(happened, str):
            yield f"{day}  {happened}"
    remarks = ", ".join(f"{article} × {n}" for article, n in sorted(office.remarks.items()))
    yield told(
        f"办法提醒：{remarks}（R25 是经微信、支付宝收到的款，每月转入银行）",
        f"the rules remarked: {remarks} (R25 is what comes by wallets; banked each month)",
    )


def _open(office: Office, day: date) -> str:
    name = "石桥中心小学留守学生爱心基金（虚构） | Shiqiao School Love Fund (fictional)"
    open_fund(
        office.at(day),
        NewFund(
            "shiqiao",
            name,
            "石桥中心小学（虚构） | Shiqiao Central Primary School (fictional)",
            "王老师（虚构）",
            on=day,
            practice=True,
        ),
    )
    return told(f"开立：{said(name, 'zh')}", f"opened: {said(name, 'en')}")


def _appoint(office: Office, day: date) -> str:
    return office.appoint_all(day)


def _adopt(office: Office, day: date) -> str:
    return office.adopt_rules(day)


def _restrict(office: Office, day: date) -> None:
    restrictions.open_restriction(
        office.at(day),
        day,
        "home",
        "留守学生之家 | Home for left-behind pupils",
        ("home", "places"),
        "XY-2026-01",
    )


def _events() -> list[tuple[date, Event]]:
    """What happens, by day; on one day in this order."""
    found: list[tuple[date, Event]] = [
        (_OPENED, event) for event in (_open, _appoint, _adopt, _restrict)
    ]
    found += [(day, _publish(period)) for period, day in _STATEMENTS]
    found += _given()
    found.append((_LEAVES, _handover))
    found += [(day, _bank_cash) for day in BOX_DAYS]
    found += [(date(2026, month, 20), _empty_wallets) for month in range(3, 13)]
    found += school_grants.events()
    found += school_plans.events()
    found += _spent()
    found += [(date(2026, 10, 15), _mistype), (_MORNING, _morning)]
    found += [(date(2026, 12, 28), _count), (date(2027, 1, 2), _close)]
    return found


def _publish(period: str) -> Event:
    def event(office: Office, day: date) -> str:
        folder = Path(str(office.base.database.path)).parent
        s = publish(office.at(day), parse_period(period), folder).statement
        figures = (
            f"{yuan(s.opening_fen)} + {yuan(s.income_fen)} − {yuan(s.outlay_fen)} = "
            f"{yuan(s.closing_fen)}"
        )
        line = told(f"公示 {period}：{figures}", f"publish {period}: {figures}")
        if period != "2026":
            return line
        money = s.income_fen - s.income_goods_fen, s.outlay_fen - s.outlay_goods_fen
        assert money == (2_700_000, 1_800_000), money
        raised, paid, left = map(yuan, (*money, money[0] - money[1]))
        return line + told(
            f"\n    其中钱款：募得 {raised}，支出 {paid}，结余 {left}",
            f"\n    in money: {raised} raised, {paid} paid, {left} left",
        )

    return event


# -- what comes in ------------------------------------------------------------------------------


def _given() -> Iterator[tuple[date, Event]]:
    for day, amount, place, source, donor in gifts(random.Random(27_000)):
        yield day, _donate(amount * 100, place, source, donor)
    yield date(2026, 6, 1), _bazaar
    yield date(2026, 4, 2), _books
    yield date(2026, 9, 3), _stationery


def _donate(fen: int, place: str, source: str, donor: Donor) -> Event:
    def event(office: Office, day: date) -> None:
        if place == "cash" and office.held(day, "cash") + fen > _BOX_FEN_MAX:
            _bank_cash(office, day)
        office.booked(receive.donate(office.at(day), day, fen, place, source, donor))

    return event


def _bazaar(office: Office, day: date) -> None:
    """Counted by two and paid in at the bank, under the agreement made before."""
    donor = Donor("六一爱心义卖", PublicName.ORG)
    paper = office.paper("bazaar.txt", "义卖收支表、银行缴款单", reference="YM-2026-01")
    ws = office.at(day)
    office.booked(receive.donate(ws, day, 160_000, "bank", "bazaar", donor, "home", paper))


def _books(office: Office, day: date) -> None:
    goods = (GoodsLine("books", 120, 180_000),)
    donor = Donor("沈文博", PublicName.REAL)
    paper = office.paper("invoice.txt", "图书发票")
    office.booked(receive.donate_goods(office.at(day), day, goods, "alumni", donor, papers=paper))


def _stationery(office: Office, day: date) -> None:
    goods = (GoodsLine("stationery", 60, 72_000),)
    donor = Donor("春晖文具店", PublicName.ORG)
    paper = office.paper("prices.txt", "文具市场价询价单")
    ws = office.at(day)
    office.booked(
        receive.donate_goods(ws, day, goods, "business", donor, basis="fair-value", papers=paper)
    )


def _bank_cash(office: Office, day: date) -> None:
    _empty(office, day, "cash")


def _empty_wallets(office: Office, day: date) -> None:
    for place in ("wechat", "alipay"):
        _empty(office, day, place)


def _empty(office: Office, day: date, place: str) -> None:
    if held := office.held(day, place):
        move.move_money(office.at(day, CASHIER), day, held, place, "bank")


# -- what goes out, beside grants ---------------------------------------------------------------


def _spent() -> Iterator[tuple[date, Event]]:
    for month in (4, 9, 11):
        yield date(2026, month, 28), _pay(30_000, "visits", "家访车费发票")
    yield date(2026, 5, 11), _pay(15_000, "hotline", "电话费发票")
    yield date(2026, 5, 12), _pay(5_000, "mailbox", "专用信箱邮资收据")
    yield date(2026, 10, 30), _pay(20_000, "lectures", "讲座资料发票")
    yield date(2026, 6, 1), _give_books
    yield date(2026, 9, 4), _give_stationery
    yield date(2026, 11, 2), _pass_on


def _pay(fen: int, programme: str, paper: str) -> Event:
    def event(office: Office, day: date) -> None:
        ws, kept = office.at(day, CASHIER), office.paper("invoice.txt", paper)
        office.booked(spend.pay_outlay(ws, day, fen, "bank", programme, papers=kept))

    return event


def _give_books(office: Office, day: date) -> None:
    spend.give_goods(office.at(day, HANDLER), day, (("books", 80),), "home", pupils=40)


def _give_stationery(office: Office, day: date) -> None:
    spend.give_goods(office.at(day, HANDLER), day, (("stationery", 60),), "aid", pupils=60)


def _pass_on(office: Office, day: date) -> None:
    guardian, pupil = Holder("监护人甲（虚构）"), school_plans.PUPIL
    ws, paper = office.at(day, CASHIER), office.paper("transfer.txt", "转账凭证")
    office.booked(spend.pay_agency(ws, day, 30_000, "bank", guardian, pupil, paper))


# -- the office ---------------------------------------------------------------------------------


def _handover(office: Office, day: date) -> str:
    return office.hand_over(day)


def _morning(office: Office, day: date) -> str:
    tasks = due_today(office.at(day))
    head = told("早上打开 lovefund today：", "in the morning, lovefund today:")
    return "\n    ".join([head, *(f"{task.due}  {task.what}" for task in tasks)])


def _mistype(office: Office, day: date) -> None:
    """A gift of 50 is typed as 500, seen the same evening and mended in red."""
    ws = office.at(day)
    wrong = receive.donate(ws, day, 50_000, "cash", "society", Donor("", PublicName.ANONYMOUS))
    mend.correct(ws, wrong.no, day, mend.Changes(amount_fen=5_000), "金额多打一个零")
    mend.void(ws, wrong.no, day, "捐赠人当日改为捐物")


def _count(office: Office, day: date) -> None:
    """Of the forty books that are left one is missing."""
    paper = Papers(memo="年末盘点：图书 39 册，缺 1 册（虚构）")
    spend.count_stock(office.at(day), day, "books", 39, papers=paper)


def _close(office: Office, day: date) -> None:
    close.close_year(office.at(day), 2026)
