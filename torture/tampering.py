"""Somebody who owns the books edits them with SQL, and hides it as well as he can.

Each attack is tried as the database stands; where it refuses, its triggers and checks are
taken down and put up again behind it. What was changed then must be found by ``check``, or
beside a checkpoint kept outside, unless every answer of the books is what it was.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import psycopg

from lovefund.store import checking, walls
from server import Cluster, execute_on, server_folder
from torture.attacks import (
    Attack,
    by_hand,
    edits,
    on_a_file,
    on_a_server,
    programs,
    walls_away,
)
from torture.campaign import Outcome, Run
from torture.parallel import each
from torture.year import BESIDE, FOUND, SAME, UNSEEN, Year, full_year

REFUSED = "refused even without triggers and checks"
Seen = tuple[str, bool, list[str]]


def on_file(year: Year, attack: Attack, folder: Path) -> Seen:
    """(what was seen of an attack, whether the database refused it at first, what went wrong)."""
    copy = year.copied(folder)
    try:
        for walls_down in (False, True)[: 1 if attack.walls else 2]:
            shutil.copy(year.place, copy.place)
            if _file_takes(copy.path, attack, walls_down=walls_down):
                return _seen(copy, attack.name, walls_down, walls=attack.walls)
    finally:
        shutil.rmtree(folder)
    return REFUSED, True, []


def _file_takes(path: Path, attack: Attack, *, walls_down: bool) -> bool:
    with contextlib.closing(sqlite3.connect(path)) as sql:
        try:
            with walls_away(sql) if walls_down else contextlib.nullcontext():
                for statement, values in attack.statements:
                    sql.execute(statement, values)
            sql.commit()
        except sqlite3.Error:
            return False
    return True


def on_server(year: Year, attack: Attack, name: str) -> Seen:
    """The same on a copy of the books that a server holds, by the owner of the database."""
    server, _slash, template = year.place.rpartition("/")
    try:
        for walls_down in (False, True)[: 1 if attack.walls else 2]:
            execute_on(f"{server}/postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            execute_on(f"{server}/postgres", f"CREATE DATABASE {name} TEMPLATE {template}")
            if _server_takes(f"{server}/{name}", attack, walls_down=walls_down):
                copy = Year(year.school, f"{server}/{name}")
                return _seen(copy, attack.name, walls_down, walls=attack.walls)
    finally:
        execute_on(f"{server}/postgres", f"DROP DATABASE {name} WITH (FORCE)")
    return REFUSED, True, []


def _server_takes(place: str, attack: Attack, *, walls_down: bool) -> bool:
    try:
        with contextlib.closing(psycopg.connect(place.replace("+psycopg", ""))) as sql:
            if walls_down:  # neither triggers nor foreign keys
                sql.execute("SET session_replication_role = replica")
            for statement, values in attack.statements:
                sql.execute(statement.replace("?", "%s").encode(), values or None)
            sql.commit()
    except psycopg.Error:
        return False
    return True


def programmed(year: Year, name: str, folder: Path) -> Seen:
    """The same of a program that puts everything right which depends on its change."""
    copy = year.copied(folder)
    try:
        programs(year)[name](copy.path)
        return _seen(copy, name, False, walls=False)
    finally:
        shutil.rmtree(folder)


def _seen(year: Year, name: str, refused: bool, *, walls: bool) -> Seen:
    seen, wrong = year.verdict()
    if walls and seen == SAME:
        seen, wrong = UNSEEN, ["the walls are not what they were"]
    return seen, refused, [f"{name}: {w}" for w in wrong]


def tally(what: str, answers: Iterator[Seen], *, teeth: bool = False) -> Outcome:
    """The line of the table; what went unseen is told on the error stream."""
    seen: Counter[str] = Counter()
    refused_first = harmed = 0
    for name, refused, wrong in answers:
        seen[name] += 1
        refused_first += refused
        harmed += bool(wrong)
        if not teeth:
            for text in wrong:
                print(f"  {text[:300]}", file=sys.stderr)
    note = f"{refused_first:,} refused by the database as it stands; in the end " + ", ".join(
        f"{seen[name]:,} {name}" for name in (REFUSED, FOUND, BESIDE, SAME, UNSEEN) if seen[name]
    )
    return Outcome(what, seen.total(), harmed, note, teeth)


def run(run: Run) -> Iterator[Outcome]:
    """Every column of every table, every kind of row, every wall; and the whole log anew."""
    folder = run.place("tampering")
    year = full_year(folder / "year", run.chance("tampering"))
    rows = run.times(1, 3)
    on_files = [*edits(year, rows), *by_hand(), *on_a_file()]
    if not run.full:
        on_files = on_files[::4] + [a for a in on_files if a.walls]

    def files(attacks: list[Attack]) -> Iterator[Seen]:
        return each("files", on_file, [(year, a, folder / f"{n}") for n, a in enumerate(attacks)])

    def made_anew() -> Iterator[Seen]:
        tasks = [(year, name, folder / f"p{n}") for n, name in enumerate(programs(year))]
        return each("programs", programmed, tasks)

    yield tally("SQL on a file of books", files(on_files))
    yield tally("the log cut, put back or made anew", made_anew())
    kept = ("balance ", "account ", "restriction ", "goods ", "open_item ")
    on_kept = [a for a in on_files if a.name.startswith(kept)][:: run.times(2, 4)]
    with patch.object(checking, "_tables", lambda _books, _replay: iter(())):
        yield tally("SQL; check does not compare tables", files(on_kept), teeth=True)
    with patch.object(walls, "_compared", lambda _found, _shipped: iter(())):
        on_walls = [a for a in on_files if a.walls]
        yield tally("SQL; check does not compare walls", files(on_walls), teeth=True)
    with patch.object(Year, "checkpoints", lambda _year: []):
        yield tally("the log made anew; nobody kept a checkpoint", made_anew(), teeth=True)
    programs_of_server = server_folder()
    if programs_of_server is None:
        yield Outcome("SQL on a server", 0, 0, "there is no PostgreSQL on this machine")
        return
    cluster = Cluster(programs_of_server, ("fsync=off",))  # many copies; none has to stay
    cluster.start()
    try:
        execute_on(cluster.url, "CREATE DATABASE books")
        place = cluster.url.removesuffix("postgres") + "books"
        served = full_year(folder / "served", run.chance("tampering"), place)
        attacks = [*edits(year, 1), *by_hand()][:: run.times(8, 1)] + list(on_a_server())
        tasks = [(served, a, f"copy_{n}") for n, a in enumerate(attacks)]
        yield tally("SQL on a server, by its owner", each("server", on_server, tasks))
    finally:
        cluster.stop()
