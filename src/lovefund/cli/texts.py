"""click's words in the reader's language: help and usage are translated when shown."""

from __future__ import annotations

from typing import Any

import click

from lovefund.language import _


def _translate_click() -> None:
    """Let click's own sentences pass through our catalogue instead of the system's."""
    import click.core
    import click.decorators
    import click.exceptions
    import click.formatting
    import click.parser
    import click.types

    for module in (
        click.core,
        click.decorators,
        click.exceptions,
        click.formatting,
        click.parser,
        click.types,
    ):
        if hasattr(module, "_"):
            module._ = _  # type: ignore[attr-defined]


_translate_click()


class Option(click.Option):
    """An option whose help is an English message id, translated when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        original, self.help = self.help, _(self.help or "")
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = original


class Translated(click.Command):
    """A command whose own ``--help`` option is translated when it is shown."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        found = super().get_help_option(ctx)
        if found is not None:
            # click keeps the option with the words of the language that was asked for first.
            found.help = _("Show this message and exit.")
        return found


class Command(Translated):
    """A command whose help is translated when it is shown."""

    def get_short_help_str(self, limit: int = 45) -> str:
        return _(self.help or "").split("\n")[0]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        original, self.help = self.help, _(self.help or "")
        try:
            super().format_help_text(ctx, formatter)
        finally:
            self.help = original

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # `-1` is an amount that we refuse with a reason, not an unknown option.
        ctx.ignore_unknown_options = any(a[:1] == "-" and a[1:2].isdigit() for a in args)
        return super().parse_args(ctx, args)


def option(*names: str, **settings: Any) -> Any:
    """``click.option`` with translated help."""
    return click.option(*names, cls=Option, **settings)
