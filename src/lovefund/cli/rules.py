"""The command ``rules``: the fund's own rulebook, written, adopted, shown, explained, compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import fields as f
from lovefund.cli import output
from lovefund.cli.asking import argument, ask, missing, of_one_fund, sure_of_the_day
from lovefund.cli.context import Context, interactive
from lovefund.cli.fields import Field, Setting
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.texts import JSON, Command, Option
from lovefund.errors import BadInput, Refused
from lovefund.language import N_, _, language

if TYPE_CHECKING:
    from lovefund.actions.rules import Change, Otherwise
    from lovefund.actions.workspace import Workspace
    from lovefund.core.district import AdoptedDistrict, District
    from lovefund.core.rulebook import Article, Rulebook
    from lovefund.store.book import Posted


@click.pass_context
def _rules(
    ctx: click.Context,
    what: str,
    words: tuple[str, ...],
    out: str,
    force: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    context: Context = ctx.obj
    given = list(words)
    match what:
        case "new":
            _new(Path(_one(context, given, _NEW)), force)
        case "check":
            _check(context, _either(context, given), given, as_json)
        case "adopt":
            _adopt(context, _either(context, given), dry_run, as_json)
        case "show":
            _show(_in_force(context, given), _bounds(context), as_json)
        case "explain":
            _explain(context, _one(context, given, _ARTICLE), given)
        case "print":
            _print(context, given, out, force, as_json)
        case "diff":
            _diff(context, given, as_json)
        case _:
            _what_if(context, given, as_json)
    if given:
        raise BadInput(
            "words", " ".join(given), _("this is more than was asked for"), _("leave it away")
        )


def _one(context: Context, given: list[str], field: Field) -> str:
    """The next word that was typed, or the answer to the question for it."""
    if given:
        return given.pop(0)
    if not interactive():
        raise missing(field)
    return str(ask(field, Setting(context.today(), {}, {}))[1])


def _book(context: Context, given: list[str]) -> Rulebook:
    from lovefund.actions.rules import read_book

    return read_book(Path(_one(context, given, _FILE)))


def _either(context: Context, given: list[str]) -> Rulebook | District:
    from lovefund.actions.rules import read_either

    return read_either(Path(_one(context, given, _FILE)))


def _bounds(context: Context) -> AdoptedDistrict | None:
    """The district's book that binds the fund at hand; None where it is not said which."""
    from lovefund.actions.rules import district_in_force

    try:
        return district_in_force(context.workspace()) if context.has_books() else None
    except BadInput:
        return None


def _in_force(context: Context, given: list[str]) -> Rulebook:
    """The book of a file that was typed, else the one in force."""
    from lovefund.actions.rules import current, no_rules, read_book

    if given:
        return read_book(Path(given.pop(0)))
    kept = current(of_one_fund(context))
    if kept is None:
        raise no_rules()
    return kept.book


def _new(path: Path, force: bool) -> None:
    from lovefund.actions.rules import write_new

    write_new(path, over=force)
    output.echo(_("A rulebook to make your own: {path}").format(path=path))
    output.echo(
        _("Change its name, its day and its numbers; then `lovefund rules check {path}`.").format(
            path=path
        )
    )


def _check(context: Context, book: Rulebook | District, given: list[str], as_json: bool) -> None:
    """Read a book, and hold a rulebook to its district's: the one typed after it, or the fund's."""
    from lovefund.core.district import District, outside
    from lovefund.publishing.regulation import how_held

    if isinstance(book, District):
        _check_district(book, as_json)
        return
    kept = None if given else _bounds(context)
    bounds = _either(context, given) if given else kept and kept.book
    if isinstance(bounds, District) and (left := outside(book, bounds)):
        raise Refused(tuple(left))
    counts: dict[str, int] = {}
    for article in book.articles:
        counts[how_held(article)] = counts.get(how_held(article), 0) + 1
    if as_json:
        output.emit_json({"book": book.id, "sha256": book.sha256(), "articles": counts})
        return
    output.echo(
        _("{title} ({id}), in force from {since}: {count} articles").format(
            title=book.title(language()), id=book.id, since=book.since, count=len(book.articles)
        )
    )
    for held, count in counts.items():
        output.echo(f"  {output.pad(_(_HELD[held]), 16)} {count:>4}")
    if isinstance(bounds, District):
        output.echo(_("It lies within {title}.").format(title=bounds.title(language())))


def _check_district(book: District, as_json: bool) -> None:
    if as_json:
        output.emit_json({"book": book.id, "sha256": book.sha256(), "bounds": len(book.bounds)})
        return
    output.echo(
        _("{title} ({id}): a district's book with bounds for {count} articles").format(
            title=book.title(language()), id=book.id, count=len(book.bounds)
        )
    )
    output.echo(f"  SHA-256 {book.sha256()}")


def _adopt(context: Context, book: Rulebook | District, dry_run: bool, as_json: bool) -> None:
    from dataclasses import replace

    from lovefund.actions.rules import adopt, adopt_district
    from lovefund.actions.workspace import new_request
    from lovefund.cli.forms import tell
    from lovefund.core.district import District

    ws = replace(of_one_fund(context), dry_run=dry_run)
    request = new_request()

    def book_it(sure: Workspace) -> Posted:
        if isinstance(book, District):
            return adopt_district(sure, book, request)
        return adopt(sure, book, request)

    tell(ws, [sure_of_the_day(ws, book_it)], as_json=as_json, dry_run=dry_run)
    if as_json or dry_run:
        return
    if isinstance(book, District):
        output.echo(
            _("{title} binds every rulebook of this fund from now on.").format(
                title=book.title(language())
            )
        )
    else:
        output.echo(
            _("{title} is in force from {since}. Print it for the wall: `lovefund rules print`")
            .format(title=book.title(language()), since=book.since)
        )  # fmt: skip


def _show(book: Rulebook, bounds: AdoptedDistrict | None, as_json: bool) -> None:
    from lovefund.publishing.regulation import how_held

    if as_json:
        output.emit_json([_as_json(article, bounds) for article in book.articles])
        return
    output.echo(f"{book.title(language())}  {book.id}  {book.since}")
    columns = max(output.width(_(held)) for held in _HELD.values())
    chapter = 0
    for article in book.articles:
        if article.chapter != chapter and book.chapters:
            chapter = article.chapter
            named = book.chapters[chapter - 1]
            output.echo("")
            output.echo(named.zh if language() == "zh" else named.en)
        held = _(_HELD[how_held(article)])
        head = f"  {article.id:<5} {output.pad(held, columns)}  "
        output.hanging(head, article.sentence(language()))
        for line in _bound_lines(article.id, bounds):
            output.echo(f"        {line}")


def _bound_lines(article: str, bounds: AdoptedDistrict | None) -> list[str]:
    """What the district asks of an article, and by which entry; nothing where it asks nothing."""
    from lovefund.core.district import told

    bound = bounds.book.of(article) if bounds is not None else None
    if bound is None or bounds is None:
        return []
    return [
        _("the district asks: {asked} ({id}, entry {no})").format(
            asked=told(bound), id=bounds.book.id, no=bounds.no
        )
    ]


def _as_json(article: Article, bounds: AdoptedDistrict | None = None) -> dict[str, Any]:
    from lovefund.core.district import told

    bound = bounds.book.of(article.id) if bounds is not None else None
    return {
        **({"district": told(bound)} if bound is not None else {}),
        "id": article.id,
        "rule": article.rule,
        "severity": article.severity.value,
        "sentence": article.sentence(language()),
        "source": article.source(language()),
        "basis": article.basis.value,
        "parameters": {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in article.parameters.items()
        },
    }


def _explain(context: Context, name: str, given: list[str]) -> None:
    from lovefund.core.rule_kinds import RULES
    from lovefund.publishing.regulation import how_held

    book = _in_force(context, given)
    if name.upper() not in book:
        raise BadInput(
            "article",
            name,
            _("there is no such article in {book}").format(book=book.id),
            _("one of {known}").format(known=", ".join(a.id for a in book.articles)),
        )
    article = book[name.upper()]
    rule = RULES[article.rule]
    output.echo(f"{article.id}  {article.sentence(language())}")
    for label, text in (
        (_("source"), article.source(language())),
        (_("basis"), _(_BASES[article.basis.value])),
        (_("effect"), _(_HELD[how_held(article)])),
        (_("kind of rule"), rule.zh if language() == "zh" else _(rule.en)),
        *((_("district"), line) for line in _bound_lines(article.id, _bounds(context))),
        (_("passes"), f"lovefund {article.passes}" if article.passes else ""),
        (_("does not"), f"lovefund {article.fails}" if article.fails else ""),
    ):
        if text:
            output.echo("  " + _("{label}: {value}").format(label=label, value=text))


def _print(context: Context, given: list[str], out: str, force: bool, as_json: bool) -> None:
    from lovefund.actions.outputs import refuse_place
    from lovefund.actions.rules import print_rules, read_book

    book = read_book(Path(given.pop(0))) if given else None
    path = Path(out or "rules.pdf")
    refuse_place(path, over=force)
    count = print_rules(of_one_fund(context), path, language(), book)
    if as_json:
        output.emit_json({"file": str(path), "count": count})
    else:
        output.echo(_("{count} articles printed to {path}").format(count=count, path=path))


def _diff(context: Context, given: list[str], as_json: bool) -> None:
    from lovefund.actions.rules import changes, current
    from lovefund.core.rules import model

    after = _book(context, given)
    if given:
        before, after = after, _book(context, given)
    else:
        kept = current(of_one_fund(context)) if context.has_books() else None
        before = kept.book if kept else model()
    found, bounds = changes(before, after), _bounds(context)
    if as_json:
        output.emit_json(
            [
                {
                    "id": change.id,
                    "before": _as_json(change.before) if change.before else None,
                    "after": _as_json(change.after) if change.after else None,
                }
                for change in found
            ]
        )
        return
    output.echo(f"{before.id} → {after.id}")
    for change in found:
        for line in (*_change_lines(change), *_bound_lines(change.id, bounds)):
            output.echo(line)
    if not found:
        output.echo(_("The articles are the same."))


def _change_lines(change: Change) -> list[str]:
    from lovefund.publishing.regulation import how_held

    lines = [change.id]
    for sign, article in (("-", change.before), ("+", change.after)):
        if article is not None:
            held = _(_HELD[how_held(article)])
            lines.append(f"  {sign} {output.pad(held, 10)} {article.sentence(language())}")
    return lines


def _what_if(context: Context, given: list[str], as_json: bool) -> None:
    from lovefund.actions.rules import what_if
    from lovefund.core.days import parse_period
    from lovefund.core.kinds import kind_name

    book = _book(context, given)
    period = parse_period(_one(context, given, _PERIOD))
    found = what_if(of_one_fund(context), book, period)
    if as_json:
        output.emit_json([_otherwise_json(each) for each in found])
        return
    for each in found:
        entry = each.entry
        output.echo(f"{entry.no:>7}  {entry.on}  {kind_name(entry.kind)}  {entry.voucher}")
        was = _(_DECIDED[each.was.value if each.was else ""])
        would_be = _(_DECIDED[each.would_be.value if each.would_be else ""])
        output.echo(f"         {each.article.id}  {was} → {would_be}  {each.what}")
    output.echo(
        _("{count} decisions would have been others under {book}.").format(
            count=len(found), book=book.id
        )
    )


def _otherwise_json(each: Otherwise) -> dict[str, Any]:
    return {
        "no": each.entry.no,
        "on": each.entry.on.isoformat(),
        "article": each.article.id,
        "was": each.was.value if each.was else "pass",
        "would_be": each.would_be.value if each.would_be else "pass",
        "what": each.what,
    }


_DECIDED = {"": N_("passed"), "warn": N_("remarked on"), "block": N_("refused")}
_HELD = {
    "block": N_("refused"),
    "warn": N_("remarked on"),
    "law": N_("by the ledger"),
    "duty": N_("by people"),
    "off": N_("not in force"),
}
_BASES = {"law": N_("the law"), "practice": N_("practice of schools"), "ours": N_("our own")}
_WHAT = Field("what", "", N_("What is to be done with the rules?"), f.choice("deeds"), "deeds")
_DEEDS = {
    "new": N_("write a rulebook to make your own"),
    "check": N_("read a rulebook and say what is wrong in it"),
    "adopt": N_("put a rulebook, or the district's book, in force"),
    "show": N_("show the rules in force"),
    "explain": N_("explain an article, with examples"),
    "print": N_("print the regulation as PDF"),
    "diff": N_("compare two rulebooks"),
    "what-if": N_("try a rulebook on what was booked"),
}
_NEW = Field("file", "", N_("Which file shall be written? (as rules.toml)"), f.as_typed)
_FILE = Field("file", "", N_("The file of which rulebook? (as rules.toml)"), f.as_typed)
_ARTICLE = Field("article", "", N_("Which article? (as R27)"), f.as_typed)
_PERIOD = Field("period", "", N_("Which period? As 2026, 2025-2026 or 2026-autumn"), f.as_typed)

COMMANDS = {
    "rules": Command(
        "rules",
        params=[
            argument(_WHAT, _DEEDS),
            click.Argument(["words"], nargs=-1, metavar="[FILE|ARTICLE] [PERIOD]"),
            Option(["--out"], default="", help="print: the PDF file to write [rules.pdf]."),
            Option(["--force"], is_flag=True, help="Replace a file that is there already."),
            Option(
                ["--dry-run", "dry_run"],
                is_flag=True,
                help="Show what would be booked; book nothing.",
            ),
            JSON,
        ],
        callback=_rules,
        help=NAMES["rules"].help,
    )
}
