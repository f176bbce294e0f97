"""Finds templates, style sheets, fonts and texts; a school's own folder comes first."""

from __future__ import annotations

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def shipped_folder() -> Path:
    """The folder ``statements/`` of this release, in the wheel or in the source tree."""
    inside = Path(__file__).parents[1] / "_statements"
    return inside if inside.is_dir() else Path(__file__).parents[3] / "statements"


def resource(name: str) -> Path:
    """A file of the look; one in the folder ``LOVEFUND_STATEMENTS`` replaces the shipped one."""
    own = os.environ.get("LOVEFUND_STATEMENTS")
    if own and (Path(own) / name).is_file():
        return Path(own) / name
    return shipped_folder() / name


def texts(language: str) -> dict[str, Any]:
    """The words of every face in a language; a school's file may replace some of them."""
    shipped: dict[str, Any] = tomllib.loads(
        (shipped_folder() / "texts" / f"{language}.toml").read_text(encoding="utf-8")
    )
    own = resource(f"texts/{language}.toml")
    if own.parent.parent != shipped_folder():
        for section, words in tomllib.loads(own.read_text(encoding="utf-8")).items():
            shipped.setdefault(section, {}).update(words)
    return shipped
