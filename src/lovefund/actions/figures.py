"""Gathers a statement: its figures from sums and lines, and the view its faces get."""

from __future__ import annotations

import calendar
import json
from dataclasses import dataclass
from datetime import date, timedelta

from lovefund.actions.open_fund import split_name
from lovefund.actions.shown import shown_texts
from lovefund.actions.witnesses import cosignatures
from lovefund.core.accounts import AccountClass, Chart
from lovefund.core.days import Period
from lovefund.core.entries import AGENCY, Entry
from lovefund.core.figures import Figure, Term, Totals, definitions, evaluate
from lovefund.core.kinds import KINDS
from lovefund.core.officers import Role
from lovefund.core.overrides import AGREED, OVERRIDE
from lovefund.core.restrictions import BUILT_IN_TITLES
from lovefund.core.rulebook import in_force
from lovefund.log import tree
from lovefund.publishing.view import (
    Cosigner,
    EntryRow,
    Month,
    Overridden,
    PlaceRow,
    PotRow,
    Share,
    Signing,
    Statement,
)
from lovefund.store.offices import read_officers
from lovefund.store.reading import Books
from lovefund.store.rules import read_adopted

BalanceRow = tuple[str, str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a period comes to: balances and figures, before anything is shown."""

    balances: tuple[BalanceRow, ...]
    figures: dict[str, Figure]
    entries: tuple[Entry, ...]

    def __getitem__(self, name: str) -> int:
        return self.figures[name].value if name in self.figures else 0


def numbers(books: Books, day_from: date, day_to: date) -> Numbers:
    """The figures and balances of a period; reads the period and the kept sums before it."""
    found = totals(books, day_from, day_to)
    opening, entries = found.opening, found.entries
    moved: dict[tuple[str, str], list[int]] = {}
    for entry in entries:
        for posting in entry.postings:
            moved.setdefault((posting.debit, posting.restriction), [0, 0])[0] += posting.amount_fen
            moved.setdefault((posting.credit, posting.restriction), [0, 0])[1] += posting.amount_fen
    balances: list[BalanceRow] = []
    for key in sorted(opening.keys() | moved.keys()):
        before = opening.get(key, 0)
        debit, credit = moved.get(key, [0, 0])
        if before or debit or credit:
            balances.append((*key, before, debit, credit, before + debit - credit))
    figures = evaluate(definitions(books.chart, books.restrictions), found)
    return Numbers(tuple(balances), {f.id: f for f in figures}, entries)


def totals(books: Books, day_from: date, day_to: date) -> Totals:
    """What the figures of a period are made of: the balances before it and its entries."""
    opening = {
        (m.account, m.restriction): m.debit_fen - m.credit_fen
        for m in books.balances(day_from - timedelta(days=1))
    }
    return Totals(opening, tuple(books.entries(day_from, day_to)))


def numbers_of(books: Books, statement: Entry, content: bytes) -> Numbers:
    """The numbers of a published statement, as its statement.json has them."""
    said = json.loads(content)
    entries = books.entries(
        date.fromisoformat(said["from"]), date.fromisoformat(said["to"]), no_to=statement.no
    )
    figures = {
        name: Figure(name, value, tuple(Term(*term) for term in terms))
        for name, value, terms in said["figures"]
    }
    return Numbers(tuple(tuple(row) for row in said["balances"]), figures, tuple(entries))


def titles(books: Books) -> dict[str, str]:
    """What each restriction is called; those opened by an entry show their own title."""
    found = {}
    for entry in books.entries(kinds=("restriction-opened",)):
        shown = books.sealed(entry.no).get("shown")
        code = str(entry.facts["restriction"])
        found[code] = shown[1] if shown else code
    return found


def fund_names(books: Books) -> tuple[str, str]:
    """The fund's and the school's name, as entry 0 shows them."""
    shown = books.sealed(0).get("shown")
    return split_name(shown[1]) if shown else (books.fund, "")


def statement_view(
    books: Books,
    period: Period,
    found: Numbers,
    number: int,
    issued_on: date,
    fingerprint: str,
    size: int,
    root: bytes,
) -> Statement:
    """The view of the statement that the log's first ``size`` entries end with.

    Nothing later is in it but what was withdrawn since, so it can be drawn again at any time.
    """
    n = found
    chart = books.chart
    name, school = fund_names(books)
    rows = _entry_rows(books, n.entries, size - 1)
    sources = _shares(chart, n, AccountClass.INCOME, "income")
    programmes = _shares(chart, n, AccountClass.OUTLAY, "outlay")
    adopted = read_adopted(books.connection, books.fund)
    rules = in_force((book for book in adopted if book.no < size), period.day_to)
    return Statement(
        fund=books.fund,
        fund_name=name,
        school_name=school,
        practice=books.practice,
        number=number,
        label_zh=period.label_zh,
        label_en=period.label_en,
        period_from=period.day_from,
        period_to=period.day_to,
        issued_on=issued_on,
        opening_fen=n["opening"],
        brought_forward_fen=n["brought-forward"],
        income_fen=n["income"],
        outlay_fen=n["outlay"],
        transfer_fen=n["transfers"],
        prior_year_fen=n["prior-year"],
        closing_fen=n["closing"],
        restricted_fen=n["restricted"],
        income_goods_fen=n["income-goods"],
        outlay_goods_fen=n["outlay-goods"],
        income_count=sum(r.count for r in sources),
        outlay_count=sum(r.count for r in programmes),
        donation_count=n["donations"],
        payable_fen=n["payable"],
        agency_fen=n["agency"],
        receivable_fen=n["receivable"],
        bank_fen=n["bank"],
        cash_fen=n["cash"],
        wallet_fen=n["wallets"],
        stock_fen=n["stock"],
        sources=sources,
        programmes=programmes,
        pots=_pots(books, n),
        agency=_agency(n),
        places=tuple(
            PlaceRow(a.code, a.short("zh"), a.short("en"), n[f"place/{a.code}"])
            for a in chart.of_class(
                AccountClass.MONEY, AccountClass.STOCK, AccountClass.AGENCY_GOODS
            )
            if n[f"place/{a.code}"]
        ),
        months=_months(books, period),
        entries=rows,
        entry_count=len(rows),
        size=size,
        root_hex=root.hex(),
        fingerprint=fingerprint,
        rulebook=f"{rules.book.title_zh} | {rules.book.title_en}" if rules else "",
        rulebook_no=rules.no if rules else 0,
        overridden=_overridden(books, n.entries, size),
        signing=_signing(books, size, period.day_to),
        previous_number=number - 1,
        cosigners=_cosigners(books, size - 1),
    )


def _overridden(books: Books, entries: tuple[Entry, ...], size: int) -> tuple[Overridden, ...]:
    """The overrides of a period to which a second officer agreed, and what used them."""
    found = []
    for entry in entries:
        if entry.kind != OVERRIDE:
            continue
        later = [e for e in books.naming(entry.no) if e.no < size]
        if not any(e.kind == AGREED for e in later):
            continue
        used = next((e for e in books.using(entry.no) if e.no < size), None)
        slot = books.sealed(entry.no).get("shown")
        articles, reference = entry.facts.get("articles"), entry.facts.get("reference")
        found.append(
            Overridden(
                entry.no,
                entry.on,
                tuple(map(str, articles)) if isinstance(articles, list) else (),
                str(reference or ""),
                slot[1] if slot else "",
                (used.voucher or str(used.no)) if used else "",
            )
        )
    return tuple(found)


def _signing(books: Books, size: int, day: date) -> Signing | None:
    """Whether decisions were signed by the end of a period, and how many stand in."""
    officers = read_officers(books.connection, books.fund, size)
    if officers.signed_after is None:
        return None
    checkers = () if officers.four_apart(day) else officers.in_office(day, Role.CHECKER)
    return Signing(officers.signed_after, len(tuple(checkers)))


def _cosigners(books: Books, statement: int) -> tuple[Cosigner, ...]:
    """Each witness with the newest statement signed before the one of this entry was made."""
    numbers = {e.no: int(str(e.facts["number"])) for e in books.entries(kinds=("statement",))}
    signed = sorted(cosignatures(books, statement).values(), key=lambda c: c.of)
    newest = {c.key.name: Cosigner(c.key.name, numbers[c.of], c.at.date()) for c in signed}
    return tuple(sorted(newest.values(), key=lambda c: c.name))


def _shares(chart: Chart, n: Numbers, kind: AccountClass, figure: str) -> tuple[Share, ...]:
    rows = [
        Share(
            a.code,
            a.short("zh"),
            a.short("en"),
            n[f"{figure}-count/{a.code}"],
            n[f"{figure}/{a.code}"],
        )
        for a in chart.of_class(kind)
    ]
    return tuple(sorted((r for r in rows if r.amount_fen or r.count), key=lambda r: -r.amount_fen))


def _pots(books: Books, n: Numbers) -> tuple[PotRow, ...]:
    known = BUILT_IN_TITLES | titles(books)
    rows = []
    for code, restriction in books.restrictions.items():
        if code == AGENCY:
            continue
        other = n[f"pot-other/{code}"]
        row = PotRow(
            code,
            known.get(code, code),
            restriction.restricted,
            n[f"pot-opening/{code}"],
            n[f"pot-in/{code}"] + max(other, 0),
            n[f"pot-out/{code}"] + max(-other, 0),
            n[f"pot-closing/{code}"],
        )
        if any((row.opening_fen, row.inflow_fen, row.outflow_fen, row.closing_fen)):
            rows.append(row)
    return tuple(rows)


def _agency(n: Numbers) -> PotRow | None:
    row = PotRow(
        AGENCY,
        BUILT_IN_TITLES[AGENCY],
        False,
        n["pot-opening/agency"],
        n["pot-in/agency"],
        n["pot-out/agency"],
        n["pot-closing/agency"],
    )
    moved = (row.opening_fen, row.inflow_fen, row.outflow_fen, row.closing_fen)
    return row if any(moved) else None


def _months(books: Books, period: Period) -> tuple[Month, ...]:
    """The twelve months up to the last day of the period; the year-end entry is left out.

    Nothing after that day counts, since it may still change: a last month may be cut short.
    """
    last = period.day_to
    wanted = []
    for back in range(11, -1, -1):
        total = last.year * 12 + last.month - 1 - back
        wanted.append((total // 12, total % 12 + 1))
    first = date(*wanted[0], 1)
    income: dict[tuple[int, int], int] = {}
    outlay: dict[tuple[int, int], int] = {}

    def add(year: int, month: int, account: str, net: int) -> None:
        kind = books.chart[account].kind
        if kind is AccountClass.INCOME:
            income[year, month] = income.get((year, month), 0) - net
        elif kind is AccountClass.OUTLAY:
            outlay[year, month] = outlay.get((year, month), 0) + net

    before = (last.replace(day=1) - timedelta(days=1)).isoformat()[:7]
    for month, account, debit, credit in books.months(first.isoformat()[:7], before):
        add(int(month[:4]), int(month[5:]), account, debit - credit)
    for flow in books.flows(last.replace(day=1), last):
        add(last.year, last.month, flow.account, flow.debit_fen - flow.credit_fen)
    for entry in books.entries(first, last, kinds=("year-closed",)):
        for debit_code, credit_code, _restriction, amount in entry.postings:
            add(entry.on.year, entry.on.month, debit_code, -amount)
            add(entry.on.year, entry.on.month, credit_code, amount)
    return tuple(
        Month(
            year,
            month,
            income.get((year, month), 0),
            outlay.get((year, month), 0),
            date(year, month, 1) <= period.day_to
            and date(year, month, calendar.monthrange(year, month)[1]) >= period.day_from,
        )
        for year, month in wanted
    )


def _entry_rows(books: Books, entries: tuple[Entry, ...], through: int) -> tuple[EntryRow, ...]:
    chart = books.chart
    texts = shown_texts(books, entries, through)
    vouchers = {e.no: e.voucher for e in entries}
    rows = []
    for entry in sorted(entries, key=lambda e: (e.on, e.no)):
        kind = KINDS[entry.kind]
        income = outlay = 0
        details: list[str] = []
        if entry.kind != "year-closed":
            for debit, credit, _restriction, amount in entry.postings:
                for code, sign in ((debit, 1), (credit, -1)):
                    if chart[code].kind is AccountClass.INCOME:
                        income -= sign * amount
                        details.append(code)
                    elif chart[code].kind is AccountClass.OUTLAY:
                        outlay += sign * amount
                        details.append(code)
        named = list(dict.fromkeys(details))
        channel = entry.facts.get("channel")
        place = (
            chart.role(channel) if isinstance(channel, str) and chart.has_role(channel) else None
        )
        pupils = entry.facts.get("pupils")
        shown = texts.get(entry.no, "")
        public = entry.kind in _GIFTS
        rows.append(
            EntryRow(
                no=entry.no,
                voucher=entry.voucher,
                on=entry.on,
                kind=entry.kind,
                kind_zh=kind.zh,
                kind_en=kind.en,
                shown=shown if entry.kind != "fund-opened" else "",
                anonymous=public and b'"shown"' not in entry.line,
                withheld=public and b'"shown"' in entry.line and not shown,
                detail_zh="、".join(chart[c].short("zh") for c in named)
                or _moved(chart, entry, "zh")
                or str(entry.facts.get("witness", "")),
                detail_en=", ".join(chart[c].short("en") for c in named)
                or _moved(chart, entry, "en")
                or str(entry.facts.get("witness", "")),
                channel_zh=place.short("zh") if place else "",
                channel_en=place.short("en") if place else "",
                goods_zh=_goods(books, entry, "zh"),
                goods_en=_goods(books, entry, "en"),
                restriction=entry.postings[0].restriction if entry.postings else "",
                pupils=pupils if isinstance(pupils, int) else 0,
                income_fen=income,
                outlay_fen=outlay,
                moved_fen=sum(p.amount_fen for p in entry.postings),
                of=entry.of or 0,
                of_voucher=_voucher(books, entry.of, vouchers),
                check_digits=tree.check_digits(entry.leaf),
            )
        )
    return tuple(rows)


def _voucher(books: Books, no: int | None, known: dict[int, str]) -> str:
    """The voucher number of an entry, of this period or an earlier one; empty without one."""
    if no is None:
        return ""
    if no not in known:
        entry = books.entry(no)
        known[no] = entry.voucher if entry else ""
    return known[no]


def _moved(chart: Chart, entry: Entry, language: str) -> str:
    """From where to where money moved, for a move."""
    if entry.kind != "money-moved":
        return ""
    ends = (
        (chart[p.credit].short(language), chart[p.debit].short(language)) for p in entry.postings
    )
    return ", ".join(dict.fromkeys(f"{out} → {into}" for out, into in ends))


def _goods(books: Books, entry: Entry, language: str) -> str:
    """The goods that an entry counts, with their units."""
    rows = entry.facts.get("goods", ())
    found = []
    for slug, _restriction, quantity, _value in rows if isinstance(rows, list | tuple) else ():
        item = books.chart.goods[slug]
        found.append(
            f"{item.name_zh} {abs(quantity)} {item.unit_zh}"
            if language == "zh"
            else f"{abs(quantity)} {item.unit_en} of {item.name_en.lower()}"
        )
    return ("、" if language == "zh" else ", ").join(found)


_GIFTS = ("donation", "donation-in-kind", "service-donated", "identified", "agency-received")
