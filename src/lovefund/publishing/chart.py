"""The twelve-month chart: mirrored columns as SVG, drawn alike on every machine.

Colours stand on the shapes themselves, since WeasyPrint gives an inline SVG no style sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lovefund.publishing.view import Month

WIDTH, WIDTH_MM, LEFT, LABELS = 656, 174, 34, 18
INK, GREY, GRID = "#1b2622", "#55605a", "#e4e8e5"
INCOME = {True: "#17594a", False: "#a9c4ba"}
OUTLAY = {True: "#a4452c", False: "#deb9ae"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _nice(fen: int) -> int:
    """The smallest 1, 2 or 5 times a power of ten yuan that is not below ``fen``."""
    step = 100_00
    while True:
        for factor in (1, 2, 5):
            if step * factor >= fen:
                return step * factor
        step *= 10


def _tick(fen: int, language: str) -> str:
    whole = fen // 100
    if language == "zh" and whole >= 10_000:
        return f"{whole // 10_000}万"
    return f"{whole // 1000}k" if language == "en" and whole >= 1000 else f"{whole:,}"


def _text(x: int, y: int, anchor: str, colour: str, text: str) -> str:
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{colour}" '
        f'font-size="9.500" font-family="LF Sans SC">{escape(text)}</text>'
    )


def _rule(y: int, colour: str, width: str) -> str:
    return f'<path d="M{LEFT} {y}H{WIDTH}" stroke="{colour}" stroke-width="{width}" fill="none"/>'


def months_svg(months: Sequence[Month], language: str, title: str, height_mm: int) -> str:
    """Columns of income above and outlay below one axis, to one scale; the period's are dark.

    As wide as the text of an A4 page (``WIDTH_MM``), and ``height_mm`` high.
    """
    height = WIDTH * height_mm // WIDTH_MM
    most_in = max([m.income_fen for m in months] + [0])
    most_out = max([m.outlay_fen for m in months] + [0])
    top, low = _nice(max(most_in, 1)), _nice(max(most_out, 1))
    low = max(low, top // 5)
    top = max(top, low // 5)
    space = height - LABELS - 8
    zero = 6 + space * top // (top + low)
    above, below = zero - 6, 6 + space - zero
    slot = (WIDTH - LEFT) // len(months)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" class="chart" '
        f'width="{WIDTH_MM}mm" height="{height_mm}mm">'
        f"<title>{escape(title)}</title>"
    ]
    for y, fen in ((6, top), (6 + space, low)):
        tick = _tick(fen, language)
        parts += [_rule(y, GRID, "0.700"), _text(LEFT - 6, y + 3, "end", GREY, tick)]
    for index, month in enumerate(months):
        x = LEFT + index * slot + slot // 2 - 11
        up = max(month.income_fen, 0) * above // top
        down = max(month.outlay_fen, 0) * below // low
        for fen, y, length, colours in (
            (month.income_fen, zero - max(up, 1), max(up, 1), INCOME),
            (month.outlay_fen, zero, max(down, 1), OUTLAY),
        ):
            if fen > 0:
                parts.append(
                    f'<rect x="{x}" y="{y}" width="22" height="{length}" '
                    f'fill="{colours[month.in_period]}"/>'
                )
        name = f"{month.month}月" if language == "zh" else _MONTHS[month.month - 1]
        parts.append(_text(x + 11, height - 3, "middle", INK if month.in_period else GREY, name))
    parts += [_rule(zero, INK, "0.900"), _text(LEFT - 6, zero + 3, "end", GREY, "0")]
    return "".join(parts) + "</svg>"
