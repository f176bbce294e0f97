"""The books for the county's accounting centre: trial balance and journal by the school's codes."""

from __future__ import annotations

from collections.abc import Iterator

from lovefund.actions.export_journals import entries_of, eve
from lovefund.core.days import Period
from lovefund.core.kinds import KINDS
from lovefund.core.school_books import SchoolAccount, school_chart
from lovefund.publishing.workbook import Cell, Fen, Sheet
from lovefund.store.reading import Books

JOURNAL = (
    "编号 no", "凭证号 voucher", "入账日 on", "记录日 at", "类型 kind", "科目编码 code",
    "科目 account", "明细 detail", "用途 restriction", "借方 debit_yuan", "贷方 credit_yuan",
)  # fmt: skip
BALANCES = (
    "科目编码 code", "科目 account", "明细 detail", "Account", "期初 opening_yuan",
    "借方 debit_yuan", "贷方 credit_yuan", "期末 closing_yuan",
)  # fmt: skip


def journal_rows(books: Books, period: Period | None) -> Iterator[tuple[Cell, ...]]:
    """Two rows a posting, debit and credit, each with the entry that it comes from."""
    chart = school_chart()
    for entry in entries_of(books, period):
        head = (entry.no, entry.voucher, str(entry.on), str(entry.at), KINDS[entry.kind].zh)
        for debit, credit, restriction, fen in entry.postings:
            for code, sums in ((debit, (Fen(fen), Fen(0))), (credit, (Fen(0), Fen(fen)))):
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
            row = (opening, debit_fen, credit_fen, closing)
            yield (account.code, account.name_zh, account.detail_zh, english, *map(Fen, row))
    yield ("", "合计", "", "Total", *map(Fen, (*total, total[0] + total[1] - total[2])))


def sheets(books: Books, period: Period | None) -> list[Sheet]:
    """Both as sheets of one workbook."""
    balances = list(balance_rows(books, period))
    return [
        Sheet(
            "科目余额 balances", BALANCES, (14, 20, 28, 44, 16, 16, 16, 16), balances,
            frozenset({len(balances) - 1}),
        ),
        Sheet(
            "序时账 journal", JOURNAL, (8, 16, 12, 12, 16, 14, 20, 28, 14, 16, 16),
            list(journal_rows(books, period)),
        ),
    ]  # fmt: skip
