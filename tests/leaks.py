"""Searches every layer of every byte of published files for texts that must not be there."""

from __future__ import annotations

import base64
import binascii
import bz2
import gzip
import html
import io
import re
import subprocess
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pikepdf

from canaries import PHONE, RARE, WORD

_DEEP_MAX = 5
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}\s?){6,}")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
#: Between the letters of a text that was spread out.
_BETWEEN = re.compile("[\\s\u200b-\u200f\u2060\ufeff\u00ad.·・,，_'\"*-]+")


@dataclass(frozen=True, slots=True)
class Leak:
    """A canary, the field that it was put in, the file, and the layer of it."""

    canary: str
    field: str
    file: str
    layer: str


def search(folder: Path, canaries: dict[str, str]) -> list[Leak]:
    """Every canary in a folder: in names of files, and in whatever the files can be read as."""
    look = _Look(canaries)
    found: dict[tuple[str, str, str], Leak] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        readings: Iterable[tuple[str, str]] = [("name of a file", name)]
        if path.is_file():
            readings = [*readings, *layers(path.read_bytes())]
        for layer, text in readings:
            for canary in look.inside(text):
                leak = Leak(canary, canaries[canary], name, layer)
                found.setdefault((canary, name, layer), leak)
    return list(found.values())


class _Look:
    """Finds canaries in a text, first by what all of them have in common."""

    def __init__(self, canaries: Iterable[str]) -> None:
        self.names = [c for c in canaries if c[0] in RARE]
        self.others = [c for c in canaries if c[0] not in RARE]

    def inside(self, text: str) -> Iterator[str]:
        flat = _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).lower()
        for canary in self.names if not set(RARE).isdisjoint(flat) else ():
            if canary in flat:
                yield canary
        for canary in self.others if WORD in flat or PHONE in flat else ():
            if canary.lower() in flat:
                yield canary


# -- what bytes can be read as --------------------------------------------------------------------


def layers(data: bytes, deep: int = 0, layer: str = "bytes") -> Iterator[tuple[str, str]]:
    """(layer, text) of everything that bytes can be read as, whatever they are named."""
    if deep > _DEEP_MAX or not data:
        return
    yield from ((f"{layer}: {how}", text) for how, text in _texts(data))
    for inner, content in _unpacked(data):
        yield from layers(content, deep + 1, f"{layer}, {inner}")
    if data.lstrip()[:5] == b"%PDF-":
        for inner, text in _pdf_texts(data):
            yield f"{layer}, {inner}", text
        for inner, content in _pdf_streams(data):
            yield from layers(content, deep + 1, f"{layer}, {inner}")


def _texts(data: bytes) -> Iterator[tuple[str, str]]:
    plain = data.decode("utf-8", "ignore")
    yield "UTF-8", plain
    if "&" in plain:
        yield "entities", html.unescape(html.unescape(plain))
    if "%" in plain:
        yield "percent", unquote(plain)
    if "\\" in plain:
        yield "escapes", _ESCAPED.sub(lambda m: chr(int(m[1] or m[2], 16)), plain)
    if "<" in plain:
        yield "without tags", html.unescape(re.sub("<[^>]*>", "", plain))
    for encoding in ("utf-16-le", "utf-16-be"):
        for start in (0, 1):
            yield encoding, data[start:].decode(encoding, "ignore")
    yield "GB18030", data.decode("gb18030", "ignore")


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    for match in _BASE64.finditer(data):
        run = match[0].replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=")
        for start in range(4 if len(run) < 4096 else 1):
            part = run[start:]
            part = part[: len(part) - (len(part) % 4 == 1)]
            try:
                yield "base64", base64.b64decode(part + b"=" * (-len(part) % 4))
            except binascii.Error:
                continue
    for match in _HEX.finditer(data):
        digits = re.sub(rb"\s", b"", match[0])
        yield "hexadecimal", bytes.fromhex(digits[: len(digits) // 2 * 2].decode())
    for mark, how, unpack in (
        (b"\x1f\x8b", "gzip", gzip.decompress),
        (b"BZh", "bzip2", bz2.decompress),
        (b"\x78", "deflated", zlib.decompress),
    ):
        if data.startswith(mark):
            try:
                yield how, unpack(data)
            except (OSError, ValueError, EOFError, zlib.error):
                continue
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield "zip comment", archive.comment
            for info in archive.infolist():
                about = info.filename.encode() + b"\n" + info.comment + b"\n" + info.extra
                yield "zip name", about
                yield f"zip {info.filename}", archive.read(info)


# -- PDF ------------------------------------------------------------------------------------------


def _pdf_streams(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Every stream, used or not, as its filters give it; attachments and XMP are streams too."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream):
                kind = str(thing.get("/Type", thing.get("/Subtype", "stream")))
                try:
                    yield f"PDF {kind}", thing.read_bytes()
                except pikepdf.PdfError:
                    yield f"PDF {kind}, raw", thing.read_raw_bytes()


def _pdf_texts(data: bytes) -> Iterator[tuple[str, str]]:
    strings: list[str] = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for thing in (*pdf.objects, pdf.trailer):
            _strings(thing, strings)
        mapped = set(_mapped(pdf))
    yield "PDF strings", "\n".join(strings)
    visible = ""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "searched.pdf"
        path.write_bytes(data)
        for order in ("-layout", "-raw"):
            command = ["pdftotext", order, str(path), "-"]
            told = subprocess.run(command, capture_output=True, check=False).stdout
            text = told.decode("utf-8", "replace")
            visible += text
            yield f"PDF drawn {order}", text
    strange = mapped - set(unicodedata.normalize("NFKC", visible)) - set(visible)
    # Letters that fonts have and no page shows: what was hidden in the meaning of glyphs.
    for letters in permutations(sorted(strange & set(RARE)), 3):
        yield "PDF font", "".join(letters)


def _strings(thing: Any, found: list[str]) -> None:
    """The strings and names of an object; what it refers to is an object of its own."""
    if isinstance(thing, pikepdf.String):
        found.append(str(thing))
        found.append(bytes(thing).decode("utf-8", "ignore"))
    elif isinstance(thing, pikepdf.Name):
        found.append(re.sub("#([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), str(thing)))
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        for key, value in thing.items():
            found.append(key)
            if not getattr(value, "is_indirect", False):
                _strings(value, found)
    elif isinstance(thing, pikepdf.Array):
        for value in thing:
            if not getattr(value, "is_indirect", False):
                _strings(value, found)


def _mapped(pdf: pikepdf.Pdf) -> Iterator[str]:
    """The characters that fonts say their glyphs mean."""
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary) and "/ToUnicode" in thing:
            table = thing["/ToUnicode"].read_bytes()
            for part in re.findall(rb"begin(?:bfchar|bfrange)(.*?)end", table, re.DOTALL):
                for digits in re.findall(rb"<([0-9A-Fa-f]{4,})>", part):
                    raw = bytes.fromhex(digits.decode())
                    yield from raw.decode("utf-16-be", "ignore")
