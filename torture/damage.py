"""Bits, bytes, sectors and pages of a file of books go bad; no answer may change unseen."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from lovefund.actions import check
from lovefund.actions.receive import donate
from lovefund.core.donations import Donor
from lovefund.errors import LovefundError
from lovefund.log import checkpoints
from torture.campaign import Outcome, Run
from torture.parallel import each
from torture.school import TODAY
from torture.year import BESIDE, FOUND, FUND, SAME, UNSEEN, Year, full_year
from world import Clock

SECTOR, PAGE = 512, 4096
UNOPENED = "refused with a sentence"
Seen = tuple[str, list[str]]


def harmed(content: bytearray, older: bytes, chance: random.Random) -> str:
    """One damage as disks and memory do it; says which."""
    place = chance.randrange(len(content))
    sector, page = place // SECTOR * SECTOR, place // PAGE * PAGE
    match chance.choice(("bit", "bit", "bit", "byte", "byte", "sector", "zeros", "page", "stale")):
        case "bit":
            content[place] ^= 1 << chance.randrange(8)
            return f"bit at {place}"
        case "byte":
            content[place] ^= chance.randrange(1, 256)
            return f"byte at {place}"
        case "sector":
            content[sector : sector + SECTOR] = chance.randbytes(SECTOR)
            return f"sector at {sector} of noise"
        case "zeros":
            content[sector : sector + SECTOR] = bytes(SECTOR)
            return f"sector at {sector} of zeros"
        case "page":
            other = chance.randrange(len(content) // PAGE) * PAGE
            content[page : page + PAGE] = content[other : other + PAGE]
            return f"page at {page} written over by that at {other}"
        case _:
            put_back = older[page : page + PAGE]
            content[page : page + len(put_back)] = put_back
            return f"page at {page} as it was before"


def on_file(year: Year, seed: str, folder: Path) -> Seen:
    """What is seen of one damage to the file of books."""
    copy = year.copied(folder)
    try:
        content = bytearray(copy.path.read_bytes())
        name = harmed(content, year.older.read_bytes(), random.Random(seed))
        copy.path.write_bytes(content)
        return _seen(copy, name)
    finally:
        shutil.rmtree(folder)


def on_wal(year: Year, seed: str, folder: Path) -> Seen:
    """What is seen of one damage to the WAL file that a crash left."""
    copy = year.copied(folder)
    wal = copy.path.with_name(copy.path.name + "-wal")
    chance = random.Random(seed)
    try:
        content = bytearray(wal.read_bytes())
        place = chance.randrange(len(content))
        match chance.choice(("flipped", "cut", "deleted")):
            case "flipped":
                content[place] ^= 1 << chance.randrange(8)
                wal.write_bytes(content)
                name = f"WAL flipped at {place}"
            case "cut":
                wal.write_bytes(content[:place])
                name = f"WAL cut at {place}"
            case _:
                wal.unlink()
                name = "WAL deleted"
        return _seen(copy, name)
    finally:
        shutil.rmtree(folder)


def _seen(year: Year, name: str) -> Seen:
    with contextlib.suppress(LovefundError):
        seen, wrong = year.verdict()
        if seen == FOUND and not _opens(year):
            seen = UNOPENED
        return seen, [f"{name}: {w}" for w in wrong]
    return UNOPENED, []


def _opens(year: Year) -> bool:
    try:
        year.findings()
    except LovefundError:
        return False
    return True


def crashed(year: Year, folder: Path) -> Year:
    """The books after a crash: the last gifts were acknowledged and stand in the WAL alone."""
    copy = year.copied(folder)
    with contextlib.closing(sqlite3.connect(copy.place)) as open_elsewhere, copy.at_work() as ws:
        open_elsewhere.execute("BEGIN")
        open_elsewhere.execute("SELECT count(*) FROM entry").fetchone()
        now = replace(ws, clock=Clock(TODAY))
        for fen in range(1, 9):
            donate(now, TODAY, fen, "bank", "staff", Donor())
        with ws.reading() as books:
            head = books.head()
        kept = copy.school.published / FUND / "9999-receipt"
        kept.mkdir()
        body = checkpoints.body(FUND, head.size, head.root)
        (kept / "checkpoint.txt").write_text(body)
        after = copy.copied(folder.with_name(folder.name + "-after"))
    after.path.with_name(after.path.name + "-shm").unlink(missing_ok=True)
    sound = after.copied(folder.with_name(folder.name + "-sound"))
    answers = json.dumps(sound.answers(), ensure_ascii=False)
    (after.school.folder / "answers.json").write_text(answers, "utf-8")
    return after


def tally(what: str, answers: Iterator[Seen], *, teeth: bool = False) -> Outcome:
    """The line of the table; what went unseen is told on the error stream."""
    seen: Counter[str] = Counter()
    harm = 0
    for name, wrong in answers:
        seen[name] += 1
        harm += bool(wrong)
        if not teeth:
            for text in wrong:
                print(f"  {text[:300]}", file=sys.stderr)
    kinds = (SAME, UNOPENED, FOUND, BESIDE, UNSEEN)
    note = ", ".join(f"{seen[name]:,} {name}" for name in kinds if seen[name])
    return Outcome(what, seen.total(), harm, note, teeth)


def run(run: Run) -> Iterator[Outcome]:
    """Damages to the file and to the WAL; then without what finds them."""
    folder = run.place("damage")
    year = full_year(folder / "year", run.chance("damage"))
    after = crashed(year, folder / "crashed")
    tries, cuts = run.times(150, 3_000), run.times(30, 120)

    def files(count: int) -> Iterator[Seen]:
        tasks = [(year, f"{run.seed}/{n}", folder / f"f{n}") for n in range(count)]
        return each("damage", on_file, tasks)

    def wals(count: int) -> Iterator[Seen]:
        tasks = [(after, f"{run.seed}/{n}", folder / f"w{n}") for n in range(count)]
        return each("WAL", on_wal, tasks)

    yield tally("a file of books damaged", files(tries))
    yield tally("its WAL damaged after a crash", wals(cuts))
    with patch.object(check, "check_fund", lambda *_given: iter(())):
        yield tally("a file damaged; integrity_check alone looks", files(150), teeth=True)
    with patch.object(Year, "checkpoints", lambda _year: []):
        yield tally("WAL damaged; nobody kept a checkpoint", wals(30), teeth=True)
