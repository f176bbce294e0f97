"""The life of a grant as one state machine, drawn once: which step waits for which.

A case is one application, of one pupil or of a hundred. Each later step is an entry that names
the application in the fact ``case`` and, in ``of``, the step that it builds on. ``WAITS`` is the
drawing, a column for each path; docs/grants.md is made from it. What the gate asks of a draft,
``lovefund check`` asks of every line again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple, Protocol

from lovefund.core.entries import Fact, Posting
from lovefund.core.judge import PUPILS_MIN
from lovefund.core.kinds import kind_name
from lovefund.core.workdays import Counted, UnknownYear, Workdays, last_day, shipped_workdays
from lovefund.errors import Refusal
from lovefund.language import N_, _
from lovefund.money import yuan

APPLIED, VERIFIED, VISITED = "grant-applied", "grant-verified", "grant-visited"
REVIEWED, NOTICED, APPROVED = "grant-reviewed", "grant-noticed", "grant-approved"
PROMISED, PAID, SIGNED = "grant-promised", "grant-paid", "grant-signed"
FOLLOWED, OBJECTED, ANSWERED = "grant-followed", "grant-objected", "grant-answered"
REFUSED, WITHDRAWN = "grant-refused", "grant-withdrawn"
LAPSED, RETURNED = "grant-lapsed", "grant-returned"

USUAL, SMALL, EMERGENCY = "usual", "small", "emergency"
PATHS = (USUAL, SMALL, EMERGENCY)

#: What may happen beside the path: to single pupils of a case, or to what was told of it.
_BESIDE = {
    REFUSED: (APPLIED,),
    WITHDRAWN: (APPLIED,),
    OBJECTED: (NOTICED,),
    ANSWERED: (OBJECTED,),
    LAPSED: (APPROVED,),
    RETURNED: (PAID,),
}
#: Which steps a step waits for, on each path. An emergency is paid first, and told and ratified
#: afterwards; a small grant is decided by the group without a visit.
WAITS: dict[str, dict[str, tuple[str, ...]]] = {
    USUAL: {
        VERIFIED: (APPLIED,),
        VISITED: (VERIFIED,),
        REVIEWED: (VISITED,),
        NOTICED: (REVIEWED,),
        APPROVED: (NOTICED,),
        PROMISED: (APPROVED,),
        PAID: (APPROVED,),
        SIGNED: (PAID,),
        FOLLOWED: (SIGNED,),
        **_BESIDE,
    },
    SMALL: {
        VERIFIED: (APPLIED,),
        REVIEWED: (VERIFIED,),
        NOTICED: (REVIEWED,),
        APPROVED: (NOTICED,),
        PROMISED: (APPROVED,),
        PAID: (APPROVED,),
        SIGNED: (PAID,),
        FOLLOWED: (SIGNED,),
        **_BESIDE,
    },
    EMERGENCY: {
        VERIFIED: (APPLIED,),
        APPROVED: (VERIFIED,),
        PAID: (APPROVED,),
        NOTICED: (PAID,),
        REVIEWED: (NOTICED,),
        SIGNED: (PAID,),
        FOLLOWED: (SIGNED, REVIEWED),
        **_BESIDE,
    },
}
STEPS = frozenset(kind for waits in WAITS.values() for kind in waits)
#: Steps that are of a case and of nothing else; the others may stand without an application.
ONLY_OF_CASES = STEPS - {APPROVED, PROMISED, PAID, WITHDRAWN, RETURNED}
#: Steps that are taken once for the whole case.
_ONCE = (VERIFIED, REVIEWED)

#: How long a notice hangs where the fund's rules say nothing else.
NOTICE_DAYS, NOTICE_COUNTED = 5, Counted.WORKING
#: How long money waits for its family before it may lapse.
UNCLAIMED_DAYS = 60
#: Days from the payment to the family's signature.
SIGNATURE_DAYS = 30
#: After an emergency was paid: working days to its notice, calendar days to its ratification.
EMERGENCY_NOTICE_DAYS, EMERGENCY_RATIFY_DAYS = 5, 15
#: What the group may decide for a pupil without a committee.
SMALL_FEN_MAX = 300_00


def notice_term() -> tuple[int, Counted]:
    """How long a notice hangs, and in what days."""
    return NOTICE_DAYS, NOTICE_COUNTED


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


class Step(NamedTuple):
    """A step that was taken; ``total_fen`` is what it moves, as corrected."""

    no: int
    kind: str
    on: date
    facts: Mapping[str, Fact]
    total_fen: int = 0

    @property
    def of(self) -> int:
        """The step that it builds on; -1 for none."""
        return number(self.facts, "of", -1)


class Deadline(NamedTuple):
    """A step and the last day on which it may be taken, or the first for what may lapse."""

    kind: str
    day: date


def number(facts: Mapping[str, Fact], key: str, missing: int = 0) -> int:
    """A whole number among facts."""
    value = facts.get(key)
    return value if isinstance(value, int) else missing


@dataclass(slots=True)
class Case:
    """An application and the steps that stand; what was voided stands no more."""

    no: int
    on: date
    path: str
    facts: Mapping[str, Fact]
    steps: dict[int, Step] = field(default_factory=dict)
    voided: bool = False

    @property
    def ask_fen(self) -> int:
        """What was applied for."""
        return number(self.facts, "ask_fen")

    @property
    def approved_fen(self) -> int:
        """What was approved, whatever became of it."""
        return sum(number(s.facts, "reserve_fen") for s in self.taken(APPROVED))

    @property
    def undecided_fen(self) -> int:
        """What is neither approved nor refused or withdrawn."""
        out = sum(number(s.facts, "out_fen") for s in self.taken(REFUSED, WITHDRAWN))
        return self.ask_fen - out - self.approved_fen

    def taken(self, *kinds: str) -> list[Step]:
        """The standing steps of these kinds, in order of recording."""
        if APPLIED in kinds:
            return [Step(self.no, APPLIED, self.on, self.facts)]
        return [step for step in self.steps.values() if step.kind in kinds]

    @property
    def minutes(self) -> str:
        """The number of the minutes of its review; empty where nobody reviewed it yet."""
        reviews = self.taken(REVIEWED)
        return str(reviews[-1].facts.get("reference", "")) if reviews else ""

    def notice_ends(self) -> date | None:
        """The last day of the notice that ends last; None where there is none."""
        ends = [str(step.facts.get("to")) for step in self.taken(NOTICED)]
        return date.fromisoformat(max(ends)) if ends else None

    def objections(self) -> list[Step]:
        """The objections that nobody answered yet."""
        answered = {step.of for step in self.taken(ANSWERED)}
        return [step for step in self.taken(OBJECTED) if step.no not in answered]

    def missing(self, kind: str) -> list[str]:
        """The steps that this one waits for and that are not taken, the first one first."""
        return [waited for waited in WAITS[self.path].get(kind, ()) if not self.taken(waited)]

    @property
    def waiting_fen(self) -> int:
        """What is reserved or promised, and not yet paid, withdrawn or lapsed."""
        reserved = sum(number(step.facts, "reserve_fen") for step in self.steps.values())
        settled = sum(s.total_fen for s in self.taken(PAID, WITHDRAWN, LAPSED) if "item" in s.facts)
        return reserved + sum(step.total_fen for step in self.taken(PROMISED)) - settled

    def stage(self) -> str:
        """The step that the case stands at: the furthest of its path, or how it ended."""
        if self.objections():
            return OBJECTED
        paid, back = self.taken(PAID), self.taken(RETURNED)
        if back and sum(s.total_fen for s in back) == sum(s.total_fen for s in paid):
            return RETURNED
        left = self.taken(REFUSED, WITHDRAWN, LAPSED)
        if left and not paid and not self.waiting_fen and not self.undecided_fen:
            return left[-1].kind
        done = [kind for kind in WAITS[self.path] if kind not in _BESIDE and self.taken(kind)]
        return done[-1] if done else APPLIED

    def coming(self) -> list[str]:
        """The steps of the path that can be taken next."""
        stage = self.stage()
        if stage == OBJECTED:
            return [ANSWERED]
        if stage in (REFUSED, WITHDRAWN, LAPSED, RETURNED):
            return []
        still = {PAID} if self.waiting_fen else set()
        return [
            kind
            for kind in WAITS[self.path]
            if kind not in (*_BESIDE, PROMISED)
            and (kind in still or not self.taken(kind))
            and not self.missing(kind)
        ]

    def deadlines(self, workdays: Workdays) -> list[Deadline]:
        """What is due by when.

        The term of a notice that reaches into a year whose working days are not known is told by
        its calendar days, which end earlier.
        """
        found, paid = [], self.taken(PAID)
        if paid and self.path == EMERGENCY:
            first = paid[0].on
            if not self.taken(NOTICED):
                found.append(
                    Deadline(NOTICED, last_day(first, EMERGENCY_NOTICE_DAYS, known=workdays))
                )
            if not self.taken(REVIEWED):
                due = first + timedelta(days=EMERGENCY_RATIFY_DAYS)
                found.append(Deadline(REVIEWED, due))
        signed = max((step.no for step in self.taken(SIGNED)), default=-1)
        unsigned = [step.on for step in paid if step.no > signed]
        if unsigned:
            found.append(Deadline(SIGNED, min(unsigned) + timedelta(days=SIGNATURE_DAYS)))
        if self.waiting_fen:
            found.append(Deadline(LAPSED, self.unclaimed_from()))
        return found

    def unclaimed_from(self) -> date:
        """The first day on which money that nobody fetched may lapse."""
        told = self.taken(APPROVED, PROMISED)
        return max(step.on for step in told) + timedelta(days=UNCLAIMED_DAYS)

    def built_on(self, no: int) -> list[Step]:
        """The standing steps that name entry ``no``, or wait for what stands no more."""
        return [step for step in self.steps.values() if step.of == no or self.missing(step.kind)]

    def take(self, no: int, proposal: Proposal) -> None:
        """Go on by a step, or give up one that is voided, or mend its amount."""
        of = number(proposal.facts, "of", -1)
        if proposal.kind == "void":
            self.steps.pop(of, None)
            self.voided = self.voided or of == self.no
        elif proposal.kind == "correction" and of in self.steps:
            now = proposal.facts.get("now")
            rows = now if isinstance(now, list) else []
            self.steps[of] = self.steps[of]._replace(total_fen=sum(row[3] for row in rows))
        elif proposal.kind in STEPS:
            step = Step(no, proposal.kind, proposal.on, proposal.facts, _total(proposal))
            self.steps[no] = step

    # -- what a step is refused for ---------------------------------------------------------------

    def refusals(self, proposal: Proposal, at: date) -> Iterator[Refusal]:
        """Every reason why the case does not allow this step, recorded on the day ``at``."""
        kind = proposal.kind
        if kind not in WAITS[self.path]:
            yield self._refusal(
                "step-unknown",
                _("an application of this kind ({path}) has no step “{step}”").format(
                    path=_(PATH_NAMES[self.path]), step=kind_name(kind)
                ),
                _("`lovefund case {case}` tells the steps that it has").format(case=self.no),
            )
            return
        of = number(proposal.facts, "of", -1)
        if of != self.no and of not in self.steps:
            yield _no_such_case(of)
        missing = self.missing(kind)
        if missing:
            yield self.step_missing(kind, missing[0])
            return
        yield from self._again(kind)
        yield from self._order(proposal)
        yield from self._notice(proposal, at)
        yield from self._amounts(proposal)

    def _refusal(self, code: str, what: str, mend: str, rule: str = "") -> Refusal:
        return Refusal(
            code, what, rule or _("A grant goes through every step (docs/grants.md)."), mend
        )

    def step_missing(self, kind: str, missing: str) -> Refusal:
        """The refusal of a step that waits for another one."""
        return self._refusal(
            "step-missing",
            _("application {case}: “{step}” waits for “{missing}”, which is not recorded").format(
                case=self.no, step=kind_name(kind), missing=kind_name(missing)
            ),
            _("record it first: lovefund {verb} {case}").format(verb=VERBS[missing], case=self.no),
        )

    def _again(self, kind: str) -> Iterator[Refusal]:
        before = self.taken(kind)
        if kind in _ONCE and before:
            yield self._refusal(
                "step-taken",
                _("application {case}: “{step}” is recorded already, as entry {no}").format(
                    case=self.no, step=kind_name(kind), no=before[-1].no
                ),
                _("void entry {no} first, if it is wrong").format(no=before[-1].no),
            )

    def _order(self, proposal: Proposal) -> Iterator[Refusal]:
        waited = (self.taken(kind)[:1] for kind in WAITS[self.path][proposal.kind])
        for step in [step for first in waited for step in first if proposal.on < step.on][:1]:
            yield self._refusal(
                "step-early",
                _("“{step}” on {on} would be before “{before}” on {day}").format(
                    step=kind_name(proposal.kind),
                    on=proposal.on,
                    before=kind_name(step.kind),
                    day=step.on,
                ),
                _("give {day} or a later day").format(day=step.on),
            )

    def _notice(self, proposal: Proposal, at: date) -> Iterator[Refusal]:
        """A notice hangs its whole term; no money goes out before, nor over an open objection."""
        kind = proposal.kind
        if kind == NOTICED:
            yield from self._term(proposal, at)
        if kind not in (PROMISED, PAID) or self.path == EMERGENCY:
            return
        ends = self.notice_ends()
        if ends is not None and proposal.on <= ends:
            yield self._refusal(
                "notice-running",
                _(
                    "the notice of application {case} hangs through {ends}; {on} is too early"
                ).format(case=self.no, ends=ends, on=proposal.on),
                _("pay on {day} or later").format(day=ends + timedelta(days=1)),
                _("Money is paid when the notice has ended (docs/grants.md)."),
            )
        for objection in self.objections():
            yield self._refusal(
                "objection-open",
                _("the objection of entry {no} is not answered").format(no=objection.no),
                _("answer it first: lovefund answer {no}").format(no=objection.no),
                _("An open objection stops payment (docs/grants.md)."),
            )

    def _term(self, proposal: Proposal, at: date) -> Iterator[Refusal]:
        days, to = number(proposal.facts, "days"), str(proposal.facts.get("to"))
        counted = proposal.facts.get("counted")
        if proposal.on != at:
            yield self._refusal(
                "notice-backdated",
                _("a notice of {on} would be recorded on {at}").format(on=proposal.on, at=at),
                _("leave --on away: its days are counted from the day it is recorded"),
                _("Nobody could tell on which day a notice went up but by its entry."),
            )
        known = shipped_workdays()
        if counted not in tuple(Counted) or days < 1:
            yield self._short(to, proposal.on)
            return
        try:
            ends = known.last_day(proposal.on, days, Counted(str(counted)))
        except UnknownYear:
            return  # a school that added the year counted by its own list
        if to < ends.isoformat():
            yield self._short(to, ends)

    def _short(self, to: str, ends: date) -> Refusal:
        return self._refusal(
            "notice-short",
            _("the notice would end on {to}; its days end on {ends}").format(to=to, ends=ends),
            _("let `lovefund notice` count the days"),
            _("The day it is posted is not counted (民法典 art. 201, 203)."),
        )

    def _amounts(self, proposal: Proposal) -> Iterator[Refusal]:
        kind, facts = proposal.kind, proposal.facts
        if kind in (PROMISED, PAID):
            yield from self._paid_from(proposal)
        if kind == ANSWERED and number(facts, "of") not in {s.no for s in self.objections()}:
            yield self._refusal(
                "no-objection",
                _("entry {no} is no open objection").format(no=number(facts, "of")),
                _("`lovefund case {case}` tells which are open").format(case=self.no),
            )
        if kind == LAPSED and proposal.on < self.unclaimed_from():
            yield self._refusal(
                "not-unclaimed",
                _("what was approved waits for its family through {day}").format(
                    day=self.unclaimed_from() - timedelta(days=1)
                ),
                _("if the family wants no money, use `lovefund withdraw`"),
                _("Money lapses {days} days after it was approved or promised.").format(
                    days=UNCLAIMED_DAYS
                ),
            )
        given_up = kind == LAPSED or (kind == WITHDRAWN and facts.keys() & {"grant", "item"})
        if given_up:
            yield from self._given_up(proposal)
        elif kind in (APPROVED, REFUSED, WITHDRAWN):
            yield from self._decided(
                number(facts, "reserve_fen" if kind == APPROVED else "out_fen")
            )

    def _decided(self, fen: int) -> Iterator[Refusal]:
        """No more is approved, refused and withdrawn than was asked for."""
        if not 1 <= fen <= self.undecided_fen:
            yield self._refusal(
                "more-than-asked",
                _("{left} yuan of application {case} are undecided; this needs {need}").format(
                    left=yuan(self.undecided_fen), case=self.no, need=yuan(fen)
                ),
                _("decide on {left} yuan or less").format(left=yuan(self.undecided_fen)),
            )

    def _given_up(self, proposal: Proposal) -> Iterator[Refusal]:
        """What is withdrawn or lapses was reserved or promised by the step that it builds on."""
        facts, of = proposal.facts, self.steps.get(number(proposal.facts, "of", -1))
        key = {APPROVED: "grant", PROMISED: "item"}.get(of.kind if of else "", "")
        if of is None or {k: facts[k] for k in ("grant", "item") if k in facts} != {key: of.no}:
            yield self._not_reserved(-number(facts, "reserve_fen") or _total(proposal))

    def _paid_from(self, proposal: Proposal) -> Iterator[Refusal]:
        """Money goes out of what is reserved, or of what was promised: never both, never else."""
        facts, total = proposal.facts, _total(proposal)
        of = self.steps.get(number(facts, "of", -1))
        reserved = (
            of is not None
            and of.kind == APPROVED
            and facts.get("grant") == of.no
            and facts.get("reserve_fen") == -total
        )
        promised = (
            of is not None
            and of.kind == PROMISED
            and proposal.kind == PAID
            and facts.get("item") == of.no
            and "reserve_fen" not in facts
        )
        if reserved == promised:
            yield self._not_reserved(total)

    def _not_reserved(self, fen: int) -> Refusal:
        return self._refusal(
            "not-reserved",
            _("{total} yuan would not come out of what application {case} reserved").format(
                total=yuan(fen), case=self.no
            ),
            _("use `lovefund pay {case}`").format(case=self.no),
            _("Money is reserved, promised or paid: never two of them at once (law 4)."),
        )


def _total(proposal: Proposal) -> int:
    return sum(p.amount_fen for p in proposal.postings)


#: What the paths are called.
PATH_NAMES = {USUAL: N_("usual"), SMALL: N_("small"), EMERGENCY: N_("emergency")}
#: The verb that records a step.
VERBS = {
    APPLIED: "apply",
    VERIFIED: "confirm",
    VISITED: "visit",
    REVIEWED: "review",
    NOTICED: "notice",
    APPROVED: "approve",
    PROMISED: "tell",
    PAID: "pay",
    SIGNED: "signed",
    FOLLOWED: "follow-up",
    OBJECTED: "object",
    ANSWERED: "answer",
    REFUSED: "refuse",
    WITHDRAWN: "withdraw",
    LAPSED: "lapse",
    RETURNED: "return-grant",
}


def case_from(entries: Iterable[Proposal], numbers: Iterable[int]) -> Case | None:
    """The case of an application and the entries after it, in order; None where it is none."""
    case: Case | None = None
    for no, entry in zip(numbers, entries, strict=True):
        if case is not None:
            case.take(no, entry)
        elif entry.kind == APPLIED:
            case = applied_case(no, entry)
        else:
            return None
    return case


def applied_case(no: int, entry: Proposal) -> Case:
    """The case that an application begins."""
    path = entry.facts.get("path")
    return Case(no, entry.on, path if path in PATHS else USUAL, entry.facts)


class Cases:
    """The cases that drafts or lines belong to, each brought forward by what passes.

    ``load`` finds a case by its application, ``belongs`` the application of any entry.
    """

    def __init__(
        self,
        load: Callable[[int], Case | None] = lambda _no: None,
        belongs: Callable[[int], int | None] = lambda _no: None,
    ) -> None:
        self._load, self._belongs = load, belongs
        self._known: dict[int, Case | None] = {}
        self._of: dict[int, int] = {}

    def judge(self, no: int, proposal: Proposal, at: date) -> list[Refusal]:
        """Why the entry ``no`` may not be; it counts for what comes after it all the same."""
        kind, facts = proposal.kind, proposal.facts
        if kind == APPLIED:
            self._known[no] = applied_case(no, proposal)
            self._of[no] = no
            return list(_application(proposal))
        if kind == "void":
            return self._voided(no, proposal)
        named = facts.get("case")
        if named is None and kind not in ONLY_OF_CASES:
            return list(self._outside(proposal)) if kind in STEPS else []
        case = self._case(named) if isinstance(named, int) else None
        if case is None or kind not in STEPS:
            return [_no_such_case(number(facts, "case", -1))]
        found = list(case.refusals(proposal, at))
        case.take(no, proposal)
        self._of[no] = case.no
        return found

    def _case(self, no: int) -> Case | None:
        if no not in self._known:
            self._known[no] = self._load(no)
        case = self._known[no]
        return None if case is None or case.voided else case

    def _outside(self, proposal: Proposal) -> Iterator[Refusal]:
        """A grant without an application may not touch what a case reserved, promised or paid."""
        for key in ("of", "grant", "item"):
            named = proposal.facts.get(key)
            belongs = self._application(named) if isinstance(named, int) else None
            if belongs is not None:
                yield Refusal(
                    "outside-case",
                    _("entry {no} is of application {case}, which this does not name").format(
                        no=named, case=belongs
                    ),
                    _("Each step of a grant names its application (docs/grants.md)."),
                    _("use the verbs of its application; `lovefund case {case}` tells them").format(
                        case=belongs
                    ),
                )
                return

    def _application(self, no: int) -> int | None:
        known = self._of.get(no)
        return self._belongs(no) if known is None else known

    def _voided(self, no: int, void: Proposal) -> list[Refusal]:
        of = number(void.facts, "of", -1)
        belongs = self._application(of)
        case = None if belongs is None else self._case(belongs)
        if case is None:
            return []
        case.take(no, void)
        later = case.built_on(of)
        return [_built_on(of, later[-1])] if later else []


def _built_on(of: int, later: Step) -> Refusal:
    return Refusal(
        "settled-already",
        _("entry {later} ({kind}) builds on entry {no}").format(
            later=later.no, kind=kind_name(later.kind), no=of
        ),
        _("A grant goes through every step (docs/grants.md)."),
        _("void entry {later} first").format(later=later.no),
    )


def _application(proposal: Proposal) -> Iterator[Refusal]:
    facts = proposal.facts
    ask, pupils = number(facts, "ask_fen"), number(facts, "pupils")
    if ask < 1 or facts.get("path") not in PATHS:
        yield Refusal(
            "amount",
            _("an application asks for an amount, on one of the paths {paths}").format(
                paths=", ".join(PATHS)
            ),
            "",
            _("use `lovefund apply`"),
        )
    if not pupils and facts.get("programme") != "aid":
        yield Refusal(
            "small-group",
            _("a grant to fewer than {least} pupils is booked under aid to pupils").format(
                least=PUPILS_MIN
            ),
            _("A programme of its own could point at a child (log format, section 1)."),
            _("choose the programme aid"),
        )
    most = SMALL_FEN_MAX * (pupils or PUPILS_MIN - 1)
    if facts.get("path") == SMALL and ask > most:
        yield Refusal(
            "not-small",
            _("{ask} yuan are more than the group may decide, {each} yuan for a pupil").format(
                ask=yuan(ask), each=yuan(SMALL_FEN_MAX)
            ),
            _("Larger grants go to the committee (docs/grants.md)."),
            _("apply for it on the usual path"),
        )


def _no_such_case(no: int) -> Refusal:
    return Refusal(
        "no-such-case",
        _("entry {no} is no application, and no step of the one that is named").format(no=no),
        _("Each step of a grant names its application (docs/grants.md)."),
        _("`lovefund cases` lists the applications and their numbers"),
    )
