"""One deterministic ledger, in the form that each program reads.

Fictional: some twenty funds over five years, four gifts to one grant, never overdrawn.
Money is fen; the same size and seed give the same bytes on every machine.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

FUNDS = tuple(f"school-{n:02d}" for n in range(1, 21))
FIRST, DAYS = date(2021, 1, 1), 1826
SOURCES = ("staff", "alumni", "society", "parents", "business")
PROGRAMMES = ("aid", "visits", "lectures")
PLACES = ("bank", "cash", "wechat")
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_GIVEN = ("伟", "芳", "秀英", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳")


class Row(NamedTuple):
    """One entry: a gift where ``donor`` gives, else a grant to a guardian of a pupil."""

    on: date
    fund: str
    gift: bool
    amount_fen: int
    place: str
    detail: str
    name: str


def rows(size: int, seed: int, funds: Sequence[str] = FUNDS, days: int = DAYS) -> Iterator[Row]:
    """``size`` rows in order of days."""
    chance = random.Random(seed)
    held = {(fund, place): 0 for fund in funds for place in PLACES}
    for n in range(size):
        on = FIRST + timedelta(days=n * days // size)
        fund, place = chance.choice(funds), chance.choice(PLACES)
        name = chance.choice(_SURNAMES) + chance.choice(_GIVEN)
        amount = chance.randint(10_00, 500_00)
        gift = n % 5 != 4 or held[fund, place] < amount
        held[fund, place] += amount if gift else -amount
        detail = chance.choice(SOURCES if gift else PROGRAMMES)
        yield Row(on, fund, gift, amount, place, detail, name)


def yuan(fen: int) -> str:
    """An amount as these files have it."""
    return f"{fen // 100}.{fen % 100:02d}"


def cells(r: Row) -> tuple[str, ...]:
    """A row as the CSV has it."""
    kind = "donation" if r.gift else "grant"
    return (r.on.isoformat(), r.fund, kind, yuan(r.amount_fen), r.place, r.detail, r.name)


def write_csv(path: Path, size: int, seed: int) -> None:
    """The file that is imported: the one input that all importers share."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("date", "fund", "kind", "amount", "place", "detail", "name"))
        out.writerows(map(cells, rows(size, seed)))


def write_rules(path: Path) -> None:
    """How ``hledger import`` reads the CSV."""
    path.write_text(
        "skip 1\nfields date, fund, kind, amt, place, detail, description\ncurrency CNY\n"
        "account1 %fund:assets:%place\n"
        "if %kind donation\n amount %amt\n account2 %fund:income:%detail\n\n"
        "if %kind grant\n amount -%amt\n account2 %fund:outlay:%detail\n",
        encoding="utf-8",
    )


def write_journal(path: Path, size: int, seed: int) -> None:
    """A journal that hledger and Ledger both read."""
    with path.open("w", encoding="utf-8") as file:
        for r in rows(size, seed):
            side = "income" if r.gift else "outlay"
            amount = yuan(r.amount_fen)
            debit = f"{r.fund}:assets:{r.place}" if r.gift else f"{r.fund}:{side}:{r.detail}"
            credit = f"{r.fund}:{side}:{r.detail}" if r.gift else f"{r.fund}:assets:{r.place}"
            file.write(
                f"{r.on} {r.name}\n    {debit}  {amount} CNY\n    {credit}  -{amount} CNY\n\n"
            )


def write_beancount(path: Path, size: int, seed: int) -> None:
    """The same ledger for Beancount."""

    def account(kind: str, fund: str, detail: str) -> str:
        return f"{kind}:{fund.title()}:{detail.title()}"

    with path.open("w", encoding="utf-8") as file:
        for fund in FUNDS:
            for kind, details in (
                ("Assets", PLACES),
                ("Income", SOURCES),
                ("Expenses", PROGRAMMES),
            ):
                for detail in details:
                    file.write(f"{FIRST} open {account(kind, fund, detail)} CNY\n")
        for r in rows(size, seed):
            kind = "Income" if r.gift else "Expenses"
            sign, amount = ("", "-") if r.gift else ("-", ""), yuan(r.amount_fen)
            file.write(
                f'{r.on} * "{r.name}"\n'
                f"  {account('Assets', r.fund, r.place)}  {sign[0]}{amount} CNY\n"
                f"  {account(kind, r.fund, r.detail)}  {sign[1]}{amount} CNY\n\n"
            )
