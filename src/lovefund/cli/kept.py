"""Keeps what was typed until it is booked, so that nothing is lost and nothing booked twice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from lovefund.actions.workspace import Workspace
from lovefund.system import config_folder, write_private

BYTES_MAX = 1024 * 1024


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


def waiting(ws: Workspace) -> tuple[list[Kept], int]:
    """The answers that wait, oldest first, and how many files cannot be read.

    What stands in a file is no more to be trusted than what is typed: the request must be the
    file's own name, so that no other file is ever dropped, and the rest plain texts.
    """
    found: list[tuple[float, Kept]] = []
    unreadable = 0
    for path in folder(ws).glob("*.json"):
        try:
            with path.open("rb") as file:
                content = json.loads(file.read(BYTES_MAX))
            kept = Kept(*(content[k] for k in ("request", "fund", "verb", "answers")))
            _refuse_other(kept, path.stem)
            found.append((path.stat().st_mtime, kept))
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OSError):
            unreadable += 1
    return [kept for _time, kept in sorted(found, key=lambda pair: pair[0])], unreadable


def _refuse_other(kept: Kept, name: str) -> None:
    """ValueError for what :func:`keep` would never have written."""
    texts = (kept.request, kept.fund, kept.verb, *kept.answers.keys(), *kept.answers.values())
    if not all(isinstance(text, str) for text in texts) or kept.request != name:
        raise ValueError("not kept by lovefund")
    "".join(texts).encode()  # no lone surrogates
