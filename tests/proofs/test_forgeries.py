"""docs/forgeries.md is what the verifiers say today, and every forgery of the tests is in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools import forgeries as tool

from browser import Browser
from proofs.forgeries import TOPICS, forgeries
from proofs.test_verify import FORGERIES


def test_the_table_of_forgeries_is_fresh(
    chrome: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path))
    monkeypatch.setenv("LOVEFUND_LANG", "en")
    made = tool.document(chrome)
    assert tool.PAGE.read_text("utf-8") == made, "run tools/forgeries.py"
    assert " | 0 | " not in made  # a forgery that passes, or a kind of byte that nobody refuses


def test_every_forgery_of_the_tests_is_in_the_table() -> None:
    found = forgeries()
    names = [forgery.name for forgery in found]
    assert set(FORGERIES) <= set(names)
    assert len(set(names)) == len(names) > 50
    assert {forgery.topic for forgery in found} == set(TOPICS)


def test_a_forgery_that_passed_would_stop_the_command(
    chrome: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The twin: an honest bundle among the forgeries."""
    from proofs.forge import BUNDLES
    from proofs.forgeries import Forgery

    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path))
    honest = Forgery(next(iter(TOPICS)), "an honest statement", BUNDLES[0])
    monkeypatch.setattr(tool, "forgeries", lambda: [honest])
    with pytest.raises(SystemExit, match="an honest statement"):
        tool.document(chrome)
