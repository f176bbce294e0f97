"""The closed set of entry kinds, and the shape that postings of each may have.

A pair says which accounts a posting may debit and credit, by role, role prefix or class;
so an income account cannot be reached by a verb that has no business with it, and agency
money never touches income or outlay (财会〔2020〕9号 三). ``check`` holds every line to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from lovefund.core.accounts import Account
from lovefund.language import N_, _


@dataclass(frozen=True, slots=True)
class Kind:
    """``pairs`` of (debit, credit); ``names`` says it must name an earlier entry in ``of``.

    ``spends`` kinds may not take a restriction's available money below zero; ``pupils``
    kinds keep their sealed texts under the key for pupils; ``agency`` kinds live in the
    agency restriction and nowhere else.
    """

    slug: str
    zh: str
    en: str
    pairs: tuple[tuple[str, str], ...] = ()
    names: bool = False
    red: bool = False
    pupils: bool = False
    agency: bool = False


# fmt: off
_ANY = (("*", "*"),)
_KINDS = (
    Kind("fund-opened", "基金开立", N_("Fund opened")),
    Kind(
        "opening-balance", "期初余额", N_("Balances brought forward"),
        (("money", "net"), ("stock", "net"), ("receivable", "net"), ("net", "payable"),
         ("money", "payable"), ("money", "agency"), ("agency-goods", "agency")),
        pupils=True,
    ),
    Kind("restriction-opened", "设立限定用途", N_("Restriction opened")),
    Kind("rules-adopted", "采用管理办法", N_("Rules adopted")),
    Kind("donation", "捐款", N_("Donation"), (("money", "source:"),)),
    Kind("donation-in-kind", "实物捐赠", N_("Donation in kind"), (("stock", "source:"),)),
    Kind("service-donated", "捐赠服务", N_("Donated service"), (("programme:", "source:"),)),
    Kind("money-moved", "款项划转", N_("Money moved"), (("money", "money"), ("fee", "money"))),
    Kind("interest", "利息", N_("Interest"), (("money", "interest"),)),
    Kind("fee", "手续费", N_("Fee"), (("fee", "money"),)),
    Kind("unidentified", "待查收款", N_("Unidentified receipt"), (("money", "unidentified"),)),
    Kind(
        "identified", "待查款查明", N_("Unidentified receipt solved"),
        (("unidentified", "source:"), ("unidentified", "money"), ("money", "source:")),
        names=True,
    ),
    Kind(
        "refund-owed", "应退捐款", N_("Refund owed"),
        (("source:", "refund-due"), ("own-fault", "refund-due")), names=True,
    ),
    Kind("refund-paid", "退还捐款", N_("Refund paid"), (("refund-due", "money"),), names=True),
    Kind("grant-approved", "资助批准", N_("Grant approved"), pupils=True),
    Kind("grant-withdrawn", "资助撤销", N_("Grant withdrawn"), names=True, pupils=True),
    Kind("grant-promised", "应付资助", N_("Grant promised"), (("programme:", "grant-due"),), pupils=True),
    Kind(
        "grant-paid", "发放资助", N_("Grant paid"),
        (("programme:", "money"), ("grant-due", "money")), pupils=True,
    ),
    Kind(
        "grant-returned", "资助退回", N_("Grant returned"),
        (("money", "programme:"), ("money", "net")), names=True, pupils=True,
    ),
    Kind("outlay-paid", "项目支出", N_("Programme outlay"), (("programme:", "money"), ("fundraising", "money"))),
    Kind(
        "agency-received", "代收款", N_("Agency money received"),
        (("money", "agency"),), pupils=True, agency=True,
    ),
    Kind(
        "agency-paid", "代付款", N_("Agency money passed on"),
        (("agency", "money"),), pupils=True, agency=True,
    ),
    Kind("goods-bought", "购入物资", N_("Goods bought"), (("stock", "money"),)),
    Kind("goods-given", "发放物资", N_("Goods given out"), (("programme:", "stock"),)),
    Kind("goods-sold", "义卖物资售出", N_("Goods sold"), (("money", "sales"), ("programme:", "stock"))),
    Kind("stock-counted", "物资盘点", N_("Stock counted"), (("shortage", "stock"), ("stock", "surplus"))),
    Kind("advance-paid", "预借款", N_("Advance paid"), (("advance", "money"),)),
    Kind(
        "advance-settled", "预借款报销", N_("Advance settled"),
        (("stock", "advance"), ("programme:", "advance"), ("money", "advance")), names=True,
    ),
    Kind("restriction-changed", "变更限定用途", N_("Restriction changed"), (("net", "money"), ("money", "net"))),
    Kind("transfer-out", "转出至其他基金", N_("Transferred to another fund"), (("net", "money"),)),
    Kind("transfer-in", "由其他基金转入", N_("Transferred from another fund"), (("money", "net"),)),
    Kind("correction", "更正", N_("Correction"), _ANY, names=True, red=True),
    Kind("void", "作废", N_("Void"), _ANY, names=True, red=True),
    Kind("name-mended", "姓名更正", N_("Name mended"), names=True),
    Kind("receipt-copied", "收据补打", N_("Receipt printed again"), names=True),
    Kind("evidence-added", "补充附件", N_("Evidence added"), names=True),
    Kind("period-closed", "结账", N_("Period closed")),
    Kind(
        "year-closed", "年终结转", N_("Year closed"),
        (("income", "net"), ("net", "outlay"), ("net", "income"), ("outlay", "net"), ("net", "net")),
    ),
    Kind("statement", "公示", N_("Statement published")),
    Kind("cosigned", "见证", N_("Statement cosigned"), names=True),
)
# fmt: on
KINDS: dict[str, Kind] = {kind.slug: kind for kind in _KINDS}


def kind_name(slug: str) -> str:
    """What a kind is called in the reader's language."""
    return _(KINDS[slug].en)


def matches(account: Account, pattern: str) -> bool:
    """Whether an account answers to a role, a role prefix (ending in ``:``) or a class."""
    return (
        pattern == "*"
        or account.role == pattern
        or account.kind.value == pattern
        or (pattern.endswith(":") and account.role.startswith(pattern))
    )


@cache
def pair_allowed(kind: Kind, debit: Account, credit: Account) -> bool:
    """Whether a posting of this kind may debit and credit these accounts."""
    return any(matches(debit, d) and matches(credit, c) for d, c in kind.pairs)
