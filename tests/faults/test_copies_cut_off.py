"""Backups and restores killed at every step that touches the disk, and copies under load."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from lovefund.actions import copies as told
from lovefund.actions.backup import backup
from lovefund.actions.check import check
from lovefund.actions.evidence import keep_evidence
from lovefund.actions.receive import donate
from lovefund.actions.restore import restore
from lovefund.actions.workspace import Workspace
from lovefund.core.donations import Donor
from lovefund.core.papers import Papers
from lovefund.errors import LovefundError
from lovefund.store.book import CHINA
from lovefund.store.engine import Database
from world import new_books, new_fund

DAY = date(2026, 1, 2)

#: Runs one verb in a process of its own and kills it before its n-th touch of the disk: every
#: opening for writing, renaming, linking and removing, and every connection to a database.
CHILD = """
import os, signal, sys
from pathlib import Path
from lovefund.store import copies
from faults.test_copies_cut_off import careless, verbs, workspace
TOUCHES = {"os.rename", "os.remove", "os.link", "os.truncate", "sqlite3.connect"}
left = int(sys.argv[3])
def hook(event, args):
    global left
    touches = event in TOUCHES or (event == "open" and args[1] and set(str(args[1])) & set("wax+"))
    if touches and armed:
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
armed = False
sys.addaudithook(hook)
ws, verb = workspace(Path(sys.argv[1])), verbs[sys.argv[2]]
if sys.argv[4] == "careless":
    copies.put_in_place = careless
armed = True
verb(ws)
"""


def careless(new: Path, books: Path, kept: Path) -> None:
    """How a file would be put in place by somebody who never heard of a power cut."""
    data = new.read_bytes()
    with books.open("wb", buffering=0) as file:
        for start in range(0, len(data), 65536):
            file.write(data[start : start + 65536])
            (books.parent / "progress").write_text(str(start))


#: What is killed: a backup beside an older one, and a restore over newer books.
verbs: dict[str, Callable[[Workspace], object]] = {
    "backup": backup,
    "restore": lambda ws: restore(ws, oldest(ws), over_newer=True),
}


def workspace(path: Path) -> Workspace:
    return Workspace(
        Database(str(path)), "shiqiao", clock=lambda: datetime(2026, 1, 2, 9, 30, tzinfo=CHINA)
    )


def oldest(ws: Workspace) -> Path:
    assert ws.database.path is not None
    return told.backups(ws.database.path.parent / "backups")[0]


def gift(ws: Workspace, paper: Path | None = None) -> None:
    papers = Papers(evidence=keep_evidence(ws, (paper,))) if paper else Papers()
    donate(ws, DAY, 100, "bank", "staff", Donor(), papers=papers)


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Books with three entries and a paper, and a backup from when there were two."""
    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path / "home"))
    ws = new_fund(new_books(str(tmp_path / "fund.db")), on=date(2026, 1, 1))
    ws = workspace(tmp_path / "fund.db")
    gift(ws)
    backup(ws)
    paper = tmp_path / "photo.jpg"
    paper.write_bytes(b"a photo")
    gift(ws, paper)
    return ws


def killed(ws: Workspace, verb: str, at: int, how: str = "") -> bool:
    """Run and kill at touch number ``at``; False when it got to its end."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", CHILD, str(ws.database.path), verb, str(at), how]
    code = subprocess.run(command, env=env, check=False).returncode
    assert code in (0, -signal.SIGKILL)
    return code != 0


def size(path: Path) -> int:
    with workspace(path).reading() as opened:
        return opened.head().size


def assert_backups_are_whole(folder: Path) -> list[int]:
    """Each file that has a backup's name has its sum and is sound; their sizes."""
    sizes = []
    for path in told.backups(folder):
        assert told.sum_told(path) == hashlib.sha256(path.read_bytes()).hexdigest()
        assert path.stat().st_mode & 0o777 == 0o600
        assert check(Workspace(Database(str(path)))) == []
        sizes.append(size(path))
    return sizes


@pytest.mark.slow
def test_a_backup_killed_anywhere_is_whole_or_not_there(books: Workspace, tmp_path: Path) -> None:
    at, found = 0, []
    folder = tmp_path / "backups"
    while killed(books, "backup", at):
        found.append(assert_backups_are_whole(folder))
        at += 1
    assert at >= 8
    assert found[0] == [2]
    assert all(sizes in ([2], [2, 3]) for sizes in found)
    assert assert_backups_are_whole(folder) == [2, 3]
    assert not list(folder.glob(".unfinished*"))


@pytest.mark.slow
def test_a_restore_killed_anywhere_leaves_old_books_or_new(
    books: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "fund.db"
    at, found = 0, []
    while killed(books, "restore", at):
        found.append(size(path))
        assert check(Workspace(Database(str(path)))) == []
        for kept in tmp_path.glob("fund-replaced*.db"):
            assert size(kept) == 3
        if found[-1] == 2:
            break
        at += 1
    assert at >= 8
    assert set(found) <= {2, 3}
    while size(path) == 3:
        restore(books, oldest(books), over_newer=True)
    assert size(path) == 2
    gift(books)
    assert check(Workspace(books.database)) == []


@pytest.mark.slow
def test_books_written_over_in_place_would_be_found_half(books: Workspace, tmp_path: Path) -> None:
    """The teeth of the test above."""
    at = 0
    while killed(books, "restore", at, "careless"):
        try:
            assert check(Workspace(books.database)) == []
        except (LovefundError, AssertionError):
            return
        at += 1
    pytest.fail("no kill found the books half written")


def test_a_kill_is_noticed_where_a_backup_is_written_under_its_name(
    books: Workspace, tmp_path: Path
) -> None:
    """The teeth of the test of backups: a file that is not whole has no name of a backup."""
    careless = tmp_path / "backups" / "shiqiao-2026-01-02-0931-0000003.lovefund-backup"
    careless.write_bytes((tmp_path / "fund.db").read_bytes()[:4096])
    with pytest.raises(AssertionError):
        assert_backups_are_whole(tmp_path / "backups")


WRITER = """
import sys
from pathlib import Path
from faults.test_copies_cut_off import gift, workspace
ws = workspace(Path(sys.argv[1]))
while not Path(sys.argv[2]).exists():
    gift(ws)
"""


@pytest.fixture
def writer(books: Workspace, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another program that books one gift after another until it is told to stop."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    stop = tmp_path / "stop"
    command = [sys.executable, "-c", WRITER, str(books.database.path), str(stop)]
    with subprocess.Popen(command, env=env) as process:
        while size(tmp_path / "fund.db") < 5:
            time.sleep(0.02)
            assert process.poll() is None
        yield process
        stop.touch()
        assert process.wait(30) == 0


def test_copies_made_under_load_all_verify(
    books: Workspace, tmp_path: Path, writer: subprocess.Popen[bytes]
) -> None:
    clock = datetime(2026, 1, 2, 10, tzinfo=CHINA)
    made = []
    for number in range(8):
        at = clock + timedelta(minutes=number)
        before = size(tmp_path / "fund.db")
        done = backup(Workspace(books.database, "shiqiao", clock=lambda at=at: at))
        assert before <= done.found.size <= size(tmp_path / "fund.db")
        made.append(done.found.size)
    assert writer.poll() is None
    sizes = assert_backups_are_whole(tmp_path / "backups")
    assert sizes[1:] == made
    assert len(set(made)) > 4, "the writer went on meanwhile"
    for path in told.backups(tmp_path / "backups"):
        again = Workspace(Database(str(tmp_path / f"again-{path.stem}.db")), clock=books.clock)
        restore(again, path)
        gift_at = Workspace(again.database, "shiqiao", clock=books.clock)
        gift(gift_at)


def test_a_plain_copy_under_load_is_not_one(
    books: Workspace, tmp_path: Path, writer: subprocess.Popen[bytes]
) -> None:
    """The teeth of the test above: copies of the file alone are found wrong, sooner or later."""
    reader = sqlite3.connect(tmp_path / "fund.db", isolation_level=None)
    reader.execute("BEGIN")
    before = reader.execute("SELECT size FROM log_head").fetchone()[0]
    while size(tmp_path / "fund.db") < before + 3:
        time.sleep(0.02)
    plain = tmp_path / "plain.db"
    plain.write_bytes((tmp_path / "fund.db").read_bytes())
    copied, now = size(plain), size(tmp_path / "fund.db")
    reader.close()
    assert copied < now


def test_the_dump_of_a_server_brings_all_back(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands that ``lovefund backup`` names on a server do what it says."""
    from lovefund.errors import BadInput
    from server import fresh_database, server_folder

    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    programs = server_folder()
    assert programs is not None

    def told_command(url: str, verb: object) -> list[str]:
        with pytest.raises(BadInput) as refused:
            verb(Workspace(Database(url)))  # type: ignore[operator]
        found = re.search(r"(pg_\w+) (.*)", refused.value.remedy())
        assert found
        return [str(programs / found[1]), *found[2].replace("'", "").split()]

    with fresh_database(postgres_url) as one, fresh_database(postgres_url) as other:
        ws = new_fund(new_books(one), on=date(2026, 1, 1), today=DAY)
        gift(ws)
        subprocess.run(told_command(one, backup), check=True)
        subprocess.run(
            told_command(other, lambda w: restore(w, tmp_path / "fund.dump")), check=True
        )
        again = Workspace(Database(other), "shiqiao", clock=ws.clock)
        assert check(again) == []
        gift(again)
        with again.reading() as opened:
            assert opened.head().size == 3
