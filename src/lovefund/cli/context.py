"""What every command shares: where the books are, which fund, who records, and how to answer."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lovefund.actions.workspace import Workspace
    from lovefund.store.engine import Upgraded


@dataclass
class Context:
    """The root options, handed to every command."""

    place: str = "fund.db"
    fund: str = ""
    officer: str = "O1"
    date_is_right: bool = False
    debug: bool = False
    request: str = ""

    def workspace(self, *, dry_run: bool = False) -> Workspace:
        """The workspace of these options; opened late, since ``--help`` needs none."""
        from lovefund.actions.workspace import Workspace
        from lovefund.core.text import clean_officer
        from lovefund.store.engine import Database

        officer = clean_officer(self.officer, "--officer")
        return Workspace(
            Database(self.place, _tell_upgrade), self.fund, officer, self.date_is_right, dry_run
        )

    def has_books(self) -> bool:
        """Whether there may be books here; a server is not asked."""
        from lovefund.store.engine import is_server

        return is_server(self.place) or Path(self.place.removeprefix("sqlite:///")).exists()

    def today(self) -> date:
        """The day that a new entry would be recorded on."""
        from datetime import datetime

        from lovefund.actions.workspace import pretended_day
        from lovefund.store.book import CHINA

        return pretended_day() or datetime.now(CHINA).date()


def _tell_upgrade(done: Upgraded) -> None:
    from lovefund.cli.boundary import say
    from lovefund.cli.safe import upgrade_told

    say(upgrade_told(*done))


def interactive() -> bool:
    """Whether somebody sits at a terminal and can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty() and "LOVEFUND_NEVER_ASK" not in os.environ
