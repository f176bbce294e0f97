"""Paths, names, numbers and settings that are not taken."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from errors.cases.case import Case, typed
from lovefund.errors import Exit

SHORT_NAMES = [
    "../x", "/etc/passwd", "a\\b", "C:\\x", "con", "nul", "aux", "prn", "com1", "lpt9", "aa.",
    "-rf", "a", "a" * 41, "a" * 300, "\u202eaa", "aa bb", "AA", "石桥", "aa/../bb", "aa%2fbb",
    "~root", "$HOME", "`id`", "aa;ls", "aa\n", "a\x00b", "1aa", "..", ".", "",
]  # fmt: skip


def _book(folder: Path) -> Iterator[None]:
    (folder / "there.pdf").write_bytes(b"an older print")
    (folder / "fund-copy.db").write_bytes(b"SQLite format 3\x00" + b"\x00" * 84)
    (folder / "link.pdf").symlink_to(folder / "home" / "elsewhere.pdf")
    (folder / "elsewhere").mkdir()
    (folder / "linked").mkdir()
    (folder / "linked" / "shiqiao").symlink_to(folder / "elsewhere")
    (folder / "blocked").mkdir()
    (folder / "blocked" / "shiqiao").write_bytes(b"a file where a folder belongs")
    yield
    for name in ("there.pdf", "fund-copy.db", "link.pdf", "linked/shiqiao", "blocked/shiqiao"):
        (folder / name).unlink()
    for name in ("linked", "blocked", "elsewhere"):
        (folder / name).rmdir()


def _published(folder: Path) -> Iterator[None]:
    there = folder / "published" / "shiqiao" / "0001-2026-08"
    there.mkdir(parents=True)
    (there / "statement.json").write_bytes(b"{}")
    yield
    (there / "statement.json").unlink()
    for place in (there, *list(there.parents)[:2]):
        place.rmdir()


def _newer(folder: Path) -> Iterator[None]:
    with closing(sqlite3.connect(folder / "newer.db")) as books:
        books.execute("PRAGMA application_id = 1")
        books.execute("CREATE TABLE t (x)")
        (wanted,) = sqlite3.connect(folder / "fund.db").execute("PRAGMA application_id").fetchone()
        books.execute(f"PRAGMA application_id = {wanted}")
        books.execute("PRAGMA user_version = 999")
        books.commit()
    yield
    (folder / "newer.db").unlink()


def _open_key(folder: Path) -> Iterator[None]:
    keys = list((folder / "home" / "keys").iterdir())
    for key in keys:
        key.chmod(0o644)
    yield
    for key in keys:
        key.chmod(0o600)


def _lost_key(folder: Path) -> Iterator[None]:
    keys = folder / "home" / "keys"
    keys.rename(folder / "home" / "keys-away")
    yield
    (folder / "home" / "keys-away").rename(keys)


def _broken_key(folder: Path) -> Iterator[None]:
    (key,) = (folder / "home" / "keys").iterdir()
    content = key.read_bytes()
    key.write_bytes(content[:20])
    yield
    key.write_bytes(content)


def _circle(folder: Path) -> Iterator[None]:
    (folder / "circle").symlink_to(folder / "circle")
    yield
    (folder / "circle").unlink()


def _pipe(folder: Path) -> Iterator[None]:
    os.mkfifo(folder / "pipe")
    yield
    (folder / "pipe").unlink()


def _big(folder: Path) -> Iterator[None]:
    with (folder / "big.jpg").open("wb") as file:
        file.truncate(51 * 1024 * 1024)
    yield
    (folder / "big.jpg").unlink()


REFUSED = Exit.REFUSED
STORAGE = Exit.STORAGE
OPEN = ("open", "--name", "甲", "--school", "乙", "--treasurer", "丙", "--", "{}")
RESTRICT = ("restrict", "--title", "甲", "--programmes", "home", "--agreement", "A-1", "--")
VOUCHERS = ("vouchers", "2026-09", "--out", "{}")
DEEP = "[" * 100_000

CASES: list[Case] = [
    *typed(OPEN, [(110, f"a fund called {n[:12]!r}, {len(n)}", n, "") for n in SHORT_NAMES]),
    *(
        Case(110, f"a restriction called {name[:12]!r}",
             (*RESTRICT, name), "restriction's code")
        for name in ("../x", "/etc", "a\\b", "-rf", "a.b", "a" * 41, "\u202ea", "a b", "之家")
    ),
    *(
        Case(110, f"a transfer to a fund called {name!r}",
             ("transfer", "5", "--by", "bank", "--to", name), "choices")
        for name in ("../x", "石桥", "nul.")
    ),
    Case(110, "papers of a name with a line feed",
         ("interest", "1", "--by", "bank", "--evidence", "a\x1b.jpg"), "U+001B",
         files={"a\x1b.jpg": b"x"}),
    Case(110, "papers of a name with an override",
         ("interest", "1", "--by", "bank", "--evidence", "a\u202egpj.exe"), "U+202E",
         files={"a\u202egpj.exe": b"x"}),
    Case(111, "an output that is there", tuple(w.format("there.pdf") for w in VOUCHERS),
         "exists already", arrange=_book),
    Case(111, "an output over the books", tuple(w.format("fund-copy.db") for w in VOUCHERS),
         "file of books", arrange=_book),
    Case(111, "an output over the books, forced",
         (*(w.format("fund-copy.db") for w in VOUCHERS), "--force"), "file of books",
         arrange=_book),
    Case(111, "an export over the books", "export csv --out fund.db --force", "file of books"),
    Case(111, "receipts over an older print", "receipt 2026-000001 --out there.pdf",
         "exists already", arrange=_book),
    Case(111, "journals over an older print", "journals 2026-09 --out there.pdf",
         "exists already", arrange=_book),
    Case(111, "a template over an older list", "donations --template there.pdf",
         "exists already", arrange=_book),
    Case(111, "a template of grants over an older list", "grants --template there.pdf",
         "exists already", arrange=_book),
    Case(111, "a statement of this number that is there", "publish 2026-08",
         "another statement", arrange=_published),
    Case(112, "an output into a folder that is not there",
         tuple(w.format("nowhere/x.pdf") for w in VOUCHERS), "no folder nowhere"),
    Case(112, "an export into a folder that is not there", "export csv --out nowhere/x.csv",
         "no folder nowhere"),
    Case(112, "a template into a folder that is not there", "grants --template nowhere/x.xlsx",
         "no folder nowhere"),
    Case(112, "an output that is a folder", tuple(w.format("home") for w in VOUCHERS),
         "it is a folder"),
    Case(113, "an output through a link", tuple(w.format("link.pdf") for w in VOUCHERS),
         "link to another place", arrange=_book),
    Case(113, "a statement through a link", "publish 2026-08 --out linked",
         "link to another place", arrange=_book),
    Case(113, "a statement where a file is", "publish 2026-08 --out blocked", "no folder",
         arrange=_book),
    Case(113, "papers in a circle of links", "interest 1 --by bank --evidence circle",
         "cannot be read", arrange=_circle),
    Case(113, "papers from a pipe", "interest 1 --by bank --evidence pipe", "cannot be read",
         arrange=_pipe),
    Case(113, "papers from a device", "interest 1 --by bank --evidence /dev/zero",
         "cannot be read"),
    Case(113, "papers that are a folder", "interest 1 --by bank --evidence home",
         "cannot be read"),
    Case(112, "papers that are not there", "interest 1 --by bank --evidence nowhere.jpg",
         "cannot be read"),
    Case(78, "papers that are empty", "interest 1 --by bank --evidence e.jpg", "empty or larger",
         files={"e.jpg": b""}),
    Case(97, "papers of 51 MB", "interest 1 --by bank --evidence big.jpg", "empty or larger",
         arrange=_big),
    Case(114, "an entry that is not there", "show 99", "no entry 99", REFUSED, "no-such-entry"),
    Case(114, "a voucher that is not there", "show 记-2026-0099", "called so"),
    Case(114, "a receipt that is not there", "receipt 2026-000099 --out x.pdf", "2026-000099",
         REFUSED, "no-such-receipt"),
    Case(114, "a receipt of 20 digits", "receipt 2026-99999999999999999999 --out x.pdf",
         "no receipt number"),
    Case(114, "a receipt of Arabic digits", "receipt ٢٠٢٦-١ --out x.pdf", "no receipt number"),
    Case(114, "an entry of 20 digits", "show 99999999999999999999", "called so"),
    Case(114, "an entry of superscripts", "show ²", "called so"),
    Case(114, "a fund that is not there", "--fund shiqao balance", "shiqiao", STORAGE, "storage"),
    Case(114, "a place that is not there", "interest 1 --by bnak", "bank"),
    Case(114, "a donor that is none", "donate 5 --source stuff --from 甲 --show real --by bank",
         "staff"),
    Case(114, "a purpose that is none", "interest 1 --by bank --for hme", "home"),
    Case(114, "a programme that is none", "spend 1 --by bank --programme hoem", "home"),
    Case(114, "goods that are none", "buy-goods --by bank --goods 'boks 1 1'", "books"),
    Case(114, "a choice of number 0", "interest 1 --by 0", "choices"),
    Case(114, "a choice of 5,000 digits", ("interest", "1", "--by", "9" * 5000), "choices"),
    Case(114, "an answer that waits and is none", "resume 7", "nothing waits"),
    Case(114, "an answer that waits, in superscript", "resume ²", "nothing waits"),
    Case(114, "a command that is none", "donat 5", "donate", code="usage"),
    Case(114, "an option that is none", "donate --form 甲", "--from", code="usage"),
    Case(114, "an export that is none", "export excel", "hledger"),
    Case(114, "one argument too many", "interest 1 2 --by bank", "2", code="usage"),
    Case(114, "an option without its value", "interest 1 --by", "--by", code="usage"),
    Case(114, "an option of the program without its value", "--db", "--db", code="usage"),
    Case(115, "to void twice", "void 3 --reason 重复", "voided by entry 4", REFUSED,
         "void-already"),
    Case(115, "to correct what is void", "correct 3 --amount 1 --reason 重复", "voided", REFUSED,
         "void-already"),
    Case(116, "to void a void", "void 4 --reason 重复", "cannot be corrected", REFUSED,
         "not-mendable"),
    Case(116, "to correct a void", "correct 4 --amount 1 --reason 重复", "cannot be corrected",
         REFUSED, "not-mendable"),
    Case(120, "texts of a school, nested without end", "vouchers 2026-09 --out x.pdf",
         "own look", STORAGE, "storage", env={"LOVEFUND_STATEMENTS": "look"},
         files={"look/texts/zh.toml": f"a={DEEP}".encode(),
                "look/texts/en.toml": f"a={DEEP}".encode()}),
    Case(120, "texts of a school, a number of 10,000 digits", "vouchers 2026-09 --out x.pdf",
         "own look", STORAGE, "storage", env={"LOVEFUND_STATEMENTS": "look"},
         files={"look/texts/zh.toml": b"a=" + b"9" * 10_000,
                "look/texts/en.toml": b"a=" + b"9" * 10_000}),
    Case(120, "texts of a school that are no TOML", "vouchers 2026-09 --out x.pdf",
         "own look", STORAGE, "storage", env={"LOVEFUND_STATEMENTS": "look"},
         files={"look/texts/zh.toml": b"\xff\xfe", "look/texts/en.toml": b"[a"}),
    Case(120, "texts of a school with a number for a text", "vouchers 2026-09 --out x.pdf",
         "own look", STORAGE, "storage", env={"LOVEFUND_STATEMENTS": "look"},
         files={"look/texts/zh.toml": b"[vouchers]\ntitle=1", "look/texts/en.toml":
                b"[vouchers]\ntitle=1"}),
    *(
        Case(120, f"a template of a school that {what}", "vouchers 2026-09 --out x.pdf",
             "own look", STORAGE, "storage", env={"LOVEFUND_STATEMENTS": "look"},
             files={"look/templates/vouchers.html": template.encode()})
        for what, template in (
            ("does not end", "{% for x in y %}"),
            ("asks for what is not there", "{{ nothing }}"),
            ("looks into Python", "{{ ''.__class__.__mro__[1].__subclasses__() }}"),
            ("counts without end", "{% for x in range(10 ** 12) %}{% endfor %}"),
            ("divides by zero", "{{ 1 // 0 }}"),
            ("includes itself", "{% include 'vouchers.html' %}"),
        )
    ),
    Case(120, "a font of a school that is none", "vouchers 2026-09 --out x.pdf", "own look",
         STORAGE, "storage", env={"LOVEFUND_STATEMENTS": "look"},
         files={"look/fonts/SourceSans3-Regular.ttf": b"not a font"}),
    Case(123, "books of a newer lovefund", "--db newer.db balance", "newer lovefund", STORAGE,
         "storage", arrange=_newer),
    Case(123, "to write to books of a newer lovefund", "--db newer.db interest 1 --by bank",
         "newer lovefund", STORAGE, "storage", arrange=_newer),
    Case(125, "a key that others may read", "show 1 --private", "chmod 600", STORAGE, "storage",
         arrange=_open_key),
    Case(125, "to write with a key that others may read", "interest 1 --by bank", "chmod 600",
         STORAGE, "storage", arrange=_open_key),
    Case(125, "a key that is lost", "donate 1 --source staff --from 甲 --show real --by bank "
         "--on 2026-09-03", "keys restore", Exit.MACHINE, "machine-lacks", arrange=_lost_key),
    Case(125, "a key that is damaged", "show 1 --private", "key file", STORAGE, "storage",
         arrange=_broken_key),
    Case(112, "no books", "--db nowhere.db balance", "lovefund open", STORAGE, "storage"),
    Case(112, "books that are a folder", "--db home balance", "a folder", STORAGE, "storage"),
    Case(112, "books below a file", "--db fund.db/x balance", "", STORAGE, "storage"),
    Case(112, "books of 300 letters", ("--db", "a" * 300, "balance"), "too long", STORAGE, "file"),
    Case(112, "books in a circle of links", "--db circle balance", "", STORAGE, "storage",
         arrange=_circle),
    Case(80, "books that are text", "--db t.db balance", "not a file of lovefund", STORAGE,
         "storage", files={"t.db": b"no books " * 1000}),
    Case(78, "books that are empty", "--db t.db balance", "not a file of lovefund", STORAGE,
         "storage", files={"t.db": b""}),
    Case(110, "an address of a server that is none", "--db postgresql://[x balance",
         "does not answer", STORAGE, "storage"),
    Case(110, "a port that is none", "--db postgresql://h:port/x balance", "no address",
         STORAGE, "storage"),
    Case(114, "a server that is not there",
         "--db postgresql://u@127.0.0.1:1/x?connect_timeout=1 balance", "does not answer",
         STORAGE, "storage"),
    Case(78, "a checkpoint that is not there", "check --against nowhere.txt", "neither"),
    Case(24, "a checkpoint of 5,000 digits", ("check", "--against", "9" * 5000), "neither"),
    Case(80, "a checkpoint that is none", "check --against c.txt", "neither",
         files={"c.txt": b"\xff\x00" * 99}),
    Case(97, "a checkpoint without end", "check --against /dev/zero", "neither"),
    Case(78, "an empty sheet of keys", "keys restore", "lines are missing", stdin=b""),
    Case(80, "a sheet of keys that is none", "keys restore", "does not agree",
         stdin=b"\xff\xfe\x00 ABCD\n"),
    Case(97, "a sheet of keys without end", "keys restore --file /dev/zero", "too long"),
    Case(112, "a sheet of keys that is not there", "keys restore --file nowhere.txt",
         "it is not there", STORAGE, "file"),
]  # fmt: skip
