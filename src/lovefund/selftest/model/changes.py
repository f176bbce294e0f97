"""What a verb does to a fund: dictionaries that add up, and what each verb's own words change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
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


def money(purse: str, place: str, fen: int) -> Change:
    return {("money", purse, ""): fen, ("place", "", place): fen}


def stock(purse: str, goods: Iterable[Iterable[Any]], sign: int = 1) -> Change:
    return plus(
        *(
            {("units", purse, item): sign * units, ("stock", purse, item): sign * worth}
            for item, units, worth in goods
        )
    )


def in_earlier_year(change: Mapping[Key, int]) -> Change:
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
            return money(purse, place, fen) | {("income", purse, a["source"]): fen}
        case "interest":
            return money(purse, place, fen) | {("income", purse, "interest"): fen}
        case "unidentified":
            return money(GENERAL, place, fen) | {("owed", GENERAL, ""): fen}
        case "gift_goods":
            return stock(purse, a["goods"]) | {("income", purse, a["source"]): fen}
        case "service":
            gained = {("income", purse, a["source"]): fen}
            return gained | {("outlay", purse, a["programme"]): fen}
        case "grant" | "outlay":
            spent = money(purse, place, -fen) | {("outlay", purse, a["programme"]): fen}
            return spent | ({("reserved", purse, ""): -fen} if a.get("of") else {})
        case "promise":
            return {("owed", purse, ""): fen, ("outlay", purse, a["programme"]): fen}
        case "fee":
            return money(GENERAL, place, -fen) | {("outlay", GENERAL, "fee"): fen}
        case "pay_promised" | "pay_refund" | "identify_return":
            return money(purse, place, -fen) | {("owed", purse, ""): -fen}
        case "reserve":
            return {("reserved", purse, ""): fen}
        case "buy":
            return stock(purse, a["goods"]) | money(purse, place, -fen)
        case "advance":
            return money(purse, place, -fen) | {("lent", purse, ""): fen}
        case "agency_in" | "agency_out":
            given = fen if verb == "agency_in" else -fen
            return money(AGENCY, place, given) | {("held", AGENCY, a["pupil"]): given}
    raise KeyError(verb)


def guarded(key: Key) -> Iterator[tuple[str, str]]:
    """The things that may be below zero on no day, which a key is a part of."""
    what, purse, detail = key
    if what == "place":
        yield "place", detail
    elif what == "money":
        yield "money", purse
    elif what == "stock":
        yield "stock", purse


def total_of(sums: Mapping[Key, int], what: str, purse: str = "", detail: str = "") -> int:
    return sum(
        n for (w, p, d), n in sums.items() if w == what and purse in ("", p) and detail in ("", d)
    )
