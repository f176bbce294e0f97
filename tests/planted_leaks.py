"""Leaks of every kind, planted into published files: what the search must see to be believed."""

from __future__ import annotations

import base64
import gzip
import io
import shutil
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pikepdf
from pikepdf import Dictionary, Name

from lovefund.publishing.render import html_to_pdf

Plant = Callable[[Path, str], object]


def _write(name: str, make: Callable[[str], bytes]) -> Plant:
    """A file of its own with the text in it."""
    return lambda folder, text: (folder / name).write_bytes(make(text))


def _named(folder: Path, text: str) -> None:
    (folder / f"{text}.txt").write_bytes(b"fictional")


def _folder(folder: Path, text: str) -> None:
    (folder / text).mkdir()


def _appended(name: str) -> Plant:
    def plant(folder: Path, text: str) -> None:
        with (folder / name).open("ab") as file:
            file.write(text.encode())

    return plant


def _zip(name: str, content: bytes, comment: bytes = b"") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
        archive.comment = comment
    return stream.getvalue()


def _workbook(part: str) -> Plant:
    """Another text in a part of the workbook."""

    def plant(folder: Path, text: str) -> None:
        path = folder / "statement.xlsx"
        stream = io.BytesIO()
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(stream, "w") as new:
            for info in old.infolist():
                content = old.read(info)
                if info.filename == part:
                    content += f"<!-- {text} -->".encode()
                new.writestr(info, content, zipfile.ZIP_DEFLATED)
        path.write_bytes(stream.getvalue())

    return plant


def _pdf(change: Callable[[pikepdf.Pdf, str], object]) -> Plant:
    """A change in the statement's PDF, which is then packed tightly again."""

    def plant(folder: Path, text: str) -> None:
        path = next(folder.glob("statement-*.pdf"))
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            change(pdf, text)
            pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate)

    return plant


def _info(pdf: pikepdf.Pdf, text: str) -> None:
    pdf.docinfo["/Subject"] = text


def _packet(pdf: pikepdf.Pdf, text: str) -> None:
    packet = pdf.Root.Metadata.read_bytes()
    pdf.Root.Metadata.write(packet.replace(b"</rdf:RDF>", f"<!-- {text} --></rdf:RDF>".encode()))


def _alt(pdf: pikepdf.Pdf, text: str) -> None:
    for thing in pdf.objects:
        if isinstance(thing, Dictionary) and thing.get("/S") == "/Figure":
            thing.Alt = text


def _attached(pdf: pikepdf.Pdf, text: str) -> None:
    pdf.attachments["more.json"] = text.encode()


def _attached_name(pdf: pikepdf.Pdf, text: str) -> None:
    pdf.attachments[f"{text}.json"] = b"{}"


def _attached_zip(pdf: pikepdf.Pdf, text: str) -> None:
    pdf.attachments["more.zip"] = _zip("a.txt", text.encode())


def _attached_pdf(pdf: pikepdf.Pdf, text: str) -> None:
    stream = io.BytesIO()
    with pikepdf.new() as inner:
        inner.add_blank_page()
        inner.docinfo["/Title"] = text
        inner.save(stream)
    pdf.attachments["more.pdf"] = stream.getvalue()


def _behind(pdf: pikepdf.Pdf, text: str) -> None:
    """A string that no page has to do with."""
    pdf.Root.PieceInfo = Dictionary(
        Lovefund=Dictionary(LastModified="D:20260101", Private=pdf.make_indirect([text]))
    )


def _bookmark(pdf: pikepdf.Pdf, text: str) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(text, 0))


def _drawing(pdf: pikepdf.Pdf, text: str) -> None:
    content = pdf.pages[0].Contents
    content.write(content.read_bytes() + b"\n% " + text.encode())


def _key(pdf: pikepdf.Pdf, text: str) -> None:
    pdf.Root[Name("/" + text)] = True


def _font(pdf: pikepdf.Pdf, text: str) -> None:
    """The last three characters as what a glyph means that no page draws."""
    for thing in pdf.objects:
        if isinstance(thing, Dictionary) and "/ToUnicode" in thing:
            table = thing["/ToUnicode"].read_bytes()
            meaning = text[-3:].encode("utf-16-be").hex().encode()
            mark = b"endcmap"
            extra = b"1 beginbfchar\n<FFF1> <" + meaning + b">\nendbfchar\n"
            thing["/ToUnicode"].write(table.replace(mark, extra + mark))
            return


def _drawn(style: str, between: str = "") -> Plant:
    """A page of its own on which the text stands as glyphs."""

    def make(text: str) -> bytes:
        letters = between.join(text) if between else text
        return html_to_pdf(
            '<html lang="zh"><head><title>虚构</title></head><body style="font-family:'
            f'\'LF Sans SC\'"><h1>虚构</h1><p style="{style}">{letters}</p></body></html>',
            date(2026, 1, 1),
        )

    return _write("page.pdf", make)


def _full_width(text: str) -> bytes:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text).encode()


#: Into the files of a statement.
CHANGES: dict[str, Plant] = {
    "a row of the table": _appended("entries.csv"),
    "the message": _appended("wechat-zh.txt"),
    "a sheet": _workbook("xl/worksheets/sheet1.xml"),
    "the strings of sheets": _workbook("xl/sharedStrings.xml"),
    "the workbook's properties": _workbook("docProps/core.xml"),
    "a PDF's information": _pdf(_info),
    "a PDF's packet": _pdf(_packet),
    "words for a figure": _pdf(_alt),
    "an attached file": _pdf(_attached),
    "the name of an attached file": _pdf(_attached_name),
    "an attached zip": _pdf(_attached_zip),
    "an attached PDF": _pdf(_attached_pdf),
    "an object of no page": _pdf(_behind),
    "a bookmark": _pdf(_bookmark),
    "a remark in a drawing": _pdf(_drawing),
    "a key": _pdf(_key),
    "the meaning of a glyph": _pdf(_font),
}
#: Beside them.
FILES: dict[str, Plant] = {
    "the name of a file": _named,
    "the name of a folder": _folder,
    "the page's source": _write("a.html", lambda t: f"<!-- {t} -->".encode()),
    "an attribute in entities": _write(
        "a.html", lambda t: f'<p title="{"".join(f"&#{ord(c)};" for c in t)}">'.encode()
    ),
    "a tag for each letter": _write("a.html", lambda t: "".join(f"<b>{c}</b>" for c in t).encode()),
    "escapes of a script": _write(
        "a.js", lambda t: "".join(f"\\u{ord(c):04x}" for c in t).encode()
    ),
    "an address": _write("a.txt", lambda t: quote(t).encode()),
    "base64": _write("a.txt", lambda t: b"data:," + base64.b64encode(b"12" + t.encode())),
    "hexadecimal": _write("a.txt", lambda t: t.encode().hex().encode()),
    "base64 in base64": _write(
        "a.txt", lambda t: base64.b64encode(b"1" + base64.b64encode(t.encode()))
    ),
    "UTF-16": _write("a.txt", lambda t: t.encode("utf-16-be")),
    "GB18030": _write("a.txt", lambda t: t.encode("gb18030")),
    "full-width letters": _write("a.txt", _full_width),
    "letters that are spread": _write("a.txt", lambda t: "\u200b ".join(t).encode()),
    "gzip": _write("a.gz", lambda t: gzip.compress(t.encode())),
    "a zip in a zip": _write("a.zip", lambda t: _zip("b.zip", _zip("c", t.encode()))),
    "a zip's comment": _write("a.zip", lambda t: _zip("b", b"", t.encode())),
    "a name in a zip": _write("a.zip", lambda t: _zip(t, b"")),
    "a drawn text": _drawn(""),
    "a drawn text that is white and tiny": _drawn("color:white;font-size:1px"),
    "drawn letters far apart": _drawn("letter-spacing:1em"),
    "drawn letters one by one": _drawn("", "</span><span>"),
    "a figure's words": _write(
        "svg.pdf",
        lambda t: html_to_pdf(
            '<html lang="zh"><head><title>虚构</title></head><body><h1>虚构</h1><svg width="9" '
            f'height="9"><title>{t}</title><rect width="9" height="9"/></svg></body></html>',
            date(2026, 1, 1),
        ),
    ),
}
PLANTS = CHANGES | FILES
#: Where letters cannot be hidden, only what the last three characters mean.
NAMES_ONLY = frozenset({"the meaning of a glyph"})


def planted(kind: str, text: str, published: Path, into: Path) -> None:
    """A folder with a leak in it: a copy of some published files, or a file of its own."""
    into.mkdir()
    for name in ("entries.csv", "wechat-zh.txt", "statement.xlsx", "statement-en.pdf"):
        if kind in CHANGES:
            shutil.copy(next(published.rglob(name)), into)
    PLANTS[kind](into, text)
