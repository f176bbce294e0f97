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


def finish(name: str, rows: Sequence[BillRow], printed: Printed) -> tuple[list[BillRow], list[str]]:
    """The rows as the whole bill shows them to be, and what is to be said of them."""
    done = _FINISHES.get(name)
    return done(rows, printed) if done is not None else (list(rows), [])


_GIVEN_BACK = re.compile(r"已全额退款|对方已退还|已退还|已退款")


def _wechat(rows: Sequence[BillRow], _printed: Printed) -> tuple[list[BillRow], list[str]]:
    """A refund is a row of its own, and the row that it gives back changes only its status.

    The two are joined by one number that both carry, and by nothing else.
    """
    first: dict[str, BillRow] = {}
    for row in rows:
        if not row.kind.endswith("退款"):
            for number in filter(None, (row.order, row.merchant_order)):
                first.setdefault(number, row)
    done: list[BillRow] = []
    for row in rows:
        if row.kind.endswith("退款") and row.fen:
            original = first.get(row.order) or first.get(row.merchant_order)
            of = original.order if original is not None else ""
            row = replace(row, happening=Happening.REFUND, refund_of=of)
        done.append(row)
    joined = {row.refund_of for row in done if row.refund_of}
    warnings = [
        _(
            "Row {row} of {amount} yuan has the status “{status}”, and no row of this file is "
            "known as its refund: look for it in the bill of the day when it was given back."
        ).format(row=row.number, amount=yuan(abs(row.fen)), status=row.status)
        for row in done
        if row.fen
        and row.happening is not Happening.REFUND
        and row.order not in joined
        and _GIVEN_BACK.search(row.status)
    ]
    return done, warnings


def _alipay(rows: Sequence[BillRow], printed: Printed) -> tuple[list[BillRow], list[str]]:
    """A refund's number is that of its order, "_" and more; the order may then read 交易关闭.

    An order that was closed and never given back was never paid. One that was given back did move
    money, whatever it reads now; and a refund goes the other way than its order.
    """
    place = {row.order: i for i, row in enumerate(rows) if row.order and "_" not in row.order}
    done = list(rows)
    for i, row in enumerate(rows):
        if row.happening is not Happening.REFUND:
            continue
        of = row.order.split("_")[0] if "_" in row.order else ""
        was = place.get(of)
        if was is None:
            done[i] = replace(row, refund_of=of)
            continue
        side, fen = printed[was]
        came = side == "in"
        done[i] = replace(row, refund_of=of, fen=-abs(row.fen) if came else abs(row.fen))
        if not rows[was].fen:
            done[was] = replace(rows[was], happening=Happening.PAYMENT, fen=fen if came else -fen)
    return done, []


def _by_deal(rows: Sequence[BillRow], _printed: Printed) -> tuple[list[BillRow], list[str]]:
    """A refund carries the merchant's number of the payment that it gives back."""
    paid = {r.merchant_order: r.order for r in rows if r.happening is Happening.PAYMENT}
    paid.pop("", None)
    done = [
        replace(row, refund_of=paid.get(row.merchant_order, ""))
        if row.happening is Happening.REFUND
        else row
        for row in rows
    ]
    return done, []


_FINISHES: dict[str, Callable[[Sequence[BillRow], Printed], tuple[list[BillRow], list[str]]]] = {
    "wechat": _wechat,
    "alipay": _alipay,
    "alipay-ledger": _by_deal,
}


def _merchant(texts: dict[str, str]) -> None:
    """A refund stands in columns of its own, with the number of its payment beside its own."""
    status = texts["status"]
    texts["direction"] = status
    if status != "SUCCESS":
        texts["amount"] = texts.get("refund", "") or texts["amount"]
        texts["refund_of"], texts["order"] = texts["order"], texts.get("refund_order", "")
        if texts.get("refund_status") in _NOT_GIVEN_BACK:
            texts["status"] = texts["refund_status"]
    texts["refund"] = ""


#: A refund of WeChat that did not come about; PROCESSING ones may still.
_NOT_GIVEN_BACK = ("FAIL", "FAILED", "CHANGE", "ABNORMAL", "CLOSED")


def _ledger(texts: dict[str, str]) -> None:
    """The heading says that the column is negative, and its amounts may say so again."""
    texts["out"] = texts["out"].removeprefix("-")


def _number_and_name(texts: dict[str, str]) -> None:
    """One cell holds the other side's number, a stroke, and its name."""
    number, stroke, name = texts.get("party", "").partition("/")
    if stroke and not texts.get("party_account"):
        texts["party_account"], texts["party"] = number, name


#: By what a format gives as ``special``: what is done to a row's texts before they are read.
PREPARES: dict[str, Callable[[dict[str, str]], None]] = {
    "wechat-merchant": _merchant,
    "alipay-ledger": _ledger,
    "number-and-name": _number_and_name,
}
