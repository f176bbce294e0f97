"""The program under strace: its calls on one folder listed, and one of them struck.

A call is named by what it is and by its number among the program's calls of that name, which
is the same in every run of the same command on the same books.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from torture.school import School

ROOT = Path(__file__).parent.parent
#: The calls that change a file or lock it.
CHANGES = (
    *("pwrite64", "write", "ftruncate", "fdatasync", "fsync", "rename", "renameat", "renameat2"),
    *("unlink", "unlinkat", "mkdir", "mkdirat", "flock", "fcntl"),
)
#: The calls that only look, open or map.
LOOKS = ("openat", "pread64", "read", "mmap", "newfstatat", "statx", "chmod", "fchmodat")
_BYTES = ("read", "pread64", "write", "pwrite64")
_CALL = re.compile(r"^(?P<pid>\d+) +(?P<name>\w+)\((?P<rest>.*)$")


@dataclass(frozen=True)
class Call:
    """The ``number``-th call of a name, and its arguments as strace shows them."""

    name: str
    number: int
    text: str


@dataclass(frozen=True)
class Struck:
    """What became of the program: its exit code (minus a signal), its words, and the blow."""

    code: int
    out: str
    err: str
    hit: str


def lacking() -> str:
    """Why strace cannot be used here; empty where it can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    tried = subprocess.run(
        ["strace", "-o", os.devnull, "true"], capture_output=True, text=True, check=False
    )
    return "" if tried.returncode == 0 else f"strace may not trace here: {tried.stderr.strip()}"


def calls(school: School, command: tuple[str, ...], names: tuple[str, ...]) -> list[Call]:
    """The calls that a command makes on the school's folder; the school is changed by it."""
    struck, lines = _run(school, command, names, ("--seccomp-bpf",))
    assert struck.code == 0, struck.err
    return [c for c in _listed(lines) if _concerns(c, school.folder)]


def strike(
    school: School, command: tuple[str, ...], call: Call, blow: str, guard: str = ""
) -> Struck:
    """Run a command with a blow at one call: ``signal=KILL`` or ``error=EIO``.

    A blow that ends with ``+`` falls on every later call of that name as well.
    """
    how, lasting = blow.removesuffix("+"), "+" if blow.endswith("+") else ""
    inject = f"inject={call.name}:{how}:when={call.number}{lasting}"
    # Quicker, but a signal sent with it does not arrive.
    quick = () if how.startswith("signal") else ("--seccomp-bpf",)
    struck, _lines = _run(school, command, (call.name,), ("-e", inject, *quick), guard)
    return struck


def _run(
    school: School,
    command: tuple[str, ...],
    names: tuple[str, ...],
    options: tuple[str, ...],
    guard: str = "",
) -> tuple[Struck, list[str]]:
    told = school.folder.with_name(school.folder.name + ".strace")
    trace = "trace=" + ",".join("?" + name for name in names)
    program = ("-m", "torture.toothless", guard) if guard else ("-m", "lovefund")
    done = subprocess.run(
        [
            *("strace", "-f", "-qq", "-y", "-s", "200", "-o", told, "-e", trace),
            *(*options, sys.executable, *program, *command),
        ],
        env=environment(school),
        cwd=school.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    lines = told.read_text(errors="replace").splitlines()
    told.unlink()
    hit = next((line for line in lines if "(INJECTED)" in line or "+++ killed by" in line), "")
    out, err = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    return Struck(done.returncode, out, err, hit), lines


def environment(school: School) -> dict[str, str]:
    """The environment of a run: the same calls each time, this tree's program."""
    return {
        **os.environ,
        **school.environment(),
        "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("src", "tests", ".")),
        "PYTHONSAFEPATH": "1",  # no module is looked for in the school's folder
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
    }


def _listed(lines: list[str]) -> list[Call]:
    """Every call of the first process, numbered by name."""
    found: list[Call] = []
    numbers: Counter[str] = Counter()
    first = ""
    for line in lines:
        match = _CALL.match(line)
        if match is None:
            continue
        first = first or match["pid"]
        if match["pid"] == first:
            numbers[match["name"]] += 1
            found.append(Call(match["name"], numbers[match["name"]], match["rest"]))
    return found


def _concerns(call: Call, folder: Path) -> bool:
    """Whether a call is on a file in the folder, and no mere question about a descriptor."""
    if call.name == "fcntl" and "F_SETLK" not in call.text:
        return False
    # What is read or written may name the folder as well: the descriptor's path counts.
    text = call.text.partition('"')[0] if call.name in _BYTES else call.text
    text = text.removeprefix(f"AT_FDCWD<{folder}>")
    return f"{folder}/" in text or f"{folder}>" in text
