"""A school's year in its books: every table filled, and every answer that they give.

What harms books unseen changes an answer; so the answers before and after are compared.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from unittest.mock import patch

from lovefund.actions import close, mend, move, receive, restrictions, spend
from lovefund.actions.check import check
from lovefund.actions.evidence import keep_evidence
from lovefund.actions.figures import numbers
from lovefund.actions.open_fund import bring_forward
from lovefund.actions.publish import publish
from lovefund.actions.rules import adopt
from lovefund.actions.shown import shown_texts
from lovefund.actions.workspace import Workspace
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.core.entries import GENERAL, Holder
from lovefund.core.findings import Finding
from lovefund.core.goods import GoodsLine
from lovefund.core.grants import Recipient
from lovefund.core.names import PublicName
from lovefund.core.opening import OpeningBalance
from lovefund.core.papers import Papers
from lovefund.core.rulebook import model_text
from lovefund.core.rules import rulebook_of
from lovefund.errors import Exit, LovefundError
from lovefund.store.engine import Database, is_server
from torture.school import FUND, TODAY, School
from world import Clock, new_fund

OTHER = "qinghe"
FOUND, BESIDE, SAME, UNSEEN = (
    "found by check",
    "found beside a checkpoint",
    "no answer changed",
    "an answer changed unseen",
)
Answers = dict[str, str]


@dataclass(frozen=True)
class Year:
    """Books of two funds at a place, a file or a server, and the checkpoints kept outside."""

    school: School
    place: str

    @property
    def path(self) -> Path:
        """The file of the books."""
        return Path(self.place)

    @contextlib.contextmanager
    def at_work(self, fund: str = FUND) -> Iterator[Workspace]:
        """This process works on these books."""
        with self.school.at_work() as ws:
            yield replace(ws, database=Database(self.place), fund=fund)

    def checkpoints(self) -> list[str]:
        """The newest checkpoint of each fund, as somebody outside keeps them."""
        folder = self.school.published
        return [str(max((folder / fund).glob("*/checkpoint.txt"))) for fund in (FUND, OTHER)]

    def findings(self, against: str | None = None) -> list[Finding]:
        """What ``check`` finds in all funds; LovefundError where the books are not opened."""
        with self.at_work("") as ws:
            return check(ws, against)

    def answers(self) -> Answers:
        """Every answer of the books: what the program prints, and what is behind a print."""
        found: Answers = {}
        for words in _questions():
            said = self.school.run("--db", self.place, *words)
            found[" ".join(words)] = f"{said.code}\n{said.out}{said.err if said.code else ''}"
        with self.at_work() as ws:
            for fund in (FUND, OTHER):
                for name, look in _LOOKS.items():
                    found[f"{fund} {name}"] = _told(look, replace(ws, fund=fund))
        return found

    @property
    def older(self) -> Path:
        """A copy of the books from before their last statement."""
        return self.school.folder / "older.db"

    def verdict(self) -> tuple[str, list[str]]:
        """What a treasurer sees of a change, or an auditor who kept a checkpoint.

        And every answer with a fault in it; where nothing was found, every answer that changed.
        """
        found = _found(self, None)
        beside = not found and any(_found(self, kept) for kept in self.checkpoints())
        after = self.answers()
        if found or beside:
            return FOUND if found else BESIDE, faults(after)
        before = _answers_of(self.school.folder / "answers.json")
        changed = [question for question, text in before.items() if after[question] != text]
        return UNSEEN if changed else SAME, [*faults(after), *changed]

    def copied(self, folder: Path) -> Year:
        """The same books, a file, in another folder."""
        return Year(self.school.copied(folder), str(folder / self.path.name))


def _found(year: Year, against: str | None) -> bool:
    """Whether ``check`` finds something, or the books are refused with a sentence."""
    try:
        return bool(year.findings(against))
    except LovefundError:
        return True


@cache
def _answers_of(path: Path) -> Answers:
    found: Answers = json.loads(path.read_text("utf-8"))
    return found


def faults(answers: Answers) -> list[str]:
    """The answers in which the program tripped instead of telling a sentence."""
    return [
        f"{question}: {text[:400]}"
        for question, text in answers.items()
        if text.startswith((f"{int(Exit.FAULT)}\n", "fault")) or "Traceback" in text
    ]


def _told(look: Callable[[Workspace], str], ws: Workspace) -> str:
    try:
        return look(ws)
    except LovefundError as error:
        return f"refused: {error}"
    except Exception as error:  # a look behind the prints: only the prints must speak
        return f"unreadable: {error!r}"


def _questions() -> Iterator[tuple[str, ...]]:
    yield ("balance", "--all", "--on", "2026-05-17", "--json")
    yield ("funds", "--json")
    yield ("overview", "2026-Q2", "--json")
    for words in ("journal --all", "restrictions", "stock", "open-items", "agency",
                  "statements", "show 3 --private"):  # fmt: skip
        yield ("--fund", FUND, *words.split(), "--json")
    yield ("--fund", OTHER, "journal", "--all", "--json")
    yield ("--fund", FUND, "export", "json")


def _entries(ws: Workspace) -> str:
    """What is shown of every entry, the sealed texts among it, and what it left open."""
    with ws.reading() as books:
        entries = tuple(books.entries())
        sealed = books.sealed_between(0, len(entries))
        return repr((entries, sealed, shown_texts(books, entries), books.open_items()))


def _rows(ws: Workspace) -> str:
    """What prints and statements are made from."""
    with ws.reading() as books:
        kept = (books.head(), books.receipts(), books.statements(), books.pots(), books.balances())
        return repr((kept, numbers(books, date(2026, 2, 1), date(2026, 6, 30))))


_LOOKS = {"entries": _entries, "rows": _rows}


@contextlib.contextmanager
def drawn_from(chance: random.Random) -> Iterator[None]:
    """Keys, nonces and request ids come from this seed, so that the same books come again."""
    with (
        patch.object(os, "urandom", chance.randbytes),
        patch.object(random, "_urandom", chance.randbytes),
    ):
        yield


def full_year(folder: Path, chance: random.Random, server: str = "") -> Year:
    """New books of fictional people: every table filled, one statement of each fund published."""
    folder.mkdir(parents=True)
    school = School(folder)
    year = Year(school, server or str(school.database))
    with drawn_from(chance), school.at_work():
        database = Database(year.place)
        database.create()
        ws = new_fund(database, FUND, on=date(2026, 1, 1), today=date(2026, 1, 1))
        other = new_fund(database, OTHER, on=date(2026, 1, 1), today=date(2026, 1, 1))
        _fill(ws, other, folder, chance)
        if not is_server(year.place):
            shutil.copy(year.place, year.older)
        for fund in (ws, other):
            late = replace(fund, clock=Clock(TODAY))
            publish(late, parse_period("2026-11"), school.published, ())
    if not is_server(year.place):
        with database.writing():
            pass  # the last who read left its log beside the books; who writes folds it in
        for name in ("-wal", "-shm"):
            assert not Path(year.place + name).exists(), "the books are folded into one file"
    answers = year.answers()
    assert not faults(answers), faults(answers)
    content = json.dumps(answers, ensure_ascii=False)
    (folder / "answers.json").write_text(content, "utf-8")
    return year


def _fill(ws: Workspace, other: Workspace, folder: Path, chance: random.Random) -> None:
    """Something of each kind that can be booked, then gifts and grants month by month."""
    photo = folder / "photo.jpg"
    photo.write_bytes(chance.randbytes(900))
    papers = Papers("发票在柜子里", keep_evidence(ws, (photo,)), "HY-3")
    donor = Donor("张三丰", PublicName.MASKED, phrase="石榴")
    day = date(2026, 1, 5)
    now = replace(ws, clock=Clock(day))
    # In force from the last day of the data on, so that only the statement is judged by them.
    adopt(now, rulebook_of(model_text().replace("since = 2026-01-01", f"since = {TODAY}")))
    brought = (
        OpeningBalance("bank", GENERAL, 2_000_000),
        OpeningBalance("stock", GENERAL, 30_000, GoodsLine("books", 15, 30_000)),
    )
    bring_forward(now, date(2026, 1, 1), brought, papers)
    restrictions.open_restriction(now, day, "2home-x", "温暖之家", ("home", "aid"), "XY-1")
    gift = receive.donate(now, day, 800_000, "bank", "business", donor, "2home-x", papers).no
    wrong = receive.donate(now, day, 5_001, "wechat", "staff", donor).no
    twice = receive.donate(now, day, 7_700, "cash", "parents", Donor()).no
    goods = (GoodsLine("books", 40, 80_000), GoodsLine("clothes", 12, 36_000))
    receive.donate_goods(now, day, goods, "alumni", donor)
    receive.donate_service(now, day, 12_000, "home", "society", donor)
    receive.receive_interest(now, day, 1_234, "bank")
    found = receive.receive_unidentified(now, day, 9_900, "wechat").no
    receive.identify_donation(now, found, day, 9_000, "alumni", donor)
    receive.receive_agency(now, day, 30_000, "bank", donor, "学生甲")
    spend.pay_agency(now, day, 10_000, "bank", Holder("监护人甲"), "学生甲")
    spend.pay_fee(now, day, 500, "bank")
    spend.give_goods(now, day, (("books", 10),), "aid")
    spend.sell_goods(now, day, (("clothes", 3),), 4_500, "cash")
    spend.buy_goods(now, day, (GoodsLine("clothes", 5, 20_000),), "bank")
    spend.count_stock(now, day, "books", 44)
    promised = spend.promise_grants(now, day, (Recipient("L3", "监护人乙", 40_000),)).no
    spend.pay_promised(now, promised, day, 25_000, "bank")
    reserved = spend.reserve_grant(now, day, 60_000).no
    grantees = (Recipient("L4", "监护人丙", 20_000),)
    spend.pay_grants(now, day, grantees, "bank", approved=reserved)
    advance = spend.pay_advance(now, day, 15_000, "bank", "李老师").no
    spend.settle_advance(now, advance, day, spent_fen=6_000, returned_fen=1_000)
    refund = spend.owe_refund(now, gift, day, 3_000, own_fault=False).no
    spend.pay_refund(now, refund, day, 2_000, "bank")
    mend.correct(now, wrong, day, mend.Changes(amount_fen=5_000), "写错了")
    mend.void(now, twice, day, "重复")
    mend.mend_name(now, gift, day, Donor("张三峰", PublicName.MASKED), "写错了")
    mend.copy_receipt(now, gift, day, "遗失")
    mend.add_evidence(now, gift, day, papers)
    move.move_money(now, day, 1_000, "wechat", "bank", fee_fen=1)
    close.close_period(now, date(2026, 1, 4))
    receive.donate(replace(other, clock=Clock(day)), day, 90_000, "cash", "staff", donor)
    move.transfer(now, OTHER, day, 44_000, "bank", "bank")
    for month in range(2, 11):
        day = date(2026, month, 5)
        now = replace(ws, clock=Clock(day))
        receive.donate(now, day, chance.randrange(1, 90_000), "alipay", "class", Donor("三年级"))
        families = tuple(
            Recipient(f"L{month}{n}", f"监护人{n}", chance.randrange(1, 9_000)) for n in range(6)
        )
        spend.pay_grants(now, day, families, "bank")
        spend.pay_outlay(now, day, chance.randrange(1, 9_000), "bank", "home", "2home-x", "某超市")
        if month == 7:
            for fund in (now, replace(other, clock=Clock(day))):
                publish(fund, parse_period("2026-Q2"), folder / "published", ())
