"""Makes the pictures and the page of docs/grant-walk.md from the worked example; all fictional.

    PYTHONPATH=src:tests:. python tools/grant_walk.py

The regulation, the notice on paper and on the phone, the sheet for signatures, and what the
treasurer sees at a terminal of 80 columns. It needs Chromium and pdftoppm.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from datetime import date
from pathlib import Path
from unittest import mock

from tools.walk import LANGUAGES, of_page, of_pdf

from browser import Browser, browser
from lovefund.actions import case_papers, notices, officer_keys
from lovefund.actions.rules import print_rules
from lovefund.actions.workspace import Workspace
from lovefund.cli.main import run as run_program
from lovefund.language import set_language
from lovefund.store.engine import Database

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
PAGE = ROOT / "docs" / "grant-walk.md"
#: The notice hangs; the money is promised and its sheet is printed; it was signed for.
HANGS, PROMISED, SIGNED = date(2026, 6, 10), date(2026, 6, 18), date(2026, 7, 1)


class Stage:
    """The worked school up to a day, with its books, its office and its terminal."""

    def __init__(self, folder: Path, day: date) -> None:
        import school
        import school_grants
        from school_office import Clock

        self.day, self.books, self.drawer = day, folder / "books", folder / "office"
        self._home = {"LOVEFUND_HOME": str(folder / "settings"), "LOVEFUND_TODAY": day.isoformat()}
        for made in (self.books, self.drawer):
            made.mkdir(parents=True)
        with mock.patch.dict(os.environ, {"LOVEFUND_HOME": self._home["LOVEFUND_HOME"]}):
            list(school.play(self.books, self.drawer, through=day))
        database = Database(str(self.books / "school.db"))
        self.ws = Workspace(database, "shiqiao", date_is_right=True, clock=Clock(day))
        with self.ws.reading() as books:
            wanted = school_grants.SUMMER.on("apply")
            self.no = next(e.no for e in books.entries(kinds=("grant-applied",)) if e.on == wanted)

    def here(self) -> contextlib.AbstractContextManager[object]:
        """With the settings of this school, on its day."""
        return mock.patch.dict(os.environ, self._home)

    def typed(self, line: str, language: str) -> str:
        """A command and what it answers at a terminal of 80 columns."""
        out, err = io.StringIO(), io.StringIO()
        words = ["--db", str(self.books / "school.db"), "--lang", language, *line.split()]
        with (
            self.here(),
            mock.patch.dict(os.environ, {"COLUMNS": "80"}),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            run_program(words)
        set_language("en")
        return f"$ lovefund {line}\n{out.getvalue()}{err.getvalue()}".rstrip()


def pictures(folder: Path, chrome: Browser) -> dict[str, Stage]:
    """Draw every picture; returns the school on the days that the page tells of."""
    hangs, promised = Stage(folder / "1", HANGS), Stage(folder / "2", PROMISED)
    for language in LANGUAGES:

        def path(step: str, language: str = language) -> Path:
            return PICTURES / f"{step}-{language}.png"

        with hangs.here():
            regulation = folder / f"rules-{language}.pdf"
            print_rules(hangs.ws, regulation, language)
            of_pdf(regulation, path("regulation"))
            files = notices.write_notice(hangs.ws, hangs.no, folder / "site", (language,))
            of_pdf(next(f for f in files if f.suffix == ".pdf"), path("notice"))
            page = chrome.page(width=360, language=LANGUAGES[language])
            page.open(next(f for f in files if f.suffix == ".html").as_uri())
            of_page(page, path("notice-phone"), "body", "body")
        with promised.here():
            sheet = folder / f"sheet-{language}.pdf"
            case_papers.signing_sheet(promised.ws, promised.no, sheet, language)
            of_pdf(sheet, path("signing-sheet"))
    return {"hangs": hangs, "promised": promised, "signed": Stage(folder / "3", SIGNED)}


TEXT = """# 一笔资助走一遍 · A grant's walk

图中的学校、人物、账号和数字均为虚构，由 `tools/grant_walk.py` 从示例账（`examples/`）做出。
The school, the people and the figures are fictional; `tools/grant_walk.py` makes this
page from the worked example in `examples/`. 每一步的命令见 [grants.md](grants.md)，被拒绝时怎么改见
[refusals.md](refusals.md)。

## 1. 办法贴在墙上

`lovefund rules print` 把本基金的管理办法印出来；程序就按这一份执行。

![管理办法：各条的句子、依据，以及拦截、提醒还是职责](pictures/regulation-zh.png)

## 2. 申请、核实、家访、评审

十七名学生一份申请；班主任核实，家访，委员会评审，会议纪要编号记在账里。

```
{case_hangs}
```

## 3. 公示

公示单只写案号和金额。程序按工作日算好期限；期满即撤下。上面的贴公告栏，下面的用手机看。

![公示单：公示期、依据、异议受理、案号和金额](pictures/notice-zh.png)
![手机上的公示：同样的内容](pictures/notice-phone-zh.png)

早上打开 `lovefund today`，今天该办什么：

```
{today_hangs}
```

## 4. 批准、告知、签收表

公示期满，主任批准（本人密钥签名），一名不批准，一名撤回；告知家庭以后，预留变成应付。
签收表和银行名单写有姓名，只在办公室用。

![签收表：案号、学生、监护人、金额、签名](pictures/signing-sheet-zh.png)

银行代发名单（`lovefund bank-list`，前三行）：

```
{bank}
```

## 5. 发放、签收、回访

出纳付款，和批准的不是同一个人；监护人签收；没来领的一户，到期收回。

```
{cases_signed}
```

# A grant's walk

## 1. The rules on the wall

`lovefund rules print` prints the fund's own rules; the program holds to this very file.

![The rules: each article, its source, what it does](pictures/regulation-en.png)

## 2. Application, verification, home visit, review

One application for seventeen pupils. The class teacher confirms it, the families are visited, the
committee reviews it, and the number of its minutes stands in the books.

```
{case_hangs_en}
```

## 3. The notice

It bears case codes and amounts alone. Its term is counted in working days, and it is taken down
when it ends. On paper for the board, and as a page for the phone:

![The notice: term, basis, where to object, cases and amounts](pictures/notice-en.png)
![The same on a phone](pictures/notice-phone-en.png)

What is due this morning, by `lovefund today`:

```
{today_hangs_en}
```

## 4. Decided, told, and the sheet to sign

After its term the chair approves with a key of his own; one is refused, one gives up. Once the
families are told, what was reserved is owed. The sheet for signatures and the bank's list name
people and stay in the office.

![The sheet for signatures](pictures/signing-sheet-en.png)

## 5. Paid, signed for, followed up

The cashier pays, who is not the one who decided; the guardians sign; what nobody fetched goes back.

```
{cases_signed_en}
```
"""


def page(stages: dict[str, Stage]) -> str:
    """The page, with what the program answers on those days."""
    hangs, promised, signed = stages["hangs"], stages["promised"], stages["signed"]
    path = promised.drawer / "list.csv"
    with promised.here():
        case_papers.bank_list(promised.ws, promised.no, path)
    said = {"bank": "\n".join(path.read_text("utf-8-sig").splitlines()[:4])}
    for language, end in (("zh", ""), ("en", "_en")):
        said[f"case_hangs{end}"] = hangs.typed(f"case {hangs.no}", language)
        said[f"today_hangs{end}"] = hangs.typed("today", language)
        said[f"cases_signed{end}"] = signed.typed("cases", language)
    return TEXT.format(**said)


def main() -> int:
    sys.path.insert(0, str(ROOT / "examples"))
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as name,
        browser() as chrome,
        mock.patch.object(officer_keys, "SCRYPT_N", 2),
    ):
        PAGE.write_text(page(pictures(Path(name), chrome)), "utf-8")
    for path in (PAGE, *sorted(PICTURES.glob("*.png"))):
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
