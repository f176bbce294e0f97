"""Bills of a fictional school, made by hand; every person in them is fictional."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from lovefund.imports.bills import Bill, BillRow, Happening

DAY = date(2026, 4, 10)
_numbers = count(1)


def row(fen: int, party: str = "", on: date = DAY, **more: Any) -> BillRow:
    """A row with a number of its own; ``order=""`` leaves the number away."""
    number = next(_numbers)
    said: dict[str, Any] = {"order": f"N{number:08d}", "happening": Happening.PAYMENT, **more}
    return BillRow(number=number, on=on, time="10:00:00", fen=fen, party=party, **said)


def bill(*rows: BillRow, channel: str = "bank", **more: Any) -> Bill:
    """A bill of these rows, numbered as in a file, of the days that they are from."""
    days = [r.on for r in rows] or [DAY]
    said: dict[str, Any] = {
        "form": f"{channel}-test",
        "name": f"{channel}.csv",
        "holder": "石桥小学爱心基金（虚构）",
        "account": "6210-0001" if channel == "bank" else "shiqiao",
        "first": min(days),
        "last": max(days),
        **more,
    }
    numbered = tuple(replace(r, number=n) for n, r in enumerate(rows, 18))
    told = hashlib.sha256(repr((channel, said, numbered)).encode()).hexdigest()
    return Bill(channel=channel, sha256=told, rows=numbered, **said)


def later(days: int) -> date:
    """So many days after the first."""
    return DAY + timedelta(days=days)
