"""One entry is one line: canonical bytes out, and only canonical bytes in (spec-log section 1)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

LINE_BYTES_MAX = 1 << 20
DEPTH_MAX = 6
INTEGER_MAX = 9 * 10**15
AMOUNT_FEN_MAX = 10**11
HOLDERS_MAX = 1000

_KEYS = ("at", "by", "facts", "fund", "kind", "no", "on", "postings", "sealed", "v")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,31}").fullmatch
_STRING = re.compile(r"[A-Za-z0-9._/-]{0,128}").fullmatch
_GRAMMAR = {
    "fund": re.compile(r"[a-z][a-z0-9-]{1,39}").fullmatch,
    "kind": re.compile(r"[a-z][a-z-]{1,31}").fullmatch,
    "by": re.compile(r"[A-Z0-9-]{1,16}").fullmatch,
    "account": re.compile(r"[0-9]{4,12}").fullmatch,
    "restriction": re.compile(r"[a-z0-9-]{1,40}").fullmatch,
}
_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}").fullmatch
_HASHES = re.compile(r"(?:[0-9a-f]{64})*").fullmatch
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode


class LineRefused(ValueError):
    """A line that section 1 refuses; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Line:
    """The content of a line, with its days as dates."""

    fund: str
    no: int
    kind: str
    at: date
    on: date
    by: str
    postings: tuple[tuple[str, str, str, int], ...]
    facts: Mapping[str, Any]
    sealed: Mapping[str, Any]


def canonical(value: Any) -> bytes:
    """Canonical JSON of objects, arrays, strings and whole numbers; LineRefused for others."""
    _walk(value, 1)
    return _encode(value).encode("ascii")


def _walk(value: Any, depth: int) -> None:
    if type(value) is str:
        if not _STRING(value):
            raise LineRefused(f"a string with characters that a line may not hold: {value[:40]!r}")
    elif type(value) is int:
        if not -INTEGER_MAX <= value <= INTEGER_MAX:
            raise LineRefused("a number out of range")
    elif isinstance(value, Mapping):
        if depth > DEPTH_MAX:
            raise LineRefused("too deep")
        for key, item in value.items():
            if type(key) is not str or not _KEY(key):
                raise LineRefused(f"a key that a line may not hold: {str(key)[:40]!r}")
            _walk(item, depth + 1)
    elif isinstance(value, (list, tuple)):
        if depth > DEPTH_MAX:
            raise LineRefused("too deep")
        for item in value:
            _walk(item, depth + 1)
    else:
        raise LineRefused(f"a value of type {type(value).__name__}")


def write_line(
    *,
    fund: str,
    no: int,
    kind: str,
    at: date,
    on: date,
    by: str,
    postings: Sequence[tuple[str, str, str, int]],
    facts: Mapping[str, Any],
    sealed: Mapping[str, Any],
) -> bytes:
    """The line of an entry; LineRefused where any part breaks section 1."""
    content = {
        "v": 1,
        "fund": fund,
        "no": no,
        "kind": kind,
        "at": at.isoformat(),
        "on": on.isoformat(),
        "by": by,
        "postings": postings,
        "facts": facts,
        "sealed": sealed,
    }
    _check(content)
    line = _text(content).encode("ascii")
    if len(line) > LINE_BYTES_MAX:
        raise LineRefused("longer than 1 MiB")
    return line


def _text(c: Mapping[str, Any]) -> str:
    """The one text of checked content: the same as canonical JSON, in half the time."""
    postings = ",".join([f'["{d}","{k}","{r}",{fen}]' for d, k, r, fen in c["postings"]])
    slots = c["sealed"]
    sealed = ",".join(
        [
            f'"{slot}":"{slots[slot]}"'
            if slot != "holder"
            else '"holder":["{}"]'.format('","'.join(slots[slot]))
            for slot in ("file", "holder", "shown")
            if slot in slots
        ]
    )
    return (
        f'{{"at":"{c["at"]}","by":"{c["by"]}","facts":{_encode(c["facts"])},'
        f'"fund":"{c["fund"]}","kind":"{c["kind"]}","no":{c["no"]},"on":"{c["on"]}",'
        f'"postings":[{postings}],"sealed":{{{sealed}}},"v":1}}'
    )


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise LineRefused("a key twice")
    return found


def _refuse_number(text: str) -> Any:
    raise LineRefused(f"not a whole number: {text[:40]}")


_decoder = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=_refuse_number, parse_constant=_refuse_number
)


def read_line(data: bytes, fund: str | None = None, no: int | None = None) -> Line:
    """The content of canonical bytes; LineRefused for anything else.

    ``fund`` and ``no`` are what the reader expects; None takes what stands there.
    """
    if len(data) > LINE_BYTES_MAX:
        raise LineRefused("longer than 1 MiB")
    try:
        text = data.decode("ascii")
        content = _decoder.decode(text)
    except LineRefused:
        raise
    except (ValueError, RecursionError) as error:
        raise LineRefused(f"not a line: {error}") from error
    if not isinstance(content, dict):
        raise LineRefused("not an object")
    _check(content)
    if _text(content) != text:
        raise LineRefused("not canonical")
    if fund is not None and content["fund"] != fund:
        raise LineRefused("a line of another fund")
    if no is not None and content["no"] != no:
        raise LineRefused("not the number expected here")
    return Line(
        content["fund"],
        content["no"],
        content["kind"],
        _day(content["at"]),  # type: ignore[arg-type]  # checked
        _day(content["on"]),  # type: ignore[arg-type]  # checked
        content["by"],
        tuple((d, c, r, a) for d, c, r, a in content["postings"]),
        content["facts"],
        content["sealed"],
    )


@lru_cache(maxsize=4096)
def _name_fits(key: str, name: str) -> bool:
    """Whether a name that comes again and again fits its grammar."""
    return _GRAMMAR[key](name) is not None


@lru_cache(maxsize=4096)
def _day(text: str) -> date | None:
    """The day of a text in the right form, or None where no calendar has it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _check(content: dict[str, Any]) -> None:
    if len(content) != len(_KEYS) or any(key not in content for key in _KEYS):
        raise LineRefused("not exactly the keys of a line")
    if type(content["v"]) is not int or content["v"] != 1:
        raise LineRefused("another version")
    for key in ("fund", "kind", "by"):
        if type(content[key]) is not str or not _name_fits(key, content[key]):
            raise LineRefused(f"`{key}` is malformed")
    no = content["no"]
    if type(no) is not int or not 0 <= no <= INTEGER_MAX:
        raise LineRefused("`no` is malformed")
    if (no == 0) != (content["kind"] == "fund-opened"):
        raise LineRefused("entry 0, and only it, opens the fund")
    at, on = content["at"], content["on"]
    for day in (at, on):
        if type(day) is not str or not _DAY(day):
            raise LineRefused("a day is malformed")
        if _day(day) is None:
            raise LineRefused("a day that is not in the calendar")
    if on > at:
        raise LineRefused("`on` is after `at`")
    facts = content["facts"]
    if not isinstance(facts, Mapping):
        raise LineRefused("`facts` is not an object")
    _walk(facts, 2)
    _check_postings(content["postings"], facts)
    _check_sealed(content["sealed"])


def _check_postings(postings: Any, facts: Mapping[str, Any]) -> None:
    if not isinstance(postings, (list, tuple)):
        raise LineRefused("`postings` is not an array")
    for posting in postings:
        if not isinstance(posting, (list, tuple)) or len(posting) != 4:
            raise LineRefused("a posting is malformed")
        debit, credit, restriction, amount = posting
        if type(debit) is not str or type(credit) is not str or type(restriction) is not str:
            raise LineRefused("a posting is malformed")
        if not _name_fits("account", debit) or not _name_fits("account", credit):
            raise LineRefused("the accounts of a posting are malformed")
        if debit == credit:
            raise LineRefused("the accounts of a posting are the same")
        if not _name_fits("restriction", restriction):
            raise LineRefused("the restriction of a posting is malformed")
        if type(amount) is not int or not 1 <= abs(amount) <= AMOUNT_FEN_MAX:
            raise LineRefused("the amount of a posting is out of range")
        if amount < 0 and type(facts.get("of")) is not int:
            raise LineRefused("a red amount without `of`")


def _check_sealed(sealed: Any) -> None:
    if not isinstance(sealed, Mapping) or not sealed.keys() <= {"shown", "holder", "file"}:
        raise LineRefused("`sealed` is malformed")
    found: list[Any] = [sealed[slot] for slot in ("shown", "file") if slot in sealed]
    if "holder" in sealed:
        holders = sealed["holder"]
        if not isinstance(holders, (list, tuple)) or not 1 <= len(holders) <= HOLDERS_MAX:
            raise LineRefused("`holder` is malformed")
        if any(type(h) is not str for h in holders) or list(holders) != sorted(set(holders)):
            raise LineRefused("`holder` is not ascending")
        found += holders
    if any(type(c) is not str or len(c) != 64 for c in found) or not _HASHES("".join(found)):
        raise LineRefused("a commitment is malformed")
    if len(set(found)) != len(found):
        raise LineRefused("a commitment twice")
