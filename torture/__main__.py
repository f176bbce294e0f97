"""``./run torture``: harm the books in every way that we know, and count what was lost.

A sample of everything in some minutes; ``--full`` does all of it and takes hours. ``--write``
puts the table into docs/reliability.md. Exit code 1 when anything was lost, or when a guard
that was taken away was not missed.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import shutil
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from torture.campaign import Campaign, Outcome, Run

CAMPAIGNS: tuple[str, ...] = (
    "kills",
    "power",
    "io_errors",
    "damage",
    "server",
    "spending",
    "surroundings",
    "tampering",
    "leaks",
    "model",
    "mutants",
)
DOCUMENT = Path(__file__).parent.parent / "docs" / "reliability.md"
_BEGIN, _END = "<!-- table: begin -->\n", "<!-- table: end -->\n"


def campaign(name: str) -> Campaign:
    """The campaign of that name: the function ``run`` of its module."""
    found: Campaign = importlib.import_module(f"torture.{name}").run
    return found


def line(name: str, o: Outcome) -> str:
    """A line of the table in Markdown."""
    harm = f"{o.harmed:,}" + (" (guard taken away)" if o.teeth else "")
    return f"| {name} | {o.what} | {o.tried:,} | {harm} | {'yes' if o.sound else 'NO'} | {o.note} |"


def main() -> None:
    """Run the campaigns, print the table, and write it where asked to."""
    options = argparse.ArgumentParser(prog="./run torture", description=__doc__.split("\n\n")[0])
    options.add_argument("--full", action="store_true", help="everything, for hours")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", default="", help=f"some of: {', '.join(CAMPAIGNS)}")
    options.add_argument("--write", action="store_true", help="put the table into the document")
    given = options.parse_args()
    wanted = given.only.split(",") if given.only else list(CAMPAIGNS)
    unknown = [name for name in wanted if name not in CAMPAIGNS]
    if unknown:
        options.error(f"no campaign {', '.join(unknown)}; there are {', '.join(CAMPAIGNS)}")
    print(f"seed {given.seed}", file=sys.stderr)
    rows, sound = [], True
    folder = Path(tempfile.mkdtemp(prefix="lovefund-torture-"))
    for name in wanted:
        started = time.monotonic()
        print(f"{name} …", file=sys.stderr)
        for outcome in campaign(name)(Run(folder, given.seed, given.full)):
            rows.append(line(name, outcome))
            sound = sound and outcome.sound
            print("  " + rows[-1], file=sys.stderr)
        print(f"  {time.monotonic() - started:.0f} s", file=sys.stderr)
    command = "./run torture" + (" --full" if given.full else "")
    text = "\n".join(
        (
            f"`{command} --seed {given.seed}` on {os.cpu_count()} cores, Python "
            f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}.",
            "",
            "| Campaign | What was done | Times | Harm | As it must be | |",
            "|---|---|--:|--:|---|---|",
            *rows,
            "",
        )
    )
    print(text)
    if given.write:
        before, _begin, rest = DOCUMENT.read_text(encoding="utf-8").partition(_BEGIN)
        _old, _end, after = rest.partition(_END)
        DOCUMENT.write_text(before + _BEGIN + text + _END + after, encoding="utf-8")
    if sound:
        shutil.rmtree(folder)
    else:
        print(f"left for looking at: {folder}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
