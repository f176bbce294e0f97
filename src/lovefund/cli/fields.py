"""The questions that verbs ask: how each is worded, read and shown.

A field reads what was typed on the command line and what was answered at a question with the
same function, so both are held to the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lovefund.core import days
from lovefund.core.counting import FACES
from lovefund.core.days import parse_day, parse_period, typed_day
from lovefund.core.entries import AGENCY
from lovefund.core.goods import GoodsLine
from lovefund.core.names import PublicName
from lovefund.core.opening import OpeningBalance
from lovefund.core.text import (
    MEMO_LENGTH_MAX,
    NAME_LENGTH_MAX,
    clean,
    clean_code,
    clean_restriction,
    clean_slug,
    private_looking,
)
from lovefund.errors import BadInput
from lovefund.language import N_, _
from lovefund.money import parse_yuan, yuan


@dataclass(frozen=True, slots=True)
class Setting:
    """What a reader may look at: today, the fund's lists, earlier answers, a finder of entries."""

    today: date
    choices: Mapping[str, Mapping[str, str]]
    answers: Mapping[str, Any]
    find: Callable[[str], int | None] = lambda _text: None


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a verb.

    ``key`` names the answer, ``option`` the option (empty: an argument in order), ``question``
    is an English message id. ``choices`` names a list of the setting. ``default`` is a raw
    answer; None means that an answer is needed. ``when`` says whether to ask at all, ``asked``
    whether to ask for what has a default, ``shown`` whether to list it before booking though
    nobody typed it; an answer of ``lines`` has one thing a line. ``needs`` names more lists
    that the reader looks at.
    """

    key: str
    option: str
    question: str
    read: Callable[[str, str, Setting], Any]
    choices: str = ""
    default: str | None = None
    many: bool = False
    flag: bool = False
    lines: bool = False
    needs: tuple[str, ...] = ()
    when: Callable[[Mapping[str, Any]], bool] = lambda _answers: True
    asked: bool = True
    shown: bool = True


def as_typed(text: str, field: str, _setting: Setting) -> str:
    """Words that are looked at later; never nothing."""
    return clean(text, field)


def path(text: str, _field: str, _setting: Setting) -> str:
    """A file by its path, however long; it is looked for later."""
    return text


def lines(text: str, _field: str, _setting: Setting) -> list[str]:
    """Lines that are looked at later."""
    return text.splitlines()


def amount(text: str, field: str, _setting: Setting) -> int:
    """An amount in yuan."""
    return parse_yuan(text, field)


def optional_amount(text: str, field: str, _setting: Setting) -> int | None:
    """An amount in yuan, or nothing."""
    return parse_yuan(text, field) if text else None


def fee_amount(text: str, field: str, _setting: Setting) -> int:
    """An amount in yuan that may be 0."""
    return 0 if text in ("", "0", "0.00") else parse_yuan(text, field)


def day(text: str, field: str, setting: Setting) -> date:
    """A day."""
    return parse_day(text, field, setting.today)


def listed_day(text: str, field: str, setting: Setting) -> date:
    """A day in a list, typed or as a spreadsheet writes it."""
    return days.listed_day(text.strip(" "), field, setting.today)


def optional_day(text: str, field: str, setting: Setting) -> date | None:
    """A day, or nothing."""
    return day(text, field, setting) if text else None


def period(text: str, field: str, _setting: Setting) -> Any:
    """A period."""
    return parse_period(text, field)


def name(text: str, field: str, _setting: Setting) -> str:
    """A name that is needed."""
    return _public(clean(text, field, NAME_LENGTH_MAX), field)


def title(text: str, field: str, _setting: Setting) -> str:
    """A name that is needed, in Chinese, in English, or in both parted by " | "."""
    return _drawable(_public(clean(text, field, 2 * NAME_LENGTH_MAX), field), field)


def _drawable(text: str, field: str) -> str:
    """A name that every statement prints: found now, not on the day of publication."""
    from lovefund.publishing.render import missing_characters

    missing = missing_characters(text)
    if missing:
        raise BadInput(
            field,
            text,
            _("the character {character} (U+{code:04X}) is in none of our fonts").format(
                character=missing[0], code=ord(missing[0])
            ),
            _("write the name with another form of the character"),
        )
    return text


def optional_name(text: str, field: str, _setting: Setting) -> str:
    """A name, or nothing."""
    return _public(clean(text, field, NAME_LENGTH_MAX, required=False), field)


def private_text(text: str, field: str, _setting: Setting) -> str:
    """A text for the school's own file, or nothing; telephone numbers may stand in it."""
    return clean(text, field, NAME_LENGTH_MAX, required=False)


def names(text: str, field: str, _setting: Setting) -> tuple[str, ...]:
    """Names, one a line, each once."""
    found = [clean(line, field, NAME_LENGTH_MAX) for line in text.splitlines() if line.strip()]
    return tuple(dict.fromkeys(found))


def pieces(text: str, field: str, _setting: Setting) -> tuple[tuple[int, int], ...]:
    """Notes and coins, ``100x3,50x2,0.5x4``: the value of one, and how many."""
    found: dict[int, int] = {}
    for part in text.replace("，", ",").replace("×", "x").replace("*", "x").split(","):
        face, sign, number_ = part.strip().lower().partition("x")
        fen = parse_yuan(face, field) if face else 0
        count = number_.strip()
        if not sign or fen not in FACES or not re.fullmatch(r"[0-9]{1,6}", count) or fen in found:
            raise BadInput(
                field,
                part,
                _("it is no note or coin with how many there are of it, each once"),
                _("type it as 100x3,50x2,0.5x4; notes and coins are {faces}").format(
                    faces=", ".join(yuan(face).removesuffix(".00") for face in FACES)
                ),
            )
        if int(count):
            found[fen] = int(count)
    return tuple(sorted(found.items(), reverse=True))


def _public(text: str, field: str) -> str:
    found = private_looking(text)
    if found:
        raise BadInput(
            field,
            text,
            _("{number} looks like a telephone or identity number").format(number=found[0]),
            _("leave it away here; a telephone number belongs into --contact"),
        )
    return text


def memo(text: str, field: str, _setting: Setting) -> str:
    """A private note."""
    return clean(text, field, MEMO_LENGTH_MAX, required=False)


def reason(text: str, field: str, _setting: Setting) -> str:
    """A reason that the public will see."""
    return _public(clean(text, field, MEMO_LENGTH_MAX), field)


def code(text: str, field: str, _setting: Setting) -> str:
    """A public reference that is needed."""
    return _public(clean_code(text, field), field)


def optional_code(text: str, field: str, _setting: Setting) -> str:
    """A public reference, or nothing."""
    return _public(clean_code(text, field), field) if text else ""


def codes(text: str, field: str, _setting: Setting) -> tuple[str, ...]:
    """Case codes, parted by commas or spaces, or none."""
    parts = text.replace("，", ",").replace("、", ",").replace(",", " ").split()
    return tuple(dict.fromkeys(clean_code(part, field) for part in parts))


def slug(text: str, field: str, _setting: Setting) -> str:
    """A fund's short name."""
    return clean_slug(text, field)


def restriction_code(text: str, field: str, _setting: Setting) -> str:
    """The code of a new restriction."""
    return clean_restriction(text, field)


def number(text: str, field: str, _setting: Setting) -> int:
    """A whole number, 0 or more."""
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise BadInput(field, text, _("it is not a whole number"), _("type digits, as 12"))
    return int(text)


def optional_number(text: str, field: str, setting: Setting) -> int | None:
    """A whole number, or nothing."""
    return number(text, field, setting) if text else None


def yes(text: str, field: str, _setting: Setting) -> bool:
    """Yes or no."""
    lower = text.strip().lower()
    if lower in ("y", "yes", "是", "1", "true"):
        return True
    if lower in ("n", "no", "否", "不", "", "0", "false"):
        return False
    raise BadInput(field, text, _("it is neither yes nor no"), _("type y or n"))


def three(text: str, field: str, setting: Setting) -> str:
    """Three times yes or no, as ``yyn``, or nothing."""
    letters = text.replace(",", "").replace("，", "").replace(" ", "")
    if len(letters) not in (0, 3):
        raise BadInput(field, text, _("it is not three answers"), _("type them as yyn"))
    return "".join("y" if yes(letter, field, setting) else "n" for letter in letters)


def choice(list_name: str) -> Callable[[str, str, Setting], str]:
    """One of a list: its number, its short name or its name in either language."""

    def read(text: str, field: str, setting: Setting) -> str:
        return pick(text, field, setting.choices[list_name])

    return read


def several(list_name: str) -> Callable[[str, str, Setting], tuple[str, ...]]:
    """Some of a list, parted by commas."""

    def read(text: str, field: str, setting: Setting) -> tuple[str, ...]:
        parts = [part for part in text.replace("，", ",").replace("、", ",").split(",") if part]
        return tuple(pick(part.strip(), field, setting.choices[list_name]) for part in parts)

    return read


def optional_choice(list_name: str) -> Callable[[str, str, Setting], str | None]:
    """One of a list, or nothing."""

    def read(text: str, field: str, setting: Setting) -> str | None:
        return pick(text, field, setting.choices[list_name]) if text else None

    return read


def entry_number(text: str, field: str, setting: Setting) -> int:
    """The number of an entry, typed as it is, as its voucher or as its receipt."""
    found = setting.find(text.strip(" "))
    if found is None:
        raise BadInput(
            field,
            text,
            _("no entry, voucher or receipt is called so"),
            _("`lovefund journal` lists them: 12, 记-2026-0012 or receipt 2026-000003"),
        )
    return found


def optional_entry_number(text: str, field: str, setting: Setting) -> int | None:
    """The number of an entry, or nothing."""
    return entry_number(text, field, setting) if text else None


def paths(text: str, _field: str, _setting: Setting) -> tuple[str, ...]:
    """Files, one a line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def closing(text: str, field: str, _setting: Setting) -> int | date:
    """A whole year, or the last day of a day or month to close through."""
    if re.fullmatch(r"20[0-9]{2}", text):
        return int(text)
    if text.count("-") == 2:
        return typed_day(text, field)
    return parse_period(text, field).day_to


def split(text: str, field: str, _setting: Setting) -> dict[str, int]:
    """Parts of an amount by restriction, ``general=300,home=200``."""
    parts: dict[str, int] = {}
    for piece in text.replace("，", ",").split(",") if text else ():
        code_, equals, amount_ = piece.partition("=")
        if not equals:
            raise BadInput(
                field, piece, _("it is no part"), _("type parts as general=300,home=200")
            )
        parts[clean_restriction(code_.strip(), field)] = parse_yuan(amount_, field)
    return parts


def goods_lines(text: str, field: str, setting: Setting) -> tuple[GoodsLine, ...]:
    """Goods with quantity and value, one a line: ``books 120 1,800`` or ``books 120 @15``."""
    found = optional_goods_lines(text, field, setting)
    if not found:
        raise BadInput(field, "", _("it is empty"), _("type it as: books 120 1,800"))
    return found


def optional_goods_lines(text: str, field: str, setting: Setting) -> tuple[GoodsLine, ...]:
    """Goods with quantity and value, or nothing."""
    return tuple(_goods_line(line, field, setting) for line in _rows(text))


def _goods_line(line: str, field: str, setting: Setting) -> GoodsLine:
    words = line.split()
    if len(words) != 3:
        raise BadInput(
            field,
            line,
            _("a line of goods has three things: what, how many, worth how much"),
            _("type it as: books 120 1,800 or, with the price of one, books 120 @15"),
        )
    slug_ = pick(words[0], field, setting.choices["goods"])
    quantity = _quantity(words[1], field)
    each = words[2].startswith("@")
    value = parse_yuan(words[2].removeprefix("@"), field)
    return GoodsLine(slug_, quantity, value * quantity if each else value)


def wanted_lines(text: str, field: str, setting: Setting) -> tuple[tuple[str, int], ...]:
    """Goods with a quantity, one a line: ``books 30``."""
    found = []
    for line in _rows(text):
        words = line.split()
        if len(words) != 2:
            raise BadInput(
                field,
                line,
                _("a line has two things: what and how many"),
                _("type it as: books 30"),
            )
        found.append((pick(words[0], field, setting.choices["goods"]), _quantity(words[1], field)))
    if not found:
        raise BadInput(field, "", _("it is empty"), _("type it as: books 30"))
    return tuple(found)


def _quantity(text: str, field: str) -> int:
    if not re.fullmatch(r"0*[1-9][0-9]{0,8}", text):
        raise BadInput(field, text, _("it is not a whole number"), _("type digits, as 12"))
    return int(text)


def _rows(text: str) -> list[str]:
    return [
        row.strip()
        for row in text.replace("；", "\n").replace(";", "\n").splitlines()
        if row.strip()
    ]


#: What can be brought forward besides money at a place: stock, advances, debts.
BROUGHT_FORWARD = ("advance", "unidentified", "refund-due", "grant-due", "stock")


def opening_balances(text: str, field: str, setting: Setting) -> tuple[OpeningBalance, ...]:
    """Balances brought forward, one a line: ``bank general 9,000``, ``bank agency 800 P-031``."""
    places = {**setting.choices["places"], **setting.choices["brought"]}
    restrictions = {**setting.choices["restrictions"], AGENCY: _("held for others")}
    found = []
    for row in _rows(text):
        words = row.split()
        role = pick(words[0], field, places)
        restriction = pick(words[1], field, restrictions) if len(words) > 1 else ""
        pupil = restriction == AGENCY and role in setting.choices["places"]
        if len(words) != (5 if role == "stock" else 4 if pupil else 3):
            raise BadInput(
                field,
                row,
                _("a balance has a place, a restriction and an amount"),
                _(
                    "type it as: bank general 9,000; for stock, stock general books 30 450; for "
                    "money held for a pupil, bank agency 800 P-031"
                ),
            )
        goods = _goods_line(" ".join(words[2:]), field, setting) if role == "stock" else None
        amount_ = goods.value_fen if goods else parse_yuan(words[2], field)
        held_for = clean(words[3], field, NAME_LENGTH_MAX) if pupil else ""
        found.append(OpeningBalance(role, restriction, amount_, goods, held_for))
    if not found:
        raise BadInput(field, text, _("it is empty"), _("type it as: bank general 9,000"))
    return tuple(found)


def pick(text: str, field: str, known: Mapping[str, str]) -> str:
    """The slug that an answer means; BadInput with the choices, nearest first."""
    import difflib

    typed = text.strip(" ")
    slugs = list(known)
    if typed in known:
        return typed
    if re.fullmatch(r"[0-9]{1,4}", typed) and 1 <= int(typed) <= len(slugs):
        return slugs[int(typed) - 1]
    meant = [slug for slug, label in known.items() if typed in label.split(" / ")]
    if len(meant) == 1:
        return meant[0]
    near = meant or difflib.get_close_matches(typed, slugs, 3) or slugs
    raise BadInput(
        field,
        text,
        _("several are called so") if meant else _("it is not among the choices"),
        _("one of {choices}").format(
            choices=", ".join(f"{s} ({known[s].split(' / ')[0]})" for s in near[:14])
        ),
    )


MODES = {
    PublicName.REAL.value: N_("in full"),
    PublicName.MASKED.value: N_("masked, surname only"),
    PublicName.ALIAS.value: N_("by an alias"),
    PublicName.ANONYMOUS.value: N_("anonymous"),
    PublicName.ORG.value: N_("as an organisation, class or drive"),
}
MODES_ZH = ("实名", "隐名", "化名", "匿名", "单位")

#: What the command ``officer`` does.
OFFICER_DEEDS = {
    "key": N_("make a key of an officer's own"),
    "appoint": N_("appoint somebody to offices"),
    "end": N_("end somebody's office"),
    "rekey": N_("give an officer a new key"),
    "relation": N_("declare a tie to a family, donor or payee"),
    "recuse": N_("record that an officer takes no part in a decision"),
    "handover": N_("hand an office over: a pack of all that is there"),
    "accept": N_("accept what was handed over"),
    "sign": N_("sign a decision that came as a file"),
    "list": N_("show the officers"),
}
