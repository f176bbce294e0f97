"""A statement's figures: each a sum of terms that anyone can recompute from the lines.

A term is [factor, column, account prefix, restriction, kind] (spec-log section 7). Nothing
is shown to the public that is not a figure or a line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from lovefund.core.accounts import AccountClass, Chart
from lovefund.core.entries import AGENCY, Entry, Restriction


class Term(NamedTuple):
    """``column``: opening, debit, credit, closing, count or fact/<name>; "" means all."""

    factor: int
    column: str
    prefix: str = ""
    restriction: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A named number of a statement, in fen or a count, and the terms it is the sum of."""

    id: str
    value: int
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """What the terms are evaluated on.

    ``opening`` is debit minus credit by (account, restriction); ``entries`` are those whose
    ``on`` lies in the period.
    """

    opening: Mapping[tuple[str, str], int]
    entries: tuple[Entry, ...]


class _Sums:
    """Sums over the period, made once and asked by every term."""

    def __init__(self, totals: Totals) -> None:
        self.totals = totals
        self.moved: dict[tuple[str, str, str], list[int]] = {}
        #: How many entries of a kind touched the same places, and what their facts add up to.
        self.touched: dict[tuple[str, frozenset[tuple[str, str]]], Counter[str]] = {}
        for entry in totals.entries:
            places = set()
            for debit, credit, restriction, amount in entry.postings:
                self.moved.setdefault((debit, restriction, entry.kind), [0, 0])[0] += amount
                self.moved.setdefault((credit, restriction, entry.kind), [0, 0])[1] += amount
                places |= {(debit, restriction), (credit, restriction)}
            alike = self.touched.setdefault((entry.kind, frozenset(places)), Counter())
            alike[""] += 1
            for name, fact in entry.facts.items():
                if isinstance(fact, int):
                    alike[name] += fact

    def term(self, term: Term) -> int:
        if term.column == "count" or term.column.startswith("fact/"):
            return term.factor * self._over_entries(term)
        total = 0
        if term.column in ("opening", "closing"):
            total += sum(
                fen
                for (account, restriction), fen in self.totals.opening.items()
                if fits(account, restriction, term)
            )
        if term.column != "opening":
            for (account, restriction, kind), (debit, credit) in self.moved.items():
                if fits(account, restriction, term) and term.kind in ("", kind):
                    total += {"debit": debit, "credit": credit, "closing": debit - credit}[
                        term.column
                    ]
        return term.factor * total

    def _over_entries(self, term: Term) -> int:
        name = "" if term.column == "count" else term.column.removeprefix("fact/")
        total = 0
        for (kind, places), alike in self.touched.items():
            if term.kind not in ("", kind):
                continue
            if (term.prefix or term.restriction) and not any(
                fits(account, restriction, term) for account, restriction in places
            ):
                continue
            total += alike[name]
        return total


def fits(account: str, restriction: str, term: Term) -> bool:
    """Whether a term counts what moves on an account in a restriction."""
    return account.startswith(term.prefix) and term.restriction in ("", restriction)


def _net(sign: int, prefix: str, restriction: str = "", kind: str = "") -> list[Term]:
    """Debit minus credit (sign 1) or credit minus debit (sign -1) of a prefix."""
    return [
        Term(sign, "debit", prefix, restriction, kind),
        Term(-sign, "credit", prefix, restriction, kind),
    ]


def _without_closing(terms: list[Term]) -> list[Term]:
    """The same, leaving the year-end entry out."""
    return terms + [t._replace(factor=-t.factor, kind="year-closed") for t in terms]


def _prefixes(chart: Chart, *kinds: AccountClass) -> list[str]:
    return [account.code for account in chart.of_class(*kinds)]


def definitions(chart: Chart, restrictions: Mapping[str, Restriction]) -> dict[str, list[Term]]:
    """The figures of every statement under this chart: id -> terms."""
    found: dict[str, list[Term]] = {}
    net_assets = ("3", "4", "5")
    brought = _net(-1, "3", kind="opening-balance")
    found["opening"] = [Term(-1, "opening", p) for p in net_assets] + brought
    found["brought-forward"] = brought
    found["income"] = _without_closing(_net(-1, "4"))
    found["outlay"] = _without_closing(_net(1, "5"))
    transfers = _net(-1, "3", kind="transfer-in") + _net(-1, "3", kind="transfer-out")
    found["transfers"] = transfers
    minus = [
        t._replace(factor=-t.factor)
        for kind in ("year-closed", "opening-balance", "transfer-in", "transfer-out")
        for t in _net(-1, "3", kind=kind)
    ]
    found["prior-year"] = _net(-1, "3") + minus
    found["closing"] = [Term(-1, "closing", p) for p in net_assets]
    limited = [code for code, restriction in restrictions.items() if restriction.restricted]
    found["restricted"] = [Term(-1, "closing", p, code) for code in limited for p in net_assets]
    found["income-goods"] = [
        *(t for kind in _GIFTS_IN_KIND for t in _net(-1, "4", kind=kind)),
        Term(1, "fact/income_in_kind_fen"),
    ]
    found["outlay-goods"] = [
        *(t for kind in _OUTLAY_IN_KIND for t in _net(1, "5", kind=kind)),
        *_net(-1, chart.role("stock").code, kind="goods-sold"),
        Term(1, "fact/outlay_in_kind_fen"),
    ]
    gifts = chart.role("source:society").code[:4]
    found["donations"] = [Term(1, "count", gifts, "", kind) for kind in _DONATIONS]
    found["pupils"] = [
        Term(1, "fact/pupils", "", "", kind) for kind in ("grant-paid", "goods-given")
    ]
    found["entries"] = [Term(1, "count")]
    for figure, kinds, sign in (
        ("receivable", (AccountClass.RECEIVABLE,), 1),
        ("payable", (AccountClass.PAYABLE,), -1),
        ("agency", (AccountClass.AGENCY,), -1),
        ("stock", (AccountClass.STOCK, AccountClass.AGENCY_GOODS), 1),
    ):
        found[figure] = [Term(sign, "closing", p) for p in _prefixes(chart, *kinds)]
    for figure, roles in (
        ("cash", ("cash",)),
        ("bank", ("bank",)),
        ("wallets", ("wechat", "alipay")),
    ):
        found[figure] = [Term(1, "closing", chart.code(role)) for role in roles]
    for account in chart.of_class(AccountClass.INCOME):
        found[f"income/{account.code}"] = _without_closing(_net(-1, account.code))
        found[f"income-count/{account.code}"] = _counted(account.code)
    for account in chart.of_class(AccountClass.OUTLAY):
        found[f"outlay/{account.code}"] = _without_closing(_net(1, account.code))
        found[f"outlay-count/{account.code}"] = _counted(account.code)
    for account in chart.of_class(
        AccountClass.MONEY, AccountClass.STOCK, AccountClass.AGENCY_GOODS
    ):
        found[f"place/{account.code}"] = [Term(1, "closing", account.code)]
    for code in restrictions:
        found |= _of_restriction(code)
    return found


_GIFTS_IN_KIND = ("donation-in-kind", "service-donated", "stock-counted")
_OUTLAY_IN_KIND = ("goods-given", "service-donated", "stock-counted")
_DONATIONS = ("donation", "donation-in-kind", "service-donated", "identified")


def _counted(code: str) -> list[Term]:
    """How many entries touch the account, corrections and the year-end entry left out."""
    return [Term(1, "count", code)] + [
        Term(-1, "count", code, "", kind) for kind in ("correction", "void", "year-closed")
    ]


def _minus(terms: list[Term]) -> list[Term]:
    return [t._replace(factor=-t.factor) for t in terms]


def _of_restriction(code: str) -> dict[str, list[Term]]:
    """A restriction's opening (with what was brought forward), in, out, other and closing."""
    if code == AGENCY:
        brought = _net(-1, "26", code, "opening-balance")
        received = _net(-1, "26", code, "agency-received")
        return {
            f"pot-opening/{code}": [Term(-1, "opening", "26", code), *brought],
            f"pot-in/{code}": received,
            f"pot-out/{code}": [*_net(1, "26", code), *brought, *received],
            f"pot-closing/{code}": [Term(-1, "closing", "26", code)],
        }
    brought = _net(-1, "3", code, "opening-balance")
    shown = ("opening-balance", "transfer-in", "transfer-out", "year-closed")
    other = _net(-1, "3", code) + [t for kind in shown for t in _minus(_net(-1, "3", code, kind))]
    return {
        f"pot-opening/{code}": [Term(-1, "opening", p, code) for p in ("3", "4", "5")] + brought,
        f"pot-in/{code}": _without_closing(_net(-1, "4", code))
        + _net(-1, "3", code, "transfer-in"),
        f"pot-out/{code}": _without_closing(_net(1, "5", code))
        + _net(1, "3", code, "transfer-out"),
        f"pot-other/{code}": other,
        f"pot-closing/{code}": [Term(-1, "closing", p, code) for p in ("3", "4", "5")],
    }


def evaluate(defined: Mapping[str, list[Term]], totals: Totals) -> list[Figure]:
    """The figures with their values, by id."""
    sums = _Sums(totals)
    return [
        Figure(name, sum(sums.term(term) for term in terms), tuple(terms))
        for name, terms in sorted(defined.items())
    ]
