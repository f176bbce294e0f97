"""Checkpoint bodies and their fingerprints (spec-log section 4)."""

from __future__ import annotations

import base64
from hashlib import sha256


def body(fund: str, size: int, root: bytes) -> str:
    """The three lines of a checkpoint; ValueError for size 0 or a root that is none."""
    if size < 1 or len(root) != 32:
        raise ValueError("a checkpoint has at least one entry and a root of 32 bytes")
    return f"lovefund/{fund}\n{size}\n{base64.b64encode(root).decode()}\n"


def parse_body(text: str) -> tuple[str, int, bytes]:
    """(fund, size, root) of a checkpoint body; ValueError where it is not one."""
    lines = text.split("\n\n")[0].rstrip("\n").split("\n")
    if len(lines) != 3 or not lines[0].startswith("lovefund/"):
        raise ValueError("not a checkpoint")
    fund, size, root = lines[0].removeprefix("lovefund/"), int(lines[1]), lines[2]
    decoded = base64.b64decode(root, validate=True)
    if body(fund, size, decoded) != "\n".join(lines) + "\n":
        raise ValueError("not a checkpoint")
    return fund, size, decoded


def fingerprint(checkpoint_body: str) -> str:
    """Thirty digits in groups of five, to be read aloud from the notice board."""
    digest = sha256(b"lovefund/fingerprint/v1\n" + checkpoint_body.encode()).digest()
    digits = f"{int.from_bytes(digest, 'big') % 10**30:030d}"
    return " ".join(digits[i : i + 5] for i in range(0, 30, 5))
