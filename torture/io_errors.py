"""The disk, the locks and the machine say no, once or from then on, at each call of a command."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lovefund.errors import Exit
from torture import strace
from torture.campaign import Outcome, Run
from torture.commands import (
    BALANCE,
    CHECK,
    FILE,
    GIFT,
    OPENING,
    STATEMENT,
    Command,
    aftermath,
)
from torture.parallel import each
from torture.school import School, new_school
from torture.strace import Call, Struck

#: The codes of a check that found something: it tells so on the standard output.
_FINDINGS = (Exit.UNSOUND, Exit.UNLIKE)
_ERROR = re.compile(r"^error\[", re.M)
#: What each call may answer; with ``+``, to every later call of its name as well.
ANSWERS = {
    "openat": ("EACCES", "EMFILE", "EIO", "ENOSPC"),
    "read": ("EIO",),
    "pread64": ("EIO",),
    "write": ("EIO", "ENOSPC", "EDQUOT"),
    "pwrite64": ("EIO", "ENOSPC", "EDQUOT", "EIO+", "ENOSPC+", "EDQUOT+"),
    "ftruncate": ("EIO", "EIO+"),
    "fdatasync": ("EIO", "ENOSPC", "EIO+", "EDQUOT+"),
    "fsync": ("EIO", "ENOSPC", "EIO+"),
    "rename": ("EACCES", "ENOSPC", "EIO+"),
    "unlink": ("EACCES", "EIO+"),
    "mkdir": ("EACCES", "ENOSPC"),
    "chmod": ("EPERM",),
    "flock": ("ENOLCK", "EIO"),
    "fcntl": ("ENOLCK", "EIO", "EACCES"),
    "mmap": ("ENOMEM",),
    "newfstatat": ("EIO", "EACCES"),
}
#: Lasting refusals of locks make SQLite wait for ten seconds, so they are a few.
LASTING_LOCKS = 4


@dataclass(frozen=True)
class Fault:
    """An answer to one call of a command."""

    command: Command
    call: Call
    answer: str
    kept: bool

    def __str__(self) -> str:
        return f"{self.command.name}, {self.call.name} {self.call.number} {self.answer}"


def faults_of(template: School, folder: Path, command: Command) -> list[Fault]:
    """Every answer to every call of a command on its folder."""
    school = template.copied(folder)
    command.prepare(school)
    calls = strace.calls(school, command.words(school), tuple(ANSWERS))
    rename = [n for n, c in enumerate(calls) if c.name == "rename" and ".drafts/" in c.text]
    return [
        Fault(command, call, answer, bool(rename) and n > rename[0])
        for n, call in enumerate(calls)
        for answer in ANSWERS[call.name]
    ]


def failed(template: School, folder: Path, fault: Fault, guard: str = "") -> tuple[int, list[str]]:
    """One fault: whether it struck, and the harm that it did."""
    school = template.copied(folder)
    fault.command.prepare(school)
    before = school.read() if school.database.exists() else None
    size = len(before.leaves) if before else 0
    blow = f"error={fault.answer}"
    struck = strace.strike(school, fault.command.words(school), fault.call, blow, guard)
    if not struck.hit:
        return 0, []
    harm = told_badly(struck)
    if struck.code in (Exit.DONE, Exit.UNSHOWN):
        booked = school.size() - size
        if booked != fault.command.entries:
            harm.append(f"exit {struck.code}, and {booked} entries are booked")
        harm += school.wrong(school.read())
    else:
        if school.size() != size and "lovefund resume" not in struck.err:
            harm.append(f"it is booked, and was told as: {struck.err.strip()}")
        harm += aftermath(school, fault.command, before, kept=fault.kept)
    if not harm:
        shutil.rmtree(school.folder)
    return 1, [f"{fault}: {h}" for h in harm]


def told_badly(struck: Struck) -> list[str]:
    """What is wrong with how an error was told: a trace, a fault, a code of no table."""
    found = []
    if "Traceback" in struck.err or "error[fault]" in struck.err:
        found.append(f"traceback or fault: {struck.err.strip()[-400:]}")
    if struck.code not in set(Exit) - {Exit.FAULT}:
        found.append(f"exit code {struck.code}")
    told = struck.out if struck.code in _FINDINGS else _ERROR.search(struck.err)
    if struck.code and not told:
        found.append(f"exit code {struck.code} without a sentence: {struck.err.strip()[:400]}")
    return found


def faults(
    run: Run, folder: Path, share: dict[Command, int], guard: str = ""
) -> tuple[int, list[str]]:
    """So many faults of each command, spread over all of them."""
    chance = run.chance(f"io_errors/{guard}")
    full = new_school(folder / "template")
    empty = School(folder / "empty")
    empty.folder.mkdir()
    work = []
    for command, wanted in share.items():
        template = empty if command == OPENING else full
        there = faults_of(template, folder / command.name, command)
        chosen = sorted(chance.sample(range(len(there)), min(wanted, len(there))))
        work += [(template, folder / f"{command.name}-{n}", there[n], guard) for n in chosen]
        if command == GIFT and not guard:
            locks = [f.call for f in there if f.call.name == "fcntl" and f.answer == "ENOLCK"]
            for n, call in enumerate(chance.sample(locks, LASTING_LOCKS if run.full else 1)):
                fault = Fault(command, call, "ENOLCK+", kept=False)
                work.append((template, folder / f"locks-{n}", fault, guard))
    tried, harm = 0, list[str]()
    for struck, found in each("faults", failed, work):
        tried += struck
        harm += found
    return tried, harm


def run(run: Run) -> Iterator[Outcome]:
    """Faults in sessions as they are, then with the sentences taken away."""
    lacking = strace.lacking()
    if lacking:
        yield Outcome("I/O errors", 0, 0, f"NOT DONE: {lacking}")
        return
    folder = run.place("io_errors")
    sample = {OPENING: 8, GIFT: 24, FILE: 14, STATEMENT: 6, BALANCE: 4, CHECK: 4}
    full = {OPENING: 90, GIFT: 220, FILE: 120, STATEMENT: 40, BALANCE: 30, CHECK: 30}
    for guard, share in (("", full if run.full else sample), ("sentences", {GIFT: 8})):
        tried, harm = faults(run, folder / (guard or "whole"), share, guard)
        yield Outcome(
            "an I/O error at a call" + (f", without: {guard}" if guard else ""),
            tried,
            len(harm),
            ", ".join(f"{command.name} {wanted}" for command, wanted in share.items()),
            teeth=bool(guard),
        )
        for text in () if guard else harm[:30]:
            print(f"    {text}", file=sys.stderr)
