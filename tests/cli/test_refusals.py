"""docs/refusals.md is what the program answers, and no rule that refuses is missing in it."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from errors.test_reproductions import codes_of
from lovefund.core.rules import model

ROOT = Path(__file__).parents[2]
#: What judges officers, law 12 and overrides.
JUDGES = (
    "core/duties.py", "core/entitlement.py", "core/overrides.py", "core/agreements.py",
    "store/offices.py", "actions/officers.py",
)  # fmt: skip
#: Told only to a program that posts what no command makes, or of a thing that is no rule.
NO_COMMAND = {"officer-facts", "unsigned", "no-case", "not-in-these-days"}


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("refusals", ROOT / "tools" / "refusals.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["refusals"] = module
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_program_answers(tool: ModuleType) -> None:
    assert tool.PAGE.read_text("utf-8") == tool.written(), "run tools/refusals.py"


def test_every_article_that_refuses_is_played_or_said_to_have_no_door(tool: ModuleType) -> None:
    played = {scene.article for play in tool.PLAYS for scene in play.scenes}
    blocking = {a.id for a in model().articles if tool.blocks(a.id) and tool.decided(a.id)}
    assert blocking <= played | tool.NO_DOOR.keys()
    assert not played & tool.NO_DOOR.keys()


def test_every_rule_about_officers_is_played(tool: ModuleType) -> None:
    played = {scene.code for play in tool.PLAYS for scene in play.scenes}
    source = ROOT / "src" / "lovefund"
    codes = {code for name in JUDGES for code in codes_of((source / name).read_text("utf-8"))}
    assert codes - NO_COMMAND <= played


def test_a_command_that_is_not_refused_any_more_would_be_noticed(
    tool: ModuleType, tmp_path: Path
) -> None:
    """The teeth: a scene whose command passes stops the page."""
    first = tool.MODEL.scenes[0]
    passes = replace(first, refused=first.mends[0])
    with pytest.raises(AssertionError, match="林校友"):
        list(tool.played(replace(tool.MODEL, scenes=(passes,)), tmp_path / "school"))
