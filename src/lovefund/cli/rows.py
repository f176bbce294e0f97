"""Lists that people fill in: asks for the file, and names every cell that is wrong."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from lovefund.cli import fields as f
from lovefund.cli import output
from lovefund.cli.asking import ask
from lovefund.cli.context import Context, interactive
from lovefund.cli.fields import Field, Setting
from lovefund.errors import BadInput, Several
from lovefund.imports.sheets import Column, Row, Sheet
from lovefund.language import N_, _

Reader = Callable[[str, str, Setting], Any]
_ROWS_TOLD_MAX = 20


def file_to_read(
    context: Context, file: str, template: str, write: Callable[[Path], None], *, over: bool
) -> Path | None:
    """The file to read; None where a template was written instead, for want of a file or asked.

    ``over`` lets the template take the place of a file that is there already.
    """
    from lovefund.actions.outputs import refuse_place

    if not file and not template:
        if not interactive():
            raise BadInput(
                "file",
                "",
                _("the file is missing"),
                _("name a CSV or XLSX file, or write one with --template FILE"),
            )
        file = ask(_FILE, Setting(context.today(), {}, {}))[0]
        template = "" if file else ask(_TEMPLATE, Setting(context.today(), {}, {}))[0]
    if not template:
        return Path(file)
    refuse_place(Path(template), over=over)
    write(Path(template))
    output.echo(_("Template written to {path}").format(path=template))
    return None


_FILE = Field(
    "file",
    "",
    N_("Which CSV or XLSX file? (empty: write a template to fill in)"),
    f.lines,
    default="",
)
_TEMPLATE = Field("template", "", N_("Under which name? As list.xlsx"), f.as_typed)


@contextlib.contextmanager
def progress(step: str, total: int) -> Iterator[Callable[[Any], None]]:
    """A progress bar on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    with click.progressbar(length=total, label=step, file=sys.stderr, show_eta=False) as bar:
        yield lambda _done: bar.update(1)


def filled_in(
    sheet: Sheet, columns: tuple[Column, ...], readers: Mapping[str, Reader], setting: Setting
) -> list[tuple[int, dict[str, Any]]]:
    """Every row's values; Several with every bad cell, each by file, row and column."""
    rows: list[tuple[int, dict[str, Any]]] = []
    mistakes: list[BadInput] = []
    headings = {c.key: c.headings[0] for c in columns}
    with progress(_("checking"), len(sheet.rows)) as report:
        for row in sheet.rows:
            values: dict[str, Any] = {}
            for key, reader in readers.items():
                where = _("{file}, row {row}, column {column}").format(
                    file=sheet.name, row=row.number, column=headings[key]
                )
                try:
                    values[key] = reader(_typed(row, key, values), where, setting)
                except BadInput as mistake:
                    mistakes.append(mistake)
            rows.append((row.number, values))
            report(row)
    if mistakes:
        more = len(mistakes) - _ROWS_TOLD_MAX
        if more > 0:
            last = BadInput(
                sheet.name,
                "",
                _("{count} more cells are wrong").format(count=more),
                _("mend these first"),
            )
            mistakes = [*mistakes[:_ROWS_TOLD_MAX], last]
        raise Several(mistakes)
    if not rows:
        raise BadInput(
            "file",
            sheet.name,
            _("it has headings and no rows"),
            _("fill in the sheet 填写, one row a gift"),
        )
    return rows


def _typed(row: Row, key: str, values: Mapping[str, Any]) -> str:
    """A cell as typed; what may be left empty means what it means when a gift is typed."""
    text = row.cells.get(key, "")
    if not text and key == "restriction":
        return "general"
    if not text and key == "mode":
        if not values.get("donor"):
            return "anonymous"
        if values.get("source") == "class":
            return "org"
    return text
