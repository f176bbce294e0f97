"""A witness's signature as an entry keeps it: public facts that anyone can check alone."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from lovefund.core.entries import Fact
from lovefund.log import notes
from lovefund.log.notes import Signature, VerifierKey

_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A witness's signature, at a time in seconds since 1970, of the statement of entry ``of``."""

    of: int
    key: VerifierKey
    time: int
    signed: bytes

    @property
    def at(self) -> datetime:
        """When the witness signed, in China's calendar."""
        return datetime.fromtimestamp(self.time, _CHINA)

    @property
    def signature(self) -> Signature:
        """Its line in a checkpoint."""
        raw = self.key.id + self.time.to_bytes(8, "big") + self.signed
        return Signature(self.key.name, raw)

    def fits(self, body: str) -> bool:
        """Whether it is the witness's signature of this checkpoint."""
        try:
            return notes.signed_at(body, [self.signature], self.key) == self.time
        except ValueError:
            return False


def facts(cosigned: Cosigned) -> dict[str, Fact]:
    """The public facts of the entry that takes a signature in."""
    return {
        "of": cosigned.of,
        "witness": cosigned.key.name,
        "key": cosigned.key.public.hex(),
        "time": cosigned.time,
        "sig": base64.urlsafe_b64encode(cosigned.signed).decode().rstrip("="),
    }


def from_facts(said: Mapping[str, Fact]) -> Cosigned:
    """The signature that an entry keeps; ValueError or LookupError where its facts are none."""
    key = VerifierKey(str(said["witness"]), notes.WITNESS_KEY, bytes.fromhex(str(said["key"])))
    signed = base64.urlsafe_b64decode(str(said["sig"]) + "==")
    time = int(str(said["time"]))
    if len(key.public) != 32 or len(signed) != 64 or not 0 <= time <= notes.TIME_MAX:
        raise ValueError("no signature of a witness")
    return Cosigned(int(str(said["of"])), key, time, signed)
