"""Charts of accounts: what each account is called, and what kind of thing it holds.

Rules, verbs and reports bind to an account's ``role``; codes change meaning between
versions of the national system (5201, 5301, 5401, 1701) and are only written and printed.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

CHARTS = ("npo-2026", "npo-2004")


class AccountClass(StrEnum):
    """The closed set of what an account can hold."""

    MONEY = "money"
    STOCK = "stock"
    RECEIVABLE = "receivable"
    AGENCY_GOODS = "agency-goods"
    PAYABLE = "payable"
    AGENCY = "agency"
    NET = "net"
    INCOME = "income"
    OUTLAY = "outlay"


#: Accounts that may on no date be below zero (law 2).
GUARDED = frozenset({AccountClass.MONEY, AccountClass.STOCK, AccountClass.AGENCY_GOODS})
#: Accounts that the year-end entry brings to zero.
TEMPORARY = frozenset({AccountClass.INCOME, AccountClass.OUTLAY})


@dataclass(frozen=True, slots=True)
class Account:
    """One account: ``name`` is the national one, ``detail`` our own below it, or empty."""

    code: str
    role: str
    kind: AccountClass
    name_zh: str
    detail_zh: str
    name_en: str
    detail_en: str

    def label(self, language: str) -> str:
        """The name with its detail, as a list shows it."""
        name, detail = (
            (self.name_zh, self.detail_zh) if language == "zh" else (self.name_en, self.detail_en)
        )
        return f"{name}-{detail}" if detail else name

    def short(self, language: str) -> str:
        """The detail where there is one, else the name: what people call the account."""
        detail = self.detail_zh if language == "zh" else self.detail_en
        return detail or (self.name_zh if language == "zh" else self.name_en)


@dataclass(frozen=True, slots=True)
class Goods:
    """A kind of goods that a fund can hold in stock, and the unit it is counted in."""

    slug: str
    name_zh: str
    name_en: str
    unit_zh: str
    unit_en: str

    def name(self, language: str) -> str:
        """What people call it."""
        return self.name_zh if language == "zh" else self.name_en

    def unit(self, language: str) -> str:
        """What it is counted in."""
        return self.unit_zh if language == "zh" else self.unit_en


class Chart:
    """A fund's table of accounts, with the sources, programmes and goods fixed at its opening.

    ``table`` is the published form, whose SHA-256 stands in the fund's entry 0.
    """

    def __init__(self, table: dict[str, Any]) -> None:
        self.table = table
        self.name: str = table["name"]
        self.closing: str = table["closing"]
        self.prior_year: str = table["prior_year"]
        # Charts that were fixed before these two were named booked both as income.
        self.services: str = table.get("services", "booked")
        self.refund: str = table.get("refund", "income")
        self.accounts = {
            row[0]: Account(row[0], row[1], AccountClass(row[2]), *row[3:7])
            for row in table["accounts"]
        }
        self.goods = {row[0]: Goods(*row) for row in table["goods"]}
        self._by_role = {account.role: account for account in self.accounts.values()}

    def title(self, language: str) -> str:
        """What the national system is called."""
        name: str = self.table["zh" if language == "zh" else "en"]
        return name

    def __getitem__(self, code: str) -> Account:
        return self.accounts[code]

    def __contains__(self, code: str) -> bool:
        return code in self.accounts

    def role(self, role: str) -> Account:
        """The account that plays ``role``; KeyError where the chart has none."""
        return self._by_role[role]

    def code(self, role: str) -> str:
        """The code of the account that plays ``role``."""
        return self._by_role[role].code

    def has_role(self, role: str) -> bool:
        """Whether this chart has an account for ``role``."""
        return role in self._by_role

    def of_class(self, *kinds: AccountClass) -> list[Account]:
        """The accounts of these classes, by code."""
        wanted = set(kinds)
        return sorted((a for a in self.accounts.values() if a.kind in wanted), key=lambda a: a.code)

    def choices(self, prefix: str) -> dict[str, Account]:
        """Details by slug: ``source:`` gives the sources of gifts, ``programme:`` programmes."""
        return {
            account.role.removeprefix(prefix): account
            for account in self.accounts.values()
            if account.role.startswith(prefix)
        }

    def net(self, restricted: bool) -> str:
        """The net-asset account of a restricted or unrestricted restriction."""
        return self.code("net-restricted" if restricted else "net-unrestricted")

    def content(self) -> str:
        """The published table as canonical JSON."""
        return json.dumps(self.table, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def sha256(self) -> str:
        """The hash of the published table (spec-log section 1, ``chart_sha256``)."""
        return hashlib.sha256(self.content().encode()).hexdigest()


def _detailed(base: list[str], rows: Iterable[list[str]], prefix: str) -> list[list[str]]:
    code, _, kind, name_zh, _, name_en, _ = base
    return [
        [code + suffix, f"{prefix}{slug}", kind, name_zh, zh, name_en, en]
        for suffix, slug, zh, en in rows
    ]


@cache
def shipped_chart(name: str) -> Chart:
    """The chart of that name as this release ships it, for a fund that is being opened."""
    data = files("lovefund") / "data"
    raw = tomllib.loads((data / "charts" / f"{name}.toml").read_text(encoding="utf-8"))
    details = tomllib.loads((data / "details.toml").read_text(encoding="utf-8"))
    accounts: list[list[str]] = []
    for row in raw["accounts"]:
        if row[1] == "donation":
            accounts += _detailed(row, details["sources"], "source:")
        elif row[1] == "programme":
            accounts += _detailed(row, details["programmes"], "programme:")
        else:
            accounts.append(row)
    return Chart({**raw, "accounts": accounts, "goods": details["goods"]})


@lru_cache(maxsize=16)
def chart_from(content: str) -> Chart:
    """The chart stored with a fund; one object for one text, since a chart never changes."""
    return Chart(json.loads(content))
