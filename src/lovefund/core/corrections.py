"""Mending what was booked: red and blue, as 会计基础工作规范 art. 51(5) has it.

Same year: the wrong entry again in red and the right one in blue, in one entry that prints
as slips 1/2 and 2/2; where only amounts are wrong, just the difference. A closed year: one
blue entry, income and outlay through the account for prior years, never red.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from lovefund.core.accounts import TEMPORARY, AccountClass, Chart
from lovefund.core.entries import Draft, Entry, Fact, Posting, Restriction
from lovefund.core.papers import NO_PAPERS, Papers


def postings_now(entry: Entry, naming: list[Entry]) -> tuple[Posting, ...]:
    """What the entry stands for today: its own postings, or what its last correction says."""
    for later in reversed(naming):
        if later.kind == "void":
            return ()
        if later.kind == "correction":
            rows: Any = later.facts["now"]
            return tuple(Posting(*row) for row in rows)
    return entry.postings


def prior_year_account(chart: Chart, restricted: bool) -> str:
    """The account that takes corrections of closed years: 3201, under npo-2004 net assets."""
    if chart.prior_year == "prior-year":
        return chart.code("prior-year")
    return chart.net(restricted)


def correcting_postings(
    chart: Chart,
    before: tuple[Posting, ...],
    after: tuple[Posting, ...],
    restrictions: dict[str, Restriction],
    *,
    closed_year: bool,
) -> tuple[Posting, ...]:
    """The postings that turn ``before`` into ``after``; empty where they are the same."""
    if closed_year:
        return _blue_only(chart, before, after, restrictions)
    old = {p[:3]: p.amount_fen for p in before}
    new = {p[:3]: p.amount_fen for p in after}
    if old.keys() == new.keys():
        return tuple(
            Posting(*key, new[key] - old[key]) for key in sorted(old) if new[key] != old[key]
        )
    kept = [p for p in before if p in after]
    red = [p._replace(amount_fen=-p.amount_fen) for p in before if p not in kept]
    return (*red, *(p for p in after if p not in kept))


def _blue_only(
    chart: Chart,
    before: tuple[Posting, ...],
    after: tuple[Posting, ...],
    restrictions: dict[str, Restriction],
) -> tuple[Posting, ...]:
    change: dict[tuple[str, str, str], int] = {}
    for sign, postings in ((-1, before), (1, after)):
        for p in postings:
            debit, credit = (
                prior_year_account(chart, restrictions[p.restriction].restricted)
                if chart[code].kind in TEMPORARY
                else code
                for code in (p.debit, p.credit)
            )
            amount = sign * p.amount_fen
            key = (debit, credit, p.restriction)
            swapped = (credit, debit, p.restriction)
            if swapped in change:
                change[swapped] -= amount
            else:
                change[key] = change.get(key, 0) + amount
    found = []
    for (debit, credit, restriction), amount in sorted(change.items()):
        if debit == credit or amount == 0:
            continue
        pair = (debit, credit) if amount > 0 else (credit, debit)
        found.append(Posting(*pair, restriction, abs(amount)))
    return tuple(found)


def goods_difference(entry: Entry, after_goods: list[list[Any]] | None) -> list[list[Any]]:
    """The goods fact of a correction: what is wanted minus what was booked."""
    sums: dict[tuple[str, str], list[int]] = {}
    before = entry.facts.get("goods")
    for sign, rows in ((-1, before), (1, after_goods)):
        for slug, restriction, quantity, value in rows if isinstance(rows, list) else ():
            pair = sums.setdefault((slug, restriction), [0, 0])
            pair[0] += sign * quantity
            pair[1] += sign * value
    return [[*key, *pair] for key, pair in sorted(sums.items()) if any(pair)]


def _shared_facts(chart: Chart, entry: Entry) -> dict[str, Fact]:
    """``of``, and ``item`` where the entry touches an open item, so that it follows."""
    facts: dict[str, Fact] = {"of": entry.no}
    touches = any(
        chart[code].kind in (AccountClass.PAYABLE, AccountClass.RECEIVABLE)
        for p in entry.postings
        for code in (p.debit, p.credit)
    )
    if touches:
        facts["item"] = entry.facts.get("item", entry.no)
    return facts


def _in_kind(chart: Chart, postings: tuple[Posting, ...]) -> dict[str, Fact]:
    """What the postings change of income and outlay in kind, so that a statement can tell.

    In kind is what moves between income, outlay and stock: no money and no debt is touched.
    """
    kinds = {AccountClass.INCOME: "income_in_kind_fen", AccountClass.OUTLAY: "outlay_in_kind_fen"}
    sums = dict.fromkeys(kinds.values(), 0)
    for posting in postings:
        sides = (chart[posting.debit].kind, chart[posting.credit].kind)
        if all(side in (*kinds, AccountClass.STOCK) for side in sides):
            for side, sign in zip(sides, (1, -1), strict=True):
                if side in kinds:
                    usual = 1 if side is AccountClass.OUTLAY else -1
                    sums[kinds[side]] += sign * usual * posting.amount_fen
    return {name: fen for name, fen in sums.items() if fen}


def correction(
    chart: Chart,
    on: date,
    entry: Entry,
    before: tuple[Posting, ...],
    after: tuple[Posting, ...],
    restrictions: dict[str, Restriction],
    *,
    closed_year: bool,
    reason: str,
    goods: list[list[Any]] | None = None,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """The entry that mends ``entry``; ``reason`` is shown to the public."""
    facts = _shared_facts(chart, entry) | {"now": [list(p) for p in after]}
    if goods:
        facts["goods"] = goods
    postings = correcting_postings(chart, before, after, restrictions, closed_year=closed_year)
    facts |= _in_kind(chart, postings)
    return Draft(
        "correction",
        on,
        postings,
        {**facts, **papers.facts()},
        shown=reason,
        file=papers.file(),
    )


def void(
    chart: Chart,
    on: date,
    entry: Entry,
    before: tuple[Posting, ...],
    restrictions: dict[str, Restriction],
    *,
    closed_year: bool,
    reason: str,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """The entry that cancels ``entry`` whole; its numbers stay used, a receipt becomes void."""
    facts = _shared_facts(chart, entry)
    if "receipt" in entry.facts:
        facts["void_receipt"] = entry.facts["receipt"]
    goods = goods_difference(entry, None)
    if goods:
        facts["goods"] = goods
    if "reserve_fen" in entry.facts:
        facts["grant"] = entry.facts.get("grant", entry.facts.get("contract", entry.no))
        facts["restriction"] = entry.facts["restriction"]
        reserve = entry.facts["reserve_fen"]
        assert isinstance(reserve, int)
        facts["reserve_fen"] = -reserve
    postings = correcting_postings(chart, before, (), restrictions, closed_year=closed_year)
    facts |= _in_kind(chart, postings)
    return Draft(
        "void", on, postings, {**facts, **papers.facts()}, shown=reason, file=papers.file()
    )


def name_mended(on: date, entry: Entry, shown: str | None, name: str, reason: str) -> Draft:
    """A misspelt name is mended: a new public name for the same gift, the old line stands."""
    return Draft(
        "name-mended",
        on,
        (),
        {"of": entry.no, "withheld": 0 if shown else 1},
        shown=shown,
        file={"name": name, "reason": reason},
    )


def receipt_copied(on: date, entry: Entry, copy: int, reason: str) -> Draft:
    """A lost receipt is printed again; the copy says that it is one."""
    return Draft(
        "receipt-copied",
        on,
        (),
        {"of": entry.no, "receipt": entry.facts["receipt"], "copy": copy},
        file={"reason": reason} if reason else None,
    )


def evidence_added(on: date, entry: Entry, papers: Papers) -> Draft:
    """More papers for an entry that is booked."""
    return Draft("evidence-added", on, (), {"of": entry.no, **papers.facts()}, file=papers.file())
