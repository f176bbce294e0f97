"""How agency money is split over pupils: sealed, and never more passed on than came in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lovefund.actions.workspace import refuse
from lovefund.core.corrections import postings_now
from lovefund.core.entries import Entry
from lovefund.language import _
from lovefund.money import yuan
from lovefund.store.reading import Books

BROUGHT, RECEIVED, PAID = "opening-balance", "agency-received", "agency-paid"


def agency_held(books: Books) -> dict[str, int]:
    """What is held for each pupil, from the sealed files; needs the key for pupils."""
    held: dict[str, int] = {}
    kinds = (BROUGHT, RECEIVED, PAID)
    entries = list(books.entries(kinds=kinds))
    if not entries:
        return held
    sealed = books.sealed_between(entries[0].no, entries[-1].no, kinds=kinds)
    mended: dict[int | None, list[Entry]] = {}
    for later in books.entries(kinds=("correction", "void"), no_from=entries[0].no):
        mended.setdefault(later.of, []).append(later)
    for entry in entries:
        file = _file(sealed.get(entry.no, {}))
        amount = sum(p.amount_fen for p in postings_now(entry, mended.get(entry.no, [])))
        sums = [(file.get("pupil", ""), -amount if entry.kind == PAID else amount)]
        if entry.kind == BROUGHT:
            sums = _brought_forward(entry, file, amount)
        for pupil, fen in sums:
            held[str(pupil)] = held.get(str(pupil), 0) + fen
    return held


def _brought_forward(entry: Entry, file: Mapping[str, Any], amount: int) -> list[tuple[str, int]]:
    """What balances brought forward hold for pupils, after their corrections."""
    split = [(str(pupil), int(fen)) for pupil, fen in file.get("held", [])]
    if len(entry.postings) == 1:
        return [(pupil, amount) for pupil, _fen in split]
    return split if amount else []


def dossiers(books: Books, kinds: Sequence[str]) -> Iterator[tuple[Entry, dict[str, Any]]]:
    """The entries of these kinds that stand, in order, each with its opened dossier."""
    entries = list(books.entries(kinds=kinds))
    if not entries:
        return
    sealed = books.sealed_between(entries[0].no, entries[-1].no, kinds=kinds)
    voided = {later.of for later in books.entries(kinds=("void",), no_from=entries[0].no)}
    for entry in entries:
        if entry.no not in voided:
            yield entry, _file(sealed.get(entry.no, {}))


def _file(sealed: Mapping[str, Any]) -> dict[str, Any]:
    slot = sealed.get("file")
    return dict(json.loads(slot[1])) if slot else {}


def may_pass_on(books: Books, pupil: str, amount_fen: int) -> None:
    """Refused where less than that is held for the pupil, whatever is held for others."""
    held = agency_held(books).get(pupil, 0)
    if held < amount_fen:
        raise refuse(
            "agency-split",
            _("{held} yuan are held for {pupil}; this needs {need}").format(
                held=yuan(held), pupil=pupil, need=yuan(amount_fen)
            ),
            _("pass on {held} yuan or less; `lovefund agency` lists what is held").format(
                held=yuan(held)
            ),
            _("Agency money goes to the person it was given for (财会〔2020〕9号 三)."),
        )


def may_mend(books: Books, entry: Entry, before_fen: int, after_fen: int) -> None:
    """Refused where mending an agency entry would leave a pupil with less than was passed on."""
    change = (after_fen - before_fen) * {RECEIVED: 1, PAID: -1}.get(entry.kind, 0)
    if change < 0:
        may_pass_on(books, str(_file(books.sealed(entry.no)).get("pupil", "")), -change)
