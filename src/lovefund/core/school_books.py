"""A fund's accounts as a public school's own government chart calls them: for export only."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from lovefund.core.accounts import Account, AccountClass
from lovefund.core.entries import AGENCY


class SchoolAccount(NamedTuple):
    """An account of the school's books; ``detail`` keeps the fund's lines apart there."""

    code: str
    name_zh: str
    detail_zh: str
    name_en: str
    detail_en: str


@dataclass(frozen=True, slots=True)
class SchoolChart:
    """The mapping by role; money held for others has a detail of its own."""

    roles: dict[str, SchoolAccount]
    held_zh: str
    held_en: str

    def account(self, account: Account, restriction: str) -> SchoolAccount:
        """The school's account for one of the fund's in a restriction; KeyError where none is."""
        prefix = account.role.partition(":")[0] + ":"
        found = self.roles.get(account.role) or self.roles[prefix]
        if restriction == AGENCY and account.kind is AccountClass.MONEY:
            zh, en = (f"{found.detail_zh}-{self.held_zh}", f"{found.detail_en}, {self.held_en}")
            return found._replace(detail_zh=zh, detail_en=en)
        return found


@cache
def school_chart() -> SchoolChart:
    """The mapping as this release ships it."""
    text = (files("lovefund") / "data" / "charts" / "gov-school.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    roles = {role: SchoolAccount(*row[:5]) for role, row in raw["roles"].items()}
    return SchoolChart(roles, raw["held_zh"], raw["held_en"])
