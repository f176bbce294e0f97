"""The files of a published statement that anyone can check (spec-log section 7)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from lovefund.core.entries import Entry
from lovefund.log import checkpoints, notes, tree
from lovefund.store.reading import Books


def bundle(books: Books, statement: Entry, content: bytes) -> dict[str, bytes]:
    """Lines, frontier, checkpoints, shown texts and verifier of a statement entry.

    ``content`` is its statement.json. The same books give the same bytes, but for shown texts
    that were withdrawn since. Without the fund's signing key the checkpoints stay unsigned.
    """
    first = int(json.loads(content)["first"])
    entries = list(books.entries(no_from=first, no_to=statement.no))
    earlier = [e.no for e in books.entries(kinds=("statement",), no_to=statement.no - 1)]
    known = frontiers(books, {first, *(no + 1 for no in earlier[-1:]), statement.no + 1})
    found = {
        "entries.jsonl": b"".join(entry.line + b"\n" for entry in entries),
        "frontier.json": json.dumps([h.hex() for h in known[first].hashes()]).encode(),
        "checkpoint.txt": _note(books, known[statement.no + 1]),
        "statement.json": content,
        "shown.json": _json(_shown(books, entries)),
        "verify.py": (files("lovefund") / "verify.py").read_bytes(),
    }
    if earlier:
        found["previous.txt"] = _note(books, known[earlier[-1] + 1])
    return dict(sorted(found.items()))


def fund_key(books: Books) -> str:
    """The fund's public key as notice boards print it, or empty where it has none."""
    if books.keys is None or not books.keys.sign:
        return ""
    public = notes.public_key(books.keys.sign)
    return notes.verifier_key(f"lovefund/{books.fund}", notes.FUND_KEY, public)


def frontiers(books: Books, sizes: set[int]) -> Mapping[int, tree.Frontier]:
    """The frontiers of these sizes, from one pass over the leaves."""
    frontier, found = tree.Frontier(), {}
    if 0 in sizes:
        found[0] = tree.Frontier()
    for leaf in books.leaves(max(sizes)):
        frontier.push(leaf)
        if frontier.size in sizes:
            found[frontier.size] = tree.Frontier.from_hashes(frontier.size, frontier.hashes())
    return found


def _note(books: Books, frontier: tree.Frontier) -> bytes:
    body = checkpoints.body(books.fund, frontier.size, frontier.root())
    seed = books.keys.sign if books.keys is not None else b""
    return (notes.signed_note(body, seed) if seed else body).encode()


def _shown(books: Books, entries: list[Entry]) -> list[list[Any]]:
    """[number, nonce, text] of every shown text that no later entry replaced or withdrew."""
    if not entries:
        return []
    replaced = {mended.of for mended in books.entries(kinds=("name-mended",))}
    opened = books.sealed_between(entries[0].no, entries[-1].no)
    rows = ((no, slots["shown"]) for no, slots in opened.items() if "shown" in slots)
    return [[no, nonce, text] for no, (nonce, text) in rows if no not in replaced]


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
