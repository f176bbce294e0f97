"""For each article that judges drafts: one that it lets pass, and its neighbour that it does not.

The two differ by as little as the article can tell: a fen, a day, a word, a fact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from lovefund.core.accounts import shipped_chart
from lovefund.core.campaigns import OPENED
from lovefund.core.effects import Effects
from lovefund.core.entries import Draft, Posting
from lovefund.core.given import Deed, Given, Window, pupil_key
from lovefund.core.known import Course, Known
from lovefund.core.rules import model

CHART = shipped_chart("npo-2026")
DAY = date(2026, 3, 2)


@dataclass
class Fund(Course):
    """Books before the draft, as each pair wants them; amounts in fen."""

    def __post_init__(self) -> None:
        super().__init__(CHART)
        for no, draft in enumerate(self.before):
            self.note(draft, no)

    holds: dict[str, int] = field(default_factory=dict)
    freely: dict[str, int] = field(default_factory=dict)
    in_year: dict[str, int] = field(default_factory=dict)
    last_year: int = 0
    pupils: dict[str, int] = field(default_factory=dict)
    before: tuple[Draft, ...] = ()

    def held(self, account: str) -> int:
        return self.holds.get(account, 0)

    def free(self, restriction: str) -> int:
        return self.freely.get(restriction, 0)

    def moved(self, account: str, year: int) -> int:
        return self.in_year.get(account, 0)

    def money_before(self, restriction: str, year: int) -> int:
        return self.last_year

    def given(self, window: Window) -> Given:
        given = Given(window)
        for no, (key, fen) in enumerate(self.pupils.items()):
            who = ["", key.removeprefix("pupil "), "", fen]
            given.note(Deed(no, "grant-paid", window.first, {}, fen, {"cases": [who]}))
        return given

    def kind_of(self, no: int) -> str:
        return "outlay-paid"


@dataclass(frozen=True)
class Pair:
    """A fund, a draft that passes in it, and the one beside it that does not."""

    passes: Draft
    fails: Draft
    fund: Callable[[], Fund] = Fund
    at: date = DAY


def known(fund: Fund, at: date) -> Known:
    return Known(CHART, at, Effects(CHART), fund)


def code(role: str) -> str:
    return CHART.code(role)


def draft(
    kind: str, debit: str, credit: str, fen: int, pot: str = "general", **more: object
) -> Draft:
    facts = more.pop("facts", {})
    assert isinstance(facts, dict)
    file = more or None
    return Draft(kind, DAY, (Posting(code(debit), code(credit), pot, fen),), facts, file=file)


def gift(fen: int = 10_000, place: str = "bank", **more: object) -> Draft:
    return draft(
        "donation", place, "source:alumni", fen, facts={"channel": place},
        **({"name": "林校友", "public": "real"} | more),
    )  # fmt: skip


def grant(fen: int, place: str = "bank", pupil: str = "学生甲", **facts: object) -> Draft:
    return draft(
        "grant-paid", "programme:aid", place, fen,
        facts={"channel": place, **facts}, cases=[["C-1", pupil, "家长甲", fen]],
    )  # fmt: skip


def outlay(fen: int, place: str = "bank", memo: str = "车费") -> Draft:
    return draft(
        "outlay-paid", "programme:visits", place, fen,
        facts={"channel": place, "programme": "visits"}, memo=memo, name="车队",
    )  # fmt: skip


def limit(article: str, key: str) -> int:
    value = model()[article].parameters[key]
    assert isinstance(value, int)
    return value


GENERAL_LEFT = 100_000
CONSENT = Draft("restriction-changed", DAY, (), {"from": "home", "to": "general", "consent": "C-1"})
AGREEMENT = Draft("restriction-opened", DAY, (), {"restriction": "home", "agreement": "A-1"})
DECISION = Draft("grant-approved", DAY, (), {"reserve_fen": 100, "reference": "M-1"})
GOODS = Draft(
    "donation-in-kind", DAY, (), {"basis": "document", "attachments": 1}, file={"name": "书店"}
)
REFUND = Draft("refund-owed", DAY, (), {"of": 1, "cause": "outside", "reference": "M-3"})


def without(whole: Draft, fact: str) -> Draft:
    return replace(whole, facts={k: v for k, v in whole.facts.items() if k != fact})


NOTICE = Draft("grant-noticed", DAY, (), {"of": 4, "case": 1, "days": 5, "counted": "working"})


def drive(**facts: object) -> Draft:
    return Draft(OPENED, DAY, (), {"code": "D-1", "scope": "inside", **facts})


def class_gift(fen: int) -> Draft:
    return draft(
        "donation", "bank", "source:class", fen, facts={"channel": "bank"}, name="三（1）班"
    )


APPEAL = drive(scope="public", partner="51X", filing="F-1")
BAZAAR = drive(event="2026-03-20", agreement="YM-1", agreed="2026-03-20")


def pledged(kin: int) -> Draft:
    received = draft("agency-received", "bank", "agency", 100, "agency", name="林校友", pupil="甲")
    return replace(received, file={**(received.file or {}), "kin": kin})


def applied(fen: int, path: str = "usual", aid: int = 0) -> Draft:
    rows = [["C-1", "学生甲", "家长甲", fen]]
    more = {"C-1": {"other_aid_fen": aid}} if aid else {}
    facts = {"ask_fen": fen, "path": path, "programme": "aid", "restriction": "general"}
    return Draft("grant-applied", DAY, (), facts, file={"cases": rows, "more": more})


EDGES: dict[str, Pair] = {
    "R02": Pair(gift(memo="自愿"), gift(memo="完成指标")),
    "R03": Pair(APPEAL, without(APPEAL, "filing")),
    "R04": Pair(BAZAAR, replace(BAZAAR, facts={**BAZAAR.facts, "agreed": "2026-03-21"})),
    "R09": Pair(pledged(0), pledged(1)),
    "R18": Pair(
        applied(100, aid=limit("R18", "year_yuan")), applied(100, aid=limit("R18", "year_yuan") + 1)
    ),
    "R19": Pair(
        applied(limit("R19", "limit_yuan"), "emergency"),
        applied(limit("R19", "limit_yuan") + 1, "emergency"),
    ),
    "R01": Pair(gift(name="", public="anonymous"), gift(name="", public="real")),
    "R06": Pair(CONSENT, without(CONSENT, "consent")),
    "R07": Pair(AGREEMENT, without(AGREEMENT, "agreement")),
    "R12": Pair(DECISION, without(DECISION, "reference")),
    "R13": Pair(grant(100, case=1), grant(100)),
    "R14": Pair(NOTICE, replace(NOTICE, facts={**NOTICE.facts, "days": 4})),
    "R16": Pair(
        grant(limit("R16", "term_yuan") - 40_000),
        grant(limit("R16", "term_yuan") - 40_000 + 1),
        lambda: Fund(pupils={pupil_key("", "学生甲"): 40_000}),
    ),
    "R17": Pair(grant(60_000), grant(60_001)),
    "R20": Pair(grant(limit("R20", "over_yuan")), grant(limit("R20", "over_yuan") + 1)),
    "R21": Pair(
        outlay(GENERAL_LEFT - 5_000),
        outlay(GENERAL_LEFT - 5_000 + 1),
        lambda: Fund(freely={"general": GENERAL_LEFT}, last_year=50_000),
    ),
    "R22": Pair(outlay(100, memo="家访车费"), outlay(100, memo="家访招待")),
    "R23": Pair(
        draft("fee", "fee", "bank", 250),
        draft("fee", "fee", "bank", 251),
        lambda: Fund(in_year={code("interest"): -300, code("fee"): 50}),
    ),
    "R24": Pair(
        outlay(GENERAL_LEFT),
        outlay(GENERAL_LEFT + 1),
        lambda: Fund(freely={"general": limit("R24", "least_yuan") + GENERAL_LEFT}),
    ),
    "R25": Pair(gift(place="bank"), gift(place="wechat")),
    "R26": Pair(
        gift(10_000, "cash"),
        gift(10_001, "cash"),
        lambda: Fund(holds={code("cash"): limit("R26", "limit_yuan") - 10_000}),
    ),
    "R27": Pair(
        outlay(limit("R27", "limit_yuan"), "cash"), outlay(limit("R27", "limit_yuan") + 1, "cash")
    ),
    "R28": Pair(
        replace(gift(), on=DAY - timedelta(days=limit("R28", "days"))),
        replace(gift(), on=DAY - timedelta(days=limit("R28", "days") + 1)),
    ),
    "R29": Pair(GOODS, without(GOODS, "attachments")),
    "R31": Pair(grant(100, attachments=1), grant(100)),
    "R34": Pair(REFUND, without(REFUND, "reference")),
}
