"""Times what has no command of its own: ``python -m bench.inside figures BOOKS DAYS``, …

Prints seconds as JSON. ``figures``: a statement's figures for every fund over some days in
the middle of the ledger. ``spend``: processes that draw on one fund or on one fund each.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from random import Random

from bench.data import DAYS, FIRST
from bench.record import open_funds, workspace
from lovefund.actions import receive, spend
from lovefund.actions.figures import numbers
from lovefund.core.donations import Donor
from lovefund.core.grants import Recipient
from lovefund.core.reconciling import Line
from lovefund.core.reconciling import match as match_lines
from lovefund.errors import Refused
from lovefund.store.engine import Database
from lovefund.store.reading import Books, funds

WRITERS = 8


def figures(place: str, days: int) -> list[float]:
    """Seconds for the figures of all funds over ``days`` days, fifteen times."""
    start = FIRST + timedelta(days=DAYS // 2)
    found = []
    for _run in range(15):
        begun = time.perf_counter()
        with Database(place).reading() as connection:
            for fund in funds(connection):
                numbers(Books(connection, fund), start, start + timedelta(days=days - 1))
        found.append(time.perf_counter() - begun)
    return found


def _draw(place: str, fund: str, tries: int) -> tuple[int, int]:
    """(paid, refused) of so many grants of one yuan each."""
    paid = refused = 0
    ws = workspace(place, fund)
    for n in range(tries):
        try:
            spend.pay_grants(ws, date(2026, 1, 3), (Recipient(f"L{n}", "虚构", 100),), "bank")
            paid += 1
        except Refused:
            refused += 1
    return paid, refused


def drawing(place: str, one_fund: bool, tries: int) -> dict[str, float]:
    """Eight processes that draw more than is there; the rate, and the lowest balance."""
    names = [f"fund-{n}" for n in range(WRITERS)]
    open_funds(place, names)
    held = tries * WRITERS * 3 // 4 if one_fund else tries * 3 // 4
    for fund in names[:1] if one_fund else names:
        receive.donate(
            workspace(place, fund), date(2026, 1, 2), held * 100, "bank", "staff", Donor()
        )
    with ProcessPoolExecutor(WRITERS, mp_context=get_context("spawn")) as pool:
        list(pool.map(_draw, [place] * WRITERS, names, [0] * WRITERS))  # start, then time
        begun = time.perf_counter()
        done = list(
            pool.map(_draw, [place] * WRITERS, [names[0]] * WRITERS if one_fund else names,
                     [tries] * WRITERS)
        )  # fmt: skip
        lasted = time.perf_counter() - begun
    lowest = 0
    with Database(place).reading() as connection:
        for fund in names:
            lowest = min(lowest, *(p["money_fen"] for p in Books(connection, fund).pots()))
    paid = sum(p for p, _r in done)
    assert paid == held * (1 if one_fund else WRITERS), (paid, held)
    return {"rate": sum(p + r for p, r in done) / lasted, "lowest_fen": lowest, "paid": paid}


def matching(kind: str, count: int, seed: int) -> float:
    """Seconds to match so many lines of a year's books with as many of its bank.

    ``usual``: nearly all are there, a few days later; ``equal``: one amount for all; ``hopeless``:
    nothing matches; ``sums``: few parties, and amounts that are sums of others.
    """
    random = Random(seed)
    sides: tuple[list[Line], list[Line]] = ([], [])
    for n in range(count):
        day, fen = random.randrange(365), 100 * random.randrange(1, 5_000)
        late, party = random.choice((0, 0, 1, 2)), f"虚构{n % 50}"
        ours, theirs = {
            "usual": (fen, fen if n % 200 else fen + 1),
            "equal": (10_000, 10_000),
            "hopeless": (2 * fen, 2 * random.randrange(1, 500_000) + 1),
            "sums": (100 * random.randrange(1, 20), 100 * random.randrange(1, 90)),
        }[kind]
        for side, on, moved in ((0, day, ours), (1, day + late, theirs)):
            whom = party if kind == "sums" else ""
            sides[side].append(Line(f"{n}", FIRST + timedelta(days=on), moved, whom))
    begun = time.perf_counter()
    match_lines(*sides)
    return time.perf_counter() - begun


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["figures", place, days]:
            print(json.dumps(figures(place, int(days))))
        case ["matching", kind, count, seed]:
            print(json.dumps(matching(kind, int(count), int(seed))))
        case ["drawing", place, one, tries]:
            print(json.dumps(drawing(place, one == "one", int(tries))))
