"""Prints: aligned by display width, plain in pipes, JSON on request."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any, TextIO

import click

from lovefund.money import yuan


def width(text: str) -> int:
    """How many columns of a terminal a text takes: wide characters take two."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


#: A text in a column narrower than this is left to the terminal.
_ROOM_MIN = 20


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """A text filled up to a display width."""
    space = " " * max(columns - width(text), 0)
    return space + text if right else text + space


def cut(text: str, columns: int) -> str:
    """A text that takes at most so many columns; what was cut off is an ellipsis."""
    if width(text) <= columns:
        return text
    while width(text) >= columns:
        text = text[:-1]
    return text + "…"


#: Characters that not every console has, and what stands for them there.
_PLAINER = {"\u00a5": "￥", "\u2212": "-", "\u2026": "...", "\u2713": "+", "█": "#", "─": "-"}


def safe(text: str) -> str:
    """A text without control characters, whatever the database holds."""
    return "".join(c if c == "\n" or c.isprintable() else "\ufffd" for c in text)


def fitted(text: str, stream: TextIO) -> str:
    """The text as a console can show it; what it has no character for is a question mark."""
    encoding = stream.encoding or "utf-8"

    def shown(character: str) -> str:
        try:
            character.encode(encoding)
        except UnicodeEncodeError:
            return _PLAINER.get(character, "?")
        return character

    line = "".join(map(shown, safe(text)))
    return line.encode(encoding, "replace").decode(encoding)


def echo(text: str = "") -> None:
    """Print a line, as the console can show it."""
    click.echo(fitted(text, sys.stdout))


def colours() -> bool:
    """Whether colours may be used: on a terminal and without ``NO_COLOR``."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str | int]],
    below: Sequence[Sequence[str]] = (),
) -> None:
    """Print rows under heads; whole numbers are money in fen and stand on the right.

    ``below`` are lines that stand under each row.
    """
    text = [[yuan(c) if isinstance(c, int) else safe(c) for c in row] for row in rows]
    right = [any(isinstance(row[i], int) for row in rows) for i in range(len(heads))]
    columns = [max([width(head), *(width(row[i]) for row in text)]) for i, head in enumerate(heads)]
    line = "  ".join(pad(h, columns[i], right=right[i]) for i, h in enumerate(heads)).rstrip()
    if colours():
        click.echo(click.style(safe(line), bold=True))
    else:
        echo(line)
    echo("  ".join("─" * c for c in columns) if sys.stdout.isatty() else "")
    for number, row in enumerate(text):
        echo("  ".join(pad(c, columns[i], right=right[i]) for i, c in enumerate(row)).rstrip())
        for line in below[number] if below else ():
            echo(f"  {line}")


#: A word with the space after it, or a wide character with the marks that may not begin a line.
_PIECE = re.compile(r"[!-~]+ ?|[^!-~][，。；、：？！）〕”]*")


def hanging(head: str, text: str) -> None:
    """Print a text beside its head, on a terminal broken so that it stays beside it."""
    room = shutil.get_terminal_size().columns - width(head) - 1
    if not sys.stdout.isatty() or room < _ROOM_MIN:
        echo(head + text)
        return
    lines = [""]
    for piece in _PIECE.findall(text):
        if lines[-1] and width(lines[-1]) + width(piece.rstrip()) > room:
            lines.append("")
        lines[-1] += piece
    for number, line in enumerate(lines):
        echo((" " * width(head) if number else head) + line.rstrip())


def bar(part: int, whole: int, columns: int = 16) -> str:
    """A small bar of at most ``columns`` blocks."""
    return "█" * (max(part, 0) * columns // whole) if whole > 0 else ""


def emit_json(value: Any) -> None:
    """Print one JSON document; amounts are whole fen.

    What a terminal would obey, or the console cannot show, is escaped: nothing is lost.
    """
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    encoding = sys.stdout.encoding or "utf-8"
    click.echo("".join(c if _printable(c, encoding) else json.dumps(c)[1:-1] for c in text))


def _printable(character: str, encoding: str) -> bool:
    if character == "\n" or " " <= character <= "~":
        return True
    try:
        character.encode(encoding)
    except UnicodeError:
        return False
    return character.isprintable()
