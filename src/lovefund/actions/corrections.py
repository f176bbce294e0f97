"""Makes the correction notes of a statement: what it makes known of earlier statements."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lovefund.actions.figures import fund_names, titles
from lovefund.actions.shown import public_rows
from lovefund.actions.statements import content_of, days_of, folder_of, number_of, statements
from lovefund.core.amending import AMENDING, Change, changes, concerns, differences
from lovefund.core.entries import Entry, Posting
from lovefund.core.figures import Term
from lovefund.core.restrictions import BUILT_IN_TITLES
from lovefund.language import said
from lovefund.publishing.corrections import ChangeRow, FigureRow, Note, Part
from lovefund.publishing.paper import Issuer
from lovefund.publishing.view import Amended
from lovefund.store.reading import Books

#: The file that leads from a statement to the notes which correct it.
POINTER = "corrections.txt"
#: The figures that a note shows where they changed, by the first part of their ids.
_SHOWN = ("income", "outlay", "closing", "bank", "cash", "wallets", "stock", "receivable",
          "payable", "agency", "pot-closing")  # fmt: skip
#: Those that are numbers of things; the number of entries is what it was, whatever they say.
_COUNTED = ("donations", "income-count", "outlay-count", "pupils")


def note_of(books: Books, statement: Entry) -> Note | None:
    """What a statement makes known of earlier ones, or None where nothing was corrected.

    Of each statement that is concerned it tells every change since that was published.
    """
    every = _changes(books, statement.no)
    parts = [
        _part(books, one, [change for change in every if concerns(one, change)])
        for one in corrected_by(books, statement)
    ]
    if not parts:
        return None
    issuer = Issuer(books.fund, *fund_names(books), books.practice)
    since = statements(books, no_to=statement.no - 1)[-1].no
    return Note(issuer, number_of(statement), statement.at, since, tuple(parts))


def amended(note: Note) -> tuple[Amended, ...]:
    """The rows of a note as the statement itself prints them: what is new, once each."""
    rows: dict[int, Amended] = {}
    for part in note.parts:
        for row in part.changes:
            rows.setdefault(
                row.no,
                Amended(part.number, row.of_voucher, row.voucher, row.before_fen, row.after_fen),
            )
    return tuple(row for no, row in sorted(rows.items()) if no > note.since)


def corrected_by(books: Books, statement: Entry) -> list[Entry]:
    """The earlier statements that the note of this one corrects."""
    earlier = statements(books, no_to=statement.no - 1)
    since = earlier[-1].no if earlier else 0
    fresh = [change for change in _changes(books, statement.no) if change.by.no > since]
    return [one for one in earlier if any(concerns(one, change) for change in fresh)]


def pointer(books: Books, statement: Entry) -> bytes:
    """A text that leads to the notes which correct a statement; empty where none does."""
    later = statements(books, no_from=statement.no + 1)
    changed = [c.by.no for c in _changes(books) if concerns(statement, c)]
    since, noting = statement.no, []
    for one in later:
        if any(since < no < one.no for no in changed):
            noting.append(one)
        since = one.no
    if not noting:
        return b""
    rows = [
        f"../{folder_of(books, one).name}/corrections-{language}.pdf"
        for one in noting
        for language in ("zh", "en")
    ]
    head = f"第 {number_of(statement)} 号公示后来有更正说明；原公示保持不变。\n"
    head += f"Statement {number_of(statement)} was corrected later; it stands as published.\n\n"
    return (head + "\n".join(rows) + "\n").encode()


def _changes(books: Books, through: int | None = None) -> list[Change]:
    """Every correction up to an entry, or of all the books."""
    amending = list(books.entries(kinds=AMENDING, no_to=through))
    named = {e.no: e for e in map(books.entry, {a.of or 0 for a in amending}) if e is not None}
    return changes(named, amending)


def _part(books: Books, statement: Entry, changed: list[Change]) -> Part:
    figures = json.loads(content_of(books, statement))["figures"]
    published = {name: value for name, value, _terms in figures}
    terms = {name: [Term(*term) for term in terms] for name, _value, terms in figures}
    other = differences(terms, changed)
    period = days_of(statement)
    shown = public_rows(books, changed[0].by.no, changed[-1].by.no)
    return Part(
        number_of(statement),
        period.label_zh,
        period.label_en,
        statement.at,
        tuple(_figures(books, published, other)),
        tuple(_row(books, change, shown) for change in changed),
    )


def _figures(books: Books, published: dict[str, int], other: dict[str, int]) -> Iterator[FigureRow]:
    called = BUILT_IN_TITLES | titles(books)
    for wanted in (*_SHOWN, *_COUNTED):
        for name in sorted(other):
            first, _slash, detail = name.partition("/")
            if first != wanted:
                continue
            zh = en = ""
            if detail in books.chart:
                zh, en = (books.chart[detail].short(lang) for lang in ("zh", "en"))
            elif detail:
                zh, en = (said(called.get(detail, detail), lang) for lang in ("zh", "en"))
            before = published[name]
            yield FigureRow(first, zh, en, before, before + other[name], wanted in _COUNTED)


def _row(books: Books, change: Change, shown: dict[int, tuple[str, str]]) -> ChangeRow:
    by, of = change.by, change.of
    return ChangeRow(
        by.no,
        by.voucher,
        by.on,
        by.by,
        by.kind == "void",
        of.no,
        of.voucher,
        of.on,
        sum(p.amount_fen for p in change.before),
        sum(p.amount_fen for p in change.after),
        _where(books, change.before, "zh"),
        _where(books, change.before, "en"),
        _where(books, change.after, "zh"),
        _where(books, change.after, "en"),
        shown.get(by.no, ("", ""))[1],
        str(by.facts.get("reference", "")),
    )


def _where(books: Books, postings: tuple[Posting, ...], language: str) -> str:
    """The accounts that postings join, and the restriction where it is not the general one."""
    called = BUILT_IN_TITLES | titles(books)
    told = []
    for debit, credit, code, _fen in postings:
        text = f"{books.chart[credit].short(language)} → {books.chart[debit].short(language)}"
        if code != "general":
            text += f" ({said(called.get(code, code), language)})"
        told.append(text)
    return ("；" if language == "zh" else "; ").join(dict.fromkeys(told))
