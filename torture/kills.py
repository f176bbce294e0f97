"""The program killed with SIGKILL: at random moments, and at each call that writes or locks."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
import traceback
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count, islice
from pathlib import Path

from lovefund.actions.bulk import Gift, donate_many
from lovefund.actions.publish import publish
from lovefund.actions.receive import donate
from lovefund.actions.workspace import Workspace
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from torture.campaign import Outcome, Run
from torture.parallel import each
from torture.school import School, new_school
from torture.toothless import without

LIVES_A_BOOK = 40
CHECKED_EACH = 8
SECONDS_MAX = 0.06
ROWS = 12


@dataclass(frozen=True)
class Task:
    """One thing to book; ``name`` makes it unlike any other."""

    kind: str
    name: str
    month: int
    fen: int

    def do(self, ws: Workspace, published: Path) -> None:
        """Book it through the library."""
        if self.kind == "statement":
            publish(ws, parse_period(f"2026-{self.month:02d}"), published, languages=())
            return
        on = date(2026, self.month, 1 + self.fen % 28)
        if self.kind == "gift":
            donor = Donor("张三丰（虚构）")
            donate(ws, on, self.fen, "bank", "staff", donor, request=self.name)
            return
        gifts = [
            Gift(n, on, self.fen + n, "bank", "staff", Donor(f"李四{n}（虚构）"), "general")
            for n in range(ROWS)
        ]
        donate_many(ws, self.name, gifts, "book")

    @property
    def entries(self) -> int:
        """How many entries it makes."""
        return ROWS if self.kind == "file" else 1


def _tasks(chance: random.Random) -> Iterator[Task]:
    """Gifts, files of gifts and, month after month, statements."""
    month = 1
    for _number in count():
        kind = chance.choices(("gift", "file", "statement"), (80, 12, 8))[0]
        kind = "gift" if kind == "statement" and month > 11 else kind
        name = hashlib.sha256(chance.randbytes(8)).hexdigest()[:12]
        if kind == "statement":
            name = f"2026-{month:02d}"
        yield Task(kind, name, month, chance.randrange(100, 90_000))
        month += kind == "statement"


@dataclass
class Tally:
    """What came of some points: entries acknowledged, tasks booked unheard, and harm."""

    points: int = 0
    acknowledged: int = 0
    unheard: int = 0
    harm: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.points += other.points
        self.acknowledged += other.acknowledged
        self.unheard += other.unheard
        self.harm += other.harm


def lives(template: School, folder: Path, seed: str, points: int, guard: str = "") -> Tally:
    """Kill the writers of one book one after the other, and look at the book after each.

    The task that was cut off is the next writer's first, under the same request.
    """
    chance = random.Random(seed)
    school = template.copied(folder)
    source = _tasks(chance)
    waiting: deque[Task] = deque()
    seen: dict[str, list[int]] = {}
    tally = Tally()
    for point in range(1, points + 1):
        waiting.extend(islice(source, 8 - len(waiting)))
        heard, fault = _life(school, list(waiting), chance.uniform(0, SECONDS_MAX), guard)
        harm = [fault] if fault else []
        tally.points += 1
        try:
            booked = _booked(school)
        except Exception as error:
            tally.harm.append(f"{seed}, point {point}: the books do not open: {error!r}")
            return tally
        for _n in range(heard):
            task = waiting.popleft()
            tally.acknowledged += task.entries
            seen.setdefault(task.name, booked.get(task.name, []))
            if len(seen[task.name]) != task.entries:
                harm.append(f"acknowledged, and not there: {task}")
        for task in tuple(waiting):
            found = booked.get(task.name, [])
            if not found:
                continue
            tally.unheard += task.name not in seen
            seen.setdefault(task.name, found)
            if len(found) != task.entries:
                harm.append(f"{len(found)} of {task.entries} entries of {task}")
            if task.kind == "statement":
                waiting.remove(task)  # a treasurer who sees it published does not do it again
        harm += [f"{name} moved" for name, numbers in seen.items() if booked.get(name) != numbers]
        harm += school.wrong(thoroughly=point % CHECKED_EACH == 0 or point == points)
        if harm:
            tally.harm += [f"{seed}, point {point}: {h}" for h in harm[:3]]
            return tally
    return tally


def _booked(school: School) -> dict[str, list[int]]:
    """The entries of each task, by its name."""
    with school.at_work() as ws, ws.reading() as books:
        found: dict[str, list[int]] = {}
        for row in books.entry_rows():
            # A row of a file has the file's hash at the end of its request.
            found.setdefault(row.request.rpartition(".")[2], []).append(row.no)
        for statement in books.statements():
            found.setdefault(str(statement["period_from"])[:7], []).append(statement["entry_no"])
    return found


def _life(school: School, tasks: list[Task], seconds: float, guard: str) -> tuple[int, str]:
    """A process that does the tasks until it is killed; how many it acknowledged, and its fault."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            with school.at_work() as ws, without(guard if guard != "told after" else ""):
                os.write(writer, b"^")
                for task in tasks:
                    if guard == "told after":
                        os.write(writer, b".")
                    task.do(ws, school.published)
                    if guard != "told after":
                        os.write(writer, b".")
            os.write(writer, b"$")
            signal.pause()
        except BaseException:
            os.write(writer, b"!" + traceback.format_exc().encode())
        finally:
            os._exit(1)
    os.close(writer)
    os.read(reader, 1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as pipe:
        told, _mark, fault = pipe.read().partition(b"!")
    return told.count(b"."), fault.decode()


def random_moments(run: Run, folder: Path, points: int, guard: str = "") -> Tally:
    """That many kills at random moments, on as many books as they need."""
    template = new_school(folder / "template")
    tally = Tally()
    work = [
        (template, folder / f"book-{n}", f"{run.seed}/kills/{n}", min(LIVES_A_BOOK, left), guard)
        for n, left in enumerate(range(points, 0, -LIVES_A_BOOK))
    ]
    for done in each("kills", lives, work):
        tally.add(done)
    return tally


def run(run: Run) -> Iterator[Outcome]:
    """Every kind of kill, and each once more with a guard taken away."""
    folder = run.place("kills")
    for guard, points in (
        ("", run.times(200, 10_000)),
        ("one transaction", 80),
        ("told after", 80),
    ):
        tally = random_moments(run, folder / (guard or "whole"), points, guard)
        yield Outcome(
            "kill -9 at a random moment" + (f", without: {guard}" if guard else ""),
            tally.points,
            len(tally.harm),
            f"{tally.acknowledged:,} entries acknowledged, {tally.unheard} booked and not heard",
            teeth=bool(guard),
        )
