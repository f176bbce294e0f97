"""Correction notes: none without a correction, exact figures with one, and nothing rewritten."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lovefund import verify
from lovefund.actions import mend, publish, receive, spend
from lovefund.actions.close import close_year
from lovefund.actions.corrections import note_of
from lovefund.actions.statements import statements
from lovefund.actions.workspace import Workspace
from lovefund.core import amending
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.core.grants import Recipient
from lovefund.core.names import PublicName
from lovefund.core.papers import Papers
from lovefund.publishing.corrections import ChangeRow, FigureRow, Note, Part, corrections_pdf
from lovefund.publishing.paper import Issuer
from lovefund.publishing.resources import shipped_folder
from world import at, new_books, new_fund

SECRETS = ("13812345678", "监护人李奶奶", "L7788")


@pytest.fixture
def school(tmp_path: Path) -> Workspace:
    """A gift of 500, one of 300 and a grant of 200, published as January; it is March."""
    ws = new_fund(new_books(str(tmp_path / "a.db")), on=date(2026, 1, 1), today=date(2026, 2, 5))
    donor = Donor("张三丰", PublicName.MASKED, contact=SECRETS[0])
    receive.donate(ws, date(2026, 1, 3), 50_000, "bank", "staff", donor)
    receive.donate(ws, date(2026, 1, 4), 30_000, "cash", "alumni", Donor())
    spend.pay_grants(ws, date(2026, 1, 9), (Recipient(SECRETS[2], SECRETS[1], 20_000),), "bank")
    put_out(ws, "2026-01", tmp_path)
    return at(ws, date(2026, 3, 5))


def put_out(
    ws: Workspace, period: str, tmp_path: Path, languages: tuple[str, ...] = ()
) -> publish.Published:
    return publish.publish(ws, parse_period(period), tmp_path / "out", languages)


def last_note(ws: Workspace) -> Note | None:
    with ws.reading() as books:
        return note_of(books, statements(books)[-1])


def figures(note: Note | None) -> list[dict[str, tuple[int, int, int]]]:
    assert note is not None
    return [
        {
            f.name + (f"/{f.detail_en}" if f.detail_en else ""): (
                f.published, f.corrected, f.difference
            )
            for f in part.figures
        }
        for part in note.parts
    ]  # fmt: skip


def test_no_correction_no_note(school: Workspace, tmp_path: Path) -> None:
    mend.mend_name(school, 1, date(2026, 2, 10), Donor("张三风"), "写错")
    mend.copy_receipt(school, 1, date(2026, 2, 11), "遗失")
    gift = receive.donate(school, date(2026, 2, 12), 1_000, "bank", "staff", Donor()).no
    mend.correct(school, gift, date(2026, 2, 13), mend.Changes(amount_fen=900), "多记")
    done = put_out(school, "2026-02", tmp_path, ("zh",))
    assert last_note(school) is None
    assert not [path.name for path in done.files if "corrections" in path.name]
    assert not (tmp_path / "out/shiqiao/0001-2026-01/corrections.txt").exists()


def test_a_red_and_blue_correction_gives_the_exact_figures(
    school: Workspace, tmp_path: Path
) -> None:
    papers = Papers(reference="HY-2026-07")
    changes = mend.Changes(amount_fen=45_000)
    mend.correct(school, 1, date(2026, 2, 10), changes, "多记五十元", papers)
    put_out(school, "2026-02", tmp_path)
    note = last_note(school)
    (january,) = figures(note)
    assert note is not None
    assert january == {
        "income": (80_000, 75_000, -5_000),
        "income/Staff": (50_000, 45_000, -5_000),
        "closing": (60_000, 55_000, -5_000),
        "bank": (30_000, 25_000, -5_000),
        "pot-closing/Unrestricted": (60_000, 55_000, -5_000),
    }
    ((row,),) = [part.changes for part in note.parts]
    assert (row.of, row.before_fen, row.after_fen, row.void) == (1, 50_000, 45_000, False)
    assert (row.cause, row.by, row.reference) == ("多记五十元", "O1", "HY-2026-07")


def test_a_correction_of_the_source_changes_its_rows_and_no_total(
    school: Workspace, tmp_path: Path
) -> None:
    mend.correct(school, 1, date(2026, 2, 10), mend.Changes(source="alumni"), "来源写错")
    put_out(school, "2026-02", tmp_path)
    (january,) = figures(last_note(school))
    assert january == {
        "income/Staff": (50_000, 0, -50_000),
        "income/Alumni": (30_000, 80_000, 50_000),
        "income-count/Staff": (1, 0, -1),
        "income-count/Alumni": (1, 2, 1),
    }


def test_a_void_gives_the_exact_figures(school: Workspace, tmp_path: Path) -> None:
    mend.void(school, 3, date(2026, 2, 10), "没有发放")
    put_out(school, "2026-02", tmp_path)
    note = last_note(school)
    (january,) = figures(note)
    assert note is not None
    assert january["outlay"] == (20_000, 0, -20_000)
    assert january["closing"] == (60_000, 80_000, 20_000)
    assert january["outlay-count/Aid to pupils"] == (1, 0, -1)
    ((row,),) = [part.changes for part in note.parts]
    assert (row.before_fen, row.after_fen, row.void, row.cause) == (20_000, 0, True, "没有发放")


def test_a_void_gift_is_one_gift_fewer_however_often_it_was_corrected(
    school: Workspace, tmp_path: Path
) -> None:
    mend.correct(school, 1, date(2026, 2, 10), mend.Changes(source="alumni"), "来源写错")
    mend.correct(school, 1, date(2026, 2, 11), mend.Changes(source="parents"), "来源还是写错")
    put_out(school, "2026-02", tmp_path)
    (january,) = figures(last_note(school))
    assert january["income-count/Parents"] == (0, 1, 1)
    assert january["income-count/Staff"] == (1, 0, -1)
    assert not {"income-count/Alumni", "donations"} & january.keys()
    april = at(school, date(2026, 4, 5))
    receive.donate(april, date(2026, 3, 9), 50_000, "bank", "staff", Donor())
    mend.void(april, 1, date(2026, 3, 10), "没有收到")
    done = put_out(april, "2026-03", tmp_path, ("zh", "en"))
    (first,) = figures(last_note(april))
    assert first["donations"] == (2, 1, -1)
    assert first["income-count/Staff"] == (1, 0, -1)
    assert not {"income-count/Parents", "entries"} & first.keys()
    for language, row in (("zh", "捐赠笔数"), ("en", "Gifts")):
        text = text_of(done.files[0].parent / f"corrections-{language}.pdf")
        assert re.search(rf"{re.escape(row)} +2 +1 +−1\n", text), text


def test_a_void_grant_takes_its_pupils_along(school: Workspace, tmp_path: Path) -> None:
    families = tuple(Recipient(f"L{n}", f"监护人{n}", 1_000) for n in range(6))
    paid = spend.pay_grants(school, date(2026, 2, 9), families, "bank").no
    put_out(school, "2026-02", tmp_path)
    april = at(school, date(2026, 4, 5))
    mend.void(april, paid, date(2026, 3, 10), "没有发放")
    put_out(april, "2026-03", tmp_path)
    (february,) = figures(last_note(april))
    assert february["pupils"] == (6, 0, -6)


def test_a_twin_that_counts_each_change_by_itself_is_seen(
    school: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gift that was corrected before it was published was counted as its line says."""
    gift = receive.donate(school, date(2026, 2, 9), 1_000, "bank", "staff", Donor()).no
    mend.correct(school, gift, date(2026, 2, 10), mend.Changes(source="alumni"), "来源写错")
    put_out(school, "2026-02", tmp_path)
    april = at(school, date(2026, 4, 5))
    mend.correct(april, gift, date(2026, 3, 9), mend.Changes(source="parents"), "来源还是写错")
    put_out(april, "2026-03", tmp_path)
    whole = amending._in_number

    def singly(numbers: Any, changed: Any) -> dict[str, int]:
        found: dict[str, int] = {}
        for change in changed:
            was = replace(change, of=replace(change.of, postings=change.before))
            for name, value in whole(numbers, [was]).items():
                found[name] = found.get(name, 0) + value
        return found

    (february,) = figures(last_note(april))
    assert february["income-count/Parents"] == (0, 1, 1)
    assert february["income-count/Staff"] == (1, 0, -1)
    monkeypatch.setattr(amending, "_in_number", singly)
    (february,) = figures(last_note(april))
    assert february["income-count/Alumni"] == (0, -1, -1)


def test_a_closed_year_is_corrected_in_its_own_accounts(school: Workspace, tmp_path: Path) -> None:
    """The entry goes through net assets; the note tells what the year's income should have been."""
    next_year = at(school, date(2027, 2, 1))
    close_year(next_year, 2026)
    mend.correct(next_year, 1, date(2027, 1, 10), mend.Changes(amount_fen=45_000), "多记")
    put_out(next_year, "2027-01", tmp_path)
    (january,) = figures(last_note(next_year))
    assert january["income"] == (80_000, 75_000, -5_000)
    assert january["closing"] == (60_000, 55_000, -5_000)


def test_every_change_since_is_told_and_each_statement_that_counts_it(
    school: Workspace, tmp_path: Path
) -> None:
    put_out(school, "2026-01-02..2026-01-20", tmp_path)
    mend.correct(school, 1, date(2026, 2, 10), mend.Changes(amount_fen=45_000), "多记")
    put_out(school, "2026-02", tmp_path)
    april = at(school, date(2026, 4, 5))
    put_out(at(school, date(2026, 4, 1)), "2026-01-01..2026-02-28", tmp_path)
    assert last_note(april) is None, "the month of February told it"
    mend.correct(april, 1, date(2026, 3, 10), mend.Changes(amount_fen=40_000), "还是多记")
    put_out(april, "2026-03", tmp_path)
    note = last_note(april)
    assert note is not None
    assert [part.number for part in note.parts] == [1, 2, 4]
    both = [(row.before_fen, row.after_fen) for row in note.parts[0].changes]
    assert both == [(50_000, 45_000), (45_000, 40_000)]
    assert figures(note)[0]["income"] == (80_000, 70_000, -10_000)
    assert [len(part.changes) for part in note.parts] == [2, 2, 1]


def text_of(path: Path) -> str:
    command = ["pdftotext", "-layout", str(path), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_note_is_printed_and_linked_and_both_bundles_hold(
    school: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    january = tmp_path / "out/shiqiao/0001-2026-01"
    before = {path.name: path.read_bytes() for path in january.iterdir()}
    mend.correct(school, 1, date(2026, 2, 10), mend.Changes(amount_fen=45_000), "多记五十元")
    mend.void(school, 3, date(2026, 2, 11), "没有发放")
    done = put_out(school, "2026-02", tmp_path, ("zh", "en"))
    folder = done.files[0].parent
    for language, words in (
        ("zh", "更正说明 多记五十元 原公示"),
        ("en", "Correction As-published"),
    ):
        text = text_of(folder / f"corrections-{language}.pdf")
        for word in (*words.replace("-", " ").split(), "800.00", "750.00", "200.00"):
            assert word in text
        for secret in SECRETS:
            assert secret not in text
    annex = text_of(folder / "statement-zh.pdf").partition("对已公示内容的更正")[2]
    for word in ("第1号", "记-2026-0001", "记-2026-0003", "450.00", "−50.00", "200.00"):
        assert word in annex
    after = {path.name: path.read_bytes() for path in january.iterdir()}
    told = after.pop("corrections.txt").decode()
    assert after == before, "what was published stands"
    assert "../0002-2026-02/corrections-zh.pdf" in told
    assert (january / "../0002-2026-02/corrections-en.pdf").is_file()
    for place in (january, folder):
        assert verify.main([str(place), "--lang", "en"]) == 0, capsys.readouterr().out
    again = publish.publish(school, parse_period("2026-01"), tmp_path / "stick", languages=())
    assert (again.files[0].parent / "corrections.txt").read_text("utf-8") == told
    assert not (tmp_path / "stick/shiqiao/0002-2026-02").exists()
    capsys.readouterr()


def test_the_note_is_made_again_to_the_byte(school: Workspace, tmp_path: Path) -> None:
    mend.correct(school, 1, date(2026, 2, 10), mend.Changes(amount_fen=45_000), "多记")
    first = put_out(school, "2026-02", tmp_path, ("zh",))
    note = next(p for p in first.files if p.name == "corrections-zh.pdf").read_bytes()
    may = at(school, date(2026, 5, 5))
    mend.correct(may, 1, date(2026, 3, 10), mend.Changes(amount_fen=40_000), "还是多记")
    again = publish.publish(may, parse_period("2026-02"), tmp_path / "again", languages=("zh",))
    assert next(p for p in again.files if p.name == "corrections-zh.pdf").read_bytes() == note


def test_a_twin_that_takes_the_entry_for_the_difference_is_seen(
    school: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The postings of a correction in a closed year say nothing of that year's income."""
    next_year = at(school, date(2027, 2, 1))
    close_year(next_year, 2026)
    mend.correct(next_year, 1, date(2027, 1, 10), mend.Changes(amount_fen=45_000), "多记")
    put_out(next_year, "2027-01", tmp_path)
    whole = amending.changes

    def hasty(entries: object, by: object) -> list[amending.Change]:
        found = whole(entries, by)  # type: ignore[arg-type]
        return [replace(c, before=(), after=c.by.postings) for c in found]

    monkeypatch.setattr("lovefund.actions.corrections.changes", hasty)
    assert "income" not in figures(last_note(next_year))[0]


def lonely(changes: int, folder: Path) -> bool:
    """Whether the last page of a note with so many changes says nothing but its last sentence."""
    rows = tuple(
        ChangeRow(
            n, f"记-2026-{n:04}", date(2026, 2, 1), "O1", False, n, f"记-2026-{n:04}",
            date(2026, 1, 1), 100, 200, "甲", "a", "甲", "a", "多记", "",
        )
        for n in range(changes)
    )  # fmt: skip
    part = Part(
        1, "2026年1月", "January 2026", date(2026, 2, 1), (FigureRow("income", "", "", 1, 2),), rows
    )
    note = Note(Issuer("a", "虚构基金", "虚构学校", True), 2, date(2026, 3, 1), 1, (part,))
    (folder / "note.pdf").write_bytes(corrections_pdf(note, "en"))
    pages = text_of(folder / "note.pdf").split("\f")[:-1]
    return "记-2026" not in pages[-1]


def test_the_last_sentence_of_a_note_never_stands_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Around the length at which a page is full; without its rule of style it would."""
    assert not [count for count in (15, 16, 17) if lonely(count, tmp_path)]
    css = (shipped_folder() / "css/corrections.css").read_text("utf-8")
    (tmp_path / "own/css").mkdir(parents=True)
    careless = css.replace("break-before: avoid;", "")
    (tmp_path / "own/css/corrections.css").write_text(careless, "utf-8")
    monkeypatch.setenv("LOVEFUND_STATEMENTS", str(tmp_path / "own"))
    assert [count for count in (15, 16, 17) if lonely(count, tmp_path)]
