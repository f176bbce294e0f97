"""At a terminal: questions, wrong answers, changes before booking, Ctrl-C, a clock in doubt."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import Run
from lovefund.cli.names import COMMANDS, TOPICS

SECONDS = 30.0


def _at_a_terminal() -> None:
    """What a shell does for a program: its terminal, and a Ctrl-C that a job before it ignored."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A program on a pseudo-terminal: type, and read until something is shown."""

    def __init__(self, folder: Path, *args: str, **env: str) -> None:
        self._own, other = pty.openpty()
        self.shown = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lovefund", *args],
            cwd=folder,
            stdin=other,
            stdout=other,
            stderr=other,
            close_fds=True,
            start_new_session=True,
            preexec_fn=_at_a_terminal,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": os.pathsep.join(sys.path),
                "LOVEFUND_HOME": str(folder / "home"),
                "LOVEFUND_LANG": "en",
                "LOVEFUND_TODAY": "2026-10-20",
                "TERM": "xterm",
                "COLUMNS": "100",
                "PYTHONIOENCODING": "utf-8",
                **env,
            },
        )
        os.close(other)

    def expect(self, text: str) -> None:
        """Read until ``text`` is shown after what was expected before."""
        deadline = time.monotonic() + SECONDS
        while text not in self.shown:
            ready, _w, _x = select.select([self._own], [], [], 0.2)
            if ready:
                try:
                    self.shown += os.read(self._own, 65536).decode("utf-8", "replace")
                except OSError:
                    break
            assert time.monotonic() < deadline, f"never shown: {text}\n{self.shown}"
        assert text in self.shown, self.shown
        self.shown = self.shown.split(text, 1)[1]

    def type(self, text: str) -> None:
        os.write(self._own, (text + "\r").encode())

    def answer(self, question: str, text: str) -> None:
        self.expect(question)
        self.type(text)

    def press(self, key: bytes) -> None:
        """Press a key once the prompt, which has just been drawn, is ready to read it."""
        time.sleep(0.3)
        os.write(self._own, key)

    def end(self) -> int:
        """The exit code; what is still shown is kept in ``shown``."""
        deadline = time.monotonic() + SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            ready, _w, _x = select.select([self._own], [], [], 0.1)
            if ready:
                try:
                    self.shown += os.read(self._own, 65536).decode("utf-8", "replace")
                except OSError:
                    break
        return self.process.wait(timeout=5)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._own)


@pytest.fixture
def terminal(tmp_path: Path, fund: Run) -> Iterator[list[Terminal]]:
    """Where a test puts its terminals, to be closed at its end."""
    opened: list[Terminal] = []
    yield opened
    for one in opened:
        one.close()


def journal(run: Run) -> list[dict[str, object]]:
    rows = run("journal --all --json").json()
    assert isinstance(rows, list)
    return rows


def _to_review(t: Terminal) -> None:
    t.answer("How much", "1.2万")
    t.expect("type all the digits")
    t.answer("How much", "120")
    t.answer("What kind of donor", "1")
    t.answer("Who gave", "李四")
    t.answer("How shall the donor be shown", "masked")
    t.answer("How did the money come", "Bank")
    t.answer("For which purpose", "")
    t.answer("On which day", "2026-10-01")
    t.answer("A note", "")
    t.expect("Enter books it")


def test_questions_changes_and_booking(terminal: list[Terminal], tmp_path: Path, fund: Run) -> None:
    t = Terminal(tmp_path, "donate")
    terminal.append(t)
    _to_review(t)
    t.type("1")
    t.answer("How much", "130")
    t.expect("130.00")
    t.expect("Enter books it")
    assert len(journal(fund)) == 2, "nothing is booked before Enter"
    t.type("")
    t.expect("Booked: entry 2")
    assert t.end() == 0
    rows = journal(fund)
    assert (rows[2]["amount_fen"], rows[2]["shown"]) == (13_000, "李＊")


def test_ctrl_c_books_nothing_and_loses_nothing(
    terminal: list[Terminal], tmp_path: Path, fund: Run
) -> None:
    t = Terminal(tmp_path, "donate")
    terminal.append(t)
    t.answer("How much", "77")
    t.answer("What kind of donor", "staff")
    t.expect("Who gave")
    t.expect("❯")
    t.press(b"\x03")
    assert t.end() == 130
    assert "Traceback" not in t.shown
    assert len(journal(fund)) == 2
    assert fund("resume --json").json()[0]["answers"] == {"amount": "77", "source": "staff"}
    again = Terminal(tmp_path, "resume", "1")
    terminal.append(again)
    again.answer("Who gave", "")
    again.answer("How did the money come", "cash")
    for question in ("For which purpose", "On which day", "A note"):
        again.answer(question, "")
    again.answer("Enter books it", "")
    again.expect("Booked: entry 2")
    assert again.end() == 0
    assert journal(fund)[2]["amount_fen"] == 7_700
    assert fund("resume --json").json() == []


@pytest.mark.parametrize("answered", range(8))
def test_ctrl_c_at_any_question_books_nothing(
    terminal: list[Terminal], tmp_path: Path, fund: Run, answered: int
) -> None:
    t = Terminal(tmp_path, "donate")
    terminal.append(t)
    dialogue = [
        ("How much", "77"), ("What kind of donor", "staff"), ("Who gave", "甲"),
        ("How shall the donor be shown", "real"), ("How did the money come", "cash"),
        ("For which purpose", ""), ("On which day", ""), ("A note", ""), ("Enter books it", ""),
    ]  # fmt: skip
    for question, answer in dialogue[:answered]:
        t.answer(question, answer)
    t.expect(dialogue[answered][0])
    t.press(b"\x03")
    assert t.end() == 130
    assert "Stopped. Nothing was booked." in t.shown
    assert "Traceback" not in t.shown
    assert len(journal(fund)) == 2
    assert len(fund("resume --json").json()) == min(answered, 1)


def test_ctrl_c_at_the_menu_only_leaves_it(
    terminal: list[Terminal], tmp_path: Path, fund: Run
) -> None:
    t = Terminal(tmp_path)
    terminal.append(t)
    t.expect("Which one?")
    t.press(b"\x03")
    assert t.end() == 0
    assert "Nothing was booked" not in t.shown


def test_leaving_the_review_books_nothing(
    terminal: list[Terminal], tmp_path: Path, fund: Run
) -> None:
    t = Terminal(tmp_path, "donate")
    terminal.append(t)
    _to_review(t)
    t.type("q")
    assert t.end() == 130
    assert len(journal(fund)) == 2


def test_a_clock_far_ahead_asks_in_words(
    terminal: list[Terminal], tmp_path: Path, fund: Run
) -> None:
    line = ["interest", "1", "--by", "bank", "--on", "2026-10-01"]
    wrong = Terminal(tmp_path, *line, LOVEFUND_TODAY="2036-10-20")
    terminal.append(wrong)
    wrong.answer("Type today's date", "")
    assert wrong.end() == 4
    assert len(journal(fund)) == 2
    right = Terminal(tmp_path, *line, LOVEFUND_TODAY="2036-10-20")
    terminal.append(right)
    right.answer("Type today's date", "2036-10-20")
    right.expect("Booked: entry 2")
    assert right.end() == 0


def test_the_menu_leads_to_a_verb_and_back(
    terminal: list[Terminal], tmp_path: Path, fund: Run
) -> None:
    t = Terminal(tmp_path)
    terminal.append(t)
    t.answer("Which one?", "restrictions")
    t.expect("general")
    t.answer("Enter goes on", "")
    t.answer("Which one?", "8")
    t.expect("2  balance")
    t.answer("Which one?", "2")
    t.expect("1002")
    t.answer("Enter goes on", "")
    t.answer("Enter goes back", "")
    t.answer("Enter leaves", "")
    assert t.end() == 0


def test_every_list_of_the_menu_fits_a_small_window() -> None:
    per_topic = [sum(c.topic == topic for c in COMMANDS.values()) for topic in TOPICS]
    assert max(*per_topic, len(TOPICS)) <= 24 - 6, "question, title and blank lines stand beside"


def test_the_menu_of_a_newcomer_begins_with_opening(
    terminal: list[Terminal], tmp_path: Path
) -> None:
    t = Terminal(tmp_path, "--db", "new.db")
    terminal.append(t)
    t.expect("no books here yet")
    t.answer("Which one?", "1")
    t.answer("Which one?", "1")
    t.answer("A short name", "school")
    t.answer("What is the fund called", "石桥爱心基金")
    t.answer("Which school", "石桥小学")
    t.answer("Who keeps the books", "王老师")
    t.expect("Which chart")
    t.answer("Accounting system for non-profit organisations (2004)", "")
    t.answer("From which day", "")
    t.expect("Enter books it")
    assert "PostgreSQL" not in t.shown
    t.type("")
    t.expect("Booked: entry 0")
    t.answer("Enter goes on", "")
    t.answer("Enter goes back", "")
    t.answer("Enter leaves", "")
    assert t.end() == 0


@pytest.mark.parametrize(
    ("command", "dialogue", "shown"),
    [
        ("show", [("Which entry?", "1")], "Donation"),
        ("donor", [("Which donor?", "张三丰")], "500.00"),
        ("overview", [("Which period?", "2026年9月"), ], "all funds"),
        ("overview", [("Which period?", "soon"), ("not a period", None), ("Which period?", "2026")],
         "all funds"),
        ("export", [("For which program?", "1")], "commodity"),
        ("keys", [("What shall be done", "1")], "Recovery sheet"),
        ("receipts", [("Which receipts", "2026-09")], "1 printed to receipts.pdf"),
        ("publish --dry-run", [("Which period?", "2026-09")], "what would be published"),
        ("donations", [("Which CSV or XLSX file?", ""), ("Under which name?", "t.csv")],
         "Template written"),
        ("donations", [("Which CSV or XLSX file?", "gifts.csv"), ("1 gifts, 50.00 yuan", None),
                       ("Enter books it", "")], "1 gifts, 50.00 yuan; 0 rows"),
        ("grants", [("Which CSV or XLSX file?", "grants.csv"), ("Enter books it", "2"),
                    ("From where is it paid?", "bank"), ("40.00", None), ("Enter books it", "")],
         "Booked: entry 2"),
    ],
)  # fmt: skip
def test_what_is_missing_is_asked_for_in_words(
    terminal: list[Terminal], tmp_path: Path, command: str, dialogue: list[tuple[str, str | None]],
    shown: str,
) -> None:  # fmt: skip
    heads = "日期,金额,来源,捐赠人,公示方式,收款方式\n"
    (tmp_path / "gifts.csv").write_text(heads + "2026-09-04,50,教职工,甲,实名,微信\n", "utf-8")
    (tmp_path / "grants.csv").write_text("案号,监护人,金额\nL1,李,40\n", "utf-8")
    t = Terminal(tmp_path, *command.split())
    terminal.append(t)
    for question, answer in dialogue:
        t.expect(question)
        if answer is not None:
            t.type(answer)
    t.expect(shown)
    assert t.end() == 0


def test_of_several_funds_it_asks_for_the_one(
    terminal: list[Terminal], tmp_path: Path, fund: Run
) -> None:
    fund("open other-fund --name 别处 --school 别校 --treasurer 李 --on 2026-09-01 --practice")
    t = Terminal(tmp_path, "transfer", "5", "--by", "bank", "--into", "bank", "--on", "2026-10-01")
    terminal.append(t)
    t.answer("Which fund?", "shiqiao")
    t.expect("To which fund?")
    t.expect("别处")
    t.type("1")
    t.answer("For which purpose?", "")
    t.answer("A note", "")
    t.answer("Enter books it", "")
    t.expect("Booked: entry 2")
    assert t.end() == 0


def test_rows_that_were_seen_before_are_asked_about(
    terminal: list[Terminal], tmp_path: Path, fund: Run
) -> None:
    row = "2026-09-04,50,教职工,甲,实名,微信\n"
    heads = "日期,金额,来源,捐赠人,公示方式,收款方式\n"
    (tmp_path / "one.csv").write_text(heads + row, "utf-8")
    (tmp_path / "two.csv").write_text(heads + row + row, "utf-8")
    assert fund("donations one.csv").code == 0
    t = Terminal(tmp_path, "donations", "two.csv")
    terminal.append(t)
    t.expect("checking")
    t.answer("Are they the same gifts?", "skip")
    t.expect("1 gifts, 50.00 yuan; 1 rows")
    assert t.end() == 0


@pytest.mark.parametrize("command", ["donations gifts.csv", "publish 2026-09"])
def test_a_clock_far_ahead_asks_whatever_books(
    terminal: list[Terminal], tmp_path: Path, fund: Run, command: str
) -> None:
    heads = "日期,金额,来源,捐赠人,公示方式,收款方式\n"
    (tmp_path / "gifts.csv").write_text(heads + "2026-09-04,50,教职工,甲,实名,微信\n", "utf-8")
    t = Terminal(tmp_path, *command.split(), LOVEFUND_TODAY="2036-10-20")
    terminal.append(t)
    t.answer("Type today's date", "")
    assert t.end() == 4
    assert len(journal(fund)) == 2


@pytest.mark.parametrize("no_color", ["", "1"])
def test_colour_only_where_it_is_wanted(
    terminal: list[Terminal], tmp_path: Path, no_color: str
) -> None:
    env = {"NO_COLOR": no_color} if no_color else {}
    t = Terminal(tmp_path, "balance", **env)
    terminal.append(t)
    assert t.end() == 0
    assert bool(re.search(r"\x1b\[1m", t.shown)) is not bool(no_color)


def test_columns_stand_under_each_other_with_wide_characters(fund: Run) -> None:
    from lovefund.cli.output import width

    fund("donate 5 --source business --from 青禾公司 --show org --by bank --on 2026-10-01")
    lines = [x for x in fund("journal --all").out.splitlines() if x.strip()]
    ends = {width(x.rsplit("  ", 1)[0]) for x in lines if x[:1].isdigit()}
    assert len(ends) == 1
