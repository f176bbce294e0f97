"""Runs whole programs and measures them: seconds of wall time, megabytes at their largest."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sample:
    """The median of some runs in seconds, the largest process in MB, and the last output.

    ``cpu_seconds`` is the work that it did, which other work on the machine hardly changes.
    """

    seconds: float
    megabytes: float
    output: str = ""
    cpu_seconds: float = 0


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table: ours beside another's, and the ratio that is aimed at, if any."""

    what: str
    size: str
    ours: str
    beside: str
    theirs: str
    ratio: float
    target: float | None = None

    @property
    def met(self) -> str:
        """Whether the target is reached, in a word."""
        return "" if self.target is None else "yes" if self.ratio <= self.target else "no"


def environment(folder: Path) -> dict[str, str]:
    """Keys and settings of their own, English, the working copy first on the path."""
    return {
        **os.environ,
        "LOVEFUND_HOME": str(folder / "home"),
        "LOVEFUND_LANG": "en",
        "PYTHONPATH": os.pathsep.join(["src", "tests", "."]),
    }


def worked(sample: Sample) -> Sample:
    """The same by the seconds of the processor, not of the clock on the wall."""
    return replace(sample, seconds=sample.cpu_seconds)


def python(*arguments: str) -> list[str]:
    """A command of the Python that runs this."""
    return [sys.executable, *arguments]


def program(*arguments: str) -> list[str]:
    """A command of the program, as its users start it."""
    return [str(Path(sys.executable).with_name("lovefund")), *arguments]


def lovefund(books: Path | str, *arguments: str) -> list[str]:
    """A command of the program, on these books."""
    return program("--db", str(books), *arguments)


def run(command: Sequence[str], env: Mapping[str, str]) -> Sample:
    """Run a command once; RuntimeError with its words where it fails.

    The size is that of the largest process: ``wait4`` counts the command and what it waited for.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        process = subprocess.Popen(list(command), env=dict(env), stdout=out, stderr=err)
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)}\n{err.read().decode(errors='replace')}")
        return Sample(
            seconds,
            usage.ru_maxrss / 1024,
            out.read().decode(errors="replace"),
            usage.ru_utime + usage.ru_stime,
        )


def median(samples: Sequence[Sample]) -> Sample:
    """The median of the seconds and the largest size."""
    return Sample(
        statistics.median(s.seconds for s in samples),
        max(s.megabytes for s in samples),
        samples[-1].output,
        statistics.median(s.cpu_seconds for s in samples),
    )


def paired(commands: Sequence[Sequence[str]], env: Mapping[str, str], runs: int) -> list[Sample]:
    """Run several commands in turn, ``runs`` times, so that noise falls on all alike."""
    rounds = [[run(command, env) for command in commands] for _round in range(runs)]
    return [median([each[i] for each in rounds]) for i in range(len(commands))]


def seconds(value: float) -> str:
    """A time as the table shows it."""
    return (
        f"{value * 1000:.0f} ms"
        if value < 1
        else f"{value:.2f} s"
        if value < 10
        else f"{value:.0f} s"
    )


def bytes_said(value: int) -> str:
    """A size as the table shows it."""
    return f"{value / 1024:.0f} KB" if value < 1024 * 1024 else f"{value / 1024 / 1024:.1f} MB"


def compare(
    what: str, size: str, ours: Sample, beside: str, theirs: Sample, target: float | None = None
) -> Result:
    """A line that compares times; the sizes stand beside them."""
    return Result(
        what,
        size,
        f"{seconds(ours.seconds)}, {ours.megabytes:.0f} MB",
        beside,
        f"{seconds(theirs.seconds)}, {theirs.megabytes:.0f} MB",
        ours.seconds / theirs.seconds,
        target,
    )


def compare_size(
    what: str, size: str, ours: Sample, beside: str, theirs: Sample, target: float | None
) -> Result:
    """A line that compares memory."""
    return Result(
        what,
        size,
        f"{ours.megabytes:.0f} MB",
        beside,
        f"{theirs.megabytes:.0f} MB",
        ours.megabytes / theirs.megabytes,
        target,
    )
