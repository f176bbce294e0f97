"""What a statement shows: a type that has no private field, so none can leak.

Every amount is in fen. Every total here stands in ``figures`` of statement.json
(spec-log section 7); rows come from the lines themselves and their ``shown`` text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Share:
    """A row of income by source or outlay by programme: ``code`` picks the label text."""

    code: str
    label_zh: str
    label_en: str
    count: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class PotRow:
    """A restriction (or the agency pot) over the period; closing = opening + inflow - outflow."""

    code: str
    title: str
    restricted: bool
    opening_fen: int
    inflow_fen: int
    outflow_fen: int
    closing_fen: int


class Checked(NamedTuple):
    """What the log says of a place of money beside its bank, or beside a count.

    ``state`` is ``agrees`` (entry ``no`` says so of the last day), ``differs`` (by so much, in so
    many explained items), ``counted``, ``earlier`` (of an earlier day, ``on``) or ``unchecked``.
    """

    state: str
    no: int = 0
    on: date | None = None
    difference_fen: int = 0
    items: int = 0


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """Where money or stock lies at the end of the period, and whether that was checked."""

    code: str
    label_zh: str
    label_en: str
    amount_fen: int
    checked: Checked | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """Income and outlay of one calendar month, for the chart."""

    year: int
    month: int
    income_fen: int
    outlay_fen: int
    in_period: bool


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One line of the log as the annex lists it; never finer than the line.

    ``income_fen``/``outlay_fen`` are the entry's effect on income and outlay (signed);
    ``shown`` is the donor's public name, empty for anonymous or withheld; ``of_voucher`` is the
    voucher of the entry that ``of`` names, where it has one.
    """

    no: int
    voucher: str
    on: date
    kind: str
    kind_zh: str
    kind_en: str
    shown: str
    anonymous: bool
    withheld: bool
    detail_zh: str
    detail_en: str
    channel_zh: str
    channel_en: str
    goods_zh: str
    goods_en: str
    restriction: str
    pupils: int
    income_fen: int
    outlay_fen: int
    moved_fen: int
    of: int
    of_voucher: str
    check_digits: str


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness, and the newest statement cosigned that this one's books know of."""

    name: str
    number: int
    on: date


@dataclass(frozen=True, slots=True)
class Amended:
    """A correction of what statement ``number`` counted: its entry, what corrects it, in fen."""

    number: int
    of_voucher: str
    voucher: str
    published_fen: int
    corrected_fen: int


class Overridden(NamedTuple):
    """Articles that two officers set aside for one entry, and why; ``used`` is its voucher."""

    no: int
    on: date
    articles: tuple[str, ...]
    reference: str
    reason: str
    used: str


class BudgetRow(NamedTuple):
    """A programme's budget of the year beside what it cost; ``percent`` is the share spent."""

    code: str
    label_zh: str
    label_en: str
    budget_fen: int
    actual_fen: int
    percent: str

    @property
    def left_fen(self) -> int:
        """What may still be spent; below zero what was spent beyond the budget."""
        return self.budget_fen - self.actual_fen


class Signing(NamedTuple):
    """After which entry decisions are signed, and how many outside checkers stand in for people."""

    after: int
    checkers: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything a face of a published statement may show, and nothing else.

    ``page_sha256`` is the hash of the phone page, in hex; empty where there is none.
    """

    fund: str
    fund_name: str
    school_name: str
    practice: bool
    number: int
    label_zh: str
    label_en: str
    period_from: date
    period_to: date
    issued_on: date
    opening_fen: int
    brought_forward_fen: int
    income_fen: int
    outlay_fen: int
    transfer_fen: int
    prior_year_fen: int
    closing_fen: int
    restricted_fen: int
    income_goods_fen: int
    outlay_goods_fen: int
    income_count: int
    outlay_count: int
    donation_count: int
    payable_fen: int
    agency_fen: int
    receivable_fen: int
    bank_fen: int
    cash_fen: int
    wallet_fen: int
    stock_fen: int
    sources: tuple[Share, ...]
    programmes: tuple[Share, ...]
    pots: tuple[PotRow, ...]
    agency: PotRow | None
    places: tuple[PlaceRow, ...]
    months: tuple[Month, ...]
    entries: tuple[EntryRow, ...]
    entry_count: int
    size: int
    root_hex: str
    fingerprint: str
    rulebook: str
    previous_number: int
    page_sha256: str = ""
    #: The entry that adopted the rulebook.
    rulebook_no: int = 0
    #: None where decisions are not signed.
    signing: Signing | None = None
    cosigners: tuple[Cosigner, ...] = ()
    amended: tuple[Amended, ...] = ()
    overridden: tuple[Overridden, ...] = ()
    budgets: tuple[BudgetRow, ...] = ()
