"""记账凭证: a period's vouchers for signing, two or three to a page, none cut in two.

A voucher names accounts and amounts only; no donor and no pupil stands on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lovefund.core.days import Period
from lovefund.publishing.paper import Issuer, refuse_issuer
from lovefund.publishing.render import html_to_pdf
from lovefund.publishing.templates import fill


@dataclass(frozen=True, slots=True)
class Line:
    """One account with one amount in fen; below 0 is red."""

    code: str
    name_zh: str
    name_en: str
    debit_fen: int
    credit_fen: int


@dataclass(frozen=True, slots=True)
class Mended:
    """The voucher that this one cancels (注销) or puts right (订正); 规范 art. 51(5)."""

    number: str
    on: date
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Voucher:
    """One slip: ``part`` is 1/2 and 2/2 where an entry needs a red and a blue one."""

    number: str
    part: str
    red: bool
    on: date
    recorded_on: date
    kind_zh: str
    kind_en: str
    mended: Mended | None
    lines: tuple[Line, ...]
    attachments: int
    no: int
    check_digits: str

    @property
    def debit_fen(self) -> int:
        """The sum of the debit column."""
        return sum(line.debit_fen for line in self.lines)

    @property
    def credit_fen(self) -> int:
        """The sum of the credit column."""
        return sum(line.credit_fen for line in self.lines)


@dataclass(frozen=True, slots=True)
class Vouchers:
    """The slips of a period, in order of their numbers."""

    issuer: Issuer
    period: Period
    slips: tuple[Voucher, ...]


def vouchers_pdf(view: Vouchers, language: str) -> bytes:
    """The vouchers as A4 pages; MachineLacks for a character that no font of ours has."""
    refuse_issuer(view.issuer)
    html = fill("vouchers.html", language, issuer=view.issuer, v=view)
    return html_to_pdf(html, view.period.day_to)
