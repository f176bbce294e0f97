"""The options ``--as-of`` and ``--known-at``, which look at the books as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lovefund.cli.context import Context
from lovefund.cli.texts import Option
from lovefund.language import _

if TYPE_CHECKING:
    from lovefund.core.clocks import Clocks

KNOWN_AT = Option(
    ["--known-at"], default="", help="As the books said at the end of which day of recording?"
)
CLOCKS: tuple[click.Parameter, ...] = (
    Option(["--as-of"], default="", help="As it was true at the end of which day?"),
    KNOWN_AT,
)
#: Of balances, which had ``--on`` before.
CLOCKS_ON: tuple[click.Parameter, ...] = (
    Option(
        ["--as-of", "--on", "as_of"], default="", help="As it was true at the end of which day?"
    ),
    KNOWN_AT,
)


def clocks_of(context: Context, as_of: str, known_at: str) -> Clocks:
    """The clocks that were typed; BadInput for what is no day."""
    from lovefund.core.clocks import Clocks
    from lovefund.core.days import parse_day

    today = context.today()
    return Clocks(
        parse_day(as_of, "--as-of", today) if as_of else None,
        parse_day(known_at, "--known-at", today) if known_at else None,
    )


def told(clocks: Clocks) -> tuple[str, ...]:
    """The note below what is shown of the past; nothing of the books as they are."""
    notes = []
    if clocks.as_of is not None:
        notes.append(_("As it was true at the end of {day}.").format(day=clocks.as_of))
    if clocks.known_at is not None:
        notes.append(_("As the books said at the end of {day}.").format(day=clocks.known_at))
    return tuple(notes)
