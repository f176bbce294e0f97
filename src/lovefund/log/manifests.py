"""The manifest of a published folder: the hash of every file in it, under the fund's key.

Lines, balances and figures prove themselves. The other files, pages and workbooks, are proved to
be those that the fund put out. The note's second line is no number, so that no manifest can be
taken for a checkpoint.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from hashlib import sha256

from lovefund.log.lines import canonical

LISTING, NOTE = "manifest.json", "manifest.txt"


def listing(fund: str, number: int, files: Mapping[str, bytes]) -> bytes:
    """The bytes of manifest.json of statement ``number``: canonical, the same for the same files.

    Names of files are letters, digits, dots, dashes and strokes.
    """
    hashes = [[name, sha256(content).hexdigest()] for name, content in sorted(files.items())]
    return canonical({"v": 1, "fund": fund, "number": number, "files": hashes})


def body(fund: str, number: int, manifest: bytes) -> str:
    """What is signed in manifest.txt: whose it is, of which statement, and the listing's hash."""
    digest = base64.b64encode(sha256(manifest).digest()).decode()
    return f"lovefund/{fund}\nmanifest/1 {number}\n{digest}\n"
