"""Finds templates, style sheets, fonts and texts; a school's own folder comes first."""

from __future__ import annotations

import contextlib
import os
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from lovefund.errors import LovefundError, StorageError, visible
from lovefund.language import _


@cache
def shipped_folder() -> Path:
    """The folder ``statements/`` of this release, in the wheel or in the source tree."""
    inside = Path(__file__).parents[1] / "_statements"
    return inside if inside.is_dir() else Path(__file__).parents[3] / "statements"


@contextlib.contextmanager
def own_look() -> Iterator[None]:
    """Whatever a school's own templates, texts or fonts bring about, said in a sentence."""
    try:
        yield
    except LovefundError:
        raise
    except Exception as error:
        own = os.environ.get("LOVEFUND_STATEMENTS")
        if not own:
            raise
        raise StorageError(
            own,
            _("the school's own look cannot be used: {text}").format(
                text=visible(str(error).split("\n")[0][:200]) or type(error).__name__
            ),
            _("mend the file, or print with the shipped look: unset LOVEFUND_STATEMENTS"),
        ) from error


def resource(name: str) -> Path:
    """A file of the look; one in the folder ``LOVEFUND_STATEMENTS`` replaces the shipped one."""
    own = os.environ.get("LOVEFUND_STATEMENTS")
    if own and (Path(own) / name).is_file():
        return Path(own) / name
    return shipped_folder() / name


def texts(language: str) -> dict[str, Any]:
    """The words of every face in a language; a school's file may replace some of them."""
    with own_look():
        return _texts(language)


def _texts(language: str) -> dict[str, Any]:
    shipped: dict[str, Any] = tomllib.loads(
        (shipped_folder() / "texts" / f"{language}.toml").read_text(encoding="utf-8")
    )
    own = resource(f"texts/{language}.toml")
    if own.parent.parent != shipped_folder():
        for section, words in tomllib.loads(own.read_text(encoding="utf-8")).items():
            _refuse_unlike(section, words, shipped.setdefault(section, {}))
            shipped[section] |= words
    return shipped


def _refuse_unlike(section: str, words: Any, shipped: Any) -> None:
    """ValueError for words that are of another kind than the shipped ones, or new and no text."""
    if not isinstance(words, dict):
        raise ValueError(f"{section} is no section of texts")
    for key, text in words.items():
        if type(text) is not type(shipped.get(key, "")):
            raise ValueError(f"[{section}] {key} is not of the kind that it is in our texts")
