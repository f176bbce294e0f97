"""Every kind of bad input that we know has a case, or a reason why it cannot reach us yet."""

from __future__ import annotations

import importlib

from errors.catalogue import COVERED, KINDS, NOT_YET
from errors.test_bad_input import CASES

for _module in (
    "errors.test_kept_text",
    "errors.test_files_and_moments",
    "faults.test_output",
    "bills.test_read",
):
    importlib.import_module(_module)


def test_every_kind_has_a_case_or_a_reason() -> None:
    assert set(KINDS) == set(range(1, 127))
    covered = {case.kind for case in CASES} | set(COVERED)
    assert set(KINDS) - covered - set(NOT_YET) == set(), "kinds without a case"
    assert covered <= set(KINDS)
