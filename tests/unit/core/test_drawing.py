"""The drawing in docs/grants.md is the table that the gate holds grants to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from lovefund.core import cases as c
from lovefund.core.kinds import KINDS

ROOT = Path(__file__).parents[3]


def test_the_page_shows_the_machine_as_it_is() -> None:
    assert subprocess.run([sys.executable, ROOT / "tools/grants.py", "--check"]).returncode == 0
    page = (ROOT / "docs" / "grants.md").read_text("utf-8")
    for kind in c.STEPS:
        assert f"| {KINDS[kind].zh} {KINDS[kind].en} | `{c.VERBS[kind]}` |" in page


def test_every_step_can_be_reached_and_none_waits_for_itself() -> None:
    for path, waits in c.WAITS.items():
        taken = {c.APPLIED}
        while ready := {k for k, waited in waits.items() if set(waited) <= taken} - taken:
            taken |= ready
        assert taken == {c.APPLIED, *waits}, path
