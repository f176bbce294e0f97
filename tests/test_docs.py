"""The documents are true to the tree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lovefund.core.kinds import KINDS
from lovefund.errors import Exit

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "lovefund"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def test_architecture_names_every_module_and_no_other() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    told = set()
    for heading, body in re.findall(r"### `src/lovefund/([a-z/]*)`\n(.*?)(?=\n###|\Z)", text, re.S):
        told |= {heading + name for name in re.findall(r"^\| `(\w+\.py)`", body, re.M)}
    skipped = ("__init__.py", "__main__.py")
    there = {
        p.relative_to(SOURCE).as_posix() for p in SOURCE.rglob("*.py") if p.name not in skipped
    }
    assert told == there


def test_kinds_and_exit_codes_are_all_told() -> None:
    kinds = (ROOT / "docs" / "kinds.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([a-z-]+)`", kinds, re.M)) == set(KINDS)
    codes = (ROOT / "docs" / "exit-codes.md").read_text("utf-8")
    told = {(int(n), name) for n, name in re.findall(r"^\| (\d+) \| (\w+) \|", codes, re.M)}
    assert told == {(code.value, code.name) for code in Exit}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.name)
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (document.parent / target).exists(), target
    for path in re.findall(r"`((?:src|tests|tools|examples|statements|docs)/[\w./-]+)`", text):
        assert path.startswith("examples/published") or (ROOT / path).exists(), path


def test_the_specification_of_the_log_is_told_in_full() -> None:
    text = (ROOT / "docs" / "spec-log.md").read_text("utf-8")
    assert len(text) > 5_000


def test_pictures_are_small_and_have_few_colours() -> None:
    """A donor looks at them on a phone; each is a palette PNG below 150 kB."""
    pictures = sorted((ROOT / "docs").rglob("*.png"))
    assert len(pictures) >= 8
    shown = "".join(document.read_text("utf-8") for document in DOCUMENTS)
    for path in pictures:
        data = path.read_bytes()
        assert data.startswith(b"\x89PNG")
        assert data[25] == 3, path  # the colour type of a palette
        assert len(data) < 150_000, path
        assert path.relative_to(ROOT / "docs").as_posix() in shown, path


@pytest.mark.parametrize("walk", ["donors-walk.md", "grant-walk.md", "refusals.md"])
def test_a_walk_says_that_its_people_are_fictional(walk: str) -> None:
    text = (ROOT / "docs" / walk).read_text("utf-8")
    assert "虚构" in text
    assert "fictional" in text
