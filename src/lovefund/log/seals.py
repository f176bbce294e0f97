"""Commitments to what is not in a line (spec-log section 2)."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

SLOTS = ("shown", "holder", "file")
_PREFIX = {slot: f"lovefund/sealed/v1\n{slot}\n".encode() for slot in SLOTS}
#: Full-width forms as ASCII, and every kind of dot as one.
_PLAIN = str.maketrans(
    {0xFF01 + i: 0x21 + i for i in range(94)}
    | dict.fromkeys(map(ord, "\u2022\u2027\u22c5\u30fb\uff65"), 0x00B7)
)
_LOWER = str.maketrans({i: i + 32 for i in range(65, 91)})
_SPACES = re.compile("[\u0020\u00a0\u3000]+")


def commitment(slot: str, nonce: bytes, text: str) -> str:
    """The commitment to a slot's text under a nonce of 12 fresh random bytes."""
    if slot not in SLOTS or len(nonce) != 12:
        raise ValueError("a slot has a name of its own and a nonce of 12 bytes")
    return sha256(_PREFIX[slot] + nonce + text.encode()).hexdigest()


def normalise(text: str) -> str:
    """Typed text as it is sealed: NFC, plain ASCII, one kind of dot, single spaces, trimmed."""
    text = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return _SPACES.sub(" ", text).strip(" ")


def normalise_holder(name: str, phrase: str) -> str:
    """The ``holder`` text: name and phrase, A-Z as a-z."""
    return f"{normalise(name)}\n{normalise(phrase)}".translate(_LOWER)
