"""What a school says of its own bank's file is kept as TOML, read back the same, and used."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bills.conftest import Read
from bills.makers import as_csv, as_xls
from lovefund.errors import BadInput
from lovefund.imports.containers import open_file
from lovefund.imports.forms import heading, learned, load, parse, shipped
from lovefund.imports.learning import ASKED, Mapping, headings_of, mapping_of, told

ASKED_FOR = os.environ.get("LOVEFUND_EXAMPLES")
LINES = [
    ["石桥信用合作联社"],
    ["日子", "摘由", "贷", "借", "结余", "对家", "网点"],
    ["2026/4/1", "捐款", "100.00", "", "100.00", "甲", "石桥"],
    ["2026/4/2", "文具", "", "30.00", "70.00", "乙", "石桥"],
    ["合计", "", "100.00", "30.00"],
]
COLUMNS = {
    "date": "日子",
    "in": "贷",
    "out": "借",
    "balance": "结余",
    "party": "对家",
    "note": "摘由",
}

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=9)
titles = words.map(heading).filter(bool)


@st.composite
def mappings(draw: st.DrawFn) -> Mapping:
    """Any mapping that could be told."""
    names = draw(st.lists(titles, min_size=6, max_size=14, unique=True))
    way = draw(st.sampled_from([("in", "out"), ("amount",), ("amount", "direction")]))
    rest = [key for key in ASKED if key not in ("date", "in", "out", "amount", "direction")]
    keys = ["date", *way, *draw(st.lists(st.sampled_from(rest), max_size=3, unique=True))]
    columns = dict(zip(keys, names, strict=False))
    some = st.lists(words, max_size=3).map(tuple)
    return told(
        "ours",
        draw(words),
        names,
        columns,
        ways=(("收", *draw(some)), ("付", *draw(some))),
        order_of_date=draw(st.sampled_from(["YMD", "DMY", "MDY"])),
        skips=draw(some),
        totals=draw(some),
        channel=draw(st.sampled_from(["bank", "wechat", "alipay"])),
        personal=draw(st.booleans()),
    )


@settings(
    max_examples=int(ASKED_FOR or 60),
    derandomize=ASKED_FOR is None,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(mappings())
def test_a_mapping_is_read_back_as_it_was_told(mapping: Mapping) -> None:
    form = parse(mapping.toml(), "ours")
    assert mapping_of(form) == mapping
    assert form == mapping.form()


@pytest.mark.parametrize("make", [as_csv, as_xls], ids=["csv", "xls"])
def test_a_bank_that_nobody_knows_is_taught(read: Read, tmp_path: Path, make: object) -> None:
    content = make(LINES)  # type: ignore[operator]
    with pytest.raises(BadInput, match="no format that lovefund knows"):
        read(content)
    path = tmp_path / "bill.csv"
    row, headings = headings_of(open_file(path))
    assert (row, headings) == (2, LINES[1])
    mapping = told("xinyongshe", "信用社", headings, COLUMNS, totals=["合计"])
    assert mapping.ignored == ("网点",)
    (tmp_path / "bills").mkdir()
    (tmp_path / "bills" / "xinyongshe.toml").write_text(mapping.toml(), "utf-8")
    bill = read(content, forms=[*shipped(), *learned(tmp_path / "bills")])
    assert bill.form == "xinyongshe"
    assert [(r.fen, r.party, r.note, r.balance_fen) for r in bill.rows] == [
        (10_000, "甲", "捐款", 10_000),
        (-3_000, "乙", "文具", 7_000),
    ]


def test_a_taught_format_is_audited_as_well(read: Read) -> None:
    form = told("x", "x", LINES[1], COLUMNS, totals=["合计"]).form()
    for place, wrong in (((3, 4), "70.01"), ((4, 2), "100.01"), ((3, 3), "30.01")):
        lines = [list(line) for line in LINES]
        lines[place[0]][place[1]] = wrong
        with pytest.raises(BadInput, match=r"should be|its rows come to"):
            read(as_csv(lines), forms=[form])


def test_one_amount_with_its_direction_and_days_written_backwards(read: Read) -> None:
    lines = [["日期", "方向", "钱"], ["01/04/2026", "收", "5"], ["02/04/2026", "付", "3.20"]]
    form = told(
        "x", "x", lines[0], {"date": "日期", "direction": "方向", "amount": "钱"},
        ways=(["收"], ["付"]), order_of_date="DMY",
    ).form()  # fmt: skip
    assert [(r.on.day, r.fen) for r in read(as_csv(lines), forms=[form]).rows] == [
        (1, 500),
        (2, -320),
    ]


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"in": "贷", "out": "借"}, "day is missing"),
        ({"date": "日子", "in": "贷"}, "amount is missing"),
        ({"date": "日子", "amount": "钱"}, "no such heading"),
        ({"date": "日子", "amount": "日子"}, "two columns"),
        ({"date": "日子", "amount": "贷", "direction": "借"}, "words for in and out"),
    ],
)
def test_answers_that_make_no_bill(columns: dict[str, str], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        told("x", "x", LINES[1], columns)


GOOD = told("x", "x", LINES[1], COLUMNS).toml()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD.replace('channel = "bank"', 'channel = "cash"'), "cash"),
        (GOOD.replace("date =", "day ="), "day"),
        (GOOD.replace('known = "told"', 'known = "rumour"'), "rumour"),
        (GOOD + "surprise = 1\n", "surprise"),
        (GOOD.replace("[[layout]]", "[layout]"), "must be"),
        ("zh = ", "TOML"),
        ("", "known is missing"),
        ("a = " + "[" * 90_000, "TOML"),
        (GOOD.replace("skips = []", 'skips = [1]'), "[1]"),
        ('says = ["("]\n' + GOOD, "must be"),
    ],
)  # fmt: skip
def test_a_format_that_is_wrong_is_named(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadInput) as refused:
        load(path)
    assert says in refused.value.what()
    assert "ours" in refused.value.what()


def test_formats_that_ship_say_where_they_are_known_from() -> None:
    for form in shipped():
        assert form.known in ("seen", "sample", "memory")
        assert form.source_zh.endswith("。")
        assert form.source_en.endswith(".")
        assert form.channel in ("wechat", "alipay", "bank")
        if form.channel == "alipay":
            assert form.lenient_zh
            assert form.lenient_en
        else:
            assert not form.lenient_en, "a wrong total of WeChat or a bank is an error"


def test_a_folder_that_is_not_there_teaches_nothing(tmp_path: Path) -> None:
    assert learned(tmp_path / "bills") == ()
