"""The checks of the phone page: they accept what verify.py accepts, and refuse every forgery."""

from __future__ import annotations

import base64
import json
import random
import re
from pathlib import Path

import pytest

from browser import Browser
from histories import closed_history
from lovefund import verify
from lovefund.publishing.page import CARRIED
from proofs import forge
from proofs.forge import BUNDLES, FUND, FUND_KEY, VECTORS, WITNESS_KEY, Forger
from proofs.forgeries import other_parts, slips
from proofs.phone import SOURCE, Case, Phone, said
from proofs.test_bundle import key_of, put_out
from proofs.test_verify import FORGERIES, RECEIPT, TRICKS, harmless, rewritten, with_text

BOTH = (FUND_KEY, WITNESS_KEY)
SIGNING = {"nobody": None, "a stranger": "77" * 32, "the fund itself": VECTORS["fund_seed"]}
#: The bytes to change in a real statement: as many as this in each file.
SAMPLE = 150
SEED = 20261124


@pytest.fixture(scope="module")
def phone(chrome: Browser) -> Phone:
    return Phone(chrome.page())


def case(files: dict[str, str], *keys: str, **more: str) -> Case:
    return Case(files, FUND, keys, **more)


# -- what is published is accepted --------------------------------------------------------------


@pytest.mark.parametrize("number", range(len(BUNDLES)))
def test_a_published_bundle_passes_with_both_keys(phone: Phone, number: int) -> None:
    found = phone.ask(case(BUNDLES[number], *BOTH))
    assert found["answer"] == 0, found
    assert found["signed"] == [[f"lovefund/{FUND}", None], [VECTORS["witness"], 1791000000]]
    size = (
        len(BUNDLES[number]["entries.jsonl"].splitlines())
        + json.loads(BUNDLES[number]["statement.json"])["first"]
    )
    assert found["fingerprint"] == VECTORS["checkpoints"][size - 1]["fingerprint"]


def test_without_keys_nobody_signed(phone: Phone) -> None:
    found = phone.ask(case(BUNDLES[0]))
    assert (found["answer"], found["signed"]) == (0, [])


def test_a_withheld_text_changes_no_proof(phone: Phone) -> None:
    found = phone.ask(case(VECTORS["withheld"], FUND_KEY))
    assert (found["answer"], found["withheld"]) == (0, [1])


@pytest.mark.parametrize("seed", [3, 4])
def test_statements_of_any_history_pass_and_no_changed_byte_does(
    phone: Phone, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(SEED + seed)
    ws = closed_history(tmp_path, seed)
    for period in ("2026-02", "2026-03", "2026-Q1", "2026"):
        folder = put_out(ws, period, tmp_path / "published")
        files = {name: (folder / name).read_bytes() for name in CARRIED if (folder / name).exists()}
        honest = Case(files, "shiqiao", (key_of(ws),))
        assert phone.ask(honest)["answer"] == 0
    for name, content in files.items():
        places = sorted(chance.sample(range(len(content)), min(SAMPLE, len(content))))
        for place, found in phone.changed(honest, name, places):
            assert found["answer"] in (1, 2), (SEED + seed, name, place, found)
            assert said(found)


# -- single bytes -------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1, 2])
def test_any_changed_byte_is_refused(phone: Phone, number: int) -> None:
    honest = case(BUNDLES[number], *BOTH)
    for name, content in BUNDLES[number].items():
        if name == "shown.json":
            continue
        data = content.encode()
        for place, found in phone.changed(honest, name, range(len(data))):
            broken = bytearray(data)
            broken[place] ^= 1 << place % 7
            if found["answer"] == 0:
                assert harmless(name, data, bytes(broken)), (name, place)
            else:
                assert found["answer"] in (1, 2), (name, place, found)
                assert said(found)


def test_a_changed_byte_of_a_shown_text_is_refused(phone: Phone) -> None:
    honest = case(BUNDLES[0])
    data = BUNDLES[0]["shown.json"].encode()
    for place, found in phone.changed(honest, "shown.json", range(len(data))):
        assert found["answer"] == 1, (place, found)


def test_a_spoilt_signature_is_not_counted(phone: Phone) -> None:
    note = BUNDLES[0]["checkpoint.txt"]
    line = next(line for line in note.splitlines() if line.startswith("\u2014 lovefund/"))
    signature = line.split(" ")[2]
    spoilt = []
    for place in range(len(signature) - 2):
        other = "A" if signature[place] != "A" else "B"
        changed = note.replace(signature, signature[:place] + other + signature[place + 1 :])
        spoilt.append(case({**BUNDLES[0], "checkpoint.txt": changed}, FUND_KEY))
    assert {found["answer"] for found in phone.ask_all(spoilt)} == {1}


# -- forgeries in which everything else fits ----------------------------------------------------


def forged(name: str, signing: str) -> dict[str, str]:
    forger = Forger(BUNDLES[0], SIGNING[signing])
    FORGERIES[name][0](forger)
    return forger.rebuilt()


@pytest.mark.parametrize("signing", SIGNING)
def test_a_forgery_in_which_all_else_fits_is_refused(phone: Phone, signing: str) -> None:
    found = phone.ask_all([case(forged(name, signing), FUND_KEY) for name in FORGERIES])
    for (name, (_change, word)), verdict in zip(FORGERIES.items(), found, strict=True):
        assert verdict["answer"] == 1, (name, verdict)
        if signing == "the fund itself":
            assert word in said(verdict), (name, said(verdict))


def test_the_forger_without_a_change_passes(phone: Phone) -> None:
    same = [Forger(bundle, VECTORS["fund_seed"]).rebuilt() for bundle in BUNDLES]
    found = phone.ask_all([case(files, FUND_KEY) for files in same])
    assert {verdict["answer"] for verdict in found} == {0}


def test_a_rewritten_history_is_caught_by_what_somebody_holds(phone: Phone) -> None:
    printed = VECTORS["checkpoints"][6]["fingerprint"]
    kept = BUNDLES[0]["checkpoint.txt"]
    files = rewritten().rebuilt()
    assert phone.ask(case(files, FUND_KEY))["answer"] == 0
    for held in (printed, kept):
        assert phone.ask(case(files, FUND_KEY, held=held))["slug"] == "another history"
        assert phone.ask(case(BUNDLES[0], held=held))["sizes"] == [7]
    assert phone.ask(case(files, WITNESS_KEY))["slug"] == "unsigned"


def test_parts_of_another_statement_are_refused(phone: Phone) -> None:
    cases = other_parts()
    found = phone.ask_all([case(files, FUND_KEY) for files, _slug in cases.values()])
    for (name, (_files, slug)), verdict in zip(cases.items(), found, strict=True):
        assert verdict["answer"] in (1, 2), (name, verdict)
        assert slug in ("", verdict["slug"]), (name, verdict)


def test_another_fund_is_not_the_one_asked_about(phone: Phone) -> None:
    verdict = phone.ask(Case(BUNDLES[0], "other-school"))
    assert verdict["slug"] == "another fund"


# -- receipts and texts -------------------------------------------------------------------------


def test_a_holder_finds_the_gift_and_what_became_of_it(phone: Phone) -> None:
    holder = {"name": " 张三丰 ", "phrase": "青山"}
    found = phone.ask(case(BUNDLES[0], receipt=RECEIPT["code"].lower(), **holder))
    assert (found["entry"], found["shown"], found["anonymous"]) == (1, "张＊＊", False)
    assert found["postings"] == [["1009", "4101", "general", 50000]]
    sealed = next(s for s in VECTORS["sealed"] if s["no"] == 2 and s["slot"] == "holder")
    name, phrase = sealed["text"].split("\n")
    code = VECTORS["receipts"][1]["code"]
    found = phone.ask(case(BUNDLES[0], receipt=code, name=name, phrase=phrase))
    assert (found["entry"], len(found["later"])) == (2, 1)
    wrong = [
        case(BUNDLES[0], receipt=RECEIPT["code"], name="李四"),
        case(BUNDLES[0], receipt=VECTORS["receipts"][2]["code"]),
        case(BUNDLES[1], receipt=RECEIPT["code"], **holder),
    ]
    assert [v["slug"] for v in phone.ask_all(wrong)] == ["not yours", "later", "earlier"]


def test_every_slip_in_a_code_is_noticed(phone: Phone) -> None:
    wrong = slips()
    refused = phone.page.run(
        f"""{json.dumps(wrong)}.filter((slip) => {{
          try {{ verifier.readCode({json.dumps(FUND)}, slip); return false; }}
          catch (error) {{ return error instanceof verifier.Wrong; }}
        }}).length"""
    )
    assert refused == len(wrong) > 950


def shown(*rows: object) -> dict[str, str]:
    return {**BUNDLES[0], "shown.json": json.dumps(rows, ensure_ascii=False)}


def test_a_text_that_was_not_committed_to_is_refused(phone: Phone) -> None:
    no, nonce, text = json.loads(BUNDLES[0]["shown.json"])[0]
    longer = nonce + text[:1].encode().hex()
    assert phone.ask(case(shown([no, nonce, text])))["answer"] == 0
    wrong = [
        shown([no, nonce, "李＊＊"]),
        shown([no, longer, text[1:]]),  # the surname hidden in the nonce
        shown([no, nonce, text], [no, nonce, text]),
        shown([no + 1, nonce, text]),
        shown([99, nonce, text]),
        shown([-1, nonce, text]),
        shown([no, nonce, text + "\ud800"]) | {"shown.json": f'[[{no},"{nonce}","\\ud800"]]'},
        shown({}),
        {**BUNDLES[0], "shown.json": "{"},
    ]
    assert {v["answer"] for v in phone.ask_all([case(files) for files in wrong])} == {1}


def test_a_text_that_turns_the_order_of_reading_is_not_shown(phone: Phone) -> None:
    assert phone.ask(case(with_text("张三丰")))["answer"] == 0
    found = phone.ask_all([case(with_text(text)) for text in TRICKS])
    assert {verdict["slug"] for verdict in found} == {"shown form"}


# -- the parts on their own ---------------------------------------------------------------------


def lines_refused(phone: Phone, lines: list[bytes], no: int = 1) -> list[str]:
    """What is wrong with each of these lines as an entry of this number; empty for nothing."""
    digits = [base64.b64encode(line).decode() for line in lines]
    found: list[str] = phone.page.run(
        f"""{json.dumps(digits)}.map((line) => {{
          try {{ verifier.readLine(bytes(line), {json.dumps(FUND)}, {no}); return ""; }}
          catch (error) {{ return error.message; }}
        }})"""
    )
    return found


def test_refused_lines_of_the_vectors_are_refused(phone: Phone) -> None:
    lines = [line.encode() for line in VECTORS["refused_lines"].values()]
    for no in range(3):
        assert all(lines_refused(phone, lines, no))


def test_lines_are_accepted_and_refused_as_verify_py_does(phone: Phone) -> None:
    """Lines spoilt at random, by both: the same answer for each."""
    chance = random.Random(SEED)
    good = BUNDLES[0]["entries.jsonl"].encode().splitlines()[:3]
    lines = list(good)
    pieces = [b"-", b"0", b"00", b".0", b"e1", b"\\u0041", b'"', b",", b"[", b"]", b"{", b"}",
              b"null", b" ", b"\xff", b"\xe5\xbc\xa0", b"9" * 20, b"true", b'"__proto__":1,',
              b'"a":1,', b"9000000000000001", b"9007199254740993",
              b"2026-02-30", b"20260-01-01"]  # fmt: skip
    for _each in range(3000):
        line = chance.choice(good)
        at = chance.randrange(len(line))
        cut = chance.choice((0, 0, 1, 1, 2, 5))
        lines.append(line[:at] + chance.choice(pieces) + line[at + cut :])
    for no in range(3):
        told = [not text for text in lines_refused(phone, lines, no)]
        expected = [accepted(line, no) for line in lines]
        assert [line for line, a, b in zip(lines, told, expected, strict=True) if a != b] == [], (
            SEED
        )
        assert expected.count(True) > 5


def accepted(line: bytes, no: int) -> bool:
    """Whether verify.py takes this line as the entry of this number."""
    try:
        verify.read_line(line, FUND, no)
    except (ValueError, RecursionError):
        return False
    return True


def test_hashes_and_signatures_agree_with_a_library(phone: Phone) -> None:
    import hashlib

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    lengths = [*range(260), 1000, 4096]
    told = phone.page.run(
        f"""{lengths}.map((length) => {{
          const message = new Uint8Array(length).fill(length % 251);
          return [verifier.hex(verifier.sha256(message)), verifier.hex(verifier.sha512(message))];
        }})"""
    )
    messages = [bytes([n % 251]) * n for n in lengths]
    assert told == [
        [hashlib.sha256(m).hexdigest(), hashlib.sha512(m).hexdigest()] for m in messages
    ]
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = key.public_key().public_bytes_raw()
    tried, expected = [], []
    for length in (0, 1, 64, 200):
        signature = key.sign(bytes(length))
        tried.append((public, bytes(length), signature))
        tried.append((public, bytes(length + 1), signature))
        expected += [True, False]
        for place in (0, 31, 32, 63):
            broken = bytearray(signature)
            broken[place] ^= 1
            tried.append((public, bytes(length), bytes(broken)))
            expected.append(False)
    order = 2**252 + 27742317777372353535851937790883648493
    s = int.from_bytes(signature[32:], "little") + order  # the same point, written another way
    tried.append((public, bytes(200), signature[:32] + s.to_bytes(32, "little")))
    rows = [[base64.b64encode(part).decode() for part in row] for row in tried]
    answers = phone.page.run(
        f"{json.dumps(rows)}.map((row) => verifier.ed25519(...row.map(bytes)))"
    )
    assert answers == [*expected, False]


# -- every check has its teeth ------------------------------------------------------------------

NEEDED = sorted(set(re.findall(r'need\([^;]*?, "([a-z0-9 ]+)"', SOURCE)))
SOUND = sorted(set(re.findall(r'sound\([^;]*?, "([^"\[]+)"\)', SOURCE)))


def test_every_sentence_is_one_of_verify_py() -> None:
    used = set(re.findall(r'(?:Wrong|Unknown)\("([^"]+)"', SOURCE)) | set(NEEDED)
    assert used - {"head"} <= set(verify.SENTENCES)


def campaign() -> list[Case]:
    """Every forgery of this file that is refused by one check alone, signed by the fund."""
    cases = [case(forged(name, "the fund itself"), FUND_KEY) for name in FORGERIES]
    cases += [case(forged(name, "a stranger"), FUND_KEY) for name in FORGERIES]
    cases += [case(files, FUND_KEY) for files, _slug in other_parts().values()]
    cases += [case(files, FUND_KEY) for files in more_forgeries()]
    cases.append(Case(BUNDLES[0], "other-school"))
    cases.append(case(rewritten().rebuilt(), held=VECTORS["checkpoints"][6]["fingerprint"]))
    cases.append(case(BUNDLES[0], receipt=RECEIPT["code"], name="李四"))
    code = RECEIPT["code"].replace("-", "")
    cases += [
        case(BUNDLES[0], receipt=slip, name="张三丰", phrase="青山")
        for slip in (code[:-1] + "0", "3" + code[1:], code + "0")
    ]
    no, nonce, text = json.loads(BUNDLES[0]["shown.json"])[0]
    cases += [case(shown([no, nonce, "李＊＊"])), case(shown([no, nonce + "ff", text]))]
    return cases


def more_forgeries() -> list[dict[str, str]]:
    """One for each check that the list of forgeries does not reach alone."""
    found = []
    changes: list[forge.Change] = [
        forge.said("number", 0),
        lambda f: f.statement["balances"].reverse(),
        lambda f: f.statement["figures"].append(f.statement["figures"][0]),
        lambda f: f.statement["figures"].append(["odd", 0, [[1, "sideways", "", "", ""]]]),
        lambda f: f.entries[-1]["facts"].update(closing=0),
        lambda f: f.statement.update(to="2026-09-29"),
    ]
    for change in changes:
        forger = Forger(BUNDLES[0], VECTORS["fund_seed"])
        change(forger)
        found.append(forger.rebuilt())
    note = BUNDLES[0]["checkpoint.txt"]
    found.append({**BUNDLES[0], "checkpoint.txt": note + "odd line\n"})
    other = note.replace("\u2014 lovefund", "\u2014  lovefund")
    found.append({**BUNDLES[0], "checkpoint.txt": other})
    line = next(line for line in note.splitlines() if line.startswith("\u2014 lovefund/"))
    spoilt = line[:-10] + ("A" if line[-10] != "A" else "B") + line[-9:]
    found.append({**BUNDLES[0], "checkpoint.txt": note.replace(line, spoilt)})
    for base in (0, 1):  # the period begins some days earlier than its base ends
        forger = Forger(BUNDLES[1], VECTORS["fund_seed"])
        forge.several(forge.said("from", "2026-09-30"), forge.said("base", base))(forger)
        forge.rebalanced(forger)
        found.append(forger.rebuilt())
    statement = BUNDLES[0]["statement.json"]
    found.append({**BUNDLES[0], "statement.json": statement.replace("150000", "150001")})
    found.append({**BUNDLES[0], "statement.json": statement.replace('"v":1', '"v":2')})
    found.append({**BUNDLES[0], "statement.json": statement.replace('"base":0', '"base":-1')})
    found.append({**BUNDLES[0], "frontier.json": '["00"]'})
    return found


def test_every_check_is_what_refuses_a_forgery(phone: Phone) -> None:
    """The twin of each check, without it: a forgery that it refused gets further, or passes."""
    cases = campaign()
    honest = phone.ask_all(cases)
    assert all(verdict["answer"] in (1, 2) for verdict in honest)
    dull, passed = [], 0
    try:
        for slug in NEEDED:
            phone.load(SOURCE.replace("if (!holds)", f'if (!holds && slug !== "{slug}")', 1))
            touched = [c for c, v in zip(cases, honest, strict=True) if v["slug"] == slug]
            after = phone.ask_all(touched)
            passed += any(v["answer"] == 0 for v in after)
            if all(v["slug"] == slug for v in after):
                dull.append((slug, len(touched)))
        for what in ("not a statement", "its head", "not hashes"):
            twin = f"if (!holds && what !== {json.dumps(what)}) throw new Malformed"
            phone.load(SOURCE.replace("if (!holds) throw new Malformed", twin))
            touched = [c for c, v in zip(cases, honest, strict=True) if v["values"] == [what]]
            if all(v["values"] == [what] for v in phone.ask_all(touched)):
                dull.append((what, len(touched)))
    finally:
        phone.load(SOURCE)
    assert dull == []
    assert passed > 12


def malformed_lines() -> list[bytes]:
    """Lines of entry 1, each against the format in one way; and the vectors' own."""
    good = json.loads(BUNDLES[0]["entries.jsonl"].splitlines()[1])
    posting = good["postings"][0]
    changes: list[dict[str, object]] = [
        {"v": 2}, {"v": "1"}, {"fund": "other"}, {"no": 2}, {"no": "1"}, {"kind": "Gift"},
        {"kind": "fund-opened"}, {"by": "o1"}, {"by": ""}, {"on": "2026-09-31"}, {"on": "2026-9-3"},
        {"at": "2026-09-02"},
        {"facts": []}, {"sealed": []}, {"facts": {"of": 1}},
        {"facts": {"of": -1}}, {"facts": {"of": "0"}}, {"postings": {}},
        {"postings": [posting[:3]]},
        {"postings": [[*posting[:3], "5"]]}, {"postings": [["1", *posting[1:]]]},
        {"postings": [[posting[1], *posting[1:]]]}, {"postings": [[*posting[:2], "A", 5]]},
        {"postings": [[*posting[:3], 0]]}, {"postings": [[*posting[:3], 10**11 + 1]]},
        {"postings": [[*posting[:3], -5]]}, {"sealed": {"other": "0" * 64}},
        {"sealed": {"holder": []}},
        {"sealed": {"holder": "0" * 64}}, {"sealed": {"holder": ["1" * 64, "0" * 64]}},
        {"sealed": {"holder": ["0" * 64] * 2}}, {"sealed": {"file": "0" * 63}},
        {"sealed": {"holder": [f"{n:064x}" for n in range(1001)]}}, {"facts": {"a": "b" * 129}},
        {"facts": {"a": 9 * 10**15 + 1}}, {"facts": {"a": [[[[[1]]]]]}}, {"facts": {"A": 1}},
        {"facts": {"a": None}}, {"facts": {"a": True}}, {"facts": {"a": ["b" * 128] * 9000}},
        {"more": 1}, {"facts": {"__proto__": 1}},
    ]  # fmt: skip
    lines = [forge.canonical({**good, **change}).encode() for change in changes]
    lines += [line.encode() for line in VECTORS["refused_lines"].values()]
    text = forge.canonical(good).encode()
    unsorted = text.replace(b'"facts":{', b'"facts":{"zz":1,')
    odd = [text + b" ", b"[]", b"1", text[:-1], text.replace(b"50000", b"5e4"), unsorted]
    return [*lines, *odd]


def test_every_check_of_a_line_is_what_refuses_one(phone: Phone) -> None:
    lines = malformed_lines()
    honest = lines_refused(phone, lines)
    assert all(honest)
    for line in lines:
        with pytest.raises((ValueError, RecursionError)):
            verify.read_line(line, FUND, 1)
    dull = []
    try:
        for what in set(SOUND) - {"not a statement", "its head", "not hashes"}:
            twin = f"if (!holds && what !== {json.dumps(what)}) throw new Malformed"
            phone.load(SOURCE.replace("if (!holds) throw new Malformed", twin))
            after = lines_refused(phone, lines)
            if not [1 for a, b in zip(honest, after, strict=True) if a == what and b != what]:
                dull.append(what)
    finally:
        phone.load(SOURCE)
    assert dull == []
