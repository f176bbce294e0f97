"""Operations on scratch books beside the model of ``lovefund selftest``, seed after seed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from lovefund.selftest.run import Result, simulate
from planted import PLANTED
from torture.campaign import Outcome, Run, progress

#: Operations of one seed: about two years of a school. Longer histories only repeat themselves.
OPERATIONS = 1_000
PROCESSES = 2
#: A disk in memory, where there is one: what outlives a power cut is another campaign's matter.
MEMORY = Path("/dev/shm")
#: So many operations must be enough to find a planted bug, over a few seeds.
TEETH_SEEDS = 20


def _one(seed: int, operations: int, place: Path | None) -> Result:
    return simulate(seed, operations=operations, place=place)


def _planted(name: str, seed: int, place: Path | None) -> int:
    """How many operations it took to find a planted bug; 0 where it was not found."""
    undo: list[tuple[object, str, object]] = []

    def plant(target: object, attribute: str, value: object) -> None:
        undo.append((target, attribute, getattr(target, attribute)))
        setattr(target, attribute, value)

    PLANTED[name](plant)
    taken = 0
    try:
        for offset in range(TEETH_SEEDS):
            result = simulate(seed + offset, operations=OPERATIONS, place=place, shrink=False)
            taken += result.operations
            if result.disagreement is not None:
                return taken
    finally:
        for target, attribute, value in reversed(undo):
            setattr(target, attribute, value)
    return 0


def run(run: Run) -> Iterator[Outcome]:
    """Books and model agree after every operation; planted bugs are found."""
    place = MEMORY if MEMORY.is_dir() else run.place("model")
    total = run.times(5_000, 1_000_000)
    chance = run.chance("model")
    seeds = [chance.randrange(10**9) for _ in range(0, total, OPERATIONS)]
    started = time.monotonic()
    results: list[Result] = []
    # Fresh processes, so that no planted bug of a teeth run is inherited.
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        pending = [pool.submit(_one, seed, OPERATIONS, place) for seed in seeds]
        for done in as_completed(pending):
            results.append(done.result())
            played = sum(r.operations for r in results)
            progress("model", played, total, started)
    seconds = max(time.monotonic() - started, 0.001)
    played = sum(r.operations for r in results)
    bad = [r for r in results if r.disagreement is not None]
    for result in bad:
        assert result.script is not None
        path = run.folder / f"selftest-{result.seed}.jsonl"
        path.write_text(result.script.text(), encoding="utf-8")
    booked, refused, broken = (
        sum(getattr(r, name) for r in results) for name in ("booked", "refused", "broken_off")
    )
    yield Outcome(
        "operations beside an independent model, each answer and all totals compared",
        played,
        len(bad),
        f"{len(seeds)} seeds; {booked:,} booked, {refused:,} refused, {broken:,} broken off; "
        f"{played / seconds:,.0f} a second on {PROCESSES} processes",
    )
    names = sorted(PLANTED)
    if not run.full:
        names = chance.sample(names, 4)
    first = chance.randrange(10**9)
    found: dict[str, int] = {}
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        tries = {name: pool.submit(_planted, name, first, place) for name in names}
        found = {name: attempt.result() for name, attempt in tries.items()}
    missed = sorted(name for name, taken in found.items() if not taken)
    yield Outcome(
        "bugs planted into the running program and not found by the model",
        len(names),
        len(missed),
        f"found after {max(found.values()):,} operations at most"
        + (f"; MISSED: {', '.join(missed)}" if missed else ""),
    )
