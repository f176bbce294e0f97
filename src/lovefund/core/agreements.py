"""A second officer agrees (会签) to an emergency that the first decided to pay at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Protocol

from lovefund.core.entries import Draft, Fact
from lovefund.core.officers import Officers, Role
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.errors import Refusal
from lovefund.language import _

AGREED = "grant-agreed"


class Proposal(Protocol):
    """A draft, or the line that it became."""

    @property
    def kind(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, Fact]: ...


def grant_agreed(on: date, of: int, papers: Papers = NO_PAPERS) -> Draft:
    """The second officer's word on an approval."""
    return Draft(AGREED, on, (), {"of": of, **papers.facts()}, file=papers.file())


def judge_agreement(
    proposal: Proposal, by: str, approved_by: str, officers: Officers, at: date
) -> Iterator[Refusal]:
    """Why an officer may not agree; ``approved_by`` is empty where nothing was approved.

    One of the two is the chair, in a fund that has one on the day ``at``.
    """
    if proposal.kind != AGREED:
        return
    chairs = {term.officer for term in officers.in_office(at, Role.CHAIR)}
    if not approved_by:
        what = _("what is agreed to is no approval of a grant")
    elif by == approved_by:
        what = _("{officer} made this approval").format(officer=by)
    elif chairs and by not in chairs and approved_by not in chairs:
        what = _("neither {one} nor {other} is the chair").format(one=approved_by, other=by)
    else:
        return
    yield Refusal(
        "agreed-alone",
        what,
        _("Two officers decide on an emergency: who approves, and one who agrees."),
        _("let another officer agree: lovefund --officer CODE agree NUMBER"),
    )
