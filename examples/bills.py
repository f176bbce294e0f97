"""A school's month and its three bills: typed, read, and reconciled to the fen.

The school, its people and its bills are fictional; the files in ``examples/bills/`` are written as
WeChat, Alipay and a rural bank write theirs, traps included. ``python examples/bills.py`` prints
what a treasurer types and what the program answers.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lovefund.cli.main import run
from lovefund.language import language, set_language

BILLS = Path(__file__).parent / "bills"


class Step(NamedTuple):
    """A day on which commands are typed, and a sentence that says what happens."""

    day: str
    what: str
    lines: tuple[str, ...]


STEPS = (
    Step(
        "2026-04-01",
        "The fund opens with 5,000.00 yuan in the bank.",
        (
            "open shiqiao --name 石桥爱心基金 --school 石桥小学 --treasurer 王老师 "
            "--on 2026-04-01 --practice",
            "opening --balance 'bank general 5,000'",
        ),
    ),
    Step(
        "2026-04-30",
        "Two things the treasurer types, since paper tells more of them than a bill: five grants "
        "of one decision, and the box, opened before two witnesses and banked on the same day.",
        (
            "grants grants.csv --by bank --on 2026-04-08",
            "open-box BOX-1 --count 100x2,50x1,20x2,5x2,1x4,0.5x1 --witness 赵老师 "
            "--witness 钱老师 --on 2026-04-28",
            "move 300 --from cash --to bank --on 2026-04-28",
        ),
    ),
    Step(
        "2026-05-06",
        "In May the bills are there. Each is read, and its header audited; nothing is booked yet. "
        "The same parent gave the same amount twice on one day: two rows. WeChat keeps a fee when "
        "its wallet is emptied, and the same money comes in at the bank: one candidate.",
        ("import wechat.csv", "import alipay.csv", "import bank.csv", "inbox"),
    ),
    Step(
        "2026-05-06",
        "The five grants and the cash of the box are in the books already: set aside, with a word. "
        "The gifts and the moves are plain, and a second reading of a file adds nothing.",
        (
            *(f"inbox aside 3.{row} --because 'entry 2'" for row in range(7, 12)),
            "inbox aside 3.16 --because 'entry 4'",
            "inbox accept --all --kind gift",
            "inbox accept --all --kind moved",
            "import wechat.csv",
            "inbox",
        ),
    ),
    Step(
        "2026-05-06",
        "The wallets say what moved and not what is left: that is read from the telephone.",
        (
            "reconcile wechat wechat.csv --balance 0 --close",
            "reconcile alipay alipay.csv --balance 0 --close",
        ),
    ),
    Step(
        "2026-05-06",
        "The bank has two lines that nobody accepted. Closing is refused, with every line.",
        ("reconcile bank bank.csv --close",),
    ),
    Step(
        "2026-05-06",
        "They are accepted, and the bank agrees to the fen. Another officer signs all three.",
        (
            "inbox accept --all",
            "reconcile bank bank.csv --close",
            "--officer O2 agree 13",
            "--officer O2 agree 14",
            "--officer O2 agree 17",
            "show 17",
        ),
    ),
    Step(
        "2026-05-06",
        "The cash is counted. Nothing that only passes through is left; the statement says what of "
        "each place was checked.",
        (
            "count-cash --count 1x4,0.5x1 --witness 赵老师 --witness 钱老师 --on 2026-04-30",
            "clearing",
            "move 4.50 --from cash --to bank",
            "today",
            "check",
            "publish 2026-04 --out published",
            "adjustment 17 --out adjustment.pdf",
        ),
    ),
)

#: What is different each time: drawn at random, or a place of this machine.
_CHANGING = (
    (re.compile(r"receipt code [0-9A-Z-]{35}"), "receipt code …"),
    (re.compile(r"check digits [0-9]{8}"), "check digits …"),
    (re.compile(r"(The keys of this fund are in ).*"), r"\1…"),
)


def transcript(folder: Path) -> Iterator[tuple[Step, list[tuple[str, str]]]]:
    """Each step with its commands and their answers; random digits are left out."""
    for path in BILLS.iterdir():
        shutil.copy(path, folder)
    for step in STEPS:
        yield step, [(line, _answer(folder, line, step.day)) for line in step.lines]


def _answer(folder: Path, line: str, day: str) -> str:
    """What the program answers to one line, on a day."""
    settings = {"LOVEFUND_HOME": str(folder / "settings"), "LOVEFUND_TODAY": day}
    said, before, spoken = io.StringIO(), dict(os.environ), language()
    os.environ.update(settings, LOVEFUND_LANG="en")
    try:
        with (
            contextlib.chdir(folder),
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
        ):
            run(shlex.split(line))
    finally:
        os.environ.clear()
        os.environ.update(before)
        set_language(spoken)
    text = said.getvalue()
    for pattern, instead in _CHANGING:
        text = pattern.sub(instead, text)
    return "\n".join(row.rstrip() for row in text.splitlines())


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        for step, answers in transcript(Path(folder)):
            print(f"\n{step.day}  {step.what}")
            for line, answer in answers:
                print(f"$ lovefund {line}\n{answer}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
