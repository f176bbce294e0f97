"""Who cosigned a fund's statements, as the entries tell that took their signatures in."""

from __future__ import annotations

from lovefund.log.cosignatures import Cosigned, from_facts
from lovefund.store.reading import Books


def cosignatures(books: Books, through: int | None = None) -> dict[int, Cosigned]:
    """Every signature by the entry that keeps it; with ``through`` of none after that entry."""
    kept = books.entries(kinds=("cosigned",), no_to=through)
    return {entry.no: from_facts(entry.facts) for entry in kept}


def signature_lines(books: Books, statement: int) -> str:
    """The lines of those who cosigned the statement of an entry, in the order they came."""
    found = (from_facts(e.facts) for e in books.naming(statement) if e.kind == "cosigned")
    return "".join(str(cosigned.signature) for cosigned in found)
