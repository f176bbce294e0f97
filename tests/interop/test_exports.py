"""Other programs rebuild every balance from our exports: hledger and Beancount."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from histories import DONOR, closed_history
from lovefund.actions.check import check
from lovefund.actions.export import FORMS, account_name, export
from lovefund.actions.workspace import Workspace
from lovefund.store.engine import Database
from lovefund.store.reading import funds
from world import balance

SEEDS = (1, 2, 3)


def _ours(ws: Workspace) -> dict[str, Decimal]:
    with ws.reading() as books:
        found = {
            account_name(books.chart[m.account], m.restriction): Decimal(m.debit_fen - m.credit_fen)
            / 100
            for m in books.balances()
        }
    return {name: amount for name, amount in found.items() if amount}


def _text(ws: Workspace, form: str) -> str:
    with ws.reading() as books:
        return "".join(export(books, form))


def _hledger(text: str) -> dict[str, Decimal]:
    done = subprocess.run(
        [shutil.which("hledger") or "hledger", "-f", "-", "bal", "--flat", "-N", "-O", "csv"],
        input=text, capture_output=True, text=True, check=True,
    )  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    return {
        row["account"]: Decimal(row["balance"].removesuffix(" CNY").replace(",", ""))
        for row in rows
    }


def _beancount(text: str) -> dict[str, Decimal]:
    from beancount import loader
    from beancount.core import data

    entries, errors, _options = loader.load_string(text)
    assert not errors, errors
    sums: dict[str, Decimal] = {}
    for entry in entries:
        for posting in entry.postings if isinstance(entry, data.Transaction) else ():
            sums[posting.account] = sums.get(posting.account, Decimal()) + posting.units.number
    return {name: amount for name, amount in sums.items() if amount}


READERS = {"hledger": _hledger, "beancount": _beancount}


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_other_programs_find_the_same_balances(tmp_path: Path, seed: int, form: str) -> None:
    ws = closed_history(tmp_path, seed)
    ours = _ours(ws)
    assert len(ours) > 4
    assert READERS[form](_text(ws, form)) == ours


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
    assert "hands over, O1 to O9" in told
    assert "set aside by O3 and O6" in told
    (statement,) = tmp_path.glob("shiqiao/0002-*/statement-zh.pdf")
    text = subprocess.run(["pdftotext", statement, "-"], capture_output=True, check=True).stdout
    assert "突发情况，合计超出" in text.decode()
    assert len(list(tmp_path.glob("shiqiao/*/statement-*.pdf"))) == 6
    seen = 0
    for name in ("school.db", "county.db"):
        database = Database(str(tmp_path / name))
        with database.reading() as connection:
            known = funds(connection)
        for fund in known:
            ws = Workspace(database, fund)
            with ws.reading() as books:
                paid = books.entries(kinds=("grant-paid", "grant-signed", "grant-followed"))
                assert all("case" in entry.facts for entry in paid)
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
    assert "donation" in text
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
