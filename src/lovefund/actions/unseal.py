"""Opens the sealed texts of one entry for an auditor: logged first, and only then shown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from lovefund.actions.keys import require_keys
from lovefund.actions.spend import file_of
from lovefund.actions.workspace import Workspace, existing, record, refuse
from lovefund.core.entries import Draft, Entry
from lovefund.core.unsealing import ENTRY, UNSEALED, unsealed
from lovefund.errors import MachineLacks
from lovefund.language import _
from lovefund.log import lines
from lovefund.store.book import Book, Posted
from lovefund.store.reading import Books


@dataclass(frozen=True, slots=True)
class Opened:
    """The sealed texts of an entry; ``nonces`` let anyone hold them to the line (spec-log 2).

    Of a receipt's holders only the names: with their nonces the receipt codes could be made.
    """

    no: int
    shown: str
    file: dict[str, Any]
    holders: tuple[str, ...]
    nonces: dict[str, str]
    texts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Access:
    """One opening as the log has it; ``reason`` is empty where the keys are not here."""

    no: int
    at: date
    by: str
    of: int
    scope: str
    reason: str


def unseal(ws: Workspace, no: int, reason: str, request: str = "") -> Posted:
    """Log that the sealed texts of entry ``no`` are opened, and why.

    Refused where there is nothing sealed, or where what is sealed cannot be opened here.
    """

    def build(book: Book, books: Books) -> Draft:
        entry = existing(books, no)
        _refuse_closed(books, entry)
        return unsealed(book.at, no, reason, ENTRY)

    return record(ws, build, request)


def opened(books: Books, no: int) -> Opened:
    """The texts of an entry whose opening is logged."""
    slots = books.sealed(no)
    pairs = {name: slots[name] for name in ("shown", "file") if name in slots}
    return Opened(
        no,
        pairs["shown"][1] if "shown" in pairs else "",
        dict(json.loads(pairs["file"][1])) if "file" in pairs else {},
        tuple(name for _nonce, name, _phrase in slots.get("holder", ())),
        {name: nonce for name, (nonce, _text) in pairs.items()},
        {name: text for name, (_nonce, text) in pairs.items()},
    )


def accesses(books: Books) -> list[Access]:
    """Every opening of sealed texts so far, in order."""
    return [
        Access(
            entry.no,
            entry.at,
            entry.by,
            entry.of or 0,
            str(entry.facts.get("scope", "")),
            str(file_of(books, entry.no).get("reason", "")),
        )
        for entry in books.entries(kinds=(UNSEALED,))
    ]


def _refuse_closed(books: Books, entry: Entry) -> None:
    """Refused, or MachineLacks, where the texts of an entry do not open on this machine."""
    wanted = lines.read_line(entry.line).sealed
    if not wanted:
        raise refuse(
            "nothing-sealed",
            _("entry {no} has no sealed texts").format(no=entry.no),
            _("look at it with `lovefund show {no}`").format(no=entry.no),
        )
    require_keys(books)
    missing = sorted(wanted.keys() - books.sealed(entry.no).keys())
    if missing:
        raise MachineLacks(
            _("entry {no}").format(no=entry.no),
            _("the sealed text of {slots} is not kept here any more: frozen, or destroyed").format(
                slots=_(", ").join(missing)
            ),
            _(
                "what is frozen the keeper of archives has the key of; of what is destroyed only "
                "the commitment in the line is left; `lovefund check` tells which rows are missing"
            ),
        )
