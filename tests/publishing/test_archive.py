"""PDF/A-3a and PDF/UA-1: what a file must be, and that the gate sees where it is not.

Every PDF that any test draws passes the gate (``conftest.py``); here it is shown to have teeth.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from gate import faults
from lovefund.publishing import statement
from lovefund.publishing.statement import statement_pdf, statement_volumes
from publishing.views import gift, plain

LANGUAGES = ("zh", "en")
FILES = {
    "entries.jsonl": b'{"no":0}\n',
    "frontier.json": b"[]",
    "shown.json": b"[]",
    "statement.json": b"{}",
    "verify.py": b"print('fictional')\n",
}


def elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """The tag tree from its root, in the order of reading."""
    waiting = [pdf.Root.StructTreeRoot.K]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Array):
            waiting += reversed(list(node))
        elif isinstance(node, Dictionary):
            if Name.S in node:
                yield node
            if Name.K in node:
                waiting.append(node.K)


def of_kind(pdf: pikepdf.Pdf, kind: str) -> list[Any]:
    return [e for e in elements(pdf) if str(e.S) == f"/{kind}"]


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A statement whose table goes over several pages, with its files."""
    path = tmp_path_factory.mktemp("archive") / "long.pdf"
    path.write_bytes(statement_pdf(plain(*(gift(n) for n in range(1, 121))), "zh", FILES))
    return path


def test_a_table_of_many_pages_is_one_table(long: Path) -> None:
    with pikepdf.open(long) as pdf:
        assert len(pdf.pages) > 3
        annex = of_kind(pdf, "Table")[-1]
        heads = [kid for kid in annex.K if kid.S == "/THead"]
        bodies = [kid for kid in annex.K if kid.S == "/TBody"]
        assert (len(heads), len(bodies)) == (1, 1)
        rows = list(bodies[0].K)
        assert len(rows) == 120 + 1
        assert all(row.S == "/TR" and row.P.objgen == bodies[0].objgen for row in rows)
        columns = [cell for row in heads[0].K for cell in row.K]
        assert [cell.A.Scope for cell in columns] == ["/Column"] * 6
        assert {len(row.K) for row in rows[:-1]} == {6}
        assert [cell.A.ColSpan for cell in rows[-1].K if Name.A in cell] == [4]


def test_what_stands_on_every_page_is_read_once(long: Path) -> None:
    """The head of the table, on the second page, is drawn and belongs to no element."""
    told = subprocess.run(["pdftotext", str(long), "-"], capture_output=True, text=True, check=True)
    assert told.stdout.count("捐赠人 / 摘要") > 2
    command = ["pdfinfo", "-struct-text", str(long)]
    read = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert read.count("捐赠人 / 摘要") == 1
    assert "第 2 页" in told.stdout
    assert "第 2 页" not in read


def test_all_that_is_drawn_has_its_element_or_is_an_artefact(long: Path) -> None:
    with pikepdf.open(long) as pdf:
        nums = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        parents = dict(zip((int(key) for key in nums[::2]), nums[1::2], strict=True))
        for page in pdf.pages:
            depth, tagged = 0, parents[int(page.StructParents)]
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) in ("BDC", "BMC"):
                    depth += 1
                    if operands[0] != Name.Artifact and depth == 1:
                        assert tagged[int(operands[1].MCID)].S != "/Artifact"
                depth -= str(operator) == "EMC"
                assert depth or str(operator) not in ("Tj", "TJ", "S", "f", "f*", "B", "Do")


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_are_described_and_the_chart_says_its_amounts(
    tmp_path: Path, language: str
) -> None:
    path = tmp_path / "statement.pdf"
    path.write_bytes(statement_pdf(plain(gift(1, fen=12_00 * 100)), language))
    with pikepdf.open(path) as pdf:
        figures = of_kind(pdf, "Figure")
        assert figures
        for figure in figures:
            assert len(str(figure.Alt)) > 3
            left, low, right, high = (float(x) for x in figure.A.BBox)
            assert 0 < left < right < 596
            assert 0 < low < high < 842
        (chart,) = [str(f.Alt) for f in figures if str(f.Alt).count("100.00") == 12]
        wanted = "2026年12月：收入 100.00 元" if language == "zh" else "2026-12: income 100.00"
        assert wanted in chart


def test_the_files_are_attached_each_with_its_relation(long: Path) -> None:
    with pikepdf.open(long) as pdf:
        assert {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()} == (
            FILES
        )
        relations = {str(f.UF): f.AFRelationship for f in pdf.Root.AF}
        assert relations.pop("verify.py") == "/Supplement"
        assert set(relations.values()) == {"/Data"}
        assert len(pdf.Root.AF) == len(FILES)


def test_the_first_of_several_volumes_carries_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statement, "VOLUME_ROWS_MAX", 4)
    volumes = statement_volumes(plain(*(gift(n) for n in range(1, 7))), "en", FILES)
    assert len(volumes) == 3
    for name, pdf in volumes:
        (tmp_path / name).write_bytes(pdf)
        assert faults(tmp_path / name) == []
        with pikepdf.open(tmp_path / name) as opened:
            assert set(opened.attachments) == (set(FILES) if "-01-" in name else set())


_AGAIN = """
import sys
from pathlib import Path
from publishing.test_archive import FILES
from publishing.views import gift, plain
from lovefund.publishing.statement import statement_pdf
for language in ("zh", "en"):
    pdf = statement_pdf(plain(gift(1), gift(2, "")), language, FILES)
    Path(sys.argv[1] + language).write_bytes(pdf)
"""


def test_two_processes_draw_the_same_bytes(tmp_path: Path) -> None:
    """Another seed of hashes, another time zone and another language of the machine."""
    for name, seed, zone, language in (
        ("a", "1", "Asia/Shanghai", "zh_CN.UTF-8"),
        ("b", "2", "America/Lima", "C"),
    ):
        surroundings = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LANG": language}
        path = os.pathsep.join(p for p in sys.path if p)
        subprocess.run(
            [sys.executable, "-c", _AGAIN, str(tmp_path / name)],
            env={**surroundings, "PYTHONPATH": path}, check=True,
        )  # fmt: skip
    for language in LANGUAGES:
        first = (tmp_path / f"a{language}").read_bytes()
        assert first == (tmp_path / f"b{language}").read_bytes()
        assert b"/ID" in first


# -- the gate -------------------------------------------------------------------------------------


def take(holder: Any, key: str) -> None:
    if key in holder:
        del holder[key]


def fonts(pdf: pikepdf.Pdf) -> list[Any]:
    return [o for o in pdf.objects if isinstance(o, Dictionary) and o.get("/Type") == "/Font"]


def descriptors(pdf: pikepdf.Pdf) -> list[Any]:
    return [
        o for o in pdf.objects if isinstance(o, Dictionary) and o.get("/Type") == "/FontDescriptor"
    ]


def no_scope(pdf: pikepdf.Pdf) -> None:
    for cell in of_kind(pdf, "TH"):
        del cell.A["/Scope"]


def no_unicode(pdf: pikepdf.Pdf) -> None:
    for font in fonts(pdf):
        take(font, "/ToUnicode")


def no_font_file(pdf: pikepdf.Pdf) -> None:
    for descriptor in descriptors(pdf):
        take(descriptor, "/FontFile2")
        take(descriptor, "/FontFile3")


def say(pdf: pikepdf.Pdf, old: bytes, new: bytes) -> None:
    packet = pdf.Root.Metadata.read_bytes()
    assert old in packet
    pdf.Root.Metadata.write(packet.replace(old, new))


def no_relationship(pdf: pikepdf.Pdf) -> None:
    for file in pdf.Root.AF:
        del file["/AFRelationship"]


def a_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert('fictional')")


def a_level_left_out(pdf: pikepdf.Pdf) -> None:
    for heading in of_kind(pdf, "H2"):
        heading.S = Name.H3


def untagged(pdf: pikepdf.Pdf) -> None:
    content = pdf.pages[0].Contents
    content.write(content.read_bytes() + b"\nBT 1 0 0 1 90 90 Tm ET 10 10 20 20 re f")


MUTATIONS: dict[str, Callable[[pikepdf.Pdf], object]] = {
    "a figure without words": lambda pdf: take(of_kind(pdf, "Figure")[0], "/Alt"),
    "no language": lambda pdf: take(pdf.Root, "/Lang"),
    "not marked": lambda pdf: take(pdf.Root, "/MarkInfo"),
    "no tags": lambda pdf: take(pdf.Root, "/StructTreeRoot"),
    "heads of no column": no_scope,
    "letters without Unicode": no_unicode,
    "fonts that are not inside": no_font_file,
    "colours of no profile": lambda pdf: take(pdf.Root, "/OutputIntents"),
    "files of no relation": no_relationship,
    "files of no document": lambda pdf: take(pdf.Root, "/AF"),
    "a script": a_script,
    "a level of headings left out": a_level_left_out,
    "nothing said of itself": lambda pdf: take(pdf.Root, "/Metadata"),
    "not PDF/A": lambda pdf: say(pdf, b"<pdfaid:part>3</pdfaid:part>", b""),
    "not PDF/UA": lambda pdf: say(pdf, b"<pdfuaid:part>1</pdfuaid:part>", b""),
    "PDF/UA that is not explained": lambda pdf: say(pdf, b"pdfaExtension:schemas", b"pdf:schemas"),
    "no title": lambda pdf: say(pdf, b"dc:title", b"dc:source"),
    "a title that is not shown": lambda pdf: take(pdf.Root, "/ViewerPreferences"),
    "drawn and not marked": untagged,
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_the_gate_sees_what_is_missing(long: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / "changed.pdf"
    with pikepdf.open(long) as pdf:
        MUTATIONS[name](pdf)
        pdf.save(path)
    assert faults(path)


def test_the_gate_lets_through_what_was_only_saved_again(long: Path, tmp_path: Path) -> None:
    """What is refused above is the change, not that another library wrote the file."""
    assert faults(long) == []
    with pikepdf.open(long) as pdf:
        pdf.save(tmp_path / "same.pdf")
    assert faults(tmp_path / "same.pdf") == []


def test_the_gate_sees_a_file_that_is_cut_off(long: Path, tmp_path: Path) -> None:
    content = long.read_bytes()
    (tmp_path / "cut.pdf").write_bytes(content[: len(content) * 2 // 3])
    try:
        found = faults(tmp_path / "cut.pdf")
    except Exception as error:  # the validator may refuse to read it at all
        found = [str(error)]
    assert found


def test_a_pdf_that_breaks_the_rules_stops_the_test_that_drew_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from lovefund.publishing import archive

    monkeypatch.setattr(archive._Tags, "join_lists", lambda _tags: None)
    with pytest.raises(AssertionError, match="ua1"):
        statement_pdf(replace(plain(gift(1)), number=77), "zh")


@pytest.mark.slow
def test_every_pdf_of_the_example_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "examples"))
    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path / "settings"))
    import school

    list(school.run(tmp_path))
    found = sorted(tmp_path.rglob("*.pdf"))
    assert len(found) > 4
    assert {str(p): faults(p) for p in found if faults(p)} == {}
