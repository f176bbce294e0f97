"""The steps of a grant as drafts: what of each stands in the line, and what is sealed.

A line names the application and never a pupil; case codes, names, reasons and texts are in the
``file`` alone (spec-log section 1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from lovefund.core import cases as c
from lovefund.core.accounts import Chart
from lovefund.core.cases import Case, Step
from lovefund.core.entries import Draft, Entry, Fact
from lovefund.core.grants import Recipient, grant_approved, grant_paid
from lovefund.core.judge import PUPILS_MIN
from lovefund.core.papers import Papers
from lovefund.core.workdays import Counted


def applicants_of(file: Mapping[str, Any]) -> list[Applicant]:
    """The pupils that the dossier of an application tells."""
    more = file.get("more", {})
    return [
        Applicant(case, guardian, amount_fen, pupil, **more.get(case, {}))
        for case, pupil, guardian, amount_fen in file.get("cases", ())
    ]


@dataclass(frozen=True, slots=True)
class Applicant:
    """A pupil of an application as the school's own file knows it; sealed, never published."""

    case: str
    guardian: str
    amount_fen: int
    pupil: str = ""
    phrase: str = ""
    tier: str = ""
    need: str = ""
    other_aid_fen: int = 0
    account: str = ""

    def row(self) -> list[Any]:
        """As every dossier keeps it: case, pupil, guardian, amount."""
        return [self.case, self.pupil, self.guardian, self.amount_fen]

    def more(self) -> dict[str, Any]:
        """What else the application's dossier keeps of it."""
        known = {
            "account": self.account,
            "need": self.need,
            "other_aid_fen": self.other_aid_fen,
            "phrase": self.phrase,
            "tier": self.tier,
        }
        return {key: value for key, value in known.items() if value}

    def recipient(self) -> Recipient:
        """The applicant as one who is paid."""
        return Recipient(self.case, self.guardian, self.amount_fen, self.pupil, self.phrase)


def applied(
    on: date,
    applicants: Sequence[Applicant],
    restriction: str,
    programme: str,
    path: str,
    papers: Papers,
) -> Draft:
    """An application, for one pupil or for many."""
    facts: dict[str, Fact] = {
        "ask_fen": sum(a.amount_fen for a in applicants),
        "path": path,
        "programme": programme,
        "restriction": restriction,
    }
    if len(applicants) >= PUPILS_MIN:
        facts["pupils"] = len(applicants)
    rows = [a.row() for a in applicants]
    more = {a.case: known for a in applicants if (known := a.more())}
    return Draft(
        c.APPLIED, on, facts={**facts, **papers.facts()}, file=papers.file(cases=rows, more=more)
    )


def step(
    case: Case, kind: str, on: date, papers: Papers, facts: dict[str, Fact], **file: Any
) -> Draft:
    """A step that moves no money; it builds on the last step that it waits for."""
    return Draft(
        kind,
        on,
        facts={**_named(case, base(case, kind)), **facts, **papers.facts()},
        file=papers.file(**file),
    )


def base(case: Case, kind: str) -> int:
    """The entry that a step of this kind builds on: the last one of those that it waits for."""
    waited = case.taken(*c.WAITS[case.path].get(kind, (c.APPLIED,)))
    return waited[-1].no if waited else case.no


def _named(case: Case, of: int) -> dict[str, Fact]:
    return {"case": case.no, "of": of}


def noticed(
    case: Case, on: date, days: int, counted: Counted, to: date, contact: str, papers: Papers
) -> Draft:
    """A notice and its term: ``to`` is its last day."""
    facts: dict[str, Fact] = {"days": days, "counted": counted.value, "to": to.isoformat()}
    return step(case, c.NOTICED, on, papers, facts, contact=contact)


def approved(case: Case, on: date, chosen: Sequence[Applicant], papers: Papers) -> Draft:
    """The decision: money of the application's restriction is reserved."""
    total = sum(a.amount_fen for a in chosen)
    papers = decided(case, papers)
    draft = grant_approved(on, total, str(case.facts["restriction"]), papers)
    return _of_case(draft, case, base(case, c.APPROVED), papers, chosen)


def decided(case: Case, papers: Papers) -> Papers:
    """The papers of what was decided: without another reference they name the minutes."""
    return replace(papers, reference=papers.reference or case.minutes)


def _of_case(
    draft: Draft, case: Case, of: int, papers: Papers, chosen: Sequence[Applicant]
) -> Draft:
    file = papers.file(cases=[a.row() for a in chosen])
    return replace(draft, facts={**draft.facts, **_named(case, of)}, file=file)


def promised(
    chart: Chart, case: Case, approval: Step, on: date, chosen: Sequence[Applicant], papers: Papers
) -> Draft:
    """Families are told: what was reserved becomes payable, and is reserved no more."""
    draft = paid(chart, case, approval, on, chosen, "grant-due", papers)
    facts = {key: value for key, value in draft.facts.items() if key != "channel"}
    return replace(draft, kind=c.PROMISED, facts=facts)


def paid(
    chart: Chart,
    case: Case,
    approval: Step,
    on: date,
    chosen: Sequence[Applicant],
    place: str,
    papers: Papers,
) -> Draft:
    """Money that was reserved is paid: one entry, a receipt code for each family."""
    papers = decided(case, papers)
    recipients = tuple(a.recipient() for a in chosen)
    programme, restriction = str(case.facts["programme"]), str(case.facts["restriction"])
    if len(recipients) < PUPILS_MIN:
        programme = "aid"
    draft = grant_paid(chart, on, recipients, place, programme, restriction, papers, approval.no)
    return replace(draft, facts={**draft.facts, "case": case.no})


def settled(draft: Draft, case: Case, chosen: Sequence[Applicant], papers: Papers) -> Draft:
    """The payment of a promise, told with whom it pays; they were given it by the promise."""
    file = papers.file(settles=[a.row() for a in chosen])
    return replace(draft, facts={**draft.facts, "case": case.no}, file=file)


def left_out(case: Case, kind: str, on: date, chosen: Sequence[Applicant], papers: Papers) -> Draft:
    """Some, or all, of an application are refused or withdrawn before they were approved."""
    out = sum(a.amount_fen for a in chosen)
    draft = Draft(kind, on, facts={"out_fen": out, **papers.facts()})
    return _of_case(draft, case, case.no, papers, chosen)


def given_up(
    chart: Chart,
    case: Case,
    kind: str,
    of: Entry,
    on: date,
    chosen: Sequence[Applicant],
    papers: Papers,
    closed_year_account: str | None = None,
) -> Draft:
    """What was approved or promised is withdrawn, or lapses: its money is free in its pot.

    A promise lowers the outlay again; ``closed_year_account`` takes it where that year is closed.
    """
    total = sum(a.amount_fen for a in chosen)
    restriction = str(case.facts["restriction"])
    if of.kind == c.PROMISED:
        promise = of.postings[0]
        outlay = closed_year_account or promise.debit
        back = promise._replace(debit=promise.credit, credit=outlay, amount_fen=total)
        draft = Draft(kind, on, (back,), {"item": of.no, **papers.facts()})
    else:
        facts: dict[str, Fact] = {"grant": of.no, "restriction": restriction, "reserve_fen": -total}
        draft = Draft(kind, on, facts={**facts, **papers.facts()})
    return _of_case(draft, case, of.no, papers, chosen)
