"""Two small plots of a fund's statements for the web: what came in and went out, and what is left.

Every shape carries its colour as an attribute, since a strict policy allows no inline style.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lovefund.publishing.chart import GREY, GRID, INCOME, INK, OUTLAY

WIDTH, HIGH, LABEL_HIGH = 344, 156, 14
#: The newest statements that a plot has room for.
STATEMENTS_MAX = 8
PINE, CLAY = INCOME[True], OUTLAY[True]


def compact(fen: int, language: str) -> str:
    """An amount as a plot has room for it: 12,345, 12.3万, 123k."""
    sign, yuan = "\u2212" if fen < 0 else "", abs(fen) // 100
    for size, unit in ((10**8, "亿"), (10**4, "万")) if language == "zh" else ((10**6, "M"),):
        if yuan >= 10 * size:
            return f"{sign}{yuan * 10 // size / 10:,.1f}{unit}"
    return f"{sign}{yuan:,}"


def flows_svg(rows: Sequence[tuple[str, int, int]], language: str, title: str) -> str:
    """Columns of income above and outlay below one axis; a row is (label, income, outlay)."""
    rows = rows[-STATEMENTS_MAX:]
    most_in = max([income for _label, income, _outlay in rows] + [1])
    most_out = max([outlay for _label, _income, outlay in rows] + [1])
    space = HIGH - 3 * LABEL_HIGH
    zero = LABEL_HIGH + space * most_in // (most_in + most_out)
    parts = []
    for middle, (label, income, outlay) in zip(_middles(len(rows)), rows, strict=True):
        for fen, sign, colour in ((income, -1, PINE), (outlay, 1, CLAY)):
            length = max(space * fen // (most_in + most_out), 1) if fen > 0 else 0
            top = zero - length if sign < 0 else zero
            if length:
                parts.append(
                    f'<rect x="{middle - 10}" y="{top}" width="20" height="{length}" '
                    f'fill="{colour}"/>'
                )
            if fen:
                at = zero - length - 3 if sign < 0 else zero + length + 11
                parts.append(_text(middle, at, colour, compact(fen, language)))
        parts.append(_text(middle, HIGH - 2, GREY, label))
    return _svg(title, [*parts, _rule(zero, INK)])


def closings_svg(rows: Sequence[tuple[str, int]], language: str, title: str) -> str:
    """A point for the closing of each statement, joined by a line; a row is (label, closing)."""
    rows = rows[-STATEMENTS_MAX:]
    low = min([closing for _label, closing in rows] + [0])
    high = max([closing for _label, closing in rows] + [1])
    space = HIGH - 3 * LABEL_HIGH

    def height(fen: int) -> int:
        return 2 * LABEL_HIGH + space - space * (fen - low) // (high - low) - LABEL_HIGH // 2

    heights = [height(closing) for _label, closing in rows]
    points = list(zip(_middles(len(rows)), heights, strict=True))
    parts = [_rule(height(0), GRID)]
    parts.append(
        f'<polyline points="{" ".join(f"{x},{y}" for x, y in points)}" fill="none" '
        f'stroke="{PINE}" stroke-width="2"/>'
    )
    for (x, y), (label, closing) in zip(points, rows, strict=True):
        parts.append(f'<circle cx="{x}" cy="{y}" r="3.500" fill="{PINE}"/>')
        parts.append(_text(x, y - 7, INK, compact(closing, language)))
        parts.append(_text(x, HIGH - 2, GREY, label))
    return _svg(title, parts)


def _middles(count: int) -> list[int]:
    """The middle of each slot."""
    slot = WIDTH // STATEMENTS_MAX
    return [slot * index + slot // 2 for index in range(count)]


def _text(x: int, y: int, colour: str, text: str) -> str:
    return (
        f'<text x="{x}" y="{y}" text-anchor="middle" fill="{colour}" font-size="10">'
        f"{escape(text)}</text>"
    )


def _rule(y: int, colour: str) -> str:
    return f'<path d="M0 {y}H{WIDTH}" stroke="{colour}" stroke-width="1" fill="none"/>'


def _svg(title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HIGH}" role="img">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )
