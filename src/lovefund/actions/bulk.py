"""Books many gifts of one file: all or none, and never the same row twice.

A row is known by what it says and by how many equal rows stand before it, so two equal rows
are two gifts. The same file again books nothing. A row that another file brought before is
asked about: it may be the same gift in a longer list, or another gift that looks the same.
"""

from __future__ import annotations

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
from lovefund.store.vault import Vault

_PREFIX = "bulk."
#: What to do with rows that another file brought.
SKIP, BOOK = "skip", "book"


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
    without it KnownRows names them and nothing is booked. Of a file that was booked before
    such rows were answered then, and stay skipped.
    """
    answer: list[Booked] = []
    with ws.writing() as (book, books):
        keys = _keys(gifts, books.vault)
        before = books.known_requests(_PREFIX)
        same_file = {key for key in keys if f"{key}.{file_sha256[:12]}" in before}
        brought = {request.rpartition(".")[0] for request in before}
        elsewhere = [
            (gift, key)
            for gift, key in zip(gifts, keys, strict=True)
            if key in brought and key not in same_file
        ]
        if same_file and not known:
            known = SKIP
        if elsewhere and known not in (SKIP, BOOK):
            raise KnownRows(elsewhere)
        skipped = {key for _gift, key in elsewhere} if known == SKIP else set()
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


def _keys(gifts: Sequence[Gift], vault: Vault) -> list[str]:
    """What each row is known by: it must not help anyone without the keys to guess a name."""
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
        digest = vault.fingerprint(text)
        seen[digest] += 1
        keys.append(f"{_PREFIX}{digest}.{seen[digest]}")
    return keys


class KnownRows(BadInput):
    """Rows that an earlier file brought too: the same gifts, or further ones?"""

    def __init__(self, elsewhere: Sequence[tuple[Gift, str]]) -> None:
        rows = ", ".join(str(gift.row) for gift, _key in elsewhere[:8])
        super().__init__(
            "--known",
            "",
            _(
                "{count} rows ({rows}{more}; {amount} yuan) say the same as rows of an earlier file"
            ).format(
                count=len(elsewhere),
                rows=rows,
                more=" …" if len(elsewhere) > 8 else "",
                amount=yuan(sum(g.amount_fen for g, _k in elsewhere)),
            ),
            _("--known skip if they are the same gifts, --known book if they are further gifts"),
        )
