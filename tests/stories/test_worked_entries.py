"""The worked entries of the national accounting system, from the verb to the printed voucher.

``worked-entries.txt`` holds what an accountant writes, line by line.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from lovefund.actions import close, mend, move, receive, restrictions, spend
from lovefund.actions.check import check
from lovefund.actions.workspace import Workspace
from lovefund.core.donations import Donor
from lovefund.core.entries import Holder
from lovefund.core.goods import GoodsLine
from lovefund.core.grants import Recipient
from lovefund.core.names import PublicName
from lovefund.errors import Refused
from lovefund.money import parse_yuan
from world import at, balance, entry_of, new_books, new_fund, printed

COMPANY = Donor("青禾公司（虚构）", PublicName.ORG)
PERSON = Donor("张三丰", PublicName.MASKED)
FAMILIES = tuple(Recipient(f"A{n:02d}", f"监护人{n}", 40_000) for n in range(30))


def on(month: int, day: int) -> date:
    return date(2026, month, day)


@pytest.fixture(params=["npo-2026", "npo-2004"])
def chart(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def ws(database_url: str, chart: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("LOVEFUND_KEYS", str(tmp_path / "keys"))
    ws = new_fund(new_books(database_url), chart=chart)
    ws = at(ws, on(12, 1))
    restrictions.open_restriction(
        ws, on(1, 2), "home", "留守学生之家", ("home", "goods"), "XY-2026-01"
    )
    return ws


def expected(row: int, chart: str) -> list[tuple[str, str, int, int]]:
    """The lines of one row of the table, as code, name, debit and credit in fen."""
    lines = []
    for text in Path(__file__).with_name("worked-entries.txt").read_text("utf-8").splitlines():
        if text.startswith("#") or int(text.split("|")[0]) != row:
            continue
        _no, side, code, name, amount = (cell.strip() for cell in text.split("|"))
        if chart == "npo-2004":
            code = code.replace("5301", "5201") if code.startswith("5301") else code
            if code == "3201":
                code, name = "3101", "非限定性净资产"
        sign = -1 if amount.startswith("-") else 1
        fen = sign * parse_yuan(amount.lstrip("-"))
        lines.append((code, name, fen, 0) if side == "Dr" else (code, name, 0, fen))
    assert lines, f"row {row} is not in the table"
    return lines


def as_sums(lines: list[tuple[str, str, int, int]]) -> dict[tuple[str, str], tuple[int, int]]:
    """Debit and credit by printed account: rows that are booked as one entry print together."""
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for code, name, debit, credit in lines:
        before = sums.get((code, name), (0, 0))
        sums[code, name] = before[0] + debit, before[1] + credit
    return sums


def bank_gift(ws: Workspace) -> list[int]:
    return [receive.donate(ws, on(1, 5), 1_200_000, "bank", "society", PERSON).no]


def cash_collected(ws: Workspace) -> list[int]:
    return [receive.donate(ws, on(1, 6), 300_000, "cash", "staff", PERSON).no]


def cash_deposited(ws: Workspace) -> list[int]:
    return [move.move_money(ws, on(1, 6), 300_000, "cash", "bank").no]


def home_gift(ws: Workspace) -> list[int]:
    return [receive.donate(ws, on(1, 7), 500_000, "bank", "business", COMPANY, "home").no]


def bazaar(ws: Workspace) -> list[int]:
    donor = Donor("春季义卖", PublicName.ORG)
    return [receive.donate(ws, on(1, 8), 265_050, "wechat", "bazaar", donor, "home").no]


def wechat_withdrawn(ws: Workspace) -> list[int]:
    return [move.move_money(ws, on(1, 9), 265_050, "wechat", "bank", 265).no]


def agency_in(ws: Workspace) -> list[int]:
    return [receive.receive_agency(ws, on(1, 10), 80_000, "bank", PERSON, "P-031").no]


def agency_out(ws: Workspace) -> list[int]:
    return [spend.pay_agency(ws, on(1, 11), 80_000, "bank", Holder("监护人"), "P-031").no]


def books_given_to_us(ws: Workspace) -> list[int]:
    goods = (GoodsLine("books", 98, 196_000),)
    return [receive.donate_goods(ws, on(1, 12), goods, "business", COMPANY, "home").no]


def books_given_out(ws: Workspace) -> list[int]:
    return [spend.give_goods(ws, on(1, 13), (("books", 98),), "home", "home").no]


def thirty_grants(ws: Workspace) -> list[int]:
    return [spend.pay_grants(ws, on(1, 14), FAMILIES, "bank").no]


def home_equipped(ws: Workspace) -> list[int]:
    return [spend.pay_outlay(ws, on(1, 15), 435_000, "bank", "home", "home").no]


def bank_interest(ws: Workspace) -> list[int]:
    return [receive.receive_interest(ws, on(1, 16), 1_236, "bank").no]


def bank_fee(ws: Workspace) -> list[int]:
    return [spend.pay_fee(ws, on(1, 17), 500, "bank").no]


def unidentified(ws: Workspace) -> list[int]:
    return [receive.receive_unidentified(ws, on(1, 18), 50_000, "bank").no]


def sent_back(ws: Workspace) -> list[int]:
    no = last(ws, "unidentified")
    return [receive.identify_returned(ws, no, on(1, 19), 50_000, "bank").no]


def grant_returned(ws: Workspace) -> list[int]:
    return [
        spend.return_grant(ws, last(ws, "grant-paid"), on(1, 20), 40_000, "bank", codes=("A07",)).no
    ]


def last(ws: Workspace, kind: str) -> int:
    with ws.reading() as books:
        return max(entry.no for entry in books.entries(kinds=(kind,)))


GOLDEN: list[Callable[[Workspace], list[int]]] = [
    bank_gift,
    cash_collected,
    cash_deposited,
    home_gift,
    bazaar,
    wechat_withdrawn,
    agency_in,
    agency_out,
    books_given_to_us,
    books_given_out,
    thirty_grants,
    home_equipped,
    bank_interest,
    bank_fee,
    unidentified,
    sent_back,
    grant_returned,
]


def test_each_voucher_of_the_golden_case_prints_as_an_accountant_writes_it(
    ws: Workspace, chart: str
) -> None:
    for row, event in enumerate(GOLDEN, 1):
        assert printed(ws, *event(ws)) == expected(row, chart), event.__name__


def test_the_golden_case_closes_to_the_fen(ws: Workspace, chart: str) -> None:
    for event in GOLDEN:
        event(ws)
    income = {r: -balance(ws, "4", r) for r in ("general", "home")}
    outlay = {r: balance(ws, "5", r) for r in ("general", "home")}
    assert income == {"general": 15_012_36, "home": 9_610_50}
    assert outlay == {"general": 11_607_65, "home": 6_310_00}

    no = close.close_year(at(ws, date(2027, 1, 5)), 2026).no

    year_end = expected(31, chart) + expected(33 if chart == "npo-2004" else 32, chart)
    assert as_sums(printed(ws, no)) == as_sums(year_end)
    assert -balance(ws, "3101") == 3_404_71
    assert -balance(ws, "3102") == 3_300_50
    assert balance(ws, "1002") == 6_705_21
    for code in ("1001", "1009", "1201", "2209", "2601", "4", "5"):
        assert balance(ws, code) == 0, code
    closing = entry_of(ws, no).postings
    release = [p for p in closing if (p.debit, p.credit) == ("3102", "3101")]
    if chart == "npo-2004":
        assert [p.amount_fen for p in release] == [6_310_00]
        before = -balance(ws, "3101") - sum(p.amount_fen for p in release)
        assert before == -2_905_29
    else:
        assert release == []
    assert check(ws) == []


def test_agency_money_touches_neither_income_nor_outlay(ws: Workspace) -> None:
    agency_in(ws)
    assert (balance(ws, "4"), balance(ws, "5")) == (0, 0)
    assert -balance(ws, "2601") == balance(ws, "1002", "agency") == 80_000


def test_a_grant_returned_after_its_year_is_closed_goes_to_prior_years(
    ws: Workspace, chart: str
) -> None:
    bank_gift(ws)
    thirty_grants(ws)
    later = at(ws, date(2027, 2, 1))
    close.close_year(later, 2026)
    no = spend.return_grant(
        later, last(ws, "grant-paid"), date(2027, 2, 1), 40_000, "bank", codes=("A07",)
    ).no
    assert printed(ws, no) == expected(18, chart)
    close.close_year(at(ws, date(2028, 1, 3)), 2027)
    assert balance(ws, "3201") == 0
    assert -balance(ws, "3101") == 40_000


def test_donated_goods_sold_at_a_bazaar(ws: Workspace, chart: str) -> None:
    goods = (GoodsLine("handicraft", 30, 60_000),)
    came = receive.donate_goods(ws, on(2, 1), goods, "business", COMPANY, "home").no
    sold = spend.sell_goods(ws, on(2, 2), (("handicraft", 30),), 75_000, "bank", "home").no
    assert printed(ws, came, sold) == expected(19, chart)


@pytest.mark.parametrize("own_fault", [False, True], ids=["outside cause", "own fault"])
def test_a_refund_is_owed_and_then_paid(ws: Workspace, chart: str, own_fault: bool) -> None:
    gift = home_gift(ws)[0]
    owed = spend.owe_refund(ws, gift, on(2, 1), 100_000, own_fault=own_fault).no
    paid = spend.pay_refund(ws, owed, on(2, 2), 100_000, "bank").no
    cost = own_fault or chart == "npo-2004"
    assert printed(ws, owed, paid) == expected(21 if cost else 20, chart)


def test_a_promised_grant_is_a_payable(ws: Workspace, chart: str) -> None:
    bank_gift(ws)
    family = (Recipient("A01", "监护人", 120_000),)
    no = spend.promise_grants(ws, on(2, 1), family).no
    assert printed(ws, no) == expected(22, chart)
    spend.pay_promised(ws, no, on(2, 2), 120_000, "bank")
    assert balance(ws, "2209") == 0


def test_an_advance_for_goods_is_settled(ws: Workspace, chart: str) -> None:
    cash_collected(ws)
    paid = spend.pay_advance(ws, on(2, 1), 30_000, "cash", "李老师").no
    goods = (GoodsLine("stationery", 20, 30_000),)
    settled = spend.settle_advance(ws, paid, on(2, 3), goods=goods).no
    assert printed(ws, paid, settled) == expected(23, chart)


def test_a_free_lecture_with_an_invoice(ws: Workspace, chart: str) -> None:
    if chart == "npo-2004":
        with pytest.raises(Refused, match="does not book donated services"):
            receive.donate_service(ws, on(2, 1), 200_000, "lectures", "society", PERSON)
        return
    no = receive.donate_service(ws, on(2, 1), 200_000, "lectures", "society", PERSON).no
    assert printed(ws, no) == expected(24, chart)


def test_a_donor_lifts_and_adds_a_restriction(ws: Workspace, chart: str) -> None:
    home_gift(ws)
    bank_gift(ws)
    lifted = restrictions.change_restriction(
        ws, on(2, 1), "home", "general", 65_000, "TY-2026-01"
    ).no
    added = restrictions.change_restriction(
        ws, on(2, 2), "general", "home", 50_000, "TY-2026-02"
    ).no
    assert printed(ws, lifted) == expected(25, chart)
    assert printed(ws, added) == expected(26, chart)


@pytest.mark.parametrize("row", [27, 28], ids=["one bank account", "two bank accounts"])
def test_a_transfer_between_two_funds_of_one_school(ws: Workspace, chart: str, row: int) -> None:
    """Each fund books its own half, whether or not they share an account at the bank."""
    bank_gift(ws)
    other = at(new_fund(ws.database, "qinghe", chart), on(12, 1))
    out, into = move.transfer(ws, "qinghe", on(2, 1), 100_000, "bank", "bank")
    assert [*printed(ws, out.no), *printed(other, into.no)] == expected(row, chart)
    assert entry_of(ws, out.no).facts["peer_no"] == into.no
    assert entry_of(other, into.no).facts["peer_no"] == out.no


def test_a_stock_count_finds_less(ws: Workspace, chart: str) -> None:
    goods = (GoodsLine("books", 10, 40_000),)
    receive.donate_goods(ws, on(2, 1), goods, "business", COMPANY)
    no = spend.count_stock(ws, on(2, 2), "books", 9).no
    assert printed(ws, no) == expected(29, chart)


def test_a_wrong_fee_is_cancelled_in_red_and_booked_right(ws: Workspace, chart: str) -> None:
    bank_gift(ws)
    fee = spend.pay_fee(ws, on(2, 1), 5_000, "bank").no
    red = mend.void(ws, fee, on(2, 2), "手续费记错").no
    blue = spend.pay_fee(ws, on(2, 2), 500, "bank").no
    assert printed(ws, red, blue) == expected(30, chart)


def test_a_wrong_place_is_mended_red_and_blue_in_one_entry(ws: Workspace, chart: str) -> None:
    bank_gift(ws)
    cash_collected(ws)
    fee = spend.pay_fee(ws, on(2, 1), 5_000, "bank").no
    no = mend.correct(ws, fee, on(2, 2), mend.Changes(amount_fen=500, place="cash"), "记错").no
    *red, debit, credit = printed(ws, no)
    assert [*red, debit] == expected(30, chart)[:3]
    assert credit == ("1001", "现金", 0, 500)


def test_a_wrong_amount_alone_is_mended_by_the_difference(ws: Workspace) -> None:
    bank_gift(ws)
    fee = spend.pay_fee(ws, on(2, 1), 5_000, "bank").no
    no = mend.correct(ws, fee, on(2, 2), mend.Changes(amount_fen=500), "多记").no
    assert [(d, c) for _code, _name, d, c in printed(ws, no)] == [(-4_500, 0), (0, -4_500)]
