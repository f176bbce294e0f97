"""日记账: what came in and went out of each place of money, with a running balance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lovefund.core.days import Period
from lovefund.publishing.paper import Issuer, refuse_issuer
from lovefund.publishing.render import html_to_pdf
from lovefund.publishing.templates import fill


@dataclass(frozen=True, slots=True)
class Row:
    """One voucher slip as an account sees it; ``balance_fen`` stands after it."""

    on: date
    voucher: str
    part: str
    kind_zh: str
    kind_en: str
    counter_zh: str
    counter_en: str
    debit_fen: int
    credit_fen: int
    balance_fen: int


@dataclass(frozen=True, slots=True)
class Month:
    """A month's rows and turnover; ``year_*`` add up from 1 January.

    ``whole`` says that the period holds all days of the month.
    """

    whole: bool
    rows: tuple[Row, ...]
    year_debit_fen: int
    year_credit_fen: int

    @property
    def debit_fen(self) -> int:
        """What the rows debit."""
        return sum(row.debit_fen for row in self.rows)

    @property
    def credit_fen(self) -> int:
        """What the rows credit."""
        return sum(row.credit_fen for row in self.rows)

    @property
    def balance_fen(self) -> int:
        """The balance after the last row."""
        return self.rows[-1].balance_fen


@dataclass(frozen=True, slots=True)
class Account:
    """A place of money over the period; a month without rows is left out."""

    code: str
    name_zh: str
    name_en: str
    opening_fen: int
    months: tuple[Month, ...]

    @property
    def closing_fen(self) -> int:
        """The balance at the end of the period."""
        return self.months[-1].balance_fen if self.months else self.opening_fen

    @property
    def idle(self) -> bool:
        """Whether there is nothing to show: no balance and no row."""
        return not self.opening_fen and not self.months


@dataclass(frozen=True, slots=True)
class Journal:
    """The journals of every place of money in a period."""

    issuer: Issuer
    period: Period
    accounts: tuple[Account, ...]


def journal_pdf(view: Journal, language: str) -> bytes:
    """The journals as A4 pages; MachineLacks for a character that no font of ours has."""
    refuse_issuer(view.issuer)
    html = fill("journal.html", language, issuer=view.issuer, v=view)
    return html_to_pdf(html, view.period.day_to)
