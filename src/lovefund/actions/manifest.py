"""Signs what was published, and finds what is no longer as it was signed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from lovefund import verify
from lovefund.actions.corrections import POINTER
from lovefund.language import _
from lovefund.log import notes
from lovefund.log.manifests import LISTING, NOTE, body, listing
from lovefund.store.reading import Books

#: What proves itself, by the log format: it needs no manifest.
PROVED = frozenset(
    ("checkpoint.txt", "entries.jsonl", "frontier.json", "previous.txt", "statement.json")
)
_NOTES = frozenset(("checkpoint.txt", "previous.txt"))
#: What systems leave in folders, beside files whose names begin with a dot.
_LITTER = frozenset(("Thumbs.db", "desktop.ini"))
_BYTES_MAX = 1 << 20


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something about the files of a folder; ``wrong`` unless it could only not be checked."""

    text: str
    wrong: bool


def manifest(books: Books, number: int, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """manifest.json and manifest.txt over the files of a statement; unsigned without a key."""
    content = listing(books.fund, number, files)
    text = body(books.fund, number, content)
    seed = books.keys.sign if books.keys is not None else b""
    note = notes.signed_note(text, seed) if seed else text
    return {LISTING: content, NOTE: note.encode()}


def doubts(folder: Path, keys: Sequence[str]) -> Iterator[Doubt]:
    """What is not as the manifest of a published folder says, under these public keys.

    The folder's statement.json is one that ``verify.py`` accepts.
    """
    there = dict(_files(folder))
    beside = sorted(there.keys() - PROVED - {LISTING, NOTE})
    if not has_manifest(folder):
        if beside:
            told = _("there is no signed manifest, so these files were not checked: {names}")
            yield Doubt(told.format(names=", ".join(beside)), False)
        return
    content = _read(there[LISTING])
    statement = json.loads((folder / "statement.json").read_bytes())
    fund, number = statement["fund"], statement["number"]
    try:
        signed = verify.read(content, _BYTES_MAX)  # type: ignore[no-untyped-call]
        listed = dict(signed["files"])
        if [signed["v"], signed["fund"], signed["number"]] != [1, fund, number]:
            raise ValueError
    except (ValueError, TypeError, KeyError, RecursionError):
        yield Doubt(_("manifest.json is not the one of this statement"), True)
        return
    yield from _signed(_read(there[NOTE]), body(fund, number, content), keys)
    for name in sorted(listed):
        if name not in there:
            if name not in PROVED:
                yield Doubt(_("{name} is missing").format(name=name), False)
        elif sha256(there[name].read_bytes()).hexdigest() != listed[name] and not (
            (name == "shown.json" and _only_fewer_texts(there[name]))
            or (name in _NOTES and _only_more_signatures(there[name], listed[name]))
        ):
            yield Doubt(_("{name} is not the file that was published").format(name=name), True)
    for name in sorted(there.keys() - listed.keys() - {LISTING, NOTE, POINTER}):
        told = _("{name} is not of this publication: nobody vouches for it")
        yield Doubt(told.format(name=name), False)


def has_manifest(folder: Path) -> bool:
    """Whether a folder has both files of a manifest."""
    return (folder / LISTING).is_file() and (folder / NOTE).is_file()


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        hidden = any(part.startswith(".") or part == "__pycache__" for part in name.parts)
        if path.is_file() and not hidden and name.name not in _LITTER:
            yield name.as_posix(), path


def _read(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(_BYTES_MAX + 1)


def _signed(note: bytes, text: str, keys: Sequence[str]) -> Iterator[Doubt]:
    """Whether the note is of this text, and signed where a key of the fund is given."""
    whole = note.decode("utf-8", "replace")
    wrong = Doubt(_("manifest.txt is not of this manifest.json"), True)
    if whole != text and not whole.startswith(text + "\n"):
        yield wrong
        return
    known: list[Any] = [verify.read_key(key) for key in keys]  # type: ignore[no-untyped-call]
    own = [key for key in known if (key[0], key[1]) == (text.split("\n")[0], notes.FUND_KEY)]
    try:
        found = verify.signers(whole, text, own)  # type: ignore[no-untyped-call]
    except verify.Wrong:
        yield wrong
        return
    if own and not found:
        yield Doubt(_("manifest.txt is not signed by the fund's key"), True)


def _only_more_signatures(path: Path, digest: str) -> bool:
    """Whether a checkpoint is the listed one with lines of witnesses who signed it later."""
    lines = path.read_bytes().splitlines(keepends=True)
    found = (
        sha256(b"".join(lines[:end])).hexdigest() == digest
        and all(line.startswith("— ".encode()) for line in lines[end:])
        for end in range(len(lines))
    )
    return any(found)


def _only_fewer_texts(path: Path) -> bool:
    """Whether shown.json is as we write it; that each text in it is proved, verify.py has seen.

    Texts leave it when consent is withdrawn (log format, section 7).
    """
    content = path.read_bytes()
    try:
        rows = [[no, bytes.fromhex(nonce).hex(), text] for no, nonce, text in json.loads(content)]
    except (ValueError, TypeError, RecursionError):
        return False
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode() == content
