"""What waits in the inbox: each candidate, what it is taken for and why, and what was decided."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from lovefund.actions.bills import identity_of_order, inbox_of
from lovefund.actions.read import restriction_titles
from lovefund.actions.workspace import Workspace, existing, refuse
from lovefund.core import candidates as c
from lovefund.core.candidates import Decision, Known, Pair, Row, Rule, Suggestion
from lovefund.core.names import PublicName, mask
from lovefund.core.places import PLACES
from lovefund.errors import BadInput
from lovefund.language import _, said
from lovefund.store.inbox import Decided, Inbox, KeptRow
from lovefund.store.reading import Books

_AROUND = timedelta(days=c.DAYS_BETWEEN)
_GIFTS = ("donation", "identified", "name-mended")
#: What entries of these kinds were accepted as.
_KINDS = {
    "donation": c.GIFT,
    "unidentified": c.UNIDENTIFIED,
    "interest": c.INTEREST,
    "fee": c.FEE,
    "outlay-paid": c.OUTLAY,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row, or the two rows of a pair, with what it is taken for.

    ``kept`` are the rows, the one that it is called by first; ``row`` is what they say together,
    ``on`` the day that its entry will bear.
    """

    kept: tuple[KeptRow, ...]
    row: Row
    suggestion: Suggestion
    on: date

    @property
    def id(self) -> str:
        """What people call it."""
        return self.kept[0].id

    @property
    def identities(self) -> tuple[str, ...]:
        """What its rows are known by."""
        return tuple(row.identity for row in self.kept)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the bills themselves that somebody should know; ``rule`` says why."""

    what: str
    rule: str
    mend: str


def waiting(books: Books) -> list[Candidate]:
    """Everything that waits, the oldest first."""
    inbox = inbox_of(books)
    kept = inbox.waiting()
    if not kept:
        return []
    by_identity = {row.identity: row for row in (*kept, *_accepted_near(inbox, kept))}
    rows = {i: _row(row) for i, row in by_identity.items() if not row.aside}
    pair_of, halves = _paired(rows.values())
    found: list[tuple[tuple[KeptRow, ...], Row, Pair | None]] = []
    for one in kept:
        pair = pair_of.get(one.identity)
        if pair is None:
            found.append(((one,), rows[one.identity], None))
        elif c.merged(pair).identity == one.identity:
            other = pair.wallet if pair.bank.identity == one.identity else pair.bank
            found.append(((one, by_identity[other.identity]), c.merged(pair), pair))
    known = _known(books, inbox, [row for _kept, row, _pair in found], kept, halves)
    return [_candidate(*one, known) for one in found]


def _accepted_near(inbox: Inbox, kept: Sequence[KeptRow]) -> list[KeptRow]:
    """The accepted rows that can be the other row of one that waits; no others are opened."""
    expected = {c.at_bank(_row(row)) for row in kept}
    there = {row.fen for row in kept if row.place == "bank"}

    def may_pair(row: Any, place: str) -> bool:
        if row.aside or row.entry is None:
            return False
        if place == "bank":
            return row.amount_fen in expected
        comes = row.happening == c.PAYMENT and row.amount_fen > 0
        return bool(there) and not comes

    return inbox.between(kept[0].on - _AROUND, kept[-1].on + _AROUND, may_pair)


def _candidate(
    members: tuple[KeptRow, ...], row: Row, pair: Pair | None, known: Known
) -> Candidate:
    decided = {k: v for member in reversed(members) for k, v in member.decided.items()}
    on = date.fromisoformat(decided["on"]) if "on" in decided else row.on
    made = c.as_decided(row, c.suggest(replace(row, on=on), pair, known), decided, known)
    return Candidate(members, row, made, on)


def _paired(rows: Iterable[Row]) -> tuple[dict[str, Pair], dict[str, int]]:
    """The pairs of which both rows wait, by identity; and rows whose other row was accepted."""
    pairs: dict[str, Pair] = {}
    halves: dict[str, int] = {}
    for pair in c.pairs(rows):
        for one, other in (pair, pair[::-1]):
            if one.entry is None and other.entry is None:
                pairs[one.identity] = pair
            elif one.entry is None and other.entry is not None:
                halves[one.identity] = other.entry
    return pairs, halves


def _row(kept: KeptRow) -> Row:
    said_ = kept.said
    return Row(
        kept.identity,
        kept.place,
        kept.on,
        kept.happening,
        kept.fen,
        said_["fee_fen"],
        said_["party"],
        said_["note"],
        said_["method"],
        said_["order"],
        said_["refund_of"],
        kept.personal,
        kept.entry,
    )


def _known(
    books: Books,
    inbox: Inbox,
    rows: Sequence[Row],
    kept: Sequence[KeptRow],
    halves: Mapping[str, int],
) -> Known:
    """What the books know about these rows."""
    first, last = min(r.on for r in rows), max(r.on for r in rows)
    near = timedelta(days=c.DAYS_TYPED)
    accounts = {books.chart.code(place): place for place in PLACES}
    taken = inbox.same_entries()
    typed = [
        c.Typed(no, on, place, fen)
        for no, on, place, fen in inbox.typed(accounts, first - near, last + near)
        if no not in taken
    ]
    given = _gifts(books)
    practice = Counter(g.mode for g in given.values() if g.mode is not PublicName.ORG)
    silent = practice[PublicName.ANONYMOUS] * 2 > practice.total()
    gifts, gifts_waiting = _given_back(books, inbox, rows, kept, given)
    closed = books.head().closed_through
    return Known(
        _rules_of(books, inbox, kept, given),
        c.typed_before(rows, typed),
        halves,
        gifts,
        gifts_waiting,
        _words(books),
        _chosen(given.values()),
        PublicName.ANONYMOUS if silent else PublicName.MASKED,
        books.first_day() or date.min,
        date.fromisoformat(closed) if closed != "0000-00-00" else date.min,
    )


def _words(books: Books) -> list[tuple[str, str]]:
    """The titles by which a note may name a restriction of a donor's, with its code."""
    titles = restriction_titles(books)
    return [
        (part, code)
        for code, restriction in books.restrictions.items()
        if restriction.restricted and code != "named"
        for part in {titles[code], said(titles[code], "zh"), said(titles[code], "en"), code}
        if len(part) >= 2
    ]


class Gift(NamedTuple):
    """Who gave by an entry and how that is shown, as it was last mended."""

    no: int
    name: str
    mode: PublicName
    alias: str


def _gifts(books: Books) -> dict[int, Gift]:
    """Every gift whose donor is known, by entry."""
    found: dict[int, Gift] = {}
    of = {e.no: e.of for e in books.entries(kinds=("name-mended",))}
    for no, slots in books.sealed_between(0, books.head().size, kinds=_GIFTS).items():
        file = json.loads(slots["file"][1]) if "file" in slots else {}
        shown = slots["shown"][1] if "shown" in slots else ""
        name = file.get("name", "")
        gift = found.get(of.get(no) or no)
        if gift is not None:
            mode = _mode(name, shown)
            alias = shown if mode is PublicName.ALIAS else ""
            found[gift.no] = Gift(gift.no, name or gift.name, mode, alias)
        elif name and "public" in file:
            mode = PublicName(file["public"])
            found[no] = Gift(no, name, mode, shown if mode is PublicName.ALIAS else "")
    return found


def _mode(name: str, shown: str) -> PublicName:
    """How a name that was mended is shown now."""
    if not shown:
        return PublicName.ANONYMOUS
    if shown == name:
        return PublicName.REAL
    return PublicName.MASKED if shown == mask(name) else PublicName.ALIAS


def _chosen(gifts: Iterable[Gift]) -> dict[str, tuple[PublicName, str]]:
    """The least that each donor chose to show of the name."""
    found: dict[str, tuple[PublicName, str]] = {}
    for gift in gifts:
        known = found.get(gift.name)
        if known is None or c.publicness(gift.mode) < c.publicness(known[0]):
            found[gift.name] = (gift.mode, gift.alias)
    return found


def _given_back(
    books: Books,
    inbox: Inbox,
    rows: Sequence[Row],
    kept: Sequence[KeptRow],
    given: Mapping[int, Gift],
) -> tuple[dict[str, int], dict[str, str]]:
    """The gifts that rows give back, by identity: booked ones by entry, waiting ones by id."""
    back = [row for row in rows if c.gives_back(row)]
    originals = {
        row.identity: identity_of_order(books.vault, row.place, row.refund_of)
        for row in back
        if row.refund_of
    }
    entries = inbox.entries_of(originals.values()) if originals else {}
    ids = {row.identity: row.id for row in kept}
    booked = {i: entries[o] for i, o in originals.items() if o in entries}
    waiting_ = {i: ids[o] for i, o in originals.items() if o in ids and o not in entries}
    unfound = [row for row in back if row.identity not in booked and row.identity not in waiting_]
    wanted = {row.party for row in unfound if row.party}
    by_name: dict[str, list[int]] = {}
    for gift in given.values():
        if gift.name in wanted:
            by_name.setdefault(gift.name, []).append(gift.no)
    for row in unfound:
        for no in reversed(by_name.get(row.party, ())):
            entry = books.entry(no)
            if entry is None or entry.on > row.on:
                continue
            if sum(p.amount_fen for p in entry.postings) >= -row.fen:
                booked[row.identity] = no
                break
    return booked, waiting_


def _rules_of(
    books: Books, inbox: Inbox, kept: Sequence[KeptRow], given: Mapping[int, Gift]
) -> dict[str, Rule]:
    """What was decided before about the parties of these rows, by name."""
    names = {row.party: row.said["party"] for row in kept if row.party}
    decisions = (
        _decision(books, one, names[one.party], given) for one in inbox.decisions(names.keys())
    )
    return c.learn(one for one in decisions if one is not None)


def _decision(
    books: Books, decided: Decided, party: str, given: Mapping[int, Gift]
) -> Decision | None:
    kind = _KINDS.get(decided.kind)
    if kind is None:
        return None
    debit, credit = (books.chart[code].role for code in decided.accounts)
    gift = given.get(decided.no, _NOBODY)
    return Decision(
        party,
        decided.on,
        kind,
        gift.name,
        gift.mode,
        gift.alias,
        credit.removeprefix("source:") if kind == c.GIFT else "",
        decided.restriction,
        debit.removeprefix("programme:") if kind == c.OUTLAY else "",
    )


_NOBODY = Gift(0, "", PublicName.ANONYMOUS, "")


def rules(ws: Workspace) -> list[Rule]:
    """What the next row of each party will be taken for, the most often decided first."""
    with ws.reading() as books:
        inbox, given = inbox_of(books), _gifts(books)
        decisions = (_decision(books, one, one.name, given) for one in inbox.decisions())
        learnt = c.learn(one for one in decisions if one is not None)
    return sorted(learnt.values(), key=lambda r: (-r.times, r.decision.party))


def findings(books: Books) -> list[Finding]:
    """What the bills say of themselves that is wrong with where the money is kept."""
    found = []
    for bill in inbox_of(books).bills():
        if bill.personal:
            found.append(
                Finding(
                    _("bill {no} ({name}) is that of a private person's account").format(
                        no=bill.no, name=bill.private["name"]
                    ),
                    _(
                        "Public money is never kept in a private person's name "
                        "(公款私存; 会计法 art. 16; R25)."
                    ),
                    _(
                        "move what is there to the fund's own account, and let gifts go there "
                        "from now on"
                    ),
                )
            )
        if bill.private["gap"]:
            found.append(
                Finding(
                    _("before bill {no} something is missing: {gap}").format(
                        no=bill.no, gap=bill.private["gap"]
                    ),
                    _("It was imported all the same, because: {why}").format(
                        why=bill.private["because"]
                    ),
                    _("import the bill of the days between, once it is there"),
                )
            )
    return found


def row(books: Books, name: str) -> KeptRow:
    """The row that people call so, whatever became of it; BadInput where there is none."""
    return inbox_of(books).row(name)


def put_aside(books: Books) -> list[KeptRow]:
    """Rows that were set aside, the oldest first."""
    return inbox_of(books).put_aside()


def candidate(books: Books, name: str) -> Candidate:
    """The candidate that people call so; Refused where it does not wait any more."""
    kept = row(books, name)
    for one in waiting(books):
        if kept.identity in one.identities:
            return one
    if kept.entry is not None:
        what = _("row {id} was accepted, as entry {no}").format(id=name, no=kept.entry)
        mend = _("look at it with `lovefund show {no}`").format(no=kept.entry)
    else:
        why = kept.decided.get("because", "")
        what = _("row {id} is set aside: {why}").format(id=name, why=why)
        mend = _("`lovefund inbox back {id}` lets it wait again").format(id=name)
    raise refuse("not-waiting", what, mend)


def edit(ws: Workspace, name: str, changes: Mapping[str, str | int]) -> Candidate:
    """Decide something about a candidate; what is not named stays guessed."""
    with ws.writing() as (_book, books):
        one = candidate(books, name)
        _require_sound(books, changes)
        inbox = inbox_of(books)
        inbox.decide(one.kept[0], {**one.kept[0].decided, **changes})
        return candidate(books, name)


def _require_sound(books: Books, changes: Mapping[str, str | int]) -> None:
    """BadInput or Refused where a decision names what is not there."""
    if changes.get("kind", c.GIFT) not in c.KINDS[:-1]:
        raise BadInput(
            "--as",
            str(changes["kind"]),
            _("it is not among the choices"),
            _("one of {choices}").format(choices=", ".join(c.KINDS[:-1])),
        )
    if "of" in changes:
        existing(books, int(changes["of"]))
    if changes.get("other", "cash") not in PLACES:
        raise BadInput(
            "--other",
            str(changes["other"]),
            _("it is not among the choices"),
            _("one of {choices}").format(choices=", ".join(PLACES)),
        )


def set_aside(ws: Workspace, names: Sequence[str], because: str) -> None:
    """Set candidates aside with a reason; they book nothing and can be brought back."""
    with ws.writing() as (_book, books):
        inbox = inbox_of(books)
        for name in names:
            for kept in candidate(books, name).kept:
                inbox.set_aside(kept, because)


def bring_back(ws: Workspace, names: Sequence[str]) -> None:
    """Let rows that were set aside wait again; Refused where one was not set aside."""
    with ws.writing() as (_book, books):
        inbox = inbox_of(books)
        for name in names:
            kept = inbox.row(name)
            if not kept.aside:
                raise refuse(
                    "not-aside",
                    _("row {id} is not set aside").format(id=name),
                    _("`lovefund inbox show {id}` tells where it stands").format(id=name),
                )
            inbox.bring_back(kept)
