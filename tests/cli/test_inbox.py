"""The command ``inbox`` as a treasurer meets it: from a file to entries, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bills.makers import Paid, as_utf8, as_xlsx, rural, wechat
from cli.test_terminal import Terminal
from commands import Run
from lovefund.cli import output
from lovefund.cli.inbox import _DEEDS, _KINDS
from lovefund.core import candidates


def _at(day: int, hour: int = 10) -> datetime:
    return datetime(2026, 9, day, hour, 2, 11)  # noqa: DTZ001


GIFTS = [
    Paid(_at(10), 12_800, "爱心家长甲（虚构）", "二维码收款 爱心捐款", "100260910000000001"),
    Paid(_at(11), 10_000, "爱心家长乙（虚构）", "义卖", "100260910000000002"),
]
CARD = "农业银行(1234)"
WITHDRAWN = Paid(_at(12), -22_800, CARD, "/", "207260912000000003", method=CARD, fee_fen=23)
BANK = [
    Paid(_at(9), 100_000, "青禾有限公司（虚构）", "捐款", "T1"),
    Paid(_at(13), 22_777, "财付通支付科技有限公司", "提现", "T2"),
    Paid(_at(14), -4_000, "文具店（虚构）", "作业本", "T3"),
]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "wechat.csv").write_bytes(as_utf8(wechat(GIFTS, neutral=[WITHDRAWN])))
    (tmp_path / "bank.xlsx").write_bytes(as_xlsx(rural(BANK, opening=50_000)))
    return tmp_path


def test_from_files_to_entries(fund: Run, files: Path) -> None:
    said = fund("import wechat.csv")
    assert said.code == 0, said.err
    assert "3 rows are new, 0 were known already" in said.out
    assert "公款私存" in said.out
    assert "lovefund inbox accept --all" in said.out
    assert fund("import bank.xlsx --json").json()["inbox"]["paired"] == 1
    again = fund("import wechat.csv --json").json()["inbox"]
    assert (again["new"], again["known"], again["waiting"]) == (0, 3, 5)
    assert fund("today").code == 8
    assert "5 rows" not in fund("today").out
    assert "6 rows of bills wait in the inbox" in fund("today").out
    assert fund("journal --all --json").json()[2:] == []
    dry = fund("inbox accept --all --dry-run --json").json()
    assert (dry["accepted"], dry["booked"]) == (4, False)
    done = fund("inbox accept --all --json").json()
    assert (done["accepted"], done["entries"], done["left"]) == (4, 4, 1)
    kinds = [e["kind"] for e in fund("journal --all --json").json()[2:]]
    assert kinds == ["Donation", "Donation", "Donation", "Money moved"]
    assert fund("inbox accept --all --json").json()["entries"] == 0
    assert fund("check").code == 0


def test_a_row_is_shown_decided_set_aside_and_brought_back(fund: Run, files: Path) -> None:
    fund("import bank.xlsx")
    rows = fund("inbox --json").json()["rows"]
    pen = next(r["id"] for r in rows if r["fen"] == -4_000)
    said = fund(f"inbox show {pen}").out
    assert "文具店" in said
    assert "because" in said
    assert "as it stands in the bill" in said
    refused = fund(f"inbox accept {pen}")
    assert refused.code == 4
    assert "undecided" in refused.err
    edited = fund(f"inbox edit {pen} --as outlay --programme goods --json").json()
    assert (edited[0]["kind"], edited[0]["programme"]) == ("outlay", "goods")
    assert fund(f"inbox aside {pen} --because 私人付款").code == 0
    assert "私人付款" in fund("inbox --set-aside").out
    assert "私人付款" in fund(f"inbox show {pen}").out
    assert fund(f"inbox accept {pen}").code == 4
    assert fund(f"inbox back {pen}").code == 0
    assert "Booked: entry 2" in fund(f"inbox accept {pen}").out
    assert "accepted as entry 2" in fund(f"inbox show {pen}").out
    assert [r["party"] for r in fund("inbox rules --json").json()] == ["文具店(虚构)"]
    assert "文具店" in fund("inbox rules").out


def test_one_kind_can_be_accepted_alone(fund: Run, files: Path) -> None:
    fund("import wechat.csv")
    fund("import bank.xlsx")
    listed = fund("inbox --kind gift --json").json()["rows"]
    assert [r["kind"] for r in listed] == ["gift"] * 3
    assert fund("inbox accept --all --kind moved").code == 4
    assert fund("inbox accept --all --kind gift --json").json()["left"] == 2
    assert fund("inbox accept --all --kind moved --json").json()["left"] == 1


def test_a_gap_is_refused_in_four_lines_and_can_be_explained(fund: Run, files: Path) -> None:
    fund("import bank.xlsx")
    october = [replace(BANK[0], at=datetime(2026, 10, 9), order="T9")]  # noqa: DTZ001
    (files / "october.xlsx").write_bytes(as_xlsx(rural(october, opening=1)))
    refused = fund("import october.xlsx")
    assert refused.code == 4
    assert "bill-gap" in refused.err
    assert "--gap-because" in refused.err
    said = fund("import", "october.xlsx", "--gap-because", "银行换了系统")
    assert said.code == 0
    assert "银行换了系统" in said.out
    assert "银行换了系统" in fund("inbox").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("inbox nonsense", "one of list, show"),
        ("inbox accept", "which row"),
        ("inbox show 7.7", "no row of the inbox"),
        ("inbox show x", "no row of the inbox"),
        ("inbox list --because x", "nothing to do with"),
        ("inbox rules 1.1", "nothing to do with"),
        ("inbox accept --all --kind nix", "one of gift"),
        ("inbox edit 1.18 --as nix", "not among the choices"),
        ("inbox edit 1.18 --of 99", "there is no entry 99"),
        ("inbox edit 1.18", "it is missing: What is it?"),
        ("inbox aside 1.18", "it is missing: Why"),
        ("inbox back 1.18", "not set aside"),
        ("inbox work", "nobody sits at a terminal"),
        ("import wechat.csv --place moon", "not among the choices"),
    ],
)
def test_what_is_wrong_is_told(fund: Run, files: Path, words: str, told: str) -> None:
    fund("import wechat.csv")
    said = fund(words)
    assert said.code in (2, 4)
    assert told in said.err
    assert "to mend it" in said.err


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_table_is_aligned_in_both_languages(
    fund: Run, files: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fund("import wechat.csv")
    fund("import bank.xlsx")
    monkeypatch.setenv("LOVEFUND_LANG", language)
    lines = fund("inbox").out.splitlines()
    table = lines[: lines.index("", 2)]
    day = output.width(table[0].split("day" if language == "en" else "日期")[0])
    assert len(table) == 7
    for line in table[2:]:
        assert output.width(line.split("2026-09-")[0]) == day
    if language == "zh":
        assert not any(word in " ".join(lines) for word in ("gift", "moved", "because", "row "))


def test_nothing_waits_says_so(fund: Run) -> None:
    assert "Nothing waits" in fund("inbox").out
    assert "Nothing was learnt" in fund("inbox rules").out
    assert "Nothing was set aside" in fund("inbox --set-aside").out


def test_the_words_of_the_command_are_those_of_the_judging() -> None:
    assert tuple(_KINDS) == candidates.KINDS
    assert next(iter(_DEEDS)) == "list"


@pytest.fixture
def terminal(tmp_path: Path, fund: Run, files: Path) -> Iterator[Terminal]:
    fund("import wechat.csv")
    fund("import bank.xlsx")
    opened = Terminal(tmp_path, "inbox", "work")
    yield opened
    opened.close()


def test_one_by_one_at_a_terminal(terminal: Terminal, fund: Run) -> None:
    terminal.expect("5 to go")
    terminal.answer("Enter accepts it", "x")
    terminal.expect("is none of these")
    terminal.answer("Enter accepts it", "e")
    terminal.answer("What is it?", "unidentified")
    terminal.expect("nobody knows yet")
    terminal.answer("Enter accepts it", "")
    terminal.expect("Booked: entry 2")
    terminal.answer("Enter accepts it", "")
    terminal.answer("Enter accepts it", "s")
    terminal.answer("Enter accepts it", "")
    terminal.expect("holds 128.00 yuan; this needs 228.00")
    terminal.answer("Enter accepts it", "a")
    terminal.answer("Why is it set aside?", "已另记")
    terminal.answer("e says what it is", "q")
    assert terminal.end() == 0
    kinds = [e["kind"] for e in fund("journal --all --json").json()[2:]]
    assert kinds == ["Unidentified receipt", "Donation"]
    assert [r["kind"] for r in fund("inbox --json").json()["rows"]] == ["gift", "ask"]
