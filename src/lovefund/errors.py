"""The error tree: one class per cause, the sentence inside the class.

Every error answers three questions in the reader's language: what happened, with the
numbers; which rule says so; how to mend it. ``cli/boundary.py`` prints them in four
lines. Exit codes are the table of ``docs/exit-codes.md``.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from lovefund.language import N_, _


def visible(text: str) -> str:
    """A text with its control and other unprintable characters spelt out, as ``\\x1b``."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text
    )


class Exit(IntEnum):
    """The exit codes of the whole program (docs/exit-codes.md)."""

    DONE = 0
    FAULT = 1
    INPUT = 2
    UNSHOWN = 3
    REFUSED = 4
    STORAGE = 5
    UNSOUND = 6
    MACHINE = 7
    DUE = 8
    UNLIKE = 9
    CONDUCT = 10
    INTERRUPTED = 130


class LovefundError(Exception):
    """Base of every expected error; subclasses build their own sentences.

    ``code`` is a stable slug, ``exit_code`` one of :class:`Exit`.
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[Exit] = Exit.FAULT

    def where(self) -> str:
        """Where it happened (a field, a file and row, an entry), or empty."""
        return ""

    def what(self) -> str:
        """What happened, with the numbers."""
        raise NotImplementedError

    def rule(self) -> str:
        """The rule or article behind it, or empty."""
        return ""

    def remedy(self) -> str:
        """How to mend it."""
        raise NotImplementedError

    def __str__(self) -> str:
        return f"{self.code}: {self.what()}"


@dataclass(eq=False)
class BadInput(LovefundError):
    """A typed value that cannot be taken: field, value, reason and remedy as sentences."""

    field: str
    value: str
    reason: str
    mend: str

    code: ClassVar[str] = "bad-input"
    exit_code: ClassVar[Exit] = Exit.INPUT

    def where(self) -> str:
        return self.field

    def what(self) -> str:
        if not self.value:
            return self.reason
        shown = self.value if len(self.value) <= 40 else self.value[:40] + "…"
        return _("“{value}” is not accepted: {reason}").format(
            value=visible(shown), reason=self.reason
        )

    def remedy(self) -> str:
        return self.mend


class Several(LovefundError):
    """Several wrong values of one command line or file, told together; nothing was booked."""

    code: ClassVar[str] = "bad-input"
    exit_code: ClassVar[Exit] = Exit.INPUT

    def __init__(self, found: list[BadInput]) -> None:
        super().__init__(found)
        self.found = found

    def what(self) -> str:
        return "; ".join(f"{b.field}: {b.what()}" for b in self.found)

    def remedy(self) -> str:
        return _("nothing was booked; type it again with these mended")


@dataclass(frozen=True)
class Refusal:
    """One reason why the books refuse a draft; a value, not an exception.

    ``code`` is a slug, ``what``/``rule``/``mend`` are sentences in the reader's language.
    """

    code: str
    what: str
    rule: str
    mend: str


class Refused(LovefundError):
    """The posting gate refused one or more drafts; nothing was booked."""

    code: ClassVar[str] = "refused"
    exit_code: ClassVar[Exit] = Exit.REFUSED

    def __init__(self, refusals: tuple[Refusal, ...], where: str = "") -> None:
        assert refusals
        super().__init__(refusals)
        self.refusals = refusals
        self._where = where

    def where(self) -> str:
        return self._where

    def what(self) -> str:
        return self.refusals[0].what

    def rule(self) -> str:
        return self.refusals[0].rule

    def remedy(self) -> str:
        return self.refusals[0].mend


@dataclass(eq=False)
class StorageError(LovefundError):
    """The database file or server cannot be used as it is."""

    place: str
    happened: str
    mend: str

    code: ClassVar[str] = "storage"
    exit_code: ClassVar[Exit] = Exit.STORAGE

    def where(self) -> str:
        return self.place

    def what(self) -> str:
        return self.happened

    def remedy(self) -> str:
        return self.mend


@dataclass(eq=False)
class MachineLacks(LovefundError):
    """Something this verb needs is missing on the machine (a library, a font, a glyph)."""

    place: str
    happened: str
    mend: str

    code: ClassVar[str] = "machine-lacks"
    exit_code: ClassVar[Exit] = Exit.MACHINE

    def where(self) -> str:
        return self.place

    def what(self) -> str:
        return self.happened

    def remedy(self) -> str:
        return self.mend


@dataclass(eq=False)
class Unsound(LovefundError):
    """Books or a copy were read through and are not as they should be; nothing was replaced."""

    place: str
    happened: str
    mend: str

    code: ClassVar[str] = "unsound"
    exit_code: ClassVar[Exit] = Exit.UNSOUND

    def where(self) -> str:
        return self.place

    def what(self) -> str:
        return self.happened

    def remedy(self) -> str:
        return self.mend


@dataclass(eq=False)
class Damaged(StorageError):
    """The file of books is there, and its bytes are not in order."""


@dataclass(eq=False)
class FilesMissing(LovefundError):
    """A statement is booked, and its files were not all written: the same command makes them."""

    number: int
    no: int
    cause: BaseException

    code: ClassVar[str] = "files-missing"
    exit_code: ClassVar[Exit] = Exit.STORAGE

    def where(self) -> str:
        return _("statement {number}").format(number=self.number)

    def what(self) -> str:
        happened = (
            _("{place}: {what}").format(
                place=visible(str(self.cause.filename or "")), what=os_words(self.cause)[0]
            )
            if isinstance(self.cause, OSError)
            else _("it was stopped")
        )
        return _("it is booked (entry {no}), but its files were not all written: {why}").format(
            no=self.no, why=happened
        )

    def remedy(self) -> str:
        return _(
            "see to the folder, or choose another with --out, and run the same command again: it "
            "makes the files of this statement and no second one"
        )


_LOOK = N_("look whether the file or folder is there and may be written")
_ROOM = N_("make room, then do it again")
_LOCKS = (
    N_("file locks do not work in this folder (a network drive?)"),
    N_("keep the books on a disk of this computer"),
)
_FILES = (
    N_("too many files are open on this computer"),
    N_("close other programs, then do it again"),
)
_RIGHTS = (
    N_("it may not be read or written by you"),
    N_("ask for the right to it, or take another folder"),
)
#: What operating systems refuse, and how to mend it.
_OS: dict[int, tuple[str, str]] = {
    errno.ENOENT: (N_("it is not there"), _LOOK),
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: (N_("the disk may only be read"), N_("take a folder on another disk")),
    errno.ENOSPC: (N_("the disk is full"), _ROOM),
    errno.EFBIG: (N_("the disk is full"), _ROOM),
    errno.EDQUOT: (N_("your share of the disk is used up"), _ROOM),
    errno.EIO: (
        N_("the disk failed while reading or writing"),
        N_("see to the disk, then do it again"),
    ),
    errno.EMFILE: _FILES,
    errno.ENFILE: _FILES,
    errno.ENOLCK: _LOCKS,
    errno.ENOTSUP: _LOCKS,
    errno.ENAMETOOLONG: (N_("the name is too long"), N_("give a shorter name")),
    errno.ELOOP: (N_("its links lead in a circle"), N_("name the place itself")),
    errno.EISDIR: (N_("it is a folder, not a file"), N_("give the name of a file")),
    errno.ENOTDIR: (N_("a part of the path is a file, not a folder"), _LOOK),
}


def os_words(error: OSError) -> tuple[str, str]:
    """What the operating system refused and how to mend it, in the reader's language."""
    known = _OS.get(error.errno or 0)
    if known is None:
        text = error.strerror or str(error)
        return _("the system answers: {text}").format(text=text), _(_LOOK)
    return _(known[0]), _(known[1])
