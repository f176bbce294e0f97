"""Where a file may be written: never over another, through a link, or where no folder is."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from lovefund.errors import BadInput, StorageError
from lovefund.language import _
from lovefund.system import file_lock, free_bytes

_BOOKS = b"SQLite format 3\x00"


@contextlib.contextmanager
def alone(folder: Path, busy: str) -> Iterator[None]:
    """Nobody else is at work in the folder; StorageError saying ``busy`` where somebody is."""
    try:
        with file_lock(folder / ".lock"):
            yield
    except TimeoutError as error:
        raise StorageError(
            str(folder), busy, _("wait until it is done, then do it again")
        ) from error


def refuse_place(path: Path, *, over: bool = False) -> None:
    """BadInput where a new file may not be written; ``over`` allows an older one there.

    Books are never written over, whatever is asked for.
    """
    if path.is_symlink():
        raise _bad(path, _("it is a link to another place"), _("name the place itself"))
    if not path.parent.is_dir():
        raise _bad(
            path,
            _("there is no folder {folder}").format(folder=path.parent),
            _("make the folder first, or name another"),
        )
    if path.is_dir():
        raise _bad(path, _("it is a folder"), _("add the name of the file"))
    if not path.exists():
        return
    with path.open("rb") as file:
        books = file.read(len(_BOOKS)) == _BOOKS
    if books:
        raise _bad(path, _("it is a file of books"), _("choose another name"))
    if not over:
        raise _bad(
            path,
            _("this file exists already"),
            _("choose another name, or add --force to replace it"),
        )


def refuse_folder(folder: Path, within: Path, statement: bytes) -> None:
    """BadInput where a folder leads out of ``within`` or holds another than this ``statement``."""
    for place in (folder, *folder.parents):
        if place == within:
            break
        if place.is_symlink():
            raise _bad(place, _("it is a link to another place"), _("name the place itself"))
        if place.exists() and not place.is_dir():
            raise _bad(place, _("it is no folder"), _("choose another folder with --out"))
    kept = folder / "statement.json"
    if kept.exists() and kept.read_bytes() != statement:
        raise _bad(
            folder,
            _("another statement of this number is there already"),
            _("it is of other books or of a newer copy of these; choose another folder with --out"),
        )


def refuse_unwritable(folder: Path, size: int) -> None:
    """OSError where files of so many bytes cannot be written to a folder, made already or not."""
    place = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
    if not os.access(place, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place))
    if free_bytes(place) < size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(place))


def _bad(path: Path, reason: str, mend: str) -> BadInput:
    return BadInput("--out", str(path), reason, mend)
