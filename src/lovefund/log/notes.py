"""Signed notes (C2SP signed-note): a checkpoint's body and the signatures under it.

A key is named by who signs: the fund by its origin, a witness by a name of his own. Its id is
the first 4 bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key). Type 1 signs the body; type 4 a
body and the time at which a witness saw it (C2SP tlog-cosignature; spec-log section 4).
"""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

FUND_KEY = 1
WITNESS_KEY = 4
#: Of a checkpoint with its signatures (spec-log section 4).
NOTE_BYTES_MAX = 1 << 16
#: The last second that calendars with years of four digits know.
TIME_MAX = 253_402_300_799


class VerifierKey(NamedTuple):
    """A public key of 32 bytes, whose it is and what it signs."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The 4 bytes by which a signature names this key."""
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        return verifier_key(self.name, self.kind, self.public)


class Signature(NamedTuple):
    """A signature line of a note: a name, and the key's id followed by what it signed."""

    name: str
    raw: bytes

    def __str__(self) -> str:
        return f"\u2014 {self.name} {base64.b64encode(self.raw).decode()}\n"


def public_key(seed: bytes) -> bytes:
    """The 32 bytes of the public key of a seed of 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """The 4 bytes by which a signature names its key."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def verifier_key(name: str, kind: int, public: bytes) -> str:
    """A public key as it is printed and typed: ``name+id+base64(type ‖ key)``."""
    data = base64.b64encode(bytes([kind]) + public).decode()
    return f"{name}+{key_id(name, kind, public).hex()}+{data}"


def read_key(typed: str) -> VerifierKey:
    """The key that was typed; ValueError where it is none, or is not whole."""
    name, number, data = typed.strip().split("+", 2)
    raw = base64.b64decode(data, validate=True)
    key = VerifierKey(name, raw[0] if raw else 0, raw[1:])
    if len(key.public) != 32 or key.id.hex() != number:
        raise ValueError("not a public key")
    return key


def signed_note(body: str, seed: bytes) -> str:
    """The note of a checkpoint body under the fund's own key; the same for the same body."""
    name = body.split("\n", 1)[0]
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public = key.public_key().public_bytes_raw()
    raw = key_id(name, FUND_KEY, public) + key.sign(body.encode())
    return f"{body}\n{Signature(name, raw)}"


def cosignature(body: str, name: str, seed: bytes, time: int) -> Signature:
    """A witness's signature of a checkpoint body at a time, in seconds since 1970 (UTC)."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public = key.public_key().public_bytes_raw()
    signed = key.sign(_cosigned(body, time))
    return Signature(name, key_id(name, WITNESS_KEY, public) + time.to_bytes(8, "big") + signed)


def _cosigned(body: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{body}".encode()


_LINE = re.compile("\u2014 ([^ +\n]+) ([A-Za-z0-9+/]+=*)")


def read_note(text: str) -> tuple[str, list[Signature]]:
    """Body and signatures of a note; ValueError where it is none, or has no signature."""
    body, blank, lines = text.partition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise ValueError("not a signed note")
    found = []
    for line in lines[:-1].split("\n"):
        parts = _LINE.fullmatch(line)
        if parts is None:
            raise ValueError("not a signature line")
        found.append(Signature(parts[1], base64.b64decode(parts[2], validate=True)))
    return body + "\n", found


def signed_at(body: str, signatures: list[Signature], key: VerifierKey) -> int | None:
    """The time at which a key signed (0 for one that signs no time), or None where it did not.

    Raises ValueError where a signature bears the key's name and id and is not its own.
    """
    for signature in signatures:
        if signature.name != key.name or signature.raw[:4] != key.id:
            continue
        time, message, signed = 0, body.encode(), signature.raw[4:]
        if key.kind == WITNESS_KEY:
            time, signed = int.from_bytes(signed[:8], "big"), signed[8:]
            message = _cosigned(body, time)
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signed, message)
        except InvalidSignature as error:
            raise ValueError("a wrong signature") from error
        if time > TIME_MAX:
            raise ValueError("a time of no calendar")
        return time
    return None
