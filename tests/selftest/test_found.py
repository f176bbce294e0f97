"""What the self-test found once: a short script of each, on which books and model agree now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from lovefund.selftest.run import replay
from lovefund.selftest.script import Script

DAY = "2026-03-10"
GIFT = {"id": "gift", "verb": "donate", "fen": 10_000, "place": "bank", "source": "staff",
        "purse": "general"}  # fmt: skip
HOME = {"id": "home", "verb": "restrict", "purse": "home", "programmes": ["home"],
        "agreement": "XY-1"}  # fmt: skip
HOME_GIFT = {**GIFT, "id": "home-gift", "purse": "home"}
GRANT = {"id": "grant", "verb": "grant", "fen": 4_000, "pupils": 1, "programme": "aid",
         "place": "bank", "purse": "general"}  # fmt: skip
PROMISE = {"id": "promise", "verb": "promise", "fen": 5_000, "pupils": 5, "programme": "home",
           "purse": "home"}  # fmt: skip
PAID = {"id": "paid", "verb": "pay_promised", "of": "promise", "fen": 5_000, "place": "bank"}
BOOKS = {"id": "books", "verb": "gift_goods", "source": "alumni", "purse": "general"}
IN_A = {"id": "in-a", "verb": "agency_in", "fen": 1_000, "place": "bank", "pupil": "A"}
IN_B = {**IN_A, "id": "in-b", "pupil": "B"}
OUT_A = {**IN_A, "id": "out-a", "verb": "agency_out"}


def _void(of: str) -> dict[str, Any]:
    return {"id": f"void-{of}", "verb": "void", "of": of}


def _correct(of: str, **changes: Any) -> dict[str, Any]:
    return {"id": f"correct-{of}", "verb": "correct", "of": of, "changes": changes}


def _refund(name: str, fen: int) -> dict[str, Any]:
    return {"id": name, "verb": "owe_refund", "of": "gift", "fen": fen, "own_fault": True}


def _return(of: str, fen: int) -> dict[str, Any]:
    return {"id": "back", "verb": "return", "of": of, "fen": fen, "place": "bank"}


NEXT_YEAR = {"today": "2027-01-05", "on": "2027-01-05"}
CLOSED = {"id": "closed", "verb": "close_year", "year": 2026, **NEXT_YEAR}
FOUND: dict[str, list[Mapping[str, Any]]] = {
    "a refund that was voided no longer counts": [
        GIFT, _refund("first", 7_000), _void("first"), _refund("second", 8_000)],
    "no refund of a gift that was voided": [
        GIFT, {**GIFT, "id": "other"}, _void("gift"), _refund("first", 5_000)],
    "no more is given back than a corrected gift brought": [
        GIFT, _correct("gift", fen=3_000), {**GIFT, "id": "other"}, _refund("first", 5_000)],
    "a grant that was voided does not come back": [
        GIFT, GRANT, _void("grant"), _return("grant", 1_000)],
    "a grant comes back to the purse that it was corrected to": [
        GIFT, {**GIFT, "id": "named-gift", "purse": "named"}, GRANT,
        _correct("grant", purse="named"), _return("grant", 1_000)],
    "no more comes back than a corrected grant paid": [
        GIFT, GRANT, _correct("grant", fen=500), _return("grant", 600)],
    "a promised grant comes back to its own programme": [
        HOME, HOME_GIFT, PROMISE, PAID, _return("paid", 1_000)],
    "a promise that was voided is not paid": [
        HOME, HOME_GIFT, PROMISE, _void("promise"), PAID],
    "a promise to few tells no programme by a correction": [
        GIFT, GRANT, _correct("grant", programme="visits")],
    "an unidentified receipt is corrected upwards": [
        {"id": "who", "verb": "unidentified", "fen": 100, "place": "bank"},
        _correct("who", fen=150),
        {"id": "known", "verb": "identify", "of": "who", "fen": 150, "source": "staff",
         "purse": "general"}],
    "an amount is not corrected to nothing": [GIFT, GRANT, _correct("grant", fen=0)],
    "an amount is not corrected below nothing": [GIFT, GRANT, _correct("grant", fen=-5)],
    "a purpose is kept in a closed year too": [
        GIFT, HOME, HOME_GIFT,
        {**GRANT, "id": "visit", "verb": "outlay", "programme": "visits"}, CLOSED,
        {**_correct("visit", purse="home"), **NEXT_YEAR}],
    "what came for one pupil is not passed on to another": [
        IN_A, IN_B, _correct("in-a", fen=400), OUT_A],
    "what was passed on keeps its receipt": [IN_A, IN_B, OUT_A, _void("in-a")],
    "agency money is not lent": [
        IN_A, {"id": "lent", "verb": "advance", "fen": 100, "place": "bank", "purse": "agency"}],
    "agency money buys no goods": [
        IN_A, {"id": "buy", "verb": "buy", "goods": [["books", 1, 100]], "place": "bank",
               "purse": "agency"}],
    "agency money is not reserved": [
        IN_A, {"id": "kept", "verb": "reserve", "fen": 100, "purse": "agency"}],
    "nothing is reserved in a purse that is not there": [
        GIFT, {"id": "kept", "verb": "reserve", "fen": 100, "purse": "nowhere"}],
    "nothing at all is not reserved": [
        GIFT, {"id": "kept", "verb": "reserve", "fen": 0, "purse": "general"}],
    "a grant names a reservation that is there": [GIFT, {**GRANT, "of": "none"}],
    "an advance is not settled by nothing": [
        GIFT, {"id": "lent", "verb": "advance", "fen": 100, "place": "bank", "purse": "general"},
        {"id": "settled", "verb": "settle_advance", "of": "lent", "goods": [], "spent": 0,
         "returned": 0, "programme": "aid", "place": "cash"}],
    "goods that are gone leave no worth behind": [
        {**BOOKS, "goods": [["books", 10, 1_000]]},
        {**BOOKS, "id": "more", "goods": [["books", 10, 10]]},
        {"id": "given", "verb": "give", "wanted": [["books", 10]], "programme": "aid",
         "purse": "general"},
        _void("more")],
    "a purse's stock is on no day below zero": [
        {**BOOKS, "goods": [["books", 10, 1_000]], "on": "2026-03-05"},
        HOME,
        {**BOOKS, "id": "home-books", "purse": "home", "goods": [["books", 5, 500]]},
        {"id": "given", "verb": "give", "wanted": [["books", 5]], "programme": "home",
         "purse": "home", "on": "2026-03-07"}],
    "balances from before the opening close with the first year": [
        {"id": "old", "verb": "brought", "balances": [["bank", "general", 5_000, None]],
         "on": "2025-12-31"},
        GIFT, CLOSED],
    "a receipt that went back is no gift": [
        {"id": "who", "verb": "unidentified", "fen": 100, "place": "bank"},
        {"id": "back", "verb": "identify_return", "of": "who", "fen": 100, "place": "bank"},
        {"id": "told", "verb": "publish", "from": "2026-03-01", "to": "2026-03-31",
         "today": "2026-04-05"}],
    "the same request on a later day leaves the head as it was": [
        GIFT, {**GIFT, "id": "again", "request": "gift", "today": "2026-03-20"}],
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_books_and_model_agree_where_they_once_did_not(name: str) -> None:
    ops = tuple({"fund": "shiqiao", "today": DAY, "on": DAY, **op} for op in FOUND[name])
    result = replay(Script({"shiqiao": date(2026, 1, 1)}, ops))
    assert result.disagreement is None
    assert result.operations == len(ops)
