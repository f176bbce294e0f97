"""Bytes of every kind: a bill comes out, or a sentence, and soon; never a fault.

``LOVEFUND_EXAMPLES`` asks for more examples, drawn anew each time.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bills.makers import MAKERS, april, as_gbk
from errors.test_fuzz import ASKED, edited, edits, fuzzed
from lovefund.errors import LovefundError
from lovefund.imports import containers
from lovefund.imports.forms import parse, shipped
from lovefund.imports.learning import told
from lovefund.imports.read import read_bill

#: No small file takes longer, on a machine that does other things as well.
SECONDS_MAX = 10.0
EVERY = [(name, i) for name, maker in MAKERS.items() for i in range(len(maker.containers))]
SAMPLES = [MAKERS[name].bytes(april(), i) for name, i in EVERY]


def calm(path: Path, content: bytes) -> None:
    """A bill whose rows are sound, or a sentence."""
    path.write_bytes(content)
    begin = time.monotonic()
    wrong: LovefundError | None = None
    try:
        bill = read_bill(path)
    except LovefundError as error:
        wrong = error
    if wrong is not None:
        assert wrong.what()
        assert wrong.remedy()
    else:
        assert all(isinstance(r.fen, int) and r.fee_fen >= 0 and r.raw for r in bill.rows)
        assert list(bill.rows) == sorted(bill.rows, key=lambda r: r.on)
    assert time.monotonic() - begin < SECONDS_MAX


@pytest.mark.parametrize("first", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"])
def test_any_bytes(tmp_path: Path, first: bytes) -> None:
    @fuzzed
    @given(st.binary(max_size=2_000))
    def fuzz(content: bytes) -> None:
        calm(tmp_path / "x", first + content)

    fuzz()


def changed_files(path: Path, how: settings) -> None:
    @how
    @given(st.sampled_from(SAMPLES), edits())
    def fuzz(sample: bytes, changes: list[tuple[str, int, bytes]]) -> None:
        calm(path, edited(sample, changes))

    fuzz()


def test_bills_with_changed_bytes(tmp_path: Path) -> None:
    changed_files(tmp_path / "x", settings(fuzzed, max_examples=int(ASKED or 250)))


def test_cells_that_are_anything(tmp_path: Path) -> None:
    @settings(fuzzed, max_examples=int(ASKED or 150))
    @given(
        st.sampled_from(sorted(MAKERS)), st.integers(0, 400),
        st.one_of(st.text(max_size=12), st.sampled_from(["-", "²", "1e9", "=", "00", "￥", "/"])),
    )  # fmt: skip
    def fuzz(name: str, place: int, text: str) -> None:
        maker = MAKERS[name]
        lines = maker.lines(april())
        cells = [(y, x) for y, line in enumerate(lines) for x in range(len(line))]
        y, x = cells[-1 - place % len(cells)]
        lines[y][x] = text.encode("gb18030", "ignore").decode("gb18030").replace("\x00", "")
        calm(tmp_path / "x", maker.containers[0](lines) if _fits(lines) else b"")

    fuzz()


def _fits(lines: list[list[str]]) -> bool:
    """Whether the makers can write it: GBK has no halves of characters."""
    return all(cell.isprintable() for line in lines for cell in line if "\t" not in cell)


@pytest.mark.parametrize(("name", "container"), EVERY)
def test_bills_that_are_cut_off_anywhere(tmp_path: Path, name: str, container: int) -> None:
    content = MAKERS[name].bytes(april(), container)
    for end in range(0, len(content), max(len(content) // (2_000 if ASKED else 12), 1)):
        calm(tmp_path / "x", content[:end])


def test_no_pattern_sees_more_than_the_beginning_of_a_line(tmp_path: Path) -> None:
    """The guard behind it: how long the texts are that patterns search in."""
    seen: list[int] = []

    class Probe:
        def search(self, text: str) -> None:
            seen.append(len(text))

    form = next(form for form in shipped() if form.id == "wechat-personal")
    lines = MAKERS["wechat"].lines(april())
    (tmp_path / "x").write_bytes(as_gbk([*lines[:2], ["长" * 100_000], *lines[2:], ["长" * 9_000]]))
    with pytest.raises(LovefundError):
        read_bill(tmp_path / "x", [replace(form, says=(Probe(),), must_say=())])  # type: ignore[arg-type]
    assert len(seen) > 10
    assert max(seen) == 500


def test_taught_formats_with_changed_bytes(tmp_path: Path) -> None:
    columns = {"date": "日", "amount": "钱"}
    sample = told("x", "x", ["日", "钱", "注"], columns).toml().encode()

    @fuzzed
    @given(edits())
    def fuzz(changes: list[tuple[str, int, bytes]]) -> None:
        text = edited(sample, changes).decode("utf-8", "replace")
        with contextlib.suppress(LovefundError):
            parse(text, "x")

    fuzz()


@pytest.mark.parametrize("sign", ["1", "-", "[", " ", "：", "起始时间：[1", "共1"])
def test_long_lines_take_no_longer(tmp_path: Path, sign: str) -> None:
    """A pattern that steps back and forth in a line of 100 KB would take hours."""
    for name in ("wechat", "alipay", "rural", "cmb-old"):
        lines = MAKERS[name].lines(april())
        long = sign * (100_000 // len(sign))
        for begin in ("", lines[2][0][:6]):
            for place in (1, len(lines)):
                content = as_gbk([*lines[:place], [begin + long], *lines[place:]])
                calm(tmp_path / "x", content)


def test_a_reader_without_its_guard_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The teeth: where text is decoded without care, the same examples find it."""
    whole: Callable[..., str] = containers.text_of
    assert whole
    monkeypatch.setattr(containers, "text_of", lambda _path, content: content.decode("utf-8"))
    with pytest.raises(UnicodeDecodeError):
        changed_files(tmp_path / "x", settings(fuzzed, max_examples=100))
