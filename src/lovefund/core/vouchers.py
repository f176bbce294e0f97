"""Entries as vouchers: the usual two columns, as an accountant would write them.

Equal accounts are merged per side; an account's debit in one restriction is set off against
its credit in another restriction of the same entry, never within one restriction and never
across entries. Red stays red. 限定性 and 非限定性 are added from the restriction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from lovefund.core.accounts import AccountClass, Chart
from lovefund.core.entries import Posting, Restriction, RestrictionClass


class Printed(NamedTuple):
    """An account as it stands on paper; equal ones are one line there."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class VoucherLine:
    """One line: national code, account name with its details, one amount in fen (red: < 0)."""

    code: str
    name: str
    name_en: str
    debit_fen: int
    credit_fen: int


@dataclass(frozen=True, slots=True)
class Slip:
    """A voucher slip: ``part`` is 1/2 and 2/2 where one entry needs two, else empty."""

    part: str
    red: bool
    lines: tuple[VoucherLine, ...]

    @property
    def total_fen(self) -> int:
        """The sum of the debit column, equal to that of the credit column."""
        return sum(line.debit_fen for line in self.lines)


def printed_account(chart: Chart, code: str, restriction: Restriction) -> Printed:
    """How an account is printed for a restriction: national code, Chinese and English name."""
    account = chart[code]
    national = code[:4]
    zh, en = [account.name_zh], [account.name_en]
    if account.kind in (AccountClass.INCOME, AccountClass.OUTLAY):
        national += "02" if restriction.restricted else "01"
        zh.append("限定性" if restriction.restricted else "非限定性")
        en.append("restricted" if restriction.restricted else "unrestricted")
    if restriction.kind is RestrictionClass.AGENCY and account.kind is AccountClass.MONEY:
        zh.append("受托代理资产")
        en.append("agency money")
    if account.detail_zh:
        zh.append(account.detail_zh)
        en.append(account.detail_en)
    if account.role == "net-restricted":
        zh.append(restriction.code)
        en.append(restriction.code)
    return Printed(national, "-".join(zh), " · ".join(en))


def slips(
    chart: Chart, postings: Iterable[Posting], restrictions: Mapping[str, Restriction]
) -> tuple[Slip, ...]:
    """The slips of an entry's postings: one, or a red one and a blue one for a correction."""
    postings = tuple(postings)
    red = [p for p in postings if p.amount_fen < 0]
    blue = [p for p in postings if p.amount_fen > 0]
    if red and blue:
        return (
            Slip("1/2", True, _lines(chart, red, restrictions)),
            Slip("2/2", False, _lines(chart, blue, restrictions)),
        )
    return (Slip("", bool(red), _lines(chart, red or blue, restrictions)),)


def _lines(
    chart: Chart, postings: list[Posting], restrictions: Mapping[str, Restriction]
) -> tuple[VoucherLine, ...]:
    order: list[Printed] = []
    # account -> restriction -> [debit, credit]
    sums: dict[Printed, dict[str, list[int]]] = {}
    for posting in postings:
        restriction = restrictions[posting.restriction]
        for side, code in enumerate((posting.debit, posting.credit)):
            key = printed_account(chart, code, restriction)
            if key not in sums:
                order.append(key)
            pair = sums.setdefault(key, {}).setdefault(posting.restriction, [0, 0])
            pair[side] += posting.amount_fen
    debits: list[VoucherLine] = []
    credits_: list[VoucherLine] = []
    for key in order:
        debit, credit = _set_off(sums[key])
        if debit:
            debits.append(VoucherLine(*key, debit, 0))
        if credit:
            credits_.append(VoucherLine(*key, 0, credit))
    return (*debits, *credits_)


def _set_off(by_restriction: Mapping[str, list[int]]) -> tuple[int, int]:
    """Both sides of one printed account after set-off across restrictions."""
    debit = sum(pair[0] for pair in by_restriction.values())
    credit = sum(pair[1] for pair in by_restriction.values())
    within = sum(min(pair, key=abs) for pair in by_restriction.values() if pair[0] and pair[1])
    # What stands on both sides within one restriction stays; only the rest is set off.
    free_debit, free_credit = debit - within, credit - within
    offset = min(free_debit, free_credit, key=abs) if free_debit and free_credit else 0
    return debit - offset, credit - offset
