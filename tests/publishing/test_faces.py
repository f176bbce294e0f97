"""What every printed face holds to: nothing cut off, one first page, our fonts, its language."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest

from lovefund.errors import MachineLacks
from lovefund.publishing import statement
from lovefund.publishing.chart import months_svg
from lovefund.publishing.resources import shipped_folder
from lovefund.publishing.statement import statement_pdf
from lovefund.publishing.view import Cosigner, Month, Signing
from publishing.views import crowded, gift, outside, overlapping, plain, words

LANGUAGES = ("zh", "en")


def text_of(pdf: bytes, folder: Path) -> list[str]:
    path = folder / "text.pdf"
    path.write_bytes(pdf)
    command = ["pdftotext", "-layout", str(path), "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return told.split("\f")[:-1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purposes", [1, 12, 30])
def test_the_first_page_is_whole_however_much_stands_on_it(
    tmp_path: Path, language: str, purposes: int
) -> None:
    view = crowded(purposes)

    pdf = statement_pdf(view, language)

    assert not outside(pdf, tmp_path)
    first, *behind = text_of(pdf, tmp_path)
    for wanted in ("盖章处", "批准") if language == "zh" else ("Seal", "Approved"):
        assert wanted in first
    assert "1,399,999,999.86" in first  # the outlay, in a tile that is small enough for it
    everywhere = re.sub(r"\s", "", first + "".join(behind))
    for pot in view.pots:
        title = pot.title.split(" | ")[0 if language == "zh" else 1]
        assert title[:10].replace(" ", "") in everywhere


@pytest.mark.parametrize("language", LANGUAGES)
def test_witnesses_and_the_page_s_hash_fit_the_fullest_first_page(language: str) -> None:
    signers = tuple(Cosigner(f"a-long-witness-{n}", 9, date(2026, 9, 30)) for n in range(5))
    view = replace(
        crowded(12),
        cosigners=signers,
        page_sha256="0" * 64,
        rulebook="留守学生爱心基金管理办法 | Rules of the love fund for left-behind pupils",
        signing=Signing(16_777_215, 99),
    )
    closest = statement._html(view, language, (), True, 0, 0, statement.DENSITIES[-1], alone=True)
    assert statement.pages(closest) == 1
    assert "a-long-witness-3" in closest
    assert "16777215" in closest


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_printed_over_anything_else(tmp_path: Path, language: str) -> None:
    rows = (
        gift(1, "王" * 64),
        gift(2, "W" * 64),
        gift(3, "Qinghe 青禾 (Beijing) Co., Ltd.", 10**11),
        replace(gift(4), goods_zh="图书 120 册、文具 60 套", goods_en="120 volumes of books"),
        replace(gift(5, "多打一零", -450_00), kind="correction", of=1, of_voucher="记-2026-0001"),
        replace(gift(6, ""), withheld=True),
        replace(gift(7, ""), anonymous=True),
        gift(8, "𬭎㛃䶮·买买提"),
    )  # fmt: skip
    for view in (plain(*rows), plain()):
        pdf = statement_pdf(view, language)
        assert not outside(pdf, tmp_path)
        assert not overlapping(pdf, tmp_path)


def test_the_searches_find_what_is_cut_off_and_what_overlaps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    css = (shipped_folder() / "css/statement.css").read_text("utf-8")
    (tmp_path / "own/css").mkdir(parents=True)
    own = tmp_path / "own/css/statement.css"
    monkeypatch.setenv("LOVEFUND_STATEMENTS", str(tmp_path / "own"))

    own.write_text(css + ".subtitle { margin-left: 150mm; white-space: nowrap; }", "utf-8")
    assert outside(statement_pdf(plain(gift(1)), "zh"), tmp_path)
    own.write_text(css + ".subtitle { margin-top: -6mm; }", "utf-8")
    assert overlapping(statement_pdf(plain(gift(1)), "zh"), tmp_path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_totals_and_headings_never_stand_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """Around every length at which a page is full."""
    monkeypatch.setattr(statement, "DENSITIES", statement.DENSITIES[-1:])
    gifts = [gift(n) for n in range(1, 90)]
    total = "合计" if language == "zh" else "Total"
    outlay = [replace(gift(n), income_fen=0, outlay_fen=5) for n in range(100, 103)]
    heading = "支出明细" if language == "zh" else "Outlay in detail"
    ends = set()
    for count in range(38, 45):
        pages = text_of(statement_pdf(plain(*gifts[:count], *outlay), language), tmp_path)[1:]
        ends.add(len(re.findall(r"记-2026-0", pages[0])))
        for page in pages:
            assert (
                page.count("校验码" if language == "zh" else "Check digits") >= 1
            )  # head repeated
            lines = [line.strip() for line in page.splitlines() if line.strip()]
            for at, line in enumerate(lines):
                if line.startswith(total):
                    assert "记-2026" in lines[at - 1]
                if heading in line:
                    assert "记-2026" in lines[at + 2]
    assert len(ends) > 1  # some of them filled the first page of the annex and some did not


@pytest.mark.parametrize("language", LANGUAGES)
def test_fonts_are_ours_and_the_file_says_what_it_is(tmp_path: Path, language: str) -> None:
    path = tmp_path / "statement.pdf"
    path.write_bytes(statement_pdf(plain(gift(1)), language))

    listed = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True)
    fonts = listed.stdout.splitlines()[2:]
    assert fonts
    for font in fonts:
        assert re.match(r"[A-Z]{6}\+LF-", font)
        assert font.split()[4:7] == ["yes", "yes", "yes"]  # embedded, a subset, with Unicode
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        assert str(pdf.Root.Lang) == language
        fund = "石桥爱心基金" if language == "zh" else "Shiqiao Love Fund"
        assert str(pdf.docinfo["/Title"]).startswith(f"{fund} · ")
        assert str(pdf.docinfo["/Author"]) == fund
        (title,) = outline.root
        assert [item.title for item in title.children] == (
            ["收入来源", "支出用途", "按用途管理的资金", "钱物存放与账户核对", "收入明细"]
            if language == "zh"
            else ["Income by source", "Outlay by programme", "Money by purpose",
                  "Where it lies · bank check", "Income in detail"]
        )  # fmt: skip
    assert shutil.which("qpdf") is None or not subprocess.run(["qpdf", "--check", path]).returncode


def test_an_english_statement_is_english(tmp_path: Path) -> None:
    pages = text_of(statement_pdf(plain(gift(1, "Zhang San")), "en"), tmp_path)
    told = "".join(pages).replace("记-2026-0001", "")
    assert not re.findall(r"[\u3000-\u9fff\uff00-\uffef]", told)
    assert "2 Jan 2026" in told
    assert "1 entry" in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_view_gives_the_same_bytes(language: str) -> None:
    view = plain(gift(1), gift(2, ""))
    assert statement_pdf(view, language) == statement_pdf(view, language)


def test_a_character_without_a_glyph_is_named_with_its_entry() -> None:
    with pytest.raises(MachineLacks) as lacking:
        statement_pdf(plain(gift(1), gift(2, "\U00020bb7野")), "zh")
    assert "\U00020bb7" in lacking.value.what()
    assert "U+20BB7" in lacking.value.what()
    assert "记-2026-0002" in lacking.value.where()


def test_shares_and_purposes_foot_to_the_identity(tmp_path: Path) -> None:
    pages = text_of(statement_pdf(plain(gift(1, fen=250_00), gift(2)), "zh"), tmp_path)
    assert re.search(r"净资产合计 +0\.00 +350\.00 +0\.00 +350\.00", pages[0])
    assert re.search(r"教职工 +2 +350\.00 +100\.0%", pages[0])


def test_the_chart_says_the_amounts_of_its_period_and_reads_without_colour() -> None:
    months = [Month(2026, m, m * 1_000_00, 500_00, m > 9) for m in range(1, 13)]
    months[11] = Month(2026, 12, -80_00, 500_00, True)

    svg = months_svg(months, "zh", "图", 36)

    amounts = re.findall(r">([\d,.\u2212]+)</text>", svg)
    assert "10,000.00" in amounts
    assert "\u221280.00" in amounts  # a month that corrections brought below zero
    assert "9,000.00" not in amounts  # an earlier month is drawn and not told
    axis = int(re.findall(r'd="M34 (\d+)H', svg)[-1])
    for top, height, colour in re.findall(
        r'y="(\d+)" width="22" height="(\d+)" fill="(.{7})"', svg
    ):
        above = colour in ("#17594a", "#a9c4ba")
        assert (int(top) + int(height) == axis) if above else int(top) == axis


def test_a_school_restyles_without_touching_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "statements"
    for folder in ("css", "texts", "templates"):
        (own / folder).mkdir(parents=True)
    common = (shipped_folder() / "css/common.css").read_text("utf-8")
    (own / "css/common.css").write_text(common.replace("#17594a", "#123456"), "utf-8")
    (own / "texts/zh.toml").write_text('[statement]\ntitle = "本校爱心账"\n', "utf-8")
    emblem = '<svg viewBox="0 0 44 44"><title>校徽</title><text x="2" y="30">徽章甲</text></svg>'
    (own / "templates/emblem.html").write_text(emblem, "utf-8")
    monkeypatch.setenv("LOVEFUND_STATEMENTS", str(own))

    pdf = statement_pdf(plain(gift(1)), "zh")

    first = text_of(pdf, tmp_path)[0]
    assert "本校爱心账" in first
    assert "收入来源" in first  # what the school does not write stays
    assert "徽章甲" in re.sub(r"\s", "", first)
    with pikepdf.open(tmp_path / "text.pdf") as opened:
        drawn = opened.pages[0].Contents.read_bytes()
    green = b"0.070588 0.203922 0.337255"  # #123456
    assert green in drawn or b"0.07058824" in drawn


def test_the_first_page_names_no_pupil_and_prints_sign_off_wide_enough(tmp_path: Path) -> None:
    found, _size = words(statement_pdf(plain(gift(1)), "zh"), tmp_path)
    boxes = sorted(w.left for w in found if w.page == 1 and w.text == "签名")
    assert len(boxes) == 3
    assert min(b - a for a, b in pairwise(boxes)) > 38 * 72 / 25.4
