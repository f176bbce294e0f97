"""Everything about a fund's books computed again from its lines, and compared.

Finds, never repairs. Each finding says where it is, with the numbers (laws 1, 2, 3, 5, 6, 7
and 10 of docs/laws.md); what no file can see about itself, a cut-off tail or an old copy put
back, needs a checkpoint kept outside.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from lovefund.core.accounts import GUARDED
from lovefund.core.findings import Finding
from lovefund.errors import LovefundError
from lovefund.language import _
from lovefund.money import yuan
from lovefund.store import tables as t
from lovefund.store.reading import Books
from lovefund.store.replay import Paper, Replay


def check_strays(connection: Connection) -> Iterator[Finding]:
    """Rows of funds and charts that are not there; a server has keys for it, unless dropped."""
    known = select(t.fund.c.fund)
    for table in t.metadata.sorted_tables:
        if "fund" in table.c and table is not t.fund:
            rows = select(table.c.fund).distinct().where(table.c.fund.not_in(known))
            for fund in connection.execute(rows).scalars():
                yield _stray(table.name, str(fund))
    used = select(t.fund.c.chart_sha256)
    for sha in connection.execute(select(t.chart.c.sha256).where(t.chart.c.sha256.not_in(used))):
        yield _stray("chart", str(sha[0]))


def _stray(table: str, row: str) -> Finding:
    return Finding(
        "loose-row",
        table,
        _("row {row} belongs to nothing").format(row=row),
        _("stop writing to these books; use the latest backup"),
    )


def read_through(fund: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    """The findings, up to where rows hold what lovefund never writes: that is one as well."""
    try:
        yield from findings
    except (LovefundError, DBAPIError, OSError):
        raise
    except Exception as error:
        yield Finding(
            "unreadable",
            fund,
            _("what is kept there cannot be read: {error}").format(error=repr(error)),
            _("stop writing to these books; use the latest backup"),
        )


def check_fund(books: Books, papers: list[Paper] | None = None) -> Iterator[Finding]:
    """One fund: every line, every column and row beside it, every kept balance.

    ``papers`` receives the papers that the opened dossiers name.
    """
    replay = Replay(books, papers)
    yield from replay.findings()
    yield from _head(books, replay)
    yield from _tables(books, replay)
    if replay.readable:
        yield from _days(replay)


def _head(books: Books, replay: Replay) -> Iterator[Finding]:
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


def _tables(books: Books, replay: Replay) -> Iterator[Finding]:
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
        "rulebook-row",
        {(no,): () for no in books.rulebooks()},
        {(book.no,): () for book in replay.adopted},
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
            row["opened_no"],
            row["money_fen"],
            row["stock_fen"],
            row["payable_fen"],
            row["reserved_fen"],
        )
        for row in books.pots()
    }


def _replayed_restrictions(replay: Replay) -> dict[str, tuple[Any, ...]]:
    found = {}
    for code, r in replay.restrictions.items():
        pot = replay.effects.pot[code]
        found[code] = (
            r.kind.value,
            " ".join(r.programmes),
            r.agreement,
            replay.opened_by.get(code, 0),
            pot.money_fen,
            pot.stock_fen,
            pot.payable_fen,
            pot.reserved_fen,
        )
    return found


def _days(replay: Replay) -> Iterator[Finding]:
    """Law 2 on every date, for every guarded account and every restriction."""
    for code, day, low in replay.lows():
        yield Finding(
            "overdrawn",
            f"{code} {day}",
            _("{low} yuan").format(low=yuan(low)),
            _("find the entry of that day with `lovefund journal`"),
        )
