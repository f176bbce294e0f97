"""Takes a witness's signature into the books, where an entry keeps it, and publishes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from lovefund.actions.bundle import checkpoint
from lovefund.actions.witness import NotWitnessed, not_witnessed
from lovefund.actions.witnesses import cosignatures
from lovefund.actions.workspace import Workspace, new_request, refuse
from lovefund.core.entries import Draft, Entry
from lovefund.errors import BadInput
from lovefund.language import _
from lovefund.log import checkpoints, notes
from lovefund.log.cosignatures import Cosigned, facts
from lovefund.log.notes import Signature, VerifierKey
from lovefund.store.reading import Books, funds
from lovefund.system import write_whole


@dataclass(frozen=True, slots=True)
class Added:
    """A statement, the witnesses whose signatures came, the entries that keep them.

    ``known`` are those that were there already, ``files`` the published files written anew.
    """

    fund: str
    number: int
    witnesses: tuple[str, ...]
    known: tuple[str, ...]
    entries: tuple[int, ...]
    files: tuple[Path, ...]


def add(ws: Workspace, file: Path, published: Path, keys: tuple[str, ...] = ()) -> Added:
    """Book the signatures of a cosigned checkpoint, and write them below ``published``.

    ``keys`` are public keys of witnesses, needed once for each. What is there already is not
    booked again. NotWitnessed where the checkpoint is not of these books.
    """
    body, signatures = _read(file)
    fund, size, _root = checkpoints.parse_body(body)
    given = [_witness_key(typed) for typed in keys]
    with ws.database.reading() as connection:
        if (ws.fund or fund) != fund or fund not in funds(connection):
            raise BadInput(
                "file",
                str(file),
                _("it is of the fund {fund}, which is not meant here").format(fund=fund),
                _("name the books and the fund that it is of"),
            )
    new: list[Cosigned] = []
    no = size - 1
    with replace(ws, fund=fund).writing() as (book, books):
        statement = _statement(books, no, body)
        known = cosignatures(books).values()
        found = _verified(body, signatures, _one_key_each([*(c.key for c in known), *given]))
        there = {c.key.name for c in known if c.of == no}
        new = [
            Cosigned(no, key, time, signed) for key, time, signed in found if key.name not in there
        ]
        drafts = [Draft("cosigned", book.at, facts=facts(c), request=new_request()) for c in new]
        entries = tuple(book.post_one(draft).no for draft in drafts)
        number = int(str(statement.facts["number"]))
        note = checkpoint(books, books.frontiers({size})[size])
    files = () if ws.dry_run else _written(published / fund, number, body, note)
    signers = {key.name for key, _time, _signed in found}
    return Added(
        fund, number, tuple(c.key.name for c in new), tuple(sorted(signers & there)), entries, files
    )


def _read(file: Path) -> tuple[str, list[Signature]]:
    try:
        with file.open("rb") as opened:
            raw = opened.read(notes.NOTE_BYTES_MAX + 1)
        if len(raw) > notes.NOTE_BYTES_MAX:
            raise ValueError("too large")
        body, signatures = notes.read_note(raw.decode())
        checkpoints.parse_body(body)
    except ValueError as error:
        raise BadInput(
            "file",
            str(file),
            _("it is no signed checkpoint"),
            _("give the file that `lovefund witness sign` wrote"),
        ) from error
    return body, signatures


def _witness_key(typed: str) -> VerifierKey:
    try:
        key = notes.read_key(typed)
        if key.kind != notes.WITNESS_KEY:
            raise ValueError("not a witness's")
    except ValueError as error:
        raise BadInput(
            "--key",
            typed,
            _("this is not a witness's public key"),
            _("copy it whole from the notice board: name+8 characters+44 characters"),
        ) from error
    return key


def _one_key_each(keys: list[VerifierKey]) -> list[VerifierKey]:
    """The keys, one for each witness; Refused for a second one of the same name."""
    found: dict[str, VerifierKey] = {}
    for key in keys:
        if found.setdefault(key.name, key) != key:
            raise refuse(
                "second-witness-key",
                _("the witness {name} is known by another public key").format(name=key.name),
                _("ask the witness; who has lost a key begins anew under another name"),
                _("A witness has one key, and those who check know it (log format, section 4)."),
            )
    return list(found.values())


def _statement(books: Books, no: int, body: str) -> Entry:
    """The statement that a checkpoint was made for; NotWitnessed where these books differ."""
    entry = books.entry(no)
    if entry is None or entry.kind != "statement":
        raise _other_history(_("these books published no statement at {size} entries"), no + 1)
    frontier = books.frontiers({no + 1})[no + 1]
    if checkpoints.body(books.fund, frontier.size, frontier.root()) != body:
        raise _other_history(_("its {size} entries are not those of these books"), no + 1)
    return entry


def _other_history(what: str, size: int) -> NotWitnessed:
    return not_witnessed(
        "witnessed-another-history",
        what.format(size=size),
        _("ask the witness which folder was signed, and compare the fingerprints"),
        _("A witness's signature counts for the history that he saw (log format, 4)."),
    )


def _verified(
    body: str, signatures: list[Signature], keys: list[VerifierKey]
) -> list[tuple[VerifierKey, int, bytes]]:
    """(key, time, signature) of the known witnesses that signed; Refused where there is none."""
    found = []
    for key in keys:
        try:
            time = notes.signed_at(body, signatures, key)
        except ValueError as error:
            raise not_witnessed(
                "signature-wrong",
                _("the signature of {name} is wrong").format(name=key.name),
                _("ask the witness to send the file again, unchanged"),
                _("Only what a witness signed is kept (log format, section 4)."),
            ) from error
        if time is not None:
            raw = next(s.raw for s in signatures if (s.name, s.raw[:4]) == (key.name, key.id))
            found.append((key, time, raw[12:]))
    if not found:
        origin = body.split("\n", 1)[0]
        names = sorted({s.name for s in signatures} - {origin})
        raise refuse(
            "witness-unknown",
            _("no known witness signed it: {names}").format(names=_(", ").join(names) or "-"),
            _("add --key and the public key that the witness gave you, not one from a file"),
            _("Signatures are checked with keys from elsewhere (log format, section 8)."),
        )
    return found


def _written(folder: Path, number: int, body: str, note: bytes) -> tuple[Path, ...]:
    """The statement's checkpoint in the published folder, and the copy beside the next one."""
    places = [
        *folder.glob(f"{number:04d}-*/checkpoint.txt"),
        *folder.glob(f"{number + 1:04d}-*/previous.txt"),
    ]
    ours = [p for p in places if not p.is_symlink() and p.read_bytes().startswith(body.encode())]
    for path in ours:
        write_whole(path, note)
    return tuple(ours)
