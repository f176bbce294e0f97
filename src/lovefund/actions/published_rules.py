"""The rulebook beside a published statement, held to the line that adopted it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from lovefund.core.kinds import RULES_ADOPTED
from lovefund.store.reading import Books

#: The file that is posted on the wall, byte by byte as its adoption commits to it.
RULES = "rules.toml"


def rules_file(books: Books, no: int) -> dict[str, bytes]:
    """The text of the rulebook that entry ``no`` adopted; nothing where ``no`` is 0."""
    return {RULES: books.rulebooks()[no].encode()} if no else {}


def is_adopted(folder: Path) -> bool | None:
    """Whether the rulebook in a folder is one that its lines adopt.

    None where there is no rulebook, or where earlier lines than these could adopt it. The
    folder's lines are ones that ``verify.py`` accepts.
    """
    path = folder / RULES
    if not path.is_file():
        return None
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    marked = f'"kind":"{RULES_ADOPTED}"'.encode()
    with (folder / "entries.jsonl").open("rb") as lines:
        adopted = {json.loads(line)["facts"]["sha256"] for line in lines if marked in line}
    first = json.loads((folder / "statement.json").read_bytes())["first"]
    return True if digest in adopted else (False if first == 0 else None)
