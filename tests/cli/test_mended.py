"""What was corrected or voided counts as it stands today, for every verb that comes later."""

from __future__ import annotations

import pytest

from commands import Run
from lovefund.errors import Exit


def after(run: Run, *lines: str) -> None:
    for line in lines:
        done = run(line)
        assert done.code == 0, (line, done.err)


@pytest.mark.parametrize(
    ("mended", "line", "said"),
    [
        (["grant 100 --case L1 --guardian 李 --by bank", "correct 2 --amount 60 --reason 错"],
         "return-grant 2 61 --by bank", "60.00"),
        (["grant 100 --case L1 --guardian 李 --by bank", "void 2 --reason 错"],
         "return-grant 2 1 --by bank", "voided by entry 3"),
        (["correct 1 --amount 60 --reason 错"], "owe-refund 1 61", "60.00"),
        (["donate 70 --source staff --from 甲 --show real --by bank", "void 1 --reason 错"],
         "owe-refund 1 1", "voided by entry 3"),
        (["agency-in 80 --from 甲 --show real --pupil P1 --by bank",
          "agency-in 80 --from 甲 --show real --pupil P2 --by bank",
          "correct 2 --amount 50 --reason 错"],
         "agency-out 51 --pupil P1 --guardian 李 --by bank", "50.00 yuan are held"),
    ],
)  # fmt: skip
def test_no_more_than_the_corrected_amount(
    fund: Run, mended: list[str], line: str, said: str
) -> None:
    after(fund, *mended)
    refused = fund(line)
    assert refused.code == Exit.REFUSED
    assert said in refused.err


def test_a_return_that_was_voided_can_be_booked_again(fund: Run) -> None:
    after(
        fund,
        "grant 100 --case L1 --guardian 李 --by bank",
        "return-grant 2 100 --by cash",
        "void 3 --reason 错",
        "return-grant 2 100 --by bank",
    )


def test_a_refund_follows_the_corrected_purpose(fund: Run) -> None:
    after(
        fund,
        "restrict home --title 之家 --programmes home --agreement XY-1",
        "correct 1 --for home --reason 错",
        "owe-refund 1 500",
    )
    owed = {r["code"]: r["payable_fen"] for r in fund("restrictions --json").json()}
    assert owed["home"] == 50_000


def test_a_donor_is_found_by_the_name_as_it_was_mended(fund: Run) -> None:
    after(
        fund,
        "donate 20 --source staff --from 张三峰 --show real --by bank",
        "donate 30 --source staff --from 张三峰 --show real --by bank",
        "donate 40 --source staff --from 张三峰 --show real --by bank",
        "mend-name 1 --from 张三峰 --show masked --reason 写错",
        "correct 2 --amount 25 --reason 错",
        "void 3 --reason 错",
        "mend-name 4 --from '' --reason 不愿公示",
    )
    assert fund("donor 张三丰 --json").json() == []
    rows = fund("donor 张三峰 --json").json()
    assert [(r["no"], r["amount_fen"]) for r in rows] == [
        (1, 50_000), (2, 2_500), (3, 0), (4, 4_000),
    ]  # fmt: skip
    assert "565.00" in fund("donor 张三峰").out


def test_the_journal_counts_an_amount_once(fund: Run) -> None:
    """What moves between restrictions is two postings and one amount on paper."""
    after(
        fund,
        "restrict home --title 之家 --programmes home --agreement XY-1",
        "change-restriction --from general --to home --amount 400 --consent TY-1",
        "move 400 --from bank --to wechat --fee 2 --split home=400",
    )
    rows = {r["no"]: r["amount_fen"] for r in fund("journal --all --json").json()}
    assert rows == {0: 0, 1: 50_000, 2: 0, 3: 40_000, 4: 40_000}


def test_the_last_unit_takes_what_is_left_however_the_goods_are_typed(fund: Run) -> None:
    after(
        fund,
        "donate-goods --goods 'books 3 10' --source staff --from 甲 --show real",
        "give-goods --goods 'books 1' --goods 'books 2'",
    )
    stock = next(r for r in fund("balance --json").json() if r["account"] == "1201")
    assert stock["balance_fen"] == 0
    assert fund("give-goods --goods ''").code == Exit.INPUT
    assert fund("count-stock books 3 --witness 甲 --witness 乙").code == Exit.REFUSED


@pytest.mark.parametrize(
    ("lines", "last", "said"),
    [
        (["open other-fund --name 别处 --school 别校 --treasurer 李 --on 2026-09-01 --practice",
          "--fund shiqiao transfer 5 --to other-fund --by bank"],
         "--fund shiqiao void 2 --reason 错", "lovefund transfer"),
        (["close 2026-09"], "close 2026-09", "closed through 2026-09-30 already"),
        (["close 2026-09"], "close 2026-09-10", "closed through 2026-09-30 already"),
        ([], "close 2026-10-20", "from 2026-10-21 on"),
        ([], "return-grant 1 5 --by bank", "“Donation”, not “Grant paid”"),
    ],
)  # fmt: skip
def test_a_refusal_tells_the_way_that_works(
    fund: Run, lines: list[str], last: str, said: str
) -> None:
    after(fund, *lines)
    refused = fund(last)
    assert refused.code == Exit.REFUSED
    assert said in refused.err
