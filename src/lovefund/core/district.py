"""A district's floors and ceilings (区县底线), which no rulebook of its schools may leave.

A district's book is a TOML file of bounds. A bound names an article and its kind of rule, how
severe it is at least, and for its parameters the least and the most, or the words that have to
be there. A fund adopts the file by an entry that names its SHA-256; from then on each rulebook
that the fund adopts is held to it, and names it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from lovefund.core.entries import Fact
from lovefund.core.kinds import DISTRICT_ADOPTED, RULES_ADOPTED
from lovefund.core.parameters import PARAMETERS, Value
from lovefund.core.rulebook import Adopted, Article, Rulebook, Severity, in_force, sha256_of
from lovefund.core.written import Reading, read_toml, tables
from lovefund.errors import Refusal
from lovefund.language import _, language

#: Amounts, counts and shares, for which a bound gives the least, the most, or both.
_RANGES = frozenset(
    {"over_yuan", "limit_yuan", "term_yuan", "year_yuan", "least_yuan", "tiers_yuan"}
    | {"share_percent", "days", "ratify_days", "count"}
)
#: Lists that a school may make longer, never shorter.
_WIDER = frozenset(["kinds", "facts", "words", "programmes", "spends", "sources", "refusals"])
#: What narrows an article: a school may leave it away, but not add it where the bound has none.
_NARROWS = frozenset({"places", "over_yuan"})
#: How severe an article is, from nothing on.
_SEVERE = {Severity.OFF: 0, Severity.WARN: 1, Severity.BLOCK: 2}
_PLAIN = frozenset({"article", "rule", "severity", "override"})


class Range(NamedTuple):
    """The least and the most that a number may be; None where there is no such limit."""

    least: int | None
    most: int | None

    def holds(self, value: Value | None) -> bool:
        """Whether a number, or each of several, lies in it."""
        values = value if isinstance(value, tuple) else (value,)
        return all(
            isinstance(each, int)
            and (self.least is None or each >= self.least)
            and (self.most is None or each <= self.most)
            for each in values
        )


Wanted = Range | Value


@dataclass(frozen=True, slots=True)
class Bound:
    """What a district asks of one article; ``override`` says whether it may be set aside."""

    article: str
    rule: str
    severity: Severity
    override: bool
    wanted: Mapping[str, Wanted] = field(hash=False)


@dataclass(frozen=True, slots=True)
class District:
    """A district's book, and the text that it was read from."""

    id: str
    zh: str
    en: str
    bounds: tuple[Bound, ...]
    text: str

    def title(self, language: str) -> str:
        """What the district calls it."""
        return self.zh if language == "zh" else self.en

    def sha256(self) -> str:
        """The hash of the file, by which the district makes it known."""
        return sha256_of(self.text)

    def of(self, article: str) -> Bound | None:
        """The bound of an article, or None."""
        return next((bound for bound in self.bounds if bound.article == article), None)


class AdoptedDistrict(NamedTuple):
    """A district's book that a fund adopted, by the entry that says so."""

    no: int
    book: District


def parse_district(text: str, rules: Mapping[str, frozenset[str]], place: str = "") -> District:
    """The district's book that a text holds; ``rules`` gives the parameters of each kind of rule.

    Raises BadInput, or Several with everything that is wrong at once.
    """
    raw = read_toml(text, place)
    reading = _DistrictReading(rules)
    book = reading.book(raw, text)
    reading.finish()
    return book


@lru_cache(maxsize=32)
def parsed_district(text: str, rules: tuple[tuple[str, frozenset[str]], ...]) -> District:
    """:func:`parse_district`, once for one text."""
    return parse_district(text, dict(rules))


@lru_cache(maxsize=32)
def is_district(text: str) -> bool:
    """Whether a text is a district's book, by the table that only such a book has."""
    try:
        return "district" in tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return False


class _DistrictReading(Reading):
    def __init__(self, rules: Mapping[str, frozenset[str]]) -> None:
        super().__init__()
        self._rules = rules

    def book(self, raw: Mapping[str, Any], text: str) -> District:
        head = raw.get("district")
        head = head if isinstance(head, dict) else {}
        self.only(raw, ("district", "bound"))
        bounds = tuple(self._bound(row) for row in tables(raw.get("bound")))
        if not bounds:
            self.bad("bound", _("the district asks for nothing"), _("write a [[bound]]"))
        names = [bound.article for bound in bounds]
        for name in sorted({n for n in names if n and names.count(n) > 1}):
            self.bad(name, _("there are two bounds of this article"), _("make them one"))
        return District(
            self.name(head, "district"),
            self.text(head, "zh", "district"),
            self.text(head, "en", "district"),
            bounds,
            text,
        )

    def _bound(self, row: Mapping[str, Any]) -> Bound:
        name = self.text(row, "article", "bound")
        rule = str(row.get("rule", ""))
        known = self._rules.get(rule)
        if known is None:
            self.bad(
                f"{name}.rule",
                _("there is no kind of rule called {rule}").format(rule=rule or "?"),
                _("one of {known}").format(known=", ".join(sorted(self._rules))),
            )
        wanted = {
            key: self._wanted(f"{name}.{key}", key, row[key], known or frozenset())
            for key in sorted(row.keys() - _PLAIN)
        }
        # What a bound does not say of whom an article is about, a school could say as it likes.
        for key in sorted((known or frozenset()) - _RANGES - {"every"} - wanted.keys()):
            if not PARAMETERS[key].optional:
                self.bad(f"{name}.{key}", _("it is missing"), PARAMETERS[key].mend())
        return Bound(
            name,
            rule,
            self.choice(row, "severity", name, Severity, Severity.WARN),
            row.get("override", False) is True,
            {key: value for key, value in wanted.items() if value is not None},
        )

    def _wanted(self, where: str, key: str, value: object, known: frozenset[str]) -> Wanted | None:
        if key not in known:
            self.bad(
                where,
                _("a rule of this kind has no such number"),
                _("one of {known}").format(known=", ".join(sorted(known)) or "–"),
            )
            return None
        if key not in _RANGES:
            return self._value(where, key, value)
        if not isinstance(value, dict) or not value or value.keys() - {"min", "max"}:
            self.bad(where, _("it has neither a least nor a most"), "{ min = 5 }, { max = 10 }")
            return None
        least, most = (self._limit(where, key, value.get(side)) for side in ("min", "max"))
        if least is not None and most is not None and least > most:
            self.bad(where, _("its least is above its most"), "{ min = 5, max = 10 }")
        return Range(least, most)

    def _limit(self, where: str, key: str, value: object) -> int | None:
        if value is None:
            return None
        read = self._value(where, key, [value] if key == "tiers_yuan" else value)
        number = read[0] if isinstance(read, tuple) else read
        return number if isinstance(number, int) else None

    def _value(self, where: str, key: str, value: object) -> Value | None:
        try:
            return PARAMETERS[key].read(value)
        except ValueError as error:
            self.bad(where, str(error), PARAMETERS[key].mend())
            return None


class Left(NamedTuple):
    """Where an article leaves what its district asks: which key, what it says, what is asked."""

    article: str
    key: str
    says: str
    asked: str


def leaves(book: Rulebook, district: District) -> Iterator[Left]:
    """Everything in which a rulebook leaves its district's bounds."""
    for bound in district.bounds:
        article = book.get(bound.article)
        if article is None:
            yield Left(bound.article, "severity", _("left out"), bound.severity.value)
        elif article.rule != bound.rule:
            yield Left(bound.article, "rule", article.rule, bound.rule)
        else:
            yield from _of_article(article, bound)


def _of_article(article: Article, bound: Bound) -> Iterator[Left]:
    if _SEVERE[article.severity] < _SEVERE[bound.severity]:
        yield Left(article.id, "severity", article.severity.value, bound.severity.value)
    if article.override and not bound.override and bound.severity is Severity.BLOCK:
        yield Left(article.id, "override", "true", "false")
    for key in sorted(bound.wanted.keys() | (article.parameters.keys() & _NARROWS)):
        wanted, value = bound.wanted.get(key), article.parameters.get(key)
        if not _kept(key, value, wanted):
            yield Left(article.id, key, _shown(key, value), asked(key, wanted))


def _kept(key: str, value: Value | None, wanted: Wanted | None) -> bool:
    if wanted is None or (value is None and key in _NARROWS):
        return value is None
    if isinstance(wanted, Range):
        return wanted.holds(value)
    if key in _WIDER | _NARROWS and isinstance(wanted, tuple):
        return isinstance(value, tuple) and set(wanted) <= set(value)
    return value == wanted


def asked(key: str, wanted: Wanted | None) -> str:
    """What a bound asks of a parameter, in words."""
    if wanted is None:
        return _("nothing of the kind")
    if not isinstance(wanted, Range):
        return _shown(key, wanted)
    least, most = (
        None if limit is None else _shown(key, limit) for limit in (wanted.least, wanted.most)
    )
    if least is not None and most is not None:
        return _("from {least} to {most}").format(least=least, most=most)
    if least is not None:
        return _("{least} or more").format(least=least)
    return _("{most} or less").format(most=most)


def _shown(key: str, value: Value | None) -> str:
    if value is None:
        return _("nothing")
    return PARAMETERS[key].shown(value, language())


def told(bound: Bound) -> str:
    """What a bound asks of its article, in one line."""
    said = [f"severity: {bound.severity.value}"]
    said += [
        f"{key}: {asked(key, wanted)}"
        for key, wanted in bound.wanted.items()
        if isinstance(wanted, Range)
    ]
    return _("; ").join(said)


def outside(book: Rulebook, district: District) -> list[Refusal]:
    """Why a rulebook may not be adopted under a district's book: everything at once."""
    return [
        Refusal(
            "outside-district",
            _("{article}: {key} is {says}; the district asks for {asked}").format(
                article=left.article, key=left.key, says=left.says, asked=left.asked
            ),
            _("{title} ({id}, SHA-256 {sha256}…).").format(
                title=district.title(language()), id=district.id, sha256=district.sha256()[:12]
            ),
            _("write in {article}: {key}, {asked}; or have the district change its book").format(
                article=left.article, key=left.key, asked=left.asked
            ),
        )
        for left in leaves(book, district)
    ]


def adoption_of(book: Rulebook | District) -> tuple[str, dict[str, Fact]]:
    """The kind of the entry that adopts a book, and the facts that the book itself gives."""
    facts: dict[str, Fact] = {"book": book.id, "sha256": book.sha256()}
    if isinstance(book, District):
        return DISTRICT_ADOPTED, facts
    return RULES_ADOPTED, {**facts, "since": book.since.isoformat()}


def judge_adoption(
    facts: Mapping[str, object],
    book: Rulebook | District,
    adopted: Iterable[Adopted],
    district: AdoptedDistrict | None,
    at: date,
) -> Iterator[Refusal]:
    """Why a book may not be adopted on the day ``at``, after the books adopted before it.

    A rulebook lies within the district's book and names it; a district's book holds the
    rulebooks that are in force, or that will be.
    """
    if isinstance(book, Rulebook):
        named = district.book.sha256() if district is not None else None
        if facts.get("district") != named:
            yield Refusal(
                "outside-district",
                _("the entry does not name the district's book that holds"),
                _("A rulebook names the district's book that it was held to."),
                _("use `lovefund rules adopt`"),
            )
        if district is not None:
            yield from outside(book, district.book)
        return
    adopted = tuple(adopted)
    now = in_force(adopted, at)
    for each in adopted:
        if each.book.since > at or (now is not None and each.no == now.no):
            yield from outside(each.book, book)
