"""What rows of bills may be: known again, paired, and suggested with a reason for each guess.

Nothing here books anything. The rules are plain, so that a treasurer can read why a row is
taken for a gift: what was decided before, what the row itself says, and what fits beside it.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

from lovefund.core.entries import GENERAL
from lovefund.core.names import PublicName, is_of_several
from lovefund.core.text import NAME_LENGTH_MAX, private_looking
from lovefund.language import _
from lovefund.money import yuan

#: A wallet's money is in the bank within these days.
DAYS_BETWEEN = 3
#: What was typed by hand bears the day of the bill, or one that is so near to it.
DAYS_TYPED = 2

PAYMENT, REFUND, WITHDRAWAL, TOP_UP = "payment", "refund", "withdrawal", "top-up"
FEE, INTEREST = "fee", "interest"

#: What a candidate can be accepted as. ``same`` is in the books already; ``ask`` is open.
GIFT, MOVED, UNIDENTIFIED, RETURNED, OUTLAY = "gift", "moved", "unidentified", "returned", "outlay"
SAME, ASK = "same", "ask"
KINDS = (GIFT, REFUND, FEE, INTEREST, MOVED, UNIDENTIFIED, RETURNED, OUTLAY, SAME, ASK)
#: What needs somebody's decision: never accepted together with all others.
DECIDED_ALONE = frozenset({SAME, ASK})


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a bill as the inbox keeps it, seen from the fund: ``fen`` > 0 came in.

    ``entry`` is the entry that it was accepted as, ``personal`` says whose account it is.
    """

    identity: str
    place: str
    on: date
    happening: str
    fen: int
    fee_fen: int = 0
    party: str = ""
    note: str = ""
    method: str = ""
    order: str = ""
    refund_of: str = ""
    personal: bool = False
    entry: int | None = None


# Known again


def order_key(channel: str, order: str, refund_of: str = "") -> str:
    """What a row of a wallet is known by: its number is unique in its channel."""
    return _key("order", channel, order, refund_of)


def bank_key(order: str, refund_of: str, on: date, fen: int) -> str:
    """What a numbered row of a bank is known by: a bank may use a number again."""
    return _key("bank-order", order, refund_of, on.isoformat(), fen)


def text_key(channel: str, account: str, on: date, fen: int, *texts: str) -> str:
    """What a row without a number is known by: all that it says."""
    return _key("text", channel, account, on.isoformat(), fen, *texts)


def _key(*parts: str | int) -> str:
    return json.dumps(parts, ensure_ascii=False)


def counted(keys: Sequence[str]) -> list[str]:
    """The keys with how many equal rows stand before each: equal rows are rows of their own."""
    seen: Counter[str] = Counter()
    found = []
    for key in keys:
        seen[key] += 1
        found.append(f"{key}{seen[key]}")
    return found


# Pairs


class Pair(NamedTuple):
    """A row of a wallet and the row of the bank that tells of the same money."""

    wallet: Row
    bank: Row


_COMPANIES = {
    "wechat": re.compile(r"财付通|微信|tenpay|wechat", re.IGNORECASE),
    "alipay": re.compile(r"支付宝|蚂蚁|alipay", re.IGNORECASE),
}
_CARD = re.compile(r"银行|信用社|农商|农信|储蓄卡|借记卡|信用卡|bank|card", re.IGNORECASE)


def by_card(row: Row) -> bool:
    """Whether the fund paid by card in a wallet, or got it back on one: the bank has it too.

    The card of a payer, which bills of merchants tell, is not the fund's.
    """
    ours = (row.happening == PAYMENT and row.fen < 0) or (row.happening == REFUND and row.fen > 0)
    return ours and row.place != "bank" and bool(_CARD.search(row.method))


def at_bank(row: Row) -> int | None:
    """What the bank should show of a wallet's row, in fen; None where it shows nothing."""
    if row.place == "bank":
        return None
    if row.happening == WITHDRAWAL:
        return -row.fen - row.fee_fen
    if row.happening == TOP_UP:
        return -row.fen
    return row.fen if by_card(row) else None


def names_wallet(row: Row, wallet: str) -> bool:
    """Whether a bank's row says that it comes from, or goes to, the company of a wallet."""
    pattern = _COMPANIES.get(wallet)
    return pattern is not None and bool(pattern.search(f"{row.party} {row.note}"))


def pairs(rows: Iterable[Row]) -> list[Pair]:
    """Withdrawals, top-ups and card payments with their rows at the bank, each row once.

    A bank's row fits by its amount, from the day of the wallet's row to three days later, where
    it names the wallet's company; what names nobody is taken after those. Rows that became one
    entry are a pair already. As many pairs are made as can be.
    """
    banks: dict[int, list[Row]] = defaultdict(list)
    wallets = []
    for row in rows:
        if row.place == "bank":
            banks[row.fen].append(row)
        elif at_bank(row) is not None:
            wallets.append(row)
    found, taken = [], set()
    booked = {row.entry: row for part in banks.values() for row in part if row.entry is not None}
    for wallet in wallets:
        same = booked.get(wallet.entry) if wallet.entry is not None else None
        if same is not None:
            found.append(Pair(wallet, same))
            taken |= {wallet.identity, same.identity}
    for part in banks.values():
        part.sort(key=lambda r: (r.on, r.identity))
    wallets.sort(key=lambda r: (r.on, r.identity))
    for named in (True, False):
        for wallet in wallets:
            if wallet.identity in taken:
                continue
            for bank in banks.get(at_bank(wallet) or 0, ()):
                if bank.identity not in taken and _fits(wallet, bank, named=named):
                    found.append(Pair(wallet, bank))
                    taken |= {wallet.identity, bank.identity}
                    break
    return found


def _fits(wallet: Row, bank: Row, *, named: bool) -> bool:
    if not wallet.on <= bank.on <= wallet.on + timedelta(days=DAYS_BETWEEN):
        return False
    if wallet.entry is not None and bank.entry is not None:
        return False  # two entries are not one
    return names_wallet(bank, wallet.place) if named else not bank.party


def merged(pair: Pair) -> Row:
    """A pair as one row: of a card payment the bank moved the money, the wallet knows for what."""
    wallet, bank = pair
    if not by_card(wallet):
        return wallet
    return replace(
        bank,
        happening=wallet.happening,
        party=wallet.party,
        note=wallet.note,
        refund_of=wallet.refund_of,
        personal=wallet.personal or bank.personal,
    )


# What was typed by hand


class Typed(NamedTuple):
    """What an entry that no bill brought moved at a place, in fen."""

    no: int
    on: date
    place: str
    fen: int


def typed_before(rows: Iterable[Row], typed: Iterable[Typed]) -> dict[str, int]:
    """Rows (by identity) that an entry tells of already: the same place and sum, the nearest day.

    Each entry is one row. It is a question and no answer: two gifts may be alike.
    """
    entries: dict[tuple[str, int], list[Typed]] = defaultdict(list)
    for one in typed:
        entries[one.place, one.fen].append(one)
    near = sorted(
        (abs((row.on - one.on).days), row.on, one.no, row.identity)
        for row in rows
        for one in entries.get((row.place, row.fen), ())
        if abs((row.on - one.on).days) <= DAYS_TYPED
    )
    found: dict[str, int] = {}
    taken: set[int] = set()
    for _days, _on, no, identity in near:
        if no not in taken and identity not in found:
            found[identity] = no
            taken.add(no)
    return found


# What was decided before


class Decision(NamedTuple):
    """What a row of a party was accepted as."""

    party: str
    on: date
    kind: str
    donor: str = ""
    public: PublicName = PublicName.ANONYMOUS
    alias: str = ""
    source: str = ""
    restriction: str = GENERAL
    programme: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """What the next row of a party will be taken for: what most of its rows were, ``times``."""

    decision: Decision
    times: int
    of: int

    def reason(self) -> str:
        """Why, in a sentence."""
        return _("“{party}” was booked so {times} of {of} times, last on {day}").format(
            party=self.decision.party, times=self.times, of=self.of, day=self.decision.on
        )


def learn(decisions: Iterable[Decision]) -> dict[str, Rule]:
    """A rule for each party: what was decided most often, of equals the latest.

    How a donor is shown is the least that this donor ever chose for a row.
    """
    by_party: dict[str, list[Decision]] = defaultdict(list)
    for one in decisions:
        if one.party:
            by_party[one.party].append(one)
    return {party: _rule(made) for party, made in by_party.items()}


def _rule(made: Sequence[Decision]) -> Rule:
    times: Counter[tuple[str, ...]] = Counter()
    last: dict[tuple[str, ...], Decision] = {}
    for one in sorted(made, key=lambda d: d.on):
        what = (one.kind, one.donor, one.source, one.restriction, one.programme)
        times[what] += 1
        last[what] = one
    best = max(times, key=lambda what: (times[what], last[what].on, what))
    decision = last[best]
    least = min(
        (d for d in made if d.donor == decision.donor and d.kind == decision.kind),
        key=lambda d: publicness(d.public),
    )
    decision = decision._replace(public=least.public, alias=least.alias)
    return Rule(decision, times[best], len(made))


def publicness(mode: PublicName) -> int:
    """How much of a name a mode shows, from nothing up."""
    order = (PublicName.ANONYMOUS, PublicName.ALIAS, PublicName.MASKED)
    return order.index(mode) if mode in order else len(order)


# Suggestions


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a row is taken for; ``reasons`` are sentences, one for each guess.

    ``of`` is the gift, grant or entry that it belongs to, ``other`` the other place of money
    that only moved.
    """

    kind: str
    reasons: tuple[str, ...] = ()
    donor: str = ""
    public: PublicName = PublicName.ANONYMOUS
    alias: str = ""
    source: str = ""
    restriction: str = GENERAL
    programme: str = ""
    of: int | None = None
    other: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the books know that helps to guess.

    ``words`` are the titles of restrictions with their codes; ``chosen`` how a donor of that name
    chose to be shown, the least of all gifts; ``practice`` how the fund shows who chose nothing.
    ``typed`` are entries that tell of rows, ``halves`` those that accepted the other row of a
    pair. ``gifts`` are the gifts that rows give back, ``gifts_waiting`` those that wait here too.
    """

    rules: Mapping[str, Rule] = field(default_factory=dict)
    typed: Mapping[str, int] = field(default_factory=dict)
    halves: Mapping[str, int] = field(default_factory=dict)
    gifts: Mapping[str, int] = field(default_factory=dict)
    gifts_waiting: Mapping[str, str] = field(default_factory=dict)
    words: Sequence[tuple[str, str]] = ()
    chosen: Mapping[str, tuple[PublicName, str]] = field(default_factory=dict)
    practice: PublicName = PublicName.MASKED
    opened_on: date = date.min
    closed_through: date = date.min


_GIVING = re.compile(
    r"捐|爱心|善款|助学|公益|义卖|募|慈善|donat|gift|charity|love fund", re.IGNORECASE
)
_GIVEN_BACK = re.compile(r"退款|退回|退捐|退还|refund", re.IGNORECASE)
_FEE = re.compile(r"手续费|服务费|短信费|工本费|管理费|年费|bank charge", re.IGNORECASE)
_BUSINESS = re.compile(
    r"公司|企业|工厂|商店|超市|合作社|集团|酒店|饭店|\b(?:ltd|inc|company)\b", re.IGNORECASE
)
_ORGANISATION = re.compile(r"协会|基金会|商会|委员会|政府|工会|红十字|促进会|校友会|联合会")


def gives_back(row: Row) -> bool:
    """Whether a row gives a gift back."""
    return row.fen < 0 and (row.happening == REFUND or bool(_GIVEN_BACK.search(row.note)))


def suggest(row: Row, pair: Pair | None, known: Known) -> Suggestion:
    """What a row, or the pair that it belongs to (merged into one), is taken for."""
    half = known.halves.get(row.identity)
    if half is not None:
        why = _("the other bill tells of the same money, accepted as entry {no}").format(no=half)
        return Suggestion(SAME, (why,), of=half)
    same = known.typed.get(row.identity)
    if same is not None:
        why = _("entry {no} has the same place, sum and day: is it this one?").format(no=same)
        return Suggestion(SAME, (why,), of=same)
    if row.on < known.opened_on or row.on <= known.closed_through:
        return Suggestion(ASK, (_closed(row, known),))
    if pair is not None and not by_card(pair.wallet):
        return _moved(pair)
    if row.happening == INTEREST and row.fen > 0:
        return Suggestion(INTEREST, (_("the bill calls it interest"),))
    if row.happening == FEE:
        if row.fen < 0:
            return Suggestion(FEE, (_("the bill calls it a fee"),))
        why = _("a fee came back: mend the entry of the fee with `lovefund correct`")
        return Suggestion(ASK, (why,))
    if row.happening in (WITHDRAWAL, TOP_UP):
        why = _("no row of the bank fits it yet: import the bank's bill of these days")
        return Suggestion(ASK, (why,))
    if by_card(row):
        why = _(
            "it was paid by card ({method}), so the bank's bill has it too: import that first"
        ).format(method=row.method)
        return Suggestion(ASK, (why,))
    if row.happening == REFUND or gives_back(row):
        return _refund(row, known)
    rule = known.rules.get(row.party)
    if rule is not None and _may_be(rule.decision.kind, row):
        return _as_before(row, rule, known)
    return _came_in(row, known) if row.fen > 0 else _went_out(row)


def _closed(row: Row, known: Known) -> str:
    if row.on < known.opened_on:
        return _(
            "it is from before these books began on {day}: it stands in the balances brought "
            "forward; set it aside"
        ).format(day=known.opened_on)
    return _(
        "the books are closed through {day}: set it aside, or book it on a later day (--on)"
    ).format(day=known.closed_through)


def _moved(pair: Pair) -> Suggestion:
    wallet, bank = pair
    why = _("{amount} yuan are in the bank's bill on {day}").format(
        amount=yuan(abs(bank.fen)), day=bank.on
    )
    if wallet.fee_fen and wallet.happening == WITHDRAWAL:
        fee = _("{fee} yuan of it are the fee that the bill tells").format(fee=yuan(wallet.fee_fen))
        return Suggestion(MOVED, (why, fee), other="bank")
    return Suggestion(MOVED, (why,), other="bank")


def _refund(row: Row, known: Known) -> Suggestion:
    gift = known.gifts.get(row.identity)
    if row.fen < 0:
        if row.identity in known.gifts_waiting:
            why = _("it gives back row {id}, which waits here: accept that first").format(
                id=known.gifts_waiting[row.identity]
            )
            return Suggestion(ASK, (why,))
        if gift is None:
            why = _("the gift that it gives back is not known: name it with --of, or set it aside")
            return Suggestion(ASK, (why,))
        if row.refund_of:
            why = _("the bill gives the number of the gift, entry {no}").format(no=gift)
        else:
            why = _("“{party}” gave entry {no}, which was as much or more").format(
                party=row.party, no=gift
            )
        return Suggestion(REFUND, (why,), of=gift)
    why = _(
        "money that the fund had paid came back: a grant (--as returned --of its entry), or a "
        "purchase whose entry is to be corrected"
    )
    return Suggestion(ASK, (why,))


def _may_be(kind: str, row: Row) -> bool:
    """Whether a row may be what its party's rows were: money has a direction."""
    return kind in ((GIFT, UNIDENTIFIED, INTEREST) if row.fen > 0 else (OUTLAY, FEE))


def _as_before(row: Row, rule: Rule, known: Known) -> Suggestion:
    d = rule.decision
    found = Suggestion(
        d.kind,
        (rule.reason(),),
        d.donor,
        d.public,
        d.alias,
        d.source,
        d.restriction,
        d.programme,
    )
    if d.kind != GIFT:
        return found
    named = _named(row, known)
    if named is not None and named[0] != d.restriction:
        found = replace(found, restriction=named[0], reasons=(*found.reasons, named[1]))
    return _no_more_public(found, known)


def _came_in(row: Row, known: Known) -> Suggestion:
    if row.place == "bank" and (names_wallet(row, "wechat") or names_wallet(row, "alipay")):
        why = _("it comes from a wallet: import the bill of that wallet, then they are paired")
        return Suggestion(ASK, (why,))
    giving = _GIVING.search(f"{row.note} {row.party}")
    if row.personal and giving is None:
        why = _("it came to a private person's account, and nothing says that it is for the fund")
        return Suggestion(ASK, (why,))
    if not row.party and giving is None:
        return Suggestion(UNIDENTIFIED, (_("the bill does not say whose it is"),))
    if giving is not None:
        why = _("it says “{word}”").format(word=giving[0])
    else:
        why = _("it came to the fund's own account from “{party}”").format(party=row.party)
    return gift(row, known, why)


def gift(row: Row, known: Known, why: str) -> Suggestion:
    """A row as a gift, from whom, shown how and for what, each with its reason."""
    party = row.party[:NAME_LENGTH_MAX]
    if not party or private_looking(party):
        unnamed = _("the bill names nobody") if not party else _("the bill gives a number, no name")
        found = Suggestion(GIFT, (why, unnamed), source="society")
    else:
        source, told = _source(party)
        public = PublicName.ORG if source == "class" else known.practice
        found = Suggestion(GIFT, (why, told), party, public, source=source)
    named = _named(row, known)
    if named is not None:
        found = replace(found, restriction=named[0], reasons=(*found.reasons, named[1]))
    return _no_more_public(found, known)


def _went_out(row: Row) -> Suggestion:
    fee = _FEE.search(f"{row.note} {row.party}")
    if fee is not None:
        return Suggestion(FEE, (_("it says “{word}”").format(word=fee[0]),))
    why = _(
        "only you know for what: say --as outlay --programme NAME, or book it with its own verb "
        "(`lovefund pay`, `grant`, `buy-goods`) and then say --as same --of its entry"
    )
    return Suggestion(ASK, (why,))


def _source(party: str) -> tuple[str, str]:
    if is_of_several(party):
        return "class", _("its name is that of a class or a drive, which is shown")
    if _BUSINESS.search(party):
        return "business", _("its name is that of a business")
    if _ORGANISATION.search(party):
        return "organisation", _("its name is that of an organisation")
    return "society", _("nothing was decided for this name before")


def _named(row: Row, known: Known) -> tuple[str, str] | None:
    """The restriction whose title the note has in it, the longest title, and why."""
    titles = [(title, code) for title, code in known.words if title in row.note]
    if not titles:
        return None
    title, code = max(titles, key=lambda pair: (len(pair[0]), pair[0]))
    return code, _("the note names “{title}”").format(title=title)


def _no_more_public(found: Suggestion, known: Known) -> Suggestion:
    """Never more of a name than its bearer chose to show before."""
    chosen = known.chosen.get(found.donor) if found.donor else None
    if chosen is None or publicness(chosen[0]) >= publicness(found.public):
        return found
    why = _("this donor chose so for an earlier gift")
    return replace(found, public=chosen[0], alias=chosen[1], reasons=(*found.reasons, why))


#: What somebody can decide about a row: the fields of a suggestion, and the day of its entry.
DECIDABLE = (
    "kind",
    "donor",
    "public",
    "alias",
    "source",
    "restriction",
    "programme",
    "of",
    "other",
)


def as_decided(
    row: Row, found: Suggestion, decided: Mapping[str, str | int], known: Known
) -> Suggestion:
    """A suggestion as somebody changed it; what was not decided is still guessed."""
    changes: dict[str, object] = {k: v for k, v in decided.items() if k in DECIDABLE}
    if not changes:
        return found
    why = _("you decided it so")
    kind = changes.get("kind", found.kind)
    if kind == GIFT and found.kind != GIFT:
        found = gift(row, known, why)
    elif kind != found.kind:
        found = Suggestion(str(kind), (why,))
    else:
        found = replace(found, reasons=(*found.reasons, why))
    if "public" in changes:
        changes["public"] = PublicName(str(changes["public"]))
    elif "donor" in changes:
        changes["public"] = known.practice if changes["donor"] else PublicName.ANONYMOUS
    made = replace(found, **changes)  # type: ignore[arg-type]
    return made if "public" in decided else _no_more_public(made, known)


def lacks(found: Suggestion) -> str:
    """What is still to be decided before it can be booked, or nothing."""
    if found.kind == ASK:
        return found.reasons[0]
    if found.kind in (REFUND, RETURNED, SAME) and found.of is None:
        return _("say which entry it belongs to, with --of")
    if found.kind == GIFT and not found.source:
        return _("say what kind of donor it is, with --source")
    if found.kind == GIFT and found.public is PublicName.ALIAS and not found.alias:
        return _("say under which alias, with --alias")
    if found.kind == OUTLAY and not found.programme:
        return _("say for which programme, with --programme")
    if found.kind == MOVED and not found.other:
        return _("say to or from which place, with --other")
    return ""
