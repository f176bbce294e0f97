"""The program with one of its guards taken away, to show that a campaign would notice.

``python -m torture.toothless GUARD ARGUMENTS`` is ``lovefund ARGUMENTS`` without that guard.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from lovefund import system
from lovefund.actions import publish
from lovefund.cli import boundary, kept
from lovefund.store import engine
from lovefund.store.book import Book


def _one_transaction() -> contextlib.AbstractContextManager[object]:
    """An entry and the balances beside it are committed apart."""
    flush = Book._flush

    def cut(book: Book) -> None:
        flush(book)
        book._connection.exec_driver_sql("COMMIT")
        book._connection.exec_driver_sql("BEGIN IMMEDIATE")

    return patch.object(Book, "_flush", cut)


def _synchronous() -> contextlib.AbstractContextManager[object]:
    """SQLite no longer waits for the disk."""
    pragmas = tuple(p.replace("synchronous=FULL", "synchronous=OFF") for p in engine._PRAGMAS)
    return patch.object(engine, "_PRAGMAS", pragmas)


def _folder_sync() -> contextlib.AbstractContextManager[object]:
    """The names of new files are left to the operating system."""
    stack = contextlib.ExitStack()
    for module in (system, engine):
        stack.enter_context(patch.object(module, "sync_folder", lambda _folder: None))
    return stack


def _whole_files() -> contextlib.AbstractContextManager[object]:
    """Published files are written straight under their names."""

    def straight(path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb", buffering=0) as file:
            for start in range(0, len(content), 512):
                file.write(content[start : start + 512])

    return patch.object(publish, "write_whole", straight)


def _kept_answers() -> contextlib.AbstractContextManager[object]:
    """What was typed is not written down before it is booked."""
    return patch.object(kept, "keep", lambda _ws, _kept: None)


def _sentences() -> contextlib.AbstractContextManager[object]:
    """Errors are not turned into sentences."""

    def raised(error: BaseException, *, debug: bool) -> int:
        raise error

    stack = contextlib.ExitStack()
    stack.enter_context(patch.object(boundary, "told", raised))
    stack.enter_context(patch("lovefund.cli.main.told", raised))
    return stack


GUARDS: dict[str, Callable[[], contextlib.AbstractContextManager[Any]]] = {
    "one transaction": _one_transaction,
    "synchronous": _synchronous,
    "folder sync": _folder_sync,
    "whole files": _whole_files,
    "kept answers": _kept_answers,
    "sentences": _sentences,
}


@contextlib.contextmanager
def without(guard: str) -> Iterator[None]:
    """The program without this guard; with an empty name, as it is."""
    with GUARDS[guard]() if guard else contextlib.nullcontext():
        yield


if __name__ == "__main__":
    guard = sys.argv.pop(1)
    from lovefund.cli.main import main

    with without(guard):
        main()
