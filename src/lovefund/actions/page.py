"""Makes a statement's phone page from its bundle and the names that its books know."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from lovefund.actions.figures import titles
from lovefund.language import said
from lovefund.publishing.page import Names, phone_page
from lovefund.publishing.resources import texts
from lovefund.publishing.view import Statement
from lovefund.store.reading import Books

PAGE = "statement.html"


def with_page(
    books: Books, view: Statement, bundle: Mapping[str, bytes]
) -> tuple[Statement, dict[str, bytes]]:
    """The view with the SHA-256 of its page, and the page by its file name.

    The page is made first, so that what is printed can name it.
    """
    page = phone_page(view, bundle, _names(books, bundle["entries.jsonl"], view))
    return replace(view, page_sha256=hashlib.sha256(page).hexdigest()), {PAGE: page}


def _names(books: Books, lines: bytes, view: Statement) -> Names:
    """The names of what occurs in these lines, and of what has a budget.

    What is opened later does not change the page.
    """
    postings = [p for line in lines.splitlines() for p in json.loads(line)["postings"]]
    moved = {code for debit, credit, *_rest in postings for code in (debit, credit)}
    accounts = sorted(moved | {row.code for row in view.budgets})
    known, words = titles(books), {ln: texts(ln)["restrictions"] for ln in ("zh", "en")}

    def title(code: str, language: str) -> str:
        return said(words[language].get(code, known.get(code, code)), language)

    return Names(
        {a: (books.chart[a].short("zh"), books.chart[a].short("en")) for a in accounts},
        {r: (title(r, "zh"), title(r, "en")) for r in sorted({p[2] for p in postings})},
        books.chart.content(),
    )
