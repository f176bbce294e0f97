"""What is private is in no published byte, in whatever layer one looks; and the search sees."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from canaries import School
from leaks import search
from lovefund.actions.publish import publish
from lovefund.core import names
from lovefund.core.days import parse_period
from lovefund.store.reading import Books
from planted_leaks import NAMES_ONLY, PLANTS, planted

SEED = 20260131
JANUARY = parse_period("2026-01")


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    folder = tmp_path_factory.mktemp("leaks")
    made = School(folder, random.Random(SEED))
    made.play(date(2026, 1, 2), 29, 60)
    publish(made.ws, JANUARY, folder / "out")
    return made


def test_no_private_text_is_in_any_layer_of_what_is_published(school: School) -> None:
    fields = school.canaries.fields
    assert len(set(fields.values())) > 15, SEED
    assert len(fields) > 300, SEED
    assert school.refused < 10, SEED
    kinds = {path.suffix for path in (school.folder / "out").rglob("*.*")}
    assert kinds >= {".pdf", ".json", ".jsonl", ".txt", ".csv", ".xlsx", ".py"}

    assert search(school.folder / "out", fields) == [], SEED


@pytest.mark.parametrize("kind", PLANTS)
def test_a_planted_leak_is_seen(school: School, tmp_path: Path, kind: str) -> None:
    fields = school.canaries.fields
    word = next(c for c, field in fields.items() if field == "phrase of a guardian")
    name = next(c for c, field in fields.items() if field == "pupil")
    copy = tmp_path / "copy"

    planted(kind, word + name, school.folder / "out", copy)

    found = {leak.canary for leak in search(copy, fields)}
    assert name in found
    assert kind in NAMES_ONLY or found == {word, name}


def test_telephone_numbers_are_seen_however_they_are_written(
    school: School, tmp_path: Path
) -> None:
    number = next(c for c, field in school.canaries.fields.items() if field == "contact")
    spread = f"{number[:3]}-{number[3:7]} {number[7:]}"
    (tmp_path / "a.txt").write_text(spread, "utf-8")
    assert {leak.canary for leak in search(tmp_path, school.canaries.fields)} == {number}


# -- what would leak if a guard were taken out of the program --------------------------------------


def test_names_that_are_not_masked_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "mask", lambda name: name)
    made = School(tmp_path, random.Random(SEED))
    made.play(date(2026, 1, 2), 29, 30)
    publish(made.ws, JANUARY, tmp_path / "out", ())
    found = {leak.field for leak in search(tmp_path / "out", made.canaries.fields)}
    assert found == {"name, masked"}


def test_sealed_texts_beside_the_shown_ones_are_seen(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dossier is published in the place of the shown text, in one face and in all."""
    opened = Books.sealed_between

    def dossiers(books: Books, first: int, last: int) -> dict[int, dict[str, tuple[str, str]]]:
        found = opened(books, first, last)
        return {no: {**slots, "shown": slots.get("file", ("", ""))} for no, slots in found.items()}

    monkeypatch.setattr(Books, "sealed_between", dossiers)
    publish(school.ws, JANUARY, tmp_path, ())
    found = {leak.field for leak in search(tmp_path, school.canaries.fields)}
    assert found >= {"guardian", "pupil", "memo", "contact", "case", "name of evidence"}
