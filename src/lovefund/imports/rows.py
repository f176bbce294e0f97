"""The rows of a bill from their cells: what happened, which way the money went, and its fee."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lovefund.core.text import tidied
from lovefund.errors import BadInput
from lovefund.imports import special
from lovefund.imports.audit import Tally
from lovefund.imports.bills import BillRow, Happening
from lovefund.imports.cells import SPACES, fen_of, moment_of, number_of, time_of
from lovefund.imports.recognise import Found
from lovefund.language import _

#: What is stripped off every cell: WeChat's merchant bills begin each with a backtick.
EDGES = SPACES + "`"
#: What stands in a column of currencies for the yuan; the numbers are codes of banks.
_YUAN = {"CNY", "RMB", "人民币", "人民币元", "人民币(CNY)", "人民币（CNY）", "156", "01", "001"}


class Rows:
    """Takes the rows of one file, in the words of its format, and counts them as they are printed.

    ``printed`` has for each row its side and the amount that stands there; ``unknown`` are rows
    that nothing tells the direction of, ``refunded`` those of which some was given back.
    """

    def __init__(self, file: str, found: Found) -> None:
        self.rows: list[BillRow] = []
        self.printed: list[tuple[str, int]] = []
        self.tally = Tally()
        self.accounts: dict[str, int] = {}
        self.holders: dict[str, int] = {}
        self.unknown: list[int] = []
        self.refunded: list[int] = []
        self._file = file
        self._found = found
        self._form = found.form
        self._places = tuple(found.places.items())
        self._empty = dict.fromkeys(found.places, "")
        self._width = len(found.headings)
        self._whole = not found.table.ragged
        self._prepare = special.PREPARES.get(found.form.special)
        self._two = {"in", "out"} <= found.places.keys()
        self._summed = tuple({c for c in found.form.sums.values() if c in found.places})
        self._side_of = {word: side for side, words in found.form.sides.items() for word in words}
        self._notes = tuple(key for key in ("note", "detail", "more") if key in found.places)
        self._rare = {"account", "holder", "currency", "index", "refund"} & found.places.keys()
        self._known: dict[str, str] = {}

    def take(self, number: int, cells: list[str]) -> None:
        """Take a row; BadInput names the row and the column that is wrong."""
        try:
            self._take(number, cells)
        except BadInput as error:
            place = self._found.places.get(error.field)
            title = self._found.headings[place] if place is not None else ""
            raise replace(error, field=where(self._file, number, title)) from error

    def _take(self, number: int, cells: list[str]) -> None:
        texts = self._texts(cells)
        for key in self._summed:
            if texts[key]:
                self.tally.sum(key, fen_of(texts[key], key))
        if self._prepare is not None:
            self._prepare(texts)
        if self._rare:
            self._look(number, texts)
        day, time = moment_of(texts["date"], self._form.order_of_date, "date")
        if texts.get("time"):
            time = time_of(texts["time"], "time")
        side, printed, fen = self._of_two(texts) if self._two else self._of_one(texts)
        self.printed.append((side, printed))
        self.tally.add(side, printed)
        happening, fen = self._happening(number, texts, side, printed, fen)
        fee = self._fee(texts, fen)
        shown, get = self._shown, texts.get
        balance = get("balance")
        self.rows.append(
            BillRow(
                number,
                day,
                time,
                happening,
                fen,
                max(fee, 0),
                shown(get("party", "")),
                shown(get("party_account", "")),
                shown(self._note(texts)),
                shown(get("method", "")),
                shown(get("status", "")),
                number_of(get("order", ""), "order"),
                number_of(get("merchant_order", ""), "merchant_order"),
                get("refund_of", ""),
                fen_of(balance, "balance") if balance else None,
                tuple(cells),
                shown(get("kind", "")),
            )
        )
        if fee < 0:
            self._fee_back(-fee)

    def _texts(self, cells: list[str]) -> dict[str, str]:
        """The cells by their column, without what only fills them."""
        count = len(cells)
        if count != self._width and (
            any(c.strip(SPACES) for c in cells[self._width :])
            or (self._whole and count < self._width)
        ):
            raise _wrong(
                "row",
                "",
                _("it has {count} cells under {headings} headings").format(
                    count=count, headings=self._width
                ),
                _("the file was cut, changed or is not whole: download it again"),
            )
        texts = self._empty.copy()
        nothing = self._form.empty
        for key, place in self._places:
            if place < count:
                text = cells[place].strip(EDGES)
                if text not in nothing and (text[0] != "-" or text.strip("-")):
                    texts[key] = text
        return texts

    def _look(self, number: int, texts: Mapping[str, str]) -> None:
        """What few formats have: whose account, which currency, a running number, a refund."""
        if texts.get("index"):
            if not (texts["index"].isdecimal() and len(texts["index"]) < 10):
                raise _wrong("index", texts["index"], _("it is no number of a row"), _again())
            self.tally.index(number, int(texts["index"]))
        currency = texts.get("currency", "")
        if currency and currency not in _YUAN:
            raise _wrong("currency", currency, _("it is not yuan"), _("keep it in other books"))
        for key, seen in (("account", self.accounts), ("holder", self.holders)):
            if texts.get(key):
                seen.setdefault(texts[key], number)
        if texts.get("refund") and fen_of(texts["refund"], "refund"):
            self.refunded.append(number)

    def _of_two(self, texts: Mapping[str, str]) -> tuple[str, int, int]:
        """Side, printed amount and fen of a row with a column for each way."""
        came, went = texts["in"], texts["out"]
        came_fen = fen_of(came, "in") if came else 0
        went_fen = fen_of(went, "out") if went else 0
        if came_fen and went_fen:
            raise _wrong("in", came, _("the row has an amount in both columns"), _ask())
        if not came and not went:
            raise _no_amount("in")
        side = "in" if came_fen else "out" if went_fen else "none"
        word = self._side_of.get(texts.get("direction", ""), "none")
        if "none" not in (word, side) and word != side:
            raise _wrong(
                "direction",
                texts["direction"],
                _("the amount stands in the column of the other direction"),
                _ask(),
            )
        return side, came_fen or went_fen, came_fen - went_fen

    def _of_one(self, texts: Mapping[str, str]) -> tuple[str, int, int]:
        """Side, printed amount and fen of a row with one amount, signed or with its direction."""
        if not texts["amount"]:
            raise _no_amount("amount")
        amount = fen_of(texts["amount"], "amount")
        if "direction" not in texts:
            side = "in" if amount > 0 else "out" if amount < 0 else "none"
            return side, abs(amount), amount
        side = self._side_of.get(texts["direction"], "")
        if not side:
            raise _wrong(
                "direction",
                texts["direction"],
                _("this word for a direction is not known"),
                _("import it as it was downloaded"),
            )
        return side, amount, amount if side == "in" else -amount if side == "out" else 0

    def _happening(
        self, number: int, texts: Mapping[str, str], side: str, printed: int, fen: int
    ) -> tuple[Happening, int]:
        """What happened, by the first rule that fits, and which way money went that has no side."""
        happening = Happening.PAYMENT
        for rule in self._form.rules:
            if rule.fits(texts):
                happening = rule.happening
                if side == "none" and rule.side:
                    fen = printed if rule.side == "in" else -printed
                break
        else:
            if side == "none" and printed:
                self.unknown.append(number)
        if not fen or happening is Happening.NONE:
            return Happening.NONE, 0
        return happening, fen

    def _fee(self, texts: Mapping[str, str], fen: int) -> int:
        """The fee inside a row, of its own column or told in a note; < 0 where it comes back."""
        fee = 0
        if texts.get("fee"):
            fee = fen_of(texts["fee"], "fee")
        elif self._form.fee is not None:
            for key in self._notes:
                told = self._form.fee.search(texts[key]) if texts[key] else None
                if told:
                    fee = fen_of(told[1], key)
        if fee > abs(fen):
            if not fen:
                return 0
            raise _wrong("fee", texts.get("fee", ""), _("the fee is more than the amount"), _ask())
        return fee

    def _fee_back(self, fen: int) -> None:
        """A fee that the channel gives back with a refund: money that came in, as its own row."""
        row = self.rows[-1]
        order = f"{row.order}/fee" if row.order else ""
        self.rows.append(replace(row, happening=Happening.FEE, fen=fen, fee_fen=0, order=order))
        self.printed.append(("none", 0))

    def _note(self, texts: Mapping[str, str]) -> str:
        parts = [texts[key] for key in self._notes if texts[key]]
        return parts[0] if len(parts) == 1 else " ".join(dict.fromkeys(parts))

    def _shown(self, text: str) -> str:
        """A text as it may be kept and shown; the same ones come again and again."""
        if not text or (text.isascii() and text.isprintable()):
            return text
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = tidied(text)
        return known


def where(file: str, number: int, column: str = "") -> str:
    """The place of something wrong in a file."""
    if not column:
        return _("{file}, row {row}").format(file=file, row=number)
    return _("{file}, row {row}, column {column}").format(file=file, row=number, column=column)


def _wrong(column: str, text: str, reason: str, mend: str) -> BadInput:
    """Something wrong in a column, by its key; the row that it stands in is added by ``take``."""
    return BadInput(column, text, reason, mend)


def _no_amount(column: str) -> BadInput:
    return _wrong(column, "", _("the row has no amount"), _("import it as it was downloaded"))


def _again() -> str:
    return _("download the file again, and import it as it came")


def _ask() -> str:
    return _("ask the bank or the wallet which it is, and mend the row")
