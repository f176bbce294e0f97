"""Private texts in what is published: large random books, every face, every layer of every byte."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from canaries import School
from leaks import Leak, search
from lovefund.actions.publish import publish
from lovefund.core.days import parse_period
from planted_leaks import NAMES_ONLY, PLANTS, planted
from torture.campaign import Outcome, Run, progress
from torture.school import School as Place

PERIODS = ("2026-01", "2026-02", "2026-03", "2026-Q1")
PROCESSES = 2
#: What happens in a quarter; more of it only repeats itself.
STEPS = 240


@dataclass(frozen=True)
class Searched:
    """What came of one seed."""

    seed: str
    canaries: int
    files: int
    leaks: list[Leak]
    missed: list[str]


def _one(seed: str, folder: Path, plants: bool) -> Searched:
    """Fill books from a seed, publish a quarter, search it, and search it for planted leaks."""
    folder.mkdir()
    with Place(folder).at_work():
        school = School(folder, random.Random(seed))
        ws = school.play(date(2026, 1, 2), 88, STEPS)
        for period in PERIODS:
            publish(ws, parse_period(period), folder / "out")
        files = sum(path.is_file() for path in (folder / "out").rglob("*"))
        fields = school.canaries.fields
        leaks = search(folder / "out", fields)
        missed = list(_missed(folder, fields)) if plants else []
    return Searched(seed, len(fields), files, leaks, missed)


def _missed(folder: Path, fields: dict[str, str]) -> Iterator[str]:
    """The kinds of planted leaks that the search does not see."""
    word = next(c for c, field in fields.items() if field == "memo")
    name = next(c for c, field in fields.items() if field == "guardian")
    for kind in PLANTS:
        copy = folder / "copy"
        planted(kind, word + name, folder / "out", copy)
        found = {leak.canary for leak in search(copy, fields)}
        if not found >= ({name} if kind in NAMES_ONLY else {word, name}):
            yield kind
        shutil.rmtree(copy)


def run(run: Run) -> Iterator[Outcome]:
    """No private text is in any layer of what is published; planted ones are all seen."""
    chance, place = run.chance("leaks"), run.place("leaks")
    seeds = [f"leaks/{chance.randrange(10**9)}" for _ in range(run.times(2, 40))]
    started = time.monotonic()
    results: list[Searched] = []
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        pending = [
            pool.submit(_one, seed, place / str(number), number == 0)
            for number, seed in enumerate(seeds)
        ]
        for done in as_completed(pending):
            results.append(done.result())
            progress("leaks", len(results), len(seeds), started)
    bad = [(result.seed, leak) for result in results for leak in result.leaks]
    yield Outcome(
        "private texts searched for in every layer of every published file",
        sum(result.canaries for result in results),
        len(bad),
        f"{len(seeds)} seeds, {sum(result.files for result in results):,} files"
        + "".join(f"; {seed}: {leak}" for seed, leak in bad[:3]),
    )
    missed = [kind for result in results for kind in result.missed]
    yield Outcome(
        "leaks planted into a layer of a published file and not seen",
        len(PLANTS),
        len(missed),
        f"MISSED: {', '.join(missed)}" if missed else "",
    )
