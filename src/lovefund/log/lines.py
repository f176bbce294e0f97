"""One entry is one line: canonical bytes out, and only canonical bytes in (spec-log section 1).

Nearly every line has flat facts: one pattern knows the grammar of those, so that reading and
writing a million of them takes seconds. What it does not match is read as JSON and walked,
which refuses all that is not a line. What a grammar cannot say is checked for both alike.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from lovefund.core.entries import Posting

LINE_BYTES_MAX = 1 << 20
DEPTH_MAX = 6
INTEGER_MAX = 9 * 10**15
AMOUNT_FEN_MAX = 10**11
HOLDERS_MAX = 1000

_KEYS = ("at", "by", "facts", "fund", "kind", "no", "on", "postings", "sealed", "v")
_KEY_PATTERN, _STRING_PATTERN = r"[a-z][a-z0-9_]{0,31}", r"[A-Za-z0-9._/-]{0,128}"
_KEY = re.compile(_KEY_PATTERN).fullmatch
_STRING = re.compile(_STRING_PATTERN).fullmatch
_GRAMMAR = {
    "fund": r"[a-z][a-z0-9-]{1,39}",
    "kind": r"[a-z][a-z-]{1,31}",
    "by": r"[A-Z0-9-]{1,16}",
    "account": r"[0-9]{4,12}",
    "restriction": r"[a-z0-9-]{1,40}",
    "day": r"20[0-9]{2}-[0-9]{2}-[0-9]{2}",
}
_FITS = {name: re.compile(pattern).fullmatch for name, pattern in _GRAMMAR.items()}
_HASHES = re.compile(r"(?:[0-9a-f]{64})*").fullmatch


def _usual_pattern() -> str:
    """A line whose facts are flat, in canonical form but for their order."""
    g = _GRAMMAR
    whole, positive = "(?:0|-?[1-9][0-9]{0,15})", "(?:0|[1-9][0-9]{0,15})"
    fact = f'"{_KEY_PATTERN}":(?:"{_STRING_PATTERN}"|{whole})'
    posting = rf'\["{g["account"]}","{g["account"]}","{g["restriction"]}",{whole}\]'
    seal = '"[0-9a-f]{64}"'
    more = r'(?:,(?=")|(?=\}))'
    slots = (
        rf'(?:"file":{seal}{more})?(?:"holder":\[{seal}(?:,{seal})*\]{more})?(?:"shown":{seal})?'
    )
    return (
        rf'\{{"at":"{g["day"]}","by":"{g["by"]}","facts":\{{(?P<facts>(?:{fact}(?:,{fact})*)?)\}},'
        rf'"fund":"{g["fund"]}","kind":"{g["kind"]}","no":{positive},"on":"{g["day"]}",'
        rf'"postings":\[(?:{posting}(?:,{posting})*)?\],"sealed":\{{{slots}\}},"v":1\}}'
    )


_USUAL = re.compile(_usual_pattern()).fullmatch


class LineRefused(ValueError):
    """A line that section 1 refuses; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Line(NamedTuple):
    """The content of a line, with its days as dates."""

    fund: str
    no: int
    kind: str
    at: date
    on: date
    by: str
    postings: tuple[Posting, ...]
    facts: Mapping[str, Any]
    sealed: Mapping[str, Any]


def canonical(value: Any) -> bytes:
    """Canonical JSON of objects, arrays, strings and whole numbers; LineRefused for others."""
    _walk(value, 1)
    return _json(value).encode("ascii")


def _json(value: Any) -> str:
    """Canonical JSON of a walked value: its strings hold nothing to be escaped."""
    if type(value) is str:
        return f'"{value}"'
    if isinstance(value, Mapping):
        return "{" + ",".join([f'"{key}":{_json(value[key])}' for key in sorted(value)]) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_json, value)) + "]"
    return str(value)


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
    postings: Sequence[Posting],
    facts: Mapping[str, Any],
    sealed: Mapping[str, Any],
) -> bytes:
    """The line of an entry; LineRefused where any part breaks section 1."""
    line = Line(fund, no, kind, at, on, by, tuple(postings), facts, sealed)
    text = _text(line)
    if _USUAL(text) is None:
        _check(_content(line))
    _check_meaning(line)
    if len(text) > LINE_BYTES_MAX:
        raise LineRefused("longer than 1 MiB")
    return text.encode("ascii")


def _content(line: Line) -> dict[str, Any]:
    return line._asdict() | {"v": 1, "at": line.at.isoformat(), "on": line.on.isoformat()}


def _text(line: Line) -> str:
    """The one text of a line."""
    postings = ",".join([f'["{d}","{c}","{r}",{fen}]' for d, c, r, fen in line.postings])
    return (
        f'{{"at":"{line.at}","by":"{line.by}","facts":{_json(line.facts)},"fund":"{line.fund}",'
        f'"kind":"{line.kind}","no":{line.no},"on":"{line.on}","postings":[{postings}],'
        f'"sealed":{_json(line.sealed)},"v":1}}'
    )


def without_fact(line: Line, name: str) -> bytes:
    """The canonical bytes of a line as they would be without one of its facts."""
    facts = {key: value for key, value in line.facts.items() if key != name}
    return _text(line._replace(facts=facts)).encode("ascii")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise LineRefused("a key twice")
    return found


def _refuse_number(text: str) -> Any:
    raise LineRefused(f"not a whole number: {text[:40]}")


_scan = json.JSONDecoder().raw_decode
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
    except UnicodeDecodeError as error:
        raise LineRefused(f"not a line: {error}") from error
    usual = _USUAL(text)
    line = _parsed(text) if usual is None else _taken(text, usual["facts"])
    _check_meaning(line)
    if fund is not None and line.fund != fund:
        raise LineRefused("a line of another fund")
    if no is not None and line.no != no:
        raise LineRefused("not the number expected here")
    return line


def _taken(text: str, facts: str) -> Line:
    """The parts of a usual line, of which only the order of its facts is not known yet."""
    content, _end = _scan(text, 0)
    known = content["facts"]
    if facts.count(":") != len(known) or list(known) != sorted(known):
        raise LineRefused("not canonical")
    return _line(content)


def _line(c: dict[str, Any]) -> Line:
    postings = tuple([Posting(*posting) for posting in c["postings"]])
    on, at = _day(c["on"]), _day(c["at"])
    return Line(c["fund"], c["no"], c["kind"], at, on, c["by"], postings, c["facts"], c["sealed"])


def _parsed(text: str) -> Line:
    """The content of any other text, if it is a line."""
    try:
        content = _decoder.decode(text)
    except LineRefused:
        raise
    except (ValueError, RecursionError) as error:
        raise LineRefused(f"not a line: {error}") from error
    if not isinstance(content, dict):
        raise LineRefused("not an object")
    _check(content)
    line = _line(content)
    if _text(line) != text:
        raise LineRefused("not canonical")
    return line


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    """The day of a text in the right form; LineRefused where no calendar has it."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise LineRefused("a day that is not in the calendar") from error


def _check(content: dict[str, Any]) -> None:
    """The grammar of a line, part by part."""
    if len(content) != len(_KEYS) or any(key not in content for key in _KEYS):
        raise LineRefused("not exactly the keys of a line")
    if type(content["v"]) is not int or content["v"] != 1:
        raise LineRefused("another version")
    for key in ("fund", "kind", "by"):
        if type(content[key]) is not str or not _FITS[key](content[key]):
            raise LineRefused(f"`{key}` is malformed")
    if type(content["no"]) is not int:
        raise LineRefused("`no` is malformed")
    for key in ("at", "on"):
        if type(content[key]) is not str or not _FITS["day"](content[key]):
            raise LineRefused("a day is malformed")
    if not isinstance(content["facts"], Mapping):
        raise LineRefused("`facts` is not an object")
    _walk(content["facts"], 2)
    if not isinstance(content["postings"], (list, tuple)):
        raise LineRefused("`postings` is not an array")
    for posting in content["postings"]:
        _check_posting(posting)
    _check_sealed(content["sealed"])


def _check_posting(posting: Any) -> None:
    if not isinstance(posting, (list, tuple)) or len(posting) != 4:
        raise LineRefused("a posting is malformed")
    *names, amount = posting
    for name, grammar in zip(names, ("account", "account", "restriction"), strict=True):
        if type(name) is not str or not _FITS[grammar](name):
            raise LineRefused(f"the {grammar} of a posting is malformed")
    if type(amount) is not int:
        raise LineRefused("the amount of a posting is malformed")


def _check_sealed(sealed: Any) -> None:
    if not isinstance(sealed, Mapping) or not sealed.keys() <= {"shown", "holder", "file"}:
        raise LineRefused("`sealed` is malformed")
    found: list[Any] = [sealed[slot] for slot in ("shown", "file") if slot in sealed]
    if "holder" in sealed:
        if not isinstance(sealed["holder"], (list, tuple)):
            raise LineRefused("`holder` is malformed")
        found += sealed["holder"]
    if any(type(c) is not str or len(c) != 64 for c in found) or not _HASHES("".join(found)):
        raise LineRefused("a commitment is malformed")


def _check_meaning(line: Line) -> None:
    """What no grammar says: ranges, order, and how the parts of a line belong together."""
    if not 0 <= line.no <= INTEGER_MAX:
        raise LineRefused("`no` is out of range")
    if (line.no == 0) != (line.kind == "fund-opened"):
        raise LineRefused("entry 0, and only it, opens the fund")
    if line.on > line.at:
        raise LineRefused("`on` is after `at`")
    for value in line.facts.values():
        if type(value) is int and not -INTEGER_MAX <= value <= INTEGER_MAX:
            raise LineRefused("a number out of range")
    for debit, credit, _restriction, amount in line.postings:
        if debit == credit:
            raise LineRefused("the accounts of a posting are the same")
        if not 1 <= abs(amount) <= AMOUNT_FEN_MAX:
            raise LineRefused("the amount of a posting is out of range")
        if amount < 0 and type(line.facts.get("of")) is not int:
            raise LineRefused("a red amount without `of`")
    if line.sealed:
        _check_commitments(line.sealed)


def _check_commitments(sealed: Mapping[str, Any]) -> None:
    found = [sealed[slot] for slot in ("file", "shown") if slot in sealed]
    if "holder" in sealed:
        holders = sealed["holder"]
        if not 1 <= len(holders) <= HOLDERS_MAX:
            raise LineRefused("`holder` has no commitment, or too many")
        if len(holders) > 1 and list(holders) != sorted(set(holders)):
            raise LineRefused("`holder` is not ascending")
        found += holders
    if len(set(found)) != len(found):
        raise LineRefused("a commitment twice")
