"""A rulebook as a head teacher edits it: what is read, and what is said of a slip."""

from __future__ import annotations

import contextlib
import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lovefund.core.known import window_of
from lovefund.core.parameters import PARAMETERS
from lovefund.core.rule_kinds import RULES
from lovefund.core.rulebook import Adopted, in_force, judging
from lovefund.core.rules import model, rulebook_of
from lovefund.errors import BadInput, Several
from lovefund.money import yuan
from lovefund.publishing.regulation import numeral

MODEL = model()


def test_the_model_has_all_forty_seven_articles() -> None:
    assert [a.id for a in MODEL.articles] == [f"R{n:02}" for n in range(1, 48)]
    assert [a.no for a in MODEL.articles] == list(range(1, 48))


def test_every_kind_of_rule_is_used_and_known() -> None:
    assert {a.rule for a in MODEL.articles} == set(RULES)


def test_the_sentence_is_printed_with_the_numbers_that_judge() -> None:
    """Every amount, count or share that an article judges by stands in both its sentences."""
    for article in MODEL.articles:
        for key, value in article.parameters.items():
            if key in (
                "kinds",
                "facts",
                "places",
                "place",
                "words",
                "programmes",
                "spends",
                "earns",
                "sources",
                "refusals",
                "every",
                "restriction",
            ):
                continue
            for language in ("zh", "en"):
                shown = PARAMETERS[key].shown(value, language)
                assert shown in article.sentence(language), (article.id, key)
    assert "{" not in "".join(a.zh for a in MODEL.articles if not re.search(r"\{[a-z_]+\}", a.zh))


def test_a_changed_number_changes_the_sentence() -> None:
    text = MODEL.text.replace("limit_yuan = 1000", "limit_yuan = 888.50".replace(".50", ""))
    assert "888" in rulebook_of(text)["R27"].sentence("zh")


SLIPS = {
    "not TOML": ("[book]", "[book", "it is not TOML"),
    "a day in quotes": ("since = 2026-01-01", 'since = "2026-01-01"', "it is not a day"),
    "an amount with a word": ("limit_yuan = 1000", 'limit_yuan = "一千"', "Chinese numerals"),
    "a negative amount": ("limit_yuan = 1000", "limit_yuan = -5", "it is negative"),
    "half a fen": ("limit_yuan = 1000", 'limit_yuan = "0.001"', "more than two decimals"),
    "a float": ("limit_yuan = 1000", "limit_yuan = 1000.5", "not an amount"),
    "a kind of rule of one's own": ('rule = "limit"', 'rule = "limits"', "no kind of rule"),
    "a number of another kind": ("limit_yuan = 1000", "limit_fen = 1000", "no such number"),
    "a number that is missing": ("days = 7", "", "it is missing"),
    "days beyond a life": ("days = 7", "days = 99999", "from 0 to 3650"),
    "a share above all": ("share_percent = 10", "share_percent = 101", "from 0 to 100"),
    "a severity of one's own": ('severity = "block"', 'severity = "forbid"', "none of those known"),
    "two articles of one id": ('id = "R02"', 'id = "R01"', "two articles"),
    "an id with a space": ('id = "R02"', 'id = "R 2"', "not an id"),
    "a place of one's own": ('place = "cash"', 'place = "pocket"', "none of those known"),
    "a kind of entry of one's own": ('kinds = ["donation"]', 'kinds = ["gift"]', "none of those"),
    "an empty sentence": ('zh = "物资每年至少盘点一次。"', 'zh = ""', "it is empty"),
    "a placeholder that is empty": ("{limit_yuan} 元，超过", "{limit} 元，超过", "no such number"),
    "a table that is not there": ("[book]", "[extra]\na = 1\n[book]", "called so"),
    "no source": ('{ zh = "慈善法第37条"', '{ de = "慈善法第37条"', "it is empty"),
    "a chapter that is not there": ("chapter = 9", "chapter = 12", "no such chapter"),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_with_its_article_and_how_to_mend_it(slip: str) -> None:
    right, wrong, reason = SLIPS[slip]
    assert right in MODEL.text
    with pytest.raises((BadInput, Several)) as caught:
        rulebook_of(MODEL.text.replace(right, wrong, 1))
    assert reason in caught.value.what()
    found = caught.value.found if isinstance(caught.value, Several) else [caught.value]
    assert all(each.field and each.reason and each.mend for each in found)


def test_all_slips_are_told_at_once() -> None:
    text = MODEL.text.replace("days = 7", "days = -1").replace(
        "limit_yuan = 1000", "limit_yuan = []"
    )
    with pytest.raises(Several) as caught:
        rulebook_of(text)
    assert {each.field.split(".")[0] for each in caught.value.found} == {"R19", "R27", "R28"}


@given(st.text(max_size=200))
def test_no_text_is_a_fault(text: str) -> None:
    with pytest.raises((BadInput, Several)):
        rulebook_of(text)


@given(st.binary(min_size=1, max_size=6), st.integers(min_value=0, max_value=20_000))
def test_no_damage_of_the_model_is_a_fault(noise: bytes, at: int) -> None:
    data = MODEL.text.encode()
    damaged = data[:at] + noise + data[at + len(noise) :]
    with contextlib.suppress(BadInput, Several):
        rulebook_of(damaged.decode("utf-8", "replace"))


def book(since: date) -> str:
    return MODEL.text.replace("since = 2026-01-01", f"since = {since}")


DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))


@given(st.lists(DAYS, max_size=5), DAYS, DAYS)
def test_the_books_of_both_days_judge(sinces: list[date], a: date, b: date) -> None:
    """Beside the plain words: the last adopted of those that hold by then, for either day."""
    on, at = min(a, b), max(a, b)
    adopted = tuple(Adopted(no, rulebook_of(book(since))) for no, since in enumerate(sinces))
    for day in (on, at):
        by_hand = [no for no, since in enumerate(sinces) if since <= day]
        found = in_force(adopted, day)
        assert (found.no if found else None) == (by_hand[-1] if by_hand else None)
    expected = {found.no for day in (on, at) if (found := in_force(adopted, day)) is not None}
    assert {each.no for each in judging(adopted, on, at)} == expected


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_every_day_lies_in_one_term_and_one_school_year(day: date) -> None:
    for period in ("term", "school-year"):
        window = window_of(day, period)
        assert window.first <= day <= window.last
        after = window_of(window.last + timedelta(days=1), period)
        assert after.first == window.last + timedelta(days=1)
    term, year = window_of(day, "term"), window_of(day, "school-year")
    assert year.first <= term.first <= term.last <= year.last


def test_articles_are_counted_as_regulations_count() -> None:
    told = {1: "一", 10: "十", 11: "十一", 20: "二十", 47: "四十七", 100: "一百", 101: "一百零一",
            110: "一百一十"}  # fmt: skip
    assert {n: numeral(n) for n in told} == told


def test_amounts_are_shown_without_empty_decimals() -> None:
    assert PARAMETERS["limit_yuan"].shown(100_000, "zh") == yuan(100_000).removesuffix(".00")
    assert PARAMETERS["limit_yuan"].shown(100_050, "zh") == "1,000.50"


def test_the_page_of_rules_is_what_the_program_says() -> None:
    from tools import rules as page

    assert page.PAGE.read_text("utf-8") == "".join(page.pages())
