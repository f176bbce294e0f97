"""Samples that nobody can steer: drawn by a seed that a later checkpoint fixes, for all to repeat.

The rule, which docs/auditors.md tells in full so that it can be worked by hand::

    seed   = SHA-256("lovefund/sample/v1\\n" || fund "\\n" from "\\n" to "\\n" root "\\n" || body)
    x(s,n) = SHA-256(seed || s || "\\n" || n), its first 16 bytes as a whole number, big-endian
    draw(s, k): the first x(s,0), x(s,1), ... below the largest multiple of k, modulo k

``root`` is that of the tree of the period's lines, in hex; ``body`` the body of the checkpoint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, count

from lovefund.core.entries import Entry

#: Half of a sample by money: each fen is as likely as any other, so large entries come first.
MONEY = "money"
#: The other half by number: each entry that is left is as likely as any other.
NUMBER = "number"
_SPACE = 1 << 128


@dataclass(frozen=True, slots=True)
class Drawn:
    """An entry of a sample, by which half it came in, and its place in the draw from 1."""

    entry: Entry
    by: str
    place: int


def population(entries: Sequence[Entry]) -> list[Entry]:
    """What can be drawn: entries that moved something, but for the closing of a year."""
    return [entry for entry in entries if entry.postings and entry.kind != "year-closed"]


def seed(fund: str, day_from: date, day_to: date, root: bytes, body: str) -> bytes:
    """The 32 bytes that the draw begins with."""
    text = f"lovefund/sample/v1\n{fund}\n{day_from}\n{day_to}\n{root.hex()}\n{body}"
    return hashlib.sha256(text.encode()).digest()


def draw(entries: Sequence[Entry], size: int, by: bytes) -> list[Drawn]:
    """``size`` entries, half by money (rounded up) and half by number; all where there are fewer.

    An entry drawn again is passed over. By money, an entry weighs what its postings move.
    """
    if size >= len(entries):
        return [Drawn(entry, NUMBER, place) for place, entry in enumerate(entries, 1)]
    chosen: dict[int, Drawn] = {}
    weights = [sum(abs(p.amount_fen) for p in entry.postings) for entry in entries]
    bounds = list(accumulate(weights))
    for fen in _numbers(by, MONEY, bounds[-1]):
        if len(chosen) == (size + 1) // 2:
            break
        index = next(i for i, bound in enumerate(bounds) if fen < bound)
        if entries[index].no not in chosen:
            chosen[entries[index].no] = Drawn(entries[index], MONEY, len(chosen) + 1)
    left = [entry for entry in entries if entry.no not in chosen]
    for index in _numbers(by, NUMBER, len(left)):
        if len(chosen) == size:
            break
        if left[index].no not in chosen:
            chosen[left[index].no] = Drawn(left[index], NUMBER, len(chosen) + 1)
    return list(chosen.values())


def _numbers(by: bytes, stratum: str, below: int) -> Iterator[int]:
    """Whole numbers below a bound, each as likely as any other."""
    limit = _SPACE - _SPACE % below
    for n in count():
        digest = hashlib.sha256(by + f"{stratum}\n{n}".encode()).digest()
        number = int.from_bytes(digest[:16], "big")
        if number < limit:
            yield number % below
