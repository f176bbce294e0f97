"""The grants of the worked school's year, from application to follow-up; all fictional."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from school_gifts import person
from school_office import (
    CASHIER,
    CHAIR,
    HANDLER,
    MEMBER,
    SUPERVISOR,
    TEACHER,
    Office,
    name_of,
    told,
)

from lovefund.actions import case_papers, cases, rules, spend
from lovefund.core.cases import EMERGENCY, SMALL, USUAL
from lovefund.core.papers import Papers
from lovefund.core.steps import Applicant
from lovefund.errors import Refused

Event = Callable[[Office, date], object]
_CONTACT = (
    "监督小组：家长代表郑女士，校门口意见箱（虚构）"
    " | Supervisors: Ms Zheng of the parents, or the box at the gate (fictional)"
)


@dataclass
class Grant:
    """An application: its path, its minutes, who asks for how much, and the day of each step."""

    path: str
    minutes: str
    first: int
    count: int
    yuan: int
    days: dict[str, tuple[int, int]]
    #: Its entry, once it is recorded.
    no: int = -1

    def applicants(self) -> tuple[Applicant, ...]:
        """The pupils; one code is the same pupil all year."""
        return tuple(_applicant(n, self.yuan) for n in range(self.first, self.first + self.count))

    def on(self, step: str) -> date:
        """The day of a step."""
        return date(2026, *self.days[step])


def _applicant(number: int, yuan: int) -> Applicant:
    chance = random.Random(number)
    pupil, guardian = person(chance), person(chance)
    account = "" if f"L{number:03d}" == NEVER_CAME else f"6200 0000 0000 {number:04d}"
    return Applicant(f"L{number:03d}", guardian, yuan * 100, pupil, account=account)


def _days(**days: tuple[int, int]) -> dict[str, tuple[int, int]]:
    return days


_SMALL_MARCH = Grant(SMALL, "XZ-2026-01", 20, 1, 300, _days(
    apply=(3, 3), confirm=(3, 4), review=(3, 6), notice=(3, 9), approve=(3, 17), pay=(3, 18),
    signed=(3, 20), follow=(4, 22),
))  # fmt: skip
_APRIL = Grant(USUAL, "HY-2026-01", 31, 3, 400, _days(
    apply=(4, 7), confirm=(4, 9), visit=(4, 14), review=(4, 20), notice=(4, 21), approve=(4, 29),
    pay=(4, 30), signed=(5, 8), follow=(6, 3),
))  # fmt: skip
_FIRE = Grant(EMERGENCY, "HY-2026-02", 34, 1, 600, _days(
    apply=(5, 12), confirm=(5, 12), approve=(5, 12), pay=(5, 13), notice=(5, 15), signed=(5, 15),
    review=(5, 22), follow=(6, 17),
))  # fmt: skip
SUMMER = Grant(USUAL, "HY-2026-03", 1, 17, 400, _days(
    apply=(5, 25), confirm=(5, 27), visit=(6, 2), review=(6, 5), notice=(6, 8), approve=(6, 16),
    tell=(6, 18), pay=(6, 24), signed=(6, 30), follow=(7, 7),
))  # fmt: skip
_SMALL_SEPTEMBER = Grant(SMALL, "XZ-2026-02", 41, 2, 300, _days(
    apply=(9, 2), confirm=(9, 3), review=(9, 4), notice=(9, 7), approve=(9, 15), pay=(9, 16),
    signed=(9, 18), follow=(10, 20),
))  # fmt: skip
_OCTOBER = Grant(USUAL, "HY-2026-04", 44, 3, 400, _days(
    apply=(10, 9), confirm=(10, 13), visit=(10, 16), review=(10, 21), notice=(10, 22),
    approve=(10, 30), pay=(11, 2), signed=(11, 6), follow=(12, 2),
))  # fmt: skip
_SMALL_NOVEMBER = Grant(SMALL, "XZ-2026-03", 48, 1, 300, _days(
    apply=(11, 4), confirm=(11, 5), review=(11, 6), notice=(11, 9), approve=(11, 17),
    pay=(11, 18), signed=(11, 20), follow=(12, 16),
))  # fmt: skip
#: The pupil had 300 in September: with these 600 it is more than the 800 of a term.
_FLOOD = Grant(EMERGENCY, "HY-2026-05", 41, 1, 600, _days(
    apply=(11, 16), confirm=(11, 16), approve=(11, 16), pay=(11, 17), notice=(11, 19),
    signed=(11, 19), review=(11, 27), follow=(12, 16),
))  # fmt: skip
_WINTER = Grant(USUAL, "HY-2026-06", 51, 13, 400, _days(
    apply=(11, 23), confirm=(11, 25), visit=(12, 1), review=(12, 4), notice=(12, 7),
    approve=(12, 15), pay=(12, 21), signed=(12, 25), follow=(12, 30),
))  # fmt: skip
_GRANTS = (
    _SMALL_MARCH, _APRIL, _FIRE, SUMMER, _SMALL_SEPTEMBER, _OCTOBER, _SMALL_NOVEMBER, _FLOOD,
    _WINTER,
)  # fmt: skip
#: Of the seventeen of the summer, one each is refused, gives up, never comes, and moves away.
REFUSED, GAVE_UP, NEVER_CAME, MOVED_AWAY = "L017", "L016", "L015", "L014"


def events() -> Iterator[tuple[date, Event]]:
    """Every step of every grant with its day, those of one day in their order."""
    for grant in _GRANTS:
        grant = replace(grant)
        if grant.minutes == SUMMER.minutes:
            yield from _summer(grant)
        if grant.minutes == _FLOOD.minutes:
            yield from _override(grant)
        for step in grant.days:
            if step == "pay" and grant.minutes == SUMMER.minutes:
                codes = tuple(a.case for a in grant.applicants() if a.case < NEVER_CAME)
                yield grant.on(step), _pay(grant, codes)
            elif step != "pay" or grant.minutes != _FLOOD.minutes:
                yield grant.on(step), _STEPS[step](grant)
        if grant.minutes == _WINTER.minutes:
            yield from _objected(grant)


def _apply(grant: Grant) -> Event:
    def step(office: Office, day: date) -> None:
        ws = office.at(day, HANDLER)
        asked = office.paper("application.txt", f"资助申请表 {grant.minutes}")
        grant.no = cases.apply(ws, day, grant.applicants(), path=grant.path, papers=asked).no

    return step


def _confirm(grant: Grant) -> Event:
    """By the handler: the teacher's own code in a public line would tell the pupil's class."""
    return lambda office, day: cases.confirm(
        office.at(day, HANDLER), grant.no, day, teacher=name_of(TEACHER)
    )


def _visit(grant: Grant) -> Event:
    def step(office: Office, day: date) -> None:
        seen = office.paper("visit.txt", f"家访记录 {grant.minutes}")
        cases.visit(office.at(day, HANDLER), grant.no, day, "赵老师、孙老师（虚构）", seen)

    return step


def _review(grant: Grant) -> Event:
    present = 3 if grant.path == SMALL else 7

    def step(office: Office, day: date) -> None:
        minutes = office.paper("minutes.txt", f"会议纪要 {grant.minutes}", reference=grant.minutes)
        cases.review(office.at(day, HANDLER), grant.no, day, present, present - 1, 1, minutes)

    return step


def _notice(grant: Grant) -> Event:
    return lambda office, day: cases.notice(office.at(day, HANDLER), grant.no, _CONTACT)


def _decision(grant: Grant) -> Papers:
    """An emergency is decided before its meeting, by the slip that the chair and a member sign."""
    slip = grant.minutes.replace("HY", "YJ") if grant.path == EMERGENCY else ""
    return Papers(reference=slip)


def _approve(grant: Grant) -> Event:
    """The chair decides; on an emergency a member with her."""

    def step(office: Office, day: date) -> None:
        ws = office.at(day, CHAIR)
        no = office.booked(cases.approve(ws, grant.no, day, papers=_decision(grant)))
        if grant.path == EMERGENCY:
            rules.agree(office.at(day, MEMBER), no, day)

    return step


def _tell(grant: Grant) -> Event:
    return lambda office, day: office.booked(cases.tell(office.at(day, HANDLER), grant.no, day))


def _pay(grant: Grant, codes: tuple[str, ...] = (), override: int | None = None) -> Event:
    def step(office: Office, day: date) -> None:
        path = office.drawer / f"bank-list-{grant.no}.csv"
        case_papers.bank_list(office.at(day), grant.no, path)
        told = office.scan(path, reference=_decision(grant).reference)
        papers = replace(told, override=override)
        paid = cases.pay(office.at(day, CASHIER), grant.no, day, "bank", codes, papers)
        office.booked(paid)

    return step


def _signed(grant: Grant, codes: tuple[str, ...] = ()) -> Event:
    def step(office: Office, day: date) -> None:
        sheet = office.paper("signed.txt", f"签收表 {grant.minutes}")
        cases.signed(office.at(day, HANDLER), grant.no, day, codes, sheet)

    return step


def _follow(grant: Grant) -> Event:
    return lambda office, day: cases.follow_up(office.at(day, HANDLER), grant.no, day)


_STEPS: dict[str, Callable[[Grant], Event]] = {
    "apply": _apply,
    "confirm": _confirm,
    "visit": _visit,
    "review": _review,
    "notice": _notice,
    "approve": _approve,
    "tell": _tell,
    "pay": _pay,
    "signed": _signed,
    "follow": _follow,
}


# -- what does not go the usual way -------------------------------------------------------------


def _summer(grant: Grant) -> Iterator[tuple[date, Event]]:
    """One is refused, one gives up, one never comes for the money, and one moves away."""

    def refuse(office: Office, day: date) -> None:
        cases.refuse_grant(office.at(day, CHAIR), grant.no, day, (REFUSED,))

    def give_up(office: Office, day: date) -> None:
        cases.withdraw(office.at(day, CHAIR), grant.no, day, (GAVE_UP,))

    def lapse(office: Office, day: date) -> str:
        no = cases.lapse(office.at(day), grant.no, day, (NEVER_CAME,)).no
        return told(
            f"{NEVER_CAME} 的资助 60 天无人领取，收回原项目：第 {no} 笔",
            f"nobody came for the money of {NEVER_CAME} in 60 days, it goes back: entry {no}",
        )

    def give_back(office: Office, day: date) -> None:
        with office.at(day).reading() as books:
            (paid,) = [e for e in books.entries(kinds=("grant-paid",)) if _is_of(e.facts, grant)]
        slip = office.paper("returned.txt", f"退款说明 {MOVED_AWAY}")
        ws = office.at(day, CASHIER)
        spend.return_grant(ws, paid.no, day, grant.yuan * 100, "bank", slip, codes=(MOVED_AWAY,))

    yield grant.on("approve"), refuse
    yield date(2026, 6, 17), give_up
    yield date(2026, 8, 28), lapse
    yield date(2026, 9, 7), give_back


def _is_of(facts: Mapping[str, object], grant: Grant) -> bool:
    return facts.get("case") == grant.no


def _override(grant: Grant) -> Iterator[tuple[date, Event]]:
    """The payment is more than a pupil may have in a term: refused, then set aside by two."""

    def pay(office: Office, day: date) -> str:
        try:
            _pay(grant)(office, day)
        except Refused as refused:
            said = refused.refusals[0]
        slip = Papers(reference=_decision(grant).reference)
        reason = "突发情况，合计超出每学期的上限"
        no = rules.override(office.at(day, CHAIR), day, ("R16",), reason, slip).no
        rules.agree(office.at(day, MEMBER), no, day)
        _pay(grant, override=no)(office, day)
        return told(
            f"拒绝付款：{said.what}\n    {CHAIR}、{MEMBER} 两人特批（第 {no} 笔，公示列出）后付款",
            f"payment refused: {said.what}\n"
            f"    set aside by {CHAIR} and {MEMBER} (entry {no}, published), then paid",
        )

    yield grant.on("pay"), pay


def _objected(grant: Grant) -> Iterator[tuple[date, Event]]:
    """Somebody objects while the notice hangs, and is answered before anything is paid."""

    def objected(office: Office, day: date) -> None:
        text = "L055 的家庭情况是否核实？（虚构）"
        cases.object_to(office.at(day, SUPERVISOR), grant.no, day, text)

    def answered(office: Office, day: date) -> None:
        text = "班主任和家访人员再次核实，情况属实。（虚构）"
        cases.answer(office.at(day, SUPERVISOR), grant.no, day, text, upheld=False)

    yield date(2026, 12, 9), objected
    yield date(2026, 12, 11), answered
