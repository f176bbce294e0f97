"""Days and periods as schools speak of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lovefund.core.days import listed_day, parse_day, parse_period
from lovefund.errors import BadInput

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [("2024-02-29", date(2024, 2, 29)), ("今天", TODAY), ("today", TODAY),
     ("昨天", date(2026, 2, 28))],
)  # fmt: skip
def test_days(text: str, day: date) -> None:
    assert parse_day(text, "on", TODAY) == day


@pytest.mark.parametrize(
    "text",
    ["", "2026-2-1", "2026/02/01", "2025-02-29", "2026-13-01", "1999-01-01", "2026-01-01\n",
     "２０２６-01-01", "0000-00-00", "明天", "2026-01-01T00:00"],
)  # fmt: skip
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(BadInput):
        parse_day(text, "on", TODAY)


@pytest.mark.parametrize(
    "text", ["2026-02-01", "2026-2-1", "2026/02/01", "2026/2/1", "2026.2.1", "2026年2月1日"]
)
def test_days_in_lists(text: str) -> None:
    assert listed_day(text, "on", TODAY) == date(2026, 2, 1)


@pytest.mark.parametrize(
    "text",
    ["2026-2/1", "2026年2-1", "1/2/2026", "2-1", "2026/2", "2026-1-2日", "20260201", "46054"],
)
def test_what_is_no_day_in_lists(text: str) -> None:
    with pytest.raises(BadInput):
        listed_day(text, "on", TODAY)


def test_the_remedy_names_the_day_that_was_meant() -> None:
    with pytest.raises(BadInput) as refused:
        parse_day("2026/2/1", "on", TODAY)
    assert "2026-02-01" in refused.value.remedy()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-spring", date(2026, 2, 1), date(2026, 8, 31)),
        ("2026春", date(2026, 2, 1), date(2026, 8, 31)),
        ("2025-autumn", date(2025, 9, 1), date(2026, 1, 31)),
        ("2025-2026", date(2025, 9, 1), date(2026, 8, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026年2月", date(2026, 2, 1), date(2026, 2, 28)),
        ("2026年", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026年春", date(2026, 2, 1), date(2026, 8, 31)),
        ("2026-01-05..2026-01-05", date(2026, 1, 5), date(2026, 1, 5)),
    ],
)  # fmt: skip
def test_periods(text: str, first: date, last: date) -> None:
    period = parse_period(text)
    assert (period.day_from, period.day_to) == (first, last)
    assert period.label_zh
    assert period.label_en.replace("–", "-").isascii()


@pytest.mark.parametrize(
    "text", ["", "2026-00", "2026-Q5", "2026-2028", "2026-winter", "2026-02-01..2026-01-01", "..",
             "2026-01..2026-02", "20261"],
)  # fmt: skip
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(BadInput):
        parse_period(text)


def test_terms_tile_the_school_year() -> None:
    for year in range(2020, 2040):
        autumn, spring = parse_period(f"{year}-autumn"), parse_period(f"{year + 1}-spring")
        whole = parse_period(f"{year}-{year + 1}")
        assert autumn.day_from == whole.day_from
        assert spring.day_from == autumn.day_to + timedelta(days=1)
        assert spring.day_to == whole.day_to
