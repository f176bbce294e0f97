"""Who may record what: the judge of officers, of offices and of law 12.

Silent until the first officer with a key is appointed, but for what entries about officers
must say. What a signature is worth is judged where keys are checked, by the store.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Protocol

from lovefund.core.duties import PAYING, Duties
from lovefund.core.entries import Fact, Posting
from lovefund.core.kinds import ADOPTIONS, DECIDE, KINDS, PAY, RECONCILE, Kind, kind_name
from lovefund.core.officers import (
    ACCEPTED,
    APPOINTED,
    APPROVERS,
    ENDED,
    HANDOVER,
    OFFICES,
    REKEYED,
    ROLES,
    Officers,
    Role,
    Term,
    incompatible,
    key_bytes,
    term_from,
)
from lovefund.core.pupils import REGISTERED
from lovefund.core.unsealing import UNSEALED, judge_unsealing
from lovefund.errors import Refusal
from lovefund.language import _, language

_CODE = re.compile(r"[A-Z0-9-]{1,16}").fullmatch
_SHA256 = re.compile(r"[0-9a-f]{64}").fullmatch
#: Who keeps the pupils' files.
_KEEPERS = (Role.CHAIR, Role.HANDLER, Role.ARCHIVIST)
_TOLD = (*OFFICES, "relation-declared", "recused")


class Proposal(Protocol):
    """What is judged of a draft, or of the line that it became."""

    @property
    def kind(self) -> str: ...
    @property
    def on(self) -> date: ...
    @property
    def postings(self) -> tuple[Posting, ...]: ...
    @property
    def facts(self) -> Mapping[str, Fact]: ...


def judge_officer(
    proposal: Proposal, by: str, at: date, officers: Officers, duties: Duties
) -> Iterator[Refusal]:
    """Every reason why officer ``by`` may not record this on the day ``at``."""
    if proposal.kind in _TOLD:
        yield from _told(proposal, at, officers)
    if not officers.signing:
        return
    term = acting(proposal, by, at, officers)
    if term is None:
        yield _not_in_office(by, at, officers)
        return
    if proposal.kind == UNSEALED:
        yield from judge_unsealing(proposal.facts.get("scope"), term)
        return
    if Role.AUDITOR in term.roles:
        yield _not_entitled(term, proposal.kind, _("an auditor only reads"))
        return
    kind = KINDS.get(proposal.kind)
    if kind is None:
        return
    yield from _told_a_class(term, kind)
    duty = duties.duty(proposal)
    if duties.is_decision(proposal):
        yield from _entitled(proposal, term, at, officers, duty)
    if duty or kind.slug == "recused" or kind.slug in PAYING:
        apart = officers.four_apart(at)
        yield from duties.refusals(proposal, by, four_apart=apart)
        if kind.duty == PAY and kind.slug != "grant-returned" and not apart:
            yield from _watched(at, officers)


def acting(proposal: Proposal, by: str, at: date, officers: Officers) -> Term | None:
    """The term by which ``by`` records this, and whose key signs it; None out of office."""
    if proposal.kind == APPOINTED:
        return officers.acting(by, at)
    return officers.term(by, at)


def must_sign(proposal: Proposal, by: str, at: date, officers: Officers, duties: Duties) -> bool:
    """Whether ``by`` has to sign this: a decision always, a payment where ``by`` has a key.

    So nobody pays in the name of an officer with a key, to get round law 12.
    """
    if not officers.signing:
        return False
    if duties.is_decision(proposal):
        return True
    term = officers.term(by, at)
    return term is not None and bool(term.key) and duties.duty(proposal) == PAY


def _entitled(
    proposal: Proposal, term: Term, at: date, officers: Officers, duty: str
) -> Iterator[Refusal]:
    """A decision is for those whose office it is."""
    if proposal.kind == ACCEPTED:
        if proposal.facts.get("officer") != term.officer:
            yield _not_entitled(term, proposal.kind, _("it is for the successor"))
    elif proposal.kind in (*OFFICES, *ADOPTIONS):
        of = proposal.facts.get("of")
        about = officers.terms.get(of) if isinstance(of, int) else None
        allowed = officers.appointing(at, about)
        own = about is not None and about.officer == term.officer and proposal.kind != APPOINTED
        if term.officer not in allowed and not own:
            yield _not_entitled(
                term,
                proposal.kind,
                _("it is for {officers}").format(officers=_(", ").join(sorted(allowed)) or "-"),
            )
    elif duty == RECONCILE and Role.CASHIER in term.roles:
        yield _not_entitled(term, proposal.kind, _("a cashier checks no accounts"))
    elif (duty == DECIDE or proposal.kind in ADOPTIONS) and term.roles.isdisjoint(APPROVERS):
        yield _not_entitled(term, proposal.kind, _("it is for the chair or a committee member"))


def _told_a_class(term: Term, kind: Kind) -> Iterator[Refusal]:
    """A line about pupils with the code of a class's teacher would tell the class."""
    if kind.pupils and term.roles == {Role.CLASS_TEACHER}:
        yield Refusal(
            "not-entitled",
            _("{officer} teaches a class, and the line of “{kind}” says who recorded it").format(
                officer=term.officer, kind=kind_name(kind.slug)
            ),
            _("Class and stage of a pupil are in no line (docs/pupils.md)."),
            _("let the handler record it, with the teacher's name sealed: --teacher"),
        )
    elif kind.slug == REGISTERED and term.roles.isdisjoint(_KEEPERS):
        yield _not_entitled(
            term, kind.slug, _("it is for the handler, the chair or the keeper of archives")
        )


def _watched(at: date, officers: Officers) -> Iterator[Refusal]:
    """Where four different people are not there, an outside checker has to look on (R11)."""
    if next(officers.in_office(at, Role.CHECKER), None) is None:
        yield Refusal(
            "no-checker",
            _(
                "bookkeeper, cashier, approver and handler are not four different people on "
                "{day}, and no outside checker is in office"
            ).format(day=at),
            _("The four are different people (会计法 art. 25, 35); else a checker stands in."),
            _(
                "appoint them, or somebody of the parents' committee or the county as checker: "
                "`lovefund officer appoint`"
            ),
        )


def _told(proposal: Proposal, at: date, officers: Officers) -> Iterator[Refusal]:
    """What an entry about an officer says holds together."""
    facts = proposal.facts
    if _CODE(str(facts.get("officer", ""))) is None:
        yield _malformed(_("it names no officer"))
        return
    if proposal.kind == APPOINTED:
        yield from _appointment(proposal, at, officers)
    elif proposal.kind == ACCEPTED:
        yield from _acceptance(proposal, officers)
    elif proposal.kind != "recused":
        yield from _of_term(proposal, at, officers)


def _appointment(proposal: Proposal, at: date, officers: Officers) -> Iterator[Refusal]:
    term = term_from(-1, proposal.facts)
    if proposal.facts.get("of") != 0:
        yield _malformed(_("an appointment names entry 0"))
    if not term.roles or not term.roles <= ROLES.keys():
        yield _malformed(_("its offices are not known"))
    if not term.since <= term.last:
        yield _malformed(_("its last day is before its first"))
    if term.key and not officers.signing and term.since > at:
        yield _malformed(_("the first officer with a key is in office at once"))
    two = incompatible(term.roles)
    if two is not None:
        yield Refusal(
            "offices-apart",
            _("one person cannot be {one} and {other}").format(
                one=role_name(two[0]), other=role_name(two[1])
            ),
            _("A cashier keeps neither archives nor books and checks nothing (会计法 art. 35)."),
            _("appoint another person for one of the two"),
        )
    earlier = [t for t in officers.terms.values() if t.officer == term.officer]
    if any(t.since <= term.last and term.since <= t.last for t in earlier):
        yield Refusal(
            "in-office-already",
            _("{officer} holds an office in these days already").format(officer=term.officer),
            _("An officer has one term at a time."),
            _("end it first with `lovefund officer end`, or give another code"),
        )
    elif earlier and term.key != earlier[-1].key:
        yield Refusal(
            "code-taken",
            _("the code {officer} belonged to the holder of another key").format(
                officer=term.officer
            ),
            _("A code is one person for ever, so that law 12 knows who did what."),
            _("give a new person a new code; the same person appoints with the same key"),
        )
    if "key" in proposal.facts:
        yield from _key(term.officer, term.key, officers)


def _of_term(proposal: Proposal, at: date, officers: Officers) -> Iterator[Refusal]:
    facts = proposal.facts
    of = facts.get("of")
    term = officers.terms.get(of) if isinstance(of, int) else None
    if term is None or term.officer != facts.get("officer"):
        yield _malformed(_("it names no appointment of that officer"))
        return
    if proposal.kind == ENDED:
        try:
            last = date.fromisoformat(str(facts.get("last")))
        except ValueError:
            last = date.min
        if not term.since <= last <= term.last:
            yield Refusal(
                "not-in-these-days",
                _("{officer} is in office from {first} to {last}").format(
                    officer=term.officer,
                    first=term.since,
                    last="…" if term.last == date.max else term.last,
                ),
                _("An office ends within its term."),
                _("give a last day in it with --last"),
            )
    elif proposal.kind == REKEYED:
        yield from _key("", str(facts.get("key", "")), officers)
    elif proposal.kind == HANDOVER:
        to = str(facts.get("to"))
        if _SHA256(str(facts.get("sha256"))) is None:
            yield _malformed(_("it names no pack"))
        if to == term.officer or officers.term(to, at) is None:
            yield Refusal(
                "no-successor",
                _("{officer} cannot hand over to {to}: no other officer in office").format(
                    officer=term.officer, to=to
                ),
                _("A successor is in office before anything is handed over (docs/officers.md)."),
                _("appoint the successor first: `lovefund officer appoint`"),
            )


def _acceptance(proposal: Proposal, officers: Officers) -> Iterator[Refusal]:
    facts = proposal.facts
    of = facts.get("of")
    handover = officers.handovers.get(of) if isinstance(of, int) else None
    if handover is None:
        yield _malformed(_("it names no handover"))
        return
    if (facts.get("officer"), facts.get("sha256")) != (handover.to, handover.sha256):
        yield _malformed(_("it is not what was handed over"))
    if handover.accepted:
        yield Refusal(
            "accepted-already",
            _("this handover was accepted by {to} already").format(to=handover.to),
            _("What was handed over is accepted once."),
            _("`lovefund officer list` tells who is in office"),
        )


def _key(officer: str, key: str, officers: Officers) -> Iterator[Refusal]:
    """A key is whole, and was never another's; ``officer`` may appoint again with the own one."""
    try:
        key_bytes(key)
    except ValueError:
        yield _malformed(_("its key is none"))
        return
    if officers.keys.get(key, officer) != officer:
        yield Refusal(
            "key-taken",
            _("this key was announced before, for {officer}").format(officer=officers.keys[key]),
            _("Each officer has a key of the own, and an old one is not used again."),
            _("make a new one with `lovefund officer key`"),
        )


def role_name(role: str) -> str:
    """What an office is called in the reader's language."""
    zh, en = ROLES.get(role, (role, role))
    return zh if language() == "zh" else _(en)


def _malformed(what: str) -> Refusal:
    return Refusal(
        "officer-facts",
        _("the entry about an officer is not whole: {what}").format(what=what),
        _("Each kind of entry has its own facts (docs/officers.md)."),
        _("use `lovefund officer`"),
    )


def _not_in_office(by: str, at: date, officers: Officers) -> Refusal:
    known = sorted({t.officer for t in officers.in_office(at)})
    return Refusal(
        "not-in-office",
        _("{officer} holds no office on {day}").format(officer=by, day=at),
        _("Who records is an officer in office (docs/officers.md)."),
        _("say who you are with --officer; in office are {known}").format(
            known=_(", ").join(known) or "-"
        ),
    )


def _not_entitled(term: Term, kind: str, why: str) -> Refusal:
    return Refusal(
        "not-entitled",
        _("{officer} ({offices}) may not record “{kind}”: {why}").format(
            officer=term.officer,
            offices=_(", ").join(sorted(map(role_name, term.roles))),
            kind=kind_name(kind),
            why=why,
        ),
        _("Each office has its own powers (docs/officers.md)."),
        _("let that officer do it, with --officer and the officer's own key"),
    )
