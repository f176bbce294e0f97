"""The menu that a treasurer sees who types ``lovefund`` and nothing else."""

from __future__ import annotations

import contextlib
import importlib
import re

import click

from lovefund.cli import output
from lovefund.cli.boundary import say, told
from lovefund.cli.context import Context
from lovefund.cli.names import COMMANDS, HINTS, TOPICS
from lovefund.errors import LovefundError
from lovefund.language import _


def menu(context: Context) -> None:
    """List the topics, then a topic's verbs; run the one picked, and come back until left.

    Each list fits a small window, so that nothing scrolls away before it was read. Ctrl-C at
    the menu itself leaves it: what was booked before stays booked.
    """
    with contextlib.suppress(click.Abort):
        _go_on(context)


def _go_on(context: Context) -> None:
    topic = ""
    while True:
        listed = [n for n, c in COMMANDS.items() if c.topic == topic] if topic else list(TOPICS)
        _list(topic, listed)
        if not topic and not context.has_books():
            say("\n" + _("There are no books here yet: begin with 1, open a fund."))
        text = _prompt(
            _("Which one? Its number or name; Enter goes back")
            if topic
            else _("Which one? Its number, or a verb's name; Enter leaves")
        )
        if not text and not topic:
            return
        picked = _named(text, listed)
        if not topic and picked != text and picked in TOPICS:
            topic = picked
        elif not text:
            topic = ""
        elif picked in COMMANDS:
            _run(context, picked)
            _prompt(_("Enter goes on"))
        else:
            say(_("there is no command “{name}”").format(name=text))


def _list(topic: str, listed: list[str]) -> None:
    say("")
    if topic:
        say(_(TOPICS[topic]))
    for number, name in enumerate(listed, 1):
        title, words = (name, COMMANDS[name].help) if topic else (_(TOPICS[name]), HINTS[name])
        say(f"  {number:>2}  {output.pad(title, 24 if not topic else 20)} {_(words)}")


def _prompt(question: str) -> str:
    answer: str = click.prompt("\n" + question, default="", show_default=False, err=True)
    return answer.strip()


def _named(text: str, names: list[str]) -> str:
    """The name of that number in the list, or the text itself."""
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
