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

from browser import Browser, browser
from lovefund.actions import case_papers, notices, officer_keys
from lovefund.actions.rules import print_rules
from lovefund.actions.workspace import Workspace
from lovefund.cli.main import run as run_program
from lovefund.language import set_language
from lovefund.store.engine import Database
from tools.walk import LANGUAGES, of_page, of_pdf

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


def main() -> int:
    sys.path.insert(0, str(ROOT / "examples"))
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as name,
        browser() as chrome,
        mock.patch.object(officer_keys, "SCRYPT_N", 2),
    ):
        stages = pictures(Path(name), chrome)
        for stage in stages.values():
            for language in LANGUAGES:
                for line in ("today", "cases", "officer list", f"case {stage.no}"):
                    print(stage.typed(line, language))
        print((stages["promised"].drawer).exists())
        for path in sorted(PICTURES.glob("*.png")):
            print(f"{path.relative_to(ROOT)}  {path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
