"""Sealed texts are opened by whose office it is, and never without a line in the log."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from commands import Run, fund, run
from laws.test_offices import DAY, appoint, as_, refused
from lovefund.actions import receive
from lovefund.actions.check import check
from lovefund.actions.unseal import accesses, opened, unseal
from lovefund.actions.workspace import Workspace
from lovefund.core.donations import Donor
from lovefund.core.names import PublicName
from lovefund.core.officers import Role
from lovefund.core.unsealing import ENTRY, REGISTER, RIGHTS
from lovefund.errors import MachineLacks
from lovefund.log import seals
from world import entry_of, new_books, new_fund

__all__ = ["fund", "run"]

REASON = "抽样第 3 号，核对捐款人"


@pytest.fixture
def gift(tmp_path: Path) -> Workspace:
    """A fund with one gift, entry 1, by somebody fictional."""
    ws = new_fund(new_books(str(tmp_path / "a.db")), today=DAY)
    receive.donate(ws, DAY, 50_000, "bank", "staff", Donor("张三丰", PublicName.MASKED))
    return ws


def test_an_opening_is_a_line_that_names_its_entry_and_tells_no_text(gift: Workspace) -> None:
    no = unseal(gift, 1, REASON).no
    entry = entry_of(gift, no)
    said = json.loads(entry.line)
    assert (said["kind"], said["facts"]["of"], said["facts"]["scope"]) == ("unsealed", 1, "entry")
    assert list(said["sealed"]) == ["file"]
    with gift.reading() as books:
        texts = opened(books, 1)
        assert texts.file["name"] == "张三丰"
        assert [(a.no, a.of, a.reason) for a in accesses(books)] == [(no, 1, REASON)]
    assert check(gift) == []


def test_what_is_opened_is_what_the_line_commits_to(gift: Workspace) -> None:
    committed = json.loads(entry_of(gift, 1).line)["sealed"]
    with gift.reading() as books:
        texts = opened(books, 1)
    for slot in ("shown", "file"):
        nonce = bytes.fromhex(texts.nonces[slot])
        assert seals.commitment(slot, nonce, texts.texts[slot]) == committed[slot]


def test_no_receipt_code_can_be_made_of_what_is_opened(fund: Run) -> None:
    code = json.loads(fund("show 1 --private --json").out)["codes"][0]
    said = fund("unseal 1 --reason 抽样 --json").out
    assert code[1] not in said
    assert "张三丰" in said


@pytest.mark.parametrize("role", Role)
def test_each_office_opens_what_is_its_own_and_signs_for_it(gift: Workspace, role: str) -> None:
    appoint(as_(gift, "O1"), "O1", "chair")
    appoint(as_(gift, "O1"), "O2", role)
    ws = as_(gift, "O2")
    if role in RIGHTS[ENTRY]:
        no = unseal(ws, 1, REASON).no
        assert b'"sig"' in entry_of(ws, no).line
        assert refused(lambda: unseal(replace(ws, signer=None), 1, REASON)) == ["unsigned"]
    else:
        assert refused(lambda: unseal(ws, 1, REASON)) == ["may-not-unseal"]
    assert check(ws) == []


def test_the_register_is_for_more_offices_than_entries_are() -> None:
    assert RIGHTS[ENTRY] < RIGHTS[REGISTER]
    assert not RIGHTS[REGISTER] & {Role.BOOKKEEPER, Role.CASHIER}


def test_a_judge_deaf_to_offices_is_found_by_check(
    gift: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    appoint(as_(gift, "O1"), "O1", "chair")
    appoint(as_(gift, "O1"), "O2", "cashier")
    with monkeypatch.context() as deaf:
        deaf.setattr("lovefund.core.entitlement.judge_unsealing", lambda *_: iter(()))
        unseal(as_(gift, "O2"), 1, REASON)
    assert [f.code for f in check(gift)] == ["may-not-unseal"]


def test_without_the_key_nothing_is_opened_and_nothing_logged(
    gift: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOVEFUND_KEYS", str(tmp_path / "elsewhere"))
    with pytest.raises(MachineLacks, match="keys of this fund are not on this machine"):
        unseal(gift, 1, REASON)
    with gift.reading() as books:
        assert accesses(books) == []


def test_what_is_frozen_or_destroyed_says_so(gift: Workspace) -> None:
    with gift.database.writing() as connection:
        for row in (
            connection.execute(
                text(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'sealed'"
                )
            )
            .scalars()
            .all()
        ):
            connection.execute(text(f"DROP TRIGGER {row}"))
        connection.execute(text("DELETE FROM sealed WHERE entry_no = 1"))
    with pytest.raises(MachineLacks, match="not kept here any more") as error:
        unseal(gift, 1, REASON)
    assert "keeper of archives" in error.value.remedy()


def test_a_dry_run_opens_nothing(fund: Run) -> None:
    said = fund("unseal 1 --reason 抽样 --dry-run")
    assert said.code == 0
    assert "张三丰" not in said.out + said.err
    assert "No sealed text was opened yet." in fund("access").out


def test_an_opened_entry_can_still_be_voided(fund: Run) -> None:
    assert fund("unseal 1 --reason 抽样").code == 0
    assert "抽样" in fund("access").out
    assert fund("void 1 --reason 重复").code == 0
    assert fund("check").code == 0
