"""An article that blocks is set aside once, by two officers, with the minutes, in public (特批).

An entry ``override`` names the articles, the number of the minutes and the reason that everyone
may read; a second officer agrees with ``override-agreed``; one later entry uses it by naming it
in the fact ``override``. Which articles may be set aside at all the rulebook says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from lovefund.core.entries import Draft, Fact
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.core.rulebook import Adopted, Severity
from lovefund.errors import Refusal
from lovefund.language import _

OVERRIDE, AGREED = "override", "override-agreed"
#: The kinds that overrides are made of.
KINDS_OF_OVERRIDES = (OVERRIDE, AGREED)


class Proposal(Protocol):
    """A draft, or the line that it became."""

    @property
    def kind(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, Fact]: ...


def override(on: date, articles: tuple[str, ...], reason: str, papers: Papers = NO_PAPERS) -> Draft:
    """Set articles aside for one entry; ``papers`` carry the number of the minutes."""
    facts: dict[str, Fact] = {"articles": list(articles), **papers.facts()}
    return Draft(OVERRIDE, on, (), facts, shown=reason, file=papers.file())


def override_agreed(on: date, of: int, papers: Papers = NO_PAPERS) -> Draft:
    """The second officer's word."""
    return Draft(AGREED, on, (), {"of": of, **papers.facts()}, file=papers.file())


@dataclass(slots=True)
class _State:
    articles: tuple[str, ...]
    by: str
    agreed_by: str = ""
    used_by: int | None = None


class Overrides:
    """The overrides of a fund, gone through entry by entry."""

    def __init__(self) -> None:
        self._known: dict[int, _State] = {}

    def knows(self, no: int) -> bool:
        """Whether entry ``no`` is an override that was read."""
        return no in self._known

    def add(self, no: int, by: str, entry: Proposal) -> None:
        """Go on from an entry."""
        of, used = entry.facts.get("of"), entry.facts.get("override")
        if entry.kind == OVERRIDE:
            self._known[no] = _State(_articles(entry), by)
        elif entry.kind == AGREED and isinstance(of, int) and of in self._known:
            self._known[of].agreed_by = by
        if isinstance(used, int) and used in self._known:
            self._known[used].used_by = no

    def set_aside(self, entry: Proposal) -> frozenset[str]:
        """The articles that an entry may leave aside by the override that it names."""
        state = self._known.get(_number(entry, "override"))
        return frozenset(state.articles) if state is not None else frozenset()

    def judge(
        self, entry: Proposal, by: str, books: tuple[Adopted, ...], *, signing: bool
    ) -> Iterator[Refusal]:
        """Why an override may not be made, agreed to or used so.

        ``signing`` says that the fund has officers whose keys sign what they decide.
        """
        if entry.kind == OVERRIDE:
            yield from _may_be_made(entry, books, signing=signing)
        elif entry.kind == AGREED:
            state = self._known.get(_number(entry, "of"))
            if state is None:
                yield _not_agreed(_number(entry, "of"), _("it is no override"))
            elif state.by == by:
                yield _alone(_("{officer} made this override").format(officer=by))
        elif "override" in entry.facts:
            yield from self._may_be_used(_number(entry, "override"))

    def _may_be_used(self, no: int) -> Iterator[Refusal]:
        state = self._known.get(no)
        if state is None:
            yield _not_agreed(no, _("it is no override"))
        elif not state.agreed_by:
            yield _not_agreed(no, _("no second officer agreed to it"))
        elif state.used_by is not None:
            yield _not_agreed(no, _("entry {no} used it already").format(no=state.used_by))


def _articles(entry: Proposal) -> tuple[str, ...]:
    value = entry.facts.get("articles")
    return tuple(str(each) for each in value) if isinstance(value, list) else ()


def _number(entry: Proposal, key: str) -> int:
    value = entry.facts.get(key)
    return value if isinstance(value, int) else -1


def _may_be_made(
    entry: Proposal, books: tuple[Adopted, ...], *, signing: bool
) -> Iterator[Refusal]:
    rule = _("Only what the rulebook lets be set aside is, by two officers with the minutes.")
    if not entry.facts.get("reference"):
        yield Refusal(
            "override-not-allowed",
            _("the number of the minutes is missing"),
            rule,
            _("give --reference"),
        )
    for name in _articles(entry) or ("",):
        found = [article for _no, book in books if (article := book.get(name)) is not None]
        if not any(a.severity is Severity.BLOCK for a in found) or not all(
            a.override for a in found
        ):
            yield Refusal(
                "override-not-allowed",
                _("{article} is no article that blocks and that may be set aside").format(
                    article=name or "–"
                ),
                rule,
                _("`lovefund rules show` lists the articles; do it within them"),
            )
    if not signing:
        yield _alone(
            _("this fund has appointed no officers with keys"),
            _(
                "appoint two of them first: each makes a key with `lovefund officer key CODE`, "
                "then `lovefund officer appoint CODE --roles chair --name NAME --key KEY`"
            ),
        )


def _alone(what: str, mend: str = "") -> Refusal:
    return Refusal(
        "override-alone",
        what,
        _("An override needs two officers, each with a key of their own."),
        mend or _("let another officer agree: lovefund --officer CODE agree NUMBER"),
    )


def _not_agreed(no: int, why: str) -> Refusal:
    return Refusal(
        "override-not-agreed",
        _("override {no} cannot be used: {why}").format(no=no, why=why),
        _("An override needs two officers, and serves one entry."),
        _("make one with `lovefund override`, and have another officer `lovefund agree`"),
    )
