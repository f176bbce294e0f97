"""What is taken in spite of how it comes: encodings, repetitions, crashes, clocks, two windows."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from errors.cases.imports import GIFT, HEADINGS, HEADS, ROW, cells, csv, xlsx
from errors.catalogue import covers
from errors.school import School
from lovefund import system
from lovefund.cli import kept
from lovefund.errors import Exit
from lovefund.store import engine
from lovefund.store.book import Book

LIST = HEADS + ROW + ROW.replace("张三丰", "阿依努尔·买买提") + ROW.replace("张三丰", "欧阳修")


@pytest.fixture
def school(tmp_path: Path) -> School:
    school = School(tmp_path)
    school.live(
        "open shiqiao --name 石桥爱心基金 --school 石桥小学 --treasurer 王老师 "
        "--on 2026-08-01 --practice"
    )
    return school


def write(school: School, name: str, content: bytes) -> str:
    (school.folder / name).write_bytes(content)
    return f"donations {name} --json"


@covers(74)
def test_every_encoding_that_excel_and_banks_write_is_read_alike(school: School) -> None:
    rows = []
    for index, encoding in enumerate(
        ("utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be")
    ):
        marked = {"utf-16-le": "\ufeff", "utf-16-be": "\ufeff"}.get(encoding, "")
        day = LIST.replace("2026-09-03", f"2026-09-1{index}")
        done = school.run(write(school, "g.csv", (marked + day).encode(encoding)))
        assert done.code == 0, (encoding, done.err)
        assert done.json()["fresh"] == 3
    rows = school.run("journal --all --json").json()[1:]
    shown = [row["shown"] for row in rows]
    assert shown == ["张＊＊", "阿＊＊＊·买＊＊", "欧阳＊"] * 7


@covers(74, 80)
def test_line_ends_tabs_and_the_name_of_the_file_do_not_matter(school: School) -> None:
    forms = (
        ("g.csv", csv(LIST.replace("\n", "\r\n"))),
        ("g.txt", csv(LIST.replace(",", "\t").replace("-03", "-04"))),
        ("g.xls", csv(LIST.replace("\n", "\n\n").replace("-03", "-05"))),
        ("h.csv", xlsx([HEADINGS, [*GIFT[:-1], " 微信 "], [], GIFT])),
        ("i.csv", csv(LIST.replace("\n", ",,\n").replace("-03", "-06"))),
    )
    for name, content in forms:
        done = school.run(write(school, name, content) + " --known book")
        assert done.code == 0, (name, done.err)
        assert done.json()["fresh"] >= 2, name


@covers(95)
def test_amounts_and_cells_as_people_write_them(school: School) -> None:
    amounts = ("￥1,234.50", "１２３４.5", "1234.5元", "CNY 1234.50", " 1,234.5 ")
    text = HEADS + "".join(ROW.replace("50", f'"{a}"') for a in amounts)
    done = school.run(write(school, "g.csv", csv(text)))
    assert done.code == 0, done.err
    assert done.json()["fresh_fen"] == 123_450 * len(amounts)
    numbers = cells("2026-09-05", 0.1 + 0.2 - 0.2, "教职工", "甲", "实名", "微信")
    assert school.run(write(school, "n.xlsx", numbers)).json()["fresh_fen"] == 10


@covers(90, 91, 92)
def test_the_same_rows_again_book_nothing_new(school: School) -> None:
    first = write(school, "g.csv", csv(LIST + ROW))
    assert school.run(first).json()["fresh"] == 4, "two honest equal gifts are two"
    assert school.run(first).json()["fresh"] == 0, "the same file again"
    longer = write(school, "h.csv", csv(LIST + ROW + ROW.replace("03", "04")))
    asked = school.run(longer)
    assert asked.code == Exit.INPUT
    assert "4 rows" in asked.err
    assert school.size() == 5
    assert school.run(longer + " --known skip").json()["fresh"] == 1
    assert school.run(longer + " --known skip").json()["fresh"] == 0
    assert school.size() == 6


@covers(98)
@pytest.mark.parametrize("step", ["_flush", "_settle", "_write_effects", "_record"])
def test_a_crash_in_mid_import_books_nothing_and_the_file_can_come_again(
    school: School, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    line = write(school, "g.csv", csv(LIST))
    whole = getattr(Book, step)

    def broken(*args: object) -> object:
        done = whole(*args)
        raise OSError(5, "the disk is gone", str(done))

    monkeypatch.setattr(Book, step, broken)
    before = school.state()
    assert school.run(line).code == Exit.STORAGE
    assert school.state() == before | {}
    monkeypatch.undo()
    assert school.run(line).json()["fresh"] == 3
    assert school.run("check").code == 0


@covers(70)
@pytest.mark.parametrize(
    "place", ["keep", "_record", "_flush", "_settle", "commit", "drop", "tell"]
)
def test_ctrl_c_at_any_step_books_once_or_not_at_all_and_says_which(
    school: School, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    from lovefund.cli import forms

    owner: object = Book
    if place in ("keep", "drop"):
        owner = kept
    elif place == "tell":
        owner = forms
    elif place == "commit":
        owner, place = engine.Database, "writing"

    def pressed(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    if place == "writing":
        import contextlib

        whole = engine.Database.writing

        @contextlib.contextmanager
        def committed(self: engine.Database):  # type: ignore[no-untyped-def]
            with whole(self) as connection:
                yield connection
            raise KeyboardInterrupt

        monkeypatch.setattr(owner, place, committed)
    else:
        monkeypatch.setattr(owner, place, pressed)
    stopped = school.run("interest 1 --by bank --on 2026-09-01")
    monkeypatch.undo()
    assert "Traceback" not in stopped.err
    booked = school.size() == 2
    if booked:
        assert stopped.code == Exit.UNSHOWN
        assert "entry 1" in stopped.err
    else:
        assert stopped.code == Exit.INTERRUPTED
        assert "Nothing was booked" in stopped.err
    for _again in range(2):
        if school.run("resume --json").json():
            assert school.run("resume 1").code == 0
    assert school.size() == 2 or place == "keep"
    assert school.run("check").code == 0


@covers(72)
def test_a_clock_that_went_back_repeats_the_day_and_says_so(school: School) -> None:
    behind = school.run("interest 1 --by bank --on 2026-09-01", LOVEFUND_TODAY="2026-10-01")
    assert behind.code == 0
    assert "clock is behind" in behind.err
    assert "recorded on 2026-10-20" in school.run("show 1").out


@covers(73)
def test_a_second_window_waits_and_then_says_what_it_waits_for(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c",
         "import sys, pathlib\nfrom lovefund.system import file_lock\n"
         "with file_lock(pathlib.Path('fund.db.lock')):\n"
         "    print('held', flush=True)\n    sys.stdin.read()"],
        cwd=school.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={"PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == b"held\n"
        monkeypatch.setattr(engine, "file_lock", lambda path: system.file_lock(path, seconds=0.3))
        began = time.monotonic()
        refused = school.run("interest 1 --by bank --on 2026-09-01")
        assert time.monotonic() - began >= 0.3
        assert refused.code == Exit.STORAGE
        assert "another program has been writing" in refused.err
        assert school.run("balance").code == 0, "reading needs no lock"
    finally:
        holder.stdin.close()
        holder.wait(timeout=10)
        holder.stdout.close()
    assert school.run("resume 1").code == 0
    assert school.size() == 2


@covers(126)
@pytest.mark.parametrize(
    ("folder", "name"),
    [("OneDrive - 学校", "OneDrive - 学校"), ("坚果云", "坚果云"), ("Dropbox", "Dropbox")],
)
def test_books_in_a_shared_folder_are_warned_of(tmp_path: Path, folder: str, name: str) -> None:
    school = School(tmp_path / folder)
    line = "open aa --name 甲 --school 乙 --treasurer 丙 --on 2026-08-01 --practice"
    opened = school.run(line)
    assert opened.code == 0
    assert f"shared with other computers ({name})" in opened.err
    other = School(tmp_path / "plain")
    assert "shared with other computers" not in other.run(line).err


@covers(126)
def test_a_network_drive_is_known_by_its_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = "proc /proc proc rw 0 0\n/dev/sda1 / ext4 rw 0 0\n"
    read = Path.read_text
    for kind in ("nfs4", "cifs", "fuse.sshfs", "smb3"):
        mounts = plain + f"server:/x {tmp_path.resolve()} {kind} rw 0 0\n"
        monkeypatch.setattr(
            Path, "read_text",
            lambda self, *a, m=mounts: m if str(self) == "/proc/mounts" else read(self, *a),
        )  # fmt: skip
        assert system.shared_by(tmp_path) == kind
        assert system.shared_by(Path("/usr")) == ""


@covers(113)
def test_books_behind_a_link_have_one_lock_and_one_folder_of_papers(school: School) -> None:
    (school.folder / "desk").mkdir()
    (school.folder / "desk" / "books.db").symlink_to(school.folder / "fund.db")
    (school.folder / "photo.jpg").write_bytes(b"x")
    done = school.run("--db desk/books.db interest 1 --by bank --on 2026-09-01 "
                      "--evidence photo.jpg")  # fmt: skip
    assert done.code == 0, done.err
    assert [p.name for p in (school.folder / "desk").iterdir()] == ["books.db"]
    assert (school.folder / "fund.db.evidence").is_dir()
    assert school.run("check").code == 0


@covers(110, 113)
def test_papers_are_kept_under_their_hash_wherever_they_come_from(school: School) -> None:
    (school.folder.parent / "outside.jpg").write_bytes(b"photo")
    (school.folder / "link.jpg").symlink_to(school.folder.parent / "outside.jpg")
    for path in ("../outside.jpg", str(school.folder.parent / "outside.jpg"), "link.jpg"):
        done = school.run(("interest", "1", "--by", "bank", "--on", "2026-09-01",
                           "--evidence", path))  # fmt: skip
        assert done.code == 0, done.err
    names = [p for p in (school.folder / "fund.db.evidence").rglob("*") if p.is_file()]
    assert len(names) == 1, "one content, one file"
    assert not names[0].is_symlink()
    assert names[0].stat().st_mode & 0o077 == 0
    assert "outside.jpg" in school.run("show 1 --private").out
