"""Reads a bill into the inbox: each of its rows once, however often and in however many files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from lovefund.actions.evidence import EVIDENCE_BYTES_MAX, keep_content
from lovefund.actions.keys import require_keys
from lovefund.actions.workspace import Workspace, refuse
from lovefund.core import candidates
from lovefund.errors import BadInput
from lovefund.imports.bills import Bill, BillRow, Happening
from lovefund.language import _
from lovefund.money import yuan
from lovefund.store.inbox import Inbox, KeptBill, NewRow
from lovefund.store.vault import Vault

#: Where the money of a bill can lie; of every channel the place of its own name, if none is told.
PLACES = ("bank", "wechat", "alipay")


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file: how many rows are new, known already or moved no money.

    ``changed`` are known rows whose status is another now, as (id, status); ``gap`` tells what
    lies between this bill and another one of its account.
    """

    bill_no: int
    fresh: int
    known: int
    unmoved: int
    changed: tuple[tuple[str, str], ...] = ()
    gap: str = ""


def inbox_of(books: Any) -> Inbox:
    """The inbox of a fund's books; MachineLacks where its keys are not on this machine."""
    require_keys(books)
    return Inbox(books.connection, books.fund, books.vault)


def import_bill(
    ws: Workspace, bill: Bill, path: Path | None = None, place: str = "", gap_because: str = ""
) -> Imported:
    """Put a bill's rows into the inbox in one transaction; the file itself is kept as evidence.

    A bank's bill that does not go on from the last one of its account is refused, unless
    ``gap_because`` says why.
    """
    told, place = place, place or bill.channel
    if place not in PLACES:
        raise BadInput("--place", place, _("it is not among the choices"), ", ".join(PLACES))
    answer: list[Imported] = []
    with ws.writing() as (_book, books):
        inbox = inbox_of(books)
        account = books.vault.fingerprint(f"account {bill.account}") if bill.account else ""
        before = inbox.bill_of(bill.sha256)
        if before and told and told != before.place:
            raise BadInput(
                "--place",
                told,
                _("this file was imported before, as that of {place}").format(place=before.place),
                _("set its rows aside where that was wrong, and book them by hand"),
            )
        gap = "" if before else _gap(inbox.bills(), bill, place, account)
        if gap and not gap_because:
            raise refuse(
                "bill-gap",
                gap,
                _(
                    "import the bill of the days between; if there is none, say why: "
                    "--gap-because TEXT"
                ),
                _("What a bank's bills leave out, nobody can find again."),
            )
        keys = identities(books.vault, bill, bill.rows)
        there = {
            row.identity: row for row in inbox.between(bill.first - _AROUND, bill.last + _AROUND)
        }
        known = inbox.known(keys)
        fresh = [
            NewRow(
                row.number,
                key,
                books.vault.fingerprint(f"party {row.party}") if row.party else "",
                row.on,
                row.happening.value,
                row.fen,
                said_of(row),
            )
            for key, row in zip(keys, bill.rows, strict=True)
            if key not in known and row.happening is not Happening.NONE and row.fen
        ]
        changed = []
        for key, row in zip(keys, bill.rows, strict=True):
            kept = there.get(key)
            if kept is not None and kept.said["status"] != row.status:
                inbox.say_anew(key, {**kept.said, "status": row.status})
                changed.append((kept.id, row.status))
        number = before.no if before else 0
        if before is None:
            private = {
                "name": bill.name,
                "holder": bill.holder,
                "account": bill.account,
                "warnings": list(bill.warnings),
                "gap": gap,
                "because": gap_because,
            }
            kept_bill = KeptBill(
                0,
                bill.sha256,
                bill.form,
                bill.channel,
                place,
                account,
                bill.first,
                bill.last,
                bill.opening_fen,
                bill.closing_fen,
                bill.personal,
                "",
                ws.officer,
                private,
            )
            number = inbox.add_bill(kept_bill, fresh, ws.now(books.practice))
        if path is not None and path.stat().st_size <= EVIDENCE_BYTES_MAX:
            keep_content(ws, path.read_bytes(), bill.name)
        seen = sum(key in known for key in keys)
        answer.append(
            Imported(
                number,
                len(fresh),
                seen,
                len(bill.rows) - len(fresh) - seen,
                tuple(changed),
                gap,
            )
        )
    return answer[0]


#: A bill's period and the days of its rows may differ a little.
_AROUND = timedelta(days=3)


def identities(vault: Vault, bill: Bill, rows: Sequence[BillRow]) -> list[str]:
    """What each row is known by, hashed under the fund's key: it tells nobody else anything."""
    keys = []
    for row in rows:
        if row.order and bill.channel != "bank":
            key = candidates.order_key(bill.channel, row.order, row.refund_of)
        elif row.order:
            key = candidates.bank_key(row.order, row.refund_of, row.on, row.fen)
        else:
            balance = "" if row.balance_fen is None else str(row.balance_fen)
            texts = (row.time, balance, row.party, row.party_account, row.note)
            key = candidates.text_key(bill.channel, bill.account, row.on, row.fen, *texts)
        keys.append(key)
    return [vault.fingerprint(f"row {key}") for key in candidates.counted(keys)]


def identity_of_order(vault: Vault, channel: str, order: str) -> str:
    """What the row of that number is known by, wherever it was imported."""
    (key,) = candidates.counted([candidates.order_key(channel, order)])
    return vault.fingerprint(f"row {key}")


def said_of(row: BillRow) -> Mapping[str, Any]:
    """What a row says, as it is kept encrypted."""
    return {
        "party": row.party,
        "account": row.party_account,
        "note": row.note,
        "method": row.method,
        "status": row.status,
        "order": row.order,
        "refund_of": row.refund_of,
        "time": row.time,
        "fee_fen": row.fee_fen,
        "raw": list(row.raw),
    }


def _gap(bills: Sequence[KeptBill], bill: Bill, place: str, account: str) -> str:
    """How a bank's bill fails to go on from the one before it, or to lead to the next one.

    Bills that overlap hang together by the rows that they share.
    """
    own = [b for b in bills if (b.place, b.account) == (place, account)]
    if bill.channel != "bank" or any(b.first <= bill.last and b.last >= bill.first for b in own):
        return ""
    before = max((b for b in own if b.last < bill.first), key=lambda b: b.last, default=None)
    after = min((b for b in own if b.first > bill.last), key=lambda b: b.first, default=None)
    if before is not None and before.closing_fen != bill.opening_fen:
        return _gap_told(before.last, before.closing_fen, bill.first, bill.opening_fen)
    if after is not None and bill.closing_fen != after.opening_fen:
        return _gap_told(bill.last, bill.closing_fen, after.first, after.opening_fen)
    return ""


def _gap_told(last: date, closing: int | None, first: date, opening: int | None) -> str:
    """The gap in a sentence; nothing where one of the bills does not tell its balance."""
    if closing is None or opening is None:
        return ""
    return _(
        "the bill through {last} closes with {closing} yuan, the one from {first} on opens with "
        "{opening}: {difference} yuan are told by neither"
    ).format(
        last=last,
        closing=yuan(closing),
        first=first,
        opening=yuan(opening),
        difference=yuan(opening - closing),
    )
