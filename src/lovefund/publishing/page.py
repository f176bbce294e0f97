"""The phone page: one file that carries a statement's bundle and checks it in any browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lovefund import verify
from lovefund.core.kinds import KINDS
from lovefund.language import said
from lovefund.publishing.resources import texts
from lovefund.publishing.templates import fill_web
from lovefund.publishing.view import Statement
from lovefund.publishing.web import inner_json, policy, web_file

#: The files of a bundle that the page carries; the verifier in Python is not one of them.
CARRIED = (
    "checkpoint.txt", "entries.jsonl", "frontier.json", "previous.txt", "shown.json",
    "statement.json",
)  # fmt: skip

#: What checks, what traces gifts, and what shows them, in the order in which they run.
SCRIPTS = ("verify.js", "trace.js", "page.js")

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """What accounts and restrictions are called, in Chinese and in English, by their codes.

    ``chart`` is the fund's table of accounts as its entry 0 commits to it.
    """

    accounts: Mapping[str, Pair]
    restrictions: Mapping[str, Pair]
    chart: str


def phone_page(view: Statement, files: Mapping[str, bytes], names: Names) -> bytes:
    """The page as HTML; the same statement gives the same bytes.

    ``files`` is the bundle by file name. The sentences of what holds and what does not are those
    of ``verify.py``.
    """
    zh, en = texts("zh")["page"], texts("en")["page"]
    words = {key: (zh[key], en[key]) for key in zh}
    words["fund_name"] = (said(view.fund_name, "zh"), said(view.fund_name, "en"))
    words["label"] = (view.label_zh, view.label_en)
    head = "statement.json, frontier.json: {}"
    told = {
        "fund": view.fund,
        "number": view.number,
        "from": view.period_from.isoformat(),
        "to": view.period_to.isoformat(),
        "page": words,
        "sentences": {**verify.SENTENCES, "head": (head, head)},
        "kinds": {kind.slug: (kind.zh, kind.en) for kind in KINDS.values()},
        "accounts": names.accounts,
        "restrictions": names.restrictions,
        "chart": names.chart,
    }
    style, scripts = web_file("page.css"), tuple(map(web_file, SCRIPTS))
    html = fill_web(
        "page.html",
        "zh",
        t=zh,
        issuer=view,
        noscript_en=en["noscript"],
        policy=policy(style, scripts),
        css=style,
        words_json=inner_json(told),
        bundle_json=inner_json({k: files[k].decode() for k in CARRIED if k in files}),
        scripts=scripts,
    )
    return html.encode()
