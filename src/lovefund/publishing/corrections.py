"""The correction note (更正说明): as published, as corrected, the difference and its cause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lovefund.publishing.paper import Issuer, refuse_issuer
from lovefund.publishing.render import html_to_pdf, refuse_missing
from lovefund.publishing.templates import fill


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure as it was published and as it is now; ``name`` picks the label text.

    In fen, or a number of things where it ``counts``.
    """

    name: str
    detail_zh: str
    detail_en: str
    published: int
    corrected: int
    counts: bool = False

    @property
    def difference(self) -> int:
        """What the corrections changed."""
        return self.corrected - self.published


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One correction or void: the entry it names, what that was and is, and who says why.

    ``where`` are accounts and restrictions in words. ``cause`` is the public text, empty where
    it was withdrawn; ``reference`` a public code of the minutes that approve it, or empty.
    """

    no: int
    voucher: str
    on: date
    by: str
    void: bool
    of: int
    of_voucher: str
    of_on: date
    before_fen: int
    after_fen: int
    before_zh: str
    before_en: str
    after_zh: str
    after_en: str
    cause: str
    reference: str


@dataclass(frozen=True, slots=True)
class Part:
    """What was corrected of one statement since it was published."""

    number: int
    label_zh: str
    label_en: str
    issued_on: date
    figures: tuple[FigureRow, ...]
    changes: tuple[ChangeRow, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """The corrections of earlier statements that statement ``number`` makes known.

    Those after entry ``since``, the statement before it, are new.
    """

    issuer: Issuer
    number: int
    issued_on: date
    since: int
    parts: tuple[Part, ...]


def corrections_pdf(note: Note, language: str) -> bytes:
    """The note as PDF; MachineLacks for a character that no font of ours has."""
    refuse_issuer(note.issuer)
    for part in note.parts:
        for row in part.changes:
            refuse_missing(row.cause + row.before_zh + row.after_zh, row.voucher)
    html = fill("corrections.html", language, issuer=note.issuer, v=note)
    return html_to_pdf(html, note.issued_on)
