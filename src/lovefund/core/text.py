"""The one place where typed text is normalised, or refused with the character that is wrong."""

from __future__ import annotations

import re
import unicodedata

from lovefund.errors import BadInput
from lovefund.language import _

NAME_LENGTH_MAX = 64
MEMO_LENGTH_MAX = 200
_DOTS = str.maketrans(dict.fromkeys("\u2022\u2027\u22c5\u30fb\uff65", "\u00b7"))
_WIDE = str.maketrans({0xFF01 + i: 0x21 + i for i in range(94)})
_SPACES = re.compile("[\u0020\u00a0\u3000]+")
_REFUSED = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u2800\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e007f]"
)


def normalise(text: str) -> str:
    """NFC, plain ASCII, one kind of middle dot, single spaces, trimmed (spec-log section 2)."""
    text = unicodedata.normalize("NFC", text).translate(_WIDE).translate(_DOTS)
    return _SPACES.sub(" ", text).strip(" ")


def clean(value: str, field: str, length_max: int = NAME_LENGTH_MAX, required: bool = True) -> str:
    """The text as it is kept; BadInput naming the character, its place and what to do."""
    text = normalise(value)
    for place, character in enumerate(text, 1):
        if _REFUSED.match(character) or unicodedata.category(character) in ("Co", "Cn", "Cs"):
            raise BadInput(
                field,
                value,
                _("character {place} (U+{code:04X}) is invisible or a control character").format(
                    place=place, code=ord(character)
                ),
                _("type it again by hand; do not paste it"),
            )
    if re.search(r"^[\u0300-\u036f]|[\u0300-\u036f\u0483-\u0489\u20d0-\u20f0]{3}", text):
        raise BadInput(field, value, _("it stacks marks on a character"), _("type it without them"))
    if len(text) > length_max:
        raise BadInput(
            field,
            value,
            _("it has {count} characters, at most {limit} fit").format(
                count=len(text), limit=length_max
            ),
            _("shorten it; put the rest into a paper and add it with --evidence"),
        )
    if required and not text:
        raise BadInput(field, value, _("it is empty"), _("type something"))
    return text


def clean_slug(value: str, field: str) -> str:
    """A fund's short name, ``[a-z][a-z0-9-]{1,39}``."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,39}", value):
        raise BadInput(
            field,
            value,
            _("a short name has 2 to 40 small letters, digits and hyphens, first a letter"),
            _("for example shiqiao-school"),
        )
    return value


def clean_code(value: str, field: str) -> str:
    """A public reference, ``[A-Za-z0-9._/-]{1,128}``: it stands in a line for ever."""
    text = normalise(value)
    if not re.fullmatch(r"[A-Za-z0-9._/-]{1,128}", text):
        raise BadInput(
            field,
            value,
            _("a public reference has letters, digits and . _ / - only, since it is published"),
            _("for example HY-2026-03; put words into --memo"),
        )
    return text


def clean_restriction(value: str, field: str) -> str:
    """A restriction's code, ``[a-z0-9-]{1,40}``."""
    if not re.fullmatch(r"[a-z0-9-]{1,40}", value):
        raise BadInput(
            field,
            value,
            _("a restriction's code has small letters, digits and hyphens, at most 40"),
            _("for example home or reading-room-2026"),
        )
    return value


def clean_officer(value: str, field: str) -> str:
    """An officer's code, ``[A-Z0-9-]{1,16}``: it stands in every line (log format, section 1)."""
    if not re.fullmatch(r"[A-Z0-9-]{1,16}", value):
        raise BadInput(
            field,
            value,
            _("an officer is named by a code of capital letters, digits and hyphens, at most 16"),
            _("for example O1; never a name, since it is published"),
        )
    return value


def private_looking(text: str) -> list[str]:
    """Runs of digits that look like a mobile number or an identity number."""
    return re.findall(r"(?<!\d)(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\d{17}[\dXx])(?!\d)", text)
