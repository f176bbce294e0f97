"""Two school years that differ in one protected fact, played with commitments that hide perfectly.

What is protected of a pupil is stage, class, kind and need, who it is, and which code of one term
belongs to which of another; of a group under five, how many they are. Whatever an attacker
computes from what is published, he computes the same in both worlds where the bytes are the same.

A commitment hides its text as far as SHA-256 does (spec-log section 2); here each is a number in
a row instead, but that of a shown text, which everybody may read.
"""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest

from lovefund.actions import cases, notices, officers, receive, register, spend
from lovefund.actions.open_fund import NewFund, open_fund
from lovefund.actions.publish import publish, view_of
from lovefund.actions.statements import content_of, statement_of
from lovefund.actions.workspace import Workspace, record
from lovefund.core import pupils
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.core.entries import Holder
from lovefund.core.grants import Recipient
from lovefund.core.officers import key_text
from lovefund.core.steps import Applicant
from lovefund.errors import Refused
from lovefund.log import seals
from lovefund.log.signatures import Signer
from world import Clock, at, new_books

OPENED = date(2026, 2, 20)
CHAIR, HANDLER, CASHIER = "O3", "O4", "O2"
CLASSES = ("T1", "T2", "T3")
#: Statements that overlap: two months, the quarter and the term that they lie in.
STATEMENTS = ("2026-04", "2026-05", "2026-Q2", "2026-spring")


@dataclass(frozen=True)
class Child:
    """All that is protected of a pupil; people are fictional."""

    name: str
    stage: str
    teacher: str
    kind: str
    need: str
    guardian: str
    other_aid_fen: int = 0


@dataclass(frozen=True)
class Secrets:
    """What nobody learns: the children, how small groups are made up, and two codes to exchange."""

    children: tuple[Child, ...]
    families: tuple[int, ...] = (1, 2, 1, 3)
    exchanged: tuple[int, int] | None = None


def drawn(seed: int) -> Secrets:
    """A school's secrets, by chance."""
    chance = random.Random(f"secrets/{seed}")
    return Secrets(
        tuple(
            Child(
                f"学生{n}", chance.choice(list(pupils.STAGES)), chance.choice(CLASSES),
                chance.choice(("孤儿", "单亲", "病残", "")), chance.choice(list(pupils.NEEDS)),
                f"监护人{n}", chance.choice((0, 0, 50_000)),
            )
            for n in range(8)
        ),
        tuple(chance.choice((1, 2, 4)) for _n in range(4)),
    )  # fmt: skip


#: Worlds that differ in one protected fact: what is another, by what is protected.
OTHER: dict[str, Callable[[Secrets, random.Random], Secrets]] = {
    "stage": lambda s, r: _child(s, r, stage=lambda c: _but(pupils.STAGES, c.stage, r)),
    "class": lambda s, r: _child(s, r, teacher=lambda c: _but(CLASSES, c.teacher, r)),
    "kind": lambda s, r: _child(s, r, kind=lambda c: _but(("孤儿", "单亲", "病残"), c.kind, r)),
    "need": lambda s, r: _child(s, r, need=lambda c: _but(pupils.NEEDS, c.need, r)),
    "name": lambda s, r: _child(s, r, name=lambda c: c.name + "儿", guardian=lambda _c: "祖母"),
    "other aid": lambda s, r: _child(s, r, other_aid_fen=lambda c: 50_000 - c.other_aid_fen),
    "how many of a small group": lambda s, r: replace(
        s, families=tuple(_but((1, 2, 3, 4), n, r) for n in s.families)
    ),
    "who has which code of the second term": lambda s, r: replace(
        s, exchanged=tuple(r.sample(range(len(s.children)), 2))  # type: ignore[arg-type]
    ),
}  # fmt: skip


def _but(among, not_this, chance):  # type: ignore[no-untyped-def]
    return chance.choice([each for each in among if each != not_this])


def _child(secrets: Secrets, chance: random.Random, **change: Callable[[Child], object]) -> Secrets:
    which = chance.randrange(len(secrets.children))
    child = secrets.children[which]
    other = replace(child, **{key: new(child) for key, new in change.items()})  # type: ignore[arg-type]
    children = (*secrets.children[:which], other, *secrets.children[which + 1 :])
    return replace(secrets, children=children)


def ideal(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on, chance and commitments begin anew and say nothing of what they hide."""
    bytes_drawn, committed = iter(range(10**9)), iter(range(10**9))
    real = seals.commitment

    def urandom(count: int) -> bytes:
        stream = hashlib.shake_256(f"chance {next(bytes_drawn)}".encode())
        return stream.digest(count)

    def commitment(slot: str, nonce: bytes, text: str) -> str:
        if slot == "shown":
            return real(slot, nonce, text)
        return hashlib.sha256(f"hidden {next(committed)}".encode()).hexdigest()

    monkeypatch.setattr(os, "urandom", urandom)
    monkeypatch.setattr(seals, "commitment", commitment)


@dataclass
class Published:
    """What the attacker holds: lines, statements, what every face shows, and notices as they hung.

    He copied each notice while it hung; that it was taken down later helps nobody.
    """

    lines: list[bytes] = field(default_factory=list)
    statements: dict[str, bytes] = field(default_factory=dict)
    views: dict[str, object] = field(default_factory=dict)
    notices: list[object] = field(default_factory=list)
    pupils: dict[str, int] = field(default_factory=dict)


class Year:
    """A school year by a plan that follows from ``seed`` alone, with the secrets of one world."""

    def __init__(
        self, folder: Path, seed: int, secrets: Secrets, languages: tuple[str, ...]
    ) -> None:
        self.plan = random.Random(f"plan/{seed}")
        self.codes = random.Random(f"codes/{seed}")
        self.secrets, self.folder, self.languages = secrets, folder, languages
        self.held = Published()
        clock = Clock(OPENED)
        self.ws = Workspace(new_books(str(folder / "a.db")), "shiqiao", clock=clock)
        self.ws = replace(self.ws, date_is_right=True)
        open_fund(self.ws, NewFund("shiqiao", "石桥基金", "石桥小学", "王老师", on=OPENED))
        self._appoint()

    def _appoint(self) -> None:
        for code, roles, name in (
            ("O1", ("bookkeeper",), "王老师"), (CASHIER, ("cashier",), "李老师"),
            (HANDLER, ("handler",), "赵老师"),
            *((teacher, ("class-teacher",), f"班主任{teacher}") for teacher in CLASSES),
        ):  # fmt: skip
            officers.appoint(self.ws, OPENED, officers.Appointment(code, roles, name))
        key = key_text(self._signer().public)
        chair = replace(self.ws, officer=CHAIR, signer=self._signer())
        officers.appoint(chair, OPENED, officers.Appointment(CHAIR, ("chair",), "周校长", key=key))

    def _signer(self) -> Signer:
        return Signer(CHAIR.encode().ljust(32, b"."))

    def by(self, officer: str) -> Workspace:
        """The workspace of an officer, on the day that it is."""
        return replace(
            self.ws, officer=officer, signer=self._signer() if officer == CHAIR else None
        )

    def play(self) -> Published:
        """The year: two terms of register, applications, notices, small grants, statements."""
        self._to(date(2026, 4, 7))
        receive.donate(self.ws, self.day, 90_000_00, "bank", "staff", Donor("热心人"))
        self._register()
        self._application(self.plan.sample(range(8), 6))
        self._single(self.plan.randrange(8))
        self._small_groups(self.secrets.families[:2])
        april, may, quarter, term = STATEMENTS
        self._publish(april)
        self._to(date(2026, 5, 6))
        self._agency(self.plan.randrange(8))
        self._single(self.plan.randrange(8))
        self._publish(may)
        self._small_groups(self.secrets.families[2:])
        self._publish(quarter)
        self._publish(term)
        self._to(date(2026, 9, 7))
        self._new_codes()
        # All of them: who applies is public by code, so only codes of one notice can be exchanged.
        self._application(list(range(8)))
        self._read()
        with self.ws.reading() as books:
            self.held.lines = [entry.line for entry in books.entries()]
        return self.held

    @property
    def day(self) -> date:
        """The day that it is."""
        return self.ws.clock().date()

    def _to(self, day: date) -> None:
        self.ws = at(self.ws, max(day, self.day))

    # -- what happens

    def _register(self) -> None:
        rows = [
            {"name": c.name, "stage": c.stage, "need": c.need, "guardian": c.guardian}
            for c in self.secrets.children
        ]
        register.keep(self.by(HANDLER), self.day, rows, chance=self.codes.randrange)

    def _new_codes(self) -> None:
        """The codes of the second term; two of them are as likely the other way round."""

        def build(book, books):  # type: ignore[no-untyped-def]
            known = register.read_register(books, book.at)
            changes = pupils.codes_for(known.pupils, known.term, self.codes.randrange)
            if self.secrets.exchanged:
                a, b = self.secrets.exchanged
                changes[a], changes[b] = (
                    (changes[a][0], changes[b][1]), (changes[b][0], changes[a][1])
                )  # fmt: skip
            return pupils.registered(book.at, changes)

        record(self.by(HANDLER), build)

    def code(self, which: int) -> str:
        """The code that a child has this term."""
        with self.ws.reading() as books:
            known = register.read_register(books, self.day)
        return known.code(known.called(self.secrets.children[which].name))

    def _asked(self, which: int, fen: int) -> Applicant:
        child = self.secrets.children[which]
        return Applicant(
            self.code(which), "", fen, tier=child.kind, other_aid_fen=child.other_aid_fen
        )

    def _application(self, which: list[int]) -> None:
        """A batch through every step, in the order of the school's list."""
        fen = self.plan.choice((300_00, 400_00))
        asked = [self._asked(n, fen) for n in sorted(which)]
        no = cases.apply(self.by(HANDLER), self.day, asked).no
        cases.confirm(self.by(HANDLER), no, self.day)
        self._on_to_the_end(no)

    def _single(self, which: int) -> None:
        """One pupil alone: confirmed by the teacher of the class where that is let."""
        no = cases.apply(self.by(HANDLER), self.day, [self._asked(which, 200_00)]).no
        teacher = self.secrets.children[which].teacher
        try:
            cases.confirm(self.by(teacher), no, self.day)
        except Refused:
            cases.confirm(self.by(HANDLER), no, self.day, teacher=teacher)
        self._on_to_the_end(no)

    def _on_to_the_end(self, no: int) -> None:
        cases.visit(self.by(HANDLER), no, self.day, "赵老师、钱老师")
        cases.review(self.by(HANDLER), no, self.day, 5, 5, 0)
        cases.notice(self.by(HANDLER), no, "监督小组")
        with self.ws.reading() as books:
            self.held.notices.append(notices.notice_view(books, no, self.day))
        if self.languages:
            notices.write_notice(self.ws, no, self.folder / "out", self.languages)
        cases.approve(self.by(CHAIR), no, self.day)
        self._to(date.fromordinal(self.day.toordinal() + 20))
        cases.pay(self.by(CASHIER), no, self.day, "bank")
        cases.signed(self.by(HANDLER), no, self.day)

    def _small_groups(self, families: tuple[int, ...]) -> None:
        """Grants to groups under five: the sum is public, how many share it is not."""
        for count in families:
            each = 12_000_00 // 100 // count
            group = tuple(Recipient(f"K{n}", f"监护人{n}", each, f"学生{n}") for n in range(count))
            approval = spend.reserve_grant(self.by(CHAIR), self.day, each * count)
            spend.pay_grants(self.by(CASHIER), self.day, group, "bank", approved=approval.no)

    def _agency(self, which: int) -> None:
        child = self.secrets.children[which]
        donor = Donor("刘先生", pupil=child.name)
        receive.receive_agency(self.ws, self.day, 80_00, "bank", donor, child.name)
        guardian = Holder(child.guardian)
        spend.pay_agency(self.by(CASHIER), self.day, 80_00, "bank", guardian, child.name)
        receive.donate(self.ws, self.day, 60_00, "bank", "society", donor, "named")

    def _read(self) -> None:
        who = self.secrets.children[self.plan.randrange(8)].name
        register.log_reading(self.by(CHAIR), f"{who}的家长来问", who)

    def _publish(self, name: str) -> None:
        period = parse_period(name)
        last = period.day_to
        self._to(date.fromordinal(last.toordinal() + 5))
        publish(self.ws, period, self.folder / "out", self.languages)
        with self.ws.reading() as books:
            entry = statement_of(books, period)
            assert entry is not None
            content = content_of(books, entry)
            self.held.statements[name] = content
            self.held.views[name] = view_of(books, entry, content)


def worlds(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    seed: int,
    protected: str,
    languages: tuple[str, ...] = (),
) -> Iterator[Year]:
    """The same year twice, once with another protected fact; both are played."""
    secrets = drawn(seed)
    other = OTHER[protected](secrets, random.Random(f"other/{seed}"))
    assert other != secrets
    for number, each in enumerate((secrets, other)):
        place = folder / f"{protected}-{seed}-{number}".replace(" ", "-")
        place.mkdir()
        monkeypatch.setenv("LOVEFUND_KEYS", str(place / "keys"))
        monkeypatch.setenv("LOVEFUND_HOME", str(place / "home"))
        ideal(monkeypatch)
        year = Year(place, seed, each, languages)
        year.play()
        yield year
