"""Signed notes (C2SP signed-note): a checkpoint's body and the signatures under it.

A key is named by the origin it signs for; its id is the first 4 bytes of
SHA-256(name ‖ 0x0A ‖ type ‖ public key). Type 1 signs the body (spec-log section 4).
"""

from __future__ import annotations

import base64
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FUND_KEY = 1


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


def signed_note(body: str, seed: bytes) -> str:
    """The note of a checkpoint body under the fund's own key; the same for the same body."""
    name = body.split("\n", 1)[0]
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public = key.public_key().public_bytes_raw()
    raw = key_id(name, FUND_KEY, public) + key.sign(body.encode())
    return f"{body}\n\u2014 {name} {base64.b64encode(raw).decode()}\n"
