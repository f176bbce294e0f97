"""What an auditor tests in sound books: doubled, split, late, missing a number, across an end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from lovefund.core.entries import Entry
from lovefund.core.findings import Finding
from lovefund.core.kinds import kind_name
from lovefund.language import _
from lovefund.money import yuan

#: Kinds whose party stands in the sealed dossier: a donor, or the case of each pupil.
WITH_PARTY = (
    "donation", "donation-in-kind", "service-donated", "identified", "grant-paid",
    "grant-promised", "agency-received", "agency-paid",
)  # fmt: skip
#: Kinds without one: the same amount on the same accounts is enough to ask.
WITHOUT_PARTY = ("outlay-paid", "goods-bought", "fee", "advance-paid", "refund-paid")
#: Payments that a limit of the rules can be split under.
PAYING = ("grant-paid", "outlay-paid", "goods-bought", "advance-paid")
#: Defaults of our own: payments within so many days are looked at together, and one is just
#: under a limit from so many percent of it on.
SPLIT_DAYS = 7
JUST_UNDER_PERCENT = 80
#: Recorded in a later month and so many days after it took effect is late.
LATE_DAYS = 15
#: From here on a whole multiple is a round sum.
ROUND_FEN = 1_000_00


class Part(NamedTuple):
    """What one entry gave to or took from one party; ``party`` is private and never shown."""

    entry: Entry
    party: str
    amount_fen: int


Limits = Callable[[Entry], Sequence[tuple[str, int]]]
Works = Callable[[date], bool]


def duplicates(parts: Iterable[Part]) -> Iterator[Finding]:
    """The same day, kind, accounts, amount and party again."""
    groups: dict[tuple[object, ...], list[Part]] = defaultdict(list)
    for part in parts:
        entry = part.entry
        asked = entry.kind in WITHOUT_PARTY or (entry.kind in WITH_PARTY and part.party)
        if asked and entry.postings:
            shape = tuple(p[:3] for p in entry.postings)
            groups[entry.on, entry.kind, shape, part.amount_fen, part.party].append(part)
    for alike in groups.values():
        first = alike[0].entry
        for entry, _party, fen in alike[1:]:
            yield _told(
                "duplicate",
                entry,
                _("“{kind}” of {amount} yuan on {day}, like entry {other}").format(
                    kind=kind_name(entry.kind), amount=yuan(fen), day=entry.on, other=first.no
                ),
                _("compare both with their papers; `lovefund void` takes one back if it is double"),
            )


def splits(parts: Iterable[Part], limits: Limits) -> Iterator[Finding]:
    """Payments to one party within days, each just under a limit and together above it."""
    groups: dict[tuple[str, str, str, int], list[Part]] = defaultdict(list)
    for part in parts:
        if part.entry.kind not in PAYING or (part.entry.kind == "grant-paid" and not part.party):
            continue
        for article, limit in limits(part.entry):
            if limit * JUST_UNDER_PERCENT <= 100 * part.amount_fen <= 100 * limit:
                account = part.entry.postings[0].debit if part.entry.postings else ""
                groups[article, part.party, account, limit].append(part)
    for (article, _party, _account, limit), found in groups.items():
        for run in _runs(sorted(found, key=lambda p: (p.entry.on, p.entry.no))):
            total = sum(part.amount_fen for part in run)
            if total > limit:
                numbers = ", ".join(str(part.entry.no) for part in run)
                yield Finding(
                    "split",
                    _("entry {no}, article {article}").format(no=numbers, article=article),
                    _(
                        "{count} payments of {total} yuan together within {days} days, each just "
                        "under the limit of {limit}"
                    ).format(count=len(run), total=yuan(total), days=SPLIT_DAYS, limit=yuan(limit)),
                    _("ask who decided, and why not in one"),
                )


def _runs(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Parts in order of days, cut where more than the days of a split lie between."""
    run: list[Part] = []
    for part in parts:
        if run and part.entry.on - run[0].entry.on > timedelta(days=SPLIT_DAYS):
            if len(run) > 1:
                yield run
            run = []
        run.append(part)
    if len(run) > 1:
        yield run


def number_gaps(entries: Iterable[Entry]) -> Iterator[Finding]:
    """Vouchers by the year of their day, receipts by that of recording: 1, 2, 3 … in order."""
    last: dict[tuple[str, int], int] = defaultdict(int)
    for entry in entries:
        numbers = []
        if entry.voucher_no is not None and entry.voucher_year is not None:
            numbers.append((_("voucher"), entry.voucher_year, entry.voucher_no))
        receipt = str(entry.facts.get("receipt", ""))
        if receipt and entry.kind != "receipt-copied":
            numbers.append((_("receipt"), int(receipt[:4]), int(receipt[5:])))
        for series, year, number in numbers:
            due = last[series, year] + 1
            last[series, year] = number
            if number != due:
                yield _told(
                    "number-gap",
                    entry,
                    _("{series} {year}: number {number} follows {before}").format(
                        series=series, year=year, number=number, before=due - 1
                    ),
                    _("ask for what is missing; run `lovefund check`"),
                )


def cut_off(entries: Iterable[Entry], last: date) -> Iterator[Finding]:
    """Entries that took effect up to a day and were recorded after it."""
    for entry in entries:
        if entry.on <= last < entry.at and entry.postings:
            yield _told(
                "cut-off",
                entry,
                _("{amount} yuan took effect on {on} and were recorded on {at}").format(
                    amount=yuan(_total(entry)), on=entry.on, at=entry.at
                ),
                _("look at the paper: does it belong to the period that was over?"),
            )


def late(entries: Iterable[Entry]) -> Iterator[Finding]:
    """Entries recorded in a later month than that of their day, and long after it."""
    for entry in entries:
        months = entry.on.isoformat()[:7] < entry.at.isoformat()[:7]
        if entry.postings and months and (entry.at - entry.on).days > LATE_DAYS:
            yield _told(
                "late",
                entry,
                _("it took effect on {on} and was recorded {days} days later").format(
                    on=entry.on, days=(entry.at - entry.on).days
                ),
                _("ask why; `lovefund diff` shows what it changed of what was said before"),
            )


def round_sums(entries: Iterable[Entry]) -> Iterator[Finding]:
    """Payments of whole thousands; they are often right, and worth a look."""
    for entry in entries:
        total = _total(entry)
        if entry.kind in PAYING and total >= ROUND_FEN and total % ROUND_FEN == 0:
            yield _told(
                "round-sum",
                entry,
                _("“{kind}” of {amount} yuan").format(
                    kind=kind_name(entry.kind), amount=yuan(total)
                ),
                _("compare it with its paper"),
            )


def rest_days(entries: Iterable[Entry], works: Works) -> Iterator[Finding]:
    """Entries recorded on a day of rest; often right, and worth a look."""
    for entry in entries:
        if entry.postings and not works(entry.at):
            yield _told(
                "rest-day",
                entry,
                _("it was recorded on {at}, a day of rest").format(at=entry.at),
                _("ask who was there"),
            )


def standing(entries: Iterable[Entry], voided: Iterable[int | None]) -> list[Entry]:
    """The entries without those that were voided, and without what corrects."""
    gone = set(voided)
    return [e for e in entries if e.no not in gone and e.kind not in ("void", "correction")]


def _total(entry: Entry) -> int:
    return sum(p.amount_fen for p in entry.postings)


def _told(code: str, entry: Entry, what: str, mend: str) -> Finding:
    return Finding(code, _("entry {no}").format(no=entry.no), what, mend)
