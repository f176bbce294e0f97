"""Answers a donor: what became of one gift, by the public rule of tracing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lovefund.actions.prints import receipt_views
from lovefund.actions.read import restriction_titles
from lovefund.actions.workspace import existing, refuse
from lovefund.core.accounts import AccountClass
from lovefund.core.kinds import KINDS, kind_name
from lovefund.core.tracing import FEW, GIFTS, Group, Tracing, trace
from lovefund.errors import BadInput
from lovefund.language import _, language
from lovefund.log import receipts
from lovefund.publishing.account import Account, PaidRow, account_pdf
from lovefund.store.reading import Books
from lovefund.system import write_whole

_GRANTS = ("grant-paid", "grant-promised")


@dataclass(frozen=True, slots=True)
class Paid:
    """What a gift paid for under one name, in fen.

    ``numbers`` are its entries; none for grants to fewer than five pupils, told together.
    ``entries`` and ``pupils`` are 0 where they are not counted.
    """

    what: str
    amount_fen: int
    entries: int
    pupils: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Traced:
    """One gift and what became of it, in fen.

    ``amount_fen`` = ``refunded_fen`` + all of ``paid`` + all of ``waiting``; ``given_fen`` is
    what it was booked as, before corrections. ``waiting`` is by restriction.
    """

    no: int
    on: date
    through: date
    receipt: str
    given_fen: int
    amount_fen: int
    refunded_fen: int
    grants: int
    granted_fen: int
    paid: tuple[Paid, ...]
    waiting: tuple[tuple[str, int], ...]

    @property
    def waiting_fen(self) -> int:
        """What is not spent yet."""
        return sum(fen for _title, fen in self.waiting)


def gift_called(books: Books, text: str) -> int:
    """The entry of a gift by its receipt code, receipt number or entry number.

    BadInput for a mistyped code, and for one that is of no receipt of these books where the
    keys are here to see that.
    """
    number = re.fullmatch(r"(20[0-9]{2})-([0-9]{1,9})", text.strip())
    if number:
        entry = books.by_receipt(int(number[1]), int(number[2]))
        if entry is None:
            raise refuse(
                "no-such-receipt",
                _("there is no receipt {number}").format(number=text),
                _("`lovefund journal` lists the entries and their numbers"),
            )
        return entry.no
    if re.fullmatch(r"[0-9]{1,8}", text.strip()):
        return int(text)
    no, nonce = receipts.decode(books.fund, text)
    handed = [holder[0] for holder in books.sealed(no).get("holder", ())]
    if handed and nonce.hex() not in handed:
        raise BadInput(
            "code",
            text,
            _("no receipt with this code was handed out"),
            _("look at the receipt again, or give its number, as 2026-000003"),
        )
    return no


def traced(books: Books, no: int) -> Traced:
    """What became of the gift of entry ``no``, up to the last entry of the books."""
    entry = existing(books, no, *GIFTS)
    tracing = trace(books.chart, books.entries())
    if no not in tracing.lots:
        raise refuse(
            "wrong-kind",
            _("entry {no} brought in no gift").format(no=no),
            _("look at it with `lovefund show {no}`").format(no=no),
        )
    lot = tracing.lots[no]
    titles = restriction_titles(books)
    groups = tracing.groups(lot)
    grants = {n for n, _code in lot.used if tracing.entries[n].kind in _GRANTS}
    return Traced(
        no,
        entry.on,
        max(tracing.entries.values(), key=lambda e: e.no).at,
        str(entry.facts.get("receipt", "")),
        _given(tracing, no),
        lot.amount_fen,
        lot.refunded_fen,
        len(grants),
        sum(fen for (n, _code), fen in lot.used.items() if n in grants),
        tuple(_paid(books, group) for group in groups),
        tuple((titles.get(code, code), fen) for code, fen in sorted(lot.left.items()) if fen),
    )


def print_account(books: Books, found: Traced, path: Path, lang: str) -> None:
    """Write the account of a gift for its donor as PDF; MachineLacks without the keys."""
    entry = existing(books, found.no)
    (receipt,) = receipt_views(books, [(found.receipt, entry)])
    restriction = books.restrictions[receipt.purpose_code]
    paid = tuple(PaidRow(p.what, p.entries, p.pupils, p.amount_fen) for p in found.paid)
    account = Account(
        receipt,
        restriction.restricted,
        found.through,
        found.amount_fen,
        found.refunded_fen,
        paid,
        found.waiting,
    )
    write_whole(path, account_pdf(account, lang))


def _given(tracing: Tracing, no: int) -> int:
    """What the gift was booked as."""
    credited = (AccountClass.INCOME, AccountClass.AGENCY)
    return sum(
        p.amount_fen
        for p in tracing.entries[no].postings
        if tracing.chart[p.credit].kind in credited
    )


def _paid(books: Books, group: Group) -> Paid:
    return Paid(
        what_called(books, group.what),
        group.amount_fen,
        group.entries,
        group.pupils,
        group.numbers,
    )


def what_called(books: Books, what: str) -> str:
    """What a group is called in the reader's language."""
    if what == FEW:
        return _("Aid to single pupils")
    if what in books.chart:
        return books.chart[what].short(language())
    return kind_name(what) if what in KINDS else what
