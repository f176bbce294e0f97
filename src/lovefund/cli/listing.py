"""A command that only reads: rows with their columns, shown as a table or as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import click

from lovefund.cli import output
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command
from lovefund.errors import Exit
from lovefund.language import _


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows with their columns: (key in JSON, heading); notes stand below the table.

    ``words`` says by column what a table writes for a code; JSON keeps the code.
    """

    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    exit_code: Exit = Exit.DONE


def show(found: Listing, *, as_json: bool) -> int:
    """Print rows as a table or as JSON; returns the exit code."""
    if as_json:
        keys = [key for key, _head in found.columns]
        output.emit_json([dict(zip(keys, row, strict=True)) for row in found.rows])
        return int(found.exit_code)
    if found.rows:
        rows = [
            [
                _cell(c, k, found.words.get(k, {}))
                for c, (k, _h) in zip(row, found.columns, strict=True)
            ]
            for row in found.rows
        ]
        output.table([_(head) for _key, head in found.columns], rows)
    for note in found.notes:
        output.echo(note)
    if not found.rows and not found.notes:
        output.echo(_("There is nothing to show."))
    return int(found.exit_code)


def _cell(value: Any, key: str, words: Mapping[str, str]) -> str | int:
    if isinstance(value, int) and key.endswith("_fen"):
        return value
    if isinstance(value, tuple):
        return _(", ").join(words.get(part, part) for part in value)
    return words.get(str(value), str(value))


def listing(name: str, gather: Callable[..., Listing], *params: click.Parameter) -> Command:
    """The command of that name, which gathers rows and shows them."""

    @click.pass_context
    def callback(ctx: click.Context, /, as_json: bool, **given: Any) -> int:
        return show(gather(ctx.obj, **given), as_json=as_json)

    return Command(name, params=[*params, JSON], callback=callback, help=NAMES[name].help)
