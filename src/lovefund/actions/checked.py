"""Says of a place of money whether its bank, or a count, agrees with the books on a day."""

from __future__ import annotations

from datetime import date

from lovefund.core.accounts import Account, AccountClass
from lovefund.core.counting import COUNTED
from lovefund.publishing.view import Checked
from lovefund.store.reading import Books
from lovefund.store.reconciliations import held_through, read_reconciliations

UNCHECKED = Checked("unchecked")


def checked(
    books: Books, account: Account, fen: int, day: date, size: int | None = None
) -> Checked | None:
    """What the first ``size`` entries say of an account that holds ``fen`` on ``day``.

    "Agrees" needs a reconciliation of that very day that two officers signed and that is still
    true. None for what is no place of money.
    """
    if account.kind is not AccountClass.MONEY:
        return None
    if account.role == "cash":
        return _counted(books, fen, day, size)
    known = read_reconciliations(books.connection, books.fund, size)
    said = known.agreed(account.code, day)
    if said is None:
        return UNCHECKED
    now = fen
    if said.last < day:
        now = held_through(books.connection, books.fund, account.code, said.last)
    if now != said.book_fen:
        return UNCHECKED
    if said.last < day:
        return Checked("earlier", said.no, said.last, said.difference_fen, said.items)
    state = "differs" if said.items else "agrees"
    return Checked(state, said.no, said.last, said.difference_fen, said.items)


def _counted(books: Books, fen: int, day: date, size: int | None) -> Checked:
    """The last count of the cash, which the books have followed since."""
    last = None if size is None else size - 1
    counts = list(books.entries(None, day, kinds=(COUNTED,), no_to=last))
    if not counts:
        return UNCHECKED
    count = max(counts, key=lambda e: (e.on, e.no))
    if count.on < day:
        return Checked("earlier", count.no, count.on)
    return Checked("counted", count.no, day) if count.facts["counted_fen"] == fen else UNCHECKED
