"""The numbers and words of articles: how each is read from a rulebook, and shown in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lovefund.core.kinds import KINDS
from lovefund.core.places import PLACES
from lovefund.errors import BadInput
from lovefund.language import _
from lovefund.money import parse_yuan, yuan

#: Fen, a count, a word, or several of them.
Value = int | str | tuple[int, ...] | tuple[str, ...]

DAYS_MAX = 3650
#: What a rule may ask to be there; each is looked for where the verb puts it.
FACTS = (
    "donor", "channel", "reference", "attachments", "agreement", "consent", "cause", "basis",
    "programme", "memo", "payee", "case",
)  # fmt: skip
UNITS = {"working": ("个工作日", "working days"), "calendar": ("天", "days")}
_EVERY = {
    "month": ("每月", "every month"),
    "quarter": ("每季度", "every quarter"),
    "term": ("每学期", "every term"),
    "year": ("每年", "every year"),
    "event": ("遇事", "whenever it comes up"),
}
_PLACES = {
    "cash": ("现金", "cash"),
    "bank": ("银行", "the bank"),
    "wechat": ("微信", "WeChat"),
    "alipay": ("支付宝", "Alipay"),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """``read`` takes what TOML gives, or raises ValueError with the reason in words."""

    read: Callable[[object], Value]
    shown: Callable[[Value, str], str]
    example: str
    optional: bool = False

    def mend(self) -> str:
        """How to write it."""
        return _("write it as {example}").format(example=self.example)


def _fen(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(_("it is not an amount in yuan"))
    if value in (0, "0"):
        return 0
    try:
        return parse_yuan(str(value))
    except BadInput as error:
        raise ValueError(error.reason) from error


def _several(value: object) -> list[object]:
    if not isinstance(value, list) or not value:
        raise ValueError(_("it is not a list in square brackets"))
    return value


def _fens(value: object) -> tuple[int, ...]:
    return tuple(_fen(each) for each in _several(value))


def _whole(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if type(value) is not int or not least <= value <= most:
            raise ValueError(
                _("it is not a whole number from {least} to {most}").format(least=least, most=most)
            )
        return value

    return read


def _one_of(*known: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value not in known:
            raise ValueError(
                _("it is none of those known; one of {known}").format(known=", ".join(known))
            )
        return str(value)

    return read


def _some_of(*known: str) -> Callable[[object], tuple[str, ...]]:
    def read(value: object) -> tuple[str, ...]:
        for each in _several(value):
            if each not in known:
                raise ValueError(
                    _("{each} is none of those known; one of {known}").format(
                        each=each, known=", ".join(known)
                    )
                )
        return tuple(str(each) for each in _several(value))

    return read


def _words(value: object) -> tuple[str, ...]:
    words = _several(value)
    if not all(isinstance(each, str) and each.strip() for each in words):
        raise ValueError(_("it is not a list of words in quotation marks"))
    return tuple(str(each).strip() for each in words)


def _word(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(_("it is not a word in quotation marks"))
    return value.strip()


def _money(value: Value, language: str) -> str:
    if isinstance(value, tuple):
        return ("、" if language == "zh" else ", ").join(_money(each, language) for each in value)
    return yuan(int(value)).removesuffix(".00")


def _plain(value: Value, language: str) -> str:
    if isinstance(value, tuple):
        return ("、" if language == "zh" else ", ").join(map(str, value))
    return str(value)


def _named(names: dict[str, tuple[str, str]]) -> Callable[[Value, str], str]:
    def shown(value: Value, language: str) -> str:
        values = value if isinstance(value, tuple) else (value,)
        words = [names[str(each)][0 if language == "zh" else 1] for each in values]
        return ("、" if language == "zh" else ", ").join(words)

    return shown


def _kinds(value: Value, language: str) -> str:
    kinds = [KINDS[str(each)] for each in value] if isinstance(value, tuple) else []
    if language == "zh":
        return "、".join(kind.zh for kind in kinds)
    return ", ".join(kind.en.lower() for kind in kinds)


#: Every number or word that an article may have, by the name it has in the file.
PARAMETERS: dict[str, Parameter] = {
    "kinds": Parameter(_some_of(*KINDS), _kinds, '["grant-paid"]'),
    "facts": Parameter(_some_of(*FACTS), _plain, '["reference"]'),
    "places": Parameter(_some_of(*PLACES), _named(_PLACES), '["cash"]', optional=True),
    "place": Parameter(_one_of(*PLACES), _named(_PLACES), '"cash"'),
    "over_yuan": Parameter(_fen, _money, "300", optional=True),
    "limit_yuan": Parameter(_fen, _money, "1000"),
    "term_yuan": Parameter(_fen, _money, "1000"),
    "year_yuan": Parameter(_fen, _money, "2000"),
    "least_yuan": Parameter(_fen, _money, "1000", optional=True),
    "tiers_yuan": Parameter(_fens, _money, "[1000, 600, 300]"),
    "share_percent": Parameter(_whole(0, 100), _plain, "10", optional=True),
    "count": Parameter(_whole(2, 1000), _plain, "5"),
    "ratify_days": Parameter(_whole(0, DAYS_MAX), _plain, "15"),
    "days": Parameter(_whole(0, DAYS_MAX), _plain, "5"),
    "unit": Parameter(_one_of(*UNITS), _named(UNITS), '"working"'),
    "every": Parameter(_one_of(*_EVERY), _named(_EVERY), '"month"'),
    "restriction": Parameter(_word, _plain, '"general"'),
    "words": Parameter(_words, _plain, '["招待"]', optional=True),
    "programmes": Parameter(_words, _plain, '["home"]', optional=True),
    "spends": Parameter(_words, _plain, '["fee"]'),
    "earns": Parameter(_words, _plain, '["interest"]'),
    "sources": Parameter(_words, _plain, '["society"]'),
    "refusals": Parameter(_words, _plain, '["purpose"]', optional=True),
}
