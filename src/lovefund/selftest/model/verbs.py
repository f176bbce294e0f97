"""The verbs of the model: what each needs, what it builds on and what it changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from lovefund.selftest.model.changes import (
    AGENCY,
    CORRECTABLE,
    FINAL,
    GENERAL,
    HARMLESS,
    PUPILS_MIN,
    RECEIPTED,
    Change,
    Op,
    change_of,
    in_earlier_year,
    minus,
    money,
    plus,
    stock,
)
from lovefund.selftest.model.funds import Event, Fund
from lovefund.selftest.model.laws import Laws, No, Plan


class World(Laws):
    """The funds of one set of books, and the model's answer to every verb."""

    # -- money, goods and services come in ------------------------------------------------

    def _simple(self, fund: Fund, op: Op) -> Plan:
        self._fen(op["fen"])
        return self._plan(fund, op, change_of(op["verb"], op))

    _donate = _service = _interest = _unidentified = _agency_in = _simple
    _outlay = _fee = _advance = _simple

    def _gift_goods(self, fund: Fund, op: Op) -> Plan:
        fen = sum(worth for _item, _units, worth in op["goods"])
        self._fen(fen)
        if any(units < 1 or worth < 0 for _item, units, worth in op["goods"]):
            raise No("goods have a quantity and a worth")
        return self._plan(fund, op, change_of(op["verb"], {**op, "fen": fen}))

    def _identify(self, fund: Fund, op: Op) -> Plan:
        of = self._named(fund, op, "unidentified")
        fen, purse, place = op["fen"], op["purse"], of.args["place"]
        self._fen(fen)
        if fen > of.left:
            raise No("more than waits to be identified")
        change = plus(
            {("owed", GENERAL, ""): -fen, ("income", purse, op["source"]): fen},
            money(GENERAL, place, -fen),
            money(purse, place, fen),
        )
        return self._plan(fund, op, change, of=of)

    def _identify_return(self, fund: Fund, op: Op) -> Plan:
        of = self._named(fund, op, "unidentified")
        return self._settle(fund, op, of, {"purse": GENERAL})

    def _brought(self, fund: Fund, op: Op) -> Plan:
        change: Change = {}
        for role, purse, fen, goods in op["balances"]:
            self._fen(fen)
            match role:
                case "stock":
                    there = stock(purse, [goods])
                    if goods[1] < 1:
                        raise No("goods have a quantity")
                case "owed":
                    there = {("owed", purse, ""): fen}
                case _ if purse == AGENCY:
                    there = money(purse, role, fen) | {("held", purse, ""): fen}
                case _:
                    there = money(purse, role, fen)
            why = {("brought", purse, ""): -fen if role == "owed" else fen}
            change = plus(change, there, why if purse != AGENCY else {})
        return self._plan(fund, op, change)

    # -- money and goods go out -----------------------------------------------------------

    def _few(self, op: Op) -> None:
        if op["pupils"] < PUPILS_MIN and op["programme"] != "aid":
            raise No("a grant to few pupils tells no programme of its own")

    def _grant(self, fund: Fund, op: Op) -> Plan:
        self._fen(op["fen"])
        self._few(op)
        of = None
        if op.get("of"):
            of = self._named(fund, op, "reserve")
            if of.args["purse"] != op["purse"] or op["fen"] > of.left:
                raise No("not so much is reserved")
        return self._plan(fund, op, change_of("grant", op), of=of)

    def _promise(self, fund: Fund, op: Op) -> Plan:
        self._few(op)
        return self._simple(fund, op)

    def _settle(self, fund: Fund, op: Op, of: Event, more: Mapping[str, Any]) -> Plan:
        self._fen(op["fen"])
        if op["fen"] > of.left:
            raise No("more than is open")
        args = {**op, **more}
        return self._plan(fund, op, change_of(op["verb"], args), of=of, args=args)

    def _pay_promised(self, fund: Fund, op: Op) -> Plan:
        of = self._named(fund, op, "promise")
        more = {"purse": of.args["purse"], "programme": of.args["programme"]}
        return self._settle(fund, op, of, more)

    def _pay_refund(self, fund: Fund, op: Op) -> Plan:
        of = self._named(fund, op, "owe_refund")
        return self._settle(fund, op, of, {"purse": of.args["purse"]})

    def _reserve(self, fund: Fund, op: Op) -> Plan:
        if op["purse"] == AGENCY:
            raise No("agency money is only passed on")
        return self._simple(fund, op)

    def _withdraw(self, fund: Fund, op: Op) -> Plan:
        of = self._named(fund, op, "reserve")
        if of.left <= 0:
            raise No("nothing is reserved any more")
        args = {**op, "fen": of.left}
        change = {("reserved", of.args["purse"], ""): -of.left}
        return self._plan(fund, op, change, of=of, args=args)

    def _return(self, fund: Fund, op: Op) -> Plan:
        of = self._named(fund, op, "grant", "pay_promised")
        self._fen(op["fen"])
        if op["fen"] > of.left:
            raise No("more than was paid")
        purse = of.args["purse"]
        spent = {("outlay", purse, of.args["programme"]): -op["fen"]}
        if of.on.year in fund.years_closed:
            spent = in_earlier_year(spent)
        return self._plan(fund, op, money(purse, op["place"], op["fen"]) | spent, of=of)

    def _agency_out(self, fund: Fund, op: Op) -> Plan:
        return self._simple(fund, op)

    def _buy(self, fund: Fund, op: Op) -> Plan:
        fen = sum(worth for _item, _units, worth in op["goods"])
        self._fen(fen)
        if any(units < 1 or worth < 0 for _item, units, worth in op["goods"]):
            raise No("goods have a quantity and a worth")
        return self._plan(fund, op, change_of("buy", {**op, "fen": fen}))

    def _cost(self, fund: Fund, op: Op) -> list[tuple[str, int, int]]:
        """Goods going out at their average cost, rounded down; the last take what is left."""
        found = []
        for item, units in op["wanted"]:
            there, worth = (
                fund.sums["units", op["purse"], item],
                fund.sums["stock", op["purse"], item],
            )
            if units < 1 or units > there:
                raise No("not so many in stock")
            found.append((item, units, worth if units == there else worth * units // there))
        return found

    def _give(self, fund: Fund, op: Op) -> Plan:
        goods = self._cost(fund, op)
        cost = sum(worth for _item, _units, worth in goods)
        self._fen(cost)
        change = stock(op["purse"], goods, -1) | {("outlay", op["purse"], op["programme"]): cost}
        return self._plan(fund, op, change)

    def _sell(self, fund: Fund, op: Op) -> Plan:
        goods = self._cost(fund, op)
        cost = sum(worth for _item, _units, worth in goods)
        self._fen(cost, op["fen"])
        purse = op["purse"]
        change = plus(
            stock(purse, goods, -1),
            {("outlay", purse, "goods"): cost, ("income", purse, "sales"): op["fen"]},
            money(purse, op["place"], op["fen"]),
        )
        return self._plan(fund, op, change)

    def _count(self, fund: Fund, op: Op) -> Plan:
        purse, item = op["purse"], op["item"]
        there, worth = fund.sums["units", purse, item], fund.sums["stock", purse, item]
        more = op["units"] - there
        if more == 0:
            raise No("the count agrees")
        if there == 0:
            raise No("what was never there has no worth")
        differ = worth if abs(more) == there else worth * abs(more) // there
        self._fen(differ)
        if more > 0:
            why = {("income", purse, "surplus"): differ}
            return self._plan(fund, op, stock(purse, [(item, more, differ)]) | why)
        why = {("outlay", purse, "shortage"): differ}
        return self._plan(fund, op, stock(purse, [(item, -more, differ)], -1) | why)

    def _settle_advance(self, fund: Fund, op: Op) -> Plan:
        of = self._named(fund, op, "advance")
        purse, goods = of.args["purse"], op["goods"]
        worth = sum(w for _item, _units, w in goods)
        if any(units < 1 or w < 0 for _item, units, w in goods):
            raise No("goods have a quantity and a worth")
        parts = [n for n in (worth, op["spent"], op["returned"]) if n]
        if not parts:
            raise No("nothing is settled")
        self._fen(*parts)
        if sum(parts) > of.left:
            raise No("more than was advanced")
        change = plus(
            {("lent", purse, ""): -sum(parts)},
            stock(purse, goods),
            {("outlay", purse, op["programme"]): op["spent"]},
            money(purse, op["place"], op["returned"]),
        )
        return self._plan(fund, op, change, of=of, args={**op, "fen": sum(parts)})

    def _owe_refund(self, fund: Fund, op: Op) -> Plan:
        of = self._named(fund, op, "donate", "identify")
        fen, purse = op["fen"], of.args["purse"]
        self._fen(fen)
        if fen > of.left:
            raise No("more than was given")
        why = (
            {("outlay", purse, "own-fault"): fen}
            if op["own_fault"]
            else {("income", purse, of.args["source"]): -fen}
        )
        args = {**op, "purse": purse}
        return self._plan(fund, op, why | {("owed", purse, ""): fen}, of=of, args=args)

    # -- money moves ----------------------------------------------------------------------

    def _move(self, fund: Fund, op: Op) -> Plan:
        self._fen(op["fen"])
        if op["place"] == op["into"] or not 0 <= op["fee"] < op["fen"]:
            raise No("there is nothing to move")
        if fund.place(op["place"]) < op["fen"]:
            raise No("the place holds less")
        change = plus(
            {("place", "", op["place"]): -op["fen"], ("place", "", op["into"]): op["fen"]},
            money(GENERAL, op["into"], -op["fee"]),
            {("outlay", GENERAL, "fee"): op["fee"]},
        )
        return self._plan(fund, op, change)

    def _transfer(self, fund: Fund, op: Op) -> list[Plan]:
        if op["to"] == op["fund"] or op["to"] not in self.funds:
            raise No("there is no such other fund")
        taker, purse, fen = self.funds[op["to"]], op["purse"], op["fen"]
        self._fen(fen)
        if purse not in fund.purses or purse not in taker.purses:
            raise No("both funds need the purse")
        if fund.restricted(purse) != taker.restricted(purse):
            raise No("what is limited here is free there")
        out = money(purse, op["place"], -fen) | {("transfer", purse, ""): -fen}
        into = money(purse, op["into"], fen) | {("transfer", purse, ""): fen}
        came = self._plan(taker, op, into)
        came.event.verb = "transfer_in"
        return [self._plan(fund, op, out), came]

    def _restrict(self, fund: Fund, op: Op) -> Plan:
        if op["purse"] in fund.purses or not op["agreement"]:
            raise No("the purse is there, or no agreement is")
        plan = self._plan(fund, op, {})
        plan.opens = (op["purse"], frozenset(op["programmes"]))
        return plan

    def _change_purpose(self, fund: Fund, op: Op) -> Plan:
        source, into, fen = op["purse"], op["into"], op["fen"]
        self._fen(fen)
        known = source in fund.purses and into in fund.purses
        if not op["consent"] or source == into or not known or AGENCY in (source, into):
            raise No("no consent, or no such purses")
        change = {("money", source, ""): -fen, ("money", into, ""): fen}
        change |= {("changed", source, ""): -fen, ("changed", into, ""): fen}
        return self._plan(fund, op, change)

    # -- mending and closing --------------------------------------------------------------

    def _mendable(self, fund: Fund, op: Op) -> Event:
        event = fund.events.get(op["of"])
        if event is None or event.dead or event.verb in FINAL:
            raise No("there is nothing to mend")
        if not event.change:
            raise No("nothing moved")
        for later in event.followers:
            if later.verb not in HARMLESS and not later.dead:
                raise No("something builds on it")
        return event

    def _mended(self, fund: Fund, event: Event, change: Change) -> Change:
        return in_earlier_year(change) if event.on.year in fund.years_closed else change

    def _correct(self, fund: Fund, op: Op) -> Plan:
        event = self._mendable(fund, op)
        allowed = CORRECTABLE.get(event.verb, ())
        if any(name not in allowed for name in op["changes"]):
            raise No("that cannot be corrected")
        args = {**event.args, **op["changes"]}
        self._fen(args["fen"])
        if event.verb in ("grant", "promise") and args["programme"] != event.args["programme"]:
            self._few(args)
        if event.of is not None and args["fen"] > event.of.left + event.fen:
            raise No("more than is open")
        new = change_of(event.verb, args)
        self._may_stand(fund, event.verb, new)
        change = self._mended(fund, event, plus(new, minus(event.change)))
        if not change:
            raise No("nothing changes")
        plan = self._plan(fund, op, change, of=event)
        plan.now = (args, new)
        return plan

    def _void(self, fund: Fund, op: Op) -> Plan:
        event = self._mendable(fund, op)
        change = self._mended(fund, event, minus(event.change))
        # What was brought forward and is taken back is a change of net assets like no other.
        change = plus(
            *(
                {("changed" if what == "brought" else what, purse, detail): n}
                for (what, purse, detail), n in change.items()
            )
        )
        return self._plan(fund, op, change, of=event)

    def _mend_name(self, fund: Fund, op: Op) -> Plan:
        event = fund.events.get(op["of"])
        if event is None or event.verb not in (*RECEIPTED, "identify_return"):
            raise No("no name belongs to it")
        return self._plan(fund, op, {}, of=event)

    def _copy_receipt(self, fund: Fund, op: Op) -> Plan:
        event = fund.events.get(op["of"])
        if event is None or event.verb not in RECEIPTED:
            raise No("no receipt belongs to it")
        return self._plan(fund, op, {}, of=event)

    def _open_years(self, fund: Fund, through: date) -> list[int]:
        years = range(fund.opened_on.year, through.year + 1)
        return [y for y in years if date(y, 12, 31) <= through and y not in fund.years_closed]

    def _close_period(self, fund: Fund, op: Op) -> Plan:
        through, at = date.fromisoformat(op["through"]), self._at(fund, op)
        if through >= at:
            raise No("it is not over")
        if fund.closed is not None and through <= fund.closed:
            raise No("it is closed already")
        if self._open_years(fund, through):
            raise No("a year is open")
        plan = self._plan(fund, op, {}, on=at)
        plan.closes = through
        return plan

    def _close_year(self, fund: Fund, op: Op) -> Plan:
        end = date(op["year"], 12, 31)
        if end >= self._at(fund, op) or op["year"] in fund.years_closed:
            raise No("it is not over, or closed already")
        if self._open_years(fund, date(op["year"] - 1, 12, 31)):
            raise No("an earlier year is open")
        plan = self._plan(fund, op, {}, on=end)
        plan.voucher = any(fund.open_results(end).values())
        plan.closes, plan.closes_year = end, op["year"]
        return plan

    def _publish(self, fund: Fund, op: Op) -> Plan:
        end, at = date.fromisoformat(op["to"]), self._at(fund, op)
        if end >= at or self._open_years(fund, end):
            raise No("it is not over, or a year is open")
        plan = self._plan(fund, op, {}, on=at)
        plan.closes, plan.statement = end, True
        return plan
