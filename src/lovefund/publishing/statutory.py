"""The three statutory statements on paper and as a workbook, with their notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from lovefund.core.days import Period
from lovefund.publishing.paper import Issuer, refuse_issuer
from lovefund.publishing.render import html_to_pdf
from lovefund.publishing.resources import texts
from lovefund.publishing.templates import fill
from lovefund.publishing.workbook import Cell, Fen, Sheet, workbook


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a form: its words, line number and values in fen; a heading has no values."""

    zh: str
    en: str
    line: int
    total: bool
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A statement: ``heads`` are the ids of its columns, ``parts`` those of each column."""

    code: str
    zh: str
    en: str
    heads: tuple[str, ...]
    parts: tuple[str, ...]
    lines: tuple[Line, ...]


class Pot(NamedTuple):
    """A restriction in the notes: what it had, what came, went and changed, and what it has."""

    code: str
    title: str
    opening_fen: int
    in_fen: int
    out_fen: int
    other_fen: int
    closing_fen: int


@dataclass(frozen=True, slots=True)
class Notes:
    """What the notes (附注) tell beside the three statements, each in fen or as a count."""

    chart_zh: str
    chart_en: str
    pots: tuple[Pot, ...]
    agency: Pot
    goods_in_fen: int
    goods_out_fen: int
    services_fen: int
    relations: int
    recusals: int
    overrides: tuple[int, ...]
    rules_sha256: str


@dataclass(frozen=True, slots=True)
class Reports:
    """The three statements of a period; the balance sheet comes as its two sides."""

    issuer: Issuer
    period: Period
    assets: Form
    claims: Form
    activity: Form
    cash: Form
    notes: Notes


def reports_pdf(view: Reports, language: str) -> bytes:
    """The statements and notes as A4 pages; MachineLacks for a character that no font has."""
    refuse_issuer(view.issuer)
    html = fill("statutory.html", language, issuer=view.issuer, v=view)
    return html_to_pdf(html, view.period.day_to)


def reports_xlsx(view: Reports) -> bytes:
    """The statements as a workbook, one sheet each, in both languages."""
    title = f"{view.issuer.fund_name} {view.period.label_zh}"
    return workbook(title, view.period.day_to, sheets(view))


def sheets(view: Reports) -> list[Sheet]:
    """A sheet of each statement, and of the restrictions in the notes."""
    words = {language: texts(language)["statutory"] for language in ("zh", "en")}

    def both(key: str) -> str:
        return f"{words['zh'][key]} {words['en'][key]}"

    made = []
    for form, name in (
        (view.assets, f"{view.assets.zh}-{words['zh']['assets']}"),
        (view.claims, f"{view.claims.zh}-{words['zh']['claims_short']}"),
        (view.activity, view.activity.zh),
        (view.cash, view.cash.zh),
    ):
        heads = tuple(
            " ".join(filter(None, (both(head), both(part) if part else "")))
            for head in form.heads
            for part in form.parts
        )
        rows: list[tuple[Cell, ...]] = [
            (x.zh, x.en, x.line or None, *map(Fen, x.values)) for x in form.lines
        ]
        strong = frozenset(i for i, x in enumerate(form.lines) if x.total or not x.values)
        made.append(
            Sheet(
                name,
                (words["zh"]["row"], words["en"]["row"], both("line"), *heads),
                (38, 42, 10) + (20,) * len(heads),
                rows,
                strong,
            )
        )
    pots: list[tuple[Cell, ...]] = [
        (
            p.code,
            p.title,
            *map(Fen, (p.opening_fen, p.in_fen, p.out_fen, p.other_fen, p.closing_fen)),
        )
        for p in (*view.notes.pots, view.notes.agency)
    ]
    heads = tuple(
        both(key) for key in ("pot", "called", "opening", "in", "out", "other", "closing")
    )
    made.append(Sheet(words["zh"]["notes"], heads, (18, 34) + (18,) * 5, pots))
    return made
