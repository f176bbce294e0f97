"""Money is whole fen: read from what people type, written as they expect, shared exactly."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lovefund.errors import BadInput
from lovefund.language import _

Fen = int
AMOUNT_FEN_MAX = 10**11
TOTAL_FEN_MAX = 9 * 10**14

_WIDE = str.maketrans("０１２３４５６７８９．，￥", "0123456789.,¥")
_PLAIN = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]{1,2})?").fullmatch
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?").fullmatch
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_CHINESE = "〇一二三四五六七八九十百千万亿两零壹贰叁肆伍陆柒捌玖拾佰仟"


def parse_yuan(text: str, field: str = "amount") -> Fen:
    """The fen of an amount typed in yuan, 1 to 10^11; BadInput for anything doubtful.

    >>> parse_yuan("1,234.50"), parse_yuan("￥４００"), parse_yuan("400元")
    (123450, 40000, 40000)
    """
    if not isinstance(text, str):
        raise _bad(field, repr(text), _("an amount is typed as text"))
    plain = text.strip(" ").translate(_WIDE)
    for prefix in ("¥", "CNY", "RMB"):
        if plain.upper().startswith(prefix):
            plain = plain[len(prefix) :].lstrip(" ")
            break
    plain = plain.removesuffix("元").rstrip(" ") if plain.endswith("元") else plain
    if not (_PLAIN(plain) or _GROUPED(plain)):
        raise _bad(field, text, _reason(plain))
    yuan_part, _point, cents = plain.replace(",", "").partition(".")
    if len(yuan_part) > 10:
        raise _bad(field, text, _("it is over 1,000,000,000.00 yuan"))
    fen = int(yuan_part) * 100 + int((cents + "00")[:2])
    if fen == 0:
        raise _bad(field, text, _("it is zero"))
    if fen > AMOUNT_FEN_MAX:
        raise _bad(field, text, _("it is over 1,000,000,000.00 yuan"))
    return fen


def _bad(field: str, text: str, reason: str) -> BadInput:
    return BadInput(
        field, text, reason, _("type yuan with at most two decimals, as 400 or 1,234.50")
    )


def _reason(text: str) -> str:
    if not text:
        return _("it is empty")
    if text[0] in "-−－(（":
        return _("it is negative; a mistake is mended with `lovefund correct`")
    if re.fullmatch(r"[0-9.,]+万", text):
        return _("it is counted in 万; type all the digits, as {digits}").format(
            digits=_from_wan(text)
        )
    if any(c in _CHINESE for c in text):
        return _("Chinese numerals are not read; type digits, as 12000")
    if re.fullmatch(r"[0-9,]+\.[0-9]{3,}", text):
        return _("it has more than two decimals; there is nothing below one fen")
    if re.fullmatch(r"[0-9.]+[eE][0-9]+", text):
        return _("an exponent is not read; type all the digits")
    if "," in text:
        return _("its commas do not stand at the thousands")
    return _("it is not an amount")


def _from_wan(text: str) -> str:
    """What an amount like ``1.2万`` is in digits."""
    whole, _point, part = text.removesuffix("万").replace(",", "").partition(".")
    moved = (whole + (part + "0000")[:4]).lstrip("0")
    rest = part[4:].rstrip("0")
    return (moved or "0") + (f".{rest}" if rest else "")


def yuan(fen: Fen, *, minus: str = "-") -> str:
    """Fen as yuan with two decimals and commas.

    >>> yuan(123450), yuan(-5)
    ('1,234.50', '-0.05')
    """
    whole, cents = divmod(abs(fen), 100)
    return f"{minus if fen < 0 else ''}{whole:,}.{cents:02d}"


def capital(fen: Fen) -> str:
    """The amount in capitals, 人民币大写 (会计基础工作规范 art. 52).

    >>> capital(2700000), capital(600714)
    ('人民币贰万柒仟元整', '人民币陆仟零柒元壹角肆分')
    """
    whole, cents = divmod(abs(fen), 100)
    jiao, fen_digit = divmod(cents, 10)
    text = _capital_whole(whole) + "元" if whole else ""
    if jiao:
        text += ("零" if whole and whole % 10 == 0 else "") + _DIGITS[jiao] + "角"
    if fen_digit:
        text += ("零" if whole and not jiao else "") + _DIGITS[fen_digit] + "分"
    if not text:
        text = "零元"
    if not fen_digit:
        text += "整"
    return "人民币" + ("负" if fen < 0 else "") + text


def _capital_whole(whole: int) -> str:
    text = ""
    pending_zero = False
    for power, unit in ((8, "亿"), (4, "万"), (0, "")):
        group = whole // 10**power % 10**4 if power < 8 else whole // 10**8
        if not group:
            pending_zero = bool(text)
            continue
        part = _capital_group(group) if group < 10**4 else _capital_whole(group)
        if text and (pending_zero or group < 1000):
            text += "零"
        text += part + unit
        pending_zero = False
    return text


def _capital_group(group: int) -> str:
    text, zero = "", False
    for power, unit in ((3, "仟"), (2, "佰"), (1, "拾"), (0, "")):
        digit = group // 10**power % 10
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + unit
            zero = False
        else:
            zero = True
    return text


def allocate(total: Fen, weights: Sequence[int]) -> tuple[Fen, ...]:
    """Share ``total`` by weights, by largest remainder; the parts always add up.

    >>> allocate(100, [1, 1, 1])
    (34, 33, 33)
    """
    whole = sum(weights)
    if whole <= 0 or any(w < 0 for w in weights):
        raise ValueError("weights are not negative and not all zero")
    parts = [total * w // whole for w in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return tuple(parts)
