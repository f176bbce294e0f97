"""The recovery sheet: a fund's keys on paper, and back from paper."""

from __future__ import annotations

import base64
import hashlib

from lovefund.actions.bundle import fund_key
from lovefund.actions.workspace import Workspace
from lovefund.errors import BadInput, MachineLacks
from lovefund.language import _
from lovefund.store.reading import Books
from lovefund.store.vault import Keys

_GROUPS = 8


def require_keys(books: Books) -> None:
    """MachineLacks where a fund's sealed texts cannot be opened on this machine."""
    if not books.vault.readable:
        raise MachineLacks(
            books.fund,
            _("the keys of this fund are not on this machine; names and codes stay closed"),
            _("bring them back from the recovery sheet: lovefund keys restore"),
        )


def public(ws: Workspace) -> str:
    """The key that verifies the fund's checkpoints; MachineLacks where it is not here."""
    with ws.reading() as books:
        key = fund_key(books)
        fund = books.fund
    if not key:
        raise MachineLacks(
            fund,
            _("this machine holds no key that signs for this fund"),
            _("ask where the fund's keys are, or restore them from the recovery sheet"),
        )
    return key


def sheet(ws: Workspace) -> list[str]:
    """The lines to print and lock away: eight groups of four and a check group each."""
    with ws.reading() as books:
        keys = books.keys
        fund = books.fund
    if keys is None:
        raise MachineLacks(
            fund,
            _("the keys of this fund are not on this machine"),
            _("print the sheet where they are, or restore them first"),
        )
    raw = bytes.fromhex(keys.keys_id) + keys.donors + keys.pupils + keys.sign
    text = base64.b32encode(raw).decode().rstrip("=")
    chunks = [text[i : i + 4 * _GROUPS] for i in range(0, len(text), 4 * _GROUPS)]
    return [
        " ".join([*(c[i : i + 4] for i in range(0, len(c), 4)), _check(number, c)])
        for number, c in enumerate(chunks, 1)
    ]


def _check(number: int, chunk: str) -> str:
    """A group that finds a wrong letter or two lines exchanged."""
    digest = hashlib.sha256(f"lovefund/keys/{number}/{chunk}".encode()).digest()
    return base64.b32encode(digest).decode()[:3]


def restore(typed: list[str]) -> Keys:
    """The keys of a typed sheet, saved on this machine; BadInput names the wrong line."""
    text = ""
    rows = [row.upper().split() for row in typed if row.strip()]
    for number, words in enumerate(rows, 1):
        chunk = "".join(words[:-1])
        if not words or words[-1] != _check(number, chunk):
            raise BadInput(
                "sheet",
                " ".join(words)[:40],
                _("line {number} does not agree with its last group").format(number=number),
                _("compare it with the sheet; the letters are A to Z and 2 to 7"),
            )
        text += chunk
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except ValueError:
        raw = b""
    if len(raw) not in (72, 104):
        raise BadInput(
            "sheet",
            "",
            _("lines are missing: {count} were typed").format(count=len(rows)),
            _("type all lines of the sheet, in order"),
        )
    keys = Keys(raw[:8].hex(), raw[8:40], raw[40:72], raw[72:])
    keys.save()
    return keys
