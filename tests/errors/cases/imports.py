"""Files of gifts and grants that are not taken, each whole or not at all."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import cache

import openpyxl

from errors.cases.case import Case
from lovefund.errors import Exit

HEADS = "日期,金额,来源,捐赠人,公示方式,收款方式\n"
ROW = "2026-09-03,50,教职工,张三丰,隐名,微信\n"
LIST = HEADS + ROW * 3
READ = "donations g.csv"


def xlsx(rows: list[list[object]]) -> bytes:
    """A workbook with these cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def parts(content: bytes, change: dict[str, bytes]) -> bytes:
    """A workbook with other parts in its archive."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            new.writestr(part.filename, change.pop(part.filename, None) or old.read(part))
        for name, data in change.items():
            new.writestr(name, data)
    return buffer.getvalue()


HEADINGS: list[object] = list(HEADS.strip().split(","))
GIFT: list[object] = ["2026-09-03", 50, "教职工", "张三丰", "隐名", "微信"]
SHEET = "xl/worksheets/sheet1.xml"


@cache
def good() -> bytes:
    return xlsx([HEADINGS, GIFT])


def bomb() -> bytes:
    """More than a hundred megabytes of one sheet in a fraction of one of zip."""
    return parts(good(), {SHEET: b"<worksheet>" + b" " * 140_000_000})


def _sheet(xml: str) -> bytes:
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return parts(good(), {SHEET: f"{head}<sheetData>{xml}</sheetData></worksheet>".encode()})


def _row(number: int, *cells: str) -> str:
    return (
        f'<row r="{number}">'
        + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
        + "</row>"
    )


def laughs(encoding: str = "utf-8") -> bytes:
    """Ten entities, each ten times the one before."""
    entities = '<!ENTITY a0 "哈">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [{entities}]><x>&a9;</x>'
    return parts(good(), {SHEET: text.encode(encoding)})


def outside() -> bytes:
    """An entity that reads a file of the machine."""
    text = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    return parts(good(), {"xl/sharedStrings.xml": text.encode()})


@cache
def encrypted() -> bytes:
    """An archive whose parts are marked as locked with a password."""
    content = bytearray(good())
    place = 0
    while (place := content.find(b"PK\x01\x02", place)) >= 0:
        content[place + 8] |= 1
        place += 4
    place = 0
    while (place := content.find(b"PK\x03\x04", place)) >= 0:
        content[place + 6] |= 1
        place += 4
    return bytes(content)


def cells(*row: object) -> bytes:
    return xlsx([HEADINGS, list(row)])


def csv(text: str, encoding: str = "utf-8") -> bytes:
    return text.encode(encoding)


FILES: list[tuple[int, str, bytes | Callable[[], bytes], str]] = [
    (75, "UTF-16 without a mark", csv(LIST, "utf-16-le"), "neither UTF-8 nor GBK"),
    (75, "UTF-16 big-endian without a mark", csv(LIST, "utf-16-be"), "neither UTF-8 nor GBK"),
    (75, "UTF-32", csv(LIST, "utf-32"), "neither UTF-8 nor GBK"),
    (76, "Big5", csv("日期,金額,來源,捐贈人\n2026-09-03,50,教職工,張三豐\n", "big5"), ""),
    (76, "Shift-JIS", csv("日付,金額\n2026-09-03,50\n", "shift-jis"), "heading"),
    (77, "UTF-8 saved as Latin-1", csv(csv(LIST).decode("latin-1")), "heading"),
    (77, "a cell of replacement characters", csv(LIST + ROW.replace("张三丰", "\ufffd\ufffd")),
     "wrong encoding"),
    (77, "a cell of 锟斤拷", csv(LIST + ROW.replace("张三丰", "锟斤拷")), "row 5, column 捐赠人"),
    (78, "nothing", b"", "empty"),
    (78, "a mark and nothing", b"\xef\xbb\xbf", "empty"),
    (78, "empty lines", b"\n\n\n", "empty"),
    (78, "commas alone", b",,,\n,,,\n", "empty"),
    (78, "headings alone", csv(HEADS), "no rows"),
    (78, "an empty workbook", xlsx([[]]), "empty"),
    (79, "a NUL in a cell", csv(LIST).replace("张三丰".encode(), b"\x00", 1), "neither UTF-8"),
    (79, "NULs alone", b"\x00" * 4096, "neither UTF-8"),
    (80, "an old .xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, ".xls"),
    (80, "a PDF", b"%PDF-1.7\n%\xe2\xe3\n", "PDF"),
    (80, "a photo", b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG"),
    (80, "a screenshot", b"\x89PNG\r\n\x1a\n", "PNG"),
    (80, "a web page that a bank calls .xls", b"\n<html><table><tr><td>1", "HTML"),
    (80, "gzip", b"\x1f\x8b\x08\x00", "gzip"),
    (80, "a file of books", b"SQLite format 3\x00", "SQLite"),
    (80, "an archive that is no workbook", parts(good(), {"xl/workbook.xml": b"x"}), "workbook"),
    (80, "the beginning of an archive", b"PK\x03\x04 and no more", "workbook"),
    (80, "an archive cut in the middle", good()[: len(good()) // 2], "workbook"),
    (80, "a locked archive", encrypted(), "password"),
    (81, "a zip bomb", bomb, "unpack to"),
    (81, "three thousand parts", lambda: parts(good(), {f"x{n}": b"x" for n in range(3_000)}),
     "parts"),
    (81, "a cell in row 1,000,000,000",
     _sheet('<row r="1000000000"><c r="A1000000000"><v>1</v></c></row>'), "more than"),
    (81, "cells far to the right in every row",
     _sheet(_row(1, *HEADS.strip().split(",")) + "".join(
         f'<row r="{n}"><c r="XFD{n}"/></row>' for n in range(2, 400))), "more than"),
    (82, "entities that multiply", laughs, "entities"),
    (82, "entities that multiply, in UTF-16", lambda: laughs("utf-16"), "entities"),
    (82, "an entity that reads a file", outside, "entities"),
    (82, "an encoding that nobody knows",
     parts(good(), {SHEET: b'<?xml version="1.0" encoding="x-no-such"?><x/>'}), "workbook"),
    (83, "a quotation mark that is not closed", csv(LIST + '"2026-09-03,50\n' + ROW), "row 5"),
    (83, "a quotation mark inside a cell", csv(LIST + ROW.replace("张", '"张"')), "row 5"),
    (84, "a cell of 200 KB", csv(LIST + ROW.replace("张", "张" * 200_000)), "128 KB"),
    (84, "a cell of 40,000 characters in a workbook",
     cells("2026-09-03", 50, "教职工", "张" * 32_000, "隐名", "微信"), "32000 characters"),
    (85, "a row that is too short", csv(LIST + "2026-09-03,50,教职工\n"), "row 5 has 3 cells"),
    (85, "a row that is too long", csv(LIST + ROW.strip() + ",多,余\n"), "row 5 has 8 cells"),
    (86, "semicolons", csv(LIST.replace(",", ";")), "heading"),
    (86, "full-width commas", csv(LIST.replace(",", "，")), "heading"),
    (87, "a heading that is not known", csv(LIST.replace("公示方式", "公示方式,用 途")
                                       .replace("隐名", "隐名,助学")), "用 途"),
    (87, "a heading that is missing", csv(LIST.replace("金额", "钱数")), "金额"),
    (87, "a heading twice", csv(LIST.replace("金额", "日期")), "twice"),
    (87, "a bill of WeChat", csv("微信支付账单明细,,,\n微信昵称：[甲],,,\n"), "heading"),
    (87, "no headings", csv(ROW * 3), "heading"),
    (88, "cut in the middle of a character", csv(LIST + ROW)[:-2], "cut off"),
    (88, "cut in the middle of a row", csv(LIST + ROW)[:-30], ""),
    (88, "UTF-16 cut in the middle of a character", csv(LIST, "utf-16")[:-1], "cut off"),
    (97, "201,000 rows", lambda: csv(HEADS + "\n" * 201_000), "more than 200000 rows"),
    (97, "21 MB", lambda: csv(HEADS) + b"x" * 21 * 1024 * 1024, "20 MB"),
    (28, "true in an amount of a workbook", cells("2026-09-03", True, "教职工", "甲", "实名",
     "微信"), "row 2"),
    (13, "three decimals in a workbook", cells("2026-09-03", 1.555, "教职工", "甲", "实名",
     "微信"), "two decimals"),
    (8, "a very large number in a workbook", cells("2026-09-03", 1e22, "教职工", "甲", "实名",
     "微信"), "over 1,000,000,000.00"),
    (38, "Excel's serial number in a workbook", cells(45292, 5, "教职工", "甲", "实名", "微信"),
     "not a day"),
    (27, "a formula in an amount of a workbook", cells("2026-09-03", "=1+1", "教职工", "甲",
     "实名", "微信"), "row 2, column 金额"),
    (41, "an escape in a cell", csv(LIST + ROW.replace("张", "\x1b[2J")), "U+001B"),
    (45, "an override in a cell", csv(LIST + ROW.replace("张", "\u202e张")), "U+202E"),
    (44, "a line feed in a cell", csv(LIST + ROW.replace("张三丰", '"张三\n丰"')), "U+000A"),
    (50, "a line separator in a cell", csv(LIST + ROW.replace("张", "张\u2028")), "U+2028"),
    (63, "a mobile number in a name", csv(LIST + ROW.replace("张三丰", "13812345678")),
     "telephone"),
    (1, "an empty amount", csv(LIST + ROW.replace("50", "")), "column 金额"),
    (31, "a day that ends with its year", csv(LIST + ROW.replace("2026-09-03", "3/9/2026")),
     "column 日期"),
    (17, "a tab after an amount", csv(LIST + ROW.replace("50", "50\t")), "column 金额"),
    (114, "a kind of donor that is none", csv(LIST + ROW.replace("教职工", "路人")), "choices"),
    (114, "a place that is none", csv(LIST + ROW.replace("微信", "比特币")), "choices"),
]  # fmt: skip

_AGAIN = csv(LIST + "2026-09-06,7,家长,李四,实名,微信\n")
CASES: list[Case] = [
    *(Case(kind, what, READ, says, files={"g.csv": data}) for kind, what, data, says in FILES),
    Case(78, "no file", "donations", "the file is missing"),
    Case(112, "a file that is not there", "donations nowhere.csv", "cannot be read"),
    Case(112, "a folder instead of a file", "donations home", "cannot be read"),
    Case(35, "one row of a future day refuses all rows", READ, "later than today", Exit.REFUSED,
         "future-day", files={"g.csv": csv(LIST + ROW.replace("2026-09-03", "2026-12-03"))}),
    Case(40, "one row of a closed day refuses all rows", READ, "closed period", Exit.REFUSED,
         "closed-period", files={"g.csv": csv(LIST + ROW.replace("2026-09-03", "2026-08-03"))}),
    Case(92, "a case twice in a list of grants", "grants b.csv", "pays the same case",
         files={"b.csv": csv("案号,监护人,金额\nL1,李,5\nL1,王,6\n")}),
    Case(1, "an empty amount in a list of grants", "grants b.csv", "row 2, column 金额",
         files={"b.csv": csv("案号,监护人,金额\nL1,李,\n")}),
    Case(114, "a list of grants from no place", "grants b.csv --by nowhere", "choices",
         files={"b.csv": csv("案号,监护人,金额\nL1,李,5\n")}),
    Case(114, "a list of grants for no purpose", "grants b.csv --for nothing", "choices",
         files={"b.csv": csv("案号,监护人,金额\nL1,李,5\n")}),
    Case(40, "a list of grants on a closed day", "grants b.csv --on 2026-08-03", "closed",
         Exit.REFUSED, "closed-period", files={"b.csv": csv("案号,监护人,金额\nL1,李,5\n")}),
]  # fmt: skip
