"""Other programs rebuild every balance from our exports: hledger, Ledger and Beancount."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from histories import DONOR, closed_history, late_history
from lovefund.actions import export_school, mend, spend
from lovefund.actions.check import check
from lovefund.actions.export import FORMS, WORKBOOKS, export, export_workbook
from lovefund.actions.export_journals import account_name
from lovefund.actions.workspace import Workspace
from lovefund.core.accounts import CHARTS, shipped_chart
from lovefund.core.days import Period, parse_period
from lovefund.core.grants import Recipient
from lovefund.core.school_books import school_chart
from lovefund.publishing.workbook import Sheet, workbook
from lovefund.store.engine import Database
from lovefund.store.reading import funds
from world import at, balance

SEEDS = (1, 2, 3)


def _ours(ws: Workspace, day: date | None = None) -> dict[str, Decimal]:
    with ws.reading() as books:
        found = {
            account_name(books.chart[m.account], m.restriction): Decimal(m.debit_fen - m.credit_fen)
            / 100
            for m in books.balances(day)
        }
    return {name: amount for name, amount in found.items() if amount}


def _text(ws: Workspace, form: str, period: Period | None = None) -> str:
    with ws.reading() as books:
        return "".join(export(books, form, period))


def _said(text: str, *words: str) -> str:
    program = shutil.which(words[0]) or words[0]
    done = subprocess.run(
        [program, *words[1:]], input=text, capture_output=True, text=True, check=True
    )
    return done.stdout


def _hledger(text: str, day: date | None = None) -> dict[str, Decimal]:
    until = ("-e", str(day + timedelta(days=1))) if day else ()
    said = _said(text, "hledger", "-f", "-", "bal", "--flat", "-N", "-O", "csv", *until)
    return {
        row["account"]: Decimal(row["balance"].removesuffix(" CNY").replace(",", ""))
        for row in csv.DictReader(io.StringIO(said))
    }


def _ledger(text: str, day: date | None = None) -> dict[str, Decimal]:
    until = ("--end", str(day + timedelta(days=1))) if day else ()
    told = "%(account)\t%(quantity(scrub(display_total)))\n"
    said = _said(text, "ledger", "-f", "-", "bal", "--flat", "--no-total", "--format", told, *until)
    rows = [line.split("\t") for line in said.splitlines()]
    return {name: Decimal(amount) for name, amount in rows if Decimal(amount)}


def _beancount(text: str, day: date | None = None) -> dict[str, Decimal]:
    from beancount import loader
    from beancount.core import data

    entries, errors, _options = loader.load_string(text)
    assert not errors, errors
    sums: dict[str, Decimal] = {}
    for entry in entries:
        if isinstance(entry, data.Transaction) and (day is None or entry.date <= day):
            for posting in entry.postings:
                sums[posting.account] = sums.get(posting.account, Decimal()) + posting.units.number
    return {name: amount for name, amount in sums.items() if amount}


READERS = {"hledger": _hledger, "ledger": _ledger, "beancount": _beancount}


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_other_programs_find_the_same_balances(tmp_path: Path, seed: int, form: str) -> None:
    ws = closed_history(tmp_path, seed)
    ours = _ours(ws)
    assert len(ours) > 4
    assert READERS[form](_text(ws, form)) == ours


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Workspace]:
    """Random ledgers recorded late, by their seed."""
    known: dict[int, Workspace] = {}

    def made(seed: int) -> Workspace:
        if seed not in known:
            place = tmp_path_factory.mktemp("late") / f"{seed}.db"
            known[seed] = late_history(str(place), seed, lambda *_: None, days=6)
        return known[seed]

    return made


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2), day=st.dates(date(2026, 1, 1), date(2026, 7, 1)))
@pytest.mark.parametrize("form", READERS)
def test_other_programs_agree_on_random_ledgers_and_on_any_day(
    late: Callable[[int], Workspace], form: str, seed: int, day: date
) -> None:
    ws = late(seed)
    text = _text(ws, form)
    assert READERS[form](text) == _ours(ws)
    assert READERS[form](text, day) == _ours(ws, day)


@pytest.mark.parametrize("form", READERS)
def test_a_period_begins_with_what_was_there(late: Callable[[int], Workspace], form: str) -> None:
    ws, period = late(1), parse_period("2026-02")
    assert READERS[form](_text(ws, form, period)) == _ours(ws, period.day_to)


@pytest.mark.slow
def test_the_examples_are_what_they_say_in_every_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """27,000 raised, 18,000 paid, 9,000 left; a county whose transfers cancel; and exports."""
    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path / "home"))
    monkeypatch.syspath_prepend(str(Path(__file__).parent.parent.parent / "examples"))
    import county
    import school

    told = "\n".join([*school.run(tmp_path), *county.run(tmp_path)])
    assert "27,000.00 raised, 18,000.00 paid, 9,000.00 left" in told
    assert told.count("check: 0 findings") == 2
    assert len(list(tmp_path.glob("shiqiao/*/statement-*.pdf"))) == 6
    seen = 0
    for name in ("school.db", "county.db"):
        database = Database(str(tmp_path / name))
        with database.reading() as connection:
            known = funds(connection)
        for fund in known:
            ws = Workspace(database, fund)
            assert check(ws) == []
            for form, read in READERS.items():
                assert read(_text(ws, form)) == _ours(ws), (fund, form)
            seen += 1
    assert seen == 13


@pytest.mark.parametrize("form", READERS)
def test_the_comparison_notices_one_changed_amount(tmp_path: Path, form: str) -> None:
    ws = closed_history(tmp_path, 1)
    text = _text(ws, form)
    changed = text.replace("  50.00 CNY", "  51.00 CNY").replace("  -50.00 CNY", "  -51.00 CNY")
    assert changed != text
    assert READERS[form](changed) != _ours(ws)


@pytest.mark.parametrize("form", FORMS)
def test_no_name_is_exported(tmp_path: Path, form: str) -> None:
    ws = closed_history(tmp_path, 2)
    text = _text(ws, form)
    assert len(text) > 20
    assert DONOR not in text
    assert "监护人" not in text
    assert "学生甲" not in text


def test_csv_and_json_hold_every_posting(tmp_path: Path) -> None:
    ws = closed_history(tmp_path, 3)
    rows = list(csv.DictReader(io.StringIO(_text(ws, "csv"))))
    document = json.loads(_text(ws, "json"))
    by_account: dict[str, int] = {}
    for row in rows:
        if row["amount_fen"]:
            by_account[row["debit"]] = by_account.get(row["debit"], 0) + int(row["amount_fen"])
            by_account[row["credit"]] = by_account.get(row["credit"], 0) - int(row["amount_fen"])
    assert by_account
    for code, fen in by_account.items():
        assert balance(ws, code) == fen
    assert len(document["entries"]) == document["size"] == len({row["no"] for row in rows})


def test_lines_are_exported_as_they_are(tmp_path: Path) -> None:
    ws = closed_history(tmp_path, 3)
    with ws.reading() as books:
        lines = [entry.line.decode("ascii") for entry in books.entries()]
    assert _text(ws, "jsonl").splitlines() == lines


def faults(value: Any, schema: dict[str, Any], at: str = "$") -> list[str]:
    """What a document has wrong by the few words of JSON Schema that ours uses."""
    kinds = {"object": dict, "array": list, "string": str, "number": (int, float)}
    if not isinstance(value, kinds[schema["type"]]):
        return [f"{at} is no {schema['type']}"]
    found = [
        f"{at} is not one of the list" for _ in [0] if value not in schema.get("enum", [value])
    ]
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{at} is not of the form")
    if isinstance(value, list):
        for number, item in enumerate(value):
            found += faults(item, schema["items"], f"{at}[{number}]")
    if isinstance(value, dict):
        found += [
            f"{at}.{name} is missing" for name in schema.get("required", []) if name not in value
        ]
        ways = schema.get("oneOf", [])
        if ways and sum(value.keys() >= set(way["required"]) for way in ways) != 1:
            found.append(f"{at} is not one way or the other")
        for name, own in value.items():
            if name in schema["properties"]:
                found += faults(own, schema["properties"][name], f"{at}.{name}")
            elif schema.get("additionalProperties") is False:
                found.append(f"{at}.{name} is unknown")
    return found


SCHEMA = json.loads((Path(__file__).parent / "grants-360giving.json").read_text("utf-8"))


@pytest.fixture
def granting(tmp_path: Path) -> Workspace:
    """Grants to seven pupils together, to two single ones, one that is void, one that came back."""
    ws = closed_history(tmp_path, 2)
    day = date(2027, 1, 4)
    ws = at(ws, day)
    from lovefund.actions import receive
    from lovefund.core.donations import Donor

    receive.donate(ws, day, 9_000_00, "bank", "staff", Donor())
    many = tuple(Recipient(f"L{n}", f"监护人{n}", 100_00) for n in range(7))
    spend.pay_grants(ws, day, many, "bank")
    one = spend.pay_grants(ws, day, (Recipient("L8", "监护人", 55_00),), "bank").no
    void = spend.pay_grants(ws, day, (Recipient("L9", "监护人", 77_00),), "bank").no
    mend.void(ws, void, day, "重复")
    spend.pay_grants(ws, day, (Recipient("L9", "监护人", 45_00),), "bank")
    spend.return_grant(ws, one, day, 5_00, "bank")
    return ws


def test_grants_are_open_data_that_the_standard_takes(granting: Workspace) -> None:
    document = json.loads(_text(granting, "grants", parse_period("2027-01")))
    assert faults(document, SCHEMA) == []
    many, few = document["grants"]
    assert (many["amountAwarded"], few["amountAwarded"], few["amountDisbursed"]) == (700, 100, 95)
    assert "7 pupils" in many["description"]
    assert many["awardDate"] == "2027-01-04"


def test_a_grant_to_fewer_than_five_has_no_count_no_day_and_no_name(granting: Workspace) -> None:
    document = json.loads(_text(granting, "grants"))
    assert faults(document, SCHEMA) == []
    text = json.dumps(document, ensure_ascii=False)
    assert not re.search("监护人|L[0-9]|学生甲", text)
    assert not re.search(r"\b[1-4] pupils", text)
    for record in document["grants"]:
        if "not counted" in record["description"]:
            assert record["awardDate"].endswith("-01")
            assert not re.search(r"-[0-9]{4}-[0-9]{2}-[0-9]{2}", record["id"])


def test_the_measure_of_open_data_notices_faults(granting: Workspace) -> None:
    document = json.loads(_text(granting, "grants"))
    for name, wrong in (("currency", "RMB"), ("awardDate", "2027-01"), ("title", 7), ("pupils", 3)):
        changed = {"grants": [{**document["grants"][0], name: wrong}]}
        assert faults(changed, SCHEMA), name
    del document["grants"][0]["recipientIndividual"]
    assert faults(document, SCHEMA)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_school_s_own_books_balance_and_name_their_entries(tmp_path: Path, seed: int) -> None:
    ws = closed_history(tmp_path, seed)
    year = parse_period("2026")
    with ws.reading() as books:
        journal = list(export_school.journal_rows(books, year))
        balances = list(export_school.balance_rows(books, year))
        numbers = {entry.no for entry in books.entries()}
        moved = sum(p.amount_fen for entry in books.entries() for p in entry.postings)
    assert {row[0] for row in journal} <= numbers
    by_entry: dict[object, int] = {}
    for row in journal:
        by_entry[row[0]] = by_entry.get(row[0], 0) + row[-2].fen - row[-1].fen
    assert set(by_entry.values()) == {0}
    assert [cell.fen for cell in balances[-1][4:]] == [0, moved, moved, 0]
    by_code: dict[object, int] = {}
    for row in journal:
        by_code[row[5]] = by_code.get(row[5], 0) + row[-2].fen - row[-1].fen
    told: dict[object, int] = {}
    for row in balances[:-1]:
        told[row[0]] = told.get(row[0], 0) + row[-1].fen
    assert told == by_code


@pytest.mark.parametrize("chart", CHARTS)
def test_every_account_of_a_fund_has_its_place_in_the_school_s_books(chart: str) -> None:
    mapping = school_chart()
    for account in shipped_chart(chart).accounts.values():
        assert mapping.account(account, "general").code
    bank = shipped_chart(chart).role("bank")
    assert mapping.account(bank, "agency").detail_zh == "爱心基金-受托代理资产"


@pytest.mark.parametrize("form", ["school-balances", "school-journal"])
def test_the_school_s_books_as_csv_are_in_yuan(tmp_path: Path, form: str) -> None:
    text = _text(closed_history(tmp_path, 1), form)
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0][-1].endswith("_yuan")
    assert re.fullmatch(r"-?[0-9]+\.[0-9]{2}", rows[1][-1])


@pytest.mark.parametrize("form", WORKBOOKS)
def test_a_workbook_is_made_again_byte_by_byte_and_holds_no_name(tmp_path: Path, form: str) -> None:
    ws = closed_history(tmp_path, 2)
    with ws.reading() as books:
        one, two = (export_workbook(books, form) for _ in range(2))
    assert one == two
    book = openpyxl.load_workbook(io.BytesIO(one))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert {c.data_type for c in cells} == {"s", "n"}
    assert not [c for c in cells if DONOR in str(c.value) or "监护人" in str(c.value)]
    if form == "school":
        total = list(book["科目余额 balances"].values)[-1]
        assert total[1] == "合计"
        assert total[5] == total[6]


def test_text_in_a_workbook_is_never_a_formula() -> None:
    made = workbook("t", date(2026, 1, 1), [Sheet("s", ("a",), (9,), [("=1+1",), ("@x",)])])
    column = openpyxl.load_workbook(io.BytesIO(made))["s"]["A"]
    assert [(c.value, c.data_type) for c in column] == [("a", "s"), ("=1+1", "s"), ("@x", "s")]
