"""The reader's language: Chinese or English, through gettext.

Message ids are the English sentences; ``locale/zh/LC_MESSAGES/lovefund.po`` holds the
Chinese ones, and a test proves that none is missing.
"""

from __future__ import annotations

import gettext as _gettext
import os
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
_LOCALE_FOLDER = Path(__file__).parent / "locale"
_current: Language = "zh"


@cache
def _catalogue(language: Language) -> _gettext.NullTranslations:
    return _gettext.translation("lovefund", _LOCALE_FOLDER, languages=[language], fallback=True)


def set_language(language: Language) -> None:
    """Choose the language of every sentence from now on."""
    global _current
    _current = language


def language() -> Language:
    """The language in force."""
    return _current


def _(message: str) -> str:
    """The sentence in the language in force; ``message`` is the English one."""
    return _catalogue(_current).gettext(message) if message else ""


def N_(message: str) -> str:
    """Mark a sentence for translation where it is defined, translate it where it is shown."""
    return message


def said(text: str, language: str) -> str:
    """A name as readers of a language want it: people may type "中文 | English"."""
    parts = text.split(" | ")
    return parts[0] if language == "zh" else parts[-1]


def choose(explicit: str | None) -> Language:
    """The language asked for, else ``LOVEFUND_LANG``, else the locale's, else Chinese."""
    for wish in (explicit, os.environ.get("LOVEFUND_LANG")):
        if wish and wish.lower()[:2] in LANGUAGES:
            return "en" if wish.lower().startswith("en") else "zh"
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        wish = os.environ.get(name, "")
        if wish.lower().startswith("en"):
            return "en"
        if wish.lower().startswith("zh"):
            return "zh"
    import locale  # late: seldom asked

    system = locale.getlocale()[0] or ""
    return "en" if system.lower().startswith(("en_", "english")) else "zh"
