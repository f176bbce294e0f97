"""Says of which format a file is, by its headings and never by its name: exactly one, or none.

A format that fits all but a heading is not taken: the sentence says what differs, since a column
that is passed over could be a purpose that is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from lovefund.errors import BadInput, visible
from lovefund.imports.containers import File, Line, Table
from lovefund.imports.forms import Form, Layout, heading
from lovefund.language import _, language

#: Headings stand below a preamble, and no preamble is longer.
HEAD_ROWS_MAX = 100


@dataclass(frozen=True, slots=True)
class Found:
    """The table that is the bill, its format and layout, and where its columns stand."""

    table: Table
    form: Form
    layout: Layout
    header: int
    headings: tuple[str, ...]
    places: Mapping[str, int]


def recognise(file: File, forms: Sequence[Form], name: str = "") -> Found:
    """The one format that fits; BadInput names those that nearly do, or too many that do.

    ``name`` asks for one format by its id.
    """
    if name and name not in {form.id for form in forms}:
        raise BadInput(
            "--as",
            name,
            _("there is no such format"),
            _("`lovefund import --formats` lists them"),
        )
    found: dict[str, Found] = {}
    near: list[tuple[float, str]] = []
    wrong: BadInput | None = None
    twice = False
    for table in file.tables:
        try:
            head = list(islice(table.rows(), HEAD_ROWS_MAX))
        except BadInput as error:
            # Of a text the first table is the one parted by commas, and nearly every text is that.
            wrong = error if table is file.tables[0] else wrong
            continue
        for form in forms:
            if name in ("", form.id):
                for match in _matches(table, head, form, near):
                    twice = twice or form.id in found
                    found.setdefault(form.id, match)
    if len(found) == 1 and not twice:
        return next(iter(found.values()))
    if found:
        raise _several(file, found)
    raise wrong or _unknown(file, near)


def _matches(
    table: Table, head: Sequence[Line], form: Form, near: list[tuple[float, str]]
) -> Iterator[Found]:
    """The place in a table where a format's headings stand, if it is there."""
    above = ""
    for number, cells in head:
        titles = [heading(cell) for cell in cells]
        while titles and not titles[-1]:
            titles.pop()
        for layout in form.layouts:
            places = _places(titles, layout)
            if places is not None and (not form.marks or any(m in above for m in form.marks)):
                yield Found(table, form, layout, number, tuple(titles), places)
                return
            if len(titles) > 2:
                near += _nearly(titles, form, layout)
        above += "".join(titles) + "\n"


def _places(titles: Sequence[str], layout: Layout) -> dict[str, int] | None:
    """Where each column stands; None where these are not the headings of the layout."""
    places: dict[str, int] = {}
    for key, known in layout.columns.items():
        there = [i for i, title in enumerate(titles) if title in known]
        if len(there) > 1 or (not there and key not in layout.optional):
            return None
        if there:
            places[key] = there[0]
    if not layout.needs <= set(titles):
        return None
    taken = set(places.values())
    for index, title in enumerate(titles):
        if title and index not in taken and title not in layout.ignored:
            return None
    return places


def _nearly(titles: Sequence[str], form: Form, layout: Layout) -> list[tuple[float, str]]:
    """How near the headings come to a layout, and what differs."""
    known = {title for names in layout.columns.values() for title in names} | layout.ignored
    needed = [n for key, n in layout.columns.items() if key not in layout.optional]
    there = sum(any(title in titles for title in names) for names in needed)
    if there * 2 <= len(needed) or there < 3:
        return []
    missing = [names[0] for names in needed if not any(title in titles for title in names)]
    missing += sorted(layout.needs - set(titles))
    more = [title for title in titles if title and title not in known]
    parts = []
    if missing:
        parts.append(_("without {headings}").format(headings=_list(missing)))
    if more:
        parts.append(_("with {headings} besides").format(headings=_list(more)))
    if form.marks and not parts:
        parts.append(_("without the words “{words}” above").format(words=form.marks[0]))
    text = _("{form} ({what})").format(form=form.name(language()), what=_("; ").join(parts))
    return [((there - len(more) / 2) / len(needed), text)]


def _list(titles: Sequence[str]) -> str:
    return visible("、".join(titles)[:120])


def _several(file: File, found: Mapping[str, Found]) -> BadInput:
    names = _(", ").join(f"{f.form.name(language())} ({id})" for id, f in found.items())
    if len(found) == 1:
        return BadInput(
            "file",
            file.name,
            _("it holds several tables of the format {form}").format(form=names),
            _("keep one in a file, and import each"),
        )
    return BadInput(
        "file",
        file.name,
        _("it could be of several formats: {forms}").format(forms=names),
        _("say which with --as, for example --as {form}").format(form=next(iter(found))),
    )


def _unknown(file: File, near: list[tuple[float, str]]) -> BadInput:
    nearest = list(dict.fromkeys(text for _score, text in sorted(near, reverse=True)))[:2]
    reason = _("its headings are of no format that lovefund knows")
    if nearest:
        reason = _("{reason}; nearest: {forms}").format(reason=reason, forms=_("; ").join(nearest))
    return BadInput(
        "file",
        file.name,
        reason,
        _("import it as it was downloaded, or teach its format: lovefund import --learn FILE"),
    )
