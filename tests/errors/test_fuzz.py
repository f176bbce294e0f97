"""Bytes of every kind in every file that the program reads: a sentence comes out, never a fault.

``LOVEFUND_EXAMPLES`` asks for more examples, drawn anew each time; what fails is then printed
with the means to draw it again.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from errors.cases.imports import GIFT, HEADINGS, HEADS, ROW, csv, xlsx
from errors.school import PAST, Answer, School
from lovefund.actions import publish
from lovefund.errors import Exit
from lovefund.imports import sheets

ASKED = os.environ.get("LOVEFUND_EXAMPLES")
fuzzed = settings(
    max_examples=int(ASKED or 40),
    derandomize=ASKED is None,
    print_blob=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
LIST = csv(HEADS + ROW * 2)
BOOK = xlsx([HEADINGS, GIFT])
GRANTS = csv("案号,监护人,金额\nL1,李,5\nL2,王,6\n")
TEXTS = (Path(__file__).parents[2] / "statements" / "texts" / "en.toml").read_bytes()
TEMPLATE = (Path(__file__).parents[2] / "statements" / "templates" / "vouchers.html").read_bytes()
#: Bytes that mean something to one of our readers.
TOKENS = [
    b"\x00", b"\n", b"\r", b'"', b",", b"\t", b"'", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80",
    b"\xe2\x80\xae", b"\x1b[2J", b"[", b"{", b"}}", b"{{", b"{%", b"null", b"1e999", b"-0", b"=",
    b"9" * 30, "日期".encode(), "，".encode(), b"\xff", b"<!DOCTYPE", b"PK\x03\x04",
]  # fmt: skip

Edit = tuple[str, int, bytes]


def edits() -> st.SearchStrategy[list[Edit]]:
    """Changes to a file: put in, write over, cut out, cut off, twice."""
    data = st.one_of(st.sampled_from(TOKENS), st.binary(min_size=1, max_size=6))
    one = st.tuples(
        st.sampled_from(["put", "over", "out", "off", "twice"]), st.integers(0, 10**6), data
    )
    return st.lists(one, min_size=1, max_size=5)


def edited(content: bytes, changes: list[Edit]) -> bytes:
    for what, place, data in changes:
        at = place % (len(content) + 1)
        if what == "put":
            content = content[:at] + data + content[at:]
        elif what == "over":
            content = content[:at] + data + content[at + len(data) :]
        elif what == "out":
            content = content[:at] + content[at + len(data) :]
        elif what == "off":
            content = content[:at]
        else:
            content = content[:at] + content[at : at + 64] + content[at:]
    return content


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    school = School(tmp_path_factory.mktemp("fuzz"))
    school.live(*PAST)
    school.kept()
    return school


@pytest.fixture(scope="module")
def published(school: School, tmp_path_factory: pytest.TempPathFactory) -> tuple[School, Path]:
    """A school of its own, and the folder of its published statement."""
    folder = tmp_path_factory.mktemp("published") / "school"
    mine = School(Path(shutil.copytree(school.folder, folder)))
    with mock.patch.object(publish, "_faces", return_value={}):
        mine.live("publish 2026-08")
    (found,) = (folder / "published" / "shiqiao").glob("0*")
    return mine, found


def calm(answer: Answer) -> None:
    """Whatever came in, what comes out is an answer or a sentence."""
    assert answer.code in set(Exit) - {Exit.FAULT, Exit.INTERRUPTED}, answer.err
    assert "Traceback" not in answer.err
    assert answer.code == 0 or answer.raw or answer.err.strip()
    for character in answer.err + answer.raw.decode("utf-8"):
        assert character.isprintable() or character == "\n"


def all_or_nothing(school: School, line: str) -> None:
    """A file is booked whole or not at all: one entry for each row that the answer counts."""
    before, size = school.state(), school.size()
    answer = school.run(line + " --json")
    calm(answer)
    if answer.code:
        assert school.state() == before
        return
    said = answer.json()
    fresh = said["fresh"] if isinstance(said, dict) else len([x for x in said if not x["repeated"]])
    assert school.size() == size + fresh


def feed(school: School, name: str, content: bytes, line: str) -> Answer:
    (school.folder / name).write_bytes(content)
    try:
        return school.run(line)
    finally:
        (school.folder / name).unlink()


@pytest.mark.parametrize(
    ("sample", "line"),
    [(LIST, "donations x --dry-run"), (BOOK, "donations x --dry-run"),
     (GRANTS, "grants x --by bank --on 2026-09-20 --dry-run")],
    ids=["csv", "xlsx", "grants"],
)  # fmt: skip
def test_lists_of_gifts_and_grants(school: School, sample: bytes, line: str) -> None:
    edited_lists(school, sample, line, fuzzed)


def edited_lists(school: School, sample: bytes, line: str, how: settings) -> None:
    @how
    @given(edits())
    @example([("off", 0, b"")])
    def fuzz(changes: list[Edit]) -> None:
        calm(feed(school, "x", edited(sample, changes), line))

    fuzz()


@pytest.mark.parametrize("line", ["donations x --dry-run", "grants x --dry-run"])
def test_lists_that_are_any_bytes(school: School, line: str) -> None:
    @fuzzed
    @given(st.binary(max_size=200))
    def fuzz(content: bytes) -> None:
        calm(feed(school, "x", content, line))

    fuzz()


def test_a_list_that_is_booked_is_booked_whole(school: School, tmp_path: Path) -> None:
    mine = School(Path(shutil.copytree(school.folder, tmp_path / "school")))

    @settings(fuzzed, max_examples=int(ASKED or 15))
    @given(edits())
    def fuzz(changes: list[Edit]) -> None:
        (mine.folder / "x").write_bytes(edited(LIST, changes))
        all_or_nothing(mine, "donations x --known skip")

    fuzz()
    assert mine.run("check").code == 0


def test_a_list_that_is_cut_off_anywhere(school: School) -> None:
    step = 1 if ASKED else 3
    for end in range(0, len(LIST), step):
        calm(feed(school, "x", LIST[:end], "donations x --dry-run"))
    for end in range(0, len(BOOK), step * 40):
        answer = feed(school, "x", BOOK[:end], "donations x --dry-run")
        assert answer.code == Exit.INPUT, "part of a workbook was read"


def body_of(note: bytes) -> bytes:
    """What a checkpoint says, above its signatures."""
    return note.split(b"\n\n")[0].rstrip(b"\n")


def test_checkpoints(published: tuple[School, Path]) -> None:
    mine, folder = published
    sample = (folder / "checkpoint.txt").read_bytes()

    @fuzzed
    @given(edits())
    @example([])
    def fuzz(changes: list[Edit]) -> None:
        answer = feed(mine, "x", edited(sample, changes), "check --against x")
        calm(answer)
        if answer.code == 0:
            assert body_of(edited(sample, changes)) == body_of(sample), "another was taken for it"

    fuzz()


def test_sheets_of_keys(school: School) -> None:
    sheet = school.run("keys sheet").raw
    home = school.folder / "home" / "keys"
    (kept,) = home.iterdir()
    before = kept.read_bytes()

    @fuzzed
    @given(edits())
    @example([])
    def fuzz(changes: list[Edit]) -> None:
        calm(feed(school, "x", edited(sheet, changes), "keys restore --file x"))
        calm(school.run("keys restore", stdin=edited(sheet, changes)))
        assert kept.read_bytes() == before
        assert len(list(home.iterdir())) == 1, "a wrong sheet made keys"

    fuzz()


def test_key_files(school: School) -> None:
    (kept,) = (school.folder / "home" / "keys").iterdir()
    sample = kept.read_bytes()

    @fuzzed
    @given(edits())
    def fuzz(changes: list[Edit]) -> None:
        kept.write_bytes(edited(sample, changes))
        try:
            calm(school.run("show 1 --private"))
            calm(school.run("interest 1 --by bank --memo 利息 --dry-run"))
        finally:
            kept.write_bytes(sample)

    fuzz()


def test_answers_that_wait(school: School, tmp_path: Path) -> None:
    mine = School(Path(shutil.copytree(school.folder, tmp_path / "school")))
    content = {"request": "a1", "fund": "", "verb": "fee", "answers": {"amount": "9000",
               "place": "bank"}}  # fmt: skip
    sample = json.dumps(content).encode()
    drafts = mine.folder / "fund.db.drafts"
    drafts.mkdir(exist_ok=True)

    @fuzzed
    @given(edits())
    @example([("put", 0, b"[" * 100_000)])
    @example([("over", sample.index(b"fee"), b"keys")])
    @example([("over", sample.index(b'"a1"'), b'"../../fund"')])
    def fuzz(changes: list[Edit]) -> None:
        (drafts / "a1.json").write_bytes(edited(sample, changes))
        before = mine.state()
        for line in ("resume", "resume --json", "resume 1", "resume 1 --forget"):
            calm(mine.run(line))
        after = mine.state()
        assert {k: v for k, v in after.items() if k != "fund.db"} == {
            k: v for k, v in before.items() if k != "fund.db"
        }

    fuzz()
    assert mine.run("check").code == 0


@pytest.mark.parametrize(
    ("name", "sample"),
    [("texts/en.toml", TEXTS), ("templates/vouchers.html", TEMPLATE),
     ("css/vouchers.css", b"td { color: red } @page { size: A4 }")],
    ids=["texts", "template", "css"],
)  # fmt: skip
def test_a_look_of_their_own(school: School, name: str, sample: bytes) -> None:
    look = school.folder / "look" / name
    look.parent.mkdir(parents=True, exist_ok=True)

    @settings(fuzzed, max_examples=int(ASKED or 5))
    @given(edits())
    @example([("put", 0, b"[a]\nb = " + b"[" * 100_000)])
    def fuzz(changes: list[Edit]) -> None:
        look.write_bytes(edited(sample, changes))
        try:
            calm(school.run("vouchers 2026-09 --out v.pdf --force", LOVEFUND_STATEMENTS="look"))
        finally:
            look.unlink()
            (school.folder / "v.pdf").unlink(missing_ok=True)

    fuzz()


def test_backups(school: School, tmp_path: Path) -> None:
    mine = School(Path(shutil.copytree(school.folder, tmp_path / "school")))
    mine.live("backup kept")
    (found,) = (mine.folder / "kept").glob("*.lovefund-backup")
    sample = found.read_bytes()
    before = mine.state()

    @settings(fuzzed, max_examples=int(ASKED or 15))
    @given(edits())
    def fuzz(changes: list[Edit]) -> None:
        found.write_bytes(edited(sample, changes))
        for line in ("restore {} --dry-run", "restore {} --dry-run --without-sum", "drill kept"):
            calm(mine.run(line.format(found.relative_to(mine.folder))))
        found.write_bytes(sample)
        for proof in mine.folder.rglob("*drill*"):
            proof.unlink()
        assert mine.state() == before

    fuzz()


def test_published_statements(published: tuple[School, Path]) -> None:
    mine, folder = published
    names = [p for p in sorted(folder.iterdir()) if p.suffix in (".json", ".jsonl", ".txt")]
    samples = {path: path.read_bytes() for path in names}

    @settings(fuzzed, max_examples=int(ASKED or 25))
    @given(st.sampled_from(names), edits())
    def fuzz(path: Path, changes: list[Edit]) -> None:
        path.write_bytes(edited(samples[path], changes))
        answer = mine.run(f"verify {folder.relative_to(mine.folder)}")
        path.write_bytes(samples[path])
        calm(answer)

    fuzz()


COMMANDS = ("balance", "journal --all", "show 1 --private", "restrictions", "check",
            "interest 1 --by bank --on 2026-09-20 --memo 甲")  # fmt: skip


def test_the_file_of_books(school: School, tmp_path: Path) -> None:
    """Bytes of the database change: what is found is told, and nothing is a fault."""
    mine = School(Path(shutil.copytree(school.folder, tmp_path / "school")))
    books = mine.folder / "fund.db"
    sample = books.read_bytes()

    @settings(fuzzed, max_examples=int(ASKED or 20))
    @given(edits())
    def fuzz(changes: list[Edit]) -> None:
        for leftover in mine.folder.glob("fund.db-*"):
            leftover.unlink()
        books.write_bytes(edited(sample, changes))
        for line in COMMANDS:
            calm(mine.run(line))

    fuzz()


def test_values_of_the_books_that_are_not_what_they_were(school: School, tmp_path: Path) -> None:
    """Texts inside rows change, which no checksum of SQLite sees."""
    mine = School(Path(shutil.copytree(school.folder, tmp_path / "school")))
    books = mine.folder / "fund.db"
    sample = books.read_bytes()
    words = [w for w in (b"general", b"npo-2026", b"2026-0", b"donation", b"restricted", b"410111",
                         b'"accounts"', b"0000-00-00", b'"kind"', b'"no"', b"shiqiao",
                         b"money", b"[[", b"]]", b'{"')
             if w in sample]  # fmt: skip
    assert len(words) > 10
    faults: list[str] = []
    for word in words:
        for other in (word[:-1] + b"?", b"9" * len(word), word[::-1]):
            for leftover in mine.folder.glob("fund.db-*"):
                leftover.unlink()
            books.write_bytes(sample.replace(word, other))
            for line in COMMANDS:
                answer = mine.run(line, LOVEFUND_TODAY="2026-10-20")
                if answer.code == Exit.FAULT:
                    faults.append(f"{word!r} -> {other!r}: {line}: {answer.err}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("guard", ["text", "rows"])
def test_a_reader_without_its_guard_is_found(
    school: School, monkeypatch: pytest.MonkeyPatch, guard: str
) -> None:
    """The teeth: where a reader lets its own errors out, the same examples find them."""
    if guard == "text":
        monkeypatch.setattr(sheets, "text_of", lambda _path, content: content.decode("utf-8"))
    else:
        whole: Callable[..., object] = sheets._named
        monkeypatch.setattr(
            sheets, "_named", lambda path, raw, columns: whole(path, ((n, r[:99]) for n, r in
                                                                     [*raw, (9, [None])]), columns)
        )  # fmt: skip
    unshrunk = settings(fuzzed, phases=[Phase.explicit, Phase.generate])
    with pytest.raises(AssertionError):
        edited_lists(school, LIST, "donations x --dry-run", unshrunk)
