"""Mends what was booked: corrections, voids, names, lost receipts, more papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lovefund.actions.agency import may_mend
from lovefund.actions.keys import require_keys
from lovefund.actions.workspace import Workspace, existing, record, refuse, year_is_closed
from lovefund.core import corrections
from lovefund.core.accounts import AccountClass, Chart
from lovefund.core.cases import APPLIED, STEPS
from lovefund.core.corrections import postings_now
from lovefund.core.donations import Donor
from lovefund.core.entries import AGENCY, Draft, Entry, Posting
from lovefund.core.grants import is_of_few
from lovefund.core.judge import CLASS, GIFTS, PUPILS_MIN, minor_shown
from lovefund.core.kinds import kind_name
from lovefund.core.names import is_of_several
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.errors import Refused
from lovefund.language import _
from lovefund.store.book import Book, Posted
from lovefund.store.reading import Books

_NEVER_MENDED = ("year-closed", "correction", "void")
#: Later entries that build nothing on the one they name.
_BESIDE = ("correction", "name-mended", "receipt-copied", "evidence-added", "unsealed")


@dataclass(frozen=True, slots=True)
class Changes:
    """What was wrong with an entry; None leaves a thing as it is."""

    amount_fen: int | None = None
    place: str | None = None
    source: str | None = None
    programme: str | None = None
    restriction: str | None = None


def correct(
    ws: Workspace,
    no: int,
    on: date,
    changes: Changes,
    reason: str,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Mend amount, place, source, programme or restriction of an entry, red and blue."""

    def build(book: Book, books: Books) -> Draft:
        entry = _mendable(books, no)
        before = corrections.postings_now(entry, books.naming(no))
        after = _changed(book.chart, entry, before, changes)
        if after == before:
            raise refuse(
                "nothing-changes",
                _("entry {no} says that already").format(no=no),
                _("look at it with `lovefund show {no}`").format(no=no),
            )
        may_mend(books, entry, _total(before), _total(after))
        if changes.source == "class":
            _may_be_shown(_shown_now(books, entry))
        closed_year = year_is_closed(books, entry.on.year)
        draft = corrections.correction(
            book.chart,
            on,
            entry,
            before,
            after,
            book.restrictions,
            closed_year=closed_year,
            reason=reason,
            papers=papers,
        )
        if not draft.postings:
            raise refuse(
                "year-closed",
                _("{year} is closed; this change would move nothing in its net assets").format(
                    year=entry.on.year
                ),
                _("note it on the voucher; it is not booked"),
                _("An earlier year is mended by one blue entry through net assets (规范 art. 51)."),
            )
        return draft

    return record(ws, build, request)


def void(
    ws: Workspace,
    no: int,
    on: date,
    reason: str,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Cancel an entry whole; its numbers stay used and its receipt becomes void."""

    def build(book: Book, books: Books) -> Draft:
        entry = _mendable(books, no)
        before = corrections.postings_now(entry, books.naming(no))
        may_mend(books, entry, _total(before), 0)
        return corrections.void(
            book.chart,
            on,
            entry,
            before,
            book.restrictions,
            closed_year=year_is_closed(books, entry.on.year),
            reason=reason,
            papers=papers,
        )

    return record(ws, build, request)


def _total(postings: tuple[Posting, ...]) -> int:
    return sum(p.amount_fen for p in postings)


def _mendable(books: Books, no: int) -> Entry:
    entry = existing(books, no)
    if entry.kind in ("transfer-out", "transfer-in"):
        raise refuse(
            "not-mendable",
            _("entry {no} is half of a transfer; the other half stands in another fund").format(
                no=no
            ),
            _("send the money back with `lovefund transfer`"),
            _("Both halves of a transfer say the same (law 5)."),
        )
    empty = not entry.postings and "reserve_fen" not in entry.facts
    if entry.kind in _NEVER_MENDED or (empty and entry.kind not in (APPLIED, *STEPS)):
        raise refuse(
            "not-mendable",
            _("an entry of the kind “{kind}” cannot be corrected or voided").format(
                kind=kind_name(entry.kind)
            ),
            _("mend the entry that it belongs to; `lovefund show {no}` names it").format(no=no),
            _("A correction names the entry that was wrong (law 5)."),
        )
    for later in books.naming(no):
        if later.kind == "void":
            raise refuse(
                "void-already",
                _("entry {no} was voided by entry {void}").format(no=no, void=later.no),
                _("record what is right as a new entry"),
            )
        if later.kind not in _BESIDE:
            if any(v.kind == "void" for v in books.naming(later.no)):
                continue
            raise refuse(
                "settled-already",
                _("entry {later} ({kind}) builds on entry {no}").format(
                    later=later.no, kind=kind_name(later.kind), no=no
                ),
                _("void entry {later} first").format(later=later.no),
            )
    return entry


def _changed(
    chart: Chart, entry: Entry, before: tuple[Posting, ...], changes: Changes
) -> tuple[Posting, ...]:
    if changes.amount_fen is not None and len(before) != 1:
        raise refuse(
            "several-postings",
            _("entry {no} has {count} postings; its amount cannot be changed in one go").format(
                no=entry.no, count=len(before)
            ),
            _("void it and record it again"),
        )
    if changes.restriction == AGENCY != before[0].restriction:
        raise refuse(
            "agency",
            _("agency money belongs to the restriction {agency}, not {code}").format(
                agency=AGENCY, code=before[0].restriction
            ),
            _("void it and record it again"),
            _("Money that is only passed on is not the fund's (财会〔2020〕9号 三)."),
        )
    if changes.programme not in (None, "aid") and is_of_few(entry):
        raise refuse(
            "small-group",
            _("a grant to fewer than {least} pupils is booked under aid to pupils").format(
                least=PUPILS_MIN
            ),
            _("choose the programme aid"),
            _("A programme of its own could point at a child (log format, section 1)."),
        )
    if "goods" in entry.facts and changes.amount_fen is not None:
        raise refuse(
            "goods",
            _("entry {no} moves goods; quantity and value belong together").format(no=entry.no),
            _("void it and record it again"),
        )

    def account(code: str) -> str:
        kind, role = chart[code].kind, chart[code].role
        if changes.place and kind is AccountClass.MONEY:
            return chart.code(changes.place)
        if changes.source and role.startswith("source:"):
            return chart.code(f"source:{changes.source}")
        if changes.programme and role.startswith("programme:"):
            return chart.code(f"programme:{changes.programme}")
        return code

    return tuple(
        Posting(
            account(p.debit),
            account(p.credit),
            changes.restriction or p.restriction,
            changes.amount_fen if changes.amount_fen is not None else p.amount_fen,
        )
        for p in before
    )


def mend_name(
    ws: Workspace, no: int, on: date, donor: Donor, reason: str, request: str = ""
) -> Posted:
    """Mend a misspelt name; a gift of pupils shows that of a class or none."""

    def build(book: Book, books: Books) -> Draft:
        entry = existing(books, no, *GIFTS, "agency-received")
        credited = {p.credit for p in postings_now(entry, books.naming(no))}
        if book.chart.code(CLASS) in credited:
            _may_be_shown(donor.shown)
        return corrections.name_mended(on, entry, donor.shown, donor.name, reason)

    return record(ws, build, request)


def hide_name(ws: Workspace, no: int, on: date, reason: str = "", request: str = "") -> Posted:
    """Take what is shown beside an entry off everything published: the donor wants it no more.

    The line and its proofs stay; the text is withheld wherever the statement is made again.
    """

    def build(book: Book, books: Books) -> Draft:
        require_keys(books)
        entry = existing(books, no, *GIFTS, "agency-received", "correction", "void")
        if not _shown_now(books, entry):
            raise refuse(
                "nothing-shown",
                _("nothing is shown beside entry {no}").format(no=no),
                _("look at it with `lovefund show {no}`").format(no=no),
            )
        return corrections.name_mended(on, entry, None, "", reason)

    return record(ws, build, request)


def _shown_now(books: Books, entry: Entry) -> str | None:
    """The text beside an entry as it stands today, or None where there is none."""
    mends = [e for e in books.naming(entry.no) if e.kind == "name-mended"]
    shown = books.sealed((mends[-1] if mends else entry).no).get("shown")
    return str(shown[1]) if shown else None


def _may_be_shown(shown: str | None) -> None:
    if shown and not is_of_several(shown):
        raise Refused((minor_shown(shown),))


def copy_receipt(ws: Workspace, no: int, on: date, reason: str, request: str = "") -> Posted:
    """Log that a lost receipt is printed again; the copy is marked as one."""

    def build(book: Book, books: Books) -> Draft:
        entry = existing(books, no)
        if "receipt" not in entry.facts:
            raise refuse(
                "no-receipt",
                _("entry {no} has no receipt").format(no=no),
                _("`lovefund journal` lists the entries and their numbers"),
            )
        copies = sum(1 for e in books.naming(no) if e.kind == "receipt-copied")
        return corrections.receipt_copied(on, entry, copies + 1, reason)

    return record(ws, build, request)


def add_evidence(ws: Workspace, no: int, on: date, papers: Papers, request: str = "") -> Posted:
    """Add papers to an entry that is booked."""
    return record(
        ws,
        lambda book, books: corrections.evidence_added(on, existing(books, no), papers),
        request,
    )
