"""The papers behind an entry: a private memo, and evidence kept by its SHA-256."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lovefund.core.entries import Fact


@dataclass(frozen=True, slots=True)
class Evidence:
    """A kept file: its hash and the name it had."""

    sha256: str
    name: str


@dataclass(frozen=True, slots=True)
class Papers:
    """What goes with an entry: a memo for the file, evidence, and a public reference code.

    ``reference`` is public (minutes, agreement or consent number), and so is ``override``, the
    entry that sets articles aside for this one, and ``campaign``, the drive that brought a gift;
    the rest is sealed, also which pledge it fulfils. ``declared`` is what was said at a gift, and
    only the fund's rules ask.
    """

    memo: str = ""
    evidence: tuple[Evidence, ...] = ()
    reference: str = ""
    override: int | None = None
    campaign: int | None = None
    declared: Mapping[str, str | int] = field(default_factory=dict)
    pledge: int | None = None

    def facts(self) -> dict[str, Fact]:
        """The public facts: the reference, the count of attachments and the override."""
        found: dict[str, Fact] = {}
        if self.reference:
            found["reference"] = self.reference
        if self.evidence:
            found["attachments"] = len(self.evidence)
        if self.override is not None:
            found["override"] = self.override
        if self.campaign is not None:
            found["campaign"] = self.campaign
        return found

    def file(self, **more: Any) -> dict[str, Any] | None:
        """The dossier for the ``file`` slot, or None when there is nothing to keep."""
        content = {key: value for key, value in {**more, **self.declared}.items() if value}
        if self.memo:
            content["memo"] = self.memo
        if self.evidence:
            content["evidence"] = [[e.sha256, e.name] for e in self.evidence]
        if self.pledge is not None:
            content["pledge"] = self.pledge
        return content or None


NO_PAPERS = Papers()
