"""Ends a fund: hands its pots, agreements and pupils' files to a successor of the same books."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from lovefund.actions.cases import listed as cases
from lovefund.actions.close import must_close_first, unclosed_years
from lovefund.actions.figures import titles
from lovefund.actions.keys import require_keys
from lovefund.actions.workspace import Workspace, new_request, only_fund, refuse, year_is_closed
from lovefund.core import succession as core
from lovefund.core.entries import AGENCY, BUILT_IN, Draft
from lovefund.core.kinds import KINDS, kind_name
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.core.restrictions import restriction_opened
from lovefund.core.succession import AGREEMENTS, FILES, WOUND_UP, still_open
from lovefund.errors import BadInput, Refusal, Refused
from lovefund.language import _, language
from lovefund.money import yuan
from lovefund.store.book import Book, Posted
from lovefund.store.reading import Books, funds

#: The kinds whose dossiers prove what donors agreed to.
_AGREED = ("restriction-opened", "restriction-changed", "agreements-received")


def wind_up(ws: Workspace, to_fund: str, papers: Papers = NO_PAPERS) -> list[Posted]:
    """End the fund today: all it has goes to ``to_fund``, in entries that name each other.

    Refused while anything is open, naming each; both funds are locked in the order of names.
    """
    with ws.database.reading() as connection:
        fund = ws.fund or only_fund([f for f in funds(connection) if f != to_fund])
    if to_fund == fund:
        raise BadInput("successor", to_fund, _("it is the same fund"), _("choose another fund"))
    posted: list[Posted] = []
    with ws.gates(fund, to_fund) as gates:
        giver, taker = gates[fund], gates[to_fund]
        old = Books(giver.connection, fund)
        new = Books(taker.connection, to_fund)
        if (before := old.by_request(WOUND_UP)) is not None:
            raise refuse(
                "wound-up",
                _("this fund ended by entry {no}").format(no=before.no),
                _("nothing needs doing"),
            )
        require_keys(old)
        require_keys(new)
        if refusals := list(_open(old, giver.at)):
            raise Refused(tuple(refusals))
        if open_years := unclosed_years(old, giver.at):
            raise must_close_first(open_years[0])
        on, size_before = min(giver.at, taker.at), taker.size
        posted += _pots(giver, taker, old, new, on, papers)
        if not year_is_closed(old, on.year):
            balances = [
                (m.account, m.restriction, m.debit_fen - m.credit_fen) for m in old.balances()
            ]
            last = core.last_year_closed(old.chart, on, balances, old.restrictions)
            posted.append(_post(giver, last))
        ended = giver.size
        for kind, files in ((FILES, _files(old, pupils=True)), (AGREEMENTS, _files(old))):
            if files:
                posted.append(_post(taker, core.received(kind, on, fund, ended, files)))
        last_of_taker = taker.size - 1 if taker.size > size_before else None
        end = core.wound_up(on, to_fund, last_of_taker, replace(papers, override=None))
        posted.append(giver.post_one(replace(end, request=WOUND_UP)))
    return posted


def _pots(
    giver: Book, taker: Book, old: Books, new: Books, on: date, papers: Papers
) -> Iterator[Posted]:
    """Every restriction is opened again in the successor, and all money goes over."""
    held = _held(old)
    codes = {}
    for code in held:
        built_in = code in {r.code for r in BUILT_IN}
        codes[code] = code if built_in else core.new_code(code, old.fund, taker.restrictions)
        if not built_in:
            yield _post(taker, _reopened(old, on, code, codes[code]))
    if held:
        gives, takes = giver.size, taker.size
        yield _post(
            giver,
            core.handed_over(old.chart, on, held, old.restrictions, new.fund, takes, papers),
        )
        yield _post(
            taker,
            core.taken_over(
                new.chart, old.chart, on, held, old.restrictions, codes, old.fund, gives
            ),
        )


def _post(gate: Book, draft: Draft) -> Posted:
    return gate.post_one(replace(draft, request=new_request()))


def _held(books: Books) -> dict[str, dict[str, int]]:
    """What each restriction holds at each place of money; empty ones left out."""
    money = {a.code for a in books.chart.accounts.values() if a.kind.value == "money"}
    found: dict[str, dict[str, int]] = {}
    for m in books.balances():
        if m.account in money and m.debit_fen != m.credit_fen:
            found.setdefault(m.restriction, {})[m.account] = m.debit_fen - m.credit_fen
    return found


def _reopened(books: Books, on: date, code: str, new: str) -> Draft:
    """A donor's limit as the successor takes it over: title, programmes, agreement."""
    known = books.restrictions[code]
    return restriction_opened(
        on, new, titles(books).get(code, code), known.programmes, known.agreement
    )


def _files(books: Books, *, pupils: bool = False) -> list[Any]:
    """The dossiers that go over: pupils' files, or what donors agreed to and gave for a purpose."""
    kinds = [k for k in KINDS if KINDS[k].pupils] if pupils else [*_AGREED, "donation"]
    wanted = {
        e.no: e
        for e in books.entries(kinds=kinds)
        if e.kind != "donation" or any(books.restrictions[p.restriction].restricted
                                       for p in e.postings)
    }  # fmt: skip
    sealed = books.sealed_between(min(wanted, default=0), max(wanted, default=0))
    return [
        [no, entry.kind, entry.on.isoformat(), json.loads(sealed[no]["file"][1])]
        for no, entry in wanted.items()
        if "file" in sealed.get(no, {})
    ]


def _open(books: Books, today: date) -> Iterator[Refusal]:
    """Everything that has to be settled before a fund may end, each by its name."""
    for no, account, code, opened, settled in books.open_items():
        label = books.chart[account].label(language()) if account in books.chart else _("reserved")
        yield still_open(
            _("entry {no}: {label}, {left} yuan in {code}").format(
                no=no, label=label, left=yuan(opened - settled), code=code
            ),
            _("settle it, or give it up; `lovefund open-items` lists them"),
        )
    agency = sum(p["money_fen"] + p["stock_fen"] for p in books.pots() if p["code"] == AGENCY)
    if agency:
        yield still_open(
            _("{left} yuan are held for pupils").format(left=yuan(agency)),
            _("pass them on, or give them back; `lovefund agency` lists whose they are"),
        )
    for slug, code, quantity, value in books.stock():
        yield still_open(
            _("{quantity} {goods} of {code} in stock, {value} yuan").format(
                quantity=quantity,
                goods=books.chart.goods[slug].name(language()),
                code=code,
                value=yuan(value),
            ),
            _("give or sell what is in stock; `lovefund stock` lists it"),
        )
    for row in cases(books, every=False):
        if row.coming:
            yield still_open(
                _("application {no}: “{kind}” is next").format(
                    no=row.case.no, kind=kind_name(row.coming[0])
                ),
                _("finish it, or refuse or withdraw it; `lovefund cases` lists them"),
            )
    for project in books.undertakings.projects.known.values():
        if not project.is_over:
            yield still_open(
                _("project {no} is not completed, or not paid out").format(no=project.no),
                _("complete it, end its contracts; `lovefund project {no}`").format(no=project.no),
            )
    pledges = books.undertakings.pledges
    for no in sorted(pledges.known - pledges.ended):
        yield still_open(
            _("pledge {no} is open").format(no=no),
            _("ask the sponsor, and end it here: lovefund pledge-end {no}").format(no=no),
        )
