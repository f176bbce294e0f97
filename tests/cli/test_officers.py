"""The command ``officer``: from a key to a signed decision, asked for unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.test_terminal import Terminal
from commands import Run
from lovefund.actions import officer_keys

SENTENCE = "a sentence that only one knows"


@pytest.fixture
def chaired(fund: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """O3 is chair and has a key; the passphrase lies in a file for scripts."""
    monkeypatch.setattr(officer_keys, "SCRYPT_N", 4)
    (tmp_path / "passphrase").write_text(SENTENCE + "\n", "utf-8")
    monkeypatch.setenv("LOVEFUND_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    public = fund("officer key O3 --json").json()["public"]
    done = fund(
        "officer appoint O3 --roles 主任 --name 周校长 --contact 12345 --from 2026-09-01 "
        f"--key {public}"
    )
    assert done.code == 0, done.err
    for words in ("O1 --roles bookkeeper --name 王老师", "O5 --roles checker --name 家长甲"):
        done = fund(f"--officer O3 officer appoint {words}")
        assert done.code == 0, done.err
    return fund


def test_from_the_key_to_a_signed_decision(chaired: Run) -> None:
    assert chaired("--officer O3 reserve 20").code == 0
    shown = chaired("show 5").out
    assert "reserved: 20.00" in shown
    assert "sig" not in shown
    assert chaired("--officer O1 grant 20 --reserved 5 --case L1 --guardian 李 --by bank").code == 0
    assert chaired("check").code == 0


def test_the_list_names_nobody_unless_asked(chaired: Run) -> None:
    listed = chaired("officer list")
    assert "chair" in listed.out
    assert "周校长" not in listed.out
    assert "周校长" in chaired("officer list --private").out
    row = chaired("officer list --json").json()[0]
    assert (row["officer"], row["roles"], row["from"], row["until"]) == (
        "O3", ["chair"], "2026-09-01", "",
    )  # fmt: skip
    assert "name" not in row


def test_a_list_of_nobody_says_what_follows(fund: Run) -> None:
    assert "decisions are not signed" in fund("officer list").out


def test_a_wrong_passphrase_books_nothing(chaired: Run, tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_text("another sentence\n", "utf-8")
    wrong = chaired("--officer O3 reserve 20")
    assert wrong.code == 2
    assert "does not open the key file" in wrong.err
    assert chaired("journal --json --all").json()[-1]["kind"] != "grant-approved"


def test_a_key_on_a_stick_is_named(
    chaired: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick.json"
    key = next((tmp_path / "home" / "officers").glob("O3-*.json"))
    key.rename(stick)
    assert "not on this computer" in chaired("--officer O3 reserve 20").err
    monkeypatch.setenv("LOVEFUND_OFFICER_KEY", str(stick))
    assert chaired("--officer O3 reserve 20").code == 0


def test_a_trial_asks_for_no_key(chaired: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOVEFUND_PASSPHRASE_FILE")
    assert chaired("--officer O3 reserve 20 --dry-run").code == 0
    needed = chaired("--officer O3 reserve 20")
    assert (needed.code, "passphrase" in needed.err) == (2, True)


def test_ties_and_recusals_tell_no_reason(chaired: Run) -> None:
    assert chaired("--officer O3 officer relation O3 --tie 与学生丁是叔侄").code == 0
    assert chaired("--officer O3 reserve 20").code == 0
    assert chaired("--officer O3 officer appoint O4 --roles member --name 赵老师").code == 0
    assert chaired("--officer O3 officer recuse O4 --entry 6").code == 0
    exported = chaired("export json").out
    assert "叔侄" not in exported
    assert '"recused"' in exported


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("officer", "What is to be done about officers?"),
        ("officer dismiss O3", "not among the choices"),
        ("officer appoint", "Which officer?"),
        ("officer appoint 周校长 --roles chair --name 周", "capital letters"),
        ("officer appoint O7 --roles king --name 周", "not among the choices"),
        ("officer appoint O7 --roles chair --name 周 --key abc", "not an officer's public key"),
        ("officer rekey O3", "not an officer's public key"),
        ("officer relation O3 --tie ''", "it is empty"),
        ("officer key", "Which officer?"),
    ],
)
def test_what_is_typed_wrongly_is_told(fund: Run, line: str, said: str) -> None:
    answer = fund(line)
    assert (answer.code, said in answer.err) == (2, True), answer.err


def test_at_a_terminal_the_passphrase_is_asked_unseen(chaired: Run, tmp_path: Path) -> None:
    made = Terminal(tmp_path, "officer", "key", "O8")
    _unseen(made, "A passphrase for the new key", SENTENCE)
    _unseen(made, "The same again", "something else")
    _unseen(made, "They differ", SENTENCE)
    _unseen(made, "The same again", SENTENCE)
    made.expect("to be appointed with")
    assert made.end() == 0
    made.close()
    reserve = Terminal(tmp_path, "--officer", "O3", "reserve", "20")
    _unseen(reserve, "The passphrase of", SENTENCE)
    reserve.expect("Booked: entry 5")
    assert reserve.end() == 0
    reserve.close()


def _unseen(terminal: Terminal, question: str, answer: str) -> None:
    """Answer a question; what is typed is not shown."""
    terminal.expect(question)
    terminal.expect("> ")
    terminal.press(answer.encode() + b"\r")
    terminal.expect("\n")
    assert answer not in terminal.shown
