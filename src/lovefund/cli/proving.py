"""The command ``verify``: checks a published statement as anyone else would, with verify.py."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import click

from lovefund.cli import output
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command, Option
from lovefund.errors import BadInput, Exit
from lovefund.language import _, language
from lovefund.system import config_folder

_ANSWERS = {0: Exit.DONE, 1: Exit.UNSOUND, 2: Exit.INPUT}


def pinned_keys() -> Path:
    """The file of public keys that this user trusts, one a line; each is added by ``--pin``."""
    return config_folder() / "trusted-keys.txt"


def pinned() -> list[str]:
    """The public keys that this user trusts."""
    path = pinned_keys()
    return path.read_text(encoding="utf-8").split() if path.exists() else []


@click.pass_context
def _verify(
    ctx: click.Context,
    folder: str,
    key: tuple[str, ...],
    pin: bool,
    fund: str,
    fingerprint: str,
    receipt: str,
    name: str,
    phrase: str,
    as_json: bool,
) -> None:
    from lovefund import verify

    if not Path(folder).is_dir():
        raise BadInput(
            "folder",
            folder,
            _("there is no such folder"),
            _("give the folder of a published statement, with its entries.jsonl"),
        )
    keys = dict.fromkeys((*pinned(), *key))
    arguments = [folder, "--lang", language()]
    for value in keys:
        arguments += ["--key", value]
    for option, text in (
        ("--fund", fund),
        ("--fingerprint", fingerprint),
        ("--receipt", receipt),
        ("--name", name),
        ("--phrase", phrase),
    ):
        if text:
            arguments += [option, text]
    said = io.StringIO()
    with contextlib.redirect_stdout(said) if as_json else contextlib.nullcontext():
        answer: int = verify.main(arguments)  # type: ignore[no-untyped-call]
    if pin and answer == 0:
        _pin(pinned_keys(), keys)
    if as_json:
        lines = said.getvalue().splitlines()
        output.emit_json({"holds": answer == 0, "answer": answer, "said": lines})
    ctx.exit(int(_ANSWERS[answer]))


def _pin(path: Path, keys: dict[str, None]) -> None:
    from lovefund.system import write_private

    write_private(path, "".join(key + "\n" for key in keys).encode())


COMMANDS = {
    "verify": Command(
        "verify",
        params=[
            click.Argument(["folder"]),
            Option(
                ["--key"], multiple=True, help="A public key from the notice board or a receipt."
            ),
            Option(["--pin"], is_flag=True, help="Trust these keys from now on."),
            Option(["--fund"], default="", help="The fund that is asked about."),
            Option(
                ["--fingerprint"],
                default="",
                help="Thirty digits that you hold, or a checkpoint.txt kept earlier.",
            ),
            Option(["--receipt"], default="", help="The thirty characters of a receipt."),
            Option(["--name"], default="", help="The name that the receipt was made out to."),
            Option(["--phrase"], default="", help="The phrase that its holder chose."),
            JSON,
        ],
        callback=_verify,
        help=NAMES["verify"].help,
    )
}
