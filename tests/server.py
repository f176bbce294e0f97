"""A PostgreSQL server of our own, for tests and benchmarks: on loopback, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

SERVER_VERSION_MIN = 15
SERVER_FOLDERS = (  # Debian, Fedora, Homebrew
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
)
SERVER_MISSING = (
    f"no PostgreSQL server of version {SERVER_VERSION_MIN} or later on this machine "
    "(Debian: apt-get install postgresql)"
)


def server_folder() -> Path | None:
    """The folder with the programs of the newest PostgreSQL server, or None."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    for pattern in SERVER_FOLDERS:
        found += Path("/").glob(pattern.lstrip("/"))
    usable = [folder for folder in found if server_version(folder) >= SERVER_VERSION_MIN]
    return max(usable, key=server_version, default=None)


def server_version(folder: Path) -> int:
    """The major version of the server in ``folder``; 0 where there is none."""
    try:
        told = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
        return int(told.split()[2].split(".")[0])
    except (OSError, subprocess.CalledProcessError, ValueError, IndexError):
        return 0


class Cluster:
    """A PostgreSQL server on loopback in a folder of its own, gone when it is stopped.

    Each worker of pytest-xdist has one: a second of start, and nothing shared. Commits are
    flushed as in earnest, since some tests are about what survives a crash.
    """

    def __init__(self, programs: Path, settings: tuple[str, ...] = ()) -> None:
        self._programs = programs
        self._settings = settings
        self._owner = unprivileged_user()
        # Not pytest's tmp_path: the server's user must be able to enter it, and the path of
        # a socket may have 107 bytes at most.
        self.folder = Path(tempfile.mkdtemp(prefix="lovefund-pg-"))
        if self._owner:
            os.chown(self.folder, *self._owner)
        self._data = self.folder / "data"
        self.port = 0

    @property
    def url(self) -> str:
        """The URL of the server's own database, for SQLAlchemy."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Make the cluster and wait until it answers."""
        self.run(
            "initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C",
            "--no-sync", "--pgdata", str(self._data),
        )  # fmt: skip
        for attempt in range(3):
            self.port = free_port()
            try:
                self.start_again()
                return
            except RuntimeError:  # another process may have taken the port
                if attempt == 2:
                    raise

    def start_again(self) -> None:
        """Start the server on its port and wait until it has recovered."""
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self.folder}"
        options += "".join(f" -c {setting}" for setting in self._settings)
        self.run("pg_ctl", *self._control("start"), "-o", options)

    def kill(self) -> None:
        """SIGKILL to every process of the server, as if the machine had stopped under it."""
        main = int((self._data / "postmaster.pid").read_text().split()[0])
        os.kill(main, signal.SIGSTOP)  # so that it starts nothing anew in between
        told = subprocess.run(
            ["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
        ).stdout
        pairs = [tuple(map(int, line.split())) for line in told.splitlines()]
        family = [main, *(pid for pid, parent in pairs if parent == main)]
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(_runs(pid) for pid in family):
            time.sleep(0.01)
        # Where nobody reaps the dead, a zombie's number would pass for a running server.
        for lock in (self._data / "postmaster.pid", *self.folder.glob(".s.PGSQL.*.lock")):
            lock.unlink()

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        try:
            if (self._data / "postmaster.pid").exists():
                self.run("pg_ctl", *self._control("stop"), "-m", "immediate")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _control(self, verb: str) -> tuple[str, ...]:
        log = str(self.folder / "log")
        return (verb, "--wait", "--silent", "--pgdata", str(self._data), "--log", log)

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs as its user; RuntimeError with what it says."""
        # Into a file: the server inherits the output, and a pipe would stay open with it.
        output = self.folder / "output"
        with output.open("wb") as file:
            done = subprocess.run(
                [self._programs / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                cwd=self.folder,
                check=False,
                user=self._owner[0] if self._owner else None,
                group=self._owner[1] if self._owner else None,
                extra_groups=[] if self._owner else None,
            )
        if done.returncode:
            log = self.folder / "log"
            server = log.read_text(errors="replace") if log.exists() else ""
            raise RuntimeError(f"{program} failed:\n{output.read_text(errors='replace')}{server}")


def _runs(pid: int) -> bool:
    """Whether a process is there and not merely waiting to be reaped."""
    told = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return bool(told) and not told.startswith("Z")


def unprivileged_user() -> tuple[int, int] | None:
    """User and group that the server runs as when root starts it, since it refuses root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    import pwd  # not on Windows

    users = {user.pw_name: user for user in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    return user.pw_uid, user.pw_gid


def free_port() -> int:
    """A port on loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """The URL of a new, empty database on the server, dropped afterwards."""
    name = f"fund_{uuid.uuid4().hex}"
    execute_on(server, f"CREATE DATABASE {name}")
    try:
        yield server.removesuffix("postgres") + name
    finally:
        execute_on(server, f"DROP DATABASE {name} WITH (FORCE)")


def execute_on(server: str, command: str) -> None:
    """Run one statement on the server, outside a transaction."""
    import psycopg

    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(command.encode())
