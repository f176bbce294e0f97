"""Checks the books from their lines, their papers, and a checkpoint kept outside."""

from __future__ import annotations

import re
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from lovefund.actions.evidence import evidence_folder, evidence_path, paper_is_right
from lovefund.actions.workspace import Workspace
from lovefund.errors import BadInput
from lovefund.language import _, language, set_language
from lovefund.log import checkpoints, tree
from lovefund.store.checking import check_fund, check_storage
from lovefund.store.engine import Database
from lovefund.store.reading import Books, entry_count, funds
from lovefund.store.replay import Finding, Paper

#: From this many entries on, several funds are checked at once, one process a core.
ENTRIES_AT_ONCE_MIN = 50_000


def check(ws: Workspace, against: str | None = None) -> list[Finding]:
    """Every finding about the fund asked for, or about all funds; empty when all is well.

    ``against`` is a checkpoint file, or a fingerprint of thirty digits.
    """
    with ws.database.reading() as connection:
        names = [ws.fund] if ws.fund else funds(connection)
        large = entry_count(connection) >= ENTRIES_AT_ONCE_MIN
    parts = [_Part(ws.database.place, name, against) for name in ("", *names)]
    if not (large and len(names) > 1):
        return [finding for part in parts for finding in _findings(part)]
    with ProcessPoolExecutor(initializer=set_language, initargs=(language(),)) as pool:
        return [finding for found in pool.map(_findings, parts) for finding in found]


class _Part(NamedTuple):
    """One fund to check, or the database itself where ``fund`` is empty."""

    place: str
    fund: str
    against: str | None


def _findings(part: _Part) -> list[Finding]:
    place, fund, against = part
    ws = Workspace(Database(place), fund)
    with ws.database.reading() as connection:
        if not fund:
            return list(check_storage(connection))
        books = Books(connection, fund)
        papers: list[Paper] = []
        findings = [*check_fund(books, papers), *check_papers(papers, evidence_folder(ws))]
        if against is not None:
            findings += check_against(books, against)
        return findings


def check_papers(papers: list[Paper], *folders: Path) -> list[Finding]:
    """The papers that entries name, each unchanged in one of the folders."""
    found = []
    for no, sha256, name in papers:
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
