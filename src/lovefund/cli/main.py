"""The program ``lovefund``: the root of its commands, each loaded only when it is called."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from lovefund.cli.boundary import EXPECTED, forget, say, told
from lovefund.cli.context import Context, interactive
from lovefund.cli.names import ALIASES, COMMANDS, TOPICS
from lovefund.cli.texts import Option, Translated
from lovefund.errors import BadInput, Exit
from lovefund.language import LANGUAGES, _, choose, set_language


class Root(Translated, click.Group):
    """The commands by topic; naming one imports its module, listing them imports none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        name = ALIASES.get(name, name)
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"lovefund.cli.{COMMANDS[name].module}")
        command: click.Command = module.COMMANDS[name]
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in (*COMMANDS, *ALIASES):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, 3)
            text = _("there is no command “{name}”").format(name=args[0])
            if near:
                text = _("{what}; did you mean {near}?").format(what=text, near=_(", ").join(near))
            raise click.UsageError(text, ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what it stumbles over may be the books' fault and not its own."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            if isinstance(error, EXPECTED) or not isinstance(ctx.obj, Context):
                raise
            from lovefund.actions.check import blamed

            blame = blamed(ctx.obj.workspace(), error)
            if blame is error:
                raise
            raise blame from error

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_("The books of a school's love fund, which anyone can check."))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for topic, title in TOPICS.items():
            rows = [(name, _(c.help)) for name, c in COMMANDS.items() if c.topic == topic]
            with formatter.section(_(title)):
                formatter.write_dl(rows)


def _options() -> list[click.Parameter]:
    return [
        Option(
            ["--db"],
            help="The books: a file, or a postgresql:// address [fund.db].",
            envvar="LOVEFUND_DB",
            default="fund.db",
        ),
        Option(
            ["--fund"],
            help="Which fund, where the books hold several.",
            envvar="LOVEFUND_FUND",
            default="",
        ),
        Option(
            ["--officer"],
            help="Who records, by the code of the office [O1].",
            envvar="LOVEFUND_OFFICER",
            default="O1",
        ),
        Option(["--lang"], help="zh or en.", expose_value=False),
        Option(
            ["--date-is-right"],
            is_flag=True,
            help="Today's date is right, though it is long after the last entry.",
        ),
        Option(
            ["--request"],
            help="Book nothing: write the decision to this file, to be signed elsewhere.",
            default="",
        ),
        Option(["--debug"], is_flag=True, help="Show the program's own trace with an error."),
        Option(["--version"], is_flag=True, help="Show the version."),
    ]


def _root(
    db: str,
    fund: str,
    officer: str,
    date_is_right: bool,
    request: str,
    debug: bool,
    version: bool,
) -> None:
    ctx = click.get_current_context()
    if version:
        from importlib.metadata import version as installed

        click.echo(f"lovefund {installed('lovefund')}")
        ctx.exit()
    ctx.obj = Context(db, fund, officer, date_is_right, debug, request)
    if request:
        _refuse_request(ctx, request)
    if ctx.invoked_subcommand is None:
        if interactive():
            from lovefund.cli.menu import menu

            menu(ctx.obj)
        else:
            click.echo(ctx.get_help())


def _refuse_request(ctx: click.Context, request: str) -> None:
    """BadInput where the command could book something in spite of ``--request``."""
    from lovefund.cli.forms import VerbCommand

    command = root.get_command(ctx, ctx.invoked_subcommand or "")
    if not isinstance(command, VerbCommand):
        raise BadInput(
            "--request",
            request,
            _("this command makes no decision that is signed"),
            _("leave --request away"),
        )


root = Root(
    "lovefund",
    params=_options(),
    callback=_root,
    invoke_without_command=True,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
)


def _language_of(args: Sequence[str]) -> str | None:
    """The language asked for by an option, which has to be known before anything is said."""
    for index, arg in enumerate(args):
        if arg.startswith("--lang="):
            return arg.removeprefix("--lang=")
        if arg == "--lang" and index + 1 < len(args):
            return args[index + 1]
    return None


def run(args: Sequence[str]) -> int:
    """Run the program on these arguments; returns the exit code, never raises."""
    set_language(choose(_language_of(args)))
    debug = "--debug" in args
    try:
        for arg in args:
            if any("\ud800" <= c <= "\udfff" for c in arg):
                raise click.UsageError(_("an argument has bytes that are no text"))
        asked_for = _language_of(args)
        if asked_for is not None and asked_for[:2].lower() not in LANGUAGES:
            raise BadInput("--lang", asked_for, _("it is no language here"), _("type zh or en"))
        answer = root.main(list(args), prog_name="lovefund", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as done:
        return done.exit_code
    except BaseException as error:  # the one place where errors end
        # click ends the program by itself for one cause only: a pipe that was closed.
        closed = isinstance(error, SystemExit)
        return told(BrokenPipeError() if closed else error, debug=debug)
    return answer if isinstance(answer, int) else int(Exit.DONE)


def _open_streams() -> None:
    """Streams that never fail on a character; one that was closed leads nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
        elif mode == "w" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def main() -> None:
    """Entry point of the program."""
    _open_streams()
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except OSError:
        forget("stdout")
        say(_("The output could not be written to the end."))
        code = code or int(Exit.UNSHOWN)
    sys.exit(code)
