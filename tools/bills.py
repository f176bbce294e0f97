"""Lists the formats of bills in docs/bills.md, from the data that they are read by.

``python tools/bills.py`` writes it between the marks; ``--check`` only tells whether it is there
as the data has it, and exits 1 where it is not.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "bills.md"
sys.path[:0] = [str(ROOT / "src")]

from lovefund.imports.forms import CHANNELS, Form, Known, shipped  # noqa: E402

BEGIN, END = "<!-- listed by tools/bills.py -->\n", "<!-- end -->\n"
KNOWN = {
    Known.SEEN: "见过真实文件 seen",
    Known.SAMPLE: "别的程序的样例 sample",
    Known.MEMORY: "凭记忆 memory",
}


def listing() -> str:
    """A row for each layout of each format, and where each format is known from."""
    forms = sorted(shipped(), key=lambda form: (CHANNELS.index(form.channel), form.id))
    rows = [
        "| 格式 format | `--as` | 文件 files | 版式 layout | 来源 known from |",
        "|---|---|---|---|---|",
    ]
    for form in forms:
        for number, layout in enumerate(form.layouts):
            whose = (
                [f"{form.zh} {form.en}", f"`{form.id}`", form.files] if number == 0 else [""] * 3
            )
            rows.append(f"| {' | '.join([*whose, layout.name, KNOWN[layout.known]])} |")
    sources = [f"- `{form.id}` {form.source_zh} {form.source_en}{_audited(form)}" for form in forms]
    return "\n".join([*rows, "", *sources]) + "\n"


def _audited(form: Form) -> str:
    """That a wrong total is a warning alone, and why."""
    return f" {form.lenient_zh}{form.lenient_en}" if form.lenient_en else ""


def page() -> str:
    """The page with today's list in it."""
    text = PAGE.read_text("utf-8")
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return before + BEGIN + listing() + END + after


def main() -> int:
    wanted = page()
    if "--check" in sys.argv:
        return int(PAGE.read_text("utf-8") != wanted)
    PAGE.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
