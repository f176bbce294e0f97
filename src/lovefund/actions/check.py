"""Checks the books from their lines, their papers, and a checkpoint kept outside."""

from __future__ import annotations

import re
from pathlib import Path

from lovefund.actions.evidence import evidence_folder, evidence_path, paper_is_right
from lovefund.actions.workspace import Workspace
from lovefund.errors import BadInput
from lovefund.language import _
from lovefund.log import checkpoints, tree
from lovefund.store.checking import Finding, check_fund, check_storage, evidence_wanted
from lovefund.store.reading import Books, funds


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
            findings += check_papers(books, evidence_folder(ws))
            if against is not None:
                findings += check_against(books, against)
    return findings


def check_papers(books: Books, *folders: Path) -> list[Finding]:
    """The papers that entries name, unchanged in one of the folders; skipped without the keys."""
    found = []
    for no, sha256, name in evidence_wanted(books):
        path = evidence_path(folders[0], sha256)
        if not any(paper_is_right(evidence_path(folder, sha256), sha256) for folder in folders):
            found.append(
                Finding(
                    "evidence",
                    _("entry {no}").format(no=no),
                    _("the paper {name} is missing or changed").format(name=name),
                    _("put the original back as {path}").format(path=path),
                )
            )
    return found


def check_against(books: Books, against: str) -> list[Finding]:
    """The books beside a checkpoint file or a fingerprint; nothing where it is of another fund."""
    digits = re.sub(r"\s", "", against)
    if re.fullmatch(r"[0-9]{30}", digits):
        return _against_fingerprint(books, digits)
    try:
        fund, size, root = checkpoints.parse_body(Path(against).read_text(encoding="utf-8"))
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
