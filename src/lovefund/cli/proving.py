"""The command ``verify``: checks a published statement as anyone else would, and its manifest."""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

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

    keys = list(dict.fromkeys((*pinned(), *key)))
    arguments = ["--lang", language()]
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
    with (
        folder_of(folder) as (place, is_pdf),
        contextlib.redirect_stdout(said) if as_json else contextlib.nullcontext(),
    ):
        answer: int = verify.main([str(place), *arguments])  # type: ignore[no-untyped-call]
        if is_pdf and answer == 0:
            output.echo(
                _(
                    "These are the files that the PDF carries. Its pages were not compared with "
                    "them: the figures above must be those on paper."
                )
            )
        elif answer == 0:
            answer = _beside(place, keys)
    if pin and answer == 0:
        _pin(pinned_keys(), dict.fromkeys(keys))
    if as_json:
        lines = said.getvalue().splitlines()
        output.emit_json({"holds": answer == 0, "answer": answer, "said": lines})
    ctx.exit(int(_ANSWERS[answer]))


@contextlib.contextmanager
def folder_of(given: str) -> Iterator[tuple[Path, bool]]:
    """The folder that was named, or one with the files that a PDF carries, gone afterwards."""
    path = _path(given)
    if path.is_dir():
        yield path, False
        return
    if not path.is_file():
        raise BadInput(
            "folder",
            given,
            _("there is no such folder and no such file"),
            _("give the folder of a published statement, with its entries.jsonl, or its PDF"),
        )
    files = _carried(path)
    with tempfile.TemporaryDirectory(prefix="lovefund-verify-") as name:
        for file, content in files.items():
            (Path(name) / file).write_bytes(content)
        yield Path(name), True


def _path(given: str) -> Path:
    """The path of a ``file:`` address, or what was typed."""
    if not re.match("[A-Za-z][A-Za-z0-9+.-]+:", given):
        return Path(given)
    address = urlsplit(given)
    if address.scheme.lower() != "file" or address.netloc not in ("", "localhost"):
        raise BadInput(
            "folder",
            given,
            _("this address is not of a file on this computer"),
            _("save the statement's folder or its PDF on this computer, then give its name"),
        )
    return Path(url2pathname(address.path))


def _carried(path: Path) -> dict[str, bytes]:
    from lovefund.publishing.carried import BYTES_MAX, NotOurs, carried

    try:
        with path.open("rb") as opened:
            content = opened.read(BYTES_MAX + 1)
        if len(content) > BYTES_MAX:
            raise NotOurs
        return carried(content)
    except NotOurs:
        raise BadInput(
            "folder",
            str(path),
            _("it is no PDF in which lovefund attached the files of a statement"),
            _(
                "of several volumes take the first; or open it in a PDF reader, save the attached "
                "files (paper clip) in one folder, and give that folder"
            ),
        ) from None


def _beside(folder: Path, keys: list[str]) -> int:
    """Say what is not as the signed manifest has it; 0, 1 or 2 as ``verify.py`` answers."""
    from lovefund.actions.manifest import doubts, has_manifest
    from lovefund.actions.published_rules import is_adopted

    found = list(doubts(folder, keys))
    for doubt in found:
        said = _("WRONG: {text}") if doubt.wrong else _("CANNOT CHECK: {text}")
        output.echo(said.format(text=doubt.text))
    if not found and has_manifest(folder):
        output.echo(_("Every other file in the folder is the one that was published."))
    adopted = is_adopted(folder)
    if adopted is False:
        output.echo(_("WRONG: {text}").format(text=_("rules.toml was never adopted by this fund")))
        return 1
    if adopted:
        output.echo(_("rules.toml is the rulebook that the fund adopted."))
    return 1 if any(doubt.wrong for doubt in found) else 2 * bool(found)


def _pin(path: Path, keys: dict[str, None]) -> None:
    from lovefund.system import write_private

    write_private(path, "".join(key + "\n" for key in keys).encode())


COMMANDS = {
    "verify": Command(
        "verify",
        params=[
            click.Argument(["folder"], metavar="FOLDER|PDF"),
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
