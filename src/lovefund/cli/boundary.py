"""The one place where errors become sentences: four lines, and an exit code."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from lovefund.cli import output
from lovefund.cli.texts import argument_name
from lovefund.errors import BadInput, Exit, LovefundError, Refused, Several, os_words, visible
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


_ARGUMENT = re.compile("[a-z]+").fullmatch

#: What is told as it is; anything else is a mistake of the program, or damage in the books.
EXPECTED = (
    LovefundError,
    click.ClickException,
    click.Abort,
    click.exceptions.Exit,
    Unshown,
    EOFError,
    OSError,
)


def say(text: str) -> None:
    """Write one line to the error stream, whatever the console can show."""
    try:
        click.echo(output.fitted(text, sys.stderr), err=True)
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


def _where(error: LovefundError) -> str:
    """Where it went wrong; an argument is called as its usage line calls it."""
    where = error.where()
    is_argument = isinstance(error, BadInput) and _ARGUMENT(where)
    return argument_name(where) if is_argument else where


def _of_usage(error: click.UsageError) -> str:
    """What is wrong with a command line, in a sentence of our own where click has no Chinese."""
    if isinstance(error, click.NoSuchOption) and error.ctx is not None:
        of_the_program = error.ctx.find_root().command.params
        if any(error.option_name in option.opts for option in of_the_program):
            return _("{name} is typed before the command: lovefund {name} … {command}").format(
                name=error.option_name, command=error.ctx.info_name
            )
    if isinstance(error, click.NoSuchOption):
        text = _("there is no option {name}").format(name=error.option_name)
        if error.possibilities:
            near = _(", ").join(sorted(error.possibilities))
            text = _("{what}; did you mean {near}?").format(what=text, near=near)
        return text
    return error.format_message()


def told(error: BaseException, *, debug: bool) -> int:
    """Tell the error on the error stream; returns the exit code."""
    if debug:
        import traceback  # late: never on a good day

        traceback.print_exception(error)
    if isinstance(error, Refused):
        for refusal in error.refusals:
            say(four_lines(refusal.code, error.where(), refusal.what, refusal.rule, refusal.mend))
        return int(error.exit_code)
    if isinstance(error, Several):
        for bad in error.found:
            say(four_lines(bad.code, _where(bad), bad.what(), bad.rule(), bad.remedy()))
        say(error.remedy())
        return int(error.exit_code)
    if isinstance(error, LovefundError):
        say(four_lines(error.code, _where(error), error.what(), error.rule(), error.remedy()))
        return int(error.exit_code)
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx else "lovefund"
        mend = _("look at `{command} --help`").format(command=command)
        say(four_lines("usage", command, _of_usage(error), "", mend))
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
        happened, mend = os_words(error)
        say(four_lines("file", _place(error), happened, "", mend))
        return int(Exit.STORAGE)
    if isinstance(error, MemoryError):
        mend = _("close other programs; `lovefund resume` brings back what was typed")
        say(four_lines("memory", "", _("this computer has no memory left"), "", mend))
        return int(Exit.MACHINE)
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
