"""A published statement checked from the command line, in both languages, with pinned keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import Run

OPEN = (
    "open shiqiao --name 石桥爱心基金（虚构） --school 石桥小学（虚构） --treasurer 王老师 "
    "--on 2026-01-01 --practice"
)
GIFT = (
    "donate 500 --source staff --from 张三丰 --show masked --phrase 青山 --by bank --on 2026-01-03"
)


@pytest.fixture
def published(run: Run, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """The folder of a statement, and the receipt code of the one gift in it."""
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-01-05")
    assert run(OPEN).code == 0
    gift = run(GIFT)
    assert gift.code == 0
    code = next(line for line in gift.out.splitlines() if "-" in line and "20" in line and len(
        line.split()[-1]
    ) == 35).split()[-1]  # fmt: skip
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-02-02")
    done = run("publish 2026-01")
    assert done.code == 0, done.err
    return "published/shiqiao/0001-2026-01", code


def test_a_donor_checks_the_statement_and_the_gift(run: Run, published: tuple[str, str]) -> None:
    folder, code = published
    key = run("keys public").out.split()[-1]
    assert key.startswith("lovefund/shiqiao+")
    done = run(f"verify {folder} --key {key} --receipt {code} --name 张三丰 --phrase 青山")
    assert done.code == 0, done.out
    assert "verified, signed by lovefund/shiqiao" in done.out
    assert "500.00" in done.out
    done = run(f"--lang zh verify {folder}")
    assert done.code == 0
    assert "只能说前后一致" in done.out


def test_keys_that_are_pinned_are_asked_for_from_then_on(
    run: Run, published: tuple[str, str]
) -> None:
    folder, _code = published
    key = run("keys public").out.split()[-1]
    assert run(f"verify {folder} --key {key} --pin").code == 0
    assert "verified, signed by" in run(f"verify {folder}").out
    note = Path(folder) / "checkpoint.txt"
    note.write_text(note.read_text("utf-8").split("\n\n")[0] + "\n", "utf-8")
    done = run(f"verify {folder}")
    assert done.code == 6
    assert "not signed by any key given" in done.out


def test_what_cannot_be_checked_is_said(run: Run, published: tuple[str, str]) -> None:
    folder, _code = published
    assert run("verify nowhere").code == 2
    assert run(f"verify {folder} --key nonsense").code == 2
    (Path(folder) / "entries.jsonl").unlink()
    done = run(f"verify {folder}")
    assert done.code == 2
    assert "entries.jsonl" in done.out
