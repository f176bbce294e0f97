"""The facts of an entry in words: what a line says beside its postings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lovefund.core.accounts import Chart
from lovefund.language import N_, _, language
from lovefund.money import yuan

_LABELS = {
    "account": N_("bank account"),
    "agreed": N_("agreed on"),
    "agreement": N_("donor agreement"),
    "amount_fen": N_("amount"),
    "answer": N_("answer"),
    "answers": N_("the three questions"),
    "ask_fen": N_("asked for"),
    "attachments": N_("papers attached"),
    "bank_fen": N_("at the bank"),
    "basis": N_("valued by"),
    "book_fen": N_("by the books"),
    "box": N_("box"),
    "book": N_("rulebook"),
    "campaign": N_("drive"),
    "budget_fen": N_("budget"),
    "case": N_("application"),
    "cases": N_("cases"),
    "cause": N_("cause"),
    "channel": N_("place"),
    "chart": N_("chart of accounts"),
    "class": N_("class"),
    "code": N_("code"),
    "consent": N_("donor's consent"),
    "contact": N_("contact"),
    "contract": N_("contract of entry"),
    "copy": N_("copy number"),
    "counted": N_("counted in"),
    "counted_fen": N_("counted"),
    "days": N_("days"),
    "district": N_("within the district's book"),
    "event": N_("day of the bazaar"),
    "evidence": N_("papers"),
    "filing": N_("number of its plan"),
    "files": N_("files"),
    "final_fen": N_("cost in all"),
    "from": N_("from"),
    "goods": N_("goods"),
    "grant": N_("approved by entry"),
    "held": N_("held for"),
    "income_in_kind_fen": N_("income in kind"),
    "items": N_("open lines"),
    "item": N_("open item of entry"),
    "kin": N_("kin of the donor"),
    "last": N_("last day in office"),
    "memo": N_("memo"),
    "months": N_("months between"),
    "more": N_("more of each"),
    "name": N_("name"),
    "need": N_("need"),
    "number": N_("number"),
    "objection": N_("objection"),
    "of": N_("names entry"),
    "officer": N_("officer"),
    "officers": N_("officers"),
    "other_aid_fen": N_("other aid"),
    "out_fen": N_("left out"),
    "outlay_in_kind_fen": N_("outlay in kind"),
    "partner": N_("partner"),
    "path": N_("path"),
    "peer": N_("other fund"),
    "peer_no": N_("its entry"),
    "phrase": N_("word of the family"),
    "pledge": N_("fulfils pledge"),
    "pledged_fen": N_("pledged each time"),
    "practice": N_("practice fund"),
    "pieces": N_("notes and coins"),
    "present": N_("present"),
    "programme": N_("programme"),
    "programmes": N_("may be spent on"),
    "project": N_("project of entry"),
    "public": N_("public name"),
    "pupils": N_("pupils"),
    "quota": N_("quota"),
    "reason": N_("reason"),
    "receipt": N_("receipt"),
    "pupil": N_("pupil"),
    "recovered": N_("recovered"),
    "reference": N_("reference"),
    "reserve_fen": N_("reserved"),
    "restriction": N_("restriction"),
    "retention_fen": N_("retention"),
    "retention_on": N_("retention payable from"),
    "roles": N_("offices"),
    "rules": N_("judged by the rules of entry"),
    "scope": N_("scope"),
    "settles": N_("cases"),
    "since": N_("in force from"),
    "stage": N_("stage"),
    "stages": N_("stages"),
    "successor": N_("successor"),
    "through": N_("closed through"),
    "teacher": N_("class teacher"),
    "tie": N_("tie"),
    "tier": N_("tier"),
    "times": N_("times"),
    "to": N_("to"),
    "until": N_("until"),
    "upheld": N_("upheld"),
    "visitors": N_("visitors"),
    "void_receipt": N_("void receipt"),
    "votes_against": N_("votes against"),
    "votes_for": N_("votes for"),
    "warned": N_("remarked on by"),
    "witnesses": N_("people who looked on"),
    "withheld": N_("name withheld"),
    "year": N_("year"),
}
_WORDS = {
    "document": N_("by its document"),
    "fair-value": N_("at fair value"),
    "own-fault": N_("our own fault"),
    "outside": N_("not our fault"),
    "restricted": N_("restricted"),
    "real": N_("in full"),
    "masked": N_("masked"),
    "alias": N_("by alias"),
    "anonymous": N_("anonymous"),
    "org": N_("organisation"),
    "usual": N_("usual"),
    "small": N_("small"),
    "entry": N_("the texts of one entry"),
    "register": N_("the pupils' register"),
    "emergency": N_("emergency"),
    "working": N_("working days"),
    "calendar": N_("calendar days"),
}
#: Lists of rows that end in an amount in fen.
_SUMS = frozenset({"cases", "held", "settles"})
#: For programs, not for people: hashes, and what the postings already say.
_UNSAID = frozenset(
    {
        "bill",
        "sheet",
        "chart_sha256",
        "key",
        "keys",
        "sha256",
        "closing",
        "now",
        "base",
        "open",
        "sig",
    }
)


def in_words(facts: Mapping[str, Any], chart: Chart) -> list[str]:
    """A line of text for each fact that people want to read, labelled in their language."""
    return [
        "  "
        + _("{label}: {value}").format(label=_label(key, chart), value=_value(key, value, chart))
        for key, value in facts.items()
        if key not in _UNSAID and value not in ("", [], None)
    ]


def _label(key: str, chart: Chart) -> str:
    """What a fact is called; a programme's budget names the programme."""
    if key.startswith("budget_") and key not in _LABELS:
        slug = key.removesuffix("_fen").rpartition("_")[2]
        if chart.has_role(f"programme:{slug}"):
            programme = chart.role(f"programme:{slug}").short(language())
            return _("budget of {programme}").format(programme=programme)
    return _(_LABELS[key]) if key in _LABELS else key


def _value(key: str, value: Any, chart: Chart) -> str:
    if key.endswith("_fen"):
        return yuan(value)
    if key == "goods":
        return "; ".join(_goods(chart, *row) for row in value)
    if key == "pieces":
        return ", ".join(f"{yuan(face)} × {number}" for face, number in value)
    if key == "account" and value in chart:
        return chart[value].label(language())
    if key in _SUMS:
        return "; ".join(_(", ").join([*filter(None, row[:-1]), yuan(row[-1])]) for row in value)
    if key == "stages":
        return "; ".join(map(yuan, value))
    if isinstance(value, list):
        return "; ".join(_value("", each, chart) for each in value)
    if isinstance(value, dict):
        return ", ".join(
            f"{_(_LABELS.get(str(k), str(k)))} {_value(str(k), v, chart)}" for k, v in value.items()
        )
    for role in (value, f"programme:{value}", f"source:{value}"):
        if isinstance(role, str) and chart.has_role(role):
            return chart.role(role).short(language())
    text = str(value)
    return _(_WORDS[text]) if text in _WORDS else text


def _goods(chart: Chart, slug: str, restriction: str, quantity: int, value_fen: int) -> str:
    known = chart.goods.get(slug)
    name = slug if known is None else known.name(language())
    unit = "" if known is None else known.unit(language())
    return f"{name} {quantity} {unit} ({restriction}) {yuan(value_fen)}"
