"""How agency money is split over pupils: sealed, and never more passed on than came in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lovefund.actions.workspace import refuse
from lovefund.core.corrections import postings_now
from lovefund.core.entries import Entry
from lovefund.language import _
from lovefund.money import yuan
from lovefund.store.reading import Books

RECEIVED, PAID = "agency-received", "agency-paid"


def agency_held(books: Books) -> dict[str, int]:
    """What is held for each pupil, from the sealed files; needs the key for pupils."""
    held: dict[str, int] = {}
    entries = list(books.entries(kinds=(RECEIVED, PAID)))
    if not entries:
        return held
    sealed = books.sealed_between(entries[0].no, entries[-1].no, kinds=(RECEIVED, PAID))
    mended: dict[int | None, list[Entry]] = {}
    for later in books.entries(kinds=("correction", "void"), no_from=entries[0].no):
        mended.setdefault(later.of, []).append(later)
    for entry in entries:
        pupil = _pupil(sealed.get(entry.no, {}))
        amount = sum(p.amount_fen for p in postings_now(entry, mended.get(entry.no, [])))
        held[pupil] = held.get(pupil, 0) + (amount if entry.kind == RECEIVED else -amount)
    return held


def _pupil(sealed: Mapping[str, Any]) -> str:
    slot = sealed.get("file")
    return str(json.loads(slot[1]).get("pupil", "")) if slot else ""


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
        may_pass_on(books, _pupil(books.sealed(entry.no)), -change)
