"""The program killed with SIGKILL: at random moments, and at each call that writes or locks."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import sys
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
from torture import strace
from torture.campaign import Outcome, Run
from torture.commands import FILE, GIFT, OPENING, STATEMENT, Command, aftermath
from torture.parallel import each
from torture.school import Read, School, new_school
from torture.strace import Call
from torture.toothless import without

LIVES_A_BOOK = 40
CHECKED_EACH = 8
#: Before the moment of its death a writer has acknowledged so many tasks.
HEARD = (0, 0, 0, 1, 1, 2)
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


@dataclass(frozen=True)
class Point:
    """A command to be killed at one of its calls, and whether its answers are kept by then."""

    command: Command
    call: Call
    kept: bool


def points_of(template: School, folder: Path, command: Command) -> list[Point]:
    """Every call of a command that writes, syncs, renames, removes or locks."""
    school = template.copied(folder)
    command.prepare(school)
    calls = strace.calls(school, command.words(school), strace.CHANGES)
    rename = [
        n for n, c in enumerate(calls) if c.name.startswith("rename") and ".drafts/" in c.text
    ]
    return [Point(command, c, bool(rename) and n > rename[0]) for n, c in enumerate(calls)]


def killed(template: School, folder: Path, point: Point, guard: str = "") -> Tally:
    """Kill a command at a call, look at what is left, and do it again."""
    school = template.copied(folder)
    point.command.prepare(school)
    before = school.read() if school.database.exists() else None
    struck = strace.strike(school, point.command.words(school), point.call, "signal=KILL", guard)
    if not struck.hit:
        return Tally()
    harm = aftermath(school, point.command, before, kept=point.kept)
    if "Booked:" in struck.out and before is not None:
        added = len(school.read().leaves) - len(before.leaves)
        harm += ["acknowledged, and not there"] if added != point.command.entries else []
    where = f"{point.command.name}, {point.call.name} {point.call.number}"
    if not harm:
        shutil.rmtree(school.folder)
    return Tally(1, harm=[f"{where}: {h}" for h in harm])


def at_calls(run: Run, folder: Path, share: dict[Command, int], guard: str = "") -> Tally:
    """Commands killed at so many of their calls each, spread over all of them."""
    chance = run.chance(f"calls/{guard}")
    full = new_school(folder / "template")
    empty = School(folder / "empty")
    empty.folder.mkdir()
    work = []
    for command, points in share.items():
        template = empty if command == OPENING else full
        there = points_of(template, folder / command.name, command)
        chosen = sorted(chance.sample(range(len(there)), min(points, len(there))))
        work += [(template, folder / f"{command.name}-{n}", there[n], guard) for n in chosen]
    tally = Tally()
    for done in each("kills at calls", killed, work):
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
    shares: tuple[tuple[str, dict[Command, int]], ...] = (
        ("", {OPENING: 4, GIFT: 16, FILE: 14, STATEMENT: 6}),
        ("whole files", {STATEMENT: 12}),
        ("kept answers", {GIFT: 8}),
    )
    if run.full:
        shares = (("", {OPENING: 60, GIFT: 110, FILE: 90, STATEMENT: 40}), *shares[1:])
    for guard, share in shares:
        tally = at_calls(run, folder / f"calls {guard}", share, guard)
        yield Outcome(
            "kill -9 at a call that writes or locks" + (f", without: {guard}" if guard else ""),
            tally.points,
            len(tally.harm),
            ", ".join(f"{command.name} {points}" for command, points in share.items()),
            teeth=bool(guard),
        )
        tell(tally, guard)


def tell(tally: Tally, guard: str) -> None:
    """Say what harm was done where none may be."""
    for harm in tally.harm[: 0 if guard else 20]:
        print(f"    {harm}", file=sys.stderr)
