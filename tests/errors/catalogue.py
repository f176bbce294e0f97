"""The catalogue of bad input: every kind of it that we know, and which cannot reach us yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Test = TypeVar("Test", bound=Callable[..., Any])

#: Kinds 1 to 126, by what is wrong.
KINDS = {
    1: "an empty amount", 2: "an amount of spaces", 3: "zero", 4: "a negative amount",
    5: "a minus sign of mathematics", 6: "an amount in brackets", 7: "a plus sign",
    8: "an exponent", 9: "an underscore", 10: "NaN and infinity", 11: "other bases",
    12: "a bare decimal point", 13: "a third decimal", 14: "two decimal points",
    15: "misplaced commas", 16: "the German way", 17: "spaces inside", 18: "Chinese numerals",
    19: "a digit and a Chinese unit", 20: "other currencies", 21: "digits of other scripts",
    22: "circled digits and fractions", 23: "invisible characters in an amount",
    24: "thousands of digits", 25: "over the limit", 26: "leading zeros and look-alikes",
    27: "formulas", 28: "numbers of other types", 29: "days that are not in the calendar",
    30: "months that are not", 31: "other ways to write a day", 32: "other ways of ISO 8601",
    33: "days in words", 34: "days in other digits", 35: "the future", 36: "before the fund",
    37: "a time or a time zone", 38: "serial numbers", 39: "blanks around a day",
    40: "a closed period", 41: "escape sequences", 42: "commands to the operating system",
    43: "C1 controls", 44: "C0 controls", 45: "directions of writing", 46: "invisible characters",
    47: "lone surrogates", 48: "private use and unassigned", 49: "fillers",
    50: "separators of lines", 51: "stacked marks", 52: "too long", 53: "blank names",
    54: "decomposed characters", 55: "rare characters", 56: "names with a middle dot",
    57: "markup of the terminal's library", 58: "links of the terminal's library", 59: "HTML",
    60: "SQL", 61: "formats", 62: "no glyph", 63: "numbers of people", 64: "output closed",
    65: "output full", 66: "pipe closed", 67: "a GBK console", 68: "an ASCII console",
    69: "arguments that are no text", 70: "Ctrl-C", 71: "nobody to ask", 72: "the clock",
    73: "two windows", 74: "encodings", 75: "UTF-16 without a mark", 76: "Big5", 77: "mojibake",
    78: "empty", 79: "NULs", 80: "another type of file", 81: "zip bombs", 82: "entities",
    83: "unclosed quotation marks", 84: "huge cells", 85: "ragged rows", 86: "semicolons",
    87: "unknown headings", 88: "cut off", 89: "wrong totals", 90: "the same file twice",
    91: "overlapping periods", 92: "two equal gifts", 93: "one id, two amounts",
    94: "refunds in a bill", 95: "padded cells of a bill", 96: "another account's bill",
    97: "too large", 98: "a crash in mid-import", 99: "formulas in exports",
    100: "formulas in workbooks", 101: "control characters in workbooks",
    102: "pictures and files in PDF", 103: "attachments in PDF", 104: "addresses in PDF",
    105: "styles in PDF", 106: "layout bombs", 107: "links in PDF", 108: "text in QR codes",
    109: "text in metadata", 110: "names that are paths", 111: "outputs that exist",
    112: "folders that do not", 113: "links", 114: "unknown names and numbers",
    115: "to void twice", 116: "to void a void", 117: "one's own request",
    118: "a request that changed", 119: "a role that is not held", 120: "hostile TOML",
    121: "YAML", 122: "a newer configuration", 123: "a newer database", 124: "a wrong passphrase",
    125: "keys that others may read", 126: "shared folders",
}  # fmt: skip

#: Kinds that need a feature which this release does not have.
NOT_YET = {
    93: "a bill is looked at and its rows are not kept: no number is seen twice",
    117: "no requests and approvals yet",
    118: "no requests and approvals yet",
    119: "no roles yet",
    121: "no YAML is read anywhere",
    122: "no configuration file is read: options and settings of the environment only",
    124: "keys have no passphrase yet",
}

COVERED: dict[int, list[str]] = {}


def covers(*kinds: int) -> Callable[[Test], Test]:
    """Marks a test as one for these kinds, where no row of a table is."""

    def mark(test: Test) -> Test:
        for kind in kinds:
            COVERED.setdefault(kind, []).append(test.__name__)
        return test

    return mark
