"""The command ``inbox``: what bills brought in, looked at, decided, accepted and set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from lovefund.cli import fields as f
from lovefund.cli import output
from lovefund.cli.asking import ask, missing, of_one_fund, sure_of_the_day
from lovefund.cli.boundary import Unshown, say, showing, told
from lovefund.cli.context import Context, interactive
from lovefund.cli.fields import Field, Setting
from lovefund.cli.forms import choices_of, tell, warn
from lovefund.cli.names import COMMANDS as NAMES
from lovefund.cli.rows import progress
from lovefund.cli.texts import JSON, Command, Option
from lovefund.errors import BadInput, LovefundError
from lovefund.language import N_, _
from lovefund.money import yuan

if TYPE_CHECKING:
    from lovefund.actions.accept import Accepted
    from lovefund.actions.bills import Imported
    from lovefund.actions.inbox import Candidate, Finding
    from lovefund.actions.workspace import Workspace
    from lovefund.imports.bills import Bill
    from lovefund.store.book import Posted
    from lovefund.store.inbox import KeptRow

#: How many rows a list shows unless every one is asked for.
_SHOWN_MAX = 40
#: Of more entries than these only their number is told.
_TOLD_MAX = 5

_KINDS = {
    "gift": N_("gift"),
    "refund": N_("gift given back"),
    "fee": N_("fee"),
    "interest": N_("interest"),
    "moved": N_("moved between places"),
    "unidentified": N_("nobody knows yet"),
    "returned": N_("grant that came back"),
    "outlay": N_("programme outlay"),
    "same": N_("in the books already"),
    "ask": N_("to be decided"),
}
_DEEDS = {
    "list": N_("what waits, and what it is taken for"),
    "show": N_("one row, with every reason"),
    "edit": N_("decide something about a row"),
    "accept": N_("book rows"),
    "aside": N_("set rows aside, with a reason"),
    "back": N_("let rows wait again that were set aside"),
    "rules": N_("what was learnt from your decisions"),
    "work": N_("go through them one by one"),
}


@click.pass_context
def _inbox(
    ctx: click.Context,
    /,
    what: str,
    ids: tuple[str, ...],
    every: bool,
    accept_all: bool,
    only: str,
    put_aside: bool,
    because: str,
    dry_run: bool,
    as_json: bool,
    **given: str,
) -> None:
    context: Context = ctx.obj
    ws = replace(of_one_fund(context), dry_run=dry_run)
    idle = {
        "ID": (ids, _NAMED),
        "--kind": (only, ("list", "accept")),
        "--because": (because, ("aside",)),
        "--all": (accept_all, ("accept",)),
        "--every": (every, ("list",)),
        "--set-aside": (put_aside, ("list",)),
        **{_OPTIONS[key].option: (text, ("edit",)) for key, text in given.items()},
    }
    _refuse_idle(what, idle)
    if what in _NAMED and not ids and not accept_all:
        raise _no_id()
    if only and only not in _KINDS:
        raise BadInput(
            "--kind",
            only,
            _("it is not among the choices"),
            _("one of {choices}").format(choices=", ".join(_KINDS)),
        )
    match what:
        case "list" if put_aside:
            _list_aside(ws, as_json=as_json)
        case "list":
            _list(ws, only, every=every, as_json=as_json)
        case "show":
            for name in ids:
                _show(ws, name, as_json=as_json)
        case "edit":
            _edit(ws, context, ids, given, as_json=as_json)
        case "accept":
            _accept(ws, ids, only, accept_all=accept_all, as_json=as_json)
        case "aside":
            _aside(ws, ids, because, as_json=as_json)
        case "back":
            _back(ws, ids, as_json=as_json)
        case "rules":
            _rules(ws, as_json=as_json)
        case "work":
            _work(ws, context)
        case _:
            raise BadInput(
                "what",
                what,
                _("it is not among the choices"),
                _("one of {choices}").format(choices=", ".join(_DEEDS)),
            )


_NAMED = ("show", "edit", "accept", "aside", "back")


def _refuse_idle(what: str, typed: Mapping[str, tuple[Any, Sequence[str]]]) -> None:
    """BadInput for the first thing that was typed and would do nothing here."""
    for name, (value, deeds) in typed.items():
        if value and what in _DEEDS and what not in deeds:
            raise BadInput(
                name,
                "",
                _("it has nothing to do with `lovefund inbox {what}`").format(what=what),
                _("leave it away"),
            )


def _no_id() -> BadInput:
    return BadInput(
        "id",
        "",
        _("it is missing: which row?"),
        _("name it as `lovefund inbox` does, for example 3.17"),
    )


# What waits


def _list(ws: Workspace, kind: str, *, every: bool, as_json: bool) -> None:
    from lovefund.actions import inbox

    with ws.reading() as books:
        found = inbox.waiting(books)
        findings = inbox.findings(books)
        titles = _titles(books)
    chosen = [one for one in found if kind in ("", one.suggestion.kind)]
    if as_json:
        output.emit_json(
            {
                "rows": [_as_json(one) for one in chosen],
                "findings": [
                    {"what": one.what, "rule": one.rule, "mend": one.mend} for one in findings
                ],
            }
        )
        return
    shown = chosen if every else chosen[:_SHOWN_MAX]
    if shown:
        _table(shown, titles)
        output.echo()
    if len(shown) < len(chosen):
        output.echo(_("and {count} more: --every shows all").format(count=len(chosen) - len(shown)))
    for line in _summary(chosen):
        output.echo(line)
    _tell_findings(findings)


def _tell_findings(findings: Sequence[Finding]) -> None:
    for one in findings:
        output.echo(_("Finding: {what}").format(what=one.what))
        output.echo("  " + one.rule)
        output.echo("  " + _("to mend it: {mend}").format(mend=one.mend))


def _summary(found: Sequence[Candidate]) -> list[str]:
    """How many of each kind there are, and what to type next."""
    if not found:
        return [_("Nothing waits in the inbox.")]
    count: Counter[str] = Counter(one.suggestion.kind for one in found)
    fen: Counter[str] = Counter()
    for one in found:
        fen[one.suggestion.kind] += one.row.fen
    lines = [
        f"  {output.pad(_(name), 24)} {count[kind]:>6}  "
        f"{output.pad(yuan(fen[kind]), 14, right=True)}"
        for kind, name in _KINDS.items()
        if count[kind]
    ]
    sure = any(kind not in ("ask", "same") for kind in count)
    lines += [_("Book what is clear: lovefund inbox accept --all")] if sure else []
    return [*lines, _("Go through them one by one: lovefund inbox work")]


def _table(found: Sequence[Candidate], titles: dict[str, str]) -> None:
    output.table(
        [_("row"), _("day"), _("place"), _("yuan"), _("from or to"), _("taken for"), _("how")],
        [
            (
                one.id,
                one.row.on.isoformat(),
                titles[one.row.place],
                one.row.fen,
                output.cut(one.row.party, 20),
                _(_KINDS[one.suggestion.kind]),
                _how(one, titles),
            )
            for one in found
        ],
    )


def _how(one: Candidate, titles: dict[str, str]) -> str:
    """The rest of a suggestion in a few words."""
    from lovefund.core.names import public_name

    s = one.suggestion
    match s.kind:
        case "gift":
            shown = public_name(s.public, s.donor, s.alias) or _("anonymous")
            if s.restriction == "general":
                return shown
            return _("{shown}, for {purpose}").format(
                shown=shown, purpose=titles.get(s.restriction, s.restriction)
            )
        case "moved":
            return _("with {place}").format(place=titles.get(s.other, "?"))
        case "outlay":
            return titles.get(f"programme:{s.programme}", "?")
        case "refund" | "returned" | "same":
            return _("entry {no}").format(no=s.of if s.of is not None else "?")
        case "ask":
            return output.cut(s.reasons[0], 44)
        case _:
            return ""


def _titles(books: Any) -> dict[str, str]:
    """What places, programmes and restrictions are called."""
    from lovefund.actions.read import restriction_titles
    from lovefund.core.places import PLACES
    from lovefund.language import language

    chart = books.chart
    programmes = chart.choices("programme:")
    return {
        **restriction_titles(books),
        **{place: chart.role(place).short(language()) for place in PLACES},
        **{f"programme:{slug}": a.short(language()) for slug, a in programmes.items()},
    }


def _as_json(one: Candidate) -> dict[str, Any]:
    s, row = one.suggestion, one.row
    return {
        "id": one.id,
        "rows": [kept.id for kept in one.kept],
        "on": one.on,
        "day": row.on,
        "place": row.place,
        "fen": row.fen,
        "fee_fen": row.fee_fen,
        "party": row.party,
        "note": row.note,
        "personal": row.personal,
        "kind": s.kind,
        "donor": s.donor,
        "public": s.public.value,
        "alias": s.alias,
        "source": s.source,
        "restriction": s.restriction,
        "programme": s.programme,
        "of": s.of,
        "other": s.other,
        "reasons": list(s.reasons),
    }


def _show(ws: Workspace, name: str, *, as_json: bool) -> None:
    from lovefund.actions import inbox

    with ws.reading() as books:
        kept = inbox.row(books, name)
        done = kept.aside or kept.entry is not None
        one = None if done else inbox.candidate(books, name)
        titles = _titles(books)
    if one is None:
        _show_done(kept, titles, as_json=as_json)
        return
    if as_json:
        output.emit_json(_as_json(one) | {"raw": [list(k.said["raw"]) for k in one.kept]})
        return
    for line in _lines(one, titles):
        output.echo(line)
    for part in one.kept:
        _echo_raw(part)


def _echo_raw(kept: KeptRow) -> None:
    cells = " | ".join(cell.strip() for cell in kept.said["raw"] if cell.strip())
    if cells:
        text = _("  as it stands in the bill ({id}): {cells}")
        output.echo(text.format(id=kept.id, cells=cells))


def _show_done(kept: KeptRow, titles: dict[str, str], *, as_json: bool) -> None:
    """A row that waits no more: what it says, and what became of it."""
    if as_json:
        output.emit_json(_done_json(kept) | {"raw": [list(kept.said["raw"])]})
        return
    output.echo(
        _("{ids}  {day}  {place}  {amount} yuan  {party}").format(
            ids=kept.id,
            day=kept.on,
            place=titles[kept.place],
            amount=yuan(kept.fen),
            party=kept.said["party"],
        )
    )
    if kept.said["note"]:
        output.echo("  " + _("note: {note}").format(note=kept.said["note"]))
    if kept.entry is not None:
        output.echo("  " + _("accepted as entry {no}").format(no=kept.entry))
    else:
        why = kept.decided.get("because", "")
        output.echo("  " + _("set aside: {why}").format(why=why))
    _echo_raw(kept)


def _done_json(kept: KeptRow) -> dict[str, Any]:
    return {
        "id": kept.id,
        "day": kept.on,
        "place": kept.place,
        "fen": kept.fen,
        "party": kept.said["party"],
        "note": kept.said["note"],
        "entry": kept.entry,
        "aside": kept.aside,
        "because": kept.decided.get("because", ""),
        "same": kept.same_no,
    }


def _list_aside(ws: Workspace, *, as_json: bool) -> None:
    from lovefund.actions import inbox

    with ws.reading() as books:
        found = inbox.put_aside(books)
        titles = _titles(books)
    if as_json:
        output.emit_json([_done_json(kept) for kept in found])
        return
    if not found:
        output.echo(_("Nothing was set aside."))
        return
    output.table(
        [_("row"), _("day"), _("place"), _("yuan"), _("from or to"), _("why")],
        [
            (
                kept.id,
                kept.on.isoformat(),
                titles[kept.place],
                kept.fen,
                output.cut(kept.said["party"], 20),
                kept.decided.get("because", ""),
            )
            for kept in found
        ],
    )


def _lines(one: Candidate, titles: dict[str, str]) -> list[str]:
    """A candidate in full: what it says, what it is taken for, and why."""
    row, s = one.row, one.suggestion
    ids = " + ".join(kept.id for kept in one.kept)
    lines = [
        _("{ids}  {day}  {place}  {amount} yuan  {party}").format(
            ids=ids, day=row.on, place=titles[row.place], amount=yuan(row.fen), party=row.party
        )
    ]
    if row.fee_fen:
        lines.append("  " + _("fee inside: {fee} yuan").format(fee=yuan(row.fee_fen)))
    if row.note:
        lines.append("  " + _("note: {note}").format(note=row.note))
    how = _how(one, titles) if s.kind != "ask" else ""
    taken = _(_KINDS[s.kind])
    lines.append(
        "  " + (_("taken for: {kind} ({how})") if how else _("taken for: {kind}")).format(
            kind=taken, how=how
        )
    )  # fmt: skip
    if one.on != row.on:
        lines.append("  " + _("booked on: {day}").format(day=one.on))
    return lines + ["  " + _("because {reason}").format(reason=reason) for reason in s.reasons]


# Decisions

_AS = Field("kind", "--as", N_("What is it?"), f.choice("kinds"), "kinds")
_OPTIONS = {
    field.key: field
    for field in (
        _AS,
        Field("donor", "--donor", N_("Who gave? (empty: nobody knows)"), f.optional_name),
        Field("public", "--show", N_("How shall the donor be shown?"), f.choice("modes"), "modes"),
        Field("alias", "--alias", N_("Under which alias?"), f.name),
        Field("source", "--source", N_("What kind of donor?"), f.choice("sources"), "sources"),
        Field(
            "restriction",
            "--restriction",
            N_("For which purpose?"),
            f.choice("restrictions"),
            "restrictions",
        ),
        Field(
            "programme",
            "--programme",
            N_("For which programme?"),
            f.choice("programmes"),
            "programmes",
        ),
        Field("of", "--of", N_("Which entry does it belong to?"), f.entry_number),
        Field("other", "--other", N_("To or from which place?"), f.choice("places"), "places"),
        Field("on", "--on", N_("On which day shall it be booked?"), f.day),
    )
}
#: What is asked about a row that becomes something.
_ASKED = {
    "gift": ("donor", "public", "source", "restriction"),
    "refund": ("of",),
    "returned": ("of",),
    "same": ("of",),
    "outlay": ("programme", "restriction"),
    "moved": ("other",),
}


def _setting(ws: Workspace, context: Context) -> Setting:
    from lovefund.cli.forms import find_entry

    wanted = {"modes", "sources", "restrictions", "programmes", "places"}
    kinds = {kind: _(name) for kind, name in _KINDS.items() if kind != "ask"}
    choices = {**choices_of(ws, wanted), "kinds": kinds}
    return Setting(context.today(), choices, {}, lambda text: find_entry(ws, text))


def _edit(
    ws: Workspace,
    context: Context,
    ids: Sequence[str],
    given: dict[str, str],
    *,
    as_json: bool,
) -> None:
    setting = _setting(ws, context)
    typed = {key: text for key, text in given.items() if text}
    if not typed:
        if not interactive():
            raise missing(_AS)
        typed = {"kind": ask(_AS, setting)[1]}
        typed |= _asked(typed["kind"], setting)
    changes = {
        key: _plain(_OPTIONS[key].read(text, _OPTIONS[key].option, setting))
        for key, text in typed.items()
    }
    made = [_edited(ws, name, changes) for name in ids]
    _show_many(ws, made, as_json=as_json)


def _asked(kind: str, setting: Setting) -> dict[str, str]:
    """The answers to what has to be known of a row of this kind, as they were typed."""
    answers: dict[str, str] = {}
    for key in _ASKED.get(kind, ()):
        if key == "public" and not answers.get("donor"):
            continue
        answers[key] = ask(_OPTIONS[key], setting)[0]
        if answers[key] == "alias":
            answers["alias"] = ask(_OPTIONS["alias"], setting)[0]
    return answers


def _plain(value: Any) -> str | int:
    return value if isinstance(value, int) else str(value)


def _edited(ws: Workspace, name: str, changes: dict[str, str | int]) -> Candidate:
    from lovefund.actions import inbox

    return sure_of_the_day(ws, lambda sure: inbox.edit(sure, name, changes))


def _show_many(ws: Workspace, made: Sequence[Candidate], *, as_json: bool) -> None:
    if as_json:
        output.emit_json([_as_json(one) for one in made])
        return
    with ws.reading() as books:
        titles = _titles(books)
    for one in made:
        for line in _lines(one, titles):
            output.echo(line)


def _aside(ws: Workspace, ids: Sequence[str], because: str, *, as_json: bool) -> None:
    from lovefund.actions import inbox

    if not because:
        if not interactive():
            raise missing(_BECAUSE)
        because = ask(_BECAUSE, Setting(ws.clock().date(), {}, {}))[1]
    text = f.memo(because, "--because", Setting(ws.clock().date(), {}, {}))
    sure_of_the_day(ws, lambda sure: inbox.set_aside(sure, ids, text))
    if as_json:
        output.emit_json({"aside": list(ids)})
        return
    output.echo(_("Set aside: {ids}").format(ids=", ".join(ids)))


_BECAUSE = Field("because", "--because", N_("Why is it set aside?"), f.as_typed)


def _back(ws: Workspace, ids: Sequence[str], *, as_json: bool) -> None:
    from lovefund.actions import inbox

    sure_of_the_day(ws, lambda sure: inbox.bring_back(sure, ids))
    if as_json:
        output.emit_json({"back": list(ids)})
        return
    output.echo(_("They wait again: {ids}").format(ids=", ".join(ids)))


def _rules(ws: Workspace, *, as_json: bool) -> None:
    from lovefund.actions import inbox
    from lovefund.core.names import public_name

    found = inbox.rules(ws)
    if as_json:
        output.emit_json(
            [
                {
                    "party": r.decision.party,
                    "kind": r.decision.kind,
                    "donor": r.decision.donor,
                    "public": r.decision.public.value,
                    "alias": r.decision.alias,
                    "source": r.decision.source,
                    "restriction": r.decision.restriction,
                    "programme": r.decision.programme,
                    "times": r.times,
                    "of": r.of,
                    "last": r.decision.on,
                }
                for r in found
            ]
        )
        return
    if not found:
        output.echo(_("Nothing was learnt yet: rules come from the rows that you accept."))
        return
    with ws.reading() as books:
        titles = _titles(books)
    rows = []
    for r in found:
        d = r.decision
        shown = public_name(d.public, d.donor, d.alias) or _("anonymous")
        rows.append(
            (
                d.party,
                _(_KINDS[d.kind]),
                d.donor,
                shown if d.kind == "gift" else "",
                titles.get(d.restriction, d.restriction),
                titles.get(f"programme:{d.programme}", ""),
                _("{times} of {of}").format(times=r.times, of=r.of),
                d.on.isoformat(),
            )
        )
    output.table(
        [
            _("in the bill"),
            _("taken for"),
            _("donor"),
            _("shown as"),
            _("restriction"),
            _("programme"),
            _("times"),
            _("last"),
        ],
        rows,
    )
    output.echo()
    output.echo(_("Rows of these names are suggested so. This list is private."))


# Booking


def _accept(
    ws: Workspace, ids: Sequence[str], kind: str, *, accept_all: bool, as_json: bool
) -> None:
    from lovefund.actions import inbox

    with ws.reading() as books:
        if accept_all:
            found = inbox.waiting(books)
            open_kinds = ("same", "ask")
            chosen = [
                one
                for one in found
                if (one.suggestion.kind == kind if kind else one.suggestion.kind not in open_kinds)
            ]
        else:
            chosen = [inbox.candidate(books, name) for name in dict.fromkeys(ids)]
            found = chosen
    posted: list[Posted] = []
    with progress(_("booking"), len(chosen)) as report:

        def reported(one: Posted) -> None:
            report(one)
            posted.append(one)

        done = _accepted(ws, chosen, reported)
    with showing(_unshown()):
        _tell_accepted(ws, done, posted, len(found) - len(chosen), as_json=as_json)


def _accepted(
    ws: Workspace, chosen: Sequence[Candidate], report: Callable[[Posted], None]
) -> Accepted:
    from lovefund.actions.accept import accept

    return sure_of_the_day(ws, lambda sure: accept(sure, chosen, report))


def _unshown() -> Unshown:
    return Unshown(
        _("the inbox"),
        _("look at it with `lovefund journal`; accepting a row again books nothing twice"),
    )


def _tell_accepted(
    ws: Workspace, done: Accepted, posted: list[Posted], left: int, *, as_json: bool
) -> None:
    if as_json:
        output.emit_json(
            {
                "accepted": done.booked,
                "known": done.known,
                "entries": done.entries,
                "numbers": [] if ws.dry_run else [p.no for p in posted],
                "left": left,
                "booked": not ws.dry_run,
            }
        )
        return
    if posted and (len(posted) <= _TOLD_MAX or ws.dry_run):
        tell(ws, posted, as_json=False, dry_run=ws.dry_run)
    else:
        warn(posted)
    output.echo(
        _("{rows} rows accepted: {entries} entries.").format(rows=done.booked, entries=done.entries)
    )
    if done.known:
        output.echo(_("{count} were accepted before.").format(count=done.known))
    if left:
        output.echo(_("{count} rows still wait: lovefund inbox").format(count=left))


# One by one


def _work(ws: Workspace, context: Context) -> None:
    """Go through what waits; what was decided for one row helps to guess the next."""
    from lovefund.actions import inbox

    if not interactive():
        raise BadInput(
            "what",
            "work",
            _("nobody sits at a terminal to be asked"),
            _("use `lovefund inbox accept`, `edit` and `aside`"),
        )
    setting = _setting(ws, context)
    passed: set[str] = set()
    while True:
        with ws.reading() as books:
            found = [one for one in inbox.waiting(books) if one.kept[0].identity not in passed]
            titles = _titles(books)
        if not found:
            break
        say("")
        say(_("{count} to go").format(count=len(found)))
        for line in _lines(found[0], titles):
            say(line)
        if not _worked(ws, found[0], setting, passed):
            break
    say(_("That is all for now: `lovefund inbox` shows what still waits."))


def _worked(ws: Workspace, one: Candidate, setting: Setting, passed: set[str]) -> bool:
    """One answer about one row; False when it was to leave."""
    ready = one.suggestion.kind != "ask"
    question = (
        _("Enter accepts it; e changes it, a sets it aside, s leaves it for later, q ends")
        if ready
        else _("e says what it is, a sets it aside, s (Enter) leaves it for later, q ends")
    )
    text = click.prompt(question, default="", show_default=False, err=True).strip().lower()
    try:
        if text in ("q", "quit", "退出"):
            return False
        if text == "e":
            kind = ask(_AS, setting)[1]
            answers = {"kind": kind, **_asked(kind, setting)}
            changes = {
                key: _plain(_OPTIONS[key].read(answer, _OPTIONS[key].option, setting))
                for key, answer in answers.items()
            }
            _edited(ws, one.id, changes)
        elif text == "a":
            _aside(ws, [one.id], "", as_json=False)
        elif text == "" and ready:
            posted: list[Posted] = []
            done = _accepted(ws, [one], posted.append)
            _tell_accepted(ws, done, posted, 0, as_json=False)
        elif text in ("", "s"):
            passed.add(one.kept[0].identity)
        else:
            say(_("“{text}” is none of these").format(text=text))
    except LovefundError as error:
        told(error, debug=False)
    return True


# Importing


class Kept(NamedTuple):
    """What came of a bill, what waits now, and what is wrong with where money is kept."""

    done: Imported
    found: Sequence[Candidate]
    findings: Sequence[Finding]


def keep_bill(context: Context, bill: Bill, path: Path, place: str, gap_because: str) -> Kept:
    """Put a bill's rows into the inbox, and the file with the papers."""
    from lovefund.actions import inbox
    from lovefund.actions.bills import import_bill

    because = f.memo(gap_because, "--gap-because", Setting(context.today(), {}, {}))
    ws = of_one_fund(context)
    done = sure_of_the_day(ws, lambda sure: import_bill(sure, bill, path, place, because))
    with showing(Unshown(bill.name, _("look at it with `lovefund inbox`"))), ws.reading() as books:
        return Kept(done, inbox.waiting(books), inbox.findings(books))


def kept_json(kept: Kept) -> dict[str, Any]:
    """The same for JSON."""
    done = kept.done
    return {
        "bill": done.bill_no,
        "new": done.fresh,
        "known": done.known,
        "unmoved": done.unmoved,
        "changed": [{"id": name, "status": status} for name, status in done.changed],
        "paired": sum(len(one.kept) == 2 for one in kept.found),
        "waiting": len(kept.found),
        "gap": done.gap,
        "findings": [
            {"what": one.what, "rule": one.rule, "mend": one.mend} for one in kept.findings
        ],
    }


def tell_kept(kept: Kept) -> None:
    """Say what came of a bill, and what is next."""
    done = kept.done
    output.echo()
    output.echo(
        _("{fresh} rows are new, {known} were known already, {unmoved} moved no money.").format(
            fresh=done.fresh, known=done.known, unmoved=done.unmoved
        )
    )
    for name, status in done.changed:
        output.echo(
            _("Row {id} has another status than before: {status}").format(id=name, status=status)
        )
    _tell_findings(kept.findings)
    paired = sum(len(one.kept) == 2 for one in kept.found)
    if kept.found:
        output.echo(_("The inbox now, where nothing is booked before you accept it:"))
    for line in _summary(kept.found):
        output.echo(line)
    if paired:
        output.echo(_("{count} pairs of a wallet and the bank wait as one.").format(count=paired))


def _option(field: Field) -> Option:
    return Option([field.option, field.key], default="", help=field.question)


COMMANDS = {
    "inbox": Command(
        "inbox",
        params=[
            click.Argument(["what"], required=False, default="list", metavar="[WHAT]"),
            click.Argument(["ids"], nargs=-1, metavar="[ID]..."),
            Option(["--every"], is_flag=True, help="list: show every row."),
            Option(["--all", "accept_all"], is_flag=True, help="accept: all that is clear."),
            Option(
                ["--kind", "only"], default="", help="list, accept: only what is taken for this."
            ),
            Option(
                ["--set-aside", "put_aside"],
                is_flag=True,
                help="list: what was set aside, and why.",
            ),
            Option(["--because"], default="", help="aside: why."),
            *(_option(field) for field in _OPTIONS.values()),
            Option(
                ["--dry-run", "dry_run"],
                is_flag=True,
                help="Show what would be booked; book nothing.",
            ),
            JSON,
        ],
        callback=_inbox,
        help=NAMES["inbox"].help,
    )
}
