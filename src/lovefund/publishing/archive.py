"""Makes a PDF one to keep and one to listen to: PDF/A-3a and PDF/UA-1 at once.

WeasyPrint writes one or the other, and a table of many pages as many tables. What it leaves out
is put in just before the file is written. Its objects are those of pydyf, so both are pinned,
and every PDF of the tests passes a validator.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from html import escape
from typing import Any

_SCALE = 0.75  # points of a CSS pixel
_PLAIN = len(("Type", "S", "K", "Pg", "P"))  # what every element of the tag tree has


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that a PDF carries; ``data`` says whether the pages show what is in it."""

    name: str
    content: bytes
    about: str
    data: bool


def attachments(engine: Any, files: Iterable[Attached], day: date) -> list[Any]:
    """The files as WeasyPrint attaches them, in order of their names, dated ``day``."""
    at = datetime.combine(day, time(0), UTC)
    return [
        engine.Attachment(
            string=file.content,
            name=file.name,
            description=file.about,
            created=at,
            modified=at,
            relationship="Data" if file.data else "Supplement",
        )
        for file in sorted(files, key=lambda file: file.name)
    ]


def finish(document: Any, pdf: Any) -> None:
    """Complete a PDF that WeasyPrint made as PDF/A-3a, in place."""
    import pydyf

    tags = _Tags(pdf, pydyf)
    for first, *others in _tables(document, tags):
        for other in others:
            tags.append_rows(first, other)
    tags.join_lists()
    tags.name_columns()
    tags.start_headings_at_one()
    tags.place_figures()
    tags.leave_out_what_is_no_content()
    tags.fold()
    tags.write()
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
    packet = pdf.objects[_number(pdf.catalog["Metadata"])]
    packet.stream, packet.compress = [_xmp(document.metadata, pdf.info["Producer"].string)], False
    _compress_once(pdf, pydyf)


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _compress_once(pdf: Any, pydyf: Any) -> None:
    """Streams are asked for their bytes twice, for the file and for its identifier."""
    for one in pdf.objects:
        if isinstance(one, pydyf.Stream) and one.compress:
            raw = b"\n".join(pydyf._to_bytes(part) for part in one.stream)
            packed = zlib.compress(raw, 6)
            one.stream, one.compress = [raw], False
            if not packed.endswith(b"\r"):  # which readers take for a part of the line's end
                one.stream = [packed]
                one.extra["Filter"] = "/FlateDecode"


def _tables(document: Any, tags: _Tags) -> Iterator[list[int]]:
    """The tables of the tag tree that belong to one table of the page, in order of pages."""
    found: dict[int, list[int]] = {}
    for page in document.pages:
        for box in _boxes(page._page_box):
            if getattr(box, "is_table_wrapper", False):
                cell = next((c for c in _boxes(box) if hasattr(c, "mark")), None)
                if cell is not None:
                    found.setdefault(id(box.element), []).append(tags.table_of(cell.mark))
    yield from found.values()


def _boxes(box: Any) -> Iterator[Any]:
    waiting = [box]
    while waiting:
        box = waiting.pop()
        box = getattr(box, "_box", box)  # one that is placed absolutely stands behind another
        yield box
        waiting.extend(reversed(getattr(box, "children", ())))


class _Tags:
    """The tag tree of a PDF: elements by number, each with its kids and its parent."""

    def __init__(self, pdf: Any, pydyf: Any) -> None:
        self.pdf, self.pydyf = pdf, pydyf
        self.root = pdf.objects[_number(pdf.catalog["StructTreeRoot"])]
        self.elements: dict[int, Any] = {
            number: one
            for number, one in enumerate(pdf.objects)
            if isinstance(one, dict) and one.get("Type") == "/StructElem"
        }
        nums = pdf.objects[_number(self.root["ParentTree"])]["Nums"]
        self.pages = dict(zip(pdf.page_references, nums[1::2], strict=False))

    def kids(self, element: Any) -> list[Any]:
        """The elements below this one; its marks on pages and links are left out."""
        numbers = [_number(kid) for kid in element["K"] if isinstance(kid, bytes)]
        return [self.elements[number] for number in numbers if number in self.elements]

    def below(self, element: Any) -> Iterator[Any]:
        """This element and all below it."""
        waiting = [element]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(self.kids(element))

    def parent(self, element: Any) -> Any:
        return self.elements.get(_number(element["P"]))

    def table_of(self, element: Any) -> int:
        """The number of the table that a cell lies in."""
        while element["S"] != "/Table":
            element = self.parent(element)
        return int(element.number)

    def append_rows(self, first: int, later: int) -> None:
        """Move the rows of a table's later part behind those before; its head is said already."""
        table, part = self.elements[first], self.elements[later]
        body = next(kid for kid in self.kids(table) if kid["S"] == "/TBody")
        for group in self.kids(part):
            if group["S"] == "/THead":
                self.no_content(group)
                continue
            for row in self.kids(group):
                row["P"] = body.reference
                body["K"].append(row.reference)
        self._take_out(part)

    def _take_out(self, element: Any) -> None:
        """Take an element out of the tree, and what held nothing else."""
        parent = self.parent(element)
        parent["K"].remove(element.reference)
        if not parent["K"] and self.parent(parent) is not None:
            self._take_out(parent)

    def join_lists(self) -> None:
        """What groups the items of a list is left out: a list has items and nothing else."""
        for element in self.elements.values():
            if element["S"] != "/L":
                continue
            kids = []
            for kid in self.kids(element):
                for item in self.kids(kid) if kid["S"] == "/Div" else [kid]:
                    item["P"] = element.reference
                    kids.append(item.reference)
            element["K"][:] = kids

    def name_columns(self) -> None:
        """Heads of tables are heads of columns; that says it all, so no cell has to name them."""
        for element in self.elements.values():
            if element["S"] == "/TH":
                element["A"]["Scope"] = "/Column"
                element.pop("ID", None)
            elif element["S"] == "/TD" and "A" in element:
                element["A"].pop("Headers", None)
                if len(element["A"]) == 1:
                    del element["A"]

    def start_headings_at_one(self) -> None:
        """A later volume has headings and no title: its highest are the first level."""
        levels = {f"/H{level}" for level in range(1, 7)}
        seen = sorted({e["S"] for e in self.elements.values() if e["S"] in levels})
        for element in self.elements.values():
            if element["S"] in seen:
                element["S"] = f"/H{seen.index(element['S']) + 1}"

    def place_figures(self) -> None:
        """Boxes of figures count from the upper left in pixels; PDF from the lower left."""
        for element in self.elements.values():
            if element["S"] == "/Figure" and "A" in element:
                left, top, right, bottom = element["A"]["BBox"]
                high = self.pdf.objects[_number(element["Pg"])]["MediaBox"][3]
                box = (left * _SCALE, high - bottom * _SCALE, right * _SCALE, high - top * _SCALE)
                element["A"]["BBox"] = self.pydyf.Array(round(x, 3) for x in box)

    def leave_out_what_is_no_content(self) -> None:
        """Heads and feet of pages stand in no tree: they are marked as artefacts."""
        (document,) = (self.elements[_number(kid)] for kid in self.root["K"])
        reached = {element.number for element in self.below(document)}
        for number in self.elements.keys() - reached:
            self._as_artefact(self.elements[number])
            self._drop(number)

    def fold(self) -> None:
        """An element that only stands between another and its one mark is left out.

        Half of all elements do: a file is the smaller, and written the sooner.
        """
        for number, element in list(self.elements.items()):
            parent = self.parent(element)
            plain = element["S"] in ("/Span", "/NonStruct") and len(element) == _PLAIN
            if plain and parent is not None and len(parent["K"]) == len(element["K"]) == 1:
                (mark,) = parent["K"] = element["K"]
                if isinstance(mark, int):
                    parent["Pg"] = element["Pg"]
                    self.pages[element["Pg"]][mark] = parent.reference
                else:
                    self.elements[_number(mark)]["P"] = parent.reference
                self._drop(number)

    def write(self) -> None:
        """Elements are asked for their bytes twice, like streams, and there are many of them."""
        for number, element in self.elements.items():
            del element["Type"]
            if not any(isinstance(kid, int) for kid in element["K"]):
                element.pop("Pg", None)
            self.pdf.objects[number] = _Written(number, element.data)

    def _drop(self, number: int) -> None:
        del self.elements[number]
        self.pdf.objects[number] = _Written(number, b"null")

    def no_content(self, element: Any) -> None:
        """Take an element and all below it out of the marks; see the method above."""
        self.parent(element)["K"].remove(element.reference)

    def _as_artefact(self, element: Any) -> None:
        marks = [kid for kid in element["K"] if isinstance(kid, int)]
        if not marks:
            return
        stream = self.pdf.objects[_number(self.pdf.objects[_number(element["Pg"])]["Contents"])]
        for mark in marks:
            at = self._begins(stream)[mark]
            stream.stream[at - 1] = "/Artifact"
            stream.stream[at] = self.pydyf.Dictionary({"Type": "/Pagination"})
            self.pages[element["Pg"]][mark] = "null"

    def _begins(self, stream: Any) -> dict[int, int]:
        """Where in a page's drawing each mark begins."""
        known: dict[int, int] | None = getattr(stream, "lovefund_marks", None)
        if known is None:
            known = {
                part["MCID"]: at
                for at, part in enumerate(stream.stream)
                if isinstance(part, dict) and "MCID" in part
            }
            stream.lovefund_marks = known
        return known


@dataclass(slots=True)
class _Written:
    """An object as the bytes that are written of it."""

    number: int
    data: bytes
    offset: int = 0
    generation: int = 0
    free: str = "n"
    compressible: bool = True


def _xmp(about: Any, producer: str) -> bytes:
    """What the file says of itself, as both standards want to read it; never compressed."""

    def alternatives(text: str) -> str:
        return f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt>'

    authors = "".join(f"<rdf:li>{escape(author)}</rdf:li>" for author in about.authors)
    return _PACKET.format(
        title=alternatives(about.title),
        authors=f"<rdf:Seq>{authors}</rdf:Seq>",
        created=about.created,
        modified=about.modified,
        producer=escape(producer),
        language=escape(about.lang),
    ).encode()


_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<dc:title>{title}</dc:title>
<dc:creator>{authors}</dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{created}</xmp:CreateDate>
<xmp:ModifyDate>{modified}</xmp:ModifyDate>
<pdf:Producer>{producer}</pdf:Producer>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
