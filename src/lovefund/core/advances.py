"""Money advanced to a member of staff, and how it is settled: in goods, outlay and money back."""

from __future__ import annotations

from datetime import date

from lovefund.core.accounts import Chart
from lovefund.core.entries import GENERAL, Draft, Entry, Fact, Posting
from lovefund.core.goods import GoodsLine, goods_facts
from lovefund.core.papers import NO_PAPERS, Papers


def advance_paid(
    chart: Chart,
    on: date,
    amount_fen: int,
    place: str,
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
    staff: str = "",
) -> Draft:
    """Money given to a member of staff to buy something with."""
    return Draft(
        "advance-paid",
        on,
        (Posting(chart.code("advance"), chart.code(place), restriction, amount_fen),),
        {"channel": place, **papers.facts()},
        file=papers.file(name=staff),
    )


def advance_settled(
    chart: Chart,
    on: date,
    of: Entry,
    restriction: str,
    *,
    goods: tuple[GoodsLine, ...] = (),
    spent_fen: int = 0,
    programme: str = "aid",
    returned_fen: int = 0,
    place: str = "cash",
    papers: Papers = NO_PAPERS,
) -> Draft:
    """An advance is settled: in goods for the stock, in outlay, in money brought back."""
    advance = chart.code("advance")
    postings = []
    if goods:
        total = sum(line.value_fen for line in goods)
        postings.append(Posting(chart.code("stock"), advance, restriction, total))
    if spent_fen:
        postings.append(
            Posting(chart.code(f"programme:{programme}"), advance, restriction, spent_fen)
        )
    if returned_fen:
        postings.append(Posting(chart.code(place), advance, restriction, returned_fen))
    facts: dict[str, Fact] = {"of": of.no, "item": of.no}
    if goods:
        facts |= goods_facts(goods, restriction)
    return Draft(
        "advance-settled", on, tuple(postings), {**facts, **papers.facts()}, file=papers.file()
    )
