"""Checks the books from their lines, their papers, and a checkpoint kept outside."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from lovefund.actions.evidence import evidence_path
from lovefund.actions.workspace import Workspace
from lovefund.errors import BadInput, StorageError
from lovefund.language import _
from lovefund.log import checkpoints, tree
from lovefund.store.checking import (
    Finding,
    check_fund,
    check_strays,
    evidence_wanted,
    read_through,
)
from lovefund.store.reading import Books, funds
from lovefund.store.walls import check_storage

BooksOf = Callable[[str], Books]
Against = Callable[[BooksOf, list[str]], Iterator[Finding]]


def check(ws: Workspace, against: str | None = None) -> list[Finding]:
    """Every finding about the fund asked for, or about all funds; empty when all is well.

    ``against`` is a checkpoint file, or a fingerprint of thirty digits; it must be of one of
    these funds.
    """
    checkpoint = None if against is None else _checkpoint(against)
    findings: list[Finding] = []
    if ws.database.server:
        with ws.database.trying() as connection:
            findings += check_storage(connection)
    with ws.database.reading() as connection:
        if not ws.database.server:
            findings += check_storage(connection)
        findings += check_strays(connection)
        known = [ws.fund] if ws.fund else funds(connection)
        books_of = partial(Books, connection)
        for fund in known:
            findings += read_through(fund, _fund(ws, books_of, fund))
        if checkpoint is not None:
            findings += read_through("--against", checkpoint(books_of, known))
    return findings


def blamed(ws: Workspace, error: Exception) -> Exception:
    """Whose fault an unexpected error is: that of damaged or changed books, or its own."""
    finding = next(iter(check(ws)), None)
    if finding is None:
        return error
    return StorageError(
        finding.where,
        _("these books are damaged or were changed by hand: {what}").format(what=finding.what),
        _("run `lovefund check` to see everything that it finds; {mend}").format(mend=finding.mend),
    )


def _fund(ws: Workspace, books_of: BooksOf, fund: str) -> Iterator[Finding]:
    books = books_of(fund)
    yield from check_fund(books)
    yield from _evidence(ws, books)


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


def _checkpoint(against: str) -> Against:
    """The comparison with a checkpoint; BadInput where it is none."""
    digits = re.sub(r"\s", "", against)
    if re.fullmatch(r"[0-9]{30}", digits):
        return lambda books_of, known: _against_fingerprint(books_of, known, digits)
    try:
        fund, size, root = checkpoints.parse_body(Path(against).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(
            "against",
            against,
            _("this is neither a checkpoint file nor a fingerprint of thirty digits"),
            _("give the checkpoint.txt of a published statement, or its fingerprint"),
        ) from error
    return lambda books_of, known: _against_file(books_of, known, fund, size, root)


def _against_file(
    books_of: BooksOf, known: list[str], fund: str, size: int, root: bytes
) -> Iterator[Finding]:
    if fund not in known:
        yield Finding(
            "fund-missing",
            fund,
            _("the checkpoint is of the fund {fund}, which was not checked here").format(fund=fund),
            _(
                "name the books and the fund it is of; if it was among these, ask where it went"
            ),
        )
        return
    leaves = list(books_of(fund).leaves(size))
    if len(leaves) < size:
        yield Finding(
            "tail-missing",
            fund,
            _("the checkpoint counts {size} entries, these books have {now}").format(
                size=size, now=len(leaves)
            ),
            _("an old copy was put back or the end was cut off: find the newer books"),
        )
    elif tree.root_of(leaves) != root:
        yield _other_history(fund, _("the checkpoint of {size} entries").format(size=size))


def _against_fingerprint(books_of: BooksOf, known: list[str], digits: str) -> Iterator[Finding]:
    for fund in known:
        frontier = tree.Frontier()
        for leaf in books_of(fund).leaves():
            frontier.push(leaf)
            body = checkpoints.body(fund, frontier.size, frontier.root())
            if checkpoints.fingerprint(body).replace(" ", "") == digits:
                return
    yield _other_history(", ".join(known), _("this fingerprint"))


def _other_history(where: str, what: str) -> Finding:
    return Finding(
        "another-history",
        where,
        _("{what} does not occur in the history of these books").format(what=what),
        _("it is of other books, newer than these, or history was rewritten: ask who holds a copy"),
    )
