"""Opening a restriction, and changing one with the donor's consent.

Restricted only by an outside donor or law; a committee's earmark is not a restriction
(财会〔2004〕7号 art. 56). Purpose changes need the donor's written consent (捐赠法 art. 18,
慈善法 art. 56), whose reference is public.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from lovefund.core.accounts import Chart
from lovefund.core.entries import Draft, Fact, Posting, Restriction
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.language import language, said

#: What people call the restrictions that every fund has from its first day.
BUILT_IN_TITLES = {
    "general": "非限定用途 | Unrestricted",
    "named": "指定受助人 | For named pupils",
    "agency": "受托代管 | Held for others",
}


def called(code: str) -> str:
    """What people call a restriction of that code; the code where the donor's title is sealed."""
    return said(BUILT_IN_TITLES.get(code, code), language())


def restriction_opened(
    on: date,
    code: str,
    title: str,
    programmes: tuple[str, ...],
    agreement: str,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """A donor's limit gets a restriction of its own; ``agreement`` is the public reference."""
    facts: dict[str, Fact] = {
        "restriction": code,
        "class": "restricted",
        "programmes": list(programmes),
        "agreement": agreement,
    }
    return Draft(
        "restriction-opened", on, (), {**facts, **papers.facts()}, shown=title, file=papers.file()
    )


def restriction_changed(
    chart: Chart,
    on: date,
    source: Restriction,
    target: Restriction,
    held: Mapping[str, int],
    amount_fen: int,
    consent: str,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """Lift, add or change a restriction: net assets and money move from one pot to another.

    ``held`` is what the source restriction holds at each money account; money is taken from
    the fullest first. ValueError where it holds less than ``amount_fen``.
    """
    postings: list[Posting] = []
    left = amount_fen
    for code, fen in sorted(held.items(), key=lambda item: (-item[1], item[0])):
        part = min(fen, left)
        if part > 0:
            postings.append(Posting(chart.net(source.restricted), code, source.code, part))
            postings.append(Posting(code, chart.net(target.restricted), target.code, part))
            left -= part
    if left:
        raise ValueError("the restriction holds less")
    return Draft(
        "restriction-changed",
        on,
        tuple(postings),
        {"from": source.code, "to": target.code, "consent": consent, **papers.facts()},
        file=papers.file(),
    )
