"""Amounts as people type them, in words, and shared without losing a fen."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lovefund import money
from lovefund.errors import BadInput
from lovefund.money import AMOUNT_FEN_MAX, allocate, capital, parse_yuan, yuan


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("400", 40_000), ("400.5", 40_050), ("1,234.50", 123_450), ("¥400", 40_000),
        ("￥ 400", 40_000), ("４００", 40_000), ("４００．５０元", 40_050), ("400元", 40_000),
        ("CNY 400", 40_000), ("0.01", 1), (" 12 ", 1_200), ("1,000,000,000", AMOUNT_FEN_MAX),
    ],
)  # fmt: skip
def test_amounts_as_typed(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"), ("-5", "negative"), ("－5", "negative"), ("(5)", "negative"),
        ("0", "zero"), ("0.00", "zero"), ("1.234", "two decimals"), ("1e5", "exponent"),
        ("1E5", "exponent"), ("nan", "not an amount"), ("inf", "not an amount"),
        ("1.2万", "12000"), ("30万", "300000"), ("1,234.56789万", "12345678.9"),
         ("一百", "numerals"), ("叁佰元", "numerals"), ("1,23", "thousands"),
        ("1,2345", "thousands"), ("012", "not an amount"), ("1 000", "not an amount"),
        ("١٢", "not an amount"), ("1.", "not an amount"), (".5", "not an amount"),
        ("1000000000.01", "over"), ("9" * 400, "over"), ("0x10", "not an amount"),
        ("1_000", "not an amount"), ("5\n", "not an amount"),
    ],
)  # fmt: skip
def test_doubtful_amounts_are_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_yuan(text)
    assert why in refused.value.reason
    assert refused.value.mend


@given(st.integers(1, AMOUNT_FEN_MAX))
def test_what_is_written_reads_back(fen: int) -> None:
    assert parse_yuan(yuan(fen)) == fen
    assert parse_yuan("¥" + yuan(fen) + "元") == fen


@given(st.text(max_size=12))
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    try:
        fen = parse_yuan(text)
    except BadInput:
        return
    assert 1 <= fen <= AMOUNT_FEN_MAX


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (1, "人民币壹分"), (10, "人民币壹角整"), (100, "人民币壹元整"),
        (140_950, "人民币壹仟肆佰零玖元伍角整"), (600_714, "人民币陆仟零柒元壹角肆分"),
        (10_700_053, "人民币壹拾万柒仟元零伍角叁分"), (1_640_902, "人民币壹万陆仟肆佰零玖元零贰分"),
        (32_504, "人民币叁佰贰拾伍元零肆分"), (1_000_000_000_00, "人民币壹拾亿元整"),
        (2_700_000, "人民币贰万柒仟元整"), (100_050_00, "人民币壹拾万零伍拾元整"),
    ],
)  # fmt: skip
def test_amounts_in_words(fen: int, words: str) -> None:
    assert capital(fen) == words


@given(st.integers(0, 10**9), st.lists(st.integers(1, 10**9), min_size=1, max_size=20))
def test_shares_add_up_and_none_is_off_by_a_fen(amount: int, weights: list[int]) -> None:
    parts = allocate(amount, weights)
    assert sum(parts) == amount
    total = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * total - amount * weight) < total


def test_the_examples_in_the_module() -> None:
    assert doctest.testmod(money).failed == 0
