"""Opens databases the way that loses nothing: the connection recipe of both engines.

Python's and SQLAlchemy's defaults begin a transaction too late and let a fund go
overdrawn; ``BEGIN IMMEDIATE`` in SQLAlchemy's ``begin`` event is the cure, together with
WAL and ``synchronous=FULL`` (rollback journals lost the last entry in simulated power cuts).
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.pool import NullPool

from lovefund.errors import LovefundError, StorageError
from lovefund.language import _
from lovefund.store import schema
from lovefund.system import file_lock, free_bytes

FREE_BYTES_MIN = 20 * 1024 * 1024
_PRAGMAS = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA busy_timeout=30000",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA cache_size=-65536",
)


def is_server(place: str) -> bool:
    """Whether a place names a PostgreSQL database rather than a file."""
    return place.startswith(("postgresql://", "postgresql+psycopg://"))


class Database:
    """One database, on SQLite or PostgreSQL; connections live as long as one transaction."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.server = is_server(place)
        self.path = None if self.server else Path(place.removeprefix("sqlite:///"))
        self._writer = self._engine(read_only=False)
        self._reader = self._engine(read_only=True)

    def _engine(self, *, read_only: bool) -> Engine:
        if self.server:
            url = self.place.replace("postgresql://", "postgresql+psycopg://", 1)
            return create_engine(url, poolclass=NullPool, isolation_level="READ COMMITTED")
        assert self.path is not None
        path = self.path
        engine = create_engine(
            "sqlite://",
            creator=lambda: connect_sqlite(path, read_only=read_only),
            poolclass=NullPool,
        )
        begin_with(engine, read_only=read_only)
        return engine

    def create(self) -> None:
        """Make the tables in a new file or an empty database; StorageError if it exists."""
        if self.path is None:
            with self._guarded(), self._writer.begin() as connection:
                for statement in schema.statements(schema.postgresql_script()):
                    connection.exec_driver_sql(statement.replace("%", "%%"))
            return
        if self.path.exists():
            raise StorageError(
                str(self.path),
                _("this file exists already; nothing was changed"),
                _("choose another name with --db, or use the books that are there"),
            )
        with self._guarded():
            _create_sqlite(self.path)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that commits at its end and is rolled back by any exception."""
        with self._guarded(), self._locked(), self._writer.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view for reading; nothing can be written through it."""
        with self._guarded(), self._reader.connect() as connection:
            if self.server:
                connection = connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                yield connection

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        if self.path is None:
            yield
            return
        if self.path.exists():
            free = free_bytes(self.path.parent)
            if free < FREE_BYTES_MIN:
                raise StorageError(
                    str(self.path),
                    _("the disk has only {free} MB left; nothing was booked").format(
                        free=free // (1024 * 1024)
                    ),
                    _("make room for at least {need} MB, then do it again").format(
                        need=FREE_BYTES_MIN // (1024 * 1024)
                    ),
                )
        else:
            raise _missing(self.path)
        try:
            with file_lock(self.path.with_name(self.path.name + ".lock")):
                yield
        except TimeoutError as error:
            raise StorageError(
                str(self.path),
                _("another program has been writing to these books for half a minute"),
                _("finish or close the other window, then do it again"),
            ) from error

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except LovefundError:
            raise
        except (exc.DBAPIError, sqlite3.Error, UnicodeDecodeError, PermissionError) as error:
            raise _as_storage_error(self.place, error) from error


def begin_with(engine: Engine, *, read_only: bool) -> None:
    """Let every transaction of a SQLite engine begin at once, and a writing one with its lock."""
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))


def _missing(path: Path) -> StorageError:
    if path.is_dir():
        return StorageError(
            str(path), _("this is a folder, not a file of books"), _("name the file with --db")
        )
    return StorageError(
        str(path),
        _("there are no books here yet"),
        _("open a fund with `lovefund open`, or name the right file with --db"),
    )


def connect_sqlite(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """A connection to a file of books that is there, by the recipe; StorageError otherwise."""
    if not path.is_file():
        raise _missing(path)
    address = f"file:{quote(str(path.absolute()))}?mode={'ro' if read_only else 'rw'}"
    try:
        connection = _open_checked(address, path)
    except sqlite3.OperationalError:
        wal = path.with_name(path.name + "-wal")
        if not read_only or wal.exists():
            raise
        # A WAL file cannot be made on a read-only disk; without one the file is all there is.
        connection = _open_checked(address + "&immutable=1", path)
    for pragma in _PRAGMAS:
        connection.execute(pragma)
    return connection


def _open_checked(address: str, path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=30)
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    if application != schema.APPLICATION_ID:
        connection.close()
        raise StorageError(
            str(path), _("this is not a file of lovefund books"), _("name the right file with --db")
        )
    if version > schema.SCHEMA_VERSION:
        connection.close()
        raise StorageError(
            str(path),
            _(
                "these books were written by a newer lovefund (schema {theirs}, this is {ours})"
            ).format(theirs=version, ours=schema.SCHEMA_VERSION),
            _("install the newer lovefund on this machine"),
        )
    return connection


def _create_sqlite(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("BEGIN IMMEDIATE")
        for statement in schema.statements(schema.sqlite_script()):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={schema.SCHEMA_VERSION}")
        connection.execute("COMMIT")
    finally:
        connection.close()
    path.chmod(0o600)


def _as_storage_error(place: str, error: Exception) -> LovefundError:
    text = str(getattr(error, "orig", error))
    lower = text.lower()
    where = place.split("@")[-1]
    restore = _("use the latest backup; do not go on with this file")
    table: tuple[tuple[str, str, str], ...] = (
        ("malformed", _("the file is damaged: {text}"), restore),
        (
            "not a database",
            _("this is not a file of lovefund books"),
            _("name the right file with --db"),
        ),
        (
            "disk is full",
            _("the disk is full; nothing was booked"),
            _("make room, then do it again"),
        ),
        (
            "readonly",
            _("the file or its folder may not be written"),
            _("ask for the right to write there, or copy the books to another folder"),
        ),
        (
            "read-only",
            _("the file or its folder may not be written"),
            _("ask for the right to write there, or copy the books to another folder"),
        ),
        (
            "unable to open",
            _("the file cannot be opened: {text}"),
            _("look whether the folder exists and may be written"),
        ),
        (
            "locked",
            _("another program keeps these books locked"),
            _("finish or close the other window, then do it again"),
        ),
        (
            "locking protocol",
            _("file locks do not work in this folder (a network drive?)"),
            _("keep the books on a disk of this computer"),
        ),
        (
            "connection",
            _("the database server does not answer: {text}"),
            _("look whether it runs, and the address given with --db"),
        ),
    )
    for sign, happened, mend in table:
        if sign in lower:
            return StorageError(where, happened.format(text=text.splitlines()[0]), mend)
    if isinstance(error, UnicodeDecodeError):
        return StorageError(where, _("the file is damaged: {text}").format(text=text), restore)
    return StorageError(
        where,
        _("the database refused: {text}").format(text=text.splitlines()[0]),
        _("run `lovefund check`; if it finds nothing, report this sentence"),
    )


def driver_connection(connection: Connection) -> Any:
    """The driver's own connection below SQLAlchemy's, for bulk writing."""
    return connection.connection.driver_connection
