"""Books many gifts of one file: all or none, and never the same row twice.

A row is known by what it says and by how many equal rows stand before it, so two equal rows
are two gifts. The same file again books nothing. A row that another file brought before is
asked about: it may be the same gift in a longer list, or another gift that looks the same.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lovefund.actions.workspace import Workspace
from lovefund.core import donations
from lovefund.core.donations import Donor
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.errors import BadInput
from lovefund.language import _
from lovefund.money import yuan
from lovefund.store.book import Posted

_PREFIX = "bulk."


@dataclass(frozen=True, slots=True)
class Gift:
    """One row's gift; ``row`` is its number in the sheet."""

    row: int
    on: date
    amount_fen: int
    place: str
    source: str
    donor: Donor
    restriction: str
    papers: Papers = NO_PAPERS


@dataclass(frozen=True, slots=True)
class Booked:
    """What came of a file: new entries, rows booked before, and the new sum in fen."""

    fresh: int
    known: int
    fresh_fen: int


def donate_many(
    ws: Workspace,
    file_sha256: str,
    gifts: Sequence[Gift],
    known: str = "",
    report: Callable[[Posted], None] = lambda _posted: None,
) -> Booked:
    """Book the gifts of a file in one transaction.

    ``known`` says what to do with rows that another file brought: ``skip`` or ``book``;
    without it BadInput names them and nothing is booked.
    """
    keys = _keys(gifts)
    answer: list[Booked] = []
    with ws.writing() as (book, books):
        before = books.known_requests(_PREFIX)
        same_file = {key for key in keys if f"{key}.{file_sha256[:12]}" in before}
        brought = {request.rpartition(".")[0] for request in before}
        elsewhere = [
            (gift, key)
            for gift, key in zip(gifts, keys, strict=True)
            if key in brought and key not in same_file
        ]
        if elsewhere and known not in ("skip", "book"):
            raise _asked(elsewhere)
        skipped = {key for _gift, key in elsewhere} if known == "skip" else set()
        drafts = [
            replace(
                donations.donation(
                    book.chart,
                    g.on,
                    g.amount_fen,
                    g.place,
                    g.source,
                    g.donor,
                    g.restriction,
                    g.papers,
                ),
                request=f"{key}.{file_sha256[:12]}",
            )
            for g, key in zip(gifts, keys, strict=True)
            if key not in skipped
        ]
        fresh_fen = sum(d.total_fen for d in drafts if d.request not in before)
        fresh = book.post(drafts, report)
        answer.append(Booked(fresh, len(gifts) - fresh, fresh_fen))
    return answer[0]


def _keys(gifts: Sequence[Gift]) -> list[str]:
    seen: Counter[str] = Counter()
    keys = []
    for g in gifts:
        said = [
            g.on.isoformat(),
            g.amount_fen,
            g.place,
            g.source,
            g.donor.name,
            g.donor.public.value,
            g.donor.alias,
            g.restriction,
        ]
        text = json.dumps(said, ensure_ascii=False)
        digest = hashlib.sha256(text.encode()).hexdigest()[:24]
        seen[digest] += 1
        keys.append(f"{_PREFIX}{digest}.{seen[digest]}")
    return keys


def _asked(elsewhere: Sequence[tuple[Gift, str]]) -> BadInput:
    rows = ", ".join(str(gift.row) for gift, _key in elsewhere[:8])
    more = " …" if len(elsewhere) > 8 else ""
    return BadInput(
        "known",
        "",
        _(
            "{count} rows ({rows}{more}; {amount} yuan) say the same as rows of an earlier file"
        ).format(
            count=len(elsewhere),
            rows=rows,
            more=more,
            amount=yuan(sum(g.amount_fen for g, _k in elsewhere)),
        ),
        _("--known skip if they are the same gifts, --known book if they are further gifts"),
    )
