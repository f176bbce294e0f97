"""余额调节表: both balances of a place, what each side has that the other has not, and why.

It names people and stays in the office; PDF to sign, and a workbook with the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lovefund.core import adjusting
from lovefund.core.adjusting import Item
from lovefund.core.reconciling import OpenClass
from lovefund.publishing.paper import Issuer, refuse_issuer
from lovefund.publishing.render import html_to_pdf, refuse_missing
from lovefund.publishing.resources import texts
from lovefund.publishing.templates import fill
from lovefund.publishing.workbook import Cell, Fen, Sheet, workbook

#: What is added to the books, what to the bank; each with its sign on paper.
BOOK_SIDE = (OpenClass.BANK_IN, OpenClass.BANK_OUT)
BANK_SIDE = (OpenClass.BOOK_IN, OpenClass.BOOK_OUT)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A sheet as it is printed; ``no`` is 0 as long as it is not booked, officers are codes."""

    issuer: Issuer
    name_zh: str
    name_en: str
    sheet: adjusting.Sheet
    no: int = 0
    by: str = ""
    agreed_no: int = 0
    agreed_by: str = ""

    def items(self, kind: OpenClass) -> tuple[Item, ...]:
        """The items of one class."""
        return self.sheet.of(kind)

    def sum_fen(self, kind: OpenClass) -> int:
        """What the items of one class come to, without a sign."""
        return abs(sum(item.line.fen for item in self.items(kind)))


def adjustment_pdf(view: Adjustment, language: str) -> bytes:
    """The table on A4; MachineLacks for a character that no font of ours has."""
    refuse_issuer(view.issuer)
    for item in view.sheet.items:
        refuse_missing(item.note + item.why, item.line.id)
    html = fill(
        "adjustment.html",
        language,
        issuer=view.issuer,
        v=view,
        s=view.sheet,
        sides=(("book", view.sheet.book_fen, BOOK_SIDE), ("bank", view.sheet.bank_fen, BANK_SIDE)),
        adjusted=dict(zip(("book", "bank"), view.sheet.adjusted_fen, strict=True)),
    )
    return html_to_pdf(html, view.sheet.last)


def adjustment_xlsx(view: Adjustment, language: str) -> bytes:
    """The same rows as a workbook; text cells are never formulas."""
    w, rows = texts(language)["adjustment"], list(_rows(view, language))
    heads = (w["id"], w["class"], w["on"], w["age"], w["note"], w["why"], w["amount"])
    strong = frozenset(n for n, row in enumerate(rows) if not row[0])
    sheet = Sheet(w["title"], heads, (10, 26, 12, 8, 44, 44, 16), rows, strong)
    return workbook(w["title"], view.sheet.last, (sheet,))


def _rows(view: Adjustment, language: str) -> Iterator[tuple[Cell, ...]]:
    """The table row by row: a side's balance, its items, the balance after them."""
    w, sheet = texts(language)["adjustment"], view.sheet
    day = sheet.last.isoformat()
    sides = ((w["book"], sheet.book_fen, BOOK_SIDE), (w["bank"], sheet.bank_fen, BANK_SIDE))
    for (title, fen, kinds), after in zip(sides, sheet.adjusted_fen, strict=True):
        yield ("", title, day, None, "", "", Fen(fen))
        for kind in kinds:
            for item in view.items(kind):
                yield (
                    item.line.id,
                    w[kind.value],
                    item.line.on.isoformat(),
                    item.age(sheet.last),
                    item.told(language),
                    item.why,
                    Fen(item.line.fen),
                )
        yield ("", w["adjusted"], day, None, "", "", Fen(after))
