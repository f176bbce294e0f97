"""Random histories of a fund, from a seed: what many tests need to have something to look at."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from lovefund.actions import close, mend, move, receive, restrictions, spend
from lovefund.actions.workspace import Workspace
from lovefund.core.donations import Donor
from lovefund.core.goods import GoodsLine
from lovefund.core.grants import Recipient
from lovefund.core.names import PublicName
from lovefund.errors import Refused
from world import at, new_books, new_fund

PLACES = ("cash", "bank", "wechat", "alipay")
SOURCES = ("staff", "alumni", "business", "society")
DONOR = "司徒试验员"


def random_history(place: str, seed: int, steps: int = 40, fund: str = "shiqiao") -> Workspace:
    """A fund with a history; verbs that the books refuse are passed over."""
    chance = random.Random(seed)
    ws = new_fund(new_books(place), fund)
    restrictions.open_restriction(ws, date(2026, 1, 1), "2home-x", "之家", ("home",), "XY-1")
    day = date(2026, 1, 2)
    for _step in range(steps):
        day += timedelta(days=chance.randrange(6))
        if day.year > 2026:
            break
        try:
            _one(at(ws, day), day, chance)
        except Refused:
            continue
    return at(ws, date(2027, 1, 5))


def _one(ws: Workspace, day: date, chance: random.Random) -> None:
    place, other = chance.sample(PLACES, 2)
    fen = chance.choice((1, 99, 5_000, 40_000, 123_456))
    restriction = chance.choice(("general", "general", "2home-x", "named"))
    donor = Donor(DONOR, chance.choice(list(PublicName)), "化名甲", pupil="学生甲")
    match chance.randrange(12):
        case 0 | 1 | 2 | 3:
            receive.donate(ws, day, fen, place, chance.choice(SOURCES), donor, restriction)
        case 4:
            goods = (GoodsLine("books", chance.randrange(1, 9), fen),)
            receive.donate_goods(ws, day, goods, "alumni", donor)
        case 5:
            move.move_money(ws, day, fen, place, other)
        case 6:
            spend.pay_grants(ws, day, (Recipient("L1", "监护人", fen),), place)
        case 7:
            spend.pay_outlay(ws, day, fen, place, "home", restriction)
        case 8:
            receive.receive_agency(ws, day, fen, place, donor, "学生甲")
        case 9:
            mend.correct(ws, chance.randrange(2, 30), day, mend.Changes(amount_fen=fen), "写错了")
        case 10:
            mend.void(ws, chance.randrange(2, 30), day, "重复")
        case _:
            receive.receive_interest(ws, day, fen, "bank")


def closed_history(folder: Path, seed: int) -> Workspace:
    """A history whose year is closed."""
    ws = random_history(str(folder / f"{seed}.db"), seed)
    close.close_year(ws, 2026)
    return ws


def late_history(
    place: str, seed: int, seen: Callable[[Workspace, date], None], days: int = 12
) -> Workspace:
    """A history recorded late: entries take effect up to forty days before they are recorded.

    After each day of recording ``seen`` looks at the books as they then are.
    """
    chance = random.Random(seed)
    ws = new_fund(new_books(place))
    restrictions.open_restriction(ws, date(2026, 1, 1), "2home-x", "之家", ("home",), "XY-1")
    day = date(2026, 1, 2)
    receive.donate(ws, date(2026, 1, 1), 500_000, "bank", "alumni", Donor())
    for _day in range(days):
        day += timedelta(days=chance.randrange(1, 25))
        now = at(ws, day)
        for _entry in range(chance.randrange(2, 6)):
            on = max(day - timedelta(days=chance.choice((0, 0, 3, 17, 40))), date(2026, 1, 1))
            with contextlib.suppress(Refused):
                match chance.randrange(9):
                    case 0:
                        spend.promise_grants(now, on, (Recipient("L2", "监护人", 900),))
                    case 1:
                        spend.reserve_grant(now, on, 700)
                    case 2:
                        mend.correct(now, _some(now, chance), on, _OTHER_AMOUNT, "写错了")
                    case 3:
                        mend.void(now, _some(now, chance), on, "重复")
                    case _:
                        _one(now, on, chance)
        seen(now, day)
    return at(ws, day)


_OTHER_AMOUNT = mend.Changes(amount_fen=4_321)


def _some(ws: Workspace, chance: random.Random) -> int:
    with ws.reading() as books:
        return chance.randrange(2, max(books.size, 3))
