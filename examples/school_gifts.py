"""The gifts of the worked school's year: who gives what, when and how; all fictional."""

from __future__ import annotations

import random
from datetime import date, timedelta

from lovefund.core.donations import Donor
from lovefund.core.names import PublicName

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章"
_GIVEN = (
    "伟", "芳", "秀英", "娜", "敏", "静", "丽", "强", "磊", "洋", "艳", "勇", "军", "杰",
    "娟", "涛", "超", "明", "霞", "平", "志刚", "桂兰", "建国", "玉珍", "文博", "雨桐",
    "思远", "嘉怡",
)  # fmt: skip

# source, how many gifts, yuan in all, how they come, how they may be shown
_GIFTS = (
    ("staff", 92, 5600, ("wechat", "cash"), (PublicName.REAL, PublicName.MASKED)),
    ("class", 36, 6100, ("bank",), (PublicName.ORG,)),
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
#: The days on which the box for cash is open; what is given in cash waits for the next one.
BOX_DAYS = tuple(
    date(2026, month, day)
    for month, day in (
        (3, 10), (4, 10), (5, 11), (6, 10), (7, 8), (9, 10), (10, 12), (11, 10), (12, 10)
    )
)  # fmt: skip
_ALIASES = ("一位老校友", "八七届三班", "远方的朋友", "石桥学子", "感恩的人")


def person(chance: random.Random) -> str:
    """A name that nobody was asked for."""
    return chance.choice(_SURNAMES) + chance.choice(_GIVEN)


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


def gifts(chance: random.Random) -> list[tuple[date, int, str, str, Donor]]:
    """(day, yuan, place, source, donor) of the gifts of money, by day."""
    rows = []
    for source, count, total, places, modes in _GIFTS:
        for index, amount in enumerate(_amounts(chance, count, total)):
            day = date(2026, 2, 16) + timedelta(days=chance.randrange(300))
            mode = chance.choice(modes)
            name, place = person(chance), chance.choice(places)
            if source == "class":
                name = f"{'一二三四五六'[index % 6]}年级（{index // 6 % 3 + 1}）班"
                day = date(2026, 3, 5) if index < 18 else date(2026, 9, 10)
            elif source == "business":
                name = _FIRMS[index]
            if place == "cash":
                day = next((d for d in BOX_DAYS if d >= day), BOX_DAYS[-1])
            alias = chance.choice(_ALIASES) if mode is PublicName.ALIAS else ""
            rows.append((day, amount, place, source, Donor(name, mode, alias)))
    return sorted(rows, key=lambda row: row[0])
