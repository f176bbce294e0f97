"""The command ``witness``: a witness's key and signatures, and how they come into the books."""

from __future__ import annotations

import contextlib
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import fields as f
from lovefund.cli import output
from lovefund.cli.asking import argument, ask, missing, of_one_fund, sure_of_the_day
from lovefund.cli.boundary import Unshown, say, showing
from lovefund.cli.context import Context, interactive
from lovefund.cli.fields import Field, Setting
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command, Option
from lovefund.errors import BadInput, Refused
from lovefund.language import N_, _

if TYPE_CHECKING:
    from lovefund.actions.cosign import Added
    from lovefund.actions.witness import Signed


@click.pass_context
def _witness(
    ctx: click.Context,
    what: str,
    path: str,
    name: str,
    key: tuple[str, ...],
    out: str,
    force: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    context: Context = ctx.obj
    match what:
        case "init":
            _init(_asked(context, name, _NAME), as_json)
        case "sign":
            _sign(Path(_asked(context, path, _SIGNED)), key, out, force, dry_run, as_json)
        case "add":
            _add(context, Path(_asked(context, path, _SENT)), key, out, dry_run, as_json)
        case _:
            _list(context, as_json)


def _asked(context: Context, typed: str, field: Field) -> str:
    """What was typed, or the answer to the question for it."""
    if not typed and not interactive():
        raise missing(field)
    return typed or str(ask(field, Setting(context.today(), {}, {}))[1])


def _init(name: str, as_json: bool) -> None:
    from lovefund.actions.witness import init, witness_folder

    made = init(name)
    if as_json:
        output.emit_json({"name": made.name, "public": str(made.key)})
        return
    output.echo(_("The public key of this witness, for the notice board and for the treasurer:"))
    output.echo(f"  {made.key}")
    output.echo(
        _("What you see is remembered in {folder}: keep a copy of that folder, and show it nobody.")
        .format(folder=witness_folder())
    )  # fmt: skip


def _sign(
    path: Path, keys: tuple[str, ...], out: str, force: bool, dry_run: bool, as_json: bool
) -> None:
    """Sign what a folder holds, or what a statement's PDF carries."""
    from lovefund.cli.proving import folder_of

    if not path.is_file():
        _sign_in(path, keys, out, force, dry_run, as_json)
        return
    with folder_of(str(path)) as (folder, _is_pdf):
        _sign_in(folder, keys, out, force, dry_run, as_json)
    if not as_json:
        output.echo(
            "  "
            + _(
                "These are the files that the PDF carries. Compare its pages with them by "
                "`lovefund verify`, which tells the figures."
            )
        )


def _sign_in(
    path: Path, keys: tuple[str, ...], out: str, force: bool, dry_run: bool, as_json: bool
) -> None:
    from lovefund.actions.witness import sign, statements_in
    from lovefund.cli.proving import pinned

    folders = statements_in(path)
    if out and len(folders) > 1:
        raise BadInput(
            "--out",
            out,
            _("there are {count} statements to sign").format(count=len(folders)),
            _("leave --out away; each signature gets a file of its own"),
        )
    done: list[Signed] = []
    for folder in folders:
        try:
            done.append(
                sign(
                    folder,
                    _now(),
                    (*pinned(), *keys),
                    Path(out) if out else None,
                    over=force,
                    dry_run=dry_run,
                )
            )
        except Refused as error:
            # Of a whole fund's folder only what is new is asked for.
            if len(folders) == 1 or error.refusals[0].code != "older-statement":
                raise
            say(error.what())
            continue
        if not as_json:
            _tell_signed(done[-1], dry_run)
    if as_json:
        output.emit_json([_signed_json(signed) for signed in done])
    elif dry_run:
        output.echo(_("This was a trial: nothing was signed or remembered."))


def _signed_json(signed: Signed) -> dict[str, Any]:
    return {
        "fund": signed.fund,
        "number": signed.number,
        "entries": signed.size,
        "fingerprint": signed.fingerprint,
        "file": str(signed.path),
        "again": signed.again,
        "first": signed.first,
    }


def _tell_signed(signed: Signed, dry_run: bool) -> None:
    if signed.again:
        told = _("Statement {number} of {fund} ({size} entries) was signed before.")
    elif dry_run:
        told = _("Statement {number} of {fund} ({size} entries) holds together.")
    else:
        told = _("Statement {number} of {fund} ({size} entries) holds together, and is signed.")
    output.echo(told.format(number=signed.number, fund=signed.fund, size=signed.size))
    output.echo("  " + _("fingerprint {digits}").format(digits=signed.fingerprint))
    if signed.first and not signed.again:
        output.echo(
            "  "
            + _("It is the first you saw of this fund: what was before, you cannot answer for.")
        )
    if not dry_run:
        output.echo("  " + _("Send this file to the treasurer: {path}").format(path=signed.path))


def _now() -> datetime:
    """The time of a signature; ``LOVEFUND_TODAY`` plays another day, for practice."""
    from lovefund.actions.workspace import pretended_day
    from lovefund.store.book import CHINA

    day = pretended_day()
    return datetime.combine(day, time(9), CHINA) if day else datetime.now(CHINA)


def _add(
    context: Context, path: Path, keys: tuple[str, ...], out: str, dry_run: bool, as_json: bool
) -> None:
    from lovefund.actions.cosign import add

    ws = context.workspace(dry_run=dry_run)
    done = sure_of_the_day(ws, lambda sure: add(sure, path, Path(out or "published"), keys))
    booked = done.entries and not dry_run
    with showing(Unshown.entry(done.entries[-1])) if booked else contextlib.nullcontext():
        _tell_added(done, dry_run, as_json)


def _tell_added(done: Added, dry_run: bool, as_json: bool) -> None:
    if as_json:
        output.emit_json(
            {
                "fund": done.fund,
                "number": done.number,
                "witnesses": list(done.witnesses),
                "known": list(done.known),
                "entries": list(done.entries),
                "booked": not dry_run,
                "files": [str(path) for path in done.files],
            }
        )
        return
    for name in done.known:
        output.echo(
            _("{name} has cosigned statement {number} already.").format(
                name=name, number=done.number
            )
        )
    for name, no in zip(done.witnesses, done.entries, strict=True):
        output.echo(
            _("{name} cosigned statement {number}: entry {no}.").format(
                name=name, number=done.number, no=no
            )
        )
    for path in done.files:
        output.echo("  " + _("written: {path}").format(path=path))
    if dry_run:
        output.echo("  " + _("This was a trial: nothing was booked or written."))
    elif not done.files:
        output.echo("  " + _("No published folder was found; --out names it."))


def _list(context: Context, as_json: bool) -> None:
    from lovefund.actions.witness import memories

    seen = [
        {
            "fund": memory.fund,
            "number": s.number,
            "entries": s.size,
            "on": s.at.date().isoformat(),
            "fingerprint": s.fingerprint,
        }
        for memory in memories()
        for s in memory.seen
    ]
    books = _of_books(context) if context.has_books() else []
    if as_json:
        output.emit_json({"signed": seen, "cosigned": books})
        return
    if seen:
        output.echo(_("Signed on this computer:"))
        output.table(
            (_("fund"), _("statement"), _("entries"), _("signed on"), _("fingerprint")),
            [[str(v) for v in row.values()] for row in seen],
        )
    if books:
        output.echo(_("Cosigned in these books:"))
        output.table(
            (_("statement"), _("witness"), _("signed on"), _("entry")),
            [[str(v) for v in row.values()] for row in books],
        )
    if not seen and not books:
        output.echo(_("No signature of a witness is here yet."))


def _of_books(context: Context) -> list[dict[str, Any]]:
    from lovefund.actions.witnesses import cosignatures

    with of_one_fund(context).reading() as books:
        numbers = {s["entry_no"]: s["number"] for s in books.statements()}
        return [
            {
                "number": numbers[c.of],
                "witness": c.key.name,
                "on": c.at.date().isoformat(),
                "entry": no,
            }
            for no, c in cosignatures(books).items()
        ]


_WHAT = Field("what", "", N_("What does the witness want to do?"), f.choice("deeds"), "deeds")
_DEEDS = {
    "init": N_("make a key for the witness of this computer"),
    "sign": N_("check a published statement and sign it"),
    "add": N_("take a witness's signature into the books"),
    "list": N_("show what was signed"),
}
_NAME = Field("name", "--name", N_("Which short name shall the witness have?"), f.as_typed)
_SIGNED = Field(
    "path", "", N_("The folder or PDF of which statement, or the folder of which fund?"), f.as_typed
)
_SENT = Field("path", "", N_("Which file did the witness send?"), f.as_typed)

COMMANDS = {
    "witness": Command(
        "witness",
        params=[
            argument(_WHAT, _DEEDS),
            click.Argument(["path"], required=False, default=""),
            Option(["--name"], default="", help="init: the witness's short name."),
            Option(
                ["--key"],
                multiple=True,
                help="sign: the fund's public key, the first time; add: the witness's.",
            ),
            Option(
                ["--out"],
                default="",
                help="sign: the file to write; add: the published folder [published].",
            ),
            Option(["--dry-run", "dry_run"], is_flag=True, help="Try it; sign and book nothing."),
            Option(["--force"], is_flag=True, help="Replace a file that is there already."),
            JSON,
        ],
        callback=_witness,
        help=NAMES["witness"].help,
    )
}
