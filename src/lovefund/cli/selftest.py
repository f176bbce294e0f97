"""The command ``selftest``: years of a school fund on scratch books, beside a model."""

from __future__ import annotations

import secrets
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lovefund.cli import output
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command, Option
from lovefund.errors import Exit
from lovefund.language import _
from lovefund.system import write_whole

if TYPE_CHECKING:
    from lovefund.selftest.run import Result


def _selftest(seed: int | None, years: int, script: str, as_json: bool) -> int:
    from lovefund.selftest.run import replay, simulate
    from lovefund.selftest.script import read_script

    if script:
        result = replay(read_script(Path(script)))
    else:
        seed = secrets.randbelow(10**6) if seed is None else seed
        if not as_json:
            output.echo(_("Seed {seed}; your own books are not touched.").format(seed=seed))
        result = simulate(seed, years, progress=_progress)
    kept = None
    if result.script is not None and not script:
        kept = Path(f"lovefund-selftest-{result.seed}.jsonl")
        write_whole(kept, result.script.text().encode())
    if as_json:
        output.emit_json(_as_dict(result, kept))
    else:
        _tell(result, kept)
    return int(Exit.UNSOUND if result.disagreement else Exit.DONE)


def _progress(done: int, today: date) -> None:
    if sys.stderr.isatty():
        text = _("{count} operations, {today}").format(count=done, today=today)
        click.echo(f"\r… {text}", nl=False, err=True)


def _as_dict(result: Result, kept: Path | None) -> dict[str, object]:
    bad = result.disagreement
    return {
        "seed": result.seed,
        "agree": bad is None,
        "operations": result.operations,
        "booked": result.booked,
        "refused": result.refused,
        "broken_off": result.broken_off,
        "checks": result.checks,
        "found": list(bad.found) if bad else [],
        "script": str(kept) if kept else None,
    }


def _tell(result: Result, kept: Path | None) -> None:
    if sys.stderr.isatty():
        click.echo("", err=True)
    output.echo(
        _(
            "{operations} operations in {seconds} s: {booked} booked, {refused} refused, "
            "{broken} broken off; everything checked from the lines {checks} times."
        ).format(
            operations=result.operations,
            seconds=round(result.seconds),
            booked=result.booked,
            refused=result.refused,
            broken=result.broken_off,
            checks=result.checks,
        )
    )
    bad = result.disagreement
    if bad is None:
        output.echo(_("Books and model agree."))
        return
    output.echo(_("Books and model disagree at operation {id}:").format(id=bad.op.get("id", "")))
    for found in bad.found:
        output.echo(f"  {found}")
    if kept is not None and result.script is not None:
        output.echo(
            _("The shortest script that shows it ({count} operations): {path}").format(
                count=len(result.script.ops), path=kept
            )
        )
        output.echo(
            _("Play it with `lovefund selftest --script {path}`, and report it.").format(path=kept)
        )


COMMANDS: dict[str, click.Command] = {
    "selftest": Command(
        "selftest",
        params=[
            Option(["--seed"], type=click.IntRange(0), help="Play this seed again [a random one]."),
            Option(["--years"], type=click.IntRange(1, 50), default=1, help="How many years [1]."),
            Option(["--script"], default="", help="Play the script of a failed self-test."),
            JSON,
        ],
        callback=_selftest,
        help=NAMES["selftest"].help,
    )
}
