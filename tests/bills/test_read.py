"""Every format that ships is read back to the rows that were written, whatever it comes in."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bills.conftest import Read
from bills.makers import MAKERS, Paid, april, as_csv, as_gbk, as_utf8, as_xlsx, paid, rural, wechat
from errors.catalogue import covers
from lovefund.core.text import normalise
from lovefund.imports.bills import BillRow, Happening
from lovefund.imports.forms import shipped
from lovefund.imports.read import read_bill

ASKED = os.environ.get("LOVEFUND_EXAMPLES")
EVERY = [(name, i) for name, maker in MAKERS.items() for i in range(len(maker.containers))]


def seen(row: BillRow, keeps: frozenset[str]) -> tuple[object, ...]:
    """What a format tells of a row."""
    return (
        row.on,
        row.time if "time" in keeps else "",
        row.fen,
        row.party if "party" in keeps else "",
        row.note if "note" in keeps else "",
        row.order if "order" in keeps else "",
        row.party_account if "account" in keeps else "",
    )


def meant(name: str, r: Paid) -> tuple[object, ...]:
    """What was written of a row."""
    keeps = MAKERS[name].keeps
    prefix = {"wechat-merchant": "42" if r.fen > 0 else "50"}.get(MAKERS[name].form, "")
    return (
        r.at.date(),
        f"{r.at:%H:%M:%S}" if "time" in keeps else "",
        r.fen,
        normalise(r.party) if "party" in keeps else "",
        normalise(r.note) if "note" in keeps else "",
        prefix + r.order if "order" in keeps else "",
        r.account if "account" in keeps else "",
    )


@pytest.mark.parametrize(("name", "container"), EVERY)
def test_a_month_is_read_as_it_happened(read: Read, name: str, container: int) -> None:
    maker = MAKERS[name]
    content = maker.bytes(april(), container)
    bill = read(content)
    assert bill.form == maker.form
    assert bill.sha256 == hashlib.sha256(content).hexdigest()
    assert [seen(r, maker.keeps) for r in bill.rows] == [meant(name, r) for r in april()]
    assert sum(r.fen for r in bill.rows) == 27_771
    assert sum(r.fen for r in bill.rows if r.fen > 0) == 32_801
    assert sum(-r.fen for r in bill.rows if r.fen < 0) == 5_030
    if "balance" in maker.keeps:
        assert (bill.opening_fen, bill.closing_fen) == (100_000_000, 100_027_771)
        assert bill.rows[0].balance_fen == 100_012_800
    assert all(row.raw for row in bill.rows)


def test_every_format_has_a_maker() -> None:
    assert {maker.form for maker in MAKERS.values()} == {form.id for form in shipped()}


@st.composite
def months(draw: st.DrawFn) -> list[Paid]:
    """Payments of a year in the order in which they happened, some at the very same moment."""
    at = datetime(2026, 1, 1, 8)  # noqa: DTZ001
    rows = []
    for number in range(draw(st.integers(1, 12))):
        at += timedelta(seconds=draw(st.sampled_from([0, 1, 61, 3_599, 86_400, 2_000_000])))
        fen = draw(st.one_of(st.integers(1, 10_000), st.integers(1, 10**10)))
        party = draw(
            st.sampled_from(["爱心家长甲", "青禾公司（虚构）", 'O\'Neil, "Bob"', "甲\u00b7乙", "8"])
        )
        rows.append(
            Paid(
                at,
                draw(st.sampled_from([1, 1, -1])) * fen,
                party,
                draw(st.sampled_from(["爱心捐款", "=SUM(A1)", "义卖，第二次", "a b", "收 入"])),
                f"{number + 1:020d}7",
            )
        )
    return rows


@pytest.mark.parametrize("name", MAKERS)
def test_whatever_is_written_is_read_back(name: str, tmp_path: Path) -> None:
    maker = MAKERS[name]
    path = tmp_path / "x"

    @settings(
        max_examples=int(ASKED or 12),
        derandomize=ASKED is None,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(months(), st.integers(0, len(maker.containers) - 1))
    def law(rows: list[Paid], container: int) -> None:
        path.write_bytes(maker.bytes(rows, container))
        bill = read_bill(path)
        assert [seen(r, maker.keeps) for r in bill.rows] == _ordered(name, rows)

    law()


def _ordered(name: str, rows: list[Paid]) -> list[tuple[object, ...]]:
    """Rows of one moment stay as they stand in the file, where no balance tells their order."""
    maker = MAKERS[name]
    if "balance" in maker.keeps:
        return [meant(name, r) for r in rows]
    newest_first = name in ("wechat", "alipay", "alipay-old")
    standing = list(reversed(rows)) if newest_first else rows
    if standing[0].at > standing[-1].at:
        standing = list(reversed(standing))
    return [meant(name, r) for r in sorted(standing, key=lambda r: r.at)]


# What each channel does in its own way


def test_wechat_hides_a_fee_in_the_remark_and_the_amount_includes_it(read: Read) -> None:
    out = replace(paid(12, -22_800, party=""), fee_fen=23)
    bill = read(as_utf8(wechat([paid(10, 12_800)], neutral=[out])))
    withdrawn = bill.rows[-1]
    assert (withdrawn.happening, withdrawn.fen, withdrawn.fee_fen) == (
        Happening.WITHDRAWAL,
        -22_800,
        23,
    )
    assert bill.personal
    assert "private person" in bill.warnings[-1]


@covers(95)
@pytest.mark.parametrize("money", ["¥{}", "￥{}", "{}"])
def test_wechat_writes_the_yuan_sign_in_three_ways(read: Read, money: str) -> None:
    bill = read(as_utf8(wechat([paid(10, 123_456)], money=money)))
    assert bill.rows[0].fen == 123_456


def test_wechat_xlsx_has_dates_and_numbers_and_a_row_of_column_names(read: Read) -> None:
    lines: list[list[object]] = [[f"Column{n}" for n in range(1, 12)]]
    for line in wechat(april()):
        cells: list[object] = list(line)
        if line[0].startswith("2026-"):
            cells[0] = datetime.fromisoformat(line[0])
            cells[5] = float(line[5].lstrip("¥"))
        lines.append(cells)
    bill = read(as_xlsx(lines))
    assert [(r.on, r.time, r.fen) for r in bill.rows] == [
        (p.at.date(), f"{p.at:%H:%M:%S}", p.fen) for p in april()
    ]


def _wechat_rows(*rows: str) -> bytes:
    """A bill of these rows, with a header that agrees with them."""
    cells = [row.split(",") for row in rows]
    head = wechat([])
    sums = {}
    for side, word in (("收入", "收入"), ("支出", "支出"), ("/", "中性交易")):
        fen = [round(float(c[5].lstrip("¥")) * 100) for c in cells if c[4] == side]
        sums[word] = f"{word}：{len(fen)}笔 {sum(fen) // 100}.{sum(fen) % 100:02d}元"
    for line in head:
        if line[0].startswith("共"):
            line[0] = f"共{len(cells)}笔记录"
        for word, text in sums.items():
            if line[0].startswith(word + "："):
                line[0] = text
    return as_utf8(head + cells)


def test_a_refund_of_wechat_is_joined_to_its_payment_by_their_number(read: Read) -> None:
    bill = read(
        _wechat_rows(
            "2026-04-10 10:00:00,商户消费,文具店,作业本,支出,¥50.00,零钱,已退款(¥20.00),42001,LF1,/",
            "2026-04-12 10:00:00,文具店-退款,文具店,作业本,收入,¥20.00,零钱,已退款,42002,LF1,/",
        )
    )
    paid_for, back = bill.rows
    assert (paid_for.fen, paid_for.happening) == (-5_000, Happening.PAYMENT)
    assert (back.fen, back.happening, back.refund_of) == (2_000, Happening.REFUND, "42001")
    assert len(bill.warnings) == 1, "only that it is private"


def test_a_refund_without_a_row_of_its_own_is_said(read: Read) -> None:
    bill = read(
        _wechat_rows(
            "2026-04-10 10:00:00,商户消费,文具店,作业本,支出,¥50.00,零钱,已全额退款,42001,LF1,/"
        )
    )
    assert bill.rows[0].fen == -5_000
    assert "已全额退款" in bill.warnings[0]


@pytest.mark.parametrize(
    ("kind", "happening", "fen"),
    [
        ("零钱提现", Happening.WITHDRAWAL, -5_000),
        ("零钱充值", Happening.TOP_UP, 5_000),
        ("零钱通转出-到工商银行(9876)", Happening.WITHDRAWAL, -5_000),
        ("转入零钱通-来自工商银行(9876)", Happening.TOP_UP, 5_000),
        ("转入零钱通-来自零钱", Happening.NONE, 0),
        ("零钱通转出-到零钱", Happening.NONE, 0),
        ("信用卡还款", Happening.PAYMENT, -5_000),
    ],
)
def test_what_is_neither_income_nor_outlay_goes_where_its_type_says(
    read: Read, kind: str, happening: Happening, fen: int
) -> None:
    bill = read(_wechat_rows(f"2026-04-10 10:00:00,{kind},/,/,/,¥50.00,零钱,支付成功,42001,/,/"))
    assert (bill.rows[0].happening, bill.rows[0].fen) == (happening, fen)
    assert len(bill.warnings) == 1


def test_a_neutral_type_that_nobody_knows_is_never_guessed(read: Read) -> None:
    bill = read(_wechat_rows("2026-04-10 10:00:00,微信新花样,/,/,/,¥50.00,零钱,支付成功,42001,/,/"))
    assert (bill.rows[0].happening, bill.rows[0].fen) == (Happening.NONE, 0)
    assert "row 18" in bill.warnings[0]


def test_a_merchant_refund_is_a_row_of_its_own_and_gives_back_part_of_the_fee(read: Read) -> None:
    maker = MAKERS["wechat-merchant"]
    rows = [replace(paid(10, 10_000), fee_fen=60), replace(paid(11, -4_000), fee_fen=-24)]
    content = maker.bytes(rows).replace(
        ("42" + rows[1].order).encode(), ("42" + rows[0].order).encode()
    )
    came, back, fee = read(content).rows
    assert (came.fen, came.fee_fen, came.happening) == (10_000, 60, Happening.PAYMENT)
    assert (back.fen, back.fee_fen, back.happening) == (-4_000, 0, Happening.REFUND)
    assert (back.order, back.refund_of) == ("50" + rows[1].order, came.order)
    assert (fee.fen, fee.happening, fee.order) == (24, Happening.FEE, back.order + "/fee")
    assert sum(r.fen - r.fee_fen for r in (came, back, fee)) == 10_000 - 60 - 4_000 + 24


def test_a_refund_of_alipay_carries_the_number_of_its_order(read: Read) -> None:
    maker = MAKERS["alipay"]
    rows = [replace(paid(17, -5_000, note="作业本"), order="2026041722001"),
            replace(paid(19, 5_000, note="退款-作业本"), order="2026041722001_R0001")]  # fmt: skip
    text = maker.bytes(rows).decode("gb18030")
    lines = text.splitlines()
    for i, line in enumerate(lines):
        if "_R0001" in line:
            lines[i] = line.replace("收入  ", "不计收支").replace("交易成功", "退款成功")
        elif "作业本" in line:
            lines[i] = line.replace("支出  ", "不计收支").replace("交易成功", "交易关闭")
    was, back = read("\r\n".join(lines).encode("gb18030")).rows
    assert (was.fen, was.happening) == (-5_000, Happening.PAYMENT), (
        "closed, but given back: it was paid"
    )
    assert (back.fen, back.happening, back.refund_of) == (5_000, Happening.REFUND, was.order)


@covers(94)
def test_an_order_of_alipay_that_was_closed_and_not_given_back_was_never_paid(read: Read) -> None:
    text = MAKERS["alipay"].bytes([paid(17, -5_000), paid(18, 100)]).decode("gb18030")
    text = (
        text.replace("支出  ", "不计收支")
        .replace("交易成功", "交易关闭", 2)
        .replace("交易关闭", "交易成功", 1)
    )
    bill = read(text.encode("gb18030"))
    assert [(r.fen, r.happening) for r in bill.rows] == [
        (0, Happening.NONE),
        (100, Happening.PAYMENT),
    ]


def test_the_bank_says_debit_where_money_leaves_the_account(read: Read) -> None:
    bill = read(MAKERS["icbc-one"].bytes([paid(3, 500), paid(4, -200)]))
    assert [r.fen for r in bill.rows] == [500, -200], "贷 came in, 借 went out"


def test_an_old_workbook_of_another_program_has_numbers_and_dates(read: Read) -> None:
    """``rural.xls`` was written by xlwt 1.3.0, amounts as numbers and days as dates."""
    bill = read((Path(__file__).parent / "rural.xls").read_bytes(), "明细.csv")
    assert bill.form == "rural-credit"
    assert [(r.on, r.fen, r.balance_fen) for r in bill.rows] == [
        (date(2026, 6, 1), -40_000, 860_000),
        (date(2026, 6, 2), 10, 860_010),
        (date(2026, 6, 3), 22_801, 882_811),
    ]
    assert (bill.holder, bill.account) == ("石桥小学爱心基金", "6210000000000001")


def test_a_red_amount_of_a_bank_goes_the_other_way(read: Read) -> None:
    lines = rural([paid(3, 500)], total=False)
    lines.append([*lines[-1]])
    lines[-1][2:5] = ["", "-20.00", "1,000,025.00"]
    assert [r.fen for r in read(as_csv(lines)).rows] == [500, 2_000], "an outlay that came back"


@pytest.mark.parametrize(("name", "personal"), [("ccb", True), ("ccb-corporate", False), ("cmb", True),
                                                ("cmb-corporate", False), ("icbc", True), ("rural", False)])  # fmt: skip
def test_a_private_account_is_told_by_its_layout(read: Read, name: str, personal: bool) -> None:
    bill = read(MAKERS[name].bytes(april()))
    assert bill.personal is personal
    assert any("private person" in text for text in bill.warnings) is personal


def test_rows_without_money_are_kept_and_never_booked(read: Read) -> None:
    lines = MAKERS["abc-personal"].lines(april())
    lines.insert(3, ["20260410", "", "利息税", "+0.00", lines[2][4], "--", "0000000000", "", ""])
    bill = read(as_csv(lines))
    assert [(r.fen, r.happening, r.order) for r in bill.rows if not r.fen] == [
        (0, Happening.NONE, "")
    ]


def test_headings_are_found_by_their_text_wherever_they_stand(read: Read) -> None:
    lines = rural(april())
    for more in (0, 1, 40):
        assert len(read(as_csv([["石桥农商银行"]] * more + lines)).rows) == 5
    again = [*lines[:7], lines[4], *lines[7:]]
    assert len(read(as_csv(again)).rows) == 5, "the headings again at the top of a page"


def test_equal_rows_are_both_kept_in_their_order(read: Read) -> None:
    twins = [paid(10, 10_000), replace(paid(10, 10_000), order="2")]
    bill = read(as_csv(rural(twins)))
    assert [r.order for r in bill.rows] == [twins[0].order, "2"]
    assert bill.rows[0].number != bill.rows[1].number


def test_a_newest_first_file_of_one_day_is_turned_by_its_balances(read: Read) -> None:
    rows = [paid(10, fen) for fen in (100, -50, 300, 7)]
    bill = read(MAKERS["icbc"].bytes(rows))
    assert [r.fen for r in bill.rows] == [100, -50, 300, 7]


def test_names_that_cannot_be_kept_are_tidied_and_the_raw_text_stays(read: Read) -> None:
    nick = "甲\u202e\u200b😀\x1b[2J"
    bill = read(as_utf8(wechat([paid(10, 100, party=nick)])))
    assert bill.rows[0].party == "甲 😀 [2J"
    assert nick in bill.rows[0].raw


def test_raw_cells_are_as_they_stood(read: Read) -> None:
    bill = read(MAKERS["icbc"].bytes([paid(10, 100)]))
    assert bill.rows[0].raw[1] == f"{'爱心捐款':<20}\t"


def test_utf8_and_gbk_and_a_mark_are_read_alike(read: Read) -> None:
    lines = rural(april())
    found = [read(as_csv(lines, e)).rows for e in ("utf-8", "utf-8-sig", "gb18030", "utf-16")]
    assert all(rows == found[0] for rows in found)
    assert read(as_gbk(lines)).rows == found[0]


def test_a_bill_without_rows_says_its_period(read: Read) -> None:
    bill = read(as_utf8(wechat([])))
    assert (bill.rows, bill.first, bill.last) == ((), date(2026, 4, 1), date(2026, 4, 30))
