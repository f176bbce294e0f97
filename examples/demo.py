"""Runs the main job: a school's year from the first gift to the statement on the wall.

All people, schools and firms in the examples are fictional. The sums are those of a school
whose fund was reported on: in money 27,000.00 yuan raised, 18,000.00 paid, 9,000.00 left.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
OUT = HERE / "published"
#: What stays in the office: lists and packs that name people.
DRAWER = HERE / "office"
os.environ["LOVEFUND_HOME"] = str(OUT / "settings")
os.environ.pop("LOVEFUND_TODAY", None)  # the year has its own days
sys.path.insert(0, str(HERE))

import county  # noqa: E402
import school  # noqa: E402

from lovefund.errors import LovefundError  # noqa: E402
from lovefund.language import choose, set_language  # noqa: E402


def main() -> int:
    set_language(choose(None))
    for folder in (OUT, DRAWER):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    try:
        print("一所学校的一年（虚构数据）· A school's year (fictional)")
        for line in school.run(OUT, DRAWER):
            print("  " + line, flush=True)
        print("一个县的十二个基金（虚构数据）· A county's twelve funds (fictional)")
        for line in county.run(OUT, DRAWER):
            print("  " + line, flush=True)
    except LovefundError as error:
        print(f"{error.what()}\n{error.remedy()}", file=sys.stderr)
        return int(error.exit_code)
    print()
    print("请看 · Look at:")
    shown = [*OUT.glob("shiqiao/*/*.pdf"), *OUT.glob("*.pdf"), *DRAWER.glob("*")]
    for path in sorted(shown):
        print(f"  {path.relative_to(HERE.parent)}")
    print("首页是贴公示栏的一页：期初 + 收入 − 支出 = 期末，下面是钱在哪里；附页列出每一笔，")
    print("特批和回避也在其中。office 里的文件写有姓名，只留在办公室。再自己试试：")
    print("Page 1 is for the notice board: opening + income − outlay = closing, below it where")
    print("the money lies; the annex lists every entry, and what was set aside. What lies in")
    print("`office` names people and stays there. Then try the books yourself:")
    print("  export LOVEFUND_HOME=$PWD/examples/published/settings")
    print("  .venv/bin/lovefund --db examples/published/school.db cases --all")
    print("  (rules show, officer list, journal, why income 2026, check …)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
