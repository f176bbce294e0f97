"""What a case of bad input is: what is typed, and how it is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lovefund.errors import Exit


@dataclass(frozen=True)
class Case:
    """One bad input.

    ``kind`` is its number in the catalogue, ``what`` names it, ``line`` is the command (words,
    or one line), ``says`` a part of the English answer. ``files`` and ``env`` come along, large
    files as functions that make them;
    ``arrange`` changes the school's folder first and may clean up after a yield.
    """

    kind: int
    what: str
    line: str | tuple[str, ...]
    says: str = ""
    exit: Exit = Exit.INPUT
    code: str = "bad-input"
    files: Mapping[str, bytes | Callable[[], bytes]] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    stdin: bytes = b""
    arrange: Callable[[Path], Iterator[None]] | None = None

    def __str__(self) -> str:
        return f"{self.kind}-{self.what}"


def typed(
    line: tuple[str, ...],
    rows: Iterable[tuple[int, str, str, str]],
    exit: Exit = Exit.INPUT,
    code: str = "bad-input",
) -> list[Case]:
    """Cases of one command: (kind, what it is, what stands for ``{}``, a part of the answer)."""
    return [
        Case(kind, what, tuple(w.replace("{}", text) for w in line), says, exit, code)
        for kind, what, text, says in rows
    ]
