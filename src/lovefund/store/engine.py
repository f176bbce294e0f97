"""Opens databases the way that loses nothing: the connection recipe of both engines.

Python's and SQLAlchemy's defaults begin a transaction too late and let a fund go
overdrawn; ``BEGIN IMMEDIATE`` in SQLAlchemy's ``begin`` event is the cure, together with
WAL and ``synchronous=FULL`` (rollback journals lost the last entry in simulated power cuts).
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.pool import NullPool

from lovefund.errors import Damaged, LovefundError, MachineLacks, StorageError
from lovefund.language import _
from lovefund.store import copies, schema, upgrade
from lovefund.system import file_lock, free_bytes, sync_folder

# What SQLAlchemy logs when a damaged file breaks off a read is no sentence for a treasurer.
logging.getLogger("sqlalchemy").addHandler(logging.NullHandler())

FREE_BYTES_MIN = 20 * 1024 * 1024
SHARED_BYTES_MIN = 256 * 1024
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


class Upgraded(NamedTuple):
    """What was done to older books: from which version to which, and the copy from before."""

    before: int
    now: int
    copy: Path | None


class Database:
    """One database, on SQLite or PostgreSQL; connections live as long as one transaction.

    Older books are upgraded by the first that writes to a file, after a copy, and ``upgraded``
    is told; a file that is only read is read through an upgraded copy in memory. On a server
    nothing is upgraded unasked, since there a copy is not ours to make.
    """

    def __init__(self, place: str, upgraded: Callable[[Upgraded], None] | None = None) -> None:
        self.place = place
        self._upgraded = upgraded or (lambda _done: None)
        self._server_is_current = False
        self.server = is_server(place)
        self.path = None if self.server else _real(Path(place.removeprefix("sqlite:///")))
        self._writer = self._engine(read_only=False)
        self._reader = self._engine(read_only=True)

    def _engine(self, *, read_only: bool) -> Engine:
        if self.server:
            return _server_engine(self.place)
        assert self.path is not None
        path = self.path
        engine = create_engine(
            "sqlite://",
            creator=lambda: self._connect(path, read_only=read_only),
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
        with self._guarded(), _alone(self.path):
            if self.path.exists():
                raise StorageError(
                    str(self.path),
                    _("this file exists already; nothing was changed"),
                    _("choose another name with --db, or use the books that are there"),
                )
            _create_sqlite(self.path)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that commits at its end and is rolled back by any exception."""
        with self._guarded(), self._writable(), self._writer.begin() as connection:
            self._require_current(connection)
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
                self._require_current(connection)
                yield connection

    def upgrade(self) -> Upgraded | None:
        """Bring older books to this version; None where nothing was to do."""
        if self.path is not None:
            done: list[Upgraded] = []
            database = Database(self.place, done.append)
            with database.writing():
                return done[0] if done else None
        before = 0
        with self._guarded():
            while True:
                with self._writer.begin() as connection:
                    connection.exec_driver_sql(
                        f"SELECT pg_advisory_xact_lock({schema.APPLICATION_ID})"
                    )
                    version = upgrade.server_version(connection, self._address())
                    if version == schema.SCHEMA_VERSION:
                        break
                    upgrade.upgrade_server(connection, version + 1)
                    before = before or version
        return Upgraded(before, schema.SCHEMA_VERSION, None) if before else None

    def require_there(self) -> None:
        """StorageError where a file of books is not there."""
        if self.path is not None and not self.path.is_file():
            raise _missing(self.path)

    def copy_to(self, target: Path) -> None:
        """Copy a file of books as it stands, of whatever version, to the file ``target``."""
        assert self.path is not None
        with self._guarded():
            source, _version = _open_sqlite(self.path, read_only=True)
            try:
                copies.copy_snapshot(source, target)
            finally:
                source.close()

    def put_in_place(self, new: Path, kept: Path) -> None:
        """Let a file of books replace this one, which is kept; the caller holds ``locked``."""
        assert self.path is not None
        with self._guarded():
            copies.put_in_place(new, self.path, kept)

    @contextlib.contextmanager
    def trying(self) -> Iterator[Connection]:
        """A transaction of a server that may write and is always rolled back."""
        with self._guarded(), self._writer.connect() as connection, connection.begin() as attempt:
            yield connection
            attempt.rollback()

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other writer out of a file of books, whether it is there or not."""
        assert self.path is not None
        with _alone(self.path):
            yield

    @contextlib.contextmanager
    def _writable(self) -> Iterator[None]:
        if self.path is None:
            yield
            return
        if self.path.suffix == copies.BACKUP_SUFFIX:
            raise StorageError(
                str(self.path),
                _("this is a backup; nothing is booked into it"),
                _("bring it back with `lovefund restore`, and book there"),
            )
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
        with _alone(self.path):
            yield

    def _connect(self, path: Path, *, read_only: bool) -> sqlite3.Connection:
        connection, version = _open_sqlite(path, read_only=read_only)
        try:
            if version < schema.SCHEMA_VERSION:
                if read_only:
                    connection = upgrade.in_memory(connection, version, str(path))
                else:
                    copy = upgrade.copy_before(connection, version, path)
                    upgrade.upgrade_file(connection, version, str(path))
                    self._upgraded(Upgraded(version, schema.SCHEMA_VERSION, copy))
            for pragma in _PRAGMAS:
                connection.execute(pragma)
        except BaseException:
            connection.close()
            raise
        return connection

    def _require_current(self, connection: Connection) -> None:
        """Only a server is asked: a file is looked at, or upgraded, as it is opened."""
        if self.server and not self._server_is_current:
            upgrade.require_current(connection, self._address())
            self._server_is_current = True

    def _address(self) -> str:
        return self.place.split("@")[-1]

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except LovefundError:
            raise
        except (exc.DBAPIError, sqlite3.Error, UnicodeDecodeError) as error:
            raise _as_storage_error(self.place, error) from error


def _real(path: Path) -> Path:
    """The file itself: lock, keys and papers beside a link would be others than beside it."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _server_engine(place: str) -> Engine:
    url = place.replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        return create_engine(url, poolclass=NullPool, isolation_level="READ COMMITTED")
    except ModuleNotFoundError as error:
        raise MachineLacks(
            "PostgreSQL",
            _("the library {name}, which speaks to the server, is not installed").format(
                name=error.name
            ),
            _("install lovefund with it: pip install 'lovefund[postgres]'"),
        ) from error
    except (exc.ArgumentError, ValueError) as error:
        raise StorageError(
            place.split("@")[-1],
            _("this is no address of a database"),
            _("write it as postgresql://user@host/database"),
        ) from error


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the lock of these books, so that nobody else writes to them."""
    try:
        with file_lock(path.with_name(path.name + ".lock")):
            yield
    except TimeoutError as error:
        raise StorageError(
            str(path),
            _("another program has been writing to these books for half a minute"),
            _("finish or close the other window, then do it again"),
        ) from error


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
    """A connection to a file of books of this version, by the recipe; StorageError otherwise."""
    connection, _version = _open_sqlite(path, read_only=read_only)
    for pragma in _PRAGMAS:
        connection.execute(pragma)
    return connection


def _open_sqlite(path: Path, *, read_only: bool) -> tuple[sqlite3.Connection, int]:
    """A connection to a file of books as it stands, and the version of its tables."""
    if not path.is_file():
        raise _missing(path)
    if not os.access(path, os.R_OK):
        raise StorageError(
            str(path),
            _("the file may not be read"),
            _("ask for the right to read it, or name the right file with --db"),
        )
    address = f"file:{quote(str(path.absolute()))}?mode={'ro' if read_only else 'rw'}"
    if read_only and not _has_room(path):
        return _open_still(address, path)
    try:
        return _open_checked(address, path)
    except sqlite3.OperationalError as error:
        if not read_only or not _nothing_beside(error):
            raise
        return _open_still(address, path)


def _has_room(path: Path) -> bool:
    """Whether SQLite can make its shared memory file, without which WAL books are not read.

    On a full disk of small blocks its writing there is a bus error and no error code.
    """
    return free_bytes(path.parent) >= SHARED_BYTES_MIN


def _open_still(address: str, path: Path) -> tuple[sqlite3.Connection, int]:
    """Open a file beside which none can be made; without a WAL or journal it is all there is."""
    for name in ("-wal", "-journal"):
        beside = path.with_name(path.name + name)
        if beside.exists() and beside.stat().st_size:
            raise StorageError(
                str(path),
                _("the last entries are in {file}, and nothing can be written here").format(
                    file=beside.name
                ),
                _("make room, or copy both files to a folder that may be written"),
            )
    return _open_checked(address + "&immutable=1", path)


def _open_checked(address: str, path: Path) -> tuple[sqlite3.Connection, int]:
    connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=30)
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    if application != schema.APPLICATION_ID or version < 1:
        connection.close()
        raise StorageError(
            str(path), _("this is not a file of lovefund books"), _("name the right file with --db")
        )
    if version > schema.SCHEMA_VERSION:
        connection.close()
        raise upgrade.newer(str(path), version)
    return connection, version


def _disk_failure(error: object) -> str:
    """SQLite's name for a failure of the disk, or empty; its connection is not to be used on."""
    name = str(getattr(error, "sqlite_errorname", ""))
    return name if name.startswith("SQLITE_IOERR") else ""


def _nothing_beside(error: sqlite3.OperationalError) -> bool:
    """Whether no file could be made beside the books; after a failed disk nothing is trusted."""
    return error.sqlite_errorname.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY"))


def _create_sqlite(path: Path) -> None:
    """Make the file under another name first: books are there whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    made = Path(name)
    try:
        _make_tables(made)
        made.replace(path)
    finally:
        for leftover in made.parent.glob(made.name + "*"):
            leftover.unlink()
    sync_folder(path.parent)


def _make_tables(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        for statement in schema.statements(schema.sqlite_script()):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={schema.SCHEMA_VERSION}")
        connection.execute("COMMIT")
        # Last, so that no WAL file holds what the renamed file would then lack.
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


_SIGNS_OF_DAMAGE = ("malformed", "not a database")


def _as_storage_error(place: str, error: Exception) -> LovefundError:
    cause = getattr(error, "orig", error)
    failure = _disk_failure(cause)
    text = f"disk I/O error ({failure})" if failure else str(cause)
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
            "disk i/o error",
            _("the disk could not be read or written"),
            _("look at the disk and its free space; then run `lovefund check`"),
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
            "disk i/o error",
            _("the disk failed while reading or writing: {text}"),
            _(
                "see to the disk; then `lovefund resume`, or the same file again: "
                "nothing is booked twice"
            ),
        ),
        (
            "locking protocol",
            _("file locks do not work in this folder (a network drive?)"),
            _("keep the books on a disk of this computer"),
        ),
        (
            "resolve",
            _("the database server does not answer: {text}"),
            _("look whether it runs, and the address given with --db"),
        ),
        (
            "connection",
            _("the database server does not answer: {text}"),
            _("look whether it runs, and the address given with --db"),
        ),
    )
    for sign, happened, mend in table:
        if sign in lower:
            kind = Damaged if sign in _SIGNS_OF_DAMAGE else StorageError
            return kind(where, happened.format(text=text.splitlines()[0]), mend)
    if isinstance(error, UnicodeDecodeError):
        return Damaged(where, _("the file is damaged: {text}").format(text=text), restore)
    return StorageError(
        where,
        _("the database refused: {text}").format(text=text.splitlines()[0]),
        _("run `lovefund check`; if it finds nothing, report this sentence"),
    )


def driver_connection(connection: Connection) -> Any:
    """The driver's own connection below SQLAlchemy's, for bulk writing."""
    return connection.connection.driver_connection
