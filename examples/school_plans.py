"""What the worked school undertakes: its budget, the Home as a building project, a pledge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from school_grants import Event
from school_office import CASHIER, CHAIR, HANDLER, Office, told

from lovefund.actions import budgets, pledges, projects, receive
from lovefund.core.donations import Donor
from lovefund.core.names import PublicName
from lovefund.core.papers import Papers
from lovefund.core.pledges import Terms as Promise
from lovefund.core.projects import Terms
from lovefund.money import yuan

#: What each of the county's measures, and the Home, may cost in 2026, in yuan.
BUDGET = {
    "aid": 15_500, "plan": 100, "volunteers": 200, "places": 200, "hotline": 200, "mailbox": 100,
    "visits": 900, "lectures": 300, "awards": 300, "mechanism": 100, "home": 2_800,
}  # fmt: skip
#: The stages of the Home's contract in fen, each with the days of its acceptance and payment.
STAGES = (
    (70_000, date(2026, 6, 26), date(2026, 6, 28), "书架"),
    (80_000, date(2026, 10, 10), date(2026, 10, 12), "桌椅"),
)
_SPONSOR = Donor("远方资助人", PublicName.ALIAS, "远方资助人")
#: One sponsor names one pupil: what comes is only passed on (一助一).
PUPIL = "学生甲（虚构）"


def events() -> Iterator[tuple[date, Event]]:
    """The undertakings of the year, by day."""
    yield date(2026, 2, 10), _budget
    yield date(2026, 6, 3), _project
    yield date(2026, 6, 5), _contract
    for number, (fen, accepted, paid, what) in enumerate(STAGES, 1):
        yield accepted, _accept(number, what)
        yield paid, _pay(fen, what)
    yield date(2026, 11, 20), _complete
    yield date(2026, 10, 1), _pledge
    yield date(2026, 10, 8), _fulfil
    yield date(2027, 1, 20), _report


def _budget(office: Office, day: date) -> str:
    wanted = {programme: amount * 100 for programme, amount in BUDGET.items()}
    ws = office.at(day, CHAIR)
    no = office.booked(
        budgets.set_budget(ws, day, "2026", wanted, papers=Papers(reference="HY-2026-00"))
    )
    return told(
        f"预算：{len(wanted)} 个项目共 {yuan(sum(wanted.values()))} 元（第 {no} 笔）",
        f"budget: {len(wanted)} programmes, {yuan(sum(wanted.values()))} in all (entry {no})",
    )


def _project(office: Office, day: date) -> None:
    title = "留守学生之家：书架与桌椅 | The Home: shelves, desks and chairs"
    office.numbers["project"] = office.booked(
        projects.open_project(office.at(day, HANDLER), day, title, "home", "home", 160_000)
    )


def _contract(office: Office, day: date) -> None:
    terms = Terms(sum(fen for fen, *_rest in STAGES), tuple(fen for fen, *_rest in STAGES))
    paper = office.paper("contract.txt", "购置合同")
    office.numbers["contract"] = office.booked(
        projects.sign_contract(
            office.at(day, CHAIR), office.numbers["project"], day, terms, "平安木器厂", paper
        )
    )


def _accept(stage: int, what: str) -> Event:
    def event(office: Office, day: date) -> None:
        paper = office.paper(f"acceptance-{stage}.txt", f"{what}验收单")
        ws = office.at(day, HANDLER)
        office.booked(projects.accept_stage(ws, office.numbers["contract"], day, stage, paper))

    return event


def _pay(fen: int, what: str) -> Event:
    def event(office: Office, day: date) -> None:
        ws, paper = office.at(day, CASHIER), office.paper("invoice.txt", f"{what}发票")
        office.booked(
            projects.pay_contract(ws, office.numbers["contract"], day, fen, "bank", paper)
        )

    return event


def _complete(office: Office, day: date) -> str:
    no = office.numbers["project"]
    paper = office.paper("completion.txt", "竣工验收单")
    office.booked(projects.complete_project(office.at(day, HANDLER), no, day, paper))
    cost = yuan(sum(fen for fen, *_rest in STAGES))
    return told(
        f"留守学生之家竣工：合同 {cost} 元，分两期验收付清（第 {no} 笔立项）",
        f"the Home is completed: {cost} by contract, paid in two accepted stages (project {no})",
    )


def _pledge(office: Office, day: date) -> None:
    promise = Promise(_SPONSOR.name, PUPIL, 50_000, 2, 6, date(2026, 10, 8))
    office.numbers["pledge"] = office.booked(pledges.pledge(office.at(day), day, _SPONSOR, promise))


def _fulfil(office: Office, day: date) -> None:
    kept = Papers(pledge=office.numbers["pledge"])
    office.booked(
        receive.receive_agency(office.at(day), day, 50_000, "bank", _SPONSOR, PUPIL, kept)
    )


def _report(office: Office, day: date) -> str:
    no, path = office.numbers["pledge"], office.drawer / "sponsor-2026.pdf"
    path.unlink(missing_ok=True)
    office.booked(pledges.report(office.at(day), no, 2026, day, path))
    return told(
        f"给一对一资助人的年度反馈（第 {no} 笔认捐）：{path.name}",
        f"the yearly report to the sponsor of pledge {no}: {path.name}",
    )
