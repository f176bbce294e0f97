"""A school whose every private field holds a canary: a text that is nowhere else in the world."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

from lovefund.actions import cases, mend, move, officers, receive, restrictions, spend
from lovefund.actions.bulk import Gift, donate_many
from lovefund.actions.evidence import keep_evidence
from lovefund.actions.open_fund import NewFund, open_fund
from lovefund.actions.workspace import Workspace
from lovefund.core.donations import Donor
from lovefund.core.entries import Holder
from lovefund.core.goods import GoodsLine
from lovefund.core.grants import Recipient
from lovefund.core.names import PublicName
from lovefund.core.papers import Papers
from lovefund.core.steps import Applicant
from lovefund.errors import Refused
from world import Clock, at, new_books

OPENED = date(2026, 1, 1)
#: Given names of canaries are three of these, which no face has a use for: two would now and then
#: come out of a script that is read as if it were UTF-16.
RARE = "麒麟鳌鸫鹮黛鼐鼯麝麂鹬鹫鹳鸢鲲鲷鳄鳜鱿魈魍魉龛齑鹞鹩鹪鹱鹾黜黟黠黢黩黪黯鼋鼍鼗"
SURNAMES = "赵钱孙李周吴郑王冯陈"
#: What every canary of letters and every telephone number of one begins with.
WORD, PHONE = "zqx", "1990417"


class Canaries:
    """Hands out canaries and remembers them, each with the field that it was put in."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.fields: dict[str, str] = {}
        given = ["".join(three) for three in permutations(RARE, 3)]
        chance.shuffle(given)
        self._given = iter(given)

    def word(self, field: str) -> str:
        """Twelve letters of which the first are always the same."""
        letters = "".join(self.chance.choices("abcdefghjkmnprstuvwy", k=9))
        return self._keep(WORD + letters, field)

    def phone(self, field: str) -> str:
        """A telephone number."""
        return self._keep(f"{PHONE}{self.chance.randrange(10**4):04d}", field)

    def name(self, field: str) -> str:
        """A name of four characters, the last three of which are the canary."""
        return self.chance.choice(SURNAMES) + self._keep(next(self._given), field)

    def _keep(self, canary: str, field: str) -> str:
        self.fields[canary] = field
        return canary


class School:
    """Books that are filled at random; what the rules refuse is passed over."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.chance, self.folder, self.canaries = chance, folder, Canaries(chance)
        treasurer = self.canaries.name("treasurer")
        self.ws = Workspace(
            new_books(str(folder / "a.db")), "shiqiao", clock=Clock(OPENED), date_is_right=True
        )
        open_fund(self.ws, NewFund("shiqiao", "石桥基金", "石桥小学", treasurer, on=OPENED))
        restrictions.open_restriction(
            self.ws, OPENED, "home", "留守学生之家", ("home",), "XY-1", papers=self.papers()
        )
        officer = officers.Appointment(
            "O7", ("member",), self.canaries.name("officer"),
            contact=self.canaries.phone("contact of an officer"),
        )  # fmt: skip
        officers.appoint(self.ws, OPENED, officer, self.papers())
        officers.declare(self.ws, OPENED, "O7", self.canaries.word("tie of an officer"))
        self.donors: list[int] = []
        self.refused = 0

    def papers(self) -> Papers:
        """A memo, and a photo whose name and content are canaries too."""
        photo = self.folder / f"{self.canaries.word('name of evidence')}.jpg"
        photo.write_text(self.canaries.word("content of evidence"), "utf-8")
        return Papers(self.canaries.word("memo"), keep_evidence(self.ws, (photo,)))

    def donor(self) -> Donor:
        """A donor whose name is a canary unless it is shown."""
        how = self.chance.choice(list(PublicName))
        public = how in (PublicName.REAL, PublicName.ORG)
        name = "公开企业" if public else self.canaries.name(f"name, {how.value}")
        return Donor(
            name, how, "热心人" if how is PublicName.ALIAS else "",
            self.canaries.word("phrase"), self.canaries.phone("contact"),
            self.canaries.name("pupil whom a donor names"),
        )  # fmt: skip

    def recipients(self, fen: int) -> tuple[Recipient, ...]:
        """One family, or enough that their number is public."""
        return tuple(
            Recipient(
                self.canaries.word("case").upper(), self.canaries.name("guardian"), fen,
                self.canaries.name("pupil"), self.canaries.word("phrase of a guardian"),
            )
            for _family in range(self.chance.choice((1, 2, 6)))
        )  # fmt: skip

    def play(self, first: date, days: int, steps: int) -> Workspace:
        """So many things that happen in these days; the workspace stands after them."""
        for step in range(steps):
            day = first + timedelta(days=step * days // steps)
            self.ws = at(self.ws, day)
            try:
                self.chance.choice(_DEEDS)(self, day)
            except Refused:
                self.refused += 1
        self.ws = at(self.ws, first + timedelta(days=days + 3))
        return self.ws

    # -- what happens ---------------------------------------------------------------------------

    def _gift(self, day: date) -> None:
        fen, place = self.chance.randrange(5_000, 900_000), self.chance.choice(("bank", "wechat"))
        posted = receive.donate(
            self.ws, day, fen, place, "staff", self.donor(),
            self.chance.choice(("general", "home", "named")), self.papers(),
        )  # fmt: skip
        self.donors.append(posted.no)

    def _many(self, day: date) -> None:
        # Rows like earlier ones would be refused as the same gifts.
        fen = 100 * (len(self.canaries.fields) + 1)
        rows = [Gift(n, day, fen + n, "cash", "alumni", self.donor(), "general") for n in range(4)]
        donate_many(self.ws, f"{self.chance.getrandbits(256):064x}", rows)

    def _goods(self, day: date) -> None:
        lines = (GoodsLine("books", self.chance.randrange(1, 30), 9_000),)
        receive.donate_goods(self.ws, day, lines, "society", self.donor(), papers=self.papers())

    def _service(self, day: date) -> None:
        receive.donate_service(
            self.ws, day, 3_000, "visits", "society", self.donor(), papers=self.papers()
        )

    def _unidentified(self, day: date) -> None:
        waiting = receive.receive_unidentified(self.ws, day, 5_000, "bank", self.papers())
        receive.identify_donation(
            self.ws, waiting.no, day, 5_000, "alumni", self.donor(), papers=self.papers()
        )

    def _agency(self, day: date) -> None:
        pupil = self.canaries.name("pupil of agency money")
        receive.receive_agency(self.ws, day, 8_000, "bank", self.donor(), pupil, self.papers())
        guardian = Holder(
            self.canaries.name("guardian of agency money"), self.canaries.word("phrase")
        )
        spend.pay_agency(self.ws, day, 3_000, "bank", guardian, pupil, self.papers())

    def _grant(self, day: date) -> None:
        spend.pay_grants(self.ws, day, self.recipients(2_000), "bank", papers=self.papers())

    def _promise(self, day: date) -> None:
        owed = spend.promise_grants(self.ws, day, self.recipients(1_000), papers=self.papers())
        spend.pay_promised(self.ws, owed.no, day, 1_000, "bank", self.papers())

    def _case(self, day: date) -> None:
        """A life of a grant with every private field of one, and an emergency paid at once."""
        word = self.canaries.word
        asked = [
            Applicant(
                word("case of an application").upper(), self.canaries.name("guardian who applied"),
                1_000, self.canaries.name("pupil of an application"), word("phrase of a family"),
                word("tier"), word("need"), 700, self.canaries.phone("bank account"),
            )
            for _pupil in range(self.chance.choice((1, 6)))
        ]  # fmt: skip
        no = cases.apply(self.ws, day, asked, papers=self.papers()).no
        cases.confirm(self.ws, no, day, self.papers())
        cases.visit(self.ws, no, day, self.canaries.name("visitors"), self.papers())
        cases.review(self.ws, no, day, 5, 5, 0, self.papers())
        cases.notice(self.ws, no, word("contact of a notice"))
        cases.object_to(self.ws, no, day, word("objection"), self.papers())
        cases.answer(self.ws, no, day, word("answer"), upheld=True, papers=self.papers())
        cases.refuse_grant(self.ws, no, day, [asked[0].case], self.papers())
        urgent = [replace(asked[-1], case=word("case of an emergency").upper())]
        no = cases.apply(self.ws, day, urgent, path="emergency").no
        cases.confirm(self.ws, no, day)
        cases.approve(self.ws, no, day, papers=self.papers())
        cases.pay(self.ws, no, day, "bank", papers=self.papers())
        cases.signed(self.ws, no, day, papers=self.papers())

    def _outlay(self, day: date) -> None:
        payee = self.canaries.name("payee")
        spend.pay_outlay(self.ws, day, 1_500, "bank", "home", payee=payee, papers=self.papers())

    def _advance(self, day: date) -> None:
        staff = self.canaries.name("staff")
        spent = spend.pay_advance(self.ws, day, 4_000, "bank", staff, papers=self.papers())
        spend.settle_advance(
            self.ws, spent.no, day, spent_fen=3_000, returned_fen=1_000, papers=self.papers()
        )

    def _move(self, day: date) -> None:
        move.move_money(self.ws, day, 1_000, "wechat", "bank", papers=self.papers())

    def _correct(self, day: date) -> None:
        changes = mend.Changes(amount_fen=self.chance.randrange(5_000, 900_000))
        # Whoever corrects is told that the public will read why.
        mend.correct(self.ws, self.chance.choice(self.donors or [0]), day, changes, "写错了")

    def _void(self, day: date) -> None:
        mend.void(self.ws, self.chance.choice(self.donors or [0]), day, "重复", self.papers())

    def _mend_name(self, day: date) -> None:
        reason = self.canaries.word("reason of a mended name")
        mend.mend_name(self.ws, self.chance.choice(self.donors or [0]), day, self.donor(), reason)

    def _copy(self, day: date) -> None:
        reason = self.canaries.word("reason of a copy")
        mend.copy_receipt(self.ws, self.chance.choice(self.donors or [0]), day, reason)

    def _evidence(self, day: date) -> None:
        mend.add_evidence(self.ws, self.chance.choice(self.donors or [0]), day, self.papers())


_DEEDS: tuple[Callable[[School, date], None], ...] = (
    *(School._gift,) * 5, School._many, School._goods, School._service, School._unidentified,
    School._agency, School._grant, School._grant, School._promise, School._case, School._outlay,
    School._advance, School._move, School._correct, School._void, School._mend_name,
    School._copy, School._evidence,
)  # fmt: skip
