"""Keeps the sealed texts of entries: encrypted in the database, their keys outside it.

Two keys a fund seal, one for donors and one for pupils; a third signs checkpoints. Each text
and nonce is bound to its fund and entry, so a row moved elsewhere does not open.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lovefund.errors import MachineLacks, StorageError
from lovefund.language import _
from lovefund.system import config_folder, write_private

VAULTS = ("donors", "pupils")
_NONCE = 12
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def keys_folder() -> Path:
    """Where key files are kept; ``LOVEFUND_KEYS`` overrides it. Never beside the books."""
    override = os.environ.get("LOVEFUND_KEYS")
    return Path(override) if override else config_folder() / "keys"


@dataclass(frozen=True)
class Keys:
    """The keys of a fund, 32 bytes each: two that seal, and the seed of the one that signs.

    Books opened before checkpoints were signed have none to sign with (empty).
    """

    keys_id: str
    donors: bytes
    pupils: bytes
    sign: bytes = b""

    @staticmethod
    def fresh() -> Keys:
        """New random keys."""
        return Keys(os.urandom(8).hex(), os.urandom(32), os.urandom(32), os.urandom(32))

    def path(self) -> Path:
        """The file these keys are kept in."""
        return keys_folder() / f"{self.keys_id}.json"

    def save(self) -> Path:
        """Write the key file (0600); StorageError if another one has that name."""
        path = self.path()
        if path.exists():
            raise StorageError(str(path), _("a key file of this name exists"), _("move it away"))
        content = {
            "keys_id": self.keys_id,
            "donors": base64.b64encode(self.donors).decode(),
            "pupils": base64.b64encode(self.pupils).decode(),
            "sign": base64.b64encode(self.sign).decode(),
        }
        write_private(path, json.dumps(content).encode())
        return path

    @staticmethod
    def load(keys_id: str) -> Keys | None:
        """The keys of that id, or None where this machine has no such file."""
        path = keys_folder() / f"{keys_id}.json"
        refuse_open(path)
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            donors, pupils, sign = (
                base64.b64decode(content.get(name, ""), validate=True)
                for name in ("donors", "pupils", "sign")
            )
            if content["keys_id"] != keys_id or not (
                len(donors) == len(pupils) == 32 and len(sign) in (0, 32)
            ):
                raise ValueError("not the keys of that id, whole")
            return Keys(keys_id, donors, pupils, sign)
        except FileNotFoundError:
            return None
        except (
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
            RecursionError,
            OSError,
        ) as error:
            raise StorageError(
                str(path),
                _("this key file cannot be read"),
                _("restore it from the recovery sheet: lovefund keys restore"),
            ) from error


def refuse_open(path: Path) -> None:
    """StorageError where others on this machine may read a key file."""
    if sys.platform == "win32" or not path.is_file() or not path.stat().st_mode & 0o077:
        return
    raise StorageError(
        str(path),
        _("other users of this computer may read this key file"),
        _("take their right away: chmod 600 {path}").format(path=path),
    )


class Vault:
    """Encrypts and opens the sealed rows of one fund (AES-256-GCM)."""

    def __init__(self, fund: str, keys: Keys | None) -> None:
        self._fund = fund
        self._ciphers: dict[str, Any] = {}
        self._mark = hmac.digest(keys.donors if keys else b"", b"lovefund/mark/v1", "sha256")
        if keys is not None:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM

            self._ciphers = {"donors": AESGCM(keys.donors), "pupils": AESGCM(keys.pupils)}

    @property
    def readable(self) -> bool:
        """Whether this machine holds the keys."""
        return bool(self._ciphers)

    def fingerprint(self, text: str) -> str:
        """24 hex digits by which a text is known again, and guessed by nobody without the keys."""
        return hmac.digest(self._mark, text.encode(), "sha256").hex()[:24]

    def seal(self, no: int, vault: str, content: Mapping[str, Any]) -> str:
        """The encrypted row for entry ``no``; MachineLacks where the keys are not here."""
        return self._encrypt(vault, f"{no}/{vault}", content)

    def seal_beside(self, name: str, content: Any) -> str:
        """Something that is no entry's, encrypted under the donors' key and bound to its name."""
        return self._encrypt("donors", f"beside/{name}", content)

    def open_beside(self, name: str, row: str) -> Any:
        """What ``seal_beside`` sealed under that name; MachineLacks where the keys are not here.

        Raises StorageError when it belongs elsewhere or was changed.
        """
        try:
            return self._decrypt(self._cipher("donors"), f"beside/{name}", row)
        except ValueError as error:
            raise StorageError(
                self._fund,
                _("a row of the inbox does not open: it was changed or belongs elsewhere"),
                _("import its file again, or compare with a backup"),
            ) from error

    def _cipher(self, vault: str) -> Any:
        if not self._ciphers:
            raise MachineLacks(
                self._fund,
                _("the keys of this fund are not on this machine; nothing was booked"),
                _("bring them back from the recovery sheet: lovefund keys restore"),
            )
        return self._ciphers[vault]

    def _encrypt(self, vault: str, place: str, content: Any) -> str:
        nonce = os.urandom(_NONCE)
        text = _encode(content).encode()
        bound = f"{self._fund}/{place}".encode()
        return base64.b64encode(nonce + self._cipher(vault).encrypt(nonce, text, bound)).decode()

    def _decrypt(self, cipher: Any, place: str, row: str) -> Any:
        """What was encrypted in that place; ValueError where it does not open there."""
        from cryptography.exceptions import InvalidTag

        raw = base64.b64decode(row, validate=True)
        bound = f"{self._fund}/{place}".encode()
        try:
            return json.loads(cipher.decrypt(raw[:_NONCE], raw[_NONCE:], bound))
        except InvalidTag as error:
            raise ValueError(place) from error

    def open(self, no: int, vault: str, row: str) -> dict[str, Any] | None:
        """The texts of a sealed row, or None where the keys are not here.

        Raises StorageError when the row does not belong to that entry or was changed.
        """
        cipher = self._ciphers.get(vault)
        if cipher is None:
            return None
        try:
            content: dict[str, Any] = self._decrypt(cipher, f"{no}/{vault}", row)
        except ValueError as error:
            raise StorageError(
                f"{self._fund} {no}",
                _(
                    "the sealed texts of entry {no} do not open: "
                    "they were changed or belong elsewhere"
                ).format(no=no),
                _("run `lovefund check` and compare with a backup"),
            ) from error
        return content
