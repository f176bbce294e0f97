"""The laws as a judge of drafts: every refusal at once, each with its rule and remedy.

Pure: what the judge knows of the books is handed in as a :class:`View`. What needs totals
(laws 2 and 4) is judged by the gate after it has added the effects up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from lovefund.core.accounts import AccountClass, Chart
from lovefund.core.entries import AGENCY, NAMED, Draft, Fact, Posting, Restriction
from lovefund.core.kinds import KINDS, Kind, pair_allowed
from lovefund.core.names import is_of_several
from lovefund.core.succession import STILL
from lovefund.errors import Refusal
from lovefund.language import _, language
from lovefund.money import AMOUNT_FEN_MAX, yuan

#: The kinds by which gifts come in, and the source of those of pupils.
GIFTS = ("donation", "donation-in-kind", "service-donated", "identified")
CLASS = "source:class"
#: Below this number of pupils an entry tells neither their number nor a programme of its own.
PUPILS_MIN = 5


@dataclass(frozen=True, slots=True)
class View:
    """What the judge may know of a fund: its tables and its calendar."""

    chart: Chart
    restrictions: Mapping[str, Restriction]
    opened_on: date
    closed_through: date | None
    at: date
    #: The entry by which the fund ended, or None.
    wound_up: int | None = None
    #: Shapes of postings (kind, debit, credit, restriction) that passed at an amount above 0.
    sound: set[tuple[str, str, str, str]] = field(default_factory=set)


class Proposal(Protocol):
    """What is judged of a draft, or of the line that it became."""

    @property
    def kind(self) -> str: ...
    @property
    def on(self) -> date: ...
    @property
    def postings(self) -> tuple[Posting, ...]: ...
    @property
    def facts(self) -> Mapping[str, Fact]: ...


def judge(draft: Proposal, view: View) -> list[Refusal]:
    """Every reason why the books refuse ``draft``; an empty list if there is none."""
    kind = KINDS.get(draft.kind)
    if kind is None:
        return [
            Refusal(
                "unknown-kind",
                _("there is no entry of kind {kind}").format(kind=draft.kind),
                "",
                _("use one of the verbs of `lovefund --help`"),
            )
        ]
    return [
        *_after_the_end(draft, view),
        *_calendar(draft, view),
        *_reference(draft, kind),
        *(r for posting in draft.postings for r in _known_or_judged(posting, kind, view)),
        *_reserved(draft, view),
        *_corrected(draft, view),
        *_pupils(draft, kind, view),
        *_goods(draft, view),
        *_services(draft, view),
    ]


def _after_the_end(draft: Proposal, view: View) -> Iterator[Refusal]:
    """A fund that handed everything to its successor takes no more entries."""
    if view.wound_up is not None and draft.kind not in STILL:
        yield Refusal(
            "wound-up",
            _("this fund ended by entry {no}; it takes no “{kind}”").format(
                no=view.wound_up, kind=_(KINDS[draft.kind].en)
            ),
            _("What a fund had is its successor's, whose books go on (慈善法 art. 18)."),
            _("record it in the successor's fund; `lovefund show {no}` names it").format(
                no=view.wound_up
            ),
        )


def judge_shown(draft: Draft, view: View) -> Iterator[Refusal]:
    """Why the text that a draft would show beside its line may not be shown; no line tells it."""
    roles = {view.chart[p.credit].role for p in draft.postings if p.credit in view.chart.accounts}
    if draft.kind in GIFTS and CLASS in roles and draft.shown and not is_of_several(draft.shown):
        yield minor_shown(draft.shown)


def judge_named(draft: Draft, view: View) -> Iterator[Refusal]:
    """Why a gift for a pupil whom the donor names may not be: its file has to say for whom."""
    if draft.kind not in GIFTS or (draft.file or {}).get("pupil"):
        return
    for posting in draft.postings:
        account = view.chart.accounts.get(posting.credit)
        if posting.restriction == NAMED and account and account.role.startswith("source:"):
            yield Refusal(
                "pupil-missing",
                _("a gift for a named pupil does not say for which"),
                _("What was given for one child is told apart from all else (慈善法 art. 38)."),
                _("add --pupil; the name is sealed and never published"),
            )
            return


def minor_shown(shown: str) -> Refusal:
    """The refusal of a pupil's name beside a gift of pupils."""
    return Refusal(
        "minor-shown",
        _("“{shown}” would be shown for a gift of pupils, and it is no class's name").format(
            shown=shown
        ),
        _("Minors are donors only in the total of their class (PIPL art. 28, 31)."),
        _("book one gift for the class under its name, as 三（2）班; or leave the name empty"),
    )


def _calendar(draft: Proposal, view: View) -> Iterator[Refusal]:
    if draft.on > view.at:
        yield Refusal(
            "future-day",
            _("{on} is later than today, {at}").format(on=draft.on, at=view.at),
            _("An entry takes effect on or before the day it is recorded (log format, section 1)."),
            _("record it on the day, or give the day on which it happened"),
        )
    if draft.on < view.opened_on and draft.kind not in ("fund-opened", "opening-balance"):
        yield Refusal(
            "before-opening",
            _("{on} is before the fund opened on {opened}").format(
                on=draft.on, opened=view.opened_on
            ),
            _("What happened before belongs to the balances brought forward."),
            _("book it with `lovefund opening`, or give a later day"),
        )
    if draft.on > view.opened_on and draft.kind == "opening-balance":
        yield Refusal(
            "late-opening",
            _("{on} is after the fund opened on {opened}").format(
                on=draft.on, opened=view.opened_on
            ),
            _(
                "Balances are brought forward to the day the fund opens, so that every statement "
                "begins where the one before it ended (law 8)."
            ),
            _("leave --on away; money that turned up later is a gift or an unidentified receipt"),
        )
    if view.closed_through is not None and draft.on <= view.closed_through:
        yield Refusal(
            "closed-period",
            _("{on} lies in a closed period: the books are closed through {closed}").format(
                on=draft.on, closed=view.closed_through
            ),
            _("Publishing or closing shuts the books for ever (law 7; 规范 art. 51)."),
            _(
                "book it with a day after {closed}; if it mends an earlier entry, use "
                "`lovefund correct` or `lovefund void`, which keep today's day"
            ).format(closed=view.closed_through),
        )


def _reference(draft: Proposal, kind: Kind) -> Iterator[Refusal]:
    if kind.names and not isinstance(draft.facts.get("of"), int):
        yield Refusal(
            "names-no-entry",
            _("{kind} must name the entry it belongs to").format(kind=_(kind.en)),
            _("A correction, return or settlement names the earlier entry (law 5)."),
            _("give the number of that entry; `lovefund journal` lists them"),
        )
    if kind.pairs and not draft.postings and kind.slug not in _MAY_BE_EMPTY:
        yield Refusal(
            "amount",
            _("{kind} without an amount moves nothing").format(kind=_(kind.en)),
            _("One posting moves 1 to 10^11 fen (log format, section 1)."),
            _("type the amount in yuan, as 400 or 1,234.50"),
        )
    if draft.postings and not kind.pairs:
        yield Refusal(
            "no-postings",
            _("{kind} moves no money").format(kind=_(kind.en)),
            _("Each kind of entry has its own accounts (docs/kinds.md)."),
            _("use the verb that is meant for it"),
        )


#: A void of a reservation, a year in which nothing happened, a reservation that is given up and a
#: count that agrees have no postings.
_MAY_BE_EMPTY = ("void", "year-closed", "grant-withdrawn", "grant-lapsed", "cash-counted")


def _reserved(draft: Proposal, view: View) -> Iterator[Refusal]:
    """Money is reserved in a restriction of the fund's own, and never less than a fen."""
    reserve, code = draft.facts.get("reserve_fen"), draft.facts.get("restriction")
    if reserve is None:
        return
    if not isinstance(reserve, int) or (
        draft.kind == "grant-approved" and not 1 <= reserve <= AMOUNT_FEN_MAX
    ):
        yield _no_amount(reserve if isinstance(reserve, int) else 0)
    if code not in view.restrictions:
        yield _unknown_restriction(str(code), view)
    elif code == AGENCY:
        yield _not_ours()


def _corrected(draft: Proposal, view: View) -> Iterator[Refusal]:
    """What is right after a correction is an amount, and keeps to its purpose (law 3)."""
    now = draft.facts.get("now")
    for row in now if isinstance(now, list) else ():
        posting = Posting(*row)
        restriction = view.restrictions.get(posting.restriction)
        if not 1 <= posting.amount_fen <= AMOUNT_FEN_MAX:
            yield _no_amount(posting.amount_fen)
        if (
            restriction is not None
            and {posting.debit, posting.credit} <= view.chart.accounts.keys()
        ):
            yield from _purpose(posting, restriction, view)


def _no_amount(amount_fen: int) -> Refusal:
    return Refusal(
        "amount",
        _("{amount} yuan is not between 0.01 and {limit}").format(
            amount=yuan(amount_fen), limit=yuan(AMOUNT_FEN_MAX)
        ),
        _("One posting moves 1 to 10^11 fen (log format, section 1)."),
        _("type the amount in yuan, as 400 or 1,234.50"),
    )


def _unknown_restriction(code: str, view: View) -> Refusal:
    return Refusal(
        "unknown-restriction",
        _("there is no restriction called {code}").format(code=code),
        "",
        _("one of {known}; a new one is opened with `lovefund restrict`").format(
            known=", ".join(view.restrictions)
        ),
    )


def _not_ours() -> Refusal:
    return Refusal(
        "agency",
        _("agency money is only passed on; it is not lent, spent or reserved"),
        _("Money that is only passed on is not the fund's (财会〔2020〕9号 三)."),
        _("take another restriction"),
    )


def _known_or_judged(posting: Posting, kind: Kind, view: View) -> Iterable[Refusal]:
    """The refusals of a posting; a shape that passed before passes at any amount in range."""
    shape = (kind.slug, posting.debit, posting.credit, posting.restriction)
    usual = 1 <= posting.amount_fen <= AMOUNT_FEN_MAX
    if usual and shape in view.sound:
        return ()
    refusals = list(_posting(posting, kind, view))
    if usual and not refusals:
        view.sound.add(shape)
    return refusals


def _posting(posting: Posting, kind: Kind, view: View) -> Iterator[Refusal]:
    restriction = view.restrictions.get(posting.restriction)
    if restriction is None:
        yield _unknown_restriction(posting.restriction, view)
        return
    if posting.debit not in view.chart or posting.credit not in view.chart:
        yield Refusal(
            "unknown-account",
            _("there is no account {code} in this chart").format(
                code=posting.debit if posting.debit not in view.chart else posting.credit
            ),
            "",
            _("`lovefund accounts` lists them"),
        )
        return
    debit, credit = view.chart[posting.debit], view.chart[posting.credit]
    limit = abs(posting.amount_fen)
    if not 1 <= limit <= AMOUNT_FEN_MAX:
        yield _no_amount(posting.amount_fen)
    if posting.amount_fen < 0 and not kind.red:
        yield Refusal(
            "red",
            _("{kind} cannot be red").format(kind=_(kind.en)),
            _("Red is for corrections only (规范 art. 51)."),
            _("use `lovefund correct` or `lovefund void`"),
        )
    if not pair_allowed(kind, debit, credit):
        yield Refusal(
            "accounts",
            _("{kind} cannot debit {debit} and credit {credit}").format(
                kind=_(kind.en), debit=debit.code, credit=credit.code
            ),
            _("Each kind of entry has its own accounts (docs/kinds.md)."),
            _("use the verb that is meant for it"),
        )
    yield from _restriction(posting, restriction, kind, view)


def _restriction(
    posting: Posting, restriction: Restriction, kind: Kind, view: View
) -> Iterator[Refusal]:
    debit, credit = view.chart[posting.debit], view.chart[posting.credit]
    both = (debit, credit)
    agency = restriction.code == AGENCY
    if kind.agency and not agency:
        yield Refusal(
            "agency",
            _("agency money belongs to the restriction {agency}, not {code}").format(
                agency=AGENCY, code=restriction.code
            ),
            _("Money that is only passed on is not the fund's (财会〔2020〕9号 三)."),
            _("leave the restriction away"),
        )
    if agency and any(
        a.kind in (AccountClass.INCOME, AccountClass.OUTLAY, AccountClass.NET) for a in both
    ):
        yield Refusal(
            "agency",
            _("agency money cannot become income, outlay or net assets"),
            _("Money that is only passed on is not the fund's (财会〔2020〕9号 三)."),
            _("if the fund itself chooses the pupil, book a restricted donation instead"),
        )
    elif agency and kind.slug not in _OF_AGENCY:
        yield _not_ours()
    yield from _purpose(posting, restriction, view)
    for account in both:
        wrong = (account.role == "net-restricted" and not restriction.restricted) or (
            account.role == "net-unrestricted"
            and restriction.restricted
            and kind.slug != "year-closed"
        )
        if wrong:
            yield Refusal(
                "net-assets",
                _("{account} does not belong to the restriction {code}").format(
                    account=account.code, code=restriction.code
                ),
                _("Restricted or not follows from the restriction (财会〔2004〕7号 art. 56)."),
                _("use the verb that is meant for it"),
            )


#: What may happen to money that is only passed on.
_OF_AGENCY = (
    "opening-balance",
    "agency-received",
    "agency-paid",
    "money-moved",
    "correction",
    "void",
)


def _purpose(posting: Posting, restriction: Restriction, view: View) -> Iterator[Refusal]:
    """Law 3: outlay of a restricted pot is for one of its programmes."""
    if not restriction.restricted or posting.amount_fen < 0:
        return
    for account in (view.chart[posting.debit], view.chart[posting.credit]):
        if account.kind is not AccountClass.OUTLAY or account.role in ("shortage", "own-fault"):
            continue
        programme = account.role.removeprefix("programme:")
        if restriction.programmes and programme not in restriction.programmes:
            yield Refusal(
                "purpose",
                _("{code} may not be spent on {programme}").format(
                    code=restriction.code, programme=account.short(language())
                ),
                _("Money given for a purpose stays in it (law 3; 捐赠法 art. 5, 18)."),
                _(
                    "spend it on {allowed}, take general money, or ask the donor and use "
                    "`lovefund change-restriction`"
                ).format(
                    allowed=_(", ").join(
                        view.chart.role(f"programme:{slug}").short(language())
                        for slug in restriction.programmes
                    )
                ),
            )


def _pupils(draft: Proposal, kind: Kind, view: View) -> Iterator[Refusal]:
    pupils = draft.facts.get("pupils")
    if isinstance(pupils, int) and pupils < PUPILS_MIN:
        yield Refusal(
            "small-group",
            _("an entry for {pupils} pupils may not tell their number").format(pupils=pupils),
            _("Groups under {least} could point at a child (log format, section 1).").format(
                least=PUPILS_MIN
            ),
            _("leave the number away"),
        )
    if kind.slug in ("grant-paid", "grant-promised") and pupils is None:
        for posting in draft.postings:
            account = view.chart.accounts.get(posting.debit)
            if (
                account
                and account.role.startswith("programme:")
                and account.role != "programme:aid"
            ):
                yield Refusal(
                    "small-group",
                    _("a grant to fewer than {least} pupils is booked under aid to pupils").format(
                        least=PUPILS_MIN
                    ),
                    _("A programme of its own could point at a child (log format, section 1)."),
                    _("choose the programme aid"),
                )


def _services(draft: Proposal, view: View) -> Iterator[Refusal]:
    if draft.kind == "service-donated" and view.chart.services != "booked":
        yield Refusal(
            "service-not-booked",
            _("the chart {chart} does not book donated services").format(chart=view.chart.name),
            _("Under the system of 2004 they stand in the notes only (财会〔2004〕7号)."),
            _("thank the donor and tell it in words; nothing is booked"),
        )


def _goods(draft: Proposal, view: View) -> Iterator[Refusal]:
    stock = view.chart.code("stock")
    rows = draft.facts.get("goods")
    if rows is None and not any(stock in (p.debit, p.credit) for p in draft.postings):
        return
    by_posting: dict[str, int] = {}
    for debit, credit, restriction, amount in draft.postings:
        for code, sign in ((debit, 1), (credit, -1)):
            if code == stock:
                by_posting[restriction] = by_posting.get(restriction, 0) + sign * amount
    by_goods: dict[str, int] = {}
    for slug, restriction, quantity, value_fen in rows if isinstance(rows, list) else ():
        if slug not in view.chart.goods:
            yield Refusal(
                "unknown-goods",
                _("there are no goods called {slug}").format(slug=slug),
                "",
                _("one of {known}").format(known=", ".join(view.chart.goods)),
            )
        if quantity == 0 or quantity * value_fen < 0:
            yield Refusal(
                "goods-value",
                _("{slug}: {quantity} worth {value} yuan cannot be").format(
                    slug=slug, quantity=quantity, value=yuan(value_fen)
                ),
                _("Stock is kept per kind of goods (财会〔2004〕7号 account 1201)."),
                _("give quantity and value of each kind of goods"),
            )
        by_goods[restriction] = by_goods.get(restriction, 0) + value_fen
    if {k: v for k, v in by_posting.items() if v} != {k: v for k, v in by_goods.items() if v}:
        yield Refusal(
            "goods-value",
            _("the goods listed are not worth what is posted to stock"),
            _("Stock is kept per kind of goods (财会〔2004〕7号 account 1201)."),
            _("give quantity and value of each kind of goods"),
        )
