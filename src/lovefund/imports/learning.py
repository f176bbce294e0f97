"""What a person says of an unknown bill, kept as the same short file that every format is.

The answers name a heading for each column that is needed; all other headings of the file are
listed as known and unused, so that a column that the bank adds later is seen and not passed over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from lovefund.errors import BadInput
from lovefund.imports.cells import SPACES
from lovefund.imports.containers import File, Line, Table
from lovefund.imports.forms import Form, heading, parse
from lovefund.imports.recognise import HEAD_ROWS_MAX
from lovefund.language import _

#: The columns that are asked for, in this order.
ASKED = (
    "date", "time", "in", "out", "amount", "direction", "balance", "party", "party_account",
    "note", "more", "order",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mapping:
    """A format as its user tells it: columns with their headings, as ``heading`` writes them.

    ``ways`` are the words of a column that says the direction: (came in, went out).
    """

    id: str
    title: str
    columns: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...] = ()
    ways: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    order_of_date: str = "YMD"
    skips: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    channel: str = "bank"
    personal: bool = False

    def form(self) -> Form:
        """The format, as ``read_bill`` takes it."""
        return parse(self.toml(), self.id)

    def toml(self) -> str:
        """The format as a file."""
        came, went = self.ways
        lines = [
            f"channel = {_quoted(self.channel)}",
            f"personal = {str(self.personal).lower()}",
            f"zh = {_quoted(self.title)}",
            f"en = {_quoted(self.title)}",
            'files = "CSV, XLS, XLSX"',
            'known = "told"',
            'source_zh = "本校自己教的。"',
            'source_en = "Taught by this school."',
            f"order_of_date = {_quoted(self.order_of_date)}",
            f"skips = {_list(self.skips)}",
            f"total = {_list(self.totals)}",
            'empty = ["-", "--", "/"]',
        ]
        if came or went:
            lines += ["", "[sides]", f"in = {_list(came)}", f"out = {_list(went)}"]
        lines += ["", "[[layout]]", f"ignored = {_list(self.ignored)}", "[layout.columns]"]
        lines += [f"{key} = {_quoted(title)}" for key, title in self.columns]
        return "\n".join(lines) + "\n"


def mapping_of(form: Form) -> Mapping:
    """What was told, back from its format."""
    (layout,) = form.layouts
    return Mapping(
        id=form.id,
        title=form.zh,
        columns=tuple((key, titles[0]) for key, titles in layout.columns.items()),
        ignored=tuple(sorted(layout.ignored)),
        ways=(form.sides.get("in", ()), form.sides.get("out", ())),
        order_of_date=form.order_of_date,
        skips=form.skips,
        totals=form.total,
        channel=form.channel,
        personal=layout.personal,
    )


def told(
    id: str,
    title: str,
    headings: Sequence[str],
    columns: Dictionary[str, str],
    *,
    ways: tuple[Sequence[str], Sequence[str]] = ((), ()),
    order_of_date: str = "YMD",
    skips: Sequence[str] = (),
    totals: Sequence[str] = (),
    channel: str = "bank",
    personal: bool = False,
) -> Mapping:
    """A mapping of these answers; BadInput where they do not make a bill."""
    named = {key: heading(columns[key]) for key in ASKED if columns.get(key)}
    known = [heading(title) for title in headings if heading(title)]
    for key, name in named.items():
        if name not in known:
            raise _wrong(key, columns[key], _("there is no such heading"))
        if known.count(name) > 1:
            raise _wrong(key, columns[key], _("this heading occurs twice"))
    if "date" not in named:
        raise _wrong("date", "", _("the heading of the day is missing"))
    if "amount" not in named and not {"in", "out"} <= named.keys():
        raise _wrong("amount", "", _("the heading of the amount is missing"))
    if "direction" in named and not (ways[0] and ways[1]):
        raise _wrong("direction", "", _("the words for in and out are missing"))
    twice = [key for key, name in named.items() if list(named.values()).count(name) > 1]
    if twice:
        raise _wrong(twice[1], columns[twice[1]], _("this heading is told for two columns"))
    return Mapping(
        id=id,
        title=title,
        columns=tuple(named.items()),
        ignored=tuple(sorted(set(known) - set(named.values()))),
        ways=(tuple(ways[0]), tuple(ways[1])) if "direction" in named else ((), ()),
        order_of_date=order_of_date,
        skips=tuple(skips),
        totals=tuple(totals),
        channel=channel,
        personal=personal,
    )


def headings_of(file: File, row: int = 0) -> tuple[int, list[str]]:
    """The row that seems to hold the headings, and them; ``row`` is one that was told."""
    best: tuple[int, list[str]] | None = None
    for table in file.tables:
        for number, cells in _head(table):
            titles = [c.strip(SPACES) for c in cells]
            while titles and not titles[-1]:
                titles.pop()
            if row and number == row and titles and (best is None or len(titles) > len(best[1])):
                best = number, titles
            if not row and _looks_like(titles) and (best is None or len(titles) > len(best[1])):
                best = number, titles
    if best is None:
        raise BadInput(
            "--set row",
            str(row or ""),
            _("no row of headings was found"),
            _("say in which row they stand: --set row=5"),
        )
    return best


def _head(table: Table) -> list[Line]:
    try:
        return list(islice(table.rows(), HEAD_ROWS_MAX))
    except BadInput:
        return []


def _looks_like(titles: Sequence[str]) -> bool:
    """Whether these may be headings: several, none of them with a number in it, all different."""
    filled = [title for title in titles if title]
    return (
        len(filled) >= 3
        and len(set(filled)) == len(filled)
        and not any(c.isdigit() for title in filled for c in title)
    )


def _quoted(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(words: Sequence[str]) -> str:
    return "[" + ", ".join(_quoted(word) for word in words) + "]"


def _wrong(key: str, value: str, reason: str) -> BadInput:
    return BadInput(
        f"--set {key}", value, reason, _("say it again, as --set {key}=…").format(key=key)
    )
