"""Backups as a treasurer meets them: made, brought back, and tried before they are needed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.test_terminal import Terminal
from commands import Run
from lovefund.actions import copies as told
from lovefund.errors import Exit
from lovefund.store import copies

GIFT = "donate 20 --source staff --from 张三丰 --show masked --by bank --on 2026-09-04"


def gift(run: Run) -> None:
    booked = run(GIFT)
    assert booked.code == 0, booked.err


def made(run: Run, *words: str) -> Path:
    done = run("backup", *words, "--json")
    assert done.code == 0, done.err
    return Path(done.json()["file"])


def size(run: Run) -> int:
    return len(run("journal --all --json").json())


@pytest.fixture
def backup(fund: Run) -> Path:
    """A backup of a fund with two entries and a paper."""
    Path("photo.jpg").write_bytes(b"a photo")
    assert fund("add-evidence 1 --evidence photo.jpg --on 2026-09-03").code == 0
    return made(fund)


# -- making one ------------------------------------------------------------------------------


def test_a_backup_is_one_private_file_with_its_sum_and_papers(fund: Run, backup: Path) -> None:
    assert backup.parent == Path("backups")
    assert backup.name.startswith("shiqiao-20")
    assert backup.name.endswith("-0000003.lovefund-backup")
    assert backup.stat().st_mode & 0o777 == 0o600
    digest = hashlib.sha256(backup.read_bytes()).hexdigest()
    stated = f"{digest}  {backup.name}\n"
    assert Path(f"{backup}.sha256").read_text() == stated
    paper = hashlib.sha256(b"a photo").hexdigest()
    assert Path("backups/papers", paper[:2], paper).read_bytes() == b"a photo"
    assert fund("--db", str(backup), "check").code == 0


def test_sha256sum_reads_the_sum(backup: Path) -> None:
    command = ["sha256sum", "--check", f"{backup.name}.sha256"]
    assert subprocess.run(command, cwd=backup.parent, capture_output=True).returncode == 0


def test_keys_and_kept_answers_are_not_in_it(fund: Run, backup: Path) -> None:
    drafts = Path("fund.db.drafts")
    drafts.mkdir(exist_ok=True)
    (drafts / "x.json").write_text('{"answers": "typed and not booked"}')
    keys = next(Path("home/keys").glob("*.json"))
    gift(fund)
    made(fund)
    content = json.loads(keys.read_text())
    for path in Path("backups").rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        assert content["donors"].encode() not in data
        assert b"typed and not booked" not in data
    assert "lovefund keys sheet" in fund("backup").out


def test_nothing_new_makes_no_second_one(fund: Run, backup: Path) -> None:
    before = sorted(Path("backups").rglob("*"))
    again = fund("backup --json").json()
    if not again["fresh"]:  # the minute may have turned in between
        assert again["file"] == str(backup)
        assert sorted(Path("backups").rglob("*")) == before


def test_names_sort_by_time_then_size(fund: Run, backup: Path) -> None:
    gift(fund)
    newer = made(fund)
    assert sorted([newer, backup]) == [backup, newer]
    assert told.backups(Path("backups")) == [backup, newer]


def test_several_funds_are_one_backup_named_after_the_file(fund: Run) -> None:
    line = "open other --name 乙 --school 丙小学 --treasurer 王 --on 2026-09-01 --practice"
    assert fund(line).code == 0
    done = fund("backup --json").json()
    assert Path(done["file"]).name.startswith("fund-20")
    assert [(f["fund"], f["entries"]) for f in done["funds"]] == [("other", 1), ("shiqiao", 2)]


def test_a_folder_whose_disk_is_not_there_is_refused(fund: Run) -> None:
    refused = fund("backup stick/backups")
    assert refused.code == Exit.INPUT
    assert "stick" in refused.err
    assert not Path("stick").exists()
    assert fund("backup stick").code == 0


def test_nothing_is_booked_into_a_backup(fund: Run, backup: Path) -> None:
    before = backup.read_bytes()
    refused = fund("--db", str(backup), *GIFT.split())
    assert refused.code == Exit.STORAGE
    assert "this is a backup" in refused.err
    assert backup.read_bytes() == before


def test_unsound_books_make_no_backup(fund: Run, backup: Path) -> None:
    connection = sqlite3.connect("fund.db")
    connection.execute("UPDATE balance SET debit_fen = debit_fen + 1")
    connection.commit()
    connection.close()
    gift(fund)
    refused = fund("backup")
    assert refused.code == Exit.UNSOUND
    assert "balance" in refused.err
    assert told.backups(Path("backups")) == [backup]
    assert not list(Path("backups").glob(".unfinished*"))


def test_a_copy_that_ends_elsewhere_is_thrown_away(
    fund: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plain copy of the file misses what is still in the WAL: the head tells."""

    def plain(_source: sqlite3.Connection, target: Path) -> None:
        target.write_bytes(Path("fund.db").read_bytes())

    reader = sqlite3.connect("fund.db")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM entry").fetchone()
    gift(fund)
    monkeypatch.setattr(copies, "_copy_pages", plain)
    refused = fund("backup")
    reader.close()
    assert refused.code == Exit.STORAGE
    assert "does not end where the books ended" in refused.err
    assert told.backups(Path("backups")) == []


def test_a_missing_paper_is_told_with_the_backup_made(fund: Run, backup: Path) -> None:
    for paper in [*Path("fund.db.evidence").glob("*/*"), *Path("backups/papers").glob("*/*")]:
        paper.write_bytes(b"")
    gift(fund)
    done = fund("backup")
    assert done.code == Exit.UNSOUND
    assert "photo.jpg" in done.out
    assert len(told.backups(Path("backups"))) == 2


def test_a_damaged_paper_among_backups_is_copied_again(fund: Run, backup: Path) -> None:
    (paper,) = Path("backups/papers").glob("*/*")
    paper.write_bytes(b"")
    gift(fund)
    assert fund("backup --json").json()["papers_copied"] == 1
    assert paper.read_bytes() == b"a photo"


def test_a_full_disk_is_told_before(fund: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "free_bytes", lambda _folder: 1 << 20)
    refused = fund("backup")
    assert refused.code == Exit.STORAGE
    assert "1 MB left" in refused.err


def test_a_server_is_copied_by_its_own_program(run: Run) -> None:
    for line in ("backup", "restore x"):
        said = run(f"--db postgresql://wang:secret@db.school/books {line}")
        assert said.code == Exit.INPUT
        assert "postgresql://wang@db.school/books" in said.err
        assert "secret" not in said.err
        assert "pg_" in said.err


# -- bringing one back -----------------------------------------------------------------------


def test_restored_on_another_machine_with_its_papers(fund: Run, backup: Path) -> None:
    Path("new").mkdir()
    done = fund("--db", "new/fund.db", "restore", str(backup), "--json")
    assert done.code == 0, done.err
    assert done.json()["kept"] is None
    assert done.json()["papers_copied"] == 1
    assert fund("--db new/fund.db check").code == 0
    assert fund("--db", "new/fund.db", *GIFT.split()).code == 0
    assert Path("new/fund.db").stat().st_mode & 0o777 == 0o600


def test_missing_keys_are_told_and_no_error(
    fund: Run, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOVEFUND_HOME", "elsewhere")
    done = fund("restore", str(backup), "--to", "new.db")
    assert done.code == 0, done.err
    assert "lovefund keys restore" in done.out


def test_newer_books_are_not_given_up_without_a_word(fund: Run, backup: Path) -> None:
    gift(fund)
    refused = fund("restore", str(backup))
    assert refused.code == Exit.REFUSED
    assert "4 entries" in refused.err
    assert "has 3" in refused.err
    assert "--over-newer" in refused.err
    assert size(fund) == 4
    wrong_word = fund("restore", str(backup), "--over-other")
    assert wrong_word.code == Exit.REFUSED
    tried = fund("restore", str(backup), "--over-newer", "--dry-run", "--json").json()
    assert tried["given_up"] == 1
    assert size(fund) == 4
    done = fund("restore", str(backup), "--over-newer", "--json").json()
    assert done["given_up"] == 1
    assert size(fund) == 3
    assert len(fund("--db", done["kept"], "journal", "--all", "--json").json()) == 4
    assert fund("check").code == 0
    assert fund("restore", done["kept"], "--without-sum").code == 0
    assert size(fund) == 4
    gift(fund)


def test_a_fund_that_the_backup_lacks_is_not_given_up_either(fund: Run, backup: Path) -> None:
    line = "open other --name 乙 --school 丙小学 --treasurer 王 --on 2026-09-01 --practice"
    assert fund(line).code == 0
    refused = fund("restore", str(backup))
    assert refused.code == Exit.REFUSED
    assert "fund other" in refused.err


def test_another_history_is_told_with_both_fingerprints(fund: Run, backup: Path) -> None:
    kept = fund(f"restore {backup} --to branch.db")
    assert kept.code == 0, kept.err
    gift(fund)
    main = made(fund)
    assert fund("--db", "branch.db", *GIFT.replace("20", "30", 1).split()).code == 0
    refused = fund("restore", str(main), "--to", "branch.db")
    assert refused.code == Exit.REFUSED
    prints = [f["fingerprint"] for f in fund(f"--db {main} backup other --json").json()["funds"]]
    assert prints[0] in refused.err
    assert refused.err.count("fingerprint") == 2
    assert fund("restore", str(main), "--to", "branch.db", "--over-newer").code == Exit.REFUSED
    assert fund("restore", str(main), "--to", "branch.db", "--over-other").code == 0


def test_what_was_there_is_kept_with_what_its_wal_held(fund: Run, backup: Path) -> None:
    """Somebody still has the old books open, so that their end is in the WAL alone."""
    reader = sqlite3.connect("fund.db")
    gift(fund)
    reader.execute("SELECT count(*) FROM entry").fetchone()
    gift(fund)
    assert Path("fund.db-wal").stat().st_size > 0
    done = fund("restore", str(backup), "--over-newer", "--json")
    reader.close()
    assert done.code == 0, done.err
    assert size(fund) == 3
    assert len(fund("--db", done.json()["kept"], "journal", "--all", "--json").json()) == 5
    assert fund("check").code == 0


def test_books_that_somebody_reads_are_not_taken_away(
    fund: Run, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "_READERS_SECONDS_MAX", 0.1)
    reader = sqlite3.connect("fund.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM entry").fetchone()
    gift(fund)
    refused = fund("restore", str(backup), "--over-newer")
    assert refused.code == Exit.STORAGE
    assert "another program is reading" in refused.err
    reader.close()
    assert size(fund) == 4
    assert fund("check").code == 0
    assert not list(Path().glob("fund-replaced*"))


def test_without_folding_the_old_wal_would_spoil_the_new(
    fund: Run, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The teeth of the test above: an old WAL left in its place is played into the new file."""
    reader = sqlite3.connect("fund.db")
    reader.execute("SELECT count(*) FROM entry").fetchone()
    gift(fund)
    gift(fund)
    wal = Path("fund.db-wal").read_bytes()
    assert wal

    def careless(new: Path, books: Path, kept: Path) -> None:
        copies._ready(new)
        new.replace(books)

    monkeypatch.setattr(copies, "put_in_place", careless)
    fund("restore", str(backup), "--over-newer")
    spoilt = fund("check")
    reader.close()
    assert spoilt.code != 0 or size(fund) != 3


def test_damaged_books_are_replaced_and_kept(fund: Run, backup: Path) -> None:
    damaged = Path("fund.db").read_bytes()[:20_000] + b"\xff" * 30_000
    Path("fund.db").write_bytes(damaged)
    done = fund("restore", str(backup))
    assert done.code == 0, done.err
    assert "damaged" in done.out
    assert fund("check").code == 0
    (kept,) = Path().glob("fund-replaced-*.db")
    assert kept.read_bytes() == damaged


def test_a_file_of_something_else_is_never_replaced(fund: Run, backup: Path) -> None:
    other = sqlite3.connect("other.db")
    other.execute("CREATE TABLE recipes (name TEXT)")
    other.commit()
    other.close()
    before = Path("other.db").read_bytes()
    refused = fund("restore", str(backup), "--to", "other.db")
    assert refused.code == Exit.STORAGE
    assert Path("other.db").read_bytes() == before


def test_books_in_use_are_not_a_backup(fund: Run, backup: Path) -> None:
    assert fund("restore fund.db --without-sum").code == Exit.INPUT
    assert fund("restore nothing").code == Exit.INPUT


# -- bad backups, for restore and drill alike ------------------------------------------------


def flip(path: Path, wanted: bytes) -> None:
    """Change one byte inside of the first place where ``wanted`` stands."""
    data = bytearray(path.read_bytes())
    at = data.index(wanted) + len(wanted) - 1
    data[at] ^= 1
    path.write_bytes(bytes(data))


def damage(backup: Path) -> None:
    # The time of day of an entry: no line and no balance depends on it, only the sum does.
    flip(backup, b"2026-10-20T09:00:00")


def truncate(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-8192])


def truncate_with_its_sum(backup: Path) -> None:
    truncate(backup)
    digest = hashlib.sha256(backup.read_bytes()).hexdigest()
    Path(f"{backup}.sha256").write_text(f"{digest}  {backup.name}\n")


def cook(backup: Path) -> None:
    connection = sqlite3.connect(backup)
    connection.execute("UPDATE balance SET debit_fen = debit_fen + 1")
    connection.commit()
    connection.close()
    digest = hashlib.sha256(backup.read_bytes()).hexdigest()
    Path(f"{backup}.sha256").write_text(f"{digest}  {backup.name}\n")


def replace_by_rubbish(backup: Path) -> None:
    backup.write_bytes(b"not a database" * 1000)


BAD: list[tuple[Callable[[Path], None], str]] = [
    (damage, "its bytes are not those that were written"),
    (truncate, "bytes are left"),
    (truncate_with_its_sum, "the copy was cut off"),
    (cook, "balance"),
    (replace_by_rubbish, "its bytes are not those that were written"),
]


@pytest.mark.parametrize(("harm", "why"), BAD, ids=[harm.__name__ for harm, _why in BAD])
def test_a_bad_backup_replaces_nothing_and_fails_the_drill(
    fund: Run, backup: Path, harm: Callable[[Path], None], why: str
) -> None:
    before = Path("fund.db").read_bytes()
    harm(backup)
    refused = fund("restore", str(backup))
    assert refused.code == Exit.UNSOUND
    assert why in refused.err
    held = fund("drill")
    assert held.code == Exit.UNSOUND
    assert why in held.out
    assert Path("fund.db").read_bytes() == before
    assert not list(Path().glob("fund-replaced*"))
    assert not list(Path().glob(".fund.db*"))


def test_without_the_sum_that_damage_is_not_seen(
    fund: Run, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The teeth of the sum: the same byte goes unseen when nobody compares it."""
    damage(backup)
    monkeypatch.setattr("lovefund.actions.restore.require_sum", lambda *_given: None)
    assert fund("drill").code == 0


def test_without_the_check_cooked_books_are_not_seen(
    fund: Run, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cook(backup)
    monkeypatch.setattr("lovefund.actions.restore.require_sound", lambda *_given: None)
    assert fund("drill").code == 0


def test_a_missing_sum_is_told(fund: Run, backup: Path) -> None:
    Path(f"{backup}.sha256").unlink()
    refused = fund("restore", str(backup))
    assert refused.code == Exit.REFUSED
    assert "--without-sum" in refused.err
    held = fund("drill")
    assert held.code == Exit.UNSOUND
    assert ".sha256 is not beside the backup" in held.out
    assert fund("restore", str(backup), "--without-sum").code == 0


# -- the drill -------------------------------------------------------------------------------


def published(run: Run) -> str:
    done = run("publish 2026-09 --json")
    assert done.code == 0, done.err
    return str(next(Path(f).parent for f in done.json()["files"]) / "checkpoint.txt")


def test_a_drill_leaves_its_proof(fund: Run, backup: Path) -> None:
    before = Path("fund.db").read_bytes()
    held = fund("drill --json")
    assert held.code == 0, held.err
    told_there = json.loads(next(Path("backups").glob("drill-*.json")).read_text())
    assert told_there["sound"] is True
    assert told_there["backup"] == backup.name
    assert told_there["funds"][0]["entries"] == 3
    assert len(told_there["funds"][0]["root"]) == 64
    assert told_there["seconds"] > 0
    text = next(Path("backups").glob("drill-*.txt")).read_text()
    assert "The backup would do" in text
    assert told_there["funds"][0]["fingerprint"] in text
    assert Path("fund.db").read_bytes() == before


def test_an_old_backup_fails_beside_what_was_published(fund: Run, backup: Path) -> None:
    checkpoint = published(fund)
    for words in (["drill"], ["drill", "--against", checkpoint]):
        held = fund(*words)
        assert held.code == Exit.UNSOUND
        assert "the checkpoint counts 4 entries, these books have 3" in held.out
        assert "1 entries were booked since this backup" in held.out
    made(fund)
    held = fund("drill")
    assert held.code == 0, held.out
    assert "the published head occurs in it" in held.out
    digits = fund("drill --json").json()["funds"][0]["fingerprint"]
    assert fund("drill", "--against", digits).code == 0


def test_a_checkpoint_of_another_fund_is_told(fund: Run, backup: Path) -> None:
    root = "A" * 43 + "="
    Path("other.txt").write_text(f"lovefund/other\n1\n{root}\n")
    held = fund("drill --against other.txt")
    assert held.code == Exit.UNSOUND
    assert "fund other" in held.out
    Path("same.txt").write_text(f"lovefund/shiqiao\n1\n{root}\n")
    assert fund("drill --against same.txt").code == Exit.UNSOUND


def test_wrong_keys_and_missing_keys_fail_the_drill(fund: Run, backup: Path) -> None:
    (keys,) = Path("home/keys").glob("*.json")
    content = json.loads(keys.read_text())
    keys.write_text(
        json.dumps(content | {"donors": content["pupils"], "pupils": content["donors"]})
    )
    held = fund("drill")
    assert held.code == Exit.UNSOUND
    assert "other keys" in held.out
    restored = fund("restore", str(backup), "--to", "new.db")
    assert restored.code == 0, "wrong keys say nothing about the copy"
    assert "lovefund keys restore" in restored.out
    keys.unlink()
    held = fund("drill")
    assert held.code == Exit.UNSOUND
    assert "not on this machine" in held.out


def test_a_drill_without_a_backup(fund: Run) -> None:
    assert fund("drill").code == Exit.INPUT
    Path("empty").mkdir()
    held = fund("drill empty")
    assert held.code == Exit.UNSOUND
    assert "no backup in this folder" in held.err


def test_the_newest_is_drilled_or_the_one_named(fund: Run, backup: Path) -> None:
    gift(fund)
    newer = made(fund)
    assert fund("drill --json").json()["backup"] == newer.name
    assert fund("drill", str(backup), "--json").json()["backup"] == backup.name


def test_in_chinese(fund: Run, backup: Path) -> None:
    for words in (["backup"], ["drill"], ["restore", str(backup), "--dry-run"]):
        said = fund("--lang", "zh", *words)
        assert said.code == 0, said.err
        assert "。" in said.out


def test_current_books_need_no_upgrade(fund: Run) -> None:
    assert fund("upgrade --json").json() == {"before": None, "now": None, "copy": None}
    assert "nothing to do" in fund("upgrade").out


def test_a_stick_that_knows_no_rights_and_no_second_names(
    fund: Run, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FAT, as sticks have it: no chmod, no hard links."""

    def refused(*_given: object, **_named: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.chmod", refused)
    monkeypatch.setattr("os.link", refused)
    gift(fund)
    newer = made(fund, "stick")
    assert fund("drill stick").code == 0
    gift(fund)
    done = fund("restore", str(newer), "--over-newer", "--json")
    assert done.code == 0, done.err
    assert size(fund) == 4
    assert len(fund("--db", done.json()["kept"], "journal", "--all", "--json").json()) == 5


def test_at_a_terminal_the_newest_is_offered(fund: Run, backup: Path, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "restore")
    terminal.expect("Which backup?")
    terminal.answer(backup.name, "")
    terminal.expect("Restored to fund.db")
    assert terminal.end() == 0


def test_nobody_asked_is_told_what_to_name(fund: Run, backup: Path) -> None:
    refused = fund("restore")
    assert refused.code == Exit.INPUT
    assert ".lovefund-backup" in refused.err
