"""The people who run the worked school's fund, each with offices and a key; all fictional."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path

from lovefund.actions import handover, officers, rules
from lovefund.actions.evidence import keep_content, keep_evidence
from lovefund.actions.officer_keys import make_key, open_key
from lovefund.actions.officers import Appointment
from lovefund.actions.workspace import Workspace, held_at
from lovefund.core.papers import Papers
from lovefund.core.rulebook import model_text
from lovefund.language import language
from lovefund.log.signatures import Signer
from lovefund.money import yuan
from lovefund.store.book import CHINA, Posted

#: Of the example only: everybody can read it here. A real one is known to its officer alone.
EXAMPLE_PASSPHRASE = "example: not a secret · 示例口令，不是秘密"

BOOKKEEPER, CASHIER, CHAIR, HANDLER = "O1", "O2", "O3", "O4"
MEMBER, TEACHER, SUPERVISOR, SUCCESSOR = "O6", "O7", "O8", "O9"
#: Code, offices, name and whether the officer holds a key.
_PEOPLE = (
    (CHAIR, ("chair",), "周校长（虚构）", True),
    (BOOKKEEPER, ("bookkeeper",), "王老师（虚构）", True),
    (CASHIER, ("cashier",), "李老师（虚构）", True),
    (MEMBER, ("member",), "吴老师（虚构）", True),
    (HANDLER, ("handler",), "赵老师（虚构）", False),
    (TEACHER, ("class-teacher",), "孙老师（虚构）", False),
    (SUPERVISOR, ("supervisor",), "家长代表郑女士（虚构）", False),
)
#: What the school changes in the model rulebook: article, what stands there, what is put there.
OWN_RULES = (
    ("R16", 'severity = "warn"', 'severity = "block"'),
    ("R16", "term_yuan = 1000", "term_yuan = 800"),
    ("R16", "year_yuan = 2000", "year_yuan = 1600"),
    ("R17", "tiers_yuan = [1000, 600, 300]", "tiers_yuan = [600, 400, 300]"),
)


def name_of(officer: str) -> str:
    """Who an officer's code stands for."""
    return next(name for code, _roles, name, _key in _PEOPLE if code == officer)


def told(zh: str, en: str) -> str:
    """What the reader is told, in the reader's language."""
    return zh if language() == "zh" else en


class Clock:
    """Nine in the morning of one day."""

    def __init__(self, day: date) -> None:
        self.day = day

    def __call__(self) -> datetime:
        return datetime.combine(self.day, time(9), CHINA)


def own_rules() -> str:
    """The model rulebook as this school has changed it."""
    text = model_text().replace('id = "model-2026"', 'id = "shiqiao-2026"', 1)
    text = text.replace("since = 2026-01-01", "since = 2026-02-01", 1)
    for article, before, after in OWN_RULES:
        start = text.index(f'id = "{article}"')
        end = text.find("[[article]]", start)
        block = text[start:end]
        assert before in block, (article, before)
        text = text[:start] + block.replace(before, after) + text[end:]
    return text


@dataclass
class Office:
    """The fund's office: its books, its drawer for papers, and who is there with which key."""

    base: Workspace
    drawer: Path
    bookkeeper: str = BOOKKEEPER
    signers: dict[str, Signer] = field(default_factory=dict)
    #: The numbers of entries that later ones build on, by what they are.
    numbers: dict[str, int] = field(default_factory=dict)
    #: How often each article of the rules had something to remark on.
    remarks: Counter[str] = field(default_factory=Counter)

    def at(self, day: date, officer: str = "") -> Workspace:
        """Where an officer works on a day; the bookkeeper where none is named."""
        who = officer or self.bookkeeper
        return replace(self.base, officer=who, clock=Clock(day), signer=self.signers.get(who))

    def booked(self, posted: Posted) -> int:
        """The number of an entry, and what the rules remarked on counted."""
        self.remarks.update(w.rule.split(" ")[0].rstrip("，,") for w in posted.warnings)
        return posted.no

    def paper(self, name: str, said: str, **more: str) -> Papers:
        """A paper of the example, kept as evidence."""
        kept = keep_content(self.base, f"{said}（示例，虚构）\n".encode(), name)
        return Papers(evidence=(kept,), **more)

    def scan(self, *paths: Path, **more: str) -> Papers:
        """Papers from the drawer, kept as evidence."""
        return Papers(evidence=keep_evidence(self.base, paths), **more)

    def held(self, day: date, place: str) -> int:
        """What lies at a place of money, in fen."""
        with self.at(day).reading() as books:
            return sum(held_at(books, place).values())

    # -- who is in office -----------------------------------------------------------------------

    def key_of(self, officer: str) -> str:
        """The public half of a new key, unlocked for the year."""
        made = make_key(officer, EXAMPLE_PASSPHRASE)
        self.signers[officer] = open_key(made.path, EXAMPLE_PASSPHRASE)
        return made.public

    def appoint_all(self, day: date) -> str:
        """The chair first, who signs for all the others; from here on decisions are signed."""
        for code, roles, name, has_key in _PEOPLE:
            key = self.key_of(code) if has_key else ""
            by = BOOKKEEPER if code == CHAIR else CHAIR
            ws = replace(self.at(day, by), signer=self.signers[CHAIR])
            officers.appoint(ws, day, Appointment(code, roles, name, key=key, shown=has_key))
        people, keys = len(_PEOPLE), len(self.signers)
        return told(
            f"任命 {people} 人，{keys} 人有自己的密钥；从此决定须签名",
            f"{people} officers appointed, {keys} with keys of their own: decisions are signed",
        )

    def adopt_rules(self, day: date) -> str:
        """The school's own rules, signed by the chair."""
        path = self.drawer / "rules.toml"
        path.write_text(own_rules(), "utf-8")
        book = rules.read_book(path)
        no = rules.adopt(self.at(day, CHAIR), book).no
        articles, changes = len(book.articles), len(OWN_RULES)
        return told(
            f"采用本校管理办法（{articles} 条，改了 {changes} 处）：第 {no} 笔",
            f"own rules adopted, {articles} articles, {changes} changes: entry {no}",
        )

    def hand_over(self, day: date) -> str:
        """The bookkeeper leaves: the successor is appointed, both sign, the old key stops."""
        leaves = self.bookkeeper
        key = self.key_of(SUCCESSOR)
        officers.appoint(
            self.at(day, CHAIR),
            day,
            Appointment(SUCCESSOR, ("bookkeeper",), "陈老师（虚构）", key=key, shown=True),
        )
        pack = self.drawer / f"handover-{day}.txt"
        counted = self.held(day, "cash")
        no = handover.hand_over(self.at(day, BOOKKEEPER), day, SUCCESSOR, counted, pack).no
        handover.accept(self.at(day, SUCCESSOR), day, no, pack)
        self.bookkeeper = SUCCESSOR
        return told(
            f"会计交接 {leaves} → {SUCCESSOR}，点清现金 {yuan(counted)} 元，双方签名：第 {no} 笔",
            f"the bookkeeper hands over, {leaves} to {SUCCESSOR}, {yuan(counted)} in cash counted, "
            f"both signed: entry {no}",
        )
