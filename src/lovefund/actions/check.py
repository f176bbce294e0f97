"""Checks the books from their lines, their papers, and a checkpoint kept outside."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from lovefund.actions.evidence import evidence_path
from lovefund.actions.workspace import Workspace
from lovefund.errors import BadInput
from lovefund.language import _
from lovefund.log import checkpoints, tree
from lovefund.store.checking import Finding, check_fund, check_storage, evidence_wanted
from lovefund.store.reading import Books, funds

#: Of a checkpoint with its signatures (log format, section 4).
_CHECKPOINT_BYTES_MAX = 64 * 1024


def check(ws: Workspace, against: str | None = None) -> list[Finding]:
    """Every finding about the fund asked for, or about all funds; empty when all is well.

    ``against`` is a checkpoint file, or a fingerprint of thirty digits.
    """
    findings: list[Finding] = []
    with ws.database.reading() as connection:
        findings += check_storage(connection)
        for fund in [ws.fund] if ws.fund else funds(connection):
            books = Books(connection, fund)
            findings += check_fund(books)
            findings += _evidence(ws, books)
            if against is not None:
                findings += _against(books, against)
    return findings


def _evidence(ws: Workspace, books: Books) -> list[Finding]:
    found = []
    for no, sha256, name in evidence_wanted(books):
        path = evidence_path(ws, sha256)
        try:
            right = hashlib.sha256(path.read_bytes()).hexdigest() == sha256
        except OSError:
            right = False
        if not right:
            found.append(
                Finding(
                    "evidence",
                    _("entry {no}").format(no=no),
                    _("the paper {name} is missing or changed").format(name=name),
                    _("put the original back as {path}").format(path=path),
                )
            )
    return found


def _against(books: Books, against: str) -> list[Finding]:
    digits = re.sub(r"\s", "", against)
    if re.fullmatch(r"[0-9]{30}", digits):
        return _against_fingerprint(books, digits)
    try:
        with Path(against).open("rb") as file:
            text = file.read(_CHECKPOINT_BYTES_MAX).decode("utf-8")
        fund, size, root = checkpoints.parse_body(text)
    except (OSError, ValueError) as error:
        raise BadInput(
            "against",
            against,
            _("this is neither a checkpoint file nor a fingerprint of thirty digits"),
            _("give the checkpoint.txt of a published statement, or its fingerprint"),
        ) from error
    if fund != books.fund:
        return []
    head = books.head()
    if size > head.size:
        return [_shorter(books, size, head.size)]
    if tree.root_of(books.leaves(size)) != root:
        return [_other_history(books, _("the checkpoint of {size} entries").format(size=size))]
    return []


def _against_fingerprint(books: Books, digits: str) -> list[Finding]:
    frontier = tree.Frontier()
    for leaf in books.leaves(books.head().size):
        frontier.push(leaf)
        body = checkpoints.body(books.fund, frontier.size, frontier.root())
        if checkpoints.fingerprint(body).replace(" ", "") == digits:
            return []
    return [_other_history(books, _("this fingerprint"))]


def _shorter(books: Books, size: int, now: int) -> Finding:
    return Finding(
        "tail-missing",
        books.fund,
        _("the checkpoint counts {size} entries, these books have {now}").format(
            size=size, now=now
        ),
        _("an old copy was put back or the end was cut off: find the newer books"),
    )


def _other_history(books: Books, what: str) -> Finding:
    return Finding(
        "another-history",
        books.fund,
        _("{what} does not occur in the history of these books").format(what=what),
        _("it is of other books, newer than these, or history was rewritten: ask who holds a copy"),
    )
