"""Officers: who holds which office on a day, and with which key.

Told by the entries of five kinds, folded in the order of the log. An officer is a code, one for
each person; a term names the offices that it holds from a day on::

    officer-appointed ──► in office ──► officer-rekeyed (the old key stops) ──► in office
                              ├──────► officer-ended, or the last day of the term ──► over
                              └──────► handover ──► handover-accepted (at once) ────► over
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import product

from lovefund.core.entries import Fact
from lovefund.language import N_


class Role(StrEnum):
    """The offices of a fund; a closed set."""

    CHAIR = "chair"
    MEMBER = "member"
    BOOKKEEPER = "bookkeeper"
    CASHIER = "cashier"
    HANDLER = "handler"
    CLASS_TEACHER = "class-teacher"
    SUPERVISOR = "supervisor"
    CHECKER = "checker"
    AUDITOR = "auditor"
    ARCHIVIST = "archivist"


#: What each office is called: Chinese, English (a message id).
ROLES: dict[str, tuple[str, str]] = {
    Role.CHAIR: ("主任", N_("chair")),
    Role.MEMBER: ("委员", N_("committee member")),
    Role.BOOKKEEPER: ("会计", N_("bookkeeper")),
    Role.CASHIER: ("出纳", N_("cashier")),
    Role.HANDLER: ("经办", N_("handler")),
    Role.CLASS_TEACHER: ("班主任", N_("class teacher")),
    Role.SUPERVISOR: ("监督", N_("supervisor")),
    Role.CHECKER: ("校外复核", N_("outside checker")),
    Role.AUDITOR: ("审计", N_("auditor")),
    Role.ARCHIVIST: ("档案保管", N_("keeper of archives")),
}
#: Who decides on grants.
APPROVERS = (Role.CHAIR, Role.MEMBER)
#: Of these nobody holds two: a cashier checks no accounts and keeps neither archives nor books
#: (会计法 art. 35).
_CASHIER_MAY_NOT = (Role.BOOKKEEPER, Role.ARCHIVIST, Role.SUPERVISOR)
#: They look on from outside and hold no other office.
_OUTSIDE = (Role.CHECKER, Role.AUDITOR)
#: The kinds that tell of offices; each but the first names the appointment in ``of``.
APPOINTED, ENDED, REKEYED = "officer-appointed", "officer-ended", "officer-rekeyed"
HANDOVER, ACCEPTED = "handover", "handover-accepted"
OFFICES = (APPOINTED, ENDED, REKEYED, HANDOVER, ACCEPTED)
#: Later entries name these in ``of``.
NAMED = (APPOINTED, HANDOVER)


@dataclass(frozen=True, slots=True)
class Term:
    """An officer's term by the entry ``no`` that appointed; ``key`` is empty for who has none.

    ``over`` says that the office was handed over: it ended within the day.
    """

    no: int
    officer: str
    roles: frozenset[str]
    since: date
    last: date = date.max
    key: str = ""
    over: bool = False

    def covers(self, day: date) -> bool:
        """Whether the officer is in office on a day."""
        return not self.over and self.since <= day <= self.last


@dataclass(frozen=True, slots=True)
class Handover:
    """What an officer hands over to another, by the hash of its pack, until it is accepted."""

    term: int
    officer: str
    to: str
    sha256: str
    accepted: bool = False


class Officers:
    """The terms of a fund's officers, as the entries added so far tell them."""

    def __init__(self) -> None:
        self.terms: dict[int, Term] = {}
        self.handovers: dict[int, Handover] = {}
        #: Every key that was ever announced, with whose it is.
        self.keys: dict[str, str] = {}
        #: The entry that announced the first one, after which decisions are signed.
        self.signed_after: int | None = None
        self._known: dict[tuple[str, date], Term | None] = {}

    @property
    def signing(self) -> bool:
        """Whether decisions are to be signed: from the first officer with a key on, for ever."""
        return bool(self.keys)

    def add(self, no: int, kind: str, facts: Mapping[str, Fact]) -> None:
        """Go on from an entry; of other kinds nothing follows."""
        if kind not in OFFICES:
            return
        self._known.clear()
        key = str(facts.get("key", ""))
        of = facts.get("of")
        of = of if isinstance(of, int) else -1
        if kind == APPOINTED:
            self.terms[no] = term_from(no, facts)
        elif kind == ACCEPTED and of in self.handovers:
            handover = self.handovers[of] = replace(self.handovers[of], accepted=True)
            term = self.terms[handover.term]
            last = min(term.last, _day(facts.get("last"), date.max))
            self.terms[term.no] = replace(term, last=last, over=True)
        elif of in self.terms:
            self._go_on(no, kind, self.terms[of], facts)
        if key:
            self.keys.setdefault(key, str(facts.get("officer", "")))
            self.signed_after = no if self.signed_after is None else self.signed_after

    def _go_on(self, no: int, kind: str, term: Term, facts: Mapping[str, Fact]) -> None:
        if kind == ENDED:
            last = min(term.last, _day(facts.get("last"), date.max))
            self.terms[term.no] = replace(term, last=last)
        elif kind == REKEYED:
            self.terms[term.no] = replace(term, key=str(facts.get("key", "")))
        elif kind == HANDOVER:
            to, pack = str(facts.get("to", "")), str(facts.get("sha256", ""))
            self.handovers[no] = Handover(term.no, term.officer, to, pack)

    def term(self, officer: str, day: date) -> Term | None:
        """The officer's term on a day, or None."""
        asked = (officer, day)
        if asked not in self._known:
            found = (t for t in self.terms.values() if t.officer == officer and t.covers(day))
            self._known[asked] = next(found, None)
        return self._known[asked]

    def acting(self, officer: str, day: date) -> Term | None:
        """The term by which an officer may appoint on a day, or None.

        Where nobody in office has a key any more it is the last one who had: books do not close
        to everybody because a term ran out.
        """
        term = self.term(officer, day)
        if term is not None or any(t.key for t in self.in_office(day)):
            return term
        keyed = (t for t in self.terms.values() if t.key and t.since <= day)
        last = max(keyed, key=lambda t: (t.last, t.no), default=None)
        return last if last is not None and last.officer == officer else None

    def in_office(self, day: date, *roles: str) -> Iterator[Term]:
        """The terms on a day of those who hold one of these offices (none named: any)."""
        for term in self.terms.values():
            if term.covers(day) and (not roles or not term.roles.isdisjoint(roles)):
                yield term

    def four_apart(self, day: date) -> bool:
        """Whether bookkeeper, cashier, approver and handler can be four different people."""
        wanted = ((Role.BOOKKEEPER,), (Role.CASHIER,), APPROVERS, (Role.HANDLER,))
        held = [{t.officer for t in self.in_office(day, *roles)} for roles in wanted]
        return any(len(set(people)) == len(wanted) for people in product(*held))

    def appointing(self, day: date, about: Term | None) -> set[str]:
        """Who may sign that an office begins, ends or gets a new key.

        The chair; of the chair's own office the supervisor or a member as well; while there is
        no chair, whoever has a key, or was the last to have one.
        """
        chairs = {t.officer for t in self.in_office(day, Role.CHAIR) if t.key}
        if about is not None and about.officer in chairs:
            others = self.in_office(day, Role.SUPERVISOR, Role.MEMBER)
            return chairs | {t.officer for t in others if t.key}
        keyed = {t.officer for t in self.in_office(day) if t.key}
        return chairs or keyed or {o for o in self.keys.values() if self.acting(o, day)}


def incompatible(roles: frozenset[str]) -> tuple[str, str] | None:
    """Two of these offices that nobody holds together, or None."""
    for outside in _OUTSIDE:
        if outside in roles and len(roles) > 1:
            return outside, min(roles - {outside})
    if Role.CASHIER in roles:
        for role in _CASHIER_MAY_NOT:
            if role in roles:
                return Role.CASHIER, role
    return None


def term_from(no: int, facts: Mapping[str, Fact]) -> Term:
    """The term that an ``officer-appointed`` entry announces; days that are none hold no time."""
    roles = facts.get("roles")
    return Term(
        no,
        str(facts.get("officer", "")),
        frozenset(map(str, roles)) if isinstance(roles, list) else frozenset(),
        _day(facts.get("from"), date.max),
        _day(facts["until"], date.min) if "until" in facts else date.max,
        str(facts.get("key", "")),
    )


def _day(fact: Fact | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(str(fact))
    except ValueError:
        return otherwise


def key_bytes(key: str) -> bytes:
    """The 32 bytes of a public key as entries write it; ValueError where it is none."""
    raw = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
    if len(raw) != 32 or key_text(raw) != key:
        raise ValueError("not a public key")
    return raw


def key_text(public: bytes) -> str:
    """A public key as entries write it: base64url without padding."""
    return base64.urlsafe_b64encode(public).decode().rstrip("=")
