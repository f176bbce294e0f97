"""verify.py: the published vectors pass, and every forgery that we know is refused."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from lovefund import verify
from proofs import forge
from proofs.forge import BUNDLES, FUND, FUND_KEY, VECTORS, WITNESS_KEY, Forger, written

RECEIPT = VECTORS["receipts"][0]
HOLDER = ("--name", "张三丰", "--phrase", "青山")


def run(folder: Path, *arguments: str) -> int:
    return verify.main([str(folder), "--lang", "en", *arguments])


@pytest.mark.parametrize("number", range(len(BUNDLES)))
def test_a_published_bundle_passes_with_both_keys(
    tmp_path: Path, number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(tmp_path, BUNDLES[number])
    assert run(folder, "--key", FUND_KEY, "--key", WITNESS_KEY) == 0
    said = capsys.readouterr().out
    assert f"verified, signed by lovefund/{FUND}" in said
    assert "verified, signed by example-parents 2026-10-03" in said


def test_without_keys_it_never_says_verified(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(written(tmp_path, BUNDLES[0])) == 0
    said = capsys.readouterr().out
    assert "consistent in itself" in said
    assert "verified, signed" not in said


def test_a_withheld_text_changes_no_proof(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(written(tmp_path, VECTORS["withheld"]), "--key", FUND_KEY) == 0
    assert "texts withheld at entries 1" in capsys.readouterr().out


def test_it_speaks_chinese(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main([str(written(tmp_path, BUNDLES[0])), "--lang", "zh"]) == 0
    assert "只能说前后一致" in capsys.readouterr().out


# -- single bytes ----------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize(
    "name", ["entries.jsonl", "frontier.json", "checkpoint.txt", "previous.txt", "statement.json"]
)
def test_any_changed_byte_is_refused(
    tmp_path: Path, number: int, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = BUNDLES[number]
    if name not in bundle:
        pytest.skip("the first statement has no previous checkpoint")
    folder = written(tmp_path, bundle)
    data = bundle[name].encode()
    keys = ("--key", FUND_KEY, "--key", WITNESS_KEY)
    accepted = []
    for place in range(len(data)):
        broken = bytearray(data)
        broken[place] ^= 1 << place % 7
        (folder / name).write_bytes(bytes(broken))
        if run(folder, *keys) == 0 and not harmless(name, data, bytes(broken)):
            accepted.append((place, bytes(broken)[max(place - 20, 0) : place + 20]))
    capsys.readouterr()
    assert accepted == []


def harmless(name: str, data: bytes, broken: bytes) -> bool:
    """A changed signature of one key leaves the other key's: it is then not counted."""
    if name not in ("checkpoint.txt", "previous.txt"):
        return False
    body = data.split(b"\n\n")[0] + b"\n\n"
    return broken.startswith(body)


def test_a_spoilt_signature_is_not_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where only the fund's key is given, a change anywhere in its signature is refused."""
    note = BUNDLES[0]["checkpoint.txt"]
    line = next(line for line in note.splitlines() if line.startswith("\u2014 lovefund/"))
    folder = written(tmp_path, BUNDLES[0])
    for place in range(len(line.split(" ")[2]) - 2):
        signature = line.split(" ")[2]
        other = "A" if signature[place] != "A" else "B"
        changed = signature[:place] + other + signature[place + 1 :]
        (folder / "checkpoint.txt").write_text(note.replace(signature, changed), "utf-8")
        assert run(folder, "--key", FUND_KEY) == 1, place
    capsys.readouterr()


# -- forgeries in which everything else fits ----------------------------------------------------

#: What a forger changes in the first bundle (entries 0 to 6, September), and a word of the answer.
FORGERIES: dict[str, tuple[forge.Change, str]] = {
    "another amount": (forge.amount(1, 50001), "balances"),
    "an entry dropped": (forge.drop(3), ""),
    "two entries swapped": (forge.swap(1, 2), ""),
    "opening and closing shifted together": (forge.shift(100), "balances"),
    "a total that does not add up": (forge.figure(0, 1), "figure income"),
    "a count that is not one": (forge.figure(2, 1), "figure donations"),
    "`open` moved": (forge.fact(-1, "open", 3), "`open`"),
    "`base` moved": (forge.said("base", 1), "base"),
    "a closing balance moved": (
        forge.fact(-1, "closing", [["1002", "home", 1]]), "closing balances",
    ),
    "another period": (forge.said("to", "2026-09-29"), ""),
    "a period that ends on its own day": (forge.said("to", "2026-10-05"), "period"),
    "statement number 2 without a first": (forge.said("number", 2), "gap"),
    "an entry dated ahead": (forge.field(1, "on", "2026-10-06"), "entry 1"),
    "a day of recording that falls": (forge.field(3, "at", "2026-09-01"), "entry 3"),
    "an entry after the statement, in its period": (
        forge.appended({"on": "2026-09-20", "at": "2026-10-05", "sealed": {}}),
        "published before it",
    ),
    "an entry after the statement": (
        forge.appended({"on": "2026-10-05", "at": "2026-10-05", "sealed": {}}), "last entry",
    ),
    "a commitment used twice": (
        lambda f: f.entries[2].update(sealed=f.entries[1]["sealed"]), "commitment twice",
    ),
    "another fund's lines": (
        lambda f: [e.update(fund="other-school") for e in f.entries] and None, "another fund",
    ),
    "red without the entry it mends": (forge.amount(1, -50000), "red without"),
    "a name in a fact": (forge.fact(1, "donor", "张三丰"), "characters"),
    "an amount over the limit": (forge.amount(1, 10**11 + 1), "amount"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
@pytest.mark.parametrize("signing", ["nobody", "a stranger", "the fund itself"])
def test_a_forgery_in_which_all_else_fits_is_refused(
    tmp_path: Path, name: str, signing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Even where the fund's own key signs, the numbers must follow from the lines."""
    seed = {"nobody": None, "a stranger": "77" * 32, "the fund itself": VECTORS["fund_seed"]}
    forger = Forger(BUNDLES[0], seed[signing])
    change, word = FORGERIES[name]
    change(forger)
    folder = written(tmp_path, forger.rebuilt())
    assert run(folder, "--key", FUND_KEY) == 1
    said = capsys.readouterr().out
    assert said.startswith("WRONG: ")
    if signing == "the fund itself":
        assert word in said


def test_the_forger_without_a_change_passes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What refuses above is the forgery, not the way it is put together."""
    for number, bundle in enumerate(BUNDLES):
        folder = written(tmp_path / str(number), Forger(bundle, VECTORS["fund_seed"]).rebuilt())
        assert run(folder, "--key", FUND_KEY) == 0
    capsys.readouterr()


def rewritten() -> Forger:
    """A whole history with one amount changed and every number made to follow."""
    forger = Forger(BUNDLES[0], VECTORS["fund_seed"])
    forger.entries[1]["postings"][0][3] = 40000
    for row in forger.statement["balances"]:
        if row[1] == "general" and row[0] in ("1009", "4101"):
            side = 3 if row[0] == "1009" else 4
            row[side] -= 10000
            row[5] = row[2] + row[3] - row[4]
    forger.statement["balances"] = [r for r in forger.statement["balances"] if any(r[2:])]
    forger.statement["figures"][0][1] -= 10000
    forger.statement["figures"][3][1] -= 10000
    forger.entries[-1]["facts"]["closing"] = [
        [r[0], r[1], r[5]] for r in forger.statement["balances"] if r[5]
    ]
    return forger


def test_a_rewritten_history_is_caught_by_the_fingerprint_on_the_notice_board(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The insider signs another history; only what somebody holds can tell (split view)."""
    folder = written(tmp_path, rewritten().rebuilt())
    assert run(folder, "--key", FUND_KEY) == 0
    printed = VECTORS["checkpoints"][6]["fingerprint"]
    assert run(folder, "--key", FUND_KEY, "--fingerprint", printed) == 1
    assert "ANOTHER HISTORY" in capsys.readouterr().out
    honest = written(tmp_path / "honest", BUNDLES[0])
    assert run(honest, "--fingerprint", printed) == 0
    held = tmp_path / "held.txt"
    held.write_text(BUNDLES[0]["checkpoint.txt"], "utf-8")
    assert run(honest, "--fingerprint", str(held)) == 0
    assert run(folder, "--fingerprint", str(held)) == 1
    capsys.readouterr()


def test_a_rewritten_history_is_caught_by_its_witness(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(tmp_path, rewritten().rebuilt())
    assert run(folder, "--key", WITNESS_KEY) == 1
    assert "not signed by any key given" in capsys.readouterr().out


def test_parts_of_another_statement_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A frontier, checkpoint or previous checkpoint of another size."""
    for name in ("frontier.json", "checkpoint.txt", "previous.txt", "statement.json"):
        files = {**BUNDLES[1], name: BUNDLES[0].get(name, BUNDLES[0]["checkpoint.txt"])}
        if files[name] == BUNDLES[1][name]:
            files[name] = BUNDLES[2].get(name, "")
        assert run(written(tmp_path / name, files), "--key", FUND_KEY) == 1, name
    moved = {**BUNDLES[1], "statement.json": BUNDLES[1]["statement.json"].replace(
        '"first":4', '"first":5'
    )}  # fmt: skip
    assert run(written(tmp_path / "first", moved), "--key", FUND_KEY) == 1
    without = {k: v for k, v in BUNDLES[1].items() if k != "previous.txt"}
    assert run(written(tmp_path / "without", without)) == 2
    too_much = {**BUNDLES[0], "previous.txt": BUNDLES[0]["checkpoint.txt"]}
    assert run(written(tmp_path / "too-much", too_much)) == 1
    capsys.readouterr()


@pytest.mark.parametrize("base", [0, 1])
def test_a_period_that_begins_before_its_base_ends_is_refused(
    tmp_path: Path, base: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """What moved in the days between would be counted twice, or not at all."""
    forger = Forger(BUNDLES[1], VECTORS["fund_seed"])
    forge.several(forge.said("from", "2026-09-30"), forge.said("base", base))(forger)
    forge.rebalanced(forger)
    assert run(written(tmp_path, forger.rebuilt()), "--key", FUND_KEY) == 1
    assert ("base" if base == 0 else "rests on") in capsys.readouterr().out


def test_another_fund_is_not_the_one_asked_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(written(tmp_path, BUNDLES[0]), "--fund", "other-school") == 1
    assert "another fund" in capsys.readouterr().out


# -- receipts and texts -------------------------------------------------------------------------


def test_a_holder_finds_the_gift_and_what_became_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(tmp_path, BUNDLES[0])
    assert run(folder, "--receipt", RECEIPT["code"], *HOLDER) == 0
    said = capsys.readouterr().out
    assert "500.00" in said
    assert "张＊＊" in said
    second = VECTORS["receipts"][1]
    text = next(s["text"] for s in VECTORS["sealed"] if s["no"] == 2 and s["slot"] == "holder")
    name, phrase = text.split("\n")
    assert run(folder, "--receipt", second["code"], "--name", name, "--phrase", phrase) == 0
    assert "a later entry names it" in capsys.readouterr().out


def test_another_donors_receipt_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(tmp_path, BUNDLES[0])
    assert run(folder, "--receipt", RECEIPT["code"], "--name", "李四") == 1
    assert "not made out to this name" in capsys.readouterr().out


def test_a_receipt_beyond_or_before_these_lines_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        run(written(tmp_path / "1", BUNDLES[0]), "--receipt", VECTORS["receipts"][2]["code"]) == 2
    )
    assert "not published yet" in capsys.readouterr().out
    assert run(written(tmp_path / "2", BUNDLES[1]), "--receipt", RECEIPT["code"], *HOLDER) == 2
    assert "earlier statement" in capsys.readouterr().out


def test_every_slip_in_a_code_is_noticed() -> None:
    code = RECEIPT["code"].replace("-", "")
    swaps = [code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(29)]
    slips = [code[:i] + c + code[i + 1 :] for i in range(30) for c in verify.ALPHABET]
    assert verify.read_code(FUND, RECEIPT["code"].lower().replace("0", "o"))[0] == 1
    for slip in {*swaps, *slips} - {code}:
        with pytest.raises(verify.Wrong):
            verify.read_code(FUND, slip)


def test_a_text_that_was_not_committed_to_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = json.loads(BUNDLES[0]["shown.json"])
    rows[0][2] = "李＊＊"
    changed = {**BUNDLES[0], "shown.json": json.dumps(rows)}
    assert run(written(tmp_path, changed)) == 1
    assert "not the one committed to" in capsys.readouterr().out


def test_no_part_of_a_text_hides_in_its_nonce(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    no, nonce, text = json.loads(BUNDLES[0]["shown.json"])[0]
    row = [no, nonce + text[:1].encode().hex(), text[1:]]
    changed = {**BUNDLES[0], "shown.json": json.dumps([row])}
    assert run(written(tmp_path, changed)) == 1
    assert "shown.json is malformed" in capsys.readouterr().out


#: Texts that a terminal or a browser would show otherwise than they stand.
TRICKS = (
    "\x1b[2J",
    "张\n已核实签名：lovefund",
    "\u202e张",
    "\u200b",
    "\ufeff张",
    "\x85",
    "\u2066张",
)


def with_text(text: str) -> dict[str, str]:
    """The first bundle with another text sealed beside entry 1, and shown."""
    forger = Forger(BUNDLES[0], VECTORS["fund_seed"])
    _no, nonce, _text = json.loads(BUNDLES[0]["shown.json"])[0]
    forger.entries[1]["sealed"]["shown"] = verify.commitment("shown", bytes.fromhex(nonce), text)
    return {**forger.rebuilt(), "shown.json": json.dumps([[1, nonce, text]])}


@pytest.mark.parametrize("text", TRICKS)
def test_a_text_that_could_move_the_cursor_is_not_shown_even_where_it_was_sealed(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(written(tmp_path / "plain", with_text("张三丰")), "--receipt", RECEIPT["code"],
               *HOLDER) == 0  # fmt: skip
    assert "张三丰" in capsys.readouterr().out
    assert run(written(tmp_path / "trick", with_text(text))) == 1
    assert "shown.json is malformed" in capsys.readouterr().out


def test_a_fingerprint_may_be_typed_in_full_width_digits_and_a_folder_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(tmp_path, BUNDLES[0])
    printed = VECTORS["checkpoints"][6]["fingerprint"]
    wide = printed.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    assert run(folder, "--fingerprint", wide) == 0
    assert run(folder, "--fingerprint", str(tmp_path)) == 1
    assert "ANOTHER HISTORY" in capsys.readouterr().out


def test_a_name_that_is_no_text_is_another_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A console of another encoding hands over bytes that are no letters."""
    folder = written(tmp_path, BUNDLES[0])
    assert run(folder, "--receipt", RECEIPT["code"], "--name", "\udcff") == 1
    assert "not made out to this name" in capsys.readouterr().out


# -- what it promises of itself --------------------------------------------------------------


def test_it_needs_nothing_but_the_standard_library() -> None:
    source = Path(verify.__file__).read_text("utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    names = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert names <= set(sys.stdlib_module_names)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]


def test_it_runs_alone_beside_the_files(tmp_path: Path) -> None:
    folder = written(tmp_path, BUNDLES[0])
    (folder / "verify.py").write_bytes(Path(verify.__file__).read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "verify.py", "--lang", "en"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_refused_lines_of_the_vectors_are_refused() -> None:
    for name, line in VECTORS["refused_lines"].items():
        for no in range(3):
            with pytest.raises((ValueError, RecursionError)):
                verify.read_line(line.encode(), FUND, no)
            assert name


def test_ed25519_agrees_with_a_library() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = key.public_key().public_bytes_raw()
    for length in (0, 1, 64, 200):
        message = bytes(length)
        signature = key.sign(message)
        assert verify.ed25519(public, message, signature)
        for place in (0, 31, 32, 63):
            broken = bytearray(signature)
            broken[place] ^= 1
            assert not verify.ed25519(public, message, bytes(broken))
        assert not verify.ed25519(public, message + b"x", signature)
