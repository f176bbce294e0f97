"""HTML to PDF: only our own fonts, no outside fetch, fixed dates, no missing glyph.

WeasyPrint substitutes system fonts silently and fetches what a page names; both are shut
off before it is imported. The same input gives the same bytes on one machine.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from lovefund.errors import MachineLacks
from lovefund.language import _
from lovefund.publishing.archive import Attached, attachments, finish
from lovefund.publishing.resources import own_look, resource, shipped_folder

#: One file per family and weight: several under one name print other characters.
FONTS = (
    ("LF Sans SC", "normal", "NotoSansSC-Regular.ttf"),
    ("LF Sans SC", "bold", "NotoSansSC-Bold.ttf"),
    ("LF Sans", "normal", "SourceSans3-Regular.ttf"),
    ("LF Sans", "bold", "SourceSans3-Bold.ttf"),
    ("LF Title SC", "bold", "NotoSerifSC-Bold-GB2312.ttf"),
    ("LF Title", "bold", "SourceSerif4-Bold.ttf"),
    ("LF Mono", "normal", "IBMPlexMono-Regular.ttf"),
)


def _isolate_fonts() -> None:
    folder = Path(tempfile.mkdtemp(prefix="lovefund-fonts-"))
    (folder / "empty").mkdir()
    config = folder / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig><dir>{folder / 'empty'}</dir>"
        f"<cachedir>{folder / 'cache'}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    os.environ["FONTCONFIG_FILE"] = str(config)


@cache
def weasyprint() -> Any:
    """WeasyPrint, which sees our fonts only; MachineLacks where Pango is missing."""
    _isolate_fonts()
    # An empty FontConfig is what we asked for: our fonts come from the style sheet.
    warnings.filterwarnings("ignore", message="No fonts configured")
    try:
        import weasyprint as engine
    except OSError as error:
        raise MachineLacks(
            "PDF",
            _("the library Pango, which draws the pages, is not installed"),
            _(
                "Debian and Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 "
                "libharfbuzz-subset0; macOS: brew install pango; Windows: install MSYS2 and its "
                "package mingw-w64-x86_64-pango. Everything but PDF works without it."
            ),
        ) from error
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    return engine


@cache
def _covered(file: str) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with resource(f"fonts/{file}").open("rb") as data, TTFont(data, lazy=True) as font:
        return frozenset(font.getBestCmap())


def missing_characters(text: str) -> list[str]:
    """The characters of a text that the text font cannot draw."""
    with own_look():
        covered = _covered("NotoSansSC-Regular.ttf") | _covered("SourceSans3-Regular.ttf")
    return sorted({c for c in text if ord(c) not in covered and c not in "\n\r\t"})


def spelt(text: str) -> str:
    """A text whose characters that no font of ours draws are named, as ``[U+0F56]``."""
    missing = missing_characters(text)
    return "".join(f"[U+{ord(c):04X}]" if c in missing else c for c in text)


def refuse_missing(text: str, where: str) -> None:
    """MachineLacks naming the character and where it stands, if it cannot be drawn."""
    missing = missing_characters(text)
    if missing:
        raise MachineLacks(
            where,
            _("the character {character} (U+{code:04X}) is in none of our fonts").format(
                character=missing[0], code=ord(missing[0])
            ),
            _("write the name with another form of the character: lovefund mend-name"),
        )


def font_faces() -> str:
    """The @font-face rules of our fonts."""
    return "\n".join(
        f"@font-face{{font-family:'{family}';font-weight:{weight};"
        f"src:url('{resource('fonts/' + file).as_uri()}')}}"
        for family, weight, file in FONTS
    )


def _fetcher(engine: Any) -> Any:
    allowed = {resource("fonts/" + file).as_uri() for _family, _weight, file in FONTS}

    class OwnFontsOnly(engine.URLFetcher):  # type: ignore[misc]
        """Opens our font files and nothing else, whatever a page names."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in allowed:
                raise ValueError(f"refused: {url[:80]}")
            return super().fetch(url, headers)

    return OwnFontsOnly(allowed_protocols=("file",), fail_on_errors=True)


@contextlib.contextmanager
def _collector_resting() -> Iterator[None]:
    """No garbage collection during layout: a third of its time on long tables."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def pages(html: str) -> int:
    """How many pages an HTML page takes."""
    with own_look():
        return len(_layout(html).pages)


def _layout(html: str) -> Any:
    engine = weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    with warnings.catch_warnings(), _collector_resting():
        # An empty FontConfig is what we asked for: our fonts come from the style sheet.
        warnings.filterwarnings("ignore", message="No fonts configured")
        fonts = FontConfiguration()
        fetcher = _fetcher(engine)
        style = engine.CSS(string=font_faces(), font_config=fonts, url_fetcher=fetcher)
        page = engine.HTML(string=html, url_fetcher=fetcher, base_url=shipped_folder().as_uri())
        return page.render(stylesheets=[style], font_config=fonts)


def html_to_pdf(html: str, day: date, files: Sequence[Attached] = ()) -> bytes:
    """The PDF of a page, dated ``day``; MachineLacks for a glyph that no font of ours has."""
    with own_look():
        return _pdf(html, day, files)


def _pdf(html: str, day: date, files: Sequence[Attached]) -> bytes:
    document = _layout(html)
    stamp = datetime.combine(day, time(0), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    document.metadata.created = stamp
    document.metadata.modified = stamp
    with warnings.catch_warnings(), _collector_resting():
        # WeasyPrint leaves its colour profile to be closed by the interpreter.
        warnings.filterwarnings("ignore", message=".*sRGB2014", category=ResourceWarning)
        pdf: bytes = document.write_pdf(
            finisher=finish,
            pdf_variant="pdf/a-3a",
            pdf_identifier=b"lovefund",
            attachments=attachments(weasyprint(), files, day),
        )
    missing = {c for font in document.fonts.values() for c in getattr(font, "missing", {})}
    if missing:
        character = chr(min(missing))
        refuse_missing(character, "PDF")
        raise MachineLacks(
            "PDF",
            _("the character {character} (U+{code:04X}) is in none of our fonts").format(
                character=character, code=ord(character)
            ),
            _("write the name with another form of the character: lovefund mend-name"),
        )
    return pdf
