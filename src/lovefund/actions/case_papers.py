"""Papers of an application that stay in the office: the signing sheet, and the bank's list."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from lovefund.actions.prints import issuer
from lovefund.actions.roll import Member, find, roll
from lovefund.actions.site import is_ours
from lovefund.actions.workspace import Workspace, refuse
from lovefund.core import cases as c
from lovefund.core.cases import Case
from lovefund.errors import BadInput
from lovefund.language import _
from lovefund.log.manifests import LISTING
from lovefund.money import yuan
from lovefund.publishing.signing import SigningRow, SigningSheet, signing_pdf
from lovefund.publishing.site import INDEX
from lovefund.publishing.tables import plain
from lovefund.store.book import CHINA
from lovefund.store.reading import Books
from lovefund.system import write_private

#: Where a family stands whose money is on its way, or was handed out and is not signed for.
_WAITING, _UNSIGNED = (c.APPROVED, c.PROMISED), (c.PAID,)


def signing_sheet(ws: Workspace, no: int, path: Path, language: str) -> int:
    """Write the sheet for the guardians' signatures; returns how many families stand on it."""
    refuse_published(path)
    with ws.reading() as books:
        case = find(books, no)
        members = _on_their_way(books, case)
        rows = (m.applicant for m in members)
        sheet = SigningSheet(
            issuer(books),
            case.no,
            case.minutes,
            ws.now(books.practice).astimezone(CHINA).date(),
            tuple(SigningRow(a.case, a.pupil, a.guardian, a.amount_fen) for a in rows),
        )
    write_private(path, signing_pdf(sheet, language))
    return len(members)


def bank_list(ws: Workspace, no: int, path: Path) -> int:
    """Write the list that a bank pays from, as CSV; returns how many families stand on it.

    A bank refuses a list with a gap: where accounts are kept, who has none is left out.
    """
    refuse_published(path)
    with ws.reading() as books:
        members = _on_their_way(books, find(books, no))
    members = [m for m in members if m.applicant.account] or members
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(("序号", "户名", "账号", "金额", "附言"))
    for number, a in enumerate((m.applicant for m in members), 1):
        amount = yuan(a.amount_fen).replace(",", "")
        table.writerow((number, plain(a.guardian), plain(a.account), amount, a.case))
    write_private(path, text.getvalue().encode("utf-8-sig"))
    return len(members)


def _on_their_way(books: Books, case: Case) -> Sequence[Member]:
    """Those whose money waits; where none does, those who were paid and have not signed."""
    members = roll(books, case).values()
    for standing in (_WAITING, _UNSIGNED):
        found = [m for m in members if m.at in standing]
        if found:
            return found
    raise refuse(
        "nobody-left",
        _("application {no} has no case that stands there").format(no=case.no),
        _("approve it first, or look at it with `lovefund case {no}`").format(no=case.no),
    )


def refuse_published(path: Path) -> None:
    """BadInput where a paper that names pupils would lie in a folder that is published."""
    for folder in path.absolute().parents:
        pages = (folder / name for name in INDEX.values())
        if (folder / LISTING).exists() or any(p.is_file() and is_ours(p) for p in pages):
            raise BadInput(
                "--out",
                str(path),
                _("this folder is published, and the paper names pupils"),
                _("name a file in a folder of the office"),
            )
