#!/usr/bin/env python3
"""Checks a published statement of a love fund, with Python's standard library alone.

    python verify.py [FOLDER] [--fund NAME] [--key KEY]... [--fingerprint DIGITS or FILE]
                     [--receipt CODE [--name NAME] [--phrase PHRASE]] [--lang zh|en]

It recomputes everything from entries.jsonl and says what it checked and what it could not. Exit
code 0: nothing is wrong; 1: something is; 2: it could not be checked. Python 3.8 or later.
Its sentences stand at the end of this file.
"""

import argparse
import base64
import datetime
import hashlib
import json
import os
import re
import sys
import unicodedata

LINE_KEYS = ["at", "by", "facts", "fund", "kind", "no", "on", "postings", "sealed", "v"]
STATEMENT_KEYS = ["balances", "base", "figures", "first", "from", "fund", "number", "to", "v"]
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LANGUAGE = {"zh": 0, "en": 1}
language = "zh"


class Wrong(Exception):
    """Something does not hold."""


class Unknown(Exception):
    """Something cannot be checked with what is here."""


def t(slug, *values):
    """A sentence in the reader's language."""
    return SENTENCES[slug][LANGUAGE[language]].format(*values)


def need(holds, slug, *values):
    if not holds:
        raise Wrong(t(slug, *values))


# -- lines (section 1 of the log format): canonical JSON, known to the byte ---------------------

# All that the text may consist of: keys, strings, whole numbers up to 9e15, and what holds them.
TOKEN = re.compile(
    r'"[a-z][a-z0-9_]{0,31}":|"[A-Za-z0-9._/-]{0,128}"'
    r"|-?(?:0|[1-8][0-9]{0,15}|9[0-9]{0,14}|90{15})(?![0-9])|[][{},]"
)
BRACKETS = re.compile(r"[][{}]").findall
FUND = re.compile(r"[a-z][a-z0-9-]{1,39}").fullmatch
KIND = re.compile(r"[a-z][a-z-]{1,31}").fullmatch
OFFICER = re.compile(r"[A-Z0-9-]{1,16}").fullmatch
ACCOUNT = re.compile(r"[0-9]{4,12}").fullmatch
RESTRICTION = re.compile(r"[a-z0-9-]{1,40}").fullmatch
DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}").fullmatch
HASH = re.compile(r"[0-9a-f]{64}").fullmatch
NONCE = re.compile(r"[0-9a-f]{24}").fullmatch
# What no text may hold (section 2): it could move the cursor, or turn the order of reading round.
UNSHOWABLE = re.compile(
    "[\0-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff\ud800-\udfff]"
).search
NUMBERS = 1 << 24  # a fund's numbers end before it
known_days = {"2000-01-01"}
known_codes = {()}  # kinds, officers and (debit, credit, restriction) that were found sound


def sound(holds, what):
    if not holds:
        raise ValueError(what)


def is_row(value, *types):
    """Whether this is a list of values of exactly these types."""
    return type(value) is list and [type(x) for x in value] == list(types)


def code(text, form, what):
    sound(type(text) is str, what)
    if (what, text) not in known_codes:
        sound(form(text), what)
        known_codes.add((what, text))


def day(text):
    sound(type(text) is str, "a day is malformed")
    if text not in known_days:
        sound(DAY(text), "a day is malformed")
        datetime.date(int(text[:4]), int(text[5:7]), int(text[8:]))
        known_days.add(text)
    return text


def day_before(text):
    start = datetime.date(*map(int, text.split("-")))
    return (start - datetime.timedelta(1)).isoformat()


encode = json.JSONEncoder(separators=(",", ":"), sort_keys=True).encode


def read(data, limit=1 << 20):
    """The value of canonical bytes; ValueError for anything else."""
    sound(len(data) <= limit, "too long")
    text, depth = data.decode("ascii"), 0
    sound(not TOKEN.sub("", text), "a key, a string or a number holds other characters")
    if text.count("[") + text.count("{") > 6:  # most lines have no more, and so no deeper ones
        for bracket in BRACKETS(text):
            depth += 1 if bracket in "[{" else -1
            sound(depth <= 6, "too deep")
    value = json.loads(text)
    sound(encode(value) == text, "keys not sorted and single, or not canonical")
    return value


def read_line(data, fund, no):
    """One entry; ValueError says what is wrong with it."""
    e = read(data)
    sound(type(e) is dict and list(e) == LINE_KEYS and type(e["v"]) is int, "not a line")
    sound(e["v"] == 1 and e["fund"] == fund, "of another version or of another fund")
    sound(type(e["no"]) is int and e["no"] == no, "not the next number")
    code(e["kind"], KIND, "kind")
    sound((no == 0) == (e["kind"] == "fund-opened"), "only entry 0 opens the fund")
    code(e["by"], OFFICER, "officer")
    sound(day(e["on"]) <= day(e["at"]), "`on` is after `at`")
    facts, sealed = e["facts"], e["sealed"]
    sound(type(facts) is dict and type(sealed) is dict, "facts or sealed")
    of = facts.get("of")
    sound(of is None or (type(of) is int and 0 <= of < no), "`of` names no earlier entry")
    sound(type(e["postings"]) is list, "postings")
    for p in e["postings"]:
        sound(is_row(p, str, str, str, int), "a posting")
        debit, credit, restriction, amount = p
        if (debit, credit, restriction) not in known_codes:
            sound(ACCOUNT(debit) and ACCOUNT(credit) and debit != credit, "accounts of a posting")
            sound(RESTRICTION(restriction), "restriction of a posting")
            known_codes.add((debit, credit, restriction))
        sound(1 <= abs(amount) <= 10**11, "amount of a posting")
        sound(amount > 0 or of is not None, "red without `of`")
    sound(set(sealed) <= {"file", "holder", "shown"}, "sealed")
    holders = sealed.get("holder", [""])
    sound(type(holders) is list and 1 <= len(holders) <= 1000, "holders")
    for c in commitments(e):
        sound(type(c) is str and HASH(c), "a commitment")
    sound(len(holders) == 1 or holders == sorted(set(holders)), "holders are not ascending")
    return e


def commitments(e):
    sealed = e["sealed"]
    return [sealed[s] for s in ("file", "shown") if s in sealed] + sealed.get("holder", [])


# -- tree, checkpoints, signatures (sections 3 and 4) -------------------------------------------


def sha(data):
    return hashlib.sha256(data).digest()


def push(frontier, size, line):
    """Append a line to the roots of the perfect subtrees over ``size`` lines."""
    merged = sha(b"\0" + line)
    while size & 1:
        merged = sha(b"\1" + frontier.pop() + merged)
        size >>= 1
    frontier.append(merged)


def checkpoint(fund, size, frontier):
    root = frontier[-1]
    for left in reversed(frontier[:-1]):
        root = sha(b"\1" + left + root)
    return f"lovefund/{fund}\n{size}\n{base64.b64encode(root).decode()}\n"


def fingerprint(body):
    number = int.from_bytes(sha(b"lovefund/fingerprint/v1\n" + body.encode()), "big")
    digits = f"{number % 10**30:030d}"
    return " ".join(digits[i : i + 5] for i in range(0, 30, 5))


P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
    u, v = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    w, z = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = v - u, z - w, z + w, v + u
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def decompress(data):
    y = int.from_bytes(data, "little") & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or x * x % P != square or (x == 0 and data[31] >> 7):
        return None
    x = P - x if x & 1 != data[31] >> 7 else x
    return x, y, 1, x * y % P


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519(public, message, signature):
    """Whether this is the key's signature of the message (RFC 8032)."""
    if len(signature) != 64:
        return False
    a, r = decompress(public), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    left = times(s, BASE)
    right = add(r, times(int.from_bytes(digest, "little") % ORDER, a))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))


def key_id(name, kind, public):
    return sha(name.encode() + b"\n" + bytes([kind]) + public)[:4]


def read_key(text):
    """(name, type, public key) of a key as it is printed: ``name+id+base64``."""
    try:
        name, number, data = text.strip().split("+", 2)
        raw = base64.b64decode(data, validate=True)
        sound(len(raw) == 33 and raw[0] in (1, 4), "key")
        sound(key_id(name, raw[0], raw[1:]).hex() == number, "key")
    except ValueError:
        raise Unknown(t("no key", text)) from None
    return name, raw[0], raw[1:]


def signers(note, body, keys):
    """(name, time or None) of the given keys that signed the note; each key counts once."""
    found = {}
    lines = note[len(body) + 1 :].split("\n")
    need(lines.pop() == "", "signature line")
    for line in lines:
        parts = line.split(" ")
        need(len(parts) == 3 and parts[0] == "\u2014", "signature line")
        try:
            raw = base64.b64decode(parts[2], validate=True)
        except ValueError:
            raw = b""
        need(base64.b64encode(raw).decode() == parts[2], "signature line")
        for name, kind, public in keys:
            if parts[1] != name or raw[:4] != key_id(name, kind, public):
                continue
            time, message, signature = None, body.encode(), raw[4:]
            if kind == 4:  # a witness signs the time as well
                time, signature = int.from_bytes(raw[4:12], "big"), raw[12:]
                message = b"cosignature/v1\ntime %d\n" % time + message
            sane = time is None or time < 253402300800  # the year 10000
            need(sane and ed25519(public, message, signature), "bad signature", name)
            found[public] = (name, time)
    return list(found.values())


# -- the bundle (sections 6 and 7) ----------------------------------------------------------------


class Bundle:
    """The files of a statement in a folder; every method checks a part or raises Wrong."""

    def __init__(self, folder, fund=None):
        self.folder = folder
        raw = self.file("entries.jsonl")
        need(raw.endswith(b"\n"), "cut off")
        self.lines = raw[:-1].split(b"\n")
        try:
            self.statement = s = read(self.file("statement.json"), 1 << 26)
            sound(type(s) is dict and list(s) == STATEMENT_KEYS and s["v"] == 1, "not a statement")
            numbers = [s[key] for key in ("number", "base", "first")]
            sound(all(type(n) is int and 0 <= n < NUMBERS for n in numbers), "its head")
            sound(type(s["fund"]) is str and FUND(s["fund"]), "its head")
            start = json.loads(self.file("frontier.json").decode("ascii"))
            sound(type(start) is list and all(map(HASH, start)), "not hashes")
            sound(json.dumps(start).encode() == self.file("frontier.json"), "not canonical")
        except (ValueError, TypeError, RecursionError) as error:
            raise Wrong(f"statement.json, frontier.json: {error}") from None
        self.fund, self.first = fund or s["fund"], s["first"]
        need(s["fund"] == self.fund, "another fund", s["fund"])
        need(len(start) == bin(self.first).count("1"), "frontier")
        self.start = [bytes.fromhex(h) for h in start]
        self.entries, seen = [], set()
        for no, line in enumerate(self.lines, self.first):
            try:
                e = read_line(line, self.fund, no)
            except (ValueError, RecursionError) as error:
                raise Wrong(t("line", no, error)) from None
            own = commitments(e)
            need(seen.isdisjoint(own) and len(set(own)) == len(own), "commitment twice", no)
            seen.update(own)
            self.entries.append(e)
        self.statements = [e for e in self.entries if e["kind"] == "statement"]

    def file(self, name):
        try:
            with open(os.path.join(self.folder, name), "rb") as opened:
                return opened.read()
        except OSError:
            raise Unknown(t("no file", name)) from None

    def has(self, name):
        return os.path.exists(os.path.join(self.folder, name))

    def bodies(self, wanted=None):
        """Every size from the first on, or only those wanted, with its checkpoint."""
        frontier = list(self.start)
        if self.first and (wanted is None or self.first in wanted):
            yield self.first, checkpoint(self.fund, self.first, frontier)
        for size, line in enumerate(self.lines, self.first + 1):
            push(frontier, size - 1, line)
            if wanted is None or size in wanted:
                yield size, checkpoint(self.fund, size, frontier)

    def check(self, keys):
        """Everything; returns who of the given keys signed, and the texts beside the lines."""
        self.check_log()
        signed = self.check_checkpoints(keys)
        self.check_statement()
        return signed, self.shown_texts()

    def check_log(self):
        """Days of recording never fall, published periods stay closed, statements are in order."""
        last_at = closed = ""
        earlier = []
        for e in self.entries:
            need(e["at"] >= last_at, "day fell", e["no"])
            need(e["on"] > closed, "closed", e["no"])
            last_at = e["at"]
            if e["kind"] == "statement":
                self.check_statement_entry(e, earlier)
                earlier.append(e["facts"])
                closed = max(closed, e["facts"]["to"])
        need(self.entries[-1]["kind"] == "statement", "not last")

    def check_statement_entry(self, e, earlier):
        f, no = e["facts"], e["no"]
        try:
            numbers = all(type(f[key]) is int for key in ("number", "base", "open"))
            whole = numbers and are_balances(f["closing"]) and HASH(f["sha256"])
            whole = whole and day(f["from"]) <= day(f["to"]) and not e["postings"]
        except (KeyError, ValueError, TypeError):
            whole = False
        need(whole, "statement facts", no)
        need(f["to"] < e["on"], "period", no)
        if earlier:
            need(f["number"] == earlier[-1]["number"] + 1, "number gap", no)
        elif self.first == 0:
            need(f["number"] == 1, "number gap", no)
        before = day_before(f["from"])
        bases = [s["number"] for s in earlier if s["to"] == before]
        if bases or self.first == 0:
            need(f["base"] == max(bases, default=0), "base", no)
        after = next(x["no"] for x in self.entries if x["on"] > f["to"])
        need(f["open"] == after or f["open"] < self.first, "open", no)

    def check_checkpoints(self, keys):
        """Both checkpoints to the byte; returns who of the given keys signed the last one."""
        size = self.first + len(self.lines)
        before = self.statements[-2]["no"] + 1 if len(self.statements) > 1 else 0
        bodies = dict(self.bodies((size, before)))
        need(before or not self.has("previous.txt"), "previous")
        self.body, signed = bodies[size], []
        for name, at in (("previous.txt", before), ("checkpoint.txt", size)):
            if at:
                raw = self.file(name)
                need(len(raw) <= 65536, "too large", name)
                note, body = raw.decode("utf-8", "replace"), bodies[at]
                need(note == body or note.startswith(body + "\n"), "checkpoint", name)
                signed = signers(note, body, keys)
                need(signed or not keys, "unsigned", name)
        return signed

    def check_statement(self):
        """statement.json is the one committed to, and every number in it follows from the lines."""
        s, f = self.statement, self.statements[-1]["facts"]
        need(hashlib.sha256(self.file("statement.json")).hexdigest() == f["sha256"], "sha256")
        for key in ("number", "from", "to", "base"):
            need(s[key] == f[key], "differs", key)
        self.inside = [e for e in self.entries if s["from"] <= e["on"] <= s["to"]]
        self.opening, self.moved = self.opening_balances(), {}
        both = {}
        # Entries of one kind on the same accounts: how many, and the sums of their whole-number facts.
        self.alike = {}
        for e in self.inside:
            touched = tuple([(d, c, r) for d, c, r, _amount in e["postings"]])
            group = self.alike.setdefault((e["kind"], touched), [0, {}])
            group[0] += 1
            for name, value in e["facts"].items():
                if type(value) is int:
                    group[1][name] = group[1].get(name, 0) + value
            for debit, credit, restriction, amount in e["postings"]:
                for account, side in ((debit, 0), (credit, 1)):
                    self.moved.setdefault((account, restriction, e["kind"]), [0, 0])[side] += amount
                    both.setdefault((account, restriction), [0, 0])[side] += amount
        rows = []
        for key in sorted({*self.opening, *both}):
            opening, (debit, credit) = self.opening.get(key, 0), both.get(key, (0, 0))
            if opening or debit or credit:
                rows.append([*key, opening, debit, credit, opening + debit - credit])
        need(s["balances"] == rows, "balances")
        need(f["closing"] == [[a, r, c] for a, r, _o, _d, _c, c in rows if c], "closing balances")
        self.check_figures()

    def check_figures(self):
        figures, seen = self.statement["figures"], set()
        need(type(figures) is list, "figure form")
        for row in figures:
            need(is_row(row, str, int, list), "figure form")
            name, value, terms = row
            need(name not in seen, "figure twice")
            need(sum(map(self.term, terms)) == value, "figure", name)
            seen.add(name)

    def opening_balances(self):
        s, found = self.statement, {}
        if s["base"]:
            base = [e["facts"] for e in self.statements if e["facts"]["number"] == s["base"]]
            # Only the statement of the day before: another would leave days out, or count them twice.
            follows = base and base[0]["to"] == day_before(s["from"])
            need(follows and base[0]["open"] == self.first, "base missing")
            return {(account, restriction): fen for account, restriction, fen in base[0]["closing"]}
        need(self.first == 0, "beginning missing")
        for e in self.entries:
            if e["on"] < s["from"]:
                for debit, credit, restriction, amount in e["postings"]:
                    found[debit, restriction] = found.get((debit, restriction), 0) + amount
                    found[credit, restriction] = found.get((credit, restriction), 0) - amount
        return found

    def term(self, term):
        """The value of [factor, column, account prefix, restriction, kind]."""
        need(is_row(term, int, str, str, str, str), "figure form")
        factor, column, prefix, restriction, kind = term

        def fits(a, r):
            return a.startswith(prefix) and restriction in ("", r)

        if column == "count" or column.startswith("fact/"):
            chosen = [
                group for (k, touched), group in self.alike.items()
                if kind in ("", k)
                and (
                    not (prefix or restriction)
                    or any(fits(d, r) or fits(c, r) for d, c, r in touched)
                )
            ]  # fmt: skip
            if column == "count":
                return factor * sum(count for count, _sums in chosen)
            return factor * sum(sums.get(column[5:], 0) for _count, sums in chosen)
        need(column in ("opening", "debit", "credit", "closing"), "figure form")
        total = 0
        if column in ("opening", "closing"):
            need(kind == "", "figure form")
            total = sum(fen for (a, r), fen in self.opening.items() if fits(a, r))
        if column != "opening":
            pick = {"debit": (1, 0), "credit": (0, 1), "closing": (1, -1)}[column]
            for (a, r, k), (debit, credit) in self.moved.items():
                if kind in ("", k) and fits(a, r):
                    total += pick[0] * debit + pick[1] * credit
        return factor * total

    def shown_texts(self):
        """The texts beside the lines, by entry; each is the one that its line commits to."""
        shown, rows = {}, []
        try:
            if self.has("shown.json"):
                rows = json.loads(self.file("shown.json").decode("utf-8"))
        except (ValueError, RecursionError):
            raise Wrong(t("shown form")) from None
        need(type(rows) is list, "shown form")
        for row in rows:
            need(is_row(row, int, str, str), "shown form")
            no, nonce, text = row
            need(0 <= no - self.first < len(self.entries), "shown form")
            # Exactly twelve bytes: in a longer nonce the beginning of a text could hide.
            need(NONCE(nonce) and not UNSHOWABLE(text), "shown form")
            line = self.entries[no - self.first]["sealed"].get("shown")
            need(commitment("shown", bytes.fromhex(nonce), text) == line, "shown", no)
            need(no not in shown, "shown", no)
            shown[no] = text
        return shown


def are_balances(rows):
    """Whether these are [account, restriction, amount], in order, each pair once, none 0."""
    if type(rows) is not list or not all(is_row(row, str, str, int) for row in rows):
        return False
    pairs = [(account, restriction) for account, restriction, _fen in rows]
    whole = all(ACCOUNT(a) and RESTRICTION(r) and fen for a, r, fen in rows)
    return whole and pairs == sorted(set(pairs))


# -- what a holder asks (sections 2, 5 and 8) ------------------------------------------------------


def plain(text):
    return "".join(chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else c for c in text)


def normalise(text):
    text = re.sub(
        "[\u2022\u2027\u22c5\u30fb\uff65]", "\u00b7", plain(unicodedata.normalize("NFC", text))
    )
    text = re.sub("[ \u00a0\u3000]+", " ", text).strip(" ")
    return re.sub("[A-Z]", lambda letter: letter.group().lower(), text)


def commitment(slot, nonce, text):
    head = b"lovefund/sealed/v1\n" + slot.encode() + b"\n"
    return hashlib.sha256(head + nonce + text.encode("utf-8", "surrogatepass")).hexdigest()


def read_code(fund, typed):
    """(entry, nonce) of a receipt code."""
    text = re.sub("[\\s\\-\u2010-\u2015\u2212\ufe58\ufe63]+", "", plain(typed)).upper()
    text = text.replace("O", "0").replace("I", "1").replace("L", "1")
    need(len(text) == 30 and all(c in ALPHABET for c in text), "code form")
    bits = 0
    for c in text:
        bits = bits << 5 | ALPHABET.index(c)
    data = (bits >> 22).to_bytes(16, "big")
    need(data[0] == 0x10, "code version")
    digest = sha(b"lovefund/receipt/v1\n" + fund.encode() + b"\n" + data)
    need(bits & 0x3FFFFF == int.from_bytes(digest[:3], "big") >> 2, "code check")
    return int.from_bytes(data[1:4], "big"), data[4:]


def show_receipt(b, shown, code, name, phrase):
    no, nonce = read_code(b.fund, code)
    if no < b.first:
        raise Unknown(t("earlier", no, b.first))
    if no >= b.first + len(b.lines):
        raise Unknown(t("later", no, b.statement["to"]))
    e = b.entries[no - b.first]
    holder = commitment("holder", nonce, normalise(name) + "\n" + normalise(phrase))
    need(holder in e["sealed"].get("holder", []), "not yours", no)
    print(t("yours"))
    show_entry(e, shown)
    if not normalise(name + phrase):
        print(t("anonymous"))
    for other in b.entries:
        if other["facts"].get("of") == no:
            print(t("names it"))
            show_entry(other, shown)


def show_entry(e, shown):
    print(f"  {e['no']} {e['on']} {e['kind']} {shown.get(e['no'], '')}".rstrip())
    for debit, credit, restriction, amount in e["postings"]:
        print(f"      {debit} ← {credit}  {restriction}  {yuan(amount)}")


def show_held(b, held):
    """Compare a fingerprint, or a checkpoint file, that the user holds, with every size."""
    if os.path.isfile(held):
        with open(held, encoding="utf-8", errors="replace") as opened:
            wanted = "\n".join(opened.read().split("\n")[:3]) + "\n"
        found = [size for size, body in b.bodies() if body == wanted]
    else:
        digits = re.sub("[^0-9]", "", plain(held))
        found = [n for n, body in b.bodies() if fingerprint(body).replace(" ", "") == digits]
    need(found, "another history")
    print(t("held", *found))


def yuan(fen):
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def report(b, shown, signed, keys):
    """The main figures, and everything that a careful reader should look at."""
    s = b.statement
    print(f"lovefund/{b.fund}  {t('statement', s['number'])}  {s['from']} — {s['to']}")
    figures = {name: value for name, value, _terms in s["figures"]}
    for name in ("opening", "income", "outlay", "closing"):
        if name in figures:
            print(f"  {t(name)}  {yuan(figures[name])}")
    print(t("fingerprint", fingerprint(b.body)))
    print(t("compare", b.entries[-1]["at"]))
    if s["base"]:
        print(t("rests on", s["base"]))
    for e in b.entries:
        if "of" in e["facts"]:
            red = t("red") if any(p[3] < 0 for p in e["postings"]) else ""
            print(t("names", e["no"], e["kind"], e["facts"]["of"], red))
    withheld = [e["no"] for e in b.entries if "shown" in e["sealed"] and e["no"] not in shown]
    if withheld:
        print(t("withheld", ", ".join(map(str, withheld))))
    if not keys:
        print(t("no keys"))
    for name, time in signed:
        print(t("signed", name, moment(time)))


def moment(time):
    if time is None:
        return ""
    return f"{datetime.datetime.fromtimestamp(time, datetime.timezone.utc):%Y-%m-%d %H:%M} UTC"


def main(arguments=None):
    global language
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("folder", nargs="?", default=".")
    for name in ("fund", "fingerprint", "receipt", "lang"):
        options.add_argument("--" + name)
    for name in ("name", "phrase"):
        options.add_argument("--" + name, default="")
    options.add_argument("--key", action="append", default=[])
    given = options.parse_args(arguments)
    language = "en" if (given.lang or os.environ.get("LANG", "zh")).startswith("en") else "zh"
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    try:
        keys = [read_key(text) for text in given.key]
        b = Bundle(given.folder, given.fund)
        signed, shown = b.check(keys)
        report(b, shown, signed, keys)
        if given.fingerprint:
            show_held(b, given.fingerprint)
        if given.receipt:
            show_receipt(b, shown, given.receipt, given.name, given.phrase)
    except Wrong as error:
        print(t("wrong", error))
        return 1
    except Unknown as error:
        print(t("unknown", error))
        return 2
    print(t("holds"))
    return 0


SENTENCES = {
    "wrong": ("不对：{}", "WRONG: {}"),
    "unknown": ("无法核对：{}", "CANNOT CHECK: {}"),
    "no key": ("这不是一把公钥：{}", "this is not a public key: {}"),
    "no file": ("读不到文件 {}", "cannot read the file {}"),
    "cut off": ("entries.jsonl 不完整", "entries.jsonl is cut off"),
    "another fund": ("这是另一个基金的报表：{}", "this is the statement of another fund: {}"),
    "frontier": ("frontier.json 与起始编号不符", "frontier.json does not fit the first number"),
    "line": ("第 {} 笔不合格式：{}", "entry {} is against the format: {}"),
    "commitment twice": ("第 {} 笔的承诺值重复", "entry {} has a commitment twice"),
    "day fell": ("第 {} 笔的记录日期倒退", "entry {}: the day of recording fell"),
    "closed": ("第 {} 笔记入了此前已公示的期间", "entry {} lies in a period published before it"),
    "not last": ("最后一笔不是报表", "the last entry is not the statement's"),
    "statement facts": ("第 {} 笔报表内容不全", "statement entry {}: its facts are not whole"),
    "period": ("第 {} 笔报表的期间没有在当日之前结束", "statement entry {}: its period does not end before its day"),
    "number gap": ("第 {} 笔报表编号不连续", "statement entry {}: the numbers have a gap"),
    "base": ("第 {} 笔报表承接的不是前一期", "statement entry {}: its `base` is another"),
    "open": ("第 {} 笔报表的 open 不对", "statement entry {}: its `open` is another"),
    "previous": ("第一份报表不应有 previous.txt", "statement 1 has no previous.txt"),
    "too large": ("{} 太大", "{} is too large"),
    "checkpoint": ("{} 与分录不符：历史被改动过，或不是这份账", "{} does not follow from the entries: history was changed, or it is of other books"),
    "unsigned": ("{} 没有所给公钥的签名", "{} is not signed by any key given"),
    "signature line": ("签名行格式不对", "a signature line is malformed"),
    "bad signature": ("{} 的签名不对", "the signature of {} is wrong"),
    "sha256": ("statement.json 不是登记的那一份", "statement.json is not the one committed to"),
    "differs": ("statement.json 的 {} 与登记的不同", "`{}` of statement.json differs from its entry"),
    "base missing": ("承接的报表不在其中", "the statement that it rests on is not inside"),
    "beginning missing": ("没有承接的报表，却缺开头的分录", "without a base it must begin at entry 0"),
    "balances": ("余额与分录不符", "the balances do not follow from the entries"),
    "closing balances": ("登记的期末余额与分录不符", "the closing balances do not follow from the entries"),
    "figure": ("指标 {} 不等于分录合计", "figure {} is not the sum of its entries"),
    "figure twice": ("指标重复", "a figure occurs twice"),
    "figure form": ("指标的定义不合格式", "a figure is defined against the format"),
    "shown": ("第 {} 笔旁的文字不是登记的文字", "the text beside entry {} is not the one committed to"),
    "shown form": ("shown.json 格式不对", "shown.json is malformed"),
    "code form": ("收据码有三十个字符，不含 I L O U", "a receipt code has thirty characters, without I, L, O and U"),
    "code version": ("不是第一版的收据码", "not a receipt code of version 1"),
    "code check": ("收据码抄错了，或属于另一个基金", "the receipt code is mistyped, or of another fund"),
    "earlier": ("第 {} 笔在更早的报表里，这里从第 {} 笔开始", "entry {} is in an earlier statement; this one begins at {}"),
    "later": ("第 {} 笔尚未公示；收据日期若不晚于 {}，它本应在这里，请追问", "entry {} is not published yet; if the receipt is dated up to {}, it should be here: ask"),
    "not yours": ("第 {} 笔的收据不是以这个姓名和口令开出的", "the receipt of entry {} was not made out to this name and phrase"),
    "yours": ("您的收据在账里：", "Your receipt is in the books:"),
    "anonymous": ("  注意：没有姓名和口令，别人也可能持有同样的收据码", "  note: without name and phrase another may hold the same code"),
    "names it": ("  后来有一笔指向它：", "  a later entry names it:"),
    "another history": ("您手里的指纹不在这段历史里：它更早，或更新，或者这是另一段历史", "what you hold is not in this history: it is older, or newer, or this is ANOTHER HISTORY"),
    "held": ("您手里的指纹在这段历史里（共 {} 笔时）", "what you hold is in this history (at {} entries)"),
    "statement": ("第 {} 号报表", "statement {}"),
    "opening": ("期初", "opening"),
    "income": ("收入", "income "),
    "outlay": ("支出", "outlay "),
    "closing": ("期末", "closing"),
    "fingerprint": ("  指纹 {}", "  fingerprint {}"),
    "compare": ("请与纸上的数字核对。最后的记录日期：{}", "Compare with the paper. Last day of recording: {}"),
    "rests on": ("期初来自第 {} 号报表，它也要核对。", "The opening rests on statement {}: check its files too."),
    "red": ("，有红字", ", with red amounts"),
    "names": ("  第 {} 笔（{}）指向第 {} 笔{}", "  entry {} ({}) names entry {}{}"),
    "withheld": ("  不再显示文字：第 {} 笔", "  texts withheld at entries {}"),
    "no keys": ("没有给出公钥：只能说前后一致，不能说已核实。", "No key was given: it is consistent in itself; that is not “verified”."),
    "signed": ("已核实签名：{} {}", "verified, signed by {} {}"),
    "holds": ("账目前后一致。这里看不见的：没有入账的钱、虚构的资助、银行里是否真有这些钱。", "The books hold together. Not to be seen here: money never booked, invented grants, whether the bank agrees."),
}  # fmt: skip

if __name__ == "__main__":
    sys.exit(main())
