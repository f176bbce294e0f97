"""Files that stay, locks that cannot be had, and refusals of the system in words."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from lovefund import system
from lovefund.cli.boundary import told
from lovefund.errors import Exit, os_words
from lovefund.language import set_language
from lovefund.store.engine import Database

posix = pytest.mark.skipif(sys.platform == "win32", reason="rights and folders as POSIX has them")


@posix
@pytest.mark.parametrize(
    ("write", "file_mode", "folder_mode"),
    [(system.write_private, 0o600, 0o700), (system.write_whole, 0o644, 0o755)],
)
def test_a_file_has_its_rights_from_the_first_moment_of_its_name(
    write: object, file_mode: int, folder_mode: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    replace = os.replace

    def watched(source: str, target: Path) -> None:
        seen.append(stat.S_IMODE(Path(source).stat().st_mode))
        replace(source, target)

    monkeypatch.setattr(system.os, "replace", watched)
    path = tmp_path / "new" / "file"
    write(path, b"text")  # type: ignore[operator]
    assert seen == [file_mode]
    assert stat.S_IMODE(path.parent.stat().st_mode) & 0o077 == folder_mode & 0o077
    assert [p.name for p in path.parent.iterdir()] == ["file"]


@posix
def test_each_new_name_is_synced_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(system, "sync_folder", synced.append)
    system.write_private(tmp_path / "a" / "b" / "file", b"text")
    assert synced == [tmp_path, tmp_path / "a", tmp_path / "a" / "b"]


def test_books_are_made_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lovefund.store import schema

    path = tmp_path / "fund.db"
    monkeypatch.setattr(schema, "sqlite_script", lambda: "CREATE TABLE a (b);\nCREATE TABLE a (b);")
    with pytest.raises(Exception, match="already exists"):
        Database(str(path)).create()
    assert [p.name for p in tmp_path.iterdir()] == ["fund.db.lock"]


@posix
def test_a_folder_without_locks_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import fcntl

    def refused(_file: object, _how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refused)
    with pytest.raises(OSError, match="No locks") as found, system.file_lock(tmp_path / "lock"):
        pass
    assert told(found.value, debug=False) == Exit.STORAGE
    words = capsys.readouterr().err
    assert "file locks do not work in this folder" in words
    assert str(tmp_path / "lock") in words


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", ["ENOENT", "EACCES", "ENOSPC", "EDQUOT", "EIO", "EMFILE", "EROFS"])
def test_refusals_of_the_system_are_told_in_the_readers_language(code: str, language: str) -> None:
    set_language("zh" if language == "zh" else "en")
    number = getattr(errno, code)
    happened, mend = os_words(OSError(number, os.strerror(number)))
    assert happened != os.strerror(number)
    assert (happened + mend).isascii() == (language == "en")


def test_memory_that_ran_out_is_no_fault_of_the_program(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert told(MemoryError(), debug=False) == Exit.MACHINE
    assert "no memory left" in capsys.readouterr().err
