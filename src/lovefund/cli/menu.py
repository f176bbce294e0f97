"""The menu that a treasurer sees who types ``lovefund`` and nothing else."""

from __future__ import annotations

import importlib
import re

import click

from lovefund.cli import output
from lovefund.cli.boundary import say, told
from lovefund.cli.context import Context
from lovefund.cli.names import COMMANDS, TOPICS
from lovefund.errors import LovefundError
from lovefund.language import _


def menu(context: Context) -> None:
    """List the verbs, run the one that is picked, and come back until it is left."""
    names = list(COMMANDS)
    while True:
        for topic, title in TOPICS.items():
            say("")
            say(_(title))
            for number, name in enumerate(names, 1):
                if COMMANDS[name].topic == topic:
                    say(f"  {number:>3}  {output.pad(name, 20)} {_(COMMANDS[name].help)}")
        text = click.prompt(
            "\n" + _("Which one? Its number or name; Enter leaves"),
            default="",
            show_default=False,
            err=True,
        ).strip()
        if not text:
            return
        name = _named(text, names)
        if name not in COMMANDS:
            say(_("there is no command “{name}”").format(name=name))
            continue
        _run(context, name)
        click.prompt(_("Enter goes on"), default="", show_default=False, err=True)


def _named(text: str, names: list[str]) -> str:
    """The command of that number, or the text itself."""
    if re.fullmatch(r"[0-9]{1,4}", text) and 0 < int(text) <= len(names):
        return names[int(text) - 1]
    return text


def _run(context: Context, name: str) -> None:
    module = importlib.import_module(f"lovefund.cli.{COMMANDS[name].module}")
    command: click.Command = module.COMMANDS[name]
    try:
        command.main([], prog_name=f"lovefund {name}", standalone_mode=False, obj=context)
    except (LovefundError, click.UsageError, click.Abort, OSError) as error:
        told(error, debug=context.debug)
