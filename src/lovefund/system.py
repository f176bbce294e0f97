"""What differs between operating systems: file locks, private files, folders, free space."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

LOCK_SECONDS_MAX = 30.0
#: How file systems say that they have nothing to flush for a folder.
_NO_FOLDER_SYNC = (errno.EINVAL, errno.ENOTSUP)


def config_folder() -> Path:
    """The folder for keys and settings of this user; ``LOVEFUND_HOME`` overrides it."""
    override = os.environ.get("LOVEFUND_HOME")
    if override:
        return Path(override)
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", str(Path.home()))) / "lovefund"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "lovefund"
    return Path(os.environ.get("XDG_CONFIG_HOME", str(Path.home() / ".config"))) / "lovefund"


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read (0600), whole or not at all, and to stay."""
    _write(path, content, 0o600, 0o700)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file for others to read, whole or not at all, and to stay."""
    _write(path, content, 0o644, 0o755)


def _write(path: Path, content: bytes, mode: int, folder_mode: int) -> None:
    with staged(path, content, mode, folder_mode):
        pass


@contextlib.contextmanager
def staged(
    path: Path, content: bytes, mode: int = 0o644, folder_mode: int = 0o755
) -> Iterator[None]:
    """Write a file, whole and to stay, that gets its name when the block has ended well."""
    make_folder(path.parent, folder_mode)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                with contextlib.suppress(PermissionError):  # a stick (FAT) keeps no rights
                    os.chmod(name, mode)
                os.fsync(file.fileno())
        except OSError as error:
            error.filename = str(path)
            raise
        yield
        try:
            os.replace(name, path)
        except OSError as error:
            error.filename = str(path)
            raise
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    sync_folder(path.parent)


def make_folder(folder: Path, mode: int) -> None:
    """Make a folder and those above it that are missing, so that a power cut leaves them."""
    if folder.is_dir():
        return
    make_folder(folder.parent, 0o777)
    folder.mkdir(mode=mode, exist_ok=True)
    sync_folder(folder.parent)


def sync_file(path: Path) -> None:
    """Have a file's bytes outlive a power cut."""
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have the names in a folder outlive a power cut; Windows sees to it by itself."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            error.filename = str(folder)
            raise
    finally:
        os.close(handle)


def same_disk(one: Path, other: Path) -> bool:
    """Whether two paths lie on one disk, so that one fault may take both."""
    return os.stat(one).st_dev == os.stat(other).st_dev


#: Folders that a program of their own copies to and from a server, and network file systems.
_SYNCED = re.compile(
    "OneDrive|Dropbox|iCloud|Mobile Documents|Google ?Drive|Nutstore|坚果云|BaiduNetdisk|"
    "BaiduSyncdisk|百度网盘|WPS ?Cloud|WPS云盘|WPSDrive|阿里云盘|aDrive",
    re.IGNORECASE,
)
_NETWORK = re.compile("nfs|cifs|smb|9p|afs|ceph|fuse\\.(?:sshfs|rclone|davfs)|davfs|ncpfs")


def shared_by(folder: Path) -> str:
    """What shares this folder with other machines (a cloud, a network drive), or nothing."""
    path = folder.resolve()
    for part in path.parts:
        if _SYNCED.search(part):
            return part
    if sys.platform == "win32":
        return path.drive if path.drive.startswith("\\\\") else ""
    with contextlib.suppress(OSError):
        mounts = [line.split() for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
        below = [(m[1], m[2]) for m in mounts if path.is_relative_to(m[1])]
        _point, kind = max(below, key=lambda pair: len(pair[0]), default=("", ""))
        return kind if _NETWORK.match(kind) else ""
    return ""


def free_bytes(folder: Path) -> int:
    """Free space, in bytes, on the disk that holds ``folder``."""
    return shutil.disk_usage(folder).free


def _try_lock(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # held by another, as POSIX and Windows say it
        return False
    except OSError as error:
        error.filename = file.name
        raise
    return True


@contextlib.contextmanager
def file_lock(path: Path, seconds: float = LOCK_SECONDS_MAX) -> Iterator[None]:
    """Hold the lock file; TimeoutError when another process keeps it too long.

    One lock over open, write and close keeps two SQLite connections from meeting in a
    checkpoint (the WAL-reset bug of SQLite before 3.51.3) and no writer from starving.
    """
    with open(path, "ab") as file:
        deadline = time.monotonic() + seconds
        while not _try_lock(file):
            if time.monotonic() > deadline:
                raise TimeoutError(str(path))
            time.sleep(0.01)
        yield
