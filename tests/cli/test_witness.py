"""The command ``witness``: parents at their own computer, and the treasurer at hers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from commands import Run, Said
from lovefund.actions.publish import publish
from lovefund.actions.workspace import Workspace
from lovefund.core.days import parse_period
from lovefund.store.engine import Database

OPEN = (
    "open shiqiao --name 石桥爱心基金（虚构） --school 石桥小学（虚构） --treasurer 王老师 "
    "--on 2026-01-01 --practice"
)


def put_out(period: str) -> None:
    """Publish without faces, which nobody here looks at."""
    ws = Workspace(Database("fund.db"))
    publish(ws, parse_period(period), Path("published"), languages=())


class Parents:
    """The same program on another computer: a home of its own, and a copy of what is published."""

    def __init__(self, run: Run, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._run, self._folder, self._patch = run, folder, patch

    def __call__(self, *words: str) -> Said:
        with self._patch.context() as elsewhere:
            elsewhere.setenv("LOVEFUND_HOME", str(self._folder / "home-of-parents"))
            elsewhere.setenv("LOVEFUND_DB", str(self._folder / "no-books.db"))
            return self._run(*words)


@pytest.fixture
def parents(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Parents:
    """A school that has published January; the key that hangs at its notice board is in KEY."""
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-01-05")
    assert run(OPEN).code == 0
    assert run("donate 500 --source staff --from '' --by bank --on 2026-01-03").code == 0
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-02-02")
    put_out("2026-01")
    monkeypatch.setenv("KEY", run("keys public").out.split()[-1])
    return Parents(run, tmp_path, monkeypatch)


def test_a_witness_signs_from_a_pdf_alone(run: Run, parents: Parents, tmp_path: Path) -> None:
    """The same checkpoint as from the folder; a PDF of another program is refused."""
    ws = Workspace(Database("fund.db"))
    done = publish(ws, parse_period("2026-01"), tmp_path / "again", languages=("en",))
    pdf = next(path for path in done.files if path.suffix == ".pdf")
    folder, key = str(pdf.parent), os.environ["KEY"]
    own = parents("witness init --name parents-committee").out.splitlines()[1].strip()
    tried = parents("witness", "sign", folder, "--key", key, "--dry-run")
    signed = parents("witness", "sign", str(pdf), "--key", key)
    assert signed.code == 0
    assert "holds together, and is signed" in signed.out
    assert "the files that the PDF carries" in signed.out
    assert signed.out.splitlines()[1] == tried.out.splitlines()[1]  # the fingerprint
    assert "was signed before" in parents("witness", "sign", folder, "--key", key).out
    (letter,) = Path().glob("cosigned-*.txt")
    assert run("witness", "add", str(letter), "--key", own).code == 0
    Path("other.pdf").write_bytes(b"%PDF-1.7\n%%EOF\n")
    refused = parents("witness", "sign", "other.pdf", "--key", key)
    assert refused.code == 2
    assert "no PDF in which lovefund attached" in refused.err


def test_from_the_key_to_the_cosigned_statement(
    run: Run, parents: Parents, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = parents("witness init --name parents-committee")
    assert made.code == 0
    key = made.out.splitlines()[1].strip()
    assert key.startswith("parents-committee+")
    sign = ("witness", "sign", "published/shiqiao", "--key", os.environ["KEY"])
    assert "nothing was signed" in parents(*sign, "--dry-run").out
    assert "No signature" in parents("witness list").out
    signed = parents(*sign)
    assert signed.code == 0, signed.err
    assert "holds together, and is signed" in signed.out
    letter = "cosigned-shiqiao-0001-parents-committee.txt"
    assert letter in signed.out
    assert run("witness", "add", letter).code == 4
    assert "nothing was booked" in run("witness", "add", letter, "--key", key, "--dry-run").out
    added = run("witness", "add", letter, "--key", key)
    assert added.code == 0, added.err
    assert "parents-committee cosigned statement 1: entry 3" in added.out
    assert "published/shiqiao/0001-2026-01/checkpoint.txt" in added.out
    assert "already" in run("witness", "add", letter).out
    done = run("verify", "published/shiqiao/0001-2026-01", "--key", key)
    assert done.code == 0
    assert "verified, signed by parents-committee 2026-02-02 01:00 UTC" in done.out
    assert run("check").code == 0
    assert "parents-committee" in run("witness list").out
    assert parents("witness list --json").json()["signed"][0]["number"] == 1
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-03-02")
    put_out("2026-02")
    again = parents("witness sign published/shiqiao")
    assert again.code == 0
    assert "was signed before" in again.out
    assert "Statement 2 of shiqiao" in again.out


def test_it_is_told_as_json(run: Run, parents: Parents) -> None:
    key = parents("witness init --name parents-committee --json").json()["public"]
    signed = parents("witness", "sign", "published/shiqiao", "--key", os.environ["KEY"], "--json")
    assert signed.json()[0]["first"] is True
    letter = signed.json()[0]["file"]
    added = run("witness", "add", letter, "--key", key, "--json").json()
    assert (added["witnesses"], added["entries"]) == (["parents-committee"], [3])
    assert run("witness list --json").json()["cosigned"][0]["entry"] == 3


def test_what_is_missing_is_asked_for_in_words(parents: Parents) -> None:
    assert "What does the witness want to do?" in parents("witness").err
    assert "Which short name" in parents("witness init").err
    assert "The folder or PDF of which statement" in parents("witness sign").err
    assert "Which file did the witness send?" in parents("witness add").err
    assert "No signature of a witness" in parents("witness list").out
    for line in ("witness init --name 'A B'", "witness sing", "witness sign nowhere"):
        assert parents(line).code in (2, 4)


def test_chinese_parents_read_chinese(parents: Parents) -> None:
    assert "公钥" in parents("--lang zh witness init --name parents-committee").out
    told = parents(
        "--lang", "zh", "witness", "sign", "published/shiqiao", "--key", os.environ["KEY"]
    )
    assert "前后一致，已签名" in told.out
    assert "此前的历史，您的签名不能担保" in told.out
