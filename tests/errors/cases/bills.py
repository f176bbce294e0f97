"""Bills of wallets and banks that are not taken, each with its sentence."""

from __future__ import annotations

from bills.makers import (
    april,
    as_csv,
    as_utf8,
    as_xls,
    as_xlsx,
    as_zip,
    rural,
    wechat,
)
from errors.cases.case import Case
from errors.cases.imports import bomb, encrypted, laughs

READ = "import bill.csv --dry-run"
WECHAT = as_utf8(wechat(april()))
RURAL = rural(april())
BANK = as_csv(RURAL)


def cell(row: int, column: int, text: str) -> bytes:
    """The bank's file with another text in one cell."""
    lines = [list(line) for line in RURAL]
    lines[row][column] = text
    return as_csv(lines)


def member(content: bytes) -> bytes:
    return as_zip({"账单.csv": content})


def locked() -> bytes:
    """A zip whose one member asks for a password."""
    content = bytearray(member(WECHAT))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(sign) + place] |= 1
    return bytes(content)


FILES = [
    (75, "UTF-16 without a mark", BANK.decode().encode("utf-16-le"), "neither UTF-8 nor GBK"),
    (76, "Big5", "交易時間,收入,支出\n".encode("big5"), "no format"),
    (77, "letters that were lost", WECHAT.decode().replace("甲", "\ufffd").encode(), "wrong encoding"),
    (78, "nothing", b"", "no format"),
    (78, "headings alone", as_csv(RURAL[4:5]), "does not say of which days"),
    (79, "a NUL", WECHAT.replace("甲".encode(), b"\x00"), "neither UTF-8"),
    (80, "a PDF", b"%PDF-1.7\n", "PDF"),
    (80, "a web page that a bank calls .xls", b"<html><table><tr><td>1", "HTML"),
    (80, "an old workbook that is damaged", as_xls(RURAL)[:900], "cannot be read"),
    (80, "an archive without a bill", as_zip({"a.png": b"\x89PNG\r\n"}), "PNG"),
    (81, "a zip bomb", bomb, "unpack to"),
    (81, "a bill of 21 MB in a zip", lambda: member(b"1" * 21 * 1024 * 1024), "20 MB"),
    (82, "entities that multiply", laughs, "entities"),
    (83, "a quotation mark that is not closed", BANK + b'"2026-04-01,', "quotation mark"),
    (84, "a cell of 200 KB", cell(6, 1, "甲" * 140_000), "128 KB"),
    (85, "a row that is too short", BANK.replace(b"2026-04-10,", b"", 1), "row 7"),
    (85, "a row that is too long", BANK.replace("一分钱".encode(), "一分钱,多,余".encode()), "11 headings"),
    (86, "semicolons", BANK.replace(b",", b";"), "no format"),
    (87, "a heading that is not known", cell(4, 8, "经办人"), "经办人"),
    (87, "a table of something else", as_csv([["学号", "姓名", "班级"], ["1", "甲", "一"]]), "no format"),
    (88, "cut in the middle of a row", WECHAT[: len(WECHAT) // 2 + 200], ""),
    (88, "cut between two rows", as_utf8(wechat(april())[:-1]), "its rows come to 4"),
    (89, "a wrong total", WECHAT.replace(b"328.01", b"328.02"), "328.02"),
    (89, "a wrong balance", cell(6, 4, "1.00"), "the balance is"),
    (96, "rows of two accounts", cell(6, 5, "6210000000000009"), "6210000000000009"),
    (97, "21 MB", lambda: WECHAT + b" " * 21 * 1024 * 1024, "20 MB"),
    (97, "201,000 rows", lambda: BANK + b"\n" * 201_000, "more than 200000 rows"),
    (13, "three decimals", cell(6, 2, "100.005"), "column"),
    (13, "a fraction of a fen in a workbook",
     as_xlsx([[*r[:2], 0.1 + 0.2, *r[3:]] if i == 6 else r for i, r in enumerate(RURAL)]),
     "row 7"),
    (1, "a row without an amount", cell(6, 2, ""), "no amount"),
    (18, "an amount in words", cell(6, 2, "一百元"), "row 7, column 收入金额"),
    (20, "another currency", cell(6, 6, "USD"), "not yuan"),
    (30, "30 February", cell(6, 0, "2026-02-30"), "no day"),
    (31, "a day that ends with its year", cell(6, 0, "10/04/2026"), "no day"),
    (38, "a serial number for a day", cell(6, 0, "46113"), "no day"),
    (8, "a number that Excel rounded", cell(6, 10, "1.0026E+17"), "rounded"),
    (77, "words for a direction that are not known",
     WECHAT.replace("支出,¥".encode(), "出,¥".encode()), "direction"),
]  # fmt: skip
CASES = [
    *(Case(kind, f"a bill: {what}", READ, says, files={"bill.csv": content})
      for kind, what, content, says in FILES),
    Case(80, "a bill: a locked archive", READ, "password", files={"bill.csv": locked}),
    Case(80, "a bill: a locked workbook", READ, "password", files={"bill.csv": encrypted}),
    Case(80, "a bill: an encrypted workbook", READ, "password", files={
        "bill.csv": b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le")}),
    Case(112, "a bill that is not there", "import none.csv", "cannot be read"),
    Case(112, "no bill", "import", "file"),
    Case(87, "a format that is none", "import bill.csv --as nobank", "no such format",
         files={"bill.csv": BANK}),
    Case(87, "a bill of another format", "import bill.csv --as wechat-personal", "",
         files={"bill.csv": BANK}),
    Case(120, "a taught format that is no TOML", READ, "TOML",
         files={"bill.csv": BANK, "bills/ours.toml": b"[[[["}),
    Case(120, "a taught format that says nothing", READ, "missing",
         files={"bill.csv": BANK, "bills/ours.toml": b""}),
    Case(120, "a taught format of a megabyte", READ, "100 kB",
         files={"bill.csv": BANK, "bills/ours.toml": b"#" * 1_000_000}),
    Case(110, "a short name that leads out of the folder",
         "import bill.csv --learn --set name=../x", "small letters", files={"bill.csv": BANK}),
    Case(110, "a short name that is taken", "import bill.csv --learn --set name=boc", "name",
         files={"bill.csv": BANK}),
    Case(114, "an answer to no question", "import bill.csv --learn --set colour=red", "colour",
         files={"bill.csv": BANK}),
    Case(114, "an answer without --learn", "import bill.csv --set date=日", "--learn",
         files={"bill.csv": BANK}),
    Case(114, "a heading that is none",
         "import bill.csv --learn --set name=ours --set title=甲 --set date=星期", "星期",
         files={"bill.csv": BANK}),
    Case(1, "a question that is not answered", "import bill.csv --learn --set name=ours", "title",
         files={"bill.csv": BANK}),
    Case(78, "a file to learn from that has no headings", "import bill.csv --learn", "headings",
         files={"bill.csv": b"1,2\n3,4\n"}),
]  # fmt: skip
