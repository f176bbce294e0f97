"""Imports point downwards, and each library has one room: docs/architecture.md, held to."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "lovefund"

#: The rooms from the ground up; rooms on one floor do not know each other.
FLOORS = (
    {"ground"},
    {"core"},
    {"log"},
    {"store", "imports", "publishing"},
    {"actions"},
    {"selftest"},
    {"cli"},
)
GROUND = {"__init__", "language", "money", "errors", "system", "verify", "data"}
FLOOR_OF = {room: number for number, floor in enumerate(FLOORS) for room in floor}
#: Libraries that one room alone may use.
ROOM_OF = {"sqlalchemy": "store", "sqlite3": "store", "psycopg": "store"}
ROOM_OF |= {"click": "cli", "rich": "cli"}
#: Pure rooms are handed their time, ids and randomness, and touch no machine.
PURE = {"core", "log"}
IMPURE_MODULES = {"os", "random", "secrets", "time"}
IMPURE_CALLS = {f"datetime.datetime.{name}" for name in ("now", "today", "utcnow")}
IMPURE_CALLS |= {"datetime.date.today", "uuid.uuid1", "uuid.uuid4"}
#: Libraries that need more than Python to load: PDF alone may fail without them.
LATE = {"weasyprint"}


def room_of(parts: tuple[str, ...]) -> str:
    """The room of a module, named by its parts below ``lovefund``."""
    first = parts[0] if parts else "__init__"
    return "ground" if first in GROUND else {"__main__": "cli"}.get(first, first)


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that is imported, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that is called, whatever it was imported as."""
    meaning: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            meaning |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom):
            meaning |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            first, dot, rest = ast.unparse(node.func).partition(".")
            yield node.lineno, meaning.get(first, first) + dot + rest


def on_loading(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run when the module is loaded: none inside a function."""
    for child in ast.iter_child_nodes(tree):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from on_loading(child)


def faults(path: str, source: str) -> list[str]:
    """Everything in one module that breaks the picture; ``path`` is below ``lovefund``."""
    parts = tuple(path.removesuffix(".py").split("/"))
    room, tree = room_of(parts), ast.parse(source)
    found: list[str] = []

    def report(line: int, what: str) -> None:
        found.append(f"{path}:{line}: {what}")

    if path == "verify.py":  # travels alone, without lovefund or any library
        return [
            f"{path}:{line}: {name} is not in the standard library"
            for line, name in imported(tree)
            if name.split(".")[0] not in sys.stdlib_module_names
        ]
    if path.startswith("selftest/model/"):  # an independent opinion
        return [
            f"{path}:{line}: the model knows {name}"
            for line, name in imported(tree)
            if name.split(".")[0] == "lovefund" and not name.startswith("lovefund.selftest.model.")
        ]
    if room not in FLOOR_OF:
        report(1, f"no floor for {room}: add it to FLOORS and docs/architecture.md")
        return found
    for line, name in imported(tree):
        top, *below = name.split(".")
        if top == "":
            report(line, f"relative import {name}: write it in full")
        elif top == "lovefund":
            other = room_of(tuple(below))
            if other != room and FLOOR_OF.get(other, len(FLOORS)) >= FLOOR_OF[room]:
                report(line, f"{room} imports {other}")
        elif ROOM_OF.get(top, room) != room:
            report(line, f"{room} imports {top}, which belongs to {ROOM_OF[top]}")
        elif room in PURE and top in IMPURE_MODULES:
            report(line, f"{room} is pure and imports {top}")
    for line, name in calls(tree):
        if room in PURE and name in IMPURE_CALLS:
            report(line, f"{room} is pure and calls {name}")
    for node in on_loading(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for line, name in imported(ast.Module([node], [])):
                if name.split(".")[0] in LATE:
                    report(line, f"{name} is imported outside a function")
    return found


def test_every_module_keeps_to_its_floor() -> None:
    modules = sorted(SOURCE.rglob("*.py"))
    assert modules
    broken = [
        fault
        for module in modules
        for fault in faults(module.relative_to(SOURCE).as_posix(), module.read_text("utf-8"))
    ]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("path", "source", "fault"),
    [
        ("core/rulebook.py", "from lovefund.log import merkle", "core imports log"),
        ("core/rulebook.py", "from lovefund import store", "core imports store"),
        ("core/rulebook.py", "from .entries import Entry", "relative import"),
        ("core/rulebook.py", "def f():\n    import os", "core is pure and imports os"),
        ("log/lines.py", "import time", "log is pure and imports time"),
        ("log/lines.py", "import datetime as d\nd.datetime.now()", "calls datetime.datetime.now"),
        ("core/calendar.py", "from datetime import date\ndate.today()", "calls datetime.date."),
        ("core/calendar.py", "from datetime import datetime as t\nt.now()", "datetime.now"),
        ("core/entries.py", "import uuid\nuuid.uuid4()", "calls uuid.uuid4"),
        ("store/book.py", "import lovefund.publishing.pdf", "store imports publishing"),
        ("imports/bill.py", "from lovefund.store import Book", "imports imports store"),
        ("publishing/pdf.py", "import sqlite3", "belongs to store"),
        ("publishing/pdf.py", "from weasyprint import HTML", "outside a function"),
        ("publishing/pdf.py", "if True:\n    import weasyprint", "outside a function"),
        ("actions/donate.py", "from sqlalchemy import text", "belongs to store"),
        ("actions/donate.py", "import click", "belongs to cli"),
        ("actions/donate.py", "from lovefund.selftest.run import replay", "imports selftest"),
        ("selftest/run.py", "import lovefund.cli.main", "selftest imports cli"),
        ("selftest/model/verbs.py", "from lovefund.core import judge", "the model knows lovefund"),
        ("actions/donate.py", "from lovefund.cli.main import main", "actions imports cli"),
        ("money.py", "from lovefund.core.entries import Entry", "ground imports core"),
        ("verify.py", "from lovefund.log import merkle", "not in the standard library"),
        ("helpers/all.py", "", "no floor for helpers"),
    ],
)
def test_a_module_that_breaks_the_picture_is_named(path: str, source: str, fault: str) -> None:
    assert [found for found in faults(path, source) if fault in found]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("cli/main.py", "import click\nfrom lovefund.actions.donate import donate"),
        ("store/book.py", "import sqlalchemy\nfrom lovefund.core.entries import Entry"),
        ("publishing/pdf.py", "def pdf():\n    import weasyprint"),
        ("core/calendar.py", "from datetime import date\ndate(2026, 1, 1)"),
        ("core/entries.py", "from lovefund.core.accounts import Account"),
        ("log/lines.py", "from lovefund import errors"),
    ],
)
def test_a_module_that_keeps_to_it_is_not(path: str, source: str) -> None:
    assert faults(path, source) == []
