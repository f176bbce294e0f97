"""The twelve-month chart: mirrored columns as SVG, drawn alike on every machine.

Colours stand on the shapes themselves, since WeasyPrint gives an inline SVG no style sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lovefund.money import yuan
from lovefund.publishing.view import Month

WIDTH, WIDTH_MM, LEFT = 656, 174, 34
MONTHS_HIGH, LABEL_HIGH = 14, 11
INK, GREY, GRID = "#1b2622", "#55605a", "#dde2de"
INCOME = {True: "#17594a", False: "#a9c4ba"}
OUTLAY = {True: "#a4452c", False: "#deb9ae"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _tick(fen: int) -> int:
    """The largest 1, 2 or 5 times a power of ten yuan that is not above ``fen``, or 0."""
    steps = (factor * 10**power for power in range(2, 15) for factor in (1, 2, 5))
    return max((step for step in steps if step <= fen), default=0)


def _short(fen: int, language: str) -> str:
    units = ((10**8, "亿"), (10**4, "万")) if language == "zh" else ((10**6, "M"), (10**3, "k"))
    for size, unit in units:
        if fen >= size * 100:
            return f"{fen // 100 // size}{unit}"
    return f"{fen // 100:,}"


def _label(fen: int, room: int) -> tuple[str, str]:
    """(text, size) of a column's amount: to the fen where it fits, else whole yuan, else none."""
    for text in (yuan(fen, minus="\u2212"), f"{fen // 100:,}"):
        tenths = min(85, room * 1000 // (54 * len(text)))
        if tenths >= 68:
            return text, f"{tenths // 10}.{tenths % 10}00"
    return "", ""


def _text(x: int, y: int, anchor: str, colour: str, text: str, size: str = "9.000") -> str:
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{colour}" '
        f'font-size="{size}" font-family="LF Sans SC">{escape(text)}</text>'
    )


def _rule(y: int, colour: str, width: str) -> str:
    return f'<path d="M{LEFT} {y}H{WIDTH}" stroke="{colour}" stroke-width="{width}" fill="none"/>'


def months_svg(months: Sequence[Month], language: str, title: str, height_mm: int) -> str:
    """Columns of income above and outlay below one axis, to one scale; the period's are dark.

    The period's months say their amounts. As wide as the text of an A4 page (``WIDTH_MM``),
    and ``height_mm`` high.
    """
    height = WIDTH * height_mm // WIDTH_MM
    most_in = max([m.income_fen for m in months] + [1])
    most_out = max([m.outlay_fen for m in months] + [1])
    space = height - MONTHS_HIGH - 2 * LABEL_HIGH
    scale = most_in + most_out
    zero = LABEL_HIGH + space * most_in // scale
    slot = (WIDTH - LEFT) // max(1, len(months))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" class="chart" '
        f'width="{WIDTH_MM}mm" height="{height_mm}mm">'
        f"<title>{escape(title)}</title>"
    ]
    for sign, tick in ((-1, _tick(most_in)), (1, _tick(most_out))):
        y = zero + sign * (space * tick // scale)
        if abs(y - zero) >= LABEL_HIGH:
            parts += [
                _rule(y, GRID, "0.700"),
                _text(LEFT - 6, y + 3, "end", GREY, _short(tick, language)),
            ]
    for index, month in enumerate(months):
        middle = LEFT + index * slot + slot // 2
        for fen, sign, colours in ((month.income_fen, -1, INCOME), (month.outlay_fen, 1, OUTLAY)):
            length = max(space * fen // scale, 1) if fen > 0 else 0
            top = zero - length if sign < 0 else zero
            colour = colours[month.in_period]
            if length:
                parts.append(
                    f'<rect x="{middle - 11}" y="{top}" width="22" height="{length}" '
                    f'fill="{colour}"/>'
                )
            if month.in_period and fen:
                amount, size = _label(fen, slot)
                end = zero - length - 3 if sign < 0 else zero + length + 9
                parts.append(_text(middle, end, "middle", colour, amount, size))
        name = f"{month.month}月" if language == "zh" else _MONTHS[month.month - 1]
        colour = INK if month.in_period else GREY
        parts.append(_text(middle, height - 2, "middle", colour, name))
    parts += [_rule(zero, INK, "0.900"), _text(LEFT - 6, zero + 3, "end", GREY, "0")]
    return "".join(parts) + "</svg>"
