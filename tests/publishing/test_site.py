"""The pages around the statements: all funds, all statements, every file, and nothing else."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from browser import Browser
from lovefund.actions import receive
from lovefund.actions.publish import publish
from lovefund.actions.site import refuse_site, site
from lovefund.actions.workspace import Workspace
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.errors import BadInput
from lovefund.log import checkpoints
from lovefund.publishing.plots import closings_svg, compact, flows_svg
from lovefund.publishing.site import FundShelf, Shelf, site_pages
from world import at, new_books, new_fund

PAGES = {"index.html", "index.en.html"}


def put_out(ws: Workspace, period: str, folder: Path) -> Path:
    done = publish(ws, parse_period(period), folder, languages=())
    return done.files[0].parent


@pytest.fixture
def two_funds(tmp_path: Path) -> tuple[Workspace, Workspace, Path]:
    """Two schools in one file of books: two statements, and one."""
    database = new_books(str(tmp_path / "a.db"))
    one = new_fund(database, today=date(2026, 5, 5))
    other = new_fund(database, "yunling", today=date(2026, 5, 5))
    receive.donate(one, date(2026, 1, 3), 50_000, "bank", "staff", Donor())
    receive.donate(one, date(2026, 2, 3), 123_456, "wechat", "alumni", Donor())
    receive.donate(other, date(2026, 2, 3), 700, "bank", "staff", Donor())
    folder = tmp_path / "published"
    for ws, period in ((one, "2026-01"), (one, "2026-Q1"), (other, "2026-spring")):
        ws = at(ws, date(2026, 9, 5))
        put_out(ws, period, folder)
    return at(one, date(2026, 9, 6)), at(other, date(2026, 9, 6)), folder


class Links(HTMLParser):
    """Every address that a page names, and every tag it has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[str] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.found += [value or "" for name, value in attrs if name in ("href", "src")]
        self.inline += [name for name, _value in attrs if name == "style" or name.startswith("on")]


def pages_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("index*.html"))


def test_all_funds_all_statements_and_every_file_are_linked(
    two_funds: tuple[Workspace, Workspace, Path],
) -> None:
    _one, _other, folder = two_funds
    assert {p.relative_to(folder).as_posix() for p in pages_of(folder)} == {
        f"{place}{name}" for place in ("", "shiqiao/", "yunling/") for name in PAGES
    }
    files = {p for p in folder.rglob("*") if p.is_file()} - set(pages_of(folder))
    for page in pages_of(folder):
        html = page.read_text("utf-8")
        links = Links(html)
        targets = {(page.parent / unquote(link)).resolve() for link in links.found}
        assert all(target.is_file() for target in targets)
        own = files if page.parent == folder else {f for f in files if page.parent in f.parents}
        assert own <= targets
        assert not [link for link in links.found if re.match(r"[a-z]+:|//|/", link)]
        assert "script" not in links.tags
        assert links.inline == []
        assert "default-src 'none'; style-src 'sha256-" in unescape(html)


def test_what_it_shows_is_what_the_statements_say(
    two_funds: tuple[Workspace, Workspace, Path],
) -> None:
    _one, _other, folder = two_funds
    zh = (folder / "index.html").read_text("utf-8")
    en = (folder / "index.en.html").read_text("utf-8")
    for wanted in ("2026年1月", "2026年第一季度", "2026年春季学期", "500.00", "1,734.56", "7.00"):
        assert wanted in zh
    for wanted in ("January 2026", "First quarter of 2026", "Spring term 2026", "1,734.56"):
        assert wanted in en
    for note in folder.rglob("checkpoint.txt"):
        body = "".join(note.read_text("utf-8").splitlines(keepends=True)[:3])
        assert checkpoints.fingerprint(body) in zh
        assert checkpoints.fingerprint(body) in en


def test_it_is_made_again_to_the_byte(two_funds: tuple[Workspace, Workspace, Path]) -> None:
    one, other, folder = two_funds
    for ws in (one, other):
        with ws.reading() as books:
            made = site(books, folder)
        assert {name: (folder / name).read_bytes() for name in made} == made


def test_files_that_others_add_are_linked_and_a_statement_elsewhere_is_said(
    two_funds: tuple[Workspace, Workspace, Path], tmp_path: Path
) -> None:
    one, _other, folder = two_funds
    place = next((folder / "shiqiao").glob("0001-*"))
    (place / "statement-zh.pdf").write_bytes(b"%PDF")
    (place / "年报 & 1.csv").write_bytes(b"a")
    with one.reading() as books:
        html = site(books, folder)["shiqiao/index.html"].decode()
        elsewhere = site(books, tmp_path / "elsewhere")["index.html"].decode()
    assert "公示（PDF，中文）" in html
    assert "0001-2026-01/%E5%B9%B4%E6%8A%A5%20%26%201.csv" in html
    assert "年报 &amp; 1.csv" in html
    assert elsewhere.count("文件不在这个文件夹里") == 3
    (place / "statement.json").write_bytes(b"{}")  # of other books: not the one that we know
    with one.reading() as books:
        assert "0001-2026-01" not in site(books, folder)["shiqiao/index.html"].decode()


@pytest.mark.parametrize("name", ["index.html", "shiqiao/index.en.html"])
def test_a_page_of_somebody_else_is_not_written_over(
    two_funds: tuple[Workspace, Workspace, Path], tmp_path: Path, name: str
) -> None:
    one, _other, _folder = two_funds
    own = tmp_path / "own"
    (own / "shiqiao").mkdir(parents=True)
    (own / name).write_text("<p>the school's own page</p>", "utf-8")
    with pytest.raises(BadInput, match="not a page that lovefund made"):
        publish(one, parse_period("2026-02"), own, languages=())
    assert (own / name).read_text("utf-8") == "<p>the school's own page</p>"
    with one.reading() as books:
        assert len(books.statements()) == 2
    (own / name).unlink()
    (own / name).symlink_to(tmp_path / "a.db")
    with pytest.raises(BadInput):
        refuse_site(own, "shiqiao")
    (own / name).unlink()
    put_out(one, "2026-02", own)
    put_out(one, "2026-03", own)


def test_a_fund_whose_keys_are_elsewhere_is_listed_by_its_short_name(
    two_funds: tuple[Workspace, Workspace, Path],
) -> None:
    one, other, folder = two_funds
    with other.reading() as books:
        assert books.keys is not None
        books.keys.path().unlink()
    with one.reading() as books:
        html = site(books, folder)["index.html"].decode()
    assert ">yunling</a>" in html
    assert "shiqiao爱心基金" in html
    assert "7.00" in html


def shelf(number: int, income: int, outlay: int, closing: int) -> Shelf:
    day = date(2026, 1, 1)
    return Shelf(
        number, "2026年1月", "January 2026", day, day, 0, income, outlay, 0, closing,
        "00000 " * 5 + "00000", "", (),
    )  # fmt: skip


def test_names_are_never_markup() -> None:
    fund = FundShelf("a", "<b>&\"' | <i>", "</style><script>", True, (shelf(1, 1, 1, 1),))
    for page in site_pages([fund]).values():
        assert set(Links(page.decode()).tags).isdisjoint({"b>", "i", "script"})
        assert b"<script" not in page
        assert b"&lt;" in page


def test_plots_are_to_scale_and_read_without_colour() -> None:
    rows = [(f"No. {n}", n * 100_000, 50_000) for n in range(1, 11)]
    svg = flows_svg(rows, "en", "a & b")
    assert "<title>a &amp; b</title>" in svg
    assert ">No. 2</text>" not in svg  # the newest eight
    bars = [
        tuple(map(int, bar))
        for bar in re.findall(r'<rect x="(\d+)" y="(\d+)" width="20" height="(\d+)"', svg)
    ]
    zero = int(re.findall(r'd="M0 (\d+)H', svg)[0])
    above = [height for _x, top, height in bars if top + height == zero]
    below = [height for _x, top, height in bars if top == zero]
    assert above == sorted(above)
    assert len(above) == len(below) == 8
    assert abs(above[-1] - 20 * below[0]) <= 20
    line = closings_svg([("No. 1", -5_00), ("No. 2", 10_00)], "zh", "t")
    (first_y, second_y) = (int(y) for y in re.findall(r'cy="(\d+)"', line))
    assert first_y > second_y
    assert "\u22125" in line
    assert closings_svg([("No. 1", 0)], "zh", "t")
    assert flows_svg([("No. 1", 0, 0)], "zh", "t").count("<rect") == 0


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (0, "0", "0"),
        (99, "0", "0"),
        (12_345_67, "12,345", "12,345"),
        (123_456_00, "12.3万", "123,456"),
        (-123_456_00, "\u221212.3万", "\u2212123,456"),
        (10**13, "1,000.0亿", "100,000.0M"),
    ],
)
def test_amounts_in_a_plot_are_short(fen: int, zh: str, en: str) -> None:
    assert (compact(fen, "zh"), compact(fen, "en")) == (zh, en)


@pytest.mark.parametrize("width", [320, 900])
def test_the_pages_open_in_a_browser_and_ask_for_nothing(
    chrome: Browser, two_funds: tuple[Workspace, Workspace, Path], width: int
) -> None:
    _one, _other, folder = two_funds
    for path in pages_of(folder):
        page = chrome.page(path.as_uri(), width)
        assert page.run("document.documentElement.scrollWidth") <= width
        assert page.run("getComputedStyle(document.querySelector('header')).backgroundColor") == (
            "rgb(23, 89, 74)"
        )
        assert len(page.happened("Network.requestWillBeSent")) == 1
        assert page.happened("Log.entryAdded") == []
