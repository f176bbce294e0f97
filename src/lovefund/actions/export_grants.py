"""Grants as open data, in the form of the 360Giving standard (1.4): no name, no small count.

A grant to five pupils or more is one record. Grants to fewer are one record a month, without a
number and dated with the first day of the month, so that no record points at a child.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from lovefund.actions.export_journals import entries_of
from lovefund.actions.figures import fund_names
from lovefund.actions.items import amount_now, as_mended
from lovefund.core.days import Period
from lovefund.core.entries import Entry
from lovefund.language import said
from lovefund.store.reading import Books

AWARDING = ("grant-paid", "grant-promised")
#: What the standard lets stand for a person who is not named.
RECIPIENT = "Individual Recipient"
#: Codes of the standard: financial hardship; what the money is for, by programme.
HARDSHIP = "GTIR010"
EDUCATION = "GTIP130"
_PURPOSES = {"visits": "GTIP100"}


@dataclass(slots=True)
class _Group:
    """Grants to fewer than five pupils of one month and purpose, together."""

    last: date
    amount_fen: int = 0
    paid_fen: int = 0


def grants(books: Books, period: Period | None) -> Generator[str]:
    """The document, one record a line."""
    yield '{"grants": ['
    for index, record in enumerate(_records(books, period)):
        yield (",\n" if index else "\n")
        yield json.dumps(record, ensure_ascii=False, sort_keys=True)
    yield "\n]}\n"


def _records(books: Books, period: Period | None) -> Iterator[dict[str, Any]]:
    shared = _shared(books)
    few: dict[tuple[str, str], _Group] = {}
    for entry in entries_of(books, period):
        if entry.kind not in AWARDING or _settles_a_promise(books, entry):
            continue
        amount = amount_now(books, entry)
        if not amount:
            continue
        returned, last = _since(books, entry)
        paid = amount - returned if entry.kind == "grant-paid" else 0
        programme = str(entry.facts.get("programme", "aid"))
        if "pupils" in entry.facts:
            yield shared | _record(
                books, str(entry.no), entry.on, last, programme, amount, paid,
                str(entry.facts["pupils"]),
            )  # fmt: skip
            continue
        group = few.setdefault((entry.on.isoformat()[:7], programme), _Group(last))
        group.last = max(group.last, last)
        group.amount_fen += amount
        group.paid_fen += paid
    for (month, programme), group in sorted(few.items()):
        day = date.fromisoformat(month + "-01")
        yield shared | _record(
            books, f"{month}-{programme}", day, group.last, programme, group.amount_fen,
            group.paid_fen, "",
        )  # fmt: skip


def _shared(books: Books) -> dict[str, Any]:
    name = said(fund_names(books)[0], "zh")
    return {
        "currency": "CNY",
        "fundingOrganization": [{"id": f"360G-{books.fund}", "name": name}],
    }


def _record(
    books: Books,
    own: str,
    awarded: date,
    last: date,
    programme: str,
    amount_fen: int,
    paid_fen: int,
    pupils: str,
) -> dict[str, Any]:
    account = books.chart.role(f"programme:{programme}")
    told = f"{pupils} pupils" if pupils else "single pupils, not counted"
    return {
        "id": f"360G-{books.fund}-{own}",
        "title": f"{account.short('zh')} {account.short('en')}",
        "description": f"Grants of a school's love fund: {told}.",
        "amountAwarded": amount_fen / 100,
        "amountDisbursed": paid_fen / 100,
        "awardDate": awarded.isoformat(),
        "dateModified": f"{last.isoformat()}T00:00:00+08:00",
        "grantProgramme": [{"code": programme, "title": account.short("zh")}],
        "recipientIndividual": {"id": f"360G-{books.fund}-{own}-individuals", "name": RECIPIENT},
        "toIndividualsDetails": {
            "primaryGrantReason": HARDSHIP,
            "grantPurpose": [_PURPOSES.get(programme, EDUCATION)],
        },
    }


def _settles_a_promise(books: Books, entry: Entry) -> bool:
    """Whether a payment only pays what was awarded by an earlier entry."""
    due = books.chart.code("grant-due")
    return entry.kind == "grant-paid" and any(p.debit == due for p in entry.postings)


def _since(books: Books, entry: Entry) -> tuple[int, date]:
    """What came back of a grant, in fen, and the last day on which anything was recorded of it."""
    later = books.naming(entry.no)
    back = (as_mended(books, e) for e in later if e.kind == "grant-returned")
    returned = sum(p.amount_fen for e in back for p in e.postings)
    return returned, max([entry.at, *(e.at for e in later)])
