"""The month of examples/bills.py: every place reconciles to nothing, and the page tells it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reconciling", ROOT / "tools" / "reconciling.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_program_says(tool: ModuleType) -> None:
    page = tool.written()
    assert page == tool.PAGE.read_text("utf-8"), "run tools/reconciling.py"
    assert page.count("not explained yet") == 2
    for account in ("WeChat (100911)", "Alipay (100912)", "Bank (1002)"):
        last = page[page.rindex(f"{account}, 2026-04-01") :].partition("Booked")[0]
        assert "not explained" not in last
    assert "$ lovefund check\n$ lovefund publish" in page, "check has nothing to say"


def test_the_bills_say_that_they_are_fictional() -> None:
    assert "fictional" in (ROOT / "examples" / "bills.py").read_text("utf-8")
