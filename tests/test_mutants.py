"""The list of planted bugs is up to date: each fits the source once, and its test is there."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest
from torture.mutants import COPIED, Mutant, mutants

ROOT = Path(__file__).parent.parent
LIST = mutants()


@pytest.mark.parametrize("mutant", LIST, ids=lambda m: m.name)
def test_a_bug_can_be_planted_and_its_test_is_there(mutant: Mutant) -> None:
    sound = (ROOT / mutant.file).read_text("utf-8")
    planted = mutant.planted(sound)
    assert planted != sound
    if mutant.file.endswith(".py"):
        ast.parse(planted)
    path, _colons, test = mutant.test.partition("::")
    name, _bracket, case = test.partition("[")
    source = (ROOT / path).read_text("utf-8")
    functions = {n.name for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef)}
    assert name in functions
    assert case.removesuffix("]") in source


def test_a_bug_is_planted_in_a_copy_and_never_through_a_link() -> None:
    assert {Path(mutant.file).parts[0] for mutant in LIST} <= {*COPIED, "schema.sql"}


def test_there_are_many_and_each_is_another() -> None:
    assert len(LIST) >= 30
    assert max(Counter(mutant.name for mutant in LIST).values()) == 1


def test_a_bug_that_no_longer_fits_is_told() -> None:
    with pytest.raises(ValueError, match="0 times"):
        Mutant("old", "a.py", "gone", "new", "t").planted("another text")
    with pytest.raises(ValueError, match="2 times"):
        Mutant("old", "a.py", "a", "b", "t").planted("aa")
