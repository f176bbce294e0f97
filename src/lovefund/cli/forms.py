"""Runs a verb: reads what was typed, asks for the rest, shows it, books it, tells the numbers.

Every answer can be changed before it is booked; Ctrl-C at any moment leaves nothing half
done; what was typed is kept until it is known to be booked.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import output
from lovefund.cli.asking import ask, called, missing, of_one_fund, sure_of_the_day
from lovefund.cli.boundary import Unshown, say, showing, told
from lovefund.cli.context import Context, interactive
from lovefund.cli.fields import (
    BROUGHT_FORWARD,
    MODES,
    MODES_ZH,
    OFFICER_DEEDS,
    Field,
    Setting,
    amount,
    fee_amount,
    optional_amount,
)
from lovefund.cli.names import COMMANDS
from lovefund.cli.texts import JSON, Command, Option
from lovefund.errors import BadInput, LovefundError, Several
from lovefund.language import _, language
from lovefund.money import yuan

if TYPE_CHECKING:
    from lovefund.actions.workspace import Workspace
    from lovefund.core.vouchers import Slip
    from lovefund.store.book import Posted

Run = Callable[["Workspace", Mapping[str, Any], str], "Posted | list[Posted]"]


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of the command line: its questions, and the one action it calls.

    Only opening a fund is not ``in_fund``; nor is what was typed for it kept.
    """

    name: str
    fields: tuple[Field, ...]
    run: Run
    in_fund: bool = True


class VerbCommand(Command):
    """The command of a verb, which knows its verb."""

    verb: Verb


def commands(*verbs: Verb) -> dict[str, VerbCommand]:
    """The commands of a module's verbs, by name."""
    return {verb.name: command(verb) for verb in verbs}


def command(verb: Verb) -> VerbCommand:
    """The click command of a verb: its arguments, its options, and the running of it."""
    parameters: list[click.Parameter] = []
    for f in verb.fields:
        if f.option:
            # A flag_value, even None, would let any option stand without its value.
            flag: dict[str, Any] = {"flag_value": "y"} if f.flag else {}
            parameters.append(
                Option(
                    [f.option, f.key],
                    help=f.question,
                    multiple=f.many,
                    is_flag=f.flag,
                    default=None,
                    **flag,
                )
            )
        else:
            parameters.append(click.Argument([f.key], required=False, metavar=f.key.upper()))
    parameters += [
        Option(
            ["--dry-run", "dry_run"], is_flag=True, help="Show what would be booked; book nothing."
        ),
        JSON,
    ]

    @click.pass_context
    def callback(ctx: click.Context, /, dry_run: bool, as_json: bool, **given: Any) -> None:
        execute(ctx.obj, verb, typed(given), dry_run=dry_run, as_json=as_json)

    made = VerbCommand(
        verb.name, params=parameters, callback=callback, help=COMMANDS[verb.name].help
    )
    made.verb = verb
    return made


def typed(given: Mapping[str, Any]) -> dict[str, str]:
    """The raw answers that a command line gives: one text for each option that was typed."""
    return {
        key: "\n".join(value) if isinstance(value, tuple) else str(value)
        for key, value in given.items()
        if value not in (None, (), False)
    }


def execute(
    context: Context,
    verb: Verb,
    raw: dict[str, str],
    *,
    dry_run: bool = False,
    as_json: bool = False,
    request: str = "",
    review: bool = False,
) -> None:
    """Run a verb on raw answers, asking for what is missing where somebody can answer."""
    from lovefund.actions.workspace import new_request
    from lovefund.cli import kept

    ws = of_one_fund(context) if verb.in_fund else context.workspace()
    setting = _setting(context, verb, ws)
    request = request or new_request()
    waiting = kept.Kept(request, context.fund, verb.name, raw)
    try:
        answers, asked = gather(verb, raw, setting)
        if (asked or (review and interactive())) and not dry_run:
            answers = _review(verb, raw, answers, setting, ws)
    except (click.Abort, KeyboardInterrupt, EOFError):
        if verb.in_fund and raw:
            kept.keep(ws, waiting)
            say("\n" + _("What you typed is kept: `lovefund resume` brings it back."))
        raise
    warn_private(str(answers.get("memo") or ""))
    if context.request:
        from lovefund.cli.carrying import prepared

        prepared(ws, context.request, lambda trying: verb.run(trying, answers, request))
        return
    if dry_run:
        posted = _listed(verb.run(replace(ws, dry_run=True), answers, request))
        tell(ws, posted, as_json=as_json, dry_run=True)
        return
    if verb.in_fund:
        kept.keep(ws, waiting)
    try:
        posted = sure_of_the_day(ws, lambda sure: _listed(verb.run(sure, answers, request)))
    except BaseException as error:
        no = _booked_as(ws, request) if isinstance(error, KeyboardInterrupt) else None
        if no is not None:
            kept.drop(ws, request)
            raise Unshown.entry(no) from error
        if verb.in_fund:
            say(_("What you typed is kept: `lovefund resume` brings it back."))
        raise
    with showing(Unshown.entry(posted[0].no)):
        if verb.in_fund:
            # It is booked; answers that stay are told to have been booked before, if resumed.
            with contextlib.suppress(OSError):
                kept.drop(ws, request)
        tell(ws, posted, as_json=as_json, dry_run=False)


def warn_private(*notes: str) -> None:
    """Say that a note for the file holds numbers of people, which stay in the file."""
    from lovefund.core.text import private_looking

    found = [number for note in notes for number in private_looking(note)]
    if found:
        say(
            _(
                "Note: {number} looks like a telephone or identity number. It stays sealed in the "
                "school's own file and is never published."
            ).format(number=found[0])
        )


def _booked_as(ws: Workspace, request: str) -> int | None:
    """The entry that a request was booked as, where Ctrl-C came too late to stop it."""
    try:
        with ws.reading() as books:
            entry = books.by_request(request)
    except LovefundError:
        return None
    return None if entry is None else entry.no


def _listed(posted: Posted | list[Posted]) -> list[Posted]:
    return posted if isinstance(posted, list) else [posted]


def _setting(context: Context, verb: Verb, ws: Workspace) -> Setting:
    wanted = {name for f in verb.fields for name in (f.choices, *f.needs) if name}
    today = _day_of_entry(context, ws)
    return Setting(today, choices_of(ws, wanted), {}, lambda text: find_entry(ws, text))


def _day_of_entry(context: Context, ws: Workspace) -> date:
    """The day a new entry is recorded on: today, or the last entry's where the clock is behind."""
    today = context.today()
    with contextlib.suppress(LovefundError), ws.reading() as books:
        return date.fromisoformat(max(today.isoformat(), books.head().last_at))
    return today


def find_entry(ws: Workspace, text: str) -> int | None:
    """The entry called ``12``, ``记-2026-0012`` (``v2026-12``) or, by receipt, ``2026-000003``."""
    if re.fullmatch(r"[0-9]{1,9}", text):
        return int(text)
    voucher = re.fullmatch(r"(?:记-?|[vV])(20[0-9]{2})-([0-9]{1,9})", text)
    receipt = re.fullmatch(r"(20[0-9]{2})-([0-9]{1,9})", text)
    named = voucher or receipt
    if named is None:
        return None
    with ws.reading() as books:
        year, number = int(named[1]), int(named[2])
        entry = books.by_voucher(year, number) if voucher else books.by_receipt(year, number)
    return None if entry is None else entry.no


def choices_of(ws: Workspace, wanted: set[str]) -> dict[str, dict[str, str]]:
    """The lists that questions choose from, by name: slug -> label."""
    from lovefund.core.accounts import CHARTS, shipped_chart
    from lovefund.core.places import PLACES

    found: dict[str, dict[str, str]] = {}
    if "modes" in wanted:
        found["modes"] = {
            slug: f"{_(label)} / {zh}"
            for (slug, label), zh in zip(MODES.items(), MODES_ZH, strict=True)
        }
    if "officer-deeds" in wanted:
        found["officer-deeds"] = {slug: _(label) for slug, label in OFFICER_DEEDS.items()}
    if "roles" in wanted:
        from lovefund.core.officers import ROLES

        found["roles"] = {
            slug: f"{zh if language() == 'zh' else _(en)} / {zh} / {_(en)}"
            for slug, (zh, en) in ROLES.items()
        }
    if wanted & {"stages", "needs"}:
        from lovefund.core.pupils import NEEDS, STAGES

        for name, words in (("stages", STAGES), ("needs", NEEDS)):
            found[name] = {
                slug: f"{zh if language() == 'zh' else _(en)} / {zh} / {_(en)}"
                for slug, (zh, en) in words.items()
            }
    if "paths" in wanted:
        from lovefund.core.cases import PATH_NAMES

        found["paths"] = {slug: _(label) for slug, label in PATH_NAMES.items()}
    if "scopes" in wanted:
        from lovefund.core.campaigns import SCOPES

        found["scopes"] = {slug: _(label) for slug, label in SCOPES.items()}
    if "counted" in wanted:
        found["counted"] = {"working": _("working days"), "calendar": _("calendar days")}
    if "charts" in wanted:
        found["charts"] = {name: shipped_chart(name).title(language()) for name in CHARTS}
    if "funds" in wanted:
        from lovefund.actions.read import names_of_funds

        found["funds"] = names_of_funds(ws)
        found["funds"].pop(ws.fund, None)
    wanted = wanted - found.keys()
    if not wanted:
        return found
    from lovefund.actions.read import restriction_titles

    with ws.reading() as books:
        chart = books.chart
        lists = {
            "places": {role: chart.role(role) for role in PLACES},
            "sources": chart.choices("source:"),
            "programmes": chart.choices("programme:"),
        }
        lists["outlays"] = lists["programmes"] | {"fundraising": chart.role("fundraising")}
        for name, accounts in lists.items():
            found[name] = {
                slug: f"{a.short(language())} / {a.short('zh')} / {a.short('en')}"
                for slug, a in accounts.items()
            }
        found["brought"] = {
            role: f"{chart.role(role).short(language())} / {chart.role(role).short('zh')}"
            for role in BROUGHT_FORWARD
        }
        found["goods"] = {
            slug: f"{g.name(language())} / {g.name_zh} / {g.name_en}"
            for slug, g in chart.goods.items()
        }
        if "restrictions" in wanted:
            found["restrictions"] = restriction_titles(books)
            del found["restrictions"]["agency"]
    return found


def gather(verb: Verb, raw: dict[str, str], setting: Setting) -> tuple[dict[str, Any], bool]:
    """Read every answer; ask for the missing ones. Returns the answers, and whether it asked."""
    answers: dict[str, Any] = {}
    mistakes: list[BadInput] = []
    asked = False
    missing_before = any(f.key not in raw and f.default is None for f in verb.fields)
    for f in verb.fields:
        if not f.when(answers):
            answers[f.key] = None
            continue
        here = replace(setting, answers=dict(answers))
        text = raw.get(f.key)
        label = called(f)
        wanted = f.default is None or (missing_before and f.asked and interactive())
        if text is None and wanted:
            if not interactive():
                mistakes.append(missing(f))
                answers[f.key] = None
                continue
            raw[f.key], answers[f.key] = ask(f, here)
            asked = True
            continue
        try:
            answers[f.key] = f.read((f.default or "") if text is None else text, label, here)
        except BadInput as error:
            if interactive():
                told(error, debug=False)
                raw[f.key], answers[f.key] = ask(f, here)
                asked = True
            else:
                mistakes.append(error)
                answers[f.key] = None
    if len(mistakes) == 1:
        raise mistakes[0]
    if mistakes:
        raise Several(mistakes)
    return answers, asked


def _review(
    verb: Verb, raw: dict[str, str], answers: dict[str, Any], setting: Setting, ws: Workspace
) -> dict[str, Any]:
    """Show the answers and the voucher; let any answer be changed before it is booked."""
    while True:
        say("")
        shown = [f for f in verb.fields if f.when(answers) and (f.shown or f.key in raw)]
        for index, f in enumerate(shown, 1):
            question = re.split(r" ?[(（]", _(f.question))[0]
            typed = _shown(f, raw.get(f.key, f.default or ""), answers[f.key], setting)
            say(f"  {index:>2}  {output.pad(question, 36)} {typed}")
        try:
            from lovefund.actions.workspace import new_request

            tried = replace(ws, dry_run=True, date_is_right=True)
            posted = _listed(verb.run(tried, answers, new_request()))
            say("")
            for line in voucher_lines(ws, posted):
                say(line)
            warn(posted)
        except LovefundError as error:
            told(error, debug=False)
        say("")
        text = click.prompt(
            _("Enter books it; a number changes that answer; q leaves"),
            default="",
            show_default=False,
            err=True,
        )
        if text.strip().lower() in ("q", "quit", "退出"):
            raise click.Abort
        if not text.strip():
            return answers
        if re.fullmatch(r"[0-9]{1,4}", text) and 1 <= int(text) <= len(shown):
            f = shown[int(text) - 1]
            raw[f.key], _value = ask(f, replace(setting, answers=answers))
            answers, _again = gather(verb, raw, setting)


def _shown(f: Field, typed: str, answer: Any, setting: Setting) -> str:
    """An answer as it was understood: names instead of numbers, days, amounts."""
    if f.choices and isinstance(answer, str):
        return setting.choices[f.choices].get(answer, answer).split(" / ")[0]
    if isinstance(answer, bool):
        return _("yes") if answer else _("no")
    if isinstance(answer, date):
        return answer.isoformat()
    if f.read in (amount, optional_amount, fee_amount) and isinstance(answer, int):
        return yuan(answer)
    return typed.replace("\n", "; ")


#: Of more entries than these only the sum is shown.
_VOUCHERS_MAX = 5


def voucher_lines(ws: Workspace, posted: list[Posted]) -> list[str]:
    """The vouchers that entries make, as lines of text; of many, what they add up to."""
    from lovefund.core.vouchers import slips

    lines: list[str] = []
    if not any(p.draft.postings for p in posted):
        return lines
    with ws.reading() as books:
        restrictions = dict(books.restrictions)
        # What another fund would book into a restriction of its own has no voucher here.
        own = [p for p in posted if all(x.restriction in restrictions for x in p.draft.postings)]
        if len(posted) > _VOUCHERS_MAX:
            together = [x for p in own for x in p.draft.postings]
            return slip_lines(slips(books.chart, together, restrictions))
        for p in own:
            lines += slip_lines(slips(books.chart, p.draft.postings, restrictions))
            if len({x.restriction for x in p.draft.postings}) > 1:
                lines += [
                    f"      {x.restriction}: {x.credit} → {x.debit}  {yuan(x.amount_fen)}"
                    for x in p.draft.postings
                ]
    return lines


def slip_lines(made: Sequence[Slip]) -> list[str]:
    """Voucher slips as lines of text: debits, then credits indented."""
    rows = []
    for slip in made:
        for x in slip.lines:
            side, fen = (_("Dr"), x.debit_fen) if x.debit_fen else (_("Cr"), x.credit_fen)
            name = x.name if language() == "zh" else x.name_en
            rows.append((side, f"{'' if x.debit_fen else '    '}{x.code} {name}", yuan(fen)))
    width = max([output.width(name) for _side, name, _amount in rows] + [48])
    return [
        f"  {side}  {output.pad(name, width)} {output.pad(amount, 16, right=True)}"
        for side, name, amount in rows
    ]


def tell(ws: Workspace, posted: list[Posted], *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        output.emit_json(
            [
                {
                    "no": None if dry_run else p.no,
                    "kind": p.kind,
                    "voucher": p.voucher,
                    "receipt": p.receipt,
                    "codes": [] if dry_run else list(p.codes),
                    "check_digits": "" if dry_run else p.check_digits,
                    "postings": [list(x) for x in p.draft.postings],
                    "booked": not dry_run,
                    "repeated": p.repeated,
                    "warnings": [{"what": w.what, "rule": w.rule} for w in p.warnings],
                }
                for p in posted
            ]
        )
        return
    if dry_run:
        for line in voucher_lines(ws, posted):
            output.echo(line)
        output.echo(_("This is what would be booked. Nothing was booked."))
        warn(posted)
        return
    # In one piece: a pipe that is closed after its first line has got them all.
    output.echo("\n".join(line for p in posted for line in _told(p)))
    warn(posted)
    if any(p.no and not p.repeated for p in posted) and _clock_behind(ws):
        say(
            _(
                "The clock is behind the last entry; its day was repeated. "
                "Set the clock of this computer."
            )
        )


def warn(posted: Sequence[Posted]) -> None:
    """Say what the fund's own rules remark on entries; what many have in common is said once."""
    said: dict[tuple[str, str], list[str]] = {}
    for p in posted:
        for warning in p.warnings:
            said.setdefault((warning.rule, warning.mend), []).append(warning.what)
    for (rule, mend), whats in said.items():
        say(_("Remark: {what}").format(what=whats[0]))
        if len(whats) > 1:
            say("  " + _("and {count} more of the same article").format(count=len(whats) - 1))
        say("  " + _("rule: {rule}").format(rule=rule))
        say("  " + _("to mend it: {mend}").format(mend=mend))


def _told(p: Posted) -> list[str]:
    """What is said of an entry that is booked."""
    if p.repeated:
        return [_("It was booked before, as entry {no}; nothing new was booked.").format(no=p.no)]
    text = _("Booked: entry {no}").format(no=p.no)
    if p.voucher:
        text += _(", voucher {voucher}").format(voucher=p.voucher)
    if p.receipt:
        text += _(", receipt {receipt}").format(receipt=p.receipt)
    lines = [text + _(", check digits {digits}").format(digits=p.check_digits)]
    lines += [_("  receipt code {code}").format(code=code) for code in p.codes[:5]]
    if len(p.codes) > 5:
        lines.append(
            _("  and {count} more; `lovefund show {no} --private` lists them").format(
                count=len(p.codes) - 5, no=p.no
            )
        )
    return lines


def _clock_behind(ws: Workspace) -> bool:
    with ws.reading() as books:
        from lovefund.store.book import CHINA

        today = ws.now(books.practice).astimezone(CHINA).date().isoformat()
        return books.head().last_at > today
