"""What faults need: strace, and words where it may not be used."""

from __future__ import annotations

import os

import pytest
from torture import strace


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end, not in passing, that crashes at single calls went untested."""
    lacking = strace.lacking()
    if lacking:
        terminalreporter.write_line(f"NOT TESTED, crashes at single calls: {lacking}", red=True)


@pytest.fixture(scope="session")
def tracing() -> None:
    """The test strikes single calls: skipped where strace may not be used, a fault in CI."""
    lacking = strace.lacking()
    if lacking and os.environ.get("CI") == "true":
        pytest.fail(lacking, pytrace=False)
    if lacking:
        pytest.skip(lacking)
