"""What is published can be checked by anyone with verify.py alone."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from histories import closed_history
from lovefund import verify
from lovefund.actions import mend, receive
from lovefund.actions.bundle import bundle, fund_key
from lovefund.actions.publish import Published, publish
from lovefund.actions.workspace import Workspace
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.core.names import PublicName
from lovefund.log import receipts
from proofs.forge import Forger, written
from world import at, new_books, new_fund

BUNDLE = {
    "checkpoint.txt", "entries.jsonl", "frontier.json", "shown.json", "statement.json", "verify.py",
}  # fmt: skip
MANIFEST = {"manifest.json", "manifest.txt"}


def put_out(ws: Workspace, period: str, folder: Path) -> Path:
    """Publish without faces; the folder of the statement."""
    done: Published = publish(ws, parse_period(period), folder, languages=())
    return done.files[0].parent


def key_of(ws: Workspace) -> str:
    with ws.reading() as books:
        return fund_key(books)


def run(folder: Path, *arguments: str) -> int:
    return verify.main([str(folder), "--lang", "en", *arguments])


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_statements_of_any_history_pass_under_the_fund_s_key(
    tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Month, term and year, overlapping and in any order, each resting on what is before it."""
    ws = closed_history(tmp_path, seed)
    for period in ("2026-02", "2026-03", "2026-Q1", "2026", "2026-04"):
        folder = put_out(ws, period, tmp_path / "published")
        assert run(folder, "--key", key_of(ws)) == 0, capsys.readouterr().out
    assert "verified, signed by lovefund/" in capsys.readouterr().out


def test_a_bundle_has_the_files_of_the_format(tmp_path: Path) -> None:
    ws = closed_history(tmp_path, 3)
    first = put_out(ws, "2026-02", tmp_path / "published")
    second = put_out(ws, "2026-03", tmp_path / "published")
    assert {p.name for p in first.iterdir()} == BUNDLE | MANIFEST
    assert {p.name for p in second.iterdir()} == BUNDLE | MANIFEST | {"previous.txt"}
    assert (second / "previous.txt").read_bytes() == (first / "checkpoint.txt").read_bytes()
    statement = json.loads((second / "statement.json").read_bytes())
    assert statement["base"] == 1
    assert statement["first"] > 0


def test_a_bundle_is_made_again_to_the_byte(tmp_path: Path) -> None:
    ws = closed_history(tmp_path, 3)
    folder = put_out(ws, "2026-02", tmp_path / "published")
    put_out(ws, "2026-03", tmp_path / "published")
    with ws.reading() as books:
        entry = next(books.entries(kinds=("statement",)))
        again = bundle(books, entry, (folder / "statement.json").read_bytes())
    assert again == {p.name: p.read_bytes() for p in folder.iterdir() if p.name not in MANIFEST}


@pytest.fixture
def one_gift(tmp_path: Path) -> tuple[Workspace, str]:
    ws = new_fund(new_books(str(tmp_path / "a.db")), on=date(2026, 1, 1), today=date(2026, 2, 5))
    donor = Donor("张三丰", PublicName.MASKED, phrase="青山")
    posted = receive.donate(ws, date(2026, 1, 3), 50_000, "bank", "staff", donor)
    return ws, posted.codes[0]


def test_a_donor_finds_the_gift_by_the_code_on_the_receipt(
    tmp_path: Path, one_gift: tuple[Workspace, str], capsys: pytest.CaptureFixture[str]
) -> None:
    ws, code = one_gift
    folder = put_out(ws, "2026-01", tmp_path / "published")
    assert run(folder, "--receipt", code, "--name", "张三丰", "--phrase", "青山") == 0
    said = capsys.readouterr().out
    assert "500.00" in said
    assert "张＊＊" in said
    assert run(folder, "--receipt", code, "--name", "张三") == 1
    other = receipts.encode("shiqiao", 9000, bytes(12))
    assert run(folder, "--receipt", other) in (1, 2)
    capsys.readouterr()


def test_a_withdrawn_name_leaves_the_published_texts_and_no_proof_breaks(
    tmp_path: Path, one_gift: tuple[Workspace, str], capsys: pytest.CaptureFixture[str]
) -> None:
    ws, _code = one_gift
    folder = put_out(ws, "2026-01", tmp_path / "published")
    assert "张＊＊" in (folder / "shown.json").read_text("utf-8")
    later_on = at(ws, date(2026, 3, 1))
    mend.mend_name(later_on, 1, date(2026, 3, 1), Donor(), "撤回同意")
    with ws.reading() as books:
        entry = next(books.entries(kinds=("statement",)))
        again = bundle(books, entry, (folder / "statement.json").read_bytes())
    assert "张＊＊".encode() not in again["shown.json"]
    later = written(tmp_path / "later", again)
    assert run(later, "--key", key_of(ws)) == 0
    assert "texts withheld at entries" in capsys.readouterr().out


def test_the_fund_s_own_forgery_does_not_pass(
    tmp_path: Path, one_gift: tuple[Workspace, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The twin: the same bundle with one amount changed and everything rebuilt around it."""
    ws, _code = one_gift
    folder = put_out(ws, "2026-01", tmp_path / "published")
    files = {p.name: p.read_text("utf-8") for p in folder.iterdir()}
    assert run(written(tmp_path / "same", files), "--key", key_of(ws)) == 0
    shutil.rmtree(folder)
    forger = Forger(files)
    forger.entries[1]["postings"][0][3] += 1
    assert run(written(folder, forger.rebuilt())) == 1
    capsys.readouterr()


def test_books_without_a_signing_key_publish_unsigned_and_say_so(
    tmp_path: Path, one_gift: tuple[Workspace, str], capsys: pytest.CaptureFixture[str]
) -> None:
    ws, _code = one_gift
    with ws.reading() as books:
        assert books.keys is not None
        path = books.keys.path()
        key = fund_key(books)
        bare = replace(books.keys, sign=b"")
    path.unlink()
    bare.save()
    folder = put_out(ws, "2026-01", tmp_path / "published")
    assert key_of(ws) == ""
    assert run(folder) == 0
    assert run(folder, "--key", key) == 1
    assert "not signed by any key given" in capsys.readouterr().out
