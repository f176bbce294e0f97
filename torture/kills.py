"""The program killed with SIGKILL: at random moments here, at single calls in ``calls``."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count, islice
from pathlib import Path

from lovefund.actions.bulk import Gift, donate_many
from lovefund.actions.publish import publish
from lovefund.actions.receive import donate
from lovefund.actions.workspace import Workspace
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from torture import strace
from torture.calls import Share, at_calls
from torture.campaign import Outcome, Run
from torture.commands import ACCEPTING, FILE, GIFT, OPENING, STATEMENT
from torture.parallel import each
from torture.school import Read, School, new_school
from torture.tally import Tally
from torture.toothless import without

LIVES_A_BOOK = 40
CHECKED_EACH = 8
#: Before the moment of its death a writer has acknowledged so many tasks.
HEARD = (0, 0, 0, 1)
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
        on = date(2026, self.month, 1 + self.fen % 19)
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
    pace = 0.02
    for point in range(1, points + 1):
        waiting.extend(islice(source, 8 - len(waiting)))
        life = _life(school, list(waiting), chance, pace, guard)
        pace = life.pace or pace
        harm = [life.fault] if life.fault else []
        tally.points += 1
        try:
            read = school.read()
        except Exception as error:
            tally.harm.append(f"{seed}, point {point}: the books do not open: {error!r}")
            return tally
        booked = _by_task(read)
        for _n in range(life.heard):
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
        harm += school.wrong(read, thoroughly=point % CHECKED_EACH == 0 or point == points)
        if harm:
            tally.harm += [f"{seed}, point {point}: {h}" for h in harm[:3]]
            return tally
    return tally


def _by_task(read: Read) -> dict[str, list[int]]:
    """The entries of each task, by its name."""
    found: dict[str, list[int]] = {}
    for request, no in read.entries.items():
        # A row of a file has the file's hash at the end of its request.
        found.setdefault(request.rpartition(".")[2], []).append(no)
    for statement in read.statements:
        found.setdefault(statement["period_from"][:7], []).append(statement["entry_no"])
    return found


@dataclass(frozen=True)
class _Life:
    """What a writer said: tasks acknowledged, seconds each took, and its fault."""

    heard: int
    pace: float
    fault: str


def _life(
    school: School, tasks: list[Task], chance: random.Random, pace: float, guard: str
) -> _Life:
    """A process that does the tasks until it is killed, in the midst of one of the first."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            _work(school, tasks, writer, guard)
        finally:
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader, "rb", buffering=0) as pipe:
        said = pipe.read(1)
        since = time.monotonic()
        wanted = chance.choice(HEARD)
        while said.count(b".") < wanted and (byte := pipe.read(1)):
            said += byte
        taken = (time.monotonic() - since) / wanted if wanted else 0.0
        time.sleep(chance.uniform(0, 1.5 * pace))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while rest := pipe.read(1 << 16):
            said += rest
    told, _mark, fault = said.partition(b"!")
    return _Life(told.count(b"."), taken, fault.decode())


def _work(school: School, tasks: list[Task], writer: int, guard: str) -> None:
    """Do the tasks, and say each one's end into the pipe."""
    try:
        with school.at_work() as ws, without("" if guard == "told after" else guard):
            os.write(writer, b"^")
            for task in tasks:
                if guard == "told after":
                    os.write(writer, b".")
                task.do(ws, school.published)
                if guard != "told after":
                    os.write(writer, b".")
        signal.pause()
    except BaseException:
        os.write(writer, b"!" + traceback.format_exc().encode())


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
        tally = random_moments(run, folder / f"random {guard}", points, guard)
        yield Outcome(
            "kill -9 at a random moment" + (f", without: {guard}" if guard else ""),
            tally.points,
            len(tally.harm),
            f"{tally.acknowledged:,} entries acknowledged, {tally.unheard} booked and not heard",
            teeth=bool(guard),
        )
        tell(tally, guard)
    lacking = strace.lacking()
    if lacking:
        yield Outcome("kill -9 at each call", 0, 0, f"NOT DONE: {lacking}")
        return
    sample = (
        *(Share(OPENING, 4), Share(GIFT, 16), Share(FILE, 14), Share(STATEMENT, 6)),
        Share(ACCEPTING, 8),
    )
    full = (
        *(Share(OPENING, 60), Share(GIFT, 110), Share(FILE, 90), Share(STATEMENT, 40)),
        Share(ACCEPTING, 60),
    )
    for guard, shares in (
        ("", full if run.full else sample),
        ("whole files", (Share(STATEMENT, 4, "write", "published/"),)),
        ("kept answers", (Share(GIFT, 6, "pwrite64", "fund.db-wal>"),)),
    ):
        tally = at_calls(run, folder / f"calls {guard}", shares, guard)
        yield Outcome(
            "kill -9 at a call that writes or locks" + (f", without: {guard}" if guard else ""),
            tally.points,
            len(tally.harm),
            ", ".join(f"{share.command.name} {share.points}" for share in shares),
            teeth=bool(guard),
        )
        tell(tally, guard)


def tell(tally: Tally, guard: str) -> None:
    """Say what harm was done where none may be."""
    for harm in tally.harm[: 0 if guard else 20]:
        print(f"    {harm}", file=sys.stderr)
