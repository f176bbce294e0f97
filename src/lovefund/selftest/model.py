"""Love funds by the accounting alone: what they have, owe and may do, in plain dictionaries.

Written from the accounting rules and not from this program, of which it imports nothing: it
knows no entries, postings, account codes, SQL or log. It answers for every verb whether it
may be booked, under which numbers, and what the fund then has; :mod:`lovefund.selftest.compare`
holds the books to it.

What a verb does is a *change*: a dictionary from (what, purse, detail) to fen or units, with

- what there is: ``place`` (detail: where), ``money``, ``stock`` and ``units`` (detail: item), and
  ``lent``;
- what others have in it: ``owed``, ``held`` (detail: pupil); and what is set aside: ``reserved``;
- why: ``income`` (source), ``outlay`` (programme), ``transfer``, ``earlier`` years, ``changed``
  purpose or opening, ``brought`` forward.

In every purse money + stock + lent − owed − held = income − outlay + the other reasons.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

Key = tuple[str, str, str]
Change = dict[Key, int]
Op = Mapping[str, Any]

PLACES = ("cash", "bank", "wechat", "alipay")
GENERAL, AGENCY, NAMED = "general", "agency", "named"
#: Why net assets are what they are; ``outlay`` lowers them.
REASONS = ("income", "outlay", "transfer", "earlier", "changed", "brought")
FEN_MAX = 10**11
PUPILS_MIN = 5
DAYS_AHEAD_MAX = 30
#: Outlay that no donor's purpose forbids: what was lost or has to be made good.
ANY_PURSE = ("shortage", "own-fault")
#: What may be wrong with an entry and is mended by a correction, by verb.
CORRECTABLE: dict[str, tuple[str, ...]] = {
    "donate": ("fen", "place", "source", "purse"),
    "interest": ("fen", "place", "purse"),
    "unidentified": ("fen", "place"),
    "service": ("fen", "source", "programme", "purse"),
    "grant": ("fen", "place", "programme", "purse"),
    "promise": ("fen", "programme", "purse"),
    "outlay": ("fen", "place", "programme", "purse"),
    "fee": ("fen", "place"),
    "agency_in": ("fen", "place"),
    "agency_out": ("fen", "place"),
    "advance": ("fen", "place", "purse"),
    "pay_promised": ("fen", "place"),
    "pay_refund": ("fen", "place"),
}
#: Verbs whose entries are never mended themselves.
FINAL = ("close_year", "correct", "void", "transfer", "transfer_in")
#: Verbs that hand out a receipt.
RECEIPTED = ("donate", "gift_goods", "service", "identify", "agency_in")
#: Later entries that do not stand in the way of a correction.
HARMLESS = ("correct", "mend_name", "copy_receipt")


class No(Exception):
    """The accounting does not allow it; the reason is for whoever reads a disagreement."""


@dataclass
class Event:
    """Something booked: what it does today, after its corrections, and what builds on it."""

    id: str
    verb: str
    on: date
    args: dict[str, Any]
    change: Change
    of: Event | None = None
    followers: list[Event] = field(default_factory=list)
    dead: bool = False

    @property
    def fen(self) -> int:
        """What it stands for today."""
        return 0 if self.dead else int(self.args.get("fen", 0))

    @property
    def left(self) -> int:
        """What of it is still open: not settled, not given back."""
        return self.fen - sum(f.fen for f in self.followers if f.verb not in HARMLESS)


@dataclass
class Numbers:
    """What a booked verb is called: entry, voucher of the year, receipt of the year."""

    entry: int
    voucher: str = ""
    receipt: str = ""


@dataclass
class Days:
    """How a thing that may never be below zero went, day by day."""

    total: int = 0
    order: list[date] = field(default_factory=list)
    changes: dict[date, int] = field(default_factory=dict)

    def add(self, on: date, n: int) -> None:
        """Let it change on a day."""
        if on not in self.changes:
            insort(self.order, on)
        self.changes[on] = self.changes.get(on, 0) + n
        self.total += n

    def low_since(self, on: date) -> int:
        """The lowest that it was at the end of any day from ``on`` on."""
        low = balance = self.total
        for day in reversed(self.order):
            if day <= on:
                break
            balance -= self.changes[day]
            low = min(low, balance)
        return low


@dataclass
class Fund:
    """One fund: its purses, its sums by key, and its days."""

    opened_on: date
    last_at: date
    #: Purse -> the programmes it is for; None means any, and that nobody outside limits it.
    purses: dict[str, frozenset[str] | None] = field(
        default_factory=lambda: {GENERAL: None, AGENCY: None, NAMED: frozenset({"aid"})}
    )
    sums: Counter[Key] = field(default_factory=Counter)
    events: dict[str, Event] = field(default_factory=dict)
    journal: list[tuple[date, str, Change]] = field(default_factory=list)
    closed: date | None = None
    years_closed: set[int] = field(default_factory=set)
    size: int = 1
    vouchers: Counter[int] = field(default_factory=Counter)
    receipts: Counter[int] = field(default_factory=Counter)
    statements: int = 0
    #: By guarded thing, how it went day by day.
    days: defaultdict[tuple[str, str], Days] = field(default_factory=lambda: defaultdict(Days))
    closed_out: Counter[Key] = field(default_factory=Counter)

    def restricted(self, purse: str) -> bool:
        """Whether an outside limit lies on the purse."""
        return self.purses[purse] is not None

    def money(self, purse: str) -> int:
        """What a purse holds, wherever it lies."""
        return self.sums["money", purse, ""]

    def available(self, purse: str) -> int:
        """What a purse may spend: its money, less what is owed and reserved (law 4)."""
        return self.money(purse) - self.sums["owed", purse, ""] - self.sums["reserved", purse, ""]

    def place(self, place: str) -> int:
        """What lies at a place, of whichever purse."""
        return self.sums["place", "", place]

    def total(self, what: str, purse: str = "", detail: str = "") -> int:
        """The sum of a thing over all purses and details, or over those named."""
        return _of(self.sums, what, purse, detail)

    @property
    def net_assets(self) -> int:
        """What is the fund's own."""
        return net(self.sums)

    def stock(self) -> dict[tuple[str, str], tuple[int, int]]:
        """(item, purse) -> units and worth of what is in stock."""
        return {
            (item, purse): (n, self.sums["stock", purse, item])
            for (what, purse, item), n in self.sums.items()
            if what == "units" and (n or self.sums["stock", purse, item])
        }


def net(sums: Mapping[Key, int], purse: str = "") -> int:
    """Net assets of sums: all reasons, outlay against the others."""
    return sum(
        -n if what == "outlay" else n
        for (what, p, _d), n in sums.items()
        if what in REASONS and purse in ("", p)
    )


def plus(*changes: Mapping[Key, int]) -> Change:
    """Changes together; what comes to nothing is left out."""
    found: Counter[Key] = Counter()
    for change in changes:
        for key, n in change.items():
            found[key] += n
    return {key: n for key, n in found.items() if n}


def minus(change: Mapping[Key, int]) -> Change:
    """The change taken back."""
    return {key: -n for key, n in change.items()}


def _money(purse: str, place: str, fen: int) -> Change:
    return {("money", purse, ""): fen, ("place", "", place): fen}


def _stock(purse: str, goods: Iterable[Iterable[Any]], sign: int = 1) -> Change:
    return plus(
        *(
            {("units", purse, item): sign * units, ("stock", purse, item): sign * worth}
            for item, units, worth in goods
        )
    )


def _in_earlier_year(change: Mapping[Key, int]) -> Change:
    """Income and outlay of a closed year go straight into net assets."""
    return plus(
        *(
            {("earlier", purse, ""): -n if what == "outlay" else n}
            if what in ("income", "outlay")
            else {(what, purse, detail): n}
            for (what, purse, detail), n in change.items()
        )
    )


def change_of(verb: str, a: Mapping[str, Any]) -> Change:
    """What a verb does that can be said from its own words alone."""
    fen, purse, place = a.get("fen", 0), a.get("purse", GENERAL), a.get("place", "")
    match verb:
        case "donate":
            return _money(purse, place, fen) | {("income", purse, a["source"]): fen}
        case "interest":
            return _money(purse, place, fen) | {("income", purse, "interest"): fen}
        case "unidentified":
            return _money(GENERAL, place, fen) | {("owed", GENERAL, ""): fen}
        case "gift_goods":
            return _stock(purse, a["goods"]) | {("income", purse, a["source"]): fen}
        case "service":
            gained = {("income", purse, a["source"]): fen}
            return gained | {("outlay", purse, a["programme"]): fen}
        case "grant" | "outlay":
            spent = _money(purse, place, -fen) | {("outlay", purse, a["programme"]): fen}
            return spent | ({("reserved", purse, ""): -fen} if a.get("of") else {})
        case "promise":
            return {("owed", purse, ""): fen, ("outlay", purse, a["programme"]): fen}
        case "fee":
            return _money(GENERAL, place, -fen) | {("outlay", GENERAL, "fee"): fen}
        case "pay_promised" | "pay_refund" | "identify_return":
            return _money(purse, place, -fen) | {("owed", purse, ""): -fen}
        case "reserve":
            return {("reserved", purse, ""): fen}
        case "buy":
            return _stock(purse, a["goods"]) | _money(purse, place, -fen)
        case "advance":
            return _money(purse, place, -fen) | {("lent", purse, ""): fen}
        case "agency_in" | "agency_out":
            given = fen if verb == "agency_in" else -fen
            return _money(AGENCY, place, given) | {("held", AGENCY, a["pupil"]): given}
    raise KeyError(verb)


@dataclass
class Plan:
    """What one fund would book: on which day, what it changes, and what builds on it."""

    fund: Fund
    event: Event
    at: date
    voucher: bool
    #: Whether a statement, a closing or a new purse comes with it.
    closes: date | None = None
    closes_year: int = 0
    opens: tuple[str, frozenset[str] | None] | None = None
    statement: bool = False
    now: tuple[dict[str, Any], Change] | None = None


class World:
    """The funds of one set of books, and the model's answer to every verb."""

    def __init__(self, funds: Mapping[str, date]) -> None:
        self.funds = {name: Fund(on, on) for name, on in funds.items()}
        self.requests: set[tuple[str, str]] = set()

    # -- asking and answering -------------------------------------------------------------

    def plans(self, op: Op) -> list[Plan]:
        """What the verb would book, fund by fund; none where it is booked already.

        Raises No where the accounting refuses it.
        """
        fund = self.funds[op["fund"]]
        self._clock(fund, op)
        if op["verb"] == "transfer" and op["to"] in self.funds:
            self._clock(self.funds[op["to"]], op)
        if (op["fund"], op.get("request", op["id"])) in self.requests:
            return []
        planned = getattr(self, "_" + op["verb"])(fund, op)
        plans: list[Plan] = planned if isinstance(planned, list) else [planned]
        for plan in plans:
            self._lawful(plan)
        return plans

    def apply(self, op: Op, plans: list[Plan]) -> list[Numbers]:
        """Let it have happened; answers the numbers that the entries must have."""
        found = []
        for plan in plans:
            found.append(self._book(plan))
            self.requests.add((op["fund"], op.get("request", op["id"])))
        return found

    def _book(self, plan: Plan) -> Numbers:
        fund, event = plan.fund, plan.event
        for key, n in event.change.items():
            fund.sums[key] += n
            for thing in _guarded(key):
                fund.days[thing].add(event.on, n)
        mended = event.of if event.verb in ("correct", "void") else None
        label = mended.verb if mended else event.verb
        fund.journal.append((event.on, label, event.change))
        fund.events[event.id] = event
        if event.of is not None:
            event.of.followers.append(event)
        if mended is not None and plan.now is not None:
            mended.args, mended.change = plan.now
        elif mended is not None:
            mended.dead, mended.change = True, {}
        if plan.opens:
            fund.purses[plan.opens[0]] = plan.opens[1]
        if plan.closes and (fund.closed is None or plan.closes > fund.closed):
            fund.closed = plan.closes
        if plan.closes_year:
            self._close_out(fund, plan.closes_year)
        fund.statements += plan.statement
        fund.last_at = plan.at
        numbers = Numbers(fund.size)
        fund.size += 1
        if plan.voucher:
            fund.vouchers[event.on.year] += 1
            numbers.voucher = f"记-{event.on.year}-{fund.vouchers[event.on.year]:04d}"
        if event.verb in RECEIPTED:
            fund.receipts[plan.at.year] += 1
            numbers.receipt = f"{plan.at.year}-{fund.receipts[plan.at.year]:06d}"
        if self_contradicts(fund, event.change):
            raise AssertionError(f"the model does not balance: {event}")
        return numbers

    # -- the laws -------------------------------------------------------------------------

    def _clock(self, fund: Fund, op: Op) -> None:
        today = date.fromisoformat(op["today"])
        if not op.get("sure", True) and today > fund.last_at + timedelta(days=DAYS_AHEAD_MAX):
            raise No("the clock is far ahead")

    def _plan(
        self,
        fund: Fund,
        op: Op,
        change: Change,
        *,
        of: Event | None = None,
        on: date | None = None,
        args: Mapping[str, Any] | None = None,
    ) -> Plan:
        day = on or date.fromisoformat(op["on"])
        event = Event(op["id"], op["verb"], day, dict(args or op), change, of)
        voucher = any(key[0] != "reserved" for key in change)
        return Plan(fund, event, self._at(fund, op), voucher)

    def _at(self, fund: Fund, op: Op) -> date:
        """The day of recording: it never falls, whatever the clock says."""
        return max(date.fromisoformat(op["today"]), fund.last_at)

    def _lawful(self, plan: Plan) -> None:
        fund, event = plan.fund, plan.event
        if event.on > plan.at:
            raise No("it has not happened yet")
        if event.on < fund.opened_on and event.verb != "brought":
            raise No("it is before the fund opened")
        if fund.closed is not None and event.on <= fund.closed:
            raise No("the day is closed")
        self._may_stand(fund, event.verb, plan.now[1] if plan.now else event.change)
        self._enough(fund, event.on, event.change)

    def _may_stand(self, fund: Fund, verb: str, change: Change) -> None:
        """Whether the purses are there and what is spent of them is what they are for (law 3)."""
        for (what, purse, detail), n in change.items():
            if what == "place":
                continue
            if purse not in fund.purses:
                raise No(f"there is no purse {purse}")
            if purse == AGENCY:
                if verb not in ("agency_in", "agency_out", "brought", "correct", "void"):
                    raise No("agency money is only passed on")
                if what in REASONS:
                    raise No("agency money is not the fund's")
            programmes = fund.purses[purse]
            if (
                what == "outlay"
                and n > 0
                and programmes is not None
                and detail not in (*programmes, *ANY_PURSE)
            ):
                raise No(f"{purse} is not for {detail}")

    def _enough(self, fund: Fund, on: date, change: Change) -> None:
        """Laws 2 and 4: nothing below zero on any day, and nothing spent that is promised."""
        sums = fund.sums
        for key, n in change.items():
            what, purse, item = key
            if n < 0 and what in ("place", "money", "lent", "held", "reserved"):
                if sums[key] + n < 0:
                    raise No(f"{key} would be below zero")
            elif what in ("units", "stock"):
                units = sums["units", purse, item] + change.get(("units", purse, item), 0)
                worth = sums["stock", purse, item] + change.get(("stock", purse, item), 0)
                if units < 0 or worth < 0 or (units == 0) != (worth == 0):
                    raise No(f"{units} {item} worth {worth} cannot be")
        for purse in {purse for what, purse, _d in change if what in ("money", "owed", "reserved")}:
            less = (
                change.get(("money", purse, ""), 0)
                - change.get(("owed", purse, ""), 0)
                - change.get(("reserved", purse, ""), 0)
            )
            if less < 0 and fund.available(purse) + less < 0:
                raise No(f"{purse} has not so much available")
        lowered: Counter[tuple[str, str]] = Counter()
        for key, n in change.items():
            for thing in _guarded(key):
                lowered[thing] += n
        for thing, n in lowered.items():
            if n < 0 and fund.days[thing].low_since(on) + n < 0:
                raise No(f"{thing} would be below zero on some day since {on}")

    def _fen(self, *amounts: int) -> None:
        for fen in amounts:
            if not 1 <= fen <= FEN_MAX:
                raise No(f"{fen} fen is no amount")

    def _named(self, fund: Fund, op: Op, *verbs: str) -> Event:
        """The earlier event that a verb builds on, still standing."""
        event = fund.events.get(op["of"])
        if event is None or event.verb not in verbs:
            raise No("there is no such entry to build on")
        if event.dead:
            raise No("what it builds on was voided")
        return event

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
            _money(GENERAL, place, -fen),
            _money(purse, place, fen),
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
                    there = _stock(purse, [goods])
                    if goods[1] < 1:
                        raise No("goods have a quantity")
                case "owed":
                    there = {("owed", purse, ""): fen}
                case _ if purse == AGENCY:
                    there = _money(purse, role, fen) | {("held", purse, ""): fen}
                case _:
                    there = _money(purse, role, fen)
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
            spent = _in_earlier_year(spent)
        return self._plan(fund, op, _money(purse, op["place"], op["fen"]) | spent, of=of)

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
        change = _stock(op["purse"], goods, -1) | {("outlay", op["purse"], op["programme"]): cost}
        return self._plan(fund, op, change)

    def _sell(self, fund: Fund, op: Op) -> Plan:
        goods = self._cost(fund, op)
        cost = sum(worth for _item, _units, worth in goods)
        self._fen(cost, op["fen"])
        purse = op["purse"]
        change = plus(
            _stock(purse, goods, -1),
            {("outlay", purse, "goods"): cost, ("income", purse, "sales"): op["fen"]},
            _money(purse, op["place"], op["fen"]),
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
            return self._plan(fund, op, _stock(purse, [(item, more, differ)]) | why)
        why = {("outlay", purse, "shortage"): differ}
        return self._plan(fund, op, _stock(purse, [(item, -more, differ)], -1) | why)

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
            _stock(purse, goods),
            {("outlay", purse, op["programme"]): op["spent"]},
            _money(purse, op["place"], op["returned"]),
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
            _money(GENERAL, op["into"], -op["fee"]),
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
        out = _money(purse, op["place"], -fen) | {("transfer", purse, ""): -fen}
        into = _money(purse, op["into"], fen) | {("transfer", purse, ""): fen}
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
        return _in_earlier_year(change) if event.on.year in fund.years_closed else change

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
        plan.voucher = any(self._open_results(fund, end).values())
        plan.closes, plan.closes_year = end, op["year"]
        return plan

    def _open_results(self, fund: Fund, end: date) -> Change:
        """Income, outlay and earlier years' results that no closing took up yet."""
        found: Counter[Key] = Counter()
        for on, _label, change in fund.journal:
            if on <= end:
                for key, n in change.items():
                    if key[0] in ("income", "outlay", "earlier"):
                        found[key] += n
        for key, n in fund.closed_out.items():
            found[key] -= n
        return dict(found)

    def _close_out(self, fund: Fund, year: int) -> None:
        for key, n in self._open_results(fund, date(year, 12, 31)).items():
            fund.closed_out[key] += n
        fund.years_closed.add(year)

    def _publish(self, fund: Fund, op: Op) -> Plan:
        end, at = date.fromisoformat(op["to"]), self._at(fund, op)
        if end >= at or self._open_years(fund, end):
            raise No("it is not over, or a year is open")
        plan = self._plan(fund, op, {}, on=at)
        plan.closes, plan.statement = end, True
        return plan


def _guarded(key: Key) -> Iterator[tuple[str, str]]:
    """The things that may be below zero on no day, which a key is a part of."""
    what, purse, detail = key
    if what == "place":
        yield "place", detail
    elif what == "money":
        yield "money", purse
    elif what == "stock":
        yield "stock", purse


def self_contradicts(fund: Fund, change: Change) -> bool:
    """Whether the model itself is out of balance in a purse that a change touched."""
    sums = fund.sums
    for purse in {purse for what, purse, _detail in change if what != "place"}:
        there = sum(
            n if what in ("money", "stock", "lent") else -n
            for (what, p, _d), n in sums.items()
            if p == purse and what in ("money", "stock", "lent", "owed", "held")
        )
        if there != net(sums, purse):
            return True
    return False


# -- statements -------------------------------------------------------------------------------

_IN_KIND_INCOME = ("gift_goods", "service", "count")
_IN_KIND_OUTLAY = ("give", "service", "count", "sell")


def statement(fund: Fund, day_from: date, day_to: date) -> dict[str, int]:
    """What a statement of that period must say, by the names of its figures."""
    before: Counter[Key] = Counter()
    within: Counter[Key] = Counter()
    goods = {"income-goods": 0, "outlay-goods": 0}
    for on, label, change in fund.journal:
        if on > day_to:
            continue
        sums = before if on < day_from else within
        for key, n in change.items():
            sums[key] += n
            if sums is within and key[0] == "income" and label in _IN_KIND_INCOME:
                goods["income-goods"] += n
            if sums is within and key[0] == "outlay" and label in _IN_KIND_OUTLAY:
                goods["outlay-goods"] += n
    after = plus(before, within)
    found = goods | {
        "opening": net(before) + _of(within, "brought"),
        "brought-forward": _of(within, "brought"),
        "income": _of(within, "income"),
        "outlay": _of(within, "outlay"),
        "transfers": _of(within, "transfer"),
        "prior-year": _of(within, "earlier") + _of(within, "changed"),
        "closing": net(after),
        "payable": _of(after, "owed"),
        "agency": _of(after, "held"),
        "receivable": _of(after, "lent"),
        "stock": _of(after, "stock"),
        "cash": after.get(("place", "", "cash"), 0),
        "bank": after.get(("place", "", "bank"), 0),
        "wallets": after.get(("place", "", "wechat"), 0) + after.get(("place", "", "alipay"), 0),
        "donations": sum(
            1
            for event in fund.events.values()
            if event.verb in ("donate", "gift_goods", "service", "identify")
            and day_from <= event.on <= day_to
        ),
        "entries": sum(1 for on, _l, _c in fund.journal if day_from <= on <= day_to)
        + (day_from <= fund.opened_on <= day_to),
    }
    for what in ("income", "outlay"):
        for _what, _purse, detail in [key for key in after if key[0] == what]:
            found[f"{what}/{detail}"] = _of(within, what, detail=detail)
    for purse in fund.purses:
        if purse != AGENCY:
            found |= {
                f"pot-opening/{purse}": net(before, purse) + _of(within, "brought", purse),
                f"pot-other/{purse}": _of(within, "earlier", purse) + _of(within, "changed", purse),
                f"pot-closing/{purse}": net(after, purse),
            }
    return found


def _of(sums: Mapping[Key, int], what: str, purse: str = "", detail: str = "") -> int:
    return sum(
        n for (w, p, d), n in sums.items() if w == what and purse in ("", p) and detail in ("", d)
    )
