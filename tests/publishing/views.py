"""A statement's view made by hand, and the words of a PDF with where they stand."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path

from lovefund.publishing.view import EntryRow, Month, PlaceRow, PotRow, Share, Statement

DAY = date(2026, 1, 1)
MUCH_FEN = 99_999_999_99
#: The longest that a name may be.
LONG_ZH = ("虚构省虚构州虚构县虚构镇中心小学爱心基金暨校友与各界捐助委员会助学金" * 2)[:64]
LONG_EN = "A fictional name that is as long as a name in these books may be".ljust(64, "e")


def gift(no: int, shown: str = "张三", fen: int = 100_00) -> EntryRow:
    """A gift as the annex lists it."""
    return EntryRow(
        no=no, voucher=f"记-2026-{no:04d}", on=DAY + timedelta(days=no % 365), kind="donation",
        kind_zh="捐款", kind_en="Donation", shown=shown, anonymous=False, withheld=False,
        detail_zh="教职工", detail_en="Staff", channel_zh="银行存款", channel_en="Bank",
        goods_zh="", goods_en="", restriction="general", pupils=0, income_fen=fen, outlay_fen=0,
        moved_fen=fen, of=0, of_voucher="", check_digits=f"{no * 7919 % 10**8:08d}",
    )  # fmt: skip


def plain(*rows: EntryRow) -> Statement:
    """A statement of some gifts and nothing else."""
    total = sum(r.income_fen for r in rows)
    return Statement(
        fund="shiqiao", fund_name="石桥爱心基金 | Shiqiao Love Fund",
        school_name="石桥小学 | Shiqiao School", practice=True, number=1,
        label_zh="2026年度", label_en="Year 2026", period_from=DAY, period_to=date(2026, 12, 31),
        issued_on=date(2027, 1, 5), opening_fen=0, brought_forward_fen=0, income_fen=total,
        outlay_fen=0, transfer_fen=0, prior_year_fen=0, closing_fen=total, restricted_fen=0,
        income_goods_fen=0,
        outlay_goods_fen=0, income_count=len(rows), outlay_count=0, donation_count=len(rows),
        payable_fen=0, agency_fen=0, receivable_fen=0, bank_fen=total, cash_fen=0, wallet_fen=0,
        stock_fen=0, sources=(Share("410111", "教职工", "Staff", len(rows), total),),
        programmes=(), pots=(PotRow("general", "", False, 0, total, 0, total),), agency=None,
        places=(PlaceRow("1002", "银行存款", "Bank", total),),
        months=tuple(Month(2026, m, total // 12, 0, True) for m in range(1, 13)), entries=rows,
        entry_count=len(rows), size=len(rows) + 1, root_hex="0" * 64,
        fingerprint="00000 " * 5 + "00000", rulebook="", previous_number=0,
        page_sha256="0" * 64,
    )  # fmt: skip


def crowded(purposes: int) -> Statement:
    """As much as a first page may ever have to say, in large sums and long names."""
    shares = [
        Share(str(n), f"第{n}类虚构项目", f"Fictional part {n}", n, MUCH_FEN - n * 10**9)
        for n in range(14)
    ]
    return replace(
        plain(gift(1)), fund_name=f"{LONG_ZH} | {LONG_EN}", school_name=f"{LONG_ZH} | {LONG_EN}",
        sources=tuple(shares[:11]), programmes=tuple(shares), income_fen=MUCH_FEN * 11,
        outlay_fen=MUCH_FEN * 14, opening_fen=MUCH_FEN * 3, closing_fen=MUCH_FEN,
        transfer_fen=-MUCH_FEN, prior_year_fen=12_345, brought_forward_fen=MUCH_FEN,
        payable_fen=MUCH_FEN, agency_fen=77, receivable_fen=999_999, bank_fen=MUCH_FEN,
        cash_fen=MUCH_FEN, wallet_fen=MUCH_FEN, stock_fen=MUCH_FEN,
        pots=tuple(
            PotRow(f"p{n}", f"{LONG_ZH} | {LONG_EN}", n > 0, MUCH_FEN, n, n, MUCH_FEN)
            for n in range(purposes)
        ),
        agency=PotRow("agency", "", False, 0, 100, 23, 77),
        places=tuple(PlaceRow(str(n), f"存放处{n}", f"Place {n}", MUCH_FEN) for n in range(6)),
        months=tuple(Month(2026, m, MUCH_FEN * m // 12, MUCH_FEN, True) for m in range(1, 13)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A word, its page, and its box in points from the upper left corner."""

    page: int
    text: str
    left: float
    top: float
    right: float
    bottom: float


_WORD = re.compile(
    r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>'
)


def words(pdf: bytes, folder: Path) -> tuple[list[Word], tuple[float, float]]:
    """Every word of a PDF as poppler reads it, and the width and height of its pages."""
    path = folder / "read.pdf"
    path.write_bytes(pdf)
    command = ["pdftotext", "-bbox", str(path), "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    sizes = set(re.findall(r'<page width="([\d.]+)" height="([\d.]+)">', told))
    assert len(sizes) == 1
    found = [
        Word(page, unescape(text), *(float(x) for x in box))
        for page, part in enumerate(told.split("<page ")[1:], 1)
        for *box, text in _WORD.findall(part)
    ]
    width, height = sizes.pop()
    return found, (float(width), float(height))


def outside(pdf: bytes, folder: Path, margin_mm: float = 8) -> list[Word]:
    """The words that stand outside what an office printer can print."""
    found, (width, height) = words(pdf, folder)
    edge = margin_mm * 72 / 25.4
    assert found
    return [
        w
        for w in found
        if w.left < edge or w.top < edge or w.right > width - edge or w.bottom > height - edge
    ]


def overlapping(pdf: bytes, folder: Path) -> list[tuple[Word, Word]]:
    """Pairs of words that are printed over each other."""
    found, _size = words(pdf, folder)
    pairs = []
    for index, a in enumerate(found):
        for b in found[index + 1 :]:
            over = min(a.right, b.right) - max(a.left, b.left)
            high = min(a.bottom, b.bottom) - max(a.top, b.top)
            if (
                a.page == b.page
                and over > 1
                and high > 0.6 * min(a.bottom - a.top, b.bottom - b.top)
            ):
                pairs.append((a, b))
    return pairs
