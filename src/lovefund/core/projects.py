"""A building project as one state machine: budget, contracts, stage payments, completion.

``WAITS`` is the drawing. A contract reserves its whole sum in the project's restriction (law 4),
so that paid <= contract <= what the project has, at every step. Where a contract names stages,
only an accepted stage is paid; its retention money (质保金) is paid when the project is completed
and the day agreed has come. What is left over belongs to the donors' purpose: it moves on only
with their consent (R45).

    project-opened ── contract-signed ── stage-accepted ── outlay-paid ── project-completed
                            └── contract-ended (what is not needed is free again)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from lovefund.core.accounts import Chart
from lovefund.core.entries import Draft, Fact, Posting
from lovefund.core.kinds import kind_name
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.errors import Refusal
from lovefund.language import _
from lovefund.money import AMOUNT_FEN_MAX, yuan

OPENED, SIGNED, ACCEPTED = "project-opened", "contract-signed", "stage-accepted"
ENDED, COMPLETED, PAID = "contract-ended", "project-completed", "outlay-paid"
KINDS_OF_PROJECTS = (OPENED, SIGNED, ACCEPTED, ENDED, COMPLETED)
#: The fact by which a payment, an acceptance or an end names its contract.
CONTRACT_FACT = "contract"
#: Which step a step waits for.
WAITS = {SIGNED: OPENED, ACCEPTED: SIGNED, PAID: SIGNED, ENDED: SIGNED, COMPLETED: OPENED}


class Proposal(Protocol):
    """A draft, or the line that it became."""

    @property
    def kind(self) -> str: ...
    @property
    def on(self) -> date: ...
    @property
    def postings(self) -> tuple[Posting, ...]: ...
    @property
    def facts(self) -> Mapping[str, Fact]: ...


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract says, in fen; ``stages`` and ``retention_fen`` add up to ``amount_fen``.

    Without stages the contract may be paid as it comes. ``retention_on`` is the first day on
    which the retention may be paid.
    """

    amount_fen: int
    stages: tuple[int, ...] = ()
    retention_fen: int = 0
    retention_on: date | None = None


@dataclass(slots=True)
class Contract:
    """A contract as it stands: its terms, each stage's day of acceptance, payments by entry."""

    no: int
    on: date
    project: int
    terms: Terms
    accepted: dict[int, date] = field(default_factory=dict)
    payments: dict[int, int] = field(default_factory=dict)
    released_fen: int = 0

    @property
    def paid_fen(self) -> int:
        """What was paid."""
        return sum(self.payments.values())

    @property
    def left_fen(self) -> int:
        """What is reserved for it and not paid."""
        return self.terms.amount_fen - self.paid_fen - self.released_fen

    @property
    def ended(self) -> bool:
        """Whether it was ended, and nothing of it is reserved."""
        return self.released_fen > 0 and not self.left_fen

    def payable_fen(self, day: date, completed_on: date | None = None) -> int:
        """What may be paid on a day: the stages accepted, in time the retention, less what was."""
        t = self.terms
        earned = t.amount_fen - t.retention_fen
        if t.stages:
            earned = sum(t.stages[stage - 1] for stage, on in self.accepted.items() if on <= day)
        if t.retention_on and completed_on and day >= max(t.retention_on, completed_on):
            earned += t.retention_fen
        return min(earned - self.paid_fen, self.left_fen)

    @property
    def waits(self) -> bool:
        """Whether something of it besides its retention is not accepted or not paid yet."""
        return self.left_fen > (0 if self.released_fen else self.terms.retention_fen)


@dataclass(slots=True)
class Project:
    """A project as it stands."""

    no: int
    on: date
    restriction: str
    programme: str
    budget_fen: int
    contracts: dict[int, Contract] = field(default_factory=dict)
    completed_on: date | None = None

    @property
    def contracted_fen(self) -> int:
        """What all contracts come to; of an ended one what was paid."""
        return sum(c.paid_fen + c.left_fen for c in self.contracts.values())

    @property
    def paid_fen(self) -> int:
        """What was paid for it."""
        return sum(c.paid_fen for c in self.contracts.values())

    @property
    def stage(self) -> str:
        """The step that it stands at, furthest first."""
        if self.completed_on is not None:
            return COMPLETED
        if self.paid_fen:
            return PAID
        if any(c.accepted for c in self.contracts.values()):
            return ACCEPTED
        return SIGNED if self.contracts else OPENED

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is left to be done or paid."""
        return self.completed_on is not None and not any(
            c.left_fen for c in self.contracts.values()
        )


# -- the steps as drafts --------------------------------------------------------------------------


def project_opened(
    on: date,
    title: str,
    restriction: str,
    programme: str,
    budget_fen: int,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """A project begins: what it may cost, of which purpose's money, under which programme."""
    facts: dict[str, Fact] = {
        "restriction": restriction,
        "programme": programme,
        "budget_fen": budget_fen,
    }
    return Draft(
        OPENED, on, (), {**facts, **papers.facts()}, shown=title, file=papers.file(name=title)
    )


def contract_signed(
    on: date, project: Project, terms: Terms, contractor: str, papers: Papers = NO_PAPERS
) -> Draft:
    """A contract: its whole sum is reserved; who builds is sealed."""
    facts: dict[str, Fact] = {
        "of": project.no,
        "project": project.no,
        "amount_fen": terms.amount_fen,
        "restriction": project.restriction,
        "reserve_fen": terms.amount_fen,
    }
    if terms.stages:
        facts["stages"] = list(terms.stages)
    if terms.retention_fen:
        facts["retention_fen"] = terms.retention_fen
    if terms.retention_on is not None:
        facts["retention_on"] = terms.retention_on.isoformat()
    return Draft(SIGNED, on, (), {**facts, **papers.facts()}, file=papers.file(name=contractor))


def stage_accepted(on: date, contract: Contract, stage: int, papers: Papers = NO_PAPERS) -> Draft:
    """A stage of the work was looked at and accepted (验收)."""
    facts: dict[str, Fact] = {"of": contract.no, CONTRACT_FACT: contract.no, "stage": stage}
    return Draft(ACCEPTED, on, (), {**facts, **papers.facts()}, file=papers.file())


def paid_for(draft: Draft, contract: Contract, restriction: str) -> dict[str, Fact]:
    """What a payment carries besides: its contract, out of whose reserve it comes."""
    return {
        **draft.facts,
        "of": contract.no,
        CONTRACT_FACT: contract.no,
        "restriction": restriction,
        "reserve_fen": -draft.total_fen,
    }


def contract_ended(
    on: date, contract: Contract, restriction: str, papers: Papers = NO_PAPERS
) -> Draft:
    """A contract ends before it is paid out: what is left of its reserve is free again."""
    facts: dict[str, Fact] = {
        "of": contract.no,
        CONTRACT_FACT: contract.no,
        "restriction": restriction,
        "reserve_fen": -contract.left_fen,
    }
    return Draft(ENDED, on, (), {**facts, **papers.facts()}, file=papers.file())


def project_completed(on: date, project: Project, papers: Papers = NO_PAPERS) -> Draft:
    """The project is done: ``final_fen`` is what its contracts cost, the retention included."""
    facts: dict[str, Fact] = {
        "of": project.no,
        "project": project.no,
        "final_fen": project.contracted_fen,
    }
    return Draft(COMPLETED, on, (), {**facts, **papers.facts()}, file=papers.file())


# -- the machine ----------------------------------------------------------------------------------


class Projects:
    """The projects of a fund, gone through entry by entry."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self.known: dict[int, Project] = {}
        self.contracts: dict[int, Contract] = {}

    def of_contract(self, no: int) -> Project:
        """The project of contract ``no``."""
        return self.known[self.contracts[no].project]

    # -- going on

    def add(self, no: int, entry: Proposal) -> None:
        """Go on from an entry; what makes no sense is passed over, ``judge`` tells of it."""
        facts, kind = entry.facts, entry.kind
        contract = self.contracts.get(_number(facts, CONTRACT_FACT))
        project = self.known.get(_number(facts, "project"))
        if kind == OPENED:
            self.known[no] = Project(
                no,
                entry.on,
                str(facts.get("restriction", "")),
                str(facts.get("programme", "")),
                _number(facts, "budget_fen"),
            )
        elif kind == SIGNED and project is not None:
            self.contracts[no] = Contract(no, entry.on, project.no, _terms(facts))
            project.contracts[no] = self.contracts[no]
        elif kind == COMPLETED and project is not None:
            project.completed_on = entry.on
        elif kind == "void":
            self._void(_number(facts, "of"))
        elif contract is not None:
            if kind == ACCEPTED:
                contract.accepted[_number(facts, "stage")] = entry.on
            elif kind == ENDED:
                contract.released_fen += contract.left_fen
            elif kind == PAID:
                contract.payments[no] = sum(p.amount_fen for p in entry.postings)

    def _void(self, of: int) -> None:
        for contract in self.contracts.values():
            contract.payments.pop(of, None)
        if of in self.contracts and not self._built_on(of):
            gone = self.contracts.pop(of)
            del self.known[gone.project].contracts[of]

    def _built_on(self, of: int) -> bool:
        contract = self.contracts[of]
        return bool(contract.payments or contract.accepted or contract.released_fen)

    # -- what a step is refused for

    def judge(self, entry: Proposal) -> Iterator[Refusal]:
        """Every reason why a project does not allow this step."""
        kind, facts = entry.kind, entry.facts
        if kind in ("void", "correction"):
            yield from self._mended(entry)
        elif kind == OPENED:
            yield from self._opened(entry)
        elif kind in (SIGNED, COMPLETED):
            project = self.known.get(_number(facts, "project"))
            if project is None or project.completed_on is not None:
                yield _no_such(entry, _number(facts, "project"))
                return
            yield from _early(entry, project.on, OPENED)
            step = _contract_refusals if kind == SIGNED else _completion_refusals
            yield from step(entry, project)
        else:
            contract = self.contracts.get(_number(facts, CONTRACT_FACT))
            if contract is None or kind not in WAITS:
                yield _no_such(entry, _number(facts, CONTRACT_FACT))
                return
            yield from _early(entry, contract.on, SIGNED)
            yield from self._of_contract(entry, contract)

    def _opened(self, entry: Proposal) -> Iterator[Refusal]:
        programme = f"programme:{entry.facts.get('programme')}"
        if not 1 <= _number(entry.facts, "budget_fen") <= AMOUNT_FEN_MAX or not (
            self._chart.has_role(programme)
        ):
            yield _refusal(
                "project-terms",
                _("a project has a budget and one of the fund's programmes"),
                _("use `lovefund project-open`"),
            )

    def _of_contract(self, entry: Proposal, contract: Contract) -> Iterator[Refusal]:
        project = self.known[contract.project]
        if entry.kind == ACCEPTED:
            yield from _acceptance_refusals(entry, contract)
        elif entry.kind == ENDED:
            if contract.left_fen < 1 or _number(entry.facts, "reserve_fen") != -contract.left_fen:
                yield _refusal(
                    "contract-settled",
                    _("{left} yuan of contract {no} are not paid").format(
                        no=contract.no, left=yuan(contract.left_fen)
                    ),
                    _("only a contract that is not paid out is ended, with all that is left"),
                )
        else:
            yield from self._payment(entry, contract, project)

    def _payment(self, entry: Proposal, contract: Contract, project: Project) -> Iterator[Refusal]:
        total = sum(p.amount_fen for p in entry.postings)
        role = f"programme:{project.programme}"
        account = self._chart.code(role) if self._chart.has_role(role) else ""
        if any((p.debit, p.restriction) != (account, project.restriction) for p in entry.postings):
            yield _refusal(
                "contract-purpose",
                _("contract {no} is paid out of {restriction}, for {programme}").format(
                    no=contract.no, restriction=project.restriction, programme=project.programme
                ),
                _("leave --for and --programme away: the contract says both"),
            )
        if entry.kind != PAID or _number(entry.facts, "reserve_fen") != -total:
            yield _no_such(entry, contract.no)
        payable = contract.payable_fen(entry.on, project.completed_on)
        if total > payable:
            yield _refusal(
                "contract-unpayable",
                _(
                    "contract {no} of {amount} yuan: {paid} are paid, {payable} may be paid on "
                    "{day}; this pays {total}"
                ).format(
                    no=contract.no,
                    amount=yuan(contract.terms.amount_fen),
                    paid=yuan(contract.paid_fen),
                    payable=yuan(max(payable, 0)),
                    day=entry.on,
                    total=yuan(total),
                ),
                _(
                    "pay no more than that, or record first what was accepted "
                    "(`lovefund accept-stage {no}`); retention waits for the completion and its day"
                ).format(no=contract.no),
            )

    def _mended(self, entry: Proposal) -> Iterator[Refusal]:
        """A step that others build on stands; a payment is voided and paid again, not corrected."""
        of = _number(entry.facts, "of")
        paid = any(of in c.payments for c in self.contracts.values())
        built = of in self.contracts and self._built_on(of)
        if (
            built
            or of in self.known
            or (entry.kind == "correction" and (paid or of in self.contracts))
        ):
            yield _refusal(
                "contract-mended",
                _("entry {no} is a step of a project").format(no=of),
                _(
                    "void a payment and pay it again, or end the contract with "
                    "`lovefund end-contract`"
                ),
            )


def _contract_refusals(entry: Proposal, project: Project) -> Iterator[Refusal]:
    facts, terms = entry.facts, _terms(entry.facts)
    parts = sum(terms.stages) + terms.retention_fen
    whole = terms.amount_fen == parts if terms.stages else terms.retention_fen < terms.amount_fen
    if (
        not 1 <= terms.amount_fen <= AMOUNT_FEN_MAX
        or not whole
        or any(fen < 1 for fen in terms.stages)
        or terms.retention_fen < 0
        or (terms.retention_fen > 0) != (terms.retention_on is not None)
        or facts.get("reserve_fen") != terms.amount_fen
        or facts.get("restriction") != project.restriction
    ):
        yield _refusal(
            "contract-terms",
            _("stages and retention come to {parts} yuan; the contract is of {amount} yuan").format(
                parts=yuan(parts), amount=yuan(terms.amount_fen)
            ),
            _("let them add up, and give the day from which the retention is paid"),
        )
    left = project.budget_fen - project.contracted_fen
    if terms.amount_fen > left:
        yield _refusal(
            "contract-above",
            _("{left} yuan of the project's budget are not contracted; this is of {amount}").format(
                left=yuan(left), amount=yuan(terms.amount_fen)
            ),
            _("sign for {left} yuan or less, or open another project with its own budget").format(
                left=yuan(max(left, 0))
            ),
        )
    yield from _evidence(entry)


def _acceptance_refusals(entry: Proposal, contract: Contract) -> Iterator[Refusal]:
    stage, count = _number(entry.facts, "stage"), len(contract.terms.stages)
    if not 1 <= stage <= count or stage in contract.accepted or contract.ended:
        waiting = [n for n in range(1, count + 1) if n not in contract.accepted]
        yield _refusal(
            "stage-unknown",
            _("stage {stage} of contract {no} is not waiting to be accepted").format(
                stage=stage, no=contract.no
            ),
            _("these stages wait: {stages}").format(stages=", ".join(map(str, waiting)) or "-"),
        )
    yield from _evidence(entry)


def _completion_refusals(entry: Proposal, project: Project) -> Iterator[Refusal]:
    waiting = [c for c in project.contracts.values() if c.waits]
    for contract in waiting:
        yield _refusal(
            "project-unfinished",
            _("contract {no} has {left} yuan that are not accepted or not paid").format(
                no=contract.no, left=yuan(contract.left_fen - contract.terms.retention_fen)
            ),
            _("accept and pay its stages, or end it: lovefund end-contract {no}").format(
                no=contract.no
            ),
        )
    final = _number(entry.facts, "final_fen")
    if not waiting and final != project.contracted_fen:
        yield _refusal(
            "project-terms",
            _("the contracts cost {cost} yuan, not {final}").format(
                cost=yuan(project.contracted_fen), final=yuan(final)
            ),
            _("use `lovefund project-complete`"),
        )
    yield from _evidence(entry)


def _evidence(entry: Proposal) -> Iterator[Refusal]:
    if _number(entry.facts, "attachments") < 1:
        yield _refusal(
            "no-evidence",
            _("“{kind}” has no paper").format(kind=kind_name(entry.kind)),
            _("add the signed paper or its photo with --evidence"),
        )


def _early(entry: Proposal, day: date, before: str) -> Iterator[Refusal]:
    if entry.on < day:
        yield _refusal(
            "step-early",
            _("“{step}” on {on} would be before “{before}” on {day}").format(
                step=kind_name(entry.kind), on=entry.on, before=kind_name(before), day=day
            ),
            _("give {day} or a later day").format(day=day),
        )


def _no_such(entry: Proposal, no: int) -> Refusal:
    return _refusal(
        "no-such-project",
        _("“{kind}” names entry {no}, which is no open project and no contract").format(
            kind=kind_name(entry.kind), no=no if no >= 0 else "-"
        ),
        _("`lovefund projects` lists them and their numbers"),
    )


def _refusal(code: str, what: str, mend: str) -> Refusal:
    rule = _("Paid is never above the contract, the contract never above the project's money.")
    return Refusal(code, what, rule, mend)


def _number(facts: Mapping[str, Fact], key: str) -> int:
    value = facts.get(key)
    return value if isinstance(value, int) else -1


def _terms(facts: Mapping[str, Fact]) -> Terms:
    """The terms that stand in a line, sound or not."""
    stages, day = facts.get("stages"), facts.get("retention_on")
    listed = stages if isinstance(stages, list) else []
    retention = facts.get("retention_fen", 0)
    try:
        on = date.fromisoformat(day) if isinstance(day, str) else None
    except ValueError:
        on = None
    return Terms(
        _number(facts, "amount_fen"),
        tuple(fen if isinstance(fen, int) else 0 for fen in listed),
        retention if isinstance(retention, int) else -1,
        on,
    )
