"""Working days and terms, at the dates where they are not what the weekday says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lovefund.core.workdays import Counted, UnknownYear, Workdays, shipped_workdays, year_from

KNOWN = shipped_workdays()

YEAR_2027 = """
year = 2027
source = "a list made up for this test"
confirmed = false
holidays = ["2027-01-01..2027-01-03"]
workdays = ["2027-01-09"]
"""


@pytest.mark.parametrize(
    ("posted", "last"),
    [
        ("2026-04-29", "2026-05-09"),
        ("2026-09-24", "2026-10-09"),
        ("2026-02-10", "2026-02-24"),
        ("2026-03-02", "2026-03-09"),
    ],
)
def test_five_working_days_end_where_the_list_of_the_state_council_says(
    posted: str, last: str
) -> None:
    assert KNOWN.last_day(date.fromisoformat(posted), 5) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("posted", "days", "last"),
    [
        ("2026-09-24", 5, "2026-09-29"),
        ("2026-09-24", 7, "2026-10-08"),  # the seventh is 10-01: the holiday moves it
        ("2026-04-27", 4, "2026-05-06"),
        ("2026-05-04", 5, "2026-05-09"),  # a Saturday on which people work
        ("2026-03-02", 5, "2026-03-09"),  # a Saturday of rest
    ],
)
def test_calendar_days_that_end_on_a_day_of_rest_end_on_the_next_working_day(
    posted: str, days: int, last: str
) -> None:
    ends = KNOWN.last_day(date.fromisoformat(posted), days, Counted.CALENDAR)
    assert ends == date.fromisoformat(last)


def test_the_first_day_is_not_counted() -> None:
    assert KNOWN.last_day(date(2026, 3, 2), 1) == date(2026, 3, 3)
    assert KNOWN.last_day(date(2026, 3, 2), 1, Counted.CALENDAR) == date(2026, 3, 3)


def test_no_term_is_shorter_than_its_days_and_each_ends_on_a_working_day() -> None:
    day = date(2026, 1, 1)
    while day < date(2026, 12, 1):
        for counted in Counted:
            last = KNOWN.last_day(day, 5, counted)
            assert KNOWN.works(last)
            assert last - day >= timedelta(days=5)
        day += timedelta(days=1)


def test_an_unknown_year_is_an_error_that_says_where_its_file_goes() -> None:
    with pytest.raises(UnknownYear) as error:
        Workdays(KNOWN.years, "/settings/workdays").last_day(date(2026, 12, 28), 5)
    assert error.value.year == 2027
    assert "/settings/workdays/2027.toml" in error.value.remedy()


def test_a_school_adds_a_year_and_never_shortens_one_that_is_known() -> None:
    own = year_from(YEAR_2027)
    shorter = year_from(YEAR_2027.replace("2027", "2026"))
    ours = KNOWN.and_own([own, shorter], "here")
    # 12-29, 30, 31, then 01-04 and 05: the first three days of the year are holidays.
    assert ours.last_day(date(2026, 12, 28), 5) == date(2027, 1, 5)
    assert ours.last_day(date(2026, 4, 29), 5) == date(2026, 5, 9)


def test_a_notice_wholly_in_a_break_reaches_nobody() -> None:
    assert KNOWN.reaches_nobody(date(2026, 7, 20), date(2026, 7, 27))
    assert not KNOWN.reaches_nobody(date(2026, 7, 10), date(2026, 7, 17))
    assert not KNOWN.reaches_nobody(date(2026, 8, 28), date(2026, 9, 4))


@pytest.mark.parametrize(
    "text",
    [
        "year = 2027",
        YEAR_2027.replace('"2027-01-09"', '"2026-01-09"'),
        YEAR_2027.replace("2027-01-01..2027-01-03", "2027-01-03..2027-01-01"),
        YEAR_2027.replace('"2027-01-09"', "20270109"),
    ],
)
def test_a_file_that_is_no_such_list_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        year_from(text)
