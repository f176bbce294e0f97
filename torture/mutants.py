"""Small bugs planted into a copy of the program, one at a time: a named test must notice each."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from torture.campaign import Outcome, Run, progress

ROOT = Path(__file__).parent.parent
LIST = Path(__file__).with_name("mutants.toml")
#: What a test may need; large and never changed, so linked and not copied.
LINKED = ("docs", "examples")
COPIED = ("src", "statements", "tests", "torture", "tools")
FILES = ("schema.sql", "pyproject.toml", "README.md", "README.zh.md")
PYTEST_FAILED = 1
SECONDS_MAX = 300


@dataclass(frozen=True, slots=True)
class Mutant:
    """A bug: in ``file``, ``new`` in place of ``old``; ``test`` has to fail."""

    name: str
    file: str
    old: str
    new: str
    test: str

    def planted(self, text: str) -> str:
        """The text of the file with the bug; ValueError where the old text is not there once."""
        if text.count(self.old) != 1:
            raise ValueError(f"{self.name}: {self.file} has it {text.count(self.old)} times")
        return text.replace(self.old, self.new)


def mutants() -> list[Mutant]:
    """The list of ``mutants.toml``."""
    rows = tomllib.loads(LIST.read_text(encoding="utf-8"))["mutant"]
    return [Mutant(**row) for row in rows]


def copy_tree(place: Path) -> None:
    """A copy of the project in which bugs may be planted."""
    for name in LINKED:
        (place / name).symlink_to(ROOT / name)
    for name in COPIED:
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, place / name)


def passes(place: Path, tests: Sequence[str]) -> bool:
    """Whether all tests pass in the copy; RuntimeError where they could not be run."""
    paths = os.pathsep.join(str(place / name) for name in ("src", "tests", "."))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider",
         "-m", "not postgres", *tests],
        cwd=place,
        env={**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )  # fmt: skip
    if done.returncode not in (0, PYTEST_FAILED):
        raise RuntimeError(f"{' '.join(tests)} could not be run:\n{done.stdout}{done.stderr}")
    return done.returncode == 0


def noticed(place: Path, mutant: Mutant) -> bool:
    """Whether the named test fails with the bug in the copy; the copy is whole afterwards."""
    path = place / mutant.file
    sound = path.read_text(encoding="utf-8")
    path.write_text(mutant.planted(sound), encoding="utf-8")
    try:
        return not passes(place, [mutant.test])
    finally:
        path.write_text(sound, encoding="utf-8")


def run(run: Run) -> Iterator[Outcome]:
    """Every bug is noticed by its test, which passes without the bug."""
    place = run.place("mutants")
    copy_tree(place)
    chosen = mutants()
    if not run.full:
        chosen = run.chance("mutants").sample(chosen, 6)
    tests = sorted({mutant.test for mutant in chosen})
    sound = passes(place, tests)
    yield Outcome("named tests that fail without any bug", len(tests), 0 if sound else 1)
    started = time.monotonic()
    missed = []
    for count, mutant in enumerate(chosen, 1):
        if not noticed(place, mutant):
            missed.append(mutant.name)
        progress("mutants", count, len(chosen), started)
    yield Outcome(
        "bugs planted into the source and not noticed by their test",
        len(chosen),
        len(missed),
        f"MISSED: {', '.join(missed)}" if missed else f"of {len(mutants())} in the list",
    )
