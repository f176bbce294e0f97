"""The commands that are struck, and what must be true after one was: the campaigns' sessions."""

from __future__ import annotations

import json
from dataclasses import dataclass

from lovefund.errors import LovefundError
from torture.school import OPEN, Read, School, bill_file, gift, gifts_file

ROWS = 8


@dataclass(frozen=True)
class Command:
    """A command of the program, and how many entries it books."""

    name: str
    entries: int

    def words(self, school: School) -> tuple[str, ...]:
        """The command line, for that school."""
        return {
            "open": OPEN,
            "donate": gift("86.50", "王五"),
            "donations": ("donations", str(school.folder / "gifts.csv"), "--json"),
            "accept": ("inbox", "accept", "--all", "--json"),
            "publish": ("publish", "2026-01", "--out", str(school.published), "--json"),
            "balance": ("balance", "--json"),
            "check": ("check", "--json"),
        }[self.name]

    def prepare(self, school: School) -> None:
        """What has to be there before the command is run."""
        if self.name == "donations":
            gifts_file(school.folder / "gifts.csv", ROWS, "乙")
        if self.name == "accept":
            said = school.run("import", str(bill_file(school.folder / "bill.csv", ROWS)), "--json")
            assert said.code == 0, said.err

    def finish(self, school: School) -> list[str]:
        """Do it again as a treasurer would; what is wrong if it is not booked once then."""
        if self.name == "donate":
            waiting = json.loads(school.run("resume", "--json").out)
            said = [school.run("resume", "1", "--json") for _answer in waiting]
        else:
            said = [school.run(*self.words(school))]
        return [f"{self.name} again: {s.code}, {s.err.strip()}" for s in said if s.code]


OPENING = Command("open", 1)
GIFT = Command("donate", 1)
FILE = Command("donations", ROWS)
ACCEPTING = Command("accept", ROWS)
STATEMENT = Command("publish", 1)
BALANCE = Command("balance", 0)
CHECK = Command("check", 0)


def aftermath(school: School, command: Command, before: Read | None, *, kept: bool) -> list[str]:
    """Every harm that a blow to a command did; the command is finished on the way.

    ``kept`` says that the answers of a gift were written down before the blow.
    """
    if command == OPENING and not school.database.exists():
        found = command.finish(school)
        return found + school.wrong(school.read())
    try:
        read = school.read()
    except LovefundError as error:
        if command != OPENING:
            return [f"the books do not open: {error}"]
        found = command.finish(school)  # the tables are there, the fund is not
        return found + school.wrong(school.read())
    found = school.wrong(read)
    size = len(before.leaves) if before else 0
    if before and read.leaves[:size] != before.leaves:
        found.append(f"of {size} entries before, not all are there")
    booked = len(read.leaves) - size
    if booked not in (0, command.entries):
        found.append(f"{booked} of {command.entries} entries are booked")
    waiting = list(school.kept.glob("*.json")) if command == GIFT else []
    if kept and not booked and not waiting:
        found.append("the answers are neither kept nor booked")
    if command == OPENING or (command == STATEMENT and booked):
        return found
    found += command.finish(school)
    again = school.read()
    total = len(again.leaves) - size
    if total != command.entries and (total or waiting or command != GIFT):
        found.append(f"{total} entries after doing it again, not {command.entries}")
    return found + school.wrong(again)
