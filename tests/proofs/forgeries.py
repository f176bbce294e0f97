"""Every forgery that we try on all three verifiers, by what the forger is after.

The bundles are those of the vectors, changed by the forgeries of the tests beside this file; the
fund itself signs, which is the hardest case: then only the numbers can speak.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lovefund import verify
from proofs import forge
from proofs.forge import BUNDLES, FUND, FUND_KEY, VECTORS, WITNESS_KEY, Forger
from proofs.test_verify import FORGERIES, RECEIPT, TRICKS, rewritten, with_text

STRANGER = "77" * 32


@dataclass(frozen=True, slots=True)
class Forgery:
    """Files that must not pass, and what is asked about them; a topic is one of :data:`TOPICS`."""

    topic: str
    name: str
    files: Mapping[str, str]
    fund: str = FUND
    keys: tuple[str, ...] = (FUND_KEY,)
    receipt: str = ""
    holder: str = ""
    phrase: str = ""
    held: str = ""


#: Every topic, with its name in Chinese, in the order of the table.
TOPICS = {
    "an entry changed, dropped, swapped, doubled or added": "改、删、换、重、补一笔",
    "balances, totals and figures": "余额、合计与指标",
    "the statement's own entry": "报表自己的那一笔",
    "days and closed periods": "日期与已公示的期间",
    "files of another statement, or missing": "别期的文件，或少了文件",
    "another fund, another key": "别的基金，别的钥匙",
    "history rewritten, split view": "改写历史，给人看两套账",
    "receipts": "收据",
    "texts beside entries": "账目旁的文字",
}
_ENTRY, _SUMS, _OWN, _DAYS, _FILES, _FUND, _HISTORY, _RECEIPT, _TEXT = TOPICS

#: The topic of each forgery of ``test_verify.FORGERIES``.
_TOPIC = {
    "another amount": _ENTRY,
    "an entry dropped": _ENTRY,
    "two entries swapped": _ENTRY,
    "an entry after the statement": _ENTRY,
    "a commitment used twice": _ENTRY,
    "red without the entry it mends": _ENTRY,
    "a name in a fact": _ENTRY,
    "an amount over the limit": _ENTRY,
    "opening and closing shifted together": _SUMS,
    "a total that does not add up": _SUMS,
    "a count that is not one": _SUMS,
    "a closing balance moved": _SUMS,
    "`open` moved": _OWN,
    "`base` moved": _OWN,
    "another period": _OWN,
    "a period that ends on its own day": _OWN,
    "statement number 2 without a first": _OWN,
    "an entry dated ahead": _DAYS,
    "a day of recording that falls": _DAYS,
    "an entry after the statement, in its period": _DAYS,
    "another fund's lines": _FUND,
}


def forged(number: int, change: forge.Change, seed: str = VECTORS["fund_seed"]) -> dict[str, str]:
    """A bundle of the vectors, changed and put together again as well as it goes."""
    forger = Forger(BUNDLES[number], seed)
    change(forger)
    return forger.rebuilt()


def doubled(no: int) -> forge.Change:
    """An entry twice, the later ones renumbered."""

    def change(f: Forger) -> None:
        f.entries.insert(no, {**f.entries[no], "sealed": {}})
        for index, entry in enumerate(f.entries):
            entry["no"] = index

    return change


def earlier_base(base: int) -> forge.Change:
    """A period that begins before its base ends, with balances made to follow."""
    moved = forge.said("from", "2026-09-30"), forge.said("base", base)
    return forge.several(*moved, forge.rebalanced)


def rested_on_overlap(f: Forger) -> None:
    """The longer of two overlapping periods, with an opening taken from the shorter one."""
    forge.several(forge.said("base", 1), forge.said("first", 0))(f)


def other_parts() -> dict[str, tuple[dict[str, str], str]]:
    """Bundles with a file of another statement, without one, or with one too many."""
    first = BUNDLES[1]["statement.json"].replace('"first":4', '"first":5')
    found = {
        f"{name} of statement {other}": ({**BUNDLES[1], name: BUNDLES[other - 1][name]}, "")
        for name in ("frontier.json", "checkpoint.txt", "previous.txt", "statement.json")
        for other in (1, 3)
        if BUNDLES[other - 1].get(name, BUNDLES[1][name]) != BUNDLES[1][name]
    }
    found["`first` moved"] = ({**BUNDLES[1], "statement.json": first}, "")
    for name in ("entries.jsonl", "frontier.json", "checkpoint.txt", "previous.txt",
                 "statement.json"):  # fmt: skip
        found[f"without {name}"] = ({k: v for k, v in BUNDLES[1].items() if k != name}, "no file")
    too_much = {**BUNDLES[0], "previous.txt": BUNDLES[0]["checkpoint.txt"]}
    found["a previous checkpoint before the first"] = (too_much, "previous")
    cut = BUNDLES[0]["entries.jsonl"][:-1]
    found["entries.jsonl without its end"] = ({**BUNDLES[0], "entries.jsonl": cut}, "cut off")
    found["a note of a megabyte"] = (
        {**BUNDLES[0], "checkpoint.txt": BUNDLES[0]["checkpoint.txt"] + "\n" * 2**20}, "too large",
    )  # fmt: skip
    return found


def forgeries() -> list[Forgery]:
    """All of them, topic by topic."""
    found = [*_of_the_numbers(), *_of_others(), *_of_receipts(), *_of_texts()]
    return sorted(found, key=lambda forgery: list(TOPICS).index(forgery.topic))


def _of_the_numbers() -> Iterator[Forgery]:
    for name, (change, _word) in FORGERIES.items():
        yield Forgery(_TOPIC[name], name, forged(0, change))
    yield Forgery(_ENTRY, "an entry doubled", forged(0, doubled(2)))
    for base, name in ((0, "without a base"), (1, "with its base")):
        told = f"a period that begins before its base ends, {name}"
        yield Forgery(_OWN, told, forged(1, earlier_base(base)))
    overlap = "overlapping periods: an opening taken from the other"
    yield Forgery(_OWN, overlap, forged(2, rested_on_overlap))


def _of_others() -> Iterator[Forgery]:
    for name, (files, _slug) in other_parts().items():
        yield Forgery(_FILES, name, files)
    yield Forgery(_FUND, "the statement of another fund", BUNDLES[0], fund="other-school")
    stranger = forged(0, lambda _f: None, STRANGER)
    yield Forgery(_FUND, "all right, but signed by a stranger's key", stranger)
    printed, books = VECTORS["checkpoints"][6]["fingerprint"], rewritten().rebuilt()
    yield Forgery(_HISTORY, "rewritten and signed; against the notice board", books, held=printed)
    yield Forgery(
        _HISTORY, "rewritten and signed; against a witness's key", books, keys=(WITNESS_KEY,)
    )
    newer = VECTORS["checkpoints"][8]["fingerprint"]
    yield Forgery(_HISTORY, "an older statement shown for the newest", BUNDLES[0], held=newer)


def _of_receipts() -> Iterator[Forgery]:
    first = BUNDLES[0]
    code = str(RECEIPT["code"])
    yield Forgery(_RECEIPT, "the receipt of another donor", first, receipt=code, holder="李四")
    yield Forgery(
        _RECEIPT, "the right name with another phrase", first, receipt=code, holder="张三丰",
        phrase="绿水",
    )  # fmt: skip
    beyond = str(VECTORS["receipts"][2]["code"])
    yield Forgery(_RECEIPT, "a gift that was not published", first, receipt=beyond)
    yield Forgery(_RECEIPT, "a gift of an earlier statement", BUNDLES[1], receipt=code,
                  holder="张三丰", phrase="青山")  # fmt: skip
    other = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[:30]
    yield Forgery(_RECEIPT, "an invented code", first, receipt=other)
    yield Forgery(_RECEIPT, "a code too short", first, receipt=code[:-1])


def _of_texts() -> Iterator[Forgery]:
    no, nonce, text = json.loads(BUNDLES[0]["shown.json"])[0]
    hidden = [no, nonce + text[:1].encode().hex(), text[1:]]
    for name, rows in (
        ("another name beside a gift", [[no, nonce, "李＊＊"]]),
        ("the beginning of a name hidden in the nonce", [hidden]),
        ("a name twice", [[no, nonce, text]] * 2),
        ("a name beside another gift", [[no + 1, nonce, text]]),
    ):
        yield Forgery(_TEXT, name, {**BUNDLES[0], "shown.json": json.dumps(rows)})
    yield Forgery(_TEXT, "a sealed text that moves the cursor", with_text(TRICKS[0]))
    yield Forgery(_TEXT, "a sealed text that is read backwards", with_text(TRICKS[2]))


def slips() -> list[str]:
    """Every single substitution and every swap of neighbours in a receipt code."""
    code = str(RECEIPT["code"]).replace("-", "")
    swaps = {code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(29)}
    typed = {code[:i] + c + code[i + 1 :] for i in range(30) for c in verify.ALPHABET}
    return sorted((swaps | typed) - {code})
