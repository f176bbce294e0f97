"""The account that a donor gets of one gift (定向捐赠反馈): what it paid for, and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lovefund.publishing.paper import refuse_issuer
from lovefund.publishing.receipt import Receipt
from lovefund.publishing.render import html_to_pdf, refuse_missing
from lovefund.publishing.templates import fill


@dataclass(frozen=True, slots=True)
class PaidRow:
    """What the gift paid for under one name, in fen; no count where it is 0."""

    name: str
    entries: int
    pupils: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Account:
    """One gift as its receipt tells it, and what became of it through a day, in fen.

    ``amount_fen`` = ``refunded_fen`` + all of ``paid`` + all of ``waiting``, which is by the
    title of its restriction.
    """

    receipt: Receipt
    restricted: bool
    through: date
    amount_fen: int
    refunded_fen: int
    paid: tuple[PaidRow, ...]
    waiting: tuple[tuple[str, int], ...]

    @property
    def is_corrected(self) -> bool:
        """Whether it was booked as another amount than it stands for today."""
        return self.amount_fen != self.receipt.amount_fen

    @property
    def used_fen(self) -> int:
        """What it paid for."""
        return sum(row.amount_fen for row in self.paid)

    @property
    def waiting_fen(self) -> int:
        """What is not spent yet."""
        return sum(fen for _title, fen in self.waiting)


def account_pdf(account: Account, language: str) -> bytes:
    """The account as PDF; MachineLacks for a character that no font of ours has."""
    receipt = account.receipt
    refuse_issuer(receipt.issuer)
    refuse_missing(receipt.donor + receipt.purpose, receipt.number)
    html = fill("account.html", language, issuer=receipt.issuer, v=account, r=receipt)
    return html_to_pdf(html, account.through)
