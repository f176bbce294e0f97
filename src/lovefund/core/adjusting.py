"""The adjustment sheet (余额调节表) as a text that a hash pins down: private, canonical JSON.

It lists both balances, what was matched with what, and every item that stands on one side only,
with its reason. Random bytes in it keep anybody from guessing its names by its public hash.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

from lovefund.core.kinds import KINDS
from lovefund.core.reconciliations import Reconciliation
from lovefund.core.reconciling import Line, OpenClass, adjusted, class_of
from lovefund.language import _
from lovefund.money import yuan

#: The item that stands for what both sides differed by before the first bill.
OPENING = "r0"


@dataclass(frozen=True, slots=True)
class Item:
    """A movement on one side only; ``entries`` are those of the books that it is made of.

    ``deed`` is the kind of the first of them, empty for what the bank alone has; ``why`` is empty
    as long as nobody has explained it.
    """

    line: Line
    at_bank: bool
    note: str = ""
    why: str = ""
    entries: tuple[int, ...] = ()
    deed: str = ""

    @property
    def kind(self) -> OpenClass:
        """Its class in the adjustment table."""
        return class_of(self.line, at_bank=self.at_bank)

    def told(self, language: str) -> str:
        """What it is about: its kind of entry, then what its voucher or the bank says."""
        kind = KINDS.get(self.deed)
        name = "" if kind is None else kind.zh if language == "zh" else kind.en
        return " ".join(filter(None, (name, self.note)))

    def age(self, day: date) -> int:
        """Days that it has been open."""
        return (day - self.line.on).days


class Pair(NamedTuple):
    """Lines of both sides that are the same money, by their ids, and how much it is."""

    book: tuple[str, ...]
    bank: tuple[str, ...]
    fen: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is reconciled, and every difference; ``bill`` is the SHA-256 of the file."""

    fund: str
    account: str
    first: date
    last: date
    bill: str
    book_fen: int
    bank_fen: int
    items: tuple[Item, ...]
    pairs: tuple[Pair, ...]
    salt: str

    @property
    def adjusted_fen(self) -> tuple[int, int]:
        """Both balances after adjustment: equal, or something is not accounted for (law 9)."""
        return adjusted(
            self.book_fen,
            self.bank_fen,
            [item.line.fen for item in self.items if not item.at_bank],
            [item.line.fen for item in self.items if item.at_bank],
        )

    def of(self, kind: OpenClass) -> tuple[Item, ...]:
        """The items of one class, the oldest first."""
        return tuple(item for item in self.items if item.kind is kind)

    def unexplained(self) -> tuple[Item, ...]:
        """The items that nobody has explained yet."""
        return tuple(item for item in self.items if not item.why)

    def explained(self, words: Mapping[str, str]) -> Sheet:
        """The sheet with explanations by item."""
        items = (replace(i, why=words.get(i.line.id, i.why)) for i in self.items)
        return replace(self, items=tuple(items))


def sheet_text(sheet: Sheet) -> str:
    """The sheet as canonical JSON: the same sheet gives the same bytes."""
    content = {
        "v": 1,
        "fund": sheet.fund,
        "account": sheet.account,
        "from": sheet.first.isoformat(),
        "to": sheet.last.isoformat(),
        "bill": sheet.bill,
        "book_fen": sheet.book_fen,
        "bank_fen": sheet.bank_fen,
        "items": [_item_row(item) for item in sheet.items],
        "pairs": [[list(p.book), list(p.bank), p.fen] for p in sheet.pairs],
        "salt": sheet.salt,
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sheet_sha256(text: str) -> str:
    """The hash by which the entry names a sheet."""
    return sha256(text.encode()).hexdigest()


def read_sheet(text: str) -> Sheet:
    """The sheet in a text; ValueError where it is none."""
    try:
        said: dict[str, Any] = json.loads(text)
        return Sheet(
            str(said["fund"]),
            str(said["account"]),
            date.fromisoformat(said["from"]),
            date.fromisoformat(said["to"]),
            str(said["bill"]),
            int(said["book_fen"]),
            int(said["bank_fen"]),
            tuple(map(_item_from, said["items"])),
            tuple(Pair(tuple(book), tuple(bank), fen) for book, bank, fen in said["pairs"]),
            str(said["salt"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no adjustment sheet") from error


def _item_row(item: Item) -> dict[str, Any]:
    line = item.line
    return {
        "id": line.id,
        "bank": int(item.at_bank),
        "on": line.on.isoformat(),
        "fen": line.fen,
        "fee_fen": line.fee_fen,
        "party": line.party,
        "note": item.note,
        "why": item.why,
        "entries": list(item.entries),
        "deed": item.deed,
    }


def _item_from(row: Mapping[str, Any]) -> Item:
    line = Line(row["id"], date.fromisoformat(row["on"]), row["fen"], row["party"], row["fee_fen"])
    return Item(
        line, bool(row["bank"]), row["note"], row["why"], tuple(row["entries"]), row["deed"]
    )


def sheet_faults(sheet: Sheet, said: Reconciliation) -> Iterator[str]:
    """What in a sheet is not as the entry says that commits to it (law 9), as sentences."""
    ours, theirs = sheet.adjusted_fen
    if ours != theirs:
        yield _("its items leave {rest} yuan of the difference without a reason").format(
            rest=yuan(theirs - ours)
        )
    if sheet.unexplained():
        yield _("{count} of its items have no reason").format(count=len(sheet.unexplained()))
    mine = (sheet.account, sheet.first, sheet.last, sheet.book_fen, sheet.bank_fen)
    its = (said.account, said.first, said.last, said.book_fen, said.bank_fen)
    if mine != its or len(sheet.items) != said.items:
        yield _("it is of other days or amounts than the entry")


def carried(items: Sequence[Item], no: int) -> Iterator[Item]:
    """The items of reconciliation ``no`` as the next one begins with them."""
    for item in items:
        id_ = item.line.id
        if item.at_bank and "." not in id_:
            item = replace(item, line=replace(item.line, id=f"r{no}.{id_.removeprefix('r')}"))
        yield item
