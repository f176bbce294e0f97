"""The questions of ``import --learn``: which heading of an unknown bill means what."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from lovefund.cli import fields as f
from lovefund.cli import output
from lovefund.cli.asking import ask, missing
from lovefund.cli.boundary import say
from lovefund.cli.context import Context, interactive
from lovefund.cli.fields import Field, Setting
from lovefund.errors import BadInput
from lovefund.imports import learning
from lovefund.imports.bills import Bill
from lovefund.imports.containers import open_file
from lovefund.imports.forms import shipped
from lovefund.imports.read import read_bill
from lovefund.language import N_, _


def learn(
    context: Context, path: Path, folder: Path, answers: tuple[str, ...], *, over: bool
) -> tuple[learning.Mapping, Bill]:
    """Ask how to read a file, try it on the file itself, and keep what was told in a folder.

    ``answers`` are those that were typed, as ``date=交易日期``; ``over`` replaces a format of the
    same name.
    """
    from lovefund.actions.outputs import refuse_place
    from lovefund.system import make_folder, write_whole

    given = _given(answers)
    row = given.pop("row", "")
    told = f.number(row, "--set row", Setting(date.min, {}, {})) if row else 0
    number, headings = learning.headings_of(open_file(path), told)
    if interactive():
        say(
            _("Row {row} has the headings: {headings}").format(
                row=number, headings=output.safe("、".join(filter(None, headings)))
            )
        )
    mapping = _asked(context, headings, given)
    bill = read_bill(path, [mapping.form()])
    target = folder / f"{mapping.id}.toml"
    make_folder(folder, 0o755)
    refuse_place(target, over=over)
    write_whole(target, mapping.toml().encode())
    return mapping, bill


def _id(text: str, field: str, _setting: Setting) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,39}", text):
        raise BadInput(
            field,
            text,
            _("a short name has 2 to 40 small letters, digits and hyphens, first a letter"),
            _("for example nongshang"),
        )
    if text in {form.id for form in shipped()}:
        raise BadInput(
            field,
            text,
            _("lovefund has a format of this name"),
            _("choose another, as my-{name}").format(name=text),
        )
    return text


def _words(text: str, _field: str, _setting: Setting) -> tuple[str, ...]:
    return tuple(filter(None, (word.strip() for word in re.split("[,，、]", text))))


def _two_columns(a: Mapping[str, Any]) -> bool:
    return bool(a.get("how") == "two")


def _one_column(a: Mapping[str, Any]) -> bool:
    return a.get("how") in ("signed", "direction")


_HOW = {
    "two": N_("one column for what came in, one for what went out"),
    "signed": N_("one column with plus and minus"),
    "direction": N_("one column, and another that says the direction"),
}
_ORDERS = {
    "YMD": N_("year, month, day"),
    "DMY": N_("day, month, year"),
    "MDY": N_("month, day, year"),
}
_CHANNELS = {
    "bank": N_("a bank account"),
    "wechat": N_("a WeChat wallet"),
    "alipay": N_("an Alipay wallet"),
}


def _heading(
    key: str,
    question: str,
    *,
    needed: bool = False,
    when: Callable[[Mapping[str, Any]], bool] | None = None,
) -> Field:
    return Field(
        key,
        f"--set {key}",
        question,
        f.choice("headings") if needed else f.optional_choice("headings"),
        "headings",
        None if needed else "",
        when=when or (lambda _answers: True),
    )


_QUESTIONS = (
    Field("name", "--set name", N_("A short name for this format, as nongshang"), _id),
    Field("title", "--set title", N_("What do people call it?"), f.name),
    Field("channel", "--set channel", N_("What is it a bill of?"), f.choice("channels"),
          "channels", "bank"),
    Field("personal", "--set personal", N_("Is it a private person's account? (y or n)"), f.yes,
          default="n"),
    _heading("date", N_("Which heading has the day?"), needed=True),
    Field("date-order", "--set date-order", N_("In which order does it write a day?"),
          f.choice("orders"), "orders", "YMD"),
    _heading("time", N_("Which heading has the time? (empty: none, or with the day)")),
    Field("how", "--set how", N_("How does it write amounts?"), f.choice("how"), "how"),
    _heading("in", N_("Which heading has what came in? (with banks often 贷方)"), needed=True,
             when=_two_columns),
    _heading("out", N_("Which heading has what went out? (with banks often 借方)"), needed=True,
             when=_two_columns),
    _heading("amount", N_("Which heading has the amount?"), needed=True, when=_one_column),
    _heading("direction", N_("Which heading says the direction?"), needed=True,
             when=lambda a: a.get("how") == "direction"),
    Field("in-words", "--set in-words", N_("Which words there mean that money came in?"), _words,
          when=lambda a: a.get("how") == "direction"),
    Field("out-words", "--set out-words", N_("Which words there mean that money went out?"),
          _words, when=lambda a: a.get("how") == "direction"),
    _heading("balance", N_("Which heading has the balance? (empty: none)")),
    _heading("party", N_("Which heading has the other side's name? (empty: none)")),
    _heading("party_account", N_("Which heading has the other side's number? (empty: none)")),
    _heading("note", N_("Which heading has the purpose? (empty: none)")),
    _heading("more", N_("Which heading has a further note? (empty: none)")),
    _heading("order", N_("Which heading has the bank's number of the payment? (empty: none)")),
    Field("totals", "--set totals", N_("With which words do rows of sums begin? (empty: none)"),
          _words, default="合计,总计"),
    Field("skips", "--set skips", N_("With which words do other lines below begin? (empty: none)"),
          _words, default=""),
)  # fmt: skip


def _given(answers: tuple[str, ...]) -> dict[str, str]:
    """The answers of ``--set``, by the key of their question."""
    known = {"row", *(question.key for question in _QUESTIONS)}
    found: dict[str, str] = {}
    for answer in answers:
        key, equals, value = answer.partition("=")
        if not equals or key not in known:
            raise BadInput(
                "--set",
                answer,
                _("it is no answer to a question of --learn"),
                _("as --set date=交易日期; the questions are: {keys}").format(
                    keys=", ".join(sorted(known))
                ),
            )
        found[key] = value
    return found


def _asked(context: Context, headings: list[str], given: dict[str, str]) -> learning.Mapping:
    lists = {"how": _HOW, "orders": _ORDERS, "channels": _CHANNELS}
    choices = {
        name: {slug: _(text) for slug, text in known.items()} for name, known in lists.items()
    }
    choices["headings"] = {title: "" for title in headings if title}
    a: dict[str, Any] = {}
    for question in _QUESTIONS:
        if not question.when(a):
            continue
        setting = Setting(context.today(), choices, a)
        text = given.get(question.key)
        if text is None and not interactive():
            if question.default is None:
                raise missing(question)
            text = question.default
        if text is None:
            a[question.key] = ask(question, setting)[1]
        else:
            a[question.key] = question.read(text, question.option, setting)
    return learning.told(
        a["name"],
        a["title"],
        headings,
        {key: value for key, value in a.items() if isinstance(value, str)},
        ways=(a.get("in-words", ()), a.get("out-words", ())),
        order_of_date=a["date-order"],
        skips=a["skips"],
        totals=a["totals"],
        channel=a["channel"],
        personal=a["personal"],
    )
