"""What is asked about some days reads those days, however many lie outside them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from lovefund.actions import receive
from lovefund.actions.figures import numbers
from lovefund.actions.workspace import Workspace
from lovefund.core.donations import Donor
from lovefund.store.reading import Books
from world import new_books, new_fund

DAY = date(2026, 3, 2)


@pytest.fixture
def school(tmp_path: Path) -> Workspace:
    today = DAY + timedelta(days=30)
    ws = new_fund(new_books(str(tmp_path / "a.db")), on=date(2026, 1, 1), today=today)
    for n in range(20):
        receive.donate(ws, DAY + timedelta(days=n), 100, "bank", "staff", Donor())
    return ws


def plans(books: Books, ask: Callable[[Books], Any]) -> list[str]:
    """How SQLite goes about everything that ``ask`` asks."""
    asked: list[tuple[str, Any]] = []

    def heard(_c: Any, _cursor: Any, text: str, values: Any, _context: Any, _many: Any) -> None:
        asked.append((text, values))

    event.listen(books.connection, "before_cursor_execute", heard)
    ask(books)
    event.remove(books.connection, "before_cursor_execute", heard)
    run = books.connection.exec_driver_sql
    return [
        str(row[3]) for text, values in asked for row in run(f"EXPLAIN QUERY PLAN {text}", values)
    ]


@pytest.mark.parametrize(
    "ask",
    [
        lambda books: numbers(books, DAY, DAY + timedelta(days=3)),
        lambda books: books.balances(DAY + timedelta(days=3)),
        lambda books: list(books.entries(DAY, DAY)),
    ],
    ids=["figures", "balances", "entries"],
)
def test_the_index_of_days_is_used(school: Workspace, ask: Callable[[Books], Any]) -> None:
    with school.reading() as books:
        found = [plan for plan in plans(books, ask) if " entry " in f"{plan} "]
    assert found
    assert all("entry_by_day" in plan for plan in found), found
