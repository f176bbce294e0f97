"""Law 12 by the rule and not by the code: who may do which step of a case.

Written from 会计法 art. 25 and 35 and the sentence of the law: *no one decides on what he
drafted, pays what he decided, or reconciles what he paid*. It knows verbs and people, no kinds,
facts or keys. What is reconciled is the day and the place of every other step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

Roles = frozenset[str]


@dataclass(frozen=True)
class Step:
    """A verb, the step that it builds on by its place (None: a new case), and what it is."""

    verb: str
    on: int | None = None


#: What each verb does; those that mend do what the step does that they mend.
MEANS = {
    "apply": "drafts",
    "confirm": "drafts",
    "decide": "decides",
    "pay-out": "pays",
    "refuse": "decides",
    "approve": "decides",
    "withdraw": "decides",
    "promise": "decides",
    "owe-refund": "decides",
    "pay": "pays",
    "pay-outright": "pays",
    "settle": "pays",
    "return": "pays",
    "spend": "pays",
    "pay-refund": "pays",
    "buy": "lets out",
    "reconcile": "reconciles",
    "agree": "reconciles",
    "gift": "nothing",
}
#: Decisions on grants, which only the chair or a member takes.
COMMITTEE = ("approve", "withdraw", "promise", "decide", "refuse")
PAYING = ("pay", "pay-out", "pay-outright", "settle", "spend", "pay-refund")

#: The ways of a case through every door; the last step is mended where there is one.
WAYS: dict[str, tuple[Step, ...]] = {
    "approve, pay": (Step("approve"), Step("pay", 0)),
    "apply, confirm, decide, pay": (
        Step("apply"), Step("confirm", 0), Step("decide", 1), Step("pay-out", 2),
    ),
    "apply, refuse": (Step("apply"), Step("refuse", 0)),
    "apply, confirm, void": (Step("apply"), Step("confirm", 0), Step("void", 1)),
    "pay outright": (Step("pay-outright"),),
    "promise, settle": (Step("promise"), Step("settle", 0)),
    "approve, spend": (Step("approve"), Step("spend", 0)),
    "approve, withdraw": (Step("approve"), Step("withdraw", 0)),
    "approve, void": (Step("approve"), Step("void", 0)),
    "approve, withdraw, void": (Step("approve"), Step("withdraw", 0), Step("void", 1)),
    "approve, pay, void": (Step("approve"), Step("pay", 0), Step("void", 1)),
    "approve, pay, correct": (Step("approve"), Step("pay", 0), Step("correct", 1)),
    "approve, pay, return": (Step("approve"), Step("pay", 0), Step("return", 1)),
    "approve, pay, withdraw": (Step("approve"), Step("pay", 0), Step("withdraw", 0)),
    "promise, correct": (Step("promise"), Step("correct", 0)),
    "promise, settle, void": (Step("promise"), Step("settle", 0), Step("void", 1)),
    "approve, pay, reconcile, agree": (
        Step("approve"), Step("pay", 0), Step("reconcile"), Step("agree", 2),
    ),
    "approve, reconcile, pay": (Step("approve"), Step("reconcile"), Step("pay", 0)),
    "buy, reconcile, buy": (Step("buy"), Step("reconcile"), Step("buy")),
    "buy, void, reconcile": (Step("buy"), Step("void", 0), Step("reconcile")),
    "gift, reconcile, agree": (Step("gift"), Step("reconcile"), Step("agree", 1)),
    "gift, owe, pay back": (Step("gift"), Step("owe-refund", 0), Step("pay-refund", 1)),
}  # fmt: skip


def may(people: Mapping[str, Roles], way: Sequence[Step], who: Sequence[str], place: int) -> bool:
    """Whether ``who[place]`` may do that step, after those before him did theirs."""
    person, step = who[place], way[place]
    roles = people.get(person, frozenset())
    if not roles or "auditor" in roles:
        return False
    act = _act(way, place)
    origin = step if step.verb not in ("void", "correct") else way[step.on or 0]
    if origin.verb in COMMITTEE and not roles & {"chair", "member"}:
        return False
    if step.verb == "pay-outright":
        return False
    if act == "reconciles" and "cashier" in roles:
        return False
    four = four_different(people)
    for earlier in range(place):
        if who[earlier] == person:
            both = {act, _act(way, earlier)}
            if both in (
                {"drafts", "decides"},
                {"decides", "pays"},
                {"pays", "reconciles"},
                {"lets out", "reconciles"},
            ):
                return False
            if four and both == {"drafts", "pays"}:
                return False
    watched = four or any("checker" in held for held in people.values())
    return watched or step.verb not in PAYING


def _act(way: Sequence[Step], place: int) -> str:
    step = way[place]
    if step.verb in ("void", "correct"):
        return _act(way, step.on or 0)
    return MEANS[step.verb]


def four_different(people: Mapping[str, Roles]) -> bool:
    """Whether bookkeeper, cashier, approver and handler can be four different people."""
    wanted = ({"bookkeeper"}, {"cashier"}, {"chair", "member"}, {"handler"})
    return any(
        all(people[person] & roles for person, roles in zip(four, wanted, strict=True))
        for four in permutations(people, 4)
    )
