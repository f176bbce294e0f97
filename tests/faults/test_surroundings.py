"""Files and folders that refuse: a sample of ``./run torture --only surroundings``."""

from __future__ import annotations

from pathlib import Path

import pytest
from torture.school import School, new_school
from torture.surroundings import Case, cases, may_mount, tried

QUICK = (
    "as it should be",
    "file 0444, writing",
    "folder 0555, reading",
    "a file may grow no further",
    "no folder, opening",
    "random bytes: balance",
    "a file cut in half: donate",
    "a full disk of small blocks, reading",
)
CASES = [case for case in cases(root=may_mount()) if case.name in QUICK]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    return new_school(tmp_path_factory.mktemp("surroundings") / "school")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_stated_sentence_and_nothing_lost(case: Case, school: School, tmp_path: Path) -> None:
    assert tried(case, school.copied(tmp_path / "copy")) == []


def test_a_traceback_would_be_noticed(school: School, tmp_path: Path) -> None:
    (case,) = [case for case in CASES if case.name == "random bytes: balance"]
    assert tried(case, school.copied(tmp_path / "copy"), "sentences")
