"""A decision carried as a file: prepared beside the books, signed elsewhere, booked as signed.

The signature is over the very line, and a line says its number, its day and what is sealed. So
the file fixes them: where another entry was recorded meanwhile, or the day is over, the request
is made anew. What is sealed travels in the file as it is, since its officer has to read what is
signed; only its owner may read the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from lovefund.actions.outputs import refuse_place
from lovefund.actions.workspace import Workspace, record, refuse
from lovefund.core.accounts import CHARTS, Chart, shipped_chart
from lovefund.core.entries import Draft, Holder, Posting
from lovefund.core.officers import key_bytes
from lovefund.errors import BadInput, Refused
from lovefund.language import _
from lovefund.log import lines, seals
from lovefund.log.lines import Line
from lovefund.log.signatures import SIG, Carried, Signer, is_signed
from lovefund.store.book import Book, Posted, Prepared, dossier_text
from lovefund.store.reading import Books
from lovefund.system import write_private

_FORMAT = "lovefund-request-v1"
_BYTES_MAX = 1 << 20


@dataclass(frozen=True, slots=True)
class Request:
    """A decision in a file: the line to be signed, and the draft that becomes that line."""

    line: bytes
    draft: Draft
    nonces: tuple[bytes, ...]
    chart: str = ""
    sig: str = ""

    @property
    def read(self) -> Line:
        """The line; LineRefused where it is none."""
        return lines.read_line(self.line)


def prepare(ws: Workspace, path: Path, run: Callable[[Workspace], object]) -> Request:
    """Write what ``run`` would book as a request; nothing is booked.

    Raises BadInput where nothing of it needs a signature.
    """
    refuse_place(path)
    prepared: list[Prepared] = []
    run(replace(ws, dry_run=True, prepared=prepared.append))
    if len(prepared) != 1 or not prepared[0].signs or prepared[0].draft.document:
        raise BadInput(
            "--request",
            str(path),
            _("this is not one entry that is signed"),
            _("leave --request away and record it as usual"),
        )
    (found,) = prepared
    with ws.reading() as books:
        chart = books.chart.name
    request = Request(found.line, found.draft, found.nonces, chart)
    _write(path, request)
    return request


def read_request(path: Path) -> Request:
    """The request in a file; BadInput where it is none."""
    with path.open("rb") as file:
        content = file.read(_BYTES_MAX + 1)
    try:
        told = json.loads(content)
        if told["lovefund"] != _FORMAT or len(content) > _BYTES_MAX:
            raise ValueError("another format")
        request = Request(
            told["line"].encode("ascii"),
            _draft(told["draft"]),
            tuple(bytes.fromhex(nonce) for nonce in told["nonces"]),
            str(told["chart"]),
            str(told["sig"]),
        )
        lines.read_line(request.line)
    except (ValueError, LookupError, TypeError, AttributeError, lines.LineRefused) as error:
        raise _no_request(path) from error
    return request


def _no_request(path: Path) -> BadInput:
    return BadInput(
        "file",
        str(path),
        _("it is no request of lovefund, or it was changed"),
        _("make it again with `lovefund --request FILE …` beside the books"),
    )


def sealed_texts(request: Request) -> dict[str, Any]:
    """What the line seals, opened by the nonces that the file carries.

    BadInput where the file tells another text than the line commits to, so that nobody signs
    what was not shown.
    """
    line, draft = request.read, request.draft
    sealed, told = line.sealed, dict[str, Any]()
    shown, file, *holders = request.nonces
    if "shown" in sealed and draft.shown is not None:
        told["shown"] = draft.shown
        _same("shown", shown, draft.shown, sealed["shown"])
    if "file" in sealed and draft.file is not None:
        told["file"] = dict(draft.file)
        _same("file", file, dossier_text(draft.file), sealed["file"])
    texts = [seals.normalise_holder(*holder) for holder in draft.holders]
    own = zip(holders, texts, strict=False)
    found = {seals.commitment("holder", nonce, text) for nonce, text in own}
    if set(sealed) - {"holder"} != set(told) or not found <= set(sealed.get("holder", ())):
        raise _other_text()
    if draft.holders:
        told["holder"] = [holder.name for holder in draft.holders]
    return told


def _same(slot: str, nonce: bytes, text: str, commitment: object) -> None:
    if seals.commitment(slot, nonce, text) != commitment:
        raise _other_text()


def _other_text() -> BadInput:
    return BadInput(
        "file",
        "",
        _("what it shows is not what would be signed"),
        _("do not sign it; have it made again beside the books"),
    )


def chart_of(request: Request) -> Chart:
    """The chart that names its accounts, as far as this program knows it."""
    return shipped_chart(request.chart if request.chart in CHARTS else CHARTS[0])


def sign(path: Path, request: Request, signer: Signer) -> None:
    """Write the signature into the file; what is signed was shown before."""
    _write(path, replace(request, sig=signer.sign(request.line)))


def book(ws: Workspace, request: Request) -> Posted:
    """Book a signed request through the gate, as the very line that was signed."""
    line = request.read
    ws = replace(ws, fund=line.fund, officer=line.by)
    with ws.reading() as books:
        known = books.by_request(request.draft.request)
        term = books.officers.acting(line.by, line.at)
    signed = line._replace(facts={**line.facts, SIG: request.sig})
    if term is None or not term.key or not is_signed(signed, key_bytes(term.key)):
        raise refuse(
            "request-unsigned",
            _("the request is not signed with the key of {officer}").format(officer=line.by),
            _("have {officer} sign it: lovefund officer sign FILE").format(officer=line.by),
            _("Decisions are signed, and payments by officers with a key (log format, section 1)."),
        )
    carried = Carried(request.line, request.sig, key_bytes(term.key), request.nonces)

    def build(gate: Book, _books: Books) -> Draft:
        if known is None and (gate.size, gate.at, gate.fund) != (line.no, line.at, line.fund):
            raise made_anew(line, gate.size, gate.at)
        return request.draft

    return record(replace(ws, signer=carried), build, request.draft.request)


def made_anew(line: Line, size: int, at: date) -> Refused:
    """The refusal of a request that is of another place or day of the log."""
    return refuse(
        "request-stale",
        _("it was signed as entry {no} of {day}; the next entry is {next} of {today}").format(
            no=line.no, day=line.at, next=size, today=at
        ),
        _("make the request anew with --request, and have it signed again"),
        _("A signature is over the line with its number and day (log format, section 1)."),
    )


def _write(path: Path, request: Request) -> None:
    draft = request.draft
    content = {
        "lovefund": _FORMAT,
        "line": request.line.decode("ascii"),
        "sig": request.sig,
        "chart": request.chart,
        "nonces": [nonce.hex() for nonce in request.nonces],
        "draft": {
            "kind": draft.kind,
            "on": draft.on.isoformat(),
            "postings": [list(posting) for posting in draft.postings],
            "facts": dict(draft.facts),
            "shown": draft.shown,
            "holders": [list(holder) for holder in draft.holders],
            "file": None if draft.file is None else dict(draft.file),
            "receipt": draft.receipt,
            "request": draft.request,
        },
    }
    write_private(path, json.dumps(content, ensure_ascii=False, indent=1).encode())


def _draft(told: Mapping[str, Any]) -> Draft:
    return Draft(
        str(told["kind"]),
        date.fromisoformat(told["on"]),
        tuple(Posting(*row) for row in told["postings"]),
        dict(told["facts"]),
        told["shown"],
        tuple(Holder(*row) for row in told["holders"]),
        told["file"],
        bool(told["receipt"]),
        str(told["request"]),
    )
