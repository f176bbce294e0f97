"""A fund's own rules (管理办法): read from the file that is posted on the wall.

A rulebook is a TOML file that a head teacher can read: its articles, each with a sentence in
Chinese and in English, the numbers in that sentence, where it comes from, and what happens when
a draft goes against it. The sentence is printed with the very numbers that the machine judges by.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from lovefund.core.parameters import PARAMETERS, Value
from lovefund.core.written import Reading, read_toml, tables
from lovefund.language import _

#: The rulebook that ships with the product; a school copies it and makes it its own.
MODEL = "model-2026"


class Severity(StrEnum):
    """What happens when a draft goes against an article."""

    BLOCK = "block"
    WARN = "warn"
    #: Stands in the book and is not in force.
    OFF = "off"


class Basis(StrEnum):
    """Where an article comes from."""

    LAW = "law"
    PRACTICE = "practice"
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class Article:
    """One article: a kind of rule with its parameters, and the sentence that says so.

    ``no`` is its place in the book, from 1; ``passes`` and ``fails`` are commands that show it.
    """

    no: int
    id: str
    rule: str
    severity: Severity
    zh: str
    en: str
    source_zh: str
    source_en: str
    basis: Basis
    parameters: Mapping[str, Value] = field(hash=False)
    chapter: int
    override: bool = False
    passes: str = ""
    fails: str = ""

    def sentence(self, language: str) -> str:
        """The sentence with its numbers."""
        text = self.zh if language == "zh" else self.en
        return _PLACEHOLDER.sub(
            lambda found: PARAMETERS[found[1]].shown(self.parameters[found[1]], language), text
        )

    def source(self, language: str) -> str:
        """The law with its article, the practice, or that it is our own."""
        return self.source_zh if language == "zh" else self.source_en

    def cited(self, language: str) -> str:
        """How a refusal names it: id, sentence and source."""
        sentence, source = self.sentence(language), self.source(language)
        if language == "zh":
            return f"{self.id} 第{self.no}条：{sentence.rstrip('。')}（{source}）。"
        return f"{self.id}, article {self.no}: {sentence.rstrip('.')} ({source})."


class Chapter(NamedTuple):
    """A heading of the printed regulation."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A book of articles, and the bytes that it was read from."""

    id: str
    title_zh: str
    title_en: str
    since: date
    chapters: tuple[Chapter, ...]
    articles: tuple[Article, ...]
    text: str

    def __getitem__(self, article: str) -> Article:
        return self._by_id()[article]

    def __contains__(self, article: object) -> bool:
        return article in self._by_id()

    def get(self, article: str) -> Article | None:
        """The article of that id, or None."""
        return self._by_id().get(article)

    def title(self, language: str) -> str:
        """What the regulation is called."""
        return self.title_zh if language == "zh" else self.title_en

    def sha256(self) -> str:
        """The hash of the file, as the entry that adopts it says."""
        return sha256_of(self.text)

    def _by_id(self) -> dict[str, Article]:
        return {article.id: article for article in self.articles}


def sha256_of(text: str) -> str:
    """The hash of a rulebook's text."""
    return hashlib.sha256(text.encode()).hexdigest()


_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_ID = re.compile(r"[A-Z][A-Z0-9-]{0,15}").fullmatch
_PLAIN = frozenset(
    {"id", "rule", "severity", "zh", "en", "source", "basis", "chapter", "override"}
    | {"passes", "fails"}
)


def parse_rulebook(text: str, rules: Mapping[str, frozenset[str]], place: str = "") -> Rulebook:
    """The book that a text holds; ``rules`` gives the parameters of each kind of rule.

    Raises BadInput, or Several with everything that is wrong at once; each says which article.
    """
    raw = read_toml(text, place)
    reading = _BookReading(rules)
    book = reading.book(raw, text)
    reading.finish()
    return book


class _BookReading(Reading):
    def __init__(self, rules: Mapping[str, frozenset[str]]) -> None:
        super().__init__()
        self._rules = rules

    def book(self, raw: Mapping[str, Any], text: str) -> Rulebook:
        head = raw.get("book")
        head = head if isinstance(head, dict) else {}
        name = self.name(head, "book")
        since = self.day(head, "since", "book")
        chapters = tuple(
            Chapter(self.text(c, "zh", "chapter"), self.text(c, "en", "chapter"))
            for c in tables(raw.get("chapter"))
        )
        self.only(raw, ("book", "chapter", "article"))
        articles = tuple(
            self._article(number, row, len(chapters))
            for number, row in enumerate(tables(raw.get("article")), 1)
        )
        if not articles:
            self.bad("article", _("the book has no article"), _("begin with `lovefund rules new`"))
        seen: set[str] = set()
        for article in articles:
            if article.id in seen:
                self.bad(article.id, _("there are two articles of this id"), _("give each its own"))
            seen.add(article.id)
        return Rulebook(
            name,
            self.text(head, "zh", "book"),
            self.text(head, "en", "book"),
            since,
            chapters,
            articles,
            text,
        )

    def _article(self, number: int, row: Mapping[str, Any], chapters: int) -> Article:
        name = self.text(row, "id", _("article {no}").format(no=number))
        where = name or _("article {no}").format(no=number)
        if name and not _ID(name):
            self.bad(where, _("it is not an id"), _("a letter and a number, as R27"))
        rule = str(row.get("rule", ""))
        wanted = self._rules.get(rule)
        if wanted is None:
            self.bad(
                f"{where}.rule",
                _("there is no kind of rule called {rule}").format(rule=rule or "?"),
                _("one of {known}").format(known=", ".join(sorted(self._rules))),
            )
        chapter = row.get("chapter", 1)
        if type(chapter) is not int or not 1 <= chapter <= max(chapters, 1):
            self.bad(
                f"{where}.chapter",
                _("there is no such chapter"),
                _("a number from 1 to {last}").format(last=max(chapters, 1)),
            )
            chapter = 1
        parameters = self._parameters(where, row, wanted or frozenset())
        article = Article(
            number,
            name,
            rule,
            self.choice(row, "severity", where, Severity, Severity.WARN),
            self.text(row, "zh", where),
            self.text(row, "en", where),
            *self._source(where, row.get("source")),
            self.choice(row, "basis", where, Basis, Basis.OURS),
            parameters,
            chapter,
            row.get("override", False) is True,
            str(row.get("passes", "")),
            str(row.get("fails", "")),
        )
        for key in {*_PLACEHOLDER.findall(article.zh), *_PLACEHOLDER.findall(article.en)}:
            if key not in parameters:
                self.bad(
                    where,
                    _("its sentence has {{{key}}}, and the article has no such number").format(
                        key=key
                    ),
                    _("one of {known}").format(known=", ".join(sorted(parameters)) or "–"),
                )
        return article

    def _source(self, where: str, value: object) -> tuple[str, str]:
        row = value if isinstance(value, dict) else {}
        return self.text(row, "zh", f"{where}.source"), self.text(row, "en", f"{where}.source")

    def _parameters(
        self, where: str, row: Mapping[str, Any], wanted: frozenset[str]
    ) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for key in row.keys() - _PLAIN:
            if key not in wanted:
                self.bad(
                    f"{where}.{key}",
                    _("a rule of this kind has no such number"),
                    _("one of {known}").format(known=", ".join(sorted(wanted)) or "–"),
                )
                continue
            try:
                found[key] = PARAMETERS[key].read(row[key])
            except ValueError as error:
                self.bad(f"{where}.{key}", str(error), PARAMETERS[key].mend())
        for key in wanted - row.keys() - {k for k in wanted if PARAMETERS[k].optional}:
            self.bad(f"{where}.{key}", _("it is missing"), PARAMETERS[key].mend())
        return found


class Adopted(NamedTuple):
    """A book that a fund adopted, by the entry that says so."""

    no: int
    book: Rulebook


def in_force(adopted: Iterable[Adopted], day: date) -> Adopted | None:
    """The book that holds on a day: the last one adopted among those that hold by then."""
    found = [each for each in adopted if each.book.since <= day]
    return found[-1] if found else None


def judging(adopted: tuple[Adopted, ...], on: date, at: date) -> tuple[Adopted, ...]:
    """The books that judge an entry: the one of the day it takes effect, and of its recording."""
    found = {each.no: each for day in (on, at) if (each := in_force(adopted, day)) is not None}
    return tuple(found[no] for no in sorted(found))


@cache
def model_text() -> str:
    """The text of the rulebook that ships with the product."""
    folder = files("lovefund") / "data" / "rules"
    return (folder / f"{MODEL}.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=32)
def parsed(text: str, rules: tuple[tuple[str, frozenset[str]], ...]) -> Rulebook:
    """:func:`parse_rulebook`, once for one text."""
    return parse_rulebook(text, dict(rules))
