"""The books for the county's accounting centre: trial balance and journal by the school's codes."""

from __future__ import annotations

from collections.abc import Iterator

from lovefund.actions.export_journals import entries_of, eve
from lovefund.core.days import Period
from lovefund.core.kinds import KINDS
from lovefund.core.school_books import SchoolAccount, school_chart
from lovefund.publishing.workbook import Cell, Sheet
from lovefund.store.reading import Books

JOURNAL = (
    "编号 no", "凭证号 voucher", "入账日 on", "记录日 at", "类型 kind", "科目编码 code",
    "科目 account", "明细 detail", "用途 restriction", "借方 debit_fen", "贷方 credit_fen",
)  # fmt: skip
BALANCES = (
    "科目编码 code", "科目 account", "明细 detail", "Account", "期初 opening_fen", "借方 debit_fen",
    "贷方 credit_fen", "期末 closing_fen",
)  # fmt: skip


def journal_rows(books: Books, period: Period | None) -> Iterator[tuple[Cell, ...]]:
    """Two rows a posting, debit and credit, each with the entry that it comes from."""
    chart = school_chart()
    for entry in entries_of(books, period):
        head = (entry.no, entry.voucher, str(entry.on), str(entry.at), KINDS[entry.kind].zh)
        for debit, credit, restriction, fen in entry.postings:
            for code, sums in ((debit, (fen, 0)), (credit, (0, fen))):
                found = chart.account(books.chart[code], restriction)
                yield (*head, found.code, found.name_zh, found.detail_zh, restriction, *sums)


def balance_rows(books: Books, period: Period | None) -> Iterator[tuple[Cell, ...]]:
    """Each account of the school with its sums, and the total, which balances."""
    chart = school_chart()
    sums: dict[SchoolAccount, list[int]] = {}

    def of(code: str, restriction: str) -> list[int]:
        return sums.setdefault(chart.account(books.chart[code], restriction), [0, 0, 0])

    for m in books.balances(eve(period)) if period is not None else ():
        of(m.account, m.restriction)[0] += m.debit_fen - m.credit_fen
    for entry in entries_of(books, period):
        for debit, credit, restriction, fen in entry.postings:
            of(debit, restriction)[1] += fen
            of(credit, restriction)[2] += fen
    total = [0, 0, 0]
    for account, (opening, debit_fen, credit_fen) in sorted(sums.items()):
        if opening or debit_fen or credit_fen:
            total = [a + b for a, b in zip(total, (opening, debit_fen, credit_fen), strict=True)]
            closing = opening + debit_fen - credit_fen
            english = f"{account.name_en}, {account.detail_en}"
            yield (account.code, account.name_zh, account.detail_zh, english,
                   opening, debit_fen, credit_fen, closing)  # fmt: skip
    yield ("", "合计", "", "Total", *total, total[0] + total[1] - total[2])


def sheets(books: Books, period: Period | None) -> list[Sheet]:
    """Both as sheets of one workbook."""
    return [
        Sheet("科目余额 balances", BALANCES, balance_rows(books, period)),
        Sheet("序时账 journal", JOURNAL, journal_rows(books, period)),
    ]
