"""Reads a bill: one pass over its rows, in the words of its format.

Every line is a row of money, a line that says something of the whole, or one that the format
knows to skip; what is none of these is refused with its number, and never passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from lovefund.core.text import tidied
from lovefund.errors import BadInput
from lovefund.imports import audit, special
from lovefund.imports.bills import Bill, BillRow
from lovefund.imports.cells import SPACES, fen_of, moment_of
from lovefund.imports.containers import open_file
from lovefund.imports.forms import Form, heading, shipped
from lovefund.imports.recognise import Found, recognise
from lovefund.imports.rows import EDGES, Rows, where
from lovefund.language import N_, _, language

#: What a file may have to say of itself.
_MUST = {
    "count": N_("number of rows"),
    "in_fen": N_("income"),
    "out_fen": N_("outlay"),
    "total": N_("totals"),
}
#: Lines that say something are short; in a long one a pattern could search for hours.
_LINE_MAX = 500
#: How many neutral rows of an unknown type a warning names.
_NAMED_MAX = 5


def read_bill(path: Path, forms: Sequence[Form] | None = None, name: str = "") -> Bill:
    """The bill in a file, audited; BadInput says what is wrong with it.

    ``forms`` are the formats to look for, those that ship if None; ``name`` asks for one of them.
    """
    file = open_file(path)
    found = recognise(file, shipped() if forms is None else forms, name)
    return _Reading(file.name, file.sha256, found, Rows(file.name, found)).bill()


@dataclass
class _Reading:
    """What is gathered while the lines go by."""

    file: str
    sha256: str
    found: Found
    taken: Rows
    #: What lines above and below the rows say, and where.
    facts: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def form(self) -> Form:
        return self.found.form

    def bill(self) -> Bill:
        """The whole bill."""
        self._lines()
        taken = self.taken
        rows, warnings = special.finish(self.form.special, taken.rows, taken.printed)
        rows = audit.oldest_first(rows)
        first, last = self._period(rows)
        bill = Bill(
            form=self.form.id,
            channel=self.form.channel,
            name=self.file,
            sha256=self.sha256,
            holder=self._one("holder", taken.holders),
            account=self._one("account", taken.accounts),
            first=first,
            last=last,
            rows=tuple(rows),
            opening_fen=self._fen("opening_fen"),
            closing_fen=self._fen("closing_fen"),
            personal=self.found.layout.personal,
        )
        wrong = self._unsaid() + audit.differences(bill, self._said(), taken.tally)
        if wrong and not self.form.lenient(language()):
            raise self._bad(
                wrong[0] if len(wrong) == 1 else _("; ").join(wrong[:3]),
                _("the file was cut, changed or is not whole: download it again"),
            )
        warnings += [f"{text} {self.form.lenient(language())}" for text in wrong]
        if taken.unknown:
            warnings.append(
                _(
                    "{count} rows (row {rows}) are neither income nor outlay, and of a type that "
                    "lovefund does not know: look at them."
                ).format(count=len(taken.unknown), rows=_some(taken.unknown))
            )
        if taken.refunded:
            warnings.append(
                _(
                    "Of {count} rows (row {rows}) something was given back, and this layout does "
                    "not say when: look for the rows of the refunds."
                ).format(count=len(taken.refunded), rows=_some(taken.refunded))
            )
        if bill.personal:
            warnings.append(
                _(
                    "This is the account of a private person: money of the fund in it is to be "
                    "brought to the fund's own account."
                )
            )
        return audit.with_balances(replace(bill, warnings=tuple(warnings)))

    def _lines(self) -> None:
        """Every line, as what it is."""
        form, places = self.form, self.found.places
        place = places["date"]
        take = self.taken.take
        lines = self.found.table.rows()
        ended = False
        for number, cells in lines:
            if number == self.found.header:
                continue
            if number > self.found.header and not ended and place < len(cells):
                begins = cells[place].lstrip(EDGES)[:1]
                if begins.isdigit():
                    take(number, cells)
                    continue
            texts = [c.strip(EDGES) for c in cells]
            line = " ".join(filter(None, texts))
            if not line or not line.strip("-=_*# "):
                continue
            self._says(number, line)
            if number < self.found.header:
                continue
            if line.startswith(form.ends) and form.ends:
                ended = True
            elif not (
                ended or self._sums(number, texts, lines) or self._skipped(number, texts, line)
            ):
                raise self._bad(
                    _("row {row}: “{text}” is no row and no line of this format").format(
                        row=number, text=line[:40]
                    ),
                    _("import it as it was downloaded"),
                )

    def _says(self, number: int, line: str) -> None:
        for pattern in self.form.says:
            match = pattern.search(line[:_LINE_MAX])
            if match:
                for name, text in match.groupdict().items():
                    if text is not None and name not in self.facts:
                        self.facts[name] = (number, text.strip(SPACES))

    def _sums(self, number: int, texts: list[str], lines: Iterator[tuple[int, list[str]]]) -> bool:
        """Whether it is the heading of a table of totals; the line under it is read with it."""
        titles = [heading(text) for text in texts]
        known = self.form.sums
        if not known or any(title not in known for title in titles if title):
            return False
        below, cells = next(lines, (number + 1, []))
        values = [c.strip(EDGES) for c in cells]
        for title, value in zip(titles, values, strict=False):
            if title and value:
                self.taken.tally.sums_said[title] = (
                    known[title],
                    self._number(below, title, value),
                )
        if len([v for v in values if v]) < len([t for t in titles if t]):
            raise self._bad(
                _("row {row}: the totals are cut off").format(row=below),
                _("the file was cut, changed or is not whole: download it again"),
            )
        return True

    def _number(self, number: int, title: str, value: str) -> int:
        if not self.form.sums[title]:
            return self._count(number, title, value)
        try:
            return fen_of(value, "")
        except BadInput as error:
            raise replace(error, field=where(self.file, number, title)) from error

    def _skipped(self, number: int, texts: list[str], line: str) -> bool:
        """Whether a line below the headings is one that the format knows."""
        if line.startswith(self.form.total) and self.form.total:
            self._total(number, texts)
            return True
        if self.form.skips and line.startswith(self.form.skips):
            return True
        if [heading(t) for t in texts if t] == [t for t in self.found.headings if t]:
            return True  # the headings again, at the top of a page
        return any(pattern.search(line[:_LINE_MAX]) for pattern in self.form.says)

    def _total(self, number: int, texts: list[str]) -> None:
        """A row of sums: the amounts stand under the columns that they are the sums of."""
        self.facts["total"] = (number, "")
        for side in ("in", "out"):
            place = self.found.places.get(side)
            text = texts[place] if place is not None and place < len(texts) else ""
            if text and text not in self.form.empty and f"{side}_fen" not in self.facts:
                self.facts[f"{side}_fen"] = (number, text)

    def _unsaid(self) -> list[str]:
        """What a whole file of this format always says, and this one does not."""
        missing = [fact for fact in self.form.must_say if fact not in self.facts]
        if self.form.sums and not self.taken.tally.sums_said:
            missing.append("total")
        return [
            _("the line with its {what} is not there").format(what=_(_MUST[fact]))
            for fact in missing[:1]
        ]

    def _said(self) -> audit.Said:
        """What the file says of itself, as numbers."""
        numbers: dict[str, int] = {}
        for name, (number, text) in self.facts.items():
            if name.endswith("_fen"):
                numbers[name] = self._fen(name) or 0
            elif name == "count" or name.endswith("_count"):
                numbers[name] = self._count(number, name, text)
        return numbers

    def _count(self, number: int, name: str, text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise self._bad(
                _("row {row}: “{text}” is no count").format(row=number, text=text[:40]),
                _("import it as it was downloaded"),
            )
        return int(text)

    def _fen(self, name: str) -> int | None:
        if name not in self.facts:
            return None
        number, text = self.facts[name]
        try:
            return fen_of(text, "")
        except BadInput as error:
            raise replace(error, field=where(self.file, number, "")) from error

    def _one(self, name: str, seen: Mapping[str, int]) -> str:
        """The one holder or account; rows of several are of no one bill."""
        if len(seen) > 1 and name == "account":
            one, other = list(seen)[:2]
            raise self._bad(
                _("row {row} is of the account {other}, those before of {one}").format(
                    row=seen[other], other=other[:40], one=one[:40]
                ),
                _("ask the bank for a file of one account"),
            )
        if name in self.facts:
            return tidied(self.facts[name][1])
        return tidied(next(iter(seen), ""))

    def _period(self, rows: Sequence[BillRow]) -> tuple[date, date]:
        days = []
        for name, row in (("first", 0), ("last", -1)):
            if name in self.facts:
                number, text = self.facts[name]
                try:
                    days.append(moment_of(text, self.form.order_of_date, "")[0])
                except BadInput as error:
                    raise replace(error, field=where(self.file, number, "")) from error
            elif rows:
                days.append(rows[row].on)
            else:
                raise self._bad(
                    _("it has no rows, and does not say of which days it is"),
                    _("ask for a bill of a period with payments"),
                )
        return days[0], days[1]

    def _bad(self, reason: str, mend: str) -> BadInput:
        return BadInput("file", self.file, reason, mend)


def _some(numbers: Sequence[int]) -> str:
    """The first of some row numbers."""
    more = " …" if len(numbers) > _NAMED_MAX else ""
    return ", ".join(str(n) for n in numbers[:_NAMED_MAX]) + more
