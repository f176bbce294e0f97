"""The commands as a treasurer meets them: shown, explained, closed, agreed, printed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bills.makers import Paid, as_csv, rural
from commands import Run
from commands import fund as fund
from commands import run as run
from lovefund.errors import Exit


@pytest.fixture
def bank(fund: Run) -> Run:
    """The bank has the gift of 3 September, and interest that nobody booked."""
    rows = [
        Paid(datetime(2026, 9, 3, 9), 50_000, party="张三丰"),  # noqa: DTZ001
        Paid(datetime(2026, 9, 21, 9), 36, party="", note="利息"),  # noqa: DTZ001
    ]
    Path("bank.csv").write_bytes(as_csv(rural(rows, opening=0), "gb18030"))
    return fund


def test_it_only_shows_unless_it_is_closed(bank: Run) -> None:
    said = bank("reconcile bank bank.csv --through 2026-09-30 --json").json()
    assert [(o["id"], o["fen"], o["class"], o["days"]) for o in said["open"]] == [
        ("r7", 36, "bank-in", 9)
    ]
    assert said["adjusted_fen"] == [50_036, 50_036]
    assert len(bank("journal --all --json").json()) == 2


def test_a_table_is_written_filled_in_and_read_back(bank: Run) -> None:
    begin = "reconcile bank bank.csv --through 2026-09-30"
    assert bank(f"{begin} --table open.csv").code == 0
    text = Path("open.csv").read_text("utf-8-sig")
    assert "r7" in text
    assert bank(f"{begin} --table open.csv --close").code == Exit.REFUSED
    Path("open.csv").write_text(
        text.replace("利息,\r\n", "利息,十月补记\r\n").replace("利息,\n", "利息,十月补记\n"),
        "utf-8-sig",
    )
    shown = bank(f"{begin} --table open.csv --close --dry-run")
    assert shown.code == 0, shown.err
    assert "十月补记" in shown.out
    assert len(bank("journal --all --json").json()) == 2
    booked = bank(f"{begin} --table open.csv --close --json").json()[0]
    assert booked["kind"] == "reconciled"
    assert bank(f"--officer O2 agree {booked['no']}").code == 0
    assert bank("check").code == 0


def test_wrong_words_are_told(bank: Run) -> None:
    for more in ("--explain r7", "--explain r9=x", "--match e1=r7", "--balance x", "--through 9月"):
        assert bank(f"reconcile bank bank.csv {more}").code == Exit.INPUT, more
    assert bank("reconcile cash bank.csv").code == Exit.INPUT
    assert bank("reconcile bank none.csv").code == Exit.INPUT


def test_a_draft_and_a_booked_table_are_printed_and_never_over_a_file(bank: Run) -> None:
    begin = "reconcile bank bank.csv --through 2026-09-30 --explain r7=十月补记"
    assert bank(f"{begin} --out draft.xlsx").code == 0
    assert Path("draft.xlsx").read_bytes()[:2] == b"PK"
    assert bank(f"{begin} --out draft.xlsx").code != 0
    assert bank(f"{begin} --out draft.xlsx --force").code == 0
    no = bank(f"{begin} --close --json").json()[0]["no"]
    assert bank(f"adjustment {no} --out table.pdf --json").json() == {
        "file": "table.pdf", "items": 1,
    }  # fmt: skip
    assert bank(f"adjustment {no} --out table.pdf").code != 0
    assert bank("adjustment 1").code == Exit.REFUSED
    assert bank("agree 1").code == Exit.REFUSED


def test_what_passes_through_as_a_program_reads_it(bank: Run) -> None:
    assert bank("unidentified 66 --by wechat --on 2026-10-01").code == 0
    found = {c["role"]: c for c in bank("clearing --json").json()}
    assert found["wechat"]["fen"] == 6_600
    assert found["wechat"]["days"] == 19
    assert found["unidentified"]["parts"] == [[2, "general", 6_600]]
    assert "2026-10-01" in bank("clearing").out


@pytest.mark.parametrize("pieces", ["100", "3x1", "100x-1", "100x1,100x2", "x", "0.03x1"])
def test_what_is_no_note_or_coin(fund: Run, pieces: str) -> None:
    said = fund(f"count-cash --count {pieces} --witness 甲 --witness 乙")
    assert said.code == Exit.INPUT
    assert "bad-input" in said.err


def test_a_box_and_a_count_in_chinese(fund: Run) -> None:
    box = fund(
        "--lang zh open-box BOX-1 --count 10×3，0.5x4 --witness 甲 --witness 乙 --on 2026-10-19"
    )
    assert box.code == 0, box.err
    assert "已入账" in box.out
    shown = fund("show 2")
    assert "10.00 × 3, 0.50 × 4" in shown.out
    assert "people who looked on: 2" in shown.out
    counted = fund("count-cash --count 10x3 --witness 甲 --witness 乙 --on 2026-10-19 --json")
    assert counted.json()[0]["postings"] == [["530112", "1001", "general", 200]]
