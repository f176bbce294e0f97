"""Drives, bazaars, quotas, kin and emergencies: what the fund's rules make of them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands import Run
from commands import fund as fund
from commands import run as run
from lovefund.core.entries import Draft
from lovefund.core.known import Course
from lovefund.core.rule_kinds import RULES, Suspicion
from lovefund.core.rulebook import Adopted, model_text
from lovefund.core.rules import judge_by_rules, model
from lovefund.core.workdays import last_day
from rules.edges import APPEAL, BAZAAR, DAY, Fund, applied, class_gift, draft, drive, known


def said(draft_: Draft, fund_: Course, article: str, at: date = DAY) -> list[str]:
    """What one article says of a draft; a suspicion is marked."""
    judge = RULES[model()[article].rule].judge
    assert judge is not None
    assert isinstance(fund_, Fund)
    found = judge(draft_, known(fund_, at), model()[article])
    return [("? " if isinstance(r, Suspicion) else "") + r.what for r in found]


@given(st.lists(st.sampled_from((5_000, 4_000)), max_size=9))
def test_equal_gifts_of_classes_are_suspected_above_the_share(amounts: list[int]) -> None:
    """Beside the plain count, at the very edge: four of five are 80 of 100, and pass."""
    fund_ = Fund(before=tuple(class_gift(fen) for fen in amounts))
    equal, count = amounts.count(5_000) + 1, len(amounts) + 1
    suspected = bool(said(class_gift(5_000), fund_, "R02"))
    assert suspected == (count >= 5 and equal * 10 > count * 8)


def test_a_suspicion_never_blocks() -> None:
    fund_ = Fund(before=tuple([class_gift(5_000)] * 5))
    verdict = judge_by_rules(class_gift(5_000), known(fund_, DAY), [Adopted(1, model())])
    assert "R02" in {r.article for r in verdict.warned}
    assert not verdict.blocked


def gift_of(source: str, fen: int = 100) -> Draft:
    """A gift that the drive of entry 0 brought."""
    facts = {"channel": "bank", "campaign": 0}
    return draft("donation", "bank", f"source:{source}", fen, facts=facts)


def test_gifts_of_one_drive_are_compared_with_each_other_alone() -> None:
    others = tuple([class_gift(5_000)] * 6)
    named = draft(
        "donation", "bank", "source:class", 5_000, facts={"channel": "bank", "campaign": 0}
    )
    assert said(named, Fund(before=(drive(), *others)), "R02") == []


def test_a_stranger_in_a_drive_of_the_school_is_suspected() -> None:
    gift = draft(
        "donation", "bank", "source:society", 100, facts={"channel": "bank", "campaign": 0}
    )
    assert said(gift, Fund(before=(drive(),)), "R03")[0].startswith("? ")
    assert said(gift, Fund(before=(APPEAL,)), "R03") == []
    alumni = draft(
        "donation", "bank", "source:alumni", 100, facts={"channel": "bank", "campaign": 0}
    )
    assert said(alumni, Fund(before=(drive(),)), "R03") == []


def test_goods_are_sold_at_a_bazaar() -> None:
    sold = draft("goods-sold", "bank", "sales", 100, facts={"campaign": 0})
    assert said(sold, Fund(before=(BAZAAR,)), "R04") == []
    assert said(sold, Fund(before=(drive(),)), "R04") != []
    assert said(draft("goods-sold", "bank", "sales", 100), Fund(), "R04") != []


def test_the_result_of_a_bazaar_is_due_on_the_fifteenth_working_day() -> None:
    event = date(2026, 3, 20)
    due = last_day(event, 15)
    fund_ = Fund(before=(BAZAAR,))
    assert said(BAZAAR, fund_, "R04", due) == []
    assert said(BAZAAR, fund_, "R04", due + timedelta(days=1)) != []
    told = Draft("statement", due, (), {"from": "2026-03-01", "to": "2026-03-31"})
    assert said(BAZAAR, Fund(before=(BAZAAR, told)), "R04", due + timedelta(days=1)) == []


def step(kind: str, on: date, of: int, **facts: object) -> Draft:
    return Draft(kind, on, (), {"case": 0, "of": of, **facts})


def test_a_late_emergency_blocks_the_next_one_from_the_day_after_its_term() -> None:
    paid_on = date(2026, 3, 9)
    before = (
        applied(50_000, "emergency"),
        step("grant-verified", paid_on, 0),
        step("grant-approved", paid_on, 1, reserve_fen=50_000),
        step("grant-paid", paid_on, 2),
    )
    noticed, ratified = date(2026, 3, 16), date(2026, 3, 24)
    asked = applied(100, "emergency")
    for more, due in (
        ((), noticed),
        ((step("grant-noticed", noticed, 3),), ratified),
    ):
        fund_ = Fund(before=(*before, *more))
        assert said(asked, fund_, "R19", due) == []
        assert said(asked, fund_, "R19", due + timedelta(days=1)) != []
    assert said(applied(100), Fund(before=before), "R19", date(2026, 12, 1)) == [], "usual path"
    done = (step("grant-noticed", noticed, 3), step("grant-reviewed", ratified, 4))
    assert said(asked, Fund(before=(*before, *done)), "R19", date(2026, 12, 1)) == []


def test_one_officer_alone_does_not_pay_an_emergency() -> None:
    before = (
        applied(50_000, "emergency"),
        step("grant-verified", DAY, 0),
        step("grant-approved", DAY, 1, reserve_fen=50_000),
    )
    paid = draft("grant-paid", "programme:aid", "bank", 50_000, facts={"grant": 2, "case": 0})
    assert said(paid, Fund(before=before), "R19") != []
    agreed = Draft("grant-agreed", DAY, (), {"of": 2})
    assert said(paid, Fund(before=(*before, agreed)), "R19") == []
    usual = (applied(50_000), *before[1:])
    assert said(paid, Fund(before=usual), "R19") == []


@pytest.fixture
def school(fund: Run, tmp_path: Path) -> Run:
    (tmp_path / "rules.toml").write_text(model_text(), "utf-8")
    for line in (
        "donate 3,000 --source alumni --from 林校友 --show real --by bank",
        "rules adopt rules.toml",
    ):
        done = fund(line)
        assert done.code == 0, done.err
    return fund


def last(school: Run) -> int:
    return int(school("journal --json").json()[-1]["no"])


def ran(school: Run, line: str) -> int:
    done = school(line)
    assert done.code == 0, (line, done.err)
    return last(school)


def test_an_emergency_in_the_books_needs_a_second_officer(school: Run) -> None:
    no = ran(school, "apply 800 --case L9 --guardian 李 --path emergency")
    ran(school, f"confirm {no}")
    approval = ran(school, f"approve {no}")
    alone = school(f"pay {no} --by bank")
    assert (alone.code, "R19" in alone.err) == (4, True)
    own = school(f"agree {approval}")
    assert (own.code, "agreed-alone" in own.err) == (4, True)
    ran(school, f"--officer O7 agree {approval}")
    ran(school, f"pay {no} --by bank --reference M-1")
    assert school("check").code == 0


def test_a_file_with_a_quota_is_refused_and_one_that_looks_so_is_remarked_on(
    school: Run, tmp_path: Path
) -> None:
    head = "日期,金额,来源,捐赠人,公示方式,收款方式"
    classes = [f"2026-10-19,50,班级合计,三（{n}）班,单位,银行存款" for n in range(1, 7)]
    (tmp_path / "a.csv").write_text("\n".join([f"{head},指标", *(f"{c},50" for c in classes)]))
    refused = school("donations a.csv")
    assert (refused.code, "R02" in refused.err) == (4, True)
    drive_ = ran(school, "campaign spring --title 春季爱心捐 --scope inside")
    (tmp_path / "b.csv").write_text("\n".join([head, *classes]))
    done = school(f"donations b.csv --campaign {drive_}")
    assert done.code == 0, done.err
    ran(school, f"donate 50 --source class --from 三（7）班 --by bank --campaign {drive_}")
    again = school(
        f"donate 50 --source class --from 三（8）班 --by bank --campaign {drive_} --dry-run"
    )
    assert "8 of 8 gifts of classes are of 50.00 yuan each" in again.err


def test_a_gift_names_a_drive_that_stands(school: Run) -> None:
    for campaign in ("0", "99"):
        refused = school(
            f"donate 5 --source staff --from 甲 --show real --by bank --campaign {campaign}"
        )
        assert refused.code in (2, 4), refused.err
    no = ran(school, "campaign spring --title 春季爱心捐 --scope inside")
    ran(school, f"donate 5 --source staff --from 甲 --show real --by bank --campaign {no}")
    assert school(f"void {no} --reason 记错").code == 0
    refused = school(f"donate 5 --source staff --from 甲 --show real --by bank --campaign {no}")
    assert (refused.code, "no-such-campaign" in refused.err) == (4, True)
    assert school("check").code == 0


def test_a_public_drive_needs_its_partner(school: Run) -> None:
    refused = school("campaign web --title 网上众筹 --scope public --partner 51X")
    assert (refused.code, "R03" in refused.err) == (4, True)
    assert "number of its plan" in refused.err
    ran(school, "campaign web --title 网上众筹 --scope public --partner 51X --filing F-1")


def test_the_kin_of_a_donor_is_asked_for_where_a_pupil_is_named(school: Run) -> None:
    words = "donate 5 --source staff --from 甲 --show real --by bank --for named --pupil 乙 --kin"
    refused = school(words)
    assert (refused.code, "R09" in refused.err) == (4, True)


def test_the_result_of_a_bazaar_is_told_in_the_morning(
    school: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran(school, "campaign fair --title 义卖 --scope inside --event 2026-10-19 --agreement Y-1 "
                "--agreed 2026-10-01")  # fmt: skip
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-11-09")
    told = school("today").out
    assert "bazaar" in told
    assert school("publish 2026-10").code == 0
    assert "bazaar" not in school("today").out
