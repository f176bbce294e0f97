"""What somebody does to books who owns them: SQL of every kind, and a program that hides it."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from lovefund.core.accounts import chart_from
from lovefund.core.effects import Effects
from lovefund.core.entries import Posting
from lovefund.log import lines, tree
from lovefund.store import tables
from torture.year import FUND, OTHER, Year


@dataclass(frozen=True)
class Attack:
    """What somebody does to the books; ``walls`` says that it is about the walls themselves."""

    name: str
    statements: tuple[tuple[str, tuple[Any, ...]], ...]
    walls: bool = False


def edits(year: Year, rows_max: int) -> Iterator[Attack]:
    """Every column of every table changed, every kind of row taken out and doubled."""
    with contextlib.closing(sqlite3.connect(year.place)) as sql:
        for table in tables.metadata.sorted_tables:
            names = [c.name for c in table.columns]
            rows = sql.execute(f"SELECT {', '.join(names)} FROM {table.name}").fetchall()
            if not rows:
                continue
            keys = [c.name for c in table.primary_key]
            columns = dict(zip(names, zip(*rows, strict=True), strict=True))
            for row in _spread(rows, rows_max):
                yield from _row_edits(table.name, dict(zip(names, row, strict=True)), keys, columns)


def _spread(rows: Sequence[Any], most: int) -> Sequence[Any]:
    """Some rows from first to last."""
    return [rows[i * len(rows) // most] for i in range(most)] if len(rows) > most else rows


def _row_edits(
    table: str, row: dict[str, Any], keys: list[str], columns: dict[str, tuple[Any, ...]]
) -> Iterator[Attack]:
    where = " AND ".join(f"{key} = ?" for key in keys)
    named = tuple(row[key] for key in keys)
    place = f"{table} {named}"
    for column, value in row.items():
        for other in dict.fromkeys(v for v in _other_values(value, columns[column]) if v != value):
            change = f"UPDATE {table} SET {column} = ? WHERE {where}"
            yield Attack(f"{place}: {column} becomes {other!r:.40}", ((change, (other, *named)),))
    yield Attack(f"{place}: deleted", ((f"DELETE FROM {table} WHERE {where}", named),))
    marks = ", ".join("?" for _column in row)
    for key in keys:
        for other in _other_values(row[key], ()):
            values = tuple((row | {key: other}).values())
            doubled = f"INSERT INTO {table} VALUES ({marks})"
            yield Attack(f"{place}: doubled as {other!r:.40}", ((doubled, values),))


def _other_values(value: Any, column: tuple[Any, ...]) -> Iterator[Any]:
    """Values near a value, and one that another row has."""
    yield from [v for v in column if v != value][:1]
    if isinstance(value, int):
        yield from (value + 1, -value or 7)
    elif value is None:
        yield 1
    else:
        middle = len(value) // 2
        last = "b" if value[-1:] != "b" else "c"
        yield from (value[:-1] + last, value[:middle] + "7" + value[middle + 1 :], "")


def _attack(name: str, *statements: str, walls: bool = False) -> Attack:
    return Attack(name, tuple((s, ()) for s in statements), walls)


def by_hand() -> Iterator[Attack]:
    """What somebody thinks of who knows SQLite, or reads the schema."""
    own = f"fund = '{FUND}'"
    yield _attack(
        "a posting without its entry",
        f"INSERT INTO posting VALUES ('{FUND}', 999, 1, '1001', '1002', 'general', 1)",
    )
    yield _attack(
        "two lines exchanged",
        f"UPDATE entry SET line = (SELECT line FROM entry e WHERE e.{own} AND e.no = 7 - entry.no) "
        f"WHERE {own} AND no IN (3, 4)",
    )
    yield _attack("a fund taken out whole", *(
        f"DELETE FROM {t.name} WHERE fund = '{OTHER}'"
        for t in reversed(tables.metadata.sorted_tables) if "fund" in t.c
    ))  # fmt: skip
    yield _attack(
        "a fund from nowhere",
        "INSERT INTO fund SELECT 'third', chart_sha256, keys_id, practice FROM fund LIMIT 1",
        "INSERT INTO log_head VALUES ('third', 0, '[]', '0000-00-00', '0000-00-00')",
    )
    yield _attack(
        "an account from nowhere", f"INSERT INTO account VALUES ('{FUND}', '1003', 1, 0, 0)"
    )
    yield _attack(
        "a chart of one's own, with its hash",
        "UPDATE chart SET content = replace(content, '银行', '银号'), sha256 = 'f'",
        "UPDATE fund SET chart_sha256 = 'f'",
    )
    yield _attack("days opened again", "UPDATE log_head SET closed_through = '0000-00-00'")


def on_a_file() -> Iterator[Attack]:
    """What SQLite alone lets somebody do, to its triggers, checks and indexes above all."""
    own = f"fund = '{FUND}'"
    columns = ", ".join(c.name for c in tables.entry.columns if c.name not in ("no", "request"))
    yield _attack(
        "the last entry written over (INSERT OR REPLACE)",
        f"INSERT OR REPLACE INTO entry (no, request, {columns}) SELECT no, 'x', {columns} "
        f"FROM entry WHERE {own} AND no = 60",
    )
    yield _attack(
        "a posting written over (INSERT OR REPLACE)",
        "INSERT OR REPLACE INTO posting SELECT fund, entry_no, posting_no, debit, credit, "
        f"restriction, amount_fen + 1 FROM posting WHERE {own} AND entry_no = 4",
    )
    master = "FROM sqlite_master WHERE"
    for name, statement in (
        ("a trigger gone", f"DELETE {master} name = 'entry_no_update'"),
        ("every trigger gone", f"DELETE {master} type = 'trigger'"),
        (
            "a trigger that sleeps",
            "UPDATE sqlite_master SET sql = replace(sql, 'SELECT RAISE', 'SELECT 1 OR RAISE') "
            "WHERE name = 'entry_no_delete'",
        ),
        (
            "no check on overdrafts",
            "UPDATE sqlite_master SET sql = replace(sql, 'debit_fen >= credit_fen', '1') "
            "WHERE name = 'account'",
        ),
        ("an index gone", f"DELETE {master} name = 'entry_by_day'"),
    ):
        yield _attack(name, "PRAGMA writable_schema = ON", statement, walls=True)
    for name, statement in (
        ("a trigger dropped", "DROP TRIGGER posting_no_update"),
        ("a view of one's own", "CREATE VIEW summary AS SELECT * FROM balance"),
        (
            "a trigger of one's own",
            "CREATE TRIGGER mine AFTER INSERT ON entry BEGIN UPDATE account SET debit_fen = 9; END",
        ),
        ("a column more", "ALTER TABLE account ADD COLUMN note TEXT"),
        ("an index dropped", "DROP INDEX entry_by_of"),
        ("another version", "PRAGMA user_version = 0"),
        ("another program's file", "PRAGMA application_id = 1"),
    ):
        yield _attack(name, statement, walls=True)


def on_a_server() -> Iterator[Attack]:
    """What the owner of a PostgreSQL database can do to its triggers, checks and functions."""
    again = "CREATE TRIGGER entry_no_change BEFORE UPDATE OR DELETE ON entry"
    for name, statements in {
        "a trigger dropped": ("DROP TRIGGER entry_no_change ON entry",),
        "triggers disabled": ("ALTER TABLE entry DISABLE TRIGGER USER",),
        "keys disabled": ("ALTER TABLE posting DISABLE TRIGGER ALL",),
        "a check dropped": ("ALTER TABLE account DROP CONSTRAINT account_not_overdrawn",),
        "a key dropped": ("ALTER TABLE posting DROP CONSTRAINT posting_entry",),
        "an index dropped": ("DROP INDEX entry_by_of",),
        "an empty column allowed": ("ALTER TABLE posting ALTER COLUMN debit DROP NOT NULL",),
        "another type": ("ALTER TABLE entry ALTER COLUMN officer TYPE VARCHAR(9)",),
        "a rule that swallows": ("CREATE RULE quiet AS ON DELETE TO goods DO INSTEAD NOTHING",),
        "a function that allows": (
            "CREATE OR REPLACE FUNCTION lovefund_refuse() RETURNS trigger LANGUAGE plpgsql "
            "AS 'BEGIN RETURN NULL; END'",
        ),
        "a trigger that sleeps": (
            "DROP TRIGGER entry_no_change ON entry",
            f"{again} FOR EACH ROW WHEN (false) EXECUTE FUNCTION lovefund_refuse()",
        ),
    }.items():
        yield _attack(name, *statements, walls=True)


@contextlib.contextmanager
def walls_away(sql: sqlite3.Connection) -> Iterator[None]:
    """Triggers and checks away, and the triggers back again at the end."""
    sql.execute("PRAGMA ignore_check_constraints = ON")
    triggers = sql.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _text in triggers:
        sql.execute(f"DROP TRIGGER {name}")
    yield
    for _name, text in triggers:
        sql.execute(text)
    sql.commit()


def rewritten(path: Path, fund: str, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """The log of a fund replaced by another one, and every table made to agree with it."""
    with contextlib.closing(sqlite3.connect(path)) as sql, walls_away(sql):
        rows = sql.execute("SELECT line FROM entry WHERE fund = ? ORDER BY no", (fund,))
        log = change([row[0].encode() for row in rows])
        for table, column in (("entry", "no"), ("posting", "entry_no"), ("receipt", "entry_no"),
                              ("statement", "entry_no"), ("sealed", "entry_no")):  # fmt: skip
            sql.execute(f"DELETE FROM {table} WHERE fund = ? AND {column} >= ?", (fund, len(log)))
        (content,) = sql.execute(
            "SELECT content FROM chart JOIN fund ON chart_sha256 = sha256 WHERE fund = ?", (fund,)
        ).fetchone()
        effects, frontier, closed = Effects(chart_from(content)), tree.Frontier(), "0000-00-00"
        for data in log:
            line = lines.read_line(data)
            postings = tuple(Posting(*p) for p in line.postings)
            effects.add(line.no, line.kind, line.on, postings, line.facts)
            frontier.push(tree.leaf(data))
            if line.kind in ("statement", "period-closed", "year-closed"):
                closed = max(closed, line.facts.get("to", ""), line.facts.get("through", ""))
            sql.execute(
                "UPDATE entry SET line = ?, leaf = ?, total_fen = ? WHERE fund = ? AND no = ?",
                (
                    data.decode(),
                    tree.leaf(data).hex(),
                    sum(p.amount_fen for p in postings),
                    fund,
                    line.no,
                ),
            )
            for number, posting in enumerate(postings, 1):
                sql.execute(
                    "UPDATE posting SET amount_fen = ? "
                    "WHERE fund = ? AND entry_no = ? AND posting_no = ?",
                    (posting.amount_fen, fund, line.no, number),
                )
        _settled(sql, fund, effects)
        last = lines.read_line(log[-1])
        sql.execute(
            "UPDATE log_head SET size = ?, frontier = ?, last_at = ?, closed_through = ? "
            "WHERE fund = ?",
            (
                len(log),
                json.dumps([h.hex() for h in frontier.hashes()]),
                last.at.isoformat(),
                closed,
                fund,
            ),
        )


def _settled(sql: sqlite3.Connection, fund: str, effects: Effects) -> None:
    """Kept balances as these effects have them."""
    for code, (debit, credit) in effects.account.items():
        sql.execute(
            "UPDATE account SET debit_fen = ?, credit_fen = ? WHERE fund = ? AND code = ?",
            (debit, credit, fund, code),
        )
    for code, pot in effects.pot.items():
        sql.execute(
            "UPDATE restriction SET money_fen = ?, stock_fen = ?, payable_fen = ?, "
            "reserved_fen = ? WHERE fund = ? AND code = ?",
            (pot.money_fen, pot.stock_fen, pot.payable_fen, pot.reserved_fen, fund, code),
        )
    kept: dict[str, list[tuple[Any, ...]]] = {
        "balance": [(*key, *sums) for key, sums in effects.balance.items()],
        "goods": [(*key, g.quantity, g.value_fen) for key, g in effects.goods.items()],
        "open_item": [(*key, i.opened_fen, i.settled_fen) for key, i in effects.item.items()],
    }
    for table, rows in kept.items():
        sql.execute(f"DELETE FROM {table} WHERE fund = ?", (fund,))
        for row in rows:
            marks = ", ".join("?" for _value in (fund, *row))
            sql.execute(f"INSERT INTO {table} VALUES ({marks})", (fund, *row))


def _more(log: list[bytes], no: int) -> list[bytes]:
    """The log with a yuan more in every posting of entry ``no``."""
    line = lines.read_line(log[no])
    log[no] = lines.write_line(
        fund=line.fund,
        no=no,
        kind=line.kind,
        at=line.at,
        on=line.on,
        by=line.by,
        postings=[(d, c, r, fen + 100) for d, c, r, fen in line.postings],
        facts=line.facts,
        sealed=line.sealed,
    )
    return log


def programs(year: Year) -> dict[str, Callable[[Path], None]]:
    """What an owner with a program can do, and put right everything that depends on it."""
    found: dict[str, Callable[[Path], None]] = {
        f"the last {count} entries cut off": partial(
            rewritten, fund=FUND, change=lambda log, count=count: log[:-count]
        )
        for count in (1, 2, 5)
    }
    with year.at_work() as ws, ws.reading() as books:
        gifts = [e.no for e in books.entries(kinds=("donation", "interest"))]
    for no in gifts:
        found[f"entry {no} a yuan more, the whole log made anew"] = partial(
            rewritten, fund=FUND, change=lambda log, no=no: _more(log, no)
        )
    found["an older copy put back"] = lambda path: shutil.copy(year.older, path) and None
    return found
