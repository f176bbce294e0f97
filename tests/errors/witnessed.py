"""Statements that a witness refuses to sign, and letters that the treasurer cannot take in."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from unittest import mock

from errors.school import TODAY, School
from lovefund.actions.bundle import fund_key
from lovefund.actions.publish import publish
from lovefund.actions.workspace import Workspace
from lovefund.core.days import parse_period
from lovefund.log import notes
from lovefund.store.engine import Database

_EARLY, _LATE = "2026-09-01..2026-09-10", "2026-09-11..2026-09-30"
#: The names of their folders, after the number.
EARLY, LATE = _EARLY.replace("..", "_"), _LATE.replace("..", "_")


def put_out(
    school: School,
    period: str,
    books: str = "fund.db",
    into: str = "published",
    today: str = TODAY,
) -> None:
    """A statement without its faces; its folder begins with its number."""
    settings = {"LOVEFUND_HOME": str(school.folder / "home"), "LOVEFUND_TODAY": today}
    with mock.patch.dict(os.environ, settings):
        ws = Workspace(Database(str(school.folder / books)))
        publish(ws, parse_period(period), school.folder / into, languages=())


def key_of(school: School) -> str:
    with mock.patch.dict(os.environ, {"LOVEFUND_HOME": str(school.folder / "home")}):
        ws = Workspace(Database(str(school.folder / "fund.db")))
        with ws.reading() as books:
            return fund_key(books)


def witness(school: School) -> None:
    school.live("witness init --name parents-committee")


def published(school: School) -> None:
    """A witness who has signed nothing, and the statement of August."""
    witness(school)
    put_out(school, "2026-08")


def august(school: School) -> None:
    """August is published and signed."""
    published(school)
    school.live(f"witness sign published/shiqiao/0001-2026-08 --key {key_of(school)}")


def changed(school: School) -> None:
    """Early September is published, and a number in it changed."""
    september(school)
    path = school.folder / f"published/shiqiao/0002-{EARLY}/statement.json"
    path.write_bytes(path.read_bytes().replace(b"5000", b"5001"))


def another_key(school: School) -> None:
    """A fund of the same name, published under a key of its own."""
    august(school)
    other = School(school.folder / "other")
    other.live("open shiqiao --name 甲 --school 乙 --treasurer 丙 --on 2026-08-01 --practice")
    put_out(other, "2026-08")


def _gone_apart(school: School) -> None:
    """A copy of the books from the end of August; early September of the books is signed."""
    august(school)
    shutil.copy(school.folder / "fund.db", school.folder / "copy.db")
    school.live("interest 2 --by bank --on 2026-09-09")
    put_out(school, _EARLY)
    school.live(f"witness sign published/shiqiao/0002-{EARLY}")


def split(school: School) -> None:
    _gone_apart(school)
    school.live("--db copy.db interest 1 --by bank --on 2026-09-09")
    put_out(school, _EARLY, "copy.db", "elsewhere")


def rewritten(school: School) -> None:
    split(school)
    put_out(school, _LATE, "copy.db", "elsewhere")


def cut_off(school: School) -> None:
    """Late September of the copy comes right after August, with less than was shown."""
    august(school)
    shutil.copy(school.folder / "fund.db", school.folder / "copy.db")
    for _time in range(3):
        school.live("interest 2 --by bank --on 2026-09-09")
    put_out(school, _EARLY)
    school.live(f"witness sign published/shiqiao/0002-{EARLY}")
    put_out(school, _EARLY, "copy.db", "elsewhere")
    put_out(school, _LATE, "copy.db", "elsewhere")


def newest_signed(school: School) -> None:
    """The witness began with the newest statement."""
    published(school)
    put_out(school, _EARLY)
    school.live(f"witness sign published/shiqiao/0002-{EARLY} --key {key_of(school)}")


def september(school: School) -> None:
    """August is signed, and early September published."""
    august(school)
    put_out(school, _EARLY)


def skipped(school: School) -> None:
    """November rests on October, which he has not seen."""
    august(school)
    school.live("interest 2 --by bank --on 2026-10-20")
    put_out(school, "2026-10", today="2026-11-02")
    put_out(school, "2026-11", today="2026-12-02")


def letter(school: School) -> None:
    """A letter of a witness whose key the treasurer has not got."""
    august(school)
    shutil.move(school.folder / "cosigned-shiqiao-0001-parents-committee.txt", _letter(school))


def another_history(school: School) -> None:
    """A letter to a checkpoint that these books never had."""
    letter(school)
    body = "lovefund/shiqiao\n17\n" + "A" * 43 + "=\n"
    signed = notes.cosignature(body, "parents-committee", bytes(32), 1_790_000_000)
    _letter(school).write_text(f"{body}\n{signed}", "utf-8")


def wrong_signature(school: School) -> None:
    """A letter whose time was changed on its way."""
    letter(school)
    body, found = notes.read_note(_letter(school).read_text("utf-8"))
    seed = bytes(32)
    ours = notes.cosignature(body, "parents-committee", seed, 1_790_000_000)
    raw = bytearray(ours.raw)
    raw[11] ^= 1
    text = f"{body}\n{found[0]}{notes.Signature(ours.name, bytes(raw))}"
    _letter(school).write_text(text, "utf-8")


def second_key(school: School) -> None:
    """The witness of the books has made himself a new key."""
    august(school)
    path = school.folder / "cosigned-shiqiao-0001-parents-committee.txt"
    body, found = notes.read_note(path.read_text("utf-8"))
    ours = notes.cosignature(body, "parents-committee", bytes(32), 1_790_000_000)
    _letter(school).write_text(f"{body}\n{found[0]}{ours}", "utf-8")
    school.live(f"witness add letter.txt --key {KEY}")


def _letter(school: School) -> Path:
    return school.folder / "letter.txt"


def _key(seed: bytes) -> str:
    return notes.verifier_key("parents-committee", notes.WITNESS_KEY, notes.public_key(seed))


KEY, OTHER_KEY = _key(bytes(32)), _key(bytes([1]) * 32)
