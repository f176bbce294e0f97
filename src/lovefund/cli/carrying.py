"""Decisions carried as files: told when they are prepared, shown before they are signed, booked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lovefund.cli import output
from lovefund.cli.asking import missing, passphrase, sure_of_the_day
from lovefund.cli.context import Context, interactive
from lovefund.cli.fields import Field, as_typed
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command, Option
from lovefund.language import N_, _, language
from lovefund.money import yuan

if TYPE_CHECKING:
    from lovefund.actions.requests import Request
    from lovefund.actions.workspace import Workspace


def prepared(ws: Workspace, file: str, run: Callable[[Workspace], object]) -> None:
    """Write a request and tell what happens to it next."""
    from lovefund.actions.requests import prepare

    request = sure_of_the_day(ws, lambda sure: prepare(sure, Path(file), run))
    for text in _in_words(request):
        output.echo(text)
    output.echo(
        _(
            "Nothing is booked. {officer} signs it with `lovefund officer sign {file}`, then "
            "`lovefund book {file}` books it here, today and before any other entry. The file "
            "holds names and papers as they are: hand it over in person."
        ).format(officer=request.read.by, file=file)
    )


def sign(file: str, *, yes: bool) -> None:
    """Show what is signed, in words, and sign it with the officer's own key."""
    from lovefund.actions import requests
    from lovefund.actions.officer_keys import key_of, open_key

    path = Path(file)
    request = requests.read_request(path)
    for text in _in_words(request):
        output.echo(text)
    key = key_of(request.read.by)
    if not yes:
        if not interactive():
            raise missing(_YES)
        click.confirm(_("Sign this?"), abort=True, err=True)
    requests.sign(path, request, open_key(key, passphrase(key)))
    output.echo(_("Signed. `lovefund book {file}` books it beside the books.").format(file=file))


def _in_words(request: Request) -> Iterator[str]:
    """What a signature would be over: the line in words, and what it seals."""
    from lovefund.actions.requests import chart_of, sealed_texts
    from lovefund.cli.facts import in_words
    from lovefund.core.kinds import kind_name

    line, chart = request.read, chart_of(request)
    sealed = sealed_texts(request)
    yield _("{fund}, entry {no}, recorded {at}, of {on}, by {officer}: {kind}").format(
        fund=line.fund,
        no=line.no,
        at=line.at,
        on=line.on,
        officer=line.by,
        kind=kind_name(line.kind),
    )
    for debit, credit, restriction, fen in line.postings:
        names = [
            f"{code} {chart[code].short(language())}" if code in chart else code
            for code in (debit, credit)
        ]
        yield f"  {names[0]} ← {names[1]}  {restriction}  {yuan(fen)}"
    yield from in_words(line.facts, chart)
    if "shown" in sealed:
        yield "  " + _("{label}: {value}").format(label=_("shown"), value=sealed["shown"])
    yield from in_words(sealed.get("file", {}), chart)
    if "holder" in sealed:
        people = _(", ").join(sealed["holder"])
        yield "  " + _("{label}: {value}").format(label=_("receipts for"), value=people)


@click.pass_context
def _book(ctx: click.Context, file: str, dry_run: bool, as_json: bool) -> None:
    from lovefund.actions import requests
    from lovefund.cli.forms import tell

    context: Context = ctx.obj
    request = requests.read_request(Path(file))
    ws = context.workspace(dry_run=dry_run)
    posted = sure_of_the_day(ws, lambda sure: requests.book(sure, request))
    tell(ws, [posted], as_json=as_json, dry_run=dry_run)


_YES = Field("yes", "--yes", N_("Was it read? --yes signs it without asking again"), as_typed)

COMMANDS = {
    "book": Command(
        "book",
        params=[
            click.Argument(["file"], metavar="FILE"),
            Option(
                ["--dry-run", "dry_run"],
                is_flag=True,
                help="Show what would be booked; book nothing.",
            ),
            JSON,
        ],
        callback=_book,
        help=NAMES["book"].help,
    )
}
