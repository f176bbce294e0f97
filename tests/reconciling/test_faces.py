"""What a statement says of each place, and the adjustment table on paper and as a workbook."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from lovefund.actions import adjustment, reconcile, spend
from lovefund.actions.checked import checked
from lovefund.actions.count import count_cash
from lovefund.actions.workspace import Workspace
from lovefund.core.adjusting import Sheet
from lovefund.errors import BadInput
from lovefund.publishing.adjustment import adjustment_xlsx
from lovefund.publishing.checked import said_of
from lovefund.publishing.statement import statement_pdf
from lovefund.publishing.view import Checked, PlaceRow
from publishing.views import gift as gift_row
from publishing.views import plain
from reconciling.bills import bill, wanted
from reconciling.test_reconcile import APART, WHOLE, gift, on
from reconciling.test_reconcile import school as school

WHY = {"e2": "在途 =SUM(1)", "e3": "=未兑付", "r2": "利息"}


def said(ws: Workspace, day: date, role: str = "bank") -> Checked | None:
    with ws.reading() as books:
        account = books.chart.role(role)
        fen = sum(
            m.debit_fen - m.credit_fen for m in books.balances(day) if m.account == account.code
        )
        return checked(books, account, fen, day)


def test_it_says_agrees_only_where_two_signed_for_that_very_day(school: Workspace) -> None:
    assert said(school, on(4, 30)) == Checked("unchecked")
    no = reconcile.reconcile(school, wanted(WHOLE), on(6, 10)).no
    assert said(school, on(4, 30)) == Checked("unchecked"), "the second officer has not signed"
    reconcile.agree(replace(school, officer="O2"), no, on(6, 10))
    assert said(school, on(4, 30)) == Checked("agrees", no, on(4, 30))
    assert said(school, on(5, 31)) == Checked("earlier", no, on(4, 30))
    assert said(school, on(4, 29)) == Checked("unchecked")
    gift(school, on(4, 29), 800, "王五")
    assert said(school, on(4, 30)) == Checked("unchecked"), "it is true no more"
    assert said(school, on(5, 31)) == Checked("unchecked")


def test_it_tells_the_difference_and_its_items(school: Workspace) -> None:
    no = reconcile.reconcile(school, wanted(APART, why=WHY), on(6, 10)).no
    reconcile.agree(replace(school, officer="O2"), no, on(6, 10))
    found = said(school, on(4, 30))
    assert found == Checked("differs", no, on(4, 30), -6_964, 3)
    assert said_of(found, "en") == (
        f"differs from the bank by 69.64, explained in 3 lines (entry {no})"
    )
    assert "相差69.64元，3笔" in said_of(found, "zh")


def test_cash_is_what_was_counted(school: Workspace) -> None:
    spend.pay_advance(school, on(4, 29), 100, "bank", "赵老师")
    assert said(school, on(4, 30), "cash") == Checked("unchecked")
    no = count_cash(school, on(4, 30), ((100, 1),), ("甲", "乙")).no
    assert said(school, on(4, 30), "cash") == Checked("counted", no, on(4, 30))
    assert said(school, on(5, 1), "cash") == Checked("earlier", no, on(4, 30))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_statement_prints_it(language: str, tmp_path: Path) -> None:
    view = plain(gift_row(1))
    states = ("agrees", "differs", "counted", "earlier", "unchecked")
    places = tuple(
        PlaceRow(f"p{n}", "存放处", "Place", n, Checked(state, 7, date(2026, 12, 31), 5, 2))
        for n, state in enumerate(states)
    )
    pdf = statement_pdf(replace(view, places=(*view.places, *places)), language)
    (tmp_path / "a.pdf").write_bytes(pdf)
    text = subprocess.run(
        ["pdftotext", "-l", "1", tmp_path / "a.pdf", "-"], capture_output=True, check=True
    ).stdout.decode()
    bare = "".join(text.split())
    for place in places:
        assert place.checked is not None
        assert "".join(said_of(place.checked, language).split()) in bare


def sheet(school: Workspace) -> Sheet:
    return reconcile.prepare(school, wanted(APART, why=WHY))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_table_is_drawn_and_adds_up(school: Workspace, tmp_path: Path, language: str) -> None:
    no = reconcile.reconcile(school, wanted(APART, why=WHY), on(6, 10)).no
    path = tmp_path / "table.pdf"
    assert adjustment.print_adjustment(school, no, path, language) == 3
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, check=True
    ).stdout.decode()
    assert text.count("570.36") >= 3
    assert f"{no}" in text


def test_the_workbook_has_no_formula(school: Workspace) -> None:
    with school.reading() as books:
        view = adjustment._view(books, sheet(school), None)
    book = openpyxl.load_workbook(io.BytesIO(adjustment_xlsx(view, "zh")))
    cells = [cell for row in book.active.iter_rows() for cell in row]  # type: ignore[union-attr]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert {"=未兑付", "在途 =SUM(1)"} <= {cell.value for cell in cells}


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_working_table_is_written_and_read_back(
    school: Workspace, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"table.{suffix}"
    empty = reconcile.prepare(school, wanted(APART))
    adjustment.write_table(path, empty.items, empty)
    assert adjustment.read_table(path) == {}
    filled = tmp_path / f"filled.{suffix}"
    adjustment.write_table(filled, sheet(school).items, sheet(school))
    back = adjustment.read_table(filled)
    assert back == WHY
    with pytest.raises(BadInput):
        adjustment.write_table(path, (), empty)


def test_a_bill_that_begins_later_is_no_other(school: Workspace) -> None:
    late = bill(on(4, 21), on(4, 30), (on(4, 30), -3_000, ""), opening_fen=60_000)
    assert reconcile.prepare(school, wanted(late)).items == ()
