"""The notice (公示) of an application: cases by code, amounts, and where an objection goes.

It bears no name, no class and no reason, and it hangs for its term only: no permanent statement
bears a case code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lovefund.language import said
from lovefund.money import yuan
from lovefund.publishing.paper import Issuer, refuse_issuer
from lovefund.publishing.render import html_to_pdf, refuse_missing
from lovefund.publishing.resources import texts
from lovefund.publishing.templates import fill, fill_web, long_day
from lovefund.publishing.web import policy, web_file


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it hangs, in fen; ``rows`` are (case code, amount).

    ``no`` is its entry; ``minutes`` is empty where nobody reviewed yet; ``paid`` says that the
    money went out before, as in an emergency. ``working`` tells what its ``days`` are.
    """

    issuer: Issuer
    no: int
    application: int
    begins: date
    ends: date
    days: int
    working: bool
    minutes: str
    purpose_code: str
    purpose: str
    contact: str
    paid: bool
    rows: tuple[tuple[str, int], ...]

    @property
    def total_fen(self) -> int:
        """The sum of all rows."""
        return sum(fen for _code, fen in self.rows)


def notice_pdf(notice: Notice, language: str) -> bytes:
    """The notice as PDF; MachineLacks for a character that no font of ours has."""
    refuse_issuer(notice.issuer)
    refuse_missing(notice.purpose + notice.contact, str(notice.no))
    columns = _columns(notice.rows)
    html = fill("notice.html", language, issuer=notice.issuer, v=notice, columns=columns)
    return html_to_pdf(html, notice.begins)


def notice_page(notice: Notice, language: str) -> bytes:
    """The notice as a page for the phone, which asks search engines to leave it alone."""
    words, style = texts(language), web_file("site.css")
    other = "en" if language == "zh" else "zh"
    own = words["notice"]
    lead = _lead(own, notice).format(
        minutes=notice.minutes,
        count=len(notice.rows),
        amount=yuan(notice.total_fen),
        purpose=said(words["restrictions"].get(notice.purpose_code, notice.purpose), language),
    )
    html = fill_web(
        "notice.html",
        language,
        t={**own, "other_language": words["site"]["other_language"]},
        practice=words["statement"]["practice"],
        lead=lead,
        css=style,
        policy=policy(style),
        issuer=notice.issuer,
        v=notice,
        other=f"notice-{notice.no}-{other}.html",
        other_lang=other,
        day=lambda day: long_day(day, language),
    )
    return html.encode()


def _lead(words: Mapping[str, str], notice: Notice) -> str:
    """The sentence that a notice begins with."""
    if notice.paid:
        return words["paid"]
    return words["lead"] if notice.minutes else words["bare"]


#: From this many cases on they stand in two columns.
_TWO_COLUMNS_MIN = 12


def _columns(rows: Sequence[tuple[str, int]]) -> list[list[tuple[int, str, int] | None]]:
    """The numbered rows side by side, read down the first column and then down the second."""
    numbered = [(number, *row) for number, row in enumerate(rows, 1)]
    if len(numbered) < _TWO_COLUMNS_MIN:
        return [[row] for row in numbered]
    half = (len(numbered) + 1) // 2
    right: list[tuple[int, str, int] | None] = [*numbered[half:], None]
    return [[left, right[i]] for i, left in enumerate(numbered[:half])]
