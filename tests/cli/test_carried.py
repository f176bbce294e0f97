"""Two officers and one file: a decision is prepared here, signed there, and booked as signed."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commands import Run
from commands import fund as fund
from commands import run as run
from lovefund.actions import officer_keys
from lovefund.log.signatures import Signer

SIGN = "officer sign ask.json --yes"


@pytest.fixture
def school(fund: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A chair, whose key file is on a stick of his own, and a cashier; the next entry is 4."""
    monkeypatch.setattr(officer_keys, "SCRYPT_N", 4)
    (tmp_path / "passphrase").write_text("a sentence\n", "utf-8")
    monkeypatch.setenv("LOVEFUND_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    stick = tmp_path / "stick" / "O3.json"
    key = fund(f"officer key O3 --out {stick} --json").json()["public"]
    for by, words in (
        ("", f"O3 --roles chair --name 周校长 --key {key} --from 2026-09-01"),
        ("--officer O3", "O1 --roles bookkeeper --name 王老师"),
    ):
        monkeypatch.setenv("LOVEFUND_OFFICER_KEY", str(stick))
        done = fund(f"{by} officer appoint {words}")
        assert done.code == 0, done.err
    monkeypatch.delenv("LOVEFUND_OFFICER_KEY")
    return fund


ASK = "--officer O3 --request ask.json reserve 60 --for general --reference M-1 --memo 给家长甲"


def entries(school: Run) -> int:
    return len(school("journal --json").json())


@pytest.fixture
def asked(school: Run, tmp_path: Path) -> Path:
    before = entries(school)
    done = school(ASK)
    assert done.code == 0, done.err
    assert entries(school) == before, "nothing is booked"
    return tmp_path / "ask.json"


@pytest.fixture
def stick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], None]:
    def plug() -> None:
        monkeypatch.setenv("LOVEFUND_OFFICER_KEY", str(tmp_path / "stick" / "O3.json"))

    return plug


def test_it_is_signed_without_books_and_booked_once(
    school: Run, asked: Path, stick: Callable[[], None], tmp_path: Path
) -> None:
    assert stat.S_IMODE(asked.stat().st_mode) == 0o600
    unsigned = school("book ask.json")
    assert (unsigned.code, "request-unsigned" in unsigned.err) == (4, True)
    stick()
    books = tmp_path / "fund.db"
    books.rename(tmp_path / "elsewhere.db")
    signed = school(SIGN)
    assert signed.code == 0, signed.err
    assert "Grant approved" in signed.out
    assert "60.00" in signed.out
    assert "给家长甲" in signed.out, "what is sealed is shown to who signs it"
    (tmp_path / "elsewhere.db").rename(books)
    before = entries(school)
    assert school("book ask.json").code == 0
    assert entries(school) == before + 1
    again = school("book ask.json")
    assert again.code == 0, again.err
    assert entries(school) == before + 1, "the same request again books nothing"
    assert school("check").code == 0


def test_a_log_that_moved_on_needs_a_new_request(
    school: Run, asked: Path, stick: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    stick()
    assert school(SIGN).code == 0
    with monkeypatch.context() as tomorrow:
        tomorrow.setenv("LOVEFUND_TODAY", "2026-10-21")
        refused = school("book ask.json")
        assert (refused.code, "request-stale" in refused.err) == (4, True)
    assert school("interest 1 --by bank").code == 0
    refused = school("book ask.json")
    assert (refused.code, "made anew" in refused.err or "anew" in refused.err) == (4, True)


def change(path: Path, how: Callable[[dict[str, Any]], None]) -> None:
    told = json.loads(path.read_text("utf-8"))
    how(told)
    path.write_text(json.dumps(told, ensure_ascii=False), "utf-8")


def _more(told: dict[str, Any]) -> None:
    told["draft"]["facts"]["reserve_fen"] = 7_000


def _more_in_the_line(told: dict[str, Any]) -> None:
    told["line"] = told["line"].replace('"reserve_fen":6000', '"reserve_fen":7000')


def _other_memo(told: dict[str, Any]) -> None:
    told["draft"]["file"]["memo"] = "给家长乙"


def _other_nonce(told: dict[str, Any]) -> None:
    told["nonces"][1] = "00" * 12


def _other_officer(told: dict[str, Any]) -> None:
    told["line"] = told["line"].replace('"by":"O3"', '"by":"O1"')


def _few_nonces(told: dict[str, Any]) -> None:
    told["nonces"] = told["nonces"][:1]


def _other_request(told: dict[str, Any]) -> None:
    told["draft"]["kind"] = "grant-withdrawn"


def _forged(told: dict[str, Any]) -> None:
    told["sig"] = Signer(b"x" * 32).sign(told["line"].encode())


@pytest.mark.parametrize(
    "harm",
    [_more, _more_in_the_line, _other_memo, _other_nonce, _other_officer, _few_nonces,
     _other_request, _forged],
)  # fmt: skip
def test_what_was_changed_after_it_was_signed_is_not_booked(
    school: Run, asked: Path, stick: Callable[[], None], harm: Callable[[dict[str, Any]], None]
) -> None:
    stick()
    assert school(SIGN).code == 0
    before = entries(school)
    change(asked, harm)
    refused = school("book ask.json")
    assert refused.code == 4, refused.err
    assert entries(school) == before


@pytest.mark.parametrize("harm", [_other_memo, _other_nonce])
def test_nobody_signs_what_was_not_shown(
    school: Run, asked: Path, stick: Callable[[], None], harm: Callable[[dict[str, Any]], None]
) -> None:
    stick()
    change(asked, harm)
    refused = school(SIGN)
    assert refused.code == 2
    assert "not what would be signed" in refused.err
    assert json.loads(asked.read_text("utf-8"))["sig"] == ""


def test_what_needs_no_signature_is_recorded_as_usual(school: Run, tmp_path: Path) -> None:
    for words in ("interest 1 --by bank", "balance", "publish 2026-09"):
        refused = school(f"--request ask.json {words}")
        assert refused.code == 2, refused.out
    assert not (tmp_path / "ask.json").exists()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"lovefund":"lovefund-request-v1"}', "\x00"])
def test_a_file_that_is_none_is_told(school: Run, tmp_path: Path, content: str) -> None:
    (tmp_path / "ask.json").write_text(content, "utf-8")
    for words in ("book ask.json", SIGN):
        refused = school(words)
        assert refused.code == 2
        assert "to mend it" in refused.err


def test_without_the_key_file_nobody_signs(school: Run, asked: Path) -> None:
    refused = school(SIGN)
    assert (refused.code, "no-officer-key" in refused.err) == (4, True)
