"""Bundles with something odd anywhere in their structure, sealed again as an insider could."""

from __future__ import annotations

import copy
import hashlib
import json
import random
from collections.abc import Iterator, Mapping
from typing import Any

from lovefund.log import checkpoints, tree
from proofs.forge import BUNDLES, FUND, canonical


def nested(depth: int) -> list[Any]:
    found: list[Any] = []
    for _each in range(depth):
        found = [found]
    return found


#: What no honest program writes, of every type; some of it is sound JSON of the wrong kind.
ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**24, 2**32 - 1, 2**53 + 1, 9 * 10**15, 10**400, 0.5, 1e300,
    float("nan"), "", "a", "general", "opening", "fact/amount", "fact/__proto__", "__proto__",
    "٢٠٢٦-٠٩-٠١", "２０２６-０９-０１", "2026-02-30", "2026-09-01", "0" * 64, "A" * 128, "x" * 200,
    "张三丰",
    "\x1b[2J", "\u202e", "\ud800", "constructor", [], {}, [[]], [[], []], [None], {"a": 1},
    {"__proto__": []}, nested(4), nested(7), nested(90), ["1002", "general", 5], [1, "count", ""],
    [1, "debit", "1", "", ""], [["x", 0, [[1, "count", "", "", ""]]]], [["1002", "general", 0]],
)  # fmt: skip


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in a value, with every key or index in it."""
    if isinstance(value, (dict, list)):
        for key in list(value if isinstance(value, dict) else range(len(value))):
            yield value, key
            yield from places(value[key])


def spoil(value: Any, chance: random.Random) -> Any:
    """The value with one place of it changed: something odd, gone, doubled or exchanged."""
    found = list(places(value))
    if not found or chance.random() < 0.05:
        return copy.deepcopy(chance.choice(ODD))
    holder, key = chance.choice(found)
    match chance.randrange(6):
        case 0 if isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        case 1:
            del holder[key]
        case 2:
            other = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
            holder[key], holder[other] = holder[other], holder[key]
        case 3 if isinstance(holder, dict):
            holder[chance.choice(("of", "more", "Z", "__proto__"))] = chance.choice(ODD)
        case 4 if isinstance(holder[key], int) and not isinstance(holder[key], bool):
            holder[key] += chance.choice((1, -1, 100, -(10**9)))
        case _:
            holder[key] = copy.deepcopy(chance.choice(ODD))
    return value


def sealed_again(number: int, entries: list[Any], statement: Any) -> dict[str, str]:
    """The files with hash, tree and both checkpoints as they now give."""
    honest = json.loads(BUNDLES[number]["statement.json"])
    return sealed(BUNDLES[number], honest["first"], entries, statement)


def sealed(
    bundle: Mapping[str, str], first: int, entries: list[Any], statement: Any
) -> dict[str, str]:
    files = dict(bundle)
    start = [bytes.fromhex(h) for h in json.loads(files["frontier.json"])]
    files["statement.json"] = text = canonical(statement)
    last = entries[-1] if entries else None
    if isinstance(last, dict) and isinstance(last.get("facts"), dict) and "sha256" in last["facts"]:
        last["facts"]["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    lines = [canonical(entry) for entry in entries]
    files["entries.jsonl"] = "".join(line + "\n" for line in lines)
    frontier = tree.Frontier.from_hashes(first, start)
    statements = [i for i, e in enumerate(entries) if is_statement(e)]
    for index, line in enumerate(lines):
        frontier.push(tree.leaf(line.encode()))
        body = checkpoints.body(FUND, frontier.size, frontier.root())
        if "previous.txt" in files and statements[-2:-1] == [index]:
            files["previous.txt"] = body
    if lines:
        files["checkpoint.txt"] = body
    return files


def is_statement(entry: Any) -> bool:
    return isinstance(entry, dict) and entry.get("kind") == "statement"


def hostile(number: int, chance: random.Random) -> dict[str, str]:
    """A bundle of the vectors, changed in one to three places; sealed again two times in three."""
    files = {"shown.json": "[]", **BUNDLES[number]}
    entries = [json.loads(line) for line in files["entries.jsonl"].splitlines()]
    statement = json.loads(files["statement.json"])
    raw = chance.randrange(3) == 0
    for _each in range(chance.choice((1, 1, 1, 2, 3))):
        match chance.randrange(6):
            case 0 | 1:
                statement = spoil(statement, chance)
            case 2:
                entries[-1]["facts"] = spoil(entries[-1]["facts"], chance)
            case 3:
                of_statements = [e for e in entries if is_statement(e)] or entries
                entry = chance.choice(of_statements)
                entry["facts"] = spoil(entry["facts"], chance)
            case 4:
                at = chance.randrange(len(entries))
                entries[at] = spoil(entries[at], chance)
                if not all(isinstance(e, dict) and "facts" in e for e in entries):
                    break
            case _:
                name = chance.choice(("frontier.json", "shown.json"))
                files[name] = json.dumps(spoil(json.loads(files[name]), chance))
    if raw:
        lines = "".join(canonical(entry) + "\n" for entry in entries)
        return {**files, "entries.jsonl": lines, "statement.json": canonical(statement)}
    again = sealed_again(number, entries, statement)
    return {**again, "frontier.json": files["frontier.json"], "shown.json": files["shown.json"]}


def far_away() -> dict[str, str]:
    """A bundle that says to begin at an entry that no fund can have, with the roots for it."""
    first = 2**32 - 1
    entries = [json.loads(line) for line in BUNDLES[1]["entries.jsonl"].splitlines()]
    for no, entry in enumerate(entries, first):
        entry["no"] = no
        entry["facts"].pop("of", None)
        entry["postings"] = []
    statement = {**json.loads(BUNDLES[1]["statement.json"]), "first": first}
    roots = json.dumps([f"{n:064x}" for n in range(32)])
    return sealed({**BUNDLES[1], "frontier.json": roots}, first, entries, statement)


def changed(number: int, files: Mapping[str, str]) -> bool:
    """Whether anything but the texts beside the lines is another than what was published."""
    names = ("entries.jsonl", "statement.json", "frontier.json")
    return any(files[name] != BUNDLES[number][name] for name in names)
