"""What differs between operating systems: file locks, private files, folders, free space."""

from __future__ import annotations

import contextlib
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
    """Write a file that only its owner may read (0600), whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def write_whole(path: Path, content: bytes) -> None:
    """Write a file for others to read, whole or not at all."""
    write_private(path, content)
    if sys.platform != "win32":
        path.chmod(0o644)


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
    except OSError:
        return False
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
