"""Output that fails: what is recorded stays recorded, and exit code and message say so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from errors.catalogue import covers
from errors.school import TODAY, School
from lovefund.actions import publish
from lovefund.cli import kept, printing
from lovefund.errors import Exit

INTEREST = ("interest", "1", "--by", "bank", "--on", "2026-09-01")
JOURNAL = ("journal", "--all")
LIST = "日期,金额,来源,捐赠人,公示方式,收款方式\n2026-09-03,50,教职工,张三丰,隐名,微信\n"
FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full on this system")


@pytest.fixture
def school(tmp_path: Path) -> School:
    """A fund with one gift."""
    school = School(tmp_path)
    school.live(
        "open shiqiao --name 石桥爱心基金 --school 石桥小学 --treasurer 王老师 "
        "--on 2026-08-01 --practice",
        "donate 500 --source staff --from 张三丰 --show real --by bank --on 2026-08-03",
    )
    (tmp_path / "g.csv").write_text(LIST, encoding="utf-8")
    return school


class Done:
    """A finished process: its exit code and what it wrote."""

    def __init__(self, code: int, out: bytes, err: bytes) -> None:
        self.code = code
        self.out = out
        self.err = err.decode("utf-8", "replace")


def process(
    school: School, words: tuple[str, ...], *, shell: str = "", language: str = "en",
    stdout: Callable[[], int] | None = None, bare: bool = False, **env: str,
) -> Done:  # fmt: skip
    """Run the program as a process; ``shell`` is a redirection as a shell writes it."""
    settings = {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "LOVEFUND_HOME": str(school.folder / "home"),
        "LOVEFUND_TODAY": TODAY,
        "LOVEFUND_LANG": language,
        **({} if bare else {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"}),
        **env,
    }
    command = [sys.executable, "-m", "lovefund", *words]
    if shell:
        command = ["/bin/sh", "-c", f'exec "$@" {shell}', "sh", *command]
    target = subprocess.PIPE if stdout is None else stdout()
    try:
        done = subprocess.run(
            command, cwd=school.folder, env=settings, stdin=subprocess.DEVNULL, stdout=target,
            stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    finally:
        if stdout is not None:
            os.close(target)
    assert "Traceback" not in done.stderr.decode("utf-8", "replace")
    return Done(done.returncode, done.stdout or b"", done.stderr)


def closed_pipe() -> int:
    """The writing end of a pipe that nobody reads any more."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def full_device() -> int:
    return os.open(FULL, os.O_WRONLY)


def booked_once(school: School, entries: int = 3) -> None:
    """The entry is there once, whatever is tried again, and the books are sound."""
    assert school.size() == entries
    assert school.run("resume --json").json() == []
    assert school.run("check").code == 0


@covers(64)
@pytest.mark.parametrize("shell", [">&-", "<&- >&- 2>&-", "2>&-"])
def test_a_stream_that_is_closed_hides_the_answer_and_nothing_else(
    school: School, shell: str
) -> None:
    done = process(school, INTEREST, shell=shell)
    assert done.code == 0
    assert done.err == ""
    booked_once(school)
    refused = process(school, ("interest", "1e5", "--by", "bank"), shell=shell)
    assert refused.code == Exit.INPUT
    booked_once(school)
    raw = (school.folder / "fund.db").read_bytes()
    assert raw.startswith(b"SQLite format 3\x00"), "an answer was written into the books"


@covers(65)
@needs_full
@pytest.mark.parametrize(
    ("words", "entries", "told"),
    [
        (INTEREST, 3, "entry 2"),
        ((*INTEREST, "--json"), 3, "entry 2"),
        (("donations", "g.csv"), 3, "g.csv"),
    ],
)
def test_a_full_output_says_that_it_is_recorded(
    school: School, words: tuple[str, ...], entries: int, told: str
) -> None:
    language = "zh" if words[0] == "donations" else "en"
    done = process(school, words, stdout=full_device, language=language)
    assert done.code == Exit.UNSHOWN, done.err
    first, what, _mend = done.err.splitlines()[:3]
    assert first.startswith(("error[not-shown]", "错误[not-shown]"))
    assert told.split()[-1] in first
    assert ("it is recorded" if language == "en" else "已") in what
    booked_once(school, entries)


@covers(65)
def test_a_statement_that_cannot_be_told_is_published_all_the_same(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publish, "_faces", lambda _view, _language, _proofs: {})
    monkeypatch.setattr(printing, "_tell_statement", full)
    told = school.run("publish 2026-08")
    monkeypatch.undo()
    assert told.code == Exit.UNSHOWN
    assert "error[not-shown] entry 2" in told.err
    assert (school.folder / "published/shiqiao/0001-2026-08/statement.json").is_file()
    booked_once(school)


@covers(66)
def test_a_pipe_that_is_closed_after_booking_says_that_it_is_recorded(school: School) -> None:
    done = process(school, INTEREST, stdout=closed_pipe)
    assert done.code == Exit.UNSHOWN
    assert "error[not-shown] entry 2" in done.err
    assert "do not type it again" in done.err
    booked_once(school)


@covers(66)
@pytest.mark.parametrize("words", [JOURNAL, ("export", "csv"), ("--help",)])
def test_a_pipe_that_is_closed_while_reading_is_no_fault(
    school: School, words: tuple[str, ...]
) -> None:
    done = process(school, words, stdout=closed_pipe)
    assert done.code == 0
    assert done.err == ""


@covers(66)
def test_head_gets_its_line_and_the_entry_is_booked(school: School) -> None:
    done = process(school, INTEREST, shell="| head -n 1")
    assert done.code == 0
    assert done.out.startswith(b"Booked: entry 2")
    assert done.err == ""
    booked_once(school)


@covers(65)
@needs_full
def test_a_list_that_cannot_be_printed_is_a_failure_of_the_output(school: School) -> None:
    for words in (JOURNAL, ("export", "json")):
        done = process(school, words, stdout=full_device)
        assert done.code in (Exit.STORAGE, Exit.UNSHOWN), words
        assert "the disk is full" in done.err or "could not be written" in done.err


@covers(65)
@needs_full
def test_a_full_error_stream_changes_no_exit_code(school: School) -> None:
    for words, code in ((INTEREST, 0), (("show", "99"), Exit.REFUSED)):
        assert process(school, words, shell="2>/dev/full").code == code
    booked_once(school)


@covers(67, 68)
@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONIOENCODING": "gbk"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"LANG": "", "LC_ALL": ""},
        {},
    ],
    ids=str,
)
def test_no_console_makes_it_fail(school: School, env: dict[str, str]) -> None:
    encoding = env.get("PYTHONIOENCODING", "utf-8")
    told = process(school, (*INTEREST, "--json"), bare=True, language="zh", **env)
    assert told.code == 0, told.err
    voucher = json.loads(told.out.decode(encoding))[0]["voucher"]
    assert voucher == "记-2026-0002", "JSON loses nothing on any console"
    listed = process(school, JOURNAL, bare=True, language="zh", **env)
    assert listed.code == 0, listed.err
    if encoding in ("gbk", "utf-8") and env.get("PYTHONUTF8") != "0":
        assert "张三丰" in listed.out.decode(encoding)
    assert b"\x1b" not in listed.out
    refused = process(school, ("show", "99"), bare=True, language="zh", **env)
    assert refused.code == Exit.REFUSED
    assert "no-such-entry" in refused.err
    booked_once(school)


@covers(68)
@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
def test_exports_are_utf_8_on_every_console(school: School, encoding: str) -> None:
    done = process(school, ("export", "hledger"), PYTHONIOENCODING=encoding)
    assert "记-2026-0001" in done.out.decode("utf-8")


@covers(68, 71)
def test_an_empty_environment_is_enough(school: School) -> None:
    """No home, no language, no path; only what finds the program and the keys."""
    done = subprocess.run(
        [sys.executable, "-m", "lovefund", *JOURNAL],
        cwd=school.folder, check=False, capture_output=True, stdin=subprocess.DEVNULL,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""


@covers(69)
def test_bytes_that_are_no_text_are_refused_by_the_process(school: School) -> None:
    done = process(school, ("interest", "1", "--by", os.fsdecode(b"\xe5\xbc")))
    assert done.code == Exit.INPUT
    assert "bytes that are no text" in done.err
    assert school.size() == 2


def test_a_request_that_was_booked_and_not_forgotten_is_booked_once(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program died between the commit and the forgetting: ``resume`` finds it out."""
    monkeypatch.setattr(kept, "drop", lambda _ws, _request: None)
    assert school.run(" ".join(INTEREST)).code == 0
    monkeypatch.undo()
    assert len(school.run("resume --json").json()) == 1
    again = school.run("resume 1")
    assert again.code == 0
    assert "booked before, as entry 2" in again.out
    booked_once(school)


@needs_full
def test_without_the_guard_a_full_output_looks_like_a_failed_booking(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The teeth: were what is recorded not told apart, the exit code would ask to try again."""
    import contextlib

    from lovefund.cli import forms

    def broken(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(forms, "tell", broken)
    guarded = school.run(" ".join(INTEREST))
    assert guarded.code == Exit.UNSHOWN
    monkeypatch.setattr(forms, "showing", lambda _unshown: contextlib.nullcontext())
    bare = school.run(" ".join(INTEREST))
    assert bare.code == Exit.STORAGE
    assert school.size() == 4, "both are booked; only one of them says so"
