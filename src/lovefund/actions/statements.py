"""What is known of a published statement: its number, days and folder, and what it commits to."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from lovefund.actions.workspace import existing
from lovefund.core.days import Period, period_of
from lovefund.core.entries import Entry
from lovefund.errors import Unsound
from lovefund.language import _
from lovefund.store.reading import Books


def statements(books: Books, no_from: int = 0, no_to: int | None = None) -> list[Entry]:
    """The entries of the published statements, in order."""
    return list(books.entries(kinds=("statement",), no_from=no_from, no_to=no_to))


def statement_of(books: Books, period: Period) -> Entry | None:
    """The last statement of exactly these days, or None."""
    wanted = (period.day_from.isoformat(), period.day_to.isoformat())
    found = [s for s in books.statements() if (s["period_from"], s["period_to"]) == wanted]
    return existing(books, found[-1]["entry_no"], "statement") if found else None


def number_of(statement: Entry) -> int:
    """The number of a statement."""
    return int(str(statement.facts["number"]))


def days_of(statement: Entry) -> Period:
    """The period of a statement."""
    return period_of(*(date.fromisoformat(str(statement.facts[k])) for k in ("from", "to")))


def folder_of(books: Books, statement: Entry) -> Path:
    """Where the files of a statement lie, below the folder of all that is published."""
    return Path(books.fund) / f"{number_of(statement):04d}-{days_of(statement).code}"


def content_of(books: Books, statement: Entry) -> bytes:
    """The bytes of statement.json; Unsound where the books keep other than was committed to."""
    kept = (s["content"] for s in books.statements() if s["entry_no"] == statement.no)
    content = str(next(kept, "")).encode()
    if hashlib.sha256(content).hexdigest() != statement.facts["sha256"]:
        raise Unsound(
            _("entry {no}").format(no=statement.no),
            _("the statement that the books keep is not the one that was published"),
            _("look with `lovefund check`, and bring a backup back"),
        )
    return content
