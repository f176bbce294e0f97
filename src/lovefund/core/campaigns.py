"""A drive for gifts (劝募、义卖): whom it asks, who runs it, and what has to be there before it.

An entry opens it and tells its scope for ever; gifts and sales may name that entry in the fact
``campaign``. What the fund's rules make of it, stands in ``rule_kinds.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from lovefund.core.entries import Draft, Fact
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.errors import Refusal
from lovefund.language import N_, _

OPENED = "campaign-opened"
#: Whom a drive asks: the school's own people, or the public.
INSIDE, PUBLIC = "inside", "public"
SCOPES = {INSIDE: N_("inside the school"), PUBLIC: N_("to the public")}


@dataclass(frozen=True, slots=True)
class Campaign:
    """A drive as it is opened: ``title`` is shown, the rest are public codes and days.

    ``partner`` is the charity that runs a public one, ``filing`` the number of its plan. ``event``
    is the day of a bazaar, ``agreement`` and ``agreed`` the number and day of its agreement.
    """

    code: str
    title: str
    scope: str = INSIDE
    partner: str = ""
    filing: str = ""
    event: date | None = None
    agreement: str = ""
    agreed: date | None = None


def opened(on: date, campaign: Campaign, papers: Papers = NO_PAPERS) -> Draft:
    """A drive is opened."""
    facts: dict[str, Fact] = {"code": campaign.code, "scope": campaign.scope}
    for key in ("partner", "filing", "agreement"):
        if value := getattr(campaign, key):
            facts[key] = value
    for key in ("event", "agreed"):
        if day := getattr(campaign, key):
            facts[key] = day.isoformat()
    return Draft(
        OPENED, on, (), {**facts, **papers.facts()}, shown=campaign.title, file=papers.file()
    )


class Bazaar(NamedTuple):
    """A bazaar that was held or will be; ``published`` where a statement covers its day."""

    no: int
    event: date
    published: bool


class Proposal(Protocol):
    """A draft, or the line that it became."""

    @property
    def kind(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, Fact]: ...


def judge_campaign(
    proposal: Proposal, find: Callable[[int], Mapping[str, Fact] | None]
) -> Iterator[Refusal]:
    """Why a drive may not be opened, or named, so; ``find`` gives the facts of one that stands."""
    named = proposal.facts.get("campaign")
    if proposal.kind == OPENED and proposal.facts.get("scope") not in SCOPES:
        yield _no_such(_("its scope is not known"))
    if named is not None and (not isinstance(named, int) or find(named) is None):
        yield _no_such(_("entry {no} opened no drive").format(no=named))


def _no_such(what: str) -> Refusal:
    return Refusal(
        "no-such-campaign",
        what,
        _("A gift names the drive that brought it by the entry that opened it."),
        _("open it first with `lovefund campaign`, and give the number of that entry"),
    )
