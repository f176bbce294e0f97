"""Pairs, rows typed before and learning, beside a naive model of each; and their broken twins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.bill import DAY
from lovefund.core import candidates as c
from lovefund.core.candidates import Decision, Known, Pair, Row, Typed
from lovefund.core.names import PublicName

BY = settings(max_examples=100, deadline=None, report_multiple_bugs=False)
COMPANY = {"wechat": "财付通支付科技有限公司", "alipay": "支付宝（中国）网络技术有限公司"}


def _day(n: int) -> date:
    return DAY + timedelta(days=n)


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    """A few rows of a wallet and of the bank, so alike that they are easily mistaken."""
    made = []
    for n in range(draw(st.integers(2, 7))):
        on, fee = _day(draw(st.integers(0, 5))), draw(st.sampled_from((0, 5)))
        wallet = draw(st.sampled_from(("wechat", "wechat", "alipay")))
        kinds = ("bank", "withdrawal", "bank", "withdrawal", "top-up", "card", "gift")
        kind = draw(st.sampled_from(kinds))
        fen = draw(st.sampled_from((100, 95)))
        made.append(
            {
                "withdrawal": Row(f"{n}", wallet, on, c.WITHDRAWAL, -fen, fee),
                "top-up": Row(f"{n}", wallet, on, c.TOP_UP, fen),
                "card": Row(f"{n}", wallet, on, c.PAYMENT, -fen, method="农业银行(1234)"),
                "gift": Row(f"{n}", wallet, on, c.PAYMENT, fen, method="工商银行(9)"),
                "bank": Row(
                    f"{n}",
                    "bank",
                    on,
                    c.PAYMENT,
                    fen * draw(st.sampled_from((1, -1))),
                    party=draw(st.sampled_from((*COMPANY.values(), "", "张三丰"))),
                ),
            }[kind]
        )
    return made


def may_pair(wallet: Row, bank: Row) -> bool:
    """Written from what happens, not from the code: which two rows can be the same money."""
    if wallet.place == "bank" or bank.place != "bank":
        return False
    if wallet.happening == "withdrawal":
        arrives = abs(wallet.fen) - wallet.fee_fen
    elif wallet.happening == "top-up" or "农业银行" in wallet.method:
        arrives = -abs(wallet.fen)
    else:
        return False
    late = (bank.on - wallet.on).days
    return bank.fen == arrives and 0 <= late <= 3 and bank.party in ("", COMPANY[wallet.place])


def best(found: Sequence[Row]) -> int:
    """The most pairs that can be made of rows whose bank names the wallet, by trying them all."""
    able = [(w, b) for w, b in product(found, found) if may_pair(w, b) and b.party]
    for size in range(len(able), 0, -1):
        for some in combinations(able, size):
            used = [r.identity for pair in some for r in pair]
            if len(set(used)) == len(used):
                return size
    return 0


def pairs_are_right(pair: Callable[[Sequence[Row]], list[Pair]], found: list[Row]) -> None:
    made = pair(found)
    used = [row.identity for one in made for row in one]
    assert len(set(used)) == len(used), "a row is in one pair at most"
    assert all(may_pair(one.wallet, one.bank) for one in made)
    assert len([one for one in made if one.bank.party]) == best(found)
    left = [row for row in found if row.identity not in used]
    assert not any(may_pair(w, b) for w, b in product(left, left)), "no pair is overlooked"


@BY
@given(rows())
def test_pairs_are_made_of_fitting_rows_each_once_and_as_many_as_can_be(found: list[Row]) -> None:
    pairs_are_right(c.pairs, found)


def _without_days(wallet: Row, bank: Row, *, named: bool) -> bool:
    return c.names_wallet(bank, wallet.place) if named else not bank.party


def _without_names(wallet: Row, bank: Row, *, named: bool) -> bool:
    return named and wallet.on <= bank.on <= wallet.on + timedelta(days=3)


def _withdrawn(bank_on: int, bank_fen: int, party: str) -> list[Row]:
    wallet = Row("w", "wechat", _day(0), c.WITHDRAWAL, -100, 5)
    return [wallet, Row("b", "bank", _day(bank_on), c.PAYMENT, bank_fen, party=party)]


@pytest.mark.parametrize(
    ("name", "broken", "found"),
    [
        ("_fits", _without_days, _withdrawn(4, 95, COMPANY["wechat"])),
        ("_fits", _without_names, _withdrawn(1, 95, "张三丰")),
        ("at_bank", lambda row: -row.fen, _withdrawn(1, 100, COMPANY["wechat"])),
    ],
)
def test_a_pairing_that_looks_away_is_found(
    name: str, broken: Callable[..., object], found: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs_are_right(c.pairs, found)
    monkeypatch.setattr(c, name, broken)
    with pytest.raises(AssertionError):
        pairs_are_right(c.pairs, found)


@given(rows())
@BY
def test_the_order_of_rows_makes_no_difference(found: list[Row]) -> None:
    as_sets = [{frozenset(r.identity for r in p) for p in c.pairs(x)} for x in (found, found[::-1])]
    assert as_sets[0] == as_sets[1]


def test_rows_of_one_entry_stay_a_pair_whatever_comes_later() -> None:
    wallet = Row("w", "wechat", _day(0), c.WITHDRAWAL, -100, entry=7)
    bank = Row("b", "bank", _day(2), c.PAYMENT, 100, party=COMPANY["wechat"], entry=7)
    nearer = replace(bank, identity="n", on=_day(0), entry=None)
    assert c.pairs([nearer, bank, wallet]) == [Pair(wallet, bank)]


# Rows that an entry tells of already


@st.composite
def typed(draw: st.DrawFn) -> tuple[list[Row], list[Typed]]:
    def some(most: int) -> Iterator[tuple[int, date, str, int]]:
        for n in range(draw(st.integers(0, most))):
            on, place = _day(draw(st.integers(0, 6))), draw(st.sampled_from(("bank", "wechat")))
            yield n, on, place, draw(st.sampled_from((100, -100, 200)))

    found = [Row(f"r{n}", place, on, c.PAYMENT, fen) for n, on, place, fen in some(6)]
    return found, [Typed(*one) for one in some(5)]


def typed_is_right(
    judge: Callable[[Sequence[Row], Sequence[Typed]], dict[str, int]],
    found: tuple[list[Row], list[Typed]],
) -> None:
    given_rows, entries = found
    told = judge(given_rows, entries)
    by_identity = {row.identity: row for row in given_rows}
    by_no = {one.no: one for one in entries}
    assert len(set(told.values())) == len(told), "an entry is one row"

    def fits(row: Row, one: Typed) -> bool:
        near = abs((row.on - one.on).days) <= 2
        return near and (row.place, row.fen) == (one.place, one.fen)

    assert all(fits(by_identity[i], by_no[no]) for i, no in told.items())
    for row, one in product(given_rows, entries):
        if fits(row, one) and row.identity not in told:
            assert one.no in told.values(), "an entry that fits a row is asked about"


@BY
@given(typed())
def test_what_was_typed_is_asked_about_once(found: tuple[list[Row], list[Typed]]) -> None:
    typed_is_right(c.typed_before, found)


def test_an_entry_taken_for_two_rows_is_found() -> None:
    def broken(given_rows: Sequence[Row], entries: Sequence[Typed]) -> dict[str, int]:
        return {
            row.identity: one.no
            for row, one in product(given_rows, entries)
            if (row.place, row.fen) == (one.place, one.fen) and abs((row.on - one.on).days) <= 2
        }

    alike = [Row(f"r{n}", "bank", DAY, c.PAYMENT, 100) for n in (1, 2)]
    one = (alike, [Typed(1, DAY, "bank", 100)])
    typed_is_right(c.typed_before, one)
    with pytest.raises(AssertionError):
        typed_is_right(broken, one)


# Known again


@BY
@given(st.lists(st.sampled_from("abc"), max_size=9), st.data())
def test_overlapping_files_know_each_row_once(keys: list[str], data: st.DataObject) -> None:
    """Any two stretches of a bill, as files of their own: together they are their union."""
    cut = data.draw(st.integers(0, len(keys)))
    whole, first = c.counted(keys), c.counted(keys[:cut])
    assert len(set(whole)) == len(keys), "equal rows are rows of their own"
    assert set(first) <= set(whole), "a longer file knows the rows of a shorter one"


def test_keys_tell_channels_numbers_and_refunds_apart() -> None:
    keys = [
        c.order_key("wechat", "1"),
        c.order_key("alipay", "1"),
        c.order_key("wechat", "1", "2"),
        c.order_key("wechat", "12"),
        c.bank_key("1", "", DAY, 100),
        c.bank_key("1", "", DAY, 101),
        c.text_key("bank", "a", DAY, 100, "x", "y"),
        c.text_key("bank", "a", DAY, 100, "xy", ""),
    ]
    assert len(set(c.counted(keys))) == len(keys)


# Learnt


_modes = st.sampled_from(PublicName)
_decisions = st.lists(
    st.builds(
        Decision,
        st.sampled_from(("甲", "乙")),
        st.integers(0, 9).map(_day),
        st.just(c.GIFT),
        st.sampled_from(("张三", "李四")),
        _modes,
        st.just(""),
        st.just("society"),
        st.sampled_from(("general", "corner")),
        st.just(""),
    ),
    max_size=8,
)


@BY
@given(_decisions)
def test_a_rule_is_what_was_decided_most_and_never_more_public(made: list[Decision]) -> None:
    for party, rule in c.learn(made).items():
        own = [d for d in made if d.party == party]
        alike = [d for d in own if (d.donor, d.restriction) == _what(rule.decision)]
        assert rule.times == len(alike)
        assert rule.of == len(own)
        assert all(own.count(d) <= rule.times for d in own)
        chosen = [d.public for d in own if d.donor == rule.decision.donor]
        assert c.publicness(rule.decision.public) == min(map(c.publicness, chosen))


def _what(decision: Decision) -> tuple[str, str]:
    return decision.donor, decision.restriction


@BY
@given(_decisions, _modes, st.sampled_from(("甲", "张三", "")))
def test_no_suggestion_shows_more_than_was_chosen(
    made: list[Decision], chosen: PublicName, party: str
) -> None:
    known = Known(rules=c.learn(made), chosen={"张三": (chosen, ""), "甲": (chosen, "")})
    found = c.suggest(
        Row("r", "wechat", DAY, c.PAYMENT, 100, party=party, note="捐款"), None, known
    )
    assert found.kind == c.GIFT
    assert found.reasons
    if found.donor in known.chosen:
        assert c.publicness(found.public) <= c.publicness(chosen)


def test_a_suggestion_that_forgets_the_choice_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Row("r", "bank", DAY, c.PAYMENT, 100, party="甲", note="捐款")
    known = Known(chosen={"甲": (PublicName.ANONYMOUS, "")})
    assert c.suggest(row, None, known).public is PublicName.ANONYMOUS
    monkeypatch.setattr(c, "_no_more_public", lambda found, _known: found)
    assert c.suggest(row, None, known).public is PublicName.MASKED


# What single rows are taken for


@pytest.mark.parametrize(
    ("row", "kind", "word"),
    [
        (Row("r", "bank", DAY, c.PAYMENT, 100, party="张三丰"), c.GIFT, "张三丰"),
        (Row("r", "bank", DAY, c.PAYMENT, 100), c.UNIDENTIFIED, "whose"),
        (Row("r", "wechat", DAY, c.PAYMENT, 100, note="爱心捐款"), c.GIFT, "爱心"),
        (Row("r", "bank", DAY, c.PAYMENT, 100, party="财付通"), c.ASK, "wallet"),
        (Row("r", "bank", DAY, c.INTEREST, 100), c.INTEREST, "interest"),
        (Row("r", "bank", DAY, c.FEE, -100), c.FEE, "fee"),
        (Row("r", "bank", DAY, c.FEE, 100), c.ASK, "came back"),
        (Row("r", "bank", DAY, c.PAYMENT, -100, note="短信服务费"), c.FEE, "服务费"),
        (Row("r", "bank", DAY, c.PAYMENT, -100, party="文具店"), c.ASK, "only you"),
        (Row("r", "wechat", DAY, c.WITHDRAWAL, -100), c.ASK, "bank"),
        (Row("r", "wechat", DAY, c.PAYMENT, -100, method="农业银行"), c.ASK, "card"),
        (Row("r", "wechat", DAY, c.REFUND, -100, refund_of="9"), c.ASK, "--of"),
        (Row("r", "wechat", DAY, c.REFUND, 100), c.ASK, "came back"),
        (Row("r", "wechat", DAY, c.PAYMENT, 100, party="甲", personal=True), c.ASK, "private"),
    ],
)
def test_a_row_and_its_reason(row: Row, kind: str, word: str) -> None:
    found = c.suggest(row, None, Known())
    assert found.kind == kind
    assert any(word in reason for reason in found.reasons), found.reasons


def test_days_before_the_books_and_closed_days_are_asked_about() -> None:
    row = Row("r", "bank", DAY, c.PAYMENT, 100, party="甲", note="捐款")
    assert c.suggest(row, None, Known(opened_on=_day(1))).kind == c.ASK
    assert c.suggest(row, None, Known(closed_through=DAY)).kind == c.ASK
    assert c.suggest(row, None, Known(opened_on=DAY)).kind == c.GIFT


@pytest.mark.parametrize(
    ("party", "source", "public"),
    [
        ("青禾有限公司", "business", PublicName.MASKED),
        ("石桥商会", "organisation", PublicName.MASKED),
        ("三年级（1）班", "class", PublicName.ORG),
        ("张三丰", "society", PublicName.MASKED),
        ("13800138000", "society", PublicName.ANONYMOUS),
    ],
)
def test_who_gives(party: str, source: str, public: PublicName) -> None:
    row = Row("r", "bank", DAY, c.PAYMENT, 100, party=party, note="捐款")
    found = c.suggest(row, None, Known())
    assert (found.source, found.public) == (source, public)
    assert "138" not in found.donor


def test_decisions_of_somebody_stand_above_every_guess() -> None:
    row = Row("r", "bank", DAY, c.PAYMENT, 100, party="甲", note="捐款")
    known = Known(chosen={"甲": (PublicName.ANONYMOUS, "")})
    found = c.suggest(row, None, known)
    assert found.public is PublicName.ANONYMOUS
    shown = c.as_decided(row, found, {"public": "real"}, known)
    assert (shown.public, shown.donor) == (PublicName.REAL, "甲")
    other = c.as_decided(row, found, {"donor": "乙"}, known)
    assert (other.public, other.donor) == (PublicName.MASKED, "乙")
    fee = c.as_decided(row, found, {"kind": "unidentified"}, known)
    assert (fee.kind, fee.donor) == ("unidentified", "")
    assert c.as_decided(row, found, {}, known) is found


@pytest.mark.parametrize(
    "kind", [k for k in c.KINDS if k not in (c.FEE, c.INTEREST, c.UNIDENTIFIED)]
)
def test_what_is_undecided_says_what_it_lacks(kind: str) -> None:
    assert c.lacks(c.Suggestion(kind, ("why",)))
