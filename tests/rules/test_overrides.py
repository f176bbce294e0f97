"""An article is set aside by two officers, once, in public; and by nobody else."""

from __future__ import annotations

import subprocess
from pathlib import Path
from unittest import mock

import pytest

from commands import Run
from commands import fund as fund
from commands import run as run
from lovefund.actions import officer_keys
from lovefund.core.overrides import Overrides
from lovefund.core.rulebook import model_text

PAID = "--officer O2 spend 400 --programme visits --by bank --memo 车费"


@pytest.fixture
def school(fund: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A chair, a member, a bookkeeper and a cashier; 100 yuan have to stay (entry 7)."""
    monkeypatch.setattr(officer_keys, "SCRYPT_N", 4)
    (tmp_path / "passphrase").write_text("a sentence\n", "utf-8")
    monkeypatch.setenv("LOVEFUND_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    keys = {o: fund(f"officer key {o} --json").json()["public"] for o in ("O3", "O6")}
    for by, words in (
        ("", f"O3 --roles chair --name 周校长 --key {keys['O3']} --from 2026-09-01"),
        ("--officer O3", f"O6 --roles member --name 吴老师 --key {keys['O6']}"),
        ("--officer O3", "O1 --roles bookkeeper --name 王老师"),
        ("--officer O3", "O2 --roles cashier --name 李老师"),
        ("--officer O3", "O5 --roles checker --name 家长甲"),
    ):
        done = fund(f"{by} officer appoint {words}")
        assert done.code == 0, done.err
    text = model_text().replace('"off"', '"block"').replace("least_yuan = 5000", "least_yuan = 200")
    (tmp_path / "rules.toml").write_text(text, "utf-8")
    assert fund("rules adopt rules.toml").code == 4, "a rulebook is for the committee"
    done = fund("--officer O3 rules adopt rules.toml")
    assert done.code == 0, done.err
    return fund


def agreed(school: Run) -> int:
    made = school("--officer O3 override R24 --reason 暴雨后急需接送 --reference M-2026-9 --json")
    assert made.code == 0, made.err
    no = int(made.json()[0]["no"])
    done = school(f"--officer O6 agree {no}")
    assert done.code == 0, done.err
    return no


def test_two_officers_set_an_article_aside_for_one_entry(school: Run) -> None:
    refused = school(PAID)
    assert (refused.code, "R24" in refused.err) == (4, True)
    no = agreed(school)
    done = school(f"{PAID} --override {no}")
    assert done.code == 0, done.err
    assert "R24" in done.err, "it is remarked on"
    again = school(f"--officer O2 spend 50 --programme visits --by bank --override {no}")
    assert again.code == 4
    assert "override-not-agreed" in again.err
    assert school("check").code == 0


def test_the_statement_lists_it(
    school: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = agreed(school)
    assert school(f"{PAID} --override {no}").code == 0
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-11-02")
    assert school("publish 2026-10").code == 0
    for language, words in (
        ("zh", ("特批", "R24", "M-2026-9", "暴雨后急需接送")),
        ("en", ("Rules set aside", "R24", "M-2026-9")),
    ):
        (pdf,) = (tmp_path / "published").rglob(f"statement-{language}.pdf")
        text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True)
        for word in words:
            assert word in text.stdout, word


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("--officer O3 override R22 --reason 急 --reference M-1", "override-not-allowed"),
        ("--officer O3 override R99 --reason 急 --reference M-1", "override-not-allowed"),
        ("--officer O3 override R24 --reason 急", "override-not-allowed"),
        ("--officer O1 override R24 --reason 急 --reference M-1", "not-entitled"),
    ],
)
def test_what_may_not_be_set_aside(school: Run, command: str, code: str) -> None:
    refused = school(command)
    assert refused.code == 4
    assert code in refused.err


def test_one_officer_alone_does_not_do(school: Run) -> None:
    made = school("--officer O3 override R24 --reason 急 --reference M-1 --json").json()[0]["no"]
    refused = school(f"{PAID} --override {made}")
    assert "override-not-agreed" in refused.err
    alone = school(f"--officer O3 agree {made}")
    assert (alone.code, "override-alone" in alone.err) == (4, True)
    assert school(f"--officer O1 agree {made}").code == 4


def test_who_set_it_aside_does_not_pay(school: Run) -> None:
    no = agreed(school)
    paid = school(f"{PAID.replace('O2', 'O6')} --override {no}")
    assert paid.code == 4
    assert "same-person" in paid.err or "not-entitled" in paid.err


def test_without_officers_there_is_no_override(fund: Run, tmp_path: Path) -> None:
    assert fund("rules new rules.toml").code == 0
    assert fund("rules adopt rules.toml").code == 0
    refused = fund("override R24 --reason 急 --reference M-1")
    assert (refused.code, "override-alone" in refused.err) == (4, True)
    assert "lovefund officer appoint" in refused.err
    assert "agree NUMBER" not in refused.err, "nobody is there who could agree"


def test_check_finds_an_override_that_nobody_agreed_to(school: Run) -> None:
    made = school("--officer O3 override R24 --reason 急 --reference M-1 --json").json()[0]["no"]
    with mock.patch.object(Overrides, "judge", return_value=iter(())):
        assert school(f"{PAID} --override {made}").code == 0
    found = school("check")
    assert found.code == 6
    assert "override-not-agreed" in found.out + found.err
