"""Money between places: the restriction of every yuan stays what it was.

Cash is banked, a wallet is emptied, interest comes in, fees go out. Fees are borne by the
general restriction, so that money given for a purpose reaches it whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from lovefund.core.accounts import Chart
from lovefund.core.entries import GENERAL, Draft, Posting
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.money import allocate

PLACES = ("cash", "bank", "wechat", "alipay")


def proposed_split(amount_fen: int, held: Mapping[str, int]) -> dict[str, int]:
    """How an amount taken from a place divides over the restrictions whose money lies there.

    By largest remainder over what each holds; emptying the place takes each one's own sum.
    ValueError where the place holds less.
    """
    codes = [code for code, fen in sorted(held.items()) if fen > 0]
    if sum(held[code] for code in codes) < amount_fen:
        raise ValueError("the place holds less")
    parts = allocate(amount_fen, [held[code] for code in codes])
    return {code: part for code, part in zip(codes, parts, strict=True) if part}


def money_moved(
    chart: Chart,
    on: date,
    place_from: str,
    place_to: str,
    split: Mapping[str, int],
    fee_fen: int = 0,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """Move money between places; ``split`` gives the sum of each restriction, fee included.

    The fee is taken from what arrives, at the cost of the general restriction.
    """
    debit, credit = chart.code(place_to), chart.code(place_from)
    postings = [Posting(debit, credit, code, fen) for code, fen in sorted(split.items())]
    if fee_fen:
        postings.append(Posting(chart.code("fee"), debit, GENERAL, fee_fen))
    return Draft(
        "money-moved",
        on,
        tuple(postings),
        {"from": place_from, "to": place_to, **papers.facts()},
        file=papers.file(),
    )


def interest(
    chart: Chart,
    on: date,
    amount_fen: int,
    place: str,
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """Interest, other income (财会〔2020〕9号 八); restricted if the gift restricts its yield."""
    return Draft(
        "interest",
        on,
        (Posting(chart.code(place), chart.code("interest"), restriction, amount_fen),),
        {"channel": place, **papers.facts()},
        file=papers.file(),
    )


def fee(chart: Chart, on: date, amount_fen: int, place: str, papers: Papers = NO_PAPERS) -> Draft:
    """A fee of a bank or wallet, borne by the general restriction."""
    return Draft(
        "fee",
        on,
        (Posting(chart.code("fee"), chart.code(place), GENERAL, amount_fen),),
        {"channel": place, **papers.facts()},
        file=papers.file(),
    )


def transfer_out(
    chart: Chart,
    on: date,
    amount_fen: int,
    place: str,
    peer: str,
    peer_no: int,
    restriction: str = GENERAL,
    restricted: bool = False,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """Money to another fund of the same books: neither income nor outlay."""
    return Draft(
        "transfer-out",
        on,
        (Posting(chart.net(restricted), chart.code(place), restriction, amount_fen),),
        {"channel": place, "peer": peer, "peer_no": peer_no, **papers.facts()},
        file=papers.file(),
    )


def transfer_in(
    chart: Chart,
    on: date,
    amount_fen: int,
    place: str,
    peer: str,
    peer_no: int,
    restriction: str = GENERAL,
    restricted: bool = False,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """Money from another fund of the same books: neither income nor outlay."""
    return Draft(
        "transfer-in",
        on,
        (Posting(chart.code(place), chart.net(restricted), restriction, amount_fen),),
        {"channel": place, "peer": peer, "peer_no": peer_no, **papers.facts()},
        file=papers.file(),
    )
