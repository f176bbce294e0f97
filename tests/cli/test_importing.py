"""The command ``import``: what it tells of a bill, and how it is taught a new format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bills.makers import MAKERS, april, as_csv, as_gbk, as_utf8, as_zip, paid, rural, wechat
from cli.test_terminal import Terminal
from commands import Run
from lovefund.errors import Exit
from lovefund.imports.forms import shipped

OURS = [
    ["石桥信用合作联社流水"],
    ["日子", "摘由", "贷", "借", "结余", "对家", "网点"],
    ["2026/4/1", "捐款", "100.00", "", "100.00", "甲", "石桥"],
    ["2026/4/2", "文具", "", "30.00", "70.00", "乙", "石桥"],
    ["合计", "", "100.00", "30.00"],
]
ANSWERS = {"name": "nongshang", "title": "石桥信用社", "date": "日子", "how": "two", "in": "贷",
           "out": "借", "balance": "结余", "party": "对家", "note": "摘由"}  # fmt: skip


def put(name: str, content: bytes) -> str:
    Path(name).write_bytes(content)
    return name


def taught(run: Run, *more: str, **other: str) -> object:
    words = ["import", put("u.csv", as_csv(OURS)), "--learn", *more]
    for key, value in (ANSWERS | other).items():
        words += ["--set", f"{key}={value}"]
    return run(*words)


def test_a_month_of_wechat_is_told_in_both_languages(run: Run) -> None:
    out = replace(paid(12, -22_800, party=""), fee_fen=23)
    put("w.csv", as_utf8(wechat(april(), neutral=[out])))
    english = run("import w.csv --dry-run")
    assert english.code == 0
    assert "WeChat Pay, personal bill, 2026-04-02 to 2026-04-30, 6 rows" in english.out
    assert [
        line.split() for line in english.out.splitlines() if line.startswith(("came", "fee"))
    ] == [
        ["came", "in", "4", "328.01"],
        ["fees", "1", "0.23"],
    ]
    assert "Warning: This is the account of a private person" in english.out
    chinese = run("--lang zh import w.csv --dry-run")
    assert "微信支付账单明细（个人），2026-04-02 至 2026-04-30，6 笔" in chinese.out
    assert "提醒：这是个人名下的账户" in chinese.out
    assert "格式来源：别的程序的样例" in chinese.out


@pytest.mark.parametrize("name", MAKERS)
def test_every_format_is_told_as_json(run: Run, name: str) -> None:
    put("x.csv", MAKERS[name].bytes(april()))
    said = run("import x.csv --dry-run --json").json()
    assert said["form"] == MAKERS[name].form
    assert said["in"] == {"rows": 4, "fen": 32_801}
    assert said["out"] == {"rows": 1, "fen": 5_030}
    assert said["rows"] == 5
    assert len(said["sha256"]) == 64


def test_fees_that_come_back_make_the_fees_less(run: Run) -> None:
    rows = [replace(paid(10, 10_000), fee_fen=60), replace(paid(11, -4_000), fee_fen=-24)]
    put("m.csv", MAKERS["wechat-merchant"].bytes(rows))
    said = run("import m.csv --dry-run --json").json()
    assert said["fees"]["fen"] == 60 - 24
    assert said["refunds"] == {"rows": 1, "fen": -4_000}


def test_alipay_in_its_zip_warns_where_its_totals_differ(run: Run) -> None:
    lines = MAKERS["alipay"].lines(april())
    lines[8][0] = lines[8][0].replace("328.01", "999.99")
    put("a.zip", as_zip({"账单.csv": as_gbk(lines)}))
    said = run("import a.zip --dry-run")
    assert said.code == 0
    assert "Warning: income: the file says 999.99, its rows come to 328.01" in said.out
    assert "999.99" in run("import a.zip --dry-run --json").json()["warnings"][0]


def test_a_wrong_balance_is_an_error_of_four_lines(run: Run) -> None:
    lines = rural(april())
    lines[7][4] = "1.00"
    put("r.xls", MAKERS["rural"].containers[0](lines))
    refused = run("import r.xls")
    assert refused.code == Exit.INPUT
    assert "row 8: the balance is 1.00, but should be 1,000,328.00" in refused.err
    assert "to mend it: the file was cut, changed or is not whole" in refused.err


def test_the_formats_are_listed_with_their_sources(run: Run) -> None:
    text = run("import --formats").out
    said = run("import --formats --json").json()
    assert [f["form"] for f in said] == [form.id for form in shipped()]
    assert all(f["known"] in ("seen", "sample", "memory") and f["source"] for f in said)
    for form in shipped():
        assert form.id in text
        assert form.source_en in text
    assert "凭记忆" in run("--lang zh import --formats").out


def test_a_new_format_is_taught_and_then_known(run: Run, tmp_path: Path) -> None:
    put("u.csv", as_csv(OURS))
    assert "--learn" in run("import u.csv").err
    done = taught(run)
    assert done.code == 0, done.err  # type: ignore[attr-defined]
    assert "nongshang" in done.err  # type: ignore[attr-defined]
    assert (tmp_path / "bills" / "nongshang.toml").is_file()
    said = run("import u.csv --dry-run --json").json()
    assert (said["form"], said["known"], said["closing_fen"]) == ("nongshang", "told", 7_000)
    assert "石桥信用社" in run("import --formats").out


def test_what_was_taught_is_not_written_over_by_chance(run: Run, tmp_path: Path) -> None:
    taught(run)
    kept = (tmp_path / "bills" / "nongshang.toml").read_bytes()
    again = taught(run, title="别的")
    assert again.code == Exit.INPUT  # type: ignore[attr-defined]
    assert (tmp_path / "bills" / "nongshang.toml").read_bytes() == kept
    assert taught(run, "--force", title="别的").code == 0  # type: ignore[attr-defined]
    assert (tmp_path / "bills" / "nongshang.toml").read_bytes() != kept


def test_answers_that_do_not_fit_the_file_keep_nothing(run: Run, tmp_path: Path) -> None:
    wrong = taught(run, **{"in": "借", "out": "贷"})
    assert wrong.code == Exit.INPUT  # type: ignore[attr-defined]
    assert "balance" in wrong.err  # type: ignore[attr-defined]
    assert not (tmp_path / "bills").exists()


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[list[Terminal]]:
    """Where a test puts its terminals, to be closed at its end."""
    opened: list[Terminal] = []
    yield opened
    for one in opened:
        one.close()


def test_it_asks_at_a_terminal(terminal: list[Terminal], tmp_path: Path, run: Run) -> None:
    put("u.csv", as_csv(OURS))
    t = Terminal(tmp_path, "import", "u.csv", "--learn")
    terminal.append(t)
    t.expect("Row 2 has the headings")
    t.answer("A short name", "../x")
    t.expect("small letters")
    t.answer("A short name", "nongshang")
    t.answer("What do people call it", "石桥信用社")
    t.answer("What is it a bill of", "")
    t.answer("private person", "")
    t.answer("has the day", "1")
    t.answer("In which order", "")
    t.answer("has the time", "")
    t.answer("How does it write amounts", "1")
    t.answer("what came in", "贷")
    t.answer("what went out", "借")
    t.answer("has the balance", "5")
    for _skipped in ("other side's name", "other side's number"):
        t.answer(_skipped, "")
    t.answer("has the purpose", "摘由")
    for _skipped in (
        "a further note",
        "number of the payment",
        "rows of sums",
        "other lines below",
    ):
        t.answer(_skipped, "")
    assert t.end() == 0, t.shown
    assert run("import u.csv --dry-run --json").json()["form"] == "nongshang"
