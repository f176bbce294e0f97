"""A script of operations: a readable file, one operation a line, that can be played again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lovefund.errors import BadInput
from lovefund.language import _
from lovefund.selftest.model.changes import Op


@dataclass(frozen=True, slots=True)
class Script:
    """The funds with the day of their opening, and what is done with them in order."""

    funds: dict[str, date]
    ops: tuple[Op, ...]
    seed: int = 0

    def with_ops(self, ops: tuple[Op, ...]) -> Script:
        """The same funds with other operations."""
        return Script(self.funds, ops, self.seed)

    def text(self) -> str:
        """The file: a head, then one operation a line; amounts are fen."""
        head: dict[str, Any] = {
            "selftest": 1,
            "seed": self.seed,
            "funds": {name: on.isoformat() for name, on in self.funds.items()},
        }
        rows = [head, *self.ops]
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def read_script(path: Path) -> Script:
    """The script in a file; BadInput where it is none."""
    try:
        head, *ops = [json.loads(row) for row in path.read_text(encoding="utf-8").splitlines()]
        funds = {name: date.fromisoformat(on) for name, on in head["funds"].items()}
        if head["selftest"] != 1 or not all({"id", "verb", "fund"} <= op.keys() for op in ops):
            raise ValueError("another file")
        return Script(funds, tuple(ops), head["seed"])
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise BadInput(
            "--script",
            str(path),
            _("this is no script of the self-test"),
            _("give the file that a failed self-test wrote"),
        ) from error
