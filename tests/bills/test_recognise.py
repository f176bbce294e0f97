"""Exactly one format fits a file, or a sentence says what to do; a name decides nothing."""

from __future__ import annotations

import pytest

from bills.conftest import Read
from bills.makers import MAKERS, april, as_csv, as_utf8, as_xlsx, as_zip, rural, wechat
from lovefund.errors import BadInput
from lovefund.imports.forms import parse, shipped


@pytest.mark.parametrize("name", MAKERS)
def test_no_other_format_takes_a_file(read: Read, name: str) -> None:
    maker = MAKERS[name]
    others = [form for form in shipped() if form.id != maker.form]
    with pytest.raises(BadInput, match="no format that lovefund knows"):
        read(maker.bytes(april()), forms=others)


def test_a_file_that_fits_two_formats_is_refused_with_their_names(read: Read) -> None:
    content = as_csv(rural(april()))
    twin = next(form for form in shipped() if form.id == "rural-credit")
    ours = parse(
        """
        channel = "bank"
        zh = "我们的银行"
        en = "our bank"
        files = "CSV"
        known = "told"
        source_zh = ""
        source_en = ""
        total = "合计"
        [[layout]]
        ignored = ["币种", "账号", "附言"]
        [layout.columns]
        date = "交易日期"
        party = "对方户名"
        in = "收入金额"
        out = "支出金额"
        balance = "余额"
        party_account = "对方账号"
        note = "用途"
        order = "核心流水号"
        """,
        "ours",
    )
    with pytest.raises(BadInput, match=r"several formats.*rural-credit.*our bank \(ours\)"):
        read(content, forms=[twin, ours])
    assert read(content, forms=[twin, ours], name="ours").form == "ours"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("用途", "对方用途"), "without 用途; with 对方用途 besides"),
        (("核心流水号", "回单验证码"), "with 回单验证码 besides"),
    ],
)
def test_a_heading_that_the_bank_changed_is_named(
    read: Read, change: tuple[str, str], says: str
) -> None:
    lines = [[c.replace(*change) for c in line] for line in rural(april())]
    with pytest.raises(BadInput) as refused:
        read(as_csv(lines))
    assert says in refused.value.what()
    assert "--learn" in refused.value.remedy()


def test_wechat_is_not_taken_without_its_title(read: Read) -> None:
    with pytest.raises(BadInput, match="without the words “微信支付账单明细” above"):
        read(as_utf8(wechat(april())[16:]))


def test_the_bill_is_found_among_the_members_of_a_zip_and_the_sheets_of_a_workbook(
    read: Read,
) -> None:
    bill = as_csv(rural(april()))
    summary = "#支付宝账务汇总查询\n类型,收入笔数\n合计,0\n".encode("gbk")
    assert read(as_zip({"汇总.csv": summary, "明细.csv": bill})).form == "rural-credit"
    assert read(as_xlsx([["说明"], ["一", "二", "三"]], rural(april()))).form == "rural-credit"


def test_two_bills_in_one_file_are_refused(read: Read) -> None:
    bill = as_csv(rural(april()))
    with pytest.raises(BadInput, match="several tables"):
        read(as_zip({"a.csv": bill, "b.csv": bill}))


def test_an_unknown_name_of_a_format_is_said(read: Read) -> None:
    with pytest.raises(BadInput, match="no such format"):
        read(as_csv(rural(april())), name="nobank")
