"""Typed text is normalised at one place, or refused with the character that is wrong."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lovefund.core import names
from lovefund.core.names import PublicName, mask, public_name
from lovefund.core.text import (
    clean,
    clean_code,
    clean_restriction,
    clean_slug,
    normalise,
    private_looking,
)
from lovefund.errors import BadInput


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  张三　丰 ", "张三 丰"), ("Ａｌｉ", "Ali"), ("阿依努尔•买买提", "阿依努尔·买买提"),
        ("阿依努尔・买买提", "阿依努尔·买买提"), ("e\u0301", "é"), ("𠮷田", "𠮷田"), ("㛃", "㛃"),
        ("O'Brien <b>", "O'Brien <b>"), ("=1+1", "=1+1"),
    ],
)  # fmt: skip
def test_names_are_kept_as_people_mean_them(typed: str, kept: str) -> None:
    assert clean(typed, "name") == kept


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "张\x00三", "张\n三", "\u202e张", "张\u200b三", "\ufeff张", "张\u2066三", "\ud800",
     "张\U000e0041", "\ue000", "a\u0300\u0300\u0300\u0300", "\u0300a", "x" * 65, "\u3164",
     "张\x1b[31m"],
)  # fmt: skip
def test_what_cannot_be_seen_is_refused(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        clean(typed, "name")
    assert refused.value.field == "name"
    assert refused.value.what().isprintable()


@given(st.text(max_size=80))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    try:
        once = clean(text, "name", required=False)
    except BadInput:
        return
    assert clean(once, "name", required=False) == once == normalise(once)
    assert len(once) <= 64


@pytest.mark.parametrize("typed", ["A", "a", "-a", "1a", "a" * 41, "石桥", "a b", "a_b", "a\n"])
def test_a_short_name_is_plain(typed: str) -> None:
    with pytest.raises(BadInput):
        clean_slug(typed, "fund")


@pytest.mark.parametrize("typed", ["会议纪要", "a b", "", "x" * 129, "a\n", "a;b"])
def test_a_public_reference_is_plain(typed: str) -> None:
    with pytest.raises(BadInput):
        clean_code(typed, "reference")


def test_codes_and_slugs_that_are_plain() -> None:
    assert clean_slug("shiqiao-school", "fund") == "shiqiao-school"
    assert clean_code("HY-2026/03", "reference") == "HY-2026/03"
    assert clean_restriction("2home-x", "code") == "2home-x"


@pytest.mark.parametrize(
    ("text", "found"),
    [("电话13812345678", 1), ("138 1234 5678", 1), ("11010119900101123X", 1), ("20260903", 0),
     ("138123456789", 0), ("张三", 0)],
)  # fmt: skip
def test_numbers_that_point_at_a_person_are_seen(text: str, found: int) -> None:
    assert len(private_looking(text)) == found


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张＊"), ("张三丰", "张＊＊"), ("欧阳修", "欧阳＊"), ("欧阳", "欧＊"), ("王", "＊"),
     ("阿依努尔·买买提", "阿＊＊＊·买＊＊"), ("Anna Lee", "A＊＊＊ L＊＊")],
)  # fmt: skip
def test_masks(name: str, masked: str) -> None:
    assert mask(name) == masked


@given(st.text(alphabet="张三丰欧阳修·ab", min_size=1, max_size=12))
def test_a_mask_keeps_the_length_and_hides_the_given_name(name: str) -> None:
    masked = mask(name)
    assert len(masked) == len(name)
    if len(name) > 2:
        assert "＊" in masked or set(name) <= {"·"}


def test_ways_to_be_shown() -> None:
    assert public_name(PublicName.REAL, "张三") == "张三"
    assert public_name(PublicName.MASKED, "张三") == "张＊"
    assert public_name(PublicName.ALIAS, "张三", "清风") == "清风"
    assert public_name(PublicName.ALIAS, "张三") is None
    assert public_name(PublicName.ANONYMOUS, "张三") is None
    assert public_name(PublicName.ORG, "三年级") == "三年级"


def test_the_examples_in_the_module() -> None:
    assert doctest.testmod(names).failed == 0
