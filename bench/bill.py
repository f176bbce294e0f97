"""A bill of WeChat for the benchmark: written, taken in, accepted, and merely parsed.

``python -m bench.bill make FILE ROWS SEED`` writes it with the rules of hledger beside it;
``parse FILE`` reads its cells and does nothing with them.
"""

from __future__ import annotations

import csv
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path

from bills.makers import Paid, as_utf8, wechat

_HEADING = 17
_RULES = f"""skip {_HEADING}
fields date, kind, description, note, direction, fen, method, state, code, merchant, memo
date-format %Y-%m-%d %H:%M:%S
amount %fen
account1 assets:wechat
account2 income:gifts
"""
_SURNAMES, _GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "一二三四五六七八九十甲乙丙丁戊己"


def make(path: Path, rows: int, seed: int) -> None:
    """Gifts of a year from some 4,000 fictional people."""
    chance = random.Random(seed)
    first, step = datetime(2026, 1, 2, 8), timedelta(days=340) / rows  # noqa: DTZ001
    gifts = [
        Paid(
            (first + n * step).replace(microsecond=0),
            chance.randint(100, 50_000),
            "".join(chance.choice(part) for part in (_SURNAMES, _GIVEN, _GIVEN)),
            "爱心捐款",
            f"1002602{n:011d}",
        )
        for n in range(rows)
    ]
    path.write_bytes(as_utf8(wechat(gifts)))
    path.with_name(path.name + ".rules").write_text(_RULES, encoding="utf-8")


def parse(path: Path) -> int:
    """How many rows the file has."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return sum(1 for _row in csv.reader(file)) - _HEADING


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    else:
        print(parse(Path(sys.argv[2])))
