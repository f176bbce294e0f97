"""Draws an auditor's sample of a period, by a checkpoint that is later than all of its entries."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lovefund.actions.statements import number_of, statements
from lovefund.core.days import Period
from lovefund.core.sampling import Drawn, draw, population, seed
from lovefund.errors import BadInput
from lovefund.language import _
from lovefund.log import checkpoints, tree
from lovefund.store.reading import Books

_CHECKPOINT_BYTES_MAX = 64 * 1024


@dataclass(frozen=True, slots=True)
class Sample:
    """What was drawn, out of how many, and all that anyone needs to draw it again."""

    drawn: tuple[Drawn, ...]
    population: int
    root_hex: str
    body: str
    seed_hex: str


def sample(books: Books, period: Period, size: int, after: str) -> Sample:
    """A sample of the period's entries; ``after`` is a checkpoint file or a statement's number.

    BadInput where the checkpoint is not of these books, or not later than every entry of the
    period: who knows the checkpoint before the entries could steer what is drawn.
    """
    entries = tuple(books.entries(period.day_from, period.day_to))
    body = _body(books, after)
    fund, count, root = checkpoints.parse_body(body)
    frontier = books.frontiers([count]).get(count)
    if fund != books.fund or frontier is None or frontier.root() != root:
        raise BadInput(
            "--after",
            after,
            _("this checkpoint does not occur in the history of these books"),
            _("give the checkpoint.txt of a statement of this fund, or the statement's number"),
        )
    last = max((entry.no for entry in entries), default=-1)
    if last >= count:
        raise BadInput(
            "--after",
            after,
            _("it counts {count} entries, and entry {no} of the period is later").format(
                count=count, no=last
            ),
            _("take a later checkpoint: a seed known beforehand could be steered"),
        )
    lines = tree.root_of([entry.leaf for entry in entries])
    by = seed(books.fund, period.day_from, period.day_to, lines, body)
    able = population(entries)
    return Sample(tuple(draw(able, size, by)), len(able), lines.hex(), body, by.hex())


def _body(books: Books, after: str) -> str:
    """The three lines of a checkpoint, of a file or of what follows a statement of the books."""
    if after.isdecimal() and len(after) < 9:
        for entry in statements(books):
            if number_of(entry) == int(after):
                count = entry.no + 1
                root = books.frontiers([count])[count].root()
                return checkpoints.body(books.fund, count, root)
    try:
        with Path(after).open("rb") as file:
            text = file.read(_CHECKPOINT_BYTES_MAX).decode("utf-8")
        return checkpoints.body(*checkpoints.parse_body(text))
    except (OSError, ValueError) as error:
        raise BadInput(
            "--after",
            after,
            _("this is neither a checkpoint file nor the number of a statement"),
            _("give the checkpoint.txt of a statement of this fund, or the statement's number"),
        ) from error
