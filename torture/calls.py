"""The program killed with SIGKILL at single calls, through the command line."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from torture import strace
from torture.campaign import Run
from torture.commands import OPENING, Command, aftermath
from torture.parallel import each
from torture.school import School, new_school
from torture.strace import Call
from torture.tally import Tally


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


@dataclass(frozen=True)
class Share:
    """A command, how many of its calls are struck, and which: those of a name, on a path."""

    command: Command
    points: int
    name: str = ""
    path: str = ""

    def has(self, call: Call) -> bool:
        """Whether the call is one of those."""
        return self.name in ("", call.name) and self.path in call.text


def at_calls(run: Run, folder: Path, shares: Sequence[Share], guard: str = "") -> Tally:
    """Commands killed at so many of their calls each, spread over all of them."""
    chance = run.chance(f"calls/{guard}")
    full = new_school(folder / "template")
    empty = School(folder / "empty")
    empty.folder.mkdir()
    work = []
    for share in shares:
        name, template = share.command.name, empty if share.command == OPENING else full
        there = points_of(template, folder / name, share.command)
        there = [point for point in there if share.has(point.call)]
        chosen = sorted(chance.sample(range(len(there)), min(share.points, len(there))))
        work += [(template, folder / f"{name}-{n}", there[n], guard) for n in chosen]
    tally = Tally()
    for done in each("kills at calls", killed, work):
        tally.add(done)
    return tally
