"""Names and texts that are not taken, and places where texts are typed."""

from __future__ import annotations

from errors.cases.case import Case, typed

INVISIBLE = "invisible or a control character"
FROM = ("donate", "5", "--source", "staff", "--show", "real", "--by", "bank", "--on", "2026-09-03",
        "--from", "{}")  # fmt: skip

REFUSED = [
    (41, "a sequence that clears the screen", "张\x1b[2J三", "U+001B"),
    (41, "a sequence that hides what follows", "张三\x1b[8m", "U+001B"),
    (41, "a sequence that moves the cursor up", "\x1b[1A李四", "U+001B"),
    (42, "a link of the terminal", "\x1b]8;;http://a.invalid\x07点我\x1b]8;;\x07", "U+001B"),
    (42, "a new title of the window", "\x1b]0;root\x07", "U+001B"),
    (42, "what is written into the clipboard", "\x1b]52;c;cm0gLXJm\x07", "U+001B"),
    (43, "the sequence of one byte, C1", "张\x9b2J三", "U+009B"),
    (43, "C1 of an operating system command", "\x9d0;x\x9c", "U+009D"),
    (43, "next line", "张\x85三", "U+0085"),
    (44, "a carriage return", "张三\r李四", "U+000D"),
    (44, "a line feed", "张三\n李四", "U+000A"),
    (44, "a tab", "张三\t李四", "U+0009"),
    (44, "a NUL", "张\x00三", "U+0000"),
    (44, "backspaces", "张三\x08\x08李四", "U+0008"),
    (44, "a bell", "\x07张三", "U+0007"),
    (44, "a form feed", "张三\x0c", "U+000C"),
    (44, "delete", "张\x7f三", "U+007F"),
    (45, "right-to-left override", "张\u202e三", "U+202E"),
    (45, "left-to-right isolate", "\u2066张三\u2069", "U+2066"),
    (45, "right-to-left mark", "张三\u200f", "U+200F"),
    (45, "Arabic letter mark", "张三\u061c", "U+061C"),
    (46, "a zero-width space", "张\u200b三", "U+200B"),
    (46, "a zero-width joiner", "张\u200d三", "U+200D"),
    (46, "a word joiner", "张\u2060三", "U+2060"),
    (46, "a soft hyphen", "张\u00ad三", "U+00AD"),
    (46, "a byte order mark inside", "张\ufeff三", "U+FEFF"),
    (46, "a combining grapheme joiner", "张\u034f三", "U+034F"),
    (46, "a variation selector", "张三\ufe0f", "U+FE0F"),
    (46, "an ideographic variation selector", "葛\U000e0100飾", "U+E0100"),
    (46, "a Mongolian vowel separator", "ᠠ\u180eᠠ", "U+180E"),
    (47, "half of a surrogate pair", "张\ud800三", "no text"),
    (47, "a byte that is no text", "张\udcff三", "no text"),
    (48, "private use", "张\ue000三", "U+E000"),
    (48, "private use beyond the first plane", "\U000f0000", "U+F0000"),
    (48, "a tag", "张\U000e0041三", "U+E0041"),
    (48, "a character that nobody assigned", "张\u0378三", "U+0378"),
    (48, "a noncharacter", "张\uffff三", "U+FFFF"),
    (49, "a Hangul filler", "\u3164", "U+3164"),
    (49, "a half-width Hangul filler", "\uffa0", "U+FFA0"),
    (49, "a Hangul choseong filler", "\u115f", "U+115F"),
    (49, "a blank of Braille", "\u2800", "U+2800"),
    (50, "a line separator", "张三\u2028李四", "U+2028"),
    (50, "a paragraph separator", "张三\u2029李四", "U+2029"),
    (51, "marks upon marks", "张" + "\u0300\u0301\u0302\u0303" * 9, "stacks marks"),
    (51, "a mark on nothing", "\u0301张三", "stacks marks"),
    (51, "enclosing marks", "a\u20dd\u20de\u20df", "stacks marks"),
    (52, "65 characters", "张" * 65, "65 characters"),
    (52, "100,000 characters", "张" * 100_000, "100000 characters"),
    (53, "spaces", "    ", "empty"),
    (53, "an ideographic space", "\u3000\u3000", "empty"),
    (53, "a no-break space", "\u00a0", "empty"),
    (53, "an en space", "\u2002", ""),
    (77, "a replacement character", "张\ufffd丰", "wrong encoding"),
    (77, "锟斤拷", "锟斤拷", "wrong encoding"),
    (77, "UTF-8 read as Latin-1", "张三丰".encode().decode("latin-1"), "张三丰"),
    (77, "UTF-8 read as GBK", "张三".encode().decode("gbk"), "张三"),
    (63, "a mobile number", "张三13812345678", "telephone or identity number"),
    (63, "a mobile number with spaces", "138 1234 5678", "telephone or identity number"),
    (63, "a mobile number in full-width digits", "１３８１２３４５６７８", "telephone"),
    (63, "an identity number", "110101199001011234", "telephone or identity number"),
    (63, "an identity number that ends in X", "11010119900101123X", "telephone"),
    (63, "an identity number with spaces", "110101 19900101 1234", "telephone"),
]  # fmt: skip

#: Every place where a text is typed; each is met with a text of every dangerous sort.
PLACES = [
    ("an alias", ("donate", "5", "--source", "staff", "--from", "甲", "--show", "alias",
                  "--by", "bank", "--alias", "{}")),
    ("a contact", (*FROM[:-2], "--from", "甲", "--contact", "{}")),
    ("a phrase", (*FROM[:-2], "--from", "甲", "--phrase", "{}")),
    ("a memo", ("interest", "1", "--by", "bank", "--memo", "{}")),
    ("a reason", ("void", "1", "--reason", "{}")),
    ("a guardian", ("grant", "5", "--case", "L1", "--by", "bank", "--guardian", "{}")),
    ("a pupil", ("agency-in", "5", "--from", "甲", "--show", "real", "--by", "bank",
                 "--pupil", "{}")),
    ("a payee", ("spend", "5", "--by", "bank", "--to", "{}")),
    ("a member of staff", ("advance", "5", "--by", "bank", "--to", "{}")),
    ("a title", ("restrict", "x1", "--programmes", "home", "--agreement", "A-1", "--title", "{}")),
    ("a fund's name", ("open", "aa", "--school", "乙", "--treasurer", "丙", "--name", "{}")),
    ("a school's name", ("open", "aa", "--name", "乙", "--treasurer", "丙", "--school", "{}")),
    ("a treasurer", ("open", "aa", "--name", "乙", "--school", "丙", "--treasurer", "{}")),
    ("a name to look for", ("donor", "{}")),
]  # fmt: skip
WORST = [
    (41, "an escape", "甲\x1b[2J", "U+001B"),
    (43, "a C1 control", "甲\x9b", "U+009B"),
    (45, "an override", "甲\u202e", "U+202E"),
    (46, "a zero-width space", "甲\u200b", "U+200B"),
    (52, "too much", "甲" * 201, "201 characters"),
]
#: Places where a code is typed, which stands in a line for ever.
CODES = [
    ("a reference", ("interest", "1", "--by", "bank", "--reference", "{}"), "public reference"),
    ("a case", ("grant", "5", "--guardian", "李", "--by", "bank", "--case", "{}"), "reference"),
    ("an agreement", ("restrict", "x1", "--title", "甲", "--programmes", "home", "--agreement",
                      "{}"), "public reference"),
    ("a consent", ("change-restriction", "--from", "general", "--to", "home", "--amount", "1",
                   "--consent", "{}"), "public reference"),
    ("a restriction's code", ("restrict", "--title", "甲", "--programmes", "home", "--agreement",
                              "A-1", "--", "{}"), "restriction's code"),
    ("an officer", ("--officer", "{}", "interest", "1", "--by", "bank"), "officer is named"),
]  # fmt: skip
BAD_CODES = [
    (27, "a formula", "=1+1"),
    (44, "a line feed", "A-1\n"),
    (45, "an override", "A\u202e1"),
    (55, "Chinese", "协议一"),
    (60, "a quotation mark", "A'1"),
    (52, "129 characters", "A" * 129),
    (99, "what a spreadsheet computes", "-1-1"),
    (21, "Arabic digits", "٤"),
]
UNDRAWABLE = [
    (62, "Tibetan", "བོད་", "U+0F0B"),
    (62, "Yi", "ꆈꌠ", "U+A188"),
    (62, "Mongolian", "ᠮᠣᠩ", "U+1823"),
    (62, "an ideograph of extension H", "\U00031350", "U+31350"),
    (62, "a smiling face", "爱心\U0001f600", "U+1F600"),
]


def _joined(line: tuple[str, ...]) -> tuple[str, ...]:
    """The line with its option and value as one word, so that a value may begin with a hyphen."""
    place = line.index("{}")
    if not line[place - 1].startswith("--") or line[place - 1] == "--":
        return line
    return (*line[: place - 1], line[place - 1] + "={}", *line[place + 1 :])


CASES: list[Case] = [
    *(
        Case(kind, what, tuple(w.replace("{}", text) for w in FROM), says,
             code="usage" if kind == 47 else "bad-input")
        for kind, what, text, says in REFUSED
    ),
    *(
        case
        for where, line in PLACES
        for case in typed(line, [(k, f"{w} in {where}", t, s) for k, w, t, s in WORST])
    ),
    *(
        case
        for where, line, says in CODES
        for case in typed(_joined(line), [(k, f"{w} in {where}", t, says) for k, w, t in BAD_CODES])
    ),
    *typed(("open", "aa", "--school", "乙", "--treasurer", "丙", "--name", "{}"),
           [(k, f"{w} in a fund's name", t, s) for k, w, t, s in UNDRAWABLE]),
    *typed(("restrict", "x1", "--programmes", "home", "--agreement", "A-1", "--title", "{}"),
           [(k, f"{w} in a title", t, s) for k, w, t, s in UNDRAWABLE]),
]  # fmt: skip
