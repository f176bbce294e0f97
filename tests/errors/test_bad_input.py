"""Everything that can be typed wrongly is refused in words, in both languages, and books nothing.

The tables are in ``cases/``, one a topic. What must be kept and shown safely is in
``test_kept_text.py``, what happens to the output in ``tests/faults/test_output.py``.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from errors.cases import amounts, bills, days, imports, places, terminal, texts
from errors.cases.case import Case
from errors.school import PAST, School, files
from lovefund.cli.names import COMMANDS
from lovefund.errors import Exit

CASES = [
    case
    for topic in (amounts, days, texts, terminal, imports, bills, places)
    for case in topic.CASES
]
_QUOTED = re.compile("“.*?”|「.*?」", re.S)
_CJK = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    """One school for all cases: none of them may leave a trace in it."""
    school = School(tmp_path_factory.mktemp("school"))
    school.live(*PAST)
    assert school.kept() == []
    return school


@contextlib.contextmanager
def arranged(school: School, case: Case) -> Iterator[None]:
    """The school with what the case brings along, and as before at its end."""
    for name in case.files:
        (school.folder / name).parent.mkdir(parents=True, exist_ok=True)
    with files(school.folder, case.files):
        if case.arrange is None:
            yield
            return
        steps = case.arrange(school.folder)
        next(steps)
        try:
            yield
        finally:
            next(steps, None)


def blocks(err: str, head: str) -> list[list[str]]:
    """The errors of an answer, each as its lines."""
    found: list[list[str]] = []
    for line in err.splitlines():
        if line.startswith(head + "["):
            found.append([line])
        elif found and line.startswith("  "):
            found[-1].append(line)
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_it_is_refused_in_words_and_leaves_no_trace(
    school: School, case: Case, language: str
) -> None:
    with arranged(school, case):
        before = school.state()
        answer = school.run(case.line, language, case.stdin, **case.env)
        assert school.state() == before, "a refused input left a trace"
    assert answer.code == case.exit, answer.err
    assert answer.raw == b""
    _told_in_full(answer.err, case, language)
    _kept_if_promised(school, case, answer.err, language)


def _told_in_full(err: str, case: Case, language: str) -> None:
    head, mend = ("error", "  to mend it: ") if language == "en" else ("错误", "  ")
    told = blocks(err, head)
    assert told, err
    assert told[0][0].startswith(f"{head}[{case.code}]"), err
    assert "Traceback" not in err
    assert "[fault]" not in err
    for character in err:
        assert character.isprintable() or character == "\n", "an error obeys what was typed"
    for block in told:
        assert 3 <= len(block) <= 4, block
        assert block[-1].startswith(mend)
        for line in (block[1], block[-1]):
            words = _QUOTED.sub("", line)
            assert _CJK.search(words) if language == "zh" else re.search("[a-z]{2}", words), line
    if language == "en":
        assert case.says in err


def _kept_if_promised(school: School, case: Case, err: str, language: str) -> None:
    """What the books refuse waits for ``resume``; a command line that is wrong is still there."""
    waiting = school.kept()
    promise = any(text in err for text in ("What you typed is kept", "打过的内容已留着"))
    assert bool(waiting) == promise
    words = case.line.split() if isinstance(case.line, str) else list(case.line)
    verb = next((w for w in words if w in COMMANDS), "")
    if waiting:
        assert [w["verb"] for w in waiting] == [verb]
        typed = " ".join(words)
        assert all(text in typed.replace("'", "") for text in waiting[0]["answers"].values())
    elif case.exit is Exit.REFUSED:
        assert COMMANDS[verb].module in ("bulk", "reading", "printing"), "typed, and lost"


def test_the_school_is_sound_after_it_all(school: School) -> None:
    assert school.run("check").code == 0
    assert school.size() == len(PAST)


def test_there_are_hundreds_of_them() -> None:
    assert len(CASES) >= 400
    names = [str(case) for case in CASES]
    assert len(names) == len(set(names)), [n for n in names if names.count(n) > 1][:5]


def test_a_runner_that_sees_nothing_would_fail(school: School) -> None:
    """The teeth: an input that is taken, or an error in the other language, is noticed."""
    good = Case(1, "a good gift", "balance")
    with pytest.raises(AssertionError):
        test_it_is_refused_in_words_and_leaves_no_trace(school, good, "en")
    refused = school.run("show 99", "zh")
    with pytest.raises(AssertionError):
        _told_in_full(refused.err, Case(1, "", "", code="no-such-entry"), "en")


def test_files_of_cases_are_gone(school: School) -> None:
    left = {p.name for p in Path(school.folder).iterdir()}
    assert left <= {"fund.db", "fund.db.lock", "fund.db.drafts", "home", "look", "bills",
                    "fund.db-wal", "fund.db-shm"}  # fmt: skip
