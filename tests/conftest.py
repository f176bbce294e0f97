"""The databases that tests run on: a SQLite file, and a PostgreSQL server of our own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from browser import PROGRAM, Browser, browser
from gate import faults
from lovefund.language import set_language
from lovefund.publishing import render
from printed import misprinted
from server import SERVER_MISSING, Cluster, fresh_database, server_folder

CHROMIUM_MISSING = "The tests of the phone page need Chromium (apt install chromium)."


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end, not in passing, that half of the databases went untested."""
    if server_folder() is None:
        terminalreporter.write_line(f"NOT TESTED on PostgreSQL: {SERVER_MISSING}", red=True)
    if PROGRAM is None:
        terminalreporter.write_line(f"NOT TESTED: the web pages. {CHROMIUM_MISSING}", red=True)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a PostgreSQL server for this session.

    Where there is none the test is skipped, except in CI: there a missing server is a fault.
    """
    programs = server_folder()
    if programs is None:
        if os.environ.get("CI") == "true":
            pytest.fail(SERVER_MISSING, pytrace=False)
        pytest.skip(SERVER_MISSING)
    cluster = Cluster(programs)
    try:
        cluster.start()
        yield cluster.url
    finally:
        cluster.stop()


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """One browser for this session; without one, as without a server, tests are skipped."""
    if PROGRAM is None:
        if os.environ.get("CI") == "true":
            pytest.fail(CHROMIUM_MISSING, pytrace=False)
        pytest.skip(CHROMIUM_MISSING)
    with browser() as found:
        yield found


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a new, empty database, once on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'fund.db'}"
        return
    server: str = request.getfixturevalue("postgres_url")
    with fresh_database(server) as url:
        yield url


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Sentences in English, whatever the machine speaks, unless a test asks for Chinese."""
    set_language("en")
    yield
    set_language("en")


@pytest.fixture(autouse=True)
def every_pdf_passes(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever a test draws is PDF/A-3a and PDF/UA-1, and prints the figures that it carries.

    See gate.py and printed.py.
    """
    drawn = render._pdf

    def gated(*arguments: Any) -> bytes:
        pdf = drawn(*arguments)
        found = faults(pdf, tmp_path_factory.mktemp("gate")) + misprinted(pdf)
        if found:
            raise AssertionError(found)
        return pdf

    monkeypatch.setattr(render, "_pdf", gated)
