"""The rulebook lies beside a statement, and the fund's page leads to the notices that hang."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from commands import Run
from commands import fund as fund
from commands import run as run
from lovefund.core.rulebook import model_text


@pytest.fixture
def school(fund: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The model's rules hold from October on; two statements are published."""
    (tmp_path / "rules.toml").write_text(model_text(), "utf-8")
    assert fund("rules adopt rules.toml").code == 0
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-11-02")
    assert fund("publish 2026-10").code == 0
    return fund


def folder(tmp_path: Path, period: str) -> Path:
    (found,) = (tmp_path / "published").rglob(f"*-{period}/statement.json")
    return found.parent


def test_the_rulebook_is_there_to_the_byte_and_held_to_its_adoption(
    school: Run, tmp_path: Path
) -> None:
    place = folder(tmp_path, "2026-10")
    rules = place / "rules.toml"
    assert hashlib.sha256(rules.read_bytes()).hexdigest() in (place / "entries.jsonl").read_text()
    held = school(f"verify {place}")
    assert (held.code, "rules.toml is the rulebook" in held.out) == (0, True)
    # A changed rulebook with a manifest that no longer covers it is still found by its adoption.
    rules.write_text(model_text().replace("days = 5", "days = 3"), "utf-8")
    for name in ("manifest.json", "manifest.txt"):
        (place / name).unlink()
    found = school(f"verify {place}")
    assert (found.code, "rules.toml was never adopted" in found.out) == (6, True)


def test_an_earlier_adoption_is_no_doubt(
    school: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-12-02")
    assert school("publish 2026-11").code == 0
    place = folder(tmp_path, "2026-11")
    assert (place / "rules.toml").is_file()
    assert "rules-adopted" not in (place / "entries.jsonl").read_text()
    assert school(f"verify {place}").code == 0


def test_without_rules_there_is_none(
    fund: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-11-02")
    assert fund("publish 2026-10").code == 0
    assert not (folder(tmp_path, "2026-10") / "rules.toml").exists()


def test_the_page_of_a_fund_leads_to_the_notices_while_they_hang(
    school: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "list.csv").write_text("案号,监护人,金额,学生\nL1,家长甲,300,学生甲\n", "utf-8")
    assert school("applications list.csv --path small --reference SQ-1").code == 0
    no = school("cases --json").json()[0]["no"]
    for line in (f"confirm {no}", f"review {no} --minutes HY-1 --present 7 --yes 6 --no 1"):
        assert school(line).code == 0
    page = next((tmp_path / "published").glob("*/index.html"))
    assert "正在公示" not in page.read_text("utf-8")
    posted = school(f"notice {no} --contact 监督小组")
    assert posted.code == 0, posted.err
    html = page.read_text("utf-8")
    assert "正在公示的资助名单" in html
    assert "L1" not in html, "the page that stays names no case"
    link = html.split('href="notices/')[1].split('"')[0]
    assert (page.parent / "notices" / link).is_file()
    assert "Notices of grants that hang now" in page.with_name("index.en.html").read_text("utf-8")
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-11-20")
    assert school("notice --take-down").code == 0
    assert "正在公示" not in page.read_text("utf-8")
    assert not (page.parent / "notices" / link).exists()
