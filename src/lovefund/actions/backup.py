"""Makes a backup: a copy of the books that was read again from end to end before it counts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lovefund.actions.copies import (
    Examined,
    examine,
    name_of,
    require_file,
    require_room,
    require_sound,
    sum_line,
    sum_of,
    sum_path,
    sum_told,
)
from lovefund.actions.evidence import PAPERS_OF_BACKUPS, copy_papers, evidence_folder
from lovefund.actions.outputs import alone
from lovefund.actions.workspace import Workspace
from lovefund.errors import BadInput, StorageError, Unsound
from lovefund.language import _
from lovefund.store.copies import blank, discard
from lovefund.store.engine import Database
from lovefund.system import make_folder, same_disk, sync_folder, write_private

FOLDER = "backups"
_UNFINISHED = ".unfinished"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made, or was there already with the same entries (``fresh`` False)."""

    path: Path
    sha256: str
    size_bytes: int
    found: Examined
    papers_copied: int
    papers: int
    fresh: bool
    on_same_disk: bool


def backup(ws: Workspace, folder: Path | None = None) -> Backup:
    """Copy the books and their papers to ``folder``; writers go on meanwhile.

    The copy gets its name only after it was read again: pages, keys between tables, every line
    and balance. It is never written over another. The keys and kept answers are not in it.
    """
    books = require_file(
        ws.database, _("copy them with: pg_dump --format=custom --file=fund.dump '{place}'")
    )
    ws.database.require_there()
    folder = _ready(folder or books.parent / FOLDER, made_here=folder is None)
    with alone(folder, _("another backup is being made in this folder")):
        require_room(folder, books.stat().st_size)
        unfinished = folder / _UNFINISHED
        try:
            blank(unfinished)
            ws.database.copy_to(unfinished)
            papers_folder = folder / PAPERS_OF_BACKUPS
            copied = copy_papers(evidence_folder(ws), papers_folder)
            found = examine(Database(str(unfinished)), papers_folder)
            require_sound(books, found)
            path = folder / name_of(books, found.heads, ws.clock())
            fresh = not path.exists()
            if fresh:
                sha256 = sum_of(unfinished)
                write_private(sum_path(path), sum_line(path, sha256))
                unfinished.rename(path)
                sync_folder(folder)
            else:
                sha256 = _the_same(path, found)
        finally:
            discard(unfinished)
    return Backup(
        path,
        sha256,
        path.stat().st_size,
        found,
        copied,
        len(list(papers_folder.glob("??/*"))),
        fresh,
        same_disk(books, path),
    )


def _ready(folder: Path, *, made_here: bool) -> Path:
    """The folder; made where only its own name is missing, since a stick may not be in."""
    if not folder.is_dir():
        if folder.exists() or not (made_here or folder.absolute().parent.is_dir()):
            raise BadInput(
                "folder",
                str(folder),
                _("there is no such folder"),
                _("look whether the stick or drive is in, or make the folder first"),
            )
        make_folder(folder, 0o700)
    return folder


def _the_same(path: Path, found: Examined) -> str:
    """The sum of the backup that has this name already, if it holds the very same entries."""
    sha256 = sum_of(path)
    if sum_told(path) != sha256:
        raise Unsound(
            str(path),
            _("a damaged backup has this name; nothing was written over it"),
            _("move it away and wait a minute, then do it again"),
        )
    if examine(Database(str(path)), path.parent / PAPERS_OF_BACKUPS).heads != found.heads:
        raise StorageError(
            str(path),
            _("a backup of other books has this name; nothing was written over it"),
            _("take another folder for these books"),
        )
    return sha256
