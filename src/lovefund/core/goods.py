"""Goods in stock: what comes in at a value, and what goes out at average cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lovefund.core.accounts import Chart
from lovefund.core.entries import GENERAL, Draft, Fact, Posting
from lovefund.core.papers import NO_PAPERS, Papers


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """So many units of one kind of goods, worth so much in all (fen)."""

    slug: str
    quantity: int
    value_fen: int


def goods_facts(goods: tuple[GoodsLine, ...], restriction: str, sign: int = 1) -> dict[str, Fact]:
    """The public fact: [slug, restriction, quantity, value], negative when going out."""
    return {"goods": [[g.slug, restriction, sign * g.quantity, sign * g.value_fen] for g in goods]}


def cost_out(quantity: int, held: int, value_fen: int) -> int:
    """The cost of ``quantity`` units out of ``held`` worth ``value_fen``: average, rounded down.

    The last unit out takes what is left, so nothing remains when the stock is empty.

    >>> cost_out(1, 3, 1000), cost_out(3, 3, 1000)
    (333, 1000)
    """
    return value_fen if quantity == held else value_fen * quantity // held


def goods_bought(
    chart: Chart,
    on: date,
    goods: tuple[GoodsLine, ...],
    place: str,
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """Goods bought into stock."""
    total = sum(line.value_fen for line in goods)
    return Draft(
        "goods-bought",
        on,
        (Posting(chart.code("stock"), chart.code(place), restriction, total),),
        {"channel": place, **goods_facts(goods, restriction), **papers.facts()},
        file=papers.file(),
    )


def goods_given(
    chart: Chart,
    on: date,
    goods: tuple[GoodsLine, ...],
    programme: str,
    restriction: str = GENERAL,
    pupils: int = 0,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """Goods given out of stock at their cost; ``pupils`` is told from five up only."""
    total = sum(line.value_fen for line in goods)
    counted: dict[str, Fact] = {"pupils": pupils} if pupils >= 5 else {}
    return Draft(
        "goods-given",
        on,
        (Posting(chart.code(f"programme:{programme}"), chart.code("stock"), restriction, total),),
        {**counted, **goods_facts(goods, restriction, -1), **papers.facts()},
        file=papers.file(),
    )


def goods_sold(
    chart: Chart,
    on: date,
    goods: tuple[GoodsLine, ...],
    takings_fen: int,
    place: str,
    restriction: str = GENERAL,
    programme: str = "goods",
    papers: Papers = NO_PAPERS,
) -> Draft:
    """Goods sold, at a bazaar: the takings are sales, the cost of the goods is outlay."""
    cost = sum(line.value_fen for line in goods)
    return Draft(
        "goods-sold",
        on,
        (
            Posting(chart.code(place), chart.code("sales"), restriction, takings_fen),
            Posting(chart.code(f"programme:{programme}"), chart.code("stock"), restriction, cost),
        ),
        {"channel": place, **goods_facts(goods, restriction, -1), **papers.facts()},
        file=papers.file(),
    )


def stock_counted(
    chart: Chart,
    on: date,
    line: GoodsLine,
    *,
    short: bool,
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
    witnesses: Sequence[str] = (),
) -> Draft:
    """A stock count found goods missing (short) or too many; ``witnesses`` looked on."""
    looked_on: dict[str, Fact] = {"witnesses": len(set(witnesses))} if witnesses else {}
    posting = (
        Posting(chart.code("shortage"), chart.code("stock"), restriction, line.value_fen)
        if short
        else Posting(chart.code("stock"), chart.code("surplus"), restriction, line.value_fen)
    )
    return Draft(
        "stock-counted",
        on,
        (posting,),
        {**goods_facts((line,), restriction, -1 if short else 1), **looked_on, **papers.facts()},
        file=papers.file(witnesses=list(witnesses)),
    )
