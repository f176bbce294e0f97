"""Hands an office over (交接): a pack that both sign, and the old key stops."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from lovefund.actions.evidence import EVIDENCE_BYTES_MAX, keep_content
from lovefund.actions.outputs import refuse_place
from lovefund.actions.workspace import Workspace, existing, record, refuse
from lovefund.core import appointments
from lovefund.core.entries import Draft
from lovefund.core.handover import Pack, pack_sha256, pack_text
from lovefund.core.officers import HANDOVER, Officers
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.core.places import PLACES
from lovefund.errors import BadInput
from lovefund.language import _
from lovefund.store.book import Book, Posted
from lovefund.store.reading import Books
from lovefund.system import write_whole


def hand_over(
    ws: Workspace,
    on: date,
    to: str,
    counted_fen: int,
    path: Path,
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """The officer who records hands over to another; the pack is written to ``path``.

    It is kept beside the books as well, as a paper of the entry. ``counted_fen`` is the cash
    that both have counted.
    """
    refuse_place(path)
    pack: list[bytes] = []

    def build(book: Book, books: Books) -> Draft:
        term = books.officers.term(ws.officer, book.at)
        if term is None:
            raise refuse(
                "not-in-office",
                _("{officer} holds no office on {day}").format(officer=ws.officer, day=book.at),
                _("say with --officer who hands over"),
            )
        text = pack_text(pack_of(books, book.at, ws.officer, to, counted_fen))
        pack[:] = [text.encode()]
        kept = (*papers.evidence, keep_content(ws, pack[0], path.name))
        return appointments.handed_over(
            on, term, to, pack_sha256(text), replace(papers, evidence=kept)
        )

    posted = record(ws, build, request)
    if pack and not ws.dry_run:
        write_whole(path, pack[0])
    return posted


def accept(
    ws: Workspace, on: date, no: int, path: Path, papers: Papers = NO_PAPERS, request: str = ""
) -> Posted:
    """The successor accepts the handover of entry ``no``, whose pack is the file at ``path``."""
    with path.open("rb") as file:
        pack = file.read(EVIDENCE_BYTES_MAX)

    def build(book: Book, books: Books) -> Draft:
        existing(books, no, HANDOVER)
        handover = books.officers.handovers[no]
        if pack_sha256(pack.decode("utf-8", "replace")) != handover.sha256:
            raise BadInput(
                "pack",
                str(path),
                _("it is not the pack of entry {no}").format(no=no),
                _("give the file that was handed over, unchanged; read it before you accept"),
            )
        return appointments.handover_accepted(on, no, handover, papers)

    return record(ws, build, request)


def pack_of(books: Books, day: date, officer: str, to: str, counted_fen: int) -> Pack:
    """What ``officer`` would hand over now."""
    chart, head = books.chart, books.head()
    balances = books.balances()
    held: dict[str, int] = {}
    for m in balances:
        held[m.account] = held.get(m.account, 0) + m.debit_fen - m.credit_fen
    cash = chart.code("cash")
    voucher, receipt = books.last_numbers()
    return Pack(
        books.fund,
        day,
        officer,
        to,
        head.size,
        head.root.hex(),
        None if head.closed_through == "0000-00-00" else date.fromisoformat(head.closed_through),
        [
            (
                f"{m.account} {chart[m.account].label('zh')}",
                m.restriction,
                m.debit_fen,
                m.credit_fen,
            )
            for m in balances
        ],
        [(chart.role(p).label("zh"), held.get(chart.code(p), 0)) for p in PLACES],
        held.get(cash, 0),
        counted_fen,
        [
            (
                no,
                f"{a} {chart[a].label('zh')}" if a in chart else "预留 reserved",
                code,
                opened - settled,
            )
            for no, a, code, opened, settled in books.open_items()
        ],
        [(chart.goods[item].name_zh, code, units, fen) for item, code, units, fen in books.stock()],
        voucher or "-",
        receipt or "-",
        _officers(books.officers, day),
        books.keys_id,
    )


def _officers(officers: Officers, day: date) -> list[tuple[str, str, str]]:
    return [
        (term.officer, ",".join(sorted(term.roles)), term.key or "-")
        for term in officers.in_office(day)
    ]
