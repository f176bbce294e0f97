"""The working days that are known here: those of this release and a school's own."""

from __future__ import annotations

from pathlib import Path

from lovefund.core.workdays import Workdays, shipped_workdays, year_from
from lovefund.errors import BadInput
from lovefund.language import _
from lovefund.system import config_folder


def own_folder() -> Path:
    """Where a school puts the list of a year that this release does not know."""
    return config_folder() / "workdays"


def known_workdays() -> Workdays:
    """The years that are known; BadInput naming a file of the school's that is no such list."""
    folder = own_folder()
    years = []
    for path in sorted(folder.glob("*.toml")):
        try:
            years.append(year_from(path.read_text("utf-8")))
        except ValueError as error:
            raise BadInput(
                str(path),
                "",
                _("it is no list of working days: {text}").format(text=error),
                _("write it in the form that docs/grants.md shows"),
            ) from error
    return shipped_workdays().and_own(years, str(folder))
