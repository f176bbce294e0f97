"""A disk that keeps what was synced, and of the rest what a power cut leaves of it.

Contents: any of the writes since a file's last sync may be missing or torn at a sector of 512
bytes. Names: of what was done in a folder since its last sync, only the first steps may be left,
in each folder apart (file systems with a journal keep more).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

SECTOR = 512
CALLS = (
    *("openat", "close", "write", "pwrite64", "ftruncate", "fdatasync", "fsync"),
    *("rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat"),
)
#: Writes longer than this are the fonts that a drawing library copies; none of ours is.
BYTES_MAX = 250_000
_LINE = re.compile(r"(\d+) +(\w+)\((?:(\d+)<)?.* = (\d+)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_NAMES = ("rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat")


@dataclass(frozen=True)
class Event:
    """A traced call on the school's folder, or (``mark``) a promise made to the treasurer."""

    name: str
    path: str = ""
    other: str = ""
    descriptor: int = -1
    offset: int = -1
    data: bytes = b""
    flags: str = ""


def events(trace: Path, folder: Path, marks: Path) -> list[Event]:
    """The events of a trace that concern the folder, in order; paths relative to the folder."""
    found = []
    ours: set[int] = set()
    marking, first = -1, ""
    with trace.open(encoding="ascii") as lines:
        for line in lines:
            match = _LINE.match(line)
            first = first or line.split(" ")[0]
            if match is None or match[1] != first:
                continue  # a child that looks for a library closes descriptors of its own
            name, descriptor, answer = match[2], int(match[3] or -1), int(match[4])
            if name == "openat" or name in _NAMES:
                paths = [Path(text.decode()) for text in _texts(line)]
                if paths[0] == marks:
                    marking = answer
                elif paths[0].is_relative_to(folder):
                    here, *there = (p.relative_to(folder).as_posix() for p in paths)
                    kind = re.sub("at2?$", "", name)
                    found.append(Event(kind, here, there[0] if there else "", answer, flags=line))
                    if name == "openat":
                        ours.add(answer)
                continue
            if descriptor == marking and name == "write":
                found.append(Event("mark", data=_texts(line)[0]))
            if descriptor not in ours:
                continue
            if name == "close":
                ours.discard(descriptor)
            data = _texts(line)[0] if name.endswith(("write", "write64")) else b""
            assert name.startswith(("f", "close")) or len(data) == answer, line[:200]
            last = line.rpartition(") = ")[0].rpartition(", ")[2]
            offset = int(last) if name in ("pwrite64", "ftruncate") else -1
            found.append(Event(name, descriptor=descriptor, offset=offset, data=data))
    return found


def _texts(line: str) -> list[bytes]:
    return [bytes.fromhex(text.replace("\\x", "")) for text in _TEXT.findall(line)]


@dataclass
class _File:
    """A file's synced bytes, and the writes since: (offset, bytes), or a length to cut to."""

    synced: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, bytes | None]] = field(default_factory=list)
    size: int = 0


@dataclass(frozen=True)
class _Step:
    """A change of names in one folder: ``path`` now is ``file``, ``gone`` is no more."""

    path: str = ""
    file: _File | None = None
    gone: str = ""


class Disk:
    """The folder's files as the events make them, and its images after a power cut."""

    def __init__(self) -> None:
        self._names: dict[str, _File] = {}
        self._folders: set[str] = {"."}
        self._synced_names: dict[str, _File] = {}
        self._synced_folders: set[str] = {"."}
        self._waiting: dict[str, list[_Step]] = {}
        self._open: dict[int, tuple[_File | str, int]] = {}

    def apply(self, event: Event) -> None:
        """Do what a call did."""
        match event.name:
            case "open":
                self._opened(event)
            case "close":
                self._open.pop(event.descriptor, None)
            case "write" | "pwrite64":
                file, position = self._open[event.descriptor]
                assert isinstance(file, _File)
                at = event.offset if event.offset >= 0 else position
                file.waiting.append((at, event.data))
                file.size = max(file.size, at + len(event.data))
                if event.offset < 0:
                    self._open[event.descriptor] = (file, at + len(event.data))
            case "ftruncate":
                file, _position = self._open[event.descriptor]
                assert isinstance(file, _File)
                file.waiting.append((event.offset, None))
                file.size = event.offset
            case "fsync" | "fdatasync":
                self._sync(self._open[event.descriptor][0])
            case "rename":
                file = self._names.pop(event.path)
                self._names[event.other] = file
                self._step(_Step(event.other, file, gone=event.path))
            case "unlink":
                self._names.pop(event.path)
                self._step(_Step(gone=event.path))
            case "mkdir":
                self._folders.add(event.path)
                self._step(_Step(event.path))

    def _opened(self, event: Event) -> None:
        if event.path in self._folders:
            self._open[event.descriptor] = (event.path, 0)
            return
        file = self._names.get(event.path)
        if file is None:
            file = self._names[event.path] = _File()
            self._step(_Step(event.path, file))
        if "O_TRUNC" in event.flags and file.size:
            file.waiting.append((0, None))
            file.size = 0
        self._open[event.descriptor] = (file, file.size if "O_APPEND" in event.flags else 0)

    def _step(self, step: _Step) -> None:
        folder = PurePosixPath(step.path or step.gone).parent.as_posix()
        self._waiting.setdefault(folder, []).append(step)

    def _sync(self, what: _File | str) -> None:
        if isinstance(what, _File):
            for offset, data in what.waiting:
                _write(what.synced, offset, data)
            what.waiting.clear()
            return
        for step in self._waiting.pop(what, ()):
            _rename(self._synced_names, self._synced_folders, step)

    def cut(self, chance: random.Random) -> dict[str, bytes]:
        """The files that a power cut at this moment may leave, by name."""
        names, folders = dict(self._synced_names), set(self._synced_folders)
        for steps in self._waiting.values():
            for step in steps[: _kept_of(len(steps), chance)]:
                _rename(names, folders, step)
        share = chance.choice((0.0, 1.0, 0.5, chance.random()))
        torn = chance.random() < 0.5
        return {
            name: _left(file, share, torn, chance)
            for name, file in names.items()
            if all(p.as_posix() in folders for p in PurePosixPath(name).parents)
        }


def _kept_of(steps: int, chance: random.Random) -> int:
    return chance.choice((0, steps, chance.randint(0, steps)))


def _rename(names: dict[str, _File], folders: set[str], step: _Step) -> None:
    if step.gone:
        names.pop(step.gone, None)
    if step.path and step.file is not None:
        names[step.path] = step.file
    elif step.path:
        folders.add(step.path)


def _write(content: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del content[offset:]
        content.extend(bytes(offset - len(content)))
        return
    content.extend(bytes(max(offset - len(content), 0)))
    content[offset : offset + len(data)] = data


def _left(file: _File, share: float, torn: bool, chance: random.Random) -> bytes:
    """The synced bytes and that share of the writes since, some of them torn."""
    content = bytearray(file.synced)
    for offset, data in file.waiting:
        if chance.random() >= share:
            continue
        if data is None or not torn or chance.random() < 0.5:
            _write(content, offset, data)
            continue
        for start, part in _sectors(offset, data):
            if chance.random() < 0.5:
                _write(content, start, part)
    return bytes(content)


def _sectors(offset: int, data: bytes) -> Iterator[tuple[int, bytes]]:
    """A write cut where the sectors of the file end."""
    start = 0
    while start < len(data):
        end = min(len(data), start + SECTOR - (offset + start) % SECTOR)
        yield offset + start, data[start:end]
        start = end
