"""Prints the papers that an office keeps and hands out: vouchers, journals and receipts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from lovefund.actions.bundle import fund_key
from lovefund.actions.figures import fund_names, titles
from lovefund.actions.keys import require_keys
from lovefund.actions.spend import file_of
from lovefund.actions.workspace import Workspace, only_fund, refuse
from lovefund.core.accounts import Account, AccountClass, Chart
from lovefund.core.corrections import postings_now
from lovefund.core.days import Period, last_day_of_month
from lovefund.core.entries import Entry, Posting
from lovefund.core.kinds import KINDS
from lovefund.core.vouchers import Printed, Slip, printed_account, slips
from lovefund.errors import MachineLacks
from lovefund.language import _
from lovefund.log import receipts, tree
from lovefund.publishing import journal as j
from lovefund.publishing import receipt as r
from lovefund.publishing import vouchers as v
from lovefund.publishing.paper import Issuer
from lovefund.store.printed import alone, keep_printed, times_printed
from lovefund.store.reading import Books, funds
from lovefund.system import staged, write_whole

#: Receipts by (year, number), or those of all gifts that take effect in a period.
Wanted = Period | Sequence[tuple[int, int]]


class Copies(NamedTuple):
    """How many receipts were printed, and how many of them are marked as duplicates."""

    printed: int
    duplicates: int


def print_vouchers(ws: Workspace, period: Period, path: Path, language: str) -> int:
    """Write a period's vouchers as one PDF; returns how many slips, and writes none for 0."""
    with ws.reading() as books:
        view = vouchers_view(books, period)
    if view.slips:
        write_whole(path, v.vouchers_pdf(view, language))
    return len(view.slips)


def print_journal(ws: Workspace, period: Period, path: Path, language: str) -> int:
    """Write the journals of every place of money as one PDF; returns how many lines."""
    with ws.reading() as books:
        view = journal_view(books, period)
    write_whole(path, j.journal_pdf(view, language))
    return sum(len(month.rows) for account in view.accounts for month in account.months)


def print_receipts(ws: Workspace, wanted: Wanted, path: Path, language: str) -> Copies:
    """Write receipts as one PDF, one a page; for none nothing is written.

    The books remember every print: the first is the original, a later one is marked as a
    duplicate. That is remembered before the file gets its name, so there are never two originals.
    Raises MachineLacks where names and codes cannot be opened, Refused for a receipt that was
    never handed out.
    """
    with contextlib.ExitStack() as written, ws.database.writing() as connection:
        books = Books(connection, ws.fund or only_fund(funds(connection)))
        alone(connection, books.fund)
        found = receipt_views(books, _receipted(books, wanted))
        if found:
            written.enter_context(staged(path, r.receipts_pdf(found, language)))
            numbers = [_pair(receipt.number) for receipt in found]
            keep_printed(connection, books.fund, numbers, ws.now(books.practice), ws.officer)
    return Copies(len(found), sum(1 for receipt in found if receipt.copy))


def issuer(books: Books) -> Issuer:
    """In whose name this fund's papers are printed."""
    return Issuer(books.fund, *fund_names(books), books.practice)


# Vouchers


def vouchers_view(books: Books, period: Period) -> v.Vouchers:
    """The slips of the entries that take effect in a period, by voucher number."""
    entries = [e for e in books.entries(period.day_from, period.day_to) if e.voucher]
    entries.sort(key=lambda e: (e.voucher_year or 0, e.voucher_no or 0))
    return v.Vouchers(issuer(books), period, tuple(x for e in entries for x in _vouchers(books, e)))


def _vouchers(books: Books, entry: Entry) -> Iterable[v.Voucher]:
    kind = KINDS[entry.kind]
    attachments = entry.facts.get("attachments", 0)
    for slip in slips(books.chart, entry.postings, books.restrictions):
        yield v.Voucher(
            entry.voucher,
            slip.part,
            slip.red,
            entry.on,
            entry.at,
            kind.zh,
            kind.en,
            _mended(books, entry, slip),
            tuple(line for _code, line in _lines(books, entry, slip)),
            attachments if isinstance(attachments, int) else 0,
            entry.no,
            tree.check_digits(entry.leaf),
        )


def _mended(books: Books, entry: Entry, slip: Slip) -> v.Mended | None:
    if entry.kind not in ("correction", "void") or entry.of is None:
        return None
    wrong = books.entry(entry.of)
    if wrong is None or not wrong.voucher:
        return None
    cancelled = entry.kind == "void" or (slip.part != "" and slip.red)
    return v.Mended(wrong.voucher, wrong.on, cancelled)


def _lines(books: Books, entry: Entry, slip: Slip) -> list[tuple[str, v.Line]]:
    """The slip's lines in both languages, each with the code of its account in our chart."""
    ours = {
        printed_account(books.chart, code, books.restrictions[posting.restriction]): code
        for posting in entry.postings
        for code in (posting.debit, posting.credit)
    }
    return [
        (
            ours[Printed(x.code, x.name, x.name_en)],
            v.Line(x.code, x.name, x.name_en, x.debit_fen, x.credit_fen),
        )
        for x in slip.lines
    ]


# Journals


@dataclass(frozen=True, slots=True)
class _Move:
    """What one slip moves on one account."""

    entry: Entry
    part: str
    counter_zh: str
    counter_en: str
    debit_fen: int
    credit_fen: int


def journal_view(books: Books, period: Period) -> j.Journal:
    """Each place of money over a period, line by line as its vouchers have it."""
    before: dict[str, int] = {}
    for m in books.balances(period.day_from - timedelta(days=1)):
        before[m.account] = before.get(m.account, 0) + m.debit_fen - m.credit_fen
    accounts = books.chart.of_class(AccountClass.MONEY)
    moves: dict[str, list[_Move]] = {a.code: [] for a in accounts}
    # From 1 January, for the totals of the year.
    entries = books.entries(date(period.day_from.year, 1, 1), period.day_to)
    for entry in sorted(entries, key=lambda e: (e.on, e.no)):
        for code, move in _moves(books, entry):
            if code in moves:
                moves[code].append(move)
    return j.Journal(
        issuer(books),
        period,
        tuple(
            j.Account(
                a.code,
                a.short("zh"),
                a.short("en"),
                before.get(a.code, 0),
                tuple(_months(moves[a.code], before.get(a.code, 0), period)),
            )
            for a in accounts
        ),
    )


def _moves(books: Books, entry: Entry) -> Iterable[tuple[str, _Move]]:
    for slip in slips(books.chart, entry.postings, books.restrictions):
        lines = _lines(books, entry, slip)
        for code in dict.fromkeys(code for code, _line in lines):
            debit = sum(line.debit_fen for c, line in lines if c == code)
            credit = sum(line.credit_fen for c, line in lines if c == code)
            counter = [
                line
                for c, line in lines
                if c != code and ((debit and line.credit_fen) or (credit and line.debit_fen))
            ]
            yield (
                code,
                _Move(
                    entry,
                    slip.part,
                    "、".join(dict.fromkeys(line.name_zh for line in counter)),
                    ", ".join(dict.fromkeys(line.name_en for line in counter)),
                    debit,
                    credit,
                ),
            )


def _months(moves: list[_Move], opening_fen: int, period: Period) -> Iterable[j.Month]:
    balance = opening_fen
    shown = [m for m in moves if m.entry.on >= period.day_from]
    for (year, month), group in groupby(shown, lambda m: (m.entry.on.year, m.entry.on.month)):
        rows = []
        for move in group:
            balance += move.debit_fen - move.credit_fen
            rows.append(_row(move, balance))
        first, last = date(year, month, 1), last_day_of_month(year, month)
        to_date = [m for m in moves if m.entry.on.year == year and m.entry.on <= last]
        yield j.Month(
            period.day_from <= first and last <= period.day_to,
            tuple(rows),
            sum(m.debit_fen for m in to_date),
            sum(m.credit_fen for m in to_date),
        )


def _row(move: _Move, balance_fen: int) -> j.Row:
    kind = KINDS[move.entry.kind]
    return j.Row(
        move.entry.on,
        move.entry.voucher,
        move.part,
        kind.zh,
        kind.en,
        move.counter_zh,
        move.counter_en,
        move.debit_fen,
        move.credit_fen,
        balance_fen,
    )


# Receipts


def _receipted(books: Books, wanted: Wanted) -> list[tuple[str, Entry]]:
    """(receipt number, entry) of the receipts asked for."""
    found = []
    if isinstance(wanted, Period):
        given = {no: _number(year, number) for year, number, no in books.receipts()}
        entries = books.entries(wanted.day_from, wanted.day_to)
        return sorted(
            ((given[e.no], e) for e in entries if e.no in given), key=lambda pair: pair[0]
        )
    for year, number in dict.fromkeys(wanted):
        entry = books.by_receipt(year, number)
        if entry is None:
            raise refuse(
                "no-such-receipt",
                _("there is no receipt {number}").format(number=_number(year, number)),
                _("`lovefund journal` lists the entries and their numbers"),
            )
        found.append((_number(year, number), entry))
    return found


def _number(year: int, number: int) -> str:
    return f"{year}-{number:06d}"


def _pair(receipt: str) -> tuple[int, int]:
    """Year and number of a receipt number."""
    year, _dash, number = receipt.partition("-")
    return int(year), int(number)


def receipt_views(books: Books, wanted: Sequence[tuple[str, Entry]]) -> list[r.Receipt]:
    """What each receipt shows; MachineLacks where its name and code cannot be opened."""
    if wanted:
        require_keys(books)
    whose, called = issuer(books), titles(books)
    times = times_printed(books.connection, books.fund)
    return [
        _receipt(books, whose, called, number, entry, times.get(_pair(number), 0))
        for number, entry in wanted
    ]


def _receipt(
    books: Books, whose: Issuer, called: dict[str, str], number: str, entry: Entry, printed: int
) -> r.Receipt:
    nonce, sealed_name = _holder(books, number, entry)
    naming = books.naming(entry.no)
    donor = _mended_name(books, naming) or sealed_name
    gift = _gift(books.chart, entry.postings)
    copies = [e.facts.get("copy", 0) for e in naming if e.kind == "receipt-copied"]
    channel = _channel(books, entry)
    return r.Receipt(
        issuer=whose,
        number=number,
        issued_on=entry.at,
        on=entry.on,
        donor=donor,
        sealed_name=sealed_name if donor != sealed_name else "",
        amount_fen=sum(p.amount_fen for p in gift),
        now_fen=sum(p.amount_fen for p in _gift(books.chart, postings_now(entry, naming))),
        purpose_code=gift[0].restriction,
        purpose=called.get(gift[0].restriction, gift[0].restriction),
        means=_MEANS.get(entry.kind, "money"),
        channel_zh=channel.short("zh") if channel else "",
        channel_en=channel.short("en") if channel else "",
        goods=_goods(books.chart, entry),
        later=tuple(
            r.Later(KINDS[e.kind].zh, KINDS[e.kind].en, e.voucher, e.on)
            for e in naming
            if e.voucher and not any(x.kind == "void" for x in books.naming(e.no))
        ),
        void=any(e.kind == "void" for e in naming),
        copy=max([printed, *(n for n in copies if isinstance(n, int))]),
        code=receipts.encode(books.fund, entry.no, nonce),
        no=entry.no,
        voucher=entry.voucher,
        check_digits=tree.check_digits(entry.leaf),
        key=fund_key(books),
    )


_MEANS = {"donation-in-kind": "goods", "service-donated": "service"}


def _holder(books: Books, number: str, entry: Entry) -> tuple[bytes, str]:
    """The nonce and the name under which the receipt was sealed."""
    holders = books.sealed(entry.no).get("holder")
    if not holders:
        raise MachineLacks(
            number,
            _("the sealed name and code of this receipt are no longer kept"),
            _("restore the books from a backup that has them"),
        )
    nonce, name, _phrase = holders[0]
    return bytes.fromhex(nonce), name


def _mended_name(books: Books, naming: Sequence[Entry]) -> str:
    """The name that the last mending gave, or empty where there was none."""
    names = [str(file_of(books, e.no).get("name", "")) for e in naming if e.kind == "name-mended"]
    return next((name for name in reversed(names) if name), "")


def _gift(chart: Chart, postings: Sequence[Posting]) -> list[Posting]:
    """The postings that bring the gift in; a detour inside the entry is not one."""
    return [
        p
        for p in postings
        if chart[p.credit].role.startswith("source:") or chart[p.credit].kind is AccountClass.AGENCY
    ]


def _channel(books: Books, entry: Entry) -> Account | None:
    """The place that took the money in; for a receipt solved later, where it waited."""
    channel = entry.facts.get("channel")
    if channel is None and entry.kind == "identified" and entry.of is not None:
        waited = books.entry(entry.of)
        channel = waited.facts.get("channel") if waited else None
    return books.chart.role(channel) if isinstance(channel, str) else None


def _goods(chart: Chart, entry: Entry) -> tuple[r.GoodsRow, ...]:
    rows: Any = entry.facts.get("goods", ())
    return tuple(
        r.GoodsRow(
            chart.goods[slug].name_zh,
            chart.goods[slug].name_en,
            quantity,
            chart.goods[slug].unit_zh,
            chart.goods[slug].unit_en,
            value_fen,
        )
        for slug, _restriction, quantity, value_fen in rows
    )
