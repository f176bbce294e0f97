"""The laws of the books, each as a plain look at the lines and balances of one fund.

Written from the accounting and not from the gate: they read what is published, add it up
again and tell every breach in a sentence. An empty list is a law that holds.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date

from lovefund.actions.export import FORMS, export
from lovefund.actions.figures import numbers
from lovefund.core.accounts import AccountClass
from lovefund.core.entries import Posting
from lovefund.core.tracing import NOBODY, trace
from lovefund.store.checking import check_fund
from lovefund.store.reading import Books

Law = Callable[[Books], list[str]]
_HELD = (AccountClass.MONEY, AccountClass.STOCK)
_RESULTS = (AccountClass.INCOME, AccountClass.OUTLAY)


def law_1_balanced(books: Books) -> list[str]:
    """Debits equal credits, in total and in every restriction."""
    sums: dict[str, int] = defaultdict(int)
    for m in books.balances():
        sums[m.restriction] += m.debit_fen - m.credit_fen
    return [f"{code} is out of balance by {fen}" for code, fen in sums.items() if fen]


def law_2_never_below_zero(books: Books) -> list[str]:
    """On no date is a place of money, or a restriction's money, below zero."""
    by_day: dict[date, list[tuple[str, str, int]]] = defaultdict(list)
    for entry in books.entries():
        for debit, credit, restriction, fen in entry.postings:
            for code, amount in ((debit, fen), (credit, -fen)):
                if books.chart[code].kind in _HELD:
                    kind = books.chart[code].kind.value
                    by_day[entry.on].append((code, f"{restriction} {kind}", amount))
    held: dict[str, int] = defaultdict(int)
    found = []
    for day in sorted(by_day):
        for code, restriction, amount in by_day[day]:
            held[code] += amount
            held[restriction] += amount
        found += [f"{what} is {fen} on {day}" for what, fen in held.items() if fen < 0]
    return found


def law_3_purpose(books: Books) -> list[str]:
    """Money given for a purpose is spent on that purpose only."""
    found = []
    for entry in books.entries():
        for debit, _credit, code, fen in entry.postings:
            role = books.chart[debit].role
            allowed = books.restrictions[code].programmes
            programme = role.removeprefix("programme:")
            if role.startswith("programme:") and fen > 0 and allowed and programme not in allowed:
                found.append(f"entry {entry.no} spends {code} on {programme}")
    return found


def law_5_corrections(books: Books) -> list[str]:
    """A correction names its entry, and with it adds up to what it says is right."""
    entries = {e.no: e for e in books.entries()}
    closed = {e.facts["year"] for e in entries.values() if e.kind == "year-closed"}
    found = []
    now: dict[int, dict[tuple[str, str], int]] = {}
    for entry in entries.values():
        now[entry.no] = _turnover(entry.postings)
        if entry.kind not in ("correction", "void"):
            continue
        of = entry.of
        if of is None or of >= entry.no:
            found.append(f"entry {entry.no} corrects nothing")
            continue
        if entries[of].on.year in closed and entry.on.year not in closed:
            continue
        for key, fen in now[entry.no].items():
            now[of][key] = now[of].get(key, 0) + fen
        says = entry.facts.get("now", [])
        right = _turnover([tuple(p) for p in says] if isinstance(says, list) else [])
        if {k: v for k, v in now[of].items() if v} != right:
            found.append(f"entry {entry.no} does not make entry {of} what it says")
    return found


def _turnover(postings: object) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for debit, credit, restriction, fen in postings:  # type: ignore[attr-defined]
        sums[debit, restriction] += fen
        sums[credit, restriction] -= fen
    return {key: fen for key, fen in sums.items() if fen}


#: What a donor hands over, and what is handed to him for it.
GIFTS = ("donation", "donation-in-kind", "service-donated", "agency-received")


def law_6_no_gaps(books: Books) -> list[str]:
    """Entries, vouchers and receipts are numbered without gaps; a gift has its receipt at once."""
    found = []
    vouchers: dict[int, int] = defaultdict(int)
    receipts: dict[str, int] = defaultdict(int)
    for count, entry in enumerate(books.entries()):
        if entry.no != count:
            found.append(f"entry {count} is missing")
        if entry.voucher_no is not None:
            year = entry.on.year
            vouchers[year] += 1
            if (entry.voucher_year, entry.voucher_no) != (year, vouchers[year]):
                found.append(f"voucher {entry.voucher} is out of line")
        receipt = entry.facts.get("receipt")
        if entry.kind in GIFTS and (receipt is None or b'"holder":[' not in entry.line):
            found.append(f"gift {entry.no} was booked without its receipt")
        if isinstance(receipt, str) and entry.kind != "receipt-copied":
            year_text, _dash, number = receipt.partition("-")
            receipts[year_text] += 1
            if int(number) != receipts[year_text]:
                found.append(f"receipt {receipt} is out of line")
    return found


def law_7_closed(books: Books) -> list[str]:
    """Nothing takes effect in days that were closed or published before it."""
    closed = date.min
    found = []
    for entry in books.entries():
        if entry.on <= closed:
            found.append(f"entry {entry.no} lies in closed days")
        for fact in ("to", "through"):
            if entry.kind in ("statement", "period-closed", "year-closed") and fact in entry.facts:
                closed = max(closed, date.fromisoformat(str(entry.facts[fact])))
    return found


def law_8_statement(books: Books) -> list[str]:
    """Opening + income − outlay ± transfers ± earlier years = closing = where the money lies.

    And a period opens with what the period before it closed with.
    """
    first, last = books.first_day(), books.last_day()
    assert first is not None
    assert last is not None
    middle = date.fromordinal((first.toordinal() + last.toordinal()) // 2)
    found = []
    if middle < last:
        before = numbers(books, first, middle)["closing"]
        after = numbers(books, date.fromordinal(middle.toordinal() + 1), last)["opening"]
        if before != after:
            found.append(f"the period after {middle} does not open where it closed")
    for day_from, day_to in ((first, last), (first, middle), (middle, last)):
        n = numbers(books, day_from, day_to)
        moved = n["income"] - n["outlay"] + n["transfers"] + n["prior-year"]
        if n["opening"] + moved != n["closing"]:
            found.append(f"{day_from} to {day_to} does not add up")
        lies = n["bank"] + n["cash"] + n["wallets"] + n["stock"]
        if n["closing"] + n["payable"] + n["agency"] - n["receivable"] != lies:
            found.append(f"on {day_to} the money is not where it should be")
        net = sum(
            m.credit_fen - m.debit_fen
            for m in books.balances(day_to)
            if books.chart[m.account].kind
            in (AccountClass.NET, AccountClass.INCOME, AccountClass.OUTLAY)
        )
        if n["closing"] != net:
            found.append(f"closing on {day_to} is not the net assets")
        found += [
            f"{account} {restriction}: opening and turnover miss closing"
            for account, restriction, opening, debit, credit, closing in n.balances
            if opening + debit - credit != closing
        ]
    return found


def law_gifts(books: Books) -> list[str]:
    """What is left of all lots is the net assets of their restriction; no fen is told twice.

    And every entry's outlay is paid by lots, each lot's money is given back, used or left.
    """
    tracing = trace(books.chart, books.entries())
    held: dict[str, int] = defaultdict(int)
    spent: dict[int, int] = defaultdict(int)
    for m in books.balances():
        kind = books.chart[m.account].kind
        if kind in (*_RESULTS, AccountClass.NET, AccountClass.AGENCY):
            held[m.restriction] += m.credit_fen - m.debit_fen
    found = [
        f"{code} holds {held[code]}, and {tracing.left(code)} is left of its lots"
        for code in books.restrictions
        if tracing.left(code) != held[code]
    ]
    for lot in tracing.lots.values():
        parts = (lot.refunded_fen, *lot.left.values(), *lot.used.values())
        if min(parts, default=0) < 0 or (lot.no != NOBODY and sum(parts) != lot.amount_fen):
            found.append(f"lot {lot.no} of {lot.amount_fen} is told as {parts}")
        for (no, _code), fen in lot.used.items():
            spent[no] += fen
    if tracing.lots[NOBODY].used:
        found.append("something was paid for by nobody")
    for name, fen in _outlay(books, tracing.standing).items():
        if spent[name] != fen:
            found.append(f"entry {name} cost {fen}, and lots paid {spent[name]}")
    return found


def _outlay(books: Books, standing: Mapping[int, tuple[Posting, ...]]) -> dict[int, int]:
    """What entries cost as they stand today, less what came back."""
    sums: dict[int, int] = defaultdict(int)
    for entry in books.entries(kinds=("grant-paid", "grant-promised", "outlay-paid", "goods-given",
                                      "advance-settled", "fee", "agency-paid")):  # fmt: skip
        for debit, _credit, _code, fen in standing[entry.no]:
            if books.chart[debit].kind in (AccountClass.OUTLAY, AccountClass.AGENCY):
                sums[entry.no] += fen
    for entry in books.entries(kinds=("grant-returned", "grant-withdrawn", "grant-lapsed")):
        paid = books.entry(entry.of or 0)
        if not entry.postings:
            continue  # what was only reserved was never spent
        assert paid is not None
        if books.chart[paid.postings[0].debit].role == "grant-due":
            paid = books.entry(paid.of or 0)
        if paid is not None and paid.kind != "opening-balance":
            sums[paid.no] -= sum(p.amount_fen for p in standing[entry.no])
    return sums


def law_10_replay(books: Books) -> list[str]:
    """Replaying the lines gives the same tables, balances and root."""
    return [f"{f.code}: {f.what}" for f in check_fund(books)]


def law_11_nothing_private(books: Books, secrets: tuple[str, ...] = ()) -> list[str]:
    """No private text stands in a line or in an export."""
    published = "".join(e.line.decode("ascii") for e in books.entries())
    published += "".join("".join(export(books, form)) for form in FORMS)
    plain = published + json.dumps([json.loads(e.line) for e in books.entries()],
                                   ensure_ascii=False)  # fmt: skip
    return [f"{secret} is published" for secret in secrets if secret in plain]
