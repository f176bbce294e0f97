"""Who keeps and reads pupils' files, and what a line about pupils never tells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from laws.test_offices import DAY, appoint, as_, refused
from lovefund.actions import cases, notices, receive, register
from lovefund.actions.check import check
from lovefund.actions.unseal import accesses
from lovefund.actions.workspace import Workspace
from lovefund.core.donations import Donor
from lovefund.core.officers import Role
from lovefund.core.steps import Applicant
from lovefund.core.unsealing import REGISTER, RIGHTS
from world import entry_of, new_books, new_fund

FILE = {"name": "学生甲", "stage": "primary", "need": "hard", "guardian": "监护人甲"}
KEEPERS = {Role.CHAIR, Role.HANDLER, Role.ARCHIVIST}


@pytest.fixture
def school(tmp_path: Path) -> Workspace:
    """Every office has an officer of its own, named after it, with a key; people are fictional."""
    ws = new_fund(new_books(str(tmp_path / "a.db")), today=DAY)
    receive.donate(ws, DAY, 500_000, "bank", "staff", Donor())
    register.keep(ws, DAY, [FILE])
    for role in Role:
        appoint(as_(ws, code(Role.CHAIR)), code(role), role)
    return ws


def code(role: Role) -> str:
    return role.upper()


@pytest.mark.parametrize("role", Role)
def test_files_are_read_by_whose_office_it_is(school: Workspace, role: Role) -> None:
    read = lambda: register.log_reading(as_(school, code(role)), "核对", "学生甲")  # noqa: E731
    if role in RIGHTS[REGISTER]:
        entry = entry_of(school, read().no)
        assert {key: entry.facts[key] for key in ("of", "scope")} == {"of": 0, "scope": "register"}
        assert "sig" in entry.facts
        with school.reading() as books:
            assert [(a.by, a.reason) for a in accesses(books)] == [(code(role), "核对")]
        assert check(school) == []
    else:
        assert refused(read) == ["may-not-unseal"]
        with school.reading() as books:
            assert accesses(books) == []


@pytest.mark.parametrize("role", Role)
def test_files_are_kept_by_whose_office_it_is(school: Workspace, role: Role) -> None:
    row = {**FILE, "name": "学生乙"}
    keep = lambda: register.keep(as_(school, code(role)), DAY, [row])  # noqa: E731
    if role in KEEPERS:
        assert entry_of(school, keep().no).facts == {}
    else:
        assert refused(keep) == ["not-entitled"]


def test_a_class_teacher_reads_no_file_under_the_own_code() -> None:
    assert Role.CLASS_TEACHER not in RIGHTS[REGISTER]
    assert Role.CASHIER not in RIGHTS[REGISTER]


def test_a_class_teacher_records_nothing_about_pupils(school: Workspace) -> None:
    """The line would tell the class with the code of who recorded it."""
    handler, teacher = as_(school, code(Role.HANDLER)), as_(school, code(Role.CLASS_TEACHER))
    no = cases.apply(handler, DAY, [Applicant("L9", "监护人", 100)]).no
    assert refused(lambda: cases.confirm(teacher, no, DAY)) == ["not-entitled"]
    assert refused(lambda: cases.apply(teacher, DAY, [Applicant("L8", "监护人", 100)])) == [
        "not-entitled"
    ]
    done = cases.confirm(handler, no, DAY, teacher="李老师（虚构）")
    line = entry_of(school, done.no).line.decode()
    assert json.loads(line)["by"] == code(Role.HANDLER)
    with school.reading() as books:
        assert json.loads(books.sealed(done.no)["file"][1])["teacher"] == "李老师（虚构）"


def test_a_teacher_with_another_office_records_by_that_one(school: Workspace) -> None:
    appoint(as_(school, code(Role.CHAIR)), "O9", Role.CLASS_TEACHER, Role.HANDLER)
    assert cases.apply(as_(school, "O9"), DAY, [Applicant("L9", "监护人", 100)]).no


def test_a_notice_is_in_the_order_of_its_codes(school: Workspace) -> None:
    handler = as_(school, code(Role.HANDLER))
    asked = [Applicant(each, "监护人", 100) for each in ("L7", "L3", "L5")]
    no = cases.apply(handler, DAY, asked).no
    cases.confirm(handler, no, DAY)
    cases.visit(handler, no, DAY, "赵老师")
    cases.review(handler, no, DAY, 5, 5, 0)
    cases.notice(handler, no, "监督小组")
    with school.reading() as books:
        rows = notices.notice_view(books, no, DAY).rows
    assert [row[0] for row in rows] == ["L3", "L5", "L7"]


def test_a_gift_for_a_named_pupil_says_for_which(school: Workspace) -> None:
    give = lambda donor: receive.donate(  # noqa: E731
        as_(school, code(Role.BOOKKEEPER)), DAY, 100, "bank", "society", donor, "named"
    )
    assert refused(lambda: give(Donor("刘先生"))) == ["pupil-missing"]
    entry = entry_of(school, give(Donor("刘先生", pupil="学生甲")).no)
    assert "pupil" not in entry.facts
