"""The command ``officer``: offices, the keys of those who hold them, and who takes no part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lovefund.cli import fields as f
from lovefund.cli import output
from lovefund.cli.asking import ask, missing, new_passphrase, of_one_fund
from lovefund.cli.common import ON, PAPERS, papers
from lovefund.cli.context import Context, interactive
from lovefund.cli.fields import Field, Setting
from lovefund.cli.forms import Verb, command
from lovefund.cli.texts import Option
from lovefund.core.officers import key_bytes
from lovefund.errors import BadInput
from lovefund.language import N_, _

if TYPE_CHECKING:
    from lovefund.actions.workspace import Workspace
    from lovefund.store.book import Posted

Answers = Mapping[str, Any]


def _run(ws: Workspace, a: Answers, request: str) -> Posted:
    from lovefund.actions import handover, officers

    on, officer = a["on"], a["officer"]
    kept = papers(ws, a)
    match a["what"]:
        case "appoint":
            who = officers.Appointment(
                officer,
                a["roles"],
                a["name"],
                a["since"],
                a["until"],
                a["key"],
                a["contact"] or "",
                a["public"],
            )
            return officers.appoint(ws, on, who, kept, request)
        case "end":
            return officers.end(ws, on, officer, a["last"], kept, request)
        case "rekey":
            return officers.rekey(ws, on, officer, a["key"], kept, request)
        case "relation":
            return officers.declare(ws, on, officer, a["tie"], kept, request)
        case "recuse":
            return officers.recuse(ws, on, officer, a["no"], kept, request)
        case "handover":
            path = Path(a["pack"] or f"handover-{on}-{ws.officer}-{officer}.txt")
            return handover.hand_over(ws, on, officer, a["counted"], path, kept, request)
        case "accept":
            return handover.accept(ws, on, a["no"], Path(a["pack"]), kept, request)
    raise BadInput("what", a["what"], _("it books nothing"), _("type `lovefund officer`"))


def _code(text: str, field: str, _setting: Setting) -> str:
    from lovefund.core.text import clean_officer

    return clean_officer(text.strip(), field)


def _public_key(text: str, field: str, setting: Setting) -> str:
    """A public key, or nothing where somebody is appointed who signs nothing."""
    key = text.strip()
    try:
        if key or setting.answers.get("what") != "appoint":
            key_bytes(key)
    except ValueError as error:
        raise BadInput(
            field,
            text,
            _("this is not an officer's public key"),
            _("copy the 43 characters that `lovefund officer key` printed"),
        ) from error
    return key


def _pack(text: str, field: str, setting: Setting) -> str:
    """A file; who accepts has to name it."""
    if not text and setting.answers.get("what") == "accept":
        raise BadInput(
            field, "", _("it is missing"), _("name the file that was handed over to you")
        )
    return text


def _roles(text: str, field: str, setting: Setting) -> tuple[str, ...]:
    found: tuple[str, ...] = f.several("roles")(text, field, setting)
    if not found:
        raise BadInput(field, text, _("it is empty"), _("one or more, parted by commas"))
    return found


def _of(*deeds: str) -> Callable[[Answers], bool]:
    return lambda a: a.get("what") in deeds


_WHAT = Field(
    "what", "", N_("What is to be done about officers?"), f.choice("officer-deeds"), "officer-deeds"
)
_OFFICER = Field(
    "officer",
    "",
    N_("Which officer? The code, as O3"),
    _code,
    when=lambda a: a.get("what") != "accept",
)
_VERB = Verb(
    "officer",
    (
        _WHAT,
        _OFFICER,
        Field(
            "roles",
            "--roles",
            N_("Which offices? (parted by commas)"),
            _roles,
            "roles",
            when=_of("appoint"),
        ),
        Field("name", "--name", N_("Which name? (kept sealed)"), f.name, when=_of("appoint")),
        Field(
            "public",
            "--public",
            N_("May the name be published? (only with consent)"),
            f.yes,
            default="n",
            flag=True,
            when=_of("appoint"),
        ),
        Field(
            "contact",
            "--contact",
            N_("How can the officer be reached? (kept sealed)"),
            f.private_text,
            default="",
            asked=False,
            when=_of("appoint"),
        ),
        Field(
            "since",
            "--from",
            N_("In office from which day? (empty: from the day of the entry)"),
            f.optional_day,
            default="",
            when=_of("appoint"),
        ),
        Field(
            "until",
            "--until",
            N_("Through which day? (empty: until it is ended)"),
            f.optional_day,
            default="",
            when=_of("appoint"),
        ),
        Field(
            "last",
            "--last",
            N_("Which was the last day in office?"),
            f.day,
            default=N_("today"),
            when=_of("end"),
        ),
        Field(
            "key",
            "--key",
            N_("The public key of the officer (empty: signs nothing)"),
            _public_key,
            default="",
            when=_of("appoint", "rekey"),
        ),
        Field(
            "tie",
            "--tie",
            N_("Which tie, and to whom? (kept sealed)"),
            f.as_typed,
            when=_of("relation"),
        ),
        Field(
            "no",
            "--entry",
            N_("Which entry? One of the case, or the handover that is accepted"),
            f.entry_number,
            when=_of("recuse", "accept"),
        ),
        Field(
            "counted",
            "--cash",
            N_("How much cash did both of you count, in yuan?"),
            f.fee_amount,
            when=_of("handover"),
        ),
        Field(
            "pack",
            "--pack",
            N_("The file of what is handed over (empty: a name is made)"),
            _pack,
            default="",
            when=_of("handover", "accept"),
        ),
        ON,
        *PAPERS,
    ),
    _run,
)


def _key(context: Context, officer: str, out: str, as_json: bool) -> None:
    from lovefund.actions.officer_keys import make_key

    officer = officer or _asked(context, _OFFICER)
    made = make_key(officer, new_passphrase(), Path(out) if out else None)
    if as_json:
        output.emit_json({"officer": officer, "public": made.public, "file": str(made.path)})
        return
    output.echo(_("The public key of {officer}, to be appointed with:").format(officer=officer))
    output.echo("  " + made.public)
    output.echo(
        _(
            "The key itself lies in {path}; only the passphrase opens it. Copy the file onto a "
            "stick of the officer's own. Who loses both gets a new key from the chair."
        ).format(path=made.path)
    )


def _asked(context: Context, field: Field) -> str:
    if not interactive():
        raise missing(field)
    return str(ask(field, Setting(context.today(), {}, {}))[1])


def _list(context: Context, private: bool, as_json: bool) -> None:
    from lovefund.actions.officers import listed
    from lovefund.core.entitlement import role_name

    rows = listed(of_one_fund(context), private=private)
    if as_json:
        output.emit_json(rows)
        return
    if not rows:
        output.echo(_("No officer is appointed: decisions are not signed in these books."))
        return
    head = [_("officer"), _("offices"), _("from"), _("until"), _("key"), _("entry")]
    output.table(
        (*head, _("name"), _("contact")) if private else tuple(head),
        [
            [
                str(row["officer"]),
                _(", ").join(map(role_name, row["roles"])),
                str(row["from"]),
                str(row["until"]),
                str(row["key"])[:8],
                str(row["entry"]),
                *([str(row["name"]), str(row["contact"])] if private else []),
            ]
            for row in rows
        ],
    )


_made = command(_VERB)
_book = _made.callback


@click.pass_context
def _officer(ctx: click.Context, /, **given: Any) -> None:
    context: Context = ctx.obj
    out, private = given.pop("out"), given.pop("private")
    deeds = {slug: _(label) for slug, label in f.OFFICER_DEEDS.items()}
    setting = Setting(context.today(), {"officer-deeds": deeds}, {})
    if given["what"] is None and not interactive():
        raise missing(_WHAT)
    if given["what"] is None:
        given["what"] = ask(_WHAT, setting)[1]
    else:
        given["what"] = _WHAT.read(given["what"], _WHAT.key, setting)
    if given["what"] == "list":
        _list(context, private, given["as_json"])
    elif given["what"] == "key":
        _key(context, given["officer"] or "", out, given["as_json"])
    elif given["what"] == "sign":
        from lovefund.cli.carrying import sign

        sign(given["officer"] or _asked(context, _REQUEST), yes=given.pop("yes"))
    elif _book is not None:
        given.pop("yes")
        _book(**given)


_made.callback = _officer
_REQUEST = Field("file", "", N_("Which file is to be signed?"), f.as_typed)
_made.params += [
    Option(["--yes"], is_flag=True, help="sign: do not ask again after showing what is signed."),
    Option(["--out"], default="", help="key: the file to write, as on a stick of the officer's."),
    Option(["--private"], is_flag=True, help="list: with names and contacts."),
]
COMMANDS = {"officer": _made}
