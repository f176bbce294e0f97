"""What every campaign is given and what it answers."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Outcome:
    """One line of the table: what was done how often, and how often it did harm.

    ``harmed`` counts what must never be: an acknowledged entry lost, half an entry, an answer
    changed unseen, a traceback. A line of ``teeth`` takes a guard away and must do harm.
    """

    what: str
    tried: int
    harmed: int
    note: str = ""
    teeth: bool = False

    @property
    def sound(self) -> bool:
        """Whether the line is as it must be: no harm, or harm where the guard was taken away."""
        return self.tried > 0 and (self.harmed > 0) == self.teeth


@dataclass(frozen=True)
class Run:
    """A run: its folder, its seed, and whether it does all or a sample."""

    folder: Path
    seed: int
    full: bool

    def times(self, sample: int, full: int) -> int:
        """How often to do a thing."""
        return full if self.full else sample

    def chance(self, name: str) -> random.Random:
        """The randomness of one campaign; the same for the same seed."""
        return random.Random(f"{self.seed}/{name}")

    def place(self, name: str) -> Path:
        """A fresh folder for one campaign."""
        path = self.folder / name
        path.mkdir(parents=True)
        return path


Campaign = Callable[[Run], Iterator[Outcome]]


def progress(name: str, done: int, total: int, since: float) -> None:
    """Tell whoever waits how far a campaign is, on one line of the error stream."""
    if sys.stderr.isatty() or done == total:
        seconds = time.monotonic() - since
        end = "\n" if done == total else "\r"
        print(f"  {name}: {done:,} of {total:,}, {seconds:.0f} s", end=end, file=sys.stderr)
