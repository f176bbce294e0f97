"""What came of a part of a campaign, and how parts add up."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Tally:
    """What came of some points: entries acknowledged, tasks booked unheard, and harm."""

    points: int = 0
    acknowledged: int = 0
    unheard: int = 0
    harm: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count another part as well."""
        self.points += other.points
        self.acknowledged += other.acknowledged
        self.unheard += other.unheard
        self.harm += other.harm
