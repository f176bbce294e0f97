"""Draws what happens next in a school, likely and unlikely, from chance and the model alone."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from lovefund.selftest.model.changes import (
    AGENCY,
    CORRECTABLE,
    FINAL,
    GENERAL,
    NAMED,
    PLACES,
    RECEIPTED,
)
from lovefund.selftest.model.funds import Event, Fund
from lovefund.selftest.model.verbs import World

SOURCES = ("staff", "class", "alumni", "business", "organisation", "society", "parents", "bazaar")
PROGRAMMES = ("aid", "plan", "visits", "lectures", "awards", "home", "goods", "fundraising")
ITEMS = ("books", "stationery", "schoolbags", "clothes")
PUPILS = ("P1", "P2", "P3")
HOME = "home"
MAIN, OTHER = "shiqiao", "qingshan"
#: How many operations a year of a busy school has.
OPS_A_YEAR = 600
#: How far back an entry is dated at most.
DAYS_BACK_MAX = 45


class Draw:
    """Hands out operations, one after another; the same chance gives the same ones."""

    def __init__(self, chance: random.Random, opened_on: date) -> None:
        self.chance = chance
        self.opened_on = opened_on
        self.today = opened_on
        self.count = 0
        self.done: list[dict[str, Any]] = []

    def next(self, world: World) -> dict[str, Any]:
        """The next operation, in the light of what the model says there is."""
        self.count += 1
        self._time_passes()
        if self.count > 20 and self.chance.random() < 0.02:
            return self._again()
        fund = MAIN if self.chance.random() < 0.85 else OTHER
        verb, weight_of = self._verb()
        op: dict[str, Any] = {"id": str(self.count), "verb": verb, "fund": fund}
        op |= self._when(world.funds[fund])
        op |= weight_of(self, world.funds[fund], verb)
        roll = self.chance.random()
        if roll < 0.03:
            op["dry"] = True
        elif roll < 0.08:
            op["crash"] = self.chance.randrange(1, 45)
        if verb not in ("publish", "reopen"):  # these carry no request
            self.done.append(op)
        return op

    # -- time -----------------------------------------------------------------------------

    def _time_passes(self) -> None:
        self.today += timedelta(days=self.chance.random() < 365 / OPS_A_YEAR)

    def _when(self, fund: Fund) -> dict[str, Any]:
        c, today = self.chance, self.today
        if c.random() < 0.03:  # a clock that stands wrong
            today += timedelta(days=c.choice((-400, -40, -3, 2)))
            today = max(today, date(2020, 1, 1))
        when: dict[str, Any] = {"today": today.isoformat()}
        if c.random() < 0.01:
            when = {"today": (self.today + timedelta(days=c.choice((31, 90)))).isoformat()}
            when["sure"] = False
        at = max(self.today, fund.last_at)
        roll = c.random()
        back = 0
        if roll < 0.25:
            back = c.randrange(DAYS_BACK_MAX)
        elif roll < 0.27:
            back = -c.randrange(1, 9)
        elif roll < 0.29:
            back = (at - self.opened_on).days + c.randrange(3)
        return when | {"on": (at - timedelta(days=back)).isoformat()}

    def _again(self) -> dict[str, Any]:
        """The same request once more: nothing may be booked twice."""
        earlier = self.chance.choice(self.done[-40:])
        again = {k: v for k, v in earlier.items() if k not in ("crash", "dry")}
        request = earlier.get("request", earlier["id"])
        return again | {"id": str(self.count), "request": request, "today": self.today.isoformat()}

    # -- amounts, places and purses -------------------------------------------------------

    def _fen(self, most: int = 0) -> int:
        """An amount: a usual one, all that there is, one more, or no amount at all."""
        c = self.chance
        roll = c.random()
        if most > 0 and roll < 0.55:
            return c.randint(1, most)
        if most > 0 and roll < 0.75:
            return most
        if most > 0 and roll < 0.85:
            return most + 1
        if roll < 0.98:
            return c.choice((1, 99, 5_000, 40_000, 123_456, c.randint(1, 200_000)))
        return c.choice((0, -5, 10**11 + 1))

    def _place(self) -> str:
        return self.chance.choice(PLACES)

    def _full_place(self, fund: Fund) -> str:
        """Mostly a place where something lies."""
        full = [p for p in PLACES if fund.place(p) > 0]
        return self.chance.choice(full) if full and self.chance.random() < 0.85 else self._place()

    def _purse(self) -> str:
        roll = self.chance.random()
        if roll < 0.55:
            return GENERAL
        if roll < 0.75:
            return HOME
        if roll < 0.95:
            return NAMED
        return AGENCY if roll < 0.98 else "nowhere"

    def _programme(self, purse: str) -> str:
        fits = {HOME: HOME, NAMED: "aid"}.get(purse)
        if fits and self.chance.random() < 0.8:
            return fits
        return self.chance.choice(PROGRAMMES)

    def _spending(self, fund: Fund, purse: str | None = None) -> dict[str, Any]:
        """From which purse and place, and how much, near what is there."""
        purse = purse or self._purse()
        place = self._full_place(fund)
        most = min(fund.available(purse) if purse in fund.purses else 0, fund.place(place))
        return {"purse": purse, "place": place, "fen": self._fen(most)}

    def _goods(self) -> list[list[Any]]:
        c = self.chance
        items = c.sample(ITEMS, c.choice((1, 1, 2)))
        return [[i, c.randrange(1, 30), c.choice((1, 7, c.randint(1, 90_000)))] for i in items]

    def _event(self, fund: Fund, *verbs: str, open_only: bool = True) -> Event | None:
        """An earlier event of these verbs, mostly a recent one that is still open."""
        recent = [e for e in list(fund.events.values())[-400:] if e.verb in verbs]
        likely = [e for e in recent if not e.dead and (not open_only or e.left > 0)]
        if likely and self.chance.random() < 0.9:
            return self.chance.choice(likely[-25:])
        return self.chance.choice(recent) if recent else None

    def _of(self, event: Event | None) -> dict[str, Any]:
        return {"of": event.id if event else "none"}

    # -- verbs ----------------------------------------------------------------------------

    def _verb(self) -> tuple[str, _Drawer]:
        verb = self.chance.choices(_VERBS, _WEIGHTS)[0]
        return verb, _TABLE[verb][1]

    def _receiving(self, fund: Fund, verb: str) -> dict[str, Any]:
        op = {"fen": self._fen(), "place": self._place(), "purse": self._purse()}
        return op | {"source": self.chance.choice(SOURCES)}

    def _giving_goods(self, fund: Fund, verb: str) -> dict[str, Any]:
        purse = self._purse()
        return {"goods": self._goods(), "source": self.chance.choice(SOURCES), "purse": purse}

    def _service(self, fund: Fund, verb: str) -> dict[str, Any]:
        op = self._receiving(fund, verb)
        del op["place"]
        programme = self._programme(op["purse"])
        return op | {"programme": "visits" if programme == "fundraising" else programme}

    def _identify(self, fund: Fund, verb: str) -> dict[str, Any]:
        event = self._event(fund, "unidentified")
        op = self._of(event) | {"fen": self._fen(event.left if event else 0)}
        if verb == "identify":
            return op | {"source": self.chance.choice(SOURCES), "purse": self._purse()}
        return op | {"place": self._full_place(fund)}

    def _brought(self, fund: Fund, verb: str) -> dict[str, Any]:
        rows: list[list[Any]] = []
        for _row in range(self.chance.choice((1, 1, 2, 3))):
            purse = self.chance.choice((GENERAL, GENERAL, HOME, NAMED, AGENCY))
            role = (
                self._place() if purse == AGENCY else self.chance.choice((*PLACES, "stock", "owed"))
            )
            fen = self._fen()
            goods = [self.chance.choice(ITEMS), self.chance.randrange(1, 9), fen]
            rows.append([role, purse, fen, goods if role == "stock" else None])
        on = self.opened_on - timedelta(days=self.chance.choice((0, 0, 1, 30)))
        return {"balances": rows, "on": on.isoformat()}

    def _grant(self, fund: Fund, verb: str) -> dict[str, Any]:
        op = self._spending(fund)
        pupils = self.chance.choice((1, 1, 2, 5, 6))
        op |= {"pupils": pupils, "programme": "aid"}
        if op["purse"] == HOME or self.chance.random() < 0.2:
            op["programme"] = self._programme(op["purse"])
        if op["programme"] == "fundraising":
            op["programme"] = "aid"
        if op["programme"] != "aid" and self.chance.random() < 0.8:
            op["pupils"] = 5
        op["fen"] = max(op["fen"], op["pupils"])
        if verb == "grant" and self.chance.random() < 0.3:
            event = self._event(fund, "reserve")
            if event is not None:
                op |= {"of": event.id, "purse": event.args["purse"]}
                op["fen"] = max(self._fen(event.left), op["pupils"])
        return op

    def _paying_on(self, fund: Fund, verb: str) -> dict[str, Any]:
        event = self._event(fund, {"pay_promised": "promise", "pay_refund": "owe_refund"}[verb])
        fen = self._fen(event.left if event else 0)
        return self._of(event) | {"fen": fen, "place": self._full_place(fund)}

    def _reserve(self, fund: Fund, verb: str) -> dict[str, Any]:
        op = self._spending(fund)
        del op["place"]
        return op

    def _withdraw(self, fund: Fund, verb: str) -> dict[str, Any]:
        return self._of(self._event(fund, "reserve"))

    def _return(self, fund: Fund, verb: str) -> dict[str, Any]:
        event = self._event(fund, "grant", "pay_promised")
        fen = self._fen(event.left if event else 0)
        return self._of(event) | {"fen": fen, "place": self._place()}

    def _outlay(self, fund: Fund, verb: str) -> dict[str, Any]:
        op = self._spending(fund)
        return op | {"programme": self._programme(op["purse"])}

    def _fee(self, fund: Fund, verb: str) -> dict[str, Any]:
        return {"fen": self._fen(60), "place": self._full_place(fund)}

    def _agency(self, fund: Fund, verb: str) -> dict[str, Any]:
        pupil = self.chance.choice(PUPILS)
        if verb == "agency_in":
            return {"fen": self._fen(), "place": self._place(), "pupil": pupil}
        held = fund.sums["held", AGENCY, pupil]
        return {"fen": self._fen(held), "place": self._full_place(fund), "pupil": pupil}

    def _buy(self, fund: Fund, verb: str) -> dict[str, Any]:
        op = self._spending(fund)
        del op["fen"]
        return op | {"goods": self._goods()}

    def _from_stock(self, fund: Fund, verb: str) -> dict[str, Any]:
        stock = sorted(fund.stock())
        purse = self.chance.choice(stock)[1] if stock else GENERAL
        items = sorted({item for item, p in stock if p == purse}) or list(ITEMS)
        picked = self.chance.sample(items, min(len(items), self.chance.choice((1, 1, 2))))
        wanted = []
        for item in picked:
            there = fund.sums["units", purse, item]
            wanted.append(
                [item, self.chance.choice((1, max(there, 1), max(there // 2, 1), there + 1))]
            )
        op: dict[str, Any] = {"wanted": wanted, "purse": purse}
        if verb == "sell":
            return op | {"fen": self._fen(), "place": self._place()}
        programme = self._programme(purse)
        return op | {"programme": "aid" if programme == "fundraising" else programme}

    def _count(self, fund: Fund, verb: str) -> dict[str, Any]:
        stock = sorted(fund.stock())
        item, purse = self.chance.choice(stock) if stock else ("books", GENERAL)
        there = fund.sums["units", purse, item]
        counted = max(there + self.chance.choice((-2, -1, -1, 0, 1, -there)), 0)
        return {"item": item, "purse": purse, "units": counted}

    def _advance(self, fund: Fund, verb: str) -> dict[str, Any]:
        return self._spending(fund)

    def _settle_advance(self, fund: Fund, verb: str) -> dict[str, Any]:
        event = self._event(fund, "advance")
        left = event.left if event else 1_000
        purse = event.args["purse"] if event else GENERAL
        part = max(left // 3, 0)
        c = self.chance
        goods = [["books", 3, part]] if part and c.random() < 0.5 else []
        spent = part if c.random() < 0.7 else 0
        returned = max(left - part * len(goods) - spent, 0) if c.random() < 0.5 else 0
        op = {"goods": goods, "spent": spent, "returned": returned + (c.random() < 0.1)}
        programme = self._programme(purse)
        op["programme"] = "aid" if programme == "fundraising" else programme
        return self._of(event) | op | {"place": self._place()}

    def _owe_refund(self, fund: Fund, verb: str) -> dict[str, Any]:
        event = self._event(fund, "donate", "identify")
        fen = self._fen(event.left if event else 0)
        return self._of(event) | {"fen": fen, "own_fault": self.chance.random() < 0.5}

    def _move(self, fund: Fund, verb: str) -> dict[str, Any]:
        place = self._full_place(fund)
        fee = self.chance.choice((0, 0, 0, 1, 60, 500))
        return {
            "place": place,
            "into": self._place(),
            "fen": self._fen(fund.place(place)),
            "fee": fee,
        }

    def _transfer(self, fund: Fund, verb: str) -> dict[str, Any]:
        to = self.chance.choice((MAIN, OTHER))
        return self._spending(fund) | {"to": to, "into": self._place()}

    def _restrict(self, fund: Fund, verb: str) -> dict[str, Any]:
        purse = self.chance.choice((HOME, HOME, GENERAL, "prize"))
        agreement = "" if self.chance.random() < 0.1 else "XY-1"
        return {"purse": purse, "programmes": [HOME, "visits"], "agreement": agreement}

    def _change_purpose(self, fund: Fund, verb: str) -> dict[str, Any]:
        op = self._spending(fund)
        consent = "" if self.chance.random() < 0.05 else "TY-1"
        return {"purse": op["purse"], "fen": op["fen"], "into": self._purse(), "consent": consent}

    def _correct(self, fund: Fund, verb: str) -> dict[str, Any]:
        event = self._event(fund, *CORRECTABLE, open_only=False)
        if event is None or self.chance.random() < 0.03:
            event = self._event(fund, *FINAL, "restrict", "close_period", open_only=False)
        if event is not None and event.verb == "grant" and event.args.get("of"):
            event = None  # what a reservation paid is voided and paid again
        names = CORRECTABLE.get(event.verb, ("fen",)) if event else ("fen",)
        wanted = self.chance.sample(names, self.chance.choice((1, 1, 1, min(2, len(names)))))
        there = event.args.get("fen", 0) if event else 0
        fresh: dict[str, Any] = {
            "fen": self._fen(there),
            "place": self._place(),
            "source": self.chance.choice(SOURCES),
            "purse": self._purse(),
            "programme": self.chance.choice(PROGRAMMES[:-1]),
        }
        if event is not None and event.args.get("programme") == "fundraising":
            wanted = ["fen"]
        return self._of(event) | {"changes": {name: fresh[name] for name in wanted}}

    def _void(self, fund: Fund, verb: str) -> dict[str, Any]:
        events = list(fund.events.values())[-60:]
        return self._of(self.chance.choice(events) if events else None)

    def _paper(self, fund: Fund, verb: str) -> dict[str, Any]:
        return self._of(self._event(fund, *RECEIPTED, "fee", open_only=False))

    def _close_period(self, fund: Fund, verb: str) -> dict[str, Any]:
        through = self.today - timedelta(days=self.chance.choice((40, 60, 90, 90, 0)))
        return {"through": max(through, date(2020, 1, 1)).isoformat()}

    def _close_year(self, fund: Fund, verb: str) -> dict[str, Any]:
        return {"year": self.today.year - self.chance.choice((0, 1, 1, 1, 2))}

    def _publish(self, fund: Fund, verb: str) -> dict[str, Any]:
        end = self.today.replace(day=1) - timedelta(days=1)
        end -= timedelta(days=self.chance.choice((0, 0, 31, 62)))
        start = end.replace(day=1)
        if self.chance.random() < 0.3:
            start = start.replace(month=1)
        if self.chance.random() < 0.1:
            end = self.today
        return {"from": start.isoformat(), "to": end.isoformat()}

    def _reopen(self, fund: Fund, verb: str) -> dict[str, Any]:
        return {}


_Drawer = Callable[[Draw, Fund, str], dict[str, Any]]
#: How often each verb comes, and what draws it.
_TABLE: dict[str, tuple[float, _Drawer]] = {
    "donate": (18, Draw._receiving),
    "gift_goods": (4, Draw._giving_goods),
    "service": (2, Draw._service),
    "interest": (2, Draw._receiving),
    "unidentified": (4, Draw._receiving),
    "identify": (4, Draw._identify),
    "identify_return": (2, Draw._identify),
    "brought": (0.5, Draw._brought),
    "grant": (10, Draw._grant),
    "promise": (4, Draw._grant),
    "pay_promised": (4, Draw._paying_on),
    "reserve": (4, Draw._reserve),
    "withdraw": (1.5, Draw._withdraw),
    "return": (3, Draw._return),
    "outlay": (6, Draw._outlay),
    "fee": (2, Draw._fee),
    "agency_in": (3, Draw._agency),
    "agency_out": (3, Draw._agency),
    "buy": (3, Draw._buy),
    "give": (4, Draw._from_stock),
    "sell": (2, Draw._from_stock),
    "count": (1.5, Draw._count),
    "advance": (3, Draw._advance),
    "settle_advance": (3, Draw._settle_advance),
    "owe_refund": (2.5, Draw._owe_refund),
    "pay_refund": (2, Draw._paying_on),
    "move": (8, Draw._move),
    "transfer": (2.5, Draw._transfer),
    "restrict": (0.6, Draw._restrict),
    "change_purpose": (2, Draw._change_purpose),
    "correct": (9, Draw._correct),
    "void": (6, Draw._void),
    "mend_name": (0.5, Draw._paper),
    "copy_receipt": (0.5, Draw._paper),
    "close_period": (0.15, Draw._close_period),
    "close_year": (0.6, Draw._close_year),
    "publish": (0.5, Draw._publish),
    "reopen": (0.7, Draw._reopen),
}
_VERBS = list(_TABLE)
_WEIGHTS = [weight for weight, _drawer in _TABLE.values()]
