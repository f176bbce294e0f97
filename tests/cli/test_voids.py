"""Whatever a verb books, a void takes back whole, and the books stay sound."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.test_commands import DEEDS, size, sums
from commands import Run
from lovefund.errors import Exit

NOT_VOIDABLE = {"restrict", "mend-name", "copy-receipt", "close", "void", "correct"}
VOIDABLE = [line for line, _expected in DEEDS if line.split()[0] not in NOT_VOIDABLE]


def held(run: Run) -> tuple[object, ...]:
    pots = [
        {k: v for k, v in p.items() if k.endswith("_fen")}
        for p in run("restrictions --json").json()
    ]
    balances = {code: fen for code, fen in sums(run).items() if fen}
    return pots, balances, run("stock --json").json(), run("open-items --json").json()


@pytest.mark.parametrize("line", VOIDABLE, ids=[x.split()[0] for x in VOIDABLE])
def test_a_void_takes_all_back(fund: Run, line: str) -> None:
    before = held(fund)
    assert fund(line).code == 0
    assert held(fund) != before
    done = fund("void 2 --reason 记错")
    assert done.code == 0, done.err
    assert held(fund) == before
    assert fund("check").code == 0
    again = fund("void 2 --reason 记错")
    assert again.code == Exit.REFUSED
    assert "was voided by" in again.err


CHAINS = [
    ("unidentified 66 --by bank", "identify 2 66 --source staff --from 甲 --show real"),
    ("owe-refund 1 100", "pay-refund 2 100 --by bank"),
    ("promise 50 --case L1 --guardian 李", "pay-promised 2 50 --by bank"),
    ("grant 60 --case L2 --guardian 王 --by bank", "return-grant 2 60 --by bank"),
    ("agency-in 30 --from 甲 --show real --pupil 甲 --by bank",
     "agency-out 30 --pupil 甲 --guardian 李 --by bank"),
    ("buy-goods --goods 'books 10 @3' --by bank", "give-goods --goods 'books 4'"),
    ("buy-goods --goods 'books 10 @3' --by bank",
     "sell-goods --goods 'books 2' --takings 9 --by cash"),
    ("buy-goods --goods 'books 10 @3' --by bank", "count-stock books 3 --witness 甲 --witness 乙"),
    ("advance 40 --to 王老师 --by bank",
     "settle-advance 2 --spent 30 --programme visits --returned 10 --by cash"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), CHAINS, ids=[b.split()[0] for _a, b in CHAINS])
def test_the_second_of_two_is_voided_and_then_the_first(fund: Run, first: str, second: str) -> None:
    start = held(fund)
    assert fund(first).code == 0
    middle = held(fund)
    done = fund(second)
    assert done.code == 0, done.err
    early = fund("void 2 --reason 记错")
    assert early.code == Exit.REFUSED, "what is built on cannot be taken away first"
    undone = fund("void 3 --reason 记错")
    assert undone.code == 0, undone.err
    assert held(fund) == middle
    last = fund("void 2 --reason 记错")
    assert last.code == 0, last.err
    assert held(fund) == start
    assert fund("check").code == 0


def test_correcting_the_purpose_moves_the_money(fund: Run) -> None:
    assert fund("restrict home --title 之家 --programmes home --agreement XY-1").code == 0
    done = fund("correct 1 --for home --reason 用途写错")
    assert done.code == 0, done.err
    pots = {p["code"]: p["available_fen"] for p in fund("restrictions --json").json()}
    assert (pots["general"], pots["home"]) == (0, 50_000)
    assert fund("check").code == 0
    wrong = fund("grant 5 --case L1 --guardian 李 --by bank --for home")
    assert wrong.code == Exit.REFUSED
    assert "purpose" in wrong.err


def test_a_purpose_is_not_slipped_in_by_a_correction(fund: Run) -> None:
    """Law 3 holds for what a correction puts in the place of what was wrong."""
    fund("restrict home --title 之家 --programmes home --agreement XY-1")
    fund("donate 90 --source staff --from 甲 --show real --by bank --for home --on 2026-10-01")
    fund("spend 30 --programme home --by bank --for home")
    before = size(fund)
    slipped = fund("correct 4 --programme visits --reason 项目写错")
    assert slipped.code == Exit.REFUSED, slipped.out
    assert size(fund) == before


def test_a_closed_year_is_mended_by_one_blue_entry(
    fund: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOVEFUND_TODAY", "2027-01-05")
    assert fund("--date-is-right close 2026").code == 0
    done = fund("correct 1 --amount 450 --reason 多记 --json")
    assert done.code == 0, done.err
    (posting,) = done.json()[0]["postings"]
    assert posting == ["3201", "1002", "general", 5_000]
    assert sums(fund)["1002"] == 45_000
    assert fund("check").code == 0


def figures(folder: Path) -> dict[str, int]:
    """The figures of the one statement under a folder."""
    (content,) = folder.rglob("statement.json")
    return {name: value for name, value, _terms in json.loads(content.read_text())["figures"]}


def test_what_is_taken_back_in_kind_is_no_longer_counted(
    fund: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for line in (
        "donate-goods --goods 'books 120 @15' --source alumni --from 甲 --show real",
        "donate-service 80 --programme lectures --source society --from 乙 --show real",
        "give-goods --goods 'books 20'",
        "correct 2 --source staff --reason 教师",
        "void 3 --reason 未讲",
        "void 4 --reason 未发",
    ):
        done = fund(line)
        assert done.code == 0, (line, done.err)
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-11-01")
    assert fund("publish 2026-10 --out out").code == 0
    found = figures(tmp_path / "out")
    assert (found["income"], found["income-goods"]) == (180_000, 180_000)
    assert (found["outlay"], found["outlay-goods"]) == (0, 0)
    assert fund("check").code == 0
