"""What an earlier entry stands for today, and what it left open to be settled."""

from __future__ import annotations

from dataclasses import replace

from lovefund.actions.workspace import existing, refuse
from lovefund.core.corrections import postings_now
from lovefund.core.entries import Entry
from lovefund.language import _, language
from lovefund.money import yuan
from lovefund.store.reading import Books


def as_mended(books: Books, entry: Entry) -> Entry:
    """The entry with the postings that its last correction gives it; with none if voided."""
    return replace(entry, postings=postings_now(entry, books.naming(entry.no)))


def amount_now(books: Books, entry: Entry) -> int:
    """The sum of an entry's postings after its corrections, in fen; 0 if voided."""
    return sum(p.amount_fen for p in as_mended(books, entry).postings)


def left_open(books: Books, no: int, role: str, kind: str, amount_fen: int) -> tuple[Entry, str]:
    """Entry ``no``, which opened an item of this role, and the restriction to settle it in.

    It is of ``kind``, or it brought the item forward from before the fund opened here; what it
    left open in several restrictions is settled where ``amount_fen`` fits.
    """
    entry = existing(books, no, kind, "opening-balance")
    account = books.chart.code(role)
    items = [(r, opened - settled) for a, r, opened, settled in books.item(no) if a == account]
    still = [restriction for restriction, fen in items if fen > 0]
    if not still:
        raise refuse(
            "nothing-open",
            _("nothing of entry {no} is open on {account} any more ({left} yuan left)").format(
                no=no,
                account=books.chart[account].label(language()),
                left=yuan(sum(fen for _r, fen in items)),
            ),
            _("`lovefund open-items` lists what is still open"),
        )
    fits = (restriction for restriction, fen in items if fen >= amount_fen)
    return as_mended(books, entry), next(fits, still[0])
