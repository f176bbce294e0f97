"""Reconciliations as entries: what was reconciled through which day, by whom, and who agreed.

``reconciled`` says of one place of money what the books and what the bank hold on a day, how many
items stand on one side only, and the hashes of the bill and of the adjustment sheet; a second
officer agrees with ``reconciliation-agreed``. ``cash-counted`` says the same of the cash box.
Those of a place follow each other without a gap::

    reconciled (from … to) ──► reconciliation-agreed        the next: from = to + 1 day
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol

from lovefund.core.accounts import AccountClass, Chart
from lovefund.core.entries import Draft, Fact
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.errors import Refusal
from lovefund.language import _, language
from lovefund.money import yuan

RECONCILED, AGREED = "reconciled", "reconciliation-agreed"
KINDS_OF_RECONCILIATIONS = (RECONCILED, AGREED)
_SHA256 = re.compile(r"[0-9a-f]{64}").fullmatch
#: What an account held on a day, in fen.
Held = Callable[[str, date], int]


class Proposal(Protocol):
    """A draft, or the line that it became."""

    @property
    def kind(self) -> str: ...
    @property
    def on(self) -> date: ...
    @property
    def facts(self) -> Mapping[str, Fact]: ...


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What entry ``no`` says of an account from one day to another; ``items`` are explained."""

    no: int
    by: str
    account: str
    first: date
    last: date
    book_fen: int
    bank_fen: int
    items: int
    sheet: str
    agreed_no: int | None = None
    agreed_by: str = ""

    @property
    def difference_fen(self) -> int:
        """What the bank holds more than the books."""
        return self.bank_fen - self.book_fen


def reconciled(
    on: date,
    account: str,
    first: date,
    last: date,
    book_fen: int,
    bank_fen: int,
    items: int,
    bill: str,
    sheet: str,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """An account was reconciled from ``first`` to ``last``; the hashes are of bill and sheet."""
    facts: dict[str, Fact] = {
        "account": account,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "book_fen": book_fen,
        "bank_fen": bank_fen,
        "items": items,
        "bill": bill,
        "sheet": sheet,
        **papers.facts(),
    }
    return Draft(RECONCILED, on, (), facts, file=papers.file())


def reconciliation_agreed(on: date, of: int, papers: Papers = NO_PAPERS) -> Draft:
    """The second officer's word."""
    return Draft(AGREED, on, (), {"of": of, **papers.facts()}, file=papers.file())


def reconciliation_from(no: int, by: str, facts: Mapping[str, Fact]) -> Reconciliation:
    """What a ``reconciled`` entry says; ValueError where it is not whole."""
    numbers = [facts.get(name) for name in ("book_fen", "bank_fen", "items")]
    if not all(type(number) is int for number in numbers):
        raise ValueError("amounts and items are whole numbers")
    hashes = [str(facts.get(name)) for name in ("bill", "sheet")]
    if not all(map(_SHA256, hashes)):
        raise ValueError("bill and sheet are named by SHA-256")
    book_fen, bank_fen, items = (int(str(number)) for number in numbers)
    return Reconciliation(
        no,
        by,
        str(facts.get("account")),
        date.fromisoformat(str(facts.get("from"))),
        date.fromisoformat(str(facts.get("to"))),
        book_fen,
        bank_fen,
        items,
        hashes[1],
    )


class Reconciliations:
    """The reconciliations of a fund, gone through entry by entry."""

    def __init__(self) -> None:
        self._known: dict[int, Reconciliation] = {}

    def add(self, no: int, by: str, entry: Proposal) -> None:
        """Go on from an entry."""
        of = entry.facts.get("of")
        if entry.kind == RECONCILED:
            try:
                self._known[no] = reconciliation_from(no, by, entry.facts)
            except ValueError:
                return
        elif entry.kind == AGREED and isinstance(of, int) and of in self._known:
            self._known[of] = replace(self._known[of], agreed_no=no, agreed_by=by)

    def get(self, no: int) -> Reconciliation | None:
        """What entry ``no`` says, if it is a reconciliation."""
        return self._known.get(no)

    def every(self) -> tuple[Reconciliation, ...]:
        """All of them, in order of recording."""
        return tuple(self._known.values())

    def of_account(self, account: str) -> list[Reconciliation]:
        """Those of an account, the newest day last; of one day the newest entry last."""
        found = (r for r in self._known.values() if r.account == account)
        return sorted(found, key=lambda r: (r.last, r.no))

    def agreed(self, account: str, through: date = date.max) -> Reconciliation | None:
        """The last one of an account, up to a day, that two officers signed."""
        found = [r for r in self.of_account(account) if r.agreed_by and r.last <= through]
        return found[-1] if found else None

    def before(self, account: str, first: date) -> Reconciliation | None:
        """The one that a bill beginning on ``first`` goes on from, or None."""
        found = [r for r in self.of_account(account) if r.last < first]
        return found[-1] if found else None

    def judge(self, entry: Proposal, by: str, chart: Chart, held: Held) -> Iterator[Refusal]:
        """Why this may not be said of a place of money, or not be agreed to."""
        if entry.kind == RECONCILED:
            yield from self._may_be_made(entry, by, chart, held)
        elif entry.kind == AGREED:
            of = entry.facts.get("of")
            known = self._known.get(of) if isinstance(of, int) else None
            if known is None:
                yield _malformed(_("it names no reconciliation"))
            elif known.agreed_by:
                yield Refusal(
                    "reconciliation-agreed-already",
                    _("{officer} has agreed to it already, by entry {no}").format(
                        officer=known.agreed_by, no=known.agreed_no
                    ),
                    _("Two officers sign a reconciliation (规范 art. 62)."),
                    _("nothing needs doing"),
                )
            else:
                if known.by == by:
                    yield Refusal(
                        "reconciliation-alone",
                        _("{officer} made this reconciliation").format(officer=by),
                        _("Two officers sign a reconciliation (规范 art. 62)."),
                        _("let another officer agree: lovefund --officer CODE agree NUMBER"),
                    )
                yield from _as_in_books(known, chart, held)

    def _may_be_made(self, entry: Proposal, by: str, chart: Chart, held: Held) -> Iterator[Refusal]:
        try:
            said = reconciliation_from(-1, by, entry.facts)
        except ValueError as error:
            yield _malformed(str(error))
            return
        if said.account not in chart or chart[said.account].kind is not AccountClass.MONEY:
            yield _malformed(_("{account} is no place of money").format(account=said.account))
            return
        if not said.first <= said.last <= entry.on or said.items < 0:
            yield _malformed(_("its days or numbers cannot be"))
            return
        yield from _as_in_books(said, chart, held)
        if said.items == 0 and said.difference_fen:
            yield Refusal(
                "unexplained",
                _("the bank holds {bank} yuan, the books {book}, and no item explains it").format(
                    bank=yuan(said.bank_fen), book=yuan(said.book_fen)
                ),
                _("A difference is explained line by line (law 9)."),
                _("name every item that stands on one side only: `lovefund reconcile --table`"),
            )
        earlier = self.of_account(said.account)
        follows = any(r.last == said.first - timedelta(days=1) for r in earlier)
        # The first bill of a place may be reconciled again, from the same day on.
        if earlier and not follows and said.first != earlier[0].first:
            yield gap(said.first, earlier[-1])


def gap(first: date, last: Reconciliation) -> Refusal:
    """The refusal of a bill that does not begin where the reconciliation before it ended."""
    return Refusal(
        "statement-gap",
        _("the bill begins on {first}; entry {no} reconciled through {last}").format(
            first=first, no=last.no, last=last.last
        ),
        _("Bills of a place follow each other without a gap (law 9)."),
        _("export the bill from {day} on").format(day=last.last + timedelta(days=1)),
    )


def _as_in_books(said: Reconciliation, chart: Chart, held: Held) -> Iterator[Refusal]:
    now = held(said.account, said.last)
    if now != said.book_fen:
        yield Refusal(
            "book-moved",
            _("{account} held {now} yuan on {day} by the books, not {said}").format(
                account=chart[said.account].label(language()),
                now=yuan(now),
                day=said.last,
                said=yuan(said.book_fen),
            ),
            _("What is reconciled is the balance of the books (law 9)."),
            _("reconcile again: `lovefund reconcile`"),
        )


def _malformed(what: str) -> Refusal:
    return Refusal(
        "reconciliation-facts",
        _("the reconciliation is not whole: {what}").format(what=what),
        _("Each kind of entry has its own facts (docs/kinds.md)."),
        _("use `lovefund reconcile`"),
    )
