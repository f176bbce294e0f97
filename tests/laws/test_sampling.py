"""A sample is what the published rule draws, recomputed here by hand from lines and checkpoint."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from histories import closed_history
from lovefund.actions import receive
from lovefund.actions.sample import Sample, sample
from lovefund.actions.workspace import Workspace
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.core.entries import Entry, Posting
from lovefund.core.sampling import MONEY, NUMBER, draw, population
from lovefund.errors import BadInput
from lovefund.log import checkpoints
from world import at

YEAR = parse_period("2026")


def by_hand(
    lines: list[bytes], first: str, last: str, size: int, body: str
) -> tuple[str, list[int]]:
    """(seed, numbers drawn) by docs/auditors.md, with Python's standard library alone."""
    said = [(line, json.loads(line)) for line in lines]
    inside = [(line, x) for line, x in said if first <= x["on"] <= last]

    def root(hashes: list[bytes]) -> bytes:
        if len(hashes) == 1:
            return hashes[0]
        split = 1
        while split * 2 < len(hashes):
            split *= 2
        return hashlib.sha256(b"\x01" + root(hashes[:split]) + root(hashes[split:])).digest()

    tree = root([hashlib.sha256(b"\x00" + line).digest() for line, _x in inside]).hex()
    fund = body.split("\n")[0].removeprefix("lovefund/")
    text = f"lovefund/sample/v1\n{fund}\n{first}\n{last}\n{tree}\n{body}"
    seed = hashlib.sha256(text.encode()).digest()

    def number(stratum: str, n: int) -> int:
        return int.from_bytes(
            hashlib.sha256(seed + f"{stratum}\n{n}".encode()).digest()[:16], "big"
        )

    able = [x for _line, x in inside if x["postings"] and x["kind"] != "year-closed"]
    weights = [sum(abs(p[3]) for p in x["postings"]) for x in able]
    drawn: list[int] = []
    n = 0
    while len(drawn) < (size + 1) // 2:
        x, n, below = number("money", n), n + 1, sum(weights)
        if x >= 2**128 - 2**128 % below:
            continue
        fen = x % below
        for entry, weight in zip(able, weights, strict=True):
            if fen < weight:
                drawn += [entry["no"]] if entry["no"] not in drawn else []
                break
            fen -= weight
    left = [x["no"] for x in able if x["no"] not in drawn]
    n = 0
    while len(drawn) < size:
        x, n = number("number", n), n + 1
        if x < 2**128 - 2**128 % len(left) and left[x % len(left)] not in drawn:
            drawn.append(left[x % len(left)])
    return seed.hex(), drawn


def checkpoint(ws: Workspace, path: Path) -> str:
    with ws.reading() as books:
        head = books.head()
    path.write_text(checkpoints.body(head.fund, head.size, head.root), "ascii")
    return str(path)


def drawn(ws: Workspace, size: int, after: str) -> Sample:
    with ws.reading() as books:
        return sample(books, YEAR, size, after)


@pytest.fixture
def books(tmp_path: Path) -> Workspace:
    return closed_history(tmp_path, 2)


@pytest.mark.parametrize("size", [1, 4, 9])
def test_anyone_draws_the_same_by_the_published_rule(
    books: Workspace, tmp_path: Path, size: int
) -> None:
    after = checkpoint(books, tmp_path / "checkpoint.txt")
    found = drawn(books, size, after)
    with books.reading() as reading:
        lines = [entry.line for entry in reading.entries()]
    body = Path(after).read_text("ascii")
    assert base64.b64decode(body.split("\n")[2])
    assert by_hand(lines, "2026-01-01", "2026-12-31", size, body) == (
        found.seed_hex, [d.entry.no for d in found.drawn],
    )  # fmt: skip
    assert len({d.entry.no for d in found.drawn}) == size
    assert sum(d.by == MONEY for d in found.drawn) == (size + 1) // 2


def test_another_checkpoint_draws_another_sample(books: Workspace, tmp_path: Path) -> None:
    first = drawn(books, 6, checkpoint(books, tmp_path / "one.txt"))
    later = at(books, date(2027, 2, 1))
    receive.donate(later, date(2027, 2, 1), 100, "bank", "staff", Donor())
    second = drawn(later, 6, checkpoint(later, tmp_path / "two.txt"))
    assert [d.entry.no for d in first.drawn] != [d.entry.no for d in second.drawn]


def test_a_checkpoint_that_was_known_before_the_entries_is_refused(
    books: Workspace, tmp_path: Path
) -> None:
    with books.reading() as reading:
        frontier = reading.frontiers([5])[5]
    early = tmp_path / "early.txt"
    early.write_text(checkpoints.body("shiqiao", 5, frontier.root()), "ascii")
    with pytest.raises(BadInput, match="is later"):
        drawn(books, 3, str(early))


def test_a_checkpoint_of_another_history_is_refused(books: Workspace, tmp_path: Path) -> None:
    with books.reading() as reading:
        size = reading.size
    foreign = tmp_path / "foreign.txt"
    for body in (
        checkpoints.body("shiqiao", size, b"\x00" * 32),
        checkpoints.body("shiqiao", size + 7, b"\x00" * 32),
        checkpoints.body("other", size, b"\x00" * 32),
    ):
        foreign.write_text(body, "ascii")
        with pytest.raises(BadInput, match="does not occur"):
            drawn(books, 3, str(foreign))
    foreign.write_text("nonsense", "ascii")
    with pytest.raises(BadInput, match="neither"):
        drawn(books, 3, str(foreign))


def _entry(no: int, fen: int, kind: str = "donation") -> Entry:
    postings = (Posting("1002", "410111", "general", fen),) if fen else ()
    day = date(2026, 5, 1)
    return Entry(no, kind, day, day, "O1", postings, {}, 2026, no, b"{}", b"")


def test_large_entries_come_by_money_and_small_ones_by_number() -> None:
    entries = [_entry(1, 1_000_000_00), *(_entry(no, 100) for no in range(2, 60))]
    samples = [draw(entries, 6, bytes([n]) * 32) for n in range(60)]
    assert all(s[0].entry.no == 1 for s in samples)
    by_number = {d.entry.no for s in samples for d in s if d.by == NUMBER}
    assert len(by_number) > 50


def test_each_small_entry_is_about_as_likely_as_any_other() -> None:
    entries = [_entry(no, 100) for no in range(20)]
    hits = dict.fromkeys(range(20), 0)
    for n in range(400):
        for one in draw(entries, 2, n.to_bytes(32, "big")):
            hits[one.entry.no] += 1
    assert min(hits.values()) > 15
    assert max(hits.values()) < 75


def test_all_are_drawn_where_there_are_few_and_closings_never() -> None:
    entries = population([_entry(1, 5), _entry(2, 0), _entry(3, 7, "year-closed")])
    assert [e.no for e in entries] == [1]
    assert [d.entry.no for d in draw(entries, 4, b"")] == [1]
