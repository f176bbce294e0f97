"""Figures and gifts explained at the command line, in both languages."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pikepdf
import pytest

from commands import Run
from lovefund.log import receipts

OPEN = (
    "open shiqiao --name 石桥爱心基金（虚构） --school 石桥小学（虚构） --treasurer 王老师 "
    "--on 2026-01-01 --practice"
)


@pytest.fixture
def school(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Two gifts and an outlay in January."""
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-01-30")
    (tmp_path / "bill.jpg").write_bytes(b"a bill")
    for line in (
        OPEN,
        "donate 500 --source staff --from 张三丰 --show masked --by bank --on 2026-01-03",
        "donate 300 --source staff --from 李四 --show real --by cash --on 2026-01-04",
        "spend 120 --programme visits --by bank --on 2026-01-09 --evidence bill.jpg",
    ):
        assert run(line).code == 0, line
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-02-20")
    return run


def test_a_figure_is_explained_to_the_fen(school: Run) -> None:
    said = school("why income 2026-01")
    assert said.code == 0, said.err
    assert "income (income): 800.00 yuan" in said.out
    assert "2026-01-01 to 2026-01-31, not published yet" in said.out
    assert [line.split()[-1] for line in said.out.splitlines() if "Donation" in line] == [
        "500.00",
        "800.00",
    ]
    assert "2 entries add up to 800.00 yuan." in said.out


def test_json_holds_every_posting(school: Run) -> None:
    assert school("publish 2026-01").code == 0
    said = school("why bank --json").json()
    assert (said["statement"], said["value"], said["unit"]) == (1, 38_000, "fen")
    assert [(r["no"], r["share"], r["running"]) for r in said["rows"]] == [
        (1, 50_000, 50_000),
        (3, -12_000, 38_000),
    ]
    assert said["rows"][0]["posting"][3] == 50_000
    counted = school("why donations --statement 1 --json").json()
    assert (counted["unit"], counted["value"], counted["rows"][0]["posting"]) == ("count", 2, None)


def test_papers_are_told_to_officers_alone(school: Run) -> None:
    sha256 = hashlib.sha256(b"a bill").hexdigest()
    assert sha256 not in school("why outlay 2026-01").out
    assert f"entry 3: bill.jpg  {sha256}" in school("why outlay 2026-01 --private").out
    keys = Path("home/keys")
    keys.rename("home/away")
    said = school("why outlay 2026-01 --private")
    assert (said.code, sha256 in said.out + said.err) == (7, False)


def test_it_is_told_in_chinese(school: Run) -> None:
    said = school("--lang zh why closing 2026-01")
    assert "closing（期末）：680.00 元" in said.out
    assert "共 3 笔，合计 680.00 元。" in said.out


def test_what_cannot_be_explained_is_said(school: Run) -> None:
    assert "nothing is published yet" in school("why income").err
    assert "did you mean" in school("why incme 2026-01").err
    assert school("publish 2026-01").code == 0
    assert "no statement of this number" in school("why income --statement 7").err
    listed = school("why").out
    assert "pot-closing/general" in listed
    assert "680.00" in listed


# -- what became of a gift ------------------------------------------------------------------------


@pytest.fixture
def granted(run: Run, monkeypatch: pytest.MonkeyPatch) -> tuple[Run, str]:
    """A gift of 500 of which four grants took 320, and its receipt code."""
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-01-30")
    assert run(OPEN).code == 0
    gift = run("donate 500 --source staff --from 张三丰 --show masked --by bank --on 2026-01-03")
    code = next(word for word in gift.out.split() if len(word) == 35)
    for case in range(4):
        paid = run(f"grant 80 --case L{case} --guardian 李奶奶 --by bank --on 2026-01-10")
        assert paid.code == 0, paid.err
    return run, code


def test_a_gift_is_traced_by_code_receipt_or_entry(granted: tuple[Run, str]) -> None:
    run, code = granted
    by_code = run("trace", code)
    assert by_code.code == 0, by_code.err
    assert "Your 500.00: 320.00 in 4 grants, 180.00 waiting" in by_code.out
    for other in (code.lower().replace("-", " "), "2026-000001", "1"):
        assert run("trace", other).out == by_code.out
    chinese = run("--lang", "zh", "trace", code)
    assert "您的 500.00：4 笔资助 320.00、未用 180.00" in chinese.out


def test_grants_to_single_pupils_are_told_together(granted: tuple[Run, str]) -> None:
    run, code = granted
    said = run("trace", code, "--json").json()
    assert (said["amount_fen"], said["granted_fen"], said["grants"]) == (50_000, 32_000, 4)
    assert said["waiting"] == [{"restriction": "Unrestricted", "amount_fen": 18_000}]
    (group,) = said["paid"]
    assert (group["entries"], group["pupils"], group["numbers"]) == (None, None, [])
    assert "2026-01-10" not in run("trace", code).out


def test_a_code_that_is_of_no_receipt_is_refused(granted: tuple[Run, str]) -> None:
    run, code = granted
    slip = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert run("trace", slip).code == 2
    assert "mistyped, or of another fund" in run("trace", slip).err
    other = receipts.encode("shiqiao", 1, bytes(12))
    assert "no receipt with this code was handed out" in run("trace", other).err
    assert run("trace", "2026-000009").code == 4
    assert "not “Donation" in run("trace", "2").err


def test_a_gift_is_told_on_one_page_for_its_donor(granted: tuple[Run, str]) -> None:
    run, code = granted
    for language, words in (("zh", ("捐款去向", "未用")), ("en", ("What Became", "Waiting"))):
        page = f"{language}.pdf"
        assert run("--lang", language, "trace", code, "--pdf", page).code == 0
        with pikepdf.open(page) as pdf:
            assert len(pdf.pages) == 1
        said = subprocess.run(["pdftotext", page, "-"], capture_output=True, text=True, check=True)
        for word in (*words, "张三丰", "320.00", "180.00", "500.00"):
            assert word in said.stdout, word
        for secret in ("李奶奶", "L0", "2026-01-10"):
            assert secret not in said.stdout
    assert "exists already" in run("trace", code, "--pdf", "en.pdf").err
    assert run("trace", code, "--pdf", "en.pdf", "--force").code == 0


@pytest.mark.parametrize(
    ("language", "corrected", "booked"),
    [("zh", "更正后", "收据金额"), ("en", "as corrected", "On the receipt")],
)
def test_only_a_gift_that_was_corrected_is_told_as_corrected(
    granted: tuple[Run, str], language: str, corrected: str, booked: str
) -> None:
    run, code = granted

    def told() -> str:
        done = run("--lang", language, "trace", code, "--pdf", "told.pdf", "--force")
        assert done.code == 0, done.err
        command = ["pdftotext", "-layout", "told.pdf", "-"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    before = told()
    assert corrected not in before
    assert booked not in before
    assert run("correct 1 --amount 450 --reason 多记 --on 2026-01-20").code == 0
    after = told()
    for words in (corrected, booked, "500.00", "450.00"):
        assert words in after
