"""The statement: a first page for the notice board, and an annex that lists every entry."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from lovefund.language import said
from lovefund.publishing.chart import months_svg
from lovefund.publishing.render import html_to_pdf, pages, refuse_missing
from lovefund.publishing.resources import texts
from lovefund.publishing.templates import fill
from lovefund.publishing.view import EntryRow, PotRow, Statement

#: How close the first page may stand, from roomy to close: the style, and the chart's millimetres.
DENSITIES = (
    ("", 36),
    ("compact", 34),
    ("compact", 26),
    ("compact dense", 32),
    ("compact dense", 20),
)
#: An annex longer than this is published as volumes, each a complete PDF.
VOLUME_ROWS_MAX = 1000


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the annex: its rows, and the total that they foot to where they have one."""

    id: str
    rows: tuple[EntryRow, ...]
    total_fen: int | None = None
    last: bool = True


_Job = tuple[Statement, str, tuple[Section, ...], bool, int, int]


def sections(view: Statement) -> tuple[Section, ...]:
    """The annex: income, outlay, and every other entry; each entry stands somewhere."""
    income = tuple(r for r in view.entries if r.income_fen)
    outlay = tuple(r for r in view.entries if r.outlay_fen)
    other = tuple(r for r in view.entries if not r.income_fen and not r.outlay_fen)
    return (
        Section("income", income, sum(r.income_fen for r in income)),
        Section("outlay", outlay, sum(r.outlay_fen for r in outlay)),
        Section("other", other),
    )


def statement_pdf(view: Statement, language: str) -> bytes:
    """The whole statement in one PDF; see :func:`statement_volumes` for long ones."""
    _refuse_unprintable(view)
    return _pdf(view, language, sections(view), first_page=True, volume=0, volumes=0)


def statement_volumes(view: Statement, language: str) -> list[tuple[str, bytes]]:
    """(file name, PDF) of each volume of a long statement; empty for one that fits in one.

    Volume 1 is the notice-board page; the annex follows in volumes of at most
    VOLUME_ROWS_MAX rows, drawn in parallel.
    """
    parts = _volumes(sections(view))
    if sum(len(s.rows) for s in sections(view)) <= VOLUME_ROWS_MAX:
        return []
    _refuse_unprintable(view)
    count = len(parts) + 1
    jobs: list[_Job] = [(view, language, (), True, 1, count)]
    jobs += [(_bare(view), language, part, False, i, count) for i, part in enumerate(parts, 2)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as workers:
        drawn = list(workers.map(_job, jobs))
    return [
        (f"statement-{language}-{index:02d}-of-{count:02d}.pdf", pdf)
        for index, pdf in enumerate(drawn, 1)
    ]


def _bare(view: Statement) -> Statement:
    from dataclasses import replace

    return replace(view, entries=())


def _job(job: _Job) -> bytes:
    view, language, part, first_page, volume, volumes = job
    return _pdf(view, language, part, first_page=first_page, volume=volume, volumes=volumes)


def _volumes(parts: Sequence[Section]) -> list[tuple[Section, ...]]:
    """Sections cut into volumes; only the last piece of a section carries its total."""
    found: list[tuple[Section, ...]] = []
    current: list[Section] = []
    room = VOLUME_ROWS_MAX
    for part in parts:
        rows = part.rows
        while rows:
            if room == 0:
                found.append(tuple(current))
                current, room = [], VOLUME_ROWS_MAX
            taken, rows = rows[:room], rows[room:]
            room -= len(taken)
            current.append(Section(part.id, taken, part.total_fen if not rows else None, not rows))
    if current:
        found.append(tuple(current))
    return found


def _pdf(
    view: Statement,
    language: str,
    parts: Sequence[Section],
    *,
    first_page: bool,
    volume: int,
    volumes: int,
) -> bytes:
    density = DENSITIES[0]
    if first_page:
        density = next(
            (d for d in DENSITIES if pages(_html(view, language, (), True, 0, 0, d)) == 1),
            DENSITIES[-1],
        )
    html = _html(view, language, parts, first_page, volume, volumes, density)
    return html_to_pdf(html, view.issued_on)


def _html(
    view: Statement,
    language: str,
    parts: Sequence[Section],
    first_page: bool,
    volume: int,
    volumes: int,
    density: tuple[str, int],
) -> str:
    words = texts(language)
    return fill(
        "statement.html",
        language,
        density=density[0],
        s=view,
        label=view.label_zh if language == "zh" else view.label_en,
        sections=parts,
        first_page=first_page,
        volume=volume,
        volumes=volumes,
        chart=months_svg(view.months, language, words["statement"]["chart"], density[1])
        if first_page
        else "",
        root=[view.root_hex[i : i + 8] for i in range(0, 64, 8)],
        bar=_bar,
        title_of=lambda pot: said(_title(pot, words), language),
    )


def _title(pot: PotRow, words: dict[str, dict[str, str]]) -> str:
    return words["restrictions"].get(pot.code, pot.title)


def _bar(part_fen: int, rows: Sequence[object]) -> str:
    """The width of a share bar, against the largest row, in per cent."""
    largest = max((getattr(r, "amount_fen", 0) for r in rows), default=0)
    return f"{max(part_fen, 0) * 100 // largest if largest else 0}%"


def _refuse_unprintable(view: Statement) -> None:
    """Stop before drawing when a name has a character that no font of ours holds."""
    refuse_missing(view.fund_name + view.school_name, "fund")
    for row in view.entries:
        refuse_missing(row.shown, f"{row.voucher or row.no}")
    for pot in view.pots:
        refuse_missing(pot.title, pot.code)
