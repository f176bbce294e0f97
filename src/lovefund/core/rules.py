"""The judging of drafts by the rulebooks in force: all at once, the stricter of two books."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from lovefund.core.district import District, is_district, parsed_district
from lovefund.core.entries import Draft
from lovefund.core.known import Known
from lovefund.core.rule_kinds import KNOWN_RULES, RULES, Judge, Suspicion, here, named, number
from lovefund.core.rulebook import Adopted, Article, Rulebook, Severity, model_text, parsed
from lovefund.core.workdays import Counted
from lovefund.errors import Refusal
from lovefund.language import language


class Ruled(NamedTuple):
    """What one article, by its id, has against a draft."""

    article: str
    refusal: Refusal


class Verdict(NamedTuple):
    """What the books of rules say of a draft."""

    blocked: tuple[Ruled, ...] = ()
    warned: tuple[Ruled, ...] = ()

    def without(self, aside: frozenset[str]) -> Verdict:
        """The same with what articles that were set aside block as remarks."""
        kept = tuple(ruled for ruled in self.blocked if ruled.article not in aside)
        moved = tuple(ruled for ruled in self.blocked if ruled.article in aside)
        return Verdict(kept, (*self.warned, *moved))

    @property
    def warnings(self) -> tuple[Refusal, ...]:
        """The warnings without their articles, which their sentences name."""
        return tuple(ruled.refusal for ruled in self.warned)


def rulebook_of(text: str) -> Rulebook:
    """The book of a text, by these kinds of rule; BadInput or Several where it is wrong."""
    return parsed(text, KNOWN_RULES)


def district_of(text: str) -> District:
    """The district's book of a text; BadInput or Several where it is wrong."""
    return parsed_district(text, KNOWN_RULES)


def book_of(text: str) -> Rulebook | District:
    """The book of a text, of either kind; BadInput or Several where it is wrong."""
    return district_of(text) if is_district(text) else rulebook_of(text)


def model() -> Rulebook:
    """The rulebook that ships with the product."""
    return rulebook_of(model_text())


def judge_by_rules(draft: Draft, known: Known, books: Iterable[Adopted]) -> Verdict:
    """What the books in force say of a draft: everything at once, the stricter of two books.

    A book that blocks stands above one that warns of the same article.
    """
    blocked: list[Ruled] = []
    warned: list[Ruled] = []
    for article, judge in _asked(draft, known, tuple(books)):
        for refusal in judge(draft, known, article):
            sure = not isinstance(refusal, Suspicion)
            found = blocked if article.severity is Severity.BLOCK and sure else warned
            found.append(Ruled(article.id, refusal))
    if not blocked and not warned:
        return PASSED
    stricter = {ruled.article for ruled in blocked}
    left = (ruled for ruled in warned if ruled.article not in stricter)
    return Verdict(tuple(dict.fromkeys(blocked)), tuple(dict.fromkeys(left)))


#: Nothing is said against a draft.
PASSED = Verdict()


def _asked(
    draft: Draft, known: Known, books: tuple[Adopted, ...]
) -> tuple[tuple[Article, Judge], ...]:
    """The articles that are asked about a draft, found once for drafts of one shape.

    What undoes or mends is asked about by all: its amounts may run the other way.
    """
    mends = draft.kind in ("correction", "void")
    shape = (
        known.kind_of(draft),
        draft.facts.get("channel"),
        "reserve_fen" in draft.facts,
        "campaign" in draft.facts,
        tuple([p[:3] for p in draft.postings]),
        tuple([no for no, _book in books]),
    )
    found: tuple[tuple[Article, Judge], ...] | None = known.asked.get(shape)
    if found is None or mends:
        found = tuple(
            (article, judge)
            for _no, book in books
            for article, judge in _in_force(book.text)
            if shape[0] in named(article, "kinds") or "kinds" not in article.parameters
            if mends
            or (
                here(draft, known, article)
                and RULES[article.rule].concerns(draft, known.chart, article)
            )
        )
        known.asked[shape] = found
    return found


@lru_cache(maxsize=32)
def _in_force(text: str) -> tuple[tuple[Article, Judge], ...]:
    """The articles of a book that judge drafts and are not off, with what judges."""
    return tuple(
        (article, judge)
        for article in rulebook_of(text).articles
        if article.severity is not Severity.OFF and (judge := RULES[article.rule].judge) is not None
    )


def by_article(refusal: Refusal, books: Iterable[Adopted]) -> Refusal:
    """A refusal of the laws, with the article of the book that stands for it."""
    for _no, book in books:
        for article in book.articles:
            if refusal.code in named(article, "refusals"):
                return replace(refusal, rule=f"{article.cited(language())} {refusal.rule}".rstrip())
    return refusal


def notice_term(books: Iterable[Adopted]) -> tuple[int, Counted] | None:
    """How long a notice hangs by the books in force, the longest term; None where none says."""
    found = [
        (Counted(str(a.parameters["unit"])), number(a, "days"))
        for _no, book in books
        for a in book.articles
        if a.rule == "notice" and a.severity is not Severity.OFF
    ]
    if not found:
        return None
    counted, days = max(found, key=lambda term: (term[0] is Counted.WORKING, term[1]))
    return days, counted
