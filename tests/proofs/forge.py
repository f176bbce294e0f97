"""Bundles as an honest fund or a forger makes them, signed with the keys of the vectors."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lovefund.log import checkpoints, tree

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "log-v1.json").read_text("utf-8")
)
FUND: str = VECTORS["fund"]
BUNDLES: list[dict[str, str]] = VECTORS["bundles"]
ORIGIN = f"lovefund/{FUND}"


def key_id(name: str, kind: int, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def vkey(name: str, kind: int, public: bytes) -> str:
    """A verifier key as notice boards print it."""
    data = base64.b64encode(bytes([kind]) + public).decode()
    return f"{name}+{key_id(name, kind, public).hex()}+{data}"


FUND_KEY = vkey(ORIGIN, 1, bytes.fromhex(VECTORS["fund_public"]))
WITNESS_KEY = vkey(VECTORS["witness"], 4, bytes.fromhex(VECTORS["witness_public"]))


def signed(body: str, seed_hex: str, name: str = ORIGIN) -> str:
    """The body as a signed note of one key."""
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed_hex))
    public = key.public_key().public_bytes_raw()
    raw = key_id(name, 1, public) + key.sign(body.encode())
    return f"{body}\n\u2014 {name} {base64.b64encode(raw).decode()}\n"


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


class Forger:
    """A bundle taken apart; put together again so that as much as possible fits.

    ``seed`` is the key it can sign with: the fund's own where the insider forges, another's
    where somebody else does, None where nobody signs.
    """

    def __init__(self, bundle: Mapping[str, str], seed: str | None = None) -> None:
        self.files = dict(bundle)
        self.entries = [json.loads(line) for line in bundle["entries.jsonl"].splitlines()]
        self.statement = json.loads(bundle["statement.json"])
        self.start = [bytes.fromhex(h) for h in json.loads(bundle["frontier.json"])]
        self.seed = seed

    def rebuilt(self) -> dict[str, str]:
        """The files again: hash of the statement, tree and checkpoints as the lines now give."""
        text = canonical(self.statement)
        self.files["statement.json"] = text
        last = self.entries[-1]
        if last["kind"] == "statement":
            last["facts"]["sha256"] = hashlib.sha256(text.encode()).hexdigest()
        lines = [canonical(entry) for entry in self.entries]
        self.files["entries.jsonl"] = "".join(line + "\n" for line in lines)
        frontier = tree.Frontier.from_hashes(self.statement["first"], self.start)
        statements = [e["no"] for e in self.entries if e["kind"] == "statement"]
        for entry, line in zip(self.entries, lines, strict=True):
            frontier.push(tree.leaf(line.encode()))
            if len(statements) > 1 and entry["no"] == statements[-2]:
                self.files["previous.txt"] = self.note(frontier)
        self.files["checkpoint.txt"] = self.note(frontier)
        return self.files

    def note(self, frontier: tree.Frontier) -> str:
        body = checkpoints.body(FUND, frontier.size, frontier.root())
        return body if self.seed is None else signed(body, self.seed)


def written(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """The files of a bundle in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
    return folder


Change = Callable[[Forger], None]


def amount(no: int, fen: int) -> Change:
    """Another amount in an entry."""

    def change(f: Forger) -> None:
        f.entries[no - f.statement["first"]]["postings"][0][3] = fen

    return change


def drop(no: int) -> Change:
    """An entry left out, the later ones renumbered."""

    def change(f: Forger) -> None:
        del f.entries[no]
        for index, entry in enumerate(f.entries):
            entry["no"] = index

    return change


def swap(one: int, two: int) -> Change:
    def change(f: Forger) -> None:
        f.entries[one], f.entries[two] = f.entries[two], f.entries[one]
        f.entries[one]["no"], f.entries[two]["no"] = one, two

    return change


def shift(fen: int) -> Change:
    """Opening and closing of one balance moved together."""

    def change(f: Forger) -> None:
        row = f.statement["balances"][0]
        row[2] += fen
        row[5] += fen
        f.entries[-1]["facts"]["closing"] = [
            [r[0], r[1], r[5]] for r in f.statement["balances"] if r[5]
        ]

    return change


def figure(index: int, fen: int) -> Change:
    def change(f: Forger) -> None:
        f.statement["figures"][index][1] += fen

    return change


def fact(no: int, name: str, value: Any) -> Change:
    def change(f: Forger) -> None:
        f.entries[no]["facts"][name] = value

    return change


def field(no: int, name: str, value: Any) -> Change:
    def change(f: Forger) -> None:
        f.entries[no][name] = value

    return change


def said(name: str, value: Any) -> Change:
    """Another value in statement.json, and in its entry where it stands there too."""

    def change(f: Forger) -> None:
        f.statement[name] = value
        if name in f.entries[-1]["facts"]:
            f.entries[-1]["facts"][name] = value

    return change


def rebalanced(f: Forger) -> None:
    """Balances and closing as the forger's own period has them; no figures."""
    s, found = f.statement, {}
    bases = [e["facts"] for e in f.entries if e["facts"].get("number") == s["base"]]
    for account, restriction, fen in bases[0]["closing"] if bases else ():
        found[account, restriction] = [fen, 0, 0]
    for entry in f.entries:
        if s["from"] <= entry["on"] <= s["to"]:
            for debit, credit, restriction, fen in entry["postings"]:
                found.setdefault((debit, restriction), [0, 0, 0])[1] += fen
                found.setdefault((credit, restriction), [0, 0, 0])[2] += fen
    rows = [[*key, o, d, c, o + d - c] for key, (o, d, c) in sorted(found.items()) if o or d or c]
    s["balances"], s["figures"] = rows, []
    f.entries[-1]["facts"]["closing"] = [[r[0], r[1], r[5]] for r in rows if r[5]]


def appended(entry: Mapping[str, Any]) -> Change:
    """An entry after the statement's own."""

    def change(f: Forger) -> None:
        f.entries.append({**f.entries[1], "no": len(f.entries), **entry})

    return change


def several(*changes: Change) -> Change:
    def change(f: Forger) -> None:
        for one in changes:
            one(f)

    return change


def names(rows: Sequence[tuple[str, Any]]) -> list[str]:
    return [name for name, _rest in rows]
