"""The files of a published statement that anyone can check (spec-log section 7)."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from lovefund.actions.shown import public_rows
from lovefund.actions.witnesses import signature_lines
from lovefund.core.entries import Entry
from lovefund.log import checkpoints, notes, tree
from lovefund.store.reading import Books


def bundle(books: Books, statement: Entry, content: bytes) -> dict[str, bytes]:
    """Lines, frontier, checkpoints, shown texts and verifier of a statement entry.

    ``content`` is its statement.json. The same books give the same bytes, but for shown texts
    that were withdrawn since, and signatures of witnesses that came since. Without the fund's
    signing key the checkpoints stay unsigned.
    """
    first = int(json.loads(content)["first"])
    entries = list(books.entries(no_from=first, no_to=statement.no))
    earlier = [e.no for e in books.entries(kinds=("statement",), no_to=statement.no - 1)]
    shown = public_rows(books, first, statement.no)
    frontiers = books.frontiers({first, *(no + 1 for no in earlier[-1:]), statement.no + 1})
    found = {
        "entries.jsonl": b"".join(entry.line + b"\n" for entry in entries),
        "frontier.json": json.dumps([h.hex() for h in frontiers[first].hashes()]).encode(),
        "checkpoint.txt": _note(books, frontiers[statement.no + 1]),
        "statement.json": content,
        "shown.json": _json([[no, *row] for no, row in shown.items()]),
        "verify.py": (files("lovefund") / "verify.py").read_bytes(),
    }
    if earlier:
        found["previous.txt"] = _note(books, frontiers[earlier[-1] + 1])
    return dict(sorted(found.items()))


def fund_key(books: Books) -> str:
    """The fund's public key as notice boards print it, or empty where it has none."""
    if books.keys is None or not books.keys.sign:
        return ""
    public = notes.public_key(books.keys.sign)
    return notes.verifier_key(f"lovefund/{books.fund}", notes.FUND_KEY, public)


def cosigned(books: Books, statement: Entry) -> dict[str, bytes]:
    """The checkpoints of a statement with the signatures of every witness so far.

    They take the place of those in the bundle where the folder is written; what a page or a PDF
    carries stays as it was printed.
    """
    earlier = [e.no for e in books.entries(kinds=("statement",), no_to=statement.no - 1)]
    sizes = {"checkpoint.txt": statement.no + 1}
    if earlier:
        sizes["previous.txt"] = earlier[-1] + 1
    known = books.frontiers(set(sizes.values()))
    return {name: checkpoint(books, known[size]) for name, size in sizes.items()}


def checkpoint(books: Books, frontier: tree.Frontier) -> bytes:
    """The checkpoint just after a statement, signed by the fund and by every witness so far."""
    note = _note(books, frontier)
    lines = signature_lines(books, frontier.size - 1)
    signed = books.keys is not None and books.keys.sign
    return note + ("" if signed or not lines else "\n").encode() + lines.encode()


def _note(books: Books, frontier: tree.Frontier) -> bytes:
    body = checkpoints.body(books.fund, frontier.size, frontier.root())
    seed = books.keys.sign if books.keys is not None else b""
    return (notes.signed_note(body, seed) if seed else body).encode()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
