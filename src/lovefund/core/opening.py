"""Balances that a fund starts with: most schools begin in mid-life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lovefund.core.accounts import AccountClass, Chart
from lovefund.core.entries import AGENCY, Draft, Fact, Posting, Restriction
from lovefund.core.goods import GoodsLine
from lovefund.core.papers import NO_PAPERS, Papers


@dataclass(frozen=True, slots=True)
class OpeningBalance:
    """One sum brought forward: a place, stock, an advance, a payable or agency money (fen).

    ``pupil`` says for whom agency money is held; it is sealed.
    """

    role: str
    restriction: str
    amount_fen: int
    goods: GoodsLine | None = None
    pupil: str = ""


def opening_balance(
    chart: Chart,
    on: date,
    balances: tuple[OpeningBalance, ...],
    restrictions: Mapping[str, Restriction],
    papers: Papers = NO_PAPERS,
) -> Draft:
    """The entry that brings balances forward, each against its restriction's net assets.

    Agency money stands against its liability. A statement shows them as brought forward and
    unproved.
    """
    postings = []
    goods: list[list[object]] = []
    for b in balances:
        code = chart.code(b.role)
        restricted = b.restriction in restrictions and restrictions[b.restriction].restricted
        net = chart.code("agency") if b.restriction == AGENCY else chart.net(restricted)
        owed = chart[code].kind in (AccountClass.PAYABLE, AccountClass.AGENCY)
        pair = (net, code) if owed else (code, net)
        postings.append(Posting(*pair, b.restriction, b.amount_fen))
        if b.goods is not None:
            goods.append([b.goods.slug, b.restriction, b.goods.quantity, b.goods.value_fen])
    facts: dict[str, Fact] = {**papers.facts()}
    if goods:
        facts["goods"] = list(goods)
    held = [[b.pupil, b.amount_fen] for b in balances if b.restriction == AGENCY]
    return Draft("opening-balance", on, tuple(postings), facts, file=papers.file(held=held))
