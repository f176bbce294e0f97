"""What every printed paper says of itself: whose books it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from lovefund.publishing.render import refuse_missing


@dataclass(frozen=True, slots=True)
class Issuer:
    """The fund and the school in whose name a paper is printed."""

    fund: str
    fund_name: str
    school_name: str
    practice: bool


def refuse_issuer(issuer: Issuer) -> None:
    """MachineLacks where the fund's or the school's name cannot be drawn."""
    refuse_missing(issuer.fund_name + issuer.school_name, "fund")
