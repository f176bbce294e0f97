"""Everything about a fund's books computed again from its lines, and compared.

Finds, never repairs. Each finding says where it is, with the numbers (laws 1, 2, 3, 5, 6, 7
and 10 of docs/laws.md); what no file can see about itself, a cut-off tail or an old copy put
back, needs a checkpoint kept outside.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, select, text

from lovefund.core.accounts import GUARDED, AccountClass
from lovefund.core.effects import Effects
from lovefund.core.entries import Draft, Posting, Restriction
from lovefund.core.judge import View, judge
from lovefund.language import _
from lovefund.log import lines, seals, tree
from lovefund.money import yuan
from lovefund.store import schema
from lovefund.store import tables as t
from lovefund.store.book import restriction_from
from lovefund.store.days import lowest_since
from lovefund.store.reading import Books


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be: a slug, where, what, and what to do."""

    code: str
    where: str
    what: str
    mend: str


@dataclass(slots=True)
class _Replay:
    """What the lines alone say, gathered while they stream by."""

    effects: Effects
    restrictions: dict[str, Restriction]
    frontier: tree.Frontier = field(default_factory=tree.Frontier)
    no: int = 0
    last_at: date | None = None
    opened_on: date | None = None
    closed: date | None = None
    vouchers: dict[int, int] = field(default_factory=dict)
    receipts: dict[int, int] = field(default_factory=dict)
    receipt_rows: dict[tuple[int, int], int] = field(default_factory=dict)
    statements: dict[int, tuple[int, Mapping[str, Any]]] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)
    commitments: set[str] = field(default_factory=set)


def check_storage(connection: Connection) -> Iterator[Finding]:
    """The database itself: its pages, its foreign keys, its tables and triggers."""
    if connection.dialect.name != "sqlite":
        return
    mend = _("stop writing to these books; use the latest backup")
    for row in connection.execute(text("PRAGMA integrity_check")):
        if row[0] != "ok":
            yield Finding("damaged", "database", str(row[0]), mend)
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        yield Finding(
            "loose-row", str(row[0]), _("row {row} belongs to nothing").format(row=row[1]), mend
        )
    objects = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    found = {row[0]: " ".join(row[1].split()) for row in objects}
    for name, sql in schema.shipped_objects().items():
        if found.get(name) != sql:
            yield Finding(
                "schema-changed",
                name,
                _("the table, index or trigger is not the one lovefund made"),
                _("somebody changed the database by hand; compare with a backup"),
            )
    for name in found.keys() - schema.shipped_objects().keys():
        yield Finding(
            "schema-changed",
            name,
            _("lovefund made no such table, index or trigger"),
            _("somebody changed the database by hand; compare with a backup"),
        )


def check_fund(books: Books) -> Iterator[Finding]:
    """One fund: every line, every column and row beside it, every kept balance."""
    replay = _Replay(Effects(books.chart), dict(books.built_in()))
    readable = True
    for finding in _lines(books, replay):
        readable = readable and finding.code != "line"
        yield finding
    yield from _head(books, replay)
    yield from _tables(books, replay)
    if readable:
        yield from _days(books, replay)
        yield from _sealed(books, replay)


def _bad(code: str, no: int, what: str) -> Finding:
    return Finding(
        code,
        _("entry {no}").format(no=no),
        what,
        _("somebody changed the books by hand; compare with a backup and a published statement"),
    )


def _lines(books: Books, replay: _Replay) -> Iterator[Finding]:
    postings = books.posting_rows()
    pending = next(postings, None)
    for row in books.entry_rows():
        no = row.no
        if no != replay.no:
            yield _bad("gap", replay.no, _("the entry is missing"))
            replay.no = no
        own = []
        while pending is not None and pending.entry_no == no:
            own.append(
                Posting(pending.debit, pending.credit, pending.restriction, pending.amount_fen)
            )
            pending = next(postings, None)
        yield from _line(books, replay, row, tuple(own))
        replay.no += 1
    if pending is not None:
        yield _bad("loose-posting", pending.entry_no, _("postings without an entry"))


def _line(
    books: Books, replay: _Replay, row: Any, postings: tuple[Posting, ...]
) -> Iterator[Finding]:
    no = row.no
    data = row.line.encode("utf-8", "surrogateescape")
    leaf = tree.leaf(data)
    replay.frontier.push(leaf)
    if leaf.hex() != row.leaf:
        yield _bad("leaf", no, _("the line does not have the hash that is kept with it"))
    try:
        line = lines.read_line(data, books.fund, no)
    except lines.LineRefused as error:
        yield _bad("line", no, _("the line is not canonical: {reason}").format(reason=error.reason))
        return
    if tuple(line.postings) != postings:
        yield _bad("postings", no, _("the postings are not those of the line"))
    of = line.facts.get("of")
    expected = (
        line.kind,
        line.on.isoformat(),
        line.at.isoformat(),
        line.by,
        of if isinstance(of, int) else None,
        len(line.postings),
        sum(p[3] for p in line.postings),
    )
    kept = (
        row.kind,
        row.effective_on,
        row.recorded_on,
        row.officer,
        row.of_no,
        row.postings,
        row.total_fen,
    )
    if expected != kept or not row.recorded_at.startswith("2"):
        yield _bad("columns", no, _("a column differs from the line: {kept}").format(kept=kept))
    yield from _series(replay, row, line)
    yield from _laws(books, replay, line)
    replay.kinds[no] = line.kind
    if all(d in books.chart and c in books.chart for d, c, _r, _a in line.postings):
        replay.effects.add(
            no, line.kind, line.on, tuple(Posting(*p) for p in line.postings), line.facts
        )
    replay.last_at = line.at


def _series(replay: _Replay, row: Any, line: lines.Line) -> Iterator[Finding]:
    no = row.no
    if replay.last_at is not None and line.at < replay.last_at:
        yield _bad("day-fell", no, _("the day of recording is before that of the entry before"))
    if line.postings:
        year = line.on.year
        number = replay.vouchers.get(year, 0) + 1
        replay.vouchers[year] = number
        if (row.voucher_year, row.voucher_no) != (year, number):
            yield _bad(
                "voucher",
                no,
                _("the voucher number is {kept}, not {number}").format(
                    kept=row.voucher_no, number=number
                ),
            )
    receipt = line.facts.get("receipt")
    if isinstance(receipt, str) and line.kind != "receipt-copied":
        year = line.at.year
        number = replay.receipts.get(year, 0) + 1
        replay.receipts[year] = number
        replay.receipt_rows[year, number] = no
        if receipt != f"{year}-{number:06d}":
            yield _bad(
                "receipt",
                no,
                _("the receipt number is {kept}, not {number}").format(
                    kept=receipt, number=f"{year}-{number:06d}"
                ),
            )
    commitments = [
        c for slot in line.sealed.values() for c in (slot if isinstance(slot, list) else [slot])
    ]
    for commitment in commitments:
        if commitment in replay.commitments:
            yield _bad("commitment", no, _("a commitment occurs twice in the log"))
        replay.commitments.add(commitment)


def _laws(books: Books, replay: _Replay, line: lines.Line) -> Iterator[Finding]:
    draft = Draft(line.kind, line.on, tuple(Posting(*p) for p in line.postings), dict(line.facts))
    opened_on = replay.opened_on or line.on
    view = View(books.chart, replay.restrictions, opened_on, replay.closed, line.at)
    for refusal in judge(draft, view):
        yield _bad(refusal.code, line.no, refusal.what)
    of = line.facts.get("of")
    if isinstance(of, int) and of not in replay.kinds:
        yield _bad(
            "names-no-entry",
            line.no,
            _("it names entry {of}, which is not before it").format(of=of),
        )
    if line.no == 0:
        replay.opened_on = line.on
        if (
            line.facts.get("chart_sha256")
            != hashlib.sha256(books.chart.content().encode()).hexdigest()
        ):
            yield _bad("chart", 0, _("the chart of accounts is not the one that was published"))
    if line.kind == "restriction-opened":
        restriction = restriction_from(line.facts)
        replay.restrictions[restriction.code] = restriction
    elif line.kind == "statement":
        yield from _statement(replay, line)
        replay.closed = _later(replay.closed, str(line.facts["to"]))
    elif line.kind in ("period-closed", "year-closed"):
        replay.closed = _later(replay.closed, str(line.facts["through"]))


def _statement(replay: _Replay, line: lines.Line) -> Iterator[Finding]:
    number = len(replay.statements) + 1
    if line.facts.get("number") != number:
        yield _bad("statement-number", line.no, _("statements are not numbered without gaps"))
    if not str(line.facts["from"]) <= str(line.facts["to"]) < line.on.isoformat():
        yield _bad("statement-period", line.no, _("its period does not end before its day"))
    replay.statements[number] = (line.no, line.facts)


def _later(closed: date | None, day: str) -> date:
    found = date.fromisoformat(day)
    return found if closed is None or found > closed else closed


def _head(books: Books, replay: _Replay) -> Iterator[Finding]:
    try:
        head = books.head()
    except ValueError:
        yield Finding(
            "head",
            books.fund,
            _("the head's size and its frontier do not belong together"),
            _("compare with a published statement or a receipt"),
        )
        return
    if (head.size, head.root) != (replay.no, replay.frontier.root()):
        yield Finding(
            "head",
            books.fund,
            _(
                "the head says {size} entries and root {kept}; the lines give {lines} and {root}"
            ).format(
                size=head.size,
                kept=head.root.hex()[:16],
                lines=replay.no,
                root=replay.frontier.root().hex()[:16],
            ),
            _("compare with a published statement or a receipt"),
        )
    closed = replay.closed.isoformat() if replay.closed else "0000-00-00"
    last = replay.last_at.isoformat() if replay.last_at else "0000-00-00"
    if (head.closed_through, head.last_at) != (closed, last):
        yield Finding(
            "calendar",
            books.fund,
            _("the head's last day or closing differs from the lines"),
            _("compare with a published statement"),
        )


def _compare(
    name: str, kept: Mapping[Any, tuple[Any, ...]], replayed: Mapping[Any, tuple[Any, ...]]
) -> Iterator[Finding]:
    for key in sorted(kept.keys() | replayed.keys(), key=str):
        if kept.get(key) != replayed.get(key):
            yield Finding(
                name,
                " ".join(map(str, key)) if isinstance(key, tuple) else str(key),
                _("kept {kept}, the lines give {replayed}").format(
                    kept=kept.get(key), replayed=replayed.get(key)
                ),
                _("somebody changed the books by hand; compare with a backup"),
            )


def _tables(books: Books, replay: _Replay) -> Iterator[Finding]:
    c, fund, e = books.connection, books.fund, replay.effects
    b = t.balance.c
    rows = c.execute(select(t.balance).where(b.fund == fund))
    yield from _compare(
        "balance",
        {(r.account, r.restriction, r.month): (r.debit_fen, r.credit_fen) for r in rows},
        {key: tuple(pair) for key, pair in e.balance.items()},
    )
    rows = c.execute(select(t.account).where(t.account.c.fund == fund))
    yield from _compare(
        "account",
        {r.code: (r.guarded, r.debit_fen, r.credit_fen) for r in rows},
        {
            code: (int(account.kind in GUARDED), *e.account.get(code, (0, 0)))
            for code, account in books.chart.accounts.items()
        },
    )
    yield from _compare("restriction", _kept_restrictions(books), _replayed_restrictions(replay))
    rows = c.execute(select(t.goods).where(t.goods.c.fund == fund))
    yield from _compare(
        "goods",
        {(r.item, r.restriction): (r.quantity, r.value_fen) for r in rows},
        {key: (g.quantity, g.value_fen) for key, g in e.goods.items()},
    )
    rows = c.execute(select(t.open_item).where(t.open_item.c.fund == fund))
    yield from _compare(
        "open-item",
        {(r.entry_no, r.account, r.restriction): (r.opened_fen, r.settled_fen) for r in rows},
        {key: (i.opened_fen, i.settled_fen) for key, i in e.item.items()},
    )
    yield from _compare(
        "receipt-row",
        {(y, n): (no,) for y, n, no in books.receipts()},
        {key: (no,) for key, no in replay.receipt_rows.items()},
    )
    yield from _compare(
        "statement-row",
        {
            s["number"]: (
                s["entry_no"],
                s["period_from"],
                s["period_to"],
                hashlib.sha256(s["content"].encode()).hexdigest(),
            )
            for s in books.statements()
        },
        {
            number: (no, facts["from"], facts["to"], facts["sha256"])
            for number, (no, facts) in replay.statements.items()
        },
    )


def _kept_restrictions(books: Books) -> dict[str, tuple[Any, ...]]:
    return {
        row["code"]: (
            row["class"],
            row["programmes"],
            row["agreement"],
            row["money_fen"],
            row["stock_fen"],
            row["payable_fen"],
            row["reserved_fen"],
        )
        for row in books.pots()
    }


def _replayed_restrictions(replay: _Replay) -> dict[str, tuple[Any, ...]]:
    found = {}
    for code, r in replay.restrictions.items():
        pot = replay.effects.pot[code]
        found[code] = (
            r.kind.value,
            " ".join(r.programmes),
            r.agreement,
            pot.money_fen,
            pot.stock_fen,
            pot.payable_fen,
            pot.reserved_fen,
        )
    return found


def _days(books: Books, replay: _Replay) -> Iterator[Finding]:
    """Law 2 on every date, for every guarded account and every restriction."""
    money = [a.code for a in books.chart.of_class(AccountClass.MONEY)]
    stock = [a.code for a in books.chart.of_class(AccountClass.STOCK)]
    guarded = [a.code for a in books.chart.of_class(*GUARDED)]
    first = books.first_day()
    if first is None:
        return
    effects = replay.effects
    accounts = {code: debit - credit for code, (debit, credit) in effects.account.items()}
    pots = {code: pot.money_fen for code, pot in effects.pot.items()}
    stocks = {code: pot.stock_fen for code, pot in effects.pot.items()}
    for by, final, codes in (
        ("account", accounts, guarded),
        ("restriction", pots, money),
        ("restriction", stocks, stock),
    ):
        for key, day, low in lowest_since(books.connection, books.fund, first, codes, by, final):
            if low < 0:
                yield Finding(
                    "overdrawn",
                    f"{key} {day}",
                    _("{low} yuan").format(low=yuan(low)),
                    _("find the entry of that day with `lovefund journal`"),
                )


def _sealed(books: Books, replay: _Replay) -> Iterator[Finding]:
    """The sealed texts open to what the lines commit to; skipped where the keys are not here."""
    if not books.vault.readable:
        return
    broken: list[int] = []
    opened = books.sealed_between(0, replay.no, broken)
    for no in broken:
        yield _bad("sealed", no, _("a sealed text does not open: it was changed or exchanged"))
    for entry in books.entries():
        line = lines.read_line(entry.line)
        for slot, commitment in line.sealed.items():
            kept = opened.get(entry.no, {}).get(slot)
            if kept is None and entry.no in broken:
                continue
            if kept is None:
                yield _bad(
                    "sealed",
                    entry.no,
                    _("the sealed text of `{slot}` is missing").format(slot=slot),
                )
                continue
            if slot == "holder":
                found = {
                    seals.commitment(slot, bytes.fromhex(n), seals.normalise_holder(name, phrase))
                    for n, name, phrase in kept
                }
                fits = found <= set(commitment)
            else:
                fits = seals.commitment(slot, bytes.fromhex(kept[0]), kept[1]) == commitment
            if not fits:
                yield _bad(
                    "sealed",
                    entry.no,
                    _("the sealed text of `{slot}` is not the one committed to").format(slot=slot),
                )


def evidence_wanted(books: Books) -> Iterator[tuple[int, str, str]]:
    """(entry, sha256, name) of every paper that the opened files name."""
    if not books.vault.readable:
        return
    for no, slots in sorted(books.sealed_between(0, 2**62, []).items()):
        if "file" in slots:
            for sha256, name in json.loads(slots["file"][1]).get("evidence", []):
                yield no, sha256, name
