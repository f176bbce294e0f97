"""What one cell of a bill says: an amount in fen, a day, a time, a number of the channel's."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from lovefund.errors import BadInput
from lovefund.language import _
from lovefund.money import Fen, parse_yuan

SPACES = " \t\r\n\u00a0\u3000"
#: The plain form of nearly every amount, read without a detour.
_USUAL = re.compile(r"[¥￥]?([1-9][0-9]{0,8})\.([0-9]{2})").fullmatch
_ZERO = re.compile(r"[-+]?0(?:\.0*)?").fullmatch
#: Decimals below the fen that are all noughts: WeChat prints fees as 0.60000.
_NOUGHTS = re.compile(r"(\.\d\d)0+$")
_ROUNDED = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.I).fullmatch
_USUAL_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9]{2}):[0-5][0-9]:[0-5][0-9]"
).fullmatch
_DAY = re.compile(r"(\d{1,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,4})\s*日?").match
_RUN = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[ T]*(\d{6}|\d\d?:.*))?").fullmatch
_TIME = re.compile(r"(\d{1,2})[:.时](\d{2})(?:[:.分](\d{2})(?:\.\d+)?秒?)?").fullmatch
_TIME_RUN = re.compile(r"(\d{1,2})(\d\d)(\d\d)").fullmatch


def fen_of(text: str, field: str) -> Fen:
    """The fen of an amount as a bill prints it, with a sign or none; BadInput if in doubt.

    >>> fen_of("¥1,234.50", ""), fen_of("-3.00", ""), fen_of("+0.00", ""), fen_of("0.60000", "")
    (123450, -300, 0, 60)
    """
    usual = _USUAL(text)
    if usual:
        return int(usual[1]) * 100 + int(usual[2])
    plain = text.lstrip("¥￥").strip(SPACES)
    if _ZERO(plain):
        return 0
    sign = 1
    if plain[:1] in ("-", "−", "+"):
        sign = 1 if plain[0] == "+" else -1
        plain = plain[1:].lstrip("¥￥" + SPACES)
        if plain[:1] in ("-", "+"):
            raise BadInput(field, text, _("it is not an amount"), _again())
    return sign * parse_yuan(_NOUGHTS.sub(r"\1", plain), field)


def _again() -> str:
    return _("download the file again, and import it as it came")


def number_of(text: str, field: str) -> str:
    """The channel's number of a payment, noughts being none; BadInput where it was rounded."""
    if not text.strip("0"):
        return ""
    if text.isalnum() and text.isascii() and "E" not in text and "e" not in text:
        return text
    if _ROUNDED(text):
        raise BadInput(
            field,
            text,
            _("a workbook has rounded this number, and its end is lost"),
            _again(),
        )
    return text


def moment_of(text: str, order: str, field: str) -> tuple[date, str]:
    """The day and the time, "" if none, of a cell; ``order`` is YMD, DMY or MDY.

    >>> moment_of("2026-04-12 16:29:37", "YMD", "")
    (datetime.date(2026, 4, 12), '16:29:37')
    >>> moment_of("20260412", "YMD", ""), moment_of("2026年4月12日", "YMD", "")
    ((datetime.date(2026, 4, 12), ''), (datetime.date(2026, 4, 12), ''))
    """
    usual = _USUAL_MOMENT(text) if order == "YMD" else None
    if usual and usual[2] < "24":
        return _day(usual[1], field), text[11:]
    run = _RUN(text) if order == "YMD" else None
    if run:
        parts, rest = run.groups()[:3], run[4] or ""
    else:
        found = _DAY(text)
        if not found:
            raise _no_day(text, field)
        parts, rest = found.groups(), text[found.end() :].lstrip(SPACES + "T-")
        rest = rest.split("+")[0]
    year, month, day = (int(parts[order.index(part)]) for part in "YMD")
    if not 1000 <= year <= 9999:
        raise _no_day(text, field)
    try:
        return date(year, month, day), time_of(rest, field) if rest else ""
    except ValueError as error:
        raise _no_day(text, field) from error


@lru_cache(4096)
def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _no_day(text, field) from error


def time_of(text: str, field: str) -> str:
    """A time as ``16:29:37``; BadInput if it is none.

    >>> time_of("9:05", ""), time_of("93012", ""), time_of("16.29.37", "")
    ('09:05:00', '09:30:12', '16:29:37')
    """
    found = _TIME(text) or _TIME_RUN(text.zfill(6) if text.isdigit() else text)
    hour, minute, second = (int(p or 0) for p in found.groups()) if found else (99, 0, 0)
    if hour > 23 or minute > 59 or second > 59:
        raise BadInput(field, text, _("it is no time of a day"), _again())
    return f"{hour:02d}:{minute:02d}:{second:02d}"


def _no_day(text: str, field: str) -> BadInput:
    return BadInput(field, text, _("it is no day"), _again())
