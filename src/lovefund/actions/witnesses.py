"""Who cosigned a fund's statements, as the entries tell that took their signatures in."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lovefund.core.entries import Entry, Fact
from lovefund.log import notes
from lovefund.log.notes import Signature, VerifierKey
from lovefund.store.book import CHINA
from lovefund.store.reading import Books


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A witness's signature of the statement of entry ``of``, as entry ``no`` keeps it."""

    of: int
    key: VerifierKey
    time: int
    signed: bytes
    no: int = -1

    @property
    def at(self) -> datetime:
        """When the witness signed, in China's calendar."""
        return datetime.fromtimestamp(self.time, CHINA)

    @property
    def signature(self) -> Signature:
        """Its line in a checkpoint."""
        raw = self.key.id + self.time.to_bytes(8, "big") + self.signed
        return Signature(self.key.name, raw)


def facts(cosigned: Cosigned) -> dict[str, Fact]:
    """The public facts of the entry that takes a signature in."""
    return {
        "of": cosigned.of,
        "witness": cosigned.key.name,
        "key": cosigned.key.public.hex(),
        "time": cosigned.time,
        "sig": base64.urlsafe_b64encode(cosigned.signed).decode().rstrip("="),
    }


def cosignatures(books: Books, through: int | None = None) -> list[Cosigned]:
    """Every signature taken in, in order; with ``through`` none by a later entry than that."""
    return [_read(e) for e in books.entries(kinds=("cosigned",), no_to=through)]


def _read(entry: Entry) -> Cosigned:
    said: Mapping[str, Fact] = entry.facts
    public = bytes.fromhex(str(said["key"]))
    key = VerifierKey(str(said["witness"]), notes.WITNESS_KEY, public)
    signed = base64.urlsafe_b64decode(str(said["sig"]) + "==")
    return Cosigned(int(str(said["of"])), key, int(str(said["time"])), signed, entry.no)


def signature_lines(books: Books, statement: int) -> str:
    """The lines of those who cosigned the statement of an entry, in the order they came."""
    found = (_read(e) for e in books.naming(statement) if e.kind == "cosigned")
    return "".join(str(cosigned.signature) for cosigned in found)
