"""The page traces gifts as `lovefund trace` does, to the fen, over years of random books."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from browser import Browser, Page
from laws.test_tracing import played
from lovefund.core import tracing
from lovefund.store.reading import Books

SOURCE = (Path(__file__).parents[2] / "statements" / "web" / "trace.js").read_text("utf-8")
SEED = 20261126
OPERATIONS = 400
#: So many places to begin in the middle are tried for each fund.
CUTS = 12

_ASK = """
globalThis.ask = ({ entries, first, base, chart, gifts }) => {
  const traced = tracer.trace(entries, first, base, chart);
  return gifts.map((no) => {
    try {
      return tracer.told(traced, no);
    } catch (error) {
      if (!(error instanceof tracer.Untold)) throw error;
      return { reason: error.reason, values: error.values };
    }
  });
};
"""


def loaded(chrome: Browser, source: str = SOURCE) -> Page:
    page = chrome.page()
    page.run(source.replace("const tracer =", "globalThis.tracer =") + _ASK)
    return page


def asked(page: Page, books: Books, first: int = 0, base: Any = None) -> dict[int, Any]:
    """What the page tells of each gift in the lines from ``first`` on."""
    lines = [json.loads(entry.line) for entry in books.entries()][first:]
    gifts = [line["no"] for line in lines if line["kind"] in tracing.GIFTS]
    question = {
        "entries": lines, "first": first, "chart": books.chart.content(), "gifts": gifts,
        "base": base,
    }  # fmt: skip
    return dict(zip(gifts, page.run(f"ask({json.dumps(question)})"), strict=True))


def expected(books: Books) -> dict[int, Any]:
    """What `lovefund trace` tells of each gift."""
    found = tracing.trace(books.chart, books.entries())
    return {no: _told(found, lot) for no, lot in found.lots.items() if lot.gift}


def _told(found: tracing.Tracing, lot: tracing.Lot) -> dict[str, Any]:
    kinds = {no: found.entries[no].kind for no, _code in lot.used}
    grants = {no for no, kind in kinds.items() if kind in ("grant-paid", "grant-promised")}
    return {
        "amount": lot.amount_fen,
        "refunded": lot.refunded_fen,
        "grants": len(grants),
        "granted": sum(fen for (no, _code), fen in lot.used.items() if no in grants),
        "used": lot.used_fen,
        "waiting": lot.waiting_fen,
        "groups": [
            {"what": g.what, "amount": g.amount_fen, "entries": g.entries, "pupils": g.pupils}
            for g in found.groups(lot)
        ],
        "left": [[code, fen] for code, fen in sorted(lot.left.items()) if fen],
    }


def cut(books: Books, chance: random.Random) -> tuple[int, Any]:
    """A statement in the middle: its `open`, and its facts `to` and `closing`.

    Its last day lies before every entry that comes after it, as publishing sees to.
    """
    entries = list(books.entries())
    last = chance.randrange(len(entries) // 4, len(entries) - 1)
    day = min(entry.on for entry in entries[last + 1 :]) - timedelta(1)
    first = next(entry.no for entry in entries if entry.on > day)
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        if entry.on <= day:
            for p in entry.postings:
                sums[p.debit, p.restriction] += p.amount_fen
                sums[p.credit, p.restriction] -= p.amount_fen
    closing = [[*key, fen] for key, fen in sorted(sums.items()) if fen]
    return first, {"to": day.isoformat(), "closing": closing}


def differences(told: dict[int, Any], right: dict[int, Any]) -> list[tuple[int, Any, Any]]:
    return [
        (no, found, right.get(no))
        for no, found in told.items()
        if "reason" not in found
        and {k: v for k, v in found.items() if k != "given"} != right.get(no)
    ]


@pytest.mark.parametrize("seed", range(51, 54))
def test_every_gift_is_told_as_lovefund_trace_tells_it(chrome: Browser, seed: int) -> None:
    page = loaded(chrome)
    for name, books in played(seed, OPERATIONS):
        told, right = asked(page, books), expected(books)
        assert differences(told, right) == [], (seed, name)
        silent = {found["reason"] for found in told.values() if "reason" in found}
        assert silent <= {"trace_none"}
        assert set(right) <= {no for no, found in told.items() if "reason" not in found}


@pytest.mark.parametrize("seed", range(51, 54))
def test_lines_that_begin_later_tell_the_same_or_say_that_they_cannot(
    chrome: Browser, seed: int
) -> None:
    page, chance = loaded(chrome), random.Random(SEED + seed)
    answered = silent = 0
    for name, books in played(seed, OPERATIONS):
        right = expected(books)
        for _each in range(CUTS):
            first, base = cut(books, chance)
            told = asked(page, books, first, base)
            assert differences(told, right) == [], (SEED + seed, name, first, base["to"])
            answered += sum("reason" not in found for found in told.values())
            silent += sum("reason" in found for found in told.values())
    print(f"seed {SEED + seed}: {answered} gifts told, {silent} not")
    assert answered > silent
