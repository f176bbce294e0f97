"""Publishing again: no second statement, the same bytes, and nothing lost by a crash."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from histories import random_history
from lovefund import verify
from lovefund.actions import figures, mend, publish, receive, restrictions, spend, workspace
from lovefund.actions.close import close_year
from lovefund.actions.shown import shown_texts
from lovefund.actions.workspace import Workspace
from lovefund.core.days import parse_period, period_of
from lovefund.core.donations import Donor
from lovefund.core.names import PublicName
from lovefund.errors import FilesMissing, LovefundError, Unsound
from lovefund.log import tree
from lovefund.store import engine, past, reading
from lovefund.store.book import Book
from lovefund.store.engine import Database
from world import at, new_books, new_fund

JANUARY, FEBRUARY = parse_period("2026-01"), parse_period("2026-02")
GIFT = 1


def files(folder: Path) -> dict[str, bytes]:
    """Every file of statements in a folder, hidden ones too, by fund, statement and name."""
    paths = [p for p in folder.glob("*/*/*") if p.is_file()]
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}


def published(ws: Workspace, folder: Path, *periods: str) -> list[publish.Published]:
    return [publish.publish(ws, parse_period(p), folder, languages=()) for p in periods]


@pytest.fixture
def school(tmp_path: Path) -> Workspace:
    ws = new_fund(new_books(str(tmp_path / "a.db")), on=date(2026, 1, 1), today=date(2026, 2, 5))
    donor = Donor("张三丰", PublicName.MASKED)
    receive.donate(ws, date(2026, 1, 3), 50_000, "bank", "staff", donor)
    receive.donate(ws, date(2026, 1, 4), 20_000, "cash", "alumni", Donor("李四", PublicName.REAL))
    return ws


def later(ws: Workspace) -> Workspace:
    """A month in which much is corrected, opened and published."""
    march = at(ws, date(2026, 3, 5))
    mend.correct(march, GIFT, date(2026, 2, 10), mend.Changes(amount_fen=45_000), "多记")
    mend.void(march, 2, date(2026, 2, 11), "重复")
    restrictions.open_restriction(march, date(2026, 2, 12), "1fund", "夏令营", ("home",), "XY-2")
    receive.donate(march, date(2026, 2, 13), 7_000, "bank", "staff", Donor(), "1fund")
    spend.pay_outlay(march, date(2026, 2, 14), 1_000, "bank", "home", "1fund")
    publish.publish(march, FEBRUARY, Path(ws.database.place).parent / "later", languages=())
    return at(ws, date(2026, 3, 20))


def test_a_period_is_published_once(school: Workspace, tmp_path: Path) -> None:
    (first,) = published(school, tmp_path / "out", "2026-01")
    (again,) = published(later(school), tmp_path / "out", "2026-01-01..2026-01-31")
    assert (first.again, again.again) == (False, True)
    assert (again.number, again.no, again.statement) == (first.number, first.no, first.statement)
    with school.reading() as books:
        assert [s["number"] for s in books.statements()] == [1, 2]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_happens_later_changes_no_byte(
    school: Workspace, tmp_path: Path, language: str
) -> None:
    publish.publish(school, JANUARY, tmp_path / "first", languages=(language,))
    done = publish.publish(later(school), JANUARY, tmp_path / "again", languages=(language,))
    assert f"statement-{language}.pdf" in {path.name for path in done.files}
    again = files(tmp_path / "again")
    told = again.pop("shiqiao/0001-2026-01/corrections.txt").decode()
    assert again == files(tmp_path / "first"), "and a pointer to what was corrected later"
    assert f"../0002-2026-02/corrections-{language}.pdf" in told


@pytest.mark.parametrize("seed", [21, 22, 23])
def test_statements_of_any_history_are_made_again_to_the_byte(tmp_path: Path, seed: int) -> None:
    """Each is published amid its history, and again when the year is over."""
    ws = random_history(str(tmp_path / "b.db"), seed, steps=60)
    close_year(ws, 2026)
    published(ws, tmp_path / "first", "2026-02", "2026-Q1", "2026-05-04..2026-06-10", "2026")
    receive.donate(at(ws, date(2027, 2, 1)), date(2027, 1, 9), 5, "bank", "staff", Donor())
    found = list(publish.publish_again(ws, tmp_path / "again", languages=()))
    assert [done.number for done in found] == [1, 2, 3, 4]
    assert files(tmp_path / "again") == files(tmp_path / "first")


def test_a_twin_that_looks_at_today_is_seen(
    school: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that was mended after publication would come into the statement of before."""
    published(school, tmp_path / "first", "2026-01")
    march = at(school, date(2026, 3, 1))
    mend.mend_name(march, 2, date(2026, 3, 1), Donor("李四光", PublicName.REAL), "写错")

    def names() -> set[str]:
        (done,) = published(march, tmp_path / "again", "2026-01")
        return {row.shown for row in done.statement.entries}

    assert "李四光" not in names()
    monkeypatch.setattr(
        figures, "shown_texts", lambda books, entries, _through: shown_texts(books, entries)
    )
    assert "李四光" in names()


def test_two_processes_draw_the_same_bytes(school: Workspace, tmp_path: Path) -> None:
    published(school, tmp_path / "first", "2026-01")
    for name, seed in (("one", "1"), ("two", "2")):
        env = {**os.environ, "PYTHONHASHSEED": seed, "LOVEFUND_LANG": "en"}
        command = [sys.executable, "-m", "lovefund", "--db", school.database.place, "publish"]
        done = subprocess.run(
            [*command, "--all", "--out", str(tmp_path / name)],
            env=env, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert "1 statements were made again. Nothing was booked." in done.stdout
    made = files(tmp_path / "one")
    assert "shiqiao/0001-2026-01/statement-zh.pdf" in made
    assert files(tmp_path / "two") == made
    first = {n: c for n, c in files(tmp_path / "first").items() if "manifest." not in n}
    assert {n: made[n] for n in first} == first, "only the manifest knows of the faces as well"


def test_only_a_text_withdrawn_since_is_missing(school: Workspace, tmp_path: Path) -> None:
    """Withdrawn or mended after publication, the name leaves; every proof stays."""
    first = published(school, tmp_path / "first", "2026-01")[0].statement
    march = at(school, date(2026, 3, 1))
    mend.mend_name(march, 2, date(2026, 3, 1), Donor("李四光", PublicName.REAL), "写错")
    mend.mend_name(march, GIFT, date(2026, 3, 1), Donor(), "撤回同意")
    again = published(march, tmp_path / "again", "2026-01")[0].statement
    assert [r.shown for r in first.entries if r.kind == "donation"] == ["张＊＊", "李四"]
    assert [r.withheld for r in again.entries if r.kind == "donation"] == [True, True]
    before, after = files(tmp_path / "first"), files(tmp_path / "again")
    changed = {Path(n).name for n in before if before[n] != after[n]}
    assert changed == {"shown.json", "manifest.json", "manifest.txt"}
    assert verify.main([str(tmp_path / "again/shiqiao/0001-2026-01"), "--lang", "en"]) == 0


def test_a_name_mended_and_then_withdrawn_leaves_altogether(
    school: Workspace, tmp_path: Path
) -> None:
    mend.mend_name(school, GIFT, date(2026, 1, 8), Donor("张三峰", PublicName.REAL), "写错")
    published(school, tmp_path / "first", "2026-01")
    shown = "shiqiao/0001-2026-01/shown.json"
    assert "张三峰" in files(tmp_path / "first")[shown].decode()
    march = at(school, date(2026, 3, 1))
    mend.mend_name(march, GIFT, date(2026, 3, 1), Donor(), "撤回同意")
    again = published(march, tmp_path / "again", "2026-01")[0]
    assert "张" not in files(tmp_path / "again")[shown].decode()
    assert not [row for row in again.statement.entries if "张" in row.shown]


def test_lost_files_come_again_and_others_stay(school: Workspace, tmp_path: Path) -> None:
    (first,) = published(school, tmp_path / "out", "2026-01")
    whole = files(tmp_path / "out")
    for path in first.files[::2]:
        path.unlink()
    first.files[1].write_bytes(b"cut off")
    (first.files[0].parent / "note.txt").write_bytes(b"ours")
    (first.files[0].parent / f".{first.files[0].name}.killed").write_bytes(b"half")
    published(school, tmp_path / "out", "2026-01")
    assert files(tmp_path / "out") == whole | {"shiqiao/0001-2026-01/note.txt": b"ours"}


def test_a_dry_run_writes_nothing(school: Workspace, tmp_path: Path) -> None:
    dry = Workspace(school.database, school.fund, dry_run=True, clock=school.clock)
    published(dry, tmp_path / "out", "2026-01")
    published(school, tmp_path / "real", "2026-01")
    published(dry, tmp_path / "out", "2026-01")
    assert not (tmp_path / "out").exists()


def test_a_kept_statement_that_was_changed_is_not_published(
    school: Workspace, tmp_path: Path
) -> None:
    published(school, tmp_path / "out", "2026-01")
    with sqlite3.connect(school.database.place) as other:
        other.execute("DROP TRIGGER statement_no_update")
        other.execute("UPDATE statement SET content = replace(content, '50000', '50001')")
    other.close()
    with pytest.raises(Unsound):
        published(school, tmp_path / "again", "2026-01")
    assert not (tmp_path / "again").exists()


def test_the_same_days_have_one_name() -> None:
    for name in ("2026-07", "2026-q3", "2026-autumn", "2026-spring", "2025-2026", "2026"):
        period = parse_period(name)
        assert period_of(period.day_from, period.day_to) == period
        assert parse_period(f"{period.day_from}..{period.day_to}") == period
    assert parse_period("2026-07-01..2026-08-15").code == "2026-07-01_2026-08-15"


def leaves_read(ws: Workspace, folder: Path, patch: pytest.MonkeyPatch) -> int:
    """How many leaves are hashed to make every statement of the fund, and the site, again."""
    whole, read = reading.leaves, []

    def counted(*args: Any) -> Iterator[bytes]:
        for leaf in whole(*args):
            read.append(leaf)
            yield leaf

    patch.setattr(reading, "leaves", counted)
    assert list(publish.publish_again(ws, folder, languages=()))
    return len(read)


def test_all_statements_and_the_site_together_hash_the_log_once_or_so(
    school: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    november = at(school, date(2026, 11, 5))
    published(november, tmp_path / "out", *(f"2026-{month:02}" for month in range(1, 9)))
    with november.reading() as books:
        size = books.head().size
    assert size <= leaves_read(november, tmp_path / "out", monkeypatch) < 2 * size

    class Forgetful(reading.Books):
        def frontiers(self, sizes: Collection[int]) -> dict[int, tree.Frontier]:
            self._frontiers = {0: tree.Frontier()}
            return super().frontiers(sizes)

    monkeypatch.setattr(past, "Books", Forgetful)
    assert leaves_read(november, tmp_path / "out", monkeypatch) > 8 * size


# -- crashes --------------------------------------------------------------------------------------

#: What publishing does, in order: the owner of the function, its name, and which call is struck.
STEPS: list[tuple[object, str, int]] = [
    (publish, "numbers", 1),
    (Book, "post_one", 1),
    (Book, "keep_statement", 1),
    (publish, "bundle", 1),
    (publish, "_faces", 1),
    (publish, "_draw", 1),
    (publish._Drawn, "write", 1),
    *((publish, "write_whole", n) for n in (1, 4, 7)),
]


@contextmanager
def struck(step: int, blow: Callable[[], None], *, after: bool) -> Iterator[None]:
    """The blow falls before or after a call of that step."""
    owner, name, at_call = STEPS[step]
    whole = getattr(owner, name)
    calls = 0

    def hit(*args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at_call and not after:
            blow()
        result = whole(*args, **options)
        if calls == at_call and after:
            blow()
        return result

    setattr(owner, name, hit)
    try:
        yield
    finally:
        setattr(owner, name, whole)


def january(ws: Workspace, folder: Path) -> publish.Published:
    return publish.publish(ws, JANUARY, folder, languages=("zh",))


def harm(ws: Workspace, folder: Path, whole: dict[str, bytes]) -> list[str]:
    """What is wrong after a blow, before and after the same command is run again."""
    found = []
    with ws.reading() as books:
        booked = len(books.statements())
    there = {n: data for n, data in files(folder).items() if not Path(n).name.startswith(".")}
    if there and not booked:
        found.append("files are published, and the statement is not booked")
    if booked > 1:
        found.append("two statements")
    if booked:
        found += [f"{name} is not whole" for name, data in there.items() if data != whole.get(name)]
    try:
        again = january(ws, folder)
    except LovefundError as error:
        return [*found, f"it cannot be published any more: {error}"]
    with ws.reading() as books:
        if len(books.statements()) != 1 or again.no != books.statements()[0]["entry_no"]:
            found.append("another statement after the second run")
    if booked and files(folder) != whole:
        found.append("the second run does not make the files")
    return found


@pytest.fixture
def faces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A face that costs nothing to draw, and files that need not outlive a power cut."""
    monkeypatch.setattr(os, "fsync", lambda _handle: None)
    monkeypatch.setattr(
        publish, "_faces", lambda view, _lang, _proofs: {"face.pdf": repr(view).encode()}
    )


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail() -> None:
    raise OSError(28, "No space left on device", "published")


def stop() -> None:
    raise KeyboardInterrupt


def blows(ws: Workspace, folder: Path, step: int, *, after: bool) -> list[str]:
    """Strike once with a kill and once with each exception; the harm that it does."""
    found = []
    for name, blow in (("kill", kill), ("error", fail), ("stop", stop)):
        place = folder / name
        place.mkdir(parents=True)
        books = place / "a.db"
        books.write_bytes(Path(ws.database.place).read_bytes())
        copy = Workspace(Database(str(books)), ws.fund, clock=ws.clock)
        if blow is kill:
            child = os.fork()
            if child == 0:
                try:
                    with struck(step, blow, after=after):
                        january(copy, place / "out")
                finally:
                    os._exit(0)
            _pid, status = os.waitpid(child, 0)
            assert os.WIFSIGNALED(status), "the blow did not fall"
        else:
            expected = (OSError, KeyboardInterrupt, LovefundError)
            with struck(step, blow, after=after), pytest.raises(expected) as raised:
                january(copy, place / "out")
            with copy.reading() as read:
                booked = bool(read.statements())
            if booked != (raised.type is FilesMissing):
                found.append(f"{name}: booked {booked}, and told {raised.type.__name__}")
        found += [f"{name}: {h}" for h in harm(copy, place / "out", wanted(copy, place))]
    return found


def wanted(ws: Workspace, place: Path) -> dict[str, bytes]:
    """The files as an undisturbed run makes them from these books, where they are booked."""
    with ws.reading() as books:
        if not books.statements():
            return {}
    january(ws, place / "wanted")
    return files(place / "wanted")


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
@pytest.mark.usefixtures("faces")
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(len(STEPS)), ids=[f"{s[1]}-{s[2]}" for s in STEPS])
def test_a_blow_at_any_step_leaves_nothing_half_published(
    school: Workspace, tmp_path: Path, step: int, after: bool
) -> None:
    assert blows(school, tmp_path, step, after=after) == []


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
@pytest.mark.usefixtures("faces")
def test_files_written_before_the_commit_would_be_found(
    school: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: drawn and written in the transaction, as a careless order would have it."""
    whole = publish._draw

    def hasty(*args: Any, **options: Any) -> Any:
        drawn = whole(*args, **options)
        drawn.write()
        return drawn

    monkeypatch.setattr(publish, "_draw", hasty)
    draw = next(n for n, step in enumerate(STEPS) if step[1] == "_draw")
    found = blows(school, tmp_path, draw, after=True)
    assert any("not booked" in h for h in found)


#: A Ctrl-C falls on any line of these once a statement was drawn.
TRACED = {publish.__file__, workspace.__file__, engine.__file__}


def interrupted_at(ws: Workspace, folder: Path, moment: int) -> str | None:
    """Publish, and press Ctrl-C at that line after all was drawn; None where it was over before.

    The signal is a real one, and falls anywhere in the commit and in the writing.
    """
    lines, whole, before = 0, publish._draw, sys.gettrace()

    def line(_frame: FrameType, event: str, _argument: object) -> object:
        nonlocal lines
        lines += event == "line"
        if lines == moment and event == "line":
            os.kill(os.getpid(), signal.SIGINT)
        return line

    def call(frame: FrameType, _event: str, _argument: object) -> object:
        return line if frame.f_code.co_filename in TRACED else None

    def draw(*args: Any, **options: Any) -> Any:
        made = whole(*args, **options)
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:  # what runs already is followed as well
            frame.f_trace = call(frame, "call", None)  # type: ignore[assignment]
            frame = frame.f_back
        sys.settrace(call)
        return made

    # What is started in the background of a shell does not hear Ctrl-C.
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publish, "_draw", draw)
        try:
            published(ws, folder, "2026-01")
        except (LovefundError, KeyboardInterrupt) as error:
            return type(error).__name__
        finally:
            sys.settrace(before)
            signal.signal(signal.SIGINT, heard)
    return None


def told_wrongly(ws: Workspace, folder: Path, every: int) -> list[str]:
    """What is told after a Ctrl-C, at every so many lines, where the books say another thing."""
    found, said = [], set()
    for moment in range(1, 10_000, every):
        books = folder / f"{moment}.db"
        books.write_bytes(Path(ws.database.place).read_bytes())
        copy = Workspace(Database(str(books)), ws.fund, clock=ws.clock)
        told = interrupted_at(copy, folder / str(moment), moment)
        if told is None:
            assert said == {"FilesMissing", "KeyboardInterrupt"}, "no Ctrl-C fell on either side"
            return found
        said.add(told)
        with copy.reading() as read:
            booked = bool(read.statements())
        if booked != (told == "FilesMissing"):
            found.append(f"line {moment}: booked {booked}, and told {told}")
    raise AssertionError("it never ends")


@pytest.mark.usefixtures("faces")
def test_ctrl_c_at_any_line_of_commit_and_writing_says_what_is_booked(
    school: Workspace, tmp_path: Path
) -> None:
    assert told_wrongly(school, tmp_path, every=3) == []


@pytest.mark.usefixtures("faces")
def test_a_twin_that_looks_only_while_files_are_written_is_seen(
    school: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "_is_booked", lambda _ws, one: any(p.exists() for p in one.files))
    found = told_wrongly(school, tmp_path, every=3)
    assert any("booked True, and told KeyboardInterrupt" in wrong for wrong in found)


@pytest.mark.usefixtures("faces")
def test_files_that_could_not_be_written_are_told_with_their_cure(
    school: Workspace, tmp_path: Path
) -> None:
    step = next(n for n, s in enumerate(STEPS) if s[1] == "write_whole")
    with struck(step, fail, after=False), pytest.raises(FilesMissing) as missing:
        january(school, tmp_path / "out")
    assert "entry 3" in missing.value.what()
    assert "disk is full" in missing.value.what()
    assert "same command again" in missing.value.remedy()


@pytest.mark.usefixtures("faces")
def test_a_folder_without_room_is_refused_before_anything_is_booked(
    school: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lovefund.actions.outputs.free_bytes", lambda _place: 100)
    with pytest.raises(OSError, match="No space"):
        january(school, tmp_path / "out")
    with school.reading() as books:
        assert books.statements() == []


def test_the_command_says_that_nothing_was_booked(school: Workspace, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "lovefund", "--db", school.database.place]
    env = {**os.environ, "LOVEFUND_LANG": "en"}
    published(school, tmp_path / "out", "2026-01")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *words], env=env, cwd=tmp_path, capture_output=True, text=True, check=False
        )

    done = run("publish", "2026-01", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (done.returncode, said["again"], said["booked"]) == (0, True, False)
    assert "nothing was booked" in run("publish", "2026-01").stdout
    both = run("publish", "2026-01", "--all")
    assert both.returncode == 2
    assert "leave out one of the two" in both.stderr
