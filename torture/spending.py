"""Eight processes spend from one pot at once, others look on; nobody may ever overdraw it.

Each try gives or takes a few yuan, and so little is in the pot that most tries find it empty.
Readers look for what Jepsen's bank test looks for: wrong totals, and balances below zero.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from multiprocessing.synchronize import Event
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, Select, text

from lovefund.actions.check import check
from lovefund.actions.receive import donate
from lovefund.actions.spend import pay_grants
from lovefund.actions.workspace import Workspace
from lovefund.core.donations import Donor
from lovefund.core.grants import Recipient
from lovefund.errors import LovefundError, Refused
from lovefund.store import engine
from lovefund.store.engine import Database
from server import SERVER_MISSING, Cluster, execute_on, server_folder
from torture.campaign import Outcome, Run
from world import Clock, new_books, new_fund

WRITERS, READERS = 8, 2
DAY = date(2026, 3, 1)


@dataclass
class Done:
    """What a process did: (entry, fen) of each acknowledged try, refusals, and other ends."""

    acknowledged: list[tuple[int, int]] = field(default_factory=list)
    refused: int = 0
    reads: int = 0
    wrong: list[str] = field(default_factory=list)


def _through_the_gate(ws: Workspace, fen: int) -> int:
    """A gift, or a grant where it is below zero; returns the entry's number."""
    if fen > 0:
        return donate(ws, DAY, fen, "bank", "staff", Donor()).no
    return pay_grants(ws, DAY, (Recipient("L1", "虚构", -fen),), "bank").no


def _by_the_transaction_alone(ws: Workspace, fen: int) -> int:
    """A program without the gate's numbers and checks: looks, then spends; returns what is left.

    The numbers of entries are a wall of their own: two that saw the same end of the log
    collide. This shows what the transaction is worth without them.
    """
    with ws.database.writing() as connection:
        _head(connection)
        pot = "FROM restriction WHERE fund = 'shiqiao' AND code = 'general'"
        held = connection.execute(text(f"SELECT money_fen {pot}")).scalar_one()
        if held + fen < 0:
            raise _Empty
        time.sleep(0.002)  # others may come in between
        left = connection.execute(
            text(
                "UPDATE restriction SET money_fen = money_fen + :fen "
                "WHERE fund = 'shiqiao' AND code = 'general' RETURNING money_fen"
            ),
            {"fen": fen},
        ).scalar_one()
    return int(left)


def _head(connection: Connection) -> None:
    """Lock the fund's head as the gate does."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT size FROM log_head WHERE fund = 'shiqiao' FOR UPDATE"))


class _Empty(Exception):
    """The pot holds too little."""


def _write(
    spend: Callable[[Workspace, int], int], ws: Workspace, tries: int, chance: random.Random
) -> Done:
    done = Done()
    for _try in range(tries):
        fen = chance.choice((300, -100, -200, -300, -100, -200, -300, -300))
        try:
            done.acknowledged.append((spend(ws, fen), fen))
        except (Refused, _Empty):
            done.refused += 1
        except LovefundError as error:
            done.wrong.append(f"neither booked nor refused: {error}")
    return done


def _read(ws: Workspace, stop: Event) -> Done:
    """Look at everything at once, again and again: it must always add up."""
    done = Done()
    while not stop.is_set():
        with ws.reading() as books:
            size = books.head().size
            count = sum(1 for _leaf in books.leaves()) if done.reads % 50 == 0 else size
            sums = [m.debit_fen - m.credit_fen for m in books.balances()]
            bank = sum(
                m.debit_fen - m.credit_fen
                for m in books.balances()
                if books.chart[m.account].kind.value == "money"
            )
            pots = [p["money_fen"] for p in books.pots()]
        done.reads += 1
        time.sleep(0.02)
        if sum(sums) or bank != sum(pots) or count != size:
            done.wrong.append(f"a wrong total: {sum(sums)}, {bank} and {sum(pots)} fen")
        if min(pots) < 0:
            done.wrong.append(f"a pot of {min(pots)} fen was read")
    return done


def _sent(work: Callable[..., Done], where: Any, *args: Any) -> None:
    where.send(work(*args))


def contest(
    ws: Workspace,
    spend: Callable[[Workspace, int], int],
    tries: int,
    chance: random.Random,
    readers: int = READERS,
) -> list[Done]:
    """What every writer and reader did."""
    context = multiprocessing.get_context("fork")
    stop = context.Event()
    ends: list[Any] = []
    processes = []

    def begin(work: Callable[..., Done], *args: Any) -> None:
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_sent, args=(work, there, *args))
        process.start()
        there.close()
        ends.append(here)
        processes.append(process)

    for writer in range(WRITERS):
        own = random.Random(chance.random())
        begin(_write, spend, ws, tries // WRITERS + (writer < tries % WRITERS), own)
    for _reader in range(readers):
        begin(_read, ws, stop)
    found = [end.recv() for end in ends[:WRITERS]]
    stop.set()
    found += [end.recv() for end in ends[WRITERS:]]
    for process in processes:
        process.join()
    return found


def harm_of(ws: Workspace, done: list[Done]) -> list[str]:
    """What was overdrawn, lost, or wrong to look at."""
    harm = [w for d in done for w in d.wrong]
    booked = dict(pair for d in done for pair in d.acknowledged)
    with ws.reading() as books:
        entries = {e.no: e for e in books.entries(kinds=("donation", "grant-paid"))}
        size, pot = books.head().size, books.pots()[0]["money_fen"]
    if pot != sum(booked.values()):
        harm.append(f"the pot holds {pot} fen; acknowledged were {sum(booked.values())}")
    if sum(len(d.acknowledged) for d in done) != len(booked) or set(booked) != set(entries):
        harm.append("an acknowledged entry is missing, doubled, or not acknowledged")
    for no, fen in booked.items():
        if no in entries and sum(p.amount_fen for p in entries[no].postings) != abs(fen):
            harm.append(f"entry {no} is another than the acknowledged one")
    if size != len(entries) + 1:
        harm.append(f"{size} entries, and {len(entries)} moves: a number is missing")
    return harm + [f"check: {f.where} {f.what}" for f in check(ws)]


def harm_alone(ws: Workspace, done: list[Done]) -> list[str]:
    """The same of the program that keeps a pot and no log."""
    with ws.database.reading() as connection:
        pot = connection.execute(
            text("SELECT money_fen FROM restriction WHERE fund = 'shiqiao' AND code = 'general'")
        ).scalar_one()
    moved = sum(fen for d in done for _left, fen in d.acknowledged)
    harm = [f"{left} fen were left" for d in done for left, _fen in d.acknowledged if left < 0]
    if moved != pot:
        harm.append(f"{moved} fen were acknowledged, {pot} are there")
    return harm + [w for d in done for w in d.wrong]


# -- guards taken away -------------------------------------------------------------------------


@contextlib.contextmanager
def default_begin() -> Iterator[None]:
    """SQLAlchemy begins as it does by default, and no file lock is held."""
    opened = engine._open_checked

    def by_default(address: str, path: Path) -> tuple[sqlite3.Connection, int]:
        connection, version = opened(address, path)
        connection.isolation_level = ""
        return connection, version

    with (
        patch.object(engine, "event", SimpleNamespace(listen=lambda *_arguments: None)),
        patch.object(engine, "_open_checked", by_default),
        patch.object(engine, "_alone", lambda _path: contextlib.nullcontext()),
    ):
        yield


@contextlib.contextmanager
def head_not_locked() -> Iterator[None]:
    """The head's row is read and not locked."""
    with (
        patch.object(Select, "with_for_update", lambda select: select),
        patch(f"{__name__}._head", lambda _connection: None),
    ):
        yield


def unchecked(ws: Workspace) -> Workspace:
    """The database without its check on overdrawn pots."""
    with ws.database.writing() as connection:
        if not ws.database.server:
            for statement in (
                "PRAGMA writable_schema = ON",
                "UPDATE sqlite_master SET sql = replace(sql, 'money_fen >= 0', '1') "
                "WHERE name = 'restriction'",
            ):
                connection.exec_driver_sql(statement)
        else:
            connection.exec_driver_sql(
                "ALTER TABLE restriction DROP CONSTRAINT restriction_not_overdrawn"
            )
    return ws


# -- the campaign ------------------------------------------------------------------------------


def _fresh(place: str) -> Workspace:
    ws = new_fund(new_books(place), on=DAY, today=DAY)
    return Workspace(Database(place), ws.fund, clock=Clock(DAY), date_is_right=True)


def gate(what: str, ws: Workspace, tries: int, chance: random.Random, **more: Any) -> Outcome:
    """Through the gate, with readers beside."""
    since = time.monotonic()
    done = contest(ws, _through_the_gate, tries, chance)
    harm = harm_of(ws, done)
    seconds = time.monotonic() - since
    booked, reads = sum(len(d.acknowledged) for d in done), sum(d.reads for d in done)
    rate = (
        f"{booked:,} booked, {tries / seconds:,.0f} tries a second; {reads:,} looks at the totals"
    )
    return Outcome(what, tries, len(harm), _first(harm) or rate, **more)


def alone(what: str, ws: Workspace, tries: int, chance: random.Random, **more: Any) -> Outcome:
    """By the transaction alone, the check dropped."""
    done = contest(unchecked(ws), _by_the_transaction_alone, tries, chance, readers=0)
    harm = harm_alone(ws, done)
    lowest = min((left for d in done for left, _fen in d.acknowledged), default=0)
    return Outcome(what, tries, len(harm), f"lowest balance {lowest / 100:.2f} yuan", **more)


def _first(harm: list[str]) -> str:
    return "; ".join(harm)[:200]


def run(run: Run) -> Iterator[Outcome]:
    """Both engines as they are, then the transaction alone with its guard and without."""
    folder = run.place("spending")
    os.environ["LOVEFUND_HOME"] = str(folder / "home")
    chance = run.chance("spending")
    tries, few = run.times(1_600, 50_000), run.times(400, 4_000)
    on, off = "8 processes, one pot, {}", "8 processes, one pot, {}; no check, numbers or log; {}"

    def file(name: str) -> Workspace:
        return _fresh(str(folder / name))

    yield gate(on.format("SQLite"), file("gate.db"), tries, chance)
    yield alone(off.format("SQLite", "BEGIN IMMEDIATE"), file("alone.db"), few, chance)
    with default_begin():
        name = off.format("SQLite", "SQLAlchemy's default")
        yield alone(name, file("default.db"), few, chance, teeth=True)
    programs = server_folder()
    if programs is None:
        yield Outcome(on.format("PostgreSQL"), 0, 0, SERVER_MISSING)
        return
    cluster = Cluster(programs)
    cluster.start()
    try:

        def served(name: str) -> Workspace:
            execute_on(cluster.url, f"CREATE DATABASE {name}")
            return _fresh(cluster.url.removesuffix("postgres") + name)

        yield gate(on.format("PostgreSQL"), served("gate"), tries, chance)
        yield alone(off.format("PostgreSQL", "head locked"), served("alone"), few, chance)
        with head_not_locked():
            name = off.format("PostgreSQL", "head not locked")
            yield alone(name, served("unlocked"), few, chance, teeth=True)
    finally:
        cluster.stop()
