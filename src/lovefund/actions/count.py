"""Counts the cash and opens donation boxes, before two witnesses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lovefund.actions.workspace import Workspace, record
from lovefund.core.counting import Pieces, box_opened, cash_counted
from lovefund.core.entries import GENERAL
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.store.book import Posted
from lovefund.store.reconciliations import held_through


def count_cash(
    ws: Workspace,
    on: date,
    pieces: Pieces,
    witnesses: Sequence[str],
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Book what a count of the cash box found, with the difference where there is one."""
    return record(
        ws,
        lambda book, books: cash_counted(
            book.chart,
            on,
            pieces,
            held_through(books.connection, books.fund, book.chart.code("cash"), on),
            witnesses,
            papers,
        ),
        request,
    )


def open_box(
    ws: Workspace,
    on: date,
    box: str,
    pieces: Pieces,
    witnesses: Sequence[str],
    source: str,
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Book what was in a donation box as one gift, and hand out its receipt."""
    return record(
        ws,
        lambda book, _books: box_opened(
            book.chart, on, box, pieces, witnesses, source, restriction, papers
        ),
        request,
    )
