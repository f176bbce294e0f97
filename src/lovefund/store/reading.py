"""Questions about a fund's books, each answered from as few rows as it needs."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Select, and_, bindparam, func, or_, select

from lovefund.core.accounts import Chart
from lovefund.core.cases import Case
from lovefund.core.entries import BUILT_IN, Entry, Restriction
from lovefund.core.officers import Officers
from lovefund.errors import StorageError
from lovefund.log import lines, tree
from lovefund.store import tables as t
from lovefund.store.book import read_chart, read_restrictions, unknown_fund
from lovefund.store.cases import application_of, find_case
from lovefund.store.offices import read_officers
from lovefund.store.vault import Keys, Vault

# Questions that every verb asks, composed once: composing costs more than asking.
_e = t.entry.c
_OF_FUND: BindParameter[str] = bindparam("of_fund")
_FUND = select(t.fund).where(t.fund.c.fund == _OF_FUND)
_HEAD = select(t.log_head).where(t.log_head.c.fund == _OF_FUND)
_TOTALS = select(t.account.c.code, t.account.c.debit_fen - t.account.c.credit_fen).where(
    t.account.c.fund == _OF_FUND
)
_ENTRIES = select(_e.no, _e.voucher_year, _e.voucher_no, _e.line, _e.leaf).where(
    _e.fund == _OF_FUND
)
_ENTRY = _ENTRIES.where(_e.no == bindparam("of_no"))
_NAMING = _ENTRIES.where(_e.of_no == bindparam("of_no")).order_by(_e.no)
_BY_REQUEST = select(_e.no).where(_e.fund == _OF_FUND, _e.request == bindparam("of_request"))
_POTS = (
    select(t.restriction)
    .where(t.restriction.c.fund == _OF_FUND)
    .order_by(
        t.restriction.c["class"] != "general", t.restriction.c.opened_no, t.restriction.c.code
    )
)
_STOCK = (
    select(t.goods.c.item, t.goods.c.restriction, t.goods.c.quantity, t.goods.c.value_fen)
    .where(t.goods.c.fund == _OF_FUND, t.goods.c.quantity > 0)
    .order_by(t.goods.c.item, t.goods.c.restriction)
)


class Moved(NamedTuple):
    """Debit and credit totals of one account in one restriction, in fen."""

    account: str
    restriction: str
    debit_fen: int
    credit_fen: int


class Flow(NamedTuple):
    """What moved on one account in one restriction by entries of one kind, in a period."""

    account: str
    restriction: str
    kind: str
    debit_fen: int
    credit_fen: int


@dataclass(frozen=True, slots=True)
class Head:
    """A fund's log as it stands."""

    fund: str
    size: int
    root: bytes
    last_at: str
    closed_through: str


class Books:
    """One fund's books, open for reading inside one transaction."""

    def __init__(self, connection: Connection, fund: str) -> None:
        self.connection = connection
        self.fund = fund
        row = connection.execute(_FUND, {"of_fund": fund}).one_or_none()
        if row is None:
            raise unknown_fund(connection, fund)
        self.practice = bool(row.practice)
        self.keys_id = row.keys_id
        #: The books as they are, of a view of the past; a name withdrawn since stays withdrawn.
        self.whole: Books = self
        #: Frontiers by size: what was hashed once is gone on from.
        self._frontiers = {0: tree.Frontier()}

    @cached_property
    def chart(self) -> Chart:
        """The chart of accounts under which the fund was opened."""
        return read_chart(self.connection, self.fund)

    @cached_property
    def restrictions(self) -> dict[str, Restriction]:
        """The fund's restrictions by code."""
        return read_restrictions(self.connection, self.fund)

    @cached_property
    def officers(self) -> Officers:
        """The fund's officers."""
        return read_officers(self.connection, self.fund)

    @cached_property
    def keys(self) -> Keys | None:
        """The fund's keys, or None where this machine has none."""
        return Keys.load(self.keys_id)

    @cached_property
    def vault(self) -> Vault:
        """What opens the fund's sealed texts."""
        return Vault(self.fund, self.keys)

    @cached_property
    def size(self) -> int:
        """How many entries there are."""
        return int(self.connection.execute(_HEAD, {"of_fund": self.fund}).one().size)

    def head(self) -> Head:
        """Size, root and calendar of the log."""
        return head(self.connection, self.fund)

    def balances(self, through: date | None = None) -> list[Moved]:
        """Debit and credit totals by account and restriction, through a day (None: all)."""
        b = t.balance.c
        query = select(
            b.account, b.restriction, func.sum(b.debit_fen), func.sum(b.credit_fen)
        ).where(b.fund == self.fund)
        if through is not None:
            query = query.where(b.month < through.isoformat()[:7])
        sums: dict[tuple[str, str], list[int]] = {}
        for account, restriction, debit, credit in self.connection.execute(
            query.group_by(b.account, b.restriction)
        ):
            sums[account, restriction] = [int(debit), int(credit)]
        if through is not None:
            for flow in self.flows(through.replace(day=1), through):
                pair = sums.setdefault((flow.account, flow.restriction), [0, 0])
                pair[0] += flow.debit_fen
                pair[1] += flow.credit_fen
        return [Moved(*key, *pair) for key, pair in sorted(sums.items()) if any(pair)]

    def flows(self, day_from: date, day_to: date) -> list[Flow]:
        """What moved in a period by account, restriction and kind; reads that period only."""
        sums: dict[tuple[str, str, str], list[int]] = {}
        for debit, credit, restriction, kind, fen in self.pairs(day_from, day_to):
            sums.setdefault((debit, restriction, kind), [0, 0])[0] += fen
            sums.setdefault((credit, restriction, kind), [0, 0])[1] += fen
        return [Flow(*key, *pair) for key, pair in sorted(sums.items())]

    def pairs(
        self, day_from: date, day_to: date, size: int | None = None
    ) -> list[tuple[str, str, str, str, int]]:
        """(debit, credit, restriction, kind, fen) of a period; reads that period only.

        With ``size`` of the first so many entries alone.
        """
        e, p = t.entry.c, t.posting.c
        joined = t.posting.join(t.entry, and_(e.fund == p.fund, e.no == p.entry_no))
        query = (
            select(p.debit, p.credit, p.restriction, e.kind, func.sum(p.amount_fen))
            .select_from(joined)
            .where(
                e.fund == self.fund,
                e.effective_on >= day_from.isoformat(),
                e.effective_on <= day_to.isoformat(),
            )
            .group_by(p.debit, p.credit, p.restriction, e.kind)
        )
        if size is not None:
            query = query.where(e.no < size)
        rows = self.connection.execute(query)
        return [(d, c, r, kind, int(fen)) for d, c, r, kind, fen in rows]

    def totals(self) -> dict[str, int]:
        """Debit minus credit of every account since the opening, in fen."""
        rows = self.connection.execute(_TOTALS, {"of_fund": self.fund})
        return {code: int(fen) for code, fen in rows}

    def months(self, month_from: str, month_to: str) -> list[tuple[str, str, int, int]]:
        """(month, account, debit, credit) of kept balances, for charts."""
        b = t.balance.c
        rows = self.connection.execute(
            select(b.month, b.account, func.sum(b.debit_fen), func.sum(b.credit_fen))
            .where(b.fund == self.fund, b.month >= month_from, b.month <= month_to)
            .group_by(b.month, b.account)
            .order_by(b.month, b.account)
        )
        return [(m, a, int(d), int(c)) for m, a, d, c in rows]

    def entries(
        self,
        day_from: date | None = None,
        day_to: date | None = None,
        *,
        kinds: Sequence[str] = (),
        no_from: int = 0,
        no_to: int | None = None,
    ) -> Iterator[Entry]:
        """Entries in order of recording, streamed."""
        e = t.entry.c
        query = select(e.no, e.voucher_year, e.voucher_no, e.line, e.leaf).where(
            e.fund == self.fund
        )
        # Said without need, it would lead the database past its index of days.
        if no_from:
            query = query.where(e.no >= no_from)
        if no_to is not None:
            query = query.where(e.no <= no_to)
        if day_from is not None:
            query = query.where(e.effective_on >= day_from.isoformat())
        if day_to is not None:
            query = query.where(e.effective_on <= day_to.isoformat())
        if kinds:
            query = query.where(e.kind.in_(kinds))
        yield from map(_entry, _stream(self.connection, query.order_by(e.no)))

    def telling(self, codes: Collection[str], facts: Collection[str]) -> Iterator[Entry]:
        """Entries that post to one of these accounts, or carry one of these facts, in order."""
        e, p = t.entry.c, t.posting.c
        posted = select(p.entry_no).where(
            p.fund == self.fund, or_(p.debit.in_(codes), p.credit.in_(codes))
        )
        carried = [e.line.like(f'%"{name}":%') for name in facts]
        query = select(e.no, e.voucher_year, e.voucher_no, e.line, e.leaf).where(
            e.fund == self.fund, or_(e.no.in_(posted), *carried)
        )
        yield from map(_entry, _stream(self.connection, query.order_by(e.no)))

    def entry_rows(self) -> Iterator[Any]:
        """Every column of every entry, in order, streamed."""
        e = t.entry.c
        yield from _stream(
            self.connection, select(t.entry).where(e.fund == self.fund).order_by(e.no)
        )

    def posting_rows(self) -> Iterator[Any]:
        """Every posting, in order, streamed."""
        p = t.posting.c
        yield from _stream(
            self.connection,
            select(t.posting).where(p.fund == self.fund).order_by(p.entry_no, p.posting_no),
        )

    def sealed_rows(self) -> Iterator[Any]:
        """Every sealed row as it is kept, in order, streamed."""
        s = t.sealed.c
        yield from _stream(
            self.connection,
            select(s.entry_no, s.vault, s.content)
            .where(s.fund == self.fund)
            .order_by(s.entry_no, s.vault),
        )

    def built_in(self) -> dict[str, Restriction]:
        """The restrictions that every fund has from its opening."""
        return {r.code: r for r in BUILT_IN}

    def entry(self, no: int) -> Entry | None:
        """One entry, or None."""
        row = self.connection.execute(_ENTRY, {"of_fund": self.fund, "of_no": no}).one_or_none()
        return None if row is None else _entry(row)

    def naming(self, no: int) -> list[Entry]:
        """The later entries whose ``of`` names this one."""
        rows = self.connection.execute(_NAMING, {"of_fund": self.fund, "of_no": no})
        return [_entry(row) for row in rows]

    def using(self, override: int) -> list[Entry]:
        """The later entries that name an override."""
        query = _ENTRIES.where(
            _e.no > override, _e.line.like(f'%"override":{int(override)}%')
        ).order_by(_e.no)
        rows = self.connection.execute(query, {"of_fund": self.fund})
        return [e for e in map(_entry, rows) if e.facts.get("override") == override]

    def case(self, no: int) -> Case | None:
        """The case that entry ``no`` belongs to, as application or as step, or None if voided."""
        application = application_of(self.connection, self.fund, no)
        found = None if application is None else find_case(self.connection, self.fund, application)
        return None if found is None or found.voided else found

    def by_voucher(self, year: int, number: int) -> Entry | None:
        """The entry with that voucher number."""
        e = t.entry.c
        no = self.connection.execute(
            select(e.no).where(e.fund == self.fund, e.voucher_year == year, e.voucher_no == number)
        ).scalar()
        return None if no is None else self.entry(no)

    def last_numbers(self) -> tuple[str, str]:
        """The last voucher and the last receipt as people write them; empty where there is none."""
        e, r = t.entry.c, t.receipt.c
        voucher = self.connection.execute(
            select(e.voucher_year, e.voucher_no)
            .where(e.fund == self.fund, e.voucher_no.is_not(None))
            .order_by(e.voucher_year.desc(), e.voucher_no.desc())
            .limit(1)
        ).one_or_none()
        receipt = self.connection.execute(
            select(r.year, r.number)
            .where(r.fund == self.fund)
            .order_by(r.year.desc(), r.number.desc())
            .limit(1)
        ).one_or_none()
        return (
            f"记-{voucher[0]}-{voucher[1]:04d}" if voucher else "",
            f"{receipt[0]}-{receipt[1]:06d}" if receipt else "",
        )

    def by_receipt(self, year: int, number: int) -> Entry | None:
        """The entry with that receipt number."""
        r = t.receipt.c
        no = self.connection.execute(
            select(r.entry_no).where(r.fund == self.fund, r.year == year, r.number == number)
        ).scalar()
        return None if no is None else self.entry(no)

    def by_request(self, request: str) -> Entry | None:
        """The entry that a request was booked as, or None."""
        asked = {"of_fund": self.fund, "of_request": request}
        no = self.connection.execute(_BY_REQUEST, asked).scalar()
        return None if no is None else self.entry(no)

    def known_requests(self, prefix: str) -> dict[str, int]:
        """The requests booked so far that begin with ``prefix``, each with its entry."""
        e = t.entry.c
        found = self.connection.execute(
            select(e.request, e.no).where(
                e.fund == self.fund, e.request.startswith(prefix, autoescape=True)
            )
        )
        return {row.request: row.no for row in found}

    def sealed(self, no: int) -> dict[str, Any]:
        """The opened sealed texts of an entry by slot; empty where keys or rows are missing."""
        return self.sealed_between(no, no).get(no, {})

    def sealed_between(
        self,
        no_from: int,
        no_to: int,
        broken: list[int] | None = None,
        kinds: Sequence[str] = (),
    ) -> dict[int, dict[str, Any]]:
        """The opened sealed texts of a run of entries (of these kinds), by number and slot.

        A row that does not open raises StorageError, or is told in ``broken`` where given.
        """
        s, e = t.sealed.c, t.entry.c
        query = select(s.entry_no, s.vault, s.content).where(
            s.fund == self.fund, s.entry_no >= no_from, s.entry_no <= no_to
        )
        if kinds:
            named = select(e.no).where(e.fund == self.fund, e.kind.in_(kinds))
            query = query.where(s.entry_no.in_(named))
        rows = self.connection.execute(query.order_by(s.entry_no))
        found: dict[int, dict[str, Any]] = {}
        for no, vault, content in rows:
            try:
                opened = self.vault.open(no, vault, content)
            except StorageError:
                if broken is None:
                    raise
                broken.append(no)
                continue
            if opened:
                found.setdefault(no, {}).update(opened)
        return found

    def pots(self) -> list[dict[str, Any]]:
        """The restrictions with their kept totals."""
        rows = self.connection.execute(_POTS, {"of_fund": self.fund}).mappings()
        return [dict(row) for row in rows]

    def stock(self) -> list[tuple[str, str, int, int]]:
        """(goods, restriction, quantity, value in fen) of what is in stock."""
        rows = self.connection.execute(_STOCK, {"of_fund": self.fund})
        return [(i, r, q, v) for i, r, q, v in rows]

    def open_items(self) -> list[tuple[int, str, str, int, int]]:
        """(entry, account, restriction, opened, settled) of what is not settled yet."""
        o = t.open_item.c
        rows = self.connection.execute(
            select(o.entry_no, o.account, o.restriction, o.opened_fen, o.settled_fen)
            .where(o.fund == self.fund, o.opened_fen > o.settled_fen)
            .order_by(o.entry_no, o.account)
        )
        return [(n, a, r, x, y) for n, a, r, x, y in rows]

    def item(self, no: int) -> list[tuple[str, str, int, int]]:
        """(account, restriction, opened, settled) of what entry ``no`` opened."""
        o = t.open_item.c
        rows = self.connection.execute(
            select(o.account, o.restriction, o.opened_fen, o.settled_fen)
            .where(o.fund == self.fund, o.entry_no == no)
            .order_by(o.account, o.restriction)
        )
        return [(a, r, x, y) for a, r, x, y in rows]

    def receipts(self, no_from: int = 0) -> list[tuple[int, int, int]]:
        """(year, number, entry) of receipts handed out."""
        r = t.receipt.c
        rows = self.connection.execute(
            select(r.year, r.number, r.entry_no)
            .where(r.fund == self.fund, r.entry_no >= no_from)
            .order_by(r.year, r.number)
        )
        return [(y, n, e) for y, n, e in rows]

    def statements(self) -> list[dict[str, Any]]:
        """The published statements, in order of number."""
        rows = self.connection.execute(
            select(t.statement)
            .where(t.statement.c.fund == self.fund)
            .order_by(t.statement.c.number)
        ).mappings()
        return [dict(row) for row in rows]

    def rulebooks(self) -> dict[int, str]:
        """The texts of the rulebooks that the fund adopted, by their entry."""
        r = t.rulebook.c
        rows = self.connection.execute(
            select(r.entry_no, r.content).where(r.fund == self.fund).order_by(r.entry_no)
        )
        return {row.entry_no: row.content for row in rows}

    def counts(self, day_from: date, day_to: date) -> list[tuple[str, int]]:
        """(kind, number of entries) that take effect in a period."""
        e = t.entry.c
        rows = self.connection.execute(
            select(e.kind, func.count())
            .where(
                e.fund == self.fund,
                e.effective_on >= day_from.isoformat(),
                e.effective_on <= day_to.isoformat(),
            )
            .group_by(e.kind)
            .order_by(e.kind)
        )
        return [(k, int(n)) for k, n in rows]

    def last_day(self) -> date | None:
        """The latest day on which an entry takes effect."""
        day = self.connection.execute(
            select(func.max(t.entry.c.effective_on)).where(t.entry.c.fund == self.fund)
        ).scalar()
        return date.fromisoformat(day) if day else None

    def takings(self, account: str) -> Generator[tuple[date, int], None, None]:
        """(day, fen) of what came into an account, the latest first, streamed."""
        e, p = t.entry.c, t.posting.c
        joined = t.posting.join(t.entry, and_(e.fund == p.fund, e.no == p.entry_no))
        query = (
            select(e.effective_on, p.amount_fen)
            .select_from(joined)
            .where(e.fund == self.fund, p.debit == account)
            .order_by(e.effective_on.desc(), e.no.desc())
        )
        for day, fen in _stream(self.connection, query):
            yield date.fromisoformat(day), int(fen)

    def first_day(self) -> date | None:
        """The earliest day on which an entry takes effect."""
        day = self.connection.execute(
            select(func.min(t.entry.c.effective_on)).where(t.entry.c.fund == self.fund)
        ).scalar()
        return date.fromisoformat(day) if day else None

    def first_after(self, day: date) -> int | None:
        """The smallest number of an entry whose ``on`` is after ``day``, or None."""
        e = t.entry.c
        return self.connection.execute(
            select(func.min(e.no)).where(e.fund == self.fund, e.effective_on > day.isoformat())
        ).scalar()

    def leaves(self, size: int | None = None, first: int = 0) -> Iterator[bytes]:
        """The leaves of entries ``first`` up to before ``size`` (None: the last), in order."""
        return leaves(self.connection, self.fund, size, first)

    def frontiers(self, sizes: Collection[int]) -> dict[int, tree.Frontier]:
        """The frontiers of these sizes; goes on from those that were asked for before."""
        known = self._frontiers
        for size in sorted(set(sizes) - known.keys()):
            first = max(one for one in known if one <= size)
            frontier = known[first].copy()
            for leaf in self.leaves(size, first):
                frontier.push(leaf)
            known[frontier.size] = frontier
        return {size: known[size].copy() for size in sizes if size in known}


def _stream(connection: Connection, query: Select[Any]) -> Iterator[Any]:
    options = {"yield_per": 2000}
    with contextlib.closing(connection.execute(query, execution_options=options)) as rows:
        for part in rows.partitions():
            yield from part


def head(connection: Connection, fund: str) -> Head:
    """A fund's log as it stands; ValueError where its parts do not belong together."""
    row = connection.execute(_HEAD, {"of_fund": fund}).one()
    frontier = tree.Frontier.from_hashes(
        row.size, [bytes.fromhex(h) for h in json.loads(row.frontier)]
    )
    return Head(fund, row.size, frontier.root(), row.last_at, row.closed_through)


def leaves(
    connection: Connection, fund: str, size: int | None = None, first: int = 0
) -> Iterator[bytes]:
    """The leaves of a fund's entries ``first`` up to before ``size`` (None: all), in order."""
    e = t.entry.c
    query = select(e.leaf).where(e.fund == fund, e.no >= first)
    if size is not None:
        query = query.where(e.no < size)
    for row in _stream(connection, query.order_by(e.no)):
        yield bytes.fromhex(row.leaf)


def funds(connection: Connection) -> list[str]:
    """The funds in these books, by short name."""
    return list(connection.execute(select(t.fund.c.fund).order_by(t.fund.c.fund)).scalars())


def entry_count(connection: Connection) -> int:
    """How many entries all funds of these books have, as their heads say."""
    return int(connection.execute(select(func.sum(t.log_head.c.size))).scalar() or 0)


def _entry(row: Any) -> Entry:
    data = row.line.encode("ascii")
    line = lines.read_line(data)
    return Entry(
        line.no,
        line.kind,
        line.at,
        line.on,
        line.by,
        line.postings,
        line.facts,
        row.voucher_year,
        row.voucher_no,
        data,
        bytes.fromhex(row.leaf),
    )
