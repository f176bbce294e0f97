"""Large bills are read in seconds, and do not fill the memory."""

from __future__ import annotations

import time
import tracemalloc
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bills.makers import MAKERS, Paid
from lovefund.imports.read import read_bill


def many(count: int) -> list[Paid]:
    """So many payments, one every hundred seconds."""
    begin = datetime(2026, 1, 1)  # noqa: DTZ001
    return [
        Paid(
            begin + timedelta(seconds=100 * n),
            100 + n % 9_000 if n % 5 else -(100 + n % 700),
            f"家长{n % 5_000}",
            f"爱心捐款{n % 7}",
            f"1002604{n:021d}",
        )
        for n in range(count)
    ]


#: Rows a second, far below what is measured, so that a slow machine passes and a slow reader fails.
@pytest.mark.parametrize(("name", "container"), [("wechat", 0), ("rural", 2), ("alipay", 0)])
def test_ten_thousand_rows(tmp_path: Path, name: str, container: int) -> None:
    path = tmp_path / "x"
    path.write_bytes(MAKERS[name].bytes(many(10_000), container))
    begin = time.process_time()
    bill = read_bill(path)
    assert len(bill.rows) == 10_000
    assert 10_000 / (time.process_time() - begin) > 2_000


@pytest.mark.slow
def test_a_hundred_thousand_rows_and_their_memory(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(MAKERS["wechat"].bytes(many(100_000)))
    tracemalloc.start()
    bill = read_bill(path)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(bill.rows) == 100_000
    assert peak < 400 * 1024 * 1024
