"""A fund's officers and who did what, as the gate needs them: read once, then gone on from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, or_, select

from lovefund.core.duties import PAYING, PROMISE, Deed, Duties, named
from lovefund.core.entitlement import Proposal, acting, judge_officer, must_sign
from lovefund.core.kinds import KINDS
from lovefund.core.officers import NAMED, OFFICES, Officers, key_bytes
from lovefund.core.reconciliations import AGREED, RECONCILED
from lovefund.errors import Refusal
from lovefund.language import _
from lovefund.log import lines
from lovefund.log.lines import Line
from lovefund.log.signatures import Carried, Signer, is_signed
from lovefund.store import tables as t

_e = t.entry.c
_OF_FUND: BindParameter[str] = bindparam("of_fund")
_NUMBERS: BindParameter[Any] = bindparam("numbers", expanding=True)
#: Appointments name entry 0, and what becomes of an office names its appointment.
_NAMING = (
    select(_e.line)
    .where(_e.fund == _OF_FUND, _e.of_no.in_(_NUMBERS), _e.kind.in_(OFFICES))
    .order_by(_e.no)
)
_AROUND = (
    select(_e.line)
    .where(_e.fund == _OF_FUND, or_(_e.no.in_(_NUMBERS), _e.of_no.in_(_NUMBERS)))
    .order_by(_e.no)
)
_ASKED_MAX = 400
_RECONCILED = select(_e.no).where(_e.fund == _OF_FUND, _e.kind == RECONCILED)
_PAID = select(_e.no).where(
    _e.fund == _OF_FUND,
    _e.kind.in_(PAYING),
    _e.effective_on >= bindparam("first"),
    _e.effective_on <= bindparam("last"),
)


def read_officers(connection: Connection, fund: str, size: int | None = None) -> Officers:
    """The fund's officers, from the few entries that tell of them among the first ``size``."""

    def naming(numbers: list[int]) -> list[Line]:
        rows = connection.execute(_NAMING, {"of_fund": fund, "numbers": numbers})
        return [lines.read_line(text.encode("ascii")) for text in rows.scalars()]

    told: list[Line] = []
    asked = [0]
    while asked:
        found = naming(asked)
        told += found
        asked = [line.no for line in found if line.kind in NAMED]
    officers = Officers()
    for line in sorted(told, key=lambda line: line.no):
        if size is None or line.no < size:
            officers.add(line.no, line.kind, line.facts)
    return officers


class Offices:
    """The officers and duties of a fund, in one transaction of its gate."""

    def __init__(self, connection: Connection, fund: str) -> None:
        self._connection = connection
        self._fund = fund
        self._duties = Duties()
        self._read: set[int] = set()
        #: Whether what was reconciled has been read, which payments look at.
        self._reconciliations = False
        #: Kinds that belong to no case, and that passed: they pass until an office changes.
        self._passed: set[str] = set()

    @cached_property
    def officers(self) -> Officers:
        """Who holds which office, counting the entries of this transaction."""
        return read_officers(self._connection, self._fund)

    def judge(
        self, draft: Proposal, by: str, at: date, signer: Signer | Carried | None, *, trial: bool
    ) -> list[Refusal]:
        """Why ``by`` may not record this; of a ``trial`` no signature is asked."""
        if draft.kind in self._passed:
            return []
        if self.officers.signing:
            self._learn(draft)
        refusals = list(judge_officer(draft, by, at, self.officers, self._duties))
        if not refusals and not trial and self.signs(draft, by, at):
            term = acting(draft, by, at, self.officers)
            key = term.key if term is not None else ""
            if not key:
                refusals.append(keyless(by))
            elif signer is None or signer.public != key_bytes(key):
                refusals.append(unsigned(by))
        if not refusals and _stands_alone(draft.kind):
            self._passed.add(draft.kind)
        return refusals

    def signs(self, draft: Proposal, by: str, at: date) -> bool:
        """Whether ``by`` has to sign this."""
        return must_sign(draft, by, at, self.officers, self._duties)

    def took(self, no: int, by: str, draft: Deed) -> None:
        """Go on from an entry that is being recorded."""
        if self.officers.signing and (draft.kind not in self._passed or "of" in draft.facts):
            self._read.add(no)
            self._duties.add(no, by, draft)
        if draft.kind in OFFICES:
            self._passed.clear()
            self.officers.add(no, draft.kind, draft.facts)

    def _learn(self, draft: Deed) -> None:
        """Read the case of a draft that may belong to one: what it names, and what names that."""
        kind = KINDS.get(draft.kind)
        if kind is None or (_stands_alone(draft.kind) and not named(draft.facts)):
            return
        self._follow({n for n in named(draft.facts) if n and not self._duties.knows(n)})
        if draft.kind in (RECONCILED, AGREED):
            self._follow(self._paid_in_span(draft))
        elif draft.kind in PAYING and not self._reconciliations:
            self._reconciliations = True
            asked = {"of_fund": self._fund}
            self._follow(set(self._connection.execute(_RECONCILED, asked).scalars()))

    def _paid_in_span(self, draft: Deed) -> set[int]:
        """The payments in the days that a reconciliation, or the second word on one, is of."""
        of = draft.facts.get("of")
        said = self._duties.span(of) if draft.kind == AGREED and isinstance(of, int) else None
        first = said.first.isoformat() if said else str(draft.facts.get("from"))
        last = said.last.isoformat() if said else str(draft.facts.get("to"))
        asked = {"of_fund": self._fund, "first": first, "last": last}
        return set(self._connection.execute(_PAID, asked).scalars())

    def _follow(self, asked: set[int]) -> None:
        """Read these entries and all that hangs together with them."""
        found: dict[int, Line] = {}
        seen: set[int] = set()
        while asked:
            seen |= asked
            near: set[int] = set()
            for line in self._around(asked):
                found[line.no] = line
                near |= {line.no, *named(line.facts)}
            # Everything hangs on the opening of the fund; no case does.
            asked = near - seen - {0}
        for no in sorted(found.keys() - self._read):
            self._read.add(no)
            self._duties.add(no, found[no].by, found[no])

    def _around(self, numbers: set[int]) -> Iterable[Line]:
        waiting = iter(sorted(numbers))
        while part := list(islice(waiting, _ASKED_MAX)):
            rows = self._connection.execute(_AROUND, {"of_fund": self._fund, "numbers": part})
            yield from [lines.read_line(text.encode("ascii")) for text in rows.scalars()]


def _stands_alone(slug: str) -> bool:
    """Whether an entry of this kind is of no case, and no decision."""
    kind = KINDS.get(slug)
    if kind is None or slug == PROMISE:
        return False
    return not (kind.duty or kind.decision or kind.names or slug in PAYING)


def judge_line(line: Line, officers: Officers, duties: Duties) -> list[Refusal]:
    """Why a line should not have been recorded by its officer, or is not signed by him."""
    refusals = list(judge_officer(line, line.by, line.at, officers, duties))
    if not refusals and must_sign(line, line.by, line.at, officers, duties):
        term = acting(line, line.by, line.at, officers)
        if term is None or not term.key:
            refusals.append(keyless(line.by))
        elif not is_signed(line, key_bytes(term.key)):
            refusals.append(unsigned(line.by))
    return refusals


def unsigned(by: str) -> Refusal:
    """The refusal of what its officer's key had to sign and did not."""
    return Refusal(
        "unsigned",
        _("this is not signed with the key of {officer}").format(officer=by),
        _("Decisions are signed, and payments by officers with a key (log format, section 1)."),
        _("have {officer} at hand, with the key file and its passphrase").format(officer=by),
    )


def keyless(by: str) -> Refusal:
    """The refusal of a decision by an officer who has no key."""
    return Refusal(
        "no-key-in-books",
        _("{officer} has no key in these books and cannot sign a decision").format(officer=by),
        _("Decisions are signed, and payments by officers with a key (log format, section 1)."),
        _("let an officer with a key decide, or announce one with `lovefund officer rekey`"),
    )
