"""The Merkle tree of RFC 9162 over a fund's lines, and the frontier it grows from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()


def leaf(line: bytes) -> bytes:
    """The leaf hash of a line, without its line feed."""
    return sha256(b"\x00" + line).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of the perfect subtrees over the first ``size`` leaves, largest first."""

    __slots__ = ("_hashes", "last", "size")

    def __init__(self) -> None:
        self.size = 0
        self._hashes: list[bytes] = []
        #: The leaf that was appended last, or empty.
        self.last = b""

    @staticmethod
    def from_hashes(size: int, hashes: Sequence[bytes]) -> Frontier:
        """A frontier to go on from; ValueError where the count does not fit the size."""
        if size < 0 or len(hashes) != size.bit_count() or any(len(h) != 32 for h in hashes):
            raise ValueError("this frontier does not belong to this size")
        frontier = Frontier()
        frontier.size = size
        frontier._hashes = list(hashes)
        return frontier

    def copy(self) -> Frontier:
        """Another frontier to go on from, at the same place."""
        other = Frontier.from_hashes(self.size, self._hashes)
        other.last = self.last
        return other

    def push(self, leaf_hash: bytes) -> None:
        """Append one leaf: a logarithm of hashes at most."""
        merged, size = leaf_hash, self.size
        self.last = leaf_hash
        while size & 1:
            merged = node(self._hashes.pop(), merged)
            size >>= 1
        self._hashes.append(merged)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._hashes:
            return EMPTY_ROOT
        merged = self._hashes[-1]
        for left in reversed(self._hashes[:-1]):
            merged = node(left, merged)
        return merged

    def hashes(self) -> tuple[bytes, ...]:
        """The subtree roots, largest first."""
        return tuple(self._hashes)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaves in order."""
    frontier = Frontier()
    for hashed in leaves:
        frontier.push(hashed)
    return frontier.root()


def check_digits(leaf_hash: bytes) -> str:
    """Eight digits that find slips of reading; they prove nothing (spec-log section 3)."""
    return f"{int.from_bytes(leaf_hash[:8], 'big') % 10**8:08d}"
