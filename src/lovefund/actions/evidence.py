"""Keeps the papers behind entries, each under its SHA-256, beside the books."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

from lovefund.actions.workspace import Workspace
from lovefund.core.papers import Evidence
from lovefund.core.text import clean
from lovefund.errors import BadInput
from lovefund.language import _
from lovefund.system import config_folder, write_private

EVIDENCE_BYTES_MAX = 50 * 1024 * 1024


def evidence_folder(ws: Workspace) -> Path:
    """Where the papers of these books are kept."""
    path = ws.database.path
    return config_folder() / "evidence" if path is None else path.with_name(path.name + ".evidence")


def evidence_path(ws: Workspace, sha256: str) -> Path:
    """The kept file of that hash."""
    return evidence_folder(ws) / sha256[:2] / sha256


def keep_evidence(ws: Workspace, paths: tuple[Path, ...]) -> tuple[Evidence, ...]:
    """Copy files beside the books (0600) and return their hashes and names."""
    kept = []
    for path in paths:
        try:
            found = path.stat()
            # A device or pipe has no end: what is no plain file counts as empty.
            size = found.st_size if stat.S_ISREG(found.st_mode) else 0
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
        name = clean(path.name, "evidence", 128)
        sha256 = hashlib.sha256(content).hexdigest()
        target = evidence_path(ws, sha256)
        if not target.exists() and not ws.dry_run:
            write_private(target, content)
        kept.append(Evidence(sha256, name))
    return tuple(kept)
