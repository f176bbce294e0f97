"""A school that begins in mid-life: what it brings forward can be settled like anything else."""

from __future__ import annotations

import pytest

from cli.test_commands import size, sums
from commands import Run
from lovefund.errors import Exit

FORWARD = (
    "opening --balance 'bank general 900' --balance 'cash general 50' "
    "--balance 'advance general 30' --balance 'unidentified general 66' "
    "--balance 'refund-due general 40' --balance 'grant-due general 80' "
    "--balance 'stock general books 30 450' --balance 'bank agency 800 P-031' --reference ZB-1"
)


@pytest.fixture
def forward(fund: Run) -> Run:
    """The books of ``fund`` with balances brought forward to its first day (entry 2)."""
    booked = fund(FORWARD)
    assert booked.code == 0, booked.err
    assert "2026-09-01" in fund("show 2").out
    return fund


@pytest.mark.parametrize(
    ("line", "account", "left"),
    [
        ("settle-advance 2 --spent 20 --programme visits --returned 10 --by cash", "1122", 0),
        ("identify 2 66 --source staff --from 甲 --show real", "220911", 0),
        ("identify 2 66 --returned --by bank", "220911", 0),
        ("pay-refund 2 15 --by bank", "220912", -2_500),
        ("pay-promised 2 80 --by bank", "220913", 0),
        ("agency-out 800 --pupil P-031 --guardian 李 --by bank", "2601", 0),
        ("give-goods --goods 'books 30'", "1201", 0),
    ],
)
def test_what_was_brought_forward_is_settled(
    forward: Run, line: str, account: str, left: int
) -> None:
    done = forward(line)
    assert done.code == 0, done.err
    assert sums(forward)[account] == left
    assert forward("check").code == 0


def test_a_debt_brought_forward_becomes_a_gift_for_a_purpose(forward: Run) -> None:
    forward("restrict home --title 之家 --programmes home --agreement XY-1")
    done = forward("identify 2 66 --source staff --from 甲 --show real --for home")
    assert done.code == 0, done.err
    home = next(r for r in forward("restrictions --json").json() if r["code"] == "home")
    assert home["money_fen"] == 6_600


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("agency-out 801 --pupil P-031 --guardian 李 --by bank", "800.00 yuan are held"),
        ("agency-out 1 --pupil P-032 --guardian 李 --by bank", "0.00 yuan are held"),
        ("settle-advance 1 --returned 1 --by cash", "“Donation”, not “Advance paid"),
        ("opening --balance 'bank general 1' --on 2026-09-02", "after the fund opened"),
        ("opening --balance 'bank agency 1'", "bank agency 800 P-031"),
    ],
)
def test_no_more_than_was_brought_forward(forward: Run, line: str, said: str) -> None:
    before = sums(forward), size(forward)
    refused = forward(line)
    assert refused.code in (Exit.REFUSED, Exit.INPUT)
    assert said in refused.err
    assert (sums(forward), size(forward)) == before


def test_for_whom_money_is_held_is_public_nowhere(forward: Run) -> None:
    assert "P-031" not in forward("show 2").out + forward("export json").out
    assert "P-031, 800.00" in forward("show 2 --private").out
    assert forward("agency --json").json() == [{"pupil": "P-031", "held_fen": 80_000}]


def test_an_item_is_settled_once(forward: Run) -> None:
    assert forward("pay-promised 2 80 --by bank").code == 0
    again = forward("pay-promised 2 1 --by bank")
    assert again.code == Exit.REFUSED
    assert "open-items" in again.err
