"""The statement: a first page for the notice board, and an annex that lists every entry."""

from __future__ import annotations

import multiprocessing
import os
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

from markupsafe import Markup

from lovefund.language import said
from lovefund.money import yuan
from lovefund.publishing.archive import Attached
from lovefund.publishing.chart import months_svg
from lovefund.publishing.checked import said_of
from lovefund.publishing.render import html_to_pdf, pages, refuse_missing
from lovefund.publishing.resources import texts
from lovefund.publishing.templates import fill
from lovefund.publishing.view import EntryRow, PotRow, Share, Statement


@dataclass(frozen=True, slots=True)
class Density:
    """How close the first page stands: the ``--air`` of its style, its purposes, its chart."""

    air: float
    pots_max: int = 1000
    chart_low: bool = False

    @property
    def chart_mm(self) -> int:
        """How high the chart is."""
        return 11 if self.chart_low else round(19 + 19 * self.air)

    def folds(self, rows: Sequence[PotRow]) -> bool:
        """Whether some purposes stand in one row on the first page, and in full behind it."""
        return len(rows) > self.pots_max


#: From roomy to close; the first that fits one page is taken.
DENSITIES = (
    *(Density(air / 20) for air in range(20, -1, -1)),
    *(Density(0, most) for most in (9, 6, 4)),
    *(Density(0, most, chart_low=True) for most in (4, 3)),
)
#: How many characters of a title stand on a first page that names only some purposes.
_TITLE_MAX = {"zh": 14, "en": 28}
#: An annex longer than this is published as volumes, each a complete PDF.
VOLUME_ROWS_MAX = 1000
#: What the tiles of the identity leave for their amounts, in millimetres, by their number.
_TILE_MM = {4: 33, 5: 26, 6: 20}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the annex: its rows, and the total that they foot to where they have one."""

    id: str
    number: int
    rows: tuple[EntryRow, ...]
    total_fen: int | None = None


_Job = tuple[Statement, str, tuple[Section, ...], bool, int, int, tuple[Attached, ...]]


def sections(view: Statement) -> tuple[Section, ...]:
    """The annex: income, outlay, and every other entry; each entry stands somewhere."""
    income = tuple(r for r in view.entries if r.income_fen)
    outlay = tuple(r for r in view.entries if r.outlay_fen)
    other = tuple(r for r in view.entries if not r.income_fen and not r.outlay_fen)
    found = (
        ("income", income, sum(r.income_fen for r in income)),
        ("outlay", outlay, sum(r.outlay_fen for r in outlay)),
        ("other", other, None),
    )
    shown = [part for part in found if part[1]]
    return tuple(Section(id, n, rows, total) for n, (id, rows, total) in enumerate(shown, 5))


def statement_pdf(
    view: Statement, language: str, files: Mapping[str, bytes] | None = None
) -> bytes:
    """The whole statement in one PDF that carries ``files``.

    See :func:`statement_volumes` for long ones.
    """
    _refuse_unprintable(view)
    carried = _attached(files or {}, language)
    return _pdf(view, language, sections(view), first_page=True, volume=0, volumes=0, files=carried)


def statement_volumes(
    view: Statement, language: str, files: Mapping[str, bytes] | None = None
) -> list[tuple[str, bytes]]:
    """(file name, PDF) of each volume of a long statement; empty for one that fits in one.

    Volume 1 is the notice-board page, and carries ``files``; the annex follows in volumes of
    at most VOLUME_ROWS_MAX rows, drawn in parallel.
    """
    parts = _volumes(sections(view))
    if sum(len(s.rows) for s in sections(view)) <= VOLUME_ROWS_MAX:
        return []
    _refuse_unprintable(view)
    count = len(parts) + 1
    jobs: list[_Job] = [(view, language, (), True, 1, count, _attached(files or {}, language))]
    jobs += [(_bare(view), language, part, False, i, count, ()) for i, part in enumerate(parts, 2)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(4, os.cpu_count() or 1), mp_context=context) as workers:
        drawn = list(workers.map(_job, jobs))
    return [
        (f"statement-{language}-{index:02d}-of-{count:02d}.pdf", pdf)
        for index, pdf in enumerate(drawn, 1)
    ]


def _bare(view: Statement) -> Statement:
    return replace(view, entries=())


def _job(job: _Job) -> bytes:
    view, language, part, first_page, volume, volumes, files = job
    return _pdf(
        view, language, part, first_page=first_page, volume=volume, volumes=volumes, files=files
    )


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
            current.append(replace(part, rows=taken, total_fen=None if rows else part.total_fen))
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
    files: Sequence[Attached],
) -> bytes:
    density = DENSITIES[0]
    if first_page:

        def fits(wish: Density) -> bool:
            return pages(_html(view, language, (), True, volume, volumes, wish, alone=True)) == 1

        density = DENSITIES[min(_roomiest(fits), len(DENSITIES) - 1)]
    html = _html(view, language, parts, first_page, volume, volumes, density)
    return html_to_pdf(html, view.issued_on, files)


def _roomiest(fits: Callable[[Density], bool]) -> int:
    """The first density that fits; most do near the roomy end, so the search begins there."""
    low = 0
    for high in (0, 1, 5):
        if fits(DENSITIES[high]):
            return bisect_left(DENSITIES, True, low, high, key=fits)
        low = high + 1
    return bisect_left(DENSITIES, True, low, key=fits)


def _html(
    view: Statement,
    language: str,
    parts: Sequence[Section],
    first_page: bool,
    volume: int,
    volumes: int,
    density: Density,
    alone: bool = False,
) -> str:
    words = texts(language)
    said_words = words["statement"]
    titles = {p.code: _title(p, words, language) for p in view.pots}
    if view.agency:
        titles[view.agency.code] = _title(view.agency, words, language)
    every = [(titles[p.code], p) for p in view.pots]
    folds = density.folds(view.pots)
    comma = "，" if language == "zh" else ", "

    def counted(key: str, count: int) -> str:
        return str(said_words.get(f"{key}_one" if count == 1 else key, said_words[key])).format(
            count=count
        )

    return fill(
        "statement.html",
        language,
        density=density,
        s=view,
        issuer=view,
        label=view.label_zh if language == "zh" else view.label_en,
        sections=parts,
        first_page=first_page,
        volume=volume,
        volumes=volumes,
        chart=months_svg(view.months, language, _described(view, said_words), density.chart_mm)
        if first_page
        else "",
        root=_eights(view.root_hex),
        page_hash=_eights(view.page_sha256),
        titles=titles,
        pots_shown=_folded(every, density.pots_max, _TITLE_MAX[language], said_words["pots_others"])
        if folds
        else every,
        pots_behind=every if folds and not alone else (),
        pots_total=_sum_of(view.pots),
        hero_pt=_hero_pt(view),
        measured=_measured,
        anchor=_anchors(),
        amended=view.amended if first_page and not alone else (),
        overridden=view.overridden if first_page and not alone else (),
        budgets=view.budgets if first_page and not alone else (),
        corrections=sum(1 for r in view.entries if r.kind in ("correction", "void")),
        counted=counted,
        checked=lambda c: said_of(c, language),
        what=lambda row: _what(row, language),
        notes=lambda row: comma.join(_notes(row, titles, said_words, language)),
    )


def _attached(files: Mapping[str, bytes], language: str) -> tuple[Attached, ...]:
    """The published files as the PDF carries them; the verifier shows nothing of the pages."""
    about = texts(language)["files"]
    return tuple(
        Attached(name, content, about.get(name, name), name != "verify.py")
        for name, content in files.items()
    )


def _described(view: Statement, words: dict[str, str]) -> str:
    """The chart in words: the amounts that are written in it, for those who hear it."""
    months = (
        words["chart_month"].format(
            year=m.year,
            month=m.month,
            income=yuan(m.income_fen, minus="\u2212"),
            outlay=yuan(m.outlay_fen, minus="\u2212"),
        )
        for m in view.months
        if m.in_period
    )
    return "\n".join((words["chart"], *months))


def _eights(digits: str) -> list[str]:
    return [digits[i : i + 8] for i in range(0, len(digits), 8)]


def _anchors() -> Callable[[str], Markup]:
    """Makes a figure's id the target of links, where the figure is shown for the first time."""
    known: set[str] = set()

    def anchor(figure: str) -> Markup:
        if figure in known:
            return Markup()
        known.add(figure)
        return Markup(' id="{}"').format(figure)

    return anchor


def _title(pot: PotRow, words: dict[str, dict[str, str]], language: str) -> str:
    return said(words["restrictions"].get(pot.code, pot.title), language)


def _sum_of(rows: Iterable[PotRow], restricted: bool = False) -> PotRow:
    rows = tuple(rows)
    return PotRow(
        "",
        "",
        restricted,
        sum(row.opening_fen for row in rows),
        sum(row.inflow_fen for row in rows),
        sum(row.outflow_fen for row in rows),
        sum(row.closing_fen for row in rows),
    )


def _folded(
    every: Sequence[tuple[str, PotRow]], count: int, title_max: int, others: str
) -> list[tuple[str, PotRow]]:
    """The largest purposes in their order, their titles cut short, and the sum of the others."""
    by_size = sorted((row for _title, row in every), key=lambda r: -abs(r.closing_fen))
    large = {row.code for row in by_size[: count - 1]}
    kept = [
        (t if len(t) <= title_max else t[:title_max] + "…", row)
        for t, row in every
        if row.code in large
    ]
    return [*kept, (others, _sum_of(row for _title, row in every if row.code not in large))]


def _hero_pt(view: Statement) -> float:
    """The size at which the longest amount fits its tile; a digit is .59 em wide, a comma .3."""
    shown = [view.opening_fen, view.income_fen, view.outlay_fen, view.closing_fen]
    shown += [fen for fen in (view.transfer_fen, view.prior_year_fen) if fen]
    em = max(sum(0.59 if c.isdigit() else 0.3 for c in yuan(fen, minus="\u2212")) for fen in shown)
    return min(15.0, round(_TILE_MM[len(shown)] / 0.353 / em, 1))


def _measured(rows: Sequence[Share]) -> Iterator[tuple[Share, str, int]]:
    """Each row with its share in per cent and its bar; no shares where a row is below zero."""
    amounts = [row.amount_fen for row in rows]
    total = sum(amounts) if all(fen >= 0 for fen in amounts) else 0
    for row in rows:
        tenths = (2000 * row.amount_fen + total) // (2 * total) if total else 0
        share = f"{tenths // 10}.{tenths % 10}%" if total else ""
        yield row, share, max(row.amount_fen, 0) * 100 // max(1, *amounts)


def _what(row: EntryRow, language: str) -> str:
    """What an entry is about: its source or programme, and the channel that the money took."""
    kind, detail, channel = (
        (row.kind_zh, row.detail_zh, row.channel_zh)
        if language == "zh"
        else (row.kind_en, row.detail_en, row.channel_en)
    )
    told = row.shown or row.anonymous or row.withheld
    dot = "·" if language == "zh" else " · "
    return dot.join(part for part in (detail or (kind if told else ""), channel) if part)


def _notes(
    row: EntryRow, titles: dict[str, str], words: dict[str, str], language: str
) -> Iterator[str]:
    """What stands small beside an entry: its purpose, goods, pupils, and the entry it names."""
    if row.restriction not in ("", "general", "agency") and row.restriction in titles:
        yield words["for"].format(purpose=titles[row.restriction])
    if row.goods_zh:
        yield row.goods_zh if language == "zh" else row.goods_en
    if row.pupils:
        yield words["pupils"].format(count=row.pupils)
    if row.of:
        named = row.of_voucher or words["entry"].format(no=row.of)
        yield words.get(f"of_{row.kind}", words["of"]).format(of=named)


def _refuse_unprintable(view: Statement) -> None:
    """Stop before drawing when a name has a character that no font of ours holds."""
    refuse_missing(view.fund_name + view.school_name, "fund")
    for row in view.entries:
        refuse_missing(row.shown, f"{row.voucher or row.no}")
    for pot in view.pots:
        refuse_missing(pot.title, pot.code)
