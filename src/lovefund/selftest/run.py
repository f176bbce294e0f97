"""The self-test: operations on scratch books beside the model, until they disagree."""

from __future__ import annotations

import contextlib
import os
import random
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from lovefund.language import _
from lovefund.selftest.compare import head, published, state, whole
from lovefund.selftest.draw import MAIN, OTHER, Draw
from lovefund.selftest.model.changes import Op
from lovefund.selftest.model.funds import Numbers
from lovefund.selftest.model.laws import No, Plan
from lovefund.selftest.model.verbs import World
from lovefund.selftest.play import Answer, Player
from lovefund.selftest.script import Script
from lovefund.selftest.shrink import shrunk
from lovefund.store.engine import Database
from lovefund.store.reading import Books
from lovefund.store.scratch import BrokenOff, ScratchDatabase

#: After so many operations everything is checked from the lines.
WHOLE_EVERY = 400
#: How long a failing script is made shorter.
SHRINK_SECONDS_MAX = 90.0


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where books and model part: the operation and what differs."""

    op: Op
    found: tuple[str, ...]

    @property
    def kind(self) -> str:
        """What differs without its numbers, to know the same fault again in a shorter script."""
        return re.sub(r"[0-9-]+", "#", self.found[0])[:60]


@dataclass(frozen=True, slots=True)
class Result:
    """What a self-test came to; ``script`` is the shortest that still shows the disagreement."""

    seed: int
    operations: int
    booked: int
    refused: int
    broken_off: int
    checks: int
    seconds: float
    disagreement: Disagreement | None = None
    script: Script | None = None


class Pair:
    """The books and the model, side by side."""

    def __init__(self, database: Database, folder: Path, funds: dict[str, date]) -> None:
        self.database = database
        self.world = World(funds)
        self.player = Player(database, folder)
        self.operations = self.booked = self.refused = self.broken_off = self.checks = 0
        for fund, on in funds.items():
            self.player.open(fund, on)

    def step(self, op: Op) -> list[str]:
        """Do one operation on both; everything in which they then differ."""
        self.operations += 1
        touched = {op["fund"], op.get("to", op["fund"])} & self.world.funds.keys()
        if op["verb"] == "reopen":
            if isinstance(self.database, ScratchDatabase):
                self.database.reopen()
            return self._states(touched)
        plans, why = self._asked(op)
        try:
            with self._breaking_off(op):
                answer = self.player.play(op)
        except BrokenOff:
            self.broken_off += 1
            return self._states(touched)
        except Exception as error:
            return [
                _("the books fail with {kind}: {error}").format(
                    kind=type(error).__name__, error=error
                )
            ]
        if answer.refused:
            self.refused += 1
            if plans is not None:
                return [
                    _("the books refuse ({code}) what the accounting allows").format(
                        code=answer.refused
                    )
                ]
            return self._states(touched, unmoved=True)
        if plans is None:
            return [_("the books allow what the accounting forbids: {why}").format(why=why)]
        self.booked += 1
        found = [] if op.get("dry") else self._agreed(op, plans, answer)
        return found + self._states(touched)

    def _asked(self, op: Op) -> tuple[list[Plan] | None, str]:
        try:
            return self.world.plans(op), ""
        except No as no:
            return None, str(no)

    def _breaking_off(self, op: Op) -> contextlib.AbstractContextManager[None]:
        if "crash" in op and isinstance(self.database, ScratchDatabase):
            return self.database.breaking_off(op["crash"])
        return contextlib.nullcontext()

    def _agreed(self, op: Op, plans: list[Plan], answer: Answer) -> list[str]:
        if not plans and answer.statement is None:
            again = all(posted.repeated for posted in answer.posted)
            return [] if again else [_("a request is booked twice")]
        wanted = self.world.apply(op, plans)
        if answer.statement is not None:
            return list(published(answer.statement, self.world.funds[op["fund"]]))
        got = [Numbers(p.no, p.voucher, p.receipt) for p in answer.posted]
        return (
            []
            if got == wanted
            else [
                _("numbers: the books say {books}, the model {model}").format(
                    books=got, model=wanted
                )
            ]
        )

    def _states(self, funds: Iterable[str], *, unmoved: bool = False) -> list[str]:
        """What differs now; after a refusal the head tells whether all is as it was."""
        look = head if unmoved else state
        found: list[str] = []
        with self.database.reading() as connection:
            for name in sorted(funds):
                found += look(Books(connection, name), self.world.funds[name])
        return found

    def whole(self) -> list[str]:
        """Everything of every fund, from its lines, and the statements of two periods."""
        self.checks += 1
        found: list[str] = []
        with self.database.reading() as connection:
            for name, fund in self.world.funds.items():
                books = Books(connection, name)
                last = max(fund.last_at, fund.opened_on)
                month = last.replace(day=1)
                year = fund.opened_on - timedelta(days=31)
                found += [f"{name}: {f}" for f in whole(books, fund, [(month, last), (year, last)])]
        return found


@contextlib.contextmanager
def scratch(funds: dict[str, date], place: Path | None = None) -> Iterator[Pair]:
    """New books and a new model in a folder that is gone afterwards, the keys with it."""
    before = os.environ.get("LOVEFUND_KEYS")
    with tempfile.TemporaryDirectory(prefix="lovefund-selftest-", dir=place) as name:
        os.environ["LOVEFUND_KEYS"] = str(Path(name) / "keys")
        database = ScratchDatabase(Path(name))
        try:
            yield Pair(database, Path(name), funds)
        finally:
            database.close()
            if before is None:
                del os.environ["LOVEFUND_KEYS"]
            else:
                os.environ["LOVEFUND_KEYS"] = before


def simulate(
    seed: int,
    years: int = 1,
    operations: int | None = None,
    place: Path | None = None,
    progress: Callable[[int, date], None] = lambda _done, _today: None,
    shrink: bool = True,
) -> Result:
    """Play years of two school funds from a seed; ``operations`` ends it earlier or later."""
    started = time.monotonic()
    chance = random.Random(f"selftest/{seed}")
    opened_on = date(2026, chance.randrange(1, 13), 1)
    end = opened_on.replace(year=opened_on.year + years)
    draw = Draw(chance, opened_on)
    funds = {MAIN: opened_on, OTHER: opened_on}
    ops: list[Op] = []
    bad: Disagreement | None = None
    with scratch(funds, place) as pair:
        for done in count(1):
            op = draw.next(pair.world)
            ops.append(op)
            found = pair.step(op)
            last = draw.today >= end if operations is None else done >= operations
            if not found and (last or done % WHOLE_EVERY == 0):
                found = pair.whole()
                progress(done, draw.today)
            if found:
                bad = Disagreement(op, tuple(found))
            if bad or last:
                break
        result = _result(seed, pair, started, bad)
    if bad is None:
        return result
    script = Script(funds, tuple(ops), seed)
    if shrink:
        needed = frozenset(op for _fund, op in pair.player.numbers)
        script = shortest(script, bad, needed, place)
    return replace(result, script=script, seconds=time.monotonic() - started)


def _result(seed: int, pair: Pair, started: float, bad: Disagreement | None) -> Result:
    return Result(
        seed,
        pair.operations,
        pair.booked,
        pair.refused,
        pair.broken_off,
        pair.checks,
        time.monotonic() - started,
        bad,
    )


def replay(script: Script, place: Path | None = None) -> Result:
    """Play a script; it ends at the first disagreement."""
    started = time.monotonic()
    with scratch(script.funds, place) as pair:
        bad: Disagreement | None = None
        for op in script.ops:
            found = pair.step(op)
            if found:
                bad = Disagreement(op, tuple(found))
                break
        else:
            found = pair.whole()
            if found:
                bad = Disagreement(script.ops[-1] if script.ops else {}, tuple(found))
        result = _result(script.seed, pair, started, bad)
    return replace(result, script=script) if bad else result


def shortest(
    script: Script, bad: Disagreement, needed: frozenset[str], place: Path | None = None
) -> Script:
    """The script without the operations that the disagreement does not need."""

    def still_fails(ops: tuple[Op, ...]) -> bool:
        again = replay(script.with_ops(ops), place).disagreement
        return again is not None and again.kind == bad.kind

    # What was refused or broken off changed nothing, if all is well; so try without it first.
    booked = tuple(op for op in script.ops if op["id"] in needed or op is script.ops[-1])
    ops = booked if still_fails(booked) else script.ops
    return script.with_ops(shrunk(ops, still_fails, SHRINK_SECONDS_MAX))
