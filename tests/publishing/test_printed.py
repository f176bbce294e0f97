"""What a statement prints is what it carries: every figure, in either language."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from histories import closed_history
from lovefund.actions import publish
from lovefund.core.days import parse_period
from lovefund.publishing.statement import statement_pdf
from lovefund.publishing.view import Statement
from printed import misprinted


def one_more(row: Any) -> Any:
    """A row of a statement with every amount and number of things one too large."""
    names = [f.name for f in fields(row) if f.name.endswith("_fen") or f.name == "count"]
    return replace(row, **{name: getattr(row, name) + 1 for name in names})


def falsified(view: Statement) -> Statement:
    """The same statement, in which no figure is what it was."""
    return replace(
        one_more(view),
        sources=tuple(map(one_more, view.sources)),
        programmes=tuple(map(one_more, view.programmes)),
        pots=tuple(map(one_more, view.pots)),
        agency=one_more(view.agency) if view.agency else None,
        places=tuple(map(one_more, view.places)),
    )


@pytest.mark.parametrize(("seed", "language"), [(34, "zh"), (36, "en")])
def test_every_figure_that_is_printed_wrongly_is_found(
    tmp_path: Path, seed: int, language: str
) -> None:
    """An honest one passes the gate that every PDF of a test passes; this one breaks all."""
    ws = closed_history(tmp_path, seed)
    done = publish.publish(ws, parse_period("2026"), tmp_path, languages=())
    proofs = {path.name: path.read_bytes() for path in done.files}
    honest = statement_pdf(done.statement, language, proofs)
    assert misprinted(honest) == []
    (tmp_path / "honest.pdf").write_bytes(honest)
    with pikepdf.open(tmp_path / "honest.pdf") as pdf:
        figures = {str(name) for name in list(pdf.Root.Names.Dests.Names)[::2]}
    with pytest.raises(AssertionError) as refused:
        statement_pdf(falsified(done.statement), language, proofs)
    missed = [name for name in sorted(figures) if f"'{name}: printed" not in str(refused.value)]
    assert len(figures) > 25
    assert missed == []
