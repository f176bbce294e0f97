"""Keeps the inbox: bills that were read in and their rows, beside the books and never in them.

A row is accepted exactly when an entry bears its identity in its request, so what is accepted
can be told from the entries alone, whatever became of the inbox. What rows say of people is
encrypted here, and nowhere else in the database.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, insert, literal, or_, select, update

from lovefund.errors import BadInput
from lovefund.language import _
from lovefund.store import tables as t
from lovefund.store.bulk import insert_rows
from lovefund.store.vault import Vault

#: What a request begins with that accepts a row, or the two rows of a pair.
PREFIX = "bill."
#: Where the second identity of a pair begins in a request: each has 24 digits.
_SECOND = len(PREFIX) + 24 + 2
#: Identities that are asked for by name at once.
_ASKED_MAX = 500
_b, _r, _e = t.bill.c, t.bill_row.c, t.entry.c


@dataclass(frozen=True, slots=True)
class KeptBill:
    """A bill as the inbox keeps it; ``private`` is what is encrypted of it."""

    no: int
    sha256: str
    form: str
    channel: str
    place: str
    account: str
    first: date
    last: date
    opening_fen: int | None
    closing_fen: int | None
    personal: bool
    imported_at: str
    officer: str
    private: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row as the inbox keeps it; ``said`` and ``decided`` are what is encrypted of it.

    ``entry`` is the entry that it was accepted as, ``same_no`` one that it repeats.
    """

    bill_no: int
    row_no: int
    identity: str
    party: str
    place: str
    personal: bool
    on: date
    happening: str
    fen: int
    aside: bool
    same_no: int | None
    entry: int | None
    said: Mapping[str, Any]
    decided: Mapping[str, Any]

    @property
    def id(self) -> str:
        """What people call it: the number of its bill and its row there."""
        return f"{self.bill_no}.{self.row_no}"


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to be kept; ``party`` is hashed by which other rows of the party are found."""

    row_no: int
    identity: str
    party: str
    on: date
    happening: str
    fen: int
    said: Mapping[str, Any]


class Decided(NamedTuple):
    """What a row became: its entry, with the accounts and restriction of its first posting.

    ``party`` is hashed; its ``name`` is told only where nobody named the party.
    """

    party: str
    name: str
    no: int
    on: date
    kind: str
    accounts: tuple[str, str]
    restriction: str


def request_of(*identities: str, step: str = "") -> str:
    """The request of the entry that accepts a row or a pair; ``step`` names one of several."""
    return PREFIX + "+".join(identities) + (f"~{step}" if step else "")


def accepted_by(request: str) -> list[str]:
    """The identities of the rows that an entry's request accepts; empty where it is no such."""
    if not request.startswith(PREFIX):
        return []
    return request.removeprefix(PREFIX).partition("~")[0].split("+")


class Inbox:
    """The inbox of one fund, inside the transaction that an action opened."""

    def __init__(self, connection: Connection, fund: str, vault: Vault) -> None:
        self._connection = connection
        self._fund = fund
        self._vault = vault

    def bills(self) -> list[KeptBill]:
        """Every bill that was imported, in order of import."""
        query = select(t.bill).where(_b.fund == self._fund).order_by(_b.no)
        return [self._bill(row) for row in self._connection.execute(query)]

    def bill_of(self, sha256: str) -> KeptBill | None:
        """The bill of a file that was imported before, or None."""
        query = select(t.bill).where(_b.fund == self._fund, _b.sha256 == sha256)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else self._bill(row)

    def _bill(self, row: Any) -> KeptBill:
        return KeptBill(
            row.no,
            row.sha256,
            row.form,
            row.channel,
            row.place,
            row.account,
            date.fromisoformat(row.first_on),
            date.fromisoformat(row.last_on),
            row.opening_fen,
            row.closing_fen,
            bool(row.personal),
            row.imported_at,
            row.officer,
            self._vault.open_beside(f"bill/{row.sha256}", row.content),
        )

    def add_bill(self, bill: KeptBill, rows: Iterable[NewRow], at: datetime) -> int:
        """Keep a bill and its rows under the next number, which is returned."""
        last = self._connection.execute(
            select(func.max(_b.no)).where(_b.fund == self._fund)
        ).scalar()
        no = (last or 0) + 1
        seal = self._vault.seal_beside
        self._connection.execute(
            insert(t.bill).values(
                fund=self._fund,
                no=no,
                sha256=bill.sha256,
                form=bill.form,
                channel=bill.channel,
                place=bill.place,
                account=bill.account,
                first_on=bill.first.isoformat(),
                last_on=bill.last.isoformat(),
                opening_fen=bill.opening_fen,
                closing_fen=bill.closing_fen,
                personal=int(bill.personal),
                imported_at=at.isoformat(timespec="seconds"),
                officer=bill.officer,
                content=seal(f"bill/{bill.sha256}", bill.private),
            )
        )
        insert_rows(
            self._connection,
            t.bill_row,
            [
                (
                    self._fund,
                    no,
                    row.row_no,
                    row.identity,
                    row.party,
                    row.on.isoformat(),
                    row.happening,
                    row.fen,
                    0,
                    None,
                    "",
                    seal(f"row/{row.identity}", row.said),
                )
                for row in rows
            ],
        )
        return no

    def known(self, identities: Collection[str]) -> set[str]:
        """Which of these rows are in the inbox already."""
        query = select(_r.identity).where(_r.fund == self._fund)
        if len(identities) <= _ASKED_MAX:
            query = query.where(_r.identity.in_(identities))
        return set(self._connection.execute(query).scalars()) & set(identities)

    def waiting(self) -> list[KeptRow]:
        """Rows that nobody accepted or set aside yet, the oldest first."""
        return [r for r in self._rows(_r.aside == 0, _e.no.is_(None)) if r.entry is None]

    def waiting_since(self) -> tuple[int, date | None]:
        """How many rows wait, and since which day; opens none of them."""
        paired = self._paired_requests()
        query = self._joined(_r.identity, _r.effective_on).where(_r.aside == 0, _e.no.is_(None))
        days = [d for i, d in self._connection.execute(query) if i not in paired]
        return len(days), date.fromisoformat(min(days)) if days else None

    def put_aside(self) -> list[KeptRow]:
        """Rows that were set aside, the oldest first."""
        return self._rows(_r.aside == 1)

    def between(
        self, first: date, last: date, only: Callable[[Any, str], bool] = lambda _row, _place: True
    ) -> list[KeptRow]:
        """The rows of a run of days, whatever became of them; ``only`` those are opened."""
        days = (_r.effective_on >= first.isoformat(), _r.effective_on <= last.isoformat())
        return self._rows(*days, only=only)

    def decisions(self, parties: Collection[str] | None = None) -> Iterator[Decided]:
        """What rows of these parties (hashed), or of all, were accepted as.

        Of a pair it is the second row's: that of the wallet, which knows for what was paid.
        """
        for of_pairs in (False, True):
            for row in self._connection.execute(self._decisions(parties, of_pairs=of_pairs)):
                if parties is not None and row.party not in parties:
                    continue
                said = (
                    self._vault.open_beside(f"row/{row.identity}", row.content)
                    if parties is None
                    else {}
                )
                yield Decided(
                    row.party,
                    said.get("party", ""),
                    row.no,
                    date.fromisoformat(row.effective_on),
                    row.kind,
                    (row.debit, row.credit),
                    row.restriction,
                )

    def _decisions(self, parties: Collection[str] | None, *, of_pairs: bool) -> Any:
        p = t.posting.c
        posting = and_(p.fund == _e.fund, p.entry_no == _e.no, p.posting_no == 1)
        columns = (_r.party, _r.identity, _r.content, _e.no, _e.kind, _e.effective_on)
        query = (
            self._joined(
                *columns,
                p.debit,
                p.credit,
                p.restriction,
                of_pairs=of_pairs,
            )
            .join(t.posting, posting)
            .where(_r.party != "")
            .order_by(_e.no)
        )
        few = parties is not None and len(parties) <= _ASKED_MAX
        return query.where(_r.party.in_(list(parties or ()))) if few else query

    def row(self, name: str) -> KeptRow:
        """The row that people call so (``3.17``); BadInput where there is none."""
        bill, dot, number = name.partition(".")
        if dot and bill.isdecimal() and number.isdecimal() and len(name) < 19:
            for row in self._rows(_r.bill_no == int(bill), _r.row_no == int(number)):
                return row
        raise BadInput(
            "id",
            name,
            _("no row of the inbox is called so"),
            _("`lovefund inbox --every` lists them: the bill's number, a point, the row's number"),
        )

    def decide(self, row: KeptRow, decided: Mapping[str, Any]) -> None:
        """Keep what somebody changed in a row, encrypted."""
        text = self._vault.seal_beside(f"decided/{row.identity}", decided) if decided else ""
        self._update(row, decided=text)

    def set_aside(self, row: KeptRow, because: str, same_no: int | None = None) -> None:
        """Set a row aside, as one that ``same_no`` tells of already or for another reason."""
        self.decide(row, {**row.decided, "because": because})
        self._update(row, aside=1, same_no=same_no)

    def bring_back(self, row: KeptRow) -> None:
        """Let a row wait again."""
        self.decide(row, {k: v for k, v in row.decided.items() if k != "because"})
        self._update(row, aside=0, same_no=None)

    def say_anew(self, identity: str, said: Mapping[str, Any]) -> None:
        """Keep what a later bill says of a known row."""
        text = self._vault.seal_beside(f"row/{identity}", said)
        self._connection.execute(
            update(t.bill_row)
            .where(_r.fund == self._fund, _r.identity == identity)
            .values(content=text)
        )

    def entries_of(self, identities: Collection[str]) -> dict[str, int]:
        """The entries that accepted these rows, whether the inbox still has the rows or not."""
        found = {i: no for i, no in self._paired_requests().items() if i in set(identities)}
        for part in _parts(identities):
            single = {request_of(identity): identity for identity in part}
            query = select(_e.request, _e.no).where(
                _e.fund == self._fund, _e.request.in_(list(single))
            )
            for request, no in self._connection.execute(query):
                found[single[request]] = no
        return found

    def same_entries(self) -> set[int]:
        """The entries that rows were set aside for."""
        query = select(_r.same_no).where(_r.fund == self._fund, _r.same_no.is_not(None))
        return {int(no) for no in self._connection.execute(query).scalars()}

    def typed(self, accounts: Mapping[str, str], first: date, last: date) -> list[Any]:
        """(no, on, place, fen) of what entries moved at these accounts that no bill brought.

        ``accounts`` are places by account code. An entry moved what its corrections leave of it;
        voided ones are left out.
        """
        p = t.posting.c
        later = t.entry.alias("later")
        voided = select(later.c.no).where(
            later.c.fund == _e.fund, later.c.of_no == _e.no, later.c.kind == "void"
        )
        query = (
            select(_e.no, _e.of_no, _e.kind, _e.effective_on, p.debit, p.credit, p.amount_fen)
            .join(t.posting, and_(p.fund == _e.fund, p.entry_no == _e.no))
            .where(
                _e.fund == self._fund,
                _e.effective_on >= first.isoformat(),
                _e.effective_on <= last.isoformat(),
                _e.request.not_like(f"{PREFIX}%"),
                _e.kind.not_in(("void", "opening-balance", "year-closed")),
                or_(p.debit.in_(list(accounts)), p.credit.in_(list(accounts))),
                ~voided.exists(),
            )
            .order_by(_e.no)
        )
        days: dict[int, str] = {}
        sums: dict[tuple[int, str], int] = {}
        for no, of, kind, on, debit, credit, fen in self._connection.execute(query):
            corrects = kind == "correction"
            days |= {} if corrects else {no: on}
            for account, moved in ((debit, fen), (credit, -fen)):
                if account in accounts:
                    key = (of if corrects else no, accounts[account])
                    sums[key] = sums.get(key, 0) + moved
        return [
            (no, date.fromisoformat(days[no]), place, fen)
            for (no, place), fen in sums.items()
            if no in days
        ]

    def _joined(self, *columns: Any, of_pairs: bool = False) -> Any:
        """Rows beside the entry that accepted them alone, or as the second of a pair."""
        same = (
            and_(_e.request.like(f"{PREFIX}%+%"), func.substr(_e.request, _SECOND) == _r.identity)
            if of_pairs
            else _e.request == literal(PREFIX) + _r.identity
        )
        return (
            select(*columns)
            .select_from(t.bill_row.outerjoin(t.entry, and_(_e.fund == _r.fund, same)))
            .where(_r.fund == self._fund)
        )

    def _rows(
        self, *where: Any, only: Callable[[Any, str], bool] = lambda _row, _place: True
    ) -> list[KeptRow]:
        paired = self._paired_requests()
        bills = {
            row.no: row
            for row in self._connection.execute(
                select(_b.no, _b.place, _b.personal).where(_b.fund == self._fund)
            )
        }
        query = (
            self._joined(t.bill_row, _e.no.label("entry"))
            .where(*where)
            .order_by(_r.effective_on, _r.bill_no, _r.row_no)
        )
        return [
            self._row(
                row,
                bills[row.bill_no],
                row.entry if row.entry is not None else paired.get(row.identity),
            )
            for row in self._connection.execute(query)
            if only(row, bills[row.bill_no].place)
        ]

    def _row(self, row: Any, bill: Any, entry: int | None) -> KeptRow:
        open_ = self._vault.open_beside
        return KeptRow(
            row.bill_no,
            row.row_no,
            row.identity,
            row.party,
            bill.place,
            bool(bill.personal),
            date.fromisoformat(row.effective_on),
            row.happening,
            row.amount_fen,
            bool(row.aside),
            row.same_no,
            entry,
            open_(f"row/{row.identity}", row.content),
            open_(f"decided/{row.identity}", row.decided) if row.decided else {},
        )

    def _paired_requests(self) -> dict[str, int]:
        """The entries that accepted two rows at once, by the identity of each."""
        query = select(_e.request, _e.no).where(
            _e.fund == self._fund, _e.request.like(f"{PREFIX}%+%")
        )
        return {
            identity: no
            for request, no in self._connection.execute(query)
            for identity in accepted_by(request)
        }

    def _update(self, row: KeptRow, **values: Any) -> None:
        self._connection.execute(
            update(t.bill_row)
            .where(_r.fund == self._fund, _r.identity == row.identity)
            .values(**values)
        )


def _parts(names: Collection[str]) -> list[Sequence[str]]:
    listed = list(names)
    return [listed[i : i + _ASKED_MAX] for i in range(0, len(listed), _ASKED_MAX)]
