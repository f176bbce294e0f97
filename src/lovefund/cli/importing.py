"""The command ``import``: reads a bill of a wallet or a bank, and tells what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lovefund.cli import fields as f
from lovefund.cli import output
from lovefund.cli.asking import ask, missing
from lovefund.cli.boundary import say
from lovefund.cli.context import Context, interactive
from lovefund.cli.fields import Field, Setting
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command, Option
from lovefund.errors import BadInput
from lovefund.imports.bills import Bill, Happening
from lovefund.imports.forms import BOOKS_FOLDER, Form, Known, learned, shipped
from lovefund.imports.read import read_bill
from lovefund.language import N_, _, language
from lovefund.money import yuan

if TYPE_CHECKING:
    from lovefund.cli.inbox import Kept


@click.pass_context
def _import(
    ctx: click.Context,
    file: str,
    form: str,
    learn: bool,
    answers: tuple[str, ...],
    place: str,
    gap_because: str,
    formats: bool,
    force: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    context: Context = ctx.obj
    folder = forms_folder(context)
    forms = (*shipped(), *learned(folder))
    if formats:
        _list(forms, as_json)
        return
    if not file:
        if not interactive():
            raise missing(_FILE)
        file = ask(_FILE, Setting(context.today(), {}, {}))[1]
    if learn:
        from lovefund.cli.teaching import learn as taught

        mapping, bill = taught(context, Path(file), folder, answers, over=force)
        _tell(bill, mapping.form(), as_json)
        say(_("Learned: from now on such files are recognised ({name}).").format(name=mapping.id))
        return
    if answers:
        raise BadInput(
            "--set", answers[0], _("it answers the questions of --learn"), _("add --learn")
        )
    bill = read_bill(Path(file), forms, form)
    named = next(each for each in forms if each.id == bill.form)
    kept = None if dry_run else _keep(context, bill, Path(file), place, gap_because)
    _tell(bill, named, as_json, kept)
    if kept is None:
        say(_("It was only looked at: nothing was kept or booked."))


def _keep(context: Context, bill: Bill, path: Path, place: str, gap_because: str) -> Kept | None:
    """Put a bill into the inbox; where there are no books it can only be looked at."""
    if not context.has_books():
        return None
    from lovefund.cli.inbox import keep_bill

    return keep_bill(context, bill, path, place, gap_because)


def forms_folder(context: Context) -> Path:
    """Where the formats that a school has taught stand: beside its books."""
    from lovefund.store.engine import is_server
    from lovefund.system import config_folder

    if is_server(context.place):
        return config_folder() / BOOKS_FOLDER
    return Path(context.place.removeprefix("sqlite:///")).parent / BOOKS_FOLDER


def _sums(bill: Bill) -> dict[str, dict[str, int]]:
    """How many rows came in, went out, were fees and refunds, and moved nothing; and how much."""
    kinds = {
        "in": [r.fen for r in bill.rows if r.fen > 0],
        "out": [-r.fen for r in bill.rows if r.fen < 0],
        "fees": [r.fee_fen for r in bill.rows if r.fee_fen]
        + [-r.fen for r in bill.rows if r.happening is Happening.FEE],
        "refunds": [r.fen for r in bill.rows if r.happening is Happening.REFUND],
        "nothing": [0 for r in bill.rows if r.happening is Happening.NONE],
    }
    return {kind: {"rows": len(fen), "fen": sum(fen)} for kind, fen in kinds.items()}


_SUMS = {
    "in": N_("came in"),
    "out": N_("went out"),
    "fees": N_("fees"),
    "refunds": N_("refunds"),
    "nothing": N_("moved no money"),
}


def _tell(bill: Bill, form: Form, as_json: bool, kept: Kept | None = None) -> None:
    from lovefund.cli.inbox import kept_json, tell_kept

    sums = _sums(bill)
    if as_json:
        output.emit_json(
            {
                "file": bill.name,
                "sha256": bill.sha256,
                "form": bill.form,
                "known": form.known.value,
                "channel": bill.channel,
                "personal": bill.personal,
                "holder": bill.holder,
                "account": bill.account,
                "first": bill.first.isoformat(),
                "last": bill.last.isoformat(),
                "opening_fen": bill.opening_fen,
                "closing_fen": bill.closing_fen,
                "rows": len(bill.rows),
                **sums,
                "warnings": list(bill.warnings),
                "inbox": None if kept is None else kept_json(kept),
            }
        )
        return
    whose = " ".join(filter(None, (bill.holder, bill.account)))
    output.echo(
        _("{file}: {form}, {first} to {last}, {count} rows").format(
            file=bill.name,
            form=form.name(language()),
            first=bill.first,
            last=bill.last,
            count=len(bill.rows),
        )
    )
    if whose:
        output.echo(_("Account: {account}").format(account=whose))
    output.table(
        ("", _("rows"), _("yuan")),
        [
            (_(name), str(sums[kind]["rows"]), sums[kind]["fen"])
            for kind, name in _SUMS.items()
            if sums[kind]["rows"]
        ],
    )
    if bill.opening_fen is not None and bill.closing_fen is not None:
        output.echo(
            _("Balance before {opening}, after {closing} yuan").format(
                opening=yuan(bill.opening_fen), closing=yuan(bill.closing_fen)
            )
        )
    output.echo(
        _("Known from: {how}. {source}").format(
            how=_(_KNOWN[form.known]), source=form.source(language())
        )
    )
    for warning in bill.warnings:
        output.echo(_("Warning: {text}").format(text=warning))
    if kept is not None:
        tell_kept(kept)


_KNOWN = {
    Known.SEEN: N_("a file that was seen"),
    Known.SAMPLE: N_("a sample of another program"),
    Known.MEMORY: N_("memory"),
    Known.TOLD: N_("what this school said"),
}


def _list(forms: tuple[Form, ...], as_json: bool) -> None:
    if as_json:
        output.emit_json(
            [
                {
                    "form": form.id,
                    "name": form.name(language()),
                    "channel": form.channel,
                    "files": form.files,
                    "known": form.known.value,
                    "source": form.source(language()),
                    "layouts": [{"name": x.name, "known": x.known.value} for x in form.layouts],
                }
                for form in forms
            ]
        )
        return
    for form in forms:
        output.echo(f"{form.id}  {form.name(language())}")
        output.echo(f"    {form.files}")
        output.echo(
            "    "
            + _("Known from: {how}. {source}").format(
                how=_(_KNOWN[form.known]), source=form.source(language())
            )
        )


_FILE = Field("file", "", N_("Which file of a wallet or a bank?"), f.as_typed)

COMMANDS = {
    "import": Command(
        "import",
        params=[
            click.Argument(["file"], required=False, default="", metavar="FILE"),
            Option(["--as", "form"], default="", help="The format to read it as."),
            Option(["--learn"], is_flag=True, help="Teach a format: asks what headings mean."),
            Option(
                ["--set", "answers"],
                multiple=True,
                help="An answer to a question of --learn, as date=… (may be repeated).",
            ),
            Option(["--place"], default="", help="Where the money lies: bank, wechat or alipay."),
            Option(["--gap-because"], default="", help="Why days are missing before this bill."),
            Option(["--formats"], is_flag=True, help="List the formats and their sources."),
            Option(["--force"], is_flag=True, help="Replace a file that is there already."),
            Option(["--dry-run", "dry_run"], is_flag=True, help="Show what is in it, only."),
            JSON,
        ],
        callback=_import,
        help=NAMES["import"].help,
    ),
}  # fmt: skip
