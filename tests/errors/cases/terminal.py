"""What reaches the program from a terminal, a pipe or a script and is not taken."""

from __future__ import annotations

from errors.cases.case import Case
from lovefund.errors import Exit

CASES: list[Case] = [
    *(
        Case(69, f"bytes that are no text in {where}", line, "no text", code="usage")
        for where, line in (
            ("a name", ("donate", "5", "--from", "\udce5\udcbc")),
            ("a command", ("\udcff",)),
            ("a path", ("--db", "\udcff.db", "balance")),
            ("an option", ("donate", "--\udcff")),
            ("a language", ("--lang", "\udcff", "balance")),
            ("a number", ("show", "1\udc80")),
        )
    ),
    Case(71, "nobody to ask for an amount", "donate", "it is missing"),
    Case(71, "nobody to ask for a reason", "void 1", "--reason"),
    Case(71, "nobody to ask how to show a donor",
         "donate 5 --source staff --from 甲 --by bank --on 2026-09-03", "--show"),
    Case(71, "nobody to ask which receipts", "receipts", "say which receipts"),
    Case(71, "an argument that is missing", "show", "it is missing"),
    Case(71, "nobody to say whether the clock is right", "interest 1 --by bank",
         "--date-is-right", Exit.REFUSED, "clock-ahead", env={"LOVEFUND_TODAY": "2027-10-20"}),
]  # fmt: skip
