"""A PostgreSQL server dies under its writers, all processes at once, and is started again."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg

from lovefund.actions.check import check
from lovefund.actions.receive import donate
from lovefund.actions.workspace import Workspace
from lovefund.core.donations import Donor
from lovefund.errors import StorageError
from lovefund.store.engine import Database
from server import SERVER_MISSING, Cluster, execute_on, server_folder
from torture.campaign import Outcome, Run, progress
from world import Clock, new_books, new_fund

WRITERS = 4
DAY = date(2026, 3, 1)
#: A server that acknowledges before it has written.
HASTY = ("synchronous_commit=off", "wal_writer_delay=10s")
Acknowledged = dict[int, str]


def _write(ws: Workspace, told: Connection) -> None:
    """Gifts until the server is gone; each is told as soon as it is acknowledged."""
    while True:
        try:
            posted = donate(ws, DAY, 100, "bank", "staff", Donor())
        except StorageError:
            return
        told.send((posted.no, posted.check_digits))


def _until_death(ws: Workspace, cluster: Cluster, seconds: float) -> Acknowledged:
    """What writers were told before the server was killed."""
    context = multiprocessing.get_context("fork")
    ends, writers = [], []
    for _writer in range(WRITERS):
        here, there = context.Pipe(duplex=False)
        writer = context.Process(target=_write, args=(ws, there))
        writer.start()
        there.close()
        ends.append(here)
        writers.append(writer)
    time.sleep(seconds)
    cluster.kill()
    acknowledged: Acknowledged = {}
    for here in ends:
        with contextlib.suppress(EOFError):
            while True:
                no, digits = here.recv()
                acknowledged[no] = digits
    for writer in writers:
        writer.join()
    return acknowledged


def _harm(ws: Workspace, cluster: Cluster, acknowledged: Acknowledged) -> list[str]:
    """What is missing or wrong after the server has recovered."""
    with ws.reading() as books:
        kept = {row.no: row.leaf for row in books.entry_rows()}
    found = [
        f"entry {no} was acknowledged and is gone"
        for no, digits in acknowledged.items()
        if no not in kept or f"{int(kept[no][:16], 16) % 10**8:08d}" != digits
    ]
    found += [f"check: {f.where} {f.what}" for f in check(ws)]
    if _amcheck(ws):
        try:
            cluster.run("pg_amcheck", "--heapallindexed", "--port", str(cluster.port),
                        "--host", "127.0.0.1", "--username", "postgres", "fund")  # fmt: skip
        except RuntimeError as error:
            found.append(str(error))
    return found


def _amcheck(ws: Workspace) -> bool:
    """Whether the server has the extension that looks at its pages."""
    try:
        execute_on(ws.database.place, "CREATE EXTENSION IF NOT EXISTS amcheck")
    except psycopg.Error:
        return False
    return True


def rounds(
    folder: Path, chance: random.Random, count: int, settings: tuple[str, ...]
) -> tuple[int, list[str], bool]:
    """(acknowledged, harm, whether pages were looked at) over so many deaths of one server.

    Stops at the first harm.
    """
    programs = server_folder()
    assert programs is not None
    os.environ["LOVEFUND_HOME"] = str(folder)
    cluster = Cluster(programs, settings)
    cluster.start()
    try:
        execute_on(cluster.url, "CREATE DATABASE fund")
        place = cluster.url.removesuffix("postgres") + "fund"
        ws = new_fund(new_books(place), on=DAY, today=DAY)
        ws = Workspace(Database(place), ws.fund, clock=Clock(DAY), date_is_right=True)
        total, harm, since = 0, list[str](), time.monotonic()
        for done in range(1, count + 1):
            acknowledged = _until_death(ws, cluster, chance.uniform(1.5, 3.5))
            cluster.start_again()
            total += len(acknowledged)
            harm = _harm(ws, cluster, acknowledged)
            progress("server", done, count, since)
            if harm:
                break
        return total, harm, _amcheck(ws)
    finally:
        cluster.stop()


def run(run: Run) -> Iterator[Outcome]:
    """The server as it comes, and one that acknowledges before it has written."""
    what = "kill -9 of all server processes under 4 writers"
    if server_folder() is None:
        yield Outcome(what, 0, 0, SERVER_MISSING)
        return
    count = run.times(3, 25)
    chance = run.chance("server")
    total, harm, pages = rounds(run.place("server"), chance, count, ())
    note = f"{total:,} entries acknowledged; " + ("amcheck clean" if pages else "no amcheck here")
    yield Outcome(what, count, len(harm), "; ".join(harm)[:300] or note)
    total, harm, _pages = rounds(run.place("hasty"), chance, count, HASTY)
    note = f"{total:,} entries acknowledged, {len(harm):,} of them gone"
    yield Outcome(f"{what}; {HASTY[0]}", count, len(harm), note, teeth=True)
