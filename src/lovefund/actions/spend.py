"""Lets money and goods out: grants, programme outlay, goods, advances, fees, refunds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from lovefund.actions.agency import may_pass_on
from lovefund.actions.items import left_open
from lovefund.actions.workspace import (
    Workspace,
    existing,
    following,
    record,
    refuse,
    standing,
    year_is_closed,
)
from lovefund.core import advances, donations, grants, places
from lovefund.core import goods as stock
from lovefund.core.aid import rows_of
from lovefund.core.corrections import prior_year_account
from lovefund.core.entries import GENERAL, Draft, Entry, Fact, Holder
from lovefund.core.goods import GoodsLine
from lovefund.core.grants import Recipient
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.language import _, language
from lovefund.money import allocate, yuan
from lovefund.store.book import Book, Posted
from lovefund.store.reading import Books


def pay_grants(
    ws: Workspace,
    on: date,
    recipients: tuple[Recipient, ...],
    place: str,
    programme: str = "aid",
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
    approved: int | None = None,
    request: str = "",
) -> Posted:
    """Pay grants of one decision: one entry, one receipt code a family."""

    def build(book: Book, books: Books) -> Draft:
        if approved is not None:
            standing(books, approved, "grant-approved")
        return grants.grant_paid(
            book.chart, on, recipients, place, programme, restriction, papers, approved
        )

    return record(ws, build, request)


def promise_grants(
    ws: Workspace,
    on: date,
    recipients: tuple[Recipient, ...],
    programme: str = "aid",
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Book grants that families were told of and that are not paid yet."""
    return record(
        ws,
        lambda book, books: grants.grant_promised(
            book.chart, on, recipients, programme, restriction, papers
        ),
        request,
    )


def pay_promised(
    ws: Workspace,
    no: int,
    on: date,
    amount_fen: int,
    place: str,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Pay a promised grant."""
    return record(
        ws,
        lambda book, books: grants.grant_settled(
            book.chart,
            on,
            *left_open(books, no, "grant-due", "grant-promised", amount_fen),
            amount_fen,
            place,
            papers,
        ),
        request,
    )


def reserve_grant(
    ws: Workspace,
    on: date,
    amount_fen: int,
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Reserve money for a grant that was decided."""
    return record(
        ws,
        lambda book, books: grants.grant_approved(on, amount_fen, restriction, papers),
        request,
    )


def withdraw_grant(
    ws: Workspace, no: int, on: date, papers: Papers = NO_PAPERS, request: str = ""
) -> Posted:
    """Free what is left of a reservation."""

    def build(book: Book, books: Books) -> Draft:
        entry = existing(books, no, "grant-approved")
        left = sum(opened - settled for _a, _r, opened, settled in books.item(no))
        if left <= 0:
            raise refuse(
                "nothing-reserved",
                _("nothing is reserved by entry {no} any more").format(no=no),
                _("`lovefund show {no}` tells what became of it").format(no=no),
            )
        return grants.grant_withdrawn(on, entry, left, papers)

    return record(ws, build, request)


def return_grant(
    ws: Workspace,
    no: int,
    on: date,
    amount_fen: int,
    place: str,
    papers: Papers = NO_PAPERS,
    request: str = "",
    *,
    recovered: bool = False,
    codes: Sequence[str] = (),
) -> Posted:
    """A grant comes back, in its own year or in a later one.

    ``recovered`` says that the fund had to ask for it back; ``codes`` are the cases of a batch
    that it came back of, which stays sealed.
    """

    def build(book: Book, books: Books) -> Draft:
        draft = returned_draft(book, books, no, on, amount_fen, place, papers, codes)
        facts: dict[str, Fact] = {"recovered": 1} if recovered else {}
        return replace(draft, facts={**draft.facts, **facts})

    return record(ws, build, request)


def returned_draft(
    book: Book,
    books: Books,
    no: int,
    on: date,
    amount_fen: int,
    place: str,
    papers: Papers,
    codes: Sequence[str] = (),
) -> Draft:
    """A grant that comes back; Refused where more would come back than was paid."""
    entry = standing(books, no, "grant-paid")
    back = sum(p.amount_fen for was in following(books, no, "grant-returned") for p in was)
    paid = sum(p.amount_fen for p in entry.postings)
    if back + amount_fen > paid:
        raise refuse(
            "more-than-paid",
            _("entry {no} paid {paid} yuan, {back} came back already").format(
                no=no, paid=yuan(paid), back=yuan(back)
            ),
            _("book {left} yuan or less").format(left=yuan(paid - back)),
        )
    account = None
    if year_is_closed(books, entry.on.year):
        restricted = book.restrictions[entry.postings[0].restriction].restricted
        account = prior_year_account(book.chart, restricted)
    cases = _came_back(books, entry, amount_fen, paid - back, codes)
    draft = grants.grant_returned(book.chart, on, entry, amount_fen, place, account, papers, cases)
    facts: dict[str, Fact] = {"case": entry.facts["case"]} if "case" in entry.facts else {}
    return replace(draft, facts={**draft.facts, **facts})


def paid_rows(books: Books, entry: Entry) -> list[list[Any]]:
    """Whom a grant was paid to, by its own dossier or that of the promise that it pays."""
    rows = rows_of(file_of(books, entry.no))
    return rows or (rows_of(file_of(books, entry.of)) if entry.of is not None else [])


def _came_back(
    books: Books, entry: Entry, amount_fen: int, left_fen: int, codes: Sequence[str]
) -> list[list[Any]]:
    """The dossier's rows of those whose money came back; Refused where a batch leaves it open."""
    rows = paid_rows(books, entry)
    chosen = [row for row in rows if row[0] in codes] if codes else rows
    unknown = set(codes) - {row[0] for row in rows}
    if unknown:
        raise refuse(
            "not-in-case",
            _("case {code} was not paid by entry {no}").format(code=min(unknown), no=entry.no),
            _("`lovefund show {no} --private` lists its cases").format(no=entry.no),
        )
    if len(chosen) > 1 and not codes and amount_fen != left_fen:
        raise refuse(
            "which-case",
            _("entry {no} paid {count} cases; it is not said whose {amount} yuan came back").format(
                no=entry.no, count=len(chosen), amount=yuan(amount_fen)
            ),
            _("add --only with the case codes; they stay sealed"),
        )
    got = sum(row[3] for row in chosen)
    if codes and amount_fen > got:
        raise refuse(
            "more-than-paid",
            _("these cases got {paid} yuan by entry {no}").format(paid=yuan(got), no=entry.no),
            _("book {left} yuan or less").format(left=yuan(got)),
        )
    shares = allocate(amount_fen, [row[3] for row in chosen]) if chosen else []
    return [[*row[:3], fen] for row, fen in zip(chosen, shares, strict=True)]


def pay_outlay(
    ws: Workspace,
    on: date,
    amount_fen: int,
    place: str,
    programme: str,
    restriction: str = GENERAL,
    payee: str = "",
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Pay for something a programme needs."""
    return record(
        ws,
        lambda book, books: grants.outlay_paid(
            book.chart, on, amount_fen, place, programme, restriction, payee, papers
        ),
        request,
    )


def pay_fee(
    ws: Workspace,
    on: date,
    amount_fen: int,
    place: str,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Book a fee of a bank or wallet."""
    return record(
        ws, lambda book, books: places.fee(book.chart, on, amount_fen, place, papers), request
    )


def pay_agency(
    ws: Workspace,
    on: date,
    amount_fen: int,
    place: str,
    guardian: Holder,
    pupil: str,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Pass agency money on; never more than came in for that pupil."""

    def build(book: Book, books: Books) -> Draft:
        may_pass_on(books, pupil, amount_fen)
        return grants.agency_paid(book.chart, on, amount_fen, place, guardian, pupil, papers)

    return record(ws, build, request)


def file_of(books: Books, no: int) -> dict[str, Any]:
    """An entry's dossier, opened; empty where there is none or the keys are not here."""
    import json

    slot = books.sealed(no).get("file")
    return dict(json.loads(slot[1])) if slot else {}


def buy_goods(
    ws: Workspace,
    on: date,
    lines: tuple[GoodsLine, ...],
    place: str,
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Buy goods into stock."""
    return record(
        ws,
        lambda book, books: stock.goods_bought(book.chart, on, lines, place, restriction, papers),
        request,
    )


def costed(books: Books, slug: str, quantity: int, restriction: str) -> GoodsLine:
    """A line of goods going out, at its average cost; Refused where there are not so many."""
    held = {(i, r): (q, v) for i, r, q, v in books.stock()}
    units, value = held.get((slug, restriction), (0, 0))
    if quantity > units:
        raise refuse(
            "not-in-stock",
            _("{item}: {held} in stock under {restriction}; this needs {need}").format(
                item=books.chart.goods[slug].name(language()),
                held=units,
                restriction=restriction,
                need=quantity,
            ),
            _("give out {held} or fewer, or book what came in first").format(held=units),
            _("Stock is on no date below zero (law 2)."),
        )
    return GoodsLine(slug, quantity, stock.cost_out(quantity, units, value))


def costed_lines(
    books: Books, wanted: tuple[tuple[str, int], ...], restriction: str
) -> tuple[GoodsLine, ...]:
    """A line for each kind of goods going out, however often it was named."""
    sums: dict[str, int] = {}
    for slug, quantity in wanted:
        sums[slug] = sums.get(slug, 0) + quantity
    return tuple(costed(books, slug, quantity, restriction) for slug, quantity in sums.items())


def give_goods(
    ws: Workspace,
    on: date,
    wanted: tuple[tuple[str, int], ...],
    programme: str,
    restriction: str = GENERAL,
    pupils: int = 0,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Give goods out of stock; ``wanted`` is (kind of goods, quantity)."""
    return record(
        ws,
        lambda book, books: stock.goods_given(
            book.chart,
            on,
            costed_lines(books, wanted, restriction),
            programme,
            restriction,
            pupils,
            papers,
        ),
        request,
    )


def sell_goods(
    ws: Workspace,
    on: date,
    wanted: tuple[tuple[str, int], ...],
    takings_fen: int,
    place: str,
    restriction: str = GENERAL,
    programme: str = "goods",
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Sell goods out of stock, at a bazaar."""
    return record(
        ws,
        lambda book, books: stock.goods_sold(
            book.chart,
            on,
            costed_lines(books, wanted, restriction),
            takings_fen,
            place,
            restriction,
            programme,
            papers,
        ),
        request,
    )


def count_stock(
    ws: Workspace,
    on: date,
    slug: str,
    counted: int,
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
    request: str = "",
    witnesses: Sequence[str] = (),
) -> Posted:
    """Book the difference that a stock count found, at average cost."""

    def build(book: Book, books: Books) -> Draft:
        held = {(i, r): (q, v) for i, r, q, v in books.stock()}
        units, value = held.get((slug, restriction), (0, 0))
        name = books.chart.goods[slug].name(language())
        if counted == units:
            raise refuse(
                "count-agrees",
                _("{item}: the books say {held} too; there is no difference to book").format(
                    item=name, held=units
                ),
                _("nothing needs doing"),
            )
        if not units:
            raise refuse(
                "none-in-books",
                _("{item}: the books hold none, so what was found has no value yet").format(
                    item=name
                ),
                _("record it as a gift at its fair value: `lovefund donate-goods --fair-value`"),
            )
        short = counted < units
        difference = abs(counted - units)
        worth = stock.cost_out(difference, units, value)
        return stock.stock_counted(
            book.chart,
            on,
            GoodsLine(slug, difference, worth),
            short=short,
            restriction=restriction,
            papers=papers,
            witnesses=witnesses,
        )

    return record(ws, build, request)


def pay_advance(
    ws: Workspace,
    on: date,
    amount_fen: int,
    place: str,
    staff: str,
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Advance money to a member of staff."""
    return record(
        ws,
        lambda book, books: advances.advance_paid(
            book.chart, on, amount_fen, place, restriction, papers, staff
        ),
        request,
    )


def settle_advance(
    ws: Workspace,
    no: int,
    on: date,
    *,
    goods: tuple[GoodsLine, ...] = (),
    spent_fen: int = 0,
    programme: str = "aid",
    returned_fen: int = 0,
    place: str = "cash",
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Settle an advance in goods, outlay and money brought back."""
    return record(
        ws,
        lambda book, books: advances.advance_settled(
            book.chart,
            on,
            *left_open(
                books,
                no,
                "advance",
                "advance-paid",
                spent_fen + returned_fen + sum(line.value_fen for line in goods),
            ),
            goods=goods,
            spent_fen=spent_fen,
            programme=programme,
            returned_fen=returned_fen,
            place=place,
            papers=papers,
        ),
        request,
    )


def owe_refund(
    ws: Workspace,
    no: int,
    on: date,
    amount_fen: int,
    *,
    own_fault: bool,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Book that a gift, or part of it, has to be given back."""

    def build(book: Book, books: Books) -> Draft:
        return owed_draft(book, books, no, on, amount_fen, own_fault=own_fault, papers=papers)

    return record(ws, build, request)


def owed_draft(
    book: Book,
    books: Books,
    no: int,
    on: date,
    amount_fen: int,
    *,
    own_fault: bool,
    papers: Papers,
) -> Draft:
    """A gift that has to be given back; Refused where that is more than was given."""
    entry = standing(books, no, "donation", "identified")
    given = sum(
        p.amount_fen for p in entry.postings if book.chart[p.credit].role.startswith("source:")
    )
    owed = sum(p.amount_fen for was in following(books, no, "refund-owed") for p in was)
    if owed + amount_fen > given:
        raise refuse(
            "more-than-given",
            _("entry {no} brought {given} yuan, {owed} are owed back already").format(
                no=no, given=yuan(given), owed=yuan(owed)
            ),
            _("book {left} yuan or less").format(left=yuan(given - owed)),
        )
    return donations.refund_owed(
        book.chart, on, entry, amount_fen, own_fault=own_fault, papers=papers
    )


def pay_refund(
    ws: Workspace,
    no: int,
    on: date,
    amount_fen: int,
    place: str,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Pay a refund that is owed."""
    return record(
        ws,
        lambda book, books: donations.refund_paid(
            book.chart,
            on,
            *left_open(books, no, "refund-due", "refund-owed", amount_fen),
            amount_fen,
            place,
            papers,
        ),
        request,
    )
