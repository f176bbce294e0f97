"""One question at a time: asked at a terminal until its answer can be read."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lovefund.cli import output
from lovefund.cli.boundary import say, told
from lovefund.cli.context import Context, interactive
from lovefund.cli.fields import Field, Setting, as_typed, choice
from lovefund.errors import BadInput, Refused
from lovefund.language import N_, _

if TYPE_CHECKING:
    from lovefund.actions.workspace import ClockAhead, Workspace

T = TypeVar("T")


def ask(f: Field, setting: Setting) -> tuple[str, Any]:
    """Ask one question until its answer can be read."""
    known = list(setting.choices[f.choices].items()) if f.choices else []
    while True:
        say(_(f.question))
        for index, (slug, label) in enumerate(known, 1):
            say(f"  {index:>2}  {output.pad(slug, 14)} {label.split(' / ')[0]}")
        hint = f" [{_(f.default)}]" if f.default else ""
        text = _line(hint)
        while f.lines and text and (more := _line("")):
            text += "\n" + more
        if not text and f.default is not None:
            text = f.default
        try:
            return text, f.read(text, called(f), setting)
        except BadInput as error:
            told(error, debug=False)


def _line(hint: str) -> str:
    """One typed line, after the sign that an answer is awaited."""
    import sys

    sign = "❯" if (sys.stderr.encoding or "").lower().startswith("utf") else ">"
    answer: str = click.prompt(
        sign + hint, default="", show_default=False, err=True, prompt_suffix=" "
    )
    return answer


def called(f: Field) -> str:
    """What a field is called where something is wrong with its answer."""
    return f.option or f.key


def missing(f: Field) -> BadInput:
    """What is said of an answer that is missing where nobody can be asked."""
    return BadInput(
        called(f),
        "",
        _("it is missing: {question}").format(question=_(f.question)),
        _("add it, or run the verb at a terminal, where it asks"),
    )


def answered(f: Field, text: str, setting: Setting) -> Any:
    """What was typed for a field, or is answered now; BadInput where nobody can be asked."""
    if text:
        return f.read(text, called(f), setting)
    if not interactive():
        raise missing(f)
    return ask(f, setting)[1]


FUND = Field("fund", "--fund", N_("Which fund?"), choice("funds"), "funds")


def of_one_fund(context: Context) -> Workspace:
    """The workspace of the fund that is meant, asked for where the books hold several."""
    ws = context.workspace()
    if context.fund or not interactive():
        return ws
    from lovefund.actions.read import names_of_funds

    known = names_of_funds(ws)
    if len(known) > 1:
        context.fund = ask(FUND, Setting(context.today(), {"funds": known}, {}))[1]
    return replace(ws, fund=context.fund)


def sure_of_the_day(ws: Workspace, run: Callable[[Workspace], T]) -> T:
    """Run it; where the clock is far ahead, ask in words and run it again.

    Where it is a decision, the officer's key is opened and it is run again to be signed.
    """
    from lovefund.actions.workspace import ClockAhead

    try:
        return run(ws)
    except ClockAhead as ahead:
        if not interactive() or not _confirm_day(ahead):
            raise
        return sure_of_the_day(replace(ws, date_is_right=True), run)
    except Refused as error:
        if ws.signer is not None or [r.code for r in error.refusals] != ["unsigned"]:
            raise
        from lovefund.actions.officer_keys import signer_of

        signed = replace(ws, signer=signer_of(ws, passphrase))
    return sure_of_the_day(signed, run)


def passphrase(path: Path) -> str:
    """The passphrase of a key file: from the file that a script names, or typed unseen."""
    told_in = os.environ.get("LOVEFUND_PASSPHRASE_FILE")
    if told_in:
        return _first_line(Path(told_in))
    if not interactive():
        raise missing(_PASSPHRASE)
    say(_("The passphrase of {path}").format(path=path))
    answer: str = click.prompt(">", hide_input=True, err=True, prompt_suffix=" ")
    return answer


def new_passphrase() -> str:
    """A passphrase for a new key, typed twice unseen."""
    told_in = os.environ.get("LOVEFUND_PASSPHRASE_FILE")
    if told_in:
        return _first_line(Path(told_in))
    if not interactive():
        raise missing(_PASSPHRASE)
    say(_("A passphrase for the new key: a sentence that only this officer knows"))
    while True:
        first: str = click.prompt(">", hide_input=True, err=True, prompt_suffix=" ")
        say(_("The same again"))
        if click.prompt(">", hide_input=True, err=True, prompt_suffix=" ") == first:
            return first
        say(_("They differ: type both again"))


def _first_line(path: Path) -> str:
    with path.open("rb") as file:
        line = file.read(_PASSPHRASE_BYTES_MAX).decode("utf-8", "replace").partition("\n")[0]
    return line.removesuffix("\r")


_PASSPHRASE_BYTES_MAX = 1024
_PASSPHRASE = Field(
    "passphrase",
    "passphrase",
    N_("The passphrase; LOVEFUND_PASSPHRASE_FILE names a file"),
    as_typed,
)


def _confirm_day(ahead: ClockAhead) -> bool:
    say(ahead.what())
    text = click.prompt(_("Is it really so? Type today's date"), default="", err=True)
    return bool(text.strip() == ahead.today.isoformat())


def argument(f: Field, choices: Mapping[str, str] | None = None) -> click.Argument:
    """An argument of a command that is no verb; asked for in the words of its field.

    ``choices`` are slugs with labels (message ids).
    """

    def read(ctx: click.Context, _parameter: click.Parameter, text: str | None) -> Any:
        if ctx.resilient_parsing:
            return text
        today = ctx.obj.today() if isinstance(ctx.obj, Context) else date.min
        known = {slug: _(label) for slug, label in (choices or {}).items()}
        setting = Setting(today, {f.choices: known}, {})
        if text is None and not interactive():
            raise missing(f)
        if text is not None:
            try:
                return f.read(text, called(f), setting)
            except BadInput as error:
                if not interactive():
                    raise
                told(error, debug=False)
        return ask(f, setting)[1]

    return click.Argument([f.key], required=False, metavar=f.key.upper(), callback=read)
