"""Texts beside their heads on a terminal: every line fits, nothing is lost, no word is cut."""

from __future__ import annotations

import sys

import pytest

from lovefund.cli import output

HEAD = "  R15   拦截          "
ZH = "公示不含身份证号、银行卡号、住址、电话等信息，期满当日撤下；每人每学期不超过 1,600 元。"
EN = "A notice shows no identity or card number, address or telephone, and is taken down in time."


@pytest.mark.parametrize("text", [ZH, EN])
@pytest.mark.parametrize("columns", [50, 64, 80])
def test_it_stays_beside_its_head(
    text: str, columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    output.hanging(HEAD, text)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 1
    assert all(output.width(line) <= columns for line in lines)
    assert all(line.startswith(" " * output.width(HEAD)) for line in lines[1:])
    told = [line[len(HEAD) if n == 0 else output.width(HEAD) :] for n, line in enumerate(lines)]
    assert "".join(told).replace(" ", "") == text.replace(" ", "")
    assert not any(line[0] in "，。、；" for line in told)


def test_where_it_is_no_terminal_a_line_stays_whole(capsys: pytest.CaptureFixture[str]) -> None:
    output.hanging(HEAD, EN)
    assert capsys.readouterr().out == f"{HEAD}{EN}\n"
