"""Law 12: no one decides on what he drafted, pays what he decided, or reconciles what he paid.

A case is all entries that hang together by ``of``, ``grant``, ``item``, ``case`` and
``override``. In a case an officer drafts, decides or pays, as
:class:`~lovefund.core.kinds.Kind` says of each kind; a correction or a void does what the entry
did that it names. A promise that no decision stands behind is one. A reconciliation is of no case,
but of a place of money over a span of days, and of all that was paid there in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from lovefund.core.entries import Fact, Posting
from lovefund.core.kinds import DECIDE, DRAFT, KINDS, PAY, RECONCILE, kind_name
from lovefund.core.reconciliations import (
    AGREED,
    RECONCILED,
    Reconciliation,
    reconciliation_from,
)
from lovefund.errors import Refusal
from lovefund.language import N_, _

#: What one person never does both of in a case; the third pair where four people are there.
_APART = (frozenset({DRAFT, DECIDE}), frozenset({DECIDE, PAY}))
_FOUR_APART = (*_APART, frozenset({DRAFT, PAY}))
_DID = {
    DRAFT: N_("drafted it"),
    DECIDE: N_("decided on it"),
    PAY: N_("paid it"),
    RECONCILE: N_("reconciled it"),
}
_MENDING = ("correction", "void")
#: What lets money out of a place by its officer's hand, beside what pays in a case.
_LETS_OUT = ("goods-bought", "advance-paid", "transfer-out")
#: The kinds that reconciliations look at.
PAYING = (*_LETS_OUT, *_MENDING, *(slug for slug, kind in KINDS.items() if kind.duty == PAY))
RECUSED = "recused"
#: A decision, unless it names one.
PROMISE = "grant-promised"


class Deed(Protocol):
    """What duties look at, of a draft or of a line."""

    @property
    def kind(self) -> str: ...
    @property
    def on(self) -> date: ...
    @property
    def postings(self) -> tuple[Posting, ...]: ...
    @property
    def facts(self) -> Mapping[str, Fact]: ...


@dataclass(slots=True)
class _Case:
    """The entries that hang together, and who did what first in which of them."""

    entries: set[int] = field(default_factory=set)
    deeds: dict[tuple[str, str], int] = field(default_factory=dict)
    recused: set[str] = field(default_factory=set)
    #: Whether a decision stands behind it, be it one from before the books were opened.
    decided: bool = False

    def join(self, other: _Case) -> None:
        """Take another case in."""
        self.entries |= other.entries
        self.deeds = {**other.deeds, **self.deeds}
        self.recused |= other.recused
        self.decided |= other.decided


class Duties:
    """Who did what in which case, as the entries added so far tell."""

    def __init__(self) -> None:
        self._cases: dict[int, _Case] = {}
        self._duty: dict[int, str] = {}
        self._decisions: set[int] = set()
        self._let_out: set[int] = set()
        #: Who let money out of which account, on which days and by which entries.
        self._paid: dict[tuple[str, str], list[tuple[date, int]]] = {}
        #: Who reconciled or agreed, by which entry, and what.
        self._reconciled: list[tuple[str, int, Reconciliation]] = []

    def knows(self, no: int) -> bool:
        """Whether an entry belongs to a case."""
        return no in self._cases

    def add(self, no: int, by: str, deed: Deed) -> None:
        """Go on from entry ``no``; most entries belong to no case."""
        kind, facts = deed.kind, deed.facts
        known = KINDS.get(kind)
        duty = self.duty(deed) if known is not None else ""
        self._of_places(no, by, deed, duty)
        near = [n for n in named(facts) if n in self._cases]
        if not (duty or near or kind in (RECUSED, "opening-balance")):
            return
        decision = self.is_decision(deed)
        case = _Case()
        for other in near:
            case.join(self._cases[other])
        case.entries |= {no, *named(facts)}
        if duty:
            case.deeds.setdefault((by, duty), no)
        if kind == RECUSED:
            case.recused.add(str(facts.get("officer", "")))
        case.decided |= duty == DECIDE or kind == "opening-balance"
        for each in case.entries:
            self._cases[each] = case
        self._duty[no] = duty
        if decision:
            self._decisions.add(no)

    def _of_places(self, no: int, by: str, deed: Deed, duty: str) -> None:
        """Go on from what an entry does to places of money."""
        if self._pays(deed, duty):
            self._let_out.add(no)
            for account in _touched(deed):
                self._paid.setdefault((by, account), []).append((deed.on, no))
        said = self._span(deed, no)
        if said is not None:
            self._reconciled.append((by, no, said))

    def _pays(self, deed: Deed, duty: str) -> bool:
        """Whether an entry lets money out by its officer's hand, or mends one that did."""
        mends = deed.kind in _MENDING and _of(deed) in self._let_out
        return duty == PAY or deed.kind in _LETS_OUT or mends

    def _span(self, deed: Deed, no: int = -1) -> Reconciliation | None:
        """What a reconciliation, or the second word on one, is of."""
        if deed.kind == AGREED:
            return self.span(_of(deed))
        if deed.kind != RECONCILED:
            return None
        try:
            return reconciliation_from(no, "", deed.facts)
        except ValueError:
            return None

    def span(self, no: int) -> Reconciliation | None:
        """What entry ``no`` reconciles, where it was added."""
        return next((said for _by, n, said in self._reconciled if n == no), None)

    def duty(self, deed: Deed) -> str:
        """What an entry does: it drafts, decides, pays or reconciles, or none of these."""
        if deed.kind in _MENDING:
            return self._duty.get(_of(deed), "")
        if deed.kind == PROMISE:
            return "" if self._of_case(deed).decided else DECIDE
        return KINDS[deed.kind].duty if deed.kind in KINDS else ""

    def is_decision(self, deed: Deed) -> bool:
        """Whether an entry is a decision, which has to be signed."""
        if deed.kind in _MENDING:
            return _of(deed) in self._decisions
        if deed.kind == PROMISE:
            return self.duty(deed) == DECIDE
        return deed.kind in KINDS and KINDS[deed.kind].decision

    def _of_case(self, deed: Deed) -> _Case:
        case = _Case()
        for no in named(deed.facts):
            if no in self._cases:
                case.join(self._cases[no])
        return case

    def refusals(self, deed: Deed, by: str, *, four_apart: bool) -> Iterator[Refusal]:
        """Why ``by`` may not do this; ``four_apart`` where the fund has four different people."""
        duty, case = self.duty(deed), self._of_case(deed)
        apart = _FOUR_APART if four_apart else _APART
        for before in (DRAFT, DECIDE, PAY):
            no = case.deeds.get((by, before))
            if no is not None and frozenset({before, duty}) in apart:
                yield _twice(by, before, no, deed.kind)
        yield from self._of_what_he_paid(deed, by, duty)
        if deed.kind == "grant-paid" and not case.decided:
            yield _unapproved()
        if duty == DECIDE and by in case.recused:
            yield _recused(by)
        if deed.kind == RECUSED:
            yield from self._recusing(deed, case)

    def _of_what_he_paid(self, deed: Deed, by: str, duty: str) -> Iterator[Refusal]:
        """Nobody reconciles a span in which he paid, or pays into one that he reconciled."""
        span = self._span(deed)
        if span is not None:
            paid = self._paid.get((by, span.account), ())
            no = next((n for on, n in paid if span.first <= on <= span.last), None)
            if no is not None:
                yield _twice(by, PAY, no, deed.kind)
        elif self._pays(deed, duty):
            touched = _touched(deed)
            for who, no, said in self._reconciled:
                if who == by and said.account in touched and said.first <= deed.on <= said.last:
                    yield _twice(by, RECONCILE, no, deed.kind)
                    return

    def _recusing(self, deed: Deed, case: _Case) -> Iterator[Refusal]:
        officer = str(deed.facts.get("officer", ""))
        if not case.entries:
            yield Refusal(
                "no-case",
                _("entry {no} belongs to no grant").format(no=_of(deed)),
                _("An officer is recused from the decision on a grant (慈善法 art. 14)."),
                _("give the number of the entry by which the grant began or was decided"),
            )
        elif (officer, DECIDE) in case.deeds:
            yield Refusal(
                "recused-late",
                _("{officer} has decided in this case already, by entry {no}").format(
                    officer=officer, no=case.deeds[officer, DECIDE]
                ),
                _("Who is recused takes no part in the decision (慈善法 art. 14)."),
                _("free its money with `lovefund withdraw`, and let another officer decide anew"),
            )


def named(facts: Mapping[str, Fact]) -> set[int]:
    """The entries that an entry hangs together with."""
    found = (facts.get(name) for name in ("of", "grant", "item", "case", "override"))
    return {no for no in found if isinstance(no, int)}


def _touched(deed: Deed) -> set[str]:
    """The accounts that an entry moves anything on."""
    return {code for posting in deed.postings for code in posting[:2]}


def _of(deed: Deed) -> int:
    of = deed.facts.get("of")
    return of if isinstance(of, int) else -1


def _twice(by: str, before: str, no: int, kind: str) -> Refusal:
    return Refusal(
        "same-person",
        _("{officer} {did} by entry {no}; “{kind}” is for another officer").format(
            officer=by, did=_(_DID[before]), no=no, kind=kind_name(kind)
        ),
        _(
            "No one decides on what he drafted, pays what he decided, or reconciles what he paid "
            "(law 12; 会计法 art. 25)."
        ),
        _("let another officer do it, with --officer and that officer's own key"),
    )


def _unapproved() -> Refusal:
    return Refusal(
        "unapproved",
        _("no decision stands behind this grant"),
        _("Who pays a grant does not decide on it (law 12; 会计法 art. 25)."),
        _("let the chair or a member decide with `lovefund reserve`, then pay with --reserved"),
    )


def _recused(by: str) -> Refusal:
    return Refusal(
        "recused",
        _("{officer} is recused in this case").format(officer=by),
        _("Who is recused takes no part in the decision (慈善法 art. 14)."),
        _("let another officer decide"),
    )
