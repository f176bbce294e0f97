"""docs/bills.md lists the formats as the data has them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from lovefund.imports.forms import shipped

ROOT = Path(__file__).parents[2]


def test_the_page_lists_the_formats_as_they_are() -> None:
    assert subprocess.run([sys.executable, ROOT / "tools/bills.py", "--check"]).returncode == 0
    page = (ROOT / "docs" / "bills.md").read_text("utf-8")
    for form in shipped():
        assert f"`{form.id}`" in page
        assert form.source_zh in page
        assert form.source_en in page
        for layout in form.layouts:
            assert layout.name in page
