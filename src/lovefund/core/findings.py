"""What a check finds, in three tiers: in the lines, in what lies beside them, in the conduct."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Tier(IntEnum):
    """How grave a finding is: the lower, the less of the books can be relied on.

    LINES: the lines themselves, their hashes and the laws; nothing else proves them. BESIDE: the
    tables, sealed texts and papers beside them, which the lines still tell. CONDUCT: sound books
    that were kept late, split, set aside or left open; somebody has to explain it.
    """

    LINES = 1
    BESIDE = 2
    CONDUCT = 3


#: The findings about what lies beside the lines; all that is not listed here is of the lines.
_BESIDE = frozenset(
    {
        "account", "balance", "calendar", "chart", "columns", "damaged", "evidence", "fund-row",
        "goods", "loose-posting", "loose-row", "loose-seal", "open-item", "postings",
        "receipt-row", "restriction", "rulebook", "rulebook-row", "schema-changed", "sealed",
        "statement-row", "voucher",
    }
)  # fmt: skip
#: Worth a look, and most often right: an auditor's tests tell them, a check does not.
INFO = ("cut-off", "round-sum", "rest-day")
#: The findings about the conduct of the books (``core/conduct.py``, ``actions/conduct.py``).
CONDUCT = (
    "duplicate", "split", "number-gap", "late", "overridden", "remarked", "overdue", *INFO,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be: a slug, where, what, and what to do."""

    code: str
    where: str
    what: str
    mend: str

    @property
    def tier(self) -> Tier:
        """What kind of thing it is about."""
        if self.code in CONDUCT:
            return Tier.CONDUCT
        return Tier.BESIDE if self.code in _BESIDE else Tier.LINES
