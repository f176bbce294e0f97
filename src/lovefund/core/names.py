"""How a donor is shown: chosen anew for each gift (慈善法 art. 82, PIPL art. 25)."""

from __future__ import annotations

import re
from enum import StrEnum

COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "司马",
        "诸葛",
        "上官",
        "司徒",
        "东方",
        "独孤",
        "南宫",
        "夏侯",
        "尉迟",
        "皇甫",
        "公孙",
        "慕容",
        "令狐",
        "长孙",
        "宇文",
        "轩辕",
        "呼延",
        "端木",
        "闻人",
        "赫连",
        "澹台",
        "公冶",
        "宗政",
        "濮阳",
        "淳于",
        "单于",
        "太叔",
        "申屠",
        "仲孙",
        "钟离",
        "鲜于",
        "闾丘",
        "百里",
        "东郭",
        "南门",
    ]
)
STAR = "＊"
#: What names of classes, teams, schools and drives have in them, and names of people have not.
_OF_SEVERAL = re.compile(
    r"班(?:级|集体|全体.*|同学|学生|家长)?$|年级|[中大小]队|队部|少先队|学生会|支部|团委|社团|"
    r"学校|小学|中学|幼儿园|全校|全体|师生|各班|义卖|捐款箱|爱心箱|"
    r"\b(?:class|grade|year|form|school|kindergarten|pupils|students|troop|team|club|drive|"
    r"bazaar|box)\b",
    re.IGNORECASE,
)


class PublicName(StrEnum):
    """The closed set of ways to show a donor."""

    REAL = "real"
    MASKED = "masked"
    ALIAS = "alias"
    ANONYMOUS = "anonymous"
    ORG = "org"


def mask(name: str) -> str:
    """The surname, the rest starred; each part of a name with a middle dot or space.

    >>> mask("张三丰"), mask("欧阳修"), mask("阿依努尔·买买提")
    ('张＊＊', '欧阳＊', '阿＊＊＊·买＊＊')
    """
    for separator in ("·", " "):
        if separator in name:
            return separator.join(_starred(part, 1) for part in name.split(separator))
    return _starred(name, 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1)


def _starred(part: str, kept: int) -> str:
    return STAR * len(part) if len(part) <= 1 else part[:kept] + STAR * (len(part) - kept)


def public_name(mode: PublicName, name: str, alias: str = "") -> str | None:
    """The name to show, or None for an anonymous gift."""
    if mode is PublicName.ANONYMOUS:
        return None
    if mode is PublicName.ALIAS:
        return alias or None
    if mode is PublicName.MASKED:
        return mask(name) if name else None
    return name or None


def is_of_several(name: str) -> bool:
    """Whether a name is that of a class, a team, a school or a drive, and of no single pupil.

    >>> is_of_several("三(2)班"), is_of_several("六年级"), is_of_several("Grade 3 (2)")
    (True, True, True)
    >>> is_of_several("张三丰"), is_of_several("班小明"), is_of_several("张＊＊")
    (False, False, False)
    """
    return _OF_SEVERAL.search(name) is not None
