"""Books to be thrown away, for the self-test alone: fast, never synced, broken off at will."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from lovefund.store.engine import Database, begin_with, connect_sqlite


class BrokenOff(Exception):
    """The self-test's stand-in for a crash: raised before a statement reaches the database."""


class ScratchDatabase(Database):
    """A new SQLite file in ``folder``; it can open no books but those it made itself.

    It waits for no disk, so it shows what is booked, not what outlives a power cut, and keeps
    its connections from one transaction to the next until :meth:`reopen`.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder / "scratch.db"))
        self._statements_left: int | None = None
        self.create()

    def _engine(self, *, read_only: bool) -> Engine:
        assert self.path is not None
        path = self.path

        def connect() -> Any:
            connection = connect_sqlite(path, read_only=read_only)
            connection.execute("PRAGMA synchronous=OFF")
            return connection

        engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool)
        begin_with(engine, read_only=read_only)
        if not read_only:
            event.listen(engine, "before_cursor_execute", self._count_down)
        return engine

    def reopen(self) -> None:
        """Close the file and open it again, as another run of the program would."""
        self.close()
        self._writer = self._engine(read_only=False)
        self._reader = self._engine(read_only=True)

    def close(self) -> None:
        """Close the file."""
        self._reader.dispose()
        self._writer.dispose()

    @contextlib.contextmanager
    def breaking_off(self, statements: int) -> Iterator[None]:
        """Raise BrokenOff in place of the statement of that number, counted from 1."""
        self._statements_left = statements
        try:
            yield
        finally:
            self._statements_left = None

    def _count_down(self, *_of_no_interest: Any) -> None:
        if self._statements_left is not None:
            self._statements_left -= 1
            if self._statements_left <= 0:
                raise BrokenOff
