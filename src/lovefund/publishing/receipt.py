"""The donor's receipt: the fund's own paper, with the code that finds the gift in the log.

It is not the official 公益事业捐赠票据, says so, and borrows nothing of its look. Unlike
every other face it bears the donor's true name, because it is handed to the donor alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import escape

import segno

from lovefund.publishing.paper import Issuer, refuse_issuer
from lovefund.publishing.render import html_to_pdf, refuse_missing, spelt
from lovefund.publishing.templates import fill


@dataclass(frozen=True, slots=True)
class GoodsRow:
    """Goods that were given, with their unit and value in fen."""

    name_zh: str
    name_en: str
    quantity: int
    unit_zh: str
    unit_en: str
    value_fen: int


@dataclass(frozen=True, slots=True)
class Later:
    """A later entry that names the gift: a correction, a refund, a void."""

    kind_zh: str
    kind_en: str
    voucher: str
    on: date


@dataclass(frozen=True, slots=True)
class Receipt:
    """One gift as its receipt tells it, in fen.

    ``donor`` is empty for an anonymous gift. ``sealed_name`` is set where the name was mended
    since: the code opens with the older spelling. ``now_fen`` is what corrections and a void
    left of the amount; ``copy`` is 0 on the original, and counts the duplicates from 1.
    ``key`` is the fund's public key, with which its signatures are checked, or empty.
    """

    issuer: Issuer
    number: str
    issued_on: date
    on: date
    donor: str
    sealed_name: str
    amount_fen: int
    now_fen: int
    purpose_code: str
    purpose: str
    means: str
    channel_zh: str
    channel_en: str
    goods: tuple[GoodsRow, ...]
    later: tuple[Later, ...]
    void: bool
    copy: int
    code: str
    no: int
    voucher: str
    check_digits: str
    key: str


def receipts_pdf(receipts: Sequence[Receipt], language: str) -> bytes:
    """One receipt a page, A5 across; MachineLacks for a character that no font of ours has."""
    for receipt in receipts:
        refuse_issuer(receipt.issuer)
        refuse_missing(receipt.donor + receipt.purpose, receipt.number)
    # A name is mended for a character that cannot be drawn, too: the old spelling names it.
    shown = [replace(r, sealed_name=spelt(r.sealed_name)) for r in receipts]
    html = fill("receipt.html", language, issuer=shown[0].issuer, receipts=shown, qr=code_svg)
    return html_to_pdf(html, max(receipt.issued_on for receipt in receipts))


def code_svg(code: str, title: str) -> str:
    """The QR code of a text as one SVG path with its quiet zone."""
    symbol = segno.make(code, error="m", micro=False)
    width, height = symbol.symbol_size(border=4)
    drawn = symbol.svg_inline(border=4, svgclass=None, lineclass=None, omitsize=True, light="#fff")
    inner = drawn[drawn.index(">") + 1 : drawn.rindex("</svg>")]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
        f"<title>{escape(title)}</title>{inner}</svg>"
    )
