"""The auditor's kit: what each sheet of its workbook is called and what stands in its columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lovefund.publishing.workbook import Cell, Sheet

Row = tuple[Cell, ...]


class Layout(NamedTuple):
    """A sheet's name and its heads with their widths in characters."""

    name: str
    heads: tuple[tuple[str, int], ...]


_ENTRY = (("编号 no", 8), ("凭证号 voucher", 15), ("入账日 on", 12))
_MONEY = (("期初 opening", 16), ("借方 debit", 16), ("贷方 credit", 16), ("期末 closing", 16))
_ACCOUNT = (("科目 account", 12), ("科目名称", 30), ("Name", 34))

LAYOUTS: dict[str, Layout] = {
    "about": Layout("说明 about", (("项目", 26), ("Item", 30), ("内容 value", 90))),
    "trial": Layout(
        "科目余额表 trial balance", (*_ACCOUNT, ("用途 restriction", 18), *_MONEY)
    ),
    "general": Layout(
        "总账 general ledger", (*_ACCOUNT, ("月份 month", 12), *_MONEY)
    ),
    "ledger": Layout(
        "明细账 sub-ledgers",
        (
            ("科目 account", 12),
            ("科目名称 name", 34),
            ("用途 restriction", 18),
            *_ENTRY,
            ("类型 kind", 26),
            ("对方科目 other side", 34),
            ("借方 debit", 16),
            ("贷方 credit", 16),
            ("余额 balance", 16),
        ),
    ),
    "journal": Layout(
        "序时账 journal",
        (
            *_ENTRY,
            ("记录日 at", 12),
            ("经办 by", 10),
            ("类型 kind", 26),
            ("借方 debit", 34),
            ("贷方 credit", 34),
            ("用途 restriction", 18),
            ("金额 amount", 16),
            ("指向 of", 8),
            ("附件张数 papers", 10),
            ("校验码 check digits", 14),
        ),
    ),
    "evidence": Layout(
        "附件索引 evidence",
        (*_ENTRY, ("SHA-256", 68), ("文件名 name", 34), ("是否在 kept", 12)),
    ),
    "reconciliations": Layout(
        "对账盘点 reconciliations",
        (*_ENTRY, ("类型 kind", 26), ("指向 of", 8), ("内容 facts", 90)),
    ),
    "grants": Layout(
        "资助全程 grants",
        (
            ("申请 application", 10),
            ("程序 path", 12),
            *_ENTRY,
            ("步骤 step", 26),
            ("经办 by", 10),
            ("申请金额 asked", 16),
            ("批准 approved", 16),
            ("支付 paid", 16),
            ("依据 minutes", 20),
        ),
    ),
    "overrides": Layout(
        "特批 overrides",
        (*_ENTRY, ("类型 kind", 22), ("指向 of", 8), ("条款 articles", 20), ("会议号 minutes", 20),
         ("用于 used by", 10), ("经办 by", 10)),
    ),
    "corrections": Layout(
        "更正 corrections",
        (*_ENTRY, ("记录日 at", 12), ("类型 kind", 22), ("指向 of", 8), ("原入账日 was on", 12),
         ("红字合计 red", 16), ("蓝字合计 blue", 16), ("经办 by", 10)),
    ),
    "late": Layout(
        "迟记 late entries",
        (*_ENTRY, ("记录日 at", 12), ("迟几天 days", 10), ("类型 kind", 26),
         ("跨月 other month", 12), ("经办 by", 10)),
    ),
    "gaps": Layout(
        "断号 gaps", (("号码 numbers", 22), ("年 year", 8), ("第一 first", 10), ("最后 last", 10),
                      ("个数 count", 10), ("缺号 missing", 60))
    ),
    "access": Layout(
        "启封查阅 access log",
        (*_ENTRY, ("记录日 at", 12), ("类型 kind", 22), ("指向 of", 8), ("经办 by", 10)),
    ),
}  # fmt: skip


def sheet(key: str, rows: Iterable[Row]) -> Sheet:
    """The sheet of that key with its rows."""
    layout = LAYOUTS[key]
    heads = tuple(head for head, _width in layout.heads)
    widths = tuple(width for _head, width in layout.heads)
    made: Sequence[Row] = tuple(rows)
    return Sheet(layout.name, heads, widths, made)
