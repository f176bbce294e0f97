"""Looks into a workbook's archive before it is opened: its size unpacked, and no entities."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from xml.parsers import expat

from lovefund.language import _

UNPACKED_BYTES_MAX = 128 * 1024 * 1024
PARTS_MAX = 2_000


#: All that zipfile raises for archives that are damaged, encrypted or packed in unknown ways.
DAMAGED = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


class _Begun(Exception):
    """The root element has begun: a document type can no longer be declared."""


class _Declared(Exception):
    """The part declares a document type, which can define entities; no workbook needs one."""


def why_unsafe(content: bytes) -> str | None:
    """Why the bytes of an .xlsx file may not be opened, or None where they may.

    A megabyte of zip can unpack to gigabytes, and a few entities to as much: both are told
    from the archive's own list and the beginning of each part, without unpacking the rest.
    zipfile never unpacks more of a part than the list says.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > PARTS_MAX:
                return _("its archive has {count} parts").format(count=len(parts))
            unpacked = sum(part.file_size for part in parts)
            if unpacked > UNPACKED_BYTES_MAX:
                return _("it would unpack to {size} MB").format(size=unpacked // (1024 * 1024))
            for part in parts:
                if part.filename.endswith((".xml", ".rels")) and _declares(archive, part):
                    return _("it defines entities of its own, as no workbook needs")
    except DAMAGED:
        return _("the archive of this workbook is damaged or locked with a password")
    return None


def _declares(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _raise(_Declared)
    parser.StartElementHandler = _raise(_Begun)
    with archive.open(part) as file:
        try:
            while piece := file.read(65536):
                parser.Parse(piece)
        except _Declared:
            return True
        except (_Begun, expat.ExpatError):
            return False  # what is no XML, the reader refuses
    return False


def _raise(error: type[Exception]) -> Callable[..., None]:
    def handler(*_args: object) -> None:
        raise error

    return handler
