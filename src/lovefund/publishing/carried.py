"""The files that a statement's PDF carries, read back out of it without a library for PDF.

Only PDFs as lovefund writes them are read: objects of plain form, one stream each, deflated or
not. Whatever else there is, is passed over; nothing in a PDF is ever run or followed.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

#: The names that are looked for; any other is left where it is.
NAMES = frozenset(
    ("checkpoint.txt", "entries.jsonl", "frontier.json", "previous.txt", "shown.json",
     "statement.json", "verify.py")
)  # fmt: skip
#: More than this is no statement: 16 million entries come in many.
BYTES_MAX = 1 << 28

_OBJECT = re.compile(rb"(?:^|\n)(\d{1,9}) 0 obj\n(<<[^\n]*?>>)\nstream\n")
_LENGTH = re.compile(rb"/Length (\d{1,10})(?=[ />])")
_FILE = re.compile(
    rb"<</Type /Filespec/F \(([a-z.]{1,32})\)/UF \(([a-z.]{1,32})\)/EF <</F (\d{1,9}) 0 R>>/"
)


class NotOurs(Exception):
    """A PDF that carries no statement's files as lovefund attaches them."""


def carried(pdf: bytes) -> dict[str, bytes]:
    """The published files that a PDF carries, by name; NotOurs where it carries none.

    A name twice, a file that is too large or a stream that is cut off is NotOurs too.
    """
    streams = dict(_streams(pdf))
    found: dict[str, bytes] = {}
    for head, raw in streams.values():
        if b"/ObjStm" not in head:
            continue
        for name, again, number in _FILE.findall(_unpacked(head, raw)):
            known = name.decode()
            if name != again or known not in NAMES:
                continue
            if known in found or int(number) not in streams:
                raise NotOurs(known)
            found[known] = _unpacked(*streams[int(number)])
    if "entries.jsonl" not in found:
        raise NotOurs
    return found


def _streams(pdf: bytes) -> Iterator[tuple[int, tuple[bytes, bytes]]]:
    """(number, (dictionary, raw bytes)) of every stream, one after another."""
    at = 0
    seen = set()
    while match := _OBJECT.search(pdf, at):
        length = _LENGTH.search(match[2])
        end = match.end() + (int(length[1]) if length else 0)
        if length is None or pdf[end : end + 10] != b"\nendstream":
            raise NotOurs
        if match[1] in seen:
            raise NotOurs
        seen.add(match[1])
        yield int(match[1]), (match[2], pdf[match.end() : end])
        at = end


def _unpacked(head: bytes, raw: bytes) -> bytes:
    if b"/FlateDecode" not in head:
        return raw
    reader = zlib.decompressobj()
    try:
        content = reader.decompress(raw, BYTES_MAX)
    except zlib.error as error:
        raise NotOurs from error
    if not reader.eof or reader.unconsumed_tail:
        raise NotOurs
    return content
