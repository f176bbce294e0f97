"""From a bill to entries: each row once, refunds with their gift, pairs as one, on both engines."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from inbox.bill import DAY, bill, later, row
from lovefund.actions import close, inbox, receive, spend
from lovefund.actions.accept import accept
from lovefund.actions.bills import import_bill
from lovefund.actions.check import check
from lovefund.actions.evidence import evidence_folder, evidence_path
from lovefund.actions.inbox import Candidate
from lovefund.actions.restrictions import open_restriction
from lovefund.actions.workspace import Workspace
from lovefund.core.donations import Donor
from lovefund.core.grants import Recipient
from lovefund.core.names import PublicName
from lovefund.errors import BadInput, MachineLacks, Refused, StorageError
from lovefund.imports.bills import Happening
from world import at, entry_of, new_books, new_fund

TODAY = date(2026, 7, 1)


@pytest.fixture
def ws(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path / "home"))
    fund = at(new_fund(new_books(database_url)), TODAY)
    receive.donate(fund, date(2026, 1, 5), 100_000, "bank", "staff", Donor())
    return fund


def waiting(ws: Workspace) -> list[Candidate]:
    with ws.reading() as books:
        return inbox.waiting(books)


def taken_for(ws: Workspace) -> list[tuple[int, str]]:
    return [(one.row.fen, one.suggestion.kind) for one in waiting(ws)]


def kinds_booked(ws: Workspace, since: int = 2) -> list[str]:
    with ws.reading() as books:
        return [e.kind for e in books.entries(no_from=since)]


def accept_all(ws: Workspace) -> int:
    chosen = [one for one in waiting(ws) if one.suggestion.kind not in ("ask", "same")]
    return accept(ws, chosen).entries


def test_rows_are_candidates_and_no_entries(ws: Workspace) -> None:
    done = import_bill(
        ws, bill(row(5_000, "张三丰", note="爱心捐款"), row(-10, happening=Happening.FEE))
    )
    assert (done.fresh, done.known, done.unmoved) == (2, 0, 0)
    assert kinds_booked(ws) == []
    assert taken_for(ws) == [(5_000, "gift"), (-10, "fee")]
    assert accept_all(ws) == 2
    assert kinds_booked(ws) == ["donation", "fee"]
    assert waiting(ws) == []
    assert check(ws) == []


def test_a_gift_has_its_donor_place_and_reason(ws: Workspace) -> None:
    import_bill(ws, bill(row(5_000, "张三丰", note="爱心捐款"), channel="wechat"))
    (one,) = waiting(ws)
    assert (one.suggestion.donor, one.suggestion.public) == ("张三丰", PublicName.MASKED)
    assert "爱心" in one.suggestion.reasons[0] or "捐" in one.suggestion.reasons[0]
    accept(ws, [one])
    with ws.reading() as books:
        assert books.totals()[books.chart.code("wechat")] == 5_000
    with ws.reading() as books:
        assert books.sealed(2)["shown"][1] == "张＊＊"


def test_the_same_file_and_overlapping_files_add_nothing(ws: Workspace) -> None:
    equal = row(2_000, "李四", order="")
    first = bill(row(1_000, "甲"), equal, equal)
    assert import_bill(ws, first).fresh == 3
    assert (import_bill(ws, first).fresh, import_bill(ws, first).known) == (0, 3)
    longer = bill(*first.rows, replace(equal, on=later(1)), equal)
    done = import_bill(ws, longer)
    assert (done.fresh, done.known) == (2, 3)
    assert len(waiting(ws)) == 5


def test_accepting_twice_books_once(ws: Workspace) -> None:
    import_bill(ws, bill(row(1_000, "甲", note="捐款"), row(1_000, "甲", note="捐款")))
    chosen = waiting(ws)
    assert accept(ws, chosen).entries == 2
    again = accept(ws, chosen)
    assert (again.entries, again.known) == (0, 2)


def test_what_was_accepted_is_known_without_the_inbox(ws: Workspace) -> None:
    first = bill(
        row(-22_800, happening=Happening.WITHDRAWAL, fee_fen=23, method="农业银行(1234)"),
        row(30_000, "甲", on=later(-1), note="捐款", fee_fen=18),
        channel="wechat",
    )
    bank = bill(
        row(22_777, "财付通支付科技有限公司", on=later(1)), row(7, happening=Happening.INTEREST)
    )
    for one in (first, bank):
        import_bill(ws, one)
    assert accept_all(ws) == 4
    before = kinds_booked(ws)
    assert before == ["donation", "fee", "money-moved", "interest"]
    with ws.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM bill_row")
        connection.exec_driver_sql("DELETE FROM bill")
    for one in (bank, first):
        assert import_bill(ws, one).fresh == 2
    assert waiting(ws) == []
    assert accept_all(ws) == 0
    assert kinds_booked(ws) == before
    assert check(ws) == []


def test_a_withdrawal_and_its_row_at_the_bank_are_one(ws: Workspace) -> None:
    receive.donate(ws, date(2026, 4, 1), 30_000, "wechat", "staff", Donor())
    import_bill(
        ws,
        bill(
            row(-22_800, happening=Happening.WITHDRAWAL, fee_fen=23, method="农业银行(1234)"),
            channel="wechat",
        ),
    )
    assert taken_for(ws) == [(-22_800, "ask")]
    import_bill(ws, bill(row(22_777, "财付通支付科技有限公司", on=later(2))))
    (one,) = waiting(ws)
    assert (one.suggestion.kind, one.suggestion.other, len(one.kept)) == ("moved", "bank", 2)
    accept(ws, [one])
    assert waiting(ws) == []
    moved = entry_of(ws, 3)
    assert (moved.kind, moved.on) == ("money-moved", DAY)
    with ws.reading() as books:
        totals = books.totals()
        assert totals[books.chart.code("wechat")] == 7_200
        assert totals[books.chart.code("bank")] == 122_777
    assert check(ws) == []


def test_a_payment_by_card_is_one_with_the_row_of_the_bank(ws: Workspace) -> None:
    import_bill(
        ws,
        bill(row(-5_000, "文具店", method="农业银行(1234)", note="作业本"), channel="alipay"),
    )
    assert taken_for(ws) == [(-5_000, "ask")]
    import_bill(ws, bill(row(-5_000, "支付宝（中国）网络技术有限公司", on=later(1))))
    (one,) = waiting(ws)
    assert (one.row.place, one.row.party, len(one.kept)) == ("bank", "文具店", 2)
    one = inbox.edit(ws, one.id, {"kind": "outlay", "programme": "goods"})
    accept(ws, [one])
    assert waiting(ws) == []
    with ws.reading() as books:
        assert books.totals()[books.chart.code("bank")] == 95_000


def test_a_refund_finds_its_gift_months_later(ws: Workspace) -> None:
    import_bill(ws, bill(row(10_000, "甲", note="捐款", order="G1"), channel="wechat"))
    accept_all(ws)
    import_bill(
        ws,
        bill(
            row(-4_000, "甲", on=later(75), happening=Happening.REFUND, order="R1", refund_of="G1"),
            channel="wechat",
        ),
    )
    (one,) = waiting(ws)
    assert (one.suggestion.kind, one.suggestion.of) == ("refund", 2)
    assert accept(ws, [one]).entries == 2
    assert kinds_booked(ws) == ["donation", "refund-owed", "refund-paid"]
    assert waiting(ws) == []
    assert check(ws) == []


def test_a_refund_whose_gift_waits_says_so(ws: Workspace) -> None:
    import_bill(
        ws,
        bill(
            row(10_000, "甲", note="捐款", order="G1"),
            row(-10_000, "甲", happening=Happening.REFUND, order="G1", refund_of="G1"),
            channel="wechat",
        ),
    )
    gift, back = waiting(ws)
    assert back.suggestion.kind == "ask"
    assert gift.id in back.suggestion.reasons[0]
    assert accept_all(ws) == 1
    assert accept_all(ws) == 2


def test_a_refund_at_the_bank_is_found_by_the_name(ws: Workspace) -> None:
    receive.donate(ws, date(2026, 2, 1), 8_000, "bank", "society", Donor("王五", PublicName.MASKED))
    import_bill(ws, bill(row(-8_000, "王五", note="退捐款")))
    (one,) = waiting(ws)
    assert (one.suggestion.kind, one.suggestion.of) == ("refund", 2)


def test_what_was_typed_by_hand_is_asked_about(ws: Workspace) -> None:
    receive.donate(ws, later(1), 5_000, "bank", "staff", Donor("张三丰", PublicName.REAL))
    import_bill(ws, bill(row(5_000, "张三丰", note="捐款"), row(5_000, "李四", note="捐款")))
    assert sorted(kind for _fen, kind in taken_for(ws)) == ["gift", "same"]
    same = next(one for one in waiting(ws) if one.suggestion.kind == "same")
    assert same.suggestion.of == 2
    done = accept(ws, [same])
    assert done.entries == 0
    assert [kind for _fen, kind in taken_for(ws)] == ["gift"]
    inbox.bring_back(ws, [same.id])
    other = inbox.edit(ws, same.id, {"kind": "gift"})
    assert accept(ws, [other]).entries == 1


def test_decisions_are_learnt_and_told(ws: Workspace) -> None:
    open_restriction(ws, DAY, "corner", "图书角", ("places",), "XY-1")
    rows = [row(1_000, "爱心家长A", on=later(n)) for n in range(3)]
    import_bill(ws, bill(*rows[:2], channel="wechat"))
    for one in waiting(ws):
        changed = {"donor": "陈七", "public": "real", "source": "parents", "restriction": "corner"}
        accept(ws, [inbox.edit(ws, one.id, changed)])
    import_bill(ws, bill(rows[2], channel="wechat"))
    (one,) = waiting(ws)
    s = one.suggestion
    assert (s.donor, s.public, s.source, s.restriction) == (
        "陈七", PublicName.REAL, "parents", "corner",
    )  # fmt: skip
    assert "2 of 2" in s.reasons[0]
    (rule,) = inbox.rules(ws)
    assert (rule.decision.party, rule.decision.donor, rule.times) == ("爱心家长A", "陈七", 2)


def test_a_name_is_never_more_public_than_its_bearer_chose(ws: Workspace) -> None:
    receive.donate(ws, DAY, 100, "cash", "staff", Donor("赵六", PublicName.ANONYMOUS))
    receive.donate(ws, DAY, 100, "cash", "staff", Donor("赵六", PublicName.REAL))
    import_bill(ws, bill(row(1_000, "赵六", note="捐款")))
    (one,) = waiting(ws)
    assert (one.suggestion.donor, one.suggestion.public) == ("赵六", PublicName.ANONYMOUS)


def test_a_note_that_names_a_restriction_suggests_it(ws: Workspace) -> None:
    open_restriction(ws, DAY, "corner", "图书角", ("places",), "XY-1")
    import_bill(ws, bill(row(1_000, "孙八", note="给图书角捐款")))
    (one,) = waiting(ws)
    assert one.suggestion.restriction == "corner"
    assert any("图书角" in reason for reason in one.suggestion.reasons)


def test_setting_aside_and_back(ws: Workspace) -> None:
    import_bill(ws, bill(row(-900, "饭店", note="私人消费")))
    (one,) = waiting(ws)
    inbox.set_aside(ws, [one.id], "王老师自己的消费")
    assert waiting(ws) == []
    with pytest.raises(Refused, match="王老师自己的消费"):
        inbox.edit(ws, one.id, {"kind": "fee"})
    inbox.bring_back(ws, [one.id])
    assert len(waiting(ws)) == 1
    with pytest.raises(Refused, match="not set aside"):
        inbox.bring_back(ws, [one.id])
    with pytest.raises(BadInput):
        inbox.set_aside(ws, ["9.9"], "x")


def test_a_gap_between_bills_of_the_bank_is_refused_or_explained(ws: Workspace) -> None:
    march = bill(row(100, "甲"), opening_fen=0, closing_fen=100)
    may = bill(row(100, "乙", on=later(40)), opening_fen=700, closing_fen=800)
    april = bill(row(600, "丙", on=later(20)), opening_fen=100, closing_fen=700)
    import_bill(ws, march)
    with pytest.raises(Refused, match="told by neither"):
        import_bill(ws, may)
    assert len(waiting(ws)) == 1
    import_bill(ws, may, gap_because="银行四月系统升级")
    with ws.reading() as books:
        assert "银行四月系统升级" in inbox.findings(books)[0].rule
    assert import_bill(ws, april).fresh == 1


def test_a_private_account_is_a_finding(ws: Workspace) -> None:
    import_bill(
        ws,
        bill(
            row(100, "甲", note="捐款"),
            row(100, "乙", note="饭钱"),
            channel="wechat",
            personal=True,
        ),
    )
    assert taken_for(ws) == [(100, "gift"), (100, "ask")]
    with ws.reading() as books:
        (finding,) = inbox.findings(books)
    assert "公款私存" in finding.rule
    assert "R25" in finding.rule


def test_a_status_that_changed_is_told(ws: Workspace) -> None:
    first = row(100, "甲", status="已收钱")
    import_bill(ws, bill(first, channel="wechat"))
    again = bill(replace(first, status="已全额退款"), row(5, "乙"), channel="wechat")
    (one,) = waiting(ws)
    assert import_bill(ws, again).changed == ((one.id, "已全额退款"),)


def test_nothing_private_stands_in_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path / "home"))
    ws = at(new_fund(new_books(f"sqlite:///{tmp_path / 'fund.db'}")), TODAY)
    one = bill(
        row(100, "慕容金丝雀", note="金丝雀备注", party_account="6222金丝雀", raw=("金丝雀格",)),
        holder="金丝雀户主",
        account="62220金丝雀",
        name="金丝雀.csv",
    )
    import_bill(ws, one)
    inbox.edit(ws, waiting(ws)[0].id, {"donor": "金丝雀二"})
    inbox.set_aside(ws, [waiting(ws)[0].id], "金丝雀缘故")
    written = b"".join(p.read_bytes() for p in tmp_path.glob("fund.db*") if p.is_file())
    assert "金丝雀".encode() not in written
    assert b"62220" not in written


def test_a_top_up_is_one_with_what_left_the_bank(ws: Workspace) -> None:
    import_bill(ws, bill(row(3_000, happening=Happening.TOP_UP), channel="alipay"))
    import_bill(ws, bill(row(-3_000, "支付宝（中国）网络技术有限公司")))
    (one,) = waiting(ws)
    assert (one.suggestion.kind, len(one.kept)) == ("moved", 2)
    accept(ws, [one])
    with ws.reading() as books:
        totals = books.totals()
        assert totals[books.chart.code("alipay")] == 3_000
        assert totals[books.chart.code("bank")] == 97_000


def test_the_fee_of_a_gift_is_an_entry_of_its_own(ws: Workspace) -> None:
    import_bill(ws, bill(row(10_000, note="捐款", fee_fen=60), channel="wechat"))
    assert accept_all(ws) == 2
    with ws.reading() as books:
        amounts = [(e.kind, e.postings[0].amount_fen) for e in books.entries(no_from=2)]
        assert books.totals()[books.chart.code("wechat")] == 9_940
    assert amounts == [("donation", 10_000), ("fee", 60)]


def test_a_refund_that_is_owed_already_is_only_paid(ws: Workspace) -> None:
    import_bill(ws, bill(row(10_000, "甲", note="捐款", order="G1"), channel="wechat"))
    accept_all(ws)
    spend.owe_refund(ws, 2, later(3), 10_000, own_fault=False)
    back = row(-10_000, "甲", on=later(4), happening=Happening.REFUND, order="R1", refund_of="G1")
    import_bill(ws, bill(back, channel="wechat"))
    (one,) = waiting(ws)
    assert accept(ws, [one]).entries == 1
    assert kinds_booked(ws) == ["donation", "refund-owed", "refund-paid"]


def test_more_is_not_given_back_than_was_given(ws: Workspace) -> None:
    import_bill(ws, bill(row(10_000, "甲", note="捐款", order="G1"), channel="wechat"))
    accept_all(ws)
    back = row(-10_001, "甲", on=later(4), happening=Happening.REFUND, order="R1", refund_of="G1")
    import_bill(ws, bill(back, channel="wechat"))
    with pytest.raises(Refused, match="brought"):
        accept(ws, waiting(ws))
    assert kinds_booked(ws) == ["donation"]


def test_a_grant_that_comes_back_is_told_by_its_entry(ws: Workspace) -> None:
    spend.pay_grants(ws, date(2026, 3, 1), (Recipient("L1", "监护人甲", 40_000),), "bank")
    import_bill(ws, bill(row(40_000, "农信社", happening=Happening.REFUND, note="退汇")))
    (one,) = waiting(ws)
    assert one.suggestion.kind == "ask"
    accept(ws, [inbox.edit(ws, one.id, {"kind": "returned", "of": 2})])
    assert kinds_booked(ws, 3) == ["grant-returned"]


def test_what_was_paid_by_card_is_learnt_of_the_wallet_s_party(ws: Workspace) -> None:
    for n, month in enumerate((0, 31)):
        bought = row(-5_000, "文具店", on=later(month), method="农业银行(1234)")
        import_bill(ws, bill(bought, channel="alipay"))
        import_bill(ws, bill(row(-5_000, "支付宝（中国）", on=later(month)), opening_fen=None))
        (one,) = waiting(ws)
        if n == 0:
            one = inbox.edit(ws, one.id, {"kind": "outlay", "programme": "goods"})
        assert (one.suggestion.kind, one.suggestion.programme) == ("outlay", "goods")
        accept(ws, [one])


def test_one_that_cannot_be_booked_leaves_nothing_of_the_others(ws: Workspace) -> None:
    import_bill(ws, bill(row(100, "甲", note="捐款"), row(-999_999_999, note="手续费")))
    with pytest.raises(Refused, match="holds"):
        accept(ws, waiting(ws))
    assert kinds_booked(ws) == []
    assert len(waiting(ws)) == 2


def test_a_dry_run_books_and_sets_aside_nothing(ws: Workspace) -> None:
    import_bill(ws, bill(row(100, "甲", note="捐款")))
    done = accept(replace(ws, dry_run=True), waiting(ws))
    assert done.entries == 1
    assert kinds_booked(ws) == []
    inbox.set_aside(replace(ws, dry_run=True), [waiting(ws)[0].id], "x")
    assert len(waiting(ws)) == 1


def test_a_file_is_of_one_place(ws: Workspace) -> None:
    one = bill(row(100, "甲"))
    import_bill(ws, one, place="bank")
    assert import_bill(ws, one).fresh == 0
    with pytest.raises(BadInput, match="imported before"):
        import_bill(ws, one, place="wechat")


def test_the_file_is_kept_among_the_papers(ws: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "bill.csv"
    path.write_bytes(b"the very bytes")
    one = replace(bill(row(100, "甲")), sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    import_bill(ws, one, path)
    assert evidence_path(evidence_folder(ws), one.sha256).read_bytes() == b"the very bytes"


def test_without_keys_the_inbox_stays_closed(
    ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_bill(ws, bill(row(100, "甲")))
    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path / "elsewhere"))
    with pytest.raises(MachineLacks):
        waiting(ws)


def test_a_row_moved_to_another_name_does_not_open(ws: Workspace) -> None:
    import_bill(ws, bill(row(100, "甲"), row(200, "乙")))
    with ws.database.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE bill_row SET content = (SELECT max(content) FROM bill_row)"
        )
    with pytest.raises(StorageError, match="does not open"):
        waiting(ws)


def test_a_row_of_a_closed_day_is_booked_on_a_later_one(ws: Workspace) -> None:
    close.close_period(ws, date(2026, 4, 30))
    import_bill(ws, bill(row(100, "甲", note="捐款")))
    (one,) = waiting(ws)
    assert one.suggestion.kind == "ask"
    one = inbox.edit(ws, one.id, {"on": "2026-05-02"})
    assert (one.suggestion.kind, one.on) == ("gift", date(2026, 5, 2))
    assert accept(ws, [one]).entries == 1
