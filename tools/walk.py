"""Makes the pictures of docs/donors-walk.md from the worked example; all people are fictional.

    PYTHONPATH=src:tests:. python tools/walk.py

A receipt, the notice board, the phone page, and what the page answers to the receipt's code. It
needs Chromium and pdftoppm, and takes some minutes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from base64 import b64decode
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from browser import Browser, Page, browser
from lovefund.actions.page import PAGE
from lovefund.actions.prints import receipt_views
from lovefund.core.tracing import trace
from lovefund.publishing.receipt import Receipt, receipts_pdf
from lovefund.store.engine import Database
from lovefund.store.reading import Books

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "walk"
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
STEPS = ("receipt", "notice-board", "phone-page", "found")
#: The widest that a picture may be, and its colours: a page on the screen, quick to load.
WIDTH, COLOURS = 760, 24


@dataclass(frozen=True, slots=True)
class Example:
    """The worked school, published, and the gift that the walk follows."""

    statement: Path
    receipt: Receipt


def worked(folder: Path) -> Example:
    """The year of the worked school; the gift is one that is partly used and partly waits."""
    os.environ["LOVEFUND_HOME"] = str(folder / "settings")
    sys.path.insert(0, str(ROOT / "examples"))
    import school

    for line in school.run(folder):
        print(line, flush=True)
    (statement,) = (folder / "shiqiao").glob("0002-*")
    with Database(str(folder / "school.db")).reading() as connection:
        return Example(statement, _gift(Books(connection, "shiqiao")))


def _gift(books: Books) -> Receipt:
    """The last gift of money from which a grant was paid, and of which something waits."""
    found = trace(books.chart, books.entries())
    no = max(
        lot.no
        for lot in found.lots.values()
        if lot.gift and lot.used and lot.waiting_fen and found.entries[lot.no].kind == "donation"
    )
    entry = found.entries[no]
    (receipt,) = receipt_views(books, [(str(entry.facts["receipt"]), entry)])
    return receipt


# -- pictures -----------------------------------------------------------------------------------


def small(picture: Image.Image, path: Path) -> None:
    """A picture with few colours and no more pixels than a page shows."""
    if picture.width > WIDTH:
        height = round(picture.height * WIDTH / picture.width)
        picture = picture.resize((WIDTH, height), Image.Resampling.LANCZOS)
    few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, "PNG", optimize=True)


def of_pdf(pdf: Path, path: Path) -> None:
    """The first page of a PDF."""
    command = ["pdftoppm", "-r", "150", "-f", "1", "-l", "1", "-png", str(pdf)]
    done = subprocess.run(command, check=True, capture_output=True)
    small(Image.open(BytesIO(done.stdout)), path)


def of_page(page: Page, path: Path, first: str, last: str) -> None:
    """What stands on a phone from one part of the page to another, by their selectors."""
    top, bottom = page.run(
        f"[{json.dumps(first)}, {json.dumps(last)}].map((part) =>"
        "document.querySelector(part).getBoundingClientRect()).map((box, i) =>"
        "scrollY + [box.top, box.bottom][i])"
    )
    clip = {"x": 0, "y": top, "width": 360, "height": bottom - top, "scale": 1}
    shot = page.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
    small(Image.open(BytesIO(b64decode(shot["data"]))), path)


def found(chrome: Browser, example: Example, language: str) -> Page:
    """The phone page after the receipt's code was typed and found."""
    page = chrome.page(width=360, language=LANGUAGES[language])
    page.open((example.statement / PAGE).as_uri())
    page.run("new Promise((r) => setTimeout(r, 2000))")
    typed: dict[str, Any] = {"code": example.receipt.code, "name": example.receipt.donor}
    for field, text in typed.items():
        page.run(f"document.getElementById('{field}').value = {json.dumps(text)}")
    page.run("document.getElementById('find-form').requestSubmit()")
    return page


def main() -> int:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, browser() as chrome:
        example = worked(Path(name))
        for language in LANGUAGES:
            paths = {step: PICTURES / f"{step}-{language}.png" for step in STEPS}
            receipt = Path(name) / f"walk-{language}.pdf"
            receipt.write_bytes(receipts_pdf([example.receipt], language))
            of_pdf(receipt, paths["receipt"])
            of_pdf(example.statement / f"statement-{language}.pdf", paths["notice-board"])
            page = found(chrome, example, language)
            of_page(page, paths["phone-page"], "header", "#result")
            of_page(page, paths["found"], "#find", "#find")
            for path in paths.values():
                print(f"{path.relative_to(ROOT)}  {path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
