"""click's words in the reader's language: help and usage are translated when shown."""

from __future__ import annotations

import re
from typing import Any

import click

from lovefund.cli import output
from lovefund.language import N_, _, language

#: What stands in usage lines, and before errors, for what people type.
_PLACES = (
    N_("AGAINST"),
    N_("AGREEMENT"),
    N_("AMOUNT"),
    N_("ARGS"),
    N_("ARTICLE"),
    N_("ARTICLES"),
    N_("BACKUP"),
    N_("BALANCE"),
    N_("BOX"),
    N_("CODE"),
    N_("COMMAND"),
    N_("CONSENT"),
    N_("COUNTED"),
    N_("EVIDENCE"),
    N_("EXPLAIN"),
    N_("FEE"),
    N_("FIGURE"),
    N_("FILE"),
    N_("FOLDER"),
    N_("FORM"),
    N_("FUND"),
    N_("ID"),
    N_("ITEM"),
    N_("MATCH"),
    N_("NAME"),
    N_("NO"),
    N_("NUMBERS"),
    N_("OFFICER"),
    N_("OPTIONS"),
    N_("PACK"),
    N_("PASSPHRASE"),
    N_("PATH"),
    N_("PERIOD"),
    N_("PLACE"),
    N_("RECEIPT"),
    N_("RESTRICTION"),
    N_("RULES"),
    N_("SHEET"),
    N_("SHORT"),
    N_("SPLIT"),
    N_("STATEMENT"),
    N_("SUCCESSOR"),
    N_("TEXT"),
    N_("THROUGH"),
    N_("TITLE"),
    N_("TO"),
    N_("WHAT"),
    N_("WHICH"),
    N_("WHO"),
    N_("WORDS"),
    N_("YEAR"),
)
_PLACE = re.compile(rf"\b({'|'.join(_PLACES)})\b")


def _in_words(usage: str) -> str:
    return _PLACE.sub(lambda found: _(found[0]), usage)


def argument_name(key: str) -> str:
    """What an argument is called in a sentence: as the usage line calls it."""
    return key if language() == "en" else _in_words(key.upper())


class _Formatter(click.HelpFormatter):
    """Help pages whose every word is of the reader's language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, _in_words(args), prefix)

    def write_heading(self, heading: str) -> None:
        self.write(_("{heading}:").format(heading=heading) + "\n")

    def write_dl(self, rows: Any, col_max: int = 30, col_spacing: int = 2) -> None:
        table = [(_in_words(term), text) for term, text in rows]
        first = min(max(output.width(term) for term, _text in table), col_max) + col_spacing
        indent = " " * self.current_indent
        for term, text in table:
            lines = _wrapped(text, max(self.width - self.current_indent - first, 20))
            if output.width(term) > first - col_spacing:
                self.write(f"{indent}{term}\n")
                term = ""
            for line in lines or [""]:
                self.write(f"{indent}{output.pad(term, first)}{line}".rstrip() + "\n")
                term = ""


def _wrapped(text: str, columns: int) -> list[str]:
    """Lines that fit, broken at spaces, or within a run of wide characters."""
    lines = [""]
    used = 0
    for piece in re.findall(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+|\s+", text):
        if used + output.width(piece.rstrip()) > columns:
            lines.append("")
            used = 0
        piece = piece if lines[-1] else piece.lstrip()
        lines[-1] += piece
        used += output.width(piece)
    return [line.rstrip() for line in lines]


def _one_or_many(one: str, many: str, count: int) -> str:
    return _(one if count == 1 else many)


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
        if hasattr(module, "ngettext"):
            module.ngettext = _one_or_many  # type: ignore[attr-defined]
    click.Context.formatter_class = _Formatter


_translate_click()


class Option(click.Option):
    """An option whose help is an English message id, translated when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        original, self.help = self.help, _(self.help or "")
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = original


#: Of every command that prints.
JSON = Option(["--json", "as_json"], is_flag=True, help="Print one JSON document.")


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
