"""The life of a grant, step by step: what each step waits for, and what it is refused for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lovefund.core import cases as c
from lovefund.core.cases import Cases
from lovefund.core.entries import Draft, Posting
from lovefund.core.workdays import Counted, shipped_workdays

MONDAY = date(2026, 3, 2)
DUE, BANK, AID = "2209", "1002", "510101"
ASK = 400_00


class Life:
    """A case that goes on by drafts; each is judged as the gate judges it."""

    def __init__(self, path: str = c.USUAL, ask_fen: int = ASK, **facts: int | str) -> None:
        self.cases, self.no, self.last = Cases(), 0, {c.APPLIED: 0}
        self.day = MONDAY
        self.first = Draft(
            c.APPLIED, MONDAY, facts={"ask_fen": ask_fen, "path": path, "programme": "aid",
                                      "restriction": "general"} | facts,
        )  # fmt: skip
        self.begun = [refusal.code for refusal in self.cases.judge(0, self.first, MONDAY)]

    def case(self) -> c.Case:
        case = self.cases._case(0)
        assert case is not None
        return case

    def try_(self, kind: str, fen: int = ASK, **facts: int | str) -> list[str]:
        """The codes that the step is refused with; it is taken whatever they are."""
        self.no += 1
        case = self.case()
        waited = case.taken(*c.WAITS[case.path].get(kind, (c.APPLIED,)))
        facts = {"case": 0, "of": waited[-1].no if waited else 0} | facts
        postings: tuple[Posting, ...] = ()
        if kind == c.NOTICED:
            ends = shipped_workdays().last_day(self.day, 5)
            facts = {"days": 5, "counted": "working", "to": ends.isoformat()} | facts
        elif kind == c.APPROVED:
            facts = {"reserve_fen": fen, "restriction": "general"} | facts
        elif kind in (c.REFUSED, c.WITHDRAWN) and "grant" not in facts:
            facts = {"out_fen": fen} | facts
        elif kind in (c.PAID, c.PROMISED):
            facts = {"grant": facts["of"], "reserve_fen": -fen} | facts
            postings = (Posting(AID, BANK if kind == c.PAID else DUE, "general", fen),)
        draft = Draft(kind, self.day, postings, facts)
        return [r.code for r in self.cases.judge(self.no, draft, self.day)]

    def through(self, *kinds: str) -> Life:
        for kind in kinds:
            if kind in (c.PAID, c.PROMISED) and self.case().path != c.EMERGENCY:
                self.day = max(self.day, date(2026, 3, 10))
            assert self.try_(kind) == [], kind
        return self


ORDER = {
    c.USUAL: (c.VERIFIED, c.VISITED, c.REVIEWED, c.NOTICED, c.APPROVED, c.PAID, c.SIGNED,
              c.FOLLOWED),
    c.SMALL: (c.VERIFIED, c.REVIEWED, c.NOTICED, c.APPROVED, c.PAID, c.SIGNED, c.FOLLOWED),
    c.EMERGENCY: (c.VERIFIED, c.APPROVED, c.PAID, c.NOTICED, c.REVIEWED, c.SIGNED, c.FOLLOWED),
}  # fmt: skip


@pytest.mark.parametrize("path", c.PATHS)
def test_a_case_goes_from_application_to_follow_up(path: str) -> None:
    life = Life(path)
    for kind in ORDER[path]:
        assert kind in life.case().coming(), kind
        life.through(kind)
        assert life.case().stage() == kind
    assert life.case().coming() == []


@pytest.mark.parametrize(
    ("path", "left_out"), [(path, kind) for path in c.PATHS for kind in ORDER[path][:-1]]
)
def test_no_step_is_skipped(path: str, left_out: str) -> None:
    life = Life(path)
    index = ORDER[path].index(left_out)
    life.through(*ORDER[path][:index])
    waits_for_it = [k for k, waited in c.WAITS[path].items() if left_out in waited]
    assert waits_for_it
    life.day = date(2026, 3, 10)
    for kind in waits_for_it:
        assert life.try_(kind) == ["step-missing"], kind


def test_the_path_of_a_small_grant_has_no_visit() -> None:
    assert Life(c.SMALL, 300_00).through(c.VERIFIED).try_(c.VISITED) == ["step-unknown"]


@pytest.mark.parametrize(
    ("ask_fen", "pupils", "codes"),
    [(300_00 * 5, 5, []), (300_00 * 5 + 1, 5, ["not-small"]), (300_00 * 4, 0, []),
     (300_00 * 4 + 1, 0, ["not-small"])],
)  # fmt: skip
def test_a_small_grant_is_small(ask_fen: int, pupils: int, codes: list[str]) -> None:
    facts = {"pupils": pupils} if pupils else {}
    assert Life(c.SMALL, ask_fen, **facts).begun == codes


@pytest.mark.parametrize("kind", [c.PAID, c.PROMISED])
def test_money_goes_out_on_the_day_after_the_notice_and_not_a_day_before(kind: str) -> None:
    ends = date(2026, 3, 9)
    for day, codes in ((ends, ["notice-running"]), (ends + timedelta(days=1), [])):
        life = Life().through(c.VERIFIED, c.VISITED, c.REVIEWED, c.NOTICED, c.APPROVED)
        assert life.case().notice_ends() == ends
        life.day = day
        assert life.try_(kind) == codes


def test_the_last_of_two_notices_counts() -> None:
    life = Life().through(c.VERIFIED, c.VISITED, c.REVIEWED, c.NOTICED)
    life.day = date(2026, 3, 9)
    life.through(c.NOTICED, c.APPROVED)
    life.day = date(2026, 3, 16)
    assert life.try_(c.PAID) == ["notice-running"]


def test_an_open_objection_stops_payment_until_it_is_answered() -> None:
    life = Life().through(c.VERIFIED, c.VISITED, c.REVIEWED, c.NOTICED, c.OBJECTED)
    objection = life.no
    life.through(c.APPROVED)
    life.day = date(2026, 3, 10)
    assert life.case().stage() == c.OBJECTED
    assert life.case().coming() == [c.ANSWERED]
    assert life.try_(c.PROMISED) == ["objection-open"]
    life.cases.judge(99, Draft("void", life.day, facts={"of": life.no}), life.day)
    assert life.try_(c.ANSWERED, of=objection) == []
    assert life.try_(c.ANSWERED, of=objection) == ["no-objection"]
    assert life.try_(c.PAID) == []


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({"to": "2026-03-08"}, ["notice-short"]),
        ({"to": "2026-03-10"}, []),
        ({"days": 7, "counted": "calendar", "to": "2026-03-09"}, []),
        ({"days": 0}, ["notice-short"]),
        ({"counted": "moons"}, ["notice-short"]),
    ],
)
def test_a_notice_hangs_as_long_as_it_says(facts: dict[str, int | str], codes: list[str]) -> None:
    life = Life().through(c.VERIFIED, c.VISITED, c.REVIEWED)
    assert life.try_(c.NOTICED, **facts) == codes


def test_a_notice_begins_on_the_day_it_is_recorded() -> None:
    life = Life().through(c.VERIFIED, c.VISITED, c.REVIEWED)
    facts = {"case": 0, "of": life.no, "days": 5, "counted": "working", "to": "2026-03-09"}
    found = life.cases.judge(9, Draft(c.NOTICED, MONDAY, facts=facts), MONDAY + timedelta(days=3))
    assert [refusal.code for refusal in found] == ["notice-backdated"]


def test_no_more_is_approved_than_was_asked_and_not_refused() -> None:
    life = Life().through(c.VERIFIED)
    assert life.try_(c.REFUSED, 100_00) == []
    life.through(c.VISITED, c.REVIEWED, c.NOTICED)
    assert life.try_(c.APPROVED, 300_01) == ["more-than-asked"]
    life.cases.judge(99, Draft("void", life.day, facts={"of": life.no}), life.day)
    assert life.try_(c.APPROVED, 300_00) == []
    assert life.try_(c.WITHDRAWN, 1) == ["more-than-asked"]


def test_a_case_that_is_refused_whole_is_at_its_end() -> None:
    life = Life().through(c.VERIFIED, c.REFUSED)
    assert (life.case().stage(), life.case().coming()) == (c.REFUSED, [])


@pytest.mark.parametrize(
    "facts",
    [{"reserve_fen": -1}, {"grant": 0}, {"item": 0, "reserve_fen": 0}],
    ids=["less than it pays", "another's", "an item that is none"],
)
def test_money_goes_out_of_what_is_reserved(facts: dict[str, int]) -> None:
    life = Life().through(c.VERIFIED, c.VISITED, c.REVIEWED, c.NOTICED, c.APPROVED)
    life.day = date(2026, 3, 10)
    assert life.try_(c.PAID, **facts) == ["not-reserved"]


def test_a_promise_is_paid_out_of_the_payable_and_of_nothing_else() -> None:
    life = Life().through(c.VERIFIED, c.VISITED, c.REVIEWED, c.NOTICED, c.APPROVED)
    approval = life.no
    life.through(c.PROMISED)
    facts = {"case": 0, "of": life.no, "item": life.no}
    money = (Posting(DUE, BANK, "general", ASK),)

    def judged(**more: int) -> list[str]:
        draft = Draft(c.PAID, life.day, money, facts | more)
        cases = Cases(lambda _no: life.case())
        found = [refusal.code for refusal in cases.judge(90, draft, life.day)]
        life.case().steps.pop(90)
        return found

    assert judged() == []
    assert judged(reserve_fen=-ASK, grant=approval) == ["not-reserved"]
    assert judged(of=approval) == ["not-reserved"]


def test_money_lapses_after_sixty_days_and_not_before() -> None:
    for days, codes in ((59, ["not-unclaimed"]), (60, [])):
        life = Life().through(c.VERIFIED, c.VISITED, c.REVIEWED, c.NOTICED, c.APPROVED)
        approval = life.no
        life.day = MONDAY + timedelta(days=days)
        assert life.try_(c.LAPSED, of=approval, grant=approval, reserve_fen=-ASK) == codes


def test_a_step_is_not_before_the_one_it_waits_for() -> None:
    life = Life().through(c.VERIFIED)
    life.day = MONDAY - timedelta(days=1)
    assert life.try_(c.VISITED) == ["step-early"]


def test_what_is_verified_or_reviewed_is_so_once_and_may_be_voided() -> None:
    life = Life().through(c.VERIFIED)
    assert life.try_(c.VERIFIED) == ["step-taken"]
    again = life.no
    void = Draft("void", life.day, facts={"of": again})
    assert life.cases.judge(98, void, life.day) == []
    life.through(c.VISITED)
    first = life.case().taken(c.VERIFIED)[0].no
    found = life.cases.judge(99, Draft("void", life.day, facts={"of": first}), life.day)
    assert [refusal.code for refusal in found] == ["settled-already"]


def test_a_step_is_built_on_whatever_the_later_one_says_that_it_builds_on() -> None:
    life = Life().through(c.VERIFIED)
    assert life.try_(c.VISITED, of=0) == []
    void = Draft("void", life.day, facts={"of": life.case().taken(c.VERIFIED)[0].no})
    assert [r.code for r in life.cases.judge(99, void, life.day)] == ["settled-already"]


def test_each_payment_is_signed_for() -> None:
    life = Life(c.EMERGENCY, 2 * ASK).through(c.VERIFIED, c.APPROVED, c.PAID, c.SIGNED)
    life.day = MONDAY + timedelta(days=10)
    life.through(c.APPROVED, c.PAID)
    due = {d.kind: d.day for d in life.case().deadlines(shipped_workdays())}
    assert due[c.SIGNED] == life.day + timedelta(days=30)


@pytest.mark.parametrize(
    ("kind", "facts"),
    [(c.VERIFIED, {"of": 0}), (c.VERIFIED, {"of": 0, "case": 7}), (c.PAID, {"case": 7, "of": 7}),
     (c.VERIFIED, {"of": 5, "case": 0}), ("donation", {"case": 0})],
)  # fmt: skip
def test_each_step_names_its_application(kind: str, facts: dict[str, int]) -> None:
    life = Life()
    found = life.cases.judge(1, Draft(kind, MONDAY, facts=facts), MONDAY)
    assert [refusal.code for refusal in found] == ["no-such-case"]


def test_grants_without_an_application_go_on_as_before() -> None:
    for kind in (c.APPROVED, c.PAID, c.PROMISED, c.WITHDRAWN, c.RETURNED):
        assert Cases().judge(3, Draft(kind, MONDAY, facts={"of": 1}), MONDAY) == []


def test_the_deadlines_of_an_emergency() -> None:
    life = Life(c.EMERGENCY)
    life.day = date(2026, 4, 29)
    life.through(c.VERIFIED, c.APPROVED, c.PAID)
    due = {d.kind: d.day for d in life.case().deadlines(shipped_workdays())}
    assert due == {c.NOTICED: date(2026, 5, 9), c.REVIEWED: date(2026, 5, 14),
                   c.SIGNED: date(2026, 5, 29)}  # fmt: skip
    life.through(c.NOTICED, c.REVIEWED, c.SIGNED)
    assert life.case().deadlines(shipped_workdays()) == []


def test_a_deadline_in_an_unknown_year_is_told_earlier_and_never_later() -> None:
    life = Life(c.EMERGENCY)
    life.day = date(2026, 12, 29)
    life.through(c.VERIFIED, c.APPROVED, c.PAID)
    due = {d.kind: d.day for d in life.case().deadlines(shipped_workdays())}
    assert due[c.NOTICED] == date(2027, 1, 3)


def test_what_waits_for_its_family_is_told() -> None:
    life = Life().through(c.VERIFIED, c.VISITED, c.REVIEWED, c.NOTICED, c.APPROVED)
    assert life.case().deadlines(shipped_workdays()) == [(c.LAPSED, MONDAY + timedelta(days=60))]
    assert life.case().waiting_fen == ASK
    assert life.through(c.PAID).case().waiting_fen == 0


def test_the_default_term_is_five_working_days() -> None:
    assert c.notice_term() == (5, Counted.WORKING)
