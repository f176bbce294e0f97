"""What is said of a place of money beside its bank, in one sentence."""

from __future__ import annotations

from lovefund.money import yuan
from lovefund.publishing.resources import texts
from lovefund.publishing.templates import short_day
from lovefund.publishing.view import Checked


def said_of(found: Checked, language: str) -> str:
    """The sentence, as paper and workbook have it."""
    words = texts(language)["checked"]
    return str(words[found.state]).format(
        no=found.no,
        day=short_day(found.on, language) if found.on else "",
        amount=yuan(abs(found.difference_fen)),
        items=found.items,
    )
