"""CSV, workbook and message: the same numbers as statement.json, to the fen."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from lovefund.actions import mend, receive, restrictions, spend
from lovefund.actions.publish import Published, publish
from lovefund.core.accounts import Chart, shipped_chart
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.core.grants import Recipient
from lovefund.core.names import PublicName
from lovefund.publishing.tables import counts, tables
from world import at, new_books, new_fund

HOSTILE = "=HYPERLINK(1)"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A month with gifts of every kind of name, a restriction, a correction and a grant."""
    folder = tmp_path_factory.mktemp("tables")
    ws = new_fund(new_books(str(folder / "a.db")), on=date(2026, 1, 1))
    ws = at(ws, date(2026, 2, 3))
    restrictions.open_restriction(ws, date(2026, 1, 1), "home", "留守学生之家", ("home",), "XY-1")
    for name in (HOSTILE, "＋张三", "李四"):
        donor = Donor(name, PublicName.REAL)
        receive.donate(ws, date(2026, 1, 3), 1_234_567, "bank", "staff", donor, "home")
    wrong = receive.donate(ws, date(2026, 1, 4), 900_00, "cash", "alumni", Donor())
    mend.correct(ws, wrong.no, date(2026, 1, 5), mend.Changes(amount_fen=90_01), "多打一零")
    spend.pay_grants(ws, date(2026, 1, 6), (Recipient("A1", "甲监护人", 5_00),), "bank")
    return publish(ws, parse_period("2026-01"), folder / "out", languages=("zh",))


def file(done: Published, name: str) -> bytes:
    return next(path for path in done.files if path.name == name).read_bytes()


def figures(done: Published) -> dict[str, int]:
    return {id: value for id, value, _terms in json.loads(file(done, "statement.json"))["figures"]}


def fen(text: str) -> int:
    whole, part = text.replace(",", "").replace("−", "-").split(".")
    return int(whole + part)


def test_the_csv_has_every_posting_of_the_period(done: Published) -> None:
    raw = file(done, "entries.csv")
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    told = [
        (int(r["编号 no"]), r["借方 debit"].split(" ")[0], r["贷方 credit"].split(" ")[0],
         r["用途 restriction"], fen(r["金额（元） amount_yuan"]))
        for r in rows if r["借方 debit"]
    ]  # fmt: skip
    lines = [json.loads(line) for line in file(done, "entries.jsonl").splitlines()]
    inside = [line for line in lines if line["on"] <= "2026-01-31"]
    assert sorted(told) == sorted((e["no"], *p) for e in inside for p in e["postings"])
    assert {int(r["编号 no"]) for r in rows} == {e["no"] for e in inside}
    assert {r["公示名 shown"] for r in rows} >= {"'" + HOSTILE, "'＋张三", "李四", ""}
    assert "甲监护人" not in raw.decode()


def test_the_workbook_has_the_figures_balances_and_entries_to_the_fen(done: Published) -> None:
    book = openpyxl.load_workbook(io.BytesIO(file(done, "statement.xlsx")))
    shown, balances, entries, checks = book.worksheets
    assert {row[5].value for row in checks.iter_rows(min_row=2)} == {"not reconciled"}
    statement = json.loads(file(done, "statement.json"))
    found = {}
    for zh, en, id, money, count in shown.iter_rows(min_row=2, values_only=True):
        assert isinstance(zh, str)
        assert isinstance(en, str)
        assert (money is None) != (count is None)
        found[id] = count if money is None else round(float(str(money)) * 100)
    assert found == figures(done)
    amounts = [
        [row[0], row[3], *(round(float(str(fen)) * 100) for fen in row[4:])]
        for row in balances.iter_rows(min_row=2, values_only=True)
    ]
    assert amounts == statement["balances"]
    assert entries.max_row == len(file(done, "entries.csv").splitlines())
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert HOSTILE in [cell.value for cell in cells]


def test_the_same_statement_gives_the_same_bytes_and_no_sum_is_rounded(done: Published) -> None:
    view = done.statement
    proofs = {name: file(done, name) for name in ("entries.jsonl", "statement.json")}
    with_chart = new_chart()
    once, again = (tables(view, proofs, with_chart) for _time in range(2))
    assert once == again == {name: file(done, name) for name in once}
    content = json.loads(proofs["statement.json"])
    huge = 123_456_789_012_345_67
    content["figures"] = [["closing", huge, [[1, "closing", "3", "", ""]]]]
    proofs["statement.json"] = json.dumps(content).encode()
    book = openpyxl.load_workbook(io.BytesIO(tables(view, proofs, with_chart)["statement.xlsx"]))
    assert book.worksheets[0]["D2"].value == "123456789012345.67"


def new_chart() -> Chart:
    return shipped_chart("npo-2026")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_number_of_the_message_is_a_figure(done: Published, language: str) -> None:
    text = file(done, f"wechat-{language}.txt").decode()
    assert len(text) < 500
    assert done.statement.fingerprint in text
    values = figures(done)
    body = text.replace(done.statement.fingerprint, "")
    body = "\n".join(line for line in body.splitlines() if "2026" not in line)
    told = re.findall(r"\d[\d,]*(?:\.\d\d)?", body)
    assert len(told) >= 6
    for number in told:
        value = fen(number) if "." in number else int(number.replace(",", ""))
        assert value in values.values(), number
    assert values["restricted"] == 3 * 1_234_567
    assert "37,037.01" in text


def test_a_message_of_transfers_and_earlier_years_still_adds_up(done: Published) -> None:
    view = replace(done.statement, transfer_fen=-5_00, prior_year_fen=7_00)
    proofs = {name: file(done, name) for name in ("entries.jsonl", "statement.json")}
    text = tables(view, proofs, new_chart())["wechat-en.txt"].decode()
    assert "− between funds 5.00" in text
    assert "+ of earlier years 7.00" in text


def test_counts_are_told_from_money(done: Published) -> None:
    terms = {id: terms for id, _value, terms in json.loads(file(done, "statement.json"))["figures"]}
    assert {id for id in ("donations", "pupils", "entries") if counts(terms[id])} == {
        "donations", "pupils", "entries"
    }  # fmt: skip
    assert not counts(terms["income-goods"])
    assert not counts(terms["closing"])
