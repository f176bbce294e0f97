"""The regulation (管理办法) for the wall, from the very file that the machine enforces."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from lovefund.core.rulebook import Article, Chapter, Rulebook, Severity
from lovefund.publishing.paper import Issuer, refuse_issuer
from lovefund.publishing.render import html_to_pdf, refuse_missing
from lovefund.publishing.templates import fill


@dataclass(frozen=True, slots=True)
class Regulation:
    """A rulebook as one fund's paper; ``no`` is the entry that adopted it, None for a draft."""

    issuer: Issuer
    book: Rulebook
    no: int | None

    @property
    def chapters(self) -> list[tuple[Chapter | None, list[Article]]]:
        """The articles under their headings, in the order of the book."""
        names = dict(enumerate(self.book.chapters, 1))
        return [
            (names.get(number), list(articles))
            for number, articles in groupby(self.book.articles, lambda a: a.chapter)
        ]


def how_held(article: Article) -> str:
    """Who sees to an article: ``off``, ``duty`` (people), ``law``, ``block`` or ``warn``."""
    if article.severity is Severity.OFF:
        return "off"
    return article.rule if article.rule in ("duty", "law") else article.severity.value


def regulation_pdf(view: Regulation, language: str) -> bytes:
    """The regulation as PDF; MachineLacks for a character that no font of ours has."""
    refuse_issuer(view.issuer)
    for article in view.book.articles:
        refuse_missing(article.sentence(language) + article.source(language), article.id)
    html = fill(
        "regulation.html", language, issuer=view.issuer, v=view, how_held=how_held, numeral=numeral
    )
    return html_to_pdf(html, view.book.since)


def numeral(number: int) -> str:
    """A number from 1 to 999 as Chinese regulations count: 一, 十二, 一百零五."""
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (digits[ones] if ones else "")
