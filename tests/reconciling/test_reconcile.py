"""Reconciliations through the gate: law 9, the chain of bills, two officers, and back-dating."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lovefund.actions import mend, move, receive, reconcile, spend
from lovefund.actions.check import check
from lovefund.actions.evidence import keep_content
from lovefund.actions.reconcile import Wanted
from lovefund.actions.workspace import Workspace, record
from lovefund.core import adjusting, reconciliations
from lovefund.core.adjusting import sheet_faults
from lovefund.core.donations import Donor
from lovefund.core.names import PublicName
from lovefund.core.papers import Papers
from lovefund.core.reconciliations import Reconciliations, reconciled, reconciliation_agreed
from lovefund.core.reconciling import OpenClass
from lovefund.errors import BadInput, Refused, StorageError
from lovefund.store import reconciliations as kept
from lovefund.store import replay
from lovefund.store.reconciliations import held_through, read_reconciliations
from reconciling.bills import bill, wanted
from world import at, new_books, new_fund

APRIL = date(2026, 4, 1), date(2026, 4, 30)
MAY = date(2026, 5, 1), date(2026, 5, 31)


def on(month: int, day: int) -> date:
    return date(2026, month, day)


@pytest.fixture
def school(tmp_path: Path) -> Workspace:
    """A gift of 500 and one of 100 in April; 30 spent on the last day."""
    ws = new_fund(new_books(str(tmp_path / "a.db")), on=on(1, 1), today=on(6, 10))
    gift(ws, on(4, 3), 50_000, "张三丰")
    gift(ws, on(4, 20), 10_000, "李四光")
    spend.pay_outlay(ws, on(4, 30), 3_000, "bank", "visits")
    return ws


def gift(ws: Workspace, day: date, fen: int, name: str) -> int:
    return receive.donate(ws, day, fen, "bank", "society", Donor(name, PublicName.MASKED)).no


def refused(ws: Workspace, asked: Wanted) -> list[str]:
    with pytest.raises(Refused) as error:
        reconcile.reconcile(ws, asked, on(6, 10))
    return [r.code for r in error.value.refusals]


WHOLE = bill(
    *APRIL, (on(4, 4), 50_000, "张三丰"), (on(4, 20), 10_000, "李四光"),
    (on(4, 30), -3_000, "超市"), opening_fen=0, closing_fen=57_000,
)  # fmt: skip
#: The gift of 20 April never came, the spending comes later, and interest was forgotten.
APART = bill(
    *APRIL, (on(4, 4), 50_000, "张三丰"), (on(4, 21), 36, "利息"), opening_fen=0, closing_fen=50_036
)


def test_a_month_that_agrees(school: Workspace) -> None:
    no = reconcile.reconcile(school, wanted(WHOLE), on(6, 10)).no
    with school.reading() as books:
        entry = books.entry(no)
        said = read_reconciliations(books.connection, books.fund).get(no)
    assert entry is not None
    assert said is not None
    facts = dict(entry.facts)
    assert facts.pop("sheet") == said.sheet
    assert facts == {
        "account": "1002", "attachments": 2, "bank_fen": 57_000, "bill": WHOLE.sha256,
        "book_fen": 57_000, "from": "2026-04-01", "items": 0, "to": "2026-04-30",
    }  # fmt: skip
    assert check(school) == []


def test_every_item_is_explained_before_it_is_booked(school: Workspace) -> None:
    assert refused(school, wanted(APART)) == ["unexplained"] * 3
    sheet = reconcile.prepare(school, wanted(APART))
    assert {(i.line.id, i.kind, i.age(on(4, 30))) for i in sheet.items} == {
        ("e2", OpenClass.BOOK_IN, 10),
        ("e3", OpenClass.BOOK_OUT, 0),
        ("r2", OpenClass.BANK_IN, 9),
    }
    assert sheet.adjusted_fen == (57_036, 57_036)
    why = {"e2": "捐款人次日撤回", "e3": "支票未兑付", "r2": "利息待入账"}
    no = reconcile.reconcile(school, wanted(APART, why=why), on(6, 10)).no
    with school.reading() as books:
        said = read_reconciliations(books.connection, books.fund).get(no)
        assert said is not None
        found = reconcile.kept_sheet(school, books, no)
    assert said.difference_fen == -6_964
    assert said.items == 3
    assert list(sheet_faults(found, said)) == []
    assert check(school) == []


def test_no_name_and_no_reason_is_in_the_line(school: Workspace) -> None:
    why = {"e2": "李四光撤回", "e3": "未兑付", "r2": "利息"}
    no = reconcile.reconcile(school, wanted(APART, why=why), on(6, 10)).no
    with school.reading() as books:
        entry = books.entry(no)
    assert entry is not None
    assert entry.line.isascii()


def test_what_was_open_is_carried_and_matched_later(school: Workspace) -> None:
    why = {"e2": "在途", "e3": "未兑付", "r2": "利息待入账"}
    reconcile.reconcile(school, wanted(APART, why=why), on(6, 10))
    receive.receive_interest(school, on(5, 2), 36, "bank")
    may = bill(*MAY, (on(5, 3), 10_000, "李四光"), (on(5, 4), -3_000, "超市"), closing_fen=57_036)
    sheet = reconcile.prepare(school, wanted(may))
    assert sheet.items == ()
    assert any(pair.bank == ("r4.2",) for pair in sheet.pairs)
    reconcile.reconcile(school, wanted(may), on(6, 10))
    assert check(school) == []


def test_a_correction_joins_its_entry(school: Workspace) -> None:
    mend.correct(school, 2, on(4, 25), mend.Changes(amount_fen=12_000), "看错")
    no = gift(school, on(4, 26), 700, "王五")
    mend.void(school, no, on(4, 27), "重复")
    said = bill(
        *APRIL, (on(4, 4), 50_000, ""), (on(4, 20), 12_000, ""), (on(4, 30), -3_000, ""),
        opening_fen=0, closing_fen=59_000,
    )  # fmt: skip
    assert reconcile.prepare(school, wanted(said)).items == ()


def test_a_bill_follows_the_one_before(school: Workspace) -> None:
    reconcile.reconcile(school, wanted(WHOLE), on(6, 10))
    gap = bill(on(5, 2), on(5, 31), closing_fen=57_000)
    assert refused(school, wanted(gap)) == ["statement-gap"]
    # A bank's file begins with its first row; its opening tells that nothing lies between.
    late = bill(on(5, 2), on(5, 30), opening_fen=57_000, closing_fen=57_000)
    assert reconcile.prepare(school, wanted(late, through=MAY[1])).last == MAY[1]
    other = bill(*MAY, opening_fen=56_000, closing_fen=56_000)
    assert refused(school, wanted(other)) == ["balances-apart"]
    # A longer export overlaps: its first rows are known, and its opening is that of April.
    both = bill(
        on(4, 1), on(5, 31), (on(4, 4), 50_000, ""), (on(4, 20), 10_000, ""),
        (on(4, 30), -3_000, ""), opening_fen=0, closing_fen=57_000,
    )  # fmt: skip
    assert reconcile.prepare(school, wanted(both)).first == on(5, 1)


def test_the_rows_of_a_bill_lead_to_its_end(school: Workspace) -> None:
    cut = bill(*APRIL, (on(4, 4), 50_000, ""), opening_fen=0, closing_fen=57_000)
    assert refused(school, wanted(cut)) == ["balances-apart"]


def test_a_bill_without_balances_needs_one(school: Workspace) -> None:
    silent = replace(WHOLE, opening_fen=None, closing_fen=None)
    with pytest.raises(BadInput, match="does not say"):
        reconcile.reconcile(school, wanted(silent), on(6, 10))
    assert reconcile.prepare(school, wanted(silent, balance_fen=57_000)).items == ()


def test_what_differed_before_the_first_bill_is_an_item(school: Workspace) -> None:
    late = bill(
        on(4, 10), on(4, 30), (on(4, 20), 10_000, ""), (on(4, 30), -3_000, ""),
        opening_fen=49_000, closing_fen=56_000,
    )  # fmt: skip
    sheet = reconcile.prepare(school, wanted(late))
    assert [(i.line.id, i.line.fen) for i in sheet.items] == [("r0", -1_000)]
    assert sheet.adjusted_fen == (56_000, 56_000)


def test_lines_are_matched_by_hand_only_where_they_add_up(school: Workspace) -> None:
    odd = bill(
        *APRIL, (on(4, 4), 50_000, ""), (on(4, 12), 7_000, ""), opening_fen=0, closing_fen=57_000
    )
    assert len(reconcile.prepare(school, wanted(odd)).items) == 3
    hand = (frozenset({"e2", "e3", "r2"}),)
    assert reconcile.prepare(school, wanted(odd, together=hand)).items == ()
    for ids in ({"e2", "r2"}, {"e2", "e9"}):
        with pytest.raises(BadInput):
            reconcile.prepare(school, wanted(odd, together=(frozenset(ids),)))


def test_an_explanation_is_of_an_open_line(school: Workspace) -> None:
    with pytest.raises(BadInput, match="no open line"):
        reconcile.prepare(school, wanted(APART, why={"e1": "?"}))


# --- the gate ----------------------------------------------------------------------------


def _draft(book_fen: int, bank_fen: int, items: int = 0, last: date = APRIL[1]) -> object:
    return reconciled(
        on(6, 10), "1002", APRIL[0], last, book_fen, bank_fen, items, "0" * 64, "0" * 64
    )


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (_draft(57_001, 57_001), "book-moved"),
        (_draft(57_000, 57_001), "unexplained"),
        (_draft(57_000, 57_000, -1), "reconciliation-facts"),
        (_draft(57_000, 57_000, 0, on(6, 11)), "reconciliation-facts"),
        (replace(_draft(57_000, 57_000), facts={}), "reconciliation-facts"),  # type: ignore
        (
            reconciled(on(6, 10), "1201", *APRIL, 0, 0, 0, "0" * 64, "0" * 64),
            "reconciliation-facts",
        ),
        (reconciliation_agreed(on(6, 10), 1), "reconciliation-facts"),
    ],
)
def test_the_gate_refuses(school: Workspace, draft: object, code: str) -> None:
    with pytest.raises(Refused) as error:
        record(school, lambda _book, _books: draft)  # type: ignore[arg-type, return-value]
    assert [r.code for r in error.value.refusals] == [code]


def test_two_officers_sign(school: Workspace) -> None:
    no = reconcile.reconcile(school, wanted(WHOLE), on(6, 10)).no
    with pytest.raises(Refused, match="O1 made"):
        reconcile.agree(school, no, on(6, 10))
    second = replace(school, officer="O2")
    reconcile.agree(second, no, on(6, 10))
    with pytest.raises(Refused, match="agreed to it already"):
        reconcile.agree(replace(school, officer="O3"), no, on(6, 10))
    with school.reading() as books:
        known = read_reconciliations(books.connection, books.fund)
    said = known.agreed("1002", APRIL[1])
    assert said is not None
    assert said.agreed_by == "O2"
    assert known.agreed("1002", on(4, 29)) is None
    assert check(school) == []


def test_a_back_dated_entry_makes_it_untrue_and_it_is_made_anew(school: Workspace) -> None:
    reconcile.reconcile(school, wanted(WHOLE), on(6, 10))
    late = gift(school, on(4, 29), 800, "王五")
    with school.reading() as books:
        said = read_reconciliations(books.connection, books.fund).of_account("1002")[-1]
        now = held_through(books.connection, books.fund, "1002", said.last)
    assert now - said.book_fen == 800
    assert check(school) == [], "what was true when it was said is no fault of the books"
    with pytest.raises(Refused, match=r"held 578\.00"):
        reconcile.agree(replace(school, officer="O2"), said.no, on(6, 10))
    why = {f"e{late}": "在途"}
    again = reconcile.reconcile(school, wanted(WHOLE, why=why), on(6, 10)).no
    reconcile.agree(replace(school, officer="O2"), again, on(6, 10))
    assert check(school) == []


def test_a_back_dated_entry_is_a_line_of_the_next_bill(school: Workspace) -> None:
    reconcile.reconcile(school, wanted(WHOLE), on(6, 10))
    late = gift(school, on(4, 29), 800, "王五")
    may = bill(*MAY, (on(5, 1), 800, "王五"), closing_fen=57_800)
    sheet = reconcile.prepare(school, wanted(may))
    assert sheet.items == ()
    assert [p.book for p in sheet.pairs] == [(f"e{late}",)]


def test_twin_a_deaf_gate_books_a_lie_and_check_finds_it(
    school: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as deaf:
        deaf.setattr(kept.Reconciling, "judge", lambda *_args: iter(()))
        record(school, lambda _book, _books: _draft(1, 2))  # type: ignore[arg-type, return-value]
    assert {f.code for f in check(school)} == {"book-moved", "unexplained"}
    monkeypatch.setattr(Reconciliations, "judge", lambda *_args: iter(()))
    assert check(school) == [], "what finds it is the replay of the judge"
    assert replay.Reconciliations is reconciliations.Reconciliations


# --- the sheet ---------------------------------------------------------------------------


def test_a_sheet_comes_back_as_it_was(school: Workspace) -> None:
    sheet = reconcile.prepare(school, wanted(APART, why={"e2": "“引号”，逗号"}))
    text = adjusting.sheet_text(sheet)
    assert adjusting.read_sheet(text) == sheet
    assert adjusting.sheet_text(adjusting.read_sheet(text)) == text


def test_a_sheet_that_does_not_account_for_all_is_found(school: Workspace) -> None:
    why = {"e2": "在途", "e3": "未兑付", "r2": "利息"}
    no = reconcile.reconcile(school, wanted(APART, why=why), on(6, 10)).no
    with school.reading() as books:
        sheet = reconcile.kept_sheet(school, books, no)
        said = read_reconciliations(books.connection, books.fund).get(no)
    assert said is not None
    assert len(list(sheet_faults(replace(sheet, items=sheet.items[1:]), said))) == 2
    silent = replace(sheet.items[0], why="")
    assert len(list(sheet_faults(replace(sheet, items=(silent, *sheet.items[1:])), said))) == 1


@pytest.mark.parametrize("harm", ["hides a line", "gives no reason", "is none"])
def test_check_reads_the_sheet_behind_the_hash(school: Workspace, harm: str) -> None:
    """A program that books another sheet than it should is found out by who looks at both."""
    why = {"e2": "在途", "e3": "未兑付", "r2": "利息"}
    sheet = reconcile.prepare(school, wanted(APART, why=why))
    first = sheet.items[0] if harm == "hides a line" else replace(sheet.items[0], why="")
    items = sheet.items[1:] if harm == "hides a line" else (first, *sheet.items[1:])
    text = "{}" if harm == "is none" else adjusting.sheet_text(replace(sheet, items=items))
    kept = (keep_content(school, text.encode(), "sheet.json"),)
    draft = reconciled(
        on(6, 10), "1002", sheet.first, sheet.last, sheet.book_fen, sheet.bank_fen, 3,
        "0" * 64, adjusting.sheet_sha256(text), Papers(evidence=kept),
    )  # fmt: skip
    record(school, lambda _book, _books: draft)
    assert {f.code for f in check(school)} == {"adjustment"}


def test_without_its_sheet_the_next_cannot_begin(school: Workspace, tmp_path: Path) -> None:
    why = {"e2": "在途", "e3": "未兑付", "r2": "利息"}
    reconcile.reconcile(school, wanted(APART, why=why), on(6, 10))
    with school.reading() as books:
        sha256 = read_reconciliations(books.connection, books.fund).of_account("1002")[-1].sheet
    next(tmp_path.rglob(sha256)).write_text("{}")
    with pytest.raises(StorageError, match="missing or changed"):
        reconcile.prepare(school, wanted(bill(*MAY, closing_fen=50_036)))
    assert {f.code for f in check(school)} == {"evidence"}


def test_a_wallet_is_reconciled_to_nothing(school: Workspace) -> None:
    receive.donate(school, on(4, 8), 20_000, "wechat", "parents", Donor())
    move.move_money(school, on(4, 9), 20_000, "wechat", "bank", fee_fen=20)
    wallet = replace(
        bill(*APRIL, (on(4, 8), 20_000, ""), (on(4, 9), -20_000, ""), channel="wechat"),
    )
    sheet = reconcile.prepare(school, wanted(wallet, "wechat", balance_fen=0))
    assert (sheet.book_fen, sheet.bank_fen, sheet.items) == (0, 0, ())
    assert at(school, on(6, 10)).fund == "shiqiao"
