"""A treasurer's day in one process, told step by step: what the simulated power cuts cut.

``python -m torture.session FOLDER SEED GUARD STEPS``; beside the folder a file of marks says what
was promised when: entries acknowledged, answers kept, files published.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from lovefund.actions.workspace import Workspace
from lovefund.cli import kept
from torture.school import OPEN, School, gift, gifts_file, sha256
from torture.toothless import without

#: The steps of a session: gifts, files of gifts, statements.
STEPS = "g" * 22 + "f" * 4 + "s" * 2


def marks_of(school: School) -> Path:
    """The file of marks of a school's session."""
    return school.folder.with_name(school.folder.name + ".marks")


class Session:
    """The school at work, and the marks that it leaves."""

    def __init__(self, school: School, seed: str, steps: str) -> None:
        self._school = school
        self._steps = list(steps)
        self._statements = 0
        self._chance = random.Random(seed)
        self._marks = os.open(marks_of(school), os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def run(self) -> None:
        """The whole day: one half of it with another reader's window open all the time."""
        self._step(OPEN)
        self._chance.shuffle(self._steps)
        with contextlib.ExitStack() as window:
            for number, step in enumerate(self._steps):
                if number == len(self._steps) // 2:
                    window.enter_context(self._open_window())
                self._step(self._words(step, number))

    @contextlib.contextmanager
    def _open_window(self) -> Iterator[None]:
        """While somebody else has the books open, the WAL stays and grows."""
        with contextlib.closing(sqlite3.connect(self._school.database)) as window:
            window.execute("SELECT count(*) FROM entry").fetchone()
            yield

    def _words(self, step: str, number: int) -> tuple[str, ...]:
        if step == "g":
            return (*gift(str(self._chance.randrange(1, 900)), f"王{number}"), "--json")
        if step == "f":
            path = self._school.folder.with_name(f"{self._school.folder.name}-{number}.csv")
            return ("donations", str(gifts_file(path, 8, f"丙{number}-")), "--json")
        self._statements += 1
        period = f"2026-{self._statements:02d}"
        return ("publish", period, "--out", str(self._school.published), "--json")

    def _step(self, words: tuple[str, ...]) -> None:
        said = self._school.run(*words)
        assert said.code == 0, said.err
        told = json.loads(said.out)
        files = [Path(name) for name in told.get("files", ())] if isinstance(told, dict) else []
        head = self._school.read().head
        self._mark(
            size=head.size,
            root=head.root.hex(),
            files={str(p.relative_to(self._school.folder)): sha256(p) for p in files},
        )

    def keep(self, ws: Workspace, answers: kept.Kept) -> None:
        """Keep the answers, and mark that they are promised from now on."""
        _keep(ws, answers)
        self._mark(kept=answers.request)

    def _mark(self, **promise: Any) -> None:
        os.write(self._marks, json.dumps(promise).encode())


_keep = kept.keep

if __name__ == "__main__":
    school = School(Path(sys.argv[1]))
    session = Session(school, sys.argv[2], sys.argv[4])
    with without(sys.argv[3]), patch.object(kept, "keep", session.keep):
        session.run()
