"""TOML that people write: read leniently, with everything that is wrong in it told at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from lovefund.errors import BadInput, Several
from lovefund.language import _

#: A book of this many bytes cannot be a regulation that people read.
BYTES_MAX = 400_000

_S = TypeVar("_S", bound=StrEnum)
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}").fullmatch


def read_toml(text: str, place: str) -> Mapping[str, Any]:
    """The tables of a text; BadInput where it is too long or no TOML."""
    if len(text.encode()) > BYTES_MAX:
        raise wrong(
            place,
            _("the file is larger than {most} bytes").format(most=f"{BYTES_MAX:,}"),
            _("give the file of the rulebook"),
        )
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise wrong(
            place,
            _("it is not TOML: {error}").format(error=error),
            _("begin with the copy that `lovefund rules new` writes, and change only its values"),
        ) from error


def wrong(where: str, reason: str, mend: str) -> BadInput:
    """What is wrong at a place of a book."""
    return BadInput(where or _("rulebook"), "", reason, mend)


def tables(value: object) -> Iterable[dict[str, Any]]:
    """The tables of an array of tables; none where it is something else."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


class Reading:
    """Reads a text and gathers what is wrong with it."""

    def __init__(self) -> None:
        self.mistakes: list[BadInput] = []

    def bad(self, where: str, reason: str, mend: str) -> None:
        """Remember what is wrong, and read on."""
        self.mistakes.append(wrong(where, reason, mend))

    def finish(self) -> None:
        """BadInput, or Several, where anything was wrong."""
        if self.mistakes:
            raise self.mistakes[0] if len(self.mistakes) == 1 else Several(self.mistakes)

    def text(self, row: Mapping[str, Any], key: str, where: str) -> str:
        """A sentence that has to be there."""
        value = row.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.bad(f"{where}.{key}", _("it is empty"), _("write it, in quotation marks"))
        return ""

    def name(self, row: Mapping[str, Any], where: str) -> str:
        """The short name of a book."""
        name = self.text(row, "id", where)
        if name and not _NAME(name):
            self.bad(
                f"{where}.id",
                _("it is not a short name"),
                _("letters, digits and -, as shiqiao-2026"),
            )
        return name

    def day(self, row: Mapping[str, Any], key: str, where: str) -> date:
        """A day, written without marks."""
        value = row.get(key)
        if type(value) is date:
            return value
        self.bad(f"{where}.{key}", _("it is not a day"), _("write a day without marks: 2026-09-01"))
        return date.max

    def choice(self, row: Mapping[str, Any], key: str, where: str, kind: type[_S], usual: _S) -> _S:
        """One of a closed set; ``usual`` where it is left away."""
        value = row.get(key, usual.value)
        if value in [each.value for each in kind]:
            return kind(value)
        self.bad(
            f"{where}.{key}",
            _("it is none of those known"),
            _("one of {known}").format(known=", ".join(each.value for each in kind)),
        )
        return usual

    def only(self, row: Mapping[str, Any], known: Iterable[str]) -> None:
        """Nothing else stands in a table."""
        for key in row.keys() - set(known):
            self.bad(key, _("nothing in a rulebook is called so"), _("remove it"))
