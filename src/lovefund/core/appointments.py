"""Entries about officers: appointed, ended, given a new key, handed over, related, recused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from lovefund.core.entries import Draft, Entry, Fact
from lovefund.core.officers import ACCEPTED, APPOINTED, ENDED, HANDOVER, REKEYED, Handover, Term
from lovefund.core.papers import NO_PAPERS, Papers


def appointed(
    on: date,
    officer: str,
    roles: Iterable[str],
    since: date,
    until: date | None,
    key: str,
    name: str,
    contact: str = "",
    *,
    shown: bool = False,
    papers: Papers = NO_PAPERS,
) -> Draft:
    """An officer takes office; the name is sealed, and shown only with consent.

    ``key`` is the public key of the officer's own, or empty for one who signs nothing.
    """
    facts: dict[str, Fact] = {
        # Every appointment hangs on the opening of the fund, where it is found without a search.
        "of": 0,
        "officer": officer,
        "roles": sorted(map(str, roles)),
        "from": since.isoformat(),
    }
    if until is not None:
        facts["until"] = until.isoformat()
    if key:
        facts["key"] = key
    return Draft(
        APPOINTED,
        on,
        facts=facts | papers.facts(),
        shown=name if shown else None,
        file=papers.file(name=name, contact=contact),
    )


def ended(on: date, term: Term, last: date, papers: Papers = NO_PAPERS) -> Draft:
    """An office ends with a day; its key signs nothing after it."""
    facts: dict[str, Fact] = {"of": term.no, "officer": term.officer, "last": last.isoformat()}
    return Draft(ENDED, on, facts=facts | papers.facts(), file=papers.file())


def rekeyed(on: date, term: Term, key: str, papers: Papers = NO_PAPERS) -> Draft:
    """An officer gets a new key; the old one signs nothing from this entry on."""
    facts: dict[str, Fact] = {"of": term.no, "officer": term.officer, "key": key}
    return Draft(REKEYED, on, facts=facts | papers.facts(), file=papers.file())


def handed_over(
    on: date, term: Term, to: str, pack_sha256: str, papers: Papers = NO_PAPERS
) -> Draft:
    """An officer hands over to a successor what the pack says."""
    facts: dict[str, Fact] = {
        "of": term.no,
        "officer": term.officer,
        "to": to,
        "sha256": pack_sha256,
    }
    return Draft(HANDOVER, on, facts=facts | papers.facts(), file=papers.file())


def handover_accepted(on: date, no: int, handover: Handover, papers: Papers = NO_PAPERS) -> Draft:
    """The successor accepts the pack of entry ``no``; the other's office ends at once."""
    facts: dict[str, Fact] = {
        "of": no,
        "officer": handover.to,
        "sha256": handover.sha256,
        "last": on.isoformat(),
    }
    return Draft(ACCEPTED, on, facts=facts | papers.facts(), file=papers.file())


def relation_declared(on: date, term: Term, tie: str, papers: Papers = NO_PAPERS) -> Draft:
    """An officer declares a tie to a family, donor or payee; to whom is sealed."""
    facts: dict[str, Fact] = {"of": term.no, "officer": term.officer}
    return Draft("relation-declared", on, facts=facts | papers.facts(), file=papers.file(tie=tie))


def recused(on: date, case: Entry, officer: str, papers: Papers = NO_PAPERS) -> Draft:
    """An officer takes no part in a decision; that it is so is published, why is not."""
    facts: dict[str, Fact] = {"of": case.no, "officer": officer}
    return Draft("recused", on, facts=facts | papers.facts(), file=papers.file())
