"""A school whose books are opened once and then met with everything that can be typed wrongly."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from lovefund.cli.main import run
from lovefund.language import set_language
from lovefund.publishing import render, templates

TODAY = "2026-10-20"
#: The past of the school: what the cases refer to by number.
PAST = (
    "open shiqiao --name 石桥爱心基金 --school 石桥小学 --treasurer 王老师 "
    "--on 2026-08-01 --practice",
    "donate 500 --source staff --from 张三丰 --show masked --by bank --on 2026-08-03",
    "close 2026-08",
    "donate 50 --source staff --from 李四 --show real --by cash --on 2026-09-03",
    "void 3 --reason 重复",
    "unidentified 66 --by wechat --on 2026-09-04",
    "donate-goods --goods 'books 10 @15' --source alumni --from 甲 --show real --on 2026-09-05",
    "grant 40 --case L1 --guardian 李 --by bank --on 2026-09-06",
    "promise 30 --case L2 --guardian 王 --on 2026-09-07",
    "reserve 20 --on 2026-09-08",
    "advance 10 --to 赵老师 --by bank --on 2026-09-09",
    "restrict home --title 之家 --programmes home --agreement XY-1 --on 2026-09-10",
    "agency-in 5 --from 乙 --show real --pupil 学生甲 --by bank --on 2026-09-11",
    "owe-refund 1 100 --on 2026-09-12",
)


class Answer(NamedTuple):
    """What the program answered: exit code, output as bytes, error stream."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode("utf-8")

    def json(self) -> Any:
        return json.loads(self.raw)


@contextlib.contextmanager
def _look(own: str | None) -> Iterator[None]:
    """A process keeps the look that it drew with first; ours draws with several."""
    caches = (templates._environment, render._covered) if own else ()
    for cache in caches:
        cache.cache_clear()
    try:
        yield
    finally:
        for cache in caches:
            cache.cache_clear()


class School:
    """A folder with books; commands are run in it, in a language."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def run(
        self, line: str | tuple[str, ...], language: str = "en", stdin: bytes = b"", **env: str
    ) -> Answer:
        """Run one command, given as a line or as words."""
        words = shlex.split(line) if isinstance(line, str) else list(line)
        settings = {
            "LOVEFUND_HOME": str(self.folder / "home"),
            "LOVEFUND_LANG": language,
            "LOVEFUND_TODAY": TODAY,
            **env,
        }
        # pytest's own stream stands between, where a thread of a library may still write.
        out = io.TextIOWrapper(io.BytesIO(), "utf-8", errors="replace", newline="\n")
        err = io.TextIOWrapper(io.BytesIO(), "utf-8", errors="replace", newline="\n")
        typed = io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
        with (
            contextlib.chdir(self.folder),
            mock.patch.dict(os.environ, settings),
            _look(env.get("LOVEFUND_STATEMENTS")),
            mock.patch.object(sys, "stdin", typed),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = run(words)
            if sys.stdout is not out:
                sys.stdout.close()  # the output failed, and the program took another
            for stream in (out, err):
                stream.flush()
        set_language("en")
        shown = out.buffer.getvalue(), err.buffer.getvalue()  # type: ignore[attr-defined]
        return Answer(code, shown[0], shown[1].decode("utf-8"))

    def live(self, *lines: str) -> None:
        """Run lines that have to succeed."""
        for line in lines:
            done = self.run(line)
            assert done.code == 0, (line, done.err)

    def state(self) -> Mapping[str, str]:
        """Every file of the school by its hash, but for locks and what waits to be booked."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            waits = ".drafts" in name or name.endswith((".lock", "-shm", "-wal"))
            if path.is_file() and not path.is_symlink() and not waits:
                found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found

    def size(self) -> int:
        """How many entries are booked."""
        return len(self.run("--fund shiqiao journal --all --json").json())

    def kept(self) -> list[dict[str, Any]]:
        """What waits to be booked; it is forgotten by looking."""
        found = []
        for path in sorted((self.folder / "fund.db.drafts").glob("*.json")):
            found.append(json.loads(path.read_bytes()))
            path.unlink()
        return found


@contextlib.contextmanager
def files(folder: Path, content: Mapping[str, bytes | Callable[[], bytes]]) -> Iterator[None]:
    """Files that a case brings along, gone at its end."""
    for name, data in content.items():
        (folder / name).write_bytes(data if isinstance(data, bytes) else data())
    try:
        yield
    finally:
        for name in content:
            (folder / name).unlink(missing_ok=True)
