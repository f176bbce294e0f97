"""The statement: its sums, its first page, its length, and what it never shows."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import date
from pathlib import Path

import pikepdf
import pytest

from histories import DONOR, closed_history
from lovefund.actions import receive, restrictions, spend
from lovefund.actions.bulk import Gift, donate_many
from lovefund.actions.officers import Appointment, appoint
from lovefund.actions.publish import Published, publish
from lovefund.actions.workspace import Workspace
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.core.entries import Posting
from lovefund.core.figures import Term, Totals, evaluate
from lovefund.core.grants import Recipient
from lovefund.core.names import PublicName
from lovefund.core.officers import key_text
from lovefund.errors import MachineLacks, Refused
from lovefund.log.signatures import Signer
from world import at, new_books, new_fund

LANGUAGES = ("zh", "en")


def text_of(path: Path, *options: str) -> str:
    command = ["pdftotext", *options, str(path), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def first_page(path: Path) -> str:
    return text_of(path).split("\f")[0]


def school(place: Path, gifts: int, name: str = "张三丰") -> Workspace:
    ws = new_fund(new_books(str(place)), on=date(2026, 1, 1))
    rows = [
        Gift(n, date(2026, 1, 2 + n % 28), 1_000, "bank", "staff",
             Donor(name, PublicName.REAL), "general")
        for n in range(gifts)
    ]  # fmt: skip
    donate_many(at(ws, date(2026, 2, 1)), "0" * 64, rows)
    return at(ws, date(2026, 2, 1))


def face(done: Published, language: str) -> Path:
    return next(p for p in done.files if p.name == f"statement-{language}.pdf")


@pytest.mark.parametrize("gifts", [0, 1, 300])
def test_page_one_is_complete_and_one_page(tmp_path: Path, gifts: int) -> None:
    ws = school(tmp_path / "a.db", gifts)
    done = publish(ws, parse_period("2026-01"), tmp_path)
    for language in LANGUAGES:
        page = first_page(face(done, language))
        total = f"{gifts * 10:,}.00"
        assert total in page
        assert ("经办" if language == "zh" else "Prepared") in page
        assert ("盖章" if language == "zh" else "Seal") in page
        assert done.statement.fingerprint.split(" ")[0] in page


def test_every_entry_stands_in_the_annex(tmp_path: Path) -> None:
    ws = closed_history(tmp_path, 4)
    done = publish(ws, parse_period("2026"), tmp_path)
    text = text_of(face(done, "zh"))
    with ws.reading() as books:
        wanted = [e for e in books.entries(date(2026, 1, 1), date(2026, 12, 31)) if e.voucher]
    assert len(wanted) > 10
    for entry in wanted:
        assert entry.voucher in text


def test_what_is_sealed_is_in_no_published_byte(tmp_path: Path) -> None:
    ws = school(tmp_path / "a.db", 3, "")
    receive.donate(ws, date(2026, 1, 5), 500, "bank", "staff",
                   Donor(DONOR, PublicName.MASKED, contact="13812345678"))  # fmt: skip
    spend.pay_grants(ws, date(2026, 1, 6), (Recipient("L7788", "监护人李奶奶", 500, "学生甲乙"),),
                     "bank")  # fmt: skip
    done = publish(ws, parse_period("2026-01"), tmp_path / "out")
    for path in done.files:
        content = path.read_bytes()
        shown = content.decode("utf-8", "replace")
        if path.suffix == ".pdf":
            with pikepdf.open(path) as pdf:
                shown = text_of(path) + str(pdf.docinfo) + str(pdf.open_metadata())
        for secret in (DONOR, "13812345678", "L7788", "李奶奶", "学生甲乙"):
            assert secret not in shown, (path, secret)
    assert "司徒＊" in text_of(face(done, "zh"))


def test_hostile_names_are_text(tmp_path: Path) -> None:
    name = '<img src="file:///etc/passwd">&amp;{{7*7}}'
    ws = school(tmp_path / "a.db", 1, name)
    done = publish(ws, parse_period("2026-01"), tmp_path)
    text = re.sub(r"\s", "", text_of(face(done, "zh"), "-raw"))
    assert name.replace(" ", "") in text
    assert "root:" not in text


def test_a_missing_glyph_stops_the_publication_and_books_nothing(tmp_path: Path) -> None:
    ws = school(tmp_path / "a.db", 1, "王\U00031350")
    with pytest.raises(MachineLacks) as lacking:
        publish(ws, parse_period("2026-01"), tmp_path / "out")
    assert "U+31350" in lacking.value.what()
    assert "记-2026-0001" in lacking.value.where()
    assert not list((tmp_path / "out").rglob("*.pdf"))
    with ws.reading() as books:
        assert books.head().size == 2
        assert books.statements() == []


def test_the_same_books_give_the_same_bytes(tmp_path: Path) -> None:
    ws = school(tmp_path / "a.db", 5)
    from lovefund.actions.figures import numbers, statement_view
    from lovefund.publishing.statement import statement_pdf

    period = parse_period("2026-01")
    with ws.reading() as books:
        found = numbers(books, period.day_from, period.day_to)
        view = statement_view(books, period, found, 1, date(2026, 2, 1), "1" * 30, 6, b"\0" * 32)
    assert statement_pdf(view, "zh") == statement_pdf(view, "zh")


def test_a_long_annex_is_published_in_volumes(tmp_path: Path) -> None:
    ws = school(tmp_path / "a.db", 1_250)
    done = publish(ws, parse_period("2026-01"), tmp_path, languages=("zh",))
    volumes = [p for p in done.files if p.suffix == ".pdf"]
    assert [p.name for p in volumes] == [f"statement-zh-0{n}-of-03.pdf" for n in (1, 2, 3)]
    vouchers = [v for p in volumes[1:] for v in re.findall(r"记-2026-\d{4}", text_of(p))]
    assert len(vouchers) == len(set(vouchers)) == 1_250
    assert "12,500.00" in first_page(volumes[0])
    assert "12,500.00" in text_of(volumes[2])


def test_publishing_closes_the_books(tmp_path: Path) -> None:
    ws = school(tmp_path / "a.db", 1)
    publish(ws, parse_period("2026-01"), tmp_path)
    with pytest.raises(Refused) as refused:
        receive.donate(ws, date(2026, 1, 31), 5, "bank", "staff", Donor())
    assert "lovefund correct" in refused.value.remedy()


def test_figures_are_their_terms(tmp_path: Path) -> None:
    """Every figure of statement.json is rebuilt from its terms and the entries alone."""
    ws = closed_history(tmp_path, 5)
    done = publish(ws, parse_period("2026"), tmp_path)
    content = json.loads(
        next(p for p in done.files if p.name == "statement.json").read_text("ascii")
    )
    with ws.reading() as books:
        entries = tuple(books.entries(date(2026, 1, 1), date(2026, 12, 31)))
    defined = {name: [Term(*t) for t in terms] for name, _value, terms in content["figures"]}
    again = {f.id: f.value for f in evaluate(defined, Totals({}, entries))}
    assert again == {name: value for name, value, _terms in content["figures"]}
    values = {name: value for name, value, _t in content["figures"]}
    assert (
        values["opening"]
        + values["income"]
        - values["outlay"]
        + values["transfers"]
        + values["prior-year"]
        == values["closing"]
    )
    assert values["closing"] + values["payable"] + values["agency"] - values["receivable"] == (
        values["bank"] + values["cash"] + values["wallets"] + values["stock"]
    )
    red = entries[5]
    changed = [*entries[:5], *entries[6:]]
    assert red.postings
    wrong = {f.id: f.value for f in evaluate(defined, Totals({}, tuple(changed)))}
    assert wrong != values


def test_brought_forward_is_shown_as_unproved(tmp_path: Path) -> None:
    from lovefund.actions.open_fund import bring_forward
    from lovefund.core.opening import OpeningBalance

    ws = new_fund(new_books(str(tmp_path / "a.db")), on=date(2026, 1, 1))
    bring_forward(ws, date(2026, 1, 1), (OpeningBalance("bank", "general", 900_000),))
    done = publish(at(ws, date(2026, 2, 1)), parse_period("2026-01"), tmp_path)
    assert done.statement.brought_forward_fen == done.statement.opening_fen == 900_000
    assert done.statement.closing_fen == 900_000
    (general,) = done.statement.pots
    assert (general.opening_fen, general.inflow_fen, general.closing_fen) == (900_000, 0, 900_000)
    assert "9,000.00" in first_page(face(done, "zh"))
    assert "未经" in first_page(face(done, "zh"))


def test_a_statement_says_whether_decisions_are_signed_and_who_stands_in(tmp_path: Path) -> None:
    ws = school(tmp_path / "a.db", 1)
    unsigned = publish(ws, parse_period("2026-01"), tmp_path)
    assert "审批未签名" in re.sub(r"\s", "", first_page(face(unsigned, "zh")))
    key = key_text(Signer(b"1" * 32).public)
    for who in (
        Appointment("O5", ("checker",), "某甲（虚构）"),
        Appointment("O1", ("chair",), "某乙（虚构）", key=key),
    ):
        appoint(ws, date(2026, 2, 1), who)
    done = publish(at(ws, date(2026, 3, 1)), parse_period("2026-02"), tmp_path)
    page = re.sub(r"\s", "", first_page(face(done, "zh")))
    assert "第4号之后审批均签名" in page
    assert "校外复核1人把关。" in page
    assert "Outside checkers stand in: 1." in re.sub(r"\s+", " ", first_page(face(done, "en")))


def test_many_restrictions_and_programmes_still_fit_one_page(tmp_path: Path) -> None:
    ws = school(tmp_path / "a.db", 1)
    with ws.reading() as books:
        programmes = list(books.chart.choices("programme:"))
        sources = list(books.chart.choices("source:"))
    for source in sources:
        receive.donate(ws, date(2026, 1, 3), 99_999_99, "bank", source, Donor())
    for programme in programmes:
        spend.pay_outlay(ws, date(2026, 1, 4), 1_00, "bank", programme)
    for n in range(4):
        restrictions.open_restriction(ws, date(2026, 1, 1), f"pot-{n}", f"某某某某专项用途{n}",
                                      ("home",), f"XY-{n}")  # fmt: skip
        receive.donate(ws, date(2026, 1, 3), 5_00, "cash", "staff", Donor(), f"pot-{n}")
    done = publish(ws, parse_period("2026-01"), tmp_path)
    for language in LANGUAGES:
        assert ("经办" if language == "zh" else "Prepared") in first_page(face(done, language))


def test_postings_have_no_place_for_a_name() -> None:
    assert Posting._fields == ("debit", "credit", "restriction", "amount_fen")
