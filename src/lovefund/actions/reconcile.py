"""Reconciles a place of money with its bill: what agrees, what is left over, and the entry."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lovefund.actions.evidence import evidence_folder, evidence_path, keep_content
from lovefund.actions.workspace import Workspace, existing, record, refuse
from lovefund.core import reconciliations as r
from lovefund.core.adjusting import (
    OPENING,
    Item,
    Pair,
    Sheet,
    carried,
    read_sheet,
    sheet_sha256,
    sheet_text,
)
from lovefund.core.entries import Draft, Entry
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.core.reconciling import Line, Match, Matching, match
from lovefund.core.text import MEMO_LENGTH_MAX, clean
from lovefund.errors import BadInput, Refusal, Refused, StorageError
from lovefund.imports.bills import Bill, BillRow
from lovefund.language import _, language
from lovefund.money import yuan
from lovefund.store.book import Book, Posted
from lovefund.store.reading import Books
from lovefund.store.reconciliations import held_through, read_reconciliations

#: An item that only the bank has is expected in the books within so many days.
BOOK_WITHIN_DAYS = 3
#: An item that was open before is looked for so many days back.
DAYS_LATE_MAX = 400


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be reconciled, and what people said of it.

    ``through`` is the last day, that of the bill if None; ``balance_fen`` is what the place held
    at its end, where the bill does not say it; ``together`` are lines that belong together, by
    their ids; ``why`` explains items by theirs.
    """

    place: str
    bill: Bill
    content: bytes
    through: date | None = None
    balance_fen: int | None = None
    together: tuple[frozenset[str], ...] = ()
    why: Mapping[str, str] | None = None

    @property
    def last(self) -> date:
        """The last day that is reconciled."""
        return self.through or self.bill.last


@dataclass(frozen=True, slots=True)
class _Side:
    """Lines with what is told of each beside it."""

    lines: tuple[Line, ...]
    items: Mapping[str, Item]


def reconcile(
    ws: Workspace, wanted: Wanted, on: date, papers: Papers = NO_PAPERS, request: str = ""
) -> Posted:
    """Book that a place was reconciled; Refused as long as an item has no explanation."""

    def build(book: Book, books: Books) -> Draft:
        sheet = sheet_of(ws, books, wanted)
        if sheet.unexplained():
            raise Refused(tuple(_unexplained(item, sheet.last) for item in sheet.unexplained()))
        text = sheet_text(sheet)
        kept = (
            *papers.evidence,
            keep_content(ws, wanted.content, wanted.bill.name),
            keep_content(ws, text.encode(), f"{sheet.account}-{sheet.last}.json"),
        )
        return r.reconciled(
            on,
            sheet.account,
            sheet.first,
            sheet.last,
            sheet.book_fen,
            sheet.bank_fen,
            len(sheet.items),
            sheet.bill,
            sheet_sha256(text),
            replace(papers, evidence=kept),
        )

    return record(ws, build, request)


def prepare(ws: Workspace, wanted: Wanted) -> Sheet:
    """What would be reconciled; nothing is booked."""
    with ws.reading() as books:
        return sheet_of(ws, books, wanted)


def kept_sheet(ws: Workspace, books: Books, no: int) -> Sheet:
    """The sheet of reconciliation ``no`` as it is kept beside the books."""
    entry = existing(books, no, r.RECONCILED)
    sha256 = str(entry.facts["sheet"])
    try:
        text = evidence_path(evidence_folder(ws), sha256).read_bytes().decode()
        if sheet_sha256(text) != sha256:
            raise ValueError(sha256)
        return read_sheet(text)
    except (OSError, ValueError) as error:
        raise StorageError(
            _("entry {no}").format(no=no),
            _("its adjustment sheet is missing or changed"),
            _("put the original back as {path}").format(
                path=evidence_path(evidence_folder(ws), sha256)
            ),
        ) from error


def sheet_of(ws: Workspace, books: Books, wanted: Wanted) -> Sheet:
    """The sheet of a bill beside the books as they are."""
    account, bill, last = books.chart.code(wanted.place), wanted.bill, wanted.last
    known = read_reconciliations(books.connection, books.fund)
    base = known.before(account, last)
    first = base.last + timedelta(days=1) if base else bill.first
    if base and bill.first > first and bill.opening_fen is None:
        raise Refused((r.gap(bill.first, base),))
    fresh = [row for row in bill.rows if row.fen and first <= row.on <= last]
    bank_fen, opening_fen = _bank_balances(wanted, base, first, fresh)
    open_items = _carried(ws, books, base)
    ours = _book_side(books, account, first, last, base, open_items)
    theirs = _bank_side(fresh, open_items)
    book_fen = held_through(books.connection, books.fund, account, last)
    found = _matched(ours, theirs, wanted.together, open_items)
    items = [
        *(_item(ours, line, at_bank=False) for line in found.book),
        *(_item(theirs, line, at_bank=True) for line in found.bank),
    ]
    if base is None:
        before = book_fen - sum(line.fen for line in ours.lines)
        if opening_fen != before:
            line = Line(OPENING, first, opening_fen - before)
            items.insert(0, Item(line, True, _("the difference before {day}").format(day=first)))
    sheet = Sheet(
        books.fund,
        account,
        first,
        last,
        bill.sha256,
        book_fen,
        bank_fen,
        tuple(items),
        tuple(_pair(m) for m in found.matches),
        secrets.token_hex(16),
    )
    return sheet.explained(_words(sheet, wanted.why or {}))


def agree(
    ws: Workspace, no: int, on: date, papers: Papers = NO_PAPERS, request: str = ""
) -> Posted:
    """Agree to a reconciliation, as the second officer."""

    def build(book: Book, books: Books) -> Draft:
        existing(books, no, r.RECONCILED)
        return r.reconciliation_agreed(on, no, papers)

    return record(ws, build, request)


def is_one(ws: Workspace, no: int) -> bool:
    """Whether entry ``no`` is a reconciliation."""
    with ws.reading() as books:
        entry = books.entry(no)
    return entry is not None and entry.kind == r.RECONCILED


# The bank


def _bank_balances(
    wanted: Wanted, base: r.Reconciliation | None, first: date, fresh: Sequence[BillRow]
) -> tuple[int, int]:
    """What the bank held at the end, and before the first row that counts."""
    bill = wanted.bill
    skipped = sum(row.fen for row in bill.rows if row.on < first)
    moved = sum(row.fen for row in fresh)
    said = [bill.opening_fen + skipped] if bill.opening_fen is not None else []
    if bill.closing_fen is not None:
        later = sum(row.fen for row in bill.rows if row.on > wanted.last)
        said.append(bill.closing_fen - later - moved)
    if wanted.balance_fen is not None:
        said.append(wanted.balance_fen - moved)
    if base is not None:
        said.append(base.bank_fen)
    if not said:
        raise BadInput(
            "balance",
            "",
            _("this bill does not say what was left"),
            _("give --balance: what the place held at the end of {day}").format(day=wanted.last),
        )
    if len(set(said)) > 1:
        raise refuse(
            "balances-apart",
            _(
                "the bill begins on {first} with {one} yuan by one account, {other} by another"
            ).format(
                first=first, one=yuan(said[0]), other=yuan(next(s for s in said if s != said[0]))
            ),
            _("export the whole bill again, and look at the balance of its last day"),
            _("One bill opens where the last one closed, and its rows lead to its end (law 9)."),
        )
    return said[0] + moved, said[0]


def _bank_side(fresh: Iterable[BillRow], open_items: Sequence[Item]) -> _Side:
    items = {item.line.id: item for item in open_items if item.at_bank}
    for row in fresh:
        # A fee that came back with a refund is a row of its own under the number of the refund.
        id_ = f"r{row.number}" if f"r{row.number}" not in items else f"r{row.number}b"
        line = Line(id_, row.on, row.fen, _party(row.party), row.fee_fen)
        note = " ".join(filter(None, (row.party, row.note)))
        items[line.id] = Item(line, True, note)
    return _Side(tuple(item.line for item in items.values()), items)


# The books


def _book_side(
    books: Books,
    account: str,
    first: date,
    last: date,
    base: r.Reconciliation | None,
    open_items: Sequence[Item],
) -> _Side:
    """What the books have since the base, with what was open then; a correction joins its entry."""
    again = {no for item in open_items if not item.at_bank for no in item.entries}
    since = [
        entry
        for entry in books.entries(None if base else first, last)
        if entry.no in again or base is None or entry.on >= first or entry.no > base.no
    ]
    touching = [(entry, _moved(entry, account)) for entry in since]
    touching = [
        (entry, fen)
        for entry, fen in touching
        if fen is not None and (base is not None or entry.kind != "opening-balance")
    ]
    families: dict[int, list[tuple[Entry, int]]] = {}
    for entry, fen in touching:
        mends = entry.kind in ("correction", "void") and entry.of in families
        families.setdefault(entry.of if mends and entry.of is not None else entry.no, []).append(
            (entry, fen or 0)
        )
    parties = _parties(books, [entry.no for entry, _fen in touching])
    words = {item.line.id: item.why for item in open_items}
    items = {}
    for no, members in families.items():
        root = members[0][0]
        name = parties.get(no, "")
        line = Line(f"e{no}", root.on, sum(fen for _entry, fen in members), _party(name))
        note = " ".join(filter(None, (root.voucher, name)))
        numbers = tuple(entry.no for entry, _fen in members)
        items[line.id] = Item(line, False, note, words.get(line.id, ""), numbers, root.kind)
    return _Side(tuple(item.line for item in items.values()), items)


def _moved(entry: Entry, account: str) -> int | None:
    """What an entry moves on an account, set off within the entry; None where it has nothing."""
    touching = [p for p in entry.postings if account in p[:2]]
    if not touching:
        return None
    return sum(p.amount_fen * ((p.debit == account) - (p.credit == account)) for p in touching)


def _parties(books: Books, numbers: Sequence[int]) -> dict[int, str]:
    """Whom each entry is from or to, by its sealed dossier; none where no keys are here."""
    found: dict[int, str] = {}
    wanted = set(numbers)
    if not wanted:
        return found
    broken: list[int] = []
    for no, slots in books.sealed_between(min(wanted), max(wanted), broken).items():
        if no in wanted and "file" in slots:
            file = json.loads(slots["file"][1])
            found[no] = next((str(file[key]) for key in _NAMES if file.get(key)), "")
    return found


_NAMES = ("name", "payee", "staff", "guardian")


def _party(text: str) -> str:
    """A name as it is compared."""
    return "".join(text.split()).casefold()


# Both


def _carried(ws: Workspace, books: Books, base: r.Reconciliation | None) -> list[Item]:
    """What the reconciliation before left open."""
    if base is None or not base.items:
        return []
    return list(carried(kept_sheet(ws, books, base.no).items, base.no))


def _matched(
    ours: _Side, theirs: _Side, together: Sequence[frozenset[str]], open_items: Sequence[Item]
) -> Matching:
    """What people put together first, then what matches by itself."""
    by_hand: list[Match] = []
    gone: set[str] = set()
    for ids in together:
        book = tuple(line for line in ours.lines if line.id in ids)
        bank = tuple(line for line in theirs.lines if line.id in ids)
        unknown = ids - {line.id for line in (*book, *bank)}
        if unknown or gone & ids:
            raise BadInput(
                "match",
                "+".join(sorted(ids)),
                _("no line is called {id}, or it stands in two matches").format(
                    id=", ".join(sorted(unknown or gone & ids))
                ),
                _("`lovefund reconcile` without --close lists the open lines"),
            )
        sums = [sum(line.fen for line in side) for side in (book, bank)]
        if sums[0] != sums[1]:
            raise BadInput(
                "match",
                "+".join(sorted(ids)),
                _("the books have {book} yuan, the bank {bank}").format(
                    book=yuan(sums[0]), bank=yuan(sums[1])
                ),
                _("match lines of one sum"),
            )
        by_hand.append(Match(book, bank))
        gone |= ids
    found = match(
        [line for line in ours.lines if line.id not in gone],
        [line for line in theirs.lines if line.id not in gone],
    )
    old = {item.line.id for item in open_items}
    # What was open before may find its like however late that comes.
    ours_late = match([x for x in found.book if x.id in old], found.bank, DAYS_LATE_MAX)
    book = (*ours_late.book, *(x for x in found.book if x.id not in old))
    bank_late = match(book, [x for x in ours_late.bank if x.id in old], DAYS_LATE_MAX)
    bank = (*bank_late.bank, *(x for x in ours_late.bank if x.id not in old))
    return Matching(
        (*by_hand, *found.matches, *ours_late.matches, *bank_late.matches),
        tuple(sorted(bank_late.book, key=lambda line: line.on)),
        tuple(sorted(bank, key=lambda line: line.on)),
    )


def _item(side: _Side, line: Line, *, at_bank: bool) -> Item:
    """What is told of a line; a fee that stands apart tells what its row tells."""
    whole = side.items.get(line.id) or side.items[line.id.removesuffix("f")]
    return replace(whole, line=line)


def _pair(each: Match) -> Pair:
    side = each.book or each.bank
    return Pair(
        tuple(line.id for line in each.book),
        tuple(line.id for line in each.bank),
        sum(line.fen for line in side),
    )


def _words(sheet: Sheet, why: Mapping[str, str]) -> dict[str, str]:
    """The explanations by item, each a clean text of an item that is open."""
    known = {item.line.id for item in sheet.items}
    for id_ in why:
        if id_ not in known:
            raise BadInput(
                "explain",
                id_,
                _("no open line is called so"),
                _("open are {known}").format(known=_(", ").join(sorted(known)) or "-"),
            )
    return {id_: clean(text, "explain", MEMO_LENGTH_MAX) for id_, text in why.items() if text}


def _unexplained(item: Item, day: date) -> Refusal:
    """The refusal to close over an item that nobody has explained."""
    side = _("only at the bank") if item.at_bank else _("only in the books")
    old = item.at_bank and item.age(day) > BOOK_WITHIN_DAYS
    return Refusal(
        "unexplained",
        _("{id} of {day}, {amount} yuan, stands {side} (days: {age}): {note}").format(
            id=item.line.id,
            day=item.line.on,
            amount=yuan(item.line.fen),
            side=side,
            age=item.age(day),
            note=item.told(language()) or "-",
        ),
        _("A difference is explained line by line (law 9)."),
        (
            _("book it: `lovefund donate`, `fee`, `interest`, `unidentified`; or --explain {id}=…")
            if old
            else _("say why with --explain {id}=…, or match it by hand with --match")
        ).format(id=item.line.id),
    )
