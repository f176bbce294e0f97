"""The fund's own rules at the gate, and what they ask of the books: few rows, only when asked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, func, or_, select

from lovefund.core.accounts import AccountClass, Chart
from lovefund.core.agreements import AGREED as GRANT_AGREED
from lovefund.core.agreements import judge_agreement
from lovefund.core.campaigns import OPENED as CAMPAIGN
from lovefund.core.campaigns import Bazaar, judge_campaign
from lovefund.core.cases import APPROVED, EMERGENCY, Case
from lovefund.core.district import AdoptedDistrict, District, judge_adoption
from lovefund.core.effects import Effects
from lovefund.core.entries import Draft, Fact
from lovefund.core.given import APPLIED, GIVING, MENDING, TAKING_BACK, Deed, Given, Window
from lovefund.core.judge import CLASS
from lovefund.core.known import Group, Known
from lovefund.core.officers import Officers
from lovefund.core.overrides import AGREED, KINDS_OF_OVERRIDES, Overrides
from lovefund.core.rulebook import Adopted, judging
from lovefund.core.rules import PASSED, Verdict, book_of, by_article, judge_by_rules
from lovefund.errors import Refusal
from lovefund.log import lines
from lovefund.log.lines import Line
from lovefund.store import tables as t
from lovefund.store.cases import application_of, find_case
from lovefund.store.vault import Vault

#: The kinds that :meth:`Ruling.judge_decided` judges, beside what names a drive.
DECIDED = (CAMPAIGN, GRANT_AGREED)
_OF_FUND: BindParameter[str] = bindparam("of_fund")
_ADOPTED = (
    select(t.rulebook.c.entry_no, t.rulebook.c.content)
    .where(t.rulebook.c.fund == _OF_FUND)
    .order_by(t.rulebook.c.entry_no)
)

_e, _s, _p = t.entry.c, t.sealed.c, t.posting.c
_VOIDED = select(_e.of_no).where(_e.fund == _OF_FUND, _e.kind == "void", _e.of_no.is_not(None))
_IN_WINDOW = _e.effective_on.between(bindparam("first_day"), bindparam("last_day"))
_FIRST_GIVEN = select(func.min(_e.no)).where(_e.fund == _OF_FUND, _e.kind.in_(GIVING), _IN_WINDOW)
#: The grants of a window, with the dossiers of those who were given, and all that changes them.
_GIVEN = (
    select(_e.no, _e.kind, _e.effective_on, _e.of_no, _e.total_fen, _s.content)
    .outerjoin(
        t.sealed,
        (_s.fund == _e.fund)
        & (_s.entry_no == _e.no)
        & (_s.vault == "pupils")
        & or_(_e.kind.in_(TAKING_BACK), _IN_WINDOW),
    )
    .where(
        _e.fund == _OF_FUND,
        or_(
            _e.kind.in_((*GIVING, APPLIED)) & _IN_WINDOW,
            _e.kind.in_((*GIVING, *TAKING_BACK, *MENDING))
            & _e.of_no.is_not(None)
            & (_e.no > _FIRST_GIVEN.scalar_subquery()),
        ),
    )
    .order_by(_e.no)
)
_OF_CLASSES = (
    select(_e.total_fen, func.count())
    .join(t.posting, (_p.fund == _e.fund) & (_p.entry_no == _e.no) & (_p.posting_no == 1))
    .where(
        _e.fund == _OF_FUND,
        _e.kind == "donation",
        _p.credit == bindparam("account"),
        _e.no.not_in(_VOIDED),
    )
    .group_by(_e.total_fen)
)
#: Gifts of classes: those of a day that name no drive, and those of a drive.
_OF_A_DAY = _OF_CLASSES.where(
    _e.effective_on == bindparam("day"), _e.line.not_like('%"campaign":%')
)
_OF_A_DRIVE = _OF_CLASSES.where(_e.line.like(bindparam("drive")))


def read_adopted(connection: Connection, fund: str) -> tuple[Adopted, ...]:
    """The rulebooks that a fund adopted, in order."""
    return _read(connection, fund)[0]


def read_district(connection: Connection, fund: str) -> AdoptedDistrict | None:
    """The district's book that binds a fund: the last that it adopted, or None."""
    return _read(connection, fund)[1]


def _read(connection: Connection, fund: str) -> tuple[tuple[Adopted, ...], AdoptedDistrict | None]:
    books: list[Adopted] = []
    district: AdoptedDistrict | None = None
    for no, content in connection.execute(_ADOPTED, {"of_fund": fund}):
        book = book_of(content)
        if isinstance(book, District):
            district = AdoptedDistrict(no, book)
        else:
            books.append(Adopted(no, book))
    return tuple(books), district


def read_override(connection: Connection, fund: str, no: int, into: Overrides) -> None:
    """What became of override ``no``: who agreed, and which entry used it."""
    e = t.entry.c
    rows = connection.execute(
        select(e.line)
        .where(
            e.fund == fund,
            e.no >= no,
            or_(e.no == no, e.of_no == no, e.line.like(f'%"override":{no}%')),
        )
        .order_by(e.no)
    )
    for text in rows.scalars():
        line = lines.read_line(text.encode("ascii"))
        into.add(line.no, line.by, line)


class Ruling:
    """The rulebooks of a fund while its gate is open; the gate adds the effects up."""

    def __init__(
        self, connection: Connection, fund: str, vault: Vault, chart: Chart, at: date
    ) -> None:
        self.adopted, self.district = _read(connection, fund)
        self._connection = connection
        self._fund = fund
        self._overrides = Overrides()
        self._base = KeptBase(connection, fund, vault, chart)
        self._chart = chart
        self._at = at
        self._known: Known | None = None
        self._judging: dict[date, tuple[Adopted, ...]] = {}

    def judging(self, on: date) -> tuple[Adopted, ...]:
        """The books that judge an entry of that day, recorded today."""
        if on not in self._judging:
            self._judging[on] = judging(self.adopted, on, self._at)
        return self._judging[on]

    def judge(self, no: int, draft: Draft, effects: Effects) -> Verdict:
        """What the books in force say of entry ``no``, on top of the ``effects`` before it."""
        if not self.adopted:
            return PASSED
        if self._known is None:
            self._known = Known(self._chart, self._at, effects, self._base)
        verdict = judge_by_rules(draft, self._known, self.judging(draft.on))
        self._known.note(draft, no)
        aside = self._overrides.set_aside(draft)
        return verdict.without(aside) if aside else verdict

    def judge_override(self, draft: Draft, by: str, *, signing: bool) -> Iterator[Refusal]:
        """Why an override may not be made, agreed to or used by this draft."""
        if draft.kind not in KINDS_OF_OVERRIDES and "override" not in draft.facts:
            return
        named = draft.facts.get("of" if draft.kind == AGREED else "override")
        if isinstance(named, int) and not self._overrides.knows(named):
            read_override(self._connection, self._fund, named, self._overrides)
        books = self.judging(draft.on)
        yield from self._overrides.judge(draft, by, books, signing=signing)

    def judge_decided(self, draft: Draft, by: str, officers: Officers) -> Iterator[Refusal]:
        """Why a drive may not be opened or named so, or an approval not be agreed to."""
        yield from judge_campaign(draft, self._base.campaign)
        of = draft.facts.get("of")
        if draft.kind == GRANT_AGREED and isinstance(of, int):
            e = t.entry.c
            approved_by = self._connection.execute(
                select(e.officer).where(e.fund == self._fund, e.no == of, e.kind == APPROVED)
            ).scalar()
            yield from judge_agreement(draft, by, approved_by or "", officers, self._at)

    def took(self, no: int, by: str, draft: Draft) -> None:
        """Go on from an entry that is being recorded."""
        if draft.kind in KINDS_OF_OVERRIDES or "override" in draft.facts:
            self._overrides.add(no, by, draft)

    def judge_adoption(self, draft: Draft) -> Iterator[Refusal]:
        """Why the book that a draft adopts may not hold here."""
        book = book_of(draft.document)
        yield from judge_adoption(draft.facts, book, self.adopted, self.district, self._at)

    def adopt(self, no: int, text: str) -> None:
        """From the next entry on that book judges entries, or the books that are adopted."""
        book = book_of(text)
        if isinstance(book, District):
            self.district = AdoptedDistrict(no, book)
        else:
            self.adopted = (*self.adopted, Adopted(no, book))
            self._judging.clear()

    def cited(self, refusals: Iterable[Refusal]) -> Iterator[Refusal]:
        """Refusals of the laws, each with the article of the book in force that stands for it."""
        books = self.judging(self._at)
        return (by_article(refusal, books) for refusal in refusals)

    def settled(self, effects: Effects) -> None:
        """The effects so far were written; ``effects`` gathers those that follow."""
        if self._known is not None:
            self._known.settled(effects)


class KeptBase:
    """The books before the drafts being judged, as the tables keep them; amounts in fen."""

    def __init__(self, connection: Connection, fund: str, vault: Vault, chart: Chart) -> None:
        self._connection = connection
        self._fund = fund
        self._vault = vault
        self._money = [a.code for a in chart.of_class(AccountClass.MONEY)]
        self._classes = chart.code(CLASS)

    def held(self, account: str) -> int:
        """Debit minus credit of an account."""
        a = t.account.c
        return self._sum(
            select(a.debit_fen - a.credit_fen).where(a.fund == self._fund, a.code == account)
        )

    def free(self, restriction: str) -> int:
        """A restriction's money without what is owed or reserved."""
        r = t.restriction.c
        return self._sum(
            select(r.money_fen - r.payable_fen - r.reserved_fen).where(
                r.fund == self._fund, r.code == restriction
            )
        )

    def moved(self, account: str, year: int) -> int:
        """Debit minus credit of an account over one year."""
        b = t.balance.c
        return self._sum(
            select(func.sum(b.debit_fen - b.credit_fen)).where(
                b.fund == self._fund,
                b.account == account,
                b.month >= f"{year}-01",
                b.month <= f"{year}-12",
            )
        )

    def money_before(self, restriction: str, year: int) -> int:
        """A restriction's money at the end of the year before."""
        b = t.balance.c
        return self._sum(
            select(func.sum(b.debit_fen - b.credit_fen)).where(
                b.fund == self._fund,
                b.account.in_(self._money),
                b.restriction == restriction,
                b.month < f"{year}-01",
            )
        )

    def given(self, window: Window) -> Given:
        """What each pupil was given in a window, from its first grant on.

        Nothing is known where this machine has not the keys of the pupils' files.
        """
        asked = {
            "of_fund": self._fund,
            "first_day": window.first.isoformat(),
            "last_day": window.last.isoformat(),
        }
        rows = self._connection.execute(_GIVEN, asked)
        given = Given(window)
        for no, kind, on, of, total_fen, content in rows:
            slot = (self._vault.open(no, "pupils", content) or {}).get("file") if content else None
            file = json.loads(slot[1]) if slot else None
            facts = {} if of is None else {"of": of}
            given.note(Deed(no, kind, date.fromisoformat(on), facts, total_fen, file))
        return given

    def kind_of(self, no: int) -> str:
        """The kind of an entry, or empty."""
        e = t.entry.c
        found = self._connection.execute(
            select(e.kind).where(e.fund == self._fund, e.no == no)
        ).scalar()
        return str(found or "")

    def campaign(self, no: int) -> Mapping[str, Fact] | None:
        """The facts of the drive that entry ``no`` opened and that stands, or None."""
        return next((line.facts for line in self._lines(CAMPAIGN, no)), None)

    def bazaars(self) -> list[Bazaar]:
        """The bazaars that stand, in order."""
        s = t.statement.c
        rows = self._connection.execute(
            select(s.period_from, s.period_to).where(s.fund == self._fund)
        ).all()
        return [
            Bazaar(
                line.no,
                date.fromisoformat(event),
                any(first <= event <= last for first, last in rows),
            )
            for line in self._lines(CAMPAIGN)
            if (event := str(line.facts.get("event", "")))
        ]

    def class_gifts(self, group: Group) -> Counter[int]:
        """How many gifts of classes there are of each amount, in a drive or on a day."""
        asked = {"of_fund": self._fund, "account": self._classes}
        if isinstance(group, date):
            rows = self._connection.execute(_OF_A_DAY, {**asked, "day": group.isoformat()})
        else:
            drive = f'%"campaign":{group},%'
            rows = self._connection.execute(_OF_A_DRIVE, {**asked, "drive": drive})
        return Counter({row[0]: row[1] for row in rows})

    def emergencies(self) -> list[Case]:
        """The applications on the path of emergencies that stand, in order."""
        found = (
            find_case(self._connection, self._fund, line.no)
            for line in self._lines(APPLIED)
            if line.facts.get("path") == EMERGENCY
        )
        return [case for case in found if case is not None and not case.voided]

    def alone(self, no: int) -> bool:
        """Whether entry ``no`` approves an emergency and no second officer agreed to it."""
        of = application_of(self._connection, self._fund, no)
        case = None if of is None else find_case(self._connection, self._fund, of)
        if case is None or case.path != EMERGENCY:
            return False
        return not any(line.facts.get("of") == no for line in self._lines(GRANT_AGREED))

    def _lines(self, kind: str, no: int | None = None) -> Iterator[Line]:
        """The lines of a kind that no later entry voids, or the one of that number."""
        e = t.entry.c
        rows = self._connection.execute(
            select(e.line)
            .where(
                e.fund == _OF_FUND,
                e.kind == kind,
                e.no.not_in(_VOIDED),
                *(() if no is None else (e.no == no,)),
            )
            .order_by(e.no),
            {"of_fund": self._fund},
        )
        return (lines.read_line(text.encode("ascii")) for text in rows.scalars())

    def _sum(self, query: Select[Any]) -> int:
        return int(self._connection.execute(query).scalar() or 0)
