"""Plays an operation of the self-test on real books, through the same verbs as a treasurer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from lovefund.actions import close, mend, move, receive, restrictions, spend
from lovefund.actions.open_fund import NewFund, bring_forward, open_fund
from lovefund.actions.publish import publish
from lovefund.actions.workspace import Workspace
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.core.entries import Holder
from lovefund.core.goods import GoodsLine
from lovefund.core.grants import Recipient
from lovefund.core.names import PublicName
from lovefund.core.opening import OpeningBalance
from lovefund.errors import BadInput, Refused
from lovefund.money import allocate
from lovefund.publishing.view import Statement
from lovefund.selftest.model.changes import Op
from lovefund.store.book import CHINA, Posted
from lovefund.store.engine import Database

#: A class, which may be the donor whatever the source is.
_DONOR = Donor("虚构小学三年级", PublicName.ORG, pupil="虚构学生")
_GUARDIAN = Holder("测试监护人（虚构）")


@dataclass
class Answer:
    """What the books said: refused with a code, or booked; ``statement`` where one was made."""

    refused: str = ""
    posted: list[Posted] = field(default_factory=list)
    statement: Statement | None = None


class Player:
    """The books that are played on, and under which number each operation stands in them."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.numbers: dict[tuple[str, str], int] = {}

    def open(self, fund: str, on: date) -> None:
        """Open a fund of fictional people."""
        ws = replace(self._workspace({"fund": fund, "today": on.isoformat()}), fund=fund)
        name, school = f"{fund}爱心基金（虚构）", f"{fund}小学（虚构）"
        open_fund(ws, NewFund(fund, name, school, "测试出纳（虚构）", on=on))

    def play(self, op: Op) -> Answer:
        """Play one operation; errors other than refusals are the caller's."""
        ws = self._workspace(op)
        verb: Callable[[Workspace, Op], Any] = getattr(self, "_" + op["verb"])
        try:
            done = verb(ws, op)
        except Refused as refused:
            return Answer(refused.refusals[0].code)
        except BadInput as bad:
            return Answer(bad.code)
        if isinstance(done, Statement):
            return Answer(statement=done)
        posted = list(done) if type(done) is tuple else [done]
        if not op.get("dry"):
            for fund, one in zip((op["fund"], op.get("to", "")), posted, strict=False):
                self.numbers.setdefault((fund, op["id"]), one.no)
        return Answer(posted=posted)

    def _workspace(self, op: Op) -> Workspace:
        now = datetime.combine(date.fromisoformat(op["today"]), time(9), CHINA)
        return Workspace(
            self.database,
            op["fund"],
            date_is_right=op.get("sure", True),
            dry_run=op.get("dry", False),
            clock=lambda: now,
        )

    def _no(self, op: Op) -> int:
        """The number of the entry that an operation builds on; one that is not there if none."""
        return self.numbers.get((op["fund"], op["of"]), 10**6)

    # -- verbs, in the order of the model -------------------------------------------------

    def _donate(self, ws: Workspace, op: Op) -> Posted:
        return receive.donate(
            ws, _on(op), op["fen"], op["place"], op["source"], _DONOR, op["purse"], request=_re(op)
        )

    def _gift_goods(self, ws: Workspace, op: Op) -> Posted:
        return receive.donate_goods(
            ws, _on(op), _goods(op), op["source"], _DONOR, op["purse"], request=_re(op)
        )

    def _service(self, ws: Workspace, op: Op) -> Posted:
        return receive.donate_service(
            ws,
            _on(op),
            op["fen"],
            op["programme"],
            op["source"],
            _DONOR,
            op["purse"],
            request=_re(op),
        )

    def _interest(self, ws: Workspace, op: Op) -> Posted:
        return receive.receive_interest(
            ws, _on(op), op["fen"], op["place"], op["purse"], request=_re(op)
        )

    def _unidentified(self, ws: Workspace, op: Op) -> Posted:
        return receive.receive_unidentified(ws, _on(op), op["fen"], op["place"], request=_re(op))

    def _identify(self, ws: Workspace, op: Op) -> Posted:
        return receive.identify_donation(
            ws,
            self._no(op),
            _on(op),
            op["fen"],
            op["source"],
            _DONOR,
            op["purse"],
            request=_re(op),
        )

    def _identify_return(self, ws: Workspace, op: Op) -> Posted:
        return receive.identify_returned(
            ws, self._no(op), _on(op), op["fen"], op["place"], request=_re(op)
        )

    def _brought(self, ws: Workspace, op: Op) -> Posted:
        rows = tuple(
            OpeningBalance(
                "grant-due" if role == "owed" else role,
                purse,
                fen,
                GoodsLine(*goods) if goods else None,
            )
            for role, purse, fen, goods in op["balances"]
        )
        return bring_forward(ws, _on(op), rows, request=_re(op))

    def _grant(self, ws: Workspace, op: Op) -> Posted:
        return spend.pay_grants(
            ws,
            _on(op),
            _families(op),
            op["place"],
            op["programme"],
            op["purse"],
            approved=self._no(op) if op.get("of") else None,
            request=_re(op),
        )

    def _promise(self, ws: Workspace, op: Op) -> Posted:
        return spend.promise_grants(
            ws, _on(op), _families(op), op["programme"], op["purse"], request=_re(op)
        )

    def _pay_promised(self, ws: Workspace, op: Op) -> Posted:
        return spend.pay_promised(
            ws, self._no(op), _on(op), op["fen"], op["place"], request=_re(op)
        )

    def _reserve(self, ws: Workspace, op: Op) -> Posted:
        return spend.reserve_grant(ws, _on(op), op["fen"], op["purse"], request=_re(op))

    def _withdraw(self, ws: Workspace, op: Op) -> Posted:
        return spend.withdraw_grant(ws, self._no(op), _on(op), request=_re(op))

    def _return(self, ws: Workspace, op: Op) -> Posted:
        no = self._no(op)
        with ws.reading() as books:
            entry = books.entry(no)
            rows = spend.paid_rows(books, entry) if entry else []
        codes = [row[0] for row in rows]
        return spend.return_grant(
            ws, no, _on(op), op["fen"], op["place"], request=_re(op), codes=codes
        )

    def _outlay(self, ws: Workspace, op: Op) -> Posted:
        return spend.pay_outlay(
            ws, _on(op), op["fen"], op["place"], op["programme"], op["purse"], request=_re(op)
        )

    def _fee(self, ws: Workspace, op: Op) -> Posted:
        return spend.pay_fee(ws, _on(op), op["fen"], op["place"], request=_re(op))

    def _agency_in(self, ws: Workspace, op: Op) -> Posted:
        return receive.receive_agency(
            ws, _on(op), op["fen"], op["place"], _DONOR, op["pupil"], request=_re(op)
        )

    def _agency_out(self, ws: Workspace, op: Op) -> Posted:
        return spend.pay_agency(
            ws, _on(op), op["fen"], op["place"], _GUARDIAN, op["pupil"], request=_re(op)
        )

    def _buy(self, ws: Workspace, op: Op) -> Posted:
        return spend.buy_goods(ws, _on(op), _goods(op), op["place"], op["purse"], request=_re(op))

    def _give(self, ws: Workspace, op: Op) -> Posted:
        return spend.give_goods(
            ws, _on(op), _wanted(op), op["programme"], op["purse"], request=_re(op)
        )

    def _sell(self, ws: Workspace, op: Op) -> Posted:
        return spend.sell_goods(
            ws, _on(op), _wanted(op), op["fen"], op["place"], op["purse"], request=_re(op)
        )

    def _count(self, ws: Workspace, op: Op) -> Posted:
        return spend.count_stock(ws, _on(op), op["item"], op["units"], op["purse"], request=_re(op))

    def _advance(self, ws: Workspace, op: Op) -> Posted:
        return spend.pay_advance(
            ws, _on(op), op["fen"], op["place"], "测试教师（虚构）", op["purse"], request=_re(op)
        )

    def _settle_advance(self, ws: Workspace, op: Op) -> Posted:
        return spend.settle_advance(
            ws,
            self._no(op),
            _on(op),
            goods=_goods(op),
            spent_fen=op["spent"],
            programme=op["programme"],
            returned_fen=op["returned"],
            place=op["place"],
            request=_re(op),
        )

    def _owe_refund(self, ws: Workspace, op: Op) -> Posted:
        return spend.owe_refund(
            ws, self._no(op), _on(op), op["fen"], own_fault=op["own_fault"], request=_re(op)
        )

    def _pay_refund(self, ws: Workspace, op: Op) -> Posted:
        return spend.pay_refund(ws, self._no(op), _on(op), op["fen"], op["place"], request=_re(op))

    def _move(self, ws: Workspace, op: Op) -> Posted:
        return move.move_money(
            ws, _on(op), op["fen"], op["place"], op["into"], op["fee"], request=_re(op)
        )

    def _transfer(self, ws: Workspace, op: Op) -> tuple[Posted, Posted]:
        out, into = move.transfer(
            ws, op["to"], _on(op), op["fen"], op["place"], op["into"], op["purse"], request=_re(op)
        )
        return out, into

    def _restrict(self, ws: Workspace, op: Op) -> Posted:
        return restrictions.open_restriction(
            ws,
            _on(op),
            op["purse"],
            "测试用途（虚构）",
            tuple(op["programmes"]),
            op["agreement"],
            request=_re(op),
        )

    def _change_purpose(self, ws: Workspace, op: Op) -> Posted:
        return restrictions.change_restriction(
            ws, _on(op), op["purse"], op["into"], op["fen"], op["consent"], request=_re(op)
        )

    def _correct(self, ws: Workspace, op: Op) -> Posted:
        changed = op["changes"]
        changes = mend.Changes(
            changed.get("fen"),
            changed.get("place"),
            changed.get("source"),
            changed.get("programme"),
            changed.get("purse"),
        )
        return mend.correct(ws, self._no(op), _on(op), changes, "写错了", request=_re(op))

    def _void(self, ws: Workspace, op: Op) -> Posted:
        return mend.void(ws, self._no(op), _on(op), "重复入账", request=_re(op))

    def _mend_name(self, ws: Workspace, op: Op) -> Posted:
        return mend.mend_name(ws, self._no(op), _on(op), _DONOR, "错字", request=_re(op))

    def _copy_receipt(self, ws: Workspace, op: Op) -> Posted:
        return mend.copy_receipt(ws, self._no(op), _on(op), "遗失", request=_re(op))

    def _close_period(self, ws: Workspace, op: Op) -> Posted:
        return close.close_period(ws, date.fromisoformat(op["through"]), request=_re(op))

    def _close_year(self, ws: Workspace, op: Op) -> Posted:
        return close.close_year(ws, op["year"], request=_re(op))

    def _publish(self, ws: Workspace, op: Op) -> Statement:
        period = parse_period(f"{op['from']}..{op['to']}")
        return publish(ws, period, self.folder / "published", languages=()).statement


def _on(op: Op) -> date:
    return date.fromisoformat(op["on"])


def _re(op: Op) -> str:
    """The request id: the same operation played again is the same request."""
    return f"op-{op.get('request', op['id'])}"


def _goods(op: Op) -> tuple[GoodsLine, ...]:
    return tuple(GoodsLine(*line) for line in op["goods"])


def _wanted(op: Op) -> tuple[tuple[str, int], ...]:
    return tuple((item, units) for item, units in op["wanted"])


def _families(op: Op) -> tuple[Recipient, ...]:
    """So many families that share the amount."""
    count, fen = op["pupils"], op["fen"]
    parts = allocate(fen, [1] * count) if fen > 0 else [fen] + [0] * (count - 1)
    return tuple(Recipient(f"L{i}", f"监护人{i}（虚构）", part) for i, part in enumerate(parts))
