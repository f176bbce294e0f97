"""Keeps the papers behind entries, each under its SHA-256, beside the books."""

from __future__ import annotations

import hashlib
from pathlib import Path

from lovefund.actions.workspace import Workspace
from lovefund.core.papers import Evidence
from lovefund.core.text import clean
from lovefund.errors import BadInput
from lovefund.language import _
from lovefund.store.copies import BACKUP_SUFFIX
from lovefund.system import config_folder, write_private

#: The folder of papers among backups, each paper once however many backups name it.
PAPERS_OF_BACKUPS = "papers"
EVIDENCE_BYTES_MAX = 50 * 1024 * 1024


def evidence_folder(ws: Workspace) -> Path:
    """Where the papers of these books are kept; the backups of a folder share theirs."""
    path = ws.database.path
    if path is None:
        return config_folder() / "evidence"
    if path.suffix == BACKUP_SUFFIX:
        return path.with_name(PAPERS_OF_BACKUPS)
    return path.with_name(path.name + ".evidence")


def evidence_path(folder: Path, sha256: str) -> Path:
    """The kept file of that hash."""
    return folder / sha256[:2] / sha256


def copy_papers(source: Path, target: Path) -> int:
    """Copy the papers that ``target`` lacks, or has damaged; returns how many were copied.

    What is not under its own hash any more is not copied: ``check`` tells whose paper it was.
    """
    copied = 0
    for path in sorted(source.glob("??/*")) if source.is_dir() else ():
        there = evidence_path(target, path.name)
        if paper_is_right(there, path.name):
            continue
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() == path.name:
            write_private(there, content)
            copied += 1
    return copied


def paper_is_right(path: Path, sha256: str) -> bool:
    """Whether a paper is there and is the one of that hash."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def keep_evidence(ws: Workspace, paths: tuple[Path, ...]) -> tuple[Evidence, ...]:
    """Copy files beside the books (0600) and return their hashes and names."""
    kept = []
    for path in paths:
        try:
            if not path.is_file():
                # A device or a pipe has no end that could be waited for.
                raise FileNotFoundError(path)
            size = path.stat().st_size
            content = path.read_bytes() if 0 < size <= EVIDENCE_BYTES_MAX else b""
        except (OSError, ValueError) as error:
            raise BadInput(
                "evidence",
                str(path),
                _("the file cannot be read"),
                _("look whether it is there: a photo, an invoice, the minutes"),
            ) from error
        if not 0 < len(content) <= EVIDENCE_BYTES_MAX:
            raise BadInput(
                "evidence",
                str(path),
                _("the file is empty or larger than 50 MB"),
                _("give a photo or a PDF of ordinary size"),
            )
        kept.append(keep_content(ws, content, clean(path.name, "evidence", 128)))
    return tuple(kept)


def keep_content(ws: Workspace, content: bytes, name: str) -> Evidence:
    """Keep these bytes beside the books (0600) as a file of that name; a dry run keeps nothing."""
    sha256 = hashlib.sha256(content).hexdigest()
    target = evidence_path(evidence_folder(ws), sha256)
    if not target.exists() and not ws.dry_run:
        write_private(target, content)
    return Evidence(sha256, name)
