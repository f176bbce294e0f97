"""Receipt codes: 30 characters that find an entry and open its holder's commitment."""

from __future__ import annotations

import re
from hashlib import sha256

from lovefund.errors import BadInput
from lovefund.language import _

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
NO_MAX = (1 << 24) - 1
_WIDE = str.maketrans({0xFF01 + i: 0x21 + i for i in range(94)})
_NOISE = re.compile("[\\s\u3000\u00a0\\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]+")


def _check(fund: str, body: bytes) -> int:
    digest = sha256(b"lovefund/receipt/v1\n" + fund.encode() + b"\n" + body).digest()
    return int.from_bytes(digest[:3], "big") >> 2


def encode(fund: str, no: int, nonce: bytes) -> str:
    """The code of a holder of entry ``no``; ValueError beyond 16,777,215 or a wrong nonce."""
    if not 0 <= no <= NO_MAX or len(nonce) != 12:
        raise ValueError("a receipt code holds a number of 24 bits and a nonce of 12 bytes")
    body = bytes([0x10]) + no.to_bytes(3, "big") + nonce
    bits = int.from_bytes(body, "big") << 22 | _check(fund, body)
    text = "".join([_PAIRS[bits >> shift & 1023] for shift in range(140, -1, -10)])
    return "-".join([text[i : i + 5] for i in range(0, 30, 5)])


def decode(fund: str, typed: str) -> tuple[int, bytes]:
    """The entry number and nonce of a typed code; BadInput says what is wrong with it."""
    text = _NOISE.sub("", typed.translate(_WIDE)).upper()
    text = text.replace("O", "0").replace("I", "1").replace("L", "1")
    mend = _("look at the receipt again: six groups of five, without the letters I, L, O and U")
    if len(text) != 30:
        raise BadInput(
            "code",
            typed,
            _("it has {count} characters, a receipt code has 30").format(count=len(text)),
            mend,
        )
    bits = 0
    for character in text:
        if character not in ALPHABET:
            raise BadInput(
                "code",
                typed,
                _("the character {character} does not occur in receipt codes").format(
                    character=character
                ),
                mend,
            )
        bits = bits << 5 | ALPHABET.index(character)
    body = (bits >> 22).to_bytes(16, "big")
    if body[0] != 0x10:
        raise BadInput("code", typed, _("this is not a receipt code of version 1"), mend)
    if bits & 0x3FFFFF != _check(fund, body):
        raise BadInput(
            "code",
            typed,
            _("the check at its end does not fit: mistyped, or of another fund"),
            mend,
        )
    return int.from_bytes(body[1:4], "big"), body[4:]
