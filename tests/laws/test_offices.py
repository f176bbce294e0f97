"""Offices begin and end by entries, and a key signs for as long as its office lasts."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import text

from lovefund.actions import handover, officer_keys, officers, receive, spend
from lovefund.actions.check import check
from lovefund.actions.evidence import evidence_folder
from lovefund.actions.officers import Appointment
from lovefund.actions.rules import adopt
from lovefund.actions.workspace import Workspace
from lovefund.core.donations import Donor
from lovefund.core.handover import pack_text
from lovefund.core.officers import ROLES, incompatible, key_text
from lovefund.core.rules import model
from lovefund.errors import BadInput, Refused, StorageError
from lovefund.language import language, set_language
from lovefund.log import tree
from lovefund.log.signatures import Signer
from world import at, entry_of, new_books, new_fund

DAY, NEXT = date(2026, 6, 1), date(2026, 6, 2)


def signer(name: str) -> Signer:
    return Signer(name.encode().ljust(32, b"."))


def public(name: str) -> str:
    return key_text(signer(name).public)


def as_(ws: Workspace, officer: str, key: str = "") -> Workspace:
    return replace(ws, officer=officer, signer=signer(key or officer))


def appoint(ws: Workspace, officer: str, *roles: str, key: str | None = None) -> int:
    key = officer if key is None else key
    name = f"某{officer}（虚构）"
    who = Appointment(officer, roles, name, key=public(key) if key else "")
    return officers.appoint(ws, DAY, who).no


def refused(do: Callable[[], object]) -> list[str]:
    with pytest.raises(Refused) as error:
        do()
    return [r.code for r in error.value.refusals]


@pytest.fixture
def fund(tmp_path: Path) -> Workspace:
    ws = new_fund(new_books(str(tmp_path / "a.db")), on=date(2026, 1, 1), today=DAY)
    receive.donate(ws, date(2026, 3, 1), 50_000, "bank", "staff", Donor())
    return ws


@pytest.fixture
def chaired(fund: Workspace) -> Workspace:
    """O1 is chair, O2 cashier, O5 checker; all with keys."""
    appoint(as_(fund, "O1"), "O1", "chair")
    for officer, role in (("O2", "cashier"), ("O5", "checker")):
        appoint(as_(fund, "O1"), officer, role)
    return fund


def test_a_signature_is_over_the_line_without_it_for_anyone_to_check(chaired: Workspace) -> None:
    entry = entry_of(chaired, spend.reserve_grant(as_(chaired, "O1"), DAY, 100).no)
    said = json.loads(entry.line)
    signed = base64.urlsafe_b64decode(said["facts"].pop("sig") + "==")
    line = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    Ed25519PublicKey.from_public_bytes(signer("O1").public).verify(signed, line)


def test_a_key_stops_with_its_office(chaired: Workspace) -> None:
    officers.end(as_(chaired, "O1"), DAY, "O2", DAY)
    receive.donate(as_(chaired, "O2"), DAY, 100, "bank", "staff", Donor())
    later = at(chaired, NEXT)
    give = lambda: receive.donate(as_(later, "O2"), NEXT, 100, "bank", "staff", Donor())  # noqa: E731
    assert refused(give) == ["not-in-office"]
    assert check(chaired) == []


def test_an_old_key_stops_at_once(chaired: Workspace) -> None:
    officers.rekey(as_(chaired, "O1"), DAY, "O1", public("new"))
    assert refused(lambda: spend.reserve_grant(as_(chaired, "O1"), DAY, 100)) == ["unsigned"]
    spend.reserve_grant(as_(chaired, "O1", "new"), DAY, 100)
    assert refused(lambda: officers.rekey(as_(chaired, "O1", "new"), DAY, "O1", public("O1"))) == [
        "key-taken"
    ]
    assert check(chaired) == []


@pytest.mark.parametrize(
    ("by", "deed", "codes"),
    [
        ("O1", lambda ws: appoint(ws, "O7", "member"), []),
        ("O2", lambda ws: appoint(ws, "O7", "member"), ["not-entitled"]),
        ("O2", lambda ws: officers.end(ws, DAY, "O2", DAY), []),
        ("O2", lambda ws: officers.end(ws, DAY, "O1", DAY), ["not-entitled"]),
        ("O2", lambda ws: officers.rekey(ws, DAY, "O5", public("x")), ["not-entitled"]),
        ("O5", lambda ws: spend.reserve_grant(ws, DAY, 100), ["not-entitled"]),
        ("O1", lambda ws: adopt(ws, model()), []),
        ("O2", lambda ws: adopt(ws, model()), ["not-entitled"]),
    ],
)
def test_who_may_sign_for_offices(
    chaired: Workspace, by: str, deed: Callable[[Workspace], object], codes: Sequence[str]
) -> None:
    if codes:
        assert refused(lambda: deed(as_(chaired, by))) == codes
    else:
        deed(as_(chaired, by))
    assert check(chaired) == []


def test_without_a_chair_whoever_has_a_key_appoints_one(chaired: Workspace) -> None:
    officers.end(as_(chaired, "O1"), DAY, "O1", DAY)
    later = at(chaired, NEXT)
    officers.appoint(as_(later, "O2"), NEXT, Appointment("O8", ("chair",), "某", key=public("O8")))
    spend.reserve_grant(as_(later, "O8"), NEXT, 100)
    assert check(later) == []


def test_books_do_not_close_to_everybody_when_a_term_runs_out(fund: Workspace) -> None:
    """The last one who had a key appoints, and does nothing else."""
    who = Appointment("O1", ("chair",), "某（虚构）", until=DAY, key=public("O1"))
    officers.appoint(as_(fund, "O1"), DAY, who)
    later = at(fund, NEXT)
    give = lambda: receive.donate(as_(later, "O1"), NEXT, 100, "bank", "staff", Donor())  # noqa: E731
    assert refused(give) == ["not-in-office"]
    anew = Appointment("O1", ("chair",), "某（虚构）", key=public("O1"))
    assert refused(lambda: officers.appoint(as_(later, "O2"), NEXT, anew)) == ["not-in-office"]
    assert refused(lambda: officers.appoint(as_(later, "O1", "x"), NEXT, anew)) == ["unsigned"]
    officers.appoint(as_(later, "O1"), NEXT, anew)
    give()
    assert check(later) == []


def test_the_first_key_is_of_an_office_that_has_begun(fund: Workspace) -> None:
    who = Appointment("O1", ("chair",), "某（虚构）", since=NEXT, key=public("O1"))
    assert refused(lambda: officers.appoint(fund, DAY, who)) == ["officer-facts"]


def test_a_supervisor_or_a_member_signs_for_a_chair_who_is_gone(chaired: Workspace) -> None:
    appoint(as_(chaired, "O1"), "O6", "supervisor")
    officers.end(as_(chaired, "O6"), DAY, "O1", DAY)
    assert check(chaired) == []


@pytest.mark.parametrize("keyed", ["O1", "O2"])
def test_offices_are_appointed_unsigned_until_the_first_key(fund: Workspace, keyed: str) -> None:
    appoint(fund, "O3", "handler", key="")
    appoint(fund, keyed, "chair")
    assert refused(lambda: appoint(fund, "O4", "cashier", key="")) == [
        "unsigned" if keyed == "O1" else "not-in-office"
    ]


@pytest.fixture
def succeeded(chaired: Workspace) -> Workspace:
    """O6 is cashier as well, to take over from O2; 30.00 lie in the cash box."""
    appoint(as_(chaired, "O1"), "O6", "cashier")
    receive.donate(as_(chaired, "O2"), DAY, 3_000, "cash", "staff", Donor())
    spend.reserve_grant(as_(chaired, "O1"), DAY, 1_234)
    return chaired


def test_an_office_is_handed_over_with_a_pack_that_both_sign(
    succeeded: Workspace, tmp_path: Path
) -> None:
    pack = tmp_path / "pack.txt"
    given = handover.hand_over(as_(succeeded, "O2"), DAY, "O6", 2_950, pack)
    text = pack.read_text("utf-8")
    for said in ("移交 from O2 · 接收 to O6", "账目 entries 8", "counted  29.50",
                 "difference  -0.50", "预留 reserved  general  12.34", public("O6")):  # fmt: skip
        assert said in text
    assert f'"sha256":"{sha256(pack.read_bytes()).hexdigest()}"' in str(
        entry_of(succeeded, given.no).line
    )
    receive.donate(as_(succeeded, "O2"), DAY, 100, "bank", "staff", Donor())
    handover.accept(as_(succeeded, "O6"), DAY, given.no, pack)
    last = lambda: receive.donate(as_(succeeded, "O2"), DAY, 100, "bank", "staff", Donor())  # noqa: E731
    assert refused(last) == ["not-in-office"], "the old key stops within the day"
    receive.donate(as_(succeeded, "O6"), DAY, 100, "bank", "staff", Donor())
    assert check(succeeded) == []


def test_a_pack_is_the_same_in_every_language(succeeded: Workspace, tmp_path: Path) -> None:
    before = language()
    for name in ("zh", "en"):
        set_language(name)
        with succeeded.reading() as books:
            made = pack_text(handover.pack_of(books, DAY, "O2", "O6", 0))
        (tmp_path / name).write_text(made, "utf-8")
    set_language(before)
    assert (tmp_path / "zh").read_bytes() == (tmp_path / "en").read_bytes()


def test_another_pack_is_not_accepted_and_not_by_another(
    succeeded: Workspace, tmp_path: Path
) -> None:
    pack, other = tmp_path / "pack.txt", tmp_path / "other.txt"
    no = handover.hand_over(as_(succeeded, "O2"), DAY, "O6", 3_000, pack).no
    other.write_bytes(pack.read_bytes().replace(b"30.00", b"31.00"))
    with pytest.raises(BadInput, match="not the pack"):
        handover.accept(as_(succeeded, "O6"), DAY, no, other)
    assert refused(lambda: handover.accept(as_(succeeded, "O5"), DAY, no, pack)) == ["not-entitled"]
    with pytest.raises(BadInput, match="exists already"):
        handover.hand_over(as_(succeeded, "O2"), DAY, "O6", 3_000, pack)


def test_a_pack_that_was_lost_or_changed_is_found_by_check(
    succeeded: Workspace, tmp_path: Path
) -> None:
    handover.hand_over(as_(succeeded, "O2"), DAY, "O6", 3_000, tmp_path / "pack.txt")
    kept = next(evidence_folder(succeeded).glob("??/*"))
    kept.chmod(0o600)
    kept.write_bytes(kept.read_bytes() + b"\n")
    assert [finding.code for finding in check(succeeded)] == ["evidence"]


def test_nobody_holds_two_offices_that_are_apart() -> None:
    apart = {
        frozenset(("cashier", "bookkeeper")),
        frozenset(("cashier", "archivist")),
        frozenset(("cashier", "supervisor")),
    }
    outside = {"checker", "auditor"}
    for one in ROLES:
        for other in set(ROLES) - {one}:
            pair = frozenset(map(str, (one, other)))
            assert (incompatible(pair) is not None) == (pair in apart or bool(pair & outside)), pair


def _write(ws: Workspace, no: int, change: Callable[[dict[str, object]], None]) -> None:
    """Write another line in place of an entry's, as somebody with the file could."""
    said = json.loads(entry_of(ws, no).line)
    change(said)
    line = json.dumps(said, sort_keys=True, separators=(",", ":"))
    leaf = tree.leaf(line.encode()).hex()
    with ws.database.writing() as c:
        if not ws.database.server:
            for (name,) in c.execute(text("SELECT name FROM sqlite_master WHERE type='trigger'")):
                c.execute(text(f"DROP TRIGGER {name}"))
        c.execute(
            text("UPDATE entry SET line=:line, leaf=:leaf, officer=:by WHERE no=:no"),
            {"line": line, "leaf": leaf, "by": said["by"], "no": no},
        )


def _facts(said: dict[str, object], **changed: object) -> None:
    facts = said["facts"]
    assert isinstance(facts, dict)
    facts.update(changed)
    for key in [key for key, value in facts.items() if value is None]:
        del facts[key]


_FORGED: Mapping[str, Callable[[dict[str, object]], None]] = {
    "a signature taken away": lambda said: _facts(said, sig=None),
    "another amount": lambda said: _facts(said, reserve_fen=50_000),
    "another officer": lambda said: said.update(by="O1"),
    "a signature of nothing": lambda said: _facts(said, sig="A" * 86),
    "a signature that is none": lambda said: _facts(said, sig="."),
}


@pytest.mark.parametrize("how", _FORGED)
def test_check_finds_a_decision_that_its_officer_did_not_sign(chaired: Workspace, how: str) -> None:
    appoint(as_(chaired, "O1"), "O6", "member")
    no = spend.reserve_grant(as_(chaired, "O6"), DAY, 100).no
    assert check(chaired) == []
    _write(chaired, no, _FORGED[how])
    assert ("unsigned", f"entry {no}") in {(f.code, f.where) for f in check(chaired)}


def test_a_key_file_opens_with_its_passphrase_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(officer_keys, "SCRYPT_N", 4)
    made = officer_keys.make_key("O3", "一句只有本人知道的话", tmp_path / "stick" / "key.json")
    assert made.path.stat().st_mode & 0o777 == 0o600
    opened = officer_keys.open_key(made.path, "一句只有本人知道的话")
    assert key_text(opened.public) == made.public
    assert opened.seed.hex() not in made.path.read_text("utf-8")
    assert repr(opened.seed) not in repr(opened)
    with pytest.raises(BadInput, match="does not open"):
        officer_keys.open_key(made.path, "一句只有本人知道的画")
    with pytest.raises(BadInput, match="shorter"):
        officer_keys.make_key("O3", "short", tmp_path / "other.json")
    with pytest.raises(StorageError, match="exists"):
        officer_keys.make_key("O3", "long enough for it", made.path)
    made.path.chmod(0o644)
    with pytest.raises(StorageError, match="may read"):
        officer_keys.open_key(made.path, "一句只有本人知道的话")


@pytest.mark.parametrize(
    "change", [("scrypt_n", 1 << 30), ("box", "!"), ("public", "A"), ("lovefund", "other")]
)
def test_a_key_file_that_is_none_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: tuple[str, object]
) -> None:
    monkeypatch.setattr(officer_keys, "SCRYPT_N", 4)
    made = officer_keys.make_key("O3", "long enough for it", tmp_path / "key.json")
    content = json.loads(made.path.read_text("utf-8"))
    content[change[0]] = change[1]
    made.path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(StorageError, match="cannot be read"):
        officer_keys.open_key(made.path, "long enough for it")


def test_a_key_costs_a_guesser_what_we_say() -> None:
    """128 MiB and n = 2^17, as the page says; no cheaper one is written by mistake."""
    assert 128 * 8 * officer_keys.SCRYPT_N == 128 * 1024 * 1024
