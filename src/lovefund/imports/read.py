"""Reads a bill: one pass over its rows, in the words of its format.

Every line is a row of money, a line that says something of the whole, or one that the format
knows to skip; what is none of these is refused with its number, and never passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from lovefund.core.text import tidied
from lovefund.errors import BadInput
from lovefund.imports import audit, special
from lovefund.imports.bills import Bill, BillRow, Happening
from lovefund.imports.cells import SPACES, fen_of, moment_of, number_of, time_of
from lovefund.imports.containers import open_file
from lovefund.imports.forms import Form, heading, shipped
from lovefund.imports.recognise import Found, recognise
from lovefund.language import _, language

#: What stands in a column of currencies for the yuan; the numbers are codes of banks.
_YUAN = {"CNY", "RMB", "人民币", "人民币元", "人民币(CNY)", "人民币（CNY）", "156", "01", "001"}
#: How many neutral rows of an unknown type a warning names.
_NAMED_MAX = 5


def read_bill(path: Path, forms: Sequence[Form] | None = None, name: str = "") -> Bill:
    """The bill in a file, audited; BadInput says what is wrong with it.

    ``forms`` are the formats to look for, those that ship if None; ``name`` asks for one of them.
    """
    file = open_file(path)
    found = recognise(file, shipped() if forms is None else forms, name)
    return _Reading(file.name, file.sha256, found).bill()


@dataclass
class _Reading:
    """What is gathered while the lines go by."""

    file: str
    sha256: str
    found: Found
    facts: dict[str, tuple[int, str]] = field(default_factory=dict)
    rows: list[BillRow] = field(default_factory=list)
    #: What each row says of itself: its side, and the amount as printed.
    printed: list[tuple[str, int]] = field(default_factory=list)
    tally: audit.Tally = field(default_factory=audit.Tally)
    accounts: dict[str, int] = field(default_factory=dict)
    holders: dict[str, int] = field(default_factory=dict)
    unknown: list[int] = field(default_factory=list)
    refunded: list[int] = field(default_factory=list)
    tidy: dict[str, str] = field(default_factory=dict)

    @property
    def form(self) -> Form:
        return self.found.form

    def bill(self) -> Bill:
        """The whole bill."""
        self._lines()
        rows, warnings = special.finish(self.form.special, self.rows, self.printed)
        rows = audit.oldest_first(rows)
        first, last = self._period(rows)
        bill = Bill(
            form=self.form.id,
            channel=self.form.channel,
            name=self.file,
            sha256=self.sha256,
            holder=self._one("holder", self.holders),
            account=self._one("account", self.accounts),
            first=first,
            last=last,
            rows=tuple(rows),
            opening_fen=self._fen("opening_fen"),
            closing_fen=self._fen("closing_fen"),
            personal=self.form.personal,
        )
        wrong = audit.differences(bill, self._said(), self.tally)
        if wrong and not self.form.lenient(language()):
            raise self._bad(
                wrong[0] if len(wrong) == 1 else _("; ").join(wrong[:3]),
                _("the file was cut, changed or is not whole: download it again"),
            )
        warnings += [f"{text} {self.form.lenient(language())}" for text in wrong]
        if self.unknown:
            warnings.append(
                _(
                    "{count} rows (row {rows}) are neither income nor outlay, and of a type that "
                    "lovefund does not know: look at them."
                ).format(count=len(self.unknown), rows=_some(self.unknown))
            )
        if self.refunded:
            warnings.append(
                _(
                    "Of {count} rows (row {rows}) something was given back, and this layout does "
                    "not say when: look for the rows of the refunds."
                ).format(count=len(self.refunded), rows=_some(self.refunded))
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
        row = self._row_reader()
        lines = self.found.table.rows()
        ended = False
        for number, cells in lines:
            if number == self.found.header:
                continue
            if number > self.found.header and not ended and place < len(cells):
                begins = cells[place].strip(SPACES + "`")[:1]
                if begins.isdigit():
                    row(number, cells)
                    continue
            texts = [c.strip(SPACES + "`") for c in cells]
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
            match = pattern.search(line)
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
        values = [c.strip(SPACES + "`") for c in cells]
        for title, value in zip(titles, values, strict=False):
            if title and value:
                self.tally.sums_said[title] = (known[title], self._number(below, title, value))
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
            raise replace(error, field=self._where(number, title)) from error

    def _skipped(self, number: int, texts: list[str], line: str) -> bool:
        """Whether a line below the headings is one that the format knows."""
        if line.startswith(self.form.total) and self.form.total:
            self._total(number, texts)
            return True
        if self.form.skips and line.startswith(self.form.skips):
            return True
        if [heading(t) for t in texts if t] == [t for t in self.found.headings if t]:
            return True  # the headings again, at the top of a page
        return any(pattern.search(line) for pattern in self.form.says)

    def _total(self, number: int, texts: list[str]) -> None:
        """A row of sums: the amounts stand under the columns that they are the sums of."""
        for side in ("in", "out"):
            place = self.found.places.get(side)
            text = texts[place] if place is not None and place < len(texts) else ""
            if text and text not in self.form.empty and f"{side}_fen" not in self.facts:
                self.facts[f"{side}_fen"] = (number, text)

    def _row_reader(self) -> Callable[[int, list[str]], None]:
        """The function that takes one row; all that does not change is looked up once."""
        form, found = self.form, self.found
        places, width = tuple(found.places.items()), len(found.headings)
        columns = found.places.keys()
        whole = not found.table.ragged
        side_of = {word: side for side, words in form.sides.items() for word in words}
        prepare = special.PREPARES.get(form.special)
        two = "in" in columns and "out" in columns
        summed = {column for column in form.sums.values() if column}
        tidy = self.tidy

        def shown(text: str) -> str:
            if text.isascii() and text.isprintable():
                return text
            known = tidy.get(text)
            if known is None:
                known = tidy[text] = tidied(text)
            return known

        def row(number: int, cells: list[str]) -> None:
            if len(cells) != width and (
                any(c.strip(SPACES) for c in cells[width:]) or (whole and len(cells) < width)
            ):
                raise self._ragged(number, len(cells), width)
            texts = dict.fromkeys(columns, "")
            for key, place in places:
                if place < len(cells):
                    text = cells[place].strip(SPACES + "`")
                    if text not in form.empty and (text[0] != "-" or text.strip("-")):
                        texts[key] = text
            for key in summed:
                if texts.get(key):
                    self.tally.sum(key, fen_of(texts[key], key))
            if prepare is not None:
                prepare(texts)
            if texts.get("index"):
                self.tally.index(number, self._count(number, "index", texts["index"]))
            day, time = moment_of(texts["date"], form.order_of_date, "date")
            if texts.get("time"):
                time = time_of(texts["time"], "time")
            if two:
                side, printed, fen = _of_two(texts, side_of)
            else:
                side, printed, fen = _of_one(texts, side_of)
            self.printed.append((side, printed))
            self.tally.add(side, printed)
            happening = Happening.PAYMENT
            for rule in form.rules:
                if rule.fits(texts):
                    happening = rule.happening
                    if side == "none" and rule.side:
                        fen = printed if rule.side == "in" else -printed
                    break
            else:
                if side == "none" and printed:
                    self.unknown.append(number)
            if fen == 0 or happening is Happening.NONE:
                fen, happening = 0, Happening.NONE
            fee = _fee(texts, form)
            if texts.get("refund") and fen_of(texts["refund"], "refund"):
                self.refunded.append(number)
            currency = texts.get("currency", "")
            if currency and currency not in _YUAN:
                raise BadInput(
                    "currency", currency, _("it is not yuan"), _("keep it in other books")
                )
            for key, seen in (("account", self.accounts), ("holder", self.holders)):
                if texts.get(key):
                    seen.setdefault(texts[key], number)
            note = texts.get("note", "")
            for key in ("detail", "more"):
                more = texts.get(key, "")
                if more and more != note:
                    note = f"{note} {more}" if note else more
            self.rows.append(
                BillRow(
                    number=number,
                    on=day,
                    time=time,
                    happening=happening,
                    fen=fen,
                    fee_fen=max(fee, 0) if fen else 0,
                    party=shown(texts.get("party", "")),
                    party_account=shown(texts.get("party_account", "")),
                    note=shown(note),
                    method=shown(texts.get("method", "")),
                    status=shown(texts.get("status", "")),
                    order=number_of(texts.get("order", ""), "order"),
                    merchant_order=number_of(texts.get("merchant_order", ""), "merchant_order"),
                    refund_of=texts.get("refund_of", ""),
                    balance_fen=fen_of(texts["balance"], "balance")
                    if texts.get("balance")
                    else None,
                    raw=tuple(cells),
                    kind=shown(texts.get("kind", "")),
                )
            )
            if fee < 0:
                self._fee_back(-fee)

        def told(number: int, cells: list[str]) -> None:
            try:
                row(number, cells)
            except BadInput as error:
                if error.field == "file":
                    raise
                place = found.places.get(error.field)
                title = found.headings[place] if place is not None else error.field
                raise replace(error, field=self._where(number, title)) from error

        return told

    def _fee_back(self, fen: int) -> None:
        """A fee that the channel gives back with a refund: money that came in, as its own row."""
        row = self.rows[-1]
        order = f"{row.order}/fee" if row.order else ""
        self.rows.append(replace(row, happening=Happening.FEE, fen=fen, fee_fen=0, order=order))
        self.printed.append(("none", 0))

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
            raise replace(error, field=self._where(number, "")) from error

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
                    raise replace(error, field=self._where(number, "")) from error
            elif rows:
                days.append(rows[row].on)
            else:
                raise self._bad(
                    _("it has no rows, and does not say of which days it is"),
                    _("ask for a bill of a period with payments"),
                )
        return days[0], days[1]

    def _ragged(self, number: int, count: int, width: int) -> BadInput:
        return self._bad(
            _("row {row} has {count} cells under {headings} headings").format(
                row=number, count=count, headings=width
            ),
            _("the file was cut, changed or is not whole: download it again"),
        )

    def _where(self, number: int, column: str) -> str:
        if not column:
            return _("{file}, row {row}").format(file=self.file, row=number)
        return _("{file}, row {row}, column {column}").format(
            file=self.file, row=number, column=column
        )

    def _bad(self, reason: str, mend: str) -> BadInput:
        return BadInput("file", self.file, reason, mend)


def _some(numbers: Sequence[int]) -> str:
    """The first of some row numbers."""
    more = " …" if len(numbers) > _NAMED_MAX else ""
    return ", ".join(str(n) for n in numbers[:_NAMED_MAX]) + more


def _of_two(texts: Mapping[str, str], side_of: Mapping[str, str]) -> tuple[str, int, int]:
    """Side, printed amount and fen of a row with a column for each way."""
    came, went = texts["in"], texts["out"]
    came_fen = fen_of(came, "in") if came else 0
    went_fen = fen_of(went, "out") if went else 0
    if came_fen and went_fen:
        raise BadInput(
            "in", came, _("the row has an amount in both columns"), _("ask the bank which it is")
        )
    if not came and not went:
        raise _no_amount("in")
    word = texts.get("direction", "")
    if word and side_of.get(word) not in (
        "in" if came_fen else "out" if went_fen else "none",
        "none",
    ):
        raise BadInput(
            "direction",
            word,
            _("the amount stands in the column of the other direction"),
            _("ask the bank which it is"),
        )
    if went_fen:
        return "out", went_fen, -went_fen
    return ("in", came_fen, came_fen) if came_fen else ("none", 0, 0)


def _of_one(texts: Mapping[str, str], side_of: Mapping[str, str]) -> tuple[str, int, int]:
    """Side, printed amount and fen of a row with one amount, signed or with its direction."""
    if not texts["amount"]:
        raise _no_amount("amount")
    amount = fen_of(texts["amount"], "amount")
    if "direction" not in texts:
        side = "in" if amount > 0 else "out" if amount < 0 else "none"
        return side, abs(amount), amount
    side = side_of.get(texts["direction"], "")
    if side == "":
        raise BadInput(
            "direction",
            texts["direction"],
            _("this word for a direction is not known"),
            _("import it as it was downloaded"),
        )
    return side, amount, amount if side == "in" else -amount if side == "out" else 0


def _no_amount(column: str) -> BadInput:
    return BadInput(column, "", _("the row has no amount"), _("import it as it was downloaded"))


def _fee(texts: Mapping[str, str], form: Form) -> int:
    """The fee inside a row, of its own column or told in its note; below 0 where it comes back."""
    if texts.get("fee"):
        return fen_of(texts["fee"], "fee")
    if form.fee is not None:
        for key in ("more", "note"):
            match = form.fee.search(texts.get(key, ""))
            if match:
                return fen_of(match[1], key)
    return 0
