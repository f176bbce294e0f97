"""Draws the life of a grant into docs/grants.md, from the table that the gate holds grants to.

``python tools/grants.py`` writes it between the marks; ``--check`` only tells whether it is there
as the code has it, and exits 1 where it is not.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "grants.md"
sys.path[:0] = [str(ROOT / "src")]

from lovefund.core import cases as c  # noqa: E402
from lovefund.core.kinds import KINDS  # noqa: E402

BEGIN, END = "<!-- drawn by tools/grants.py -->\n", "<!-- end -->\n"
PATHS = {c.USUAL: "一般 usual", c.SMALL: "小额 small", c.EMERGENCY: "应急 emergency"}


def drawing() -> str:
    """A row for each step: its verb, and on each path the steps that it waits for."""
    steps = list(dict.fromkeys(kind for path in c.PATHS for kind in c.WAITS[path]))
    rows = [
        "| 步骤 step | `lovefund` | " + " | ".join(PATHS.values()) + " |",
        "|---|---|---|---|---|",
    ]
    rows.append(f"| {KINDS[c.APPLIED].zh} {KINDS[c.APPLIED].en} | `apply` | – | – | – |")
    for kind in steps:
        waits = (c.WAITS[path].get(kind) for path in c.PATHS)
        cells = ("、".join(KINDS[w].zh for w in waited) if waited else "" for waited in waits)
        name = f"{KINDS[kind].zh} {KINDS[kind].en}"
        rows.append(f"| {name} | `{c.VERBS[kind]}` | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def page() -> str:
    """The page with today's drawing in it."""
    text = PAGE.read_text("utf-8")
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return before + BEGIN + drawing() + END + after


def main() -> int:
    wanted = page()
    if "--check" in sys.argv:
        return int(PAGE.read_text("utf-8") != wanted)
    PAGE.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
