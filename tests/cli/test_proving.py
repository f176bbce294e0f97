"""A published statement checked from the command line, in both languages, with pinned keys."""

from __future__ import annotations

import zlib
from pathlib import Path

import pikepdf
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
    assert "no such folder" in run("verify nowhere").err
    assert run(f"verify {folder} --key nonsense").code == 2
    (Path(folder) / "entries.jsonl").unlink()
    done = run(f"verify {folder}")
    assert done.code == 2
    assert "entries.jsonl" in done.out


def test_a_pdf_alone_is_checked_by_the_files_that_it_carries(
    run: Run, published: tuple[str, str]
) -> None:
    folder, code = published
    key = run("keys public").out.split()[-1]
    receipt = f"--receipt {code} --name 张三丰 --phrase 青山"
    for language in ("zh", "en"):
        done = run(f"verify {folder}/statement-{language}.pdf --key {key} {receipt}")
        assert done.code == 0, done.out + done.err
        assert "verified, signed by lovefund/shiqiao" in done.out
        assert "500.00" in done.out
        assert "Its pages were not compared" in done.out
    address = Path(folder, "statement-zh.pdf").resolve().as_uri()
    assert run(f"verify {address}").code == 0
    assert run(f"verify {Path(folder).resolve().as_uri()}").code == 0


def test_a_pdf_whose_files_were_changed_is_refused(run: Run, published: tuple[str, str]) -> None:
    folder, _code = published
    with pikepdf.open(f"{folder}/statement-zh.pdf") as pdf:
        lines = pdf.attachments["entries.jsonl"].get_file().read_bytes()
    forged = lines.replace(b"50000", b"50001")
    assert forged != lines
    pdf_bytes = Path(folder, "statement-zh.pdf").read_bytes()
    packed, other = zlib.compress(lines, 6), zlib.compress(forged, 6)
    assert packed in pdf_bytes
    swapped = pdf_bytes.replace(packed, other).replace(
        f"/Length {len(packed)}>>".encode(), f"/Length {len(other)}>>".encode()
    )
    Path("forged.pdf").write_bytes(swapped)
    done = run("verify forged.pdf")
    assert done.code == 6, done.out + done.err
    assert "WRONG" in done.out


def test_what_is_no_statement_s_pdf_is_said_with_what_to_do(
    run: Run, published: tuple[str, str]
) -> None:
    folder, _code = published
    Path("other.pdf").write_bytes(b"%PDF-1.7\n%%EOF\n")
    cut = Path(folder, "statement-zh.pdf").read_bytes()
    Path("cut.pdf").write_bytes(cut[: len(cut) // 2])
    for name in ("other.pdf", "cut.pdf"):
        done = run(f"verify {name}")
        assert done.code == 2
        assert "paper clip" in done.err
    done = run("verify https://school.example/statement-zh.pdf")
    assert done.code == 2
    assert "save the statement" in done.err


def test_a_changed_face_is_told_and_an_added_one_too(run: Run, published: tuple[str, str]) -> None:
    folder, _code = published
    key = run("keys public").out.split()[-1]
    assert "Every other file" in run(f"verify {folder} --key {key}").out
    page = Path(folder, "statement-en.pdf")
    before = page.read_bytes()
    page.write_bytes(before[:900] + bytes([before[900] ^ 1]) + before[901:])
    done = run(f"verify {folder} --key {key}")
    assert done.code == 6
    assert "WRONG: statement-en.pdf" in done.out
    assert run(f"--lang zh verify {folder} --key {key}").code == 6
    page.write_bytes(before)
    Path(folder, "extra.html").write_text("fictional", "utf-8")
    done = run(f"verify {folder} --key {key}")
    assert done.code == 2
    assert "CANNOT CHECK: extra.html" in done.out
