"""Full disks, forbidden folders, files that are no books, books that another program holds.

Each through the real command line, in Chinese and in English: the sentence and the exit code
that are stated, reading where reading is possible, no traceback, no signal, nothing lost.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from lovefund.errors import Exit
from lovefund.store import schema
from torture.campaign import Outcome, Run
from torture.school import OPEN, School, gift, new_school

READ = ("balance", "--json")
WRITE = gift("5", "李四", "2026-12-02")
CHECK = ("check", "--json")
PUBLISH = ("publish", "2026-10", "--out", "{folder}/out", "--json")

NOT_WRITABLE = ("may not be written", "不能写")
NO_RIGHTS = ("it may not be read or written by you", "没有读写它的权限")
READ_ONLY = ("the disk may only be read", "磁盘是只读的")
FULL = ("the disk", "磁盘")
NONE_HERE = ("there are no books here yet", "这里还没有账本")
NO_BOOKS = ("not a file of lovefund books", "不是 lovefund 账本")
NEWER = ("newer lovefund", "新版 lovefund")
DAMAGED = ("the file is damaged", "文件坏了")

Surround = Callable[[School], contextlib.AbstractContextManager[School]]


@dataclass(frozen=True)
class Case:
    """Surroundings, a command in them, and what is stated about it."""

    name: str
    surround: Surround
    words: tuple[str, ...]
    code: Exit
    says: tuple[str, str] = ("", "")
    file_bytes_max: int = 0


# -- surroundings ------------------------------------------------------------------------------


@contextlib.contextmanager
def _as_it_is(school: School) -> Iterator[School]:
    yield school


def _forbidden(which: str, mode: int) -> Surround:
    """A file or folder of the school with other rights."""

    @contextlib.contextmanager
    def surround(school: School) -> Iterator[School]:
        path = school.folder / which
        before = path.stat().st_mode
        path.chmod(mode)
        try:
            yield school
        finally:
            path.chmod(before)

    return surround


def _mounted(*options: str, full: bool = False) -> Surround:
    """The books on a small disk of their own; needs root."""

    @contextlib.contextmanager
    def surround(school: School) -> Iterator[School]:
        place = school.folder.with_name(school.folder.name + "-disk")
        place.mkdir()
        if options[0] == "loop":
            image = place.with_suffix(".image")
            image.write_bytes(bytes(8 << 20))
            subprocess.run(["mkfs.ext4", "-q", "-b", "1024", "-m", "0", image], check=True)
            subprocess.run(["mount", "-o", "loop", image, place], check=True)
        else:
            subprocess.run(
                ["mount", "-t", "tmpfs", "-o", "size=8m" if full else "size=64m", "tmpfs", place],
                check=True,
            )
        try:
            moved = School(place / "school")
            shutil.copytree(school.folder, moved.folder)
            if full:
                with contextlib.suppress(OSError), (place / "filler").open("wb", 0) as file:
                    while True:
                        file.write(bytes(1024))
            if "ro" in options:
                subprocess.run(["mount", "-o", "remount,ro", place], check=True)
            yield moved
        finally:
            subprocess.run(["umount", place], check=True)
            place.rmdir()

    return surround


def _instead(
    make: Callable[[Path], object],
) -> Surround:
    """Something else where the books should be."""

    @contextlib.contextmanager
    def surround(school: School) -> Iterator[School]:
        aside = school.folder / "aside.db"
        school.database.rename(aside)
        make(school.database)
        try:
            yield school
        finally:
            if school.database.is_dir():
                school.database.rmdir()
            aside.replace(school.database)

    return surround


def _changed(statement: str) -> Surround:
    """The books with another mark in their head, and back."""

    @contextlib.contextmanager
    def surround(school: School) -> Iterator[School]:
        before = school.database.read_bytes()
        with contextlib.closing(sqlite3.connect(school.database)) as sql:
            sql.execute(statement)
        try:
            yield school
        finally:
            school.database.write_bytes(before)

    return surround


@contextlib.contextmanager
def _cut(school: School) -> Iterator[School]:
    """The books cut off in the middle, and back."""
    before = school.database.read_bytes()
    school.database.write_bytes(before[: len(before) // 2])
    try:
        yield school
    finally:
        school.database.write_bytes(before)


@contextlib.contextmanager
def _held_by_sqlite(school: School) -> Iterator[School]:
    """Another program is writing with SQLite's own lock."""
    with contextlib.closing(sqlite3.connect(school.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield school


@contextlib.contextmanager
def _held_by_lovefund(school: School) -> Iterator[School]:
    """Another lovefund has the books open for writing."""
    from lovefund.system import file_lock

    with file_lock(school.database.with_name("fund.db.lock")):
        yield school


@contextlib.contextmanager
def _elsewhere(school: School) -> Iterator[School]:
    """A folder that is not there."""
    yield School(school.folder / "nowhere")


def rights_count() -> bool:
    """Whether a program can be started here that obeys the rights of files."""
    return os.geteuid() != 0 or shutil.which("setpriv") is not None


def _rights() -> Iterator[Case]:
    """Files and folders that may not be read or written."""
    read_only = _forbidden("fund.db", 0o444)
    yield Case("file 0444, reading", read_only, READ, Exit.DONE)
    yield Case("file 0444, writing", read_only, WRITE, Exit.STORAGE, NOT_WRITABLE)
    yield Case(
        "file 0000", _forbidden("fund.db", 0), READ, Exit.STORAGE, ("may not be read", "不能读")
    )
    folder = _forbidden(".", 0o555)
    yield Case("folder 0555, reading", folder, READ, Exit.DONE)
    yield Case("folder 0555, checking", folder, CHECK, Exit.DONE)
    yield Case("folder 0555, writing", folder, WRITE, Exit.STORAGE, NOT_WRITABLE)
    yield Case("folder 0555, publishing", folder, PUBLISH, Exit.STORAGE, NOT_WRITABLE)
    yield Case(
        "no room for the keys",
        _forbidden("home/keys", 0o555),
        _another(OPEN),
        Exit.STORAGE,
        NO_RIGHTS,
    )


def cases(*, root: bool) -> Iterator[Case]:
    """Everything that is tried; what needs a disk of its own only for root."""
    yield Case("as it should be", _as_it_is, WRITE, Exit.DONE)
    if rights_count():
        yield from _rights()
    yield Case("a file may grow no further", _as_it_is, WRITE, Exit.STORAGE, FULL, 8 << 10)
    yield Case("no folder, reading", _elsewhere, READ, Exit.STORAGE, NONE_HERE)
    yield Case("no folder, writing", _elsewhere, WRITE, Exit.STORAGE, NONE_HERE)
    missing = ("it is not there", "它不存在")
    yield Case("no folder, opening", _elsewhere, OPEN, Exit.STORAGE, missing)
    empty = _instead(Path.touch)
    noise = _instead(lambda path: path.write_bytes(os.urandom(50_000)))
    sheet = _instead(lambda path: path.write_text("日期,金额\n2026-12-01,5\n" * 900))
    for name, surround, says in (
        ("a folder in its place", _instead(Path.mkdir), ("this is a folder", "这是文件夹")),
        ("a file of 0 bytes", empty, NO_BOOKS),
        ("random bytes", noise, NO_BOOKS),
        ("a sheet", sheet, NO_BOOKS),
        ("books of another program", _changed("PRAGMA application_id = 7"), NO_BOOKS),
        ("a newer schema", _changed(f"PRAGMA user_version = {schema.SCHEMA_VERSION + 1}"), NEWER),
        ("a file cut in half", _cut, DAMAGED),
    ):  # fmt: skip
        for words in (READ, WRITE, CHECK):
            yield Case(f"{name}: {words[0]}", surround, words, Exit.STORAGE, says)
    yield Case("held by SQLite, reading", _held_by_sqlite, READ, Exit.DONE)
    locked = ("keeps these books locked", "锁住了")
    yield Case("held by SQLite, writing", _held_by_sqlite, WRITE, Exit.STORAGE, locked)
    yield Case("held by lovefund, reading", _held_by_lovefund, READ, Exit.DONE)
    busy = ("half a minute", "半分钟")
    yield Case("held by lovefund, writing", _held_by_lovefund, WRITE, Exit.STORAGE, busy)
    if not root:
        return
    for name, surround in (
        ("a disk mounted read-only", _mounted("tmpfs", "ro")),
        ("a full disk", _mounted("tmpfs", full=True)),
        ("a full disk of small blocks", _mounted("loop", full=True)),
    ):
        says = READ_ONLY if "read-only" in name else FULL
        yield Case(f"{name}, reading", surround, READ, Exit.DONE)
        yield Case(f"{name}, checking", surround, CHECK, Exit.DONE)
        yield Case(f"{name}, writing", surround, WRITE, Exit.STORAGE, says)
        yield Case(f"{name}, publishing", surround, PUBLISH, Exit.STORAGE, says)


def _another(words: tuple[str, ...]) -> tuple[str, ...]:
    """The same fund under another name in the same books."""
    return (words[0], "another", *words[2:])


# -- trying it ---------------------------------------------------------------------------------


def tried(case: Case, school: School, guard: str = "") -> list[str]:
    """What is not as stated, in both languages; the school is as it was afterwards."""
    found = []
    before = school.read().leaves
    with contextlib.closing(sqlite3.connect(school.database)) as last:
        last.execute("SELECT count(*) FROM entry")  # readers leave an empty WAL, a writer none
    for number, language in enumerate(("en", "zh")):
        with case.surround(school) as there:
            code, out, err = _said(case, there, language, guard)
        sentence = case.says[number]
        if code != case.code or sentence not in err:
            found.append(f"{case.name}, {language}: {code} and not {case.code}: {err.strip()}")
        if "Traceback" in out + err or "fault]" in err:
            found.append(f"{case.name}, {language}: tripped: {err.strip()[-300:]}")
        if code == Exit.STORAGE and language == "zh" and not _chinese(err):
            found.append(f"{case.name}: not in Chinese: {err.strip()}")
    read = school.read()
    grown = 2 if case.code == Exit.DONE and case.words == WRITE else 0
    if read.leaves[: len(before)] != before or len(read.leaves) != len(before) + grown:
        found.append(f"{case.name}: entries were lost, or booked in spite of the error")
    return found + [f"{case.name}: {wrong}" for wrong in school.wrong(read)]


def _chinese(text: str) -> bool:
    """Whether every line of an error says something in Chinese."""
    lines = [line for line in text.splitlines() if line.startswith("  ")]
    return bool(lines) and all(any("\u4e00" <= c <= "\u9fff" for c in line) for line in lines)


def _said(case: Case, school: School, language: str, guard: str) -> tuple[int, str, str]:
    program = ("-m", "torture.toothless", guard) if guard else ("-m", "lovefund")
    words = [word.replace("{folder}", str(school.folder)) for word in case.words]

    def limited() -> None:
        if case.file_bytes_max:
            resource.setrlimit(resource.RLIMIT_FSIZE, (case.file_bytes_max,) * 2)

    done = subprocess.run(
        [*_without_root_rights(), sys.executable, *program, *words],
        env={**os.environ, **school.environment(), "LOVEFUND_LANG": language},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        preexec_fn=limited if case.file_bytes_max else None,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def _without_root_rights() -> Sequence[str]:
    """For root: a program that, like anybody else, obeys the rights of files.

    It stays the owner of them and may enter its own folders, as another user might not.
    """
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        return ()
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")


def _on_a_copy(school: School, number: int, *, root: bool) -> list[str]:
    """Case ``number`` on books of its own."""
    folder = school.folder.with_name(f"case-{number}")
    return tried(list(cases(root=root))[number], school.copied(folder))


def may_mount() -> bool:
    """Whether disks can be mounted here: root's right, and not in every container."""
    if os.geteuid() != 0 or not shutil.which("mkfs.ext4"):
        return False
    place = Path("/mnt")
    tried = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", place], capture_output=True)
    if tried.returncode == 0:
        subprocess.run(["umount", place], check=True)
    return tried.returncode == 0


def run(run: Run) -> Iterator[Outcome]:
    """Every case, those that wait for half a minute beside the others; then without sentences."""
    folder = run.place("surroundings")
    school = new_school(folder / "school")
    root = may_mount()
    every = list(cases(root=root))
    # Six at once: some wait for half a minute, and a process each, since each has its own day.
    with ProcessPoolExecutor(6, mp_context=get_context("fork")) as pool:
        tasks = [pool.submit(_on_a_copy, school, n, root=root) for n in range(len(every))]
        harm = [wrong for task in tasks for wrong in task.result()]
    for wrong in harm:
        print(f"  {wrong[:300]}", file=sys.stderr)
    note = f"{len(every)} surroundings in two languages" + ("" if root else "; no disks to mount")
    yield Outcome("files, folders, disks and locks that refuse", 2 * len(every), len(harm), note)
    some = [case for case in every if "file 0" in case.name or "random" in case.name]
    toothless = school.copied(folder / "toothless")
    missed = [wrong for case in some for wrong in tried(case, toothless, "sentences")]
    yield Outcome("the same without sentences", 2 * len(some), len(missed), teeth=True)
