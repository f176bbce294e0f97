"""The one place where errors become sentences: four lines, and an exit code."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import click

from lovefund.errors import Exit, LovefundError, Refused, Several, visible
from lovefund.language import _


class Unshown(Exception):
    """Something was recorded, and then it could not be shown: what it is, and where to look."""

    def __init__(self, what: str, look: str) -> None:
        super().__init__(what, look)
        self.what = what
        self.look = look

    @staticmethod
    def entry(no: int) -> Unshown:
        """That of one entry."""
        return Unshown(
            _("entry {no}").format(no=no),
            _("do not type it again; look at it with `lovefund show {no}`").format(no=no),
        )


@contextlib.contextmanager
def showing(unshown: Unshown) -> Iterator[None]:
    """Show what was recorded; where that fails, say that it is recorded all the same."""
    try:
        yield
        sys.stdout.flush()
    except (OSError, UnicodeError, LovefundError, KeyboardInterrupt) as error:
        forget("stdout")
        raise unshown from error


def forget(name: str) -> None:
    """Drop what waits in a stream, so that the end of the program does not try it again."""
    failed = getattr(sys, name)
    nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    setattr(sys, name, nowhere)
    with contextlib.suppress(OSError, ValueError):
        os.dup2(nowhere.fileno(), failed.fileno())


def say(text: str) -> None:
    """Write one line to the error stream, whatever the console can show."""
    try:
        click.echo(text, err=True)
    except (OSError, ValueError):
        forget("stderr")


def four_lines(code: str, where: str, what: str, rule: str, mend: str) -> str:
    """The form of every error: where, what with the numbers, the rule, how to mend it."""
    first = _("error") + f"[{code}]" + (f" {where}" if where else "")
    lines = [first, "  " + what]
    if rule:
        lines.append("  " + _("rule: {rule}").format(rule=rule))
    lines.append("  " + _("to mend it: {mend}").format(mend=mend))
    return "\n".join(lines)


def told(error: BaseException, *, debug: bool) -> int:
    """Tell the error on the error stream; returns the exit code."""
    if debug:
        traceback.print_exception(error)
    if isinstance(error, Refused):
        for refusal in error.refusals:
            say(four_lines(refusal.code, error.where(), refusal.what, refusal.rule, refusal.mend))
        return int(error.exit_code)
    if isinstance(error, Several):
        for bad in error.found:
            say(four_lines(bad.code, bad.where(), bad.what(), bad.rule(), bad.remedy()))
        say(error.remedy())
        return int(error.exit_code)
    if isinstance(error, LovefundError):
        say(four_lines(error.code, error.where(), error.what(), error.rule(), error.remedy()))
        return int(error.exit_code)
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx else "lovefund"
        mend = _("look at `{command} --help`").format(command=command)
        say(four_lines("usage", command, error.format_message(), "", mend))
        return int(Exit.INPUT)
    if isinstance(error, (KeyboardInterrupt, EOFError, click.Abort)):
        say("\n" + _("Stopped. Nothing was booked."))
        return int(Exit.INTERRUPTED)
    if isinstance(error, Unshown):
        say(
            four_lines(
                "not-shown",
                error.what,
                _("it is recorded, but could not be shown here"),
                "",
                error.look,
            )
        )
        return int(Exit.UNSHOWN)
    if isinstance(error, BrokenPipeError):
        forget("stdout")
        return int(Exit.DONE)
    if isinstance(error, OSError):
        say(four_lines("file", _place(error), _system_says(error), "", _mend_file(error)))
        return int(Exit.STORAGE)
    say(
        four_lines(
            "fault",
            "",
            _("lovefund made a mistake of its own: {kind}").format(kind=type(error).__name__),
            "",
            _("run it again with --debug and report what it says; nothing half-written was kept"),
        )
    )
    return int(Exit.FAULT)


def _place(error: OSError) -> str:
    """The file that an error of the system is about, or the output where it is about none."""
    return visible(str(error.filename)) if error.filename else _("the output")


def _system_says(error: OSError) -> str:
    """What the system answered, in the reader's language where it is one of the usual answers."""
    usual = {
        errno.ENOENT: _("there is no such file or folder"),
        errno.EACCES: _("this user may not read or write there"),
        errno.EPERM: _("this user may not read or write there"),
        errno.EISDIR: _("it is a folder, not a file"),
        errno.ENOTDIR: _("a part of the path is a file, not a folder"),
        errno.ENOSPC: _("the disk is full"),
        errno.EDQUOT: _("this user's share of the disk is full"),
        errno.EROFS: _("the disk cannot be written"),
        errno.EIO: _("the disk or device failed"),
        errno.ENAMETOOLONG: _("the name is too long"),
        errno.ELOOP: _("its links lead in a circle"),
    }
    answer = usual.get(error.errno or 0)
    return answer or _("the system answers: {text}").format(text=error.strerror or str(error))


def _mend_file(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("make room, then do it again")
    return _("look whether the file or folder is there and may be written")
