"""Whether a statement's PDF prints the figures that it carries: the paper against its own data."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from html import unescape
from io import BytesIO

import pikepdf

_WORD = re.compile(
    r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>'
)
_NUMBER = re.compile(r"\u2212?\d[\d,]*(?:\.\d\d)?(?![\d.,])")
#: A figure is printed on the line of the place that links lead to, or on one just below, in points.
_ON_LINE, _BELOW = 8, 24
#: These stand behind their sign, as a step of the sum.
_STEPS = ("transfers", "prior-year")


@dataclass(frozen=True, slots=True)
class _Word:
    left: float
    top: float
    text: str


def misprinted(pdf: bytes) -> list[str]:
    """Each figure whose place in the PDF does not print what the statement.json in it says.

    Empty for a PDF that carries no statement.json; one that carries it shows some figures.
    """
    with pikepdf.open(BytesIO(pdf)) as opened:
        if "statement.json" not in opened.attachments:
            return []
        data = json.loads(opened.attachments["statement.json"].get_file().read_bytes())
        values = {name: value for name, value, _terms in data.get("figures", ())}
        places = {name: place for name, place in _places(opened) if name in values}
    if values and not places:
        return ["no figure has a place in it"]
    words = _words(pdf)
    found = []
    for name, (page, left, top) in places.items():
        told, wanted = _number_at(words[page], left, top), values[name]
        printed = abs(wanted) if name in _STEPS else wanted
        if told != printed:
            found.append(f"{name}: printed {told}, carried {wanted}")
    return found


def _places(pdf: pikepdf.Pdf) -> list[tuple[str, tuple[int, float, float]]]:
    """The page, and the place on it from its upper left corner, that each name leads to."""
    pages = {page.objgen: n for n, page in enumerate(pdf.pages)}
    heights = [float(page.mediabox[3]) for page in pdf.pages]
    names = list(pdf.Root.Names.Dests.Names) if "/Names" in pdf.Root else []
    found = []
    for name, target in zip(names[::2], names[1::2], strict=True):
        page = pages[target[0].objgen]
        found.append((str(name), (page, float(target[2]), heights[page] - float(target[3]))))
    return found


def _words(pdf: bytes) -> list[list[_Word]]:
    """The words of each page, as another program reads them."""
    command = ["pdftotext", "-bbox", "-", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return [
        [
            _Word(float(left), float(top), unescape(text))
            for left, top, _right, _bottom, text in _WORD.findall(part)
        ]
        for part in done.stdout.decode().split("<page ")[1:]
    ]


def _number_at(words: list[_Word], left: float, top: float) -> int | None:
    """The first number at a place or right of it: fen, or a number of things."""
    for below in (_ON_LINE, _BELOW):
        near = [w for w in words if w.left > left - 1 and -3 < w.top - top < below]
        for word in sorted(near, key=lambda w: w.left):
            for number in _NUMBER.findall(word.text):
                digits = number.replace(",", "").replace(".", "").replace("\u2212", "-")
                return int(digits)
    return None
