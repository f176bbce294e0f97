"""The page traces gifts as `lovefund trace` does, to the fen, over years of random books."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from datetime import date, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from browser import Browser, Failed, Page
from laws.test_tracing import played
from lovefund.actions import mend, prints, receive, restrictions, spend
from lovefund.actions.open_fund import bring_forward
from lovefund.actions.publish import publish
from lovefund.actions.workspace import Workspace
from lovefund.core import tracing
from lovefund.core.donations import Donor
from lovefund.core.grants import Recipient
from lovefund.core.opening import OpeningBalance
from lovefund.publishing.resources import texts
from lovefund.store.engine import Database
from lovefund.store.reading import Books
from world import new_books, new_fund

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
globalThis.askAnything = (question) => {
  try {
    return ask(question);
  } catch (error) {
    return [{ reason: error instanceof tracer.Untold ? error.reason : String(error.stack) }];
  }
};
"""


def loaded(chrome: Browser, source: str = SOURCE) -> Page:
    page = chrome.page()
    page.run(source.replace("const tracer =", "globalThis.tracer =") + _ASK)
    return page


def asked(
    page: Page, books: Books, first: int = 0, base: Any = None, end: int | None = None
) -> dict[int, Any]:
    """What the page tells of each gift in the lines from ``first`` on, up to ``end``."""
    lines = [json.loads(entry.line) for entry in books.entries()][first:end]
    gifts = [line["no"] for line in lines if line["kind"] in tracing.GIFTS]
    question = {
        "entries": lines, "first": first, "chart": books.chart.content(), "gifts": gifts,
        "base": base,
    }  # fmt: skip
    return dict(zip(gifts, page.run(f"ask({json.dumps(question)})"), strict=True))


def expected(books: Books, end: int | None = None) -> dict[int, Any]:
    """What `lovefund trace` tells of each gift, in the books of so many entries."""
    found = tracing.trace(books.chart, islice(books.entries(), end))
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
    return after(books, min(entry.on for entry in entries[last + 1 :]) - timedelta(1))


def after(books: Books, day: date) -> tuple[int, Any]:
    """The `open`, `to` and `closing` of a statement whose last day this is."""
    entries = list(books.entries())
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
    assert answered > silent, SEED + seed


@pytest.mark.slow
def test_every_gift_of_the_worked_example_is_told_alike(
    chrome: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the page of the spring, of the year, and of the autumn, which begins in the middle."""
    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path / "home"))
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "examples"))
    import school

    copies = prints.Copies(0, 0)
    monkeypatch.setattr(school, "publish", partial(publish, languages=()))
    for name, none in (("vouchers", 0), ("journal", 0), ("receipts", copies)):
        monkeypatch.setattr(school, f"print_{name}", lambda *_arguments, none=none: none)
    assert list(school.run(tmp_path))
    page, told = loaded(chrome), {}
    with Database(str(tmp_path / "school.db")).reading() as connection:
        books = Books(connection, "shiqiao")
        for folder in sorted((tmp_path / "shiqiao").glob("*/")):
            lines = (folder / "entries.jsonl").read_text("utf-8").splitlines()
            statement = json.loads((folder / "statement.json").read_bytes())
            first = statement["first"]
            facts = [e["facts"] for e in map(json.loads, lines) if e["kind"] == "statement"]
            base = next((f for f in facts if f["number"] == statement["base"]), None)
            found = asked(page, books, first, base, first + len(lines))
            assert differences(found, expected(books, first + len(lines))) == []
            told[statement["number"]] = sum("reason" not in gift for gift in found.values())
    assert told[2] == 304  # one of them is passed on
    assert told[3] > 50  # what was given after the spring


# -- lines that no honest program writes -----------------------------------------------------------


def odd_lines(books: Books, chance: random.Random) -> list[Any]:
    """Real lines with kinds and facts exchanged at random: sound by their form, and senseless."""
    lines = [json.loads(entry.line) for entry in books.entries()]
    kinds = [line["kind"] for line in lines if line["kind"] != "fund-opened"]
    for line in chance.sample(lines[1:], len(lines) // 4):
        other = chance.choice(lines[1:])
        match chance.randrange(5):
            case 0:
                line["kind"] = chance.choice([*kinds, "constructor", "void", "correction"])
            case 1:
                line["facts"] = other["facts"]
            case 2:
                line["postings"] = other["postings"]
            case 3:
                line["facts"]["now"] = chance.choice([0, "a", [], [[]], [["1", "2", "x", 5]], {}])
            case _:
                line["facts"]["from"] = chance.choice([0, [], "general", "__proto__"])
        if "of" in line["facts"] or chance.random() < 0.3:
            line["facts"] = {**line["facts"], "of": chance.randrange(line["no"])}
    return lines


@pytest.mark.parametrize("seed", range(61, 63))
def test_senseless_lines_are_told_of_in_a_sentence(chrome: Browser, seed: int) -> None:
    page, chance = loaded(chrome), random.Random(SEED + seed)
    reasons = set()
    for _name, books in played(seed, OPERATIONS):
        for each in range(40):
            lines = odd_lines(books, chance)[: chance.randrange(20, 300)]
            first, base = cut(books, chance) if each % 2 else (0, None)
            gifts = [line["no"] for line in lines[first:]]
            question = {
                "entries": lines[first:], "first": first, "chart": books.chart.content(),
                "gifts": gifts, "base": base,
            }  # fmt: skip
            if gifts:
                answers = page.run(f"askAnything({json.dumps(question)})")
                reasons |= {a["reason"] for a in answers if "reason" in a}
    assert reasons <= set(texts("en")["page"]), (SEED + seed, reasons)
    assert "trace_odd" in reasons


# -- small books in which the beginning matters ---------------------------------------------------


def asked_of(
    chrome: Browser, ws: Workspace, no: int, last: date, source: str = SOURCE
) -> tuple[Any, Any]:
    """What the page tells of a gift from lines after a statement up to ``last``; and the truth."""
    with ws.reading() as books:
        first, base = after(books, last)
        return asked(loaded(chrome, source), books, first, base)[no], expected(books)[no]


def day(month: int, number: int) -> date:
    return date(2026, month, number)


def gift(ws: Workspace, fen: int, on: date) -> int:
    return receive.donate(ws, on, fen, "bank", "staff", Donor("张三")).no


def grant(ws: Workspace, fen: int, on: date) -> int:
    return spend.pay_grants(ws, on, (Recipient("L1", "监护人", fen),), "bank").no


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    return new_fund(new_books(str(tmp_path / "a.db")), today=day(4, 1))


def without(line: str) -> str:
    assert SOURCE.count(line) == 1, line
    return SOURCE.replace(line, "")


LOST = "if (numberOf(use) === EARLIER && lot !== this.older) this.lost.add(codeOf(use));"
AGAIN = "if (again && [...drawn.keys()].pop() !== lot) this.lost.add(codeOf(use));"
SINCE = "e.on <= this.since ? this.older : "


def test_an_older_gift_that_others_must_pay_for_is_not_guessed(
    chrome: Browser, ws: Workspace
) -> None:
    old = gift(ws, 30_000, day(1, 5))
    grant(ws, 30_000, day(1, 6))
    young = gift(ws, 50_000, day(2, 3))
    mend.void(ws, old, day(2, 4), "重复")
    told, right = asked_of(chrome, ws, young, day(1, 31))
    assert told["reason"] == "trace_lost"
    assert right["grants"] == 1
    with pytest.raises(Failed):  # the twin tells a grant that it never saw
        asked_of(chrome, ws, young, day(1, 31), without(LOST))


def test_older_lots_on_both_sides_of_a_younger_one_are_not_guessed(
    chrome: Browser, ws: Workspace
) -> None:
    gift(ws, 10_000, day(1, 4))
    spare = gift(ws, 1_000, day(1, 3))
    grant(ws, 1_000, day(1, 5))
    young = gift(ws, 10_000, day(2, 3))
    spent = grant(ws, 15_000, day(2, 4))
    mend.correct(ws, spare, day(2, 5), mend.Changes(amount_fen=4_000), "少记")
    mend.correct(ws, spent, day(2, 6), mend.Changes(amount_fen=17_000), "少记")
    mend.correct(ws, spent, day(2, 7), mend.Changes(amount_fen=15_000), "多记")
    told, right = asked_of(chrome, ws, young, day(1, 31))
    assert told["reason"] == "trace_lost"
    twin, _right = asked_of(chrome, ws, young, day(1, 31), without(AGAIN))
    assert twin != right


def test_what_came_back_of_an_older_grant_is_older_money(chrome: Browser, tmp_path: Path) -> None:
    """Of the gifts that paid for it, or of what was brought forward: both are used first."""
    balances = (
        OpeningBalance("bank", "general", 50_000), OpeningBalance("grant-due", "general", 8_000)
    )  # fmt: skip
    ws = new_fund(new_books(str(tmp_path / "b.db")), today=day(4, 1))
    forward = bring_forward(ws, day(1, 1), balances).no
    paid = spend.pay_promised(ws, forward, day(1, 20), 8_000, "bank").no
    one = gift(ws, 10_000, day(2, 2))
    spend.return_grant(ws, paid, day(2, 5), 8_000, "bank")
    grant(ws, 52_000, day(2, 7))
    told, right = asked_of(chrome, ws, one, day(1, 31))
    assert told["waiting"] == right["waiting"] == 8_000


def test_a_gift_booked_late_into_the_time_before_is_left_to_its_own_statement(
    chrome: Browser, ws: Workspace
) -> None:
    gift(ws, 10_000, day(1, 20))
    young = gift(ws, 10_000, day(2, 2))
    late = gift(ws, 10_000, day(1, 10))
    grant(ws, 5_000, day(2, 4))
    told, _right = asked_of(chrome, ws, late, day(1, 31))
    assert (told["reason"], told["values"]) == ("trace_before", ["2026-01-31"])
    told, right = asked_of(chrome, ws, young, day(1, 31))
    assert told["waiting"] == right["waiting"] == 10_000


def test_a_change_of_restriction_that_is_void_brings_everyones_money_back(
    chrome: Browser, ws: Workspace
) -> None:
    restrictions.open_restriction(ws, day(1, 1), "home", "之家", ("home", "aid"), "XY-1")
    receive.donate(ws, day(1, 3), 20_000, "bank", "staff", Donor("张三"), "home")
    young = receive.donate(ws, day(2, 3), 20_000, "bank", "staff", Donor("李四"), "home").no
    moved = restrictions.change_restriction(ws, day(2, 4), "home", "general", 30_000, "TY-1").no
    told, right = asked_of(chrome, ws, young, day(1, 31))
    assert told["left"] == right["left"] == [["general", 10_000], ["home", 10_000]]
    mend.void(ws, moved, day(2, 7), "没有征得同意")
    told, right = asked_of(chrome, ws, young, day(1, 31))
    assert told["left"] == right["left"] == [["home", 20_000]]
    with pytest.raises(Failed):
        asked_of(chrome, ws, young, day(1, 31), without("this.undoMoves(e);"))


# -- twins ----------------------------------------------------------------------------------------

TWINS = {
    SINCE: "",
    "if (e.on <= base.to) this.countAll(e, -1);": "",
    "if (fen < 0) this.giveBack(useOf(e.no, code), -fen);": ";",
    "if (lot !== this.nobody) this.hold(lot, codeOf(use), part);": "",
    "else queue.shift();": "else queue.pop();",
}


@pytest.mark.parametrize("line", TWINS)
def test_a_twin_of_the_page_tells_something_else(chrome: Browser, line: str) -> None:
    """Or it notices by itself that its lots do not add up to the books."""
    assert SOURCE.count(line) == 1
    page = loaded(chrome, SOURCE.replace(line, TWINS[line]))
    for seed in range(51, 57):
        chance = random.Random(SEED + seed)
        for _name, books in played(seed, OPERATIONS):
            right = expected(books)
            beginnings = [(0, None), *(cut(books, chance) for _each in range(CUTS))]
            for first, base in beginnings:
                try:
                    if differences(asked(page, books, first, base), right):
                        return
                except Failed:
                    return
    raise AssertionError("it tells the same")
