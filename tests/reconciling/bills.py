"""Bills made by hand, as the importer would read them; people are fictional."""

from __future__ import annotations

import hashlib
from datetime import date

from lovefund.actions.reconcile import Wanted
from lovefund.imports.bills import Bill, BillRow, Happening

Row = tuple[date, int, str]


def bill(
    first: date,
    last: date,
    *rows: Row,
    opening_fen: int | None = None,
    closing_fen: int | None = None,
    channel: str = "bank",
) -> Bill:
    """A bill with these rows."""
    made = tuple(
        BillRow(number, on, "", Happening.PAYMENT, fen, party=party)
        for number, (on, fen, party) in enumerate(rows, 1)
    )
    said = f"{first} {last} {rows} {opening_fen} {closing_fen}"
    sha256 = hashlib.sha256(said.encode()).hexdigest()
    return Bill(
        f"{channel}-test", channel, "bill.csv", sha256, "", "", first, last, made,
        opening_fen, closing_fen,
    )  # fmt: skip


def wanted(of: Bill, place: str = "bank", **more: object) -> Wanted:
    return Wanted(place, of, f"{of.sha256}\n".encode(), **more)  # type: ignore[arg-type]
