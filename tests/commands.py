"""The program as a person meets it: run in a folder of its own, in a language, on a day."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lovefund.cli.main import run as run_program
from lovefund.language import language, set_language


class Said(NamedTuple):
    """What the program answered."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Said]


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """Runs ``lovefund`` with arguments given as one line or as words."""
    import shlex

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOVEFUND_LANG", "en")
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-10-20")
    before = language()

    def call(*words: str) -> Said:
        args = shlex.split(words[0]) if len(words) == 1 else list(words)
        capsys.readouterr()
        streams = sys.stdout, sys.stderr
        code = run_program(args)
        for left in {sys.stdout, sys.stderr}.difference(streams):
            left.close()
        sys.stdout, sys.stderr = streams
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    yield call
    set_language(before)


@pytest.fixture
def fund(run: Run) -> Run:
    """An open practice fund with 500.00 yuan in the bank (entry 1)."""
    opened = run(
        "open shiqiao --name 石桥爱心基金 --school 石桥小学 --treasurer 王老师 "
        "--on 2026-09-01 --practice"
    )
    assert opened.code == 0, opened.err
    gift = run("donate 500 --source staff --from 张三丰 --show masked --by bank --on 2026-09-03")
    assert gift.code == 0, gift.err
    return run
