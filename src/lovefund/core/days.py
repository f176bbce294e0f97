"""Days and periods as schools speak of them: months, quarters, terms and years."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from lovefund.errors import BadInput
from lovefund.language import _

#: First month of each term. Education bureaux set the days each year [M]; these two tile the
#: school year, so that no day falls between two statements.
AUTUMN_MONTH, SPRING_MONTH = 9, 2
_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}").fullmatch
#: A day that begins with its year can be read in one way only, however a spreadsheet shows it.
_SHOWN = re.compile(
    r"(20[0-9]{2})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日?)"
).fullmatch


@dataclass(frozen=True, slots=True)
class Period:
    """A run of days, both ends included, with its name in both languages."""

    day_from: date
    day_to: date
    label_zh: str
    label_en: str
    code: str


def parse_day(text: str, field: str, today: date) -> date:
    """A day typed as YYYY-MM-DD, 今天/today or 昨天/yesterday; BadInput for anything else."""
    word = text.strip(" ")
    if word in ("今天", "today"):
        return today
    if word in ("昨天", "yesterday"):
        return today - timedelta(days=1)
    return typed_day(text, field)


def typed_day(text: str, field: str) -> date:
    """A day typed as YYYY-MM-DD and in no other of the ways that ISO 8601 has; else BadInput."""
    if not _DAY(text):
        mend = _("type it as {day}").format(day=_as_typed(text))
        raise BadInput(field, text, _("it is not a day"), mend)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            field, text, _("there is no such day in the calendar"), _("look at the calendar again")
        ) from error


def listed_day(text: str, field: str, today: date) -> date:
    """A day in a list, where spreadsheets write 2026/9/1, 2026.9.1 or 2026年9月1日 as they like."""
    return parse_day(_as_typed(text) if _SHOWN(text) else text, field, today)


def _as_typed(text: str) -> str:
    """The day as it is to be typed; an example where the text is no day of any kind."""
    if not (shown := _SHOWN(text)):
        return "2026-09-01"
    year, _mark, *parts = shown.groups()
    month, day = (int(part) for part in parts if part)
    return f"{year}-{month:02}-{day:02}"


def last_day_of_month(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def _period(day_from: date, day_to: date, zh: str, en: str, code: str) -> Period:
    return Period(day_from, day_to, zh, en, code)


def parse_period(text: str, field: str = "period") -> Period:
    """A month, quarter, term, school year, calendar year or from..to.

    ``2026-07``, ``2026-Q3``, ``2025-autumn`` (2025秋), ``2026-spring`` (2026春), ``2025-2026``,
    ``2026``, ``2026-07-01..2026-09-30``; 年 and 月 for a month or year; BadInput otherwise.
    """
    t = text.strip(" ").replace("秋", "-autumn").replace("春", "-spring")
    t = re.sub(r"(20[0-9]{2})年([0-9]{1,2})月", lambda m: f"{m[1]}-{int(m[2]):02}", t)
    t = re.sub(r"(20[0-9]{2})年", r"\1", t)
    if m := re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", t):
        y, mo = int(m[1]), int(m[2])
        first = date(y, mo, 1)
        return _period(first, last_day_of_month(y, mo), f"{y}年{mo}月", first.strftime("%B %Y"), t)
    if m := re.fullmatch(r"(20[0-9]{2})-[Qq]([1-4])", t):
        y, q = int(m[1]), int(m[2])
        zh = f"{y}年第{'一二三四'[q - 1]}季度"
        en = f"{('First', 'Second', 'Third', 'Fourth')[q - 1]} quarter of {y}"
        return _period(date(y, 3 * q - 2, 1), last_day_of_month(y, 3 * q), zh, en, f"{y}-q{q}")
    if m := re.fullmatch(r"(20[0-9]{2})-autumn", t):
        y = int(m[1])
        return _period(
            date(y, AUTUMN_MONTH, 1),
            date(y + 1, SPRING_MONTH, 1) - timedelta(days=1),
            f"{y}年秋季学期",
            f"Autumn term {y}",
            t,
        )
    if m := re.fullmatch(r"(20[0-9]{2})-spring", t):
        y = int(m[1])
        return _period(
            date(y, SPRING_MONTH, 1),
            date(y, AUTUMN_MONTH, 1) - timedelta(days=1),
            f"{y}年春季学期",
            f"Spring term {y}",
            t,
        )
    if (m := re.fullmatch(r"(20[0-9]{2})-(20[0-9]{2})", t)) and int(m[2]) == int(m[1]) + 1:
        y = int(m[1])
        return _period(
            date(y, AUTUMN_MONTH, 1),
            date(y + 1, AUTUMN_MONTH, 1) - timedelta(days=1),
            f"{y}–{y + 1}学年",
            f"School year {y}–{y + 1}",
            t,
        )
    if re.fullmatch(r"20[0-9]{2}", t):
        y = int(t)
        return _period(date(y, 1, 1), date(y, 12, 31), f"{y}年度", f"Year {y}", t)
    if m := re.fullmatch(r"(\S+)\.\.(\S+)", t):
        day_from, day_to = typed_day(m[1], field), typed_day(m[2], field)
        if day_from <= day_to:
            return period_of(day_from, day_to)
    raise BadInput(
        field,
        text,
        _("it is not a period"),
        _("type 2026-07, 2026-Q3, 2025-autumn, 2025-2026, 2026 or 2026-07-01..2026-09-30"),
    )


def term_before(day: date) -> Period:
    """The last term that is over on a day.

    >>> term_before(date(2026, 9, 1)).code, term_before(date(2026, 1, 31)).code
    ('2026-spring', '2025-spring')
    """
    if day.month >= AUTUMN_MONTH:
        return parse_period(f"{day.year}-spring")
    return parse_period(f"{day.year - 1}-{'autumn' if day.month >= SPRING_MONTH else 'spring'}")


def period_of(day_from: date, day_to: date) -> Period:
    """The period of these days: the same days have one name, that of schools where there is one.

    >>> period_of(date(2026, 7, 1), date(2026, 9, 30)).code
    '2026-q3'
    """
    y, m = day_from.year, day_from.month
    names = (f"{y}-{m:02}", f"{y}-Q{(m + 2) // 3}", f"{y}-autumn", f"{y}-spring")
    for name in (*names, f"{y}-{y + 1}", f"{y}"):
        period = parse_period(name)
        if (period.day_from, period.day_to) == (day_from, day_to):
            return period
    zh, en = f"{day_from}至{day_to}", f"{day_from} to {day_to}"
    return _period(day_from, day_to, zh, en, f"{day_from}_{day_to}")
