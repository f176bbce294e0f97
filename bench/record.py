"""Records the benchmark's CSV: ``python -m bench.record gate|ruled|bare CSV BOOKS``.

``gate`` is the program's own way: every constraint, index, trigger, law and seal; ``ruled`` is the
same in funds that adopted the whole model rulebook. ``bare``
is the floor to measure it against: the rows of books that the gate made, put by the driver's
``executemany`` into the same tables, with the same triggers and the hash of every line.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from bench.data import FIRST, FUNDS
from lovefund.actions.open_fund import NewFund, open_fund
from lovefund.actions.rules import adopt
from lovefund.actions.workspace import Workspace
from lovefund.core import donations, grants
from lovefund.core.accounts import Chart
from lovefund.core.donations import Donor
from lovefund.core.entries import Draft
from lovefund.core.grants import Recipient
from lovefund.core.names import PublicName
from lovefund.core.rulebook import model_text
from lovefund.core.rules import rulebook_of
from lovefund.money import parse_yuan
from lovefund.store.book import CHINA
from lovefund.store.engine import Database

NOW = datetime(2026, 1, 4, 9, tzinfo=CHINA)
_CHUNK = 2000
_TABLES = ("posting", "entry", "sealed", "receipt")


def draft_of(chart: Chart, number: int, row: Sequence[str]) -> Draft:
    """The draft of one line of the CSV."""
    on, _fund, kind, amount, place, detail, name = row
    day, fen = date.fromisoformat(on), parse_yuan(amount)
    if kind == "donation":
        donor = Donor(name, PublicName.MASKED)
        made = donations.donation(chart, day, fen, place, detail, donor)
    else:
        family = (Recipient(f"L{number % 997}", name, fen),)
        made = grants.grant_paid(chart, day, family, place, "aid")
    return replace(made, request=f"bench.{number}")


def workspace(place: str, fund: str = "") -> Workspace:
    """Where the benchmark records; the clock stands still."""
    return Workspace(Database(place), fund, clock=lambda: NOW, date_is_right=True)


def open_funds(place: str, funds: Sequence[str] = FUNDS) -> None:
    """Fresh books with these practice funds."""
    Database(place).create()
    for fund in funds:
        new = NewFund(fund, f"{fund}（虚构）", "虚构", "虚构", on=FIRST, practice=True)
        open_fund(workspace(place, fund), new)


def adopt_rules(place: str) -> None:
    """Put the model rulebook in force in every fund, from the first day of the data on.

    The data are of past years: gifts may be recorded ten years after their day.
    """
    text = model_text().replace("since = 2026-01-01", f"since = {FIRST}")
    text = text.replace("days = 7", "days = 3650")
    for fund in FUNDS:
        adopt(workspace(place, fund), rulebook_of(text))


def csv_rows(path: Path) -> Iterator[list[str]]:
    """The lines of the CSV below its heading."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        yield from reader


def through_gate(path: Path, place: str) -> int:
    """Record the file in one transaction; returns the number of entries."""
    fresh = 0
    with workspace(place).gates(*FUNDS) as gates:
        waiting: dict[str, list[Draft]] = {fund: [] for fund in FUNDS}
        for number, row in enumerate(csv_rows(path)):
            own = waiting[row[1]]
            own.append(draft_of(gates[row[1]].chart, number, row))
            if len(own) == _CHUNK:
                fresh += gates[row[1]].post(own)
                own.clear()
        for fund, own in waiting.items():
            fresh += gates[fund].post(own)
    return fresh


def bare(made: str, place: str) -> int:
    """Copy the rows of ``made`` into fresh books as fast as the driver can; returns entries."""
    source = sqlite3.connect(f"file:{made}?mode=ro", uri=True)
    database = Database(place)
    database.create()
    target = sqlite3.connect(place, isolation_level=None)
    for pragma in ("foreign_keys=ON", "synchronous=FULL", "secure_delete=ON", "cache_size=-65536"):
        target.execute(f"PRAGMA {pragma}")
    target.execute("BEGIN IMMEDIATE")
    for table in ("chart", "fund", "account", "restriction", "log_head"):
        found = source.execute(f"SELECT * FROM {table}").fetchall()
        if table == "log_head":
            found = [(fund, 0, "[]", "0000-00-00", "0000-00-00") for fund, *_rest in found]
        target.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(found[0]))})", found)
    count = 0
    for fund in FUNDS:
        last = source.execute("SELECT max(no) FROM entry WHERE fund = ?", (fund,)).fetchone()[0]
        for first in range(0, last + 1, _CHUNK):
            count += _copy(source, target, fund, first)
    target.execute("COMMIT")
    return count


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, fund: str, first: int) -> int:
    count = 0
    for table in _TABLES:
        key = "no" if table == "entry" else "entry_no"
        found = source.execute(
            f"SELECT * FROM {table} WHERE fund = ? AND {key} >= ? AND {key} < ? ORDER BY rowid",
            (fund, first, first + _CHUNK),
        ).fetchall()
        if table == "entry":
            count = len(found)
            for row in found:
                assert hashlib.sha256(b"\x00" + row[-2].encode()).hexdigest() == row[-1]
        if found:
            marks = ",".join("?" * len(found[0]))
            target.executemany(f"INSERT INTO {table} VALUES ({marks})", found)
    return count


if __name__ == "__main__":
    way, given, books = sys.argv[1:]
    if way in ("gate", "ruled"):
        open_funds(books)
        if way == "ruled":
            adopt_rules(books)
        print(json.dumps({"entries": through_gate(Path(given), books)}))
    else:
        print(json.dumps({"entries": bare(given, books)}))
