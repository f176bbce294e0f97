"""Days and periods that are not taken, and days that the books refuse."""

from __future__ import annotations

from errors.cases.amounts import DONATE
from errors.cases.case import Case, typed
from lovefund.errors import Exit

GIFT = ("donate", "5", *DONATE, "--on", "{}")
NO_DAY = "it is not a day"
NO_SUCH = "no such day"

TYPED = [
    (29, "30 February", "2026-02-30", NO_SUCH),
    (29, "29 February of a common year", "2025-02-29", NO_SUCH),
    (29, "31 September", "2026-09-31", NO_SUCH),
    (29, "day 0", "2026-09-00", NO_SUCH),
    (29, "day 32", "2026-09-32", NO_SUCH),
    (30, "month 13", "2026-13-01", NO_SUCH),
    (30, "month 0", "2026-00-10", NO_SUCH),
    (31, "without zeros", "2026-9-3", NO_DAY),
    (31, "with slashes", "2026/09/03", NO_DAY),
    (31, "as Britons write it", "03/09/2026", NO_DAY),
    (31, "with full stops", "2026.09.03", NO_DAY),
    (31, "two digits of the year", "26-09-03", NO_DAY),
    (31, "without the year", "09-03", NO_DAY),
    (32, "without hyphens (ISO 8601)", "20260903", NO_DAY),
    (32, "as a week (ISO 8601)", "2026-W36-4", NO_DAY),
    (32, "as a week without hyphens", "2026W364", NO_DAY),
    (32, "as the day of the year", "2026-246", NO_DAY),
    (33, "in Chinese", "2026年9月3日", NO_DAY),
    (33, "in Chinese numerals", "二〇二六年九月三日", NO_DAY),
    (33, "tomorrow", "明天", NO_DAY),
    (33, "the day before yesterday", "前天", NO_DAY),
    (33, "in English", "3 September 2026", NO_DAY),
    (34, "full-width digits", "２０２６-０９-０３", NO_DAY),
    (34, "one full-width digit", "202６-09-03", NO_DAY),
    (34, "full-width hyphens", "2026－09－03", NO_DAY),
    (34, "Arabic digits", "٢٠٢٦-٠٩-٠٣", NO_DAY),
    (34, "en dashes", "2026–09–03", NO_DAY),
    (35, "the year 9999", "9999-12-31", NO_DAY),
    (35, "the year 1", "0001-01-01", NO_DAY),
    (37, "with a time", "2026-09-03T09:00", NO_DAY),
    (37, "with a time zone", "2026-09-03T09:00:00+08:00", NO_DAY),
    (37, "with Z", "2026-09-03Z", NO_DAY),
    (37, "with midnight, as Excel exports it", "2026-09-03 00:00:00", NO_DAY),
    (38, "Excel's serial number", "45292", NO_DAY),
    (38, "seconds since 1970", "1788393600", NO_DAY),
    (39, "a line feed after it", "2026-09-03\n", NO_DAY),
    (39, "a space after it", "2026-09-03 ", NO_DAY),
    (39, "a space before it", " 2026-09-03", NO_DAY),
    (39, "a zero-width space in it", "2026-09-\u200b03", NO_DAY),
    (39, "nothing", "", NO_DAY),
]  # fmt: skip
BOOKS = [
    (35, "a future day", "2099-12-31", "later than today", "future-day"),
    (35, "the day after today", "2026-10-21", "later than today", "future-day"),
    (36, "the day before it opened", "2026-07-31", "before the fund opened", "before-opening"),
    (36, "years before it opened", "2001-01-01", "before the fund opened", "before-opening"),
    (40, "a closed period", "2026-08-20", "closed period", "closed-period"),
    (40, "the last closed day", "2026-08-31", "closed through 2026-08-31", "closed-period"),
]  # fmt: skip
NO_PERIOD = "not a period"
PERIODS = [
    (30, "month 13", "2026-13", NO_PERIOD),
    (30, "quarter 5", "2026-Q5", NO_PERIOD),
    (31, "with a slash", "2026/09", NO_PERIOD),
    (33, "in Chinese", "九月", NO_PERIOD),
    (34, "full-width digits", "20２６-09", NO_PERIOD),
    (34, "Arabic digits", "20٢٦", NO_PERIOD),
    (35, "the year 1", "0001", NO_PERIOD),
    (29, "from a day that is none", "2026-02-30..2026-03-01", NO_SUCH),
    (29, "backwards", "2026-09-02..2026-09-01", NO_PERIOD),
    (35, "up to today in words", "2026-09-01..today", NO_DAY),
    (39, "nothing but dots", "..", NO_PERIOD),
]  # fmt: skip

CASES: list[Case] = [
    *typed(GIFT, TYPED),
    *(
        Case(kind, what, tuple(w.replace("{}", day) for w in GIFT), says, Exit.REFUSED, code)
        for kind, what, day, says, code in BOOKS
    ),
    *typed((*GIFT[:-2], "--on={}"), [(35, "a year before Christ", "-2026-09-03", NO_DAY)]),
    *typed(("vouchers", "{}"), [(k, f"a period: {w}", t, s) for k, w, t, s in PERIODS]),
    *typed(("close", "--", "{}"), [
        (35, "to close the year 0", "0000", NO_PERIOD),
        (35, "to close the year 1", "0001", NO_PERIOD),
        (34, "to close a year in full-width digits", "２０２６", NO_PERIOD),
        (32, "to close through a day without hyphens", "20260831", NO_PERIOD),
        (29, "to close through 30 February", "2026-02-30", NO_SUCH),
    ]),
    *typed(("balance", "--on", "{}"), [
        (32, "balances on a week", "2026-W36-4", NO_DAY),
        (31, "balances on a day with slashes", "2026/9/3", NO_DAY),
    ]),
    *(
        Case(kind, f"LOVEFUND_TODAY {what}", ("interest", "1", "--by", "bank"), NO_DAY,
             env={"LOVEFUND_TODAY": day})
        for kind, what, day in (
            (32, "without hyphens", "20261020"),
            (32, "as a week", "2026-W43-2"),
            (37, "with a time", "2026-10-20T09:00"),
            (33, "in Chinese", "今天是几号"),
        )
    ),
    Case(72, "a clock that is years ahead", ("interest", "1", "--by", "bank"),
         "the computer says 2036-10-20", Exit.REFUSED, "clock-ahead",
         env={"LOVEFUND_TODAY": "2036-10-20"}),
]  # fmt: skip
