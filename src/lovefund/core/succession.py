"""A school closes or merges: its fund hands everything to a successor and takes no more entries.

Every pot goes over whole, with its restriction, in a pair of entries that name each other; income
and outlay are closed into net assets, so that each account of the fund that ends stands at zero
(慈善法 art. 18, 58). Agreements and pupils' files are sealed anew under the successor's keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from lovefund.core.accounts import Chart
from lovefund.core.closing import year_closed
from lovefund.core.entries import Draft, Fact, Posting, Restriction
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.errors import Refusal
from lovefund.language import _

WOUND_UP, FILES, AGREEMENTS = "wound-up", "files-received", "agreements-received"
#: What a fund that ended may still record: what it publishes, and what people have a right to.
STILL = ("statement", "cosigned", "evidence-added", "name-mended", "receipt-copied")

#: How long a restriction's code may be (log format, section 1).
RESTRICTION_LENGTH_MAX = 40

#: What a restriction holds at each place of money, in fen.
Held = Mapping[str, Mapping[str, int]]


def new_code(code: str, fund: str, taken: Mapping[str, Restriction]) -> str:
    """What a restriction is called in the successor: as before, or with the old fund's name.

    >>> new_code("home", "shiqiao", {}), len(new_code("h" * 40, "s" * 40, {"h" * 40: None}))
    ('home', 40)
    """
    if code not in taken:
        return code
    named = f"{code[: RESTRICTION_LENGTH_MAX // 2]}-{fund}"[:RESTRICTION_LENGTH_MAX].rstrip("-")
    number, found = 2, named
    while found in taken:
        found, number = f"{named[: RESTRICTION_LENGTH_MAX - 4]}-{number}", number + 1
    return found


def still_open(what: str, mend: str) -> Refusal:
    """The refusal of what keeps a fund from ending."""
    return Refusal(
        "still-open",
        what,
        _("A fund ends with nothing open, and nothing on any account (慈善法 art. 18)."),
        mend,
    )


def handed_over(
    chart: Chart,
    on: date,
    held: Held,
    restrictions: Mapping[str, Restriction],
    peer: str,
    peer_no: int,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """All money of the fund that ends goes to its successor."""
    postings = [
        Posting(chart.net(restrictions[code].restricted), account, code, fen)
        for code, places in sorted(held.items())
        for account, fen in sorted(places.items())
    ]
    facts: dict[str, Fact] = {"peer": peer, "peer_no": peer_no}
    return Draft(
        "transfer-out", on, tuple(postings), {**facts, **papers.facts()}, file=papers.file()
    )


def taken_over(
    chart: Chart,
    old: Chart,
    on: date,
    held: Held,
    restrictions: Mapping[str, Restriction],
    codes: Mapping[str, str],
    peer: str,
    peer_no: int,
) -> Draft:
    """The same money arrives, each pot under its restriction; places keep their roles."""
    postings = [
        Posting(
            chart.code(old[account].role),
            chart.net(restrictions[code].restricted),
            codes[code],
            fen,
        )
        for code, places in sorted(held.items())
        for account, fen in sorted(places.items())
    ]
    return Draft("transfer-in", on, tuple(postings), {"peer": peer, "peer_no": peer_no})


def received(kind: str, on: date, peer: str, peer_no: int, files: Sequence[Any]) -> Draft:
    """Dossiers of the fund that ended: (entry, kind, day, dossier) of each, sealed anew."""
    return Draft(
        kind, on, (), {"peer": peer, "peer_no": peer_no}, file={"from": peer, "files": list(files)}
    )


def last_year_closed(
    chart: Chart,
    on: date,
    balances: Sequence[tuple[str, str, int]],
    restrictions: dict[str, Restriction],
) -> Draft:
    """Income and outlay of the fund's last year go into net assets on its last day.

    The books stay open on that day, for the entry that ends them.
    """
    draft = year_closed(chart, on.year, balances, restrictions)
    facts: dict[str, Fact] = {"year": on.year, "through": (on - timedelta(1)).isoformat()}
    return replace(draft, on=on, facts=facts)


def wound_up(on: date, successor: str, peer_no: int | None, papers: Papers = NO_PAPERS) -> Draft:
    """The fund ends: its books are closed through this day and take no more entries.

    ``peer_no`` is the successor's last entry of what it took over; None where there was nothing.
    """
    facts: dict[str, Fact] = {"successor": successor, "through": on.isoformat()}
    if peer_no is not None:
        facts["peer_no"] = peer_no
    return Draft(WOUND_UP, on, (), {**facts, **papers.facts()}, file=papers.file())
