"""The same numbers for other hands: a CSV, a workbook, and a message for a chat.

They are made from the published lines, statement.json and the view, which hold nothing private.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lovefund.core.accounts import Chart
from lovefund.language import said
from lovefund.money import yuan
from lovefund.publishing.resources import texts
from lovefund.publishing.view import Statement
from lovefund.publishing.workbook import Cell, Fen, Sheet, decimal, workbook

#: What a spreadsheet takes for the beginning of a formula, full-width forms as well.
_FORMULA = tuple("=+-@\t\r＝＋－＠")

Row = tuple[object, ...]


def tables(view: Statement, proofs: Mapping[str, bytes], chart: Chart) -> dict[str, bytes]:
    """The faces that are no pages, by file name; the same statement gives the same bytes."""
    rows = list(_entries(view, proofs["entries.jsonl"], chart))
    statement = json.loads(proofs["statement.json"])
    return {
        "entries.csv": _csv(rows),
        "statement.xlsx": _workbook(view, statement, rows, chart),
        **{f"wechat-{language}.txt": _message(view, language) for language in ("zh", "en")},
    }


def _entries(view: Statement, log: bytes, chart: Chart) -> Iterator[Row]:
    """One row for each posting of the period's entries, and for each entry without one."""
    listed = {row.no: row for row in view.entries}
    for line in log.splitlines():
        entry = json.loads(line)
        row = listed.get(entry["no"])
        if row is None:
            continue
        days = (entry["on"], entry["at"])
        head: Row = (row.no, row.voucher, *days, entry["by"], row.kind, row.kind_zh, row.kind_en)
        tail: Row = (row.of if "of" in entry["facts"] else "", row.shown, row.check_digits)
        for debit, credit, restriction, fen in entry["postings"]:
            accounts = tuple(f"{code} {chart[code].label('zh')}" for code in (debit, credit))
            yield (*head, *accounts, restriction, fen, *tail)
        if not entry["postings"]:
            yield (*head, "", "", "", "", *tail)


_HEADS = (
    ("编号", "no"), ("凭证号", "voucher"), ("入账日", "on"), ("记录日", "at"), ("经办", "by"),
    ("类型", "kind"), ("类型（中）", "kind_zh"), ("类型（英）", "kind_en"), ("借方", "debit"),
    ("贷方", "credit"), ("用途", "restriction"), ("金额（元）", "amount_yuan"),
    ("指向编号", "of"), ("公示名", "shown"), ("校验码", "check_digits"),
)  # fmt: skip
_AMOUNT = [name for _zh, name in _HEADS].index("amount_yuan")


def _csv(rows: list[Row]) -> bytes:
    """UTF-8 with the mark by which Excel knows it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([f"{zh} {name}" for zh, name in _HEADS])
    for row in rows:
        writer.writerow(
            [
                decimal(cell) if at == _AMOUNT and isinstance(cell, int) else plain(cell)
                for at, cell in enumerate(row)
            ]
        )
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def plain(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula: a text that could be one is quoted."""
    return "'" + cell if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _workbook(view: Statement, statement: Any, rows: list[Row], chart: Chart) -> bytes:
    """Sheets of figures, balances and entries."""
    names = {language: _names(view, chart, language) for language in ("zh", "en")}
    figures: list[tuple[Cell, ...]] = [
        (names["zh"](id), names["en"](id), id) + ((None, value) if counts(terms) else (Fen(value),))
        for id, value, terms in statement["figures"]
    ]
    balances: list[tuple[Cell, ...]] = [
        (code, chart[code].label("zh"), chart[code].label("en"), restriction, *map(Fen, sums))
        for code, restriction, *sums in statement["balances"]
    ]
    entries: list[tuple[Cell, ...]] = [
        tuple(
            Fen(cell) if at == _AMOUNT and isinstance(cell, int)
            else cell if isinstance(cell, int) else str(cell)
            for at, cell in enumerate(row)
        )
        for row in rows
    ]  # fmt: skip
    return workbook(
        f"{said(view.fund_name, 'zh')} {view.label_zh}",
        view.issued_on,
        (
            Sheet("指标 figures", ("名称", "Name", "指标 id", "金额（元）yuan", "数目 count"),
                  (34, 40, 26, 20, 12), figures),
            Sheet("余额 balances", ("科目 account", "科目名称", "Name", "用途 restriction",
                  "期初 opening", "借方 debit", "贷方 credit", "期末 closing"),
                  (14, 34, 40, 18, 18, 18, 18, 18), balances),
            Sheet("账目 entries", tuple(f"{zh} {name}" for zh, name in _HEADS),
                  (8, 14, 12, 12, 8, 18, 14, 20, 30, 30, 14, 16, 10, 20, 12), entries),
        ),
    )  # fmt: skip


def counts(terms: list[list[Any]]) -> bool:
    """Whether a figure counts entries or pupils; others are fen."""
    return all(
        term[1] == "count" or (term[1].startswith("fact/") and not term[1].endswith("_fen"))
        for term in terms
    )


def _names(view: Statement, chart: Chart, language: str) -> Callable[[str], str]:
    """What a figure is called: its kind, and the account or purpose it is of."""
    words = texts(language)
    purposes = {pot.code: pot.title for pot in view.pots}

    def name(id: str) -> str:
        kind, _slash, code = id.partition("/")
        told = words["figures"].get(kind, kind)
        if not code:
            return str(told)
        if not kind.startswith("pot-"):
            return f"{told} · {chart[code].short(language)}"
        title = words["restrictions"].get(code, purposes.get(code, code))
        return f"{told} · {said(title, language)}"

    return name


def _message(view: Statement, language: str) -> bytes:
    """What fits a message: the identity, the restricted part, and how to check it."""
    w = texts(language)["wechat"]
    label = view.label_zh if language == "zh" else view.label_en
    terms = [w["opening"].format(amount=yuan(view.opening_fen))]
    terms.append(w["income"].format(amount=yuan(view.income_fen)))
    terms.append(w["outlay"].format(amount=yuan(view.outlay_fen)))
    for key, fen in (("transfers", view.transfer_fen), ("prior_year", view.prior_year_fen)):
        if fen:
            terms.append(w[key].format(sign="+" if fen > 0 else "−", amount=yuan(abs(fen))))
    terms.append(w["closing"].format(amount=yuan(view.closing_fen)))
    rows = [
        w["practice"] if view.practice else "",
        w["title"].format(fund=said(view.fund_name, language), label=label, number=view.number),
        "\n".join(terms),
        w["restricted"].format(amount=yuan(view.restricted_fen)),
        w["gifts"].format(count=f"{view.donation_count:,}"),
        w["fingerprint"].format(fingerprint=view.fingerprint),
        w["how"],
    ]
    return ("\n".join(row for row in rows if row) + "\n").encode()
