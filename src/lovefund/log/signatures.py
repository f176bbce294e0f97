"""A decision's signature: Ed25519 over the entry's line without its own ``sig`` (spec-log 1)."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lovefund.log import lines, notes
from lovefund.log.lines import Line

SIG = "sig"


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """A key that signs decisions: its seed of 32 bytes, never printed."""

    seed: bytes

    @property
    def public(self) -> bytes:
        """The 32 bytes by which its signatures are checked."""
        return notes.public_key(self.seed)

    def sign(self, line: bytes) -> str:
        """The signature of a line, as the fact ``sig`` writes it: base64url without padding."""
        signed = Ed25519PrivateKey.from_private_bytes(self.seed).sign(line)
        return base64.urlsafe_b64encode(signed).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Carried:
    """A line that was signed elsewhere: its signature, whose it is, and the nonces of its seals."""

    line: bytes
    sig: str
    public: bytes
    nonces: tuple[bytes, ...]

    def sign(self, line: bytes) -> str:
        """The signature, of that very line; ValueError for another one."""
        if line != self.line:
            raise ValueError("another line was signed")
        return self.sig


def is_signed(line: Line, public: bytes) -> bool:
    """Whether a line carries the signature of this public key."""
    said = line.facts.get(SIG)
    if not isinstance(said, str) or len(said) != 86:
        return False
    try:
        signed = base64.b64decode(said + "==", altchars=b"-_", validate=True)
        Ed25519PublicKey.from_public_bytes(public).verify(signed, lines.without_fact(line, SIG))
    except (ValueError, InvalidSignature):
        return False
    return True
