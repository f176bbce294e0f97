"""A file of bytes on disk, read as the program reads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lovefund.imports.bills import Bill
from lovefund.imports.read import read_bill
from lovefund.language import language, set_language

Read = Callable[..., Bill]


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads bytes as a bill; the name of the file says nothing, and is wrong on purpose."""

    def call(content: bytes, called: str = "bill.csv", **more: object) -> Bill:
        path = tmp_path / called
        path.write_bytes(content)
        return read_bill(path, **more)  # type: ignore[arg-type]

    assert language() == "en"
    return call
