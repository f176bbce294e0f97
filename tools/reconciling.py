"""Writes docs/reconciling.md: what a reconciliation is, and a month that is reconciled.

``PYTHONPATH=src python tools/reconciling.py`` runs examples/bills.py and writes the page;
``--check`` only tells whether it is what the program says today, and exits 1 where it is not.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reconciling.md"
sys.path.insert(0, str(ROOT / "src"))


def example() -> ModuleType:
    """The script of the month, by its path: the tests have a package of the same name."""
    spec = importlib.util.spec_from_file_location("month", ROOT / "examples" / "bills.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HEAD = """# Reconciling · 对账

This page is made by `tools/reconciling.py`; its second half is what the program answers to
`examples/bills.py`. The school, its people and its bills are fictional.

A place of money is reconciled with its bill: the file that WeChat, Alipay or the bank gives. What
is the same is matched, what stands on one side only (未达账项) is listed with its age, and the
place is closed only when somebody has said of every such line why. Then both balances, each with
what the other side has more, are equal: that is law 9, and nothing of the difference is left
without a line.

## What is matched · 怎样相符

1. Equal amounts at most seven days apart, as many pairs as there can be. Equals are taken in
   order of days; where some are left over, those of one party go first, then the nearest. A
   correction or a void joins its entry first; an entry's moves in several restrictions are set
   off inside it.
2. A row's fee apart from the rest of it, where the row as a whole found nothing.
3. One line as the sum of several: all lines of a party or of a day, or up to six of them. Where
   another choice of as few lines would do with other amounts, nothing is guessed.
4. What was open at the reconciliation before finds its like however late that comes.

People match the rest with `--match e12+e13=r4`, which has to add up, and say of what stays open
why: `--explain r4=REASON`, at a terminal line by line, or in a table (`--table FILE`, CSV or
XLSX) that is written, filled in and read back. `e12` is entry 12, `r4` row 4 of the bill, `r4f`
its fee, `r17.4` a row that was open in the reconciliation of entry 17, `r0` what differed before
the first bill.

## The entry · 入账

`reconciled` moves no money. Its line holds the account, the first and the last day, what books
and bank hold on the last, the number of open lines, and the SHA-256 of the bill and of the
adjustment sheet; both files are kept beside the books. The sheet is canonical JSON with names and
reasons, and with random bytes, so that its public hash tells nothing to who guesses names. The
gate recomputes the balance of the day, and `check` does so again from the lines. `lovefund
adjustment NUMBER` prints the sheet as 余额调节表, PDF or XLSX.

| What the gate asks | Why |
|---|---|
| The balance is that of the books on the day. | Law 9. |
| Without an open line both balances are equal. | Law 9. |
| The bill begins where the last one ended, with its closing. | No gap, in days or money. |
| Another officer agrees (`reconciliation-agreed`). | 规范 art. 62. |
| Neither let money out of that place then; neither is a cashier. | Law 12; 会计法 art. 35. |
| Nobody pays later into days that he reconciled. | Law 12, the other way round. |

An entry that comes later with a day that was reconciled makes the balance another one. The
reconciliation was true when it was made, so `check` has nothing to say; `today` tells it, the
statement does not say "agrees" any more, and the same days are reconciled again.

## Cash, boxes, goods · 盘点

`count-cash` and `open-box` take notes and coins, `count-stock` takes goods, each before two
people, whose names are sealed. The pieces are in the line; a shortage or surplus is booked with
them. A box is one gift of nobody by name, with its receipt.

## What the statement says · 公示怎么说

Of each place of money on the last day: it agrees with the bank (entry), it differs by so much,
explained in so many lines (entry), it agrees with the cash counted, it was checked last on an
earlier day, or it was not reconciled. "Agrees" needs an entry of that very day that two officers
signed and that is still true; the phone page draws the same from the lines alone. Nobody can see
the bank itself.

## Accounts that money only passes through · 过渡账户

Wallets, what nobody has identified and what staff were advanced return to zero: `lovefund
clearing` tells since when they have not. `today` tells a wallet after thirty days, and by the
tenth of the next month every place that has a bill and was not reconciled (R37).

## A month · 一个月

The school, its people and its bills are fictional. What is different each time is left out (…).
"""


def written() -> str:
    """The page as the program says it today."""
    return "\n".join(_parts()) + "\n"


def _parts() -> Iterator[str]:
    yield HEAD.rstrip()
    with tempfile.TemporaryDirectory() as folder:
        for step, answers in example().transcript(Path(folder)):
            yield f"\n**{step.day}.** {step.what}\n\n```"
            for line, answer in answers:
                yield f"$ lovefund {line}"
                yield from [answer] if answer else ()
            yield "```"


def main() -> int:
    page = written()
    if "--check" in sys.argv:
        return int(PAGE.read_text("utf-8") != page)
    PAGE.write_text(page, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
