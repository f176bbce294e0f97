"""What a statement of a period must say, added up from what happened."""

from __future__ import annotations

from collections import Counter
from datetime import date

from lovefund.selftest.model.changes import AGENCY, Key, net, plus, total_of
from lovefund.selftest.model.funds import Fund

_IN_KIND_INCOME = ("gift_goods", "service", "count")
_IN_KIND_OUTLAY = ("give", "service", "count", "sell")


def statement(fund: Fund, day_from: date, day_to: date) -> dict[str, int]:
    """What a statement of that period must say, by the names of its figures."""
    before: Counter[Key] = Counter()
    within: Counter[Key] = Counter()
    goods = {"income-goods": 0, "outlay-goods": 0}
    for on, label, change in fund.journal:
        if on > day_to:
            continue
        sums = before if on < day_from else within
        for key, n in change.items():
            sums[key] += n
            if sums is within and key[0] == "income" and label in _IN_KIND_INCOME:
                goods["income-goods"] += n
            if sums is within and key[0] == "outlay" and label in _IN_KIND_OUTLAY:
                goods["outlay-goods"] += n
    after = plus(before, within)
    found = goods | {
        "opening": net(before) + total_of(within, "brought"),
        "brought-forward": total_of(within, "brought"),
        "income": total_of(within, "income"),
        "outlay": total_of(within, "outlay"),
        "transfers": total_of(within, "transfer"),
        "prior-year": total_of(within, "earlier") + total_of(within, "changed"),
        "closing": net(after),
        "payable": total_of(after, "owed"),
        "agency": total_of(after, "held"),
        "receivable": total_of(after, "lent"),
        "stock": total_of(after, "stock"),
        "cash": after.get(("place", "", "cash"), 0),
        "bank": after.get(("place", "", "bank"), 0),
        "wallets": after.get(("place", "", "wechat"), 0) + after.get(("place", "", "alipay"), 0),
        "donations": sum(
            1
            for event in fund.events.values()
            if event.verb in ("donate", "gift_goods", "service", "identify")
            and day_from <= event.on <= day_to
        ),
        "entries": sum(1 for on, _l, _c in fund.journal if day_from <= on <= day_to)
        + (day_from <= fund.opened_on <= day_to),
    }
    for what in ("income", "outlay"):
        for _what, _purse, detail in [key for key in after if key[0] == what]:
            found[f"{what}/{detail}"] = total_of(within, what, detail=detail)
    for purse in fund.purses:
        if purse != AGENCY:
            found |= {
                f"pot-opening/{purse}": net(before, purse) + total_of(within, "brought", purse),
                f"pot-other/{purse}": total_of(within, "earlier", purse)
                + total_of(within, "changed", purse),
                f"pot-closing/{purse}": net(after, purse),
            }
    return found
