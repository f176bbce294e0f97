"""Draws a statement of some rows: ``python -m bench.pdf ours|plain ROWS FILE``.

``plain`` is what one would write without thinking twice: the same rows as one table in one
WeasyPrint document, in the same fonts.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from html import escape
from pathlib import Path

from bench.data import rows
from lovefund.money import yuan
from lovefund.publishing.render import font_faces, weasyprint
from lovefund.publishing.statement import statement_pdf, statement_volumes
from lovefund.publishing.view import EntryRow, Month, PlaceRow, PotRow, Share, Statement

_DAY = date(2026, 1, 1)


def view(count: int) -> Statement:
    """A statement of ``count`` gifts."""
    gifts = [r for r in rows(count * 2, 1) if r.gift][:count]
    total = sum(r.amount_fen for r in gifts)
    entries = tuple(
        EntryRow(
            n, f"记-2026-{n:04d}", _DAY + timedelta(days=n % 365), "donation", "捐款", "Donation",
            r.name, False, False, "教职工", "Staff", "银行存款", "Bank", "", "", "general", 0,
            r.amount_fen, 0, r.amount_fen, 0, "", f"{n * 7919 % 10**8:08d}",
        )
        for n, r in enumerate(gifts, 1)
    )  # fmt: skip
    pot = PotRow("general", "", False, 0, total, 0, total)
    return Statement(
        fund="school-01", fund_name="虚构爱心基金", school_name="虚构学校", practice=True, number=1,
        label_zh="2026年度", label_en="Year 2026", period_from=_DAY, period_to=date(2026, 12, 31),
        issued_on=date(2027, 1, 5), opening_fen=0, brought_forward_fen=0, income_fen=total,
        outlay_fen=0, transfer_fen=0, prior_year_fen=0, closing_fen=total, restricted_fen=0,
        income_goods_fen=0,
        outlay_goods_fen=0, income_count=count, outlay_count=0, donation_count=count, payable_fen=0,
        agency_fen=0, receivable_fen=0, bank_fen=total, cash_fen=0, wallet_fen=0, stock_fen=0,
        sources=(Share("410111", "教职工", "Staff", count, total),), programmes=(), pots=(pot,),
        agency=None, places=(PlaceRow("1002", "银行存款", "Bank", total),),
        months=tuple(Month(2026, m, total // 12, 0, True) for m in range(1, 13)), entries=entries,
        entry_count=count, size=count + 1, root_hex="0" * 64, fingerprint="00000 " * 5 + "00000",
        rulebook="", previous_number=0,
    )  # fmt: skip


def ours(count: int, target: Path) -> None:
    """As the program publishes it: one PDF, or volumes."""
    made = view(count)
    volumes = statement_volumes(made, "zh") or [("statement.pdf", statement_pdf(made, "zh"))]
    for name, pdf in volumes:
        target.with_name(f"{target.stem}-{name}").write_bytes(pdf)


def plain(count: int, target: Path) -> None:
    """The same rows as one plain table, by WeasyPrint as it comes."""
    cells = "".join(
        f"<tr><td>{r.voucher}</td><td>{r.on}</td><td>{escape(r.shown)}</td><td>{r.detail_zh}</td>"
        f"<td>{r.channel_zh}</td><td>{yuan(r.income_fen)}</td><td>{r.check_digits}</td></tr>"
        for r in view(count).entries
    )
    style = "table{width:100%;border-collapse:collapse} td{border:.4pt solid #ccc;padding:1mm}"
    html = (
        f"<html><head><style>{font_faces()} html{{font-family:'LF Sans SC';font-size:8pt}} {style}"
        f"</style></head><body><table>{cells}</table></body></html>"
    )
    weasyprint().HTML(string=html).write_pdf(target)


if __name__ == "__main__":
    way, count, file = sys.argv[1:]
    (ours if way == "ours" else plain)(int(count), Path(file))
