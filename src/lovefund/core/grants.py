"""Money for pupils and programmes: reserved, promised, paid, returned, and passed on.

A grant to fewer than five pupils tells neither their number nor a programme of its own,
and its receipts are filled up with decoys (spec-log sections 1 and 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lovefund.core.accounts import Chart
from lovefund.core.entries import AGENCY, GENERAL, Draft, Entry, Fact, Holder, Posting
from lovefund.core.judge import PUPILS_MIN
from lovefund.core.papers import NO_PAPERS, Papers


@dataclass(frozen=True, slots=True)
class Recipient:
    """A pupil's family as the school's own file knows it; sealed, never published.

    ``case`` is the school's case code, ``guardian`` signs for the money.
    """

    case: str
    guardian: str
    amount_fen: int
    pupil: str = ""
    phrase: str = ""


def _grant(
    chart: Chart,
    kind: str,
    on: date,
    recipients: tuple[Recipient, ...],
    debit: str,
    credit: str,
    restriction: str,
    facts: dict[str, Fact],
    papers: Papers,
) -> Draft:
    total = sum(r.amount_fen for r in recipients)
    counted: dict[str, Fact] = {"pupils": len(recipients)} if len(recipients) >= PUPILS_MIN else {}
    cases = [[r.case, r.pupil, r.guardian, r.amount_fen] for r in recipients]
    return Draft(
        kind,
        on,
        (Posting(debit, credit, restriction, total),),
        {**facts, **counted, **papers.facts()},
        holders=tuple(Holder(r.guardian, r.phrase) for r in recipients),
        file=papers.file(cases=cases),
    )


def grant_paid(
    chart: Chart,
    on: date,
    recipients: tuple[Recipient, ...],
    place: str,
    programme: str = "aid",
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
    approved: int | None = None,
) -> Draft:
    """Grants of one decision, paid on one day from one place: one entry.

    ``approved`` names the entry whose reserved money is used up by this payment.
    """
    total = sum(r.amount_fen for r in recipients)
    facts: dict[str, Fact] = {"channel": place, "programme": programme}
    if approved is not None:
        facts |= {
            "of": approved,
            "grant": approved,
            "reserve_fen": -total,
            "restriction": restriction,
        }
    return _grant(
        chart,
        "grant-paid",
        on,
        recipients,
        chart.code(f"programme:{programme}"),
        chart.code(place),
        restriction,
        facts,
        papers,
    )


def grant_promised(
    chart: Chart,
    on: date,
    recipients: tuple[Recipient, ...],
    programme: str = "aid",
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """Grants told to the families and not yet paid: a payable."""
    return _grant(
        chart,
        "grant-promised",
        on,
        recipients,
        chart.code(f"programme:{programme}"),
        chart.code("grant-due"),
        restriction,
        {"programme": programme},
        papers,
    )


def _programme_of(chart: Chart, promised: Entry) -> str:
    """What a promise was for; one brought forward is aid."""
    role = chart[promised.postings[0].debit].role
    return role.removeprefix("programme:") if role.startswith("programme:") else "aid"


def grant_settled(
    chart: Chart,
    on: date,
    of: Entry,
    restriction: str,
    amount_fen: int,
    place: str,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """A promised grant is paid."""
    return Draft(
        "grant-paid",
        on,
        (Posting(chart.code("grant-due"), chart.code(place), restriction, amount_fen),),
        {
            "of": of.no,
            "item": of.no,
            "channel": place,
            "programme": _programme_of(chart, of),
            **papers.facts(),
        },
        file=papers.file(),
    )


def is_of_few(entry: Entry) -> bool:
    """Whether an entry is a grant to so few pupils that it tells neither number nor programme."""
    return entry.kind in ("grant-paid", "grant-promised") and "pupils" not in entry.facts


def grant_approved(
    on: date,
    amount_fen: int,
    restriction: str = GENERAL,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """A decision reserves money: it stays in the restriction and may not be spent otherwise."""
    return Draft(
        "grant-approved",
        on,
        (),
        {"restriction": restriction, "reserve_fen": amount_fen, **papers.facts()},
        file=papers.file(),
    )


def grant_withdrawn(on: date, of: Entry, amount_fen: int, papers: Papers = NO_PAPERS) -> Draft:
    """A decision, or what is left of it, is withdrawn; its money is free again."""
    return Draft(
        "grant-withdrawn",
        on,
        (),
        {
            "of": of.no,
            "grant": of.no,
            "restriction": of.facts["restriction"],
            "reserve_fen": -amount_fen,
            **papers.facts(),
        },
        file=papers.file(),
    )


def grant_returned(
    chart: Chart,
    on: date,
    of: Entry,
    amount_fen: int,
    place: str,
    closed_year_account: str | None = None,
    papers: Papers = NO_PAPERS,
    cases: Sequence[Sequence[Any]] = (),
) -> Draft:
    """A grant comes back to the restriction it left and lowers its outlay.

    Where the year of the grant is closed, ``closed_year_account`` takes it instead (3201;
    under npo-2004 the net assets). ``cases`` are the rows of a dossier: of whom it came back.
    """
    paid = of.postings[0]
    promised = chart[paid.debit].role == "grant-due"
    outlay = chart.code(f"programme:{of.facts['programme']}") if promised else paid.debit
    return Draft(
        "grant-returned",
        on,
        (Posting(chart.code(place), closed_year_account or outlay, paid.restriction, amount_fen),),
        {"of": of.no, "channel": place, **papers.facts()},
        file=papers.file(cases=list(cases)),
    )


def outlay_paid(
    chart: Chart,
    on: date,
    amount_fen: int,
    place: str,
    programme: str,
    restriction: str = GENERAL,
    payee: str = "",
    papers: Papers = NO_PAPERS,
) -> Draft:
    """A programme's own outlay: equipment, a visit, a lecture, postage."""
    role = "fundraising" if programme == "fundraising" else f"programme:{programme}"
    return Draft(
        "outlay-paid",
        on,
        (Posting(chart.code(role), chart.code(place), restriction, amount_fen),),
        {"channel": place, "programme": programme, **papers.facts()},
        file=papers.file(name=payee),
    )


def agency_received(
    chart: Chart,
    on: date,
    amount_fen: int,
    place: str,
    donor: Holder,
    pupil: str,
    shown: str | None = None,
    papers: Papers = NO_PAPERS,
    answers: str = "",
) -> Draft:
    """Money that a sponsor has us pass on to a pupil of his choice: not the fund's income."""
    return Draft(
        "agency-received",
        on,
        (Posting(chart.code(place), chart.code("agency"), AGENCY, amount_fen),),
        {"channel": place, **papers.facts()},
        shown=shown,
        holders=(donor,),
        file=papers.file(name=donor.name, pupil=pupil, answers=answers),
        receipt=True,
    )


def agency_paid(
    chart: Chart,
    on: date,
    amount_fen: int,
    place: str,
    guardian: Holder,
    pupil: str,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """Agency money reaches the pupil it was given for."""
    return Draft(
        "agency-paid",
        on,
        (Posting(chart.code("agency"), chart.code(place), AGENCY, amount_fen),),
        {"channel": place, **papers.facts()},
        holders=(guardian,),
        file=papers.file(name=guardian.name, pupil=pupil),
    )
