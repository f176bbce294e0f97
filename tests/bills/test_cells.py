"""One cell: amounts, days and numbers as banks write them, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lovefund.errors import BadInput
from lovefund.imports.cells import fen_of, moment_of, number_of, time_of
from lovefund.money import parse_yuan, yuan


@given(st.integers(-(10**11), 10**11))
def test_what_is_printed_is_read_back(fen: int) -> None:
    assert fen_of(yuan(fen), "") == fen
    assert fen_of(yuan(fen).replace(",", ""), "") == fen
    if fen > 0:
        assert fen_of("¥" + yuan(fen), "") == parse_yuan(yuan(fen))


@pytest.mark.parametrize(
    ("text", "fen"),
    [("0.00", 0), ("-0.00", 0), ("+0.00", 0), ("0", 0), ("¥0.00", 0), ("+5", 500), ("￥ 5", 500),
     ("1,234.5", 123_450), ("0.60000", 60), ("-0.24000", -24), ("228.0100", 22_801), ("5元", 500)],
)  # fmt: skip
def test_amounts(text: str, fen: int) -> None:
    assert fen_of(text, "") == fen


@pytest.mark.parametrize(
    "text",
    ["", "-", "--5", "+-5", "1.005", "0.00600", "1e5", "1,23", "五元", "0400", "10000000000.00",
     "0.30000000000000004", "NaN", "１２3x", "=5", ".50", "5.", "True", "2026-04-01"],
)  # fmt: skip
def test_amounts_in_doubt(text: str) -> None:
    with pytest.raises(BadInput):
        fen_of(text, "金额")


@pytest.mark.parametrize(
    ("text", "order", "day", "time"),
    [("2026-04-01", "YMD", date(2026, 4, 1), ""), ("2026/4/1", "YMD", date(2026, 4, 1), ""),
     ("2026.04.01 9:05", "YMD", date(2026, 4, 1), "09:05:00"),
     ("20260401", "YMD", date(2026, 4, 1), ""),
     ("20260401090507", "YMD", date(2026, 4, 1), "09:05:07"),
     ("20260401 09:05:07", "YMD", date(2026, 4, 1), "09:05:07"),
     ("2026年4月1日 09:05:07", "YMD", date(2026, 4, 1), "09:05:07"),
     ("2026-04-01T09:05:07", "YMD", date(2026, 4, 1), "09:05:07"),
     ("2026-04-01-09.05.07.123456", "YMD", date(2026, 4, 1), "09:05:07"),
     ("01/04/2026", "DMY", date(2026, 4, 1), ""), ("04/01/2026", "MDY", date(2026, 4, 1), "")],
)  # fmt: skip
def test_days(text: str, order: str, day: date, time: str) -> None:
    assert moment_of(text, order, "") == (day, time)


@pytest.mark.parametrize(
    ("text", "order"),
    [("2026-02-30", "YMD"), ("2026-13-01 00:00:00", "YMD"), ("01/04/2026", "YMD"), ("46113", "YMD"),
     ("26-04-01", "YMD"), ("2026-04-01 24:00:00", "YMD"), ("2026-04-01 09:61:00", "YMD"),
     ("0000-00-00", "YMD"), ("2026-04-01 soon", "YMD"), ("1²", "YMD"), ("", "YMD"),
     ("2026-04-01", "DMY"), ("20260401", "DMY")],
)  # fmt: skip
def test_days_in_doubt(text: str, order: str) -> None:
    with pytest.raises(BadInput):
        moment_of(text, order, "日期")


@pytest.mark.parametrize("text", ["", "25:00", "²²", "noon", "99:99:99"])
def test_times_in_doubt(text: str) -> None:
    with pytest.raises(BadInput):
        time_of(text, "时间")


def test_a_number_that_a_workbook_has_rounded_is_refused() -> None:
    assert number_of("42001E5x", "") == "42001E5x"
    assert number_of("20260418200040011100010001_R1", "").endswith("_R1")
    assert number_of("0000000000", "") == ""
    for text in ("2.07260412E+17", "1E+300", "4.2e+18"):
        with pytest.raises(BadInput, match="rounded"):
            number_of(text, "交易单号")
