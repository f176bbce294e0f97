"""Vouchers, journals and receipts as PDF: what stands on them, and what must never."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import segno

from lovefund.actions import mend, move, prints, receive, restrictions, spend
from lovefund.actions.backup import backup
from lovefund.actions.bundle import fund_key
from lovefund.actions.check import check
from lovefund.actions.restore import restore
from lovefund.actions.workspace import Workspace
from lovefund.core.days import Period, parse_period
from lovefund.core.donations import Donor
from lovefund.core.goods import GoodsLine
from lovefund.core.grants import Recipient
from lovefund.core.names import PublicName
from lovefund.errors import MachineLacks, Refused
from lovefund.log import receipts
from lovefund.publishing.receipt import code_svg, receipts_pdf
from lovefund.publishing.vouchers import vouchers_pdf
from lovefund.store.engine import Database
from lovefund.store.printed import times_printed
from lovefund.store.reading import Books
from world import at, balance, entry_of, new_books, new_fund

SEPTEMBER = parse_period("2026-09")
OCTOBER = parse_period("2026-10")
AUTUMN = parse_period("2026-09-01..2026-10-31")
HOSTILE = "<script>alert('赵')</script>&amp;"
PEOPLE = ("张三丰", "青禾公司", "李四光", "李四广", "alert", "周家长", "钱小宝", "甲监护人")
Read = Callable[..., str]


def on(month: int, day: int) -> date:
    return date(2026, month, day)


def given(name: str, public: PublicName = PublicName.REAL) -> Donor:
    return Donor(name, public)


@pytest.fixture
def ws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """An autumn of everything that a paper shows; vouchers 1 to 12, receipts 1 to 6."""
    monkeypatch.setenv("LOVEFUND_KEYS", str(tmp_path / "keys"))
    ws = at(new_fund(new_books(str(tmp_path / "books.db"))), on(10, 20))
    receive.donate(ws, on(8, 31), 700_00, "bank", "staff", given("张三丰"))
    restrictions.open_restriction(ws, on(9, 1), "home", "留守学生之家<b>", ("home",), "XY-1")
    wrong = receive.donate(ws, on(9, 4), 5000_00, "bank", "business", given("青禾公司"), "home")
    receive.donate(ws, on(9, 5), 800_00, "wechat", "alumni", Donor())
    receive.donate_goods(
        ws, on(9, 6), (GoodsLine("books", 120, 240_000), GoodsLine("clothes", 3, 9_050)),
        "society", given(HOSTILE),
    )  # fmt: skip
    move.move_money(ws, on(9, 7), 800_00, "wechat", "bank", 80)
    spend.pay_grants(ws, on(9, 30), (Recipient("A1", "甲监护人", 40_000),), "bank")
    mend.correct(ws, wrong.no, on(10, 1), mend.Changes(restriction="general"), "用途写错，青禾公司")
    small = receive.donate(ws, on(10, 2), 600_00, "cash", "alumni", given("李四光"))
    mend.correct(ws, small.no, on(10, 3), mend.Changes(amount_fen=450_00), "金额写错")
    mend.mend_name(ws, small.no, on(10, 3), given("李四广"), "错字")
    double = receive.donate(ws, on(10, 4), 88_00, "cash", "parents", given("周家长"))
    mend.void(ws, double.no, on(10, 5), "重复")
    for day in (6, 7):
        mend.copy_receipt(ws, wrong.no, on(10, day), "遗失")
    receive.receive_agency(ws, on(10, 8), 300_00, "bank", given("张三丰"), "钱小宝")
    return ws


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """The text of a PDF, as poppler reads it.

    ``order`` is ``layout``, which keeps lines together, or ``raw``, as it was drawn.
    """

    def text(pdf: Path | bytes, order: str = "") -> str:
        if isinstance(pdf, bytes):
            content, pdf = pdf, tmp_path / "view.pdf"
            pdf.write_bytes(content)
        command = ["pdftotext", *([f"-{order}"] if order else []), str(pdf), "-"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    return text


@pytest.mark.parametrize(
    ("language", "title", "cancels", "corrects", "papers", "capital"),
    [
        ("zh", "记账凭证", "注销 2026-09-04", "订正 2026-09-04", "附件 0 张", "人民币伍仟元整"),
        ("en", "Accounting Voucher", "cancels 记-2026-0002", "corrects 记-2026-0002",
         "Attachments: 0", ""),
    ],
)  # fmt: skip
def test_a_correction_prints_as_a_red_and_a_blue_slip(
    ws: Workspace, tmp_path: Path, read: Read, language: str, title: str, cancels: str,
    corrects: str, papers: str, capital: str,
) -> None:  # fmt: skip
    path = tmp_path / "vouchers.pdf"

    assert prints.print_vouchers(ws, OCTOBER, path, language) == 7

    text = read(path)
    pages = text.split("\f")[:-1]
    assert all(f"· {title} ·" in page for page in pages)  # in the foot
    assert text.count(title) == 7 + len(pages)
    assert text.count("记-2026-0007") == 2
    assert text.count(cancels) == text.count(corrects) == 1
    assert text.index("1/2") < text.index(cancels) < text.index("2/2") < text.index(corrects)
    assert text.count("−5,000.00") == 4  # debit, credit and both totals of the red slip
    assert text.count(papers) == 7
    assert capital in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_name_of_a_person_stands_on_vouchers_and_journals(
    ws: Workspace, tmp_path: Path, read: Read, language: str
) -> None:
    year = parse_period("2026")
    prints.print_vouchers(ws, year, tmp_path / "vouchers.pdf", language)
    prints.print_journal(ws, year, tmp_path / "journal.pdf", language)
    prints.print_receipts(ws, year, tmp_path / "receipts.pdf", language)

    for paper in ("vouchers", "journal"):
        raw = (tmp_path / f"{paper}.pdf").read_bytes()
        text = read(tmp_path / f"{paper}.pdf")
        assert "记-2026-0007" in text
        assert not [name for name in PEOPLE if name in text or name.encode() in raw]
    told = read(tmp_path / "receipts.pdf")  # the search finds names where there are some
    assert {"张三丰", "青禾公司", "李四广", "周家长"} <= {name for name in PEOPLE if name in told}
    assert "钱小宝" not in told
    assert "甲监护人" not in told


def test_slips_stay_whole_and_a_long_one_says_its_number_on_every_page(
    ws: Workspace, read: Read
) -> None:
    with ws.reading() as books:
        view = prints.vouchers_view(books, SEPTEMBER)
    slip = view.slips[0]
    numbers = [f"科目{n:03d}" for n in range(100)]
    long = replace(
        slip,
        number="记-2026-9999",
        lines=tuple(replace(slip.lines[n % 2], name_zh=name) for n, name in enumerate(numbers)),
    )

    pages = read(vouchers_pdf(replace(view, slips=(*view.slips * 3, long)), "zh")).split("\f")[:-1]

    short = [page for page in pages if long.number not in page]
    assert len(short) > 3
    for page in short:
        assert 2 <= page.count("会计主管") == page.count("科目代码") == page.count("校验码") <= 3
    rest = [page for page in pages if long.number in page]
    assert len(rest) > 2
    assert [name for page in rest for name in numbers if name in page] == numbers
    assert [page.count("合计") for page in rest] == [0] * (len(rest) - 1) + [1]
    assert "科目099" in rest[-1]  # the total never stands alone
    assert f"第 {len(pages)} 页，共 {len(pages)} 页" in pages[-1]


@pytest.mark.parametrize(
    ("language", "bank", "opening", "month", "year", "foot"),
    [
        ("zh", "银行存款日记账", "期初余额", "本月合计", "本年累计", "第 1 页，共 2 页"),
        ("en", "Bank journal", "Opening balance", "Total of the month", "Since 1 January",
         "Page 1 of 2"),
    ],
)  # fmt: skip
def test_a_journal_runs_from_the_opening_to_the_closing_balance(
    ws: Workspace, tmp_path: Path, read: Read, language: str, bank: str, opening: str,
    month: str, year: str, foot: str,
) -> None:  # fmt: skip
    path = tmp_path / "journal.pdf"

    assert prints.print_journal(ws, AUTUMN, path, language) == 12

    text = read(path, "layout")
    assert foot in text
    lines = text[text.index(bank) :].splitlines()
    assert next(line for line in lines if opening in line).split()[-1] == "700.00"
    fee = next(line for line in lines if "记-2026-0005" in line)
    assert fee.split()[-3:] == ["800.00", "0.80", "6,499.20"]
    assert [line.split()[-3:] for line in lines if month in line][:2] == [
        ["5,800.00", "400.80", "6,099.20"],
        ["300.00", "0.00", "6,399.20"],  # red and blue cancel out
    ]
    assert [line.split()[-3:] for line in lines if year in line][:2] == [
        ["6,500.00", "400.80", "6,099.20"],  # with the gift of August
        ["6,800.00", "400.80", "6,399.20"],
    ]


@pytest.mark.parametrize(
    "period", [SEPTEMBER, OCTOBER, AUTUMN, *map(parse_period, ("2026", "2026-09-04..2026-10-04"))]
)
def test_running_balances_equal_the_books(ws: Workspace, period: Period) -> None:
    with ws.reading() as books:
        view = prints.journal_view(books, period)

    assert {a.code for a in view.accounts} == {"1001", "1002", "100911", "100912"}
    for account in view.accounts:
        before = period.day_from - timedelta(days=1)
        assert account.opening_fen == balance(ws, account.code, on=before)
        assert account.closing_fen == balance(ws, account.code, on=period.day_to)
        for row in (row for m in account.months for row in m.rows):
            later = [r for m in account.months for r in m.rows if r.on == row.on]
            assert later[-1].balance_fen == balance(ws, account.code, on=row.on)


def test_set_off_lines_are_told_from_true_ones(ws: Workspace) -> None:
    """Money changes its purpose in one place: nothing passes through the bank."""
    receive.donate(ws, on(10, 9), 900_00, "bank", "staff", Donor(), "home")
    restrictions.change_restriction(ws, on(10, 10), "home", "general", 900_00, "TY-1")

    with ws.reading() as books:
        bank = next(a for a in prints.journal_view(books, OCTOBER).accounts if a.code == "1002")

    changed = [r for m in bank.months for r in m.rows if r.kind_zh == "变更限定用途"]
    assert changed == []
    assert bank.closing_fen == balance(ws, "1002")


def test_a_period_that_begins_inside_a_month_does_not_call_its_sum_the_months(
    ws: Workspace,
) -> None:
    with ws.reading() as books:
        view = prints.journal_view(books, parse_period("2026-09-05..2026-10-31"))
        bank = next(a for a in view.accounts if a.code == "1002")

    assert [m.whole for m in bank.months] == [False, True]
    assert bank.months[0].debit_fen == 800_00
    assert bank.months[0].year_debit_fen == 6500_00


@pytest.mark.parametrize(
    ("language", "own", "void", "voids", "copy", "anonymous", "now", "goods"),
    [
        ("zh", "不是公益事业捐赠票据，不能用于税前扣除", "作废", 2, "副本第2份", "匿名",
         "现为 450.00 元", "图书 120 册，价值 2,400.00 元"),
        ("en", "cannot be used for tax", "VOID", 1, "DUPLICATE2", "Anonymous", "now 450.00",
         "Books: 120 volumes, worth 2,400.00"),
    ],
)  # fmt: skip
def test_receipts_tell_their_donor_and_what_became_of_the_gift(
    ws: Workspace, tmp_path: Path, read: Read, language: str, own: str, void: str, voids: int,
    copy: str, anonymous: str, now: str, goods: str,
) -> None:  # fmt: skip
    path = tmp_path / "receipts.pdf"

    assert prints.print_receipts(ws, AUTUMN, path, language).printed == 6

    pages = read(path).split("\f")[:-1]
    assert len(pages) == 6
    company, nobody, hostile, mended, double, agency = pages
    assert all(own in page for page in pages)
    # Stamps are askew: their letters keep together only in the order of drawing.
    drawn = ["".join(page.split()) for page in read(path, "raw").split("\f")[:-1]]
    assert [page.count(copy) for page in drawn] == [1, 0, 0, 0, 0, 0]
    assert [page.count(void) for page in drawn] == [0, 0, 0, 0, voids, 0]
    assert "青禾公司" in company
    assert "5,000.00" in company
    assert "留守学生之家<b>" in company
    assert anonymous in nobody
    assert HOSTILE in hostile
    assert goods in hostile
    assert "李四广" in mended
    assert "李四光" in mended
    assert now in mended
    assert "周家长" in double
    assert "张三丰" in agency
    if language == "zh":
        assert "人民币贰仟肆佰玖拾元零伍角整" in hostile
        assert "受托代管款" in agency


def test_a_receipt_says_in_print_the_code_that_was_handed_out(
    ws: Workspace, tmp_path: Path, read: Read
) -> None:
    posted = receive.donate(ws, on(10, 11), 1_00, "cash", "staff", given("孙行者"))
    year, number = map(int, posted.receipt.split("-"))
    path = tmp_path / "receipt.pdf"

    assert prints.print_receipts(ws, [(year, number)], path, "zh").printed == 1

    text = read(path)
    assert posted.codes[0].replace("-", " ") in text
    no, _nonce = receipts.decode(ws.fund, posted.codes[0])
    assert no == posted.no
    assert f"账目第 {posted.no} 号" in text
    assert posted.check_digits in text
    assert posted.receipt in text
    with ws.reading() as books:
        assert fund_key(books) in "".join(text.split())
    assert "副本" not in text
    assert entry_of(ws, posted.no).voucher in text


def test_the_qr_code_is_that_of_the_code_and_is_one_path(tmp_path: Path) -> None:
    code = "20000-0FX16-D775N-XZ8TB-1SAQE-M3M25"
    svg = code_svg(code, "a <title>")

    drawn = segno.make(code, error="m", micro=False).svg_inline(
        border=4, svgclass=None, lineclass=None, omitsize=True, light="#fff"
    )
    path = drawn[drawn.rindex('d="') : drawn.rindex('"')]
    assert path in svg
    assert "a &lt;title&gt;" in svg
    assert svg.count("<svg") == 1


def test_a_receipt_on_paper_has_the_modules_of_its_qr_code(ws: Workspace, tmp_path: Path) -> None:
    """Read back from the drawn page: every dark and light module is where it belongs."""
    with ws.reading() as books:
        receipt = prints.receipt_views(books, prints._receipted(books, [(2026, 3)]))[0]
    (tmp_path / "r.pdf").write_bytes(receipts_pdf([receipt], "zh"))
    command = ["pdftoppm", "-r", "300", "-gray", "-singlefile", "r.pdf", "r"]
    subprocess.run(command, cwd=tmp_path, check=True)
    _magic, size, _most, pixels = (tmp_path / "r.pgm").read_bytes().split(b"\n", 3)
    width = int(size.split()[0])
    rows = [pixels[y : y + width] for y in range(0, len(pixels), width)]
    matrix = [bytes(row) for row in segno.make(receipt.code, error="m", micro=False).matrix]

    step = 27 / 25.4 * 300 / (len(matrix) + 8)  # 27 mm with a quiet zone of 4 modules
    dark = [(x, y) for y, row in enumerate(rows[: len(rows) * 3 // 4]) if y > len(rows) // 3
            for x in range(width // 4) if row[x] < 40]  # fmt: skip
    left, top = _finder_corner(dark, rows, step)

    seen = [
        bytes(
            rows[int(top + (y + 0.5) * step)][int(left + (x + 0.5) * step)] < 128
            for x in range(len(matrix))
        )
        for y in range(len(matrix))
    ]
    assert seen == matrix


def _finder_corner(dark: list[tuple[int, int]], rows: list[bytes], step: float) -> tuple[int, int]:
    """The upper left corner of the first black square of seven modules."""
    side = int(7 * step) - 2
    for x, y in dark:
        if all(v < 40 for v in rows[y][x : x + side]) and all(
            rows[y + d][x] < 40 for d in range(side)
        ):
            return x, y
    raise AssertionError("no finder pattern")


def test_without_the_keys_no_receipt_is_printed(
    ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOVEFUND_KEYS", str(tmp_path / "elsewhere"))
    path = tmp_path / "receipts.pdf"

    with pytest.raises(MachineLacks) as lacks:
        prints.print_receipts(ws, AUTUMN, path, "zh")

    assert lacks.value.place == ws.fund  # not one receipt, but all that the keys would open
    assert not path.exists()


def test_a_receipt_that_was_never_handed_out_is_refused(ws: Workspace, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="2026-000099"):
        prints.print_receipts(ws, [(2026, 99)], tmp_path / "receipts.pdf", "zh")


def test_a_name_that_no_font_can_draw_is_named_and_nothing_is_written(
    ws: Workspace, tmp_path: Path
) -> None:
    posted = receive.donate(ws, on(10, 12), 1_00, "cash", "staff", given("\U00020bb7野家"))
    path = tmp_path / "receipts.pdf"

    with pytest.raises(MachineLacks, match="20BB7"):
        prints.print_receipts(ws, [(2026, int(posted.receipt[5:]))], path, "zh")

    assert not path.exists()


def test_the_same_books_give_the_same_bytes(ws: Workspace) -> None:
    made = []
    for _time in range(2):
        with ws.reading() as books:
            views = prints.receipt_views(books, prints._receipted(books, [(2026, 1)]))
        made.append(receipts_pdf(views, "zh"))

    assert made[0] == made[1]


def stamps(ws: Workspace, read: Read, *numbers: int, language: str = "zh") -> list[str]:
    """Print receipts; what is stamped on each page, its letters kept together."""
    path = Path(str(ws.database.path)).with_name("printed.pdf")
    prints.print_receipts(ws, [(2026, n) for n in numbers], path, language)
    drawn = ["".join(page.split()) for page in read(path, "raw").split("\f")[:-1]]
    found = (re.search(r"副本第\d+份|DUPLICATE\d", page) for page in drawn)
    return [stamp[0] if stamp else "" for stamp in found]


def test_the_first_print_is_the_original_and_every_later_one_a_duplicate(
    ws: Workspace, read: Read
) -> None:
    assert stamps(ws, read, 1) == [""]
    assert stamps(ws, read, 1) == ["副本第1份"]
    assert stamps(ws, read, 1, 5, language="en") == ["DUPLICATE2", ""]
    assert stamps(ws, read, 5) == ["副本第1份"]
    # Asked for twice in one go it is one page; that two copies were logged counts as well.
    assert stamps(ws, read, 2, 2) == ["副本第2份"]
    with ws.reading() as books:
        assert times_printed(books.connection, ws.fund) == {
            (2026, 1): 3, (2026, 5): 2, (2026, 2): 1,
        }  # fmt: skip


def test_without_what_the_books_remember_there_would_be_two_originals(
    ws: Workspace, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The teeth of the test above."""
    monkeypatch.setattr(prints, "keep_printed", lambda *_anything: None)
    assert stamps(ws, read, 1) == stamps(ws, read, 1) == [""]


def test_a_copy_of_the_books_remembers_what_was_printed(
    ws: Workspace, tmp_path: Path, read: Read
) -> None:
    assert stamps(ws, read, 1) == [""]
    made = backup(ws, tmp_path)
    again = Workspace(Database(str(tmp_path / "again.db")), ws.fund, clock=ws.clock)
    restore(again, made.path)
    assert stamps(again, read, 1) != [""]
    assert check(again) == []


def test_a_receipt_that_could_not_be_drawn_is_not_remembered(
    ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted = receive.donate(ws, on(10, 12), 1_00, "cash", "staff", given("\U00020bb7野家"))
    with pytest.raises(MachineLacks):
        prints.print_receipts(
            ws, [(2026, 1), (2026, int(posted.receipt[5:]))], tmp_path / "r.pdf", "zh"
        )
    with ws.reading() as books:
        assert times_printed(books.connection, ws.fund) == {}
    assert not list(tmp_path.glob("*r.pdf*"))


def test_there_are_never_two_originals_whatever_fails_when(
    ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault before the books remember leaves no file; one after it leaves no second original."""

    def fail(*_anything: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "r.pdf"
    for place, name in ((prints, "keep_printed"), (os, "replace")):
        with monkeypatch.context() as broken:
            broken.setattr(place, name, fail)
            with pytest.raises(OSError, match="No space"):
                prints.print_receipts(ws, [(2026, 1)], path, "zh")
        assert not list(tmp_path.glob("*r.pdf*"))
    assert prints.print_receipts(ws, [(2026, 1)], path, "zh").duplicates == 1


def test_nothing_is_written_where_nothing_was_booked(ws: Workspace, tmp_path: Path) -> None:
    march = parse_period("2026-03")

    assert prints.print_vouchers(ws, march, tmp_path / "v.pdf", "zh") == 0
    assert prints.print_receipts(ws, march, tmp_path / "r.pdf", "zh").printed == 0

    assert not list(tmp_path.glob("*.pdf"))


def test_a_refund_shows_on_the_receipt_until_it_is_voided(ws: Workspace) -> None:
    def later(books: Books) -> list[str]:
        view = prints.receipt_views(books, prints._receipted(books, [(2026, 3)]))[0]
        return [x.kind_zh for x in view.later]

    owed = spend.owe_refund(ws, 4, on(10, 12), 100_00, own_fault=False)
    with ws.reading() as books:
        assert later(books) == ["应退捐款"]
    mend.void(ws, owed.no, on(10, 13), "不退")
    with ws.reading() as books:
        assert later(books) == []


def test_a_gift_found_out_later_is_receipted_once_and_by_the_way_it_came(ws: Workspace) -> None:
    """Its entry moves the money twice: out of the unidentified, and into its restriction."""
    waiting = receive.receive_unidentified(ws, on(10, 12), 250_00, "alipay")
    posted = receive.identify_donation(
        ws, waiting.no, on(10, 13), 250_00, "society", given("沙和尚"), "home"
    )

    with ws.reading() as books:
        wanted = prints._receipted(books, [(2026, int(posted.receipt[5:]))])
        receipt = prints.receipt_views(books, wanted)[0]

    assert (receipt.amount_fen, receipt.now_fen) == (250_00, 250_00)
    assert (receipt.purpose_code, receipt.channel_zh) == ("home", "支付宝")


def test_two_who_print_at_once_make_one_original(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On both engines the second waits for the first, and counts it."""
    monkeypatch.setenv("LOVEFUND_KEYS", str(tmp_path / "keys"))
    books = at(new_fund(new_books(database_url)), on(10, 20))
    receive.donate(books, on(9, 1), 5_00, "cash", "staff", given("张三丰"))
    monkeypatch.setattr(prints.r, "receipts_pdf", lambda *_any: time.sleep(0.2) or b"%PDF")

    def once(name: str) -> int:
        return prints.print_receipts(books, [(2026, 1)], tmp_path / name, "zh").duplicates

    with ThreadPoolExecutor(4) as people:
        duplicates = list(people.map(once, "abcd"))

    assert sorted(duplicates) == [0, 1, 1, 1]
