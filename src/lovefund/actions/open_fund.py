"""Opens a fund: its keys, its rows, its entry 0 and, where it has a past, its balances."""

from __future__ import annotations

import base64
import contextlib
from dataclasses import dataclass
from datetime import date

from lovefund.actions.workspace import Undone, Workspace, new_request, record
from lovefund.core.accounts import shipped_chart
from lovefund.core.entries import Draft, Fact
from lovefund.core.opening import OpeningBalance, opening_balance
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.log import notes
from lovefund.store.book import Book, Posted
from lovefund.store.book import open_fund as open_rows
from lovefund.store.reading import Books
from lovefund.store.vault import Keys, Vault


@dataclass(frozen=True, slots=True)
class NewFund:
    """What a fund is called; ``name`` and ``school`` are public, ``treasurer`` is sealed."""

    fund: str
    name: str
    school: str
    treasurer: str
    chart: str = "npo-2026"
    on: date | None = None
    practice: bool = False


@dataclass(frozen=True, slots=True)
class OpenedFund:
    """The new fund and its keys, for the recovery sheet."""

    posted: Posted
    keys: Keys


def open_fund(ws: Workspace, new: NewFund) -> OpenedFund:
    """Open a fund in existing books; the keys are written only once the entry is booked."""
    chart = shipped_chart(new.chart)
    keys = Keys.fresh()
    answer: list[OpenedFund] = []
    with contextlib.suppress(Undone), ws.database.writing() as connection:
        now = ws.now(new.practice)
        open_rows(connection, new.fund, chart, keys.keys_id, practice=new.practice)
        book = Book(connection, new.fund, Vault(new.fund, keys), ws.officer, now)
        # The name of the keys, so that nobody can part the books from them unseen.
        facts: dict[str, Fact] = {
            "chart": chart.name,
            "chart_sha256": chart.sha256(),
            "key": fund_key_fact(keys),
            "keys": keys.keys_id,
        }
        if new.practice:
            facts["practice"] = 1
        draft = Draft(
            "fund-opened",
            new.on or book.at,
            facts=facts,
            shown=f"{new.name}\n{new.school}".replace("\n", " / "),
            file={"officers": [[ws.officer, new.treasurer]]},
            request=new_request(),
        )
        answer.append(OpenedFund(book.post_one(draft), keys))
        if ws.dry_run:
            raise Undone
        keys.save()
    return answer[0]


def fund_key_fact(keys: Keys) -> str:
    """The key that signs the fund's checkpoints, as entry 0 announces it (type ‖ key)."""
    raw = bytes([notes.FUND_KEY]) + notes.public_key(keys.sign)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def bring_forward(
    ws: Workspace,
    on: date,
    balances: tuple[OpeningBalance, ...],
    papers: Papers = NO_PAPERS,
    request: str = "",
) -> Posted:
    """Book the balances a fund starts with, and the paper they come from."""

    def build(book: Book, books: Books) -> Draft:
        return opening_balance(book.chart, on, balances, book.restrictions, papers)

    return record(ws, build, request)


def split_name(shown: str) -> tuple[str, str]:
    """The fund's and the school's name from the text that entry 0 shows."""
    name, _slash, school = shown.partition(" / ")
    return name, school
