"""A bill is held to what it says of itself; each check has a file that breaks it, and only it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from bills.conftest import Read
from bills.makers import (
    MAKERS,
    Lines,
    april,
    as_csv,
    as_utf8,
    icbc,
    paid,
    rural,
    wechat,
    wechat_merchant,
)
from lovefund.errors import BadInput, Exit
from lovefund.imports import audit
from lovefund.imports import read as reading
from lovefund.imports.audit import continues
from lovefund.imports.bills import Bill


def changed(lines: Lines, old: str, new: str) -> Lines:
    """The lines with one text in them changed, once."""
    found = [line.index(cell) for line in lines for cell in line if old in cell]
    assert found, old
    done, out = False, []
    for line in lines:
        cells = []
        for cell in line:
            if old in cell and not done:
                cell, done = cell.replace(old, new, 1), True
            cells.append(cell)
        out.append(cells)
    return out


Edit = Callable[[Lines], Lines]
TWINS: list[tuple[str, str, str, str]] = [
    ("wechat", "共5笔", "共6笔", "rows: the file says 6, its rows come to 5"),
    ("wechat", "收入：4笔", "收入：3笔", "rows of income: the file says 3, its rows come to 4"),
    ("wechat", "支出：1笔", "支出：2笔", "rows of outlay: the file says 2, its rows come to 1"),
    ("wechat", "328.01元", "328.02元", "income: the file says 328.02, its rows come to 328.01"),
    ("wechat", "50.30元", "50.31元", "outlay: the file says 50.31, its rows come to 50.30"),
    ("wechat", "中性交易：0笔", "中性交易：1笔", "rows of neutral: the file says 1"),
    ("wechat", "0.00元", "0.01元", "neutral: the file says 0.01, its rows come to 0.00"),
    ("wechat", "¥128.00", "¥128.01", "its rows come to 328.02"),
    ("wechat", "2026-04-03", "2026-03-01", "outside the period"),
    ("wechat-merchant", "`5", "`6", "总交易单数: the file says 6, its rows come to 5"),
    ("wechat-merchant", "`50.30", "`50.31", "退款总金额"),
    ("rural", "1,000,128.00", "1,000,128.01", "row 7: the balance is"),
    ("rural", "328.01", "328.02", "income: the file says 328.02, its rows come to 328.01"),
    ("rural", "50.30", "50.29", "should be"),
    ("icbc", "328.01", "328.00", "income: the file says 328.00, its rows come to 328.01"),
    ("icbc", "1,000,277.71", "1,000,277.70", "the balance is"),
    ("icbc-two", "1,000,277.71", "1,000,277.70", "the balance is"),
    ("cmb-old", "4笔，共328.01", "5笔，共328.01", "rows of income"),
    ("psbc", "总笔数：5", "总笔数：4", "rows: the file says 4"),
    ("psbc", "3", "4", "does not follow"),
]


@pytest.mark.parametrize(("name", "old", "new", "says"), TWINS, ids=lambda x: str(x)[:24])
def test_a_file_that_contradicts_itself_is_refused(
    read: Read, name: str, old: str, new: str, says: str
) -> None:
    maker = MAKERS[name]
    lines = maker.lines(april())
    if name == "wechat-merchant" and old == "`5":
        lines[-1][0] = new
    elif name == "wechat-merchant":
        lines[-1][2] = new
    elif name == "psbc" and len(old) == 1:
        lines[-3][0] = new
    else:
        lines = changed(lines, old, new)
    read(maker.bytes(april()))
    with pytest.raises(BadInput) as refused:
        read(maker.containers[0](lines))
    assert says in refused.value.what()
    assert refused.value.exit_code == Exit.INPUT


@pytest.mark.parametrize("name", ["wechat", "rural", "icbc", "wechat-merchant", "cmb-old"])
def test_a_row_that_is_missing_is_found(read: Read, name: str) -> None:
    maker = MAKERS[name]
    lines = maker.lines(april())
    rows = [i for i, line in enumerate(lines) if any("文具店" in c or "作业本" in c for c in line)]
    assert rows
    del lines[rows[0]]
    with pytest.raises(BadInput):
        read(maker.containers[0](lines))


def test_a_file_that_was_cut_off_is_found(read: Read) -> None:
    for name in ("wechat", "wechat-merchant", "icbc", "abc-new", "psbc"):
        content = as_csv(MAKERS[name].lines(april()))
        read(content)
        for end in range(len(content) // 3, len(content) - 8, 37):
            try:
                bill = read(content[:end])
            except BadInput:
                continue
            assert len(bill.rows) == 5, (name, end)


def test_with_alipay_it_is_a_warning_with_its_reason(read: Read) -> None:
    maker = MAKERS["alipay"]
    lines = changed(maker.lines(april()), "328.01元", "328.02元")
    bill = read(maker.containers[0](lines))
    assert len(bill.rows) == 5
    assert bill.warnings[0].startswith("income: the file says 328.02, its rows come to 328.01")
    assert "tip 6" in bill.warnings[0]


def test_the_ledger_of_alipay_warns_of_a_balance_that_does_not_follow(read: Read) -> None:
    maker = MAKERS["alipay-merchant"]
    lines = changed(maker.lines(april()), "1000277.71", "1000277.70")
    assert "the balance is" in read(maker.containers[0](lines)).warnings[0]


def test_several_accounts_in_one_file_are_refused(read: Read) -> None:
    lines = rural(april())
    lines[7][5] = "6210000000000002"
    with pytest.raises(BadInput, match="6210000000000002"):
        read(as_csv(lines))


@pytest.mark.parametrize("words", ["期初余额：999,999.99", "期末余额：1.00"])
def test_the_ends_are_held_to_the_balances(read: Read, words: str) -> None:
    lines = rural(april())
    lines[3] = [words]
    with pytest.raises(BadInput, match="balance: the file says"):
        read(as_csv(lines))
    lines[3] = ["期初余额：1,000,000.00", "期末余额：1,000,277.71"]
    assert read(as_csv(lines)).opening_fen == 100_000_000


def test_without_the_audit_the_twins_would_be_taken(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The teeth: every twin is caught by the audit and by nothing else."""
    monkeypatch.setattr(audit, "differences", lambda *_all: [])
    monkeypatch.setattr(reading.audit, "differences", lambda *_all: [])
    for name, old, new, _says in TWINS:
        if name in ("wechat-merchant", "psbc"):
            continue  # changed by place
        maker = MAKERS[name]
        assert read(maker.containers[0](changed(maker.lines(april()), old, new))).rows


# Two bills of one account, one after the other


def _two(read: Read) -> tuple[Bill, Bill]:
    march = [paid(3, 10_000), paid(4, -2_000)]
    one = read(as_csv(rural(march, opening=50_000)))
    later = [replace(paid(7, 700)), replace(paid(9, 900))]
    two = read(as_csv(rural(later, opening=58_000)))
    return one, two


def test_a_bill_that_continues_the_one_before(read: Read) -> None:
    one, two = _two(read)
    assert (one.closing_fen, two.opening_fen) == (58_000, 58_000)
    assert continues(one, replace(two, first=date(2026, 4, 6))) == []


def test_a_bill_that_opens_with_another_balance(read: Read) -> None:
    one, two = _two(read)
    (why,) = continues(one, replace(two, first=date(2026, 4, 6), opening_fen=58_001))
    assert why == "it opens with 580.01, but the one before closes with 580.00"


def test_a_bill_that_leaves_days_out(read: Read) -> None:
    one, two = _two(read)
    (why,) = continues(one, replace(two, first=date(2026, 4, 9)))
    assert why == "the days from 2026-04-06 to 2026-04-08 are in no file: 3 days"


def test_a_bill_that_overlaps_the_one_before(read: Read) -> None:
    one = _two(read)[0]
    late = read(as_csv(rural([paid(4, -2_000), paid(9, 900)], opening=60_000)))
    assert continues(one, replace(late, first=date(2026, 4, 4))) == []
    assert continues(one, replace(late, first=date(2026, 4, 4), opening_fen=1)) != []


def test_a_bill_of_another_account(read: Read) -> None:
    one, two = _two(read)
    (why,) = continues(one, replace(two, account="9"))
    assert "account 9" in why


def test_totals_of_wechat_count_what_is_printed_and_not_what_moved(read: Read) -> None:
    out = replace(paid(12, -22_800, party=""), fee_fen=23)
    lines = wechat([paid(10, 12_800)], neutral=[out])
    assert any("中性交易：1笔 228.00元" in line[0] for line in lines)
    assert read(as_utf8(lines)).rows[-1].fen == -22_800


def test_the_sums_of_merchants_are_those_of_their_columns(read: Read) -> None:
    rows = [replace(paid(10, 10_000), fee_fen=60), replace(paid(11, -4_000), fee_fen=-24)]
    lines = wechat_merchant(rows)
    assert lines[-1][4] == "`0.36"
    read(as_utf8(lines))
    lines[-1][4] = "`0.60"
    with pytest.raises(
        BadInput, match=r"手续费总金额: the file says 0\.60, its rows come to 0\.36"
    ):
        read(as_utf8(lines))


def test_a_row_of_sums_stands_under_its_columns(read: Read) -> None:
    lines = icbc(april())
    assert read(as_csv(lines)).rows
    lines[-1][9], lines[-1][10] = lines[-1][10], lines[-1][9]
    with pytest.raises(BadInput, match="income"):
        read(as_csv(lines))
