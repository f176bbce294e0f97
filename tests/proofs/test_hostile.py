"""Whatever the files hold, both verifiers answer in a sentence, and alike; no error gets out."""

from __future__ import annotations

import contextlib
import io
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from browser import Browser
from lovefund import verify
from proofs.forge import BUNDLES, FUND, VECTORS, written
from proofs.hostile import changed, far_away, hostile
from proofs.phone import SOURCE, Case, Phone

SEED = 20261125
#: So many bundles are shown to both verifiers.
BOTH = 600
#: The fingerprint on the notice board, by bundle.
BOARD = [
    next(c["fingerprint"] for c in VECTORS["checkpoints"] if c["body"] in bundle["checkpoint.txt"])
    for bundle in BUNDLES
]


def answered(folder: Path, *arguments: str, verifier: Any = verify) -> tuple[int, str]:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        answer = verifier.main([str(folder), "--lang", "en", *arguments])
    return answer, said.getvalue()


@pytest.mark.parametrize("number", range(len(BUNDLES)))
@settings(max_examples=250, deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_verify_py_answers_in_a_sentence_and_takes_nothing_that_was_changed(
    number: int, chance: random.Random
) -> None:
    files = hostile(number, chance)
    with tempfile.TemporaryDirectory() as name:
        folder = written(Path(name), {k: v.encode("utf-8") for k, v in files.items()})
        answer, said = answered(folder)
        assert answer in (0, 1, 2)
        assert said.startswith({1: "WRONG: ", 2: "CANNOT CHECK: "}.get(answer, f"lovefund/{FUND}"))
        if changed(number, files):
            held, _said = answered(folder, "--fingerprint", BOARD[number])
            assert held in (1, 2)


def campaign() -> Iterator[dict[str, str]]:
    chance = random.Random(SEED)
    yield far_away()
    for index in range(BOTH):
        yield hostile(index % len(BUNDLES), chance)


def told(folder: Path, verifier: Any = verify) -> list[tuple[int, str]]:
    """The answer to each bundle of the campaign; 3 and the error where one got out."""
    found = []
    for index, files in enumerate(campaign()):
        place = written(folder / str(index), files)
        try:
            found.append(answered(place, verifier=verifier))
        except Exception as error:
            found.append((3, repr(error)))
    return found


def test_the_page_answers_as_verify_py_does(chrome: Browser, tmp_path: Path) -> None:
    phone = Phone(chrome.page())
    answers = asked(phone)
    mine = told(tmp_path)
    unlike = [
        (SEED, index, a["answer"], a["slug"], b)
        for index, (a, b) in enumerate(zip(answers, mine, strict=True))
        if a["answer"] != b[0]
    ]
    assert unlike == []
    assert {b[0] for b in mine} == {0, 1}  # it reaches past the hashes, into what is computed
    reached = {a["slug"] for a in answers}
    assert reached >= {"balances", "figure form", "figure", "statement facts", "shown form", "head"}


def asked(phone: Phone) -> list[dict[str, Any]]:
    return [phone.ask(Case(files, FUND)) for files in campaign()]


# -- each guard has its teeth ----------------------------------------------------------------------

GUARDS = (
    'numbers and are_balances(f["closing"])',
    'need(is_row(term, int, str, str, str, str), "figure form")',
    'need(is_row(row, str, int, list), "figure form")',
    'need(is_row(row, int, str, str), "shown form")',
    'sound(type(start) is list and all(map(HASH, start)), "not hashes")',
)


def twin(guard: str) -> ModuleType:
    """verify.py without one guard."""
    source = Path(verify.__file__).read_text("utf-8")
    assert source.count(guard) == 1, guard
    without = "numbers" if guard.startswith("numbers") else "pass"
    made = ModuleType("twin")
    exec(compile(source.replace(guard, without), "twin", "exec"), made.__dict__)
    return made


@pytest.mark.parametrize("guard", GUARDS)
def test_without_a_guard_of_verify_py_an_error_gets_out_or_a_forgery_in(
    tmp_path: Path, guard: str
) -> None:
    honest, without = told(tmp_path / "1"), told(tmp_path / "2", twin(guard))
    assert 3 not in {answer for answer, _said in honest}
    assert any(b[0] in (0, 3) for a, b in zip(honest, without, strict=True) if a[0] == 1)


@pytest.mark.parametrize(
    ("guard", "without"),
    [
        ("areBalances(f.closing)", "true"),
        ('need(number(factor) && texts, "figure form");', ""),
        ("&& 0 <= n && n < NUMBERS", ""),
    ],
)
def test_without_a_guard_of_the_page_an_error_gets_out(
    chrome: Browser, guard: str, without: str
) -> None:
    assert SOURCE.count(guard) == 1
    phone = Phone(chrome.page(), SOURCE.replace(guard, without))
    assert 3 in {found["answer"] for found in asked(phone)}
