"""What a bill's format is, as data: headings, words, totals, and where it is known from.

Each file of ``data/bills/`` describes one format; a school's own, learned by asking, are files of
the same shape beside its books. Headings are compared as ``heading`` writes them.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from lovefund.errors import BadInput
from lovefund.imports.bills import Happening
from lovefund.language import _

BYTES_MAX = 100_000
#: The folder beside the books where formats stand that a school has taught.
BOOKS_FOLDER = "bills"
#: What a column can be. ``index`` numbers the rows one by one. ``in`` and ``out`` are two columns
#: of amounts, seen from the account's owner; ``amount`` is one, signed or with a ``direction``.
COLUMNS = (
    "date", "time", "index", "in", "out", "amount", "direction", "balance", "kind", "party",
    "party_account", "note", "more", "detail", "method", "status", "order", "merchant_order",
    "refund_order", "refund", "refund_status", "fee", "account", "holder", "currency",
)  # fmt: skip
#: What a line above or below the rows can say of them.
FACTS = (
    "holder", "account", "first", "last", "count", "in_count", "in_fen", "out_count", "out_fen",
    "neutral_count", "neutral_fen", "opening_fen", "closing_fen", "total",
)  # fmt: skip
SIDES = ("in", "out", "none")
CHANNELS = ("wechat", "alipay", "bank")


class Known(StrEnum):
    """Where a format is known from."""

    SEEN = "seen"
    SAMPLE = "sample"
    MEMORY = "memory"
    #: Told by the school that has such files.
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows whose ``column`` begins with (or holds) one of ``words`` are of this ``happening``.

    ``side`` says which way the money went where the row itself does not; "" leaves it to the row.
    """

    column: str
    words: tuple[str, ...]
    happening: Happening
    side: str = ""
    holds: bool = False

    def fits(self, cells: Mapping[str, str]) -> bool:
        text = cells.get(self.column, "")
        if self.holds:
            return any(word in text for word in self.words)
        return text.startswith(self.words)


@dataclass(frozen=True, slots=True)
class Layout:
    """One set of headings: columns by their key, each with the headings that name it.

    A file has this layout where all but the ``optional`` columns are there, and no heading that
    is neither a column nor ``ignored``. Of the ignored ones those that it ``needs`` are there.
    ``personal`` ones are of a private person's account.
    """

    name: str
    known: Known
    columns: Mapping[str, tuple[str, ...]] = field(hash=False)
    personal: bool = False
    optional: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Form:
    """A format. ``marks`` are words one of which stands above the headings; ``says`` are patterns
    of lines above and below the rows, with groups named in ``FACTS``.

    ``sums`` are the headings of a second table of totals: a heading, and the column whose sum
    stands there ("" for the count, "?" where no column is known). ``total`` are words that begin
    a row of sums under the columns ``in`` and ``out``. Where one of ``must_say`` (of ``FACTS``) is
    not said, the file is not whole. ``ends`` begin the line after which there
    are no rows. ``empty`` are cells that mean nothing. ``lenient`` makes wrong totals a warning,
    and says why.
    ``order_of_date`` is ``YMD``, ``DMY`` or ``MDY``. ``special`` names code for what only this
    format has.
    """

    id: str
    channel: str
    zh: str
    en: str
    files: str
    known: Known
    source_zh: str
    source_en: str
    layouts: tuple[Layout, ...]
    marks: tuple[str, ...] = ()
    says: tuple[re.Pattern[str], ...] = ()
    sides: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    rules: tuple[Rule, ...] = ()
    sums: Mapping[str, str] = field(default_factory=dict, hash=False)
    total: tuple[str, ...] = ()
    must_say: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    skips: tuple[str, ...] = ()
    empty: frozenset[str] = frozenset()
    fee: re.Pattern[str] | None = None
    lenient_zh: str = ""
    lenient_en: str = ""
    order_of_date: str = "YMD"
    special: str = ""

    def name(self, language: str) -> str:
        """What it is called."""
        return self.zh if language == "zh" else self.en

    def source(self, language: str) -> str:
        """Where it is known from, as a sentence."""
        return self.source_zh if language == "zh" else self.source_en

    def lenient(self, language: str) -> str:
        """Why its own totals may be wrong, or nothing where they may not."""
        return self.lenient_zh if language == "zh" else self.lenient_en


_DROPPED = re.compile(r"[\s`*\u200b\ufeff]+")


@lru_cache(4096)
def heading(text: str) -> str:
    """A heading as it is compared: no spaces, no full-width brackets, no capitals."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text)).lower()


@cache
def shipped() -> tuple[Form, ...]:
    """The formats that lovefund knows, by name."""
    folder = files("lovefund.data") / "bills"
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(parse(f.read_text("utf-8"), f.name.removesuffix(".toml")) for f in found)


def learned(folder: Path) -> tuple[Form, ...]:
    """The formats that a school has taught, from the folder beside its books."""
    if not folder.is_dir():
        return ()
    return tuple(load(path) for path in sorted(folder.glob("*.toml")))


def load(path: Path) -> Form:
    """A format from its file; BadInput says what is wrong with it."""
    try:
        if not path.is_file():
            raise FileNotFoundError(path)
        with path.open("rb") as file:
            content = file.read(BYTES_MAX + 1)
        if len(content) > BYTES_MAX:
            raise _wrong(path.name, _("it is larger than {size} kB").format(size=BYTES_MAX // 1000))
        text = content.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise _wrong(path.name, _("it cannot be read")) from error
    return parse(text, path.stem)


def parse(text: str, name: str) -> Form:
    """A format from its text; BadInput says what is wrong with it."""
    try:
        return _form(tomllib.loads(text), name)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _wrong(name, _("it is no TOML: {reason}").format(reason=str(error)[:200])) from error
    except KeyError as error:
        raise _wrong(name, _("{what} is missing").format(what=error.args[0])) from error
    except (TypeError, ValueError, AttributeError, re.error) as error:
        raise _wrong(name, _("{what} is not as it must be").format(what=str(error)[:80])) from error


def _form(found: dict[str, Any], name: str) -> Form:
    known, personal = Known(found.pop("known")), found.pop("personal", False) is True
    layouts = tuple(_layout(each, known, personal) for each in found.pop("layout"))
    form = Form(
        id=name,
        channel=_one_of(found.pop("channel"), CHANNELS),
        zh=_text(found.pop("zh")),
        en=_text(found.pop("en")),
        files=_text(found.pop("files")),
        known=known,
        source_zh=_text(found.pop("source_zh")),
        source_en=_text(found.pop("source_en")),
        layouts=layouts,
        marks=tuple(heading(mark) for mark in _words(found.pop("marks", ()))),
        says=tuple(_pattern(p) for p in _words(found.pop("says", ()))),
        sides={
            _one_of(side, SIDES): _words(words) for side, words in found.pop("sides", {}).items()
        },
        rules=tuple(_rule(each) for each in found.pop("rule", ())),
        sums={
            heading(title): _one_of(column, ("", "?", *COLUMNS))
            for title, column in found.pop("sums", {}).items()
        },
        total=_words(found.pop("total", ())),
        must_say=tuple(_one_of(fact, FACTS) for fact in _words(found.pop("must_say", ()))),
        ends=_words(found.pop("ends", ())),
        skips=_words(found.pop("skips", ())),
        empty=frozenset({"", *_words(found.pop("empty", ()))}),
        fee=re.compile(found.pop("fee")) if "fee" in found else None,
        lenient_zh=_text(found.pop("lenient_zh", "")),
        lenient_en=_text(found.pop("lenient_en", "")),
        order_of_date=_one_of(found.pop("order_of_date", "YMD"), ("YMD", "DMY", "MDY")),
        special=_text(found.pop("special", "")),
    )
    if found:
        raise ValueError(next(iter(found)))
    return form


def _layout(found: dict[str, Any], known: Known, personal: bool) -> Layout:
    layout = Layout(
        name=_text(found.pop("name", "")),
        known=Known(found.pop("known", known)),
        personal=found.pop("personal", personal) is True,
        columns={
            _one_of(key, COLUMNS): tuple(heading(t) for t in _words(titles))
            for key, titles in found.pop("columns").items()
        },
        optional=frozenset(_words(found.pop("optional", ()))),
        needs=(needs := frozenset(heading(t) for t in _words(found.pop("needs", ())))),
        ignored=needs | {heading(t) for t in _words(found.pop("ignored", ()))},
    )
    columns = layout.columns.keys()
    if found or not layout.optional <= columns or "date" not in columns:
        raise ValueError(next(iter(found), "date"))
    if "amount" not in columns and not {"in", "out"} <= columns:
        raise ValueError("amount")
    return layout


def _rule(found: dict[str, Any]) -> Rule:
    return Rule(
        column=_one_of(found["column"], COLUMNS),
        words=_words(found["holds"] if "holds" in found else found["begins"]),
        happening=Happening(found["is"]),
        side=_one_of(found.get("side", ""), ("", *SIDES)),
        holds="holds" in found,
    )


def _pattern(text: str) -> re.Pattern[str]:
    pattern = re.compile(text)
    for group in pattern.groupindex:
        _one_of(group, FACTS)
    return pattern


def _words(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, Sequence) or not all(isinstance(word, str) for word in value):
        raise ValueError(repr(value)[:80])
    return tuple(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(repr(value)[:80])
    return value


def _one_of(value: Any, known: Sequence[str]) -> str:
    if value not in known:
        raise ValueError(repr(value)[:80])
    return _text(value)


def _wrong(name: str, reason: str) -> BadInput:
    return BadInput(
        "file", name, reason, _("mend it, or teach the format again: lovefund import --learn")
    )
