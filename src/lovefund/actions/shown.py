"""Which texts stand beside the lines for everyone: none that was replaced or withdrawn since."""

from __future__ import annotations

from lovefund.core.entries import Entry
from lovefund.store.reading import Books


def public_rows(books: Books, no_from: int, no_to: int) -> dict[int, tuple[str, str]]:
    """(nonce, text) by entry of a run of entries, as shown.json tells them.

    Of a gift whose name was mended, only the text of its last mending is left, if it has one.
    """
    last = _last_mends(books)
    of = {e.no: e.of for e in books.whole.entries(kinds=("name-mended",))}
    found = {}
    for no, slots in books.sealed_between(no_from, no_to).items():
        mended = last.get(of.get(no) or no)
        if "shown" in slots and (mended is None or mended.no == no):
            nonce, text = slots["shown"]
            found[no] = (nonce, text)
    return found


def shown_texts(
    books: Books, entries: tuple[Entry, ...], through: int | None = None
) -> dict[int, str]:
    """The public text of each entry that has one; a mended name replaces the old one.

    With ``through`` nothing later than that entry is told: a name that was mended after it
    is withheld, neither the old one shown nor the new.
    """
    if not entries:
        return {}
    low, high = entries[0].no, entries[-1].no
    texts = {no: text for no, (_nonce, text) in public_rows(books, low, high).items()}
    for of, mended in _last_mends(books).items():
        if low <= of <= high and (through is None or mended.no <= through):
            slot = books.sealed(mended.no).get("shown")
            if slot:
                texts[of] = slot[1]
    return texts


def _last_mends(books: Books) -> dict[int, Entry]:
    """The last entry that mended or withdrew the name of a gift, by the gift."""
    mends = books.whole.entries(kinds=("name-mended",))
    return {mended.of: mended for mended in mends if mended.of is not None}
