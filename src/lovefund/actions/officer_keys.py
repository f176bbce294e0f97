"""An officer's own key: made, kept in a file under a passphrase, and opened to sign."""

from __future__ import annotations

import base64
import json
import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from lovefund.actions.workspace import Workspace, refuse
from lovefund.core.officers import key_bytes, key_text
from lovefund.core.text import clean_officer
from lovefund.errors import BadInput, Refused, StorageError
from lovefund.language import _
from lovefund.log.signatures import Signer
from lovefund.store.book import CHINA
from lovefund.store.offices import keyless
from lovefund.store.vault import refuse_open
from lovefund.system import config_folder, write_private

#: What a guess costs (RFC 7914): half a second and 128 MiB, a thousand times a PKCS #8 file's.
SCRYPT_N = 1 << 17
_SCRYPT_N_MAX, _R, _P = 1 << 20, 8, 1
PASSPHRASE_MIN = 8
_BYTES_MAX = 16 * 1024


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A new key: its file, and the public half to be appointed with."""

    path: Path
    public: str


def officer_keys_folder() -> Path:
    """Where officers' key files lie on this computer."""
    return config_folder() / "officers"


def make_key(officer: str, passphrase: str, path: Path | None = None) -> MadeKey:
    """A new key for an officer, in a file (0600) that only the passphrase opens."""
    officer = clean_officer(officer, "officer")
    if len(passphrase) < PASSPHRASE_MIN:
        raise BadInput(
            "passphrase",
            "",
            _("it is shorter than {least} characters").format(least=PASSPHRASE_MIN),
            _("take a sentence that only this officer knows"),
        )
    signer = Signer(os.urandom(32))
    public = key_text(signer.public)
    path = path or officer_keys_folder() / f"{officer}-{signer.public.hex()[:8]}.json"
    if path.exists():
        raise StorageError(str(path), _("a file of this name exists"), _("move it away"))
    salt, nonce = os.urandom(16), os.urandom(12)
    box = _cipher(passphrase, salt, SCRYPT_N).encrypt(nonce, signer.seed, signer.public)
    content = {
        "lovefund": "officer-key-v1",
        "officer": officer,
        "public": public,
        "scrypt_n": SCRYPT_N,
        "salt": base64.b64encode(salt).decode(),
        "box": base64.b64encode(nonce + box).decode(),
    }
    write_private(path, json.dumps(content).encode())
    return MadeKey(path, public)


def signer_of(ws: Workspace, passphrase: Callable[[Path], str]) -> Signer:
    """The key of the officer who records, opened; its file is found before the passphrase is asked.

    ``LOVEFUND_OFFICER_KEY`` names a file elsewhere, as on a stick of the officer's own.
    """
    with ws.reading() as books:
        today = ws.now(books.practice).astimezone(CHINA).date()
        day = max(today, date.fromisoformat(books.head().last_at))
        term = books.officers.acting(ws.officer, day)
    if term is None or not term.key:
        raise Refused((keyless(ws.officer),))
    path = _file_of(term.key)
    if path is None:
        raise refuse(
            "no-officer-key",
            _("the key file of {officer} is not on this computer").format(officer=ws.officer),
            _("bring it, and name it with LOVEFUND_OFFICER_KEY; if it is lost, the chair books "
              "a new key with `lovefund officer rekey`"),
            _("Each officer's key lies in a file of the officer's own (docs/officers.md)."),
        )  # fmt: skip
    return open_key(path, passphrase(path))


def key_of(officer: str) -> Path:
    """The one key file of an officer on this computer, or the one that is named; Refused else."""
    elsewhere = os.environ.get("LOVEFUND_OFFICER_KEY")
    places = [Path(elsewhere)] if elsewhere else sorted(officer_keys_folder().glob("*.json"))
    found = [path for path in places if _content(path).get("officer") == officer]
    if len(found) != 1:
        raise refuse(
            "no-officer-key",
            _("{count} key files of {officer} are on this computer").format(
                count=len(found), officer=officer
            ),
            _("name the right one with LOVEFUND_OFFICER_KEY"),
            _("Each officer's key lies in a file of the officer's own (docs/officers.md)."),
        )
    return found[0]


def _file_of(key: str) -> Path | None:
    """The file that holds a key by its public half, or None."""
    elsewhere = os.environ.get("LOVEFUND_OFFICER_KEY")
    places = [Path(elsewhere)] if elsewhere else sorted(officer_keys_folder().glob("*.json"))
    return next((path for path in places if _content(path).get("public") == key), None)


def open_key(path: Path, passphrase: str) -> Signer:
    """The key in a file; BadInput for a wrong passphrase, StorageError where it is no key file."""
    refuse_open(path)
    content = _content(path)
    try:
        n = int(content["scrypt_n"])
        salt, box = (base64.b64decode(content[name], validate=True) for name in ("salt", "box"))
        public = key_bytes(content["public"])
        if content["lovefund"] != "officer-key-v1" or not 2 <= n <= _SCRYPT_N_MAX:
            raise ValueError("not a key file of ours")
        cipher = _cipher(passphrase, salt, n)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise StorageError(
            str(path),
            _("this key file cannot be read"),
            _("bring it back from a copy; if there is none, the chair books a new key"),
        ) from error
    try:
        signer = Signer(cipher.decrypt(box[:12], box[12:], public))
    except (InvalidTag, ValueError) as error:
        raise BadInput(
            "passphrase",
            "",
            _("it does not open the key file {path}").format(path=path),
            _("type it again; nobody else knows it, and it cannot be recovered"),
        ) from error
    if signer.public != public:
        raise StorageError(
            str(path),
            _("this key file cannot be read"),
            _("bring it back from a copy; if there is none, the chair books a new key"),
        )
    return signer


def _cipher(passphrase: str, salt: bytes, n: int) -> AESGCM:
    typed = unicodedata.normalize("NFC", passphrase).encode()
    return AESGCM(Scrypt(salt=salt, length=32, n=n, r=_R, p=_P).derive(typed))


def _content(path: Path) -> dict[str, Any]:
    """What a key file says; nothing where it is none."""
    try:
        with path.open("rb") as file:
            content = json.loads(file.read(_BYTES_MAX))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
