"""A school whose officers are appointed, with the chair's key on this computer."""

from __future__ import annotations

import json
from unittest import mock

from errors.school import School
from lovefund.actions import officer_keys

#: The passphrase lies in a file, as for a script; people are fictional.
ENV = {"LOVEFUND_PASSPHRASE_FILE": "passphrase"}
#: A public key whose other half nobody has.
KEY = "A" * 43


def _key(school: School, officer: str) -> str:
    path = school.folder / ENV["LOVEFUND_PASSPHRASE_FILE"]
    path.write_text("a sentence that only one knows\n", "utf-8")
    path.chmod(0o600)
    with mock.patch.object(officer_keys, "SCRYPT_N", 2):
        made = school.run(f"officer key {officer} --json", **ENV)
    assert made.code == 0, made.err
    return str(made.json()["public"])


def chair_alone(school: School) -> None:
    """Who records by default is the chair, and has a key."""
    key = _key(school, "O1")
    school.live(f"officer appoint O1 --roles chair --name 周校长 --key {key}")


def few(school: School) -> None:
    """A chair and a cashier, and nobody else."""
    key = _key(school, "O3")
    school.live(
        "officer appoint O2 --roles cashier --name 李老师",
        f"officer appoint O3 --roles chair --name 周校长 --key {key}",
    )


def all_appointed(school: School) -> None:
    """Bookkeeper, cashier, handler and chair are four people; only the chair has a key."""
    school.live(
        "officer appoint O1 --roles bookkeeper --name 王老师",
        "officer appoint O4 --roles handler,member --name 赵老师",
    )
    few(school)


def chair_recused(school: School) -> None:
    all_appointed(school)
    done = school.run("--officer O3 officer recuse O3 --entry 9", **ENV)
    assert done.code == 0, done.err


def asked(school: School) -> None:
    """The chair is to approve by a request that lies ready, and nobody signed it."""
    chair_alone(school)
    done = school.run("--request ask.json reserve 60 --for general", **ENV)
    assert done.code == 0, done.err


def asked_and_signed(school: School) -> None:
    """The request is signed, and another entry is recorded before it is booked."""
    asked(school)
    done = school.run("officer sign ask.json --yes", **ENV)
    assert done.code == 0, done.err
    school.live("interest 1 --by bank")


def asked_and_changed(school: School) -> None:
    """The request is signed, and then what it would book is changed."""
    asked(school)
    done = school.run("officer sign ask.json --yes", **ENV)
    assert done.code == 0, done.err
    path = school.folder / "ask.json"
    told = json.loads(path.read_text("utf-8"))
    told["draft"]["facts"]["reserve_fen"] = 7_000
    path.write_text(json.dumps(told), "utf-8")
