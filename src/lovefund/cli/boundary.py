"""The one place where errors become sentences: four lines, and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

import click

from lovefund.cli import output
from lovefund.errors import Exit, LovefundError, Refused, Several
from lovefund.language import _


class Unshown(Exception):
    """Something was recorded, and then it could not be shown; ``no`` is its entry."""

    def __init__(self, no: int) -> None:
        super().__init__(no)
        self.no = no


def say(text: str) -> None:
    """Write one line to the error stream, whatever the console can show."""
    try:
        click.echo(output.fitted(text, sys.stderr), err=True)
    except (OSError, ValueError):
        return


def four_lines(code: str, where: str, what: str, rule: str, mend: str) -> str:
    """The form of every error: where, what with the numbers, the rule, how to mend it."""
    first = _("error") + f"[{code}]" + (f" {where}" if where else "")
    lines = [first, "  " + what]
    if rule:
        lines.append("  " + _("rule: {rule}").format(rule=rule))
    lines.append("  " + _("to mend it: {mend}").format(mend=mend))
    return "\n".join(lines)


def _of_usage(error: click.UsageError) -> str:
    """What is wrong with a command line, in a sentence of our own where click has no Chinese."""
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
        say(four_lines("usage", command, _of_usage(error), "", mend))
        return int(Exit.INPUT)
    if isinstance(error, (KeyboardInterrupt, EOFError, click.Abort)):
        say("\n" + _("Stopped. Nothing was booked."))
        return int(Exit.INTERRUPTED)
    if isinstance(error, Unshown):
        say(
            four_lines(
                "not-shown",
                _("entry {no}").format(no=error.no),
                _("it is recorded, but could not be shown here"),
                "",
                _("do not type it again; look at it with `lovefund show {no}`").format(no=error.no),
            )
        )
        return int(Exit.UNSHOWN)
    if isinstance(error, BrokenPipeError):
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
        return int(Exit.DONE)
    if isinstance(error, OSError):
        say(
            four_lines(
                "file",
                str(error.filename or ""),
                error.strerror or str(error),
                "",
                _("look whether the file or folder is there and may be written"),
            )
        )
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
