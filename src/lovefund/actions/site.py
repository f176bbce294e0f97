"""Makes the pages of a published folder from what the books hold and what lies in the folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from lovefund.actions.figures import fund_names
from lovefund.core.days import period_of
from lovefund.errors import BadInput
from lovefund.language import LANGUAGES, _
from lovefund.log import checkpoints
from lovefund.publishing.site import INDEX, FundShelf, Hanging, Shelf, site_pages
from lovefund.store.reading import Books, funds
from lovefund.system import write_whole

#: A fund's notices in its published folder, and the list that tells which hang.
NOTICES, LISTED = "notices", "notices.json"
_OURS = b'<meta name="generator" content="lovefund">'


def site(books: Books, folder: Path, day: date | None = None) -> dict[str, bytes]:
    """The pages of ``folder``, by path: every fund of these books that published anything.

    They lead to the notices that lie there and hang on ``day``; without a day to none.
    """
    names = funds(books.connection)
    every = [books if name == books.fund else Books(books.connection, name) for name in names]
    return site_pages([shelf for one in every if (shelf := _fund(one, folder, day)).statements])


def refuse_site(folder: Path, fund: str) -> None:
    """BadInput where the pages would be written over somebody else's, or through a link."""
    for name in INDEX.values():
        for path in (folder / name, folder / fund / name):
            there = path.exists() or path.is_symlink()
            if there and (path.is_symlink() or not path.is_file() or not is_ours(path)):
                raise BadInput(
                    "--out",
                    str(path),
                    _("it is not a page that lovefund made"),
                    _("choose another folder with --out, or move this file away"),
                )


def is_ours(path: Path) -> bool:
    """Whether a page is one that lovefund made."""
    with path.open("rb") as file:
        return _OURS in file.read(2000)


def refresh(books: Books, folder: Path, day: date) -> None:
    """Make the pages of a folder that has some again, since its notices are others now."""
    if (folder / books.fund / INDEX["zh"]).is_file():
        refuse_site(folder, books.fund)
        for name, data in site(books, folder, day).items():
            write_whole(folder / name, data)


def _fund(books: Books, folder: Path, day: date | None) -> FundShelf:
    kept = books.statements()
    sizes = {int(row["entry_no"]) + 1 for row in kept}
    heads = books.frontiers(sizes)
    name, school = fund_names(books)
    shelves = []
    for row in kept:
        size, content = int(row["entry_no"]) + 1, str(row["content"])
        body = checkpoints.body(books.fund, size, heads[size].root())
        shelves.append(_shelf(content, checkpoints.fingerprint(body), folder / books.fund))
    return FundShelf(
        books.fund,
        name,
        school,
        books.practice,
        tuple(shelves),
        tuple(_hanging(folder / books.fund, day)),
    )


def _hanging(place: Path, day: date | None) -> Iterator[Hanging]:
    """The notices that lie in a fund's folder and hang on a day, by the list beside them."""
    notices = place / NOTICES
    if day is None or not (notices / LISTED).is_file():
        return
    for row in json.loads((notices / LISTED).read_bytes()):
        pages = {str(lang): f"notice-{row['notice']}-{lang}.html" for lang in LANGUAGES}
        there = all((notices / name).is_file() for name in pages.values())
        if there and row["hangs"] and row["from"] <= day.isoformat() <= row["to"]:
            yield Hanging(row["notice"], row["from"], row["to"], pages)


def _shelf(content: str, fingerprint: str, place: Path) -> Shelf:
    statement = json.loads(content)
    figures = {name: value for name, value, _terms in statement["figures"]}
    day_from, day_to = (date.fromisoformat(statement[key]) for key in ("from", "to"))
    period = period_of(day_from, day_to)
    there = [
        path.parent
        for path in sorted(place.glob(f"{statement['number']:04d}-*/statement.json"))
        if path.read_bytes() == content.encode()
    ]
    return Shelf(
        number=statement["number"],
        label_zh=period.label_zh,
        label_en=period.label_en,
        day_from=day_from,
        day_to=day_to,
        opening_fen=figures["opening"],
        income_fen=figures["income"],
        outlay_fen=figures["outlay"],
        other_fen=figures["transfers"] + figures["prior-year"],
        closing_fen=figures["closing"],
        fingerprint=fingerprint,
        folder=there[0].name if there else "",
        files=tuple(sorted(p.name for p in there[0].iterdir() if p.is_file())) if there else (),
    )
