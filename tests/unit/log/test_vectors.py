"""The log format against the published vectors: what is written, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lovefund.errors import BadInput
from lovefund.log import checkpoints, lines, receipts, seals, tree

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "log-v1.json").read_text("utf-8")
)
ENTRIES = VECTORS["entries"]


@pytest.mark.parametrize("no", range(len(ENTRIES)))
def test_a_line_is_read_and_written_again_to_the_byte(no: int) -> None:
    data = ENTRIES[no]["line"].encode()
    line = lines.read_line(data, VECTORS["fund"], no)
    again = lines.write_line(
        fund=line.fund, no=line.no, kind=line.kind, at=line.at, on=line.on, by=line.by,
        postings=line.postings, facts=line.facts, sealed=line.sealed,
    )  # fmt: skip
    assert again == data
    assert tree.leaf(data).hex() == ENTRIES[no]["leaf"]
    assert tree.check_digits(tree.leaf(data)) == ENTRIES[no]["check_digits"]


def test_roots_and_frontiers_grow_as_published() -> None:
    frontier = tree.Frontier()
    for size in range(len(ENTRIES) + 1):
        assert frontier.root().hex() == VECTORS["roots"][str(size)]
        assert [h.hex() for h in frontier.hashes()] == VECTORS["frontiers"][str(size)]
        if size < len(ENTRIES):
            frontier.push(bytes.fromhex(ENTRIES[size]["leaf"]))


def test_the_tree_is_that_of_certificate_transparency() -> None:
    leaves = [tree.leaf(bytes.fromhex(x)) for x in VECTORS["rfc6962"]["leaves"]]
    for size in range(len(leaves) + 1):
        assert tree.root_of(leaves[:size]).hex() == VECTORS["rfc6962"]["roots"][str(size)]


@pytest.mark.parametrize("seal", VECTORS["sealed"], ids=lambda s: f"{s['no']}-{s['slot']}")
def test_a_commitment_opens_to_its_text(seal: dict[str, str]) -> None:
    nonce = bytes.fromhex(seal["nonce"])
    assert seals.commitment(seal["slot"], nonce, seal["text"]) == seal["commitment"]
    assert seals.commitment(seal["slot"], nonce, seal["text"] + "x") != seal["commitment"]


@pytest.mark.parametrize("receipt", VECTORS["receipts"], ids=lambda r: str(r["no"]))
def test_a_receipt_code_is_written_and_read(receipt: dict[str, Any]) -> None:
    nonce = bytes.fromhex(receipt["nonce"])
    assert receipts.encode(receipt["fund"], receipt["no"], nonce) == receipt["code"]
    assert receipts.decode(receipt["fund"], receipt["code"]) == (receipt["no"], nonce)
    forgiven = receipt["code"].lower().replace("-", " — ").replace("0", "o").replace("1", "l")
    assert receipts.decode(receipt["fund"], forgiven) == (receipt["no"], nonce)
    with pytest.raises(BadInput):
        receipts.decode("another-fund", receipt["code"])


def test_every_slip_of_one_character_is_noticed() -> None:
    receipt = VECTORS["receipts"][0]
    code = receipt["code"].replace("-", "")
    swaps = [code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(29)]
    slips = [code[:i] + c + code[i + 1 :] for i in range(30) for c in receipts.ALPHABET]
    for slip in {*swaps, *slips} - {code}:
        with pytest.raises(BadInput):
            receipts.decode(receipt["fund"], slip)


@pytest.mark.parametrize("checkpoint", VECTORS["checkpoints"], ids=lambda c: str(c["size"]))
def test_checkpoint_bodies_and_fingerprints(checkpoint: dict[str, Any]) -> None:
    size = checkpoint["size"]
    root = bytes.fromhex(VECTORS["roots"][str(size)])
    body = checkpoints.body(VECTORS["fund"], size, root)
    assert body == checkpoint["body"]
    assert checkpoints.parse_body(body) == (VECTORS["fund"], size, root)
    assert checkpoints.fingerprint(body) == checkpoint["fingerprint"]


@pytest.mark.parametrize("name", VECTORS["refused_lines"])
def test_a_line_that_breaks_the_format_is_refused(name: str) -> None:
    with pytest.raises(lines.LineRefused):
        lines.read_line(VECTORS["refused_lines"][name].encode(), VECTORS["fund"])


def test_any_changed_byte_of_a_line_is_refused_or_another_line() -> None:
    data = ENTRIES[1]["line"].encode()
    for place in range(len(data)):
        for bit in range(8):
            broken = bytearray(data)
            broken[place] ^= 1 << bit
            assert tree.leaf(bytes(broken)) != tree.leaf(data)
            try:
                lines.read_line(bytes(broken), VECTORS["fund"], 1)
            except lines.LineRefused:
                continue


def test_normalisation_of_typed_text() -> None:
    assert seals.normalise("\u3000Ａｂ\u00a0 阿\u30fb买\u2022提 ") == "Ab 阿\u00b7买\u00b7提"
    assert seals.normalise_holder(" 张三丰", "Green Hill ") == "张三丰\ngreen hill"
