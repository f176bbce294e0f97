"""A district's bounds: no rulebook of its schools leaves them, by whichever way it tries."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands import Run
from commands import fund as fund
from commands import run as run
from lovefund.core import district as bounds
from lovefund.core.rulebook import model_text
from lovefund.core.rules import district_of, model, rulebook_of
from lovefund.errors import BadInput, Several

FILE = Path(__file__).parents[2] / "examples" / "district.toml"
TEXT = FILE.read_text("utf-8")
DISTRICT = district_of(TEXT)
TODAY = "2026-10-20"


def changed(article: str, before: str, after: str, text: str = "") -> str:
    """The model, or another text, with one line of one article changed."""
    text = text or model_text()
    start = text.index(f'id = "{article}"')
    end = text.find("[[article]]", start)
    block = text[start : end if end > 0 else len(text)]
    assert before in block
    return text[:start] + block.replace(before, after, 1) + text[start + len(block) :]


def without(article: str) -> str:
    text = model_text()
    start = text.rindex("[[article]]", 0, text.index(f'id = "{article}"'))
    return text[:start] + text[text.index("[[article]]", start + 1) :]


def left(text: str) -> list[tuple[str, str]]:
    return [(each.article, each.key) for each in bounds.leaves(rulebook_of(text), DISTRICT)]


def test_the_model_lies_within_the_example() -> None:
    assert left(model_text()) == []


#: Each way out of the bounds, by the article and what of it leaves them.
WAYS_OUT = {
    "a day below the floor": ("R14", "days = 5", "days = 4", "days"),
    "a day above the ceiling": ("R14", "days = 5", "days = 16", "days"),
    "other days": ("R14", 'unit = "working"', 'unit = "calendar"', "unit"),
    "weakened to a warning": ("R14", '"block"', '"warn"', "severity"),
    "put out of force": ("R16", '"warn"', '"off"', "severity"),
    "a fen above the ceiling": ("R16", "term_yuan = 1000", 'term_yuan = "1000.01"', "term_yuan"),
    "fewer kinds of entry": ("R16", '"grant-promised", ', "", "kinds"),
    "one word fewer": ("R22", '"招待", ', "", "words"),
    "opened for overrides": ("R22", "kinds", "override = true\nkinds", "override"),
    "another place": ("R27", 'places = ["cash"]', 'places = ["wechat"]', "places"),
    "narrowed to a place": ("R22", "words", 'places = ["cash"]\nwords', "places"),
    "another kind of rule": (
        "R14",
        'rule = "notice"\ndays = 5\nunit = "working"',
        'rule = "duty"\nevery = "event"\n#',
        "rule",
    ),
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_each_way_out_is_found(way: str) -> None:
    article, before, after, key = WAYS_OUT[way]
    text = changed(article, before, after)
    if way == "another kind of rule":
        text = changed(article, "refusals", "# refusals", text)
        text = text.replace("资助名单公示 {days} {unit}", "资助名单公示")
        text = text.replace("a notice of {days} {unit}", "a notice")
    assert left(text) == [(article, key)]


def test_an_article_that_is_left_out_is_found() -> None:
    assert left(without("R27")) == [("R27", "severity")]


@pytest.mark.parametrize(
    ("article", "before", "after"),
    [
        ("R14", "days = 5", "days = 15"),
        ("R16", "term_yuan = 1000", "term_yuan = 1"),
        ("R16", "year_yuan = 2000", "year_yuan = 500"),
        ("R16", '"warn"', '"block"'),
        ("R27", 'places = ["cash"]\n', ""),
        ("R22", '"招待"', '"招待", "礼品"'),
    ],
)
def test_what_is_stricter_lies_within(article: str, before: str, after: str) -> None:
    assert left(changed(article, before, after)) == []


@given(st.integers(0, 30), st.integers(0, 3000), st.sampled_from(["off", "warn", "block"]))
def test_numbers_are_held_beside_the_plain_comparison(days: int, yuan: int, severe: str) -> None:
    text = changed("R14", "days = 5", f"days = {days}")
    text = changed("R16", "year_yuan = 2000", f"year_yuan = {yuan}", text)
    text = changed("R27", '"warn"', f'"{severe}"', text)
    expected = [
        *([("R14", "days")] if not 5 <= days <= 15 else []),
        *([("R16", "year_yuan")] if not 500 <= yuan <= 2000 else []),
        *([("R27", "severity")] if severe == "off" else []),
    ]
    assert left(text) == expected


SLIPS = {
    "nothing asked": (TEXT[TEXT.index("[[bound]]") :], "", "asks for nothing"),
    "an unknown kind": ('rule = "notice"', 'rule = "notices"', "no kind of rule"),
    "no least and no most": ("days = { min = 5, max = 15 }", "days = 5", "neither a least"),
    "upside down": ("min = 5, max = 15", "min = 15, max = 5", "above its most"),
    "a word as a number": ("max = 1000 }", 'max = "viel" }', "max"),
    "another kind's number": ("term_yuan", "limit_yuan", "no such number"),
    "whom it is about is open": ('unit = "working"\n', "", "it is missing"),
    "two bounds of one": ('article = "R16"', 'article = "R14"', "two bounds"),
    "a table of one's own": ("[district]", "[extra]\na = 1\n[district]", "called so"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_of_the_district_is_told(slip: str) -> None:
    right, wrong, reason = SLIPS[slip]
    assert right in TEXT
    with pytest.raises((BadInput, Several)) as caught:
        district_of(TEXT.replace(right, wrong, 1))
    assert reason in caught.value.what() or reason == "max"


@pytest.fixture
def school(fund: Run, tmp_path: Path) -> Run:
    (tmp_path / "district.toml").write_text(TEXT, "utf-8")
    assert fund("rules adopt district.toml").code == 0
    return fund


def mine(tmp_path: Path, text: str) -> None:
    (tmp_path / "mine.toml").write_text(text, "utf-8")


def test_a_book_outside_is_refused_with_both_numbers_and_one_within_names_the_district(
    school: Run, tmp_path: Path
) -> None:
    mine(tmp_path, changed("R14", "days = 5", "days = 3", without("R22")))
    for verb in ("check", "adopt"):
        refused = school(f"rules {verb} mine.toml")
        assert refused.code == 4
        assert "R14: days is 3; the district asks for from 5 to 15" in refused.err
        assert "R22: severity is left out; the district asks for block" in refused.err
        assert DISTRICT.sha256()[:12] in refused.err
        assert "to mend it" in refused.err
    mine(tmp_path, model_text())
    assert "within" in school("rules check mine.toml").out
    assert school("rules adopt mine.toml").code == 0
    assert DISTRICT.sha256() in school("export json").out
    assert school("check").code == 0
    told = school("rules show").out
    assert "the district asks: severity: block; days: from 5 to 15 (xinling-2026, entry" in told
    mine(tmp_path, changed("R14", "days = 5", "days = 7"))
    assert "the district asks" in school("rules diff mine.toml").out
    assert "the district asks" in school("rules explain R14").out
    assert "district" in school("rules show --json").json()[13]


def test_a_district_is_not_adopted_over_a_book_outside_it(fund: Run, tmp_path: Path) -> None:
    mine(tmp_path, changed("R14", "days = 5", "days = 3"))
    (tmp_path / "district.toml").write_text(TEXT, "utf-8")
    assert fund("rules adopt mine.toml").code == 0
    refused = fund("rules adopt district.toml")
    assert (refused.code, "R14: days is 3" in refused.err) == (4, True)
    later = changed("R14", "days = 5", "days = 9").replace("since = 2026-01-01", f"since = {TODAY}")
    mine(tmp_path, later)
    assert fund("rules adopt mine.toml").code == 0
    assert fund("rules adopt district.toml").code == 0
    again = fund("rules adopt district.toml")
    assert (again.code, "rules-known" in again.err) == (4, True)
    assert fund("check").code == 0


def test_a_book_is_checked_beside_a_district_without_books(run: Run, tmp_path: Path) -> None:
    mine(tmp_path, changed("R16", "term_yuan = 1000", "term_yuan = 1200"))
    (tmp_path / "district.toml").write_text(TEXT, "utf-8")
    refused = run("rules check mine.toml district.toml")
    assert (refused.code, "1,200" in refused.err, "1,000" in refused.err) == (4, True, True)
    checked = run("rules check district.toml")
    assert (checked.code, DISTRICT.sha256() in checked.out) == (0, True)
    assert run("rules print district.toml").code == 2


def test_check_finds_a_book_outside_that_a_broken_gate_let_in(
    school: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lovefund.store import rules as gate

    mine(tmp_path, changed("R14", "days = 5", "days = 3"))
    with monkeypatch.context() as broken:
        broken.setattr(gate, "judge_adoption", lambda *_args: iter(()))
        assert school("rules adopt mine.toml").code == 0
    found = school("check")
    assert found.code == 6
    assert "outside-district" in found.out + found.err


def test_check_finds_a_districts_book_that_was_changed(school: Run, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "fund.db")) as books:
        for (name,) in books.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
            books.execute(f"DROP TRIGGER {name}")
        books.execute("UPDATE rulebook SET content = replace(content, 'min = 5', 'min = 1')")
        books.commit()
    found = school("check")
    assert found.code == 9
    assert "rulebook" in found.out + found.err


def test_a_line_that_names_another_district_is_refused() -> None:
    kept = bounds.AdoptedDistrict(3, DISTRICT)
    day = date(2026, 10, 20)
    for facts in ({}, {"district": "0" * 64}):
        assert [r.code for r in bounds.judge_adoption(facts, model(), (), kept, day)] == [
            "outside-district"
        ]
    named = {"district": DISTRICT.sha256()}
    assert list(bounds.judge_adoption(named, model(), (), kept, day)) == []
    assert list(bounds.judge_adoption(named, model(), (), None, day)) != []
