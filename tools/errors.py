"""Writes docs/errors.md from the reproductions of every error.

``python tools/errors.py`` writes the page; ``--check`` only tells whether it is what the program
answers today, and exits 1 where it is not.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "errors.md"
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

from errors.reproductions import GROUPS, Reproduction, led_up, opened  # noqa: E402
from errors.school import PAST, School  # noqa: E402

#: Of books that are made anew each time.
_FINGERPRINT = re.compile(r"[0-9]{5}(?: [0-9]{5}){5}")

HEAD = """# Errors · 出错信息

Every error is told in four lines: `error[code]` and where it happened; what happened, with the
numbers; the rule that says so, where there is one; how to mend it. In all of them but `not-shown`
and `files-missing` nothing was booked. The number behind each code is the exit code
([exit-codes.md](exit-codes.md)).

每条出错信息有四行：`错误[代码]` 和出处；发生了什么（带数字）；依据哪条规定（如有）；怎么办。
除 `not-shown` 和 `files-missing` 外，都没有记账。代码后面的数字是退出码
（[exit-codes.md](exit-codes.md)）。

This page is made by `tools/errors.py` from the commands themselves, in this school
(people in it are fictional, the day is 2026-10-20):

"""


def _pages(template: School, folder: Path) -> Iterator[str]:
    yield HEAD
    yield "```\n" + "".join(f"$ lovefund {line}\n" for line in PAST) + "```\n"
    for (english, chinese), group in GROUPS.items():
        yield f"\n## {english} · {chinese}\n"
        for reproduction in group:
            yield from _section(template, folder, reproduction)


def _section(template: School, folder: Path, r: Reproduction) -> Iterator[str]:
    yield f"\n### `{r.code}` ({int(r.exit)})\n\n{r.en}\n\n{r.zh}\n\n```\n"
    for line in r.before:
        yield f"$ lovefund {line.split(' ', 1)[1] if line[0] == '@' else line}\n"
    yield f"({r.line})\n" if r.draft else f"$ lovefund {r.line}\n"
    for language in ("en", "zh"):
        school = led_up(template, folder / f"{r.code}-{language}", r)
        answer = r.answer(school, language)
        told = [x for x in answer.err.splitlines() if x.startswith(("error[", "错误[", "  "))]
        text = "\n".join(told).replace(f"{school.folder}/", "")
        yield _FINGERPRINT.sub("12345 …", text) + "\n"
    yield "```\n"


def written() -> str:
    """The page as the program answers today."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return "".join(_pages(opened(folder / "school"), folder))


def main() -> int:
    page = written()
    if "--check" in sys.argv:
        right = PAGE.exists() and PAGE.read_text("utf-8") == page
        print("docs/errors.md is right" if right else "docs/errors.md differs: run tools/errors.py")
        return 0 if right else 1
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
