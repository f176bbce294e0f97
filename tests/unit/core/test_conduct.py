"""Each test of conduct finds what was planted for it, and is silent on a clean ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from lovefund.core import conduct as c
from lovefund.core.conduct import Part
from lovefund.core.entries import Entry, Posting
from lovefund.core.findings import CONDUCT, INFO, Finding, Tier

DAY = date(2026, 9, 10)
LIMIT = (("R20", 300_00),)


def entry(
    no: int,
    kind: str = "grant-paid",
    fen: int = 290_00,
    on: date = DAY,
    at: date | None = None,
    voucher: int | None = None,
    receipt: str = "",
) -> Entry:
    """An entry as the journal would hold it; only what is looked at is true."""
    facts = {"receipt": receipt} if receipt else {}
    postings = (Posting("510111", "1002", "general", fen),)
    return Entry(
        no, kind, at or on, on, "O1", postings, facts, on.year, voucher or no, b"{}", b"",
    )  # fmt: skip


def days(count: int) -> timedelta:
    return timedelta(days=count)


def codes(found: Sequence[Finding]) -> list[str]:
    return [f"{finding.code} {finding.where}" for finding in found]


def split(*parts: Part) -> list[Finding]:
    return list(c.splits(parts, lambda _entry: LIMIT))


def test_a_double_gift_of_one_donor_is_found_and_its_donor_not_named() -> None:
    parts = [Part(entry(n, "donation", 500_00), "张三丰", 500_00) for n in (3, 7)]
    found = list(c.duplicates(parts))
    assert codes(found) == ["duplicate entry 7"]
    assert "张三丰" not in str(found)


def test_equal_gifts_of_different_or_unknown_donors_are_no_double() -> None:
    gifts = [Part(entry(n, "donation", 50_00), name, 50_00) for n, name in ((1, "甲"), (2, "乙"))]
    nobody = [Part(entry(n, "donation", 50_00), "", 50_00) for n in (3, 4)]
    another_day = [Part(entry(5, "donation", 50_00, DAY + days(1)), "甲", 50_00)]
    assert list(c.duplicates([*gifts, *nobody, *another_day])) == []


def test_a_double_outlay_needs_no_party() -> None:
    parts = [Part(entry(n, "outlay-paid", 80_00), "", 80_00) for n in (1, 2)]
    assert codes(list(c.duplicates(parts))) == ["duplicate entry 2"]


def test_payments_just_under_a_limit_to_one_case_are_found() -> None:
    parts = [Part(entry(n, on=DAY + days(n)), "L001", 290_00) for n in (1, 3, 5)]
    found = split(*parts)
    assert codes(found) == ["split entry 1, 3, 5, article R20"]
    assert "870.00" in found[0].what
    assert "L001" not in str(found)


def test_what_is_no_split() -> None:
    first = Part(entry(1), "L001", 290_00)
    assert split(first, Part(entry(2), "L002", 290_00)) == []
    assert split(first, Part(entry(2, on=DAY + days(8)), "L001", 290_00)) == []
    assert split(first, Part(entry(2, fen=100_00), "L001", 100_00)) == []
    assert split(first, Part(entry(2, fen=310_00), "L001", 310_00)) == []
    assert split(Part(entry(1), "", 290_00), Part(entry(2), "", 290_00)) == []


def test_the_edges_of_a_split_belong_to_it() -> None:
    edge = 300_00 * c.JUST_UNDER_PERCENT // 100
    within = Part(entry(2, fen=edge, on=DAY + days(c.SPLIT_DAYS)), "L1", edge)
    assert split(Part(entry(1, fen=300_00), "L1", 300_00), within)
    below = Part(entry(2, fen=edge - 1), "L1", edge - 1)
    assert split(Part(entry(1, fen=300_00), "L1", 300_00), below) == []


def test_a_number_that_is_left_out_is_found() -> None:
    assert list(c.number_gaps([entry(1), entry(2), entry(3)])) == []
    assert codes(list(c.number_gaps([entry(1), entry(3)]))) == ["number-gap entry 3"]
    gifts = [entry(1, receipt="2026-000001"), entry(2, receipt="2026-000003")]
    assert codes(list(c.number_gaps(gifts))) == ["number-gap entry 2"]


def test_numbers_begin_anew_with_the_year() -> None:
    later = entry(3, on=date(2027, 1, 2), voucher=1, receipt="2027-000001")
    assert list(c.number_gaps([entry(1, receipt="2026-000001"), entry(2), later])) == []


def test_an_entry_across_the_end_of_a_period_is_found() -> None:
    last = date(2026, 9, 30)
    across = entry(1, on=last, at=last + days(1))
    assert codes(list(c.cut_off([across], last))) == ["cut-off entry 1"]
    assert list(c.cut_off([entry(2, on=last, at=last), entry(3, on=last + days(1))], last)) == []


def test_late_is_another_month_and_long_after() -> None:
    late = entry(1, on=date(2026, 8, 30), at=date(2026, 9, 20))
    assert codes(list(c.late([late]))) == ["late entry 1"]
    next_day = entry(2, on=date(2026, 8, 31), at=date(2026, 9, 1))
    same_month = entry(3, on=date(2026, 9, 1), at=date(2026, 9, 30))
    assert list(c.late([next_day, same_month])) == []


def test_round_sums_and_days_of_rest_are_only_worth_a_look() -> None:
    found = [
        *c.round_sums([entry(1, fen=2_000_00), entry(2, fen=2_000_01), entry(3, fen=900_00)]),
        *c.rest_days([entry(4, on=date(2026, 9, 12)), entry(5)], lambda d: d.weekday() < 5),
    ]
    assert codes(found) == ["round-sum entry 1", "rest-day entry 4"]
    assert {finding.code for finding in found} <= set(INFO)


def test_what_was_voided_or_corrects_is_not_looked_at() -> None:
    entries = [entry(1), entry(2, "correction"), entry(3), entry(4, "void")]
    assert [e.no for e in c.standing(entries, [3])] == [1]


def test_every_code_has_one_tier() -> None:
    told = {code: Finding(code, "", "", "").tier for code in ("leaf", "balance", *CONDUCT)}
    assert told["leaf"] is Tier.LINES
    assert told["balance"] is Tier.BESIDE
    assert {told[code] for code in CONDUCT} == {Tier.CONDUCT}
