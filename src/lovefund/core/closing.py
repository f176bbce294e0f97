"""Closing a period and a year: income and outlay go straight into net assets.

There is no 本年利润 account in either version of the system. npo-2026 [V2] closes each
restriction's income and outlay into its own net assets; npo-2004 closes all outlay into
3101 and then releases 3102 -> 3101 for the part used.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from lovefund.core.accounts import AccountClass, Chart
from lovefund.core.entries import Draft, Posting, Restriction
from lovefund.money import AMOUNT_FEN_MAX


def year_closed(
    chart: Chart,
    year: int,
    balances: Iterable[tuple[str, str, int]],
    restrictions: dict[str, Restriction],
) -> Draft:
    """The year-end entry; ``balances`` are (account, restriction, debit minus credit) at 12-31."""
    postings: list[Posting] = []
    used: dict[str, int] = {}
    release = chart.closing == "release"
    for code, restriction, net in sorted(balances):
        account = chart[code]
        restricted = restrictions[restriction].restricted
        own = chart.net(restricted)
        if account.kind is AccountClass.INCOME:
            postings += _to(own, code, restriction, net)
        elif account.kind is AccountClass.OUTLAY:
            target = chart.code("net-unrestricted") if release else own
            postings += _to(target, code, restriction, net)
            if release and restricted:
                used[restriction] = used.get(restriction, 0) + net
        elif account.role == "prior-year":
            postings += _to(own, code, restriction, net)
    for restriction, net in sorted(used.items()):
        postings += _to(
            chart.code("net-restricted"), chart.code("net-unrestricted"), restriction, net
        )
    return Draft(
        "year-closed",
        date(year, 12, 31),
        tuple(postings),
        {"year": year, "through": f"{year}-12-31"},
    )


def _to(target: str, code: str, restriction: str, net: int) -> list[Posting]:
    """Bring an account with balance ``net`` (debit minus credit) to zero against ``target``.

    A balance beyond what one posting moves takes several.
    """
    pair = (target, code) if net > 0 else (code, target)
    whole, rest = divmod(abs(net), AMOUNT_FEN_MAX)
    parts = [AMOUNT_FEN_MAX] * whole + ([rest] if rest else [])
    return [Posting(*pair, restriction, part) for part in parts]


def period_closed(on: date, through: date) -> Draft:
    """Close the books through a day by hand, for ever."""
    return Draft("period-closed", on, (), {"through": through.isoformat()})
