"""Gifts to the fund: money, goods and services, and what becomes of them.

A gift is restricted only where the donor's limit is narrower than the fund's own purpose
(财会〔2020〕9号 五); then it is booked in that donor's restriction, never in an account.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from lovefund.core.accounts import Chart
from lovefund.core.entries import GENERAL, NAMED, Draft, Entry, Fact, Holder, Posting
from lovefund.core.goods import GoodsLine, goods_facts
from lovefund.core.names import PublicName, public_name
from lovefund.core.papers import NO_PAPERS, Papers
from lovefund.errors import Refusal
from lovefund.language import _


@dataclass(frozen=True, slots=True)
class Donor:
    """Who gives, and how the gift is to be shown; asked anew for each gift.

    ``phrase`` is the donor's own choice and printed nowhere; it keeps another person from
    holding the same receipt code (spec-log section 2). ``pupil`` is whom a gift for a named pupil
    is for, ``answers`` those to the three questions (:data:`THREE_QUESTIONS`), as ``yny``.
    """

    name: str = ""
    public: PublicName = PublicName.ANONYMOUS
    alias: str = ""
    phrase: str = ""
    contact: str = ""
    pupil: str = ""
    answers: str = ""

    @property
    def shown(self) -> str | None:
        """The public name, or None for an anonymous gift."""
        return public_name(self.public, self.name, self.alias)


#: Money for a pupil whom the donor names is only passed on where the answer to all three is yes
#: (财会〔2020〕9号 三); else it is the fund's own, restricted to that pupil.
THREE_QUESTIONS = "yyy"


def told_apart(answers: str, *, agency: bool) -> Iterator[Refusal]:
    """Why these answers do not go with money that is only passed on, or with a gift."""
    if not answers or (answers == THREE_QUESTIONS) == agency:
        return
    yield Refusal(
        "three-questions",
        _("the answers say that this money is not only passed on: it is the fund's own")
        if agency
        else _("the answers say that this money is only passed on: it is not the fund's"),
        _("Three times yes: it is passed on; one no, and it is income (财会〔2020〕9号 三)."),
        _("book it with `lovefund donate --for named`")
        if agency
        else _("book it with `lovefund agency-in`"),
    )


def _file(donor: Donor, restriction: str, papers: Papers) -> dict[str, Any] | None:
    """The dossier of a gift; for which pupil it is stands there and nowhere else."""
    named = {"pupil": donor.pupil, "answers": donor.answers} if restriction == NAMED else {}
    return papers.file(name=donor.name, contact=donor.contact, public=donor.public.value, **named)


def donation(
    chart: Chart,
    on: date,
    amount_fen: int,
    place: str,
    source: str,
    donor: Donor,
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """A gift of money, received at a place (cash, bank, wechat, alipay)."""
    return Draft(
        "donation",
        on,
        (Posting(chart.code(place), chart.code(f"source:{source}"), restriction, amount_fen),),
        {"channel": place, **papers.facts()},
        shown=donor.shown,
        holders=(Holder(donor.name, donor.phrase),),
        file=_file(donor, restriction, papers),
        receipt=True,
    )


def donation_in_kind(
    chart: Chart,
    on: date,
    goods: tuple[GoodsLine, ...],
    source: str,
    donor: Donor,
    restriction: str = GENERAL,
    basis: str = "document",
    papers: Papers = NO_PAPERS,
) -> Draft:
    """A gift of goods at the amount on its document or at fair value (财会〔2004〕7号 art. 16).

    ``basis`` is ``document`` or ``fair-value``.
    """
    total = sum(line.value_fen for line in goods)
    return Draft(
        "donation-in-kind",
        on,
        (Posting(chart.code("stock"), chart.code(f"source:{source}"), restriction, total),),
        {"basis": basis, **goods_facts(goods, restriction), **papers.facts()},
        shown=donor.shown,
        holders=(Holder(donor.name, donor.phrase),),
        file=_file(donor, restriction, papers),
        receipt=True,
    )


def service_donated(
    chart: Chart,
    on: date,
    amount_fen: int,
    programme: str,
    source: str,
    donor: Donor,
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """A donated service with a document that shows its fair value (npo-2026 only [V2])."""
    debit, credit = chart.code(f"programme:{programme}"), chart.code(f"source:{source}")
    return Draft(
        "service-donated",
        on,
        (Posting(debit, credit, restriction, amount_fen),),
        papers.facts(),
        shown=donor.shown,
        holders=(Holder(donor.name, donor.phrase),),
        file=_file(donor, restriction, papers),
        receipt=True,
    )


def unidentified(
    chart: Chart, on: date, amount_fen: int, place: str, papers: Papers = NO_PAPERS
) -> Draft:
    """Money that came in and nobody knows from whom: a payable until it is solved."""
    debit, credit = chart.code(place), chart.code("unidentified")
    return Draft(
        "unidentified",
        on,
        (Posting(debit, credit, GENERAL, amount_fen),),
        {"channel": place, **papers.facts()},
        file=papers.file(),
    )


def identified_donation(
    chart: Chart,
    on: date,
    of: Entry,
    lies_in: str,
    amount_fen: int,
    account: str,
    source: str,
    donor: Donor,
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """An unidentified receipt turns out to be a gift, free or restricted.

    Its money lies in ``account``, under the restriction ``lies_in``.
    """
    waiting, gift = chart.code("unidentified"), chart.code(f"source:{source}")
    postings: tuple[Posting, ...] = (Posting(waiting, gift, restriction, amount_fen),)
    if restriction != lies_in:
        postings = (
            Posting(waiting, account, lies_in, amount_fen),
            Posting(account, gift, restriction, amount_fen),
        )
    return Draft(
        "identified",
        on,
        postings,
        {"of": of.no, "item": of.no, **papers.facts()},
        shown=donor.shown,
        holders=(Holder(donor.name, donor.phrase),),
        file=_file(donor, restriction, papers),
        receipt=True,
    )


def identified_returned(
    chart: Chart,
    on: date,
    of: Entry,
    restriction: str,
    amount_fen: int,
    place: str,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """An unidentified receipt was a wrong transfer and goes back."""
    return Draft(
        "identified",
        on,
        (Posting(chart.code("unidentified"), chart.code(place), restriction, amount_fen),),
        {"of": of.no, "item": of.no, "channel": place, **papers.facts()},
        file=papers.file(),
    )


def refund_owed(
    chart: Chart,
    on: date,
    of: Entry,
    amount_fen: int,
    *,
    own_fault: bool,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """A gift has to be given back: our own fault is cost, an outside cause lowers income.

    Under npo-2004 an outside cause is cost too.
    """
    gift = next(p for p in of.postings if chart[p.credit].role.startswith("source:"))
    cost = own_fault or chart.refund == "cost"
    debit = chart.code("own-fault") if cost else gift.credit
    facts: dict[str, Fact] = {"of": of.no, "cause": "own-fault" if own_fault else "outside"}
    return Draft(
        "refund-owed",
        on,
        (Posting(debit, chart.code("refund-due"), gift.restriction, amount_fen),),
        {**facts, **papers.facts()},
        file=papers.file(),
    )


def refund_paid(
    chart: Chart,
    on: date,
    of: Entry,
    restriction: str,
    amount_fen: int,
    place: str,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """A refund that was owed is paid, to the payer's own account (民法典 658-666)."""
    return Draft(
        "refund-paid",
        on,
        (Posting(chart.code("refund-due"), chart.code(place), restriction, amount_fen),),
        {"of": of.no, "item": of.no, "channel": place, **papers.facts()},
        file=papers.file(),
    )
