"""Entries and postings: the records that a fund's journal is made of.

A posting moves an amount inside one restriction from its credit account to its debit
account, so an entry cannot be out of balance, in total or in any restriction (law 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

Fact = int | str | list[Any]

#: The restriction that every fund has from its opening: free within the fund's purpose.
GENERAL = "general"
#: Money that is only passed on (受托代理): never income, never outlay.
AGENCY = "agency"
#: Gifts that name one pupil share this restriction; which pupil is sealed (spec-log section 1).
NAMED = "named"


class RestrictionClass(StrEnum):
    """Whose limit it is: none, an outside donor's, or not our money at all."""

    GENERAL = "general"
    RESTRICTED = "restricted"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class Restriction:
    """A self-balancing pot: its money may be spent on ``programmes`` only (empty: on any)."""

    code: str
    kind: RestrictionClass
    programmes: tuple[str, ...] = ()
    agreement: str = ""

    @property
    def restricted(self) -> bool:
        """Whether an outside limit makes it 限定性 (财会〔2004〕7号 art. 56)."""
        return self.kind is RestrictionClass.RESTRICTED


BUILT_IN = (
    Restriction(GENERAL, RestrictionClass.GENERAL),
    Restriction(AGENCY, RestrictionClass.AGENCY),
    Restriction(NAMED, RestrictionClass.RESTRICTED, ("aid",)),
)


class Posting(NamedTuple):
    """``amount_fen`` from ``credit`` to ``debit`` within ``restriction``; below 0 is red."""

    debit: str
    credit: str
    restriction: str
    amount_fen: int


class Holder(NamedTuple):
    """Whom a receipt is made out to, and the phrase that only its holder knows."""

    name: str
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a verb wants booked; the gate numbers it, seals it and writes its line.

    ``facts`` are public for ever and hold codes and whole numbers only; ``shown``, ``holders``
    and ``file`` are sealed. ``receipt`` asks the gate for the next receipt number.
    ``request`` is unique per fund: the same request again returns the same entry. ``document``
    is the text that a ``rules-adopted`` entry commits to.
    """

    kind: str
    on: date
    postings: tuple[Posting, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    shown: str | None = None
    holders: tuple[Holder, ...] = ()
    file: Mapping[str, Any] | None = None
    receipt: bool = False
    request: str = ""
    document: str = ""

    @property
    def total_fen(self) -> int:
        """The sum of the postings' amounts, in fen."""
        return sum(p.amount_fen for p in self.postings)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as the journal holds it; everything public in it stands in ``line``."""

    no: int
    kind: str
    at: date
    on: date
    by: str
    postings: tuple[Posting, ...]
    facts: Mapping[str, Fact]
    voucher_year: int | None
    voucher_no: int | None
    line: bytes
    leaf: bytes

    @property
    def of(self) -> int | None:
        """The entry that this one corrects, cancels, repays or settles, or None."""
        of = self.facts.get("of")
        return of if isinstance(of, int) else None

    @property
    def voucher(self) -> str:
        """The voucher number as people write it, 记-2026-0012, or empty."""
        return f"记-{self.voucher_year}-{self.voucher_no:04d}" if self.voucher_no else ""
