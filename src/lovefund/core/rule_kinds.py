"""The kinds of rule that an article can be, each a pure function of draft, books and article.

A new article of a kind that stands here needs no code. Each function is given the draft, what
is known of the fund and the article, and yields its refusals with the numbers and with what
would make the draft pass; the sentence of the article is the rule that they name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, cast

from lovefund.core.accounts import Chart
from lovefund.core.campaigns import OPENED, PUBLIC
from lovefund.core.cases import APPLIED, EMERGENCY, NOTICED, PAID, REVIEWED, VERBS
from lovefund.core.entries import AGENCY, NAMED, Draft
from lovefund.core.given import Sums, aid_declared, recipients
from lovefund.core.kinds import kind_name
from lovefund.core.known import Known, class_group, window_of
from lovefund.core.parameters import PARAMETERS, UNITS
from lovefund.core.restrictions import called
from lovefund.core.rulebook import Article
from lovefund.core.workdays import Counted, last_day
from lovefund.errors import Refusal
from lovefund.language import N_, _, language
from lovefund.money import yuan

SOLD = "goods-sold"
Judge = Callable[[Draft, Known, Article], Iterator[Refusal]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of rule: what it is called, the parameters of its articles, and how it judges.

    A kind without a judge is not asked about drafts: the laws hold it, or people do. ``concerns``
    says whether it can have anything against a draft, whatever its amounts are.
    """

    slug: str
    zh: str
    en: str
    parameters: frozenset[str]
    judge: Judge | None = None
    concerns: Callable[[Draft, Chart, Article], bool] = lambda _draft, _chart, _article: True


class Suspicion(Refusal):
    """What an article only suspects: remarked on, however severe the article is."""

    __slots__ = ()


def against(code: str, article: Article, what: str, mend: str) -> Refusal:
    """The refusal by an article, which it names as its rule."""
    return Refusal(code, what, _cited(article, language()), mend)


def suspected(code: str, article: Article, what: str, mend: str) -> Suspicion:
    """The suspicion of an article, which it names as its rule."""
    return Suspicion(code, what, _cited(article, language()), mend)


@lru_cache(maxsize=1024)
def _cited(article: Article, language: str) -> str:
    return article.cited(language)


def number(article: Article, key: str, usual: int = 0) -> int:
    """A whole number among the parameters of an article."""
    value = article.parameters.get(key, usual)
    assert isinstance(value, int)
    return value


def named(article: Article, key: str) -> tuple[str, ...]:
    """A list of words among the parameters; the parser let nothing else in."""
    return cast("tuple[str, ...]", article.parameters.get(key, ()))


def _place(draft: Draft, known: Known) -> str:
    """The place of money of a draft, or empty."""
    channel = draft.facts.get("channel")
    if isinstance(channel, str) and channel and draft.kind != "correction":
        return channel
    for _debit, credit, _restriction, amount in _moved(draft):
        account = known.chart.accounts.get(credit)
        if account is not None and account.kind.value == "money" and amount > 0:
            return account.role
    return ""


def _moved(draft: Draft) -> Iterable[tuple[str, str, str, int]]:
    """The postings by which a draft is judged: of a correction, what is right from now on."""
    now = draft.facts.get("now")
    if draft.kind == "correction" and isinstance(now, list):
        return [(str(d), str(c), str(r), int(fen)) for d, c, r, fen in now]
    return draft.postings


def here(draft: Draft, known: Known, article: Article) -> bool:
    """Whether an article is about money at the place of a draft; its kind was looked at before."""
    places = named(article, "places")
    return not places or _place(draft, known) in places


def _largest(draft: Draft) -> int:
    """The largest payment to one hand, in fen."""
    each = [fen for _key, fen in recipients(draft.file, draft.total_fen)]
    return max(each, default=sum(row[3] for row in _moved(draft)))


# The kinds of rule


def _requires(draft: Draft, known: Known, article: Article) -> Iterator[Refusal]:
    """What the article asks for has to be there, from an amount on."""
    if not here(draft, known, article) or draft.kind == "correction":
        return
    over = number(article, "over_yuan", -1)
    if over >= 0 and _largest(draft) <= over:
        return
    missing = [fact for fact in named(article, "facts") if not _has(draft, fact)]
    if missing:
        words = _(", ").join(_(_FACTS[fact]) for fact in missing)
        yield against(
            "rule-requires",
            article,
            _("{missing} is missing").format(missing=words),
            _("add it: {how}").format(how=_("; ").join(_(_HOW[fact]) for fact in missing)),
        )


def _has(draft: Draft, fact: str) -> bool:
    file: Mapping[str, object] = draft.file or {}
    if fact == "donor":
        return bool(file.get("name")) or file.get("public") == "anonymous"
    if fact == "payee":
        return bool(file.get("name"))
    if fact == "memo":
        return bool(file.get("memo"))
    return draft.facts.get(fact) not in (None, "", 0, [])


_FACTS = {
    "donor": N_("the donor, or that the gift is anonymous"),
    "channel": N_("the place of the money"),
    "reference": N_("the number of the minutes or agreement"),
    "attachments": N_("a paper that proves it"),
    "agreement": N_("the donor's agreement"),
    "consent": N_("the donor's written consent"),
    "cause": N_("the cause"),
    "basis": N_("how the goods were valued"),
    "programme": N_("the programme"),
    "memo": N_("what it is for"),
    "payee": N_("who is paid"),
    "case": N_("the application"),
}
_HOW = {
    "donor": N_("give --from, or --show anonymous"),
    "channel": N_("say where the money lies"),
    "reference": N_("give --reference"),
    "attachments": N_("give --evidence with a photo or scan"),
    "agreement": N_("give the number of the agreement"),
    "consent": N_("give the number of the consent"),
    "cause": N_("say whose fault it was"),
    "basis": N_("say with --fair-value whether it is an estimate"),
    "programme": N_("give --programme"),
    "memo": N_("give --memo"),
    "payee": N_("give --to"),
    "case": N_("give the number of the application"),
}


def _limit(draft: Draft, known: Known, article: Article) -> Iterator[Refusal]:
    """One payment is at most so much."""
    if not here(draft, known, article):
        return
    limit, paid = number(article, "limit_yuan"), _largest(draft)
    if paid > limit:
        yield against(
            "rule-limit",
            article,
            _("one payment is {paid} yuan; {over} more than the {limit} allowed").format(
                paid=yuan(paid), over=yuan(paid - limit), limit=yuan(limit)
            ),
            _("pay {limit} yuan or less, or pay it another way").format(limit=yuan(limit))
            if limit
            else _("pay it another way"),
        )


def _holding(draft: Draft, known: Known, article: Article) -> Iterator[Refusal]:
    """A place holds at most so much."""
    place = str(article.parameters["place"])
    account = known.chart.code(place)
    change = _change(draft, account)
    if change <= 0:
        return
    limit, held = number(article, "limit_yuan"), known.held(account) + change
    if held > limit:
        yield against(
            "rule-holding",
            article,
            _("{place} would hold {held} yuan; {limit} are allowed").format(
                place=known.chart[account].short(language()), held=yuan(held), limit=yuan(limit)
            ),
            _("move {over} yuan to the bank with `lovefund move`").format(over=yuan(held - limit)),
        )


def _comes_in(draft: Draft, chart: Chart, article: Article) -> bool:
    account = chart.code(str(article.parameters["place"]))
    return any(p.debit == account for p in draft.postings)


def _change(draft: Draft, account: str) -> int:
    return sum(
        amount * ((debit == account) - (credit == account))
        for debit, credit, _restriction, amount in draft.postings
    )


def _per_pupil(draft: Draft, known: Known, article: Article) -> Iterator[Refusal]:
    """One pupil gets at most so much in a term or school year, over all cases."""
    own: dict[str, int] = {}
    for key, fen in recipients(draft.file, draft.total_fen):
        own[key] = own.get(key, 0) + fen
    if not own:
        return
    for period, key_of_limit in _WINDOWS.items():
        limit = number(article, key_of_limit)
        given = known.given(window_of(draft.on, period))
        for key, fen in own.items():
            had = given.of(key)
            if had.given_fen + fen > limit:
                yield _over_for_a_pupil(article, period, key, had, fen, limit)


_WINDOWS = {"term": "term_yuan", "school-year": "year_yuan"}
_IN = {"term": N_("this term"), "school-year": N_("this school year")}


def _over_for_a_pupil(
    article: Article, period: str, key: str, had: Sums, fen: int, limit: int
) -> Refusal:
    before = had.given_fen
    what = _("{pupil} had {before} yuan {period} and would have {after}; {limit} are allowed")
    told = what.format(
        pupil=key.partition(" ")[2],
        period=_(_IN[period]),
        before=yuan(before),
        after=yuan(before + fen),
        limit=yuan(limit),
    )
    if had.agency_fen:
        passed_on = _("; {part} yuan of it were passed on for sponsors")
        told += passed_on.format(part=yuan(had.agency_fen))
    if had.aid_fen:
        apart = _("; {aid} yuan of aid from elsewhere are declared and not counted")
        told += apart.format(aid=yuan(had.aid_fen))
    return against(
        "rule-per-pupil",
        article,
        told,
        _("give {left} yuan or less").format(left=yuan(limit - before))
        if before < limit
        else _("wait for the next term or year, or have the committee decide"),
    )


def _tiers(draft: Draft, known: Known, article: Article) -> Iterator[Refusal]:
    """A grant is of one of the amounts that the regulation names."""
    tiers = cast("tuple[int, ...]", article.parameters["tiers_yuan"])
    wrong = {fen for _key, fen in recipients(draft.file, draft.total_fen) if fen not in tiers}
    for fen in sorted(wrong):
        yield against(
            "rule-tiers",
            article,
            _("a grant of {amount} yuan is of no level").format(amount=yuan(fen)),
            _("give {tiers} yuan").format(tiers=_(" / ").join(map(yuan, tiers))),
        )


def _floor(draft: Draft, known: Known, article: Article) -> Iterator[Refusal]:
    """So much stays in a restriction: a sum, or a share of what it held at the last year's end."""
    restriction = str(article.parameters["restriction"])
    change = _freed(draft, known.chart, restriction)
    if change >= 0:
        return
    share = number(article, "share_percent")
    least = number(article, "least_yuan")
    if share:
        # Rounded up: a floor is never lower than it says.
        least = max(least, -(-known.money_before(restriction, draft.on.year) * share // 100))
    left = known.free(restriction) + change
    if least and left < least:  # below zero is the laws' to refuse
        yield against(
            "rule-floor",
            article,
            _("{name} would have {left} yuan left; {least} must stay").format(
                name=called(restriction), left=yuan(left), least=yuan(least)
            ),
            _("spend {over} yuan less, or take another restriction").format(
                over=yuan(least - left)
            ),
        )


def _goes_out(draft: Draft, chart: Chart, article: Article) -> bool:
    """Whether money or a payable of the restriction is credited, or money reserved."""
    restriction = article.parameters["restriction"]
    return "reserve_fen" in draft.facts or any(
        p.restriction == restriction and chart[p.credit].kind.value in ("money", "payable")
        for p in draft.postings
    )


def _freed(draft: Draft, chart: Chart, restriction: str) -> int:
    """By how much a draft changes what a restriction may spend."""
    change = 0
    for debit, credit, code, amount in draft.postings:
        if code == restriction:
            for account, sign in ((debit, 1), (credit, -1)):
                if account in chart and chart[account].kind.value in ("money", "payable"):
                    change += sign * amount
    reserve = draft.facts.get("reserve_fen")
    if isinstance(reserve, int) and draft.facts.get("restriction") == restriction:
        change -= reserve
    return change


def _out_of(draft: Draft, known: Known, article: Article) -> Iterator[Refusal]:
    """Some outlay of a year is covered by some income of it."""
    spends, earns = (_accounts(known.chart, article, key) for key in ("spends", "earns"))
    more = sum(_change(draft, account) for account in spends)
    if more <= 0:
        return
    year = draft.on.year
    spent = known.moved(spends, year) + more
    earned = -known.moved(earns, year)
    if spent > earned:
        names = _(", ").join(known.chart[code].short(language()) for code in earns)
        yield against(
            "rule-out-of",
            article,
            _("{spent} yuan would be spent in {year}; {earned} came in as {names}").format(
                spent=yuan(spent), year=year, earned=yuan(earned), names=names
            ),
            _("let the school bear {over} yuan, or book the income first").format(
                over=yuan(spent - earned)
            ),
        )


def _is_spent(draft: Draft, chart: Chart, article: Article) -> bool:
    spends = _accounts(chart, article, "spends")
    return any(p.debit in spends for p in draft.postings)


def _accounts(chart: Chart, article: Article, key: str) -> list[str]:
    return [chart.code(role) for role in named(article, key) if chart.has_role(role)]


def _forbidden(draft: Draft, known: Known, article: Article) -> Iterator[Refusal]:
    """Some purposes, words or places are not for this fund."""
    if not here(draft, known, article):
        return
    words, programmes = named(article, "words"), named(article, "programmes")
    file: Mapping[str, object] = draft.file or {}
    said = f"{file.get('memo', '')} {file.get('name', '')}" if words else ""
    found = next((word for word in words if word in said), "")
    if found:
        what = _("“{word}” is not what this fund is for").format(word=found)
    elif draft.facts.get("programme") in programmes:
        what = _("the programme {name} is not what this fund is for").format(
            name=draft.facts["programme"]
        )
    elif not words and not programmes:
        what = _("money at {place} is not in the school's own account").format(
            place=_place(draft, known)
        )
    else:
        return
    yield against(
        "rule-forbidden", article, what, _("leave it out of the fund, or have the committee decide")
    )


def _prompt(draft: Draft, known: Known, article: Article) -> Iterator[Refusal]:
    """An entry is recorded within so many days of its day."""
    if not here(draft, known, article):
        return
    days, late = number(article, "days"), (known.at - draft.on).days
    if late > days:
        yield against(
            "rule-prompt",
            article,
            _("it is recorded {late} days after its day; {days} are allowed").format(
                late=late, days=days
            ),
            _("record it all the same, and sooner next time"),
        )


def _rule(slug: str, zh: str, en: str, parameters: str, *judge: Any) -> Rule:
    return Rule(slug, zh, en, frozenset(parameters.split()), *judge)


def _notice(draft: Draft, known: Known, article: Article) -> Iterator[Refusal]:
    """A notice hangs so many days, and working days are not made calendar days."""
    if draft.kind != NOTICED:
        return  # what mends or undoes one is asked about too
    days, unit = number(article, "days"), str(article.parameters["unit"])
    told, counted = draft.facts.get("days"), draft.facts.get("counted")
    if not isinstance(told, int) or told < days or (unit == "working" and counted != unit):
        shown = PARAMETERS["unit"].shown
        yield against(
            "rule-notice",
            article,
            _("the notice would hang {told} {counted}; {days} {unit} are asked for").format(
                told=told,
                counted=shown(str(counted), language()) if counted in UNITS else counted,
                days=days,
                unit=shown(unit, language()),
            ),
            _("post it for {days} {unit}").format(days=days, unit=shown(unit, language())),
        )


def _is_notice(draft: Draft, chart: Chart, article: Article) -> bool:
    return draft.kind == NOTICED


def _appeal(draft: Draft, known: Known, article: Article) -> Iterator[Refusal]:
    """Who asks the public has a partner that may; strangers in a drive of the school are odd."""
    facts = draft.facts
    if draft.kind == OPENED:
        missing = [_(_PARTNER[key]) for key in _PARTNER if not facts.get(key)]
        if facts.get("scope") == PUBLIC and missing:
            yield against(
                "rule-appeal",
                article,
                _("a drive that asks the public has no {missing}").format(
                    missing=_(", ").join(missing)
                ),
                _(
                    "let a charity that may appeal to the public run it, and give --partner and "
                    "--filing; or ask inside the school only"
                ),
            )
        return
    campaign = facts.get("campaign")
    opened = known.base.campaign(campaign) if isinstance(campaign, int) else None
    if opened is None or opened.get("scope") == PUBLIC:
        return
    roles = {known.chart[p.credit].role.removeprefix("source:") for p in draft.postings}
    strange = [source for source in named(article, "sources") if source in roles]
    if strange:
        yield suspected(
            "rule-appeal",
            article,
            _("a gift of “{source}” came by a drive that asks inside the school only").format(
                source=known.chart.role(f"source:{strange[0]}").short(language())
            ),
            _("ask the donor how he heard of it; if the public was asked, stop the drive"),
        )


_PARTNER = {"partner": N_("partner"), "filing": N_("number of its plan")}


def _bazaar(draft: Draft, known: Known, article: Article) -> Iterator[Refusal]:
    """A bazaar has its agreement before its day, and the result of the last one is published."""
    facts = draft.facts
    if draft.kind == OPENED and "event" in facts:
        if not facts.get("agreement") or str(facts.get("agreed", "9")) > str(facts["event"]):
            yield against(
                "rule-bazaar",
                article,
                _("the bazaar of {event} has no donation agreement of that day or before").format(
                    event=facts["event"]
                ),
                _("sign it first, and give --agreement and --agreed"),
            )
        yield from _untold(known, article)
    elif draft.kind == SOLD:
        campaign = facts.get("campaign")
        opened = known.base.campaign(campaign) if isinstance(campaign, int) else None
        if opened is None or "event" not in opened:
            yield against(
                "rule-bazaar",
                article,
                _("goods are sold at no bazaar"),
                _("open it with `lovefund campaign`, and name it with --campaign"),
            )


def _untold(known: Known, article: Article) -> Iterator[Refusal]:
    days, unit = number(article, "days"), Counted(str(article.parameters["unit"]))
    for no, event, published in known.base.bazaars():
        due = last_day(event, days, unit)
        if not published and due < known.at:
            yield against(
                "rule-bazaar",
                article,
                _("the result of the bazaar of entry {no} was due by {due}").format(no=no, due=due),
                _("publish a statement that covers {event}").format(event=event),
            )


def _voluntary(draft: Draft, known: Known, article: Article) -> Iterator[Refusal]:
    """No quota is set; gifts of classes that are nearly all equal look like one."""
    file: Mapping[str, object] = draft.file or {}
    said = str(file.get("memo", ""))
    if draft.kind == OPENED:
        said = f"{draft.shown} {said}"
    found = next((w for w in named(article, "words") if w in said), "") if said else ""
    if found or file.get("quota"):
        yield against(
            "rule-voluntary",
            article,
            _("“{word}” sets a quota").format(word=found or file.get("quota")),
            _("let everybody give what he likes; leave the quota out"),
        )
    group = class_group(draft, known.chart)
    if group is None:
        return
    gifts = known.class_gifts(group)
    equal, count = gifts[draft.total_fen] + 1, gifts.total() + 1
    if count >= number(article, "count") and equal * 100 > number(article, "share_percent") * count:
        yield suspected(
            "rule-voluntary",
            article,
            _("{equal} of {count} gifts of classes are of {amount} yuan each").format(
                equal=equal, count=count, amount=yuan(draft.total_fen)
            ),
            _("make sure that no class was told how much to give"),
        )


def _kin(draft: Draft, known: Known, article: Article) -> Iterator[Refusal]:
    """Whom a donor names is not his own kin."""
    if (draft.file or {}).get("kin"):
        yield against(
            "rule-kin",
            article,
            _("the pupil whom the donor names is his own child or kin"),
            _("let the donor give it without naming a pupil, or help his kin by himself"),
        )


def _names_a_pupil(draft: Draft, chart: Chart, article: Article) -> bool:
    """Whether a gift is for one pupil: only passed on, or in the pot of such gifts."""
    return any(p.restriction in (AGENCY, NAMED) for p in draft.postings)


def _other_aid(draft: Draft, known: Known, article: Article) -> Iterator[Refusal]:
    """Aid from elsewhere that an application declares is at most so much a year."""
    limit = number(article, "year_yuan")
    for _key, case, fen in aid_declared(draft.file):
        if fen > limit:
            yield against(
                "rule-other-aid",
                article,
                _("case {case} declares {aid} yuan of other aid; {limit} are the limit").format(
                    case=case, aid=yuan(fen), limit=yuan(limit)
                ),
                _("let the review say why it is needed all the same"),
            )


def _emergency(draft: Draft, known: Known, article: Article) -> Iterator[Refusal]:
    """An emergency is small, two officers decide on it, and the last one was told in time."""
    if draft.kind == APPLIED and draft.facts.get("path") == EMERGENCY:
        limit = number(article, "limit_yuan")
        for key, fen in recipients(draft.file, 0):
            if fen > limit:
                yield against(
                    "rule-emergency",
                    article,
                    _("{case} asks for {fen} yuan; an emergency is at most {limit}").format(
                        case=key.partition(" ")[2], fen=yuan(fen), limit=yuan(limit)
                    ),
                    _("apply for {limit} yuan or less, or on the usual path").format(
                        limit=yuan(limit)
                    ),
                )
        yield from _late_emergencies(known, article)
    approval = draft.facts.get("grant")
    if draft.kind == PAID and isinstance(approval, int) and known.base.alone(approval):
        yield against(
            "rule-emergency",
            article,
            _("only one officer decided on the emergency, by entry {no}").format(no=approval),
            _("let another officer agree: lovefund --officer CODE agree {no}").format(no=approval),
        )


def _late_emergencies(known: Known, article: Article) -> Iterator[Refusal]:
    for case in known.base.emergencies():
        paid = case.taken(PAID)
        if not paid:
            continue
        dues = {
            NOTICED: last_day(paid[0].on, number(article, "days"), Counted.WORKING),
            REVIEWED: paid[0].on + timedelta(days=number(article, "ratify_days")),
        }
        for kind, due in dues.items():
            if due < known.at and not case.taken(kind):
                yield against(
                    "rule-emergency",
                    article,
                    _("application {no}: “{kind}” was due by {due}").format(
                        no=case.no, kind=kind_name(kind), due=due
                    ),
                    _("record it first: lovefund {verb} {case}").format(
                        verb=VERBS[kind], case=case.no
                    ),
                )


def _is_named(draft: Draft, chart: Chart, article: Article) -> bool:
    return draft.kind == OPENED or "campaign" in draft.facts


# fmt: off
_RULES = (
    _rule("requires", "必备事项", N_("What has to be there"), "kinds facts over_yuan places refusals", _requires),
    _rule("limit", "单笔上限", N_("At most so much in one payment"), "kinds places limit_yuan", _limit),
    _rule("holding", "留存上限", N_("At most so much at a place"), "place limit_yuan", _holding, _comes_in),
    _rule("per-pupil", "每生上限", N_("At most so much for one pupil"), "kinds term_yuan year_yuan", _per_pupil),
    _rule("tiers", "资助档次", N_("Fixed levels of grants"), "kinds tiers_yuan", _tiers),
    _rule("floor", "留存下限", N_("So much stays"), "restriction share_percent least_yuan", _floor, _goes_out),
    _rule("out-of", "以收定支", N_("Outlay out of its own income"), "spends earns", _out_of, _is_spent),
    _rule("forbidden", "禁止事项", N_("What is not allowed"), "kinds places words programmes", _forbidden),
    _rule("prompt", "及时入账", N_("Recorded in time"), "kinds places days", _prompt),
    _rule("notice", "公示期限", N_("A notice hangs long enough"), "days unit refusals", _notice, _is_notice),
    _rule("appeal", "公开募捐", N_("No public appeal without a partner"), "kinds sources", _appeal, _is_named),
    _rule("bazaar", "爱心义卖", N_("A bazaar with agreement and result"), "kinds days unit", _bazaar),
    _rule("voluntary", "自愿捐赠", N_("Giving is voluntary"), "kinds words share_percent count", _voluntary),
    _rule("kin", "利害关系", N_("No kin of the donor"), "kinds", _kin, _names_a_pupil),
    _rule("other-aid", "其他资助", N_("Other aid is looked at"), "kinds year_yuan", _other_aid),
    _rule("emergency", "紧急救助", N_("Emergencies are small, few and told"), "kinds limit_yuan days ratify_days", _emergency),
    _rule("law", "账本铁律", N_("Held by the ledger itself"), "refusals"),
    _rule("duty", "人工职责", N_("A duty of people"), "every"),
)
# fmt: on
RULES: dict[str, Rule] = {rule.slug: rule for rule in _RULES}
#: What a parser has to know of them.
KNOWN_RULES = tuple((rule.slug, rule.parameters) for rule in _RULES)
