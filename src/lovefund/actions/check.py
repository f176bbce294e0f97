"""Checks the books from their lines, their papers, and a checkpoint kept outside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from lovefund.actions.conduct import conduct
from lovefund.actions.evidence import evidence_folder, evidence_path, paper_is_right
from lovefund.actions.workspace import Workspace
from lovefund.core.findings import Finding, Tier
from lovefund.errors import BadInput, StorageError
from lovefund.language import _, language, set_language
from lovefund.log import checkpoints, tree
from lovefund.store.book import CHINA
from lovefund.store.checking import check_fund, check_strays, read_through
from lovefund.store.engine import Database
from lovefund.store.reading import Books, entry_count, funds
from lovefund.store.replay import Paper
from lovefund.store.walls import check_storage

BooksOf = Callable[[str], Books]
Against = Callable[[BooksOf, list[str]], Iterator[Finding]]
#: From this many entries on, several funds are checked at once, one process a core.
ENTRIES_AT_ONCE_MIN = 50_000

#: Of a checkpoint with its signatures (log format, section 4).
_CHECKPOINT_BYTES_MAX = 64 * 1024


def check(ws: Workspace, against: str | None = None, tier: Tier = Tier.BESIDE) -> list[Finding]:
    """Every finding about the fund asked for, or about all funds; empty when all is well.

    ``against`` is a checkpoint file, or a fingerprint of thirty digits; it must be of one of
    these funds. Findings up to ``tier`` are told, the gravest first; the conduct of books is
    looked at where nothing else is wrong with them.
    """
    compared = None if against is None else _checkpoint(against)
    with ws.database.reading() as connection:
        names = [ws.fund] if ws.fund else funds(connection)
        large = entry_count(connection) >= ENTRIES_AT_ONCE_MIN
    parts = [_Part(ws.database.place, name) for name in (None, *names)]
    if large and len(names) > 1:
        with ProcessPoolExecutor(initializer=set_language, initargs=(language(),)) as pool:
            findings = [finding for found in pool.map(_findings, parts) for finding in found]
    else:
        findings = [finding for part in parts for finding in _findings(part)]
    if compared is not None:
        with ws.database.reading() as connection:
            books_of = partial(Books, connection)
            findings += read_through("--against", compared(books_of, names))
    if tier is Tier.CONDUCT and not findings:
        for name in names:
            with ws.database.reading() as connection:
                books = Books(connection, name)
                today = ws.now(books.practice).astimezone(CHINA).date()
                findings += conduct(books, today)
    return sorted((f for f in findings if f.tier <= tier), key=lambda f: f.tier)


class _Part(NamedTuple):
    """One fund to check, or the database itself where ``fund`` is None."""

    place: str
    fund: str | None


def _findings(part: _Part) -> list[Finding]:
    place, fund = part
    ws = Workspace(Database(place), fund or "")
    findings: list[Finding] = []
    if fund is None and ws.database.server:
        with ws.database.trying() as connection:
            findings += check_storage(connection)
    with ws.database.reading() as connection:
        if fund is not None:
            return [*read_through(fund, _fund(ws, partial(Books, connection, fund)))]
        if not ws.database.server:
            findings += check_storage(connection)
        return [*findings, *check_strays(connection)]


def _fund(ws: Workspace, opened: Callable[[], Books]) -> Iterator[Finding]:
    """What is wrong with one fund; opening its books is already a reading of them."""
    papers: list[Paper] = []
    yield from check_fund(opened(), papers)
    yield from check_papers(papers, evidence_folder(ws))


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
    found = _checkpoint(against)(lambda _fund: books, [books.fund])
    return [finding for finding in found if finding.code != "fund-missing"]


def _checkpoint(against: str) -> Against:
    """The comparison with a checkpoint; BadInput where it is none."""
    digits = re.sub(r"\s", "", against)
    if re.fullmatch(r"[0-9]{30}", digits):
        return lambda books_of, known: _against_fingerprint(books_of, known, digits)
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
    return lambda books_of, known: _against_file(books_of, known, fund, size, root)


def _against_file(
    books_of: BooksOf, known: list[str], fund: str, size: int, root: bytes
) -> Iterator[Finding]:
    if fund not in known:
        yield Finding(
            "fund-missing",
            fund,
            _("the checkpoint is of the fund {fund}, which was not checked here").format(fund=fund),
            _("name the books and the fund it is of; if it was among these, ask where it went"),
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
