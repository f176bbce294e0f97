"""The one place where typed text is normalised, or refused with the character that is wrong."""

from __future__ import annotations

import re
import unicodedata

from lovefund.errors import BadInput, visible
from lovefund.language import _

NAME_LENGTH_MAX = 64
MEMO_LENGTH_MAX = 200
_DOTS = str.maketrans(dict.fromkeys("\u2022\u2027\u22c5\u30fb\uff65", "\u00b7"))
_WIDE = str.maketrans({0xFF01 + i: 0x21 + i for i in range(94)})
_SPACES = re.compile("[\u0020\u00a0\u3000]+")
#: Control characters, and all that Unicode calls default ignorable: it is there and not seen.
_REFUSED = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
#: Marks at the beginning, or more of them on a character than any language has.
_STACKED = re.compile(r"^[\u0300-\u036f]+|[\u0300-\u036f\u0483-\u0489\u20d0-\u20f0]{3,}")
#: U+FFFD, and three of them saved and read again in the wrong encoding.
_LOST = re.compile("\ufffd|锟斤拷")
#: File names that Windows keeps for devices, whatever follows the dot.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])")


def normalise(text: str) -> str:
    """NFC, plain ASCII, one kind of middle dot, single spaces, trimmed (spec-log section 2)."""
    text = unicodedata.normalize("NFC", text).translate(_WIDE).translate(_DOTS)
    return _SPACES.sub(" ", text).strip(" ")


def tidied(value: str) -> str:
    """The text without what ``clean`` refuses: for names that others chose, which nobody here can
    type again."""
    text = _REFUSED.sub(" ", normalise(_LOST.sub(" ", value)))
    text = "".join(c for c in text if unicodedata.category(c) not in ("Co", "Cn", "Cs"))
    return normalise(_STACKED.sub("", text))


def clean(value: str, field: str, length_max: int = NAME_LENGTH_MAX, required: bool = True) -> str:
    """The text as it is kept; BadInput naming the character, its place and what to do."""
    text = normalise(value)
    garbled = _garbled(value)
    if garbled is not None:
        raise BadInput(field, value, garbled, _("type it again by hand; do not paste it"))
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
    if _STACKED.search(text):
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
    if not text and (required or value):
        raise BadInput(field, value, _("it is empty"), _("type something"))
    return text


def _garbled(text: str) -> str | None:
    """Why a text is one that was read in a wrong encoding, or None."""
    if _LOST.search(text):
        return _("letters were lost when it was saved in a wrong encoding")
    for wrong in ("latin-1", "cp1252", "gb18030"):
        try:
            right = text.encode(wrong).decode("utf-8")
        except UnicodeError:
            continue
        # The bytes of Chinese names are UTF-8 by chance now and then, but not that of Chinese.
        chance = wrong == "gb18030" and not re.fullmatch("[\u4e00-\u9fff]+", right)
        if right != text and not chance:
            return _("it was read in a wrong encoding; it may mean {right}").format(
                right=visible(right)
            )
    return None


def clean_slug(value: str, field: str) -> str:
    """A fund's short name, ``[a-z][a-z0-9-]{1,39}``; folders are named after it."""
    if _DEVICES.fullmatch(value):
        raise BadInput(
            field,
            value,
            _("Windows keeps this name for a device"),
            _("for example shiqiao-school"),
        )
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,39}", value):
        raise BadInput(
            field,
            value,
            _("a short name has 2 to 40 small letters, digits and hyphens, first a letter"),
            _("for example shiqiao-school"),
        )
    return value


def clean_code(value: str, field: str) -> str:
    """A public reference, ``[A-Za-z0-9._/-]{1,128}``: it stands in a line for ever.

    It begins with a letter or digit, so that no spreadsheet takes it for a formula.
    """
    text = normalise(value)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,127}", text):
        raise BadInput(
            field,
            value,
            _("a public reference has letters, digits and . _ / - only, since it is published"),
            _("for example HY-2026-03; put words into --memo"),
        )
    return text


def clean_restriction(value: str, field: str) -> str:
    """A restriction's code, ``[a-z0-9-]{1,40}``, first a letter or digit."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", value):
        raise BadInput(
            field,
            value,
            _("a restriction's code has small letters, digits and hyphens, at most 40"),
            _("for example home or reading-room-2026"),
        )
    return value


def clean_officer(value: str, field: str) -> str:
    """An officer's code, ``[A-Z0-9-]{1,16}``: it stands in every line (log format, section 1)."""
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9-]{0,15}", value):
        raise BadInput(
            field,
            value,
            _("an officer is named by a code of capital letters, digits and hyphens, at most 16"),
            _("for example O1; never a name, since it is published"),
        )
    return value


def private_looking(text: str) -> list[str]:
    """Runs of digits that look like a mobile number or an identity number."""
    return re.findall(
        r"(?<!\d)(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\d{6}[ -]?\d{8}[ -]?\d{3}[\dXx])(?!\d)", text
    )
