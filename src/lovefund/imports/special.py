"""What only one channel has, and no table of headings can say: mostly how it writes a refund."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from lovefund.imports.bills import BillRow, Happening
from lovefund.language import _
from lovefund.money import yuan

#: What each row says of itself: its side, and the amount as printed.
Printed = Sequence[tuple[str, int]]
#: By what a format gives as ``special``: what is done to a row's texts before they are read.
PREPARES: dict[str, Callable[[dict[str, str]], None]] = {}


def finish(name: str, rows: Sequence[BillRow], printed: Printed) -> tuple[list[BillRow], list[str]]:
    """The rows as the whole bill shows them to be, and what is to be said of them."""
    done = _FINISHES.get(name)
    return done(rows, printed) if done is not None else (list(rows), [])


_GIVEN_BACK = re.compile(r"已全额退款|对方已退还|已退还|已退款")


def _wechat(rows: Sequence[BillRow], _printed: Printed) -> tuple[list[BillRow], list[str]]:
    """A refund is a row of its own, and the row that it gives back changes only its status."""
    by_order = {
        row.merchant_order: row for row in rows if row.merchant_order and not _is_refund(row)
    }
    done: list[BillRow] = []
    for row in rows:
        if _is_refund(row) and row.fen:
            original = by_order.get(row.merchant_order)
            row = replace(
                row,
                happening=Happening.REFUND,
                refund_of=original.order if original is not None else "",
            )
        done.append(row)
    linked = {row.refund_of for row in done if row.refund_of}
    warnings = [
        _(
            "Row {row} of {amount} yuan has the status “{status}”, and no row of this file is "
            "known as its refund: look for it in the bill of the day when it was given back."
        ).format(row=row.number, amount=yuan(abs(row.fen)), status=row.status)
        for row in done
        if _GIVEN_BACK.search(row.status)
        and row.order not in linked
        and row.fen
        and row.happening is not Happening.REFUND
    ]
    return done, warnings


def _is_refund(row: BillRow) -> bool:
    return row.kind.endswith("退款")


_FINISHES: dict[str, Callable[[Sequence[BillRow], Printed], tuple[list[BillRow], list[str]]]] = {
    "wechat": _wechat,
}
