"""Copies of a file of books: one snapshot in one step, and one file in place of another."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from urllib.parse import quote

from lovefund.errors import StorageError
from lovefund.language import _
from lovefund.system import sync_file, sync_folder

#: A file of this ending is a backup: it is read, and never written to.
BACKUP_SUFFIX = ".lovefund-backup"
_HEADS = "SELECT fund, size, frontier FROM log_head ORDER BY fund"
_HEADER = 100
_READERS_SECONDS_MAX = 5.0


def blank(path: Path) -> None:
    """An empty private file (0600) to copy into, and nothing beside it from an earlier try.

    A journal that is left over would be played into the new file.
    """
    discard(path)
    path.touch(0o600)


def discard(path: Path) -> None:
    """Remove an unfinished copy and what SQLite keeps beside it."""
    for tail in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + tail).unlink(missing_ok=True)


def copy_snapshot(source: sqlite3.Connection, target: Path) -> None:
    """Copy the books as they stand into ``target``, on the disk when this returns.

    Writers go on meanwhile: heads and pages are read in one transaction, and the copy, opened
    anew, must have those heads; StorageError where it has not.
    """
    source.execute("BEGIN")
    try:
        heads = source.execute(_HEADS).fetchall()
        _copy_pages(source, target)
    finally:
        source.execute("ROLLBACK")
    sync_file(target)
    made = sqlite3.connect(f"file:{quote(str(target.absolute()))}?mode=ro", uri=True)
    try:
        copied = made.execute(_HEADS).fetchall()
    finally:
        made.close()
    if copied != heads:
        raise StorageError(
            str(target),
            _("the copy does not end where the books ended; it was thrown away"),
            _("do it again; if it happens again, look at the disk"),
        )


def _copy_pages(source: sqlite3.Connection, target: Path) -> None:
    made = sqlite3.connect(target, isolation_level=None)
    try:
        # In one step: in several, each write of somebody else would begin it anew.
        source.backup(made)
        # A copy is one file that nothing need be folded into.
        made.execute("PRAGMA journal_mode=DELETE")
    finally:
        made.close()


def cut_off(path: Path) -> tuple[int, int] | None:
    """(bytes there, bytes that its first page tells of) where the end of a file is missing."""
    with path.open("rb") as file:
        header = file.read(_HEADER)
    there = path.stat().st_size
    if not header.startswith(b"SQLite format 3\0") or len(header) < _HEADER:
        return None
    page = int.from_bytes(header[16:18], "big")
    told = (65536 if page == 1 else page) * int.from_bytes(header[28:32], "big")
    return (there, told) if there < told else None


def put_in_place(new: Path, books: Path, kept: Path) -> None:
    """Let ``new`` take the name ``books``; what had it stays whole under the name ``kept``.

    The caller holds the lock of the books. At every moment the name stands for the old books
    or for the new ones. The old WAL goes first, or SQLite would play it into the new file.
    """
    _ready(new)
    if books.exists():
        folded = _fold(books)
        _keep(books, kept)
        for tail in ("-wal", "-shm"):
            beside = books.with_name(books.name + tail)
            if beside.exists():
                if not folded:
                    _keep(beside, kept.with_name(kept.name + tail))
                beside.unlink()
        sync_folder(books.parent)
    new.replace(books)
    sync_folder(books.parent)


def _ready(new: Path) -> None:
    """The journal mode that books are written in; closing folds everything into the file."""
    connection = sqlite3.connect(new, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()
    sync_file(new)


def _fold(books: Path) -> bool:
    """Bring the WAL into the file; False where the file is too damaged for that."""
    connection = sqlite3.connect(books, isolation_level=None, timeout=_READERS_SECONDS_MAX)
    try:
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()
    if busy:
        raise StorageError(
            str(books),
            _("another program is reading these books; nothing was replaced"),
            _("finish or close the other window, then do it again"),
        )
    return True


def _keep(path: Path, kept: Path) -> None:
    """A second name for a file, or a copy where the disk knows no second names."""
    try:
        kept.hardlink_to(path)
    except FileExistsError:
        raise
    except OSError:
        kept.touch(0o600, exist_ok=False)
        with path.open("rb") as source, kept.open("wb") as target:
            shutil.copyfileobj(source, target)
        sync_file(kept)
