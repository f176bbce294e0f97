"""The commands ``unseal`` and ``access``: sealed texts opened for an auditor, and their log."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import fields as f
from lovefund.cli import output
from lovefund.cli.asking import ask, called, missing, of_one_fund, sure_of_the_day
from lovefund.cli.boundary import Unshown, showing
from lovefund.cli.context import Context, interactive
from lovefund.cli.fields import Field, Setting
from lovefund.cli.listing import Listing, listing
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command, Option
from lovefund.core.text import MEMO_LENGTH_MAX, clean
from lovefund.language import N_, _

if TYPE_CHECKING:
    from lovefund.actions.unseal import Opened
    from lovefund.core.accounts import Chart


def _why(text: str, field: str, _setting: Setting) -> str:
    return clean(text, field, MEMO_LENGTH_MAX)


_NO = Field("no", "", N_("Which entry? Its number, voucher or receipt"), f.entry_number)
_REASON = Field("reason", "--reason", N_("Why are the texts opened? (sealed with the log)"), _why)


@click.pass_context
def _unseal(ctx: click.Context, no: str, reason: str, dry_run: bool, as_json: bool) -> None:
    from lovefund.actions.unseal import opened, unseal
    from lovefund.cli.forms import find_entry, tell

    context: Context = ctx.obj
    ws = replace(of_one_fund(context), dry_run=dry_run)
    setting = Setting(context.today(), {}, {}, lambda text: find_entry(ws, text))
    number, why = (_answer(one, text, setting) for one, text in ((_NO, no), (_REASON, reason)))
    posted = sure_of_the_day(ws, lambda sure: unseal(sure, number, why))
    if dry_run:
        tell(ws, [posted], as_json=as_json, dry_run=True)
        return
    with showing(Unshown.entry(posted.no)), ws.reading() as books:
        texts = opened(books, number)
        if as_json:
            output.emit_json(_document(posted.no, texts))
        else:
            _tell(posted.no, texts, books.chart)


def _answer(asked: Field, text: str, setting: Setting) -> Any:
    """What was typed, or what is answered now."""
    if text:
        return asked.read(text, called(asked), setting)
    if not interactive():
        raise missing(asked)
    return ask(asked, setting)[1]


def _tell(logged: int, texts: Opened, chart: Chart) -> None:
    from lovefund.cli.facts import in_words

    output.echo(
        _("The sealed texts of entry {no}; the opening is logged as entry {logged}.").format(
            no=texts.no, logged=logged
        )
    )
    if texts.shown:
        output.echo(_("shown as: {text}").format(text=texts.shown))
    for name in texts.holders:
        output.echo(_("receipt made out to: {name}").format(name=name or _("nobody")))
    for line in in_words(texts.file, chart):
        output.echo(line)


def _document(logged: int, texts: Opened) -> dict[str, Any]:
    return {
        "logged": logged,
        "no": texts.no,
        "shown": texts.shown,
        "holders": list(texts.holders),
        "file": texts.file,
        "nonces": texts.nonces,
        "texts": texts.texts,
    }


def _access(context: Context) -> Listing:
    from lovefund.actions.unseal import accesses

    with of_one_fund(context).reading() as books:
        rows = [(a.no, a.at, a.by, a.of, a.scope, a.reason) for a in accesses(books)]
        closed = not books.vault.readable
    notes = []
    if not rows:
        notes.append(_("No sealed text was opened yet."))
    elif closed:
        notes.append(_("The reasons are sealed; the keys of this fund are not on this machine."))
    scopes = {"entry": _("the texts of one entry"), "register": _("the pupils' register")}
    return Listing(
        (
            ("no", N_("entry")),
            ("at", N_("day")),
            ("by", N_("officer")),
            ("of", N_("of entry")),
            ("scope", N_("opened")),
            ("reason", N_("reason")),
        ),
        rows,
        notes,
        words={"scope": scopes},
    )


COMMANDS: dict[str, click.Command] = {
    "unseal": Command(
        "unseal",
        params=[
            click.Argument(["no"], required=False, default="", metavar="NO"),
            Option(["--reason"], default="", help=_REASON.question),
            Option(
                ["--dry-run", "dry_run"],
                is_flag=True,
                help="Show what would be booked; book nothing.",
            ),
            JSON,
        ],
        callback=_unseal,
        help=NAMES["unseal"].help,
    ),
    "access": listing("access", _access),
}
