"""Keeps what was typed until it is booked, so that nothing is lost and nothing booked twice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from lovefund.actions.workspace import Workspace
from lovefund.system import config_folder, write_private


@dataclass(frozen=True, slots=True)
class Kept:
    """Answers that are not known to be booked: the verb, its raw answers, its request id."""

    request: str
    fund: str
    verb: str
    answers: dict[str, str]


def folder(ws: Workspace) -> Path:
    """Where typed answers wait (0600), beside the books or, for a server, with the settings."""
    path = ws.database.path
    return config_folder() / "drafts" if path is None else path.with_name(path.name + ".drafts")


def keep(ws: Workspace, kept: Kept) -> None:
    """Write the answers down before they are booked."""
    content = {
        "request": kept.request,
        "fund": kept.fund,
        "verb": kept.verb,
        "answers": kept.answers,
    }
    write_private(
        folder(ws) / f"{kept.request}.json", json.dumps(content, ensure_ascii=False).encode()
    )


def drop(ws: Workspace, request: str) -> None:
    """Forget answers that are booked or no longer wanted."""
    (folder(ws) / f"{request}.json").unlink(missing_ok=True)


def waiting(ws: Workspace) -> list[Kept]:
    """The answers that wait, oldest first; unreadable files are left alone."""
    found = []
    paths = sorted(folder(ws).glob("*.json"), key=lambda p: p.stat().st_mtime)
    for path in paths:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            found.append(Kept(*(content[k] for k in ("request", "fund", "verb", "answers"))))
        except (ValueError, KeyError, OSError):
            continue
    return found
