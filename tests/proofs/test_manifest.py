"""Any changed byte of any published file is told, also where the file proves nothing by itself."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lovefund import verify
from lovefund.actions import manifest, mend, receive
from lovefund.actions.bundle import fund_key
from lovefund.actions.manifest import PROVED, doubts
from lovefund.actions.publish import publish
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.core.names import PublicName
from lovefund.log.manifests import body, listing
from proofs.forge import FUND_KEY as STRANGER
from world import at, new_books, new_fund

SEED = 20260201


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A statement with all its faces, and the fund's public key."""
    place = tmp_path_factory.mktemp("manifest")
    ws = new_fund(new_books(str(place / "a.db")), on=date(2026, 1, 1))
    ws = at(ws, date(2026, 2, 3))
    for name in ("张三丰", "李四光"):
        donor = Donor(name, PublicName.MASKED)
        posted = receive.donate(ws, date(2026, 1, 3), 50_000, "bank", "staff", donor)
    mend.mend_name(ws, posted.no, date(2026, 1, 4), Donor("李四广", PublicName.MASKED), "错字")
    done = publish(ws, parse_period("2026-01"), place / "out", languages=("zh",))
    with ws.reading() as books:
        return done.files[0].parent, fund_key(books)


@pytest.fixture
def folder(published: tuple[Path, str], tmp_path: Path) -> Path:
    shutil.copytree(published[0], tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture
def key(published: tuple[Path, str]) -> str:
    return published[1]


def told(folder: Path, *keys: str) -> list[tuple[str, bool]]:
    return [(doubt.text, doubt.wrong) for doubt in doubts(folder, keys)]


def unseen(folder: Path, key: str, name: str, places: Iterator[int]) -> list[int]:
    """The places of a file at which a changed bit is called wrong neither here nor by verify.py."""
    path, passed = folder / name, []
    data = path.read_bytes()
    for place in places:
        broken = bytearray(data)
        broken[place] ^= 1 << place % 8
        path.write_bytes(broken)
        if verify.main([str(folder)]) == 0 and not any(wrong for _t, wrong in told(folder, key)):
            passed.append(place)
    path.write_bytes(data)
    return passed


def test_an_untouched_folder_is_as_it_was_signed(folder: Path, key: str) -> None:
    names = {path.name for path in folder.iterdir()}
    assert names >= {"statement-zh.pdf", "statement.xlsx", "entries.csv", "wechat-zh.txt"}
    assert told(folder, key) == []
    assert told(folder) == []
    assert verify.main([str(folder), "--key", key]) == 0


def test_a_changed_byte_of_any_file_is_told(folder: Path, key: str) -> None:
    chance = random.Random(SEED)
    for path in sorted(folder.iterdir()):
        size = path.stat().st_size
        few = {0, size - 1, *(chance.randrange(size) for _ in range(12))}
        assert unseen(folder, key, path.name, iter(sorted(few))) == [], (path.name, SEED)


@pytest.mark.parametrize("name", ["manifest.json", "manifest.txt", "shown.json"])
def test_every_byte_of_the_manifest_and_of_the_texts_counts(
    folder: Path, key: str, name: str
) -> None:
    """A text that no line commits to is refused by verify.py, and the rest by the manifest."""
    size = (folder / name).stat().st_size
    assert unseen(folder, key, name, iter(range(size))) == []


def test_the_same_texts_in_other_bytes_are_no_withdrawal(folder: Path, key: str) -> None:
    """Only rows may go from shown.json; written otherwise it is another file."""
    shown = folder / "shown.json"
    shown.write_bytes(b" " + shown.read_bytes())
    assert [what for what, _sound in told(folder, key) if "shown.json" in what]


def test_without_the_comparison_a_changed_page_would_pass(
    folder: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: what finds the byte above is the hash of the file."""
    listed = dict(json.loads((folder / "manifest.json").read_bytes())["files"])

    class Digest:
        def __init__(self, content: bytes) -> None:
            name = next(p.name for p in folder.iterdir() if p.read_bytes() == content)
            self.digest = str(listed[name])

        def hexdigest(self) -> str:
            return self.digest

    monkeypatch.setattr(manifest, "sha256", Digest)
    assert unseen(folder, key, "wechat-zh.txt", iter(range(5))) == list(range(5))


def test_files_that_are_missing_or_of_nobody_are_told(folder: Path, key: str) -> None:
    (folder / "statement.xlsx").unlink()
    (folder / "statement-corrected.pdf").write_bytes(b"%PDF-")
    (folder / ".DS_Store").write_bytes(b"")
    assert told(folder, key) == [
        ("statement.xlsx is missing", False),
        ("statement-corrected.pdf is not of this publication: nobody vouches for it", False),
    ]


def test_without_a_manifest_the_other_files_are_said_to_be_unchecked(
    folder: Path, key: str
) -> None:
    (folder / "manifest.txt").unlink()
    ((text, wrong),) = told(folder, key)
    assert "statement-zh.pdf" in text
    assert not wrong
    for path in folder.iterdir():
        if path.name not in PROVED | {"shown.json", "verify.py", "manifest.json"}:
            path.unlink()
    (folder / "manifest.json").unlink()
    assert "no signed manifest" in told(folder, key)[0][0]


def test_a_manifest_signed_by_another_or_by_nobody_is_refused(folder: Path, key: str) -> None:
    files = {p.name: p.read_bytes() for p in folder.iterdir() if "manifest" not in p.name}
    content = listing("shiqiao", 1, {**files, "wechat-zh.txt": b"forged"})
    (folder / "wechat-zh.txt").write_bytes(b"forged")
    (folder / "manifest.json").write_bytes(content)
    (folder / "manifest.txt").write_text(body("shiqiao", 1, content), "utf-8")
    assert told(folder, key) == [("manifest.txt is not signed by the fund's key", True)]
    assert told(folder, STRANGER) == []  # who gives no key of the fund learns nothing of it


def test_the_manifest_of_another_statement_is_refused(folder: Path, key: str) -> None:
    content = (folder / "manifest.json").read_bytes().replace(b'"number":1', b'"number":2')
    (folder / "manifest.json").write_bytes(content)
    assert told(folder, key) == [("manifest.json is not the one of this statement", True)]


def test_a_manifest_is_never_taken_for_a_checkpoint(folder: Path, key: str) -> None:
    (folder / "checkpoint.txt").write_bytes((folder / "manifest.txt").read_bytes())
    assert verify.main([str(folder), "--key", key]) == 1


def test_a_text_that_was_withdrawn_is_no_forgery(folder: Path, key: str) -> None:
    path = folder / "shown.json"
    rows = json.loads(path.read_bytes())
    assert len(rows) > 1
    path.write_bytes(json.dumps(rows[1:], ensure_ascii=False, separators=(",", ":")).encode())
    assert told(folder, key) == []
    assert verify.main([str(folder), "--key", key]) == 0


def test_books_without_a_signing_key_list_their_files_unsigned(tmp_path: Path) -> None:
    ws = new_fund(new_books(str(tmp_path / "a.db")), on=date(2026, 1, 1), today=date(2026, 2, 5))
    with ws.reading() as books:
        assert books.keys is not None
        path, bare = books.keys.path(), replace(books.keys, sign=b"")
        public = fund_key(books)
    path.unlink()
    bare.save()
    done = publish(ws, parse_period("2026-01"), tmp_path / "out", languages=())
    folder = done.files[0].parent
    assert told(folder) == []
    assert told(folder, public) == [("manifest.txt is not signed by the fund's key", True)]
