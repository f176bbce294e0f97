"""The pages around published statements: one of all funds, and one of each fund."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from lovefund.language import said
from lovefund.publishing.plots import closings_svg, flows_svg
from lovefund.publishing.resources import texts
from lovefund.publishing.templates import fill_web
from lovefund.publishing.web import policy, web_file

#: The names of a page in each language: a folder opens in Chinese.
INDEX = {"zh": "index.html", "en": "index.en.html"}
_FIRST = ("statement.html", "statement-zh.pdf", "statement-en.pdf")
_LABELS = {"statement.html": "page", "statement-zh.pdf": "pdf_zh", "statement-en.pdf": "pdf_en"}


@dataclass(frozen=True, slots=True)
class Shelf:
    """A published statement and its files; ``folder`` is empty where they lie elsewhere.

    ``other_fen`` is what else moved net assets: between funds, and of earlier years.
    """

    number: int
    label_zh: str
    label_en: str
    day_from: date
    day_to: date
    opening_fen: int
    income_fen: int
    outlay_fen: int
    other_fen: int
    closing_fen: int
    fingerprint: str
    folder: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hanging:
    """A notice that hangs today: its entry, its term, and its page in each language."""

    no: int
    begins: str
    ends: str
    pages: dict[str, str]


@dataclass(frozen=True, slots=True)
class FundShelf:
    """A fund with its statements, in the order of their numbers."""

    fund: str
    fund_name: str
    school_name: str
    practice: bool
    statements: tuple[Shelf, ...]
    notices: tuple[Hanging, ...] = ()


def site_pages(funds: Sequence[FundShelf]) -> dict[str, bytes]:
    """The pages by their path in the published folder; the same statements give the same bytes."""
    found: dict[str, bytes] = {}
    for language, name in INDEX.items():
        found[name] = _page("index.html", language, funds, "")
        for fund in funds:
            found[f"{fund.fund}/{name}"] = _page("fund.html", language, [fund], "../")
    return found


def _page(template: str, language: str, funds: Sequence[FundShelf], up: str) -> bytes:
    words, style = texts(language)["site"], web_file("site.css")
    other = "en" if language == "zh" else "zh"
    html = fill_web(
        template,
        language,
        t=words,
        css=style,
        policy=policy(style),
        funds=funds,
        issuer=funds[0] if len(funds) == 1 else None,
        here=INDEX[language],
        other=INDEX[other],
        other_lang=other,
        up=up,
        label=lambda s: s.label_zh if language == "zh" else s.label_en,
        links=lambda fund, s: _links(fund, s, words, up),
        plots=lambda fund: _plots(fund, words, language),
    )
    return html.encode()


def _links(fund: FundShelf, shelf: Shelf, words: dict[str, str], up: str) -> list[tuple[str, str]]:
    """(address, label) of a statement's files, what people read first."""
    place = f"{shelf.folder}/" if up else f"{fund.fund}/{shelf.folder}/"
    order = [*(n for n in _FIRST if n in shelf.files), *sorted({*shelf.files} - {*_FIRST})]
    return [(place + quote(n), words[_LABELS[n]] if n in _LABELS else n) for n in order]


def _plots(fund: FundShelf, words: dict[str, Any], language: str) -> list[tuple[str, str]]:
    """(caption, SVG) of what came in and went out, and of what is left."""
    rows = [(words["number"].format(number=s.number), s) for s in fund.statements]
    flows = [(label, s.income_fen, s.outlay_fen) for label, s in rows]
    closings = [(label, s.closing_fen) for label, s in rows]
    name = said(fund.fund_name, language)
    return [
        (words["flows"], flows_svg(flows, language, f"{name}：{words['flows']}")),
        (words["closings"], closings_svg(closings, language, f"{name}：{words['closings']}")),
    ]
