"""The commands that keep the books safe: backup, restore, drill and upgrade."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lovefund.cli import output
from lovefund.cli.context import Context, interactive
from lovefund.cli.texts import JSON, Command, Option
from lovefund.errors import Exit
from lovefund.language import N_, _

if TYPE_CHECKING:
    from lovefund.actions.copies import Examined
    from lovefund.actions.workspace import Workspace
    from lovefund.core.findings import Finding

#: So many funds are listed one by one; more are counted.
_FUNDS_LISTED = 12


@click.pass_context
def _backup(ctx: click.Context, folder: str, as_json: bool) -> int:
    from lovefund.actions.backup import backup
    from lovefund.actions.copies import heads_told

    context: Context = ctx.obj
    made = backup(context.workspace(), Path(folder) if folder else None)
    missing = made.found.papers_missing
    code = int(Exit.UNSOUND if missing else Exit.DONE)
    if as_json:
        output.emit_json(
            {
                "file": str(made.path),
                "sha256": made.sha256,
                "bytes": made.size_bytes,
                "fresh": made.fresh,
                "funds": list(heads_told(made.found.heads)),
                "papers": made.papers,
                "papers_copied": made.papers_copied,
                "papers_missing": [f.what for f in missing],
                "on_same_disk": made.on_same_disk,
            }
        )
        return code
    if made.fresh:
        output.echo(_("Backup made: {path}").format(path=made.path))
    else:
        output.echo(_("There is this very backup already: {path}").format(path=made.path))
    _heads(made.found)
    output.echo(
        "  "
        + _("{size} bytes; {papers} papers beside it, {copied} of them new").format(
            size=f"{made.size_bytes:,}", papers=made.papers, copied=made.papers_copied
        )
    )
    output.echo("  " + _("read again and checked: pages, every line, every balance"))
    output.echo(_("The keys are not in it: keep their paper elsewhere (`lovefund keys sheet`)."))
    if made.on_same_disk:
        output.echo(_("It lies on the same disk as the books: copy the folder to a stick as well."))
    _papers(missing)
    return code


def _heads(found: Examined) -> None:
    from lovefund.actions.copies import fingerprint

    if len(found.heads) > _FUNDS_LISTED:
        output.echo(
            "  "
            + _("{funds} funds, {size} entries").format(
                funds=len(found.heads), size=f"{found.size:,}"
            )
        )
        return
    for head in found.heads:
        output.echo(
            "  "
            + _("{fund}: {size} entries, fingerprint {fingerprint}").format(
                fund=head.fund, size=f"{head.size:,}", fingerprint=fingerprint(head)
            )
        )


def _papers(missing: tuple[Finding, ...]) -> None:
    for finding in missing:
        output.echo(f"{finding.where}: {finding.what}; {finding.mend}")


@click.pass_context
def _restore(
    ctx: click.Context,
    backup: str,
    to: str,
    over_newer: bool,
    over_other: bool,
    without_sum: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    from lovefund.actions.copies import KeysHere, heads_told
    from lovefund.actions.restore import restore

    context: Context = ctx.obj
    if to:
        context = replace(context, place=to)
    ws = context.workspace(dry_run=dry_run)
    done = restore(
        ws,
        Path(backup or _asked(ws)),
        over_newer=over_newer,
        over_other=over_other,
        without_sum=without_sum,
    )
    if as_json:
        output.emit_json(
            {
                "file": str(done.path),
                "kept": str(done.kept) if done.kept else None,
                "given_up": done.given_up,
                "booked": not dry_run,
                "funds": list(heads_told(done.found.heads)),
                "papers_copied": done.papers_copied,
                "papers_missing": [f.what for f in done.found.papers_missing],
                "keys": {fund: here.value for fund, here in done.found.keys.items()},
            }
        )
        return int(Exit.DONE)
    output.echo(_("Checked first: pages, every line, every balance."))
    if dry_run:
        output.echo(_("This backup would be restored to {path}:").format(path=done.path))
    else:
        output.echo(_("Restored to {path}:").format(path=done.path))
    _heads(done.found)
    if done.kept and not dry_run:
        output.echo(_("What was there is kept as {kept}.").format(kept=done.kept))
    if done.given_up is None:
        output.echo(_("That file is damaged: whether it had more entries cannot be told."))
    elif done.given_up:
        output.echo(_("{count} entries are only in that one.").format(count=f"{done.given_up:,}"))
    for fund, here in done.found.keys.items():
        if here is not KeysHere.YES:
            output.echo(
                _("{fund}: its keys are not on this machine; names stay closed.").format(fund=fund)
                + " "
                + _("Bring them back from their paper: `lovefund keys restore`")
            )
    _papers(done.found.papers_missing)
    if dry_run:
        output.echo(_("Nothing was replaced."))
    return int(Exit.DONE)


def _asked(ws: Workspace) -> str:
    """Which backup, asked of whoever sits there; empty where nobody does."""
    from lovefund.actions.backup import FOLDER
    from lovefund.actions.copies import backups

    if not interactive() or ws.database.path is None:
        return ""
    folder = ws.database.path.parent / FOLDER
    newest = [str(path) for path in backups(folder)][-1:] if folder.is_dir() else []
    question = _("Which backup? Its file; Enter takes what stands there")
    answer: str = click.prompt(question, default=newest[0] if newest else None, err=True)
    return answer


@click.pass_context
def _drill(ctx: click.Context, folder: str, against: str, published: str, as_json: bool) -> int:
    from lovefund.actions.backup import FOLDER
    from lovefund.actions.drill import document_of, drill, lines_of

    context: Context = ctx.obj
    ws = context.workspace()
    beside = ws.database.path.parent if ws.database.path else Path()
    held = drill(ws, Path(folder) if folder else beside / FOLDER, against, Path(published))
    if as_json:
        output.emit_json(document_of(held) | {"proofs": [str(path) for path in held.proofs]})
    else:
        for line in lines_of(held):
            output.echo(line)
        output.echo(_("Written down in {path}.").format(path=held.proofs[0]))
    return int(Exit.UNSOUND if held.findings else Exit.DONE)


@click.pass_context
def _upgrade(ctx: click.Context, as_json: bool) -> None:
    context: Context = ctx.obj
    done = context.workspace().database.upgrade()
    if as_json:
        output.emit_json(
            {
                "before": done.before if done else None,
                "now": done.now if done else None,
                "copy": str(done.copy) if done and done.copy else None,
            }
        )
    elif done is None:
        output.echo(_("These books are of this lovefund's version; there is nothing to do."))
    else:
        output.echo(upgrade_told(done.before, done.now, done.copy))


def upgrade_told(before: int, now: int, copy: Path | None) -> str:
    """That older books were upgraded, and where the copy from before is."""
    text = _("These books were upgraded from schema {before} to {now}.").format(
        before=before, now=now
    )
    if copy is None:
        return text
    return text + " " + _("The copy from before is {copy}.").format(copy=copy)


COMMANDS = {
    "backup": Command(
        "backup",
        params=[
            click.Argument(["folder"], required=False, default="", metavar="[FOLDER]"),
            JSON,
        ],
        callback=_backup,
        help=N_(
            "Copy the books and their papers, and check the copy.\n\n"
            "FOLDER is where to; without it, the folder backups beside the books. "
            "Exit code 6: the books or their papers are not sound."
        ),
    ),
    "restore": Command(
        "restore",
        params=[
            click.Argument(["backup"], required=False, default="", metavar="BACKUP"),
            Option(["--to"], default="", help="The file of books to make [that of --db]."),
            Option(
                ["--over-newer"],
                is_flag=True,
                help="Replace books that have more entries than the backup.",
            ),
            Option(["--over-other"], is_flag=True, help="Replace books that have another history."),
            Option(
                ["--without-sum"], is_flag=True, help="Go on though the .sha256 file is missing."
            ),
            Option(
                ["--dry-run", "dry_run"], is_flag=True, help="Check and compare; replace nothing."
            ),
            JSON,
        ],
        callback=_restore,
        help=N_(
            "Bring a backup back; what was there is kept.\n\n"
            "BACKUP is a file that ends in .lovefund-backup. Exit code 4: what is there has more "
            "entries, or another history; 6: the backup is not sound. Then nothing is replaced."
        ),
    ),
    "drill": Command(
        "drill",
        params=[
            click.Argument(["folder"], required=False, default="", metavar="[FOLDER]"),
            Option(
                ["--against"],
                default="",
                help="A checkpoint.txt, or the thirty digits of a published statement.",
            ),
            Option(
                ["--published"],
                default="published",
                help="The folder to look for the last checkpoint in [published].",
            ),
            JSON,
        ],
        callback=_drill,
        help=N_(
            "Try whether the newest backup would do, and write it down.\n\n"
            "FOLDER is where the backups are, or one backup; without it, the folder backups "
            "beside the books. Exit code 6: the backup would not do."
        ),
    ),
    "upgrade": Command(
        "upgrade",
        params=[JSON],
        callback=_upgrade,
        help=N_(
            "Bring the books of an older lovefund to this one.\n\n"
            "The first command that writes to a file does so by itself; a copy from before is "
            "left beside it. On a server make a dump first."
        ),
    ),
}
