"""The phone page of real books, in a browser: what a parent sees, types and hears."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import http.server
import json
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from browser import Browser, Page
from lovefund.actions import mend, receive, spend
from lovefund.actions.bulk import Gift, donate_many
from lovefund.actions.bundle import fund_key
from lovefund.actions.page import PAGE, with_page
from lovefund.actions.publish import publish
from lovefund.actions.tracing import traced
from lovefund.actions.workspace import Workspace
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.core.grants import Recipient
from lovefund.core.names import PublicName
from lovefund.log import checkpoints, tree
from lovefund.publishing import statement
from lovefund.publishing.page import CARRIED
from lovefund.publishing.web import inner_json
from world import at, new_books, new_fund

#: A name that would be a script, were it ever taken for markup.
HOSTILE = "<img src=x onerror=alert(1)>"
SETTLED = "new Promise((r) => setTimeout(r, 250))"


@dataclass(frozen=True, slots=True)
class School:
    """A school with two published statements, and what its donor holds."""

    ws: Workspace
    folder: Path
    statement: Path
    code: str
    key: str

    @property
    def page(self) -> str:
        """The page of the second statement."""
        return (self.statement / PAGE).as_uri()


def put_out(ws: Workspace, period: str, folder: Path) -> Path:
    """A statement with its page and without PDF."""
    done = publish(ws, parse_period(period), folder, languages=())
    place = done.files[0].parent
    bundle = {path.name: path.read_bytes() for path in place.iterdir()}
    with ws.reading() as books:
        _view, page = with_page(books, done.statement, bundle)
    (place / PAGE).write_bytes(page[PAGE])
    return place


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    folder = tmp_path_factory.mktemp("school")
    ws = new_fund(new_books(str(folder / "a.db")), today=date(2026, 2, 5))
    donor = Donor("张三丰", PublicName.MASKED, phrase="青山")
    day = date(2026, 1, 3)
    receive.donate(ws, day, 20_000, "bank", "staff", Donor(HOSTILE, PublicName.REAL))
    put_out(ws, "2026-01", folder / "published")
    ws = at(ws, date(2026, 3, 2))
    day = date(2026, 2, 6)
    posted = receive.donate(ws, day, 50_000, "bank", "staff", donor)
    receive.donate(ws, day, 1_000, "bank", "staff", Donor(HOSTILE, PublicName.REAL))
    spend.pay_grants(ws, day, (Recipient("L1", "监护人", 30_000),), "bank")
    mend.correct(ws, posted.no, day, mend.Changes(amount_fen=45_000), "写错了")
    place = put_out(ws, "2026-02", folder / "published")
    with ws.reading() as books:
        return School(ws, folder / "published", place, posted.codes[0], fund_key(books))


def opened(chrome: Browser, address: str, language: str = "zh-CN", width: int = 360) -> Page:
    page = chrome.page(width=width, language=language)
    page.open(address)
    page.run(SETTLED)
    return page


def told(page: Page, id: str) -> str:
    text: str = page.run(f"document.getElementById('{id}').innerText")
    return text


def quiet(page: Page) -> None:
    """One request, the page itself; nothing blocked, nothing thrown."""
    assert len(page.happened("Network.requestWillBeSent")) == 1
    assert page.happened("Log.entryAdded") == []
    assert page.happened("Runtime.exceptionThrown") == []
    assert page.happened("Page.javascriptDialogOpening") == []


# -- where it works -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Server:
    """A plain server on this machine: its port, and every path that it was asked for."""

    port: int
    asked: list[str]


@contextlib.contextmanager
def served(folder: Path) -> Iterator[Server]:
    """A server that carries a folder and says nothing."""
    asked: list[str] = []

    class Silent(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_arguments: object) -> None:
            asked.append(self.path)

    handler = functools.partial(Silent, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Server(server.server_address[1], asked)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_it_holds_from_a_file_and_from_any_server(chrome: Browser, school: School) -> None:
    with served(school.statement) as server:
        for address, secure in (
            (school.page, True),
            (f"http://127.0.0.1:{server.port}/{PAGE}", True),
            (f"http://school.example:{server.port}/{PAGE}", False),  # no crypto.subtle there
        ):
            page = opened(chrome, address)
            assert told(page, "verdict") == "前后一致"
            assert page.run("isSecureContext") is secure
            quiet(page)


def test_it_needs_nothing_of_the_browser_s_own_cryptography(school: School) -> None:
    html = (school.statement / PAGE).read_text("utf-8")
    scripts = "".join(re.findall(r"<script>(.*?)</script>", html, re.S))
    assert not re.findall(r"crypto\.|fetch\(|XMLHttpRequest|import\(|eval\(|innerHTML", scripts)


def test_both_languages_say_what_verify_py_says(chrome: Browser, school: School) -> None:
    page = opened(chrome, school.page, "en-GB")
    assert told(page, "verdict") == "It is consistent in itself"
    assert "that is not “verified”" in told(page, "said")
    assert page.run("document.documentElement.lang") == "en"
    assert "Closing net assets\t360.00" in told(page, "figures")
    assert "The opening rests on statement 1" in told(page, "notes")
    page.run("document.getElementById('language').click()")
    assert told(page, "verdict") == "前后一致"
    assert "只能说前后一致，不能说已核实" in told(page, "said")
    assert page.run("document.documentElement.lang") == "zh"
    everything = page.run("document.body.innerText")
    assert "undefined" not in everything
    assert "{}" not in everything


def test_without_scripts_it_says_that_nothing_was_checked(chrome: Browser, school: School) -> None:
    page = chrome.page()
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    page.call("Page.navigate", url=school.page)
    while page.run("document.readyState + location.protocol") != "completefile:":
        time.sleep(0.05)
    said = page.run("document.body.innerText")
    assert "什么也没有核对" in said
    assert "Nothing was checked" in said
    assert "前后一致" not in said


# -- what a parent does -------------------------------------------------------------------------


def typed(page: Page, id: str, text: str) -> None:
    """Type into a field, reached with the Tab key alone."""
    for _each in range(30):
        if page.run("document.activeElement.id") == id:
            page.write(text)
            return
        page.press("Tab", code=9)
    raise AssertionError(f"the keyboard does not reach {id}")


def test_a_donor_finds_the_gift_with_the_keyboard_alone(chrome: Browser, school: School) -> None:
    page = opened(chrome, school.page)
    typed(page, "code", school.code.lower().replace("-", " "))
    typed(page, "name", "张三丰")
    typed(page, "phrase", "青山")
    page.press("Enter", "\r", 13)
    found = told(page, "found")
    assert "您的收据在账里" in found
    assert "500.00" in found
    assert "张＊＊" in found
    assert "银行存款 ← " in found
    assert "后来有一笔指向它" in found
    assert "−50.00" in found or "450.00" in found
    page.run("document.getElementById('language').click()")
    assert "Your receipt is in the books" in told(page, "found")
    quiet(page)


@pytest.mark.parametrize(
    ("language", "answer", "waits", "since"),
    [
        (
            "zh-CN",
            "您的 450.00：资助 100.00（1 笔），未用 350.00。",
            "未用：非限定",
            "此前的结余先用",
        ),
        ("en-GB", "Your 450.00: 100.00 in one grant, 350.00 waiting.", "waiting: ", "used first"),
    ],
)
def test_a_donor_is_told_what_became_of_the_gift(
    chrome: Browser, school: School, language: str, answer: str, waits: str, since: str
) -> None:
    """200.00 of an earlier period went first; the grant was 300.00."""
    page = opened(chrome, school.page, language)
    submit = "document.getElementById('find-form').requestSubmit()"
    fields = {"code": school.code, "name": "张三丰", "phrase": "青山"}
    page.run(
        "".join(
            f"document.getElementById('{k}').value = {json.dumps(v)};" for k, v in fields.items()
        )
        + submit
    )
    found = told(page, "found")
    assert answer in found
    assert waits in found
    assert since in found
    assert "500.00" in found  # the receipt
    with school.ws.reading() as books:
        right = traced(books, 3)
    assert (right.amount_fen, right.granted_fen, right.waiting_fen) == (45_000, 10_000, 35_000)
    assert page.run("document.documentElement.scrollWidth") <= 360
    quiet(page)


@pytest.mark.parametrize(
    ("code", "name", "said"),
    [
        ("{}", "李四", "不是以这个姓名和口令开出的"),
        ("{}0", "张三丰", "收据码有三十个字符"),
        ("swapped", "张三丰", "收据码抄错了"),
    ],
)
def test_a_wrong_receipt_is_refused_with_the_reason(
    chrome: Browser, school: School, code: str, name: str, said: str
) -> None:
    c = school.code.replace("-", "")
    at_swap = next(i for i in range(8, 29) if c[i] != c[i + 1])
    swapped = c[:at_swap] + c[at_swap + 1] + c[at_swap] + c[at_swap + 2 :]
    page = opened(chrome, school.page)
    typed(page, "code", swapped if code == "swapped" else code.format(school.code))
    typed(page, "name", name)
    page.press("Enter", "\r", 13)
    assert said in told(page, "found")


def test_verified_is_said_only_under_a_key_that_was_given(chrome: Browser, school: School) -> None:
    page = opened(chrome, school.page)
    assert "已核实" not in told(page, "result").replace("不能说已核实", "")
    submit = "document.getElementById('keys-form').requestSubmit()"
    page.run(f"document.getElementById('keys').value = {json.dumps(school.key)}; {submit}")
    assert told(page, "verdict") == "前后一致，签名已核实"
    assert "已核实签名：lovefund/shiqiao" in told(page, "signed")
    from proofs.forge import FUND_KEY

    page.run(f"document.getElementById('keys').value = {json.dumps(FUND_KEY)}; {submit}")
    assert told(page, "verdict") == "不对"
    assert "没有所给公钥的签名" in told(page, "signed")
    page.run(f"document.getElementById('keys').value = 'no+key'; {submit}")
    assert "这不是一把公钥" in told(page, "signed")
    assert told(page, "verdict") == "前后一致"


def test_a_fingerprint_is_compared(chrome: Browser, school: School) -> None:
    page = opened(chrome, school.page)
    last, earlier = told(page, "fingerprint"), first_fingerprint(chrome, school)
    for held, said in (
        (last, "正是本期报表的指纹"),
        (last.replace(" ", ""), "正是本期报表的指纹"),
        (earlier, "历史没有被改动"),
        ("1" * 30, "另一段历史"),
        ("123", "您输入了 3 位"),
    ):
        page.run(
            f"document.getElementById('held').value = {json.dumps(held)};"
            "document.getElementById('compare-form').requestSubmit()"
        )
        assert said in told(page, "compared"), held


def first_fingerprint(chrome: Browser, school: School) -> str:
    place = next((school.folder / "shiqiao").glob("0001-*"))
    return told(opened(chrome, (place / PAGE).as_uri()), "fingerprint")


def test_every_figure_can_be_linked_to(chrome: Browser, school: School) -> None:
    statement = json.loads((school.statement / "statement.json").read_bytes())
    page = opened(chrome, f"{school.page}#donations")
    ids = page.run("[...document.getElementById('every').children].map((row) => row.id)")
    assert ids == [name for name, _value, _terms in statement["figures"]]
    assert page.run("new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size") == (
        page.run("document.querySelectorAll('[id]').length")
    )
    assert page.run("document.getElementById('all').open")
    top = page.run("document.getElementById('donations').getBoundingClientRect().top")
    assert 0 <= top < 740
    assert page.run("document.getElementById('donations').innerText") == "donations\t2"
    assert page.run("document.getElementById('income').innerText") == "income\t460.00"


def reforged(
    school: School, folder: Path, change: Callable[[dict[str, bytes]], None], *twin: str
) -> str:
    """The address of a page whose bundle was changed and made to fit; ``twin`` is a guard and what
    stands in its place."""
    bundle = {p.name: p.read_bytes() for p in school.statement.iterdir() if p.name in CARRIED}
    old = hashlib.sha256(bundle["statement.json"]).hexdigest()
    change(bundle)
    new = hashlib.sha256(bundle["statement.json"]).hexdigest()
    bundle["entries.jsonl"] = bundle["entries.jsonl"].replace(old.encode(), new.encode())
    first = json.loads(bundle["statement.json"])["first"]
    start = [bytes.fromhex(h) for h in json.loads(bundle["frontier.json"])]
    frontier = tree.Frontier.from_hashes(first, start)
    for line in bundle["entries.jsonl"].splitlines():
        frontier.push(tree.leaf(line))
    body = checkpoints.body("shiqiao", frontier.size, frontier.root())
    bundle["checkpoint.txt"] = body.encode()
    carried = inner_json({name: content.decode() for name, content in bundle.items()})
    html = (school.statement / PAGE).read_text("utf-8")
    forged = re.sub(
        r'(<script type="application/json" id="bundle">).*?(</script>)',
        lambda found: found[1] + carried + found[2], html, flags=re.S,
    )  # fmt: skip
    if twin:
        assert forged.count(twin[0]) == 1
        forged = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", forged)
        forged = forged.replace(*twin)
    (folder / PAGE).write_text(forged, "utf-8", newline="")
    return (folder / PAGE).as_uri()


TWO = pytest.mark.parametrize("guarded", [True, False], ids=["the page", "the twin without"])


@TWO
def test_no_figure_takes_the_place_of_a_part_of_the_page(
    chrome: Browser, school: School, tmp_path: Path, guarded: bool
) -> None:
    """A figure may have any id: one called as a list further down would hide that list."""

    def change(bundle: dict[str, bytes]) -> None:
        assert b'"agency"' in bundle["statement.json"]
        bundle["statement.json"] = bundle["statement.json"].replace(b'"agency"', b'"notes"')

    twin = () if guarded else ("if ($(id) === null) row.id", "row.id")
    page = opened(chrome, reforged(school, tmp_path, change, *twin))
    assert told(page, "verdict") == "前后一致"
    for _each in range(2):  # and again in the other language
        notes = "document.getElementById('notes').closest('#worth') !== null"
        assert page.run(notes) is guarded
        assert page.run("document.getElementById('income').tagName") == "TR"
        page.run("document.getElementById('language').click()")


@TWO
def test_an_unknown_kind_is_called_by_its_code(
    chrome: Browser, school: School, tmp_path: Path, guarded: bool
) -> None:
    """Also one that is called as something that every object in a browser has."""

    def change(bundle: dict[str, bytes]) -> None:
        assert b'"kind":"correction"' in bundle["entries.jsonl"]
        for name in ("entries.jsonl", "statement.json"):
            bundle[name] = bundle[name].replace(b'"correction"', b'"constructor"')

    twin = () if guarded else ("own(words[kind], code) ?", "words[kind][code] ?")
    page = opened(chrome, reforged(school, tmp_path, change, *twin))
    assert told(page, "verdict") == "前后一致"
    assert ("constructor" in told(page, "notes")) is guarded
    assert ("undefined" in told(page, "notes")) is not guarded


def test_a_screen_reader_hears_every_field_and_result(chrome: Browser, school: School) -> None:
    page = opened(chrome, school.page)
    page.call("Accessibility.enable")
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    heard = [
        (n["role"]["value"], n.get("name", {}).get("value", ""))
        for n in nodes
        if not n.get("ignored") and "role" in n
    ]
    for role in ("textbox", "button", "region", "heading", "rowheader"):
        named = [name for kind, name in heard if kind == role]
        assert named, role
        assert all(named), role
    assert [kind for kind, _name in heard].count("status") == 4
    assert len([1 for kind, _name in heard if kind == "heading"]) >= 8
    assert ("banner", "") in heard
    assert ("main", "") in heard


@pytest.mark.parametrize("width", [320, 360, 900])
@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_nothing_is_wider_than_the_screen(
    chrome: Browser, school: School, width: int, language: str
) -> None:
    page = opened(chrome, school.page, language, width)
    submit = "document.getElementById('find-form').requestSubmit()"
    page.run(f"document.getElementById('code').value = {json.dumps(school.code)}; {submit}")
    assert page.run("document.documentElement.scrollWidth") <= width


# -- what it refuses to do ----------------------------------------------------------------------


def altered(school: School, folder: Path, old: str, new: str) -> str:
    """The address of the page with a text in it replaced."""
    html = (school.statement / PAGE).read_text("utf-8")
    assert html.count(old) >= 1
    path = folder / PAGE
    path.write_text(html.replace(old, new, 1), "utf-8", newline="")
    return path.as_uri()


def test_names_are_never_markup(chrome: Browser, school: School) -> None:
    page = opened(chrome, school.page)
    assert page.run("document.querySelectorAll('img').length") == 0
    assert HOSTILE not in (school.statement / PAGE).read_text("utf-8")
    quiet(page)


def test_an_amount_changed_inside_the_page_is_refused(
    chrome: Browser, school: School, tmp_path: Path
) -> None:
    page = opened(chrome, altered(school, tmp_path, '\\"general\\",50000]', '\\"general\\",40000]'))
    assert told(page, "verdict") == "不对"
    assert "不符" in told(page, "steps")
    assert "与分录不符" in told(page, "said")
    assert page.run("document.getElementById('find').hidden")


def test_a_script_that_was_touched_does_not_run(
    chrome: Browser, school: School, tmp_path: Path
) -> None:
    page = opened(chrome, altered(school, tmp_path, "function need(", "function  need("))
    assert told(page, "verdict") == ""
    assert page.happened("Log.entryAdded")


EVIL = """<img src="http://school.example:PORT/img">
<link rel="stylesheet" href="http://school.example:PORT/css">
<script>document.body.id = "owned"; fetch("http://school.example:PORT/fetch")</script>
<script src="http://school.example:PORT/script"></script></main>"""


@pytest.mark.parametrize("policy", [True, False], ids=["with its policy", "the twin without"])
def test_whatever_is_put_into_the_page_is_not_fetched_and_does_not_run(
    chrome: Browser, school: School, tmp_path: Path, policy: bool
) -> None:
    html = (school.statement / PAGE).read_text("utf-8")
    if not policy:
        html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    with served(tmp_path) as server:
        spoilt = html.replace("</main>", EVIL.replace("PORT", str(server.port)))
        (tmp_path / PAGE).write_text(spoilt, "utf-8", newline="")
        page = opened(chrome, f"http://school.example:{server.port}/{PAGE}")
        assert told(page, "verdict") == "前后一致"
        assert (page.run("document.body.id") == "owned") is not policy
        fetched = {path for path in server.asked if path != f"/{PAGE}" and "favicon" not in path}
        assert fetched == (set() if policy else {"/img", "/css", "/fetch", "/script"})


# -- what the paper says of it ------------------------------------------------------------------


def test_its_hash_is_printed_and_it_is_made_again_to_the_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statement, "DENSITIES", statement.DENSITIES[:1])
    ws = new_fund(new_books(str(tmp_path / "a.db")), today=date(2026, 2, 5))
    receive.donate(ws, date(2026, 1, 3), 50_000, "bank", "staff", Donor())
    done = publish(ws, parse_period("2026-01"), tmp_path / "out", languages=("zh",))
    place = done.files[0].parent
    page = (place / PAGE).read_bytes()
    shown = subprocess.run(
        ["pdftotext", place / "statement-zh.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    assert hashlib.sha256(page).hexdigest() in re.sub(r"\s", "", shown)
    ws = at(ws, date(2026, 3, 5))
    receive.donate(ws, date(2026, 2, 9), 7_000, "wechat", "alumni", Donor())
    files = {p.name: p.read_bytes() for p in place.iterdir()}
    with ws.reading() as books:
        again, made = with_page(books, done.statement, files)
    assert made[PAGE] == page
    assert again.page_sha256 == hashlib.sha256(page).hexdigest()


# -- how long it takes --------------------------------------------------------------------------


def large(folder: Path, count: int) -> str:
    """The page of a fund with so many gifts in one month."""
    ws = new_fund(new_books(str(folder / "a.db")), today=date(2026, 2, 5))
    gifts = [
        Gift(n, date(2026, 1, 2) + timedelta(days=n % 29), 100 + n, "bank", "staff",
             Donor(f"虚构{n}", PublicName.REAL), "general")
        for n in range(count)
    ]  # fmt: skip
    donate_many(ws, "0" * 64, gifts)
    return (put_out(ws, "2026-01", folder / "published") / PAGE).as_uri()


def seconds_of(chrome: Browser, address: str, count: int) -> float:
    """The processor's time for loading and checking a page: other work on the machine counts not.

    The least of three runs.
    """
    found = []
    for _each in range(3):
        page = chrome.page(language="en-GB")
        page.call("Performance.enable", timeDomain="threadTicks")
        page.open(address)
        while told(page, "took") == "":
            time.sleep(0.1)
        assert told(page, "verdict") == "It is consistent in itself"
        assert f"{count + 2:,} entries" in told(page, "steps")
        metrics = page.call("Performance.getMetrics")["metrics"]
        found += [m["value"] for m in metrics if m["name"] == "TaskDuration"]
    return min(found)


def test_ten_thousand_entries_are_checked_within_a_second(chrome: Browser, tmp_path: Path) -> None:
    assert seconds_of(chrome, large(tmp_path, 10_000), 10_000) < 1
