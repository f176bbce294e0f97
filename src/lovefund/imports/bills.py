"""A bill of a wallet or a bank as data: its rows, and what its own header says of them.

Rows are seen from the fund: what came in is positive, whatever side the bank prints it on. A
bill holds private names, so nothing of it is published.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum


class Happening(Enum):
    """What a row says happened; ``NONE`` moved no money (a closed order) and is never booked."""

    PAYMENT = "payment"
    REFUND = "refund"
    WITHDRAWAL = "withdrawal"
    TOP_UP = "top-up"
    FEE = "fee"
    INTEREST = "interest"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class BillRow:
    """One row: ``fen`` > 0 came in, < 0 went out, fee included; ``fee_fen`` ≥ 0 is inside it.

    ``order`` is the channel's own number and ``refund_of`` the number of what is paid back,
    each ``""`` where the channel gives none. ``balance_fen`` is the running balance, if printed.
    ``method`` is the card or balance that paid; ``raw`` are the cells as they stood. ``kind`` is
    the channel's own word for what it was. Of money that came in, the fee is taken off before it
    arrives; a fee that is given back with a refund is a row of its own.
    """

    number: int
    on: date
    time: str
    happening: Happening
    fen: int
    fee_fen: int = 0
    party: str = ""
    party_account: str = ""
    note: str = ""
    method: str = ""
    status: str = ""
    order: str = ""
    merchant_order: str = ""
    refund_of: str = ""
    balance_fen: int | None = None
    raw: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Bill:
    """A whole file, rows oldest first. ``warnings`` are sentences; what is an error is raised.

    ``form`` names the format (``wechat-personal``), ``channel`` is ``wechat``, ``alipay`` or
    ``bank``. ``personal`` says that the file itself shows a private person's account.
    """

    form: str
    channel: str
    name: str
    sha256: str
    holder: str
    account: str
    first: date
    last: date
    rows: tuple[BillRow, ...]
    opening_fen: int | None = None
    closing_fen: int | None = None
    personal: bool = False
    warnings: tuple[str, ...] = field(default=())
